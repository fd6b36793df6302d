"""K(w) and its gradient for continuous piecewise linear units on a box, by Numba.

The hyperplanes on which units switch cut the box into convex polytopes, and on each of them
f − f0 is affine, D say. A polytope is divided into simplices only once no hyperplane cuts it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numba import njit

from slt_symbolic.divergence.affine_pieces import add_unit, form_at, sides_of
from slt_symbolic.divergence.compiled_cells import sum_over_cells
from slt_symbolic.divergence.error_free import two_sum
from slt_symbolic.divergence.flat_entries import all_units, entry_values, lines
from slt_symbolic.divergence.polytope_cut import (
    DIVIDED,
    NO_ROOM,
    add_simplices,
    box_polytope,
    cut,
    most_vertices,
)
from slt_symbolic.divergence.potential import bind
from slt_symbolic.divergence.simplex_cut import heights_of, simplices_of
from slt_symbolic.inputs import UniformBox
from slt_symbolic.networks import TwoLayer

# What the cells' volumes may lack of that of the box; rounding alone gives some 1e-15.
_LACK = 1e-13


def compile_polytopes(
    model: TwoLayer, truth: TwoLayer, law: UniformBox, noise_variance: float
) -> Callable[..., float]:
    """Return ``potential(w, g)``: K(w) with its gradient written into ``g``.

    Parameters
    ----------
    model, truth : TwoLayer
        Networks with continuous, piecewise linear activations that vanish at 0. Every entry of
        the model must be a number or a parameter.
    law : UniformBox
        The inputs' law.
    noise_variance : float
        σ².

    Raises
    ------
    ValueError
        If an activation is not piecewise linear, an entry is a compound expression, or the box
        has more than six sides.

    Notes
    -----
    All terms of K are squares, and D is kept in doubled precision: K has a relative error near
    rounding, unless it comes from slivers of width δ alone: then it is 1e-16/δ.

    Hyperplanes that agree up to rounding may meet the vertices in an order that no hyperplane
    has. Then the polytopes' volumes do not add up to that of the box, and simplices are cut
    instead (:mod:`~slt_symbolic.divergence.compiled_cells`), which stand any order.
    """
    simplices, pieces, n = simplices_of(law), lines(model, truth), law.dimension
    masses = np.full(len(simplices), 1.0 / len(simplices))
    units = len(model.units) + len(truth.units)
    corners, on = box_polytope(law, units)
    volume = math.factorial(n) * float(np.prod(corners[-1] - corners[0]))
    room = max(most_vertices(n, 2 * n + units), len(corners))
    return bind(_divergence_with_gradient, model, truth, pieces, corners, on, volume, room,
                simplices, masses, 1.0 / noise_variance)  # fmt: skip


@njit
def _sum_over_polytopes(
    corners: np.ndarray,
    on_sides: np.ndarray,
    room: int,
    units: np.ndarray,
    shares: np.ndarray,
    constant: tuple[float, float],
    slopes: np.ndarray,
    pull: np.ndarray,
) -> tuple[float, float]:
    """Return ∫D² and n! times the cells' volume; add to ``pull`` the ∫ D σ′(a_i) (x, 1).

    Both integrals lack a factor (n + 1)(n + 2), and are not divided by the box's volume.

    Parameters
    ----------
    corners, on_sides : np.ndarray
        The box, as :func:`~slt_symbolic.divergence.polytope_cut.box_polytope` gives it.
    room : int
        The most vertices that a polytope may have.
    units, shares, constant, slopes, pull
        As in :mod:`~slt_symbolic.divergence.compiled_cells`.
    """
    n, depth, width = corners.shape[1], units.shape[0], pull.shape[0] - 1
    vertices = np.empty((depth + 2, room, n))
    on = np.empty((depth + 2, room, on_sides.shape[1]), dtype=np.int64)
    sizes, levels = np.zeros(depth + 2, dtype=np.int64), np.zeros(depth + 2, dtype=np.int64)
    sides, path = np.zeros(depth + 2, dtype=np.int64), np.zeros(depth + 1, dtype=np.int64)
    forms = np.zeros((depth + 1, 2, n + 1))
    forms[0, 0, n], forms[0, 1, n] = constant
    heights, values, weights = np.empty(room), np.empty(room), np.empty(room)
    moment = np.empty(n + 1)
    sizes[0] = corners.shape[0]
    for v in range(sizes[0]):
        for k in range(n):
            vertices[0, v, k] = corners[v, k]
        for k in range(on.shape[2]):
            on[0, v, k] = on_sides[v, k]
    square, volume, top = 0.0, 0.0, np.int64(0)
    while top >= 0:
        level, size = levels[top], sizes[top]
        if level > 0:
            path[level - 1] = sides[top]
            add_unit(forms, shares, level - 1, sides[top])
        if level < depth:
            heights_of(vertices[top], size, units[level], heights)
            side = cut(vertices, on, sizes, top, heights, 2 * n + level)
            if side == NO_ROOM:
                return math.nan, math.nan
            levels[top], sides[top] = level + 1, side
            if side == DIVIDED:
                sides[top] = 0
                top += 1
                levels[top], sides[top] = level + 1, 1
            continue
        form, here = forms[depth], vertices[top]
        for v in range(size):
            values[v] = form_at(form, here, v)
            weights[v] = 0.0
        volume += add_simplices(here, on[top], size, values, weights)
        for k in range(n + 1):
            moment[k] = 0.0
        for v in range(size):
            square += weights[v] * values[v]
            moment[n] += weights[v]
            for k in range(n):
                moment[k] += weights[v] * vertices[top, v, k]
        for k in range(n + 1):
            for i in range(width):
                pull[i, k] += slopes[i, path[i]] * moment[k]
            pull[width, k] += moment[k]
        top -= 1
    return square, volume


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
    on_sides: np.ndarray,
    volume: float,
    room: int,
    simplices: np.ndarray,
    masses: np.ndarray,
    scale: float,
) -> float:
    n, last = corners.shape[1], index.size - 1
    width = last // (n + 2)
    entries = entry_values(w, index, value)
    units = all_units(entries, truth)
    slopes, jumps, shares = sides_of(units, width, pieces)
    constant, pull = two_sum(entries[last], -truth_bias), np.zeros((width + 1, n + 1))
    total, found = _sum_over_polytopes(
        corners, on_sides, room, units, shares, constant, slopes, pull
    )
    share = scale / (volume * (n + 1) * (n + 2))
    if not abs(found - volume) <= _LACK * volume:
        pull, share = np.zeros((width + 1, n + 1)), scale
        total = sum_over_cells(simplices.copy(), masses.copy(), -1, units, shares, constant,
                               slopes, jumps, pull, np.zeros(width))  # fmt: skip
    for j in range(g.size):
        g[j] = 0.0
    for i in range(width):
        slot, product = (n + 2) * i, 0.0
        for k in range(n + 1):
            product += units[i, k + 1] * pull[i, k]
            if index[slot + 1 + k] >= 0:
                g[index[slot + 1 + k]] += share * units[i, 0] * pull[i, k]
        if index[slot] >= 0:
            g[index[slot]] += share * product
    if index[last] >= 0:
        g[index[last]] += share * pull[width, n]
    return 0.5 * share * total
