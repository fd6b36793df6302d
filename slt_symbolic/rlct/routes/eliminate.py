"""Split off variables in which K is non-degenerate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flint import fmpq, fmpq_mpoly

from ..certificate import encode
from ..clock import poll
from ..germ import Germ, constant_term, independent, uses
from ..polynomials import ring

_LONGEST = 2000


def eliminate(germ: Germ, solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    """Use a generator linear in a variable, with unit slope, to eliminate that variable.

    With K = g**2 + sum g_l**2 and g = c x_i + b, c(0) != 0, the ideal of the generators is that
    of g and the pseudo-remainders of g_l by g, which do not contain x_i.
    """
    for j, i in _pivots(germ):
        poll()
        node = _eliminate(germ, j, i, solve)
        if node is not None:
            return node
    return None


def _pivots(germ: Germ) -> Iterator[tuple[int, int]]:
    """Yield (generator, variable) pairs, simplest slopes first."""
    found = []
    mixed = {i for p in germ.conditions() for i in uses(p)}
    for j, (_, g) in enumerate(germ.squares):
        for i in uses(g):
            slope = g.derivative(i)
            if constant_term(slope) != 0 and i not in uses(slope) and constant_term(g) == 0:
                # One slope after the other: what remains then shares its denominators.
                scale = "" if slope.is_constant() else str(slope)
                found.append((i in mixed, scale, len(g), j, i))
    for mixes, _, _, j, i in sorted(found):
        # A condition on the eliminated variable is only carried if nothing else remains.
        if not mixes or len(germ.squares) == 1:
            yield j, i


def _pseudo_remainder(
    g: fmpq_mpoly, divisor: fmpq_mpoly, i: int
) -> tuple[fmpq_mpoly, fmpq_mpoly, fmpq_mpoly]:
    """Return (unit, q, r) with ``unit * g = q * divisor + r``, r free of x_i."""
    ring_ = g.context()
    x, slope = ring_.gen(i), divisor.derivative(i)
    unit, quotient = ring_.from_dict({(0,) * ring_.nvars(): fmpq(1)}), ring_.from_dict({})
    while (degree := int(g.degrees()[i])) > 0:
        leading = ring_.from_dict(
            {
                tuple(0 if k == i else int(e) for k, e in enumerate(a)): c
                for a, c in g.to_dict().items()
                if int(a[i]) == degree
            }
        )
        factor = leading * x ** (degree - 1)
        g, quotient, unit = slope * g - factor * divisor, slope * quotient + factor, slope * unit
    return unit, quotient, g


def _eliminate(germ: Germ, j: int, i: int, solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    weight, pivot = germ.squares[j]
    zero = germ.ring.from_dict({})
    one = germ.ring.from_dict({(0,) * germ.n: fmpq(1)})
    others = [g for k, (_, g) in enumerate(germ.squares) if k != j]
    triples = [_pseudo_remainder(g, pivot, i) for g in others]
    kept = [k for k, (_, _, r) in enumerate(triples) if not r.is_zero()]
    # Without their unit factors, as in elimination without fractions, remainders stay short.
    parts = [_without_units(triples[k][2]) for k in kept]
    units, remainders = [u for u, _ in parts], [r for _, r in parts]
    # Row by row: the new generators from the old ones, then the old ones from the new.
    position = [k for k in range(len(germ.squares)) if k != j]
    forward: list[Any] = [[one, [one if k == j else zero for k in range(len(germ.squares))]]]
    for k, factor in zip(kept, units, strict=True):
        row = [zero] * len(germ.squares)
        row[j], row[position[k]] = -triples[k][1], triples[k][0]
        forward.append([factor, row])
    backward: list[list[Any]] = [[]] * len(germ.squares)
    backward[j] = [one, [one] + [zero] * len(kept)]
    for k, (unit, quotient, _) in enumerate(triples):
        row = [quotient] + [u if m == k else zero for m, u in zip(kept, units, strict=True)]
        backward[position[k]] = [unit, row]
    split = _split(germ, [(weight, pivot)], one, i, remainders, solve)
    if split is None or not others:
        return split
    return {
        "kind": "equivalent",
        "old": [[str(a), encode(g)] for a, g in germ.squares],
        "new": [[str(weight), encode(pivot)], *(["1", encode(r)] for r in remainders)],
        "forward": [[encode(u), [encode(c) for c in row]] for u, row in forward],
        "backward": [[encode(u), [encode(c) for c in row]] for u, row in backward],
        "child": split,
    }


def _without_units(p: fmpq_mpoly) -> tuple[fmpq_mpoly, fmpq_mpoly]:
    """Return (u, q) with ``p = u * q``, u not zero at the origin, q without such factors."""
    poll()
    one = p.context().from_dict({(0,) * p.context().nvars(): fmpq(1)})
    unit = rest = one
    constant, factors = p.factor()
    for f, e in factors:
        if constant_term(f) != 0:
            unit *= f ** int(e)
        else:
            rest *= f ** int(e)
    return unit, rest * constant


def _split(
    germ: Germ,
    squares: list[tuple[fmpq, fmpq_mpoly]],
    unit: fmpq_mpoly,
    i: int,
    remainders: list[fmpq_mpoly],
    solve: Callable[[Germ], Any],
    J: fmpq_mpoly | None = None,
) -> dict[str, Any] | None:
    """Return the node for ``unit * K = sum a u**2 + J``, J in all variables but x_i."""
    system = [u for _, u in squares]
    known = tuple((fmpq(1), r) for r in remainders)
    if J is None:
        J = sum((r**2 for r in remainders), germ.ring.from_dict({}))
    node: dict[str, Any] = {
        "kind": "split",
        "unit": encode(unit),
        "squares": [[str(a), encode(u)] for a, u in squares],
        "free": [],
        "rest": [],
    }
    if J.is_zero():
        free: list[fmpq_mpoly] = []
        for r in germ.region:
            if independent([*system, *free, r]):
                free.append(r)
        return {**node, "free": [encode(p) for p in free]}
    rest = [k for k in range(germ.n) if k != i]
    inside = tuple(r for r in germ.region if i not in uses(r))
    child = Germ(J, inside, germ.prior, known)
    if any(i in uses(p) for p, _ in germ.prior):
        return None
    return {**node, "rest": rest, "child": solve(child.restrict(rest, ring(len(rest))))}


def complete_square(germ: Germ, solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    """Complete the square in a variable in which K is quadratic with a unit coefficient.

    4 a K = (2 a x_i + b)**2 + (4 a c - b**2) for K = a x_i**2 + b x_i + c and a(0) > 0.
    """
    if len(germ.K) > _LONGEST:
        return None
    mixed = {i for p in germ.conditions() for i in uses(p)}
    for i in sorted(uses(germ.K) - mixed):
        poll()
        a = germ.K.derivative(i).derivative(i) / 2
        if i in uses(a) or not constant_term(a) > 0:
            continue
        x = germ.ring.gen(i)
        b = (germ.K - a * x**2).derivative(i)
        if constant_term(b) != 0:
            continue
        c = germ.K - a * x**2 - b * x
        square = [(fmpq(1), 2 * a * x + b)]
        return _split(germ, square, 4 * a, i, [], solve, 4 * a * c - b**2)
    return None
