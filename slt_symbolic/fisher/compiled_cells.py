"""Fisher matrices of piecewise linear units of one input from moments of cells, for Numba code.

Between breaks every score is an affine function of the input, so that its products with others
are combinations of moments of cells up to degree two.
"""

from __future__ import annotations

from math import erf, erfc, pi, sqrt
from typing import Any

import numpy as np
from numba import njit

from slt_symbolic.activations import Activation
from slt_symbolic.inputs import StandardNormal, UniformInterval

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
