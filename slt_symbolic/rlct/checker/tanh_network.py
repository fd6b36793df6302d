"""Networks of tanh units with biases: K is comparable to a sum of squares of coefficients.

f(x; w) = sum_i a_i tanh(b_i . x + c_i) + sum_e P_e x**e minus the true function of the same form,
whose units are among these, with constants. The inputs have a density on an open set.

*Independence.* The functions x**e tanh^(k)(b . x + c), for all e, all k >= 0 and finitely many
(b, c), b != 0, no two equal up to sign, are linearly independent, also together with all
polynomials: one input is enough, by restriction to lines. There tanh^(k) has poles of order k + 1
where b x + c = i pi (m + 1/2). Among the units with the same c / b, the one with the largest |b|
has infinitely many poles to itself (2m + 1 a large prime), and a polynomial has few zeros.

*Groups.* Expand the units with b != 0 at the point around their (b, c), oriented by tanh(-z) =
-tanh(z). The coefficients of x**e tanh^(k) are the moments M_e = sum_i a_i beta_i**e of the
increments beta = (b, c) - (b, c)(point); for a group of n units those of degree < n generate them.

*Units with b = 0 at the point* have the coefficients F_e of x**e,

    F_e = P_e + sum_i a_i b_i**e tanh^(|e|)(c_i) / e!

As K = E f**2 / 2 is comparable to the squares of any generators whose factors are independent
functions at the point, K is comparable to sum M**2 + sum F**2, F over finitely many e:

* c = 0 for all of them at the point: tanh^(k) is a polynomial in t = tanh, odd or even as k is even
  or odd. Let D be the largest |e| with P_e != 0, H the number of units. Then K is at least a
  constant times the squares of finitely many F_e, and at most one times those of F_e, |e| <= D,
  and the moments sum_i a_i b_i**e t_i**k with |e| > D, |e| + k odd, of which those with |e| + k
  <= d + 2 (H - 1) generate the others, d the least odd number > D. If both have the same lambda
  and m, then K has. For H = 1 the second are multiples of the first: units apart, they agree.
* one unit with c != 0: tanh(c) has no zeros, and F_e for e != 0 lies in the ideal of a. If a
  variable occurs in P_0 alone, linearly, F_0 is a coordinate in its place and the a b_j remain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations_with_replacement
from math import comb, factorial
from typing import Any

from flint import fmpq, fmpq_mpoly, fmpq_poly

from .algebra import (
    Exponent,
    at_origin,
    compose,
    constant,
    polynomial,
    power,
    rational,
    require,
    times,
)
from .analytic import reduced_verdict
from .germ import Germ, Judge, Node, Verdict

Unit = tuple[fmpq_mpoly, list[fmpq_mpoly], fmpq_mpoly]
Rest = dict[Exponent, fmpq_mpoly]
Tree = list[Any]
_HIGHEST = 40
_MOST = 400  # coefficients


def tanh_verdict(
    piece: Node, shift: Sequence[fmpq_mpoly], node: Node, judge: Judge
) -> Verdict | None:
    """Judge the coefficients in place of K, from below and from above."""
    ring = shift[0].context()

    def decode(data: Any) -> fmpq_mpoly:
        return compose(polynomial(data, ring), shift)

    units = [(decode(a), [decode(b) for b in bs], decode(c)) for a, bs, c in piece["tanh"]]
    rest = {tuple(e): decode(p) for e, p in piece["rest"]}
    region = tuple(decode(r) for r in piece["region"])
    prior = tuple((decode(p), rational(s)) for p, s in piece["prior"])
    conditions = Germ(ring, constant(ring, fmpq(0)), region, prior).local()
    below, above = coefficients(units, rest, conditions, node["order"])
    low = reduced_verdict(below, True, conditions, node["below"], judge)
    if above is None:
        return low
    high = reduced_verdict(above, True, conditions, node["above"], judge)
    if low is None or high is None:
        return None
    # The volumes {K < eps} lie between: an order 1 of the larger ones is that of both.
    exact = low.lower == low.upper == high.upper
    decided = exact and (low == high or low.multiplicity == 1)
    return Verdict(low.lower, high.upper, low.multiplicity if decided else None)


def coefficients(
    units: Sequence[Unit], rest: Rest, conditions: Germ, order: int | None = None
) -> tuple[list[Tree], list[Tree] | None]:
    """Return trees whose squares bound K from below, and from above if those are others.

    From below they include F_e for |e| up to the order, where that is a choice.
    """
    inputs = len(units[0][1])
    require(inputs > 0 and all(len(b) == inputs for _, b, _ in units), "units differ in inputs")
    require(all(len(e) == inputs and min(e) >= 0 for e in rest), "bad powers of the inputs")
    groups: dict[tuple[fmpq, ...], list[Unit]] = {}
    flat: list[Unit] = []
    for a, bs, c in units:
        place = tuple(at_origin(p) for p in (*bs, c))
        lead = next((v for v in place[:-1] if v != 0), None)
        if lead is None:
            flat.append((a, bs, c))
        elif lead > 0:
            groups.setdefault(place, []).append((a, bs, c))
        else:
            turned = (-a, [-b for b in bs], -c)
            groups.setdefault(tuple(-v for v in place), []).append(turned)
    _require_few(sum(comb(inputs + len(g), len(g) - 1) for g in groups.values()))
    common: list[Tree] = []
    for place, group in groups.items():
        steps = [(a, [p - v for p, v in zip((*bs, c), place, strict=True)]) for a, bs, c in group]
        for degree in range(len(group)):
            common += [["poly", _moment(steps, e)] for e in _powers(inputs + 1, degree)]
    rest = {e: p for e, p in rest.items() if not p.is_zero()}
    above: list[Tree] | None = None
    if not flat:
        below = _polynomials(rest.values())
    elif all(at_origin(c) == 0 for _, _, c in flat):
        below, above = _around_zero(flat, rest, inputs, order)
    else:
        used = [p for _, p in common] + [*flat[0][1], flat[0][0], flat[0][2], *conditions.region]
        require(len(flat) == 1, "several units without weight, with a bias, at the point")
        below = _biased(flat[0], rest, [*used, *(p for p, _ in conditions.prior)])
    common = [*common, *below]
    _require_few(len(common))
    return _nonzero(common), None if above is None else _nonzero([*common[: -len(below)], *above])


def _require_few(coefficients: int) -> None:
    require(coefficients <= _MOST, "too many coefficients for the checker")


def _polynomials(found: Iterable[fmpq_mpoly]) -> list[Tree]:
    return [["poly", p] for p in found]


def _nonzero(trees: Sequence[Tree]) -> list[Tree]:
    return [t for t in trees if t[0] != "poly" or not t[1].is_zero()] or list(trees[:1])


def _powers(variables: int, degree: int) -> Iterator[Exponent]:
    for chosen in combinations_with_replacement(range(variables), degree):
        yield tuple(chosen.count(i) for i in range(variables))


def _times_powers(a: fmpq_mpoly, bs: Sequence[fmpq_mpoly], e: Exponent) -> fmpq_mpoly:
    return times(a, *(power(b, k) for b, k in zip(bs, e, strict=True) if k))


def _around_zero(
    units: Sequence[Unit], rest: Rest, inputs: int, order: int | None
) -> tuple[list[Tree], list[Tree] | None]:
    """Return F_e for small e, and what bounds all of them."""
    most = max((sum(e) for e in rest), default=0)
    require(most <= _HIGHEST, "a polynomial in the inputs has a high degree")
    lowest = most + 1 + most % 2
    last = lowest + 2 * (len(units) - 1)
    plain = all(c.is_zero() for *_, c in units)
    order = last if order is None else order
    require(type(order) is int and most < order <= _HIGHEST, "the order is too low or too high")
    counts = [comb(inputs + d - 1, d) for d in range(max(order, last) + 1)]
    few = sum(counts[: most + 1])
    of_moments = few + sum(
        counts[d] * (d % 2 if plain else (last + 2 - d) // 2) for d in range(most + 1, last + 1)
    )
    alone = len(units) == 1 or plain
    _require_few(of_moments if alone else sum(counts[: order + 1]))
    require(of_moments <= 5 * _MOST, "too many coefficients for the checker")
    small = [_taylor(units, rest, e) for d in range(most + 1) for e in _powers(inputs, d)]
    large = range(most + 1, order + 1)
    moments = [
        _sum_of_terms([(_times_powers(a, bs, e), c, k) for a, bs, c in units])
        for d in range(most + 1, last + 1)
        for e in _powers(inputs, d)
        for k in range(0, 1 if plain else last + 1 - d)
        if (d + k) % 2
    ]
    if alone:
        return [*small, *moments], None
    taylor = [_taylor(units, rest, e) for d in large for e in _powers(inputs, d)]
    return [*small, *taylor], [*small, *moments]


def _taylor(units: Sequence[Unit], rest: Rest, e: Exponent) -> Tree:
    """Return the coefficient of x**e."""
    derivative = fmpq_poly([0, 1])
    for _ in range(sum(e)):
        derivative = derivative.derivative() * fmpq_poly([1, 0, -1])
    scale = fmpq(1)
    for k in e:
        scale /= factorial(k)
    terms = [
        (scale * coefficient * _times_powers(a, bs, e), c, k)
        for a, bs, c in units
        for k, coefficient in enumerate(derivative.coeffs())
    ]
    one = constant(units[0][0].context(), fmpq(1))
    return _sum_of_terms([*terms, (rest.get(e, 0 * one), one, 0)])


def _sum_of_terms(terms: Sequence[tuple[fmpq_mpoly, fmpq_mpoly, int]]) -> Tree:
    """Return sum p tanh(c)**k as a tree."""
    plain = sum((p for p, _, k in terms if k == 0), terms[0][0] * 0)
    others: list[Tree] = [
        ["*", ["poly", p], ["power", ["tanh", ["poly", c]], str(k)]]
        for p, c, k in terms
        if k and not p.is_zero() and not c.is_zero()
    ]
    if not others:
        return ["poly", plain]
    if plain.is_zero() and len(others) == 1:
        return others[0]
    return ["+", ["poly", plain], *others]


def _biased(unit: Unit, rest: Rest, used: Sequence[fmpq_mpoly]) -> list[Tree]:
    """Return the coefficients of a unit tanh(b . x + c) with b = 0, c != 0 at the point."""
    a, bs, _ = unit
    require(all(not any(e) for e in rest), "a unit without weight beside a polynomial")
    if not rest:
        return [["poly", a]]
    (value,) = rest.values()
    taken = {i for p in used for i, d in enumerate(p.degrees()) if d}
    for i, x in enumerate(value.context().gens()):
        slope = value.derivative(i)
        if i not in taken and slope.is_constant() and not slope.is_zero():
            # tanh(c) is irrational, so that both parts of F_0 vanish at the point.
            require(at_origin(a) == 0 and at_origin(value) == 0, "the constant does not vanish")
            return _polynomials([x, *(times(a, b) for b in bs)])
    require(False, "no variable of the constant term is free")
    return []


def _moment(units: Sequence[tuple[fmpq_mpoly, list[fmpq_mpoly]]], e: Exponent) -> fmpq_mpoly:
    return sum((_times_powers(a, steps, e) for a, steps in units), units[0][0] * 0)
