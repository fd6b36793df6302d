"""Half the weighted squared error of a tanh network over equispaced points, one exponential a unit.

    K = sum_k (omega_k / 2) [(f(x_k) - y_k^+)^2 + (f(-x_k) - y_k^-)^2],   x_k = (k + 1/2) step,
    f(x) = c + sum_j q_j tanh(w_j x)

On such points tanh follows from the addition theorem. With t = tanh u and s = 1 - t^2 at one point
and T, S the same of w times a distance,

    tanh(u + v) = (t + T)/(1 + t T),   slope(u + v) = s S/(1 + t T)^2,

away from 0, where u and v have one sign: nothing cancels, so the relative accuracy of both is kept
however small w is or however large w x. Four points at a time follow from the last of the four
before, with one division for all four. Since f(x) - c is odd, both signs of x cost one.

A sigmoid network is one of these: sigmoid(z) = (1 + tanh(z/2))/2.

Relative rounding up to the 32nd point, from tests against 40 digits: 1.4e-15 for tanh, 2e-14 for
its slope.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numba import njit

from slt_symbolic.compiled.elementary import COMPILE, tanh_slope
from slt_symbolic.compiled.squared_error import SUM
from slt_symbolic.compiled.vectors import wide_vectors

__all__ = ["TOGETHER", "equispaced_error"]

# Points at a time.
TOGETHER = 4
# Units of a block: a constant, so that the rows of a block are seen not to overlap. Below this
# many units there is one block, as wide as they are in eights.
MOST_LANES = 64
EIGHT = 8
# Rows of a block: state; distances (four times T, S); values and slopes at the four points;
# readouts; gradients.
T, S, AHEAD_T, AHEAD_S, VALUE, SLOPE, READOUT, G_READOUT, G_WEIGHT, ROWS = (
    0, 1, 2, 6, 10, 14, 18, 19, 20, 21,
)  # fmt: skip


def equispaced_error(units: int, *, sigmoid: bool) -> Any:
    """Return ``error(step, omega, plus, minus, place, scale, fixed, w, g) -> K``, compiled.

    Parameters
    ----------
    units : int
        Their number h.
    sigmoid : bool
        Whether the units are sigmoid in place of tanh.

    Notes
    -----
    ``omega``, ``plus`` and ``minus`` have one length, a multiple of :data:`TOGETHER`; ``place``,
    ``scale`` and ``fixed`` are those of :class:`~slt_symbolic.compiled.layout.Layout`, whose
    biases are not read; ``g`` receives the gradient.
    """
    if units < 1:
        raise ValueError(f"units must be at least 1, got {units}")
    return _error(min(MOST_LANES, EIGHT * -(-units // EIGHT)), sigmoid)


@cache
def _error(lanes: int, sigmoid: bool) -> Any:
    # value = outer (tanh(inner w x)) + shift
    inner, outer, shift = (0.5, 0.5, 0.5) if sigmoid else (1.0, 1.0, 0.0)
    size = ROWS * lanes
    start, forward, dots, gather = _start(lanes), _forward(lanes), _dots(lanes), _gather(lanes)

    @njit(**COMPILE)
    def error(step, omega, plus, minus, place, scale, fixed, w, g):  # type: ignore[no-untyped-def]  # compiled
        h = (place.shape[0] - 1) // 3
        space = np.zeros(size * ((h + lanes - 1) // lanes))
        last = 3 * h
        c = fixed[last] if scale[last] == 0.0 else fixed[last] + scale[last] * w[place[last]]
        for j in range(h):
            # Where no parameter stands the scale is 0; 0 times an infinite w would be nan.
            a, q = fixed[j], fixed[2 * h + j]
            if scale[j] != 0.0:
                a += scale[j] * w[place[j]]
            if scale[2 * h + j] != 0.0:
                q += scale[2 * h + j] * w[place[2 * h + j]]
            lane = (j // lanes) * size + j % lanes
            space[lane] = inner * a * step
            space[lane + READOUT * lanes] = outer * q
            c += shift * q
        start(space)
        total, total_c = 0.0, 0.0
        four = np.empty((3, TOGETHER))
        sums, pulls, levers = four[0], four[1], four[2]
        for k in range(0, omega.shape[0], TOGETHER):
            if k > 0:
                forward(space)
            dots(space, sums)
            for i in range(TOGETHER):
                right, left = (c + sums[i]) - plus[k + i], (c - sums[i]) - minus[k + i]
                mass = omega[k + i]
                total += mass * (right * right + left * left)
                total_c += mass * (right + left)
                pulls[i] = mass * (right - left)
                levers[i] = pulls[i] * ((k + i + 0.5) * step)
            gather(space, pulls, levers)
        for i in range(g.shape[0]):
            g[i] = 0.0
        for j in range(h):
            lane = (j // lanes) * size + j % lanes
            q = space[lane + READOUT * lanes]
            if scale[j] != 0.0:
                g[place[j]] += scale[j] * (inner * q * space[lane + G_WEIGHT * lanes])
            if scale[2 * h + j] != 0.0:
                pull = outer * space[lane + G_READOUT * lanes] + shift * total_c
                g[place[2 * h + j]] += scale[2 * h + j] * pull
        if scale[last] != 0.0:
            g[place[last]] += scale[last] * total_c
        return 0.5 * total

    return error


@njit(**COMPILE)
def _further(t, s, ahead_t, ahead_s):  # type: ignore[no-untyped-def]  # compiled
    """Return tanh and slope at the sum of two arguments of one sign."""
    d = 1.0 / (1.0 + t * ahead_t)
    there = (t + ahead_t) * d
    square = there * there
    # A product of many slopes would add up their roundings where all are near 1.
    return there, 1.0 - square if square < 0.5 else (s * d) * (ahead_s * d)


def _start(lanes: int) -> Any:
    size = ROWS * lanes

    @njit(**COMPILE)
    def start(space):  # type: ignore[no-untyped-def]  # compiled
        """From w step in the first row: the first four points, and one to four steps ahead."""
        wide_vectors()
        for b in range(space.shape[0] // size):
            for lane in range(lanes):
                j = b * size + lane
                t, s = tanh_slope(0.5 * space[j])
                t1, s1 = _further(t, s, t, s)
                t2, s2 = _further(t1, s1, t1, s1)
                t3, s3 = _further(t1, s1, t2, s2)
                t4, s4 = _further(t2, s2, t2, s2)
                space[j + AHEAD_T * lanes], space[j + AHEAD_S * lanes] = t1, s1
                space[j + (AHEAD_T + 1) * lanes], space[j + (AHEAD_S + 1) * lanes] = t2, s2
                space[j + (AHEAD_T + 2) * lanes], space[j + (AHEAD_S + 2) * lanes] = t3, s3
                space[j + (AHEAD_T + 3) * lanes], space[j + (AHEAD_S + 3) * lanes] = t4, s4
                t1, s1 = _further(t, s, t1, s1)
                t2, s2 = _further(t, s, t2, s2)
                t3, s3 = _further(t, s, t3, s3)
                space[j + VALUE * lanes], space[j + SLOPE * lanes] = t, s
                space[j + (VALUE + 1) * lanes], space[j + (SLOPE + 1) * lanes] = t1, s1
                space[j + (VALUE + 2) * lanes], space[j + (SLOPE + 2) * lanes] = t2, s2
                space[j + (VALUE + 3) * lanes], space[j + (SLOPE + 3) * lanes] = t3, s3
                space[j + T * lanes], space[j + S * lanes] = t3, s3

    return start


def _forward(lanes: int) -> Any:
    size = ROWS * lanes

    @njit(**COMPILE)
    def forward(space):  # type: ignore[no-untyped-def]  # compiled
        """Write values and slopes at the next four points, and go on to the last of them."""
        wide_vectors()
        for b in range(space.shape[0] // size):
            for lane in range(lanes):
                j = b * size + lane
                t, s = space[j + T * lanes], space[j + S * lanes]
                t1, s1 = space[j + AHEAD_T * lanes], space[j + AHEAD_S * lanes]
                t2, s2 = space[j + (AHEAD_T + 1) * lanes], space[j + (AHEAD_S + 1) * lanes]
                t3, s3 = space[j + (AHEAD_T + 2) * lanes], space[j + (AHEAD_S + 2) * lanes]
                t4, s4 = space[j + (AHEAD_T + 3) * lanes], space[j + (AHEAD_S + 3) * lanes]
                # All four are between 1 and 2.
                d1, d2, d3, d4 = 1.0 + t * t1, 1.0 + t * t2, 1.0 + t * t3, 1.0 + t * t4
                low, high = d1 * d2, d3 * d4
                inverse = 1.0 / (low * high)
                per_low, per_high = inverse * high, inverse * low
                r1, r2, r3, r4 = per_low * d2, per_low * d1, per_high * d4, per_high * d3
                s1, s2, s3, s4 = (
                    s * s1 * (r1 * r1),
                    s * s2 * (r2 * r2),
                    s * s3 * (r3 * r3),
                    s * s4 * (r4 * r4),
                )
                t4 = (t + t4) * r4
                space[j + VALUE * lanes] = (t + t1) * r1
                space[j + (VALUE + 1) * lanes] = (t + t2) * r2
                space[j + (VALUE + 2) * lanes] = (t + t3) * r3
                space[j + (VALUE + 3) * lanes] = t4
                space[j + SLOPE * lanes] = s1
                space[j + (SLOPE + 1) * lanes] = s2
                space[j + (SLOPE + 2) * lanes] = s3
                space[j + (SLOPE + 3) * lanes] = s4
                space[j + T * lanes], space[j + S * lanes] = t4, s4

    return forward


def _dots(lanes: int) -> Any:
    size = ROWS * lanes

    @njit(**SUM)
    def dots(space, sums):  # type: ignore[no-untyped-def]  # compiled
        """Write the network's outputs at the four points."""
        wide_vectors()
        f1 = f2 = f3 = f4 = 0.0
        for b in range(space.shape[0] // size):
            for lane in range(lanes):
                j = b * size + lane
                q = space[j + READOUT * lanes]
                f1 += q * space[j + VALUE * lanes]
                f2 += q * space[j + (VALUE + 1) * lanes]
                f3 += q * space[j + (VALUE + 2) * lanes]
                f4 += q * space[j + (VALUE + 3) * lanes]
        sums[0], sums[1], sums[2], sums[3] = f1, f2, f3, f4

    return dots


def _gather(lanes: int) -> Any:
    size = ROWS * lanes

    @njit(**COMPILE)
    def gather(space, pulls, levers):  # type: ignore[no-untyped-def]  # compiled
        """Add the four points' share of the gradients."""
        wide_vectors()
        p1, p2, p3, p4 = pulls[0], pulls[1], pulls[2], pulls[3]
        l1, l2, l3, l4 = levers[0], levers[1], levers[2], levers[3]
        for b in range(space.shape[0] // size):
            for lane in range(lanes):
                j = b * size + lane
                v1, v2 = space[j + VALUE * lanes], space[j + (VALUE + 1) * lanes]
                v3, v4 = space[j + (VALUE + 2) * lanes], space[j + (VALUE + 3) * lanes]
                s1, s2 = space[j + SLOPE * lanes], space[j + (SLOPE + 1) * lanes]
                s3, s4 = space[j + (SLOPE + 2) * lanes], space[j + (SLOPE + 3) * lanes]
                space[j + G_READOUT * lanes] += (p1 * v1 + p2 * v2) + (p3 * v3 + p4 * v4)
                space[j + G_WEIGHT * lanes] += (l1 * s1 + l2 * s2) + (l3 * s3 + l4 * s4)

    return gather
