"""Whether the draws at one temperature can be believed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Diagnostics", "diagnose", "longest_run"]

RHAT_LIMIT = 1.01
ESS_PER_CHAIN = 100.0
ACCEPTANCE_LIMIT = 0.05
FROZEN_SHARE = 0.05
FROZEN_FLOOR = 50
EXCHANGE_LIMIT = 0.05
DIVERGENT_SHARE = 0.001


@dataclass(frozen=True)
class Diagnostics:
    """What is known about the draws of K at one temperature.

    Attributes
    ----------
    r_hat
        Rank-normalised R-hat of K (the larger of the bulk and folded one); NaN if undefined.
    ess_bulk, ess_tail, ess_mean
        Effective sample sizes of K over all chains; 0 if a chain is constant.
    acceptance
        Share of accepted proposals, one for each chain.
    outside
        Share of proposals that left the prior's box, one for each chain.
    longest_frozen
        Longest run of sweeps without an accepted proposal, one for each chain.
    divergences
        Divergent trajectories, one count for each chain.
    problems
        One message for each reason for disbelief.

    References
    ----------
    Vehtari, Gelman, Simpson, Carpenter and Buerkner (2021), Bayesian Analysis 16, 667-718.
    """

    r_hat: float
    ess_bulk: float
    ess_tail: float
    ess_mean: float
    acceptance: tuple[float, ...]
    outside: tuple[float, ...]
    longest_frozen: tuple[int, ...]
    divergences: tuple[int, ...] = ()
    problems: tuple[str, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """True if no problem was found (which is not a proof that there is none)."""
        return not self.problems


def longest_run(flags: NDArray[np.bool_]) -> int:
    """Length of the longest run of True.

    Examples
    --------
    >>> longest_run(np.array([True, False, True, True]))
    2
    """
    padded = np.concatenate([[0], flags.astype(np.int8), [0]])
    change = np.diff(padded)
    lengths = np.flatnonzero(change == -1) - np.flatnonzero(change == 1)
    return int(lengths.max(initial=0))


def diagnose(
    draws: NDArray[np.float64],
    accepted: NDArray[np.int64],
    outside: NDArray[np.int64],
    inner: int,
    exchange: float | None = None,
    diverged: NDArray[np.int64] | None = None,
) -> Diagnostics:
    """Judge the draws of K at one temperature.

    Parameters
    ----------
    draws
        K, shape (chains, draws).
    accepted, outside
        Numbers of accepted proposals, and of proposals outside the box, in each sweep,
        shape (chains, draws).
    inner
        Langevin steps in a sweep.
    exchange
        The lowest share of exchanges made on the way from the hottest rung up to this one.
    diverged
        Numbers of divergent trajectories in each sweep, shape (chains, draws).

    Returns
    -------
    Diagnostics

    Notes
    -----
    A constant chain has R-hat NaN and, by the usual formulas, an effective sample size equal to
    its length; here it counts as stuck and its effective sample sizes are 0.

    Examples
    --------
    >>> stuck = diagnose(np.ones((2, 500)), *np.zeros((2, 2, 500), dtype=np.int64), inner=1)
    >>> stuck.ok, stuck.ess_bulk
    (False, 0.0)
    >>> stuck.problems[0]
    'chain 0 is stuck: K never changed in 500 draws'
    """
    chains, length = draws.shape
    acceptance = tuple((accepted.mean(axis=1) / inner).tolist())
    beyond = tuple((outside.mean(axis=1) / inner).tolist())
    frozen = tuple(longest_run(row == 0) for row in accepted)
    problems: list[str] = []
    constant = [bool(np.ptp(row) == 0) for row in draws]
    frozen_limit = max(FROZEN_FLOOR, FROZEN_SHARE * length)
    for index in range(chains):
        if constant[index]:
            problems.append(f"chain {index} is stuck: K never changed in {length} draws")
        elif frozen[index] > frozen_limit:
            problems.append(
                f"chain {index} is stuck: no accepted proposal in {frozen[index]} sweeps in a row"
            )
        if acceptance[index] < ACCEPTANCE_LIMIT:
            problems.append(f"chain {index} accepts only {acceptance[index]:.1%} of its proposals")
    if length < 8:
        problems.append(f"{length} draws are too few to judge")
    if any(constant) or length < 8:
        r_hat, bulk, tail, mean = float("nan"), 0.0, 0.0, 0.0
    else:
        from arviz_stats.base.array import array_stats

        r_hat = float(array_stats.rhat(draws, method="rank")) if chains > 1 else float("nan")
        bulk = float(array_stats.ess(draws, method="bulk"))
        tail = float(array_stats.ess(draws, method="tail", prob=(0.05, 0.95)))
        mean = float(array_stats.ess(draws, method="mean"))
        if chains < 2:
            problems.append("one chain alone cannot show that it has converged")
        elif not r_hat < RHAT_LIMIT:
            problems.append(f"R-hat is {r_hat:.4f}, above {RHAT_LIMIT}")
        needed = ESS_PER_CHAIN * chains
        for name, value in (("bulk", bulk), ("tail", tail)):
            if not value >= needed:
                problems.append(f"{name} effective sample size is {value:.0f}, below {needed:.0f}")
    divergences = (0,) * chains if diverged is None else tuple(diverged.sum(axis=1).tolist())
    for index, count in enumerate(divergences):
        if count > DIVERGENT_SHARE * inner * length:
            problems.append(f"chain {index} has {count} divergent trajectories: shorten the steps")
    if exchange is not None and exchange < EXCHANGE_LIMIT:
        problems.append(
            f"only {exchange:.1%} of exchanges with hotter temperatures are made: "
            "the ladder needs more rungs (a smaller bridge ratio)"
        )
    return Diagnostics(
        r_hat, bulk, tail, mean, acceptance, beyond, frozen, divergences, tuple(problems)
    )  # fmt: skip
