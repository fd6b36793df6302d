"""Runs that follow each other until a prediction is decided, or a budget is spent."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, SupportsFloat

from slt_symbolic.sampling.diagnostics import ESS_PER_CHAIN
from slt_symbolic.sampling.errors import SamplingError
from slt_symbolic.sampling.ladder import run_ladder
from slt_symbolic.sampling.progress import Progress
from slt_symbolic.sampling.runs import LadderRun
from slt_symbolic.sampling.samplers import sampler as sampler_of
from slt_symbolic.sampling.target import Target
from slt_symbolic.sampling.temperatures import geometric_ladder
from slt_symbolic.sampling.tempering import compiled_sweeps
from slt_symbolic.sampling.validation import Validation, validate

__all__ = ["Confirmation", "Stage", "confirm", "suggested_sampler"]

# Lowest and highest beta, and temperatures: the farther, the less a second pole matters.
LADDERS = ((1e3, 1e10, 12), (1e4, 1e18, 14), (1e6, 1e24, 14))
FIRST_DRAWS = 2000
# Each stage has this many times the draws of the one before.
GROWTH = 4
# A colder ladder has more rungs, and brackets shrink for longer.
RESERVE = 1.5
# A step along a line moves one direction of d.
MOST_BY_LINES = 16
# Where the sampler that is suggested does not mix, nor would by far with more draws: the least of
# many effective sizes is known to a factor, and a colder ladder needs more.
MARGIN = 2.0
OTHER: dict[str, Any] = {"sampler": "valley", "inner": 2}


@dataclass(frozen=True)
class Stage:
    """One run of several: its ladder, its draws, what came out and the seconds of processor."""

    betas: tuple[float, ...]
    draws: int
    sampler: str
    validation: Validation
    seconds: float

    def __str__(self) -> str:
        return (
            f"beta = {self.betas[0]:g} to {self.betas[-1]:g}, {self.draws} draws by "
            f"{self.sampler}, {self.seconds:.1f} CPU-s: {self.validation.verdict}"
        )


@dataclass(frozen=True)
class Confirmation:
    """What several runs say about a prediction.

    Attributes
    ----------
    validation
        Of all runs together: that of the last one, except that 'inconsistent' is said only where
        two runs in a row say it.
    stages
        The runs, in order.
    run
        The last of them.
    """

    validation: Validation
    stages: tuple[Stage, ...]
    run: LadderRun

    @property
    def verdict(self) -> str:
        """'consistent', 'inconsistent' or 'cannot tell'."""
        return self.validation.verdict

    def __str__(self) -> str:
        lines = [f"run {number}: {stage}" for number, stage in enumerate(self.stages, 1)]
        return "\n".join([*lines, str(self.validation)])


def suggested_sampler(target: Target) -> dict[str, Any]:
    """Return ``sampler`` and ``inner`` for :func:`run_ladder`.

    ``gibbs`` where its blocks hold every coordinate (and no region or further factor of the density
    would reject its draws); else ``slice`` up to 16 parameters, which needs no length; else
    ``mala``.

    Examples
    --------
    >>> from slt_symbolic.sampling import Target, UniformBox
    >>> def potential(w, g):
    ...     g[0] = w[0] ** 3
    ...     return 0.25 * w[0] ** 4
    >>> suggested_sampler(Target(potential, UniformBox((-1,), (1,))))
    {'sampler': 'slice', 'inner': 1}
    """
    from slt_symbolic.sampling.blocks import quadratic_blocks

    plain = not target.restricted and getattr(target.prior, "energy", None) is None
    try:
        if plain and -1 not in quadratic_blocks(target):
            return {"sampler": "gibbs", "inner": 2}
    except SamplingError:
        pass
    if target.dimension <= MOST_BY_LINES:
        return {"sampler": "slice", "inner": 1}
    return {"sampler": "mala", "inner": 5}


def _mixing(run: LadderRun) -> float:
    """Return the least effective sample size, of K or a witness, over the temperatures."""
    found = [point.diagnostics for point in run.points]
    return min(min(d.ess_bulk, *d.witness_ess) if d.witness_ess else 0.0 for d in found)


def confirm(
    prediction: tuple[SupportsFloat, int],
    target: Target,
    *,
    budget: float = 60.0,
    coldest: float = 1e24,
    draws: int = FIRST_DRAWS,
    chains: int = 4,
    seed: int = 0,
    level: float = 0.01,
    next_poles: Sequence[SupportsFloat] = (),
    threads: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Confirmation:
    """Sample farther and longer until a prediction is decided or the budget is spent.

    Parameters
    ----------
    prediction
        (lambda, m), as for :func:`validate`. No run is made differently for it.
    target
        What to sample, by :func:`suggested_sampler`. After a run so far from mixed that more draws
        would not do, ``valley`` has its turn (up to 16 parameters); then whichever of the two
        mixed better in its time.
    budget
        Seconds of processor time, compilation apart: a run that would not fit, judged by the last
        one of its sampler, is not begun. The first one is made in any case.
    coldest
        The largest beta that K can be computed for. A sum of squares keeps its precision down to
        1e-30; a difference of closed forms has none below 1e-15 (coldest 1e12).
    draws
        Of the first run.
    chains, seed, threads, progress
        As for :func:`run_ladder`; each run has a seed of its own.
    level
        Of each run's test.
    next_poles
        As for :func:`validate`.

    Returns
    -------
    Confirmation

    Raises
    ------
    SamplingError
        If the budget is not positive, or ``coldest`` is below 1e6.

    Notes
    -----
    The first run has beta = 1e3 to 1e10. A later one has four times the draws of the one before,
    on a ladder that reaches farther, to 1e18 and 1e24, if that one mixed: where the form does not
    describe the ladder, or a second pole may hide, only colder temperatures can show it.
    'Consistent' ends the runs. 'Inconsistent' has to be said twice, by independent runs: beta may
    not have been large enough for the form; so the chance of it where the prediction is true, the
    form holding, is below ``level`` whatever the number of runs. A prediction that is wrong by as
    much as a run's resolution passes that run one time in five, and each run is a chance to pass.

    Examples
    --------
    >>> from slt_symbolic.sampling import Target, UniformBox, confirm
    >>> def potential(w, g):
    ...     g[0] = w[0] ** 3
    ...     return 0.25 * w[0] ** 4
    >>> found = confirm((1 / 4, 1), Target(potential, UniformBox((-1,), (1,))), draws=2000)
    >>> found.verdict, len(found.stages)
    ('consistent', 1)
    """
    if not budget > 0:
        raise SamplingError(f"budget must be positive, got {budget}")
    if not coldest >= 1e6:
        raise SamplingError(f"coldest must be at least 1e6, got {coldest}")
    kind = suggested_sampler(target)
    stages: list[Stage] = []
    mixing: dict[str, tuple[float, dict[str, Any]]] = {}
    cost: dict[str, float] = {}
    place, spent = 0, 0.0
    while True:
        compiled_sweeps(sampler_of(kind["sampler"]))
        begun = time.process_time()
        low, high, count = LADDERS[place]
        run = run_ladder(
            target, geometric_ladder(low, min(high, coldest), count), draws=draws,
            warmup=draws // 2, chains=chains, seed=seed + len(stages), threads=threads,
            progress=progress, **kind,
        )  # fmt: skip
        outcome = validate(prediction, run, level=level, next_poles=next_poles)
        seconds = time.process_time() - begun
        spent += seconds
        stages.append(Stage(run.betas, draws, run.sampler, outcome, seconds))
        contradicted = len(stages) > 1 and stages[-2].validation.verdict == "inconsistent"
        if outcome.verdict == "consistent" or not run.complete:
            break
        if outcome.verdict == "inconsistent" and contradicted:
            break
        cost[kind["sampler"]] = seconds / draws
        if not run.ok and target.dimension <= MOST_BY_LINES:
            effective = _mixing(run)
            mixing[kind["sampler"]] = (effective / seconds, kind)
            if OTHER["sampler"] in mixing:
                kind = max(mixing.values(), key=lambda found: found[0])[1]
            elif GROWTH * effective < MARGIN * ESS_PER_CHAIN * chains:
                kind = OTHER
        draws *= GROWTH
        # What has not been run yet is judged by the last one.
        each = cost.get(kind["sampler"], seconds * GROWTH / draws)
        if spent + RESERVE * draws * each > budget:
            break
        if run.ok and place + 1 < len(LADDERS) and coldest > high:
            place += 1
    if outcome.verdict == "inconsistent" and not contradicted:
        note = "inconsistent in one run only: farther temperatures were beyond the budget"
        outcome = replace(outcome, verdict="cannot tell", reasons=(note, *outcome.reasons))
    return Confirmation(outcome, tuple(stages), run)
