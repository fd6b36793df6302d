"""Whether the draws at one temperature can be believed.

Judged are K and the witnesses kept beside it (:mod:`.witness`): a valley that has not been
travelled shows in these while K looks well mixed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.sampling.witness import WITNESSES

__all__ = ["Diagnostics", "diagnose", "longest_run", "rhat_limit"]

RHAT_LIMIT = 1.01
# The least of a chi-square law's upper tail that counts as chance, for one number.
RHAT_CHANCE = 1e-3
ESS_PER_CHAIN = 100.0
ACCEPTANCE_LIMIT = 0.05
FROZEN_SHARE = 0.05
FROZEN_FLOOR = 50
EXCHANGE_LIMIT = 0.05
DIVERGENT_SHARE = 0.001
# Of the virial's mean, in standard errors: 6e-7 of false alarms at each temperature.
VIRIAL_LIMIT = 5.0


@dataclass(frozen=True)
class Diagnostics:
    """What is known about the draws at one temperature.

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
    witness_r_hat, witness_ess
        R-hat and bulk effective sample size of each witness; empty without witnesses.
    virial_z
        Mean of the virial in standard errors; NaN where theory does not say that it is 0.

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
    witness_r_hat: tuple[float, ...] = ()
    witness_ess: tuple[float, ...] = ()
    virial_z: float = float("nan")

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
    witness: NDArray[np.float64] | None = None,
    *,
    virial_known: bool = False,
) -> Diagnostics:
    """Judge the draws at one temperature.

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
    witness
        Spread and virial of the draws, shape (chains, draws, 2).
    virial_known
        Whether the mean of the virial is 0 by theory.

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
    mixing, seen, virial_z = _UNKNOWN, [], float("nan")
    if not any(constant) and length >= 8:
        if chains < 2:
            problems.append("one chain alone cannot show that it has converged")
        mixing = _mixing(draws)
        problems += _slow("", mixing, tails=True)
        if witness is not None:
            for index, name in enumerate(WITNESSES):
                seen.append(_mixing(witness[..., index]))
                problems += _slow(f"the {name}, kept beside K, has not settled: ", seen[-1])
        if witness is not None and virial_known:
            virial_z = _deviation_from_zero(witness[..., -1], seen[-1].mean)
            if not abs(virial_z) <= VIRIAL_LIMIT:
                problems.append(
                    f"the mean of the virial is {virial_z:+.1f} standard errors from 0, its exact "
                    "value: directions that K hardly feels have not settled, or the gradient is "
                    "not that of K"
                )
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
        mixing.r_hat, mixing.bulk, mixing.tail, mixing.mean, acceptance, beyond, frozen,
        divergences, tuple(problems), tuple(s.r_hat for s in seen), tuple(s.bulk for s in seen),
        virial_z,
    )  # fmt: skip


def rhat_limit(chains: int, effective: float) -> float:
    """Return the R-hat that chains of one law exceed in about one case of 1,000; at least 1.01.

    Halves of chains are compared, twice as many as there are chains: R-hat^2 - 1 is their number
    over the effective sample size, times a chi-square variable over its degrees of freedom. With
    900 effective draws of four chains R-hat exceeds 1.01 in one of 14 runs that are as they
    should be. Chains that disagree for good have few effective draws, which is judged as well.

    Examples
    --------
    >>> round(rhat_limit(4, 400), 4), rhat_limit(4, 4000)
    (1.0342, 1.01)
    """
    if effective <= 0 or chains < 2:
        return RHAT_LIMIT
    from scipy.special import chdtri

    halves = 2 * chains
    room = float(chdtri(halves - 1, RHAT_CHANCE)) / (halves - 1)
    # Below what is asked for the size itself is a problem, and the limit rises no farther.
    size = max(effective, ESS_PER_CHAIN * chains)
    return max(RHAT_LIMIT, (1.0 + halves * room / size) ** 0.5)


class _Mixing(NamedTuple):
    """R-hat and effective sample sizes of one number over all chains."""

    chains: int
    r_hat: float
    bulk: float
    tail: float
    mean: float


_UNKNOWN = _Mixing(0, float("nan"), 0.0, 0.0, 0.0)


def _mixing(values: NDArray[np.float64]) -> _Mixing:
    from arviz_stats.base.array import array_stats

    chains = len(values)
    if any(np.ptp(row) == 0 for row in values):
        return _UNKNOWN._replace(chains=chains)
    return _Mixing(
        chains,
        float(array_stats.rhat(values, method="rank")) if chains > 1 else float("nan"),
        float(array_stats.ess(values, method="bulk")),
        float(array_stats.ess(values, method="tail", prob=(0.05, 0.95))),
        float(array_stats.ess(values, method="mean")),
    )


def _slow(what: str, mixing: _Mixing, *, tails: bool = False) -> list[str]:
    """Return what speaks against the mixing of one number."""
    found = []
    limit = rhat_limit(mixing.chains, mixing.bulk)
    if mixing.chains > 1 and not mixing.r_hat < limit:
        found.append(f"{what}R-hat is {mixing.r_hat:.4f}, above {limit:.4g}")
    needed = ESS_PER_CHAIN * mixing.chains
    sizes = (("bulk", mixing.bulk), *((("tail", mixing.tail),) if tails else ()))
    for name, size in sizes:
        if not size >= needed:
            found.append(f"{what}{name} effective sample size is {size:.0f}, below {needed:.0f}")
    return found


def _deviation_from_zero(values: NDArray[np.float64], effective: float) -> float:
    deviation = float(values.std())
    if deviation == 0 or effective == 0:
        return float("inf")
    return float(values.mean()) / (deviation / effective**0.5)
