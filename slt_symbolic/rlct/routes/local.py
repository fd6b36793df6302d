"""Coefficients with a unit in front of a variable become coordinates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flint import fmpq_mpoly

from ..certificate import encode
from ..germ import Germ, constant_term, uses


def local_coordinates(germ: Germ, solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    """Replace x_v by u x_v + t, u a unit, wherever all generators are polynomials in it.

    With g = s (u x_v + t) + rest, where s and the rest are free of x_v.
    """
    current = [g for _, g in germ.squares]
    if not current:
        return None
    fixed = {i for p in germ.conditions() for i in uses(p)}
    gens = list(germ.ring.gens())
    system = list(gens)
    changed = True
    while changed:
        changed = False
        for v, p in _candidates(current, fixed):
            moved = [_rewritten(g, v, p) for g in current]
            if any(h is None for h in moved):
                continue
            known = [h for h in moved if h is not None]
            if sum(map(len, known)) < sum(map(len, current)):
                # The new coordinate, as a function of the original ones.
                system[v] = p.compose(*system, ctx=germ.ring)
                current, changed = known, True
                break
    if system == gens:
        return None
    squares = tuple((a, h) for (a, _), h in zip(germ.squares, current, strict=True))
    K = sum((a * h**2 for a, h in squares), germ.ring.from_dict({}))
    return {
        "kind": "local",
        "system": [encode(p) for p in system],
        "squares": [[str(a), encode(h)] for a, h in squares],
        "region": [encode(r) for r in germ.region],
        "prior": [encode(p) for p, _ in germ.prior],
        "child": solve(Germ(K, germ.region, germ.prior, squares)),
    }


def _candidates(
    generators: Sequence[fmpq_mpoly], fixed: set[int]
) -> Iterator[tuple[int, fmpq_mpoly]]:
    """Yield (v, u x_v + t), a slope of a generator, u a unit that is not constant."""
    seen = set()
    for g in generators:
        for i in uses(g):
            p = g.derivative(i)
            if i in uses(p) or constant_term(p) != 0:
                continue
            for v in uses(p) - fixed:
                unit = p.derivative(v)
                if constant_term(unit) != 0 and v not in uses(unit) and not unit.is_constant():
                    key = (v, str(p))
                    if key not in seen:
                        seen.add(key)
                        yield v, p


def _rewritten(g: fmpq_mpoly, v: int, p: fmpq_mpoly) -> fmpq_mpoly | None:
    """Return h with ``g = h(x with p in place of x_v)``, for g linear in x_v."""
    slope = g.derivative(v)
    if slope.is_zero():
        return g
    if v in uses(slope):
        return None
    x = g.context().gen(v)
    quotient, remainder = divmod(slope, p.derivative(v))
    if not remainder.is_zero():
        return None
    # g - quotient * p is free of x_v.
    return quotient * x + (g - quotient * p)
