"""K(w) and its gradient for one-input networks on an interval, compiled by Numba.

Between two consecutive breaks f − f0 is affine, D say, and so is each ∂f/∂w_j, so that
E[D²] and E[D ∂_j f] follow from the values at both ends of every cell. K is a sum of squares:
near W0, where it is tiny, nothing cancels except inside D itself, and D is summed in twice the
working precision (error-free transformations: Dekker 1971, Knuth 1969), so that K keeps its
relative accuracy down to the underflow of D².
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

from slt_symbolic.divergence.error_free import two_product, two_sum
from slt_symbolic.divergence.flat_entries import (
    all_units,
    entry_values,
    slopes,
)
from slt_symbolic.divergence.potential import bind
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer


def compile_interval(
    model: TwoLayer, truth: TwoLayer, law: UniformInterval, noise_variance: float
) -> Callable[..., float]:
    """Return ``potential(w, g)``: K(w) with its gradient written into ``g``.

    Parameters
    ----------
    model, truth : TwoLayer
        One-input networks with continuous, piecewise linear activations.  Every entry of the
        model must be a number or a parameter (the same parameter may occur several times).
    law : UniformInterval
        The inputs' law, with numbers as end points.
    noise_variance : float
        σ².

    Raises
    ------
    ValueError
        If an activation is not continuous and piecewise linear, or an entry is a compound
        expression.

    Notes
    -----
    On a wall between chambers the gradient returned is the one-sided one that a break at an
    end of its cell gives.
    """
    lower, upper = float(law.lower), float(law.upper)
    scale = 1.0 / (noise_variance * (upper - lower))
    return bind(_divergence_with_gradient, model, truth, slopes(model, truth), lower, upper, scale)


@njit(inline="always")
def _add_unit(
    total: float, rest: float, r: float, a: float, x: float, b: float
) -> tuple[float, float]:
    """Return total + rest + r·(a·x + b) as a sum and what it lacks."""
    product, e1 = two_product(a, x)
    value, e2 = two_sum(product, b)
    scaled, e3 = two_product(r, value)
    total, e4 = two_sum(total, scaled)
    return total, rest + (e4 + e3 + r * (e1 + e2))


@njit
def _divergence_with_gradient(
    w: np.ndarray,
    g: np.ndarray,
    index: np.ndarray,
    value: np.ndarray,
    truth: np.ndarray,
    gains: tuple[float, float, float, float],
    truth_bias: float,
    lower: float,
    upper: float,
    scale: float,
) -> float:
    width = (index.size - 1) // 3
    entries = entry_values(w, index, value)
    units = all_units(entries, truth)
    last = index.size - 1
    bias, bias_rest = two_sum(entries[last], -truth_bias)

    # Insertion sort: for the few breaks of a small network it is as fast as np.sort, whose
    # compilation would take longer than that of all the rest.
    cuts = np.empty(units.shape[0] + 2)
    cuts[0], cuts[1] = lower, upper
    count = 2
    for i in range(units.shape[0]):
        if units[i, 1] != 0.0:
            t = -units[i, 2] / units[i, 1]
            if lower < t < upper:
                k = count
                while cuts[k - 1] > t:
                    cuts[k] = cuts[k - 1]
                    k -= 1
                cuts[k] = t
                count += 1

    for j in range(g.size):
        g[j] = 0.0
    total = 0.0
    gain = np.empty(width)
    for cell in range(count - 1):
        s, t = cuts[cell], cuts[cell + 1]
        length = t - s
        if length == 0.0:
            continue
        middle = 0.5 * (s + t)
        at_s, at_t = bias, bias
        rest_s, rest_t = bias_rest, bias_rest
        for i in range(units.shape[0]):
            r, a, b = units[i, 0], units[i, 1], units[i, 2]
            side = 0 if i < width else 2
            slope = gains[side + 1] if a * middle + b > 0.0 else gains[side]
            if i < width:
                gain[i] = slope
            at_s, rest_s = _add_unit(at_s, rest_s, r * slope, a, s, b)
            at_t, rest_t = _add_unit(at_t, rest_t, r * slope, a, t, b)
        at_s += rest_s
        at_t += rest_t
        total += length * (at_s * at_s + at_s * at_t + at_t * at_t) / 3.0
        # E[D h] for affine h is (D_s(2h_s + h_t) + D_t(h_s + 2h_t))·length/6.
        for i in range(width):
            if gain[i] == 0.0:
                continue
            r, a, b = units[i, 0], units[i, 1], units[i, 2]
            flat = gain[i] * length * (at_s + at_t) / 2.0
            tilted = gain[i] * length * (at_s * (2.0 * s + t) + at_t * (s + 2.0 * t)) / 6.0
            if index[3 * i] >= 0:
                g[index[3 * i]] += scale * (a * tilted + b * flat)
            if index[3 * i + 1] >= 0:
                g[index[3 * i + 1]] += scale * r * tilted
            if index[3 * i + 2] >= 0:
                g[index[3 * i + 2]] += scale * r * flat
        if index[last] >= 0:
            g[index[last]] += scale * length * (at_s + at_t) / 2.0
    return 0.5 * scale * total
