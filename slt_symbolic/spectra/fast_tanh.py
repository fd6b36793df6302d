"""Hermite coefficients of many tanh units at once, in floating point and in log space."""

from __future__ import annotations

from math import exp, lgamma, log, pi, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

_NATS = 40.0
_CHUNK = 1 << 20


def log_tanh_coefficient(order: int, weights: ArrayLike) -> FloatArray:
    """Return log|c_k(w)| of x ↦ tanh(wx), X ~ N(0, 1), for an array of weights and odd k.

    Parameters
    ----------
    order : int
        Odd k.
    weights : array_like of float
        Finite weights of any shape; −inf is returned where a weight is 0.

    Returns
    -------
    ndarray of float
        Logarithms, of the shape of the weights; the sign of c_k is (−1)^{(k−1)/2}·sign(w).

    Raises
    ------
    ValueError
        If the order is not odd and positive, or a weight is not finite, or subnormal.

    Notes
    -----
    Floating point, without an error bound; the tests measure it against enclosures: the absolute
    error of the logarithm stays below 1e-12·max(1, k/100) for 1e-6 ≤ |w| ≤ 100 and k up to 4001.
    With t = τe^u in c_k = (1/(w√k!))∫ t^k e^{−t²/2}/sinh(ct) dt, τ near the peak, the integrand is
    positive and analytic in |Im u| < π/4 for every w and k; it falls from u = 0 at least as fast
    as exp(−k(e^u − 1 − u)), which gives one grid for all weights. Everything is formed relative
    to the peak, so nothing underflows.

    Examples
    --------
    >>> bool(abs(log_tanh_coefficient(1001, 1.0) - np.log(1.8908188824302130246e-22)) < 1e-11)
    True
    """
    if isinstance(order, bool) or order < 1 or order % 2 == 0:
        raise ValueError(f"order must be odd and positive, got {order}")
    w = np.abs(np.asarray(weights, dtype=np.float64))
    if not np.all(np.isfinite(w)):
        raise ValueError("weights must be finite")
    if np.any((w > 0) & (w < 1e-300)):
        raise ValueError("weights must be 0 or at least 1e-300 in modulus")
    flat = w.ravel()
    result = np.full(flat.shape, -np.inf)
    active = np.flatnonzero(flat)
    u, step = _grid(order)
    size = max(1, _CHUNK // len(u))
    for first in range(0, len(active), size):
        part = active[first : first + size]
        result[part] = _log_integral(order, flat[part], u) - np.log(flat[part])
    result += log(step) - lgamma(order + 1) / 2
    return result.reshape(w.shape)


def _grid(k: int) -> tuple[FloatArray, float]:
    step = min(0.12, 0.55 / sqrt(2 * k + 2))
    low, high = _extent(k, -1.0), _extent(k, 1.0)
    return np.arange(np.floor(low / step), np.ceil(high / step) + 1) * step, step


def _extent(k: int, side: float) -> float:
    """Return the u on one side with k(e^u − 1 − u) = 40, and room for the peak's offset."""
    u = side * (sqrt(2 * _NATS / k) if k > 20 or side > 0 else _NATS / k + 1)
    for _ in range(60):
        value = k * (exp(u) - 1 - u) - _NATS
        slope = k * (exp(u) - 1)
        u -= value / slope
    return u * 1.05 + side * 0.1 / sqrt(k)


def _log_integral(k: int, w: FloatArray, u: FloatArray) -> FloatArray:
    c = pi / (2 * w)
    # The peak of t^{k+1}e^{−t²/2}/sinh(ct), with ct·coth(ct) ≈ 1 + (ct)²/(3 + ct).
    tau = 2 * (k + 1) / (np.hypot(c, 2 * sqrt(k + 1)) + c)
    for _ in range(4):
        x = c * tau
        tau *= np.sqrt((k + 1) / (tau**2 + 1 + x * x / (3 + x)))
    x = c * tau
    growth = np.expm1(u)
    exponent = (k + 1) * u - np.multiply.outer(tau**2 / 2, np.expm1(2 * u))
    exponent -= np.multiply.outer(x, growth)
    if x.min() * np.exp(u[0]) < 20:
        exponent -= np.log(-np.expm1(-2 * np.multiply.outer(x, np.exp(u))))
        exponent += np.log(-np.expm1(-2 * x))[:, None]
    peak = (k + 1) * np.log(tau) - tau**2 / 2 - x + log(2) - np.log(-np.expm1(-2 * x))
    return peak + np.log(np.exp(exponent).sum(axis=1))
