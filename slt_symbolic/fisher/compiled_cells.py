"""Fisher matrices of piecewise linear units from exact moments of cells, for Numba code.

Between breaks every score is an affine function of the input, so that its products with others
are combinations of moments of cells up to degree two.
"""

from __future__ import annotations

from math import erf, erfc, pi, sqrt
from typing import Any

import numpy as np
from numba import njit

from slt_symbolic.activations import Activation
from slt_symbolic.divergence.convex_cut import copy, cut
from slt_symbolic.inputs import StandardNormal, UniformBox, UniformInterval, UniformPolygon

ROOT_HALF, ROOT_TWO_PI = sqrt(0.5), sqrt(2 * pi)


def line_gram(activation: Activation, law: UniformInterval | StandardNormal) -> Any:
    """Return ``gram(entries, products)`` for one input.

    Notes
    -----
    Cells run between breaks. Moments of a normal law over a cell come from the complementary
    error function on the side where nothing cancels; entries are accurate to rounding, relative
    to the moduli of their terms.
    """
    sides = np.array([[float(a), float(s)] for a, s in activation.lines()])
    lower, upper = -np.inf, np.inf
    if isinstance(law, UniformInterval):
        lower, upper = float(law.lower), float(law.upper)
    kernel = _on_line

    @njit(error_model="numpy")
    def gram(entries: np.ndarray, products: np.ndarray) -> None:
        kernel(sides, lower, upper, entries, products)

    return gram


@njit(error_model="numpy")
def _mass(s: float, t: float) -> float:
    """Return the standard normal mass of (s, t)."""
    if s > 0.0:
        return 0.5 * (erfc(s * ROOT_HALF) - erfc(t * ROOT_HALF))
    if t < 0.0:
        return 0.5 * (erfc(-t * ROOT_HALF) - erfc(-s * ROOT_HALF))
    return 0.5 * (erf(t * ROOT_HALF) - erf(s * ROOT_HALF))


@njit(error_model="numpy")
def _density(t: float) -> tuple[float, float]:
    """Return the standard normal density φ(t), and tφ(t); zeros at infinity."""
    if np.isinf(t):
        return 0.0, 0.0
    value = np.exp(-0.5 * t * t) / ROOT_TWO_PI
    return value, t * value


@njit(error_model="numpy")
def _on_line(
    sides: np.ndarray, lower: float, upper: float, entries: np.ndarray, products: np.ndarray
) -> None:
    width = (entries.size - 1) // 3
    cuts = np.empty(width + 2)
    cuts[0], count = lower, 1
    for i in range(width):
        if entries[3 * i + 1] != 0.0:
            t = -entries[3 * i + 2] / entries[3 * i + 1]
            if lower < t < upper:
                k = count
                while cuts[k - 1] > t:
                    cuts[k] = cuts[k - 1]
                    k -= 1
                cuts[k] = t
                count += 1
    cuts[count] = upper
    flat, tilted = np.zeros(entries.size), np.zeros(entries.size)
    flat[-1] = 1.0
    for cell in range(count):
        s, t = cuts[cell], cuts[cell + 1]
        if np.isinf(lower):
            (p, sp), (q, tq) = _density(s), _density(t)
            m0 = _mass(s, t)
            m1, m2 = p - q, m0 + sp - tq
        else:
            m0, middle = (t - s) / (upper - lower), 0.5 * (s + t)
            m1, m2 = m0 * middle, m0 * (s * s + s * t + t * t) / 3.0
        if np.isinf(s):
            s = min(t, 0.0) - 1.0
        if np.isinf(t):
            t = max(s, 0.0) + 1.0
        middle = 0.5 * s + 0.5 * t
        for i in range(width):
            r, v, b = entries[3 * i], entries[3 * i + 1], entries[3 * i + 2]
            side = 1 if v * middle + b > 0.0 else 0
            value, slope = sides[side, 0], sides[side, 1]
            flat[3 * i], tilted[3 * i] = value + slope * b, slope * v
            flat[3 * i + 1], tilted[3 * i + 1] = 0.0, r * slope
            flat[3 * i + 2], tilted[3 * i + 2] = r * slope, 0.0
        for i in range(entries.size):
            a, c = flat[i] * m0 + tilted[i] * m1, flat[i] * m1 + tilted[i] * m2
            for j in range(i + 1):
                products[i, j] += a * flat[j] + c * tilted[j]


def polygon_gram(activation: Activation, law: UniformPolygon | UniformBox) -> Any:
    """Return ``gram(entries, products)`` for two inputs on a convex polygon.

    Notes
    -----
    The polygon is cut by the lines of two units at a time. The cells' vertices are rounded, which
    misplaces a line by about 1e-16 times the diameter; scores jump there, so that entries err
    by that share of their size.
    """
    sides = np.array([[float(a), float(s)] for a, s in activation.lines()])
    if isinstance(law, UniformBox):
        (a, b), (c, d) = law.lower, law.upper
        law = UniformPolygon(((a, b), (c, b), (c, d), (a, d)))
    corners = np.array([[float(x) for x in v] for v in law.vertices])
    scale = 1.0 / float(law.area)
    kernel = _on_polygon

    @njit(error_model="numpy")
    def gram(entries: np.ndarray, products: np.ndarray) -> None:
        kernel(sides, corners, scale, entries, products)

    return gram


@njit(error_model="numpy")
def _second_moments(cell: np.ndarray, size: int, scale: float, moments: np.ndarray) -> None:
    """Write ∫(x, y, 1)ᵀ(x, y, 1) over a convex polygon, times a scale."""
    moments[:] = 0.0
    x, y = np.empty(3), np.empty(3)
    for k in range(1, size - 1):
        for m in range(3):
            at = 0 if m == 0 else k + m - 1
            x[m], y[m] = cell[at, 0], cell[at, 1]
        area = 0.5 * scale * ((x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]))
        if area <= 0.0:
            continue  # what rounding has left of a sliver
        u, v = x.sum(), y.sum()
        moments[0, 0] += area / 12.0 * ((x * x).sum() + u * u)
        moments[0, 1] += area / 12.0 * ((x * y).sum() + u * v)
        moments[1, 1] += area / 12.0 * ((y * y).sum() + v * v)
        moments[0, 2] += area / 3.0 * u
        moments[1, 2] += area / 3.0 * v
        moments[2, 2] += area
    moments[1, 0], moments[2, 0], moments[2, 1] = moments[0, 1], moments[0, 2], moments[1, 2]


@njit(error_model="numpy")
def _scores(entries: np.ndarray, at: int, side: np.ndarray, forms: np.ndarray) -> int:
    """Write a unit's scores on one side as coefficients of (x, y, 1); return how many."""
    forms[:] = 0.0
    if at == entries.size - 1:  # the output bias
        forms[0, 2] = 1.0
        return 1
    for k in range(3):
        forms[0, k] = side[1] * entries[at + 1 + k]
        forms[1 + k, k] = side[1] * entries[at]
    forms[0, 2] += side[0]
    return 4


@njit(error_model="numpy")
def _on_polygon(
    sides: np.ndarray, corners: np.ndarray, scale: float, entries: np.ndarray, products: np.ndarray
) -> None:
    units = (entries.size + 3) // 4
    room = corners.shape[0] + 2
    halves, parts = np.empty((2, room, 2)), np.empty((2, room, 2))
    heights, moments = np.empty(room), np.empty((3, 3))
    first, second = np.empty((4, 3)), np.empty((4, 3))
    for i in range(units):
        a = 4 * i
        over, under = corners.shape[0], 0
        if i < units - 1:
            over, under = cut(
                corners, over, entries[a + 1], entries[a + 2], entries[a + 3], heights,
                halves[1], halves[0],
            )  # fmt: skip
        else:
            copy(corners, over, halves[1])
        for side in range(2):
            size = over if side == 1 else under
            rows = _scores(entries, a, sides[side], first)
            for j in range(i + 1):
                b = 4 * j
                above, below = size, 0
                if j == i:
                    copy(halves[side], size, parts[1])
                elif size > 0:
                    above, below = cut(
                        halves[side], size, entries[b + 1], entries[b + 2], entries[b + 3],
                        heights, parts[1], parts[0],
                    )  # fmt: skip
                for other in range(2):
                    pieces = above if other == 1 else below
                    if pieces == 0:
                        continue
                    _second_moments(parts[other], pieces, scale, moments)
                    columns = _scores(entries, b, sides[side if j == i else other], second)
                    for p in range(rows):
                        for q in range(columns):
                            total = 0.0
                            for k in range(3):
                                for m in range(3):
                                    total += first[p, k] * moments[k, m] * second[q, m]
                            products[a + p, b + q] += total
