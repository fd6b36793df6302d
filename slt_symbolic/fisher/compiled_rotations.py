"""Masses of half-spaces, of wedges and of their faces, under normal laws and on spheres.

On the unit sphere of R^n, with p = (n − 2)/2, a face at distance d that begins at t has
T = ∫ (1 − d² − s²)^p ds/2π and K = ∫ s (1 − d² − s²)^p ds/2π, and D = P_{n+2}(A)/n. Since |x| = 1
the trace of E[xxᵀ; A] is A's mass, so that P_{n+2}(A) = P_n(A) − Σ_f d_f T_f: all dimensions
follow from arcs of the circle and from areas on the sphere of R³.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from slt_symbolic.divergence.compiled_normal import sign_product_mean
from slt_symbolic.fisher.compiled_wedges import add_wedges

_ROOT_HALF, _ROOT_TWO_PI = math.sqrt(0.5), math.sqrt(2.0 * math.pi)


@njit(error_model="numpy")
def _tail(x: float) -> float:
    return 0.5 * math.erfc(x * _ROOT_HALF)


@njit(error_model="numpy")
def _density(x: float) -> float:
    return math.exp(-0.5 * x * x) / _ROOT_TWO_PI


@njit(error_model="numpy")
def _normal_half(_n: int, d: float) -> tuple[float, float, float]:
    mass = _tail(d)
    return mass, mass, _density(d)


@njit(error_model="numpy")
def _normal_face(_n: int, d: float, t: float) -> tuple[float, float]:
    return _density(d) * _tail(t), _density(d) * _density(t)


@njit(error_model="numpy")
def _normal_wedge(
    _n: int, d0: float, d1: float, _t0: float, _t1: float, cosine: float, sine: float
) -> tuple[float, float]:
    mean = sign_product_mean(-d0, -d1, cosine, sine)
    mean += 1.0 - math.erf(d0 * _ROOT_HALF) - math.erf(d1 * _ROOT_HALF)
    return 0.25 * mean, 0.25 * mean


@njit(error_model="numpy")
def _powers(n: int, d: float, t: float) -> tuple[float, float, float]:
    """Return 2πT in dimension n, 2πK, and the sum of 2πT d over dimensions n, n − 2, … ≥ 2."""
    square = max(1.0 - d * d, 0.0)
    radius = math.sqrt(square)
    t = min(max(t, -radius), radius)
    room = max(square - t * t, 0.0)
    if n % 2 == 0:
        p, power, integral = 0.0, 1.0, radius - t
    else:
        p, power = 0.5, math.sqrt(room)
        integral = 0.5 * (square * math.atan2(power, t) - t * power)
    total = d * integral
    for _ in range((n - 2) // 2):
        p, power = p + 1.0, power * room
        integral = (2.0 * p * square * integral - t * power) / (2.0 * p + 1.0)
        total += d * integral
    return integral, power * room / (2.0 * p + 2.0), total


@njit(error_model="numpy")
def _sphere_face(n: int, d: float, t: float) -> tuple[float, float]:
    integral, moment, _ = _powers(n, d, t)
    return integral / (2.0 * math.pi), moment / (2.0 * math.pi)


@njit(error_model="numpy")
def _sphere_half(n: int, d: float) -> tuple[float, float, float]:
    integral, _, total = _powers(n, d, -1.0)
    base = math.acos(d) / math.pi if n % 2 == 0 else 0.5 * (1.0 - d)
    above = base - total / (2.0 * math.pi)
    edge = integral / (2.0 * math.pi)
    return above + d * edge, above / n, edge


@njit(error_model="numpy")
def _sphere_wedge(
    n: int, d0: float, d1: float, t0: float, t1: float, cosine: float, sine: float
) -> tuple[float, float]:
    base = _arcs(d0, d1, cosine, sine) if n % 2 == 0 else _area(d0, d1, t0, t1, cosine, sine)
    integral, _, total = _powers(n, d0, t0)
    other, _, more = _powers(n, d1, t1)
    above = base - (total + more) / (2.0 * math.pi)
    return above + (d0 * integral + d1 * other) / (2.0 * math.pi), above / n


@njit(error_model="numpy")
def _arcs(d0: float, d1: float, cosine: float, sine: float) -> float:
    """Return the share of the circle where both heights are above d0 and d1."""
    first, second, apart = math.acos(d0), math.acos(d1), math.atan2(sine, cosine)
    total = 0.0
    for turns in range(-1, 2):
        middle = apart + 2.0 * math.pi * turns
        total += max(0.0, min(first, middle + second) - max(-first, middle - second))
    return total / (2.0 * math.pi)


@njit(error_model="numpy")
def _area(d0: float, d1: float, t0: float, t1: float, cosine: float, sine: float) -> float:
    """Return the share of the sphere of R³ where both heights are above (Gauss–Bonnet)."""
    root = 1.0 - d0 * d0 - t0 * t0
    if root <= 0.0 or 1.0 - d1 * d1 - t1 * t1 <= 0.0:
        # The circles do not cross: each is inside the other cap, or outside.
        total = (0.5 * (1.0 - d0) if t0 < 0.0 else 0.0) + (0.5 * (1.0 - d1) if t1 < 0.0 else 0.0)
        return total - 1.0 if t0 < 0.0 and t1 < 0.0 else total
    root = math.sqrt(root)
    angles = math.pi - math.atan2(sine * root, cosine - d0 * d1)
    return 0.5 * (angles - d0 * math.atan2(root, t0) - d1 * math.atan2(root, t1)) / math.pi


@njit(error_model="numpy")
def normal_moments(
    _simplices: np.ndarray, _shares: np.ndarray, first: np.ndarray, second: np.ndarray,
    out: np.ndarray,
) -> None:  # fmt: skip
    """Add the moments of N(0, I_n) that ``pair_gram`` takes, accurate to rounding of masses.

    Notes
    -----
    Masses of wedges come from Owen's T function (D. B. Owen 1956), by a Gauss rule. Where two
    hyperplanes nearly agree, at an angle θ, they are accurate to about 1e-16/θ.
    """
    add_wedges(np.inf, _normal_half, _normal_face, _normal_wedge, first, second, out)


@njit(error_model="numpy")
def sphere_moments(
    _simplices: np.ndarray, _shares: np.ndarray, first: np.ndarray, second: np.ndarray,
    out: np.ndarray,
) -> None:  # fmt: skip
    """Add the moments of the uniform law on a unit sphere that ``pair_gram`` takes."""
    add_wedges(1.0, _sphere_half, _sphere_face, _sphere_wedge, first, second, out)
