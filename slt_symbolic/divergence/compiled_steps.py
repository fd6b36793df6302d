"""K(w) and its gradient for step units on a line or on the circle, compiled by Numba.

Between two consecutive breaks f − f0 is a constant D, and K = ½ Σ D² P(cell)/σ². A break of unit
i with jump J at the point x adds (q J/σ²)·D̄·p/|∂a|·(x, 1) to the gradient in its weights and
bias, D̄ being the mean of D on both sides, p the density there, ∂a the preactivation's derivative.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numba import njit

from slt_symbolic.divergence.error_free import two_product, two_sum
from slt_symbolic.divergence.flat_entries import all_finite, all_units, entry_values, levels
from slt_symbolic.divergence.potential import bind
from slt_symbolic.inputs import StandardNormal, UniformInterval, UniformSphere
from slt_symbolic.networks import TwoLayer

_INTERVAL, _NORMAL, _CIRCLE = 0, 1, 2
_END = 40.0  # the normal density underflows there
_TURN = 2.0 * math.pi
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)


def compile_steps(
    model: TwoLayer,
    truth: TwoLayer,
    law: UniformInterval | StandardNormal | UniformSphere,
    noise_variance: float,
) -> Callable[..., float]:
    """Return ``potential(w, g)``: K(w) with its gradient written into ``g``.

    Parameters
    ----------
    model, truth : TwoLayer
        Networks with piecewise constant activations. Every entry of the model must be a number
        or a parameter.
    law : UniformInterval, StandardNormal or UniformSphere
        The inputs' law: one input on an interval or under the normal law, or the circle.
    noise_variance : float
        σ².

    Raises
    ------
    ValueError
        If an activation is not piecewise constant, or an entry is a compound expression.

    Notes
    -----
    On a line breaks are kept in doubled precision, and so are their differences and D: K has a
    relative error near rounding on the whole way to W0, where it falls like the distance between
    breaks (under the normal law, 1e-14 within ±20 and breaks beyond ±40 count as none). On the
    circle breaks are doubles: of an arc of length δ alone, K has a relative error of 1e-15/δ.

    Where breaks coincide K has a kink: the gradient there is a one-sided one.
    """
    values = levels(model, truth)
    if isinstance(law, UniformInterval):
        kind, ends = _INTERVAL, (float(law.lower), float(law.upper))
    elif isinstance(law, StandardNormal):
        kind, ends = _NORMAL, (-_END, _END)
    else:
        kind, ends = _CIRCLE, (0.0, _TURN)
    return bind(_divergence_with_gradient, model, truth, values, kind, ends, 1.0 / noise_variance)


@njit(error_model="numpy")
def _mass(kind: int, ends: tuple[float, float], s: float, width: float) -> float:
    """Return the probability of (s, s + width)."""
    if kind != _NORMAL:
        return width / (ends[1] - ends[0])
    if width * max(1.0, abs(s)) > 1.0:
        t = s + width
        low, high = (s, t) if s + t > 0.0 else (-t, -s)
        return 0.5 * (math.erfc(low * math.sqrt(0.5)) - math.erfc(high * math.sqrt(0.5)))
    total = 0.0
    for k in range(_NODES.size):
        total += _WEIGHTS[k] * _density(kind, ends, s + 0.5 * width * (1.0 + _NODES[k]))
    return 0.5 * width * total


@njit(error_model="numpy")
def _density(kind: int, ends: tuple[float, float], t: float) -> float:
    if kind == _NORMAL:
        return math.exp(-0.5 * t * t) / math.sqrt(_TURN)
    return 1.0 / (ends[1] - ends[0])


@njit(error_model="numpy")
def _breaks(
    units: np.ndarray, kind: int, ends: tuple[float, float], states: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the breaks in ascending order, what they lack, and the units that switch there.

    Into ``states`` goes the side of each unit at the lower end: 0, 1, or 2 for a unit that is 0.
    """
    depth = units.shape[0]
    at, rest = np.empty(2 * depth), np.zeros(2 * depth)
    owner = np.empty(2 * depth, dtype=np.int64)
    found = 0
    for i in range(depth):
        a, b = units[i, 1], units[i, units.shape[1] - 1]
        first = found
        if kind == _CIRCLE:
            norm = math.hypot(a, units[i, 2])
            states[i] = 1 if b > 0.0 else (0 if b < 0.0 else 2)
            if norm > abs(b):
                middle, half = math.atan2(units[i, 2], a), math.acos(-b / norm)
                at[found], at[found + 1] = (middle - half) % _TURN, (middle + half) % _TURN
                states[i] = 1 if at[found] > at[found + 1] else 0
                found += 2
        elif a != 0.0:
            t = -b / a
            product, lost = two_product(a, t)
            excess = -((product + b) + lost) / a  # product + b is exact
            if t < ends[0] or (t == ends[0] and excess <= 0.0):
                states[i] = 1 if a > 0.0 else 0
            else:
                states[i] = 0 if a > 0.0 else 1
                if t < ends[1] or (t == ends[1] and excess < 0.0):
                    at[found], rest[found] = t, excess
                    found += 1
        else:
            states[i] = 1 if b > 0.0 else (0 if b < 0.0 else 2)
        for new in range(first, found):
            t, excess, k = at[new], rest[new], new
            while k > 0 and (at[k - 1] > t or (at[k - 1] == t and rest[k - 1] > excess)):
                at[k], rest[k], owner[k] = at[k - 1], rest[k - 1], owner[k - 1]
                k -= 1
            at[k], rest[k], owner[k] = t, excess, i
    return at[:found], rest[:found], owner[:found]


@njit
def _difference(
    units: np.ndarray, states: np.ndarray, values: np.ndarray, width: int, constant: float,
    rest: float,
) -> float:  # fmt: skip
    """Return D = f − f0 where the units are on the sides given."""
    total = constant
    for i in range(units.shape[0]):
        product, lost = two_product(units[i, 0], values[0 if i < width else 1, states[i]])
        total, also_lost = two_sum(total, product)
        rest += lost + also_lost
    return total + rest


@njit
def _divergence_with_gradient(
    w: np.ndarray,
    g: np.ndarray,
    index: np.ndarray,
    value: np.ndarray,
    truth: np.ndarray,
    values: np.ndarray,
    truth_bias: float,
    kind: int,
    ends: tuple[float, float],
    scale: float,
) -> float:
    size = truth.shape[1]
    width = (index.size - 1) // size
    last = index.size - 1
    entries = entry_values(w, index, value)
    units = all_units(entries, truth)
    states = np.empty(units.shape[0], dtype=np.int64)
    at, rest, owner = _breaks(units, kind, ends, states)
    constant, constant_rest = two_sum(entries[last], -truth_bias)
    for j in range(g.size):
        g[j] = 0.0
    total, start, start_rest = 0.0, ends[0], 0.0
    x = np.ones(size - 1)
    d = _difference(units, states, values, width, constant, constant_rest)
    for cell in range(at.size + 1):
        end, end_rest = (at[cell], rest[cell]) if cell < at.size else (ends[1], 0.0)
        mass = _mass(kind, ends, start, (end - start) + (end_rest - start_rest))
        total += mass * d * d
        for i in range(width):
            if index[size * i] >= 0:
                g[index[size * i]] += scale * mass * d * values[0, states[i]]
        if index[last] >= 0:
            g[index[last]] += scale * mass * d
        if cell == at.size:
            break
        i, before = owner[cell], d
        states[i] = 1 - states[i]
        d = _difference(units, states, values, width, constant, constant_rest)
        if i < width:
            if kind == _CIRCLE:
                x[0], x[1] = math.cos(end), math.sin(end)
                speed = abs(units[i, 2] * x[0] - units[i, 1] * x[1])
            else:
                x[0] = end
                speed = abs(units[i, 1])
            push = scale * units[i, 0] * (values[0, 1] - values[0, 0]) * 0.5 * (before + d)
            push *= _density(kind, ends, end) / speed
            for k in range(size - 1):
                if index[size * i + 1 + k] >= 0:
                    g[index[size * i + 1 + k]] += push * x[k]
        start, start_rest = end, end_rest
    return 0.5 * scale * total if all_finite(w) else math.nan
