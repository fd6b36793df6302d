"""Langevin dynamics of the neurons: all together, or each alone in a frozen background.

Each neuron (w, a) feels -w / s_w + a grad g(w) / T and -a / s_a + g(w) / T, where
g(w) = E[r phi(w . x)] with r = y - f the residual: weight decay and the loss's gradient. Steps are
those of Leimkuhler and Matthews, preconditioned by the prior's variances: exact for quadratic
energies, whose stiff collective modes a plain Euler step would inflate.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numba import get_num_threads, njit, prange, set_num_threads
from numpy.typing import NDArray

from slt_symbolic.studies.mean_field.model import Model
from slt_symbolic.studies.mean_field.philox import four_normals

__all__ = ["Network", "evolve", "prior_network", "train_foreground"]

Array = NDArray[np.float64]
# Neurons whose outputs are summed in order: the sum does not depend on the number of threads.
_BLOCK = 32
# Below this many for each thread a step is shorter than the threads' meeting at its end.
_PER_THREAD = 1024


@njit(fastmath={"reassoc", "contract", "nsz"})
def _advance_one(
    n: Array, xi: Array, i: int, x: Array, r: Array, floor: float, step: Array, noise: Array,
    decay: float, seed: int, stream: int, time: int, part: Array, adds: bool,
) -> None:  # fmt: skip
    """Move a neuron by a step, and add its output at the nodes, where it then is."""
    w1, w2, a = n[i, 0], n[i, 1], n[i, 2]
    g, g1, g2 = 0.0, 0.0, 0.0
    for k in range(len(r)):
        z = w1 * x[0, k] + w2 * x[1, k]
        g += r[k] * min(max(z, floor), 1.0)
        slope = r[k] if floor < z < 1.0 else 0.0
        g1 += slope * x[0, k]
        g2 += slope * x[1, k]
    p, q, s, _ = four_normals(seed, stream, time)
    # step: of w and of a in units of the prior's variance; step[2], step[3] over T.
    n[i, 0] = w1 - step[0] * w1 + step[2] * a * g1 + noise[0] * (xi[i, 0] + p)
    n[i, 1] = w2 - step[0] * w2 + step[2] * a * g2 + noise[0] * (xi[i, 1] + q)
    n[i, 2] = a - decay * a + step[3] * g + noise[1] * (xi[i, 2] + s)
    xi[i, 0], xi[i, 1], xi[i, 2] = p, q, s
    if adds:
        w1, w2, a = n[i, 0], n[i, 1], n[i, 2]
        for k in range(len(r)):
            z = w1 * x[0, k] + w2 * x[1, k]
            part[k] += a * min(max(z, floor), 1.0)


@njit(parallel=True)
def _advance_together(
    n: Array, xi: Array, f: Array, x: Array, weights: Array, target: Array, floor: float,
    step: Array, noise: Array, decay: float, seed: int, stream: int, start: int, steps: int,
    total: Array,
) -> None:  # fmt: skip
    """Advance neurons that make their own background f; f of each step is added to total."""
    count, blocks = len(n), (len(n) + _BLOCK - 1) // _BLOCK
    part = np.zeros((blocks, len(f)))
    r = weights * (target - f)
    for t in range(start, start + steps):
        for b in prange(blocks):
            part[b] = 0.0
            for i in range(b * _BLOCK, min(count, (b + 1) * _BLOCK)):
                _advance_one(n, xi, i, x, r, floor, step, noise, decay, seed, stream + i, t,
                             part[b], True)  # fmt: skip
        for k in range(len(f)):
            s = 0.0
            for b in range(blocks):
                s += part[b, k]
            f[k] = s / count
            r[k] = weights[k] * (target[k] - f[k])
            total[k] += f[k]


@njit(parallel=True)
def _advance_alone(
    n: Array, xi: Array, x: Array, r: Array, floor: float, step: Array, noise: Array,
    decay: float, seed: int, stream: int, start: int, steps: int,
) -> None:  # fmt: skip
    """Advance each neuron by itself against the weighted residual r."""
    # Time inside: neurons need not wait for each other.
    for i in prange(len(n)):
        for t in range(start, start + steps):
            _advance_one(n, xi, i, x, r, floor, step, noise, decay, seed, stream + i, t, r, False)


@contextmanager
def _threads_for(neurons: int) -> Iterator[None]:
    """Use no more threads than have work: they meet after every step, and wait on a busy machine.

    The sums have a fixed order, so that nothing but the speed depends on this.
    """
    before = get_num_threads()
    set_num_threads(max(1, min(before, neurons // _PER_THREAD)))
    try:
        yield
    finally:
        set_num_threads(before)


@dataclass(frozen=True)
class Network:
    """Neurons at a time of their dynamics.

    Attributes
    ----------
    neurons
        (N, 3): w1, w2, a.
    noise
        (N, 3): the last noise, half of which the next step takes.
    steps
        How many were made.
    stream
        Of the first neuron's draws.
    """

    neurons: Array
    noise: Array
    steps: int
    stream: int


def prior_network(model: Model, width: int, seed: int, stream: int) -> Network:
    """Draw neurons from the prior."""
    draws = np.array([four_normals(seed, stream + i, 0)[:3] for i in range(width)])
    scales = np.sqrt([model.weight_variance, model.weight_variance, model.readout_variance])
    first = np.array([four_normals(seed, stream + i, 1)[:3] for i in range(width)])
    return Network(draws * scales, first, 0, stream)


def evolve(
    model: Model, network: Network, *, steps: int, step: float, seed: int,
    background: Array | None = None, frozen_weights: bool = False,
) -> tuple[Network, Array]:  # fmt: skip
    """Let neurons evolve; return them and their mean output over these steps.

    Parameters
    ----------
    model, network
        What evolves.
    steps, step
        How many, and how long, in units of the time that decay alone takes.
    seed
        Of the noise.
    background
        (K,): a frozen output that every neuron reacts to by itself; None for the network's own.
    frozen_weights
        Whether only the readouts move: a Gaussian process, of the prior's features.

    Raises
    ------
    ValueError
        If `step` is not in (0, 0.2] or `steps` is not positive.
    """
    if not 0 < step <= 0.2 or steps <= 0:
        raise ValueError(f"step must lie in (0, 0.2] and steps be positive, got {step}, {steps}")
    n, xi = network.neurons.copy(), network.noise.copy()
    move = 0.0 if frozen_weights else step
    t, sw, sa = model.temperature, model.weight_variance, model.readout_variance
    factors = np.array([move, step, move * sw / t, step * sa / t])
    noise = np.array([math.sqrt(move * sw / 2), math.sqrt(step * sa / 2)])
    x = np.ascontiguousarray(model.inputs.points.T)
    # Times 0 and 1 belong to the start.
    times = (seed, network.stream, network.steps + 2, steps)
    weights = model.inputs.weights
    if background is None:
        f, total = model.output(n), np.zeros(x.shape[1])
        with _threads_for(len(n)):
            _advance_together(n, xi, f, x, weights, model.target, model.floor, factors, noise,
                              step, *times, total)  # fmt: skip
        mean = total / steps
    else:
        r = weights * (model.target - background)
        _advance_alone(n, xi, x, r, model.floor, factors, noise, step, *times)
        mean = background
    if not np.isfinite(n).all():
        raise ArithmeticError("the dynamics diverged: the step is too long")
    return Network(n, xi, network.steps + steps, network.stream), mean


def train_foreground(
    model: Model, background: Array, *, width: int, steps: int, step: float, seed: int, stream: int
) -> Array:
    """Train independent neurons from the prior against y - background; return them, (width, 3)."""
    start = prior_network(model, width, seed, stream)
    found, _ = evolve(model, start, steps=steps, step=step, seed=seed, background=background)
    return found.neurons
