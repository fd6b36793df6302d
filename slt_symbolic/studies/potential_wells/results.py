"""What the study of the potential wells leaves."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from slt_symbolic.studies.potential_wells.settings import WellSettings
from slt_symbolic.studies.study import Finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Coefficient", "Crossing", "Descent", "Escape", "PotentialWells", "WellPoint"]


@dataclass(frozen=True)
class Coefficient:
    """A learning coefficient of K - K(well), by the engine, its certificate checked."""

    loss: str
    well: int
    value: str
    multiplicity: int


@dataclass(frozen=True)
class Crossing:
    """Where the free energies of both regions agree.

    Attributes
    ----------
    loss
        C, as text.
    ball
        The n, enclosed, as text; exactly one crossing lies in it.
    value
        Its midpoint.
    heuristic
        The n by leading terms, the flat well taken as a quartic.
    confirmed
        Whether sums over monotone cells prove the same signs 5 % below and above.
    """

    loss: str
    ball: str
    value: float
    heuristic: float
    confirmed: bool


@dataclass(frozen=True)
class WellPoint:
    """The posterior at one n: midpoints of balls, correct to 12 digits.

    Attributes
    ----------
    n
        Number of data.
    deep, flat
        Free energies of the regions around -1 and 1.
    deep_share, flat_share
        Posterior mass on each side of the barrier.
    deep_coefficient, flat_coefficient
        n E[K - K(well)] in each region.
    """

    n: float
    deep: float
    flat: float
    deep_share: float
    flat_share: float
    deep_coefficient: float
    flat_coefficient: float


@dataclass(frozen=True)
class Descent:
    """Gradient descent without noise.

    Attributes
    ----------
    rate
        Its step.
    bound
        rate times a proved bound of K'' on [-2, 2].
    barrier
        The barrier's place, enclosed, as text.
    flat_share
        Share of [-2, 2] on the flat well's side.
    starts
        Starts, and how many ended in the flat well.
    strays
        How many ended on the other side of the barrier.
    """

    rate: float
    bound: float
    barrier: str
    flat_share: float
    starts: tuple[int, int]
    strays: int


@dataclass(frozen=True)
class Escape:
    """Escapes from one well.

    Attributes
    ----------
    well, height, temperature
        Which one, barrier height over T (of the flat well), and T.
    measured, error
        Mean time and its standard error.
    mean
        The mean by quadrature.
    kramers
        Kramers' time.
    stopped
        Walkers that were stopped before.
    """

    well: int
    height: str
    temperature: float
    measured: float
    error: float
    mean: float
    kramers: float
    stopped: int

    @property
    def deviation(self) -> float:
        """Standard errors between measured and mean."""
        return (self.measured - self.mean) / self.error


@dataclass(frozen=True)
class PotentialWells:
    """The study's result.

    Attributes
    ----------
    settings
        What was asked for.
    coefficients
        Learning coefficients at both minima, for C = 0 and C = 1/4.
    crossings
        One for each C.
    points
        The posterior over n, for the first C.
    descent
        Gradient descent, for the first C.
    escapes
        Langevin dynamics, for the first C.
    waits
        (log10 n, log10 of the mean time of escape from the flat well at T = 1/n), the first at
        the crossing.
    """

    settings: WellSettings
    coefficients: tuple[Coefficient, ...]
    crossings: tuple[Crossing, ...]
    points: tuple[WellPoint, ...]
    descent: Descent
    escapes: tuple[Escape, ...]
    waits: tuple[tuple[float, float], ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the numbers say."""
        return (
            self._crossing_finding(),
            self._coefficient_finding(),
            self._effective_finding(),
            self._descent_finding(),
            *([self._escape_finding(), self._contrast_finding()] if self.escapes else []),
        )

    def _crossing_finding(self) -> Finding:
        agree = all(c.confirmed for c in self.crossings)
        places = ", ".join(
            f"{c.value:.6g} for C = {c.loss} (leading terms {c.heuristic:.4g})"
            for c in self.crossings
        )
        text = f"the posterior prefers the flat well below and the deep one above n = {places}" + (
            "; sums over monotone cells prove the same signs 5% to each side." if agree else "."
        )
        numbers = {f"C = {c.loss}": c.ball for c in self.crossings}
        return Finding("A15", "enclosed" if agree else "open", text, "enclosure", numbers)

    def _coefficient_finding(self) -> Finding:
        by = {(c.loss, c.well): c.value for c in self.coefficients}
        text = (
            f"the learning coefficient of the flat well is {by['0', 1]} for C = 0 alone; for "
            f"C = 1/4 it is {by['1/4', 1]}, that of the deep well ({by['1/4', -1]})."
        )
        return Finding("A15", "proved", text, "exact")

    def _effective_finding(self) -> Finding:
        low, high = (choose(self.points, key=lambda p: p.flat_coefficient) for choose in (min, max))
        below = [p.n for p in self.points if p.flat_coefficient < p.deep_coefficient]
        text = (
            f"n E[K - K(well)] of the flat well goes from {low.flat_coefficient:.3f} "
            f"(n = {low.n:.3g}) to {high.flat_coefficient:.3f} (n = {high.n:.3g}), against "
            f"{self.points[-1].flat_coefficient:.3f} at n = {self.points[-1].n:.3g}: it is the "
            f"lower one up to n = {max(below, default=0.0):.3g} only."
        )
        return Finding("A15", "supported", text, "quadrature")

    def _descent_finding(self) -> Finding:
        d = self.descent
        holds = d.bound < 1 and d.strays == 0
        text = (
            f"for steps up to {d.rate:g} the step of gradient descent is an increasing map that "
            f"fixes the minima and the barrier at {d.barrier}: no start crosses it. Of "
            f"{d.starts[0]} starts "
            f"{d.starts[1]} end in the flat well, {d.strays} on the wrong side; of uniform "
            f"starts {d.flat_share:.4f} do, whatever n is."
        )
        numbers = {"rate * max K''": d.bound, "share": d.flat_share}
        return Finding("A15", "enclosed" if holds else "refuted", text, "enclosure", numbers)

    def _escape_finding(self) -> Finding:
        worst = max(self.escapes, key=lambda e: abs(e.deviation))
        ratios = [e.mean / e.kramers for e in self.escapes]
        # A few dozen tests at most: |z| > 4 has probability 6e-5 in each.
        holds = abs(worst.deviation) < 4 and not any(e.stopped for e in self.escapes)
        text = (
            f"{len(self.escapes)} mean times of escape agree with the exact ones by quadrature, "
            f"the largest deviation is {worst.deviation:+.1f} standard errors; these are "
            f"{min(ratios):.2f} to {max(ratios):.2f} of Kramers' law."
        )
        return Finding("A15", "supported" if holds else "refuted", text, "statistics")

    def _contrast_finding(self) -> Finding:
        n, (_, log_time) = self.crossings[0].value, self.waits[0]
        text = (
            f"noise of temperature 1/n samples the posterior in the end; at n = {n:.4g}, where "
            f"that begins to prefer the deep well, leaving the flat one takes a mean time of "
            f"10^{log_time:.1f}, and exponentially longer as n grows."
        )
        return Finding("A15", "supported", text, "quadrature")

    def to_json(self) -> str:
        """Return everything as JSON."""
        record = {
            "settings": self.settings.key,
            "coefficients": [asdict(c) for c in self.coefficients],
            "crossings": [asdict(c) for c in self.crossings],
            "points": [asdict(p) for p in self.points],
            "descent": asdict(self.descent),
            "escapes": [asdict(e) for e in self.escapes],
            "waits": self.waits,
            "findings": [asdict(f) for f in self.findings],
        }
        return json.dumps(record, indent=1, allow_nan=False)

    def text(self) -> str:
        """Return numbers and findings as lines of text."""
        from slt_symbolic.studies.potential_wells.report import wells_text

        return wells_text(self)

    def latex(self) -> str:
        """Return the table over n."""
        from slt_symbolic.studies.potential_wells.report import wells_table

        return wells_table(self).latex()

    def figure(self) -> Figure:
        """Draw potential, free energies, posterior mass and escape times."""
        from slt_symbolic.studies.potential_wells.report import wells_figure

        return wells_figure(self)
