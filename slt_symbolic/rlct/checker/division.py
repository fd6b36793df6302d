"""Exact division of polynomials in several variables, with bounds on what it forms.

The library's division with remainder follows the order of the monomials to its end. Where the
divisor does not divide, that may take all monomials that there are: x**N by x - y - z has N**2 / 2
terms on the way. Here a quotient is formed only once it is nearly certain that there is one. Where
even that may be too large, it is found one power of a variable at a time, and given up as soon as
its terms are too many or its degrees more than a quotient can have.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from math import gcd, lcm

from flint import fmpq, fmpq_mpoly
from flint.utils.flint_exceptions import DomainError

from ..errors import CertificateError
from .size import MOST_BITS, MOST_TERMS, bits, most_monomials, require_product, require_value

_STEPS = 20_000
#: Values for the variables that nobody can know when a certificate is written.
_VALUES = [fmpq(2 + secrets.randbelow(2**24)) for _ in range(64)]


def quotient(p: fmpq_mpoly, divisor: fmpq_mpoly) -> fmpq_mpoly | None:
    """Return p / divisor, or None if the divisor does not divide.

    Parameters
    ----------
    p, divisor : fmpq_mpoly
        Polynomials that are not zero, of one ring.

    Raises
    ------
    CertificateError
        If the quotient, or the way to it, may be too large.

    Examples
    --------
    >>> from slt_symbolic.rlct.checker.algebra import context
    >>> x, y, z = context(3).gens()
    >>> quotient(x**2 - y**2, 2 * x + 2 * y)
    1/2*x0 - 1/2*x1
    >>> quotient(x**100000 + y**100000 + z**100000, x - y - z) is None
    True
    """
    reach = [int(a) - int(b) for a, b in zip(p.degrees(), divisor.degrees(), strict=True)]
    if min(reach, default=0) < 0:
        return None
    total = int(p.total_degree()) - int(divisor.total_degree())
    if total < 0:
        return None
    if len(divisor) == 1:
        return _exact(p, divisor)
    if not _ends_divide(p, divisor) or not _may_divide(p, divisor):
        return None
    terms = most_monomials(reach, total)
    # Coefficients of a divisor over the integers: Mignotte's bound, 2**degree times those of p.
    if terms <= MOST_TERMS and terms * (bits(p) + sum(reach) + len(p).bit_length()) <= MOST_BITS:
        return _exact(p, divisor)
    return _by_powers(p, divisor, reach, [0])


def _exact(p: fmpq_mpoly, divisor: fmpq_mpoly) -> fmpq_mpoly | None:
    try:
        return p / divisor
    except DomainError:
        return None


def _ends_divide(p: fmpq_mpoly, divisor: fmpq_mpoly) -> bool:
    """Say whether the first and the last monomial are multiples of those of the divisor."""
    pairs = ((0, 0), (len(p) - 1, len(divisor) - 1))
    return all(
        all(map(int.__le__, map(int, divisor.monomial(k)), map(int, p.monomial(m))))
        for m, k in pairs
    )


def _may_divide(p: fmpq_mpoly, divisor: fmpq_mpoly) -> bool:
    """Say whether values at one point allow the divisor to divide; True if they are too long.

    Up to their contents both are polynomials over the integers; so is the quotient (Gauss).
    """
    n = p.context().nvars()
    if n > len(_VALUES):
        return True
    point = _VALUES[:n]
    try:
        require_value(p, point)
    except CertificateError:
        return True
    below = divisor(*point) / _content(divisor)
    return below == 0 or int((p(*point) / _content(p) / below).q) == 1


def _content(p: fmpq_mpoly) -> fmpq:
    """Return the positive number by which p is a primitive polynomial over the integers."""
    coefficients = p.coeffs()
    common = lcm(*{int(c.q) for c in coefficients})
    return fmpq(gcd(*(int(c.p) * (common // int(c.q)) for c in coefficients)), common)


def _by_powers(
    p: fmpq_mpoly, divisor: fmpq_mpoly, reach: Sequence[int], made: list[int]
) -> fmpq_mpoly | None:
    """Divide one power of a variable of the divisor at a time.

    ``reach`` are the degrees that the quotient has, ``made`` the number of steps so far.
    """
    if len(divisor) == 1:
        return _exact(p, divisor)
    i = next(k for k, d in enumerate(divisor.degrees()) if d > 0)
    ring, top = p.context(), int(divisor.degrees()[i])
    lead = coefficient(divisor, i, top)
    total = ring.from_dict({})
    while not p.is_zero():
        made[0] += 1
        if made[0] > _STEPS:
            raise CertificateError("a quotient in the certificate is too large")
        degree = int(p.degrees()[i])
        if degree < top:
            return None
        part = _by_powers(coefficient(p, i, degree), lead, reach, made)
        if part is None:
            return None
        part *= ring.gen(i) ** (degree - top)
        if any(int(d) > r for d, r in zip(part.degrees(), reach, strict=True)):
            return None
        require_product(part, divisor)
        total, p = total + part, p - part * divisor
    return total


def coefficient(p: fmpq_mpoly, i: int, degree: int) -> fmpq_mpoly:
    """Return the coefficient of a power of x_i.

    Examples
    --------
    >>> from slt_symbolic.rlct.checker.algebra import context
    >>> x, y = context(2).gens()
    >>> coefficient((x + y) ** 3, 0, 1)
    3*x1^2
    """
    kept = {
        tuple(0 if k == i else int(e) for k, e in enumerate(a)): c
        for a, c in p.to_dict().items()
        if int(a[i]) == degree
    }
    return p.context().from_dict(kept)
