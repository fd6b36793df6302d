"""The leaves of a proof: a Newton polyhedron, or bounds only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq, fmpq_mpoly

from .algebra import (
    Exponent,
    at_origin,
    constant,
    evaluate,
    exponent,
    hessian_at_origin,
    initial_form,
    order,
    polynomial,
    power,
    rank,
    rational,
    require,
    times,
)
from .germ import Germ, Judge, Node, Verdict, monomial, orthants_of, require_regular
from .newton import Factor, newton_value


def _expand(
    germ: Germ, system: Sequence[fmpq_mpoly], data: Any
) -> tuple[fmpq_mpoly, dict[Exponent, fmpq], frozenset[Exponent]]:
    """Return a sum of c * u**a as a polynomial, its unit coefficients, and all its exponents."""
    total, units, every = constant(germ.ring, fmpq(0)), {}, set()
    for coefficient, powers in data:
        c, a = polynomial(coefficient, germ.ring), exponent(powers, len(system))
        require(a not in every, "a factor repeats a monomial")
        every.add(a)
        if at_origin(c) != 0:
            units[a] = at_origin(c)
        for u, e in zip(system, a, strict=True):
            c = times(c, power(u, e))
        total += c
    require(bool(units), "a factor has no term with a unit coefficient")
    return total, units, frozenset(every)


def newton_node(germ: Germ, node: Node, _judge: Judge) -> Verdict | None:
    """Accept a product of powers that is non-degenerate in a regular system of coordinates."""
    n, gens = germ.ring.nvars(), germ.ring.gens()
    system = [polynomial(u, germ.ring) for u in node["system"]] if node["system"] else list(gens)
    require(len(system) == n, "a Newton leaf needs a full system of coordinates")
    require_regular(system)
    product_of_factors = constant(germ.ring, fmpq(1))
    factors: list[Factor] = []
    odd: set[int] = set()
    for data in node["factors"]:
        f, units, every = _expand(germ, system, data["terms"])
        often = data["power"]
        require(type(often) is int and often > 0, "a power is a positive integer")
        squares, total = [], constant(germ.ring, fmpq(0))
        for weight, terms in data.get("squares", ()):
            g, g_units, g_every = _expand(germ, system, terms)
            require(rational(weight) > 0 and len(g_units) == len(g_every), "bad squares")
            total += rational(weight) * power(g, 2)
            squares.append(g_units)
        require(not squares or total == f, "a factor is not the stated sum of squares")
        factors.append(Factor(often, units, every, tuple(squares)))
        product_of_factors = times(product_of_factors, power(f, often))
        odd |= {i for a in units for i, e in enumerate(a) if e % 2}
    require(product_of_factors == germ.K, "K is not the product of the factors of the leaf")
    tau = [fmpq(0)] * n
    for p, s in germ.prior:
        tau = [t + s * k for t, k in zip(tau, monomial(p, system)[0], strict=True)]
    require(all(t > -1 for t in tau), "the prior is not integrable")
    orthants = orthants_of(germ, system, odd)
    if not orthants:
        return None
    value, multiplicity = newton_value(factors, tau, orthants)
    return Verdict(value, value, multiplicity)


def bounds_node(germ: Germ, node: Node, _judge: Judge) -> Verdict | None:
    """Accept bounds: order and Hessian rank from below, a weighted scaling from above."""
    lower, upper = fmpq(0), None
    if all(s >= 0 for _, s in germ.prior):
        # Some derivative of this order does not vanish: sublevel sets of its lines are small.
        lower = fmpq(1, order(germ.K))
        if not germ.region:
            # K >= 0 is a sum of r squares and a remainder >= 0 in fewer variables.
            lower = max(lower, fmpq(rank(hessian_at_origin(germ.K)), 2))
    if node["weights"] is not None:
        weights, witness = node["weights"], [rational(c) for c in node["witness"]]
        require(all(type(w) is int and w >= 0 for w in weights) and any(weights), "bad weights")
        second = [int(w == 0) for w in weights]
        height = fmpq(sum(weights))

        def leading(p: fmpq_mpoly) -> tuple[fmpq, int]:
            form, degree = initial_form(p, weights)
            return evaluate(initial_form(form, second)[0], witness), degree

        for p, s in germ.prior:
            value, degree = leading(p)
            require(value != 0 or s >= 0, "the witness lies on a pole of the prior")
            require(value != 0, "the witness lies on a zero of the prior")
            height += s * degree
        require(all(leading(r)[0] > 0 for r in germ.region), "the witness is not in the region")
        require(height > 0, "the prior is not integrable")
        degree = initial_form(germ.K, weights)[1]
        require(degree > 0, "the weights do not scale K")
        upper = height / degree
        require(upper >= lower, "the bounds contradict each other: K is negative or the prior bad")
    return Verdict(lower, upper, None)
