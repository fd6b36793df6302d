"""Leaves of a tree of blow-ups: the same Newton polyhedron at all points of a family."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from flint import fmpq, fmpq_mpoly

from .algebra import (
    Exponent,
    at_origin,
    divide_out,
    rational,
    require,
    require_positive,
)
from .family import HALF, ROOT, Family
from .germ import Node, Verdict
from .newton import Factor, compact_faces, dot, facets, minkowski_sum, newton_value


def _units(
    family: Family, f: fmpq_mpoly, power: int
) -> tuple[dict[Exponent, fmpq], bool, set[Any]]:
    """Return the unit coefficients (their signs if not constant), exactness, and the rest."""
    units: dict[Exponent, fmpq] = {}
    exact, rest = True, set()
    table = family.expand(f)
    lowest = tuple(min(a[i] for a in table) for i in range(len(family.local)))
    for a, c in table.items():
        known, sign = family.unit(c)
        # Of a monomial times a unit of unknown sign an even power has a known sign.
        if known and sign == 0 and a == lowest and power % 2 == 0:
            sign = 1
        if sign == 0:
            rest.add(a)
        else:
            units[a] = at_origin(c) if c.is_constant() else fmpq(sign)
            exact = exact and c.is_constant()
    require(bool(units), "a factor has no term with a unit coefficient of known sign")
    return units, exact, rest


def _monomial(family: Family, p: fmpq_mpoly) -> tuple[list[int], int]:
    powers = []
    for i in family.local:
        p, k = divide_out(p, family.ring.gen(i))
        powers.append(k)
    known, sign = family.unit(family.on_parameters(p))
    require(known, "an inequality or prior factor is not a monomial times a unit")
    return powers, sign


def _orthants(family: Family, odd: set[int]) -> list[tuple[int, ...]]:
    conditions = [_monomial(family, r) for r in family.region]
    require(all(sign for _, sign in conditions), "the sign of an inequality is not known")
    odd = odd | {i for powers, _ in conditions for i, k in enumerate(powers) if k % 2}
    odd -= {k for k, i in enumerate(family.local) if family.roles[i] == HALF}
    require(len(odd) <= 14, "too many orthants for the checker")
    found = []
    for signs in product(*[(1, -1) if k in odd else (1,) for k in range(len(family.local))]):
        values = []
        for powers, sign in conditions:
            for k, s in zip(powers, signs, strict=True):
                sign *= s**k
            values.append(sign)
        if all(v > 0 for v in values):
            found.append(signs)
    return found


def _heights(family: Family) -> list[fmpq]:
    tau = [fmpq(0)] * len(family.local)
    for p, s in family.prior:
        tau = [t + s * k for t, k in zip(tau, _monomial(family, p)[0], strict=True)]
    require(all(t > -1 for t in tau), "the prior is not integrable")
    return tau


def leaf_node(family: Family, node: Node) -> Verdict | None:
    """Accept a product of powers that is non-degenerate, uniformly on T."""
    factors: list[Factor] = []
    others: list[set[Any]] = []
    for f, power in family.factors:
        units, exact, rest = _units(family, f, power)
        factors.append(Factor(power, units, frozenset(units), (), exact))
        others.append(rest)
    origin = (0,) * len(family.local)
    if all(origin in f.terms for f in factors):
        below = [f for f in factors if f.terms[origin] < 0 and f.power % 2]
        require_positive(len(below) % 2 == 0, "K is negative")
        return None
    points = minkowski_sum([[tuple(f.power * e for e in a) for a in f.terms] for f in factors])
    _require_above(points, factors, others)
    orthants = _orthants(
        family, {i for f in factors for a in f.terms for i, e in enumerate(a) if e % 2}
    )
    if not orthants:
        return None
    value, m = newton_value(factors, _heights(family), orthants)
    attained = node["point"] is not None and has_point(family, node["point"])
    return Verdict(value, value, m) if attained else Verdict(value, None, m)


def _require_above(
    points: Sequence[Exponent], factors: Sequence[Factor], others: Sequence[set[Any]]
) -> None:
    """Require terms of unknown coefficient to lie in the polyhedron and on no compact face."""
    if not any(others):
        return
    sides = facets(points)
    compact = [w for w, _ in compact_faces(points, sides)]
    for f, rest in zip(factors, others, strict=True):
        for weights, strict in (([w for w, _ in sides], False), (compact, True)):
            for w in weights:
                level = min(dot(w, a) for a in f.terms)
                above = all(dot(w, a) >= level + strict for a in rest)
                require(above, "a term whose coefficient may vanish lies on the boundary")


def has_point(family: Family, data: Any) -> bool:
    """Verify a real point: rational parameters, and each root in a rational interval.

    It need not satisfy the equations of T. A leaf makes no use of them: it holds at all real
    points of the fibre with the conditions of T, and one of these is what is asked for.

    A relation that changes sign from one end of the interval of its root to the other, whatever
    the values of the earlier roots in theirs, has a root in it (intermediate values).
    """
    box: list[tuple[fmpq, fmpq]] = [(fmpq(0), fmpq(0))] * len(family.roles)
    for i, low, high in data:
        box[i] = (rational(low), rational(high))
        require(box[i][0] <= box[i][1], "an interval is empty")
    thin = [a == b for a, b in box]
    placed = [i for i, role in enumerate(family.roles) if role != ROOT]
    require(all(thin[i] for i in placed), "a free parameter of the point is not rational")
    require(not any(any(box[i]) for i in family.local), "a local coordinate is not zero")
    known = set(placed)
    relations = [(i, family.on_parameters(R)) for i, R in family.relations]
    while relations:
        ready = [(i, R) for i, R in relations if _variables(R) <= known | {i}]
        require(bool(ready), "the relations are circular")
        i, R = ready[0]
        relations.remove((i, R))
        known.add(i)
        (a, b), (c, d) = (_range(R, [*box[:i], (end, end), *box[i + 1 :]]) for end in box[i])
        exact = thin[i] and not a and not b
        require(exact or (b < 0 < c) or (d < 0 < a), "a root is not in its interval")
    for q, positive in family.open:
        a, b = _range(q, box)
        require(a > 0 or (b < 0 and not positive), "a condition does not hold at the point")
    return True


def _variables(p: fmpq_mpoly) -> set[int]:
    return {i for i, d in enumerate(p.degrees()) if d > 0}


def _range(p: fmpq_mpoly, box: Sequence[tuple[fmpq, fmpq]]) -> tuple[fmpq, fmpq]:
    """Return an interval that contains the values of p on a box."""
    low = high = fmpq(0)
    for powers, c in p.to_dict().items():
        a = b = fmpq(c)
        for (x, y), e in zip(box, powers, strict=True):
            size = sum(c.p.bit_length() + c.q.bit_length() for c in (x, y) if abs(c) > 1 or c.q > 1)
            require(int(e) * size <= 1_000_000, "a value at a point has too many digits")
            if x == y:
                a, b = sorted((a * x ** int(e), b * x ** int(e)))
                continue
            require(int(e) <= 1_000_000, "a function at a point has a high degree")
            for _ in range(int(e)):
                ends = (a * x, a * y, b * x, b * y)
                a, b = min(ends), max(ends)
        low, high = low + a, high + b
    return low, high


def undecided_node(family: Family, node: Node) -> Verdict | None:
    """Bound lambda from below on all of T, and from above with a point of it.

    With K = y**d K', the y_i**d_i are integrable to powers below (1 + tau_i) / d_i and K', some
    derivative of order k of which is not zero, to powers below 1 / k; Hoelder's inequality
    combines them to 1 / (max d_i / (1 + tau_i) + k). Prior factors that are no monomials must
    not have poles. At real points of T without further conditions lambda is at most the least
    (1 + tau_i) / d_i, which generic points of the divisors y_i = 0 near it have.
    """
    tau = [fmpq(0)] * len(family.local)
    simple = not family.region
    for p, s in family.prior:
        for k, i in enumerate(family.local):
            p, power = divide_out(p, family.ring.gen(i))
            tau[k] += s * power
        trivial = family.unit(family.on_parameters(p))[0]
        require(trivial or s >= 0, "the prior has a pole that is not a coordinate")
    require(all(t > -1 for t in tau), "the prior is not integrable")
    d, order = [0] * len(tau), 0
    for f, power in family.factors:
        table = family.expand(f)
        common = [min(a[k] for a in table) for k in range(len(tau))]
        d = [x + power * y for x, y in zip(d, common, strict=True)]
        orders = [sum(a) for a, c in table.items() if family.unit(c)[0]]
        order = order + power * (min(orders) - sum(common)) if orders and order >= 0 else -1
    ratios = [(1 + t) / fmpq(e) for e, t in zip(d, tau, strict=True) if e]
    upper = None
    if simple and ratios and node["point"] is not None and has_point(family, node["point"]):
        upper = min(ratios)
    if order < 0 or min(tau, default=fmpq(0)) < 0:
        return Verdict(fmpq(0), upper, None)
    total = max((1 / r for r in ratios), default=fmpq(0)) + order
    return Verdict(1 / total, upper, None) if total else None
