"""Plane germs: embedded resolution by real point blow-ups, centres in towers of number fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flint import Ordering, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly

from ..certificate import encode
from ..clock import expired
from ..germ import Germ, constant_term
from .plane_centres import Centre, RealField, real_centres

_RING = fmpq_mpoly_ctx.get(["x", "y", "t"], Ordering.lex)


@dataclass(frozen=True)
class _Point:
    """The origin of a chart: strict transforms through it, and which axes are exceptional."""

    field: RealField
    strict: tuple[fmpq_mpoly, ...]
    exceptional: tuple[bool, bool]


def resolve_plane(germ: Germ, _solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    """Resolve all irreducible curves of K, of the region and of the prior at once.

    Notes
    -----
    Complete in two variables: finitely many blow-ups of points where the total transform has no
    normal crossings make it so (Brieskorn and Knörrer, Plane Algebraic Curves, 1986, section
    8.4); over the real numbers it suffices to follow the real points. None only when time is up.
    """
    if germ.n != 2:
        return None
    curves = list(
        {
            str(f): f
            for p in [germ.K, *germ.conditions()]
            if not p.is_zero()
            for f, _ in p.factor()[1]
            if constant_term(f) == 0
        }.values()
    )
    x, y, _ = _RING.gens()
    entries = tree_above(RealField.rationals(), [f.compose(x, y, ctx=_RING) for f in curves])
    if entries is None:
        return None
    return {"kind": "plane", "curves": [encode(f) for f in curves], "points": entries}


def tree_above(field: RealField, curves: Sequence[fmpq_mpoly]) -> list[Any] | None:
    """Return the tree of blow-ups that resolves curves, in Q[x, y, t], through the origin."""
    waiting = [_Point(field, tuple(f for f in curves if not _jet(f, 0, 0)), (False, False))]
    entries: list[Any] = []
    while waiting:
        if expired():
            return None
        point = waiting.pop()
        if _normal_crossings(point):
            entries.append("leaf")
            continue
        centres, above = _blow_up(point)
        entries.append([centre.data(point.field) for centre in centres])
        waiting += reversed(above)
    return entries


def _blow_up(point: _Point) -> tuple[list[Centre], list[_Point]]:
    """Return the centres on the exceptional line, and the points there, infinity the last."""
    x, y, t = _RING.gens()
    finite = [_divide(f.compose(x, x * y, t, ctx=_RING), 0) for f in point.strict]
    infinite = [_divide(f.compose(x * y, y, t, ctx=_RING), 1) for f in point.strict]
    lines = [_on_line(f) for f in finite]
    if point.exceptional[1]:
        lines.append([fmpq_poly([0]), fmpq_poly([1])])
    centres = real_centres(point.field, lines)
    above = []
    for centre in centres:
        field, h = centre.field, _element(centre.at)
        moved = [f.compose(x, y + h, _element(centre.theta), ctx=_RING) for f in finite]
        crossing = point.exceptional[1] and centre.at.is_zero()
        above.append(_through(field, moved, (True, crossing)))
    above.append(_through(point.field, infinite, (point.exceptional[0], True)))
    return centres, above


def _through(
    field: RealField, strict: Sequence[fmpq_mpoly], exceptional: tuple[bool, bool]
) -> _Point:
    """Keep the strict transforms that vanish at the origin, with reduced coefficients."""
    modulus = _element(field.minimal)
    reduced = [divmod(f, modulus)[1] for f in strict]
    return _Point(field, tuple(f for f in reduced if not _jet(f, 0, 0)), exceptional)


def _normal_crossings(point: _Point) -> bool:
    axes = [((1, 0), (0, 1))[k] for k in range(2) if point.exceptional[k]]
    if len(axes) + len(point.strict) > 2:
        return False
    one, zero = fmpq_poly([1]), fmpq_poly([0])
    normals = [(one * a + zero, one * b + zero) for a, b in axes]
    normals += [(_jet(f, 1, 0), _jet(f, 0, 1)) for f in point.strict]
    if len(normals) == 1:
        return any(normals[0])
    (a, b), (c, d) = normals
    return bool((a * d - b * c) % point.field.minimal)


def _divide(f: fmpq_mpoly, k: int) -> fmpq_mpoly:
    """Divide by the highest power of a coordinate."""
    table = {tuple(int(e) for e in powers): c for powers, c in f.to_dict().items()}
    least = min(powers[k] for powers in table)
    return _RING.from_dict(
        {tuple(e - least * (i == k) for i, e in enumerate(p)): c for p, c in table.items()}
    )


def _jet(f: fmpq_mpoly, i: int, j: int) -> fmpq_poly:
    """Return the coefficient of x**i y**j, a polynomial in theta."""
    found = {int(c): v for (a, b, c), v in f.to_dict().items() if (a, b) == (i, j)}
    return fmpq_poly([found.get(k, 0) for k in range(max(found, default=-1) + 1)])


def _on_line(f: fmpq_mpoly) -> list[fmpq_poly]:
    """Return the coefficients in y of the restriction to x = 0."""
    top = max(int(j) for i, j, _ in f.to_dict() if i == 0)
    return [_jet(f, 0, j) for j in range(top + 1)]


def _element(a: fmpq_poly) -> fmpq_mpoly:
    return _RING.from_dict({(0, 0, k): c for k, c in enumerate(a.coeffs())})
