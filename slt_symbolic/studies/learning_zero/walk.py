"""A random walk of the weights at any β, from spread and from collapsed starts.

It shares the kernel's factors with the independent draws and nothing else: it knows no integral
over scales and no weights of draws, and finds configurations that independent draws would be too
rare to meet. That walks which start on both sides of the shrinking agree is the evidence that
each has arrived.

Moves of w in [0, W]^h (signs do not matter; the law of w is part of the energy), each symmetric or
corrected by its factor: the scale of all weights, w -> cw, with c^h; a few weights below the
largest, drawn anew below it; one weight, the largest half of the time, multiplied by a factor.
Which unit is the largest never changes: units are exchangeable, so that nothing is lost.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.studies.learning_zero.chains import ChainPoint
from slt_symbolic.studies.learning_zero.determinant import half_log_det, posterior_value
from slt_symbolic.studies.learning_zero.laws import WeightLaw
from slt_symbolic.studies.learning_zero.scale_integral import ScaleGrid

__all__ = ["walk_point"]

Array = NDArray[np.float64]

_BLOCK = 8
_ADAPT = 50


class _Walk:
    """One chain; the lengths of its moves are tuned while it warms up, then left alone."""

    def __init__(
        self,
        grid: ScaleGrid,
        law: WeightLaw,
        weights: Array,
        log_beta: float,
        rng: np.random.Generator,
    ) -> None:
        self.grid, self.law, self.log_beta, self.rng = grid, law, log_beta, rng
        self.scales = np.array([factor.scale for factor in grid.factors])
        self.lengths = np.array([0.1, 1.0, 0.3])
        self.tried, self.taken = np.zeros(3), np.zeros(3)
        self.weights, self.index = weights, self._factor(weights)
        self.rows = self._features(weights, self.index)
        self.energy = self._energy(weights, self.rows, self.index)

    def _factor(self, weights: Array) -> int:
        # The smallest factor that reaches all weights: its functions resolve them.
        found = int(np.searchsorted(self.scales, float(weights.max())))
        return min(found, len(self.scales) - 1)

    def _features(self, weights: Array, index: int) -> Array:
        factor = self.grid.factors[index]
        return factor.features(weights / factor.scale)

    def _energy(self, weights: Array, rows: Array, index: int) -> float:
        found = half_log_det(rows, self.grid.factors[index].sizes, self.log_beta)
        return found - float(np.log(self.law.density(weights)).sum())

    def _try(
        self, kind: int, proposal: Array, log_factor: float, changed: NDArray[np.intp] | None
    ) -> None:
        self.tried[kind] += 1
        if proposal.max() > self.scales[-1] or proposal.max() < self.scales[0]:
            return
        index = self._factor(proposal)
        if changed is None or index != self.index:
            rows = self._features(proposal, index)
        else:
            rows = self.rows.copy()
            rows[changed] = self._features(proposal[changed], index)
        energy = self._energy(proposal, rows, index)
        if math.log1p(-self.rng.random()) < self.energy - energy + log_factor:
            self.weights, self.index, self.rows, self.energy = proposal, index, rows, energy
            self.taken[kind] += 1

    def sweep(self) -> float:
        """Try each kind of move; return λ̂ given the weights."""
        w, units = self.weights, len(self.weights)
        c = self.lengths[0] * self.rng.standard_normal()
        self._try(0, w * math.exp(c), units * c, None)
        w = self.weights
        count = max(1, min(units - 1, round(_BLOCK * float(self.lengths[1]))))
        top = int(np.argmax(w))
        others = self.rng.permutation(units)
        others = others[others != top][:count]
        if len(others):
            proposal = w.copy()
            proposal[others] = w[top] * self.rng.random(len(others))
            self._try(1, proposal, 0.0, others)
        place = int(self.rng.integers(units))
        if self.rng.random() < 0.5:
            place = int(np.argmax(self.weights))
        self._single(place)
        return posterior_value(self.rows, self.grid.factors[self.index].sizes, self.log_beta)

    def _single(self, place: int) -> None:
        w = self.weights
        proposal = w.copy()
        # Symmetric in the logarithm, hence the factor of the measure.
        step = self.lengths[2] * self.rng.standard_normal()
        proposal[place] = w[place] * math.exp(step)
        # The largest is chosen more often than others: moves that change which one it is would
        # not be symmetric, and are not made.
        if int(np.argmax(proposal)) == int(np.argmax(w)):
            self._try(2, proposal, step, np.array([place]))

    def tune(self) -> None:
        """Lengthen moves that are taken too often, shorten those too seldom."""
        rate = self.taken / np.maximum(self.tried, 1)
        self.lengths *= np.exp(np.clip(rate - 0.35, -0.3, 0.3) * 2)
        self.lengths = np.clip(self.lengths, [1e-3, 0.13, 1e-2], [2.0, 128.0, 2.0])
        self.tried[:], self.taken[:] = 0, 0


def walk_point(
    grid: ScaleGrid,
    units: int,
    log10_beta: float,
    *,
    sweeps: int = 1500,
    warmup: int = 500,
    chains: int = 4,
    seed: int = 0,
    log_variance: float = 0.0,
    law: WeightLaw | None = None,
) -> ChainPoint:
    """Walk from both sides and compare.

    Parameters
    ----------
    grid
        Scales of the weights.
    units
        h, at least 2.
    log10_beta
        log10 β, as far as the grid's digits reach.
    sweeps, warmup
        Draws of each chain, and those thrown away before.
    chains
        The even ones start from the prior, the odd ones with all weights 100 times smaller.
    seed
        The same seed gives the same numbers.
    log_variance
        log of the readouts' variance.
    law
        Of the weights; by default uniform up to the grid's largest scale.

    Examples
    --------
    >>> from fractions import Fraction
    >>> point = walk_point(ScaleGrid.of(14), 2, 6, sweeps=200, warmup=100)
    >>> bool(abs(point.value - 0.693) < 5 * point.error)
    True
    """
    from arviz_stats.base.array import array_stats

    if units < 2:
        raise ValueError(f"units must be at least 2, got {units}")
    law = law or grid.uniform
    log_beta = log10_beta * math.log(10.0) + log_variance
    draws = np.empty((chains, sweeps))
    for chain in range(chains):
        rng = np.random.Generator(np.random.Philox(key=[seed, 1000 + chain]))
        start = law.draw((units,), rng) * (1.0 if chain % 2 == 0 else 0.01)
        walk = _Walk(grid, law, start, log_beta, rng)
        for i in range(warmup):
            walk.sweep()
            if (i + 1) % _ADAPT == 0:
                walk.tune()
        for i in range(sweeps):
            draws[chain, i] = walk.sweep()
    r_hat = float(array_stats.rhat(draws, method="rank"))
    effective = float(array_stats.ess(draws, method="bulk"))
    mean = float(array_stats.ess(draws, method="mean"))
    problems = [f"R-hat is {r_hat:.4f}, above 1.01"] if not r_hat < 1.01 else []
    if not effective >= 100.0 * chains:
        problems.append(f"bulk effective sample size is {effective:.0f}, below {100 * chains}")
    error = float(draws.std()) / math.sqrt(max(mean, 1.0))
    return ChainPoint(
        units, "walk", float(log10_beta), float(draws.mean()), error, r_hat, effective,
        tuple(problems),
    )  # fmt: skip
