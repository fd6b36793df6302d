"""Sample a target over a ladder of inverse temperatures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from copy import deepcopy
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from slt_symbolic.sampling.chains import Chain, Tuning, run_block, start_chains
from slt_symbolic.sampling.checkpoint import load_state, save_state
from slt_symbolic.sampling.errors import SamplingError
from slt_symbolic.sampling.progress import Progress, report_of
from slt_symbolic.sampling.runs import LadderRun
from slt_symbolic.sampling.samplers import Sampler
from slt_symbolic.sampling.samplers import sampler as sampler_of
from slt_symbolic.sampling.state import RunState, Settings
from slt_symbolic.sampling.target import Target
from slt_symbolic.sampling.temperatures import checked_betas, with_bridges
from slt_symbolic.sampling.tempering import compiled_sweeps
from slt_symbolic.sampling.warmup import BLOCKS, WarmUp, first_tuning
from slt_symbolic.sampling.witness import virial_is_known

__all__ = ["run_ladder"]

# Sweeps and seconds between two reports of progress, two checkpoints, and two chances to be
# interrupted: whichever is less, and one sweep at least.
SWEEPS_PER_BLOCK = 1000
SECONDS_PER_BLOCK = 5.0
# Sweeps of the first block where no warm-up has shown what one takes.
FIRST_BLOCK = 50


def run_ladder(
    target: Target,
    betas: Iterable[float],
    *,
    sampler: str | Sampler = "mala",
    chains: int = 4,
    draws: int = 5000,
    warmup: int = 2000,
    inner: int = 5,
    seed: int = 0,
    bridge_ratio: float = 4.0,
    hottest: float = 1.0,
    rank: int = 0,
    start: ArrayLike | None = None,
    tuning: Tuning | None = None,
    keep_parameters: bool = False,
    threads: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    checkpoint: str | Path | None = None,
    interval: float = 10.0,
    resume: bool = False,
) -> LadderRun:
    """Sample exp(-beta K) prior at every beta by any sampler with replica exchange.

    Parameters
    ----------
    target
        What to sample.
    betas
        Inverse temperatures, positive and increasing. They multiply K.
    sampler
        A name (``mala``, ``hmc``, ``ghmc``, ``gibbs``, ``slice``, ``valley``, ``langevin``,
        ``underdamped``), or what a function of :mod:`slt_symbolic.sampling.samplers` returns.
    chains
        Independent chains, each a full set of replicas with its own generator.
    draws
        Sweeps after the warm-up; every sweep gives one draw at every temperature.
    warmup
        Sweeps that choose lengths and the preconditioner, then are thrown away.
    inner
        Steps at each temperature between two exchanges.
    seed
        A non-negative integer. Draws depend on it and on the other arguments, never on
        ``threads``, ``checkpoint`` or ``interval``.
    bridge_ratio
        Rungs are added until neighbours differ by at most this factor; lower it when lambda is
        large (the share of exchanges made falls with lambda).
    hottest
        The ladder is continued down to this inverse temperature, where mixing is easy.
    rank
        Directions of a low-rank preconditioner besides the diagonal.
    start
        Where to start, shape (d,) or (chains, d); by default independent draws of the prior.
    tuning
        Lengths and preconditioner, one row for each rung; required when ``warmup`` is 0, and
        then used as they are.
    keep_parameters
        Whether to keep the draws of w as well as those of K.
    threads
        Threads for the chains; by default as many as there are processors.
    progress
        Called after every block with a :class:`~slt_symbolic.sampling.progress.Progress`.
    checkpoint
        A file that holds the run as it goes, replaced as a whole every ``interval`` seconds (or
        when the block of sweeps that is under way then ends: 5 seconds), at the end, and when
        interrupted from the keyboard. Killing the process loses what came after. The file is the
        result as well (:func:`~slt_symbolic.sampling.load_run`).
    interval
        Seconds between two checkpoints; 0 for one after every block.
    resume
        Go on from ``checkpoint`` if it exists. The run is then bitwise the one that was not
        interrupted (on the same machine).

    Returns
    -------
    LadderRun
        Interrupted from the keyboard during sampling, it holds the complete blocks and says so;
        interrupted before there is any, the interrupt is raised.

    Raises
    ------
    SamplingError
        If an argument is out of range, or the checkpoint is damaged or of another run.
    DivergenceError
        If K or its gradient is not finite somewhere; the error carries the parameter.

    Notes
    -----
    With an exact sampler the draws at one temperature come from a Markov chain on all replicas
    that keeps the product of the tempered posteriors exactly: there is no discretisation error
    to extrapolate.

    Examples
    --------
    >>> from slt_symbolic.sampling import Target, UniformBox, run_ladder
    >>> def potential(w, g):
    ...     g[0] = w[0]
    ...     return 0.5 * w[0] ** 2
    >>> run = run_ladder(Target(potential, UniformBox((-2,), (2,))), [100, 1000], draws=2000)
    >>> [round(point.lambda_hat.value, 1) for point in run.points]
    [0.5, 0.5]
    >>> run.ok
    True
    """
    requested = checked_betas(betas)
    ladder, places = with_bridges(requested, bridge_ratio, hottest)
    for name, value, least in (
        ("chains", chains, 1), ("draws", draws, 1), ("warmup", warmup, 0), ("inner", inner, 1),
        ("seed", seed, 0), ("threads", 1 if threads is None else threads, 1), ("rank", rank, 0),
    ):  # fmt: skip
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise SamplingError(f"{name} must be an integer, at least {least}, got {value!r}")
    if (warmup == 0) != (tuning is not None):
        raise SamplingError("give tuning if and only if warmup is 0")
    if resume and checkpoint is None:
        raise SamplingError("resume needs a checkpoint")
    kind = sampler_of(sampler) if isinstance(sampler, str) else sampler
    if kind.prepare is not None:
        kind = kind.prepare(target)
    if target.restricted and not kind.exact:
        raise SamplingError(f"{kind.name} steps cannot be kept inside a restricted target")
    settings = Settings(
        tuple(requested.tolist()), tuple(ladder.tolist()), tuple(places.tolist()), kind.name,
        kind.settings, kind.exact, chains, draws, warmup, inner, seed, rank, keep_parameters,
        target.dimension, virial_is_known(target, kind),
    )  # fmt: skip
    file = None if checkpoint is None else Path(checkpoint)
    if resume and file is not None and file.exists():
        state = load_state(file, settings, target)
    else:
        states = start_chains(target, ladder, np.random.SeedSequence(seed).spawn(chains), start)
        state = RunState(settings, states, WarmUp(tuning or first_tuning(target, ladder)))
    if tuning is not None:
        state.warm.block = BLOCKS
    _check_shapes(state.warm.tuning, settings)
    saved = time.monotonic()

    def after_block(phase: str, done: int, total: int) -> None:
        nonlocal saved
        # The report may interrupt the run: what it interrupts must be on file first.
        if file is not None and (time.monotonic() - saved >= interval or state.complete):
            save_state(file, state, target)
            saved = time.monotonic()
        if progress is not None:
            progress(report_of(phase, done, total, began, state))

    # Compiled before the clock starts: the seconds to go are then those of sampling.
    compiled_sweeps(kind)
    began = time.monotonic()
    before: tuple[int, list[Chain]] | None = None
    affordable = min(FIRST_BLOCK, SWEEPS_PER_BLOCK)
    try:
        while state.warm.block < BLOCKS:
            begun = time.monotonic()
            done = state.warm.advance(
                target, ladder, state.chains, warmup,
                inner=inner, threads=threads, sampler=kind, rank=rank,
            )  # fmt: skip
            affordable = _affordable(time.monotonic() - begun, max(1, warmup // BLOCKS))
            after_block("warm-up", done, warmup)
        while state.done < draws:
            before = state.done, deepcopy(state.chains)
            length = min(affordable, draws - before[0])
            begun = time.monotonic()
            block = run_block(
                target, ladder, state.warm.tuning, state.chains, length,
                inner=inner, keep=keep_parameters, threads=threads, sampler=kind,
            )  # fmt: skip
            state.take(block)
            affordable = _affordable(time.monotonic() - begun, length)
            after_block("sampling", state.done, draws)
    except KeyboardInterrupt:
        if before is not None and file is not None:
            if state.done == before[0]:
                # Some chains are ahead of what is kept of them: back to where all agree.
                state.chains = before[1]
            save_state(file, state, target)
        if not state.blocks:
            raise
    return state.run()


def _affordable(seconds: float, sweeps: int) -> int:
    """Return how many sweeps a block may have, by what the last ones took."""
    each = max(seconds, 1e-9) / sweeps
    return max(1, int(min(SECONDS_PER_BLOCK / each, SWEEPS_PER_BLOCK)))


def _check_shapes(tuning: Tuning, settings: Settings) -> None:
    rungs, dimension = len(settings.ladder), settings.dimension
    wanted = ((rungs,), (rungs, dimension))
    if (tuning.step.shape, tuning.scale.shape) != wanted:
        raise SamplingError(f"tuning must have steps and scales of shapes {wanted}")
    if tuning.basis.shape != (*tuning.stretch.shape, dimension) or len(tuning.basis) != rungs:
        raise SamplingError("tuning must have a basis of shape (rungs, r, d), a stretch (rungs, r)")
