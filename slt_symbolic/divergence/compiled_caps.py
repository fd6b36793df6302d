"""K(w) and its gradient for piecewise linear units on the unit sphere of Rⁿ, n ≥ 3, by Numba.

For two units with directions e and e′, write x = e cos φ + sin φ (v f + …) with f the unit vector
across e in their plane. Then φ has density ∝ sinⁿ⁻² φ on [0, π], and v, independent of it,
∝ (1 − v²)^((n−4)/2). The mean over v of a unit a′ = p + s v is elementary; in φ it is analytic but
where the first unit switches and where a′ begins and ceases to switch. For odd n it has
half-integer powers there, which a change of variable with vanishing derivative makes smooth for a
Gauss rule. A jump of the first unit adds to the gradient what the mean over v is at that φ.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numba import njit

from slt_symbolic.divergence.directions import chords, directions_of
from slt_symbolic.divergence.flat_entries import all_finite, all_units, entry_values, lines
from slt_symbolic.divergence.potential import bind
from slt_symbolic.inputs import UniformSphere
from slt_symbolic.networks import TwoLayer

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)


def compile_caps(
    model: TwoLayer, truth: TwoLayer, law: UniformSphere, noise_variance: float
) -> Callable[..., float]:
    """Return ``potential(w, g)``: K(w) with its gradient written into ``g``.

    Parameters
    ----------
    model, truth : TwoLayer
        Networks with piecewise linear activations, which may jump at 0. Every entry of the
        model must be a number or a parameter.
    law : UniformSphere
        The inputs' law, of at least three inputs.
    noise_variance : float
        σ².

    Raises
    ------
    ValueError
        If an activation is not piecewise linear, or an entry is a compound expression.

    Notes
    -----
    The terms of K cancel near W0: its ABSOLUTE error is about 1e-15 times
    (|c| + Σ|q|(J + |w| + |b|))²/σ², J being the jump and the sum one over the units of model and
    truth; for units that jump, of three inputs, it has been seen to reach 1e-11 of that where one
    unit's wall passes close by another's direction. Values that rounding makes negative are
    returned as 0. Units that jump, and whose walls enclose an angle θ, have gradients with a
    relative error of 1e-16/θ.
    """
    n = law.dimension
    outer, inner = (
        math.exp(math.lgamma(k / 2) - math.lgamma((k - 1) / 2)) / math.sqrt(math.pi)
        for k in (n, n - 1)
    )
    return bind(_divergence_with_gradient, model, truth, lines(model, truth), (outer, inner),
                1.0 / noise_variance, n)  # fmt: skip


@njit(error_model="numpy")
def _tails(c: float, n: int, inner: float) -> tuple[float, float, float]:
    """Return P(v > c), E[v; v > c] and E[v²; v > c]."""
    if c <= -1.0:
        return 1.0, 0.0, 1.0 / (n - 1)
    if c >= 1.0:
        return 0.0, 0.0, 0.0
    rest = (1.0 - c) * (1.0 + c)
    # ∫ (1 − v²)ᵏ from c to 1, from k = −½ or 0 up to (n − 4)/2.
    k, power = (-0.5, math.sqrt(rest)) if n % 2 else (0.0, rest)
    total = math.acos(c) if n % 2 else 1.0 - c
    for _ in range((n - 3) // 2):
        total = ((2.0 * k + 2.0) * total - c * power) / (2.0 * k + 3.0)
        k += 1.0
        power *= rest
    over = inner * total
    edge = inner * power
    return over, edge / (n - 2), (over + c * edge) / (n - 1)


@njit(error_model="numpy")
def _inner_means(
    p: float, s: float, piece: np.ndarray, n: int, inner: float
) -> tuple[float, float]:
    """Return E[σ(p + s v)] and E[v σ(p + s v)]."""
    jump, kink = piece[1, 0] - piece[0, 0], piece[1, 1] - piece[0, 1]
    mean, tilt = piece[0, 0] + piece[0, 1] * p, piece[0, 1] * s / (n - 1)
    if s > 0.0:
        none, one, two = _tails(-p / s, n, inner)
        mean += (jump + kink * p) * none + kink * s * one
        tilt += (jump + kink * p) * one + kink * s * two
    else:
        mean += (jump + kink * p) * (1.0 if p > 0.0 else (0.0 if p < 0.0 else 0.5))
    return mean, tilt


@njit(error_model="numpy")
def _pair(
    norm: float,
    bias: float,
    piece: np.ndarray,
    partner: tuple[float, float, float, bool],
    other: np.ndarray,
    n: int,
    constants: tuple[float, float],
    result: np.ndarray,
) -> None:
    """Write E[σ(a)σ′(a′)], and the parts of E[σ'(a)(x, 1)σ′(a′)] along e, along f and in b.

    ``partner`` is |w′|, b′, the angle between the weights, and whether it is the same unit.
    """
    length, offset, angle, same = partner
    outer, inner = constants
    cosine, sine = math.cos(angle), math.sin(angle)
    cuts = np.empty(5)
    cuts[0], cuts[1] = 0.0, math.pi
    count = 2
    wall = math.acos(-bias / norm) if norm > abs(bias) else 0.0
    if wall > 0.0:
        cuts[count] = wall
        count += 1
    if length > abs(offset):
        reach = math.acos(-offset / length)
        cuts[count] = abs(angle - reach)
        cuts[count + 1] = min(angle + reach, 2.0 * math.pi - (angle + reach))
        count += 2
    cuts = np.sort(cuts[:count])
    result[:] = 0.0
    for cell in range(count - 1):
        middle, half = 0.5 * (cuts[cell] + cuts[cell + 1]), 0.5 * (cuts[cell + 1] - cuts[cell])
        if half <= 0.0:
            continue
        side = 1 if norm * math.cos(middle) + bias > 0.0 else 0
        for k in range(_NODES.size):
            t = _NODES[k]
            at = middle + half * 0.5 * t * (3.0 - t * t)
            u, root = math.cos(at), math.sin(at)
            weight = outer * half * 1.5 * (1.0 - t * t) * _WEIGHTS[k] * root ** (n - 2)
            p, s = length * cosine * u + offset, length * sine * root
            mean, tilt = _inner_means(p, s, other, n, inner)
            slope = weight * piece[side, 1]
            result[0] += weight * (piece[side, 0] + piece[side, 1] * (norm * u + bias)) * mean
            result[1] += slope * u * mean
            result[2] += slope * root * tilt
            result[3] += slope * mean
    jump = piece[1, 0] - piece[0, 0]
    if wall > 0.0 and jump != 0.0:
        u, root = math.cos(wall), math.sin(wall)
        p, s = length * cosine * u + offset, length * sine * root
        mean, tilt = _inner_means(p, s, other, n, inner)
        if same:  # on its own wall, where rounding must not decide
            mean, tilt = 0.5 * (piece[0, 0] + piece[1, 0]), 0.0
        push = jump * outer * root ** (n - 3) / norm
        result[1] += push * u * mean
        result[2] += push * root * tilt
        result[3] += push * mean


@njit
def _divergence_with_gradient(
    w: np.ndarray,
    g: np.ndarray,
    index: np.ndarray,
    value: np.ndarray,
    truth: np.ndarray,
    pieces: np.ndarray,
    truth_bias: float,
    constants: tuple[float, float],
    scale: float,
    n: int,
) -> float:
    width = (index.size - 1) // (n + 2)
    count = width + truth.shape[0] + 1
    last = index.size - 1
    entries = entry_values(w, index, value)
    # The output biases are a unit more, 1 everywhere.
    units = np.zeros((count, n + 2))
    units[: count - 1] = all_units(entries, truth)
    units[count - 1, 0], units[count - 1, n + 1] = entries[last] - truth_bias, 1.0
    shapes = np.empty((count, 2, 2))
    norm, direction = directions_of(units)
    for i in range(count):
        shapes[i] = pieces[0 if i < width else 1]
    shapes[count - 1] = np.array([[0.0, 1.0], [0.0, 1.0]])

    for j in range(g.size):
        g[j] = 0.0
    total = 0.0
    result, across = np.empty(4), np.empty(n)
    for i in range(count):
        for j in range(count):
            # Without weights a unit has no direction, and any will do: the other's.
            own = i if norm[i] != 0.0 else j
            cosine = 0.0
            for k in range(n):
                cosine += direction[own, k] * direction[j, k]
            minus, plus = chords(direction, own, j)
            sine, angle = 0.5 * minus * plus, 2.0 * math.atan2(minus, plus)
            for k in range(n):
                across[k] = 0.0
                if sine > 1e-15:
                    across[k] = (direction[j, k] - cosine * direction[own, k]) / sine
            partner = (norm[j], units[j, n + 1], angle, i == j)
            bias = units[i, n + 1]
            _pair(norm[i], bias, shapes[i], partner, shapes[j], n, constants, result)
            strength = units[i, 0] * units[j, 0]
            total += strength * result[0]
            if i == count - 1 and index[last] >= 0:
                g[index[last]] += scale * units[j, 0] * result[0]
            if i >= width:
                continue
            slot = (n + 2) * i
            if index[slot] >= 0:
                g[index[slot]] += scale * units[j, 0] * result[0]
            for k in range(n):
                if index[slot + 1 + k] >= 0:
                    step = direction[own, k] * result[1] + across[k] * result[2]
                    g[index[slot + 1 + k]] += scale * strength * step
            if index[slot + n + 1] >= 0:
                g[index[slot + n + 1]] += scale * strength * result[3]
    return 0.5 * scale * max(total, 0.0) if all_finite(w) else math.nan
