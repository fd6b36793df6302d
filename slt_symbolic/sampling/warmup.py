"""Warm-up: choose lengths and the preconditioner, then freeze them.

The warm-up runs the SAME kernel in blocks; between blocks it moves the length of each temperature
towards the sampler's acceptance and, three times, sets the preconditioner to the spread seen
since the last time. What it returns no longer depends on later draws, so the sampling phase is
a Markov chain with a fixed kernel, and nothing of the warm-up enters an average. Its state is
plain arrays, so that a checkpoint can hold it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.sampling.chains import Block, Chain, Tuning, run_block
from slt_symbolic.sampling.samplers import Sampler
from slt_symbolic.sampling.target import Target

__all__ = ["BLOCKS", "WarmUp", "first_tuning"]

Floats = NDArray[np.float64]

BLOCKS = 24
RESCALE_AFTER = (6, 11, 17)
# A length that moves by exp(4 * 0.574), a factor of 10, when every proposal fails, then less.
FIRST_GAIN = 4.0
# Draws of each chain and block that a low-rank preconditioner is estimated from.
ROWS_PER_BLOCK = 32


def first_tuning(target: Target, betas: Floats) -> Tuning:
    """Start from the prior's spread, shortened as for a K of curvature one.

    Examples
    --------
    >>> import numpy as np
    >>> from slt_symbolic.sampling import Target, UniformBox
    >>> target = Target(lambda w, g: 0.0, UniformBox((0,), (12**0.5,)))
    >>> first_tuning(target, np.array([0.0, 99.0])).step
    array([1. , 0.1])
    """
    scale = np.tile(np.asarray(target.prior.spread, dtype=np.float64), (betas.size, 1))
    return Tuning(step=1.0 / np.sqrt(1.0 + betas), scale=scale)


@dataclass
class WarmUp:
    """The state of a warm-up.

    Attributes
    ----------
    tuning
        As far as it is chosen.
    block
        How many of the ``BLOCKS`` blocks are done.
    since
        Blocks since the preconditioner was set.
    count, mean, squares
        Number, mean and sum of squared deviations of the draws since then, the latter (R, d).
    rows
        Some of these draws, shape (n, R, d), if a low-rank part is wanted.
    """

    tuning: Tuning
    block: int = 0
    since: int = 0
    count: int = 0
    mean: Floats = field(default_factory=lambda: np.zeros((1, 1)))
    squares: Floats = field(default_factory=lambda: np.zeros((1, 1)))
    rows: Floats = field(default_factory=lambda: np.zeros((0, 1, 1)))

    def advance(
        self, target: Target, betas: Floats, chains: Sequence[Chain], sweeps: int,
        *, inner: int, threads: int | None, sampler: Sampler, rank: int,
    ) -> int:  # fmt: skip
        """Run the next block of a warm-up of ``sweeps`` sweeps; return the sweeps done so far."""
        edges = np.linspace(0, sweeps, BLOCKS + 1).astype(int)
        length = int(edges[self.block + 1] - edges[self.block])
        self.block += 1
        if length == 0:
            return int(edges[self.block])
        block = run_block(
            target, betas, self.tuning, chains, length,
            inner=inner, keep=True, threads=threads, sampler=sampler,
        )  # fmt: skip
        if sampler.acceptance is not None:
            self._learn(block, inner, sampler.acceptance, rank)
        return int(edges[self.block])

    def _learn(self, block: Block, inner: int, aim: float, rank: int) -> None:
        old = self.tuning
        rate = block.events[..., 0].mean(axis=(0, 1)) / inner
        gain = FIRST_GAIN / (1.0 + self.since) ** 0.75
        step = old.step * np.exp(gain * (rate - aim))
        self.tuning = Tuning(step, old.scale, old.basis, old.stretch)
        self.since += 1
        draws = block.kept.reshape(-1, *block.kept.shape[2:])
        mean = draws.mean(axis=0)
        squares = np.square(draws - mean).sum(axis=0)
        if self.count == 0:
            self.count, self.mean, self.squares = len(draws), mean, squares
            self.rows = np.zeros((0, *mean.shape))
        else:
            total = self.count + len(draws)
            apart = mean - self.mean
            self.squares = self.squares + squares + apart**2 * (self.count * len(draws) / total)
            self.mean = self.mean + apart * (len(draws) / total)
            self.count = total
        if rank:
            some = np.linspace(0, block.kept.shape[1] - 1, ROWS_PER_BLOCK).astype(int)
            thinned = block.kept[:, np.unique(some)].reshape(-1, *mean.shape)
            self.rows = np.concatenate([self.rows, thinned])
        if self.block in RESCALE_AFTER:
            self._rescale(rank)

    def _rescale(self, rank: int) -> None:
        """Put the spread into the preconditioner, keeping the overall length of a move.

        A tenth of the old scale is mixed in: a coordinate that has not moved must not be frozen.
        """
        old = self.tuning
        if self.count >= 2:
            deviation = np.sqrt(self.squares / self.count)
            scale = np.sqrt(deviation**2 + (0.1 * old.scale * old.step[:, None]) ** 2)
            length = np.exp(np.mean(np.log(old.scale) - np.log(scale), axis=1))
            self.tuning = Tuning(old.step * length, scale)
            if rank:
                self.tuning = Tuning(old.step * length, scale, *self._directions(scale, rank))
        self.since = self.count = 0
        self.rows = self.rows[:0]

    def _directions(self, scale: Floats, rank: int) -> tuple[Floats, Floats]:
        """Return the directions that are longest in units of ``scale``, and their stretch."""
        _, replicas, dimension = self.rows.shape
        basis = np.zeros((replicas, min(rank, dimension), dimension))
        stretch = np.zeros(basis.shape[:2])
        for r in range(replicas):
            rows = (self.rows[:, r] - self.rows[:, r].mean(axis=0)) / scale[r]
            _, lengths, directions = np.linalg.svd(rows, full_matrices=False)
            found = min(len(directions), basis.shape[1])
            basis[r, :found] = directions[:found]
            # Directions shorter than the average are left: few draws do not show them.
            longer = np.maximum(lengths[:found] / np.sqrt(len(rows)), 1.0)
            stretch[r, :found] = np.minimum(longer, 100.0) - 1.0
        return basis, stretch
