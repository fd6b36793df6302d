"""The volume V(eps) of {K < eps} under the prior, by multilevel splitting: no Langevin step."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numba
import numpy as np
from numba import njit, types
from numpy.typing import NDArray

from slt_symbolic.sampling.errors import DivergenceError, SamplingError
from slt_symbolic.sampling.estimators.estimate import Estimate
from slt_symbolic.sampling.potential import POTENTIAL_TYPE, VECTOR
from slt_symbolic.sampling.samplers.common import outside, prior_energy
from slt_symbolic.sampling.target import Target

__all__ = ["VolumeScaling", "volume_scaling"]

Floats = NDArray[np.float64]

# Constants c of V = eps^lambda (-log eps + c)^(m-1) that a fit tries, as exp of a grid.
_CONSTANTS = np.concatenate([[0.0], np.exp(np.linspace(-4.0, 6.0, 61))])


@dataclass(frozen=True)
class VolumeScaling:
    """Levels and volumes of independent repetitions.

    Attributes
    ----------
    log_levels
        log eps, shape (repeats, levels), descending.
    log_volumes
        log V(eps), the same shape: each level keeps half of the one before.
    """

    log_levels: Floats
    log_volumes: Floats

    def fit(self, multiplicity: int = 1, *, share: float = 0.5) -> Estimate:
        """Fit lambda to the deepest levels.

        Parameters
        ----------
        multiplicity
            m, given by theory.
        share
            The share of the levels, deepest first, that is used.

        Returns
        -------
        Estimate
            Mean over the repetitions of lambda in
            log V = lambda log eps + (m-1) log(-log eps + c) + const, with the error of that mean.
        """
        if isinstance(multiplicity, bool) or not isinstance(multiplicity, int) or multiplicity < 1:
            raise ValueError(f"multiplicity must be a positive integer, got {multiplicity!r}")
        first = self.log_levels.shape[1] - max(4, int(share * self.log_levels.shape[1]))
        if first < 0:
            raise ValueError("there are fewer than 4 levels")
        slopes = [
            _slope(x[first:], y[first:], multiplicity)
            for x, y in zip(self.log_levels, self.log_volumes, strict=True)
        ]
        error = float(np.std(slopes, ddof=1)) / math.sqrt(len(slopes))
        how = f"volumes down to eps = {math.exp(float(self.log_levels[:, -1].mean())):.1g}"
        return Estimate(float(np.mean(slopes)), error, f"{how}, m = {multiplicity}")


def _slope(x: Floats, y: Floats, m: int) -> float:
    best, found = math.inf, math.nan
    for c in _CONSTANTS if m > 1 else [0.0]:
        inside = c - x - (0.0 if m == 1 else min(0.0, float((c - x).min()) - 1e-3))
        logs = (m - 1) * np.log(inside) if m > 1 else np.zeros_like(x)
        design = np.stack([x, np.ones_like(x)], axis=1)
        solved, *_ = np.linalg.lstsq(design, y - logs, rcond=None)
        loss = float(np.sum((y - logs - design @ solved) ** 2))
        if loss < best:
            best, found = loss, float(solved[0])
    return found


def volume_scaling(
    target: Target,
    *,
    deepest: float = 1e-8,
    particles: int = 1000,
    moves: int = 20,
    repeats: int = 8,
    seed: int = 0,
) -> VolumeScaling:
    """Measure V(eps) = prior{K < eps} over decades of eps.

    Parameters
    ----------
    target
        K and its prior. The gradient is not used.
    deepest
        Levels go down until eps is below this.
    particles
        Points in each repetition.
    moves
        Proposals for each point and level.
    repeats
        Independent repetitions, for the error.
    seed
        A non-negative integer.

    Returns
    -------
    VolumeScaling

    Raises
    ------
    DivergenceError
        If K is not finite somewhere.

    Notes
    -----
    A level is the median of K over the particles; those below survive and replace the others,
    then all move within {K < eps}. A move adds gamma times the difference of two survivors of a
    frozen copy, with a random gamma: symmetric, and as long and oblique as the set itself is.
    It is rejected outside the box or the level and by the prior's density. The bias is of order
    1/particles, and more if ``moves`` is too small to spread the copies: double both to see.

    References
    ----------
    Cerou, Del Moral, Furon and Guyader (2012), Stat. Comput. 22, 795-808 (multilevel splitting);
    ter Braak (2006), Stat. Comput. 16, 239-249 (moves by differences).

    Examples
    --------
    >>> from slt_symbolic.sampling import Target, UniformBox
    >>> def potential(w, g):
    ...     g[0] = w[0]
    ...     return 0.5 * w[0] ** 2
    >>> found = volume_scaling(Target(potential, UniformBox((-1,), (1,))), particles=400).fit()
    >>> abs(found.value - 0.5) < 0.03
    True
    """
    for name, value, least in (
        ("particles", particles, 10), ("moves", moves, 1), ("repeats", repeats, 2),
        ("seed", seed, 0),
    ):  # fmt: skip
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise SamplingError(f"{name} must be an integer, at least {least}, got {value!r}")
    if not 0 < deepest < math.inf:
        raise SamplingError(f"deepest must be positive, got {deepest}")
    seeds = np.random.SeedSequence(seed).spawn(repeats)
    found = [_descend(target, deepest, particles, moves, child) for child in seeds]
    shortest = min(len(levels) for levels, _ in found)
    cut = [(np.array(x)[:shortest], np.array(y)[:shortest]) for x, y in found]
    return VolumeScaling(np.stack([x for x, _ in cut]), np.stack([y for _, y in cut]))


def _descend(
    target: Target, deepest: float, particles: int, moves: int, seed: np.random.SeedSequence
) -> tuple[list[float], list[float]]:
    rng = np.random.Generator(np.random.Philox(seed))
    if target.compiled_energy is not _plain_energy():
        raise SamplingError("volumes need a prior that can be drawn from: a box or a Gaussian")
    w = target.prior.sample(rng, particles)
    gradient = np.zeros(target.dimension)
    k = np.array([target.compiled(row, gradient) for row in w])
    levels: list[float] = []
    volumes: list[float] = []
    log_volume = 0.0
    while True:
        if not np.all(np.isfinite(k)):
            where = int(np.argmin(np.isfinite(k)))
            raise DivergenceError(w[where], 0.0, f"K is {k[where]}")
        order = np.argsort(k, kind="stable")
        half = particles // 2
        level = 0.5 * (k[order[half - 1]] + k[order[half]])
        if level <= 0 or len(levels) > 2000:
            break
        log_volume += math.log(half / particles)
        levels.append(math.log(level))
        volumes.append(log_volume)
        if level < deepest:
            break
        survivors = np.ascontiguousarray(w[order[:half]])
        chosen = np.concatenate([np.arange(half), rng.integers(half, size=particles - half)])
        w, k = survivors[chosen], k[order[:half]][chosen]
        broken = _compiled_moves()(
            target.compiled, target.compiled_energy, target.prior.box, target.prior.gauss,
            survivors, level, moves, w, k, rng,
        )  # fmt: skip
        if broken >= 0:
            raise DivergenceError(w[broken], 0.0, "K is not finite")
    return levels, volumes


def _plain_energy() -> Any:
    from slt_symbolic.sampling.samplers.common import no_energy

    return no_energy


def _moves(potential, energy, box, gauss, survivors, level, moves, w, k, rng):  # type: ignore[no-untyped-def]  # compiled
    """Move every particle within the level; return -1, or the particle that broke."""
    dimension = w.shape[1]
    trial, g, h = np.empty(dimension), np.empty(dimension), np.empty(dimension)
    for n in range(w.shape[0]):
        e = prior_energy(energy, gauss, w[n], h)
        for _ in range(moves):
            a = int(rng.random() * survivors.shape[0])
            b = int(rng.random() * survivors.shape[0])
            gamma = math.exp(-3.5 * rng.random()) * 1.5
            for i in range(dimension):
                trial[i] = w[n, i] + gamma * (survivors[a, i] - survivors[b, i])
            if outside(box, trial):
                continue
            value = potential(trial, g)
            if not math.isfinite(value):
                for i in range(dimension):
                    w[n, i] = trial[i]
                return n
            if value > level:
                continue
            trial_e = prior_energy(energy, gauss, trial, h)
            if math.log1p(-rng.random()) < e - trial_e:
                e = trial_e
                k[n] = value
                for i in range(dimension):
                    w[n, i] = trial[i]
    return -1


@cache
def _compiled_moves() -> Any:
    real, matrix = types.float64, types.Array(types.float64, 2, "C")
    generator = numba.typeof(np.random.Generator(np.random.Philox(0)))
    signature = types.int64(
        POTENTIAL_TYPE, POTENTIAL_TYPE, matrix, matrix, matrix, real, types.int64, matrix, VECTOR,
        generator,
    )  # fmt: skip
    return njit(signature, nogil=True)(_moves)
