"""K(w) and its gradient for two-input networks on the unit circle, compiled by Numba.

The points where units switch cut the circle into arcs, and on an arc f − f0 is affine in the point
(cos θ, sin θ). A Gauss rule integrates its square, a sum of squares: near W0, where K is tiny,
nothing cancels but inside f − f0, which is kept in doubled precision.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numba import njit

from slt_symbolic.divergence.error_free import triple_product, two_product, two_sum
from slt_symbolic.divergence.flat_entries import (
    add_plane_gradient,
    all_units,
    entry_values,
    slopes,
)
from slt_symbolic.divergence.potential import bind
from slt_symbolic.networks import TwoLayer

# On arcs of a quarter circle the rule's error for cos(2θ) is below 1e-20.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)
_LONGEST = 0.5 * math.pi


def compile_circle(model: TwoLayer, truth: TwoLayer, noise_variance: float) -> Callable[..., float]:
    """Return ``potential(w, g)``: K(w) with its gradient written into ``g``.

    Parameters
    ----------
    model, truth : TwoLayer
        Two-input networks with continuous, piecewise linear activations that vanish at 0. Every
        entry of the model must be a number or a parameter.
    noise_variance : float
        σ².

    Raises
    ------
    ValueError
        If an activation is not as said, or an entry is a compound expression.

    Notes
    -----
    Points of the circle and its arcs' ends are rounded to doubles, which moves them by about
    1e-16: K keeps its relative accuracy unless it comes from a tiny arc alone.
    """
    scale = 1.0 / (noise_variance * 2.0 * math.pi)
    return bind(_divergence_with_gradient, model, truth, slopes(model, truth), scale)


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
    width = (index.size - 1) // 4
    depth = width + truth.shape[0]
    last = index.size - 1
    entries = entry_values(w, index, value)
    units = all_units(entries, truth)
    breaks = np.empty(2 * depth + 1)
    found = 1
    breaks[0] = 0.0
    for i in range(depth):
        norm = math.hypot(units[i, 1], units[i, 2])
        if norm > abs(units[i, 3]):
            middle = math.atan2(units[i, 2], units[i, 1])
            half = math.acos(-units[i, 3] / norm)
            for side in (-half, half):
                breaks[found] = (middle + side) % (2.0 * math.pi)
                found += 1
    breaks = np.sort(breaks[:found])
    for j in range(g.size):
        g[j] = 0.0
    total = 0.0
    for arc in range(found):
        start = breaks[arc]
        end = breaks[arc + 1] if arc + 1 < found else 2.0 * math.pi
        if end <= start:
            continue
        middle = 0.5 * (start + end)
        form = np.zeros(6)  # three coefficients and what they lack
        form[2], form[5] = two_sum(entries[last], -truth_bias)
        slope = np.empty(depth)
        for i in range(depth):
            height = units[i, 1] * math.cos(middle) + units[i, 2] * math.sin(middle) + units[i, 3]
            side = (0 if i < width else 2) + (1 if height > 0.0 else 0)
            slope[i] = gains[side]
            for k in range(3):
                product, rest = triple_product(units[i, 0], units[i, k + 1], slope[i])
                form[k], lost = two_sum(form[k], product)
                form[k + 3] += lost + rest
        flat, tilted_x, tilted_y = 0.0, 0.0, 0.0
        parts = math.ceil((end - start) / _LONGEST)
        length = (end - start) / parts
        for part in range(parts):
            for node in range(_NODES.size):
                angle = start + length * (part + 0.5 + 0.5 * _NODES[node])
                x, y = math.cos(angle), math.sin(angle)
                p, p_rest = two_product(form[0], x)
                q, q_rest = two_product(form[1], y)
                s, s_rest = two_sum(p, q)
                t, t_rest = two_sum(s, form[2])
                rest = (p_rest + q_rest) + (s_rest + t_rest)
                d = t + (rest + (form[3] * x + form[4] * y + form[5]))
                weight = 0.5 * length * _WEIGHTS[node]
                total += weight * d * d
                flat += weight * d
                tilted_x += weight * d * x
                tilted_y += weight * d * y
        add_plane_gradient(g, index, units, slope, (flat, tilted_x, tilted_y), scale)
    return 0.5 * scale * total
