"""Sample a target over a ladder of inverse temperatures."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike

from slt_symbolic.sampling.chains import Block, Tuning, run_block, start_chains
from slt_symbolic.sampling.errors import SamplingError
from slt_symbolic.sampling.runs import LadderRun
from slt_symbolic.sampling.target import Target
from slt_symbolic.sampling.temperatures import checked_betas, with_bridges
from slt_symbolic.sampling.warmup import warm_up

__all__ = ["Progress", "run_ladder"]

# progress(phase, done, total): phase is "warm-up" or "sampling", counted in sweeps.
Progress = Callable[[str, int, int], None]

# Sweeps between two reports of progress (and two chances to be interrupted).
SWEEPS_PER_BLOCK = 1000


def run_ladder(
    target: Target,
    betas: Iterable[float],
    *,
    chains: int = 4,
    draws: int = 5000,
    warmup: int = 2000,
    inner: int = 5,
    seed: int = 0,
    bridge_ratio: float = 4.0,
    hottest: float = 1.0,
    start: ArrayLike | None = None,
    tuning: Tuning | None = None,
    keep_parameters: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
) -> LadderRun:
    """Sample exp(-beta K) prior at every beta by Langevin steps with replica exchange.

    Parameters
    ----------
    target
        What to sample.
    betas
        Inverse temperatures, positive and increasing. They multiply K.
    chains
        Independent chains, each a full set of replicas with its own generator.
    draws
        Sweeps after the warm-up; every sweep gives one draw at every temperature.
    warmup
        Sweeps that choose steps and scales, then are thrown away.
    inner
        Langevin steps at each temperature between two exchanges.
    seed
        A non-negative integer. Draws depend on it and on the other arguments, never on
        ``threads``.
    bridge_ratio
        Rungs are added until neighbours differ by at most this factor; lower it when lambda is
        large (the share of exchanges made falls with lambda).
    hottest
        The ladder is continued down to this inverse temperature, where mixing is easy.
    start
        Where to start, shape (d,) or (chains, d); by default independent draws of the prior.
    tuning
        Steps and scales, one row for each rung; required when ``warmup`` is 0, and then used
        as they are.
    keep_parameters
        Whether to keep the draws of w as well as those of K.
    threads
        Threads for the chains; by default as many as there are processors.
    progress
        Called as ``progress(phase, done, total)``.

    Returns
    -------
    LadderRun
        Interrupted from the keyboard during sampling, it holds the complete blocks and says so;
        interrupted before there is any, the interrupt is raised.

    Raises
    ------
    SamplingError
        If an argument is out of range.
    DivergenceError
        If K or its gradient is not finite somewhere; the error carries the parameter.

    Notes
    -----
    The draws at one temperature come from a Markov chain on all replicas that keeps the product
    of the tempered posteriors exactly: there is no discretisation error to extrapolate.

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
        ("seed", seed, 0), ("threads", 1 if threads is None else threads, 1),
    ):  # fmt: skip
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise SamplingError(f"{name} must be an integer, at least {least}, got {value!r}")
    if (warmup == 0) != (tuning is not None):
        raise SamplingError("give tuning if and only if warmup is 0")
    states = start_chains(target, ladder, np.random.SeedSequence(seed).spawn(chains), start)
    if tuning is None:
        tuning = warm_up(
            target, ladder, states, warmup, inner=inner, threads=threads,
            report=lambda done: None if progress is None else progress("warm-up", done, warmup),
        )  # fmt: skip
    shapes = ((ladder.size,), (ladder.size, target.dimension))
    if (tuning.step.shape, tuning.scale.shape) != shapes:
        raise SamplingError(f"tuning must have steps and scales of shapes {shapes}")
    blocks: list[Block] = []
    done = 0
    try:
        while done < draws:
            length = min(SWEEPS_PER_BLOCK, draws - done)
            block = run_block(
                target, ladder, tuning, states, length,
                inner=inner, keep=keep_parameters, threads=threads,
            )  # fmt: skip
            blocks.append(block)
            done += length
            if progress is not None:
                progress("sampling", done, draws)
    except KeyboardInterrupt:
        if not blocks:
            raise
    exchanges = np.sum([block.exchanges.sum(axis=0) for block in blocks], axis=0)[:-1]
    rates = exchanges[:, 1] / np.maximum(exchanges[:, 0], 1)
    kept = np.concatenate([block.kept for block in blocks], axis=1) if keep_parameters else None
    return LadderRun(
        betas=tuple(requested.tolist()),
        draws=_by_temperature([block.draws for block in blocks])[places],
        parameters=None if kept is None else np.moveaxis(kept, 2, 0)[places],
        accepted=_by_temperature([block.accepted for block in blocks])[places],
        outside=_by_temperature([block.outside for block in blocks])[places],
        ladder=tuple(ladder.tolist()),
        exchange_rates=tuple(rates.tolist()),
        tuning=tuning,
        inner=inner,
        seed=seed,
        complete=done == draws,
    )


def _by_temperature(pieces: list[np.ndarray]) -> np.ndarray:
    """(chains, sweeps, R) blocks -> one (R, chains, sweeps) array."""
    return np.ascontiguousarray(np.moveaxis(np.concatenate(pieces, axis=1), 2, 0))
