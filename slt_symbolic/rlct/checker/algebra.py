"""Exact algebra for the certificate checker: decoding, initial forms, real roots, rank.

Nothing here knows how certificates are found. Polynomials are python-flint ``fmpq_mpoly``;
there is no floating point number in this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from flint import Ordering, fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly

from ..errors import CertificateError, NegativeGermError
from .division import quotient
from .size import (
    require_composition,
    require_factorable,
    require_power,
    require_product,
    require_value,
)
from .size_line import remainder, value_at

Exponent = tuple[int, ...]

_HIGHEST_DENSE = 100_000
_RATIONAL = re.compile(r"-?[0-9]{1,4000}(/[0-9]{1,4000})?")


def require(condition: bool, statement: str) -> None:
    """Raise `CertificateError` unless the condition holds."""
    if not condition:
        raise CertificateError(statement)


def require_positive(condition: bool, statement: str) -> None:
    """Raise `NegativeGermError` unless the condition, a sign of K in the region, holds."""
    if not condition:
        raise NegativeGermError(statement)


def rational(text: Any) -> fmpq:
    """Return the rational number written as ``"p"`` or ``"p/q"``.

    Examples
    --------
    >>> rational("-3/6")
    -1/2
    """
    require(isinstance(text, str) and _RATIONAL.fullmatch(text) is not None, "not a rational")
    numerator, _, denominator = text.partition("/")
    require(denominator.strip("0") != "" or denominator == "", "zero denominator")
    return fmpq(int(numerator), int(denominator or "1"))


def exponent(data: Any, n: int) -> Exponent:
    """Return a vector of `n` non-negative integers."""
    require(isinstance(data, list) and len(data) == n, "exponent vector of the wrong length")
    require(all(type(e) is int and 0 <= e <= 10**6 for e in data), "exponents are integers >= 0")
    return tuple(data)


def context(n: int) -> fmpq_mpoly_ctx:
    """Return the ring Q[x0, ..., x(n-1)]."""
    return fmpq_mpoly_ctx.get([f"x{i}" for i in range(n)], Ordering.lex)


def polynomial(data: Any, ring: fmpq_mpoly_ctx) -> fmpq_mpoly:
    """Decode a polynomial, a list of pairs ``[coefficient, exponents]``."""
    require(isinstance(data, list), "a polynomial is a list of terms")
    terms: dict[Exponent, fmpq] = {}
    for term in data:
        require(isinstance(term, list) and len(term) == 2, "a term is [coefficient, exponents]")
        powers = exponent(term[1], ring.nvars())
        require(powers not in terms, "a polynomial repeats a monomial")
        terms[powers] = rational(term[0])
    return ring.from_dict(terms)


def at_origin(p: fmpq_mpoly) -> fmpq:
    """Return the constant term."""
    return p(*[0] * p.context().nvars())


def constant(ring: fmpq_mpoly_ctx, value: fmpq) -> fmpq_mpoly:
    """Return a constant of the ring."""
    return ring.from_dict({(0,) * ring.nvars(): value})


def exponents(p: fmpq_mpoly) -> list[Exponent]:
    """Return the exponent vectors of the terms, as plain integers."""
    return [tuple(int(e) for e in powers) for powers in p.to_dict()]


def minimal(every: Iterable[Exponent]) -> list[Exponent]:
    """Return the exponents that no other one divides, in their order.

    Examples
    --------
    >>> minimal([(2, 0), (0, 3), (1, 1), (2, 1)])
    [(2, 0), (0, 3), (1, 1)]
    """
    listed = list(every)
    found: list[Exponent] = []
    # A divisor has a smaller sum, so that only the minimal ones before have to be looked at.
    for a in sorted(set(listed), key=sum):
        if not any(all(map(int.__le__, b, a)) for b in found):
            found.append(a)
    kept = set(found)
    return [a for a in listed if a in kept]


def support_variables(p: fmpq_mpoly) -> set[int]:
    """Return the indices of the variables that occur."""
    return {i for powers in exponents(p) for i, e in enumerate(powers) if e}


def compose(p: fmpq_mpoly, images: Sequence[fmpq_mpoly]) -> fmpq_mpoly:
    """Substitute the images for the variables."""
    require_composition(p, images)
    return p.compose(*images, ctx=images[0].context())


def power(p: fmpq_mpoly, exponent: int) -> fmpq_mpoly:
    """Return a power whose exponent comes from a certificate."""
    require_power(p, exponent)
    return p**exponent


def times(*factors: fmpq_mpoly) -> fmpq_mpoly:
    """Return a product, unless it may be too large."""
    first, *others = factors
    for p in others:
        require_product(first, p)
        first = first * p
    return first


def evaluate(p: fmpq_mpoly, point: Sequence[fmpq]) -> fmpq:
    """Return the value at a point, unless it may have too many digits."""
    require_value(p, point)
    return p(*point)


def factored(p: fmpq_mpoly) -> tuple[fmpq, list[tuple[fmpq_mpoly, int]]]:
    """Return the content and the irreducible factors with their powers."""
    require_factorable(p)
    content, parts = p.factor()
    return content, [(f, int(e)) for f, e in parts]


def divide_out(p: fmpq_mpoly, divisor: fmpq_mpoly) -> tuple[fmpq_mpoly, int]:
    """Return `q` and the largest `k` with ``p = q * divisor**k``.

    Examples
    --------
    >>> x, y = context(2).gens()
    >>> divide_out(x**900000 * y - x**900001, x)
    (-x0 + x1, 900000)
    """
    if p.is_zero():
        return p, 0
    require(not divisor.is_constant(), "a constant is divided out")
    if len(divisor) == 1:
        (powers,) = exponents(divisor)
        k = min(e // d for a in exponents(p) for e, d in zip(a, powers, strict=True) if d)
        return (p / divisor**k if k else p), k
    k = 0
    while (q := quotient(p, divisor)) is not None:
        p, k = q, k + 1
    return p, k


def rank(rows: Iterable[Sequence[int | fmpq]]) -> int:
    """Return the rank over Q."""
    table = [list(row) for row in rows]
    return int(fmpq_mat(table).rank()) if table and table[0] else 0


def gradient_at_origin(p: fmpq_mpoly) -> list[fmpq]:
    """Return the partial derivatives at the origin."""
    return [at_origin(p.derivative(i)) for i in range(p.context().nvars())]


def hessian_at_origin(p: fmpq_mpoly) -> list[list[fmpq]]:
    """Return the matrix of second partial derivatives at the origin."""
    return [gradient_at_origin(p.derivative(i)) for i in range(p.context().nvars())]


def initial_form(p: fmpq_mpoly, weights: Sequence[int]) -> tuple[fmpq_mpoly, int]:
    """Return the part of lowest weighted degree of a non-zero polynomial, and that degree."""
    degrees = {e: sum(a * w for a, w in zip(e, weights, strict=True)) for e in exponents(p)}
    least = min(degrees.values())
    kept = {e: c for e, c in p.to_dict().items() if degrees[tuple(int(a) for a in e)] == least}
    return p.context().from_dict(kept), least


def order(p: fmpq_mpoly) -> int:
    """Return the order of vanishing at the origin of a non-zero polynomial."""
    return min(sum(e) for e in exponents(p))


def univariate(coefficients: Mapping[int, fmpq]) -> fmpq_poly:
    """Return the polynomial in one variable with these coefficients."""
    require(max(coefficients) <= _HIGHEST_DENSE, "a polynomial in one variable has a high degree")
    return fmpq_poly([coefficients.get(k, fmpq(0)) for k in range(max(coefficients) + 1)])


def _sign(value: fmpq) -> int:
    return (value > 0) - (value < 0)


def _sign_changes(signs: Iterable[int]) -> int:
    kept = [s for s in signs if s]
    return sum(a != b for a, b in pairwise(kept))


def count_roots(p: fmpq_poly, low: fmpq, high: fmpq | None) -> int:
    """Count the distinct real roots in ``(low, high]``; ``high=None`` means infinity.

    Notes
    -----
    Sturm's theorem, applied to the squarefree part.

    Examples
    --------
    >>> count_roots(fmpq_poly([-2, 0, 1]), fmpq(0), None)
    1
    """
    require(not p.is_zero(), "the zero polynomial has no root count")
    if p.degree() < 1:
        return 0
    before = p // p.gcd(p.derivative())
    last, signs = before.derivative(), [_at_ends(before, low, high)]
    while not last.is_zero():
        signs.append(_at_ends(last, low, high))
        rest = -remainder(before, last)
        # A positive factor changes no sign, and without it coefficients double at each step.
        rest = rest if rest.is_zero() else rest * fmpq(rest.denom(), rest.numer().content())
        before, last = last, rest
    return _sign_changes(s for s, _ in signs) - _sign_changes(s for _, s in signs)


def _at_ends(p: fmpq_poly, low: fmpq, high: fmpq | None) -> tuple[int, int]:
    top = p.leading_coefficient() if high is None else value_at(p, high)
    return _sign(value_at(p, low)), _sign(top)
