"""The chains of a run: their states, their generators, and running them in threads."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slt_symbolic.sampling.errors import DivergenceError, SamplingError
from slt_symbolic.sampling.samplers import Sampler, mala
from slt_symbolic.sampling.samplers.common import OUTSIDE_K, prior_energy, scratch_for
from slt_symbolic.sampling.target import Target
from slt_symbolic.sampling.tempering import FINISHED
from slt_symbolic.sampling.witness import WITNESSES

__all__ = ["Block", "Chain", "Tuning", "run_block", "start_chains"]

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

# Draws of the prior that may fall outside a restricted target before it counts as empty.
MOST_STARTS = 100_000


@dataclass(frozen=True)
class Tuning:
    """What the warm-up chooses and the sampling phase keeps.

    Attributes
    ----------
    step
        The length at each rung, shape (R,).
    scale
        The diagonal of the preconditioner, shape (R, d).
    basis, stretch
        The low-rank part: orthonormal directions, shape (R, r, d), and by how much each is
        stretched less one, shape (R, r); none (r = 0) if absent.
    """

    step: Floats
    scale: Floats
    basis: Floats = field(default_factory=lambda: np.zeros((0, 0, 0)))
    stretch: Floats = field(default_factory=lambda: np.zeros((0, 0)))

    def __post_init__(self) -> None:
        if self.basis.size == 0:
            object.__setattr__(self, "basis", np.zeros((len(self.step), 0, self.scale.shape[-1])))
            object.__setattr__(self, "stretch", np.zeros((len(self.step), 0)))


@dataclass
class Chain:
    """One chain: R replicas of a parameter, and the generator that drives them.

    ``w``, ``g`` (gradient of K), ``h`` (gradient of the prior's energy), ``p`` (momentum) have
    shape (R, d), ``values`` (K and the prior's energy) (R, 2).
    """

    w: Floats
    g: Floats
    h: Floats
    p: Floats
    values: Floats
    scratch: Floats
    rng: np.random.Generator
    swept: int = 0


@dataclass(frozen=True)
class Block:
    """What some sweeps of all chains left: K, witnesses, counts, parameters where asked for.

    ``draws`` has shape (chains, sweeps, R, 3), K and its :mod:`.witness`; ``events`` (chains,
    sweeps, R, 3): steps accepted, outside, divergent; ``kept`` (chains, sweeps, R, d) or no
    sweeps, ``exchanges`` (chains, R, 2).
    """

    draws: Floats
    events: Counts
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
    chains = []
    for index, seed in enumerate(seeds):
        rng = np.random.Generator(np.random.Philox(seed))
        drawn = target.prior.sample(rng, replicas)
        w = drawn if points is None else np.tile(points[index], (replicas, 1))
        g, h, p = np.zeros((3, replicas, dimension))
        chain = Chain(w, g, h, p, np.zeros((replicas, 2)), scratch_for(dimension), rng)
        for r in range(replicas):
            _place(target, chain, r, betas[r], again=points is None)
        chain.p[:] = rng.standard_normal(chain.p.shape)
        chains.append(chain)
    return chains


def _place(target: Target, chain: Chain, r: int, beta: float, *, again: bool) -> None:
    """Evaluate a replica at its start, drawn anew while it lies outside a restricted target."""
    w, g, h = chain.w[r], chain.g[r], chain.h[r]
    for _ in range(MOST_STARTS if target.restricted and again else 1):
        try:
            value = target.compiled(w, g)
        except Exception as error:
            raise DivergenceError(w, beta, f"the potential raised {error!r}") from error
        if math.isinf(value) or not value >= OUTSIDE_K:
            break
        w[:] = target.prior.sample(chain.rng, 1)[0]
    else:
        where = "the prior" if again else "start"
        raise SamplingError(f"{where} has no point inside the region that was found")
    energy = prior_energy(target.compiled_energy, target.prior.gauss, w, h)
    chain.values[r] = value, energy
    if not (math.isfinite(value) and np.all(np.isfinite(g))):
        raise DivergenceError(w, beta, f"K is {value} and its gradient {g.tolist()}")
    if not (math.isfinite(energy) and np.all(np.isfinite(h))):
        raise DivergenceError(w, beta, f"the prior's energy is {energy}, its gradient {h.tolist()}")


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
    sampler: Sampler | None = None,
) -> Block:
    """Advance every chain by some sweeps.

    Raises
    ------
    DivergenceError
        If K or its gradient is not finite somewhere, or the potential raises.
    """
    sampler = mala() if sampler is None else sampler
    number, replicas, dimension = len(chains), betas.size, target.dimension
    block = Block(
        draws=np.zeros((number, sweeps, replicas, 1 + len(WITNESSES))),
        # -1 marks what has not been run, so that a failure can be traced to its replica.
        events=np.full((number, sweeps, replicas, 3), -1, dtype=np.int64),
        kept=np.zeros((number, sweeps if keep else 0, replicas, dimension)),
        exchanges=np.zeros((number, replicas, 2), dtype=np.int64),
    )
    kernel = target.sweeps(sampler)
    potential = target.compiled_minibatch if sampler.minibatch else target.compiled
    energy, prior = target.compiled_energy, target.prior
    settings = np.array(sampler.settings, dtype=np.float64)

    def advance(index: int) -> None:
        chain = chains[index]
        try:
            code = kernel(
                sampler.step, potential, energy, not sampler.minibatch, betas, prior.box,
                prior.gauss, target.off_centre, tuning.scale, tuning.basis, tuning.stretch,
                tuning.step, settings,
                chain.w, chain.g, chain.h, chain.p, chain.values, chain.scratch, chain.rng,
                chain.swept, inner, block.draws[index], block.kept[index], block.events[index],
                block.exchanges[index],
            )  # fmt: skip
        except Exception as error:
            replica = int(np.argmin(block.events[index, :, :, 0])) % replicas
            what = f"the potential raised {error!r}"
            raise DivergenceError(chain.scratch[0], betas[replica], what) from error
        if code != FINISHED:
            raise _broken(target, chain.scratch[0].copy(), float(betas[code]))
        chain.swept += sweeps

    workers = min(number, threads or os.cpu_count() or 1)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for _ in pool.map(advance, range(number)):
            pass
    return block


def _broken(target: Target, trial: Floats, beta: float) -> DivergenceError:
    """Return the error that says what is not finite at a parameter."""
    gradient, slope = np.zeros_like(trial), np.zeros_like(trial)
    value = target.compiled(trial, gradient)
    energy = prior_energy(target.compiled_energy, target.prior.gauss, trial, slope)
    if math.isfinite(energy) and np.all(np.isfinite(slope)):
        return DivergenceError(trial, beta, f"K is {value} and its gradient {gradient.tolist()}")
    what = f"the prior's energy is {energy} and its gradient {slope.tolist()}"
    return DivergenceError(trial, beta, what)
