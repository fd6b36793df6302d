"""Half the weighted squared error of a two-layer network over points, with its gradient, fused.

    K = 1/2 Σ_k ω_k (c + Σ_j q_j σ(⟨w_j, x_k⟩ + b_j) − y_k)²

Two orders of the same sums. Point by point, the loops run over the units: for 8 units or more, no
sum over units but one stands in the way of vectors, and the work space is a few rows that stay in
the nearest cache. Unit by unit, the loops run over the points, in blocks: for few units. Sums run
in the order that vectors give them, the same on every call on one machine.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numba import njit

from slt_symbolic.compiled.elementary import COMPILE
from slt_symbolic.compiled.vectors import wide_vectors

__all__ = ["MANY_UNITS", "entry_count", "squared_error"]

MANY_UNITS = 8
BLOCK = 256
# Only the sums below may be reordered, which is what makes vectors of them.
SUM: Any = {**COMPILE, "fastmath": {"contract", "reassoc", "nsz"}}


def entry_count(inputs: int, units: int) -> int:
    """Return the length of a vector of entries.

    The entries of a network stand in the order of the kernels: the weights of the first input,
    one per unit, then those of the others; the biases; the readouts; the output bias.

    Examples
    --------
    >>> entry_count(1, 128)
    385
    """
    return units * (inputs + 2) + 1


@cache
def squared_error(
    activation: Callable[[float], tuple[float, float]], *, biased: bool, many: bool
) -> Any:
    """Return ``error(points, omega, y, entries, gradient) -> K`` as a Numba function.

    Parameters
    ----------
    activation : callable
        A Numba function ``z -> (σ(z), σ'(z))``.
    biased : bool
        False for networks whose biases are all 0: they are not read, nor their gradient written.
    many : bool
        Point by point (for :data:`MANY_UNITS` units or more), or unit by unit.

    Notes
    -----
    ``points`` (N, n), ``omega`` (N,) and ``y`` (N,) are contiguous float64 arrays, ``entries`` and
    ``gradient`` vectors of :func:`entry_count` numbers.
    """
    return _by_points(activation, biased) if many else _by_units(activation, biased)


@njit(**SUM)
def _dot(a, b):  # type: ignore[no-untyped-def]  # compiled
    total = 0.0
    for i in range(a.shape[0]):
        total += a[i] * b[i]
    return total


@njit(**SUM)
def _dot3(a, b, c):  # type: ignore[no-untyped-def]  # compiled
    total = 0.0
    for i in range(a.shape[0]):
        total += a[i] * b[i] * c[i]
    return total


def _by_points(activation: Any, biased: bool) -> Any:
    @njit(**COMPILE)
    def error(points, omega, y, entries, gradient):  # type: ignore[no-untyped-def]  # compiled
        wide_vectors()
        n = points.shape[1]
        h = (entries.shape[0] - 1) // (n + 2)
        bias, readout = entries[n * h : (n + 1) * h], entries[(n + 1) * h : (n + 2) * h]
        bias_g, readout_g = gradient[n * h : (n + 1) * h], gradient[(n + 1) * h : (n + 2) * h]
        first = entries[:h]
        space = np.empty((3, h))
        z, value, slope = space[0], space[1], space[2]
        for e in range(gradient.shape[0]):
            gradient[e] = 0.0
        total = 0.0
        total_c = 0.0
        c = entries[entries.shape[0] - 1]
        for k in range(points.shape[0]):
            x = points[k, 0]
            if biased:
                for j in range(h):
                    z[j] = x * first[j] + bias[j]
            else:
                for j in range(h):
                    z[j] = x * first[j]
            for p in range(1, n):
                x = points[k, p]
                weight = entries[p * h : (p + 1) * h]
                for j in range(h):
                    z[j] += x * weight[j]
            for j in range(h):
                value[j], slope[j] = activation(z[j])
            rest = _dot(readout, value) + (c - y[k])
            pull = omega[k] * rest
            total += pull * rest
            total_c += pull
            for j in range(h):
                readout_g[j] += pull * value[j]
            if biased:
                for j in range(h):
                    bias_g[j] += pull * slope[j]
            for p in range(n):
                weight_g = gradient[p * h : (p + 1) * h]
                lever = pull * points[k, p]
                for j in range(h):
                    weight_g[j] += lever * slope[j]
        for p in range(n + 1 if biased else n):
            part = gradient[p * h : (p + 1) * h]
            for j in range(h):
                part[j] *= readout[j]
        gradient[gradient.shape[0] - 1] = total_c
        return 0.5 * total

    return error


def _by_units(activation: Any, biased: bool) -> Any:
    @njit(**COMPILE)
    def error(points, omega, y, entries, gradient):  # type: ignore[no-untyped-def]  # compiled
        wide_vectors()
        count, n = points.shape
        h = (entries.shape[0] - 1) // (n + 2)
        space = np.empty((2 * h + 2 + n, BLOCK))
        for e in range(gradient.shape[0]):
            gradient[e] = 0.0
        total = 0.0
        c = entries[entries.shape[0] - 1]
        for start in range(0, count, BLOCK):
            size = min(BLOCK, count - start)
            rest, pull = space[2 * h, :size], space[2 * h + 1, :size]
            coordinates = space[2 * h + 2 :, :size]
            for k in range(size):
                rest[k] = c - y[start + k]
                for p in range(n):
                    coordinates[p, k] = points[start + k, p]
            for j in range(h):
                value, slope = space[2 * j, :size], space[2 * j + 1, :size]
                b = entries[n * h + j] if biased else 0.0
                q = entries[(n + 1) * h + j]
                for k in range(size):
                    slope[k] = b
                for p in range(n):
                    weight, x = entries[p * h + j], coordinates[p]
                    for k in range(size):
                        slope[k] += weight * x[k]
                for k in range(size):
                    value[k], slope[k] = activation(slope[k])
                for k in range(size):
                    rest[k] += q * value[k]
            mass = omega[start : start + size]
            for k in range(size):
                pull[k] = mass[k] * rest[k]
            total += _dot(pull, rest)
            for j in range(h):
                value, slope = space[2 * j, :size], space[2 * j + 1, :size]
                q = entries[(n + 1) * h + j]
                gradient[(n + 1) * h + j] += _dot(pull, value)
                if biased:
                    gradient[n * h + j] += q * _dot(pull, slope)
                for p in range(n):
                    gradient[p * h + j] += q * _dot3(pull, slope, coordinates[p])
            for k in range(size):
                gradient[gradient.shape[0] - 1] += pull[k]
        return 0.5 * total

    return error
