"""The posterior of the hidden weights of a network that is linear in its readouts.

With readouts q ~ N(0, s^2) and K = (1/2) sum_k omega_k f(x_k)^2 the readouts integrate out: with
B_kj = sqrt(omega_k) sigma(u_j(x_k)),

    Z(beta | w) = det(I + beta s^2 B^T B)^(-1/2),
    E[beta K | w] = tr[beta s^2 B^T B (I + beta s^2 B^T B)^-1]/2 = beta d/dbeta (-log Z).

The potential is U(w, log beta) = -log Z: log beta stands behind w, its derivative behind the
gradient, so that one function of one vector says all. Given w alone it means beta = 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from slt_symbolic.compiled.elementary import COMPILE
from slt_symbolic.compiled.vectors import wide_vectors
from slt_symbolic.sampling.readouts.factor import half_log_det

__all__ = ["LARGEST_STRENGTH", "compile_marginal"]

LARGEST_STRENGTH = 1e28


def compile_marginal(
    activation: Callable[[float], tuple[float, float]],
    points: NDArray[np.float64],
    omega: NDArray[np.float64],
    place: NDArray[np.int64],
    scale: NDArray[np.float64],
    fixed: NDArray[np.float64],
    parameters: int,
    deviation: float,
) -> Any:
    """Return ``potential(v, g)`` for v = (w, log beta), or v = w with beta = 1.

    Parameters
    ----------
    activation : callable
        A Numba function ``z -> (σ(z), σ'(z))``.
    points, omega : arrays of shapes (N, n), (N,)
        A rule for the inputs.
    place, scale, fixed : arrays
        The weights and biases as ``fixed + scale * w[place]``, in the order of
        :class:`~slt_symbolic.compiled.layout.Layout` without readouts and output bias.
    parameters : int
        The length of w.
    deviation : float
        The standard deviation s of every readout.

    Notes
    -----
    The potential raises ``ValueError`` above beta s^2 = 1e28, where the rounding of B, 1e-16 of
    its largest entries, begins to count as modes of its own: at 1e28 U is good to 1e-3 with 128
    units.
    """
    count, inputs = points.shape
    width = len(place) // (inputs + 1)
    # The stacked matrix has as many columns as the shorter side; B's columns for points are
    # sorted by size, as the factorisation wants them.
    by_units = width <= count
    size = np.sqrt(omega) * np.minimum(1.0, np.abs(points).max(axis=1))
    order = np.argsort(-size, kind="stable")
    x, root = np.ascontiguousarray(points[order]), np.sqrt(omega[order])
    rows, columns = (count, width) if by_units else (width, count)

    @njit(**COMPILE)
    def features(w, strength, values, slopes):  # type: ignore[no-untyped-def]  # compiled
        wide_vectors()
        z = np.empty(width)
        value, slope = np.empty(width), np.empty(width)
        entries = np.empty(place.shape[0])
        for e in range(place.shape[0]):
            entries[e] = fixed[e] if scale[e] == 0.0 else fixed[e] + scale[e] * w[place[e]]
        for k in range(count):
            for j in range(width):
                z[j] = entries[inputs * width + j]
            for p in range(inputs):
                for j in range(width):
                    z[j] += x[k, p] * entries[p * width + j]
            for j in range(width):
                value[j], slope[j] = activation(z[j])
            for j in range(width):
                if by_units:
                    values[k, j] = strength * root[k] * value[j]
                else:
                    values[j, k] = strength * root[k] * value[j]
                slopes[k, j] = strength * root[k] * slope[j]

    @njit(**COMPILE)
    def potential(v, g):  # type: ignore[no-untyped-def]  # compiled
        tempered = v.shape[0] > parameters
        strength = deviation * (math.exp(0.5 * v[parameters]) if tempered else 1.0)
        if strength * strength > LARGEST_STRENGTH * (1.0 + 1e-9):
            raise ValueError(
                "beta * deviation**2 exceeds 1e28, where float64 ends; see ReadoutTarget.enclosure"
            )
        values, derivative = np.empty((rows, columns)), np.empty((rows, columns))
        slopes = np.empty((count, width))
        features(v, strength, values, slopes)
        energy, half_trace = half_log_det(values, derivative)
        for i in range(g.shape[0]):
            g[i] = 0.0
        for k in range(count):
            for j in range(width):
                pull = (derivative[k, j] if by_units else derivative[j, k]) * slopes[k, j]
                e = inputs * width + j
                g[place[e]] += scale[e] * pull
                for p in range(inputs):
                    e = p * width + j
                    g[place[e]] += scale[e] * x[k, p] * pull
        if tempered:
            g[parameters] = half_trace
        return energy

    return potential
