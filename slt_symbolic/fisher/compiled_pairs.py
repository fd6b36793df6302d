"""Fisher matrices of piecewise linear units, pair by pair, for Numba code.

On each side of its break every score of a unit is an affine function of the input. So products of
two units' scores are combinations of moments of the four parts into which both breaks cut the
inputs, up to degree two. A law of the inputs only has to give these moments.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from slt_symbolic.activations import Activation

NOWHERE = np.empty((0, 0, 0)), np.empty(0)
"""The regions of laws that need none."""


def pair_gram(
    activation: Activation,
    inputs: int,
    moments: Any,
    regions: tuple[np.ndarray, np.ndarray] = NOWHERE,
) -> Any:
    """Return ``gram(entries, products)``: the lower triangle for all entries as parameters.

    Parameters
    ----------
    activation : Activation
        A piecewise linear σ.
    inputs : int
        Number n of inputs.
    moments : Numba function
        ``moments(simplices, shares, first, second, out)`` for two planes (weights, bias) adds to
        ``out[s, t]``, of shape (n + 1, n + 1), the expectation of (x, 1)(x, 1)ᵀ over the part on
        side s of the first and t of the second; side 1 is where the affine function is positive,
        also one without weights.
    regions : tuple of arrays
        The simplices of which the law's support consists, with their shares, if it does.
    """
    sides = np.array([[float(a), float(s)] for a, s in activation.lines()])
    simplices, shares = regions
    kernel = _over_pairs

    @njit(error_model="numpy")
    def gram(entries: np.ndarray, products: np.ndarray) -> None:
        kernel(moments, simplices, shares, sides, inputs, entries, products)

    return gram


@njit(error_model="numpy")
def _plane(entries: np.ndarray, at: int, plane: np.ndarray) -> None:
    """Write a unit's weights and bias; the output bias has the constant 1 for preactivation."""
    for k in range(plane.size):
        plane[k] = entries[at + 1 + k] if at < entries.size - 1 else 0.0
    if at == entries.size - 1:
        plane[-1] = 1.0


@njit(error_model="numpy")
def _scores(entries: np.ndarray, at: int, side: np.ndarray, forms: np.ndarray) -> int:
    """Write a unit's scores on one side as coefficients of (x, 1); return how many."""
    forms[:] = 0.0
    size = forms.shape[1]
    if at == entries.size - 1:  # the output bias
        forms[0, size - 1] = 1.0
        return 1
    for k in range(size):
        forms[0, k] = side[1] * entries[at + 1 + k]
        forms[1 + k, k] = side[1] * entries[at]
    forms[0, size - 1] += side[0]
    return size + 1


@njit(error_model="numpy")
def _over_pairs(
    moments: Any, simplices: np.ndarray, shares: np.ndarray, sides: np.ndarray, n: int,
    entries: np.ndarray, products: np.ndarray,
) -> None:  # fmt: skip
    size = n + 1
    units = (entries.size - 1) // (n + 2) + 1
    parts = np.empty((2, 2, size, size))
    first, second = np.empty((size + 1, size)), np.empty((size + 1, size))
    planes, row = np.empty((2, size)), np.empty(size)
    for i in range(units):
        a = (n + 2) * i
        _plane(entries, a, planes[0])
        for j in range(i + 1):
            b = (n + 2) * j
            _plane(entries, b, planes[1])
            parts[:] = 0.0
            moments(simplices, shares, planes[0], planes[1], parts)
            for side in range(2):
                rows = _scores(entries, a, sides[side], first)
                for other in range(2):
                    if i == j and side != other:
                        continue
                    part = parts[side, other]
                    columns = _scores(entries, b, sides[other], second)
                    for p in range(rows):
                        for m in range(size):
                            row[m] = 0.0
                            for k in range(size):
                                row[m] += first[p, k] * part[k, m]
                        for q in range(columns):
                            for m in range(size):
                                products[a + p, b + q] += row[m] * second[q, m]
