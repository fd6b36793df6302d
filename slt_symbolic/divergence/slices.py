"""Three-input networks at a fixed third input: networks of two inputs, compiled by Numba.

At x = (s·y, z) a unit (w, b) is the two-input unit (s·w₁, s·w₂, b + w₃z) at y. s is 1 on a box, and
the radius √(1 − z²) of the circle of latitude on the sphere.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit
def slice_units(units: np.ndarray, radius: float, height: float, sliced: np.ndarray) -> None:
    """Write into the rows of ``sliced`` the two-input units at a height.

    Examples
    --------
    >>> sliced = np.empty((1, 4))
    >>> slice_units(np.array([[7.0, 1.0, 2.0, 3.0, 4.0]]), 0.5, 10.0, sliced)
    >>> sliced
    array([[ 7. ,  0.5,  1. , 34. ]])
    """
    for i in range(units.shape[0]):
        sliced[i, 0] = units[i, 0]
        sliced[i, 1] = radius * units[i, 1]
        sliced[i, 2] = radius * units[i, 2]
        sliced[i, 3] = units[i, 4] + units[i, 3] * height


@njit
def add_slice(
    g: np.ndarray, index: np.ndarray, slope: np.ndarray, radius: float, height: float
) -> None:
    """Add to g the gradient that a slice's gradient in its own entries stands for.

    Parameters
    ----------
    g : np.ndarray
        The gradient in the parameters.
    index : np.ndarray
        From :func:`~slt_symbolic.divergence.flat_entries.parameter_slots`.
    slope : np.ndarray
        The slice's gradient: readout, two weights and bias of each unit, and the output bias.
    radius, height : float
        Of the slice.
    """
    last = index.size - 1
    for i in range(last // 5):
        if index[5 * i] >= 0:
            g[index[5 * i]] += slope[4 * i]
        if index[5 * i + 1] >= 0:
            g[index[5 * i + 1]] += radius * slope[4 * i + 1]
        if index[5 * i + 2] >= 0:
            g[index[5 * i + 2]] += radius * slope[4 * i + 2]
        if index[5 * i + 3] >= 0:
            g[index[5 * i + 3]] += height * slope[4 * i + 3]
        if index[5 * i + 4] >= 0:
            g[index[5 * i + 4]] += slope[4 * i + 3]
    if index[last] >= 0:
        g[index[last]] += slope[slope.size - 1]
