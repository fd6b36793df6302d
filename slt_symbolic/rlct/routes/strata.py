"""Search for global proofs by transversal functions: witnesses, and points of homogeneity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat, fmpq_mpoly

from .. import checker
from ..certificate import encode
from ..checker.germ import Germ as CheckedGerm
from ..checker.strata import Strata, strata_node, strata_of, witness_verdict
from ..clock import expired, poll
from ..errors import CertificateError
from ..germ import Germ, uses
from .sphere import homogeneous_weights

Node = dict[str, Any]
Box = Sequence[tuple[fmpq, fmpq]]
Compiled = Callable[[Any], float]

_STARTS = (0.5, 0.17, 0.83)
_NEWTON, _STEP, _FAR = 20, 1e-9, 1e6


def strata(
    germ: Germ, box: Box, centres: Iterable[list[fmpq]], solve: Callable[[CheckedGerm], Node]
) -> Node | None:
    """Propose the irreducible factors of everything, after the checker has accepted them.

    ``centres`` are zeros of K in the region that may be singular, ``solve`` proves germs.
    """
    node = _stated(germ, box)
    if node is None:
        return None
    checked = CheckedGerm(germ.ring, germ.K, germ.region, germ.prior)
    found = strata_of(checked, box, node)
    known: list[tuple[list[fmpq_mpoly], list[tuple[int, str]]]] = []
    for centre in centres:
        poll()
        zero = [f for f in found.functions if f(*centre) == 0]
        if len(zero) <= germ.n and fmpq_mat(_gradients(zero, centre)).rank() == len(zero):
            continue
        images = [x + c for x, c in zip(germ.ring.gens(), centre, strict=True)]
        weights = homogeneous_weights([f.compose(*images, ctx=germ.ring) for f in zero])
        if weights is None:
            continue
        # The same in all points of a flat: coordinates that do not occur have weight 0.
        busy = {i for f in zero for i in uses(f)}
        flat = [(i, str(centre[i])) for i in sorted(busy)]
        if (zero, flat) not in known:
            known.append((zero, flat))
            weights = [w if i in busy else 0 for i, w in enumerate(weights)]
            at = [str(c) for c in centre]
            child = solve(found.around(_indices(found, zero), centre, weights))
            node["points"].append({"at": at, "weights": weights, "child": child})
    for chosen in _by_value(found):
        poll()
        witness = _witness(found, box, chosen)
        if witness is not None:
            node["witnesses"].append(witness)
            break
    strata_node(checked, box, node, checker.judge)
    return node


def _indices(found: Strata, chosen: Sequence[fmpq_mpoly]) -> tuple[int, ...]:
    return tuple(i for i, f in enumerate(found.functions) if f in chosen)


def _gradients(functions: Sequence[fmpq_mpoly], at: Sequence[fmpq]) -> list[list[fmpq]]:
    return [[f.derivative(i)(*at) for i in range(len(at))] for f in functions]


def _stated(germ: Germ, box: Box) -> Node | None:
    """Return K as a sum of squares of monomials in irreducible functions, and no proof yet."""
    squares = list(germ.squares)
    if not squares:
        constant, parts = germ.K.factor()
        if constant <= 0 or any(int(e) % 2 for _, e in parts):
            return None
        root = germ.ring.from_dict({(0,) * germ.n: fmpq(1)})
        for f, e in parts:
            root *= f ** (int(e) // 2)
        squares = [(fmpq(constant), root)]
    functions: list[fmpq_mpoly] = []

    def index(f: fmpq_mpoly) -> int:
        monic = f / f.leading_coefficient()
        if monic not in functions:
            functions.append(monic)
        return functions.index(monic)

    rows: list[tuple[fmpq, dict[int, int]]] = []
    for a, g in squares:
        constant, parts = g.factor()
        row = {index(f): int(e) for f, e in parts}
        for f, e in parts:
            constant *= f.leading_coefficient() ** int(e)
        rows.append((a * constant**2, row))
    faces = [x - c for x, side in zip(germ.ring.gens(), box, strict=True) for c in side]
    for p in [*germ.conditions(), *faces]:
        if not p.is_constant():
            index(p)
    return {
        "kind": "strata",
        "functions": [encode(f) for f in functions],
        "squares": [[str(a), [row.get(i, 0) for i in range(len(functions))]] for a, row in rows],
        "points": [],
        "witnesses": [],
    }


def _by_value(found: Strata) -> Iterator[tuple[int, ...]]:
    """Yield sets of functions whose common zeros are zeros of K, the least lambda first."""
    needed = {i for _, row in found.squares for i, e in enumerate(row) if e}
    rated = []
    for size in range(1, found.germ.ring.nvars() + 1):
        for chosen in combinations(sorted(needed), size):
            if not all(any(row[i] for i in chosen) for _, row in found.squares):
                continue
            try:
                verdict = found.local(chosen, checker.judge)
            except CertificateError:
                continue
            if verdict is not None and verdict.multiplicity is not None:
                rated.append((verdict.lower, -verdict.multiplicity, size, chosen))
    # A zero that is only touched on the border, or on zeros of the prior, needs them as well.
    extra = [i for i in range(len(found.functions)) if i not in needed]
    for *_, chosen in sorted(rated):
        for size in range(found.germ.ring.nvars() - len(chosen) + 1):
            for more in combinations(extra, size):
                yield tuple(sorted((*chosen, *more)))


def _witness(found: Strata, box: Box, chosen: tuple[int, ...]) -> Node | None:
    """Look for a common zero of functions inside the region, by Newton's method."""
    functions = [_compiled(found.functions[i]) for i in chosen]
    slopes = [
        [_compiled(found.functions[i].derivative(k)) for k in range(len(box))] for i in chosen
    ]
    sides = [(float(a.p) / float(a.q), float(b.p) / float(b.q)) for a, b in box]
    for start in product(_STARTS, repeat=len(box)):
        if expired():
            return None
        x = np.array([a + t * (b - a) for t, (a, b) in zip(start, sides, strict=True)])
        end = _newton(functions, slopes, x)
        if end is None:
            continue
        margin = 2**-10
        if any(not a - margin < c < b + margin for c, (a, b) in zip(end, sides, strict=True)):
            continue
        point = [fmpq(round(c * 2**40), 2**40) for c in end]
        matrix = np.array([[p(end) for p in row] for row in slopes])
        columns = max(
            combinations(range(len(box)), len(chosen)),
            key=lambda c: abs(np.linalg.det(matrix[:, c])),
        )
        for bits in (6, 10, 16):
            radius = fmpq(1, 2**bits)
            reach = [radius if k in columns else fmpq(0) for k in range(len(box))]
            part = [(c - r, c + r) for c, r in zip(point, reach, strict=True)]
            node = {"functions": list(chosen), "box": [[str(a), str(b)] for a, b in part]}
            try:
                if witness_verdict(found, node, checker.judge) is not None:
                    return node
            except CertificateError:
                continue
    return None


def _newton(functions: Sequence[Compiled], slopes: Sequence[Sequence[Compiled]], x: Any) -> Any:
    """Return a point near a common zero; the checker decides whether it is near one."""
    for _ in range(_NEWTON):
        values = np.array([f(x) for f in functions])
        matrix = np.array([[p(x) for p in row] for row in slopes])
        step = np.linalg.lstsq(matrix, values, rcond=None)[0]
        x = x - step
        if not np.all(np.isfinite(x)) or np.max(np.abs(x)) > _FAR:
            return None
        if np.max(np.abs(step)) < _STEP:
            return x
    return None


def _compiled(p: fmpq_mpoly) -> Compiled:
    """Return a polynomial as a function of floating point numbers."""
    table = p.to_dict()
    if not table:
        return lambda _: 0.0
    powers = np.array([[int(e) for e in a] for a in table])
    values = np.array([float(int(c.p) / int(c.q)) for c in table.values()])
    return lambda x: float(values @ np.prod(x**powers, axis=1))
