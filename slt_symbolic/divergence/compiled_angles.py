"""K(w) and its gradient for units without biases under a rotation invariant law, by Numba.

A continuous, piecewise linear σ that vanishes at 0 is σ(z) = p|z| + mz, and under the standard
normal law E[⟨u, x⟩⟨v, x⟩] = ⟨u, v⟩ and E[|⟨u, x⟩⟨v, x⟩|] = (2/π)(|u||v| sin θ + (π/2 − θ)⟨u, v⟩)
with θ the angle between u and v (the arc-cosine kernel of the even part of σ). On the unit sphere
of Rⁿ both are the n-th part.

References
----------
Y. Cho, L. K. Saul (2009), Kernel methods for deep learning, NIPS 22.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numba import njit

from slt_symbolic.divergence.directions import chords
from slt_symbolic.divergence.flat_entries import all_units, entry_values, slopes
from slt_symbolic.divergence.potential import bind
from slt_symbolic.inputs import StandardNormal, UniformSphere
from slt_symbolic.networks import TwoLayer


def compile_angles(
    model: TwoLayer, truth: TwoLayer, law: StandardNormal | UniformSphere, noise_variance: float
) -> Callable[..., float]:
    """Return ``potential(w, g)``: K(w) with its gradient written into ``g``.

    Parameters
    ----------
    model, truth : TwoLayer
        Networks with continuous, piecewise linear activations that vanish at 0, the units'
        biases fixed to 0. Every other entry of the model must be a number or a parameter.
    law : StandardNormal or UniformSphere
        The inputs' law.
    noise_variance : float
        σ².

    Raises
    ------
    ValueError
        If an activation is not as said, a bias is not the number 0, or an entry is a compound
        expression.

    Notes
    -----
    The terms of K cancel near W0: its ABSOLUTE error is about 1e-15·(|c| + Σ|q||w|)²/σ², the sum
    over the units of model and truth, and values that rounding makes negative are returned as 0.
    For relative accuracy near W0 there is :meth:`KLDivergence.enclosure`, or a law with a
    compiled form that is a sum of squares.
    """
    if any(u.bias != 0 for network in (model, truth) for u in network.units):
        raise ValueError(f"biases must be 0 to compile piecewise linear units under {law!r}")
    n = law.dimension
    if isinstance(law, UniformSphere):
        share = 1.0 / n
        mean = math.exp(math.lgamma(n / 2) - math.lgamma((n + 1) / 2)) / math.sqrt(math.pi)
    else:
        share, mean = 1.0, math.sqrt(2 / math.pi)
    scale = 1.0 / noise_variance
    return bind(_divergence_with_gradient, model, truth, slopes(model, truth), share, mean, scale)


@njit
def _divergence_with_gradient(
    w: np.ndarray,
    g: np.ndarray,
    index: np.ndarray,
    value: np.ndarray,
    truth: np.ndarray,
    gains: tuple[float, float, float, float],
    truth_bias: float,
    share: float,
    mean: float,
    scale: float,
) -> float:
    """Return K; ``share`` is E[x₁²] and ``mean`` is E|x₁|."""
    n = truth.shape[1] - 2
    width = (index.size - 1) // (n + 2)
    count = width + truth.shape[0]
    last = index.size - 1
    entries = entry_values(w, index, value)
    units = all_units(entries, truth)
    readouts, weights = units[:, 0], units[:, 1 : n + 1]
    evens, odds = np.empty(count), np.empty(count)
    directions = np.zeros((count, n))
    norms = np.zeros(count)
    linear = np.zeros(n)
    constant = entries[last] - truth_bias
    level = 0.0
    for i in range(count):
        side = 0 if i < width else 2
        evens[i] = 0.5 * (gains[side + 1] - gains[side])
        odds[i] = 0.5 * (gains[side + 1] + gains[side])
        for k in range(n):
            norms[i] += weights[i, k] * weights[i, k]
            linear[k] += odds[i] * readouts[i] * weights[i, k]
        norms[i] = math.sqrt(norms[i])
        if norms[i] != 0.0:
            for k in range(n):
                directions[i, k] = weights[i, k] / norms[i]
        level += evens[i] * readouts[i] * norms[i]

    for j in range(g.size):
        g[j] = 0.0
    total = constant * constant + 2.0 * mean * constant * level
    for k in range(n):
        total += share * linear[k] * linear[k]
    pull = np.empty(n)
    for i in range(count):
        # E[(even part of f − f0)·|⟨u_i, x⟩|], and its gradient in u_i with that part held fixed.
        product = constant * mean * norms[i]
        for k in range(n):
            pull[k] = constant * mean * directions[i, k]
        for j in range(count):
            strength = share * readouts[j] * evens[j]
            inner = 0.0
            for k in range(n):
                inner += weights[i, k] * weights[j, k]
            minus, plus = chords(directions, i, j)
            sine, angle = 0.5 * minus * plus, 2.0 * math.atan2(minus, plus)
            tilt = 1.0 - 2.0 * angle / math.pi
            turn = 2.0 * sine / math.pi
            product += strength * (norms[i] * norms[j] * turn + tilt * inner)
            for k in range(n):
                pull[k] += strength * (norms[j] * turn * directions[i, k] + tilt * weights[j, k])
        total += evens[i] * readouts[i] * (product - constant * mean * norms[i])
        if i >= width:
            continue
        slot = (n + 2) * i
        along = 0.0
        for k in range(n):
            along += weights[i, k] * linear[k]
            if index[slot + 1 + k] >= 0:
                g[index[slot + 1 + k]] += (
                    scale * readouts[i] * (evens[i] * pull[k] + share * odds[i] * linear[k])
                )
        if index[slot] >= 0:
            g[index[slot]] += scale * (evens[i] * product + share * odds[i] * along)
    if index[last] >= 0:
        g[index[last]] += scale * (constant + mean * level)
    # Written so that NaN stays NaN.
    return 0.0 if total < 0.0 else 0.5 * scale * total
