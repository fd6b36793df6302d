"""What the study of phases of ReLU networks leaves."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from slt_symbolic.studies.relu_phases.settings import PhaseSettings
from slt_symbolic.studies.study import Finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PhaseRow", "ReluPhases", "Shares", "Stratum"]

# R-hat of K above this, or fewer effective draws than this: shares are withheld.
LARGEST_R_HAT = 1.02
FEWEST = 300.0
# K in doubles is a sum of terms of order 1: less than this is rounding.
_ROUNDING = 1e-14


@dataclass(frozen=True)
class Stratum:
    """A phase of W0: its label, λ and m, and how they are known."""

    truth: str
    label: str
    value: str
    multiplicity: int


@dataclass(frozen=True)
class Shares:
    """The posterior at one n, by replica exchange.

    Attributes
    ----------
    n
        Number of data; the inverse temperature is n/log n.
    shares, errors
        Of both phases and of the rest, with Monte Carlo errors.
    spread
        Least and greatest share of the first phase over the chains.
    log_odds
        Log of the odds of the first phase against the second, with its error; None if one of them
        was hardly met.
    place_odds
        The same for what is predicted: one unit zero on the whole square against none; non-WC
        against WC.
    predicted
        That by Laplace's approximation of both phases; None where one has no such.
    mean_loss, r_hat, effective
        E[K], R-hat of K and its effective draws.
    divergent
        Share of trajectories that were rejected as divergent.
    exchanges
        The least share of exchanges made between neighbouring temperatures.
    """

    n: int
    shares: tuple[float, float, float]
    errors: tuple[float, float, float]
    spread: tuple[float, float]
    log_odds: tuple[float, float] | None
    place_odds: tuple[float, float] | None
    predicted: float | None
    mean_loss: float
    r_hat: float
    effective: float
    divergent: float
    exchanges: float

    @property
    def trusted(self) -> bool:
        """Whether the chains agree and are long enough."""
        return self.r_hat <= LARGEST_R_HAT and self.effective >= FEWEST


@dataclass(frozen=True)
class PhaseRow:
    """One truth.

    Attributes
    ----------
    experiment
        ``degeneracy`` or ``orientation``.
    control
        θ, or the strength of the third node, as text.
    loss
        The minimum of K in the other phase: one node, or all nodes reversed (None if the descent
        left that phase).
    ball
        K at that place rounded to eight decimals, exactly computed and enclosed: a proved upper
        bound of the minimum.
    place
        (w, b) of each unit with readouts 1, then c.
    sampled
        The posterior at each n; none if it was not asked for.
    """

    experiment: str
    control: str
    loss: float | None
    ball: str
    place: tuple[float, ...]
    sampled: tuple[Shares, ...]

    @property
    def loss_text(self) -> str:
        """The loss, to four digits; none, or below rounding."""
        if self.loss is None:
            return "none"
        return "below rounding" if abs(self.loss) < _ROUNDING else f"{self.loss:#.4g}"

    @property
    def value(self) -> float:
        """The control as a number; 11/7 stands for π/2."""
        if self.experiment == "degeneracy" and self.control == "11/7":
            return math.pi / 2
        over, _, under = self.control.partition("/")
        return int(over) / int(under or 1)


@dataclass(frozen=True)
class ReluPhases:
    """The study's result.

    Attributes
    ----------
    settings
        What was asked for.
    strata
        Phases of W0 at some truths.
    rows
        One for each truth of both experiments.
    """

    settings: PhaseSettings
    strata: tuple[Stratum, ...]
    rows: tuple[PhaseRow, ...]

    def experiment(self, name: str) -> tuple[PhaseRow, ...]:
        """Return the rows of an experiment, by control."""
        return tuple(sorted((r for r in self.rows if r.experiment == name), key=lambda r: r.value))

    def at(self, name: str, n: int) -> Iterator[tuple[PhaseRow, Shares]]:
        """Yield the trusted shares of an experiment at one n, by control."""
        for row in self.experiment(name):
            yield from ((row, s) for s in row.sampled if s.n == n and s.trusted)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the numbers say."""
        from slt_symbolic.studies.relu_phases.findings import findings

        return findings(self)

    def to_json(self) -> str:
        """Return everything as JSON."""
        record = {
            "settings": self.settings.key,
            "strata": [asdict(s) for s in self.strata],
            "rows": [asdict(r) for r in self.rows],
            "findings": [asdict(f) for f in self.findings],
        }
        return json.dumps(record, indent=1, allow_nan=False)

    def text(self) -> str:
        """Return numbers and findings as lines of text."""
        from slt_symbolic.studies.relu_phases.report import phases_text

        return phases_text(self)

    def latex(self) -> str:
        """Return the table of all shares."""
        from slt_symbolic.studies.relu_phases.report import phases_table

        return phases_table(self).latex()

    def figure(self) -> Figure:
        """Draw shares against the control for both experiments, and the losses."""
        from slt_symbolic.studies.relu_phases.report import phases_figure

        return phases_figure(self)
