"""Cutting a convex polygon in two, for Numba code."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit
def copy(polygon: np.ndarray, size: int, to: np.ndarray) -> None:
    """Copy the first vertices; as loops, which compile much faster than slices."""
    for k in range(size):
        to[k, 0], to[k, 1] = polygon[k, 0], polygon[k, 1]


@njit
def cut(
    polygon: np.ndarray,
    size: int,
    a: float,
    b: float,
    c: float,
    heights: np.ndarray,
    above: np.ndarray,
    below: np.ndarray,
) -> tuple[int, int]:
    """Cut a convex polygon by the line ax + by + c = 0.

    Parameters
    ----------
    polygon : np.ndarray
        Vertices in order, in the first ``size`` rows.
    size : int
        Their number.
    a, b, c : float
        The line.
    heights : np.ndarray
        Room for one number per vertex.
    above, below : np.ndarray
        Take the vertices of the parts where ax + by + c is positive, and where it is not; each
        needs room for one vertex more than the polygon has.

    Returns
    -------
    tuple of int
        The numbers of vertices of both parts, 0 for an empty one.

    Notes
    -----
    What is above is the run of positive vertices around the highest one; all others count as
    below. Whatever rounding does to the signs, a part has at most one vertex more than the
    polygon, and a vertex is on the wrong side by no more than its height's rounding error.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    >>> above, below = np.zeros((5, 2)), np.zeros((5, 2))
    >>> cut(square, 4, 2.0, 0.0, -1.0, np.zeros(4), above, below)
    (4, 4)
    >>> sorted(below[:4].tolist())
    [[0.0, 0.0], [0.0, 1.0], [0.5, 0.0], [0.5, 1.0]]
    """
    top, bottom = 0, 0
    for k in range(size):
        heights[k] = a * polygon[k, 0] + b * polygon[k, 1] + c
        if heights[k] > heights[top]:
            top = k
        if heights[k] < heights[bottom]:
            bottom = k
    if not heights[top] > 0.0:
        copy(polygon, size, below)
        return 0, size
    if not heights[bottom] < 0.0:
        copy(polygon, size, above)
        return size, 0
    first, end = top, top
    while heights[first - 1 if first > 0 else size - 1] > 0.0:
        first = first - 1 if first > 0 else size - 1
    count = 0
    while heights[end] > 0.0:
        end = end + 1 if end + 1 < size else 0
    k = first
    while k != end:
        above[count, 0], above[count, 1] = polygon[k, 0], polygon[k, 1]
        count += 1
        k = k + 1 if k + 1 < size else 0
    rest = 1
    while k != first:
        below[rest, 0], below[rest, 1] = polygon[k, 0], polygon[k, 1]
        rest += 1
        k = k + 1 if k + 1 < size else 0
    for crossing in range(2):
        if crossing == 0:
            p, q = end - 1 if end > 0 else size - 1, end
        else:
            p, q = first, first - 1 if first > 0 else size - 1
        t = heights[p] / (heights[p] - heights[q])
        for axis in range(2):
            x = polygon[p, axis] + t * (polygon[q, axis] - polygon[p, axis])
            above[count + crossing, axis] = x
            below[rest if crossing else 0, axis] = x
    return count + 2, rest + 1
