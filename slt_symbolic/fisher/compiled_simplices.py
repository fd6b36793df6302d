"""Second moments of the parts of a polygon or box between two hyperplanes, for Numba code.

A simplex in which a plane's affine function takes both signs is divided at a zero on an edge, until
none is left.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from slt_symbolic.divergence.simplex_cut import simplices_of
from slt_symbolic.inputs import UniformBox, UniformPolygon

MAX_SIDES = 5


def region_of(law: UniformBox | UniformPolygon) -> tuple[np.ndarray, np.ndarray]:
    """Return simplices, shape (N, n + 1, n), that fill a support, and their shares of it.

    Raises
    ------
    ValueError
        For a box with more than five inputs: it has n! simplices.

    Examples
    --------
    >>> simplices, shares = region_of(UniformPolygon([(0, 0), (1, 0), (2, 2), (0, 1)]))
    >>> simplices.shape, shares.round(12).tolist()
    ((2, 3, 2), [0.5, 0.5])
    """
    simplices = simplices_of(law, most=MAX_SIDES)
    if isinstance(law, UniformBox):
        return simplices, np.full(len(simplices), 1 / len(simplices))
    areas = 0.5 * np.linalg.det(simplices[:, 1:] - simplices[:, :1])
    return simplices, areas / float(law.area)


@njit(error_model="numpy")
def simplex_moments(
    simplices: np.ndarray, shares: np.ndarray, first: np.ndarray, second: np.ndarray,
    out: np.ndarray,
) -> None:  # fmt: skip
    """Add the moments of :func:`~slt_symbolic.fisher.compiled_pairs.pair_gram`.

    Notes
    -----
    All parts have positive volumes, so that nothing cancels. Their vertices are rounded, which
    misplaces a plane by about 1e-16 times the diameter; scores jump there, so that entries err by
    that share of their size.
    """
    count, corners, n = simplices.shape
    # Vertices waiting, each with (x, 1) and both heights; every division ends one pair of signs.
    room = 2 * corners + 2
    waiting, parts = np.empty((room, corners, n + 3)), np.empty(room)
    mine = np.empty((corners, n + 3))
    for s in range(count):
        for v in range(corners):
            for k in range(n):
                waiting[0, v, k] = simplices[s, v, k]
            waiting[0, v, n] = 1.0
            for h in range(2):
                plane = first if h == 0 else second
                height = plane[n]
                for k in range(n):
                    height += plane[k] * simplices[s, v, k]
                waiting[0, v, n + 1 + h] = height
        parts[0], size = shares[s], 1
        while size > 0:
            size -= 1
            share = parts[size]
            for v in range(corners):
                for k in range(n + 3):
                    mine[v, k] = waiting[size, v, k]
            top, bottom, h = _mixed(mine, n)
            if h < 0:
                _add_moments(mine, n, share, _side(mine, n + 1), _side(mine, n + 2), out)
                continue
            t = mine[top, h] / (mine[top, h] - mine[bottom, h])
            for replaced in range(2):
                to, at = size + replaced, top if replaced == 0 else bottom
                for v in range(corners):
                    for k in range(n + 3):
                        waiting[to, v, k] = mine[v, k]
                for k in range(n + 3):
                    waiting[to, at, k] = mine[top, k] + t * (mine[bottom, k] - mine[top, k])
                waiting[to, at, h] = 0.0
                waiting[to, at, n] = 1.0
                # Without the top vertex the rest of the edge is left, of length 1 − t.
                parts[to] = share * (1.0 - t if replaced == 0 else t)
            size += 2


@njit(error_model="numpy")
def _mixed(simplex: np.ndarray, n: int) -> tuple[int, int, int]:
    """Return an edge with both signs and the height's column, −1 if there is none."""
    for h in range(n + 1, n + 3):
        top, bottom = 0, 0
        for v in range(n + 1):
            if simplex[v, h] > simplex[top, h]:
                top = v
            if simplex[v, h] < simplex[bottom, h]:
                bottom = v
        if simplex[top, h] > 0.0 and simplex[bottom, h] < 0.0:
            return top, bottom, h
    return 0, 0, -1


@njit(error_model="numpy")
def _side(simplex: np.ndarray, h: int) -> int:
    for v in range(simplex.shape[0]):
        if simplex[v, h] > 0.0:
            return 1
    return 0


@njit(error_model="numpy")
def _add_moments(
    simplex: np.ndarray, n: int, share: float, side: int, other: int, out: np.ndarray
) -> None:
    """Add the integral of (x, 1)(x, 1)ᵀ over a simplex."""
    scale = share / ((n + 1.0) * (n + 2.0))
    for k in range(n + 1):
        for m in range(n + 1):
            total, by_k, by_m = 0.0, 0.0, 0.0
            for v in range(n + 1):
                total += simplex[v, k] * simplex[v, m]
                by_k += simplex[v, k]
                by_m += simplex[v, m]
            out[side, other, k, m] += scale * (total + by_k * by_m)
