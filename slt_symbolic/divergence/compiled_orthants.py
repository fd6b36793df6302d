"""K(w) and its gradient for step units under N(0, I_n), compiled by Numba.

A piecewise constant σ is m + κ sign(z), and E[sign(a) sign(a′)] is an orthant probability. Its
gradient in (w, b) is E[2δ(a) sign(a′) (x, 1)]: given a = 0 the other preactivation is normal, so
that this is elementary.

References
----------
D. B. Owen (1956), Tables for computing bivariate normal probabilities, Ann. Math. Statist. 27.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numba import njit

from slt_symbolic.divergence.compiled_normal import density, sign_mean, sign_product_mean
from slt_symbolic.divergence.directions import cosine_and_sine, directions_of
from slt_symbolic.divergence.flat_entries import all_finite, all_units, entry_values, levels
from slt_symbolic.divergence.potential import bind
from slt_symbolic.networks import TwoLayer


def compile_orthants(
    model: TwoLayer, truth: TwoLayer, noise_variance: float
) -> Callable[..., float]:
    """Return ``potential(w, g)``: K(w) with its gradient written into ``g``.

    Parameters
    ----------
    model, truth : TwoLayer
        Networks with piecewise constant activations. Every entry of the model must be a number
        or a parameter.
    noise_variance : float
        σ².

    Raises
    ------
    ValueError
        If an activation is not piecewise constant, or an entry is a compound expression.

    Notes
    -----
    The terms of K cancel near W0: its ABSOLUTE error is about 1e-15·(|c| + Σ|q|)²/σ², the sum over
    the units of model and truth, and values that rounding makes negative are returned as 0. Units
    whose walls enclose an angle θ have gradients with a relative error of 1e-16/θ.
    """
    return bind(_divergence_with_gradient, model, truth, levels(model, truth), 1.0 / noise_variance)


@njit
def _divergence_with_gradient(
    w: np.ndarray,
    g: np.ndarray,
    index: np.ndarray,
    value: np.ndarray,
    truth: np.ndarray,
    values: np.ndarray,
    truth_bias: float,
    scale: float,
) -> float:
    n = truth.shape[1] - 2
    width = (index.size - 1) // (n + 2)
    count = width + truth.shape[0]
    last = index.size - 1
    entries = entry_values(w, index, value)
    units = all_units(entries, truth)
    middle, half = np.empty(count), np.empty(count)
    norm, direction = directions_of(units)
    shift, sign = np.zeros(count), np.empty(count)
    constant = entries[last] - truth_bias
    for i in range(count):
        below, above = values[0 if i < width else 1, 0], values[0 if i < width else 1, 1]
        middle[i], half[i] = 0.5 * (above + below), 0.5 * (above - below)
        constant += units[i, 0] * middle[i]
        if norm[i] != 0.0:
            shift[i] = units[i, n + 1] / norm[i]
        sign[i] = sign_mean(units[i, n + 1], norm[i])

    mean = constant
    for i in range(count):
        mean += half[i] * units[i, 0] * sign[i]
    for j in range(g.size):
        g[j] = 0.0
    total = constant * mean
    across = np.empty(n)
    for i in range(count):
        # E[D sign(a_i)], and E[D (x, 1)] on the wall a_i = 0, where unit i is the mean of both.
        signed, flat = constant * sign[i], constant
        across[:] = 0.0
        for j in range(count):
            strength = half[j] * units[j, 0]
            if i == j:
                signed += strength * (1.0 if norm[i] != 0.0 else abs(sign[i]))
                continue
            if norm[i] == 0.0 or norm[j] == 0.0:
                signed += strength * sign[i] * sign[j]
                flat += strength * sign[j]
                continue
            cosine, sine = cosine_and_sine(direction, i, j)
            signed += strength * sign_product_mean(shift[i], shift[j], cosine, sine)
            there = shift[j] - cosine * shift[i]
            flat += strength * sign_mean(there, sine)
            if sine > 0.0:
                push = 2.0 * strength * density(there / sine) / sine
                for k in range(n):
                    across[k] += push * (direction[j, k] - cosine * direction[i, k])
        total += half[i] * units[i, 0] * signed
        if i >= width:
            continue
        slot = (n + 2) * i
        if index[slot] >= 0:
            g[index[slot]] += scale * (half[i] * signed + middle[i] * mean)
        if norm[i] == 0.0:
            continue
        push = 2.0 * scale * units[i, 0] * half[i] * density(shift[i]) / norm[i]
        for k in range(n):
            if index[slot + 1 + k] >= 0:
                step = across[k] - shift[i] * flat * direction[i, k]
                g[index[slot + 1 + k]] += push * step
        if index[slot + n + 1] >= 0:
            g[index[slot + n + 1]] += push * flat
    if index[last] >= 0:
        g[index[last]] += scale * mean
    return 0.5 * scale * max(total, 0.0) if all_finite(w) else math.nan
