"""Proofs that the parameter set T of a family has no real point."""

from __future__ import annotations

from itertools import pairwise

from flint import fmpq, fmpq_mpoly, fmpq_poly

from .algebra import (
    constant,
    count_roots,
    exponent,
    polynomial,
    power,
    rational,
    require,
    support_variables,
    times,
    univariate,
)
from .family import Family
from .germ import Node
from .size_line import value_at


def require_empty(family: Family, proof: Node) -> None:
    """Require that no real point satisfies the equations and conditions of T.

    Notes
    -----
    ``identity``: sum_k c_k s_k**2 prod_j q_j**m_kj = sum_i b_i E_i + sum_j b'_j R_j with c_k > 0,
    where conditions q_j != 0 have even powers; one term has s_k = 1, so the left side is
    positive on T, while the right side vanishes there. ``roots``: equations and conditions
    in one parameter; rational separators divide the line into intervals on which the greatest
    common divisor of the equations has no root or a condition fails (Sturm's theorem).
    """
    if proof["rule"] == "identity":
        _identity(family, proof)
    else:
        require(proof["rule"] == "roots", "unknown rule")
        _roots(family, proof)


def _identity(family: Family, proof: Node) -> None:
    ring = family.ring
    left = constant(ring, fmpq(0))
    strict = False
    for c, powers, root in proof["terms"]:
        s = polynomial(root, ring)
        require(rational(c) > 0, "a term of the positive side has a weight <= 0")
        term = rational(c) * power(s, 2)
        for (q, positive), m in zip(family.open, exponent(powers, len(family.open)), strict=True):
            require(positive or m % 2 == 0, "an odd power of a function of unknown sign")
            term = times(term, power(q, m))
        strict = strict or s.is_one()
        left += term
    require(strict, "no term of the positive side is positive on T")
    right = constant(ring, fmpq(0))
    for b, E in zip(proof["cofactors"], equations_of(family), strict=True):
        right += times(polynomial(b, ring), E)
    require(left == right, "an identity fails")


def equations_of(family: Family) -> list[fmpq_mpoly]:
    """Return the polynomials in the parameters that vanish on T."""
    return [*family.zero, *(family.on_parameters(R) for _, R in family.relations)]


def _in_one(p: fmpq_mpoly, i: int) -> fmpq_poly:
    require(support_variables(p) <= {i}, "an equation has several parameters")
    return univariate({int(a[i]): c for a, c in p.to_dict().items()})


def _roots(family: Family, proof: Node) -> None:
    i = proof["variable"]
    require(type(i) is int and 0 <= i < len(family.roles), "a variable is an index")
    common = fmpq_poly([])
    for E in equations_of(family):
        if support_variables(E) <= {i}:
            common = common.gcd(_in_one(E, i))
    require(common.degree() >= 0, "there is no equation in this parameter")
    conditions = [(_in_one(q, i), s) for q, s in family.open if support_variables(q) == {i}]
    inner = [rational(c) for c in proof["separators"]]
    require(all(a < b for a, b in pairwise(inner)), "the separators must increase")
    bound = 1 + sum((abs(c) for c in common.coeffs()), fmpq(0)) / abs(common.leading_coefficient())
    # No root lies beyond the bound of Cauchy.
    for a, b in pairwise([min([-bound, *inner]), *inner, max([bound, *inner])]):
        inside = value_at(common, a) != 0 != value_at(common, b)
        if a >= b or (inside and _count(common, a, b) == 0):
            continue
        failing = any(
            _count(q, a, b) == 0 and value_at(q, a) < 0 and positive for q, positive in conditions
        ) or any(
            # All roots of the equation in the interval are roots of q, which must not vanish.
            _count(common.gcd(q), a, b) == _count(common, a, b)
            for q, _ in conditions
        )
        require(inside and failing, "a root of the equations satisfies the conditions")


def _count(p: fmpq_poly, low: fmpq, high: fmpq) -> int:
    return count_roots(p, low, high) if p.degree() > 0 else 0
