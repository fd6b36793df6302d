"""What a run leaves: draws of K for each temperature, and what is known about them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.sampling.chains import Tuning
from slt_symbolic.sampling.diagnostics import Diagnostics, diagnose
from slt_symbolic.sampling.estimators.estimate import Estimate
from slt_symbolic.sampling.estimators.lambda_hat import lambda_hat

__all__ = ["LadderPoint", "LadderRun"]

_WITHHELD = "  withheld          "


@dataclass(frozen=True)
class LadderPoint:
    """One temperature of a run.

    Attributes
    ----------
    beta
        The inverse temperature.
    draws
        K at the draws, shape (chains, draws); the warm-up is not among them.
    parameters
        The draws themselves, shape (chains, draws, d), where they were kept.
    lambda_hat
        Mean of beta K with its Monte Carlo standard error.
    diagnostics
        Whether to believe it.
    """

    beta: float
    draws: NDArray[np.float64]
    parameters: NDArray[np.float64] | None
    lambda_hat: Estimate
    diagnostics: Diagnostics


@dataclass(frozen=True)
class LadderRun:
    """A run over a ladder of inverse temperatures.

    Attributes
    ----------
    betas
        The temperatures asked for, ascending.
    draws
        K, shape (temperatures, chains, draws).
    witness
        Spread and virial (:mod:`.witness`), shape (temperatures, chains, draws, 2).
    virial_known
        Whether the mean of the virial is 0 by theory.
    parameters
        Draws, shape (temperatures, chains, draws, d), or None.
    accepted, outside, diverged
        Accepted steps, steps outside the box and divergent ones in each sweep, shaped as
        ``draws``.
    ladder
        All temperatures, the bridges between included.
    exchange_rates
        Share of exchanges made between neighbours of ``ladder``.
    tuning
        The frozen steps and scales, one row for each rung of ``ladder``.
    inner
        Steps in a sweep.
    seed
        The seed of the run: the same call with it gives the same draws.
    sampler, exact
        The kind of step, and whether it keeps the posterior exactly.
    complete
        False if the run was interrupted and holds fewer draws than were asked for.
    """

    betas: tuple[float, ...]
    draws: NDArray[np.float64]
    witness: NDArray[np.float64]
    virial_known: bool
    parameters: NDArray[np.float64] | None
    accepted: NDArray[np.int64]
    outside: NDArray[np.int64]
    diverged: NDArray[np.int64]
    ladder: tuple[float, ...]
    exchange_rates: tuple[float, ...]
    tuning: Tuning
    inner: int
    seed: int
    sampler: str
    exact: bool
    complete: bool

    @cached_property
    def points(self) -> tuple[LadderPoint, ...]:
        """The temperatures, each with its estimate and its diagnostics."""
        points = []
        for i, beta in enumerate(self.betas):
            hotter = self.exchange_rates[: self.ladder.index(beta)]
            points.append(
                LadderPoint(
                    beta=beta,
                    draws=self.draws[i],
                    parameters=None if self.parameters is None else self.parameters[i],
                    lambda_hat=lambda_hat(beta, self.draws[i]),
                    diagnostics=diagnose(
                        self.draws[i],
                        self.accepted[i],
                        self.outside[i],
                        self.inner,
                        min(hotter) if hotter and self.sampler != "sgld" else None,
                        self.diverged[i],
                        self.witness[i],
                        virial_known=self.virial_known,
                    ),
                )
            )
        return tuple(points)

    @property
    def ok(self) -> bool:
        """True if no temperature has a problem."""
        return not self.problems

    @property
    def problems(self) -> tuple[str, ...]:
        """Every reason for disbelief, each naming its temperature."""
        biased = f"{self.sampler} is biased: its steps do not keep the posterior exactly"
        return (() if self.exact else (biased,)) + tuple(
            f"beta = {point.beta:g}: {problem}"
            for point in self.points
            for problem in point.diagnostics.problems
        )

    def __str__(self) -> str:
        return self.table()

    def table(self, *, despite_problems: bool = False) -> str:
        """Return the temperatures as text; what is not to be trusted is withheld, or flagged."""
        lines = ["      beta   beta E[K]     error    R-hat  bulk ESS  acceptance"]
        for point in self.points:
            found, trust = point.lambda_hat, point.diagnostics
            believed = trust.ok and self.exact
            shown = f"{found.value:10.4f}  {found.standard_error:8.4f}"
            lines.append(
                f"{point.beta:10.4g}  {shown if believed or despite_problems else _WITHHELD}"
                f"  {trust.r_hat:7.4f}  {trust.ess_bulk:8.0f}  {min(trust.acceptance):10.2f}"
                f"{'  flagged' if despite_problems and not believed else ''}"
            )
        lines.extend(f"problem: {problem}" for problem in self.problems)
        if not self.complete:
            lines.append(f"interrupted after {self.draws.shape[2]} draws")
        return "\n".join(lines)
