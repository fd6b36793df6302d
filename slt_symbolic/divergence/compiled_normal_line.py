"""K(w) and its gradient for one-input networks under a standard normal law, compiled by Numba.

Between two consecutive breaks f − f0 is affine, D say, and with the mass Z, mean m and variance v
of the law restricted to that cell, E[D²; cell] = Z·(D(m)² + D'²v): K is a sum of squares. D is kept
in doubled precision, so that K keeps its relative accuracy near W0.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numba import njit

from slt_symbolic.divergence.error_free import triple_product, two_product, two_sum
from slt_symbolic.divergence.flat_entries import (
    all_units,
    entry_values,
    slopes,
)
from slt_symbolic.divergence.potential import bind
from slt_symbolic.networks import TwoLayer

# The law is cut off where its density underflows.
_END = 40.0
# A Gauss rule exact to degree 19: on a cell short against the scale of the density, its relative
# error is below 1e-17, where the closed forms would cancel.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)


def compile_normal_line(
    model: TwoLayer, truth: TwoLayer, noise_variance: float
) -> Callable[..., float]:
    """Return ``potential(w, g)``: K(w) with its gradient written into ``g``.

    Parameters
    ----------
    model, truth : TwoLayer
        One-input networks with continuous, piecewise linear activations that vanish at 0.
        Every entry of the model must be a number or a parameter.
    noise_variance : float
        σ².

    Raises
    ------
    ValueError
        If an activation is not as said, or an entry is a compound expression.

    Notes
    -----
    Breaks are rounded to doubles, and so are slopes. K has relative accuracy near rounding, of any
    size down to the underflow of its square root, with exceptions: where K comes from a cell of
    width δ alone, accuracy is 1e-16/δ; where it comes from beyond t > 1 alone, it is 1e-13, or
    1e-15·t² if that is more, and 1e-16·t⁶ on a bounded cell, as its variance cancels then. Breaks
    beyond ±40, where the density is below 1e-347, count as none.
    """
    scale = 1.0 / noise_variance
    return bind(_divergence_with_gradient, model, truth, slopes(model, truth), scale)


@njit(error_model="numpy")
def _right_heavy(s: float, t: float) -> tuple[float, float, float]:
    """Return what :func:`_restricted` does for |s| ≤ t, where differences of erfc are good."""
    root = 2.5066282746310002
    if s >= 3.0 and (t - s) * s >= 50.0:
        # As good as (s, ∞), where the hazard's continued fraction gives mean − s undiminished;
        # on s ≥ 3 sixty levels of it are exact to rounding.
        excess = 0.0
        for k in range(60, 0, -1):
            excess = k / (s + excess)
        mean = s + excess
        return 0.5 * math.erfc(s * math.sqrt(0.5)), mean, max(1.0 - mean * excess, 0.0)
    if (t - s) * max(1.0, abs(s)) <= 1.0:
        middle, half = 0.5 * (s + t), 0.5 * (t - s)
        mass, offset = 0.0, 0.0
        for k in range(_NODES.size):
            x = middle + half * _NODES[k]
            density = half * _WEIGHTS[k] * math.exp(-0.5 * x * x) / root
            mass += density
            offset += density * half * _NODES[k]
        if mass == 0.0:
            return 0.0, middle, 0.0
        offset /= mass
        variance = 0.0
        for k in range(_NODES.size):
            x = middle + half * _NODES[k]
            density = half * _WEIGHTS[k] * math.exp(-0.5 * x * x) / root
            variance += density * (half * _NODES[k] - offset) ** 2
        return mass, middle + offset, variance / mass
    at_s = math.exp(-0.5 * s * s) / root
    at_t = math.exp(-0.5 * t * t) / root
    mass = 0.5 * (math.erfc(s * math.sqrt(0.5)) - math.erfc(t * math.sqrt(0.5)))
    if mass == 0.0:
        return 0.0, s, 0.0
    mean = (at_s - at_t) / mass
    variance = 1.0 + (s * at_s - t * at_t) / mass - mean * mean
    return mass, mean, max(variance, 0.0)


@njit(error_model="numpy")
def _restricted(s: float, t: float) -> tuple[float, float, float]:
    """Return mass, mean and variance of the standard normal law restricted to (s, t)."""
    if s < 0.0 and (t <= 0.0 or -s > t):
        mass, mean, variance = _right_heavy(-t, -s)
        return mass, -mean, variance
    return _right_heavy(s, t)


@njit
def _divergence_with_gradient(
    w: np.ndarray,
    g: np.ndarray,
    index: np.ndarray,
    value: np.ndarray,
    truth: np.ndarray,
    gains: tuple[float, float, float, float],
    truth_bias: float,
    scale: float,
) -> float:
    width = (index.size - 1) // 3
    count = width + truth.shape[0]
    last = index.size - 1
    entries = entry_values(w, index, value)
    units = all_units(entries, truth)
    # What unit i adds to D below and above its break: slope and constant, and what they lack.
    shares = np.empty((count, 2, 4))
    breaks = np.empty(count)
    cuts = np.empty(count + 2)
    cuts[0], cuts[1] = -_END, _END
    filled = 2
    for i in range(count):
        r, a, b = units[i, 0], units[i, 1], units[i, 2]
        for side in range(2):
            slope = gains[side if i < width else side + 2]
            shares[i, side, 0], shares[i, side, 2] = triple_product(r, a, slope)
            shares[i, side, 1], shares[i, side, 3] = triple_product(r, b, slope)
        breaks[i] = -b / a if a != 0.0 else 0.0
        if a != 0.0 and -_END < breaks[i] < _END:
            k = filled
            while cuts[k - 1] > breaks[i]:
                cuts[k] = cuts[k - 1]
                k -= 1
            cuts[k] = breaks[i]
            filled += 1
    bias, bias_rest = two_sum(entries[last], -truth_bias)

    for j in range(g.size):
        g[j] = 0.0
    total = 0.0
    above = np.empty(count, dtype=np.int64)
    for cell in range(filled - 1):
        s, t = cuts[cell], cuts[cell + 1]
        if s == t:
            continue
        mass, mean, variance = _restricted(s, t)
        if mass == 0.0:
            continue
        slope, slope_rest = 0.0, 0.0
        constant, constant_rest = bias, bias_rest
        for i in range(count):
            a = units[i, 1]
            if a == 0.0:
                above[i] = 1 if units[i, 2] > 0.0 else 0
            else:
                above[i] = 1 if (a > 0.0) == (breaks[i] <= s) else 0
            share = shares[i, above[i]]
            slope, lost = two_sum(slope, share[0])
            slope_rest += share[2] + lost
            constant, lost = two_sum(constant, share[1])
            constant_rest += share[3] + lost
        product, lost = two_product(slope, mean)
        at_mean, also_lost = two_sum(product, constant)
        at_mean += (lost + also_lost) + (slope_rest * mean + constant_rest)
        slope += slope_rest
        total += mass * (at_mean * at_mean + variance * slope * slope)
        flat = scale * mass * at_mean
        tilted = mean * flat + scale * mass * variance * slope
        for i in range(width):
            gain = gains[above[i]]
            if gain == 0.0:
                continue
            if index[3 * i] >= 0:
                g[index[3 * i]] += gain * (units[i, 1] * tilted + units[i, 2] * flat)
            if index[3 * i + 1] >= 0:
                g[index[3 * i + 1]] += gain * units[i, 0] * tilted
            if index[3 * i + 2] >= 0:
                g[index[3 * i + 2]] += gain * units[i, 0] * flat
        if index[last] >= 0:
            g[index[last]] += flat
    return 0.5 * scale * total
