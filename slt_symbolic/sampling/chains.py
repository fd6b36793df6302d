"""The chains of a run: their states, their generators, and running them in threads."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slt_symbolic.sampling.errors import DivergenceError, SamplingError
from slt_symbolic.sampling.mala import scratch_for
from slt_symbolic.sampling.target import Target
from slt_symbolic.sampling.tempering import FINISHED, compiled_sweeps

__all__ = ["Block", "Chain", "Tuning", "run_block", "start_chains"]

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Tuning:
    """What the warm-up chooses and the sampling phase keeps: steps (R,) and scales (R, d)."""

    step: Floats
    scale: Floats


@dataclass
class Chain:
    """One chain: R replicas of a parameter, and the generator that drives them."""

    w: Floats
    g: Floats
    k: Floats
    scratch: Floats
    rng: np.random.Generator
    swept: int = 0


@dataclass(frozen=True)
class Block:
    """What some sweeps of all chains left: K, counts, and parameters where asked for.

    ``draws``, ``accepted``, ``outside`` have shape (chains, sweeps, R), ``kept``
    (chains, sweeps, R, d) or no sweeps, ``exchanges`` (chains, R, 2).
    """

    draws: Floats
    accepted: Counts
    outside: Counts
    kept: Floats
    exchanges: Counts


def start_chains(
    target: Target,
    betas: Floats,
    seeds: Sequence[np.random.SeedSequence],
    start: ArrayLike | None,
) -> list[Chain]:
    """Make the chains, each with a counter-based generator of its own.

    Replicas start at independent draws of the prior (far apart, so that R-hat means something)
    or all at ``start``, of shape (d,) or (chains, d).
    """
    replicas, dimension = betas.size, target.dimension
    chains = []
    points = None
    if start is not None:
        points = np.array(start, dtype=np.float64)
        if points.shape not in {(dimension,), (len(seeds), dimension)}:
            raise SamplingError(
                f"start must have shape ({dimension},) or ({len(seeds)}, {dimension}), "
                f"got {points.shape}"
            )
        if not np.all((points >= target.prior.box[0]) & (points <= target.prior.box[1])):
            raise SamplingError("start must lie inside the prior's box")
        points = np.broadcast_to(points, (len(seeds), dimension))
    for index, seed in enumerate(seeds):
        rng = np.random.Generator(np.random.Philox(seed))
        drawn = target.prior.sample(rng, replicas)
        w = drawn if points is None else np.tile(points[index], (replicas, 1))
        g, k = np.zeros((replicas, dimension)), np.zeros(replicas)
        for r in range(replicas):
            try:
                k[r] = target.compiled(w[r], g[r])
            except Exception as error:
                raise DivergenceError(w[r], betas[r], f"the potential raised {error!r}") from error
            if not (math.isfinite(k[r]) and np.all(np.isfinite(g[r]))):
                what = f"K is {k[r]} and its gradient {g[r].tolist()}"
                raise DivergenceError(w[r], betas[r], what)
        chains.append(Chain(w, g, k, scratch_for(dimension), rng))
    return chains


def run_block(
    target: Target,
    betas: Floats,
    tuning: Tuning,
    chains: Sequence[Chain],
    sweeps: int,
    *,
    inner: int,
    keep: bool = False,
    threads: int | None = None,
) -> Block:
    """Advance every chain by some sweeps.

    Raises
    ------
    DivergenceError
        If K or its gradient is not finite somewhere, or the potential raises.
    """
    number, replicas, dimension = len(chains), betas.size, target.dimension
    block = Block(
        draws=np.zeros((number, sweeps, replicas)),
        # -1 marks what has not been run, so that a failure can be traced to its replica.
        accepted=np.full((number, sweeps, replicas), -1, dtype=np.int64),
        outside=np.zeros((number, sweeps, replicas), dtype=np.int64),
        kept=np.zeros((number, sweeps if keep else 0, replicas, dimension)),
        exchanges=np.zeros((number, replicas, 2), dtype=np.int64),
    )
    kernel = compiled_sweeps()
    potential = target.compiled
    prior = target.prior

    def advance(index: int) -> None:
        chain = chains[index]
        accepted = block.accepted[index]
        try:
            code = kernel(
                potential, betas, prior.box, prior.gauss, tuning.step, tuning.scale,
                chain.w, chain.g, chain.k, chain.scratch, chain.rng, chain.swept, inner,
                block.draws[index], block.kept[index], accepted, block.outside[index],
                block.exchanges[index],
            )  # fmt: skip
        except Exception as error:
            replica = int(np.argmin(accepted)) % replicas
            what = f"the potential raised {error!r}"
            raise DivergenceError(chain.scratch[0], betas[replica], what) from error
        if code != FINISHED:
            trial = chain.scratch[0].copy()
            gradient = np.zeros(dimension)
            value = potential(trial, gradient)
            what = f"K is {value} and its gradient {gradient.tolist()}"
            raise DivergenceError(trial, betas[code], what)
        chain.swept += sweeps

    workers = min(number, threads or os.cpu_count() or 1)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for _ in pool.map(advance, range(number)):
            pass
    return block
