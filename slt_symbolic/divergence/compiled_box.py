"""K(w) and its gradient for three-input networks on a box, compiled by Numba.

At a fixed third input the network has two inputs, with biases b + w₃x₃. Where its lines, or a line
and a side of the box's base, meet moves affinely with x₃. So between the heights at which three of
these planes meet in a point, what :mod:`~slt_symbolic.divergence.compiled_polygon` returns is a
polynomial of degree four in x₃ at most, which three Gauss nodes integrate exactly. All terms are
squares.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numba import njit

from slt_symbolic.divergence.compiled_polygon import _divergence_with_gradient as plane_kernel
from slt_symbolic.divergence.flat_entries import (
    all_units,
    entry_values,
    slopes,
)
from slt_symbolic.divergence.potential import bind
from slt_symbolic.divergence.slices import add_slice, slice_units
from slt_symbolic.inputs import UniformBox
from slt_symbolic.networks import TwoLayer

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(3)


def compile_box(
    model: TwoLayer, truth: TwoLayer, law: UniformBox, noise_variance: float
) -> Callable[..., float]:
    """Return ``potential(w, g)``: K(w) with its gradient written into ``g``.

    Parameters
    ----------
    model, truth : TwoLayer
        Three-input networks with continuous, piecewise linear activations that vanish at 0.
        Every entry of the model must be a number or a parameter.
    law : UniformBox
        The inputs' law; it must have three sides.
    noise_variance : float
        σ².

    Raises
    ------
    ValueError
        If an activation is not as said, or an entry is a compound expression.

    Notes
    -----
    The cost grows like the cube of the number of units: one piece for each height at which three
    planes meet inside the box. The biases at each height are rounded, which changes f − f0 by
    about 1e-16: K has a relative error of 1e-16/√K near W0.
    """
    lower, upper = (np.array([float(c) for c in end]) for end in (law.lower, law.upper))
    corners = np.array(
        [[lower[0], lower[1]], [upper[0], lower[1]], [upper[0], upper[1]], [lower[0], upper[1]]]
    )
    volume = math.prod(float(b - a) for a, b in zip(lower, upper, strict=True))
    scale = 1.0 / (noise_variance * volume)
    return bind(
        _divergence_with_gradient, model, truth, slopes(model, truth), lower, upper, corners, scale
    )


@njit
def _heights(planes: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return, sorted, the x₃ inside (low, high) at which three of the planes meet, and the ends."""
    count = planes.shape[0]
    found = np.empty(2 + count * (count - 1) * (count - 2) // 6)
    found[0], found[1] = low, high
    size = 2
    for i in range(count):
        for j in range(i + 1, count):
            a = planes[i, 0] * planes[j, 1] - planes[i, 1] * planes[j, 0]
            b = planes[i, 1] * planes[j, 2] - planes[i, 2] * planes[j, 1]
            c = planes[i, 2] * planes[j, 0] - planes[i, 0] * planes[j, 2]
            p = planes[i, 0] * planes[j, 3] - planes[i, 3] * planes[j, 0]
            q = planes[i, 1] * planes[j, 3] - planes[i, 3] * planes[j, 1]
            for k in range(j + 1, count):
                bottom = a * planes[k, 2] + b * planes[k, 0] + c * planes[k, 1]
                top = p * planes[k, 1] - q * planes[k, 0] - a * planes[k, 3]
                if bottom != 0.0:
                    height = top / bottom
                    if low < height < high:
                        found[size] = height
                        size += 1
    return np.sort(found[:size])


@njit
def _divergence_with_gradient(
    w: np.ndarray,
    g: np.ndarray,
    index: np.ndarray,
    value: np.ndarray,
    truth: np.ndarray,
    gains: tuple[float, float, float, float],
    truth_bias: float,
    lower: np.ndarray,
    upper: np.ndarray,
    corners: np.ndarray,
    scale: float,
) -> float:
    width = (index.size - 1) // 5
    depth = width + truth.shape[0]
    entries = entry_values(w, index, value)
    units = all_units(entries, truth)
    planes = np.zeros((depth + 4, 4))
    for i in range(depth):
        for k in range(4):
            planes[i, k] = units[i, 1 + k]
    for side in range(4):
        axis = side % 2
        planes[depth + side, axis] = 1.0
        planes[depth + side, 3] = -lower[axis] if side < 2 else -upper[axis]
    heights = _heights(planes, lower[2], upper[2])

    # The network of two inputs at one height; all its entries are parameters.
    size = 4 * width + 1
    sliced = np.empty((depth, 4))
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
        for node in range(3):
            z = middle + half * _NODES[node]
            slice_units(units, 1.0, z, sliced)
            flat[: size - 1] = sliced[:width].ravel()
            weight = scale * half * _WEIGHTS[node]
            total += plane_kernel(
                flat, slope, every, fixed, sliced[width:], gains, truth_bias, corners, weight
            )
            add_slice(g, index, slope, 1.0, z)
    return total
