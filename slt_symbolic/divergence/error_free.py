"""Sums and products of doubles together with their rounding errors, for Numba code.

References
----------
T. J. Dekker (1971), A floating-point technique for extending the available precision,
Numer. Math. 18, 224-242.
D. E. Knuth (1969), The Art of Computer Programming 2, 4.2.2.
"""

from __future__ import annotations

from numba import njit


@njit(inline="always")
def two_sum(a: float, b: float) -> tuple[float, float]:
    """Return a + b rounded, and the rounding error.

    Examples
    --------
    >>> two_sum(1.0, 2.0**-60) == (1.0, 2.0**-60)
    True
    """
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


@njit(inline="always")
def two_product(a: float, b: float) -> tuple[float, float]:
    """Return a·b rounded, and the rounding error, by Dekker's splitting.

    Notes
    -----
    The error is exact unless something under- or overflows; factors above 2^996 give NaN.

    Examples
    --------
    >>> two_product(1.0 + 2.0**-40, 1.0 + 2.0**-40) == (1.0 + 2.0**-39, 2.0**-80)
    True
    """
    p = a * b
    c = 134217729.0 * a  # 2^27 + 1
    a_high = c - (c - a)
    a_low = a - a_high
    c = 134217729.0 * b
    b_high = c - (c - b)
    b_low = b - b_high
    return p, ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low


@njit(inline="always")
def triple_product(a: float, b: float, c: float) -> tuple[float, float]:
    """Return a·b·c as a double and what it lacks, in doubled precision.

    Examples
    --------
    >>> triple_product(3.0, 1.0 + 2.0**-40, 1.0 + 2.0**-40) == (3 * (1 + 2.0**-39), 3 * 2.0**-80)
    True
    """
    p, e = two_product(a, b)
    q, f = two_product(p, c)
    return q, f + e * c
