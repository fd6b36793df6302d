"""K(w) and its gradient for two-input networks on a convex polygon, compiled by Numba.

The lines on which units switch cut the polygon into convex cells; on each f − f0 is affine, D
say, and so is each ∂f/∂w_j. On a triangle of area A,
∫ u v = (A/12)(Σ_i u_i v_i + (Σ_i u_i)(Σ_i v_i)) for affine u and v with values u_i and v_i at the
vertices, so that E[D²] is a sum of squares. D is kept in doubled precision: near W0, where K is
tiny, nothing cancels but inside D, and K keeps its relative accuracy.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

from slt_symbolic.divergence.convex_cut import copy, cut
from slt_symbolic.divergence.error_free import triple_product, two_product, two_sum
from slt_symbolic.divergence.flat_entries import (
    add_plane_gradient,
    all_units,
    entry_values,
    slopes,
)
from slt_symbolic.divergence.potential import bind
from slt_symbolic.inputs import UniformBox, UniformPolygon
from slt_symbolic.networks import TwoLayer


def compile_polygon(
    model: TwoLayer, truth: TwoLayer, law: UniformPolygon | UniformBox, noise_variance: float
) -> Callable[..., float]:
    """Return ``potential(w, g)``: K(w) with its gradient written into ``g``.

    Parameters
    ----------
    model, truth : TwoLayer
        Two-input networks with continuous, piecewise linear activations that vanish at 0.
        Every entry of the model must be a number or a parameter.
    law : UniformPolygon or UniformBox
        The inputs' law; a box must have two sides.
    noise_variance : float
        σ².

    Raises
    ------
    ValueError
        If an activation is not as said, or an entry is a compound expression.

    Notes
    -----
    The cells' vertices are rounded to doubles. That misplaces each line by about 1e-16 times the
    polygon's diameter, and as D is continuous across it, K changes by 1e-16 of itself — unless K
    comes from a strip between almost equal lines alone: of width δ, it then has relative accuracy
    1e-16/δ only. Slopes and corners are rounded to doubles first. On a wall between chambers the
    gradient is a one-sided one.
    """
    if isinstance(law, UniformBox):
        (a, b), (c, d) = law.lower, law.upper
        law = UniformPolygon(((a, b), (c, b), (c, d), (a, d)))
    corners = np.array([[float(x) for x in v] for v in law.vertices])
    scale = 1.0 / (noise_variance * float(law.area))
    return bind(_divergence_with_gradient, model, truth, slopes(model, truth), corners, scale)


@njit(inline="always")
def _affine_value(form: np.ndarray, x: float, y: float) -> float:
    """Return form[0]·x + form[1]·y + form[2] and the same with what these lack, form[3:]."""
    p, e = two_product(form[0], x)
    q, f = two_product(form[1], y)
    s, h = two_sum(p, q)
    t, k = two_sum(s, form[2])
    return t + (((e + f) + (h + k)) + (form[3] * x + form[4] * y + form[5]))


@njit
def _moments(
    cell: np.ndarray, size: int, form: np.ndarray, values: np.ndarray
) -> tuple[float, float, float, float]:
    """Return ∫D², ∫D, ∫Dx and ∫Dy over a convex polygon, D being the affine form."""
    for k in range(size):
        values[k] = _affine_value(form, cell[k, 0], cell[k, 1])
    square, flat, tilted_x, tilted_y = 0.0, 0.0, 0.0, 0.0
    x, y, u = cell[0, 0], cell[0, 1], values[0]
    for k in range(1, size - 1):
        p, q, v = cell[k, 0], cell[k, 1], values[k]
        s, t, z = cell[k + 1, 0], cell[k + 1, 1], values[k + 1]
        area = 0.5 * ((p - x) * (t - y) - (s - x) * (q - y))
        if area <= 0.0:
            continue  # what rounding has left of a sliver
        mean = u + v + z
        square += area / 12.0 * (u * u + v * v + z * z + mean * mean)
        flat += area / 3.0 * mean
        tilted_x += area / 12.0 * (u * x + v * p + z * s + mean * (x + p + s))
        tilted_y += area / 12.0 * (u * y + v * q + z * t + mean * (y + q + t))
    return square, flat, tilted_x, tilted_y


@njit
def _divergence_with_gradient(
    w: np.ndarray,
    g: np.ndarray,
    index: np.ndarray,
    value: np.ndarray,
    truth: np.ndarray,
    gains: tuple[float, float, float, float],
    truth_bias: float,
    corners: np.ndarray,
    scale: float,
) -> float:
    width = (index.size - 1) // 4
    depth = width + truth.shape[0]
    last = index.size - 1
    entries = entry_values(w, index, value)
    units = all_units(entries, truth)
    # What unit i adds to D below and above its line: three coefficients and what they lack.
    shares = np.empty((depth, 2, 6))
    for i in range(depth):
        for side in range(2):
            slope = gains[side if i < width else side + 2]
            for k in range(3):
                shares[i, side, k], shares[i, side, k + 3] = triple_product(
                    units[i, 0], units[i, k + 1], slope
                )

    # Depth first through the cells. ``stack`` holds the parts that wait, each cut by the lines of
    # its first ``levels`` units; ``forms[i]`` is what the first i of them add up to on this path.
    room = corners.shape[0] + depth
    stack = np.empty((depth + 1, room, 2))
    scratch = np.empty((room, 2))
    heights = np.empty(room)
    sizes = np.zeros(depth + 1, dtype=np.int64)
    levels = np.zeros(depth + 1, dtype=np.int64)
    sides = np.zeros(depth + 1, dtype=np.int64)
    path = np.zeros(depth, dtype=np.int64)
    slopes_here = np.empty(width)
    forms = np.zeros((depth + 1, 6))
    forms[0, 2], forms[0, 5] = two_sum(entries[last], -truth_bias)
    copy(corners, corners.shape[0], stack[0])
    sizes[0] = corners.shape[0]
    for j in range(g.size):
        g[j] = 0.0
    total = 0.0
    top = 0
    while top >= 0:
        level = levels[top]
        if level > 0:
            side = sides[top]
            path[level - 1] = side
            for k in range(3):
                forms[level, k], lost = two_sum(forms[level - 1, k], shares[level - 1, side, k])
                lost += shares[level - 1, side, k + 3]
                forms[level, k + 3] = forms[level - 1, k + 3] + lost
        if level < depth:
            a, b, c = units[level, 1], units[level, 2], units[level, 3]
            over, under = cut(stack[top], sizes[top], a, b, c, heights, stack[top + 1], scratch)
            if under > 0:
                copy(scratch, under, stack[top])
                sizes[top], levels[top], sides[top] = under, level + 1, 0
                top += 1
            else:
                copy(stack[top + 1], over, stack[top])
            if over > 0:
                sizes[top], levels[top], sides[top] = over, level + 1, 1
            else:
                top -= 1
            continue
        square, flat, tilted_x, tilted_y = _moments(stack[top], sizes[top], forms[depth], heights)
        top -= 1
        total += square
        for i in range(width):
            slopes_here[i] = gains[path[i]]
        moments = (flat, tilted_x, tilted_y)
        add_plane_gradient(g, index, units, slopes_here, moments, scale)
    return 0.5 * scale * total
