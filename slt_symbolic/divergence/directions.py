"""Lengths of weights and angles between them, for the compiled forms of K."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

# Below this sine, two directions count as one or as opposite.
_PARALLEL = 1e-15


@njit
def directions_of(units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the lengths of the weights of units, and the weights with length 1, or 0.

    Parameters
    ----------
    units : np.ndarray
        One row (readout, weights, bias) for each unit.

    Examples
    --------
    >>> norm, direction = directions_of(np.array([[9.0, 3.0, 4.0, 9.0], [1.0, 0.0, 0.0, 1.0]]))
    >>> norm.tolist(), direction.tolist()
    ([5.0, 0.0], [[0.6, 0.8], [0.0, 0.0]])
    """
    count, n = units.shape[0], units.shape[1] - 2
    norm, direction = np.zeros(count), np.zeros((count, n))
    for i in range(count):
        for k in range(n):
            norm[i] = math.hypot(norm[i], units[i, k + 1])
        if norm[i] != 0.0:
            for k in range(n):
                direction[i, k] = units[i, k + 1] / norm[i]
    return norm, direction


@njit(inline="always")
def chords(direction: np.ndarray, i: int, j: int) -> tuple[float, float]:
    """Return |u − v| and |u + v| for two rows of unit vectors.

    They are twice the sine and the cosine of half the angle, and unlike ⟨u, v⟩ keep their digits
    for almost parallel and almost opposite vectors.

    Examples
    --------
    >>> chords(np.array([[1.0, 0.0], [0.0, -1.0]]), 0, 1)
    (1.4142135623730951, 1.4142135623730951)
    """
    # Rows by number: a view of each would cost more than the sums.
    minus, plus = 0.0, 0.0
    for k in range(direction.shape[1]):
        minus += (direction[i, k] - direction[j, k]) ** 2
        plus += (direction[i, k] + direction[j, k]) ** 2
    return math.sqrt(minus), math.sqrt(plus)


@njit(inline="always")
def cosine_and_sine(direction: np.ndarray, i: int, j: int) -> tuple[float, float]:
    """Return both for the angle of two rows of unit vectors; (±1, 0) if it is lost in rounding.

    Examples
    --------
    >>> np.round(cosine_and_sine(np.array([[1.0, 0.0], [0.6, -0.8]]), 0, 1), 12).tolist()
    [0.6, 0.8]
    """
    minus, plus = chords(direction, i, j)
    sine = 0.5 * minus * plus
    if sine < _PARALLEL:
        return (1.0 if minus < plus else -1.0), 0.0
    cosine = 0.0
    for k in range(direction.shape[1]):
        cosine += direction[i, k] * direction[j, k]
    return cosine, sine
