"""What a unit without bias does at all points of one input, as a short vector of its weight.

    K = 1/2 sum_k omega_k (c + sum_j q_j sigma(w_j x_k) - y_k)^2
      = 1/2 |c e + sum_j q_j phi(w_j) - y'|^2 + rest,     phi(w)_k = sqrt(omega_k) sigma(w x_k)

phi is a curve in R^N. To rounding it lies in a space of few dimensions r, however many points
there are: some 20 for tanh on a Gauss-Hermite rule, some 50 on a thousand samples. And on an
interval of w that is short beside its distance from 0, each of its r coordinates is a polynomial
to rounding: the singularities of tanh(w x), for one, lie at imaginary w, at least five times the
half length of [a, 3a/2] away from its middle, where interpolation of degree 15 errs by some
(5 + sqrt 24)^-16 = 1e-16. Both are checked on the curve itself, at parameters between: one that
is not met to rounding is not returned, as with sin at large weights.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numba import njit

from slt_symbolic.compiled.curve_pieces import Array, Curve, basis_of, dot, piece_of, product

__all__ = ["WeightCurve", "weight_curve"]

MOST_POINTS = 1 << 14
MOST_DIMENSIONS = 96
# Points beyond have no squares.
FARTHEST_POINT = 1e100
# Weights w with |w| |x| up to 2^6 have an interval, |x| in the mean.
LARGEST_OCTAVE = 6
# The first interval ends so many octaves below that of 1/|x|, at most.
LONGEST_SEARCH = 16


@dataclass(frozen=True)
class WeightCurve:
    """phi in an orthonormal basis, as polynomials on intervals of |w|.

    Parameters
    ----------
    lowest : int
        The first interval is |w| < 2^lowest, with t = |w|/2^lowest; then there are two for each
        octave, [2^e, 3/2 2^e) and [3/2 2^e, 2^(e+1)), with t from -1 to 1.
    intervals : int
        Their number, for each sign of w.
    sign : int
        phi(-w) = sign phi(w); 0 where the negative w have intervals of their own, after the
        others.
    coefficients : array of shape (intervals of both signs, r, 16)
        By powers of t; r is filled up to an even number.
    constant, target : arrays of shape (r,)
        e and y', in the basis.
    rest : float
        Half the square of what y' has outside.
    """

    lowest: int
    intervals: int
    sign: int
    coefficients: Array
    constant: Array
    target: Array
    rest: float


def weight_curve(
    sigma: Callable[[float], tuple[float, float]],
    parity: int | None,
    points: Array,
    omega: Array,
    targets: Array,
) -> WeightCurve | None:
    """Return the curve of an activation over weighted points, None if it is not met to rounding.

    Parameters
    ----------
    sigma : callable
        A Numba function ``z -> (sigma(z), sigma'(z))``.
    parity : {1, -1, None}
        Of sigma.
    points, omega, targets : arrays of shape (N,)
        The x_k, omega_k and y_k.

    Examples
    --------
    >>> from slt_symbolic.compiled.elementary import tanh_slope
    >>> x = np.linspace(-1, 1, 500)
    >>> curve = weight_curve(tanh_slope, -1, x, np.full(500, 1 / 500), np.zeros(500))
    >>> curve.lowest, curve.intervals, curve.coefficients.shape[0]
    (-2, 17, 17)
    """
    mass = float(omega.sum())
    if not (len(points) <= MOST_POINTS and np.abs(points).max() < FARTHEST_POINT):
        return None
    size = math.sqrt(dot(omega, points**2) / mass) if mass > 0 else 0.0
    if not (0.0 < size < math.inf and np.all(omega >= 0)):
        return None
    root, values = np.sqrt(omega), _values(sigma)

    def phi(w: Array) -> Array:
        return values(np.multiply.outer(w, points)) * root

    signs = (1.0,) if parity else (1.0, -1.0)
    tangent = sigma(0.0)[1] * points * root
    pieces = _pieces(phi, tangent, signs, -math.frexp(size)[1])
    if pieces is None:
        return None
    lowest, found = pieces
    basis = basis_of(np.concatenate([*(samples for samples, _ in found), root[None]]))
    if len(basis) > MOST_DIMENSIONS:
        return None
    basis = np.pad(basis, ((0, len(basis) % 2), (0, 0)))
    lifted = root * targets
    target = product(basis, lifted[:, None])[:, 0]
    outside = lifted - product(target[None], basis)[0]
    return WeightCurve(
        lowest,
        len(found) // len(signs),
        parity or 0,
        np.array([product(basis, coefficients.T) for _, coefficients in found]),
        product(basis, root[:, None])[:, 0],
        target,
        0.5 * dot(outside, outside),
    )


def _pieces(
    phi: Curve, tangent: Array, signs: tuple[float, ...], octave: int
) -> tuple[int, list[tuple[Array, Array]]] | None:
    """Return the exponent of the first interval, and samples and coefficients of all."""
    for lowest in range(octave, octave - LONGEST_SEARCH, -1):
        first = [piece_of(phi, 0.0, sign * 2.0**lowest, tangent) for sign in signs]
        if all(first):
            break
    found: list[tuple[Array, Array] | None] = []
    for sign, near in zip(signs, first, strict=True):
        found.append(near)
        for e in range(lowest, octave + LARGEST_OCTAVE):
            half = sign * 0.25 * 2.0**e
            found += [piece_of(phi, 5 * half, half), piece_of(phi, 7 * half, half)]
    met = [piece for piece in found if piece is not None]
    return (lowest, met) if len(met) == len(found) else None


@cache
def _values(sigma: Any) -> Callable[[Array], Array]:
    """Return sigma of every number of an array."""

    @njit
    def fill(flat, out):  # type: ignore[no-untyped-def]  # compiled
        for i in range(flat.shape[0]):
            out[i] = sigma(flat[i])[0]

    def values(z: Array) -> Array:
        out = np.empty(z.size)
        fill(np.ascontiguousarray(z).ravel(), out)
        return out.reshape(z.shape)

    return values
