"""D = f − f0 on the cells between hyperplanes, where it is affine, for Numba code.

D is an affine form in doubled precision, and each unit adds one of three to it: of its side.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from slt_symbolic.divergence.error_free import triple_product, two_product, two_sum


@njit
def sides_of(
    units: np.ndarray, width: int, pieces: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return σ's slope and value at 0 of each unit below, above and at 0, and what it adds to D.

    Parameters
    ----------
    units : np.ndarray
        The units of the model, ``width`` of them, and of the truth.
    width : int
        The model's width.
    pieces : np.ndarray
        From :func:`~slt_symbolic.divergence.flat_entries.lines`.

    Returns
    -------
    slopes, jumps : np.ndarray
        Shape (units, 3); at 0 the mean of both sides.
    shares : np.ndarray
        The affine forms, doubled, shape (units, 3, 2, n + 1).

    Examples
    --------
    >>> relu = np.array([[0.0, 0.0], [0.0, 1.0]])
    >>> slopes, jumps, shares = sides_of(np.array([[3.0, 2.0, 1.0]]), 1, np.stack((relu, relu)))
    >>> slopes.tolist(), shares[0, :, 0].tolist()
    ([[0.0, 1.0, 0.5]], [[0.0, 0.0], [6.0, 3.0], [3.0, 1.5]])
    """
    depth, n = units.shape[0], units.shape[1] - 2
    slopes, jumps = np.empty((depth, 3)), np.empty((depth, 3))
    shares = np.empty((depth, 3, 2, n + 1))
    for i in range(depth):
        piece = pieces[0 if i < width else 1]
        for side in range(2):
            jumps[i, side], slopes[i, side] = piece[side, 0], piece[side, 1]
        slopes[i, 2] = 0.5 * (slopes[i, 0] + slopes[i, 1])
        jumps[i, 2] = 0.5 * (jumps[i, 0] + jumps[i, 1])
        for side in range(3):
            for k in range(n + 1):
                shares[i, side, 0, k], shares[i, side, 1, k] = triple_product(
                    units[i, 0], units[i, k + 1], slopes[i, side]
                )
            jump, rest = two_product(units[i, 0], jumps[i, side])
            shares[i, side, 0, n], lost = two_sum(shares[i, side, 0, n], jump)
            shares[i, side, 1, n] += rest + lost
    return slopes, jumps, shares


@njit(inline="always")
def add_unit(forms: np.ndarray, shares: np.ndarray, unit: int, side: int) -> None:
    """Write to ``forms[unit + 1]`` the form ``forms[unit]`` with what a unit adds on a side.

    Parameters
    ----------
    forms : np.ndarray
        The forms of the first units together, doubled, shape (units + 1, 2, n + 1).
    shares : np.ndarray
        From :func:`sides_of`.
    unit, side : int
        Which unit, and where.

    Examples
    --------
    >>> forms, shares = np.zeros((2, 2, 2)), np.ones((1, 3, 2, 2))
    >>> add_unit(forms, shares, 0, 1)
    >>> forms[1].tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    for k in range(forms.shape[2]):
        high, lost = two_sum(forms[unit, 0, k], shares[unit, side, 0, k])
        forms[unit + 1, 0, k] = high
        lost += shares[unit, side, 1, k]
        forms[unit + 1, 1, k] = forms[unit, 1, k] + lost


@njit(inline="always")
def form_at(form: np.ndarray, vertices: np.ndarray, v: int) -> float:
    """Return the value of a doubled affine form at a vertex.

    Examples
    --------
    >>> form_at(np.array([[1.0, 2.0], [0.0, 1e-3]]), np.array([[0.0], [3.0]]), 1)
    5.001
    """
    n = vertices.shape[1]
    high, low = form[0, n], form[1, n]
    for k in range(n):
        product, lost = two_product(form[0, k], vertices[v, k])
        high, also_lost = two_sum(high, product)
        low += (lost + also_lost) + form[1, k] * vertices[v, k]
    return high + low
