"""Bounds on what polynomials in one variable may make the checker compute."""

from __future__ import annotations

from collections.abc import Iterable

from flint import fmpq, fmpq_poly

from ..errors import CertificateError
from .size import MOST_BITS, MOST_BITS_OF_VALUE

#: Sturm's theorem takes a quarter of a second at this degree, and is asked for each root.
MOST_ROOTS = 200
_HIGHEST = 100_000


def height(p: fmpq_poly) -> int:
    """Return the bits of the largest numerator over the common denominator, and of that.

    Examples
    --------
    >>> height(fmpq_poly([5, fmpq(1, 8)]))
    10
    """
    return int(p.numer().height_bits()) + int(p.denom()).bit_length()


def remainder(p: fmpq_poly, divisor: fmpq_poly) -> fmpq_poly:
    """Return the remainder of a division, unless its numbers may grow beyond what is allowed.

    Examples
    --------
    >>> remainder(fmpq_poly([1, 0, 0, 1]), fmpq_poly([-2, 0, 1]))
    2*x + 1
    >>> remainder(fmpq_poly([0] * 90000 + [1]), fmpq_poly([1, 3, 7]))
    Traceback (most recent call last):
    ...
    slt_symbolic.rlct.errors.CertificateError: a remainder in the certificate is too large
    """
    steps = p.degree() - divisor.degree() + 1
    if steps > 0 and divisor.degree() > 0:
        # Each step multiplies by the leading coefficient.
        size = height(p) + steps * (height(divisor) + 1)
        if (p.degree() + 1) * size > MOST_BITS:
            raise CertificateError("a remainder in the certificate is too large")
    return p % divisor


def product_of(factors: Iterable[fmpq_poly]) -> fmpq_poly:
    """Return a product, unless its degree is too high.

    Examples
    --------
    >>> product_of([fmpq_poly([1, 1]), fmpq_poly([-1, 1])])
    x^2 + (-1)
    """
    product = fmpq_poly([1])
    for p in factors:
        degree = product.degree() + p.degree()
        size = height(product) + height(p) + degree.bit_length()
        if degree > _HIGHEST or degree * size > MOST_BITS:
            raise CertificateError("a product of polynomials in one variable is too large")
        product *= p
    return product


def value_at(p: fmpq_poly, at: fmpq) -> fmpq:
    """Return the value at a number, unless it may have too many digits.

    Examples
    --------
    >>> value_at(fmpq_poly([1, 2]), fmpq(1, 2))
    2
    >>> value_at(fmpq_poly([0] * 90000 + [1]), fmpq(1, 3) ** 2000)
    Traceback (most recent call last):
    ...
    slt_symbolic.rlct.errors.CertificateError: a value in the certificate has too many digits
    """
    size = at.p.bit_length() + at.q.bit_length() if at != 0 else 0
    if p.degree() * size > MOST_BITS_OF_VALUE:
        raise CertificateError("a value in the certificate has too many digits")
    return p(at)
