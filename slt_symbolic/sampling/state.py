"""Everything that a run is at one moment, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.sampling.chains import Block, Chain
from slt_symbolic.sampling.runs import LadderRun
from slt_symbolic.sampling.warmup import WarmUp
from slt_symbolic.sampling.witness import WITNESSES

__all__ = ["Kept", "RunState", "Settings"]


@dataclass(frozen=True)
class Settings:
    """What determines the draws of a run, the target apart.

    Two runs with equal settings and equal targets have equal draws.
    """

    betas: tuple[float, ...]
    ladder: tuple[float, ...]
    places: tuple[int, ...]
    sampler: str
    sampler_settings: tuple[float, ...]
    exact: bool
    chains: int
    draws: int
    warmup: int
    inner: int
    seed: int
    rank: int
    keep_parameters: bool
    dimension: int
    virial_known: bool


@dataclass(frozen=True)
class Kept:
    """What is kept of a block, at the temperatures asked for.

    ``draws`` has shape (temperatures, chains, sweeps), ``witness`` (temperatures, chains, sweeps,
    2), ``events`` (temperatures, chains, sweeps, 3), ``parameters`` (temperatures, chains,
    sweeps, d) or no sweeps.
    """

    draws: NDArray[np.float64]
    witness: NDArray[np.float64]
    events: NDArray[np.int64]
    parameters: NDArray[np.float64]


@dataclass
class RunState:
    """A run at one moment: enough to go on with it."""

    settings: Settings
    chains: list[Chain]
    warm: WarmUp
    blocks: list[Kept] = field(default_factory=list)
    exchanges: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))

    def __post_init__(self) -> None:
        if not self.exchanges.size:
            self.exchanges = np.zeros((len(self.settings.ladder), 2), dtype=np.int64)

    @property
    def done(self) -> int:
        """Sweeps sampled so far."""
        return sum(block.draws.shape[2] for block in self.blocks)

    @property
    def complete(self) -> bool:
        """Whether all draws asked for are there."""
        return self.done >= self.settings.draws

    def take(self, block: Block) -> None:
        """Keep a block of the sampling phase."""
        places = list(self.settings.places)
        self.blocks.append(
            Kept(
                np.ascontiguousarray(np.moveaxis(block.draws[..., 0], 2, 0)[places]),
                np.ascontiguousarray(np.moveaxis(block.draws[..., 1:], 2, 0)[places]),
                np.ascontiguousarray(np.moveaxis(block.events, 2, 0)[places]),
                np.ascontiguousarray(np.moveaxis(block.kept, 2, 0)[places]),
            )
        )
        self.exchanges = self.exchanges + block.exchanges.sum(axis=0)

    def joined(self) -> Kept:
        """Return all blocks as one."""
        if not self.blocks:
            s = self.settings
            shape = (len(s.betas), s.chains, 0)
            return Kept(
                np.zeros(shape), np.zeros((*shape, len(WITNESSES))),
                np.zeros((*shape, 3), dtype=np.int64), np.zeros((*shape, s.dimension)),
            )  # fmt: skip
        names = ("draws", "witness", "events", "parameters")
        parts = [np.concatenate([getattr(b, n) for b in self.blocks], axis=2) for n in names]
        self.blocks = [Kept(*parts)]
        return self.blocks[0]

    def run(self) -> LadderRun:
        """Return the run as far as it went."""
        kept, s = self.joined(), self.settings
        tried, made = self.exchanges[:-1].T
        return LadderRun(
            betas=s.betas,
            draws=kept.draws,
            witness=kept.witness,
            virial_known=s.virial_known,
            parameters=kept.parameters if s.keep_parameters else None,
            accepted=np.ascontiguousarray(kept.events[..., 0]),
            outside=np.ascontiguousarray(kept.events[..., 1]),
            diverged=np.ascontiguousarray(kept.events[..., 2]),
            ladder=s.ladder,
            exchange_rates=tuple((made / np.maximum(tried, 1)).tolist()),
            tuning=self.warm.tuning,
            inner=s.inner,
            seed=s.seed,
            sampler=s.sampler,
            exact=s.exact,
            complete=self.complete,
        )
