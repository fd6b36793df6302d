"""Leave out generators that generators of one sign bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import fmpq, fmpq_mpoly

from ..certificate import encode
from ..checker.algebra import minimal
from ..clock import poll
from ..germ import Germ, uses
from .linear_program import minimise

Node = dict[str, Any]
Exponent = tuple[int, ...]

_FORM = 3


def dominate(germ: Germ, solve: Callable[[Germ], Any]) -> Node | None:
    """Drop squares of generators inside the Newton polyhedron of generators of one sign."""
    generators = [g for _, g in germ.squares]
    if len(generators) < 2:
        return None
    bounding = [i for i, g in enumerate(generators) if not g.is_zero() and _may_bound(germ, g)]
    # The generators of smallest order first: the others may be bounded by them.
    bounding.sort(key=lambda i: (min(map(sum, _exponents(generators[i]))), i))
    chosen: list[int] = []
    points: list[Exponent] = []
    for i in bounding:
        if not _inside(generators[i], points):
            chosen.append(i)
            points += _minimal(generators[i])
    kept = [
        i for i, g in enumerate(generators) if i in chosen or not (points and _inside(g, points))
    ]
    if len(kept) == len(generators):
        return None
    squares = tuple(germ.squares[i] for i in kept)
    K = sum((a * g**2 for a, g in squares), germ.ring.from_dict({}))
    return {
        "kind": "dominated",
        "squares": [[str(a), encode(g)] for a, g in germ.squares],
        "kept": kept,
        "bounding": chosen,
        "child": solve(Germ(K, germ.region, germ.prior, squares)),
    }


def _exponents(p: fmpq_mpoly) -> list[Exponent]:
    return [tuple(int(e) for e in a) for a in p.to_dict()]


def _minimal(p: fmpq_mpoly) -> list[Exponent]:
    return minimal(_exponents(p))


def _may_bound(germ: Germ, g: fmpq_mpoly) -> bool:
    """Say whether g looks like a function of one sign: the checker decides."""
    table = {tuple(int(e) for e in a): c for a, c in g.to_dict().items()}
    low = _minimal(g)
    walls = {next(iter(uses(r))): r for r in germ.region if len(r) == 1 and r.total_degree() == 1}
    signs = set()
    for a in low:
        sign = 1 if table[a] > 0 else -1
        for i, e in enumerate(a):
            if e % 2:
                if i not in walls:
                    # A mixed term is harmless in a small definite form, else it shows a zero.
                    return len(low) <= _FORM and _definite_form(table, low)
                sign *= 1 if walls[i].leading_coefficient() > 0 else -1
        signs.add(sign)
    return len(signs) == 1


def _definite_form(table: dict[Exponent, fmpq], low: list[Exponent]) -> bool:
    """Say whether three terms are a definite quadratic form in two monomials."""
    if len(low) != _FORM:
        return False
    first, middle, last = sorted(low)
    ends = all(e % 2 == 0 for a in (first, last) for e in a)
    centre = all(2 * m == x + y for x, m, y in zip(first, middle, last, strict=True))
    return ends and centre and table[middle] ** 2 < 4 * table[first] * table[last]


def _inside(g: fmpq_mpoly, points: list[Exponent]) -> bool:
    """Say whether all exponents lie in the convex hull of the points plus the orthant."""
    return bool(points) and all(_covered(a, points) for a in _minimal(g))


def _covered(a: Exponent, points: list[Exponent]) -> bool:
    poll()
    if any(all(map(int.__le__, b, a)) for b in points):
        return True
    # min <w, a> - 1 over w >= 0 with <w, b> >= 1 for all points b is not negative.
    found = minimise(list(a), [[-e for e in b] for b in points], [-1] * len(points), [0.0] * len(a))
    return found is not None and sum(w * e for w, e in zip(found, a, strict=True)) > 1 - 1e-9
