"""What the study of learning zero leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sympy

from slt_symbolic.studies.learning_zero.chains import ChainPoint
from slt_symbolic.studies.learning_zero.growth import GrowthComparison
from slt_symbolic.studies.learning_zero.settings import StudySettings
from slt_symbolic.studies.study import Finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["CurveRow", "LearningZero", "WidthResult"]

FEWEST_EFFECTIVE = 25.0
LARGEST_ERROR = 0.01


@dataclass(frozen=True)
class CurveRow:
    """λ̂(β) for one h and β, each number with how it is known.

    Attributes
    ----------
    units
        h.
    log10_beta
        log10 β.
    predicted
        λ̂ from the mean determinant, without sampling: exact for h = 1, a heuristic else.
    energy_bound
        The bound on F(β) from above that belongs to it: a theorem, evaluated by quadrature in
        double precision.
    sampled, error
        λ̂ and its standard error from independent draws of the directions.
    energy
        F(β) = -log Z(β) from the same draws.
    effective
        How many of the draws count.
    scale
        exp of the posterior mean of log max|w|.
    bound
        A proved upper bound of λ̂(β).
    """

    units: int
    log10_beta: float
    predicted: float
    energy_bound: float
    sampled: float
    error: float
    energy: float
    effective: float
    scale: float
    bound: float

    @property
    def verdict(self) -> str:
        """Whether the sampled value can be used, and what it says about the bound."""
        if self.effective < FEWEST_EFFECTIVE or self.error > LARGEST_ERROR * self.sampled:
            return "withheld"
        return "contradicts the bound" if self.sampled - 4 * self.error > self.bound else "sampled"


@dataclass(frozen=True)
class WidthResult:
    """The curve of one h.

    Attributes
    ----------
    units
        h.
    plateau, multiplicity
        λ and m by the theorem.
    rows
        One for each β, ascending.
    peak
        (log10 β, λ̂, its error) where the sampled curve is highest.
    predicted_peak
        (log10 β, λ̂) where the predicted one is, on a fine grid.
    reached
        log10 β from which the predicted curve stays within 10 % and within 1 % of
        λ - (m-1)/log β; None if it does not by the last β.
    thermodynamic_gap
        |∫ λ̂ d log β - (F(β_max) - F(β_min))| for a few draws.
    growth
        The comparison of laws below the peak; None without one, or with too few points.
    law
        The law of the weights, in words.
    """

    units: int
    plateau: sympy.Rational
    multiplicity: int
    rows: tuple[CurveRow, ...]
    peak: tuple[float, float, float]
    predicted_peak: tuple[float, float]
    reached: tuple[float | None, float | None]
    thermodynamic_gap: float
    growth: GrowthComparison | None
    law: str

    def expected(self, row: CurveRow) -> float | None:
        """Return λ - (m-1)/log β, where the curve must come to; None at β = 1."""
        log_beta = row.log10_beta * 2.302585092994046
        return float(self.plateau) - (self.multiplicity - 1) / log_beta if log_beta > 0 else None

    @property
    def overshoots(self) -> bool:
        """Whether usable draws exceed the plateau at the peak by more than four errors."""
        usable = {row.log10_beta for row in self.rows if row.verdict == "sampled"}
        return self.peak[0] in usable and self.peak[1] - 4 * self.peak[2] > float(self.plateau)


@dataclass(frozen=True)
class LearningZero:
    """The study's result.

    Attributes
    ----------
    settings
        What was asked for.
    widths
        One curve for each h.
    chains
        The checks by Markov chains.
    beside
        Curves under other laws of the weights.
    """

    settings: StudySettings
    widths: tuple[WidthResult, ...]
    chains: tuple[ChainPoint, ...]
    beside: tuple[WidthResult, ...] = ()

    @property
    def rows(self) -> Iterator[CurveRow]:
        """All rows, by h and β."""
        for width in self.widths:
            yield from width.rows

    def width(self, units: int) -> WidthResult:
        """Return the curve of h units.

        Raises
        ------
        KeyError
            If the study has no such h.
        """
        for found in self.widths:
            if found.units == units:
                return found
        raise KeyError(f"no curve for h = {units}: {[w.units for w in self.widths]}")

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the curves say about the claims."""
        from slt_symbolic.studies.learning_zero.findings import findings

        return findings(self)

    def text(self) -> str:
        """Return curves, checks and findings as lines of text."""
        from slt_symbolic.studies.learning_zero.report import study_text

        return study_text(self)

    def to_json(self) -> str:
        """Return everything as JSON."""
        from slt_symbolic.studies.learning_zero.report import study_json

        return study_json(self)

    def latex(self) -> str:
        """Return the table of all rows."""
        from slt_symbolic.studies.learning_zero.report import study_table

        return study_table(self).latex()

    def figure(self) -> Figure:
        """Draw the curve of the widest network of at most 128 units."""
        from slt_symbolic.studies.learning_zero.report import study_figure

        return study_figure(self)
