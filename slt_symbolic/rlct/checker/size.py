"""Bounds on what a certificate may make the checker compute.

The arithmetic library ends the process when memory runs out, so that no error could be caught:
powers, products, compositions, quotients, resultants and values are refused, by a bound on their
terms and digits, before they are formed. The bounds may be far too large; the limits leave room.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import comb, lcm

from flint import fmpq, fmpq_mpoly

from ..errors import CertificateError

MOST_TERMS = 1_000_000
MOST_BITS = 1_000_000_000  # of all coefficients together
MOST_BITS_OF_VALUE = 100_000_000
HIGHEST = 10**9  # degree of the result in one variable
HIGHEST_FACTORED = 1_000  # total degree of what is factored, apart from coordinates


def bits(p: fmpq_mpoly) -> int:
    """Return a bound for the bits of the coefficients, and of their common denominator.

    Examples
    --------
    >>> from slt_symbolic.rlct.checker.algebra import context
    >>> x, y = context(2).gens()
    >>> bits(5 * x + y / 8)
    7
    """
    top = common = 1
    for c in p.coeffs():
        top = max(top, c.p.bit_length())
        if c.q != 1:
            common = lcm(common, int(c.q))
    return top + (common.bit_length() if common > 1 else 0)


def require_power(p: fmpq_mpoly, exponent: int) -> None:
    """Raise `CertificateError` if a power of a polynomial would be too large.

    Examples
    --------
    >>> from slt_symbolic.rlct.checker.algebra import context
    >>> x, y = context(2).gens()
    >>> require_power(x * y, 10**6)
    >>> require_power(1 + x + y, 10**6)
    Traceback (most recent call last):
    ...
    slt_symbolic.rlct.errors.CertificateError: a power in the certificate is too large
    """
    if exponent < 2 or p.is_zero():
        return
    degrees = [int(d) * exponent for d in p.degrees()]
    terms = min(_ways(len(p), exponent), most_monomials(degrees, int(p.total_degree()) * exponent))
    if not _small(terms, exponent * (bits(p) + len(p).bit_length()), degrees):
        raise CertificateError("a power in the certificate is too large")


def require_product(p: fmpq_mpoly, q: fmpq_mpoly) -> None:
    """Raise `CertificateError` if a product would be too large.

    Examples
    --------
    >>> from slt_symbolic.rlct.checker.algebra import context
    >>> x, y, z = context(3).gens()
    >>> require_product((1 + x) ** 100, (x + y) ** 100)
    >>> dense = (1 + x + y + z) ** 30
    >>> require_product(dense * (1 + x**900), dense * (1 + y**900) * (1 + z**900))
    Traceback (most recent call last):
    ...
    slt_symbolic.rlct.errors.CertificateError: a product in the certificate is too large
    """
    if p.is_zero() or q.is_zero():
        return
    degrees = [int(a) + int(b) for a, b in zip(p.degrees(), q.degrees(), strict=True)]
    total = int(p.total_degree()) + int(q.total_degree())
    terms = min(len(p) * len(q), most_monomials(degrees, total))
    size = bits(p) + bits(q) + min(len(p), len(q)).bit_length()
    if not _small(terms, size, degrees):
        raise CertificateError("a product in the certificate is too large")


def require_composition(p: fmpq_mpoly, images: Sequence[fmpq_mpoly]) -> None:
    """Raise `CertificateError` if substituting images for variables would give too much.

    Examples
    --------
    >>> from slt_symbolic.rlct.checker.algebra import context
    >>> x, y = context(2).gens()
    >>> require_composition(x**90 * y**7, [x * y, y])
    >>> require_composition(x**900000, [x + y, y])
    Traceback (most recent call last):
    ...
    slt_symbolic.rlct.errors.CertificateError: a substitution in the certificate is too large
    """
    lengths = [max(len(q), 1) for q in images]
    sizes = [bits(q) + n.bit_length() for q, n in zip(images, lengths, strict=True)]
    tops = [[int(d) for d in q.degrees()] for q in images]
    totals = [0 if q.is_zero() else int(q.total_degree()) for q in images]
    # Nearly always the largest exponents of p alone show that all is well.
    highest = [int(e) for e in p.degrees()]
    if _estimate([highest], lengths, sizes, tops, totals, len(p), bits(p)):
        return
    every = ([int(e) for e in powers] for powers in p.monoms())
    if not _estimate(every, lengths, sizes, tops, totals, 1, bits(p)):
        raise CertificateError("a substitution in the certificate is too large")


def require_value(p: fmpq_mpoly, point: Sequence[fmpq]) -> None:
    """Raise `CertificateError` if the value at a point would have too many digits.

    Examples
    --------
    >>> from slt_symbolic.rlct.checker.algebra import context
    >>> x, y = context(2).gens()
    >>> require_value(x**1000 - y, [fmpq(1, 3), fmpq(2)])
    >>> require_value(x**1000000 - y, [fmpq(1, 3) ** 1000, fmpq(2)])
    Traceback (most recent call last):
    ...
    slt_symbolic.rlct.errors.CertificateError: a value in the certificate has too many digits
    """
    size = sum(
        int(d) * (c.p.bit_length() + c.q.bit_length())
        for d, c in zip(p.degrees(), point, strict=True)
        if c != 0
    )
    if size > MOST_BITS_OF_VALUE:
        raise CertificateError("a value in the certificate has too many digits")


def require_resultant(p: fmpq_mpoly, q: fmpq_mpoly, i: int) -> None:
    """Raise `CertificateError` if eliminating x_i between two polynomials would give too much.

    Notes
    -----
    By the determinant of Sylvester, of which the remainders on the way are minors.

    Examples
    --------
    >>> from slt_symbolic.rlct.checker.algebra import context
    >>> x, y = context(2).gens()
    >>> require_resultant(y**3 - x**104, y - x, 0)
    >>> require_resultant(y**900 - x**901, (x - y) ** 400, 0)
    Traceback (most recent call last):
    ...
    slt_symbolic.rlct.errors.CertificateError: a resultant in the certificate is too large
    """
    if p.is_zero() or q.is_zero():
        return
    (a, *left), (b, *right) = (
        (int(f.degrees()[i]), *(int(d) for k, d in enumerate(f.degrees()) if k != i))
        for f in (p, q)
    )
    degrees = [b * c + a * d for c, d in zip(left, right, strict=True)]
    sizes = [bits(f) + len(f).bit_length() for f in (p, q)]
    terms = most_monomials(degrees, sum(degrees)) * (1 + min(a, b) // 4)
    if not _small(terms, b * sizes[0] + a * sizes[1] + a + b, degrees):
        raise CertificateError("a resultant in the certificate is too large")


def require_factorable(p: fmpq_mpoly) -> None:
    """Raise `CertificateError` if a polynomial has too high a degree to be factored.

    Examples
    --------
    >>> from slt_symbolic.rlct.checker.algebra import context
    >>> x, y = context(2).gens()
    >>> require_factorable(x**100000 * (y**2 - x**3))
    >>> require_factorable(x**100000 - 1)
    Traceback (most recent call last):
    ...
    slt_symbolic.rlct.errors.CertificateError: a polynomial to be factored has a high degree
    """
    if len(p) < 2 or p.total_degree() <= HIGHEST_FACTORED:
        return
    monomials = [[int(e) for e in powers] for powers in p.monoms()]
    common = sum(min(column) for column in zip(*monomials, strict=True))
    if int(p.total_degree()) - common > HIGHEST_FACTORED:
        raise CertificateError("a polynomial to be factored has a high degree")


def _estimate(
    monomials: Iterable[list[int]],
    lengths: Sequence[int],
    sizes: Sequence[int],
    tops: Sequence[Sequence[int]],
    totals: Sequence[int],
    copies: int,
    own: int,
) -> bool:
    """Say whether the images of so many copies of monomials are small enough."""
    degrees = [0] * len(tops[0])
    reach = [0] * len(lengths)
    terms = total = 0
    for exponents in monomials:
        ways = copies
        for n, e in zip(lengths, exponents, strict=True):
            ways = min(ways * _ways(n, e), 2 * MOST_TERMS)
        terms += ways
        # The images may have other denominators, which all meet in the common one.
        reach = [max(r, e) for r, e in zip(reach, exponents, strict=True)]
        for j in range(len(degrees)):
            here = sum(e * top[j] for e, top in zip(exponents, tops, strict=True))
            degrees[j] = max(degrees[j], here)
        total = max(total, sum(e * t for e, t in zip(exponents, totals, strict=True)))
    longest = sum(r * s for r, s in zip(reach, sizes, strict=True))
    return _small(min(terms, most_monomials(degrees, total)), longest + own, degrees)


def _ways(terms: int, exponent: int) -> int:
    """Return the number of monomials of a degree in so many terms, or a number too large."""
    if terms < 2 or exponent < 2:
        return max(terms, 1) if exponent else 1
    if terms > MOST_TERMS or exponent > MOST_TERMS:
        return 2 * MOST_TERMS
    few = min(terms - 1, exponent)
    return 2 * MOST_TERMS if few > 64 else comb(terms + exponent - 1, few)


def most_monomials(degrees: Sequence[int], total: int) -> int:
    """Return at least the number of monomials with these degrees, alone and in total."""
    size = 1
    for d in degrees:
        size = min(size * (d + 1), 2 * MOST_TERMS)
    return min(size, _ways(sum(d > 0 for d in degrees) + 1, total))


def _small(terms: int, size: int, degrees: Sequence[int]) -> bool:
    within = terms <= MOST_TERMS and terms * size <= MOST_BITS
    return within and all(d <= HIGHEST for d in degrees)
