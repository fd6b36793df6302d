"""Quasi-homogeneous germs in three variables: a sphere, covered by six squares of the plane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_mpoly

from ..checker.cover import Arrangement, describe
from ..checker.germ import Germ as CheckedGerm
from ..checker.sphere import SQUARE, flipped, parts
from ..clock import poll
from ..germ import Germ
from .plane import tree_above
from .plane_centres import RealField

Node = dict[str, Any]
_DEGREE = 24


def sphere(germ: Germ, _solve: Callable[[Germ], Any]) -> Node | None:
    """Blow up the origin with weights for which K and all conditions are homogeneous."""
    if germ.n != 3 or int(germ.K.total_degree()) > _DEGREE:
        return None
    weights = homogeneous_weights([germ.K, *germ.conditions()])
    if weights is None:
        return None
    charts = list(parts(CheckedGerm(germ.ring, germ.K, germ.region, germ.prior)))
    children: list[Node] = []
    for k, part in enumerate(charts):
        child: Node | None = {"kind": "empty"}
        if part is not None:
            child = _mirror(charts[:k], part) or cover(part, SQUARE)
        if child is None:
            return None
        children.append(child)
    return {"kind": "sphere", "weights": weights, "children": children}


def _mirror(earlier: Sequence[CheckedGerm | None], part: CheckedGerm) -> Node | None:
    for flips in ([], [0], [1], [0, 1]):
        image = flipped(part, flips)
        if image in earlier:
            return {"kind": "mirror", "of": earlier.index(image), "flips": flips}
    return None


def cover(germ: CheckedGerm, box: Sequence[tuple[fmpq, fmpq]]) -> Node | None:
    """Resolve every special point of a problem on a box of the plane; None if out of time."""
    plane = Arrangement.of(germ, box)
    entries = []
    for point in plane.special():
        poll()
        field = RealField(point.field.minimal, point.index)
        tree = tree_above(field, [point.around(c) for c in plane.curves])
        if tree is None:
            return None
        entries.append({"at": describe(point), "tree": tree})
    return {"kind": "cover", "points": entries}


def homogeneous_weights(polynomials: Sequence[fmpq_mpoly]) -> list[int] | None:
    """Return positive integer weights for which every polynomial is homogeneous.

    Examples
    --------
    >>> from sympy.abc import x, y
    >>> from slt_symbolic.rlct.polynomials import to_polynomial
    >>> homogeneous_weights([to_polynomial(x**2 - y**3, (x, y), "K")])
    [3, 2]
    """
    rows = []
    for p in polynomials:
        first, *others = [[int(e) for e in a] for a in p.to_dict()]
        rows += [[a - b for a, b in zip(other, first, strict=True)] for other in others]
    n = polynomials[0].context().nvars()
    if not rows:
        return [1] * n
    reduced, rank = fmpq_mat(rows).rref()
    pivots = [next(j for j in range(n) if reduced[i, j] != 0) for i in range(rank)]
    free = [j for j in range(n) if j not in pivots]
    for values in product((1, 2, 3), repeat=len(free)) if len(free) < 8 else ((1,) * len(free),):
        w = [fmpq(0)] * n
        for j, value in zip(free, values, strict=True):
            w[j] = fmpq(value)
        for i, j in enumerate(pivots):
            w[j] = -sum((reduced[i, k] * w[k] for k in free), fmpq(0))
        if all(c > 0 for c in w):
            scale = 1
            for c in w:
                scale *= int(c.q)
            return [int(c * scale) for c in w]
    return None
