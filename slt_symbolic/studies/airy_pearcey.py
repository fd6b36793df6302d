"""Airy and Pearcey: what the estimate of the learning coefficient does where it jumps."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from flint import arb, ctx

from slt_symbolic.crossings import CROSSINGS, CUBIC_WELL, Crossing
from slt_symbolic.studies.store import StudyStore
from slt_symbolic.studies.study import Finding, Study, settings_key

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["STUDY", "AiryPearcey", "Curve", "Settings", "airy_pearcey"]

_BITS = 128


@dataclass(frozen=True)
class Settings:
    """Which n and controls.

    Attributes
    ----------
    log10_n
        Decadic logarithms of n, exact.
    small
        Sizes of the control whose sign decides the regime; both signs and 0 are computed.
    checks
        Scaled controls at which both ways are compared, per crossing.
    seed
        Not used: nothing is drawn.
    """

    log10_n: tuple[Fraction, ...]
    small: tuple[Fraction, ...]
    checks: int
    seed: int = 0

    @classmethod
    def quick(cls, seed: int = 0) -> Settings:
        """Return the settings for a few seconds."""
        return cls(tuple(Fraction(k, 2) for k in range(0, 17)), (Fraction(1, 100),), 9, seed)

    @classmethod
    def full(cls, seed: int = 0) -> Settings:
        """Return the settings of the figure."""
        grid = tuple(Fraction(k, 4) for k in range(0, 49))
        return cls(grid, (Fraction(1, 10), Fraction(1, 100), Fraction(1, 1000)), 33, seed)

    @property
    def key(self) -> str:
        """A text that names what the rows depend on."""
        return settings_key(self, without=("small",))


@dataclass(frozen=True)
class Curve:
    """n E[K - min K] over n for one crossing and control.

    Attributes
    ----------
    crossing
        Its name.
    control
        Value of t for the cubics, of s (with t = 0) for the quartic, as text.
    value
        The learning coefficient in its regime, as text.
    estimates
        Midpoints of the enclosures, correct to 12 digits, over `Settings.log10_n`; None where no
        well is left.
    """

    crossing: str
    control: str
    value: str
    estimates: tuple[float | None, ...]


@dataclass(frozen=True)
class AiryPearcey:
    """The study's result."""

    settings: Settings
    curves: tuple[Curve, ...]
    #: Name of the crossing, largest relative radius that both ways agree within, number of points.
    agreements: tuple[tuple[str, float, int], ...]
    #: Name, lowest and highest value of the universal curve, and the scaled controls there.
    extremes: tuple[tuple[str, float, float, float, float], ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the numbers say."""
        found = [
            Finding(
                "D4",
                "enclosed",
                f"{name}: special functions and verified quadrature agree at {count} scaled "
                f"controls within {radius:.1g} of their value"
                + (
                    ", the proved bound of what the cut takes away."
                    if name == "cubic well"
                    else "."
                ),
                "enclosure",
                {"points": count, "radius": radius},
            )
            for name, radius, count in self.agreements
        ]
        for name, low, at_low, high, at_high in self.extremes:
            text = (
                f"{name}: between the regimes the estimate does not pass monotonically; for scaled "
                f"controls from -8 to 8 it goes from {low:.4f} (at {at_low:.2f}), below the least "
                f"learning coefficient, to {high:.4f} (at {at_high:.2f})."
            )
            numbers = {"low": low, "high": high}
            found.append(Finding("D4", "supported", text, "quadrature", numbers))
        return tuple(found)

    def to_json(self) -> str:
        """Return everything as JSON."""
        record = {
            "log10_n": [str(v) for v in self.settings.log10_n],
            "curves": [asdict(curve) for curve in self.curves],
            "agreements": self.agreements,
            "extremes": self.extremes,
            "findings": [asdict(finding) for finding in self.findings],
        }
        return json.dumps(record, indent=1, allow_nan=False)

    def text(self) -> str:
        """Return the curves and findings as lines."""
        lines = []
        for curve in self.curves:
            lines.append(f"{curve.crossing}, control {curve.control}: lambda = {curve.value}")
            pairs = zip(self.settings.log10_n, curve.estimates, strict=True)
            shown = [f"1e{float(k):g}: {v:.4f}" for k, v in pairs if v is not None]
            lines += ["  " + "  ".join(shown[k : k + 6]) for k in range(0, len(shown), 6)]
        lines.append("Findings:")
        lines += [f"  {f.claim} {f.verdict}: {f.text}" for f in self.findings]
        return "\n".join(lines)

    def latex(self) -> str:
        """Return a table: a row for each curve, the estimate at a few n."""
        from slt_symbolic.tables import Column, Latex, Table

        shown = [i for i, k in enumerate(self.settings.log10_n) if k % 2 == 0]

        def entry(index: int) -> Callable[[Curve], Latex]:
            def cell(curve: Curve) -> Latex:
                value = curve.estimates[index]
                return Latex("--" if value is None else f"${value:.4f}$")

            return cell

        columns = [
            Column("singularity", lambda c: Latex(f"${_by_name(c.crossing).latex}$")),
            Column("control", lambda c: Latex(f"${c.control}$"), align="r"),
            Column(Latex(r"$\lambda$"), lambda c: Latex(f"${c.value}$"), align="r"),
            *(
                Column(Latex(rf"$10^{{{self.settings.log10_n[i]}}}$"), entry(i), align="r")
                for i in shown
            ),
        ]
        caption = Latex(
            r"$n\,\mathrm{E}[K - \min K]$ for $n$ as in the column, under $e^{-nK}$; control: $t$"
            r" for the cubics, $s$ at $t = 0$ for the quartic."
        )
        return Table(columns, list(self.curves), caption=caption, label="tab:crossings").latex()

    def figure(self) -> Figure:
        """Draw the estimates against n, a panel for each crossing."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(11, 3.6), layout="constrained")
        panels = figure.subplots(1, len(CROSSINGS), sharey=True)
        for panel, crossing in zip(panels, CROSSINGS, strict=True):
            for curve in self.curves:
                if curve.crossing == crossing.name:
                    points = [
                        (float(k), v)
                        for k, v in zip(self.settings.log10_n, curve.estimates, strict=True)
                        if v is not None
                    ]
                    panel.plot(*zip(*points, strict=True), label=curve.control)
            for regime in crossing.regimes:
                panel.axhline(float(regime.value), color="0.8", linewidth=0.8, zorder=0)
            panel.set_title(f"${crossing.latex}$", fontsize=9)
            panel.set_xlabel(r"$\log_{10} n$")
            panel.legend(title="$s$" if len(crossing.scaling) == 2 else "$t$", fontsize=7)
        panels[0].set_ylabel(r"$n\,\mathrm{E}[K - \min K]$")
        return figure


def _by_name(name: str) -> Crossing:
    return next(c for c in CROSSINGS if c.name == name)


def _controls(crossing: Crossing, value: Fraction) -> tuple[Fraction, ...]:
    return (value, Fraction(0))[: len(crossing.scaling)]


def _value(crossing: Crossing, control: Fraction) -> str:
    """Return the learning coefficient of the regime that a control is in."""
    if control == 0:
        return str(Fraction(1, crossing.order))
    return "1" if crossing.name == "cubic edge" and control > 0 else "1/2"


def _curve(crossing: Crossing, control: Fraction, grid: Sequence[Fraction]) -> list[float | None]:
    estimates: list[float | None] = []
    for k in grid:
        # n = 10^k rounded to a rational: the curve is smooth, the point is exact.
        n = Fraction(10 ** float(k)).limit_denominator(10**6)
        try:
            ball = crossing.coefficient(n, *_controls(crossing, control), digits=12)
        except ValueError:
            estimates.append(None)
        else:
            estimates.append(float(ball.mid()))
    return estimates


def _agreement(crossing: Crossing, count: int) -> tuple[float, int]:
    """Compare both ways; the well's within its bound of what the cut takes away."""
    worst, compared = 0.0, 0
    with ctx.workprec(_BITS):
        for i in range(count):
            scaled = [arb(8 * i) / (count - 1) - 6, arb(i % 5 - 2) / 2][: len(crossing.scaling)]
            if crossing is CUBIC_WELL and not scaled[0] < 0:
                continue
            one, two = crossing.special(*scaled), crossing.integrated(*scaled)
            gap = one.partition - two.partition
            if crossing is CUBIC_WELL:
                gap += arb(0, CUBIC_WELL.cut_error(-scaled[0]).upper())
            elif not one.energy.overlaps(two.energy):
                raise ArithmeticError(f"{crossing.name}: energies differ at {scaled}")
            if not gap.contains(0):
                raise ArithmeticError(f"{crossing.name}: partition functions differ at {scaled}")
            radius = float((gap.rad() / one.partition.mid()).mid())
            worst, compared = max(worst, radius), compared + 1
    return worst, compared


def _extremes(crossing: Crossing) -> tuple[float, float, float, float]:
    """Find the extremes of the universal curve on a grid of scaled controls, t = 0."""
    points = []
    with ctx.workprec(_BITS):
        for i in range(-320, 321):
            scaled = arb(i) / 40
            if crossing is CUBIC_WELL and i > 0:
                continue
            rest = (arb(0),) * (len(crossing.scaling) - 1)
            points.append((float(crossing.special(scaled, *rest).energy.mid()), i / 40))
    low, high = min(points), max(points)
    return low[0], low[1], high[0], high[1]


def airy_pearcey(
    settings: Settings,
    *,
    store: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> AiryPearcey:
    """Compute the estimates of lambda across the cubic and the quartic singularity.

    Parameters
    ----------
    settings
        Which n and controls.
    store
        Keep finished curves here, and go on from what it holds.
    progress
        Told a line before each piece of work.

    Examples
    --------
    >>> result = airy_pearcey(Settings((Fraction(0), Fraction(6)), (Fraction(1, 10),), 3))
    >>> [c.estimates[1] for c in result.curves if c.crossing == "quartic" and c.control == "0"]
    [0.25]
    """
    kept = StudyStore.open(store, study="airy-pearcey", settings=settings.key)
    tell = progress or (lambda _: None)
    curves: list[Curve] = []
    agreements: list[tuple[str, float, int]] = []
    extremes: list[tuple[str, float, float, float, float]] = []
    for crossing in CROSSINGS:
        controls = sorted({s * c for c in settings.small for s in (-1, 0, 1)})
        if crossing is CUBIC_WELL:
            controls = [c for c in controls if c <= 0]
        for control in controls:
            key = f"{crossing.name}: {control}"
            if (row := kept.get(key)) is None:
                tell(key)
                row = _curve(crossing, control, settings.log10_n)
                kept.add(key, row)
            value = _value(crossing, control)
            curves.append(Curve(crossing.name, str(control), value, tuple(row)))
        for label, compute, into in (
            ("both ways", lambda c: _agreement(c, settings.checks), agreements),
            ("universal curve", _extremes, extremes),
        ):
            key = f"{crossing.name}: {label}"
            if (found := kept.get(key)) is None:
                tell(key)
                found = list(compute(crossing))
                kept.add(key, found)
            into.append((crossing.name, *found))
    return AiryPearcey(settings, tuple(curves), tuple(agreements), tuple(extremes))


STUDY = Study(
    name="airy-pearcey",
    title="Free energy across a cubic and a quartic singularity",
    quick=Settings.quick,
    full=Settings.full,
    run=airy_pearcey,
)
