"""K(w) and its gradient for piecewise linear units in any number of inputs, by Numba.

The hyperplanes on which units switch cut the region into cells, and these are found as simplices:
an edge along which a preactivation changes sign is divided where it vanishes, and the simplex with
it, until there is no such edge. On a simplex f − f0 is affine, D say, and ∫ u v = V/((m+1)(m+2))·
(Σ u_i v_i + Σ u_i Σ v_i) for affine u and v with values u_i, v_i at its m + 1 vertices. All terms
of K are squares, and D is kept in doubled precision.

A unit that jumps by J at 0 adds to the gradient what its wall gives,
∂K/∂(w, b) = (q J/σ²) ∫ D̄ δ(⟨w, x⟩ + b) (x, 1) p(x) dx + …, D̄ being the mean of D on both sides: an
integral over simplices of one dimension less, which the other units' hyperplanes cut likewise.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

from slt_symbolic.divergence.affine_pieces import add_unit, form_at, sides_of
from slt_symbolic.divergence.error_free import two_sum
from slt_symbolic.divergence.flat_entries import all_units, entry_values, lines
from slt_symbolic.divergence.potential import bind
from slt_symbolic.divergence.simplex_cut import divide, heights_of, simplices_of, walls
from slt_symbolic.inputs import UniformBox, UniformInterval, UniformPolygon
from slt_symbolic.networks import TwoLayer


def compile_cells(
    model: TwoLayer,
    truth: TwoLayer,
    law: UniformInterval | UniformBox | UniformPolygon,
    noise_variance: float,
) -> Callable[..., float]:
    """Return ``potential(w, g)``: K(w) with its gradient written into ``g``.

    Parameters
    ----------
    model, truth : TwoLayer
        Networks with piecewise linear activations, which may jump at 0. Every entry of the
        model must be a number or a parameter.
    law : UniformInterval, UniformBox or UniformPolygon
        The inputs' law.
    noise_variance : float
        σ².

    Raises
    ------
    ValueError
        If an activation is not piecewise linear, an entry is a compound expression, or a box has
        more than six sides.

    Notes
    -----
    Vertices are rounded to doubles, which moves every hyperplane by about 1e-16 times the
    region's diameter: where D is continuous K changes by 1e-16 of itself, and where it jumps by J
    by 1e-16·J². So K has a relative error near rounding, unless it comes from slivers of width δ
    alone: then it is 1e-16/δ. With units that jump that is so all along the way to W0.

    The cost grows like the number of simplices, fast in four inputs and more: there each further
    unit multiplies it by three to five. On a wall between chambers the gradient is a one-sided
    one, or a mean of such.
    """
    corners = simplices_of(law)
    n = corners.shape[2]
    spans = np.linalg.det(corners[:, 1:] - corners[:, :1])
    masses = np.abs(spans) / np.abs(spans).sum()
    return bind(_divergence_with_gradient, model, truth, lines(model, truth), corners, masses,
                1.0 / noise_variance, n)  # fmt: skip


@njit
def sum_over_cells(
    corners: np.ndarray,
    masses: np.ndarray,
    skipped: int,
    units: np.ndarray,
    shares: np.ndarray,
    constant: tuple[float, float],
    slopes: np.ndarray,
    jumps: np.ndarray,
    pull: np.ndarray,
    flat: np.ndarray,
) -> float:
    """Return ∫D² over simplices; add to ``pull`` the ∫ D σ′(a_i) (x, 1), to ``flat`` ∫ D Δσ(a_i).

    Parameters
    ----------
    corners, masses : np.ndarray
        The simplices.
    skipped : int
        −1, or the unit on whose wall they lie; it counts half on both sides.
    units, shares : np.ndarray
        The units, and what each adds to D below, above and at 0 as an affine form.
    constant : tuple of float
        What else D has, doubled.
    slopes, jumps : np.ndarray
        σ's slope and value at 0, of each unit on each side.
    pull, flat : np.ndarray
        One row for each unit of the model, and one for the constant unit.
    """
    n, size, depth, width = corners.shape[2], corners.shape[1], units.shape[0], pull.shape[0] - 1
    room = depth * size + 2
    stack, heights = np.empty((room, size, n)), np.empty((room, size))
    mass, value = np.empty(room), np.empty(size)
    levels, sides = np.zeros(room, dtype=np.int64), np.zeros(room, dtype=np.int64)
    path = np.zeros(depth + 1, dtype=np.int64)
    forms = np.zeros((depth + 1, 2, n + 1))
    forms[0, 0, n], forms[0, 1, n] = constant
    moment = np.empty(n + 1)
    square = 0.0
    for start in range(corners.shape[0]):
        # A constant would be a type of its own, and what takes it would be compiled twice.
        top, levels[0], mass[0] = np.int64(0), 0, masses[start]
        for v in range(size):
            for k in range(n):
                stack[0, v, k] = corners[start, v, k]
        if depth > 0:
            heights_of(stack[0], size, units[0], heights[0])
        while top >= 0:
            level = levels[top]
            if level > 0:
                path[level - 1] = sides[top]
                add_unit(forms, shares, level - 1, sides[top])
            if level < depth:
                divided, side = False, 2
                if level != skipped:
                    divided, side = divide(stack, heights, mass, top, size)
                if divided:
                    levels[top + 1], sides[top + 1] = level, sides[top]
                    top += 1
                    continue
                levels[top], sides[top] = level + 1, side
                if level + 1 < depth:
                    heights_of(stack[top], size, units[level + 1], heights[top])
                continue
            mean = 0.0
            form, here = forms[depth], stack[top]
            for v in range(size):
                value[v] = form_at(form, here, v)
                mean += value[v]
            weight = mass[top] / (size * (size + 1))
            moment[n] = mass[top] / size * mean
            for k in range(n):
                middle, mixed = 0.0, 0.0
                for v in range(size):
                    middle += stack[top, v, k]
                    mixed += value[v] * stack[top, v, k]
                moment[k] = weight * (mixed + mean * middle)
            squares = mean * mean
            for v in range(size):
                squares += value[v] * value[v]
            square += weight * squares
            for i in range(width):
                flat[i] += jumps[i, path[i]] * moment[n]
                for k in range(n + 1):
                    pull[i, k] += slopes[i, path[i]] * moment[k]
            for k in range(n + 1):
                pull[width, k] += moment[k]
            top -= 1
    return square


@njit
def _divergence_with_gradient(
    w: np.ndarray,
    g: np.ndarray,
    index: np.ndarray,
    value: np.ndarray,
    truth: np.ndarray,
    pieces: np.ndarray,
    truth_bias: float,
    corners: np.ndarray,
    masses: np.ndarray,
    scale: float,
    n: int,
) -> float:
    width = (index.size - 1) // (n + 2)
    last = index.size - 1
    entries = entry_values(w, index, value)
    units = all_units(entries, truth)
    slopes, jumps, shares = sides_of(units, width, pieces)
    pull, flat = np.zeros((width + 1, n + 1)), np.zeros(width)
    constant = two_sum(entries[last], -truth_bias)
    arguments = (units, shares, constant, slopes, jumps)
    # Copies are writable, as walls are: one function is compiled for both.
    corners, masses = corners.copy(), masses.copy()
    total = sum_over_cells(corners, masses, -1, *arguments, pull, flat)
    for j in range(g.size):
        g[j] = 0.0
    unused = np.zeros(width)
    for i in range(width):
        slot = (n + 2) * i
        product = flat[i]
        for k in range(n + 1):
            product += units[i, k + 1] * pull[i, k]
        if index[slot] >= 0:
            g[index[slot]] += scale * product
        jump = jumps[i, 1] - jumps[i, 0]
        if jump != 0.0:
            found, weights = walls(units[i], corners, masses)
            wall = np.zeros((width + 1, n + 1))
            sum_over_cells(found, weights, i, *arguments, wall, unused)
            for k in range(n + 1):
                pull[i, k] += jump * wall[width, k]
        for k in range(n + 1):
            if index[slot + 1 + k] >= 0:
                g[index[slot + 1 + k]] += scale * units[i, 0] * pull[i, k]
    if index[last] >= 0:
        g[index[last]] += scale * pull[width, n]
    return 0.5 * scale * total
