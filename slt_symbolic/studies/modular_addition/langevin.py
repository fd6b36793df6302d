"""Langevin dynamics of the whole network on modular addition: nothing of the theory is used."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LangevinRun", "run_langevin"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class LangevinRun:
    """What the dynamics of one network measured.

    Attributes
    ----------
    residual, residual_error
        1 - <f, y> / <y, y>, mean over time and its standard error by batches.
    product, product_error
        |w_k|^2 |v_k|^2, mean over neurons, k != 0 and time.
    products
        Its values at the end, for each neuron and pair of modes.
    """

    residual: float
    residual_error: float
    product: float
    product_error: float
    products: tuple[float, ...]


def run_langevin(
    modulus: int, gamma: float, u: float, readout: float, *, width: int, steps: int, step: float,
    ordered: float, seed: int, batches: int = 20,
) -> LangevinRun:  # fmt: skip
    """Run the dynamics of N neurons and readouts, with steps of Leimkuhler and Matthews.

    Parameters
    ----------
    modulus, gamma, u, readout
        P, the sextic term, 2 sigma_a^2 P^2 / (N sigma^4), and sigma_a^2 / sigma^2.
    width
        N.
    steps, step
        How many, the first half left out, and how long.
    ordered
        Share of neurons that start in the outer well; the rest from the prior.
    seed, batches
        Of the noise; for the errors.

    Raises
    ------
    ValueError
        If the second half of the steps is shorter than twice the batches, or these than two.

    Examples
    --------
    >>> run = run_langevin(3, 1.0, 0.1, 1e-3, width=8, steps=8, step=1e-3, ordered=0.0, seed=0,
    ...                    batches=2)
    >>> len(run.products)
    8
    """
    if not 2 <= batches <= steps // 4:
        raise ValueError(f"batches must lie in 2..steps/4, got {batches} for {steps} steps")
    P, N = modulus, width
    variance = 2 * readout * P * P / (N * u)
    # Readouts in units of their prior: a = scale * alpha.
    scale = math.sqrt(readout * variance / N)
    rng = np.random.Generator(np.random.Philox(key=seed))
    state = rng.standard_normal((N, 3, P))
    n = np.arange(P)
    target = (((n[:, None] + n[None, :])[..., None] % P) == n) - 1 / P
    y = target.reshape(P * P, P).astype(float)
    size = math.sqrt(math.sqrt(3 / gamma))
    for i in range(round(ordered * N)):
        # A neuron of the outer well: every mode at its bottom, the readouts' phases matching.
        phases = rng.uniform(0, 2 * math.pi, (2, P // 2))
        for j in (0, 1):
            angles = 2 * math.pi * np.outer(np.arange(1, P // 2 + 1), n) / P + phases[j][:, None]
            state[i, j] = 2 * size * np.cos(angles).sum(axis=0)
        state[i, 2] = 0.0
    noise = rng.standard_normal(state.shape)
    length = (steps - steps // 2) // batches
    residuals: list[float] = []
    products: list[float] = []
    size_y = float((y * y).sum())
    for t in range(steps):
        w, alpha = state[:, :2], state[:, 2]
        sums = w[:, 0, :, None] + w[:, 1, None, :]
        features = (sums * sums).reshape(N, P * P)
        r = y - scale * (features.T @ alpha)
        fields = alpha @ r.T  # (N, P^2)
        slopes = 2 * sums * fields.reshape(N, P, P)
        modes = np.fft.fft(w, axis=2) / P
        modes[:, :, 0] = 0
        square = np.abs(modes) ** 2
        if t >= steps // 2:
            residuals.append(float((r * y).sum()) / size_y)
            products.append(float((square[:, 0, 1:] * square[:, 1, 1:]).mean()))
        sextic = gamma * P * np.fft.ifft(square**2 * modes, axis=2).real
        force = np.empty_like(state)
        force[:, 0] = -w[:, 0] - sextic[:, 0] + scale / variance * slopes.sum(axis=2)
        force[:, 1] = -w[:, 1] - sextic[:, 1] + scale / variance * slopes.sum(axis=1)
        force[:, 2] = -alpha + scale / variance * (features @ r)
        fresh = rng.standard_normal(state.shape)
        state = state + step * force + math.sqrt(step / 2) * (noise + fresh)
        noise = fresh
        if t % 256 == 0 and not np.isfinite(state).all():
            raise ArithmeticError("the dynamics diverged: the step is too long")
    last = (square[:, 0, 1 : P // 2 + 1] * square[:, 1, 1 : P // 2 + 1]).ravel()
    residual, residual_error = _batched(residuals, length, batches)
    product, product_error = _batched(products, length, batches)
    return LangevinRun(
        residual, residual_error, product, product_error, tuple(float(v) for v in last)
    )


def _batched(series: list[float], length: int, batches: int) -> tuple[float, float]:
    """Return the mean of a series and its standard error by batches."""
    used = np.array(series[: length * batches]).reshape(batches, -1).mean(axis=1)
    return float(used.mean()), float(used.std(ddof=1)) / math.sqrt(batches)
