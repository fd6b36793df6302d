"""Simplices cut by the hyperplanes on which units switch, for Numba code.

An edge along which a preactivation changes sign is divided where it vanishes, and the simplex with
it, until there is no such edge: every division makes one fewer.
"""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from slt_symbolic.inputs import UniformBox, UniformInterval, UniformPolygon

MOST_INPUTS = 6
"""A box of n inputs is made of n! simplices."""
# Preactivations at a vertex below so many units in the last place of their terms count as 0.
_NOISE = 4.0 * 2.0**-52


def simplices_of(
    law: UniformInterval | UniformBox | UniformPolygon, *, most: int = MOST_INPUTS
) -> NDArray[np.float64]:
    """Return simplices that make up the region, shape (count, n + 1, n).

    Those of a box have equal volumes.

    Raises
    ------
    ValueError
        If a box has more than so many inputs, by default :data:`MOST_INPUTS`.

    Examples
    --------
    >>> simplices_of(UniformBox((0, 0, 0), (1, 1, 1))).shape
    (6, 4, 3)
    """
    if isinstance(law, UniformPolygon):
        first, *rest = [[float(c) for c in v] for v in law.vertices]
        return np.array([[first, p, q] for p, q in pairwise(rest)])
    if isinstance(law, UniformInterval):
        return np.array([[[float(law.lower)], [float(law.upper)]]])
    if law.dimension > most:
        raise ValueError(
            f"piecewise linear units on a box compile for at most {most} inputs, "
            f"got {law.dimension}"
        )
    lower, upper = (np.array([float(c) for c in end]) for end in (law.lower, law.upper))
    # Kuhn: the points of the unit cube whose coordinates descend in one order.
    paths = [
        np.array([[k in order[:step] for k in range(law.dimension)]
                  for step in range(law.dimension + 1)])
        for order in permutations(range(law.dimension))
    ]  # fmt: skip
    return np.array([np.where(path, upper, lower) for path in paths])


@njit
def heights_of(vertices: np.ndarray, size: int, unit: np.ndarray, heights: np.ndarray) -> None:
    """Write the preactivations of a unit at vertices, with zeros for what is rounding.

    Examples
    --------
    >>> heights = np.empty(2)
    >>> heights_of(np.array([[0.1], [0.2]]), 2, np.array([5.0, 3.0, -0.3]), heights)
    >>> heights.round(12).tolist()
    [0.0, 0.3]
    """
    n = vertices.shape[1]
    for v in range(size):
        total, scale = unit[n + 1], abs(unit[n + 1])
        for k in range(n):
            term = unit[k + 1] * vertices[v, k]
            total += term
            scale += abs(term)
        heights[v] = 0.0 if abs(total) <= _NOISE * scale else total


@njit
def divide(
    stack: np.ndarray, heights: np.ndarray, masses: np.ndarray, top: int, size: int
) -> tuple[bool, int]:
    """Divide the simplex at the top, if it must be; else return its side: 0, 1, or 2 for a zero.

    The part below comes to lie at the top, the part above one higher.
    """
    above, below = -1, -1
    for v in range(size):
        if heights[top, v] > 0.0:
            above = v
        elif heights[top, v] < 0.0:
            below = v
        # NaN is neither, and reaches the sums through the vertices' values.
    if above < 0 or below < 0:
        return False, 1 if above >= 0 else (0 if below >= 0 else 2)
    h, k = heights[top, above], heights[top, below]
    part = h / (h - k)
    for v in range(size):
        heights[top + 1, v] = heights[top, v]
        for c in range(stack.shape[2]):
            stack[top + 1, v, c] = stack[top, v, c]
    for c in range(stack.shape[2]):
        middle = stack[top, above, c] + part * (stack[top, below, c] - stack[top, above, c])
        stack[top, above, c] = middle
        stack[top + 1, below, c] = middle
    heights[top, above] = 0.0
    heights[top + 1, below] = 0.0
    masses[top + 1] = masses[top] * part
    masses[top] *= -k / (h - k)
    return True, 0


@njit
def walls(
    unit: np.ndarray, corners: np.ndarray, masses: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the simplices of a unit's hyperplane inside the region, each with ∫ δ(⟨w, x⟩ + b).

    A simplex of mass V with all vertices but one on the wall has ∫ δ = nV/h there, h being the
    preactivation at that one.

    Examples
    --------
    >>> triangle = np.array([[[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]])
    >>> found, weights = walls(np.array([1.0, 2.0, 0.0, -1.0]), triangle, np.ones(1))
    >>> found.tolist(), weights.tolist()
    ([[[0.5, 0.0], [0.5, 0.5]]], [0.5])
    """
    n = corners.shape[2]
    room = corners.shape[0] << (n + 1)
    found, weights = np.empty((room, n, n)), np.empty(room)
    stack, heights = np.empty((n + 2, n + 1, n)), np.empty((n + 2, n + 1))
    mass = np.empty(n + 2)
    count = 0
    for start in range(corners.shape[0]):
        mass[0] = masses[start]
        for v in range(n + 1):
            for c in range(n):
                stack[0, v, c] = corners[start, v, c]
        heights_of(stack[0], n + 1, unit, heights[0])
        top = np.int64(0)
        while top >= 0:
            divided, side = divide(stack, heights, mass, top, n + 1)
            if divided:
                top += 1
                continue
            apex, on = 0, 0
            for v in range(n + 1):
                if heights[top, v] == 0.0:
                    if on < n:
                        for c in range(n):
                            found[count, on, c] = stack[top, v, c]
                    on += 1
                else:
                    apex = v
            if side == 1 and on == n:
                weights[count] = n * mass[top] / heights[top, apex]
                count += 1
            top -= 1
    return found[:count], weights[:count]
