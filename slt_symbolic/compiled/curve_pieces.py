"""A curve in R^N on an interval as a polynomial, and a basis of the space of its points.

Of a function analytic in the ellipse with foci -1, 1 and half axes that sum to rho, Chebyshev
interpolation of degree n errs by 4 M rho^-n/(rho - 1), M being the largest value in it.

References
----------
Trefethen (2013), Approximation Theory and Approximation Practice, Theorem 8.2; Bjoerck (1994),
Linear Algebra Appl. 197, 297-316 (Gram-Schmidt, twice).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["TERMS", "basis_of", "dot", "piece_of", "product"]

Array = NDArray[np.float64]
Curve = Callable[[Array], Array]
"""Points of the curve, one row for each parameter."""

# Coefficients of each polynomial.
TERMS = 16
# What may be missing, in proportion to the length of what is there. 2^-53 is rounding.
BASIS_ROUNDING = 2.0**-52
CURVE_ROUNDING = 2.0**-48
# cos(m angle_i) of the Chebyshev points: of integers modulo a turn, so that no angle is large.
COSINES = np.cos(
    (np.pi / (2 * TERMS))
    * (np.multiply.outer(np.arange(TERMS), 2 * np.arange(TERMS) + 1) % (4 * TERMS))
)
BETWEEN = np.array([-0.999, -0.8, -0.43, -0.1, -1e-3, 1e-6, 0.13, 0.51, 0.77, 0.996])


def piece_of(
    curve: Curve, middle: float, half: float, tangent: Array | None = None
) -> tuple[Array, Array] | None:
    """Return points of a curve on an interval, and its coefficients; None if it is no polynomial.

    Parameters
    ----------
    curve : callable
        From parameters, shape (p,), to points, shape (p, N).
    middle, half : float
        The parameter is middle + half t, t from -1 to 1.
    tangent : array of shape (N,), optional
        Of the curve at the middle, which is then met to the relative rounding of the tangent.

    Returns
    -------
    points : array of shape (16, N)
        Of length 1.
    coefficients : array of shape (16, N)
        By powers of t.

    Examples
    --------
    >>> def circle(t):
    ...     return np.column_stack([np.cos(t), np.sin(t)])
    >>> points, coefficients = piece_of(circle, 0.0, 0.5, np.array([0.0, 1.0]))
    >>> coefficients[:3].round(6).tolist()
    [[1.0, 0.0], [0.0, 0.5], [-0.125, 0.0]]
    >>> piece_of(circle, 0.0, 20.0) is None
    True
    """
    points = curve(middle + half * COSINES[1])
    # First to Chebyshev coefficients, which fall off: their rounding is multiplied by little.
    chebyshev = product(COSINES, points) * (2.0 / TERMS)
    chebyshev[0] *= 0.5
    coefficients = product(_chebyshev_polynomials().T, chebyshev)
    if tangent is not None:
        coefficients[0], coefficients[1] = curve(np.array([middle]))[0], half * tangent
    exact = curve(middle + half * BETWEEN)
    missing = product(np.vander(BETWEEN, TERMS, increasing=True), coefficients) - exact
    if not np.all(_lengths(missing) <= CURVE_ROUNDING * _lengths(exact)):
        return None
    lengths = _lengths(points)
    lengths[lengths == 0.0] = 1.0
    return points / lengths[:, None], coefficients


def basis_of(rows: Array) -> Array:
    """Return orthonormal vectors, shape (r, N), of which rows of length 1 are sums, to rounding.

    Examples
    --------
    >>> basis_of(np.array([[0.6, 0.8, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])).shape
    (2, 3)
    """
    rest = rows.copy()
    found: list[Array] = []
    while len(found) < min(rows.shape):
        lengths = _lengths(rest)
        longest = int(np.argmax(lengths))
        if lengths[longest] <= BASIS_ROUNDING:
            break
        new = rest[longest] / lengths[longest]
        for old in found:
            new -= dot(old, new) * old
        length = math.sqrt(dot(new, new))
        if length < 0.5:
            # What was left of the row was mostly rounding, and is less than it seemed.
            rest[longest] = lengths[longest] * new
            continue
        new /= length
        rest -= np.multiply.outer(product(rest, new[:, None])[:, 0], new)
        found.append(new)
    return np.array(found)


def product(a: Array, b: Array) -> Array:
    """Return the matrix product, summed in one order whatever the number of threads."""
    return np.einsum("ij,jk->ik", a, b)


def dot(a: Array, b: Array) -> float:
    """Return the inner product, summed in one order whatever the number of threads."""
    return float(np.einsum("k,k", a, b))


def _lengths(rows: Array) -> Array:
    return np.sqrt(np.einsum("ij,ij->i", rows, rows))


def _chebyshev_polynomials() -> Array:
    """Return the coefficients of T_n by powers, row by row."""
    matrix = np.zeros((TERMS, TERMS))
    matrix[0, 0] = matrix[1, 1] = 1.0
    for n in range(2, TERMS):
        matrix[n, 1:] = 2.0 * matrix[n - 1, :-1]
        matrix[n] -= matrix[n - 2]
    return matrix
