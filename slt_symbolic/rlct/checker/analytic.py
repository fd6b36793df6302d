"""From analytic functions to polynomials: the rules that keep lambda and m.

*Coordinates.* Before the other rules, functions may become coordinates:
`slt_symbolic.rlct.checker.analytic_coordinates`.

*Units.* A function is a polynomial times a function without zeros near the point, of known sign:
products and powers factor by factor; f(g) for an f with a simple zero is g times a unit; and F(u),
for an F of one variable and a polynomial u, is c u**k times a unit that is positive, with k and c
from the Taylor series of F. K may also be a sum of such terms, each a square of positive weight.

*Finite determinacy.* Let p be the Taylor polynomials of order N of the functions. If every
monomial of degree N + 1, in each component, lies in the tangent space

    T(p) = sum_j m**2 dp/dx_j + m (p_i e_j)

modulo degree N + 2, then all functions with these Taylor polynomials generate the same ideal up to
an analytic change of coordinates (Mather 1968, Wall 1981: contact equivalence; over the reals).
For a coordinate x_j that occurs in the region or the prior, m x_j dp/dx_j takes the place of
m**2 dp/dx_j, so that the change preserves {x_j = 0} and its sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement
from math import comb
from typing import Any

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from .algebra import (
    Exponent,
    at_origin,
    compose,
    constant,
    context,
    exponents,
    factored,
    initial_form,
    polynomial,
    power,
    rank,
    rational,
    require,
    times,
)
from .analytic_coordinates import in_coordinates
from .division import quotient
from .germ import Germ, Judge, Node, Verdict
from .jets import FUNCTIONS, jet, truncate

_SIMPLE_ZERO = ("asin", "asinh", "atan", "atanh", "erf", "sin", "sinh", "tan", "tanh")
_HIGHEST = 40


def analytic_verdict(
    piece: Node, shift: Sequence[fmpq_mpoly], node: Node, judge: Judge
) -> Verdict | None:
    """Judge a piece whose K is given by analytic functions, after its reduction."""
    ring = shift[0].context()
    trees = [centred(tree, ring, shift) for tree in piece["functions"]]
    squares = piece["squares"]
    require(type(squares) is bool and (squares or len(trees) == 1), "bad functions")
    region = tuple(polynomial(r, ring) for r in piece["region"])
    prior = tuple((polynomial(p, ring), rational(s)) for p, s in piece["prior"])
    conditions = Germ(ring, constant(ring, fmpq(0)), region, prior).substitute(shift)
    return reduced_verdict(trees, squares, conditions, node, judge)


def reduced_verdict(
    trees: Sequence[Any], squares: bool, conditions: Germ, node: Node, judge: Judge
) -> Verdict | None:
    """Judge functions given as trees around the origin."""
    ring = conditions.ring
    if "coordinates" in node:
        trees = in_coordinates(trees, conditions, squares, node["coordinates"])
    rule = node["rule"]
    if rule == "bounds":
        return _bounds(trees, squares, conditions, node, judge)
    if rule == "units":
        reduced = [by_units(tree, ring) for tree in trees]
    elif rule == "terms":
        reduced = [sum_of_terms(trees, ring)]
    else:
        require(rule == "determined", f"unknown rule {rule!r}")
        reduced = determined(trees, conditions, node["order"])
    K = reduced[0]
    if squares:
        K = sum((power(p, 2) for p in reduced), constant(ring, fmpq(0)))
    germ = Germ(ring, K, conditions.region, conditions.prior)
    return judge(germ, node["child"])


def centred(tree: Any, ring: fmpq_mpoly_ctx, shift: Sequence[fmpq_mpoly]) -> Any:
    """Decode a tree; its leaves become polynomials around the point."""
    kind, *arguments = tree
    if kind == "poly":
        return ["poly", compose(polynomial(arguments[0], ring), shift)]
    if kind == "power":
        return [kind, centred(arguments[0], ring, shift), arguments[1]]
    return [kind, *(centred(a, ring, shift) for a in arguments)]


def by_units(tree: Any, ring: fmpq_mpoly_ctx) -> fmpq_mpoly:
    """Return a polynomial that is the function up to a positive unit."""
    kind, *arguments = tree
    one = constant(ring, fmpq(1))
    if kind == "poly":
        value = at_origin(arguments[0])
        return arguments[0] if value == 0 else one * (1 if value > 0 else -1)
    if kind == "*":
        return times(one, *(by_units(a, ring) for a in arguments))
    if kind in ("exp", "cosh"):
        return one
    if kind in _SIMPLE_ZERO:
        # The function has the sign of its argument, and its only zero at the argument's.
        return by_units(arguments[0], ring) if _near_zero(arguments[0], ring) else one
    if kind == "power" and "/" not in arguments[1] and not arguments[1].startswith("-"):
        return power(by_units(arguments[0], ring), int(arguments[1]))
    value = at_origin(jet(tree, ring, 0))
    if value != 0:
        return one * (1 if value > 0 else -1)
    for inner in _inner(tree, ring):
        outer = _outer(tree, inner)
        if outer is not None:
            return _leading_term(outer, inner)
    require(False, "a function is not a polynomial times a unit by these rules")
    return one


def _near_zero(tree: Any, ring: fmpq_mpoly_ctx) -> bool:
    require(at_origin(jet(tree, ring, 0)) == 0, "the sign of a function's argument is not read")
    return True


def _inner(tree: Any, ring: fmpq_mpoly_ctx) -> Iterator[fmpq_mpoly]:
    """Yield the polynomials, without constant terms, to which functions are applied."""
    kind, *arguments = tree
    for a in arguments[: 1 if kind == "power" else None]:
        if a[0] != "poly":
            yield from _inner(a, ring)
        elif (kind in FUNCTIONS or kind == "power") and not a[1].is_constant():
            yield a[1] - at_origin(a[1])


def _outer(tree: Any, inner: fmpq_mpoly) -> Any:
    """Return the tree of F in one variable t with F(inner) equal to the tree, or None."""
    kind, *arguments = tree
    if kind == "poly":
        coefficients, rest = [], arguments[0]
        while not rest.is_zero():
            coefficients.append(at_origin(rest))
            rest -= coefficients[-1]
            divided = rest if rest.is_zero() else quotient(rest, inner)
            if divided is None:
                return None
            rest = divided
        terms: dict[Exponent, fmpq] = {(k,): c for k, c in enumerate(coefficients)}
        return ["poly", context(1).from_dict(terms)]
    parts = [_outer(a, inner) for a in arguments[: 1 if kind == "power" else None]]
    if any(part is None for part in parts):
        return None
    return [kind, *parts, *(arguments[1:] if kind == "power" else ())]


def _leading_term(outer: Any, inner: fmpq_mpoly) -> fmpq_mpoly:
    """Return c u**k, the first term of F(u)."""
    for order in range(1, _HIGHEST + 1):
        p = jet(outer, context(1), order)
        if not p.is_zero():
            return p.to_dict()[(order,)] * power(inner, order)
    require(False, "a function of one variable vanishes to a high order")
    return inner


def sum_of_terms(trees: Sequence[Any], ring: fmpq_mpoly_ctx) -> fmpq_mpoly:
    """Return the sum of the terms of K, each of them a square up to a positive unit."""
    require(len(trees) == 1 and trees[0][0] == "+", "K is not a sum")
    total = rest = constant(ring, fmpq(0))
    for tree in trees[0][1:]:
        if tree[0] == "poly":
            rest += tree[1]
            continue
        # Each term vanishes by itself; the constants go to the polynomial part.
        value = jet(tree, ring, 0)
        rest += value
        total += _square(by_units(["+", ["poly", -value], tree], ring))
    return total if rest.is_zero() else total + _square(rest)


def _square(p: fmpq_mpoly) -> fmpq_mpoly:
    factor, parts = factored(p)
    even = factor > 0 and all(e % 2 == 0 for _, e in parts)
    require(even, "a term of K is not a square")
    return p


def determined(trees: Sequence[Any], conditions: Germ, order: int) -> list[fmpq_mpoly]:
    """Return Taylor polynomials, after the proof that they determine the ideal."""
    require(type(order) is int and 0 < order <= _HIGHEST, "the order is a positive integer")
    ring = conditions.ring
    n, k = ring.nvars(), len(trees)
    wide = comb(n + order + 1, n) * k > 1500
    require(not wide, "the tangent space is too large for the checker")
    jets = [jet(tree, ring, order) for tree in trees]
    require(all(at_origin(p) == 0 for p in jets), "a function does not vanish at the point")
    fixed = set()
    for p in [*conditions.region, *(p for p, _ in conditions.prior)]:
        (powers,) = exponents(p) if len(p) == 1 else [()]
        found = [i for i, e in enumerate(powers) if e]
        require(len(found) == 1, "a condition is not a power of a coordinate")
        fixed |= set(found)
    columns = {e: i for i, e in enumerate(_monomials(n, 0, order + 1))}

    def row(parts: Sequence[fmpq_mpoly]) -> list[fmpq]:
        values = [fmpq(0)] * (len(columns) * k)
        for i, p in enumerate(parts):
            for e, c in truncate(p, order + 1).to_dict().items():
                values[i * len(columns) + columns[tuple(int(a) for a in e)]] = c
        return values

    zero, gens = constant(ring, fmpq(0)), ring.gens()
    rows = []
    for e in _monomials(n, 1, order + 1):
        x = ring.from_dict({e: fmpq(1)})
        for p in jets:
            rows += [row([times(x, p) if j == m else zero for m in range(k)]) for j in range(k)]
        for j in range(n):
            if j in fixed or sum(e) > 1:
                factor = x * gens[j] if j in fixed else x
                rows.append(row([times(factor, p.derivative(j)) for p in jets]))
    units = [
        row([ring.from_dict({e: fmpq(1)}) if j == m else zero for m in range(k)])
        for e in _monomials(n, order + 1, order + 1)
        for j in range(k)
    ]
    tangent = rank(rows)
    require(rank([*rows, *units]) == tangent, "the Taylor polynomials do not determine the ideal")
    return jets


def _monomials(n: int, low: int, high: int) -> Iterator[Exponent]:
    for degree in range(low, high + 1):
        for chosen in combinations_with_replacement(range(n), degree):
            yield tuple(chosen.count(i) for i in range(n))


def _bounds(
    trees: Sequence[Any], squares: bool, conditions: Germ, node: Node, judge: Judge
) -> Verdict | None:
    """Accept bounds that depend on the Taylor polynomial of K alone."""
    order = node["order"]
    require(type(order) is int and 0 < order <= _HIGHEST, "the order is a positive integer")
    jets = [jet(tree, conditions.ring, order) for tree in trees]
    K = truncate(sum((power(p, 2) for p in jets), jets[0] * 0) if squares else jets[0], order)
    child = node["child"]
    require(
        order > 1 and not K.is_zero() and child["kind"] == "bounds", "no bounds from this order"
    )
    weights = child["weights"]
    if weights is not None:
        require(min(weights) > 0, "a weight is not positive")
        degree = initial_form(K, weights)[1]
        require(degree <= (order + 1) * min(weights), "the remainder may be larger than K")
    return judge(Germ(conditions.ring, K, conditions.region, conditions.prior), child)
