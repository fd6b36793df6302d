"""K(w) and its gradient for three-input networks on the unit sphere, compiled by Numba.

On the circle of latitude at height x₃ the network has two inputs, and
:mod:`~slt_symbolic.divergence.compiled_circle` integrates (f − f0)². As a function of x₃ that is
smooth but at the poles, at the heights where a unit's switching circle touches a latitude, and
where two such circles meet; there it has half-integer powers, which a change of variable with
vanishing derivative at the ends of each piece makes smooth for a Gauss rule. All terms are squares.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numba import njit

from slt_symbolic.divergence.compiled_circle import _divergence_with_gradient as circle_kernel
from slt_symbolic.divergence.flat_entries import (
    all_units,
    entry_values,
    slopes,
)
from slt_symbolic.divergence.potential import bind
from slt_symbolic.divergence.slices import add_slice, slice_units
from slt_symbolic.networks import TwoLayer

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)


def compile_sphere(model: TwoLayer, truth: TwoLayer, noise_variance: float) -> Callable[..., float]:
    """Return ``potential(w, g)``: K(w) with its gradient written into ``g``.

    Parameters
    ----------
    model, truth : TwoLayer
        Three-input networks with continuous, piecewise linear activations that vanish at 0.
        Every entry of the model must be a number or a parameter.
    noise_variance : float
        σ².

    Raises
    ------
    ValueError
        If an activation is not as said, or an entry is a compound expression.

    Notes
    -----
    Archimedes: x₃ is uniform on [−1, 1], and the angle around the axis is uniform too. The rule
    has 24 nodes on each piece. Its error is near rounding unless singular heights almost
    coincide without doing so, as near W0: then it has been seen to reach 1e-8 of K.
    """
    # Half of 1/(2π), the circle kernel's own average, for the average over heights.
    scale = 1.0 / (noise_variance * 4.0 * math.pi)
    return bind(_divergence_with_gradient, model, truth, slopes(model, truth), scale)


@njit
def _heights(units: np.ndarray) -> np.ndarray:
    """Return, sorted, the heights at which the integral over a latitude is not smooth."""
    count = units.shape[0]
    found = np.empty(2 + 2 * count + count * (count - 1))
    found[0], found[1] = -1.0, 1.0
    size = 2
    for i in range(count):
        a, b, c, d = units[i, 1], units[i, 2], units[i, 3], units[i, 4]
        square = a * a + b * b + c * c
        if square > d * d:
            root = math.sqrt((a * a + b * b) * (square - d * d))
            for side in (-1.0, 1.0):
                found[size] = (-c * d + side * root) / square
                size += 1
        for j in range(i):
            p, q, r, s = units[j, 1], units[j, 2], units[j, 3], units[j, 4]
            nx, ny, nz = b * r - c * q, c * p - a * r, a * q - b * p
            area = nx * nx + ny * ny + nz * nz
            if area <= 0.0:
                continue
            # The common line is middle + t·n; middle is the point of it nearest to the centre.
            mx = (d * (ny * r - nz * q) - s * (ny * c - nz * b)) / area
            my = (d * (nz * p - nx * r) - s * (nz * a - nx * c)) / area
            mz = (d * (nx * q - ny * p) - s * (nx * b - ny * a)) / area
            rest = 1.0 - (mx * mx + my * my + mz * mz)
            if rest > 0.0:
                step = math.sqrt(rest / area) * nz
                found[size], found[size + 1] = mz - step, mz + step
                size += 2
    return np.sort(np.minimum(np.maximum(found[:size], -1.0), 1.0))


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
    width = (index.size - 1) // 5
    entries = entry_values(w, index, value)
    units = all_units(entries, truth)
    heights = _heights(units)
    size = 4 * width + 1
    sliced = np.empty((units.shape[0], 4))
    flat, slope, fixed = np.empty(size), np.empty(size), np.zeros(size)
    every = np.arange(size)
    flat[size - 1] = entries[index.size - 1]
    for j in range(g.size):
        g[j] = 0.0
    total = 0.0
    for piece in range(heights.size - 1):
        middle = 0.5 * (heights[piece] + heights[piece + 1])
        half = 0.5 * (heights[piece + 1] - heights[piece])
        if half <= 0.0:
            continue
        for node in range(_NODES.size):
            t = _NODES[node]
            z = middle + half * 0.5 * t * (3.0 - t * t)
            radius = math.sqrt(max((1.0 - z) * (1.0 + z), 0.0))
            weight = scale * half * 1.5 * (1.0 - t * t) * _WEIGHTS[node]
            slice_units(units, radius, z, sliced)
            flat[: size - 1] = sliced[:width].ravel()
            total += circle_kernel(
                flat, slope, every, fixed, sliced[width:], gains, truth_bias, weight
            )
            add_slice(g, index, slope, radius, z)
    return total
