"""Bounds on what a certificate may make the checker compute.

The arithmetic library ends the process when memory runs out, so that no error could be caught:
powers and compositions are refused, by a bound on their terms and digits, before they are formed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import comb

from flint import fmpq_mpoly

from ..errors import CertificateError

MOST_TERMS = 5_000_000
MOST_BITS = 4_000_000_000  # of all coefficients together
HIGHEST = 10**9  # degree of the result in one variable


def bits(p: fmpq_mpoly) -> int:
    """Return the bits of the largest coefficient.

    Examples
    --------
    >>> from slt_symbolic.rlct.checker.algebra import context
    >>> x, y = context(2).gens()
    >>> bits(5 * x + y / 8)
    4
    """
    return max((max(c.p.bit_length(), c.q.bit_length()) for c in p.coeffs()), default=1)


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
    terms = min(_ways(len(p), exponent), _box(degrees))
    if not _small(terms, exponent * (bits(p) + len(p).bit_length()), degrees):
        raise CertificateError("a power in the certificate is too large")


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
    # Nearly always the largest exponents of p alone show that all is well.
    highest = [int(e) for e in p.degrees()]
    if _estimate([highest], lengths, sizes, tops, len(p), bits(p)):
        return
    every = ([int(e) for e in powers] for powers in p.monoms())
    if not _estimate(every, lengths, sizes, tops, 1, bits(p)):
        raise CertificateError("a substitution in the certificate is too large")


def _estimate(
    monomials: Iterable[list[int]],
    lengths: Sequence[int],
    sizes: Sequence[int],
    tops: Sequence[Sequence[int]],
    copies: int,
    own: int,
) -> bool:
    """Say whether the images of so many copies of monomials are small enough."""
    degrees = [0] * len(tops[0])
    terms = longest = 0
    for exponents in monomials:
        ways = copies
        for n, e in zip(lengths, exponents, strict=True):
            ways = min(ways * _ways(n, e), 2 * MOST_TERMS)
        terms += ways
        longest = max(longest, sum(e * s for e, s in zip(exponents, sizes, strict=True)))
        for j in range(len(degrees)):
            here = sum(e * top[j] for e, top in zip(exponents, tops, strict=True))
            degrees[j] = max(degrees[j], here)
    return _small(min(terms, _box(degrees)), longest + own, degrees)


def _ways(terms: int, exponent: int) -> int:
    """Return the number of monomials of a degree in so many terms, or a number too large."""
    if terms < 2 or exponent < 2:
        return max(terms, 1) if exponent else 1
    if terms > MOST_TERMS or exponent > MOST_TERMS:
        return 2 * MOST_TERMS
    few = min(terms - 1, exponent)
    return 2 * MOST_TERMS if few > 64 else comb(terms + exponent - 1, few)


def _box(degrees: Sequence[int]) -> int:
    size = 1
    for d in degrees:
        size = min(size * (d + 1), 2 * MOST_TERMS)
    return size


def _small(terms: int, size: int, degrees: Sequence[int]) -> bool:
    within = terms <= MOST_TERMS and terms * size <= MOST_BITS
    return within and all(d <= HIGHEST for d in degrees)
