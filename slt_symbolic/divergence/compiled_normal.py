"""K(w) and its gradient for units with biases under N(0, I_n), by Numba.

A continuous, piecewise linear σ that vanishes at 0 is σ(z) = p|z| + mz, so that K needs
E[|a||a′|] for pairs of preactivations a = s(X + h), a′ = s′(Y + k) with X, Y standard normal of
correlation ρ. Stein's identity gives its gradient in (w, b),

    E[sign(a)|a′| x] = w E[2δ(a)|a′|] + w′ E[sign(a) sign(a′)],   E[sign(a)|a′|],

in terms of Φ and of the orthant probability, and the pair is homogeneous in (w, b): its value is
the gradient's product with (w, b).

References
----------
C. M. Stein (1981), Estimation of the mean of a multivariate normal distribution, Ann. Statist. 9.
D. B. Owen (1956), Tables for computing bivariate normal probabilities, Ann. Math. Statist. 27.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numba import njit

from slt_symbolic.divergence.directions import cosine_and_sine, directions_of
from slt_symbolic.divergence.flat_entries import all_units, entry_values, slopes
from slt_symbolic.divergence.potential import bind
from slt_symbolic.networks import TwoLayer

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)


def compile_normal(model: TwoLayer, truth: TwoLayer, noise_variance: float) -> Callable[..., float]:
    """Return ``potential(w, g)``: K(w) with its gradient written into ``g``.

    Parameters
    ----------
    model, truth : TwoLayer
        Networks with continuous, piecewise linear activations that vanish at 0. Every entry of
        the model must be a number or a parameter.
    noise_variance : float
        σ².

    Raises
    ------
    ValueError
        If an activation is not as said, or an entry is a compound expression.

    Notes
    -----
    The terms of K cancel near W0: its ABSOLUTE error is about 1e-14·(|c| + Σ|q||(w, b)|)²/σ², the
    sum over the units of model and truth, and values that rounding makes negative are returned
    as 0. For relative accuracy near W0 there is :meth:`KLDivergence.enclosure`.
    """
    scale = 1.0 / noise_variance
    return bind(_divergence_with_gradient, model, truth, slopes(model, truth), scale)


@njit(error_model="numpy")
def density(x: float) -> float:
    """Return the density of the standard normal law."""
    return math.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)


@njit(error_model="numpy")
def sign_mean(x: float, spread: float) -> float:
    """Return E[sign(spread·Z + x)] for a standard normal Z; spread may be 0."""
    if spread > 0.0:
        return math.erf(x / (spread * math.sqrt(2.0)))
    return float(np.sign(x))


@njit(error_model="numpy")
def _absolute_mean(x: float, spread: float) -> float:
    """Return E|spread·Z + x| for a standard normal Z; spread may be 0."""
    if spread > 0.0:
        return 2.0 * spread * density(x / spread) + x * sign_mean(x, spread)
    return abs(x)


@njit(error_model="numpy")
def _owens_t(h: float, over: float, under: float) -> float:
    """Return Owen's T(h, over/under) for under >= 0, not both zero."""
    h, sign = abs(h), 1.0
    if over < 0.0:
        over, sign = -over, -1.0
    if over > under:
        # T(h, a) + T(ah, 1/a) is elementary, written with tails so that no digits are lost.
        tail = 0.5 * math.erfc(h / math.sqrt(2.0))
        if under == 0.0:
            return sign * 0.5 * tail if h > 0.0 else sign * 0.25
        g = h * over / under
        other = 0.5 * math.erfc(g / math.sqrt(2.0))
        return sign * (0.5 * (tail + other) - tail * other - _owens_t_small(g, under / over))
    return sign * _owens_t_small(h, over / under)


@njit(error_model="numpy")
def _owens_t_small(h: float, a: float) -> float:
    total = 0.0
    for k in range(_NODES.size):
        x = 0.5 * a * (1.0 + _NODES[k])
        total += _WEIGHTS[k] * math.exp(-0.5 * h * h * (1.0 + x * x)) / (1.0 + x * x)
    return 0.25 * a * total / math.pi


@njit(error_model="numpy")
def sign_product_mean(h: float, k: float, cosine: float, sine: float) -> float:
    """Return E[sign(X + h) sign(Y + k)], the correlation being the cosine."""
    if h == 0.0 and k == 0.0:
        return 1.0 - 2.0 * math.atan2(sine, cosine) / math.pi
    total = 1.0
    for x, y in ((h, k), (k, h)):
        if x == 0.0:
            # The limit of T(x, ±∞) from above, which the other's sign decides.
            total -= 4.0 * (0.25 if y > 0.0 else -0.25)
        else:
            over = (y - cosine * x) * (1.0 if x > 0.0 else -1.0)
            under = sine * abs(x)
            if over == 0.0 and under == 0.0:
                over = 0.0
                under = 1.0
            total -= 4.0 * _owens_t(x, over, under)
    # By signs: the product of two tiny numbers is 0, whatever they are.
    return total - 2.0 if (h < 0.0) != (k < 0.0) else total


@njit
def _divergence_with_gradient(
    w: np.ndarray,
    g: np.ndarray,
    index: np.ndarray,
    value: np.ndarray,
    truth: np.ndarray,
    gains: tuple[float, float, float, float],
    truth_bias: float,
    scale: float,
) -> float:
    n = truth.shape[1] - 2
    stride = n + 2
    width = (index.size - 1) // stride
    count = width + truth.shape[0]
    last = index.size - 1
    entries = entry_values(w, index, value)
    units = all_units(entries, truth)
    readout, weights, bias = units[:, 0], units[:, 1 : n + 1], units[:, n + 1]
    even, odd = np.empty(count), np.empty(count)
    norm, direction = directions_of(units)
    shift = np.zeros(count)
    linear = np.zeros(n)
    constant = entries[last] - truth_bias
    for i in range(count):
        side = 0 if i < width else 2
        even[i] = 0.5 * (gains[side + 1] - gains[side])
        odd[i] = 0.5 * (gains[side + 1] + gains[side])
        for k in range(n):
            linear[k] += odd[i] * readout[i] * weights[i, k]
        constant += odd[i] * readout[i] * bias[i]
        if norm[i] != 0.0:
            shift[i] = bias[i] / norm[i]

    # E[D] and E[D x] for D = f − f0.
    mean, tilt = constant, linear.copy()
    for i in range(count):
        mean += even[i] * readout[i] * _absolute_mean(bias[i], norm[i])
        signed = sign_mean(bias[i], norm[i])
        for k in range(n):
            tilt[k] += even[i] * readout[i] * signed * weights[i, k]

    for j in range(g.size):
        g[j] = 0.0
    total = constant * mean
    for k in range(n):
        total += linear[k] * tilt[k]
    slope = np.empty(n)
    for i in range(count):
        # E[D sign(a_i)] and E[D sign(a_i) x]; first D's affine part.
        signed = sign_mean(bias[i], norm[i])
        peak = 2.0 * density(shift[i]) if norm[i] != 0.0 else 0.0
        along = 0.0
        for k in range(n):
            along += linear[k] * direction[i, k]
        flat = constant * signed + peak * along
        for k in range(n):
            slope[k] = linear[k] * signed + direction[i, k] * peak * (constant - shift[i] * along)
        for j in range(count):
            strength = even[j] * readout[j]
            if strength == 0.0:
                continue
            if norm[i] == 0.0 or norm[j] == 0.0:
                signs = signed * sign_mean(bias[j], norm[j])
                if norm[i] == 0.0:
                    flat += strength * signed * _absolute_mean(bias[j], norm[j])
                    for k in range(n):
                        slope[k] += strength * signs * weights[j, k]
                else:
                    flat += strength * signed * abs(bias[j])
                    for k in range(n):
                        slope[k] += strength * peak * abs(bias[j]) * direction[i, k]
                continue
            cosine, sine = cosine_and_sine(direction, i, j)
            h, t = shift[i], shift[j]
            signs = sign_product_mean(h, t, cosine, sine)
            at_own = peak * norm[j] * _absolute_mean(t - cosine * h, sine)
            partner = 2.0 * density(t) * sign_mean(h - cosine * t, sine)
            partner += cosine * peak * sign_mean(t - cosine * h, sine)
            flat += strength * norm[j] * (t * signs + partner)
            for k in range(n):
                slope[k] += strength * (at_own * direction[i, k] + signs * weights[j, k])
        product = bias[i] * flat
        for k in range(n):
            product += weights[i, k] * slope[k]
        total += even[i] * readout[i] * product
        if i >= width:
            continue
        slot = stride * i
        moment = bias[i] * mean
        for k in range(n):
            moment += weights[i, k] * tilt[k]
            if index[slot + 1 + k] >= 0:
                step = even[i] * slope[k] + odd[i] * tilt[k]
                g[index[slot + 1 + k]] += scale * readout[i] * step
        if index[slot] >= 0:
            g[index[slot]] += scale * (even[i] * product + odd[i] * moment)
        if index[slot + n + 1] >= 0:
            g[index[slot + n + 1]] += scale * readout[i] * (even[i] * flat + odd[i] * mean)
    if index[last] >= 0:
        g[index[last]] += scale * mean
    # Written so that NaN stays NaN.
    return 0.0 if total < 0.0 else 0.5 * scale * total
