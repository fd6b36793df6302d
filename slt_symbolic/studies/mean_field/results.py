"""What the mean-field study leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slt_symbolic.studies.mean_field.settings import MeanFieldSettings
from slt_symbolic.studies.study import Finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["LEVEL", "MeanField", "WidthRow", "row_of"]

LEVEL = 0.01


@dataclass(frozen=True)
class WidthRow:
    """The clouds of one width.

    Attributes
    ----------
    width
        N.
    losses
        E[(y - f)^2] of each cloud's network, and of the backgrounds' mean outputs.
    predicted
        Mean loss of N independent neurons of the fixed point.
    tests
        (one, two, view, statistic, value, value under equal laws, p).
    """

    width: int
    losses: Mapping[str, float]
    predicted: float
    tests: tuple[tuple[str, str, str, str, float, float, float], ...]

    def least_p(self, one: str, two: str) -> float:
        """Return the least p-value for a pair of clouds, times the number of tests (Bonferroni)."""
        found = [t[6] for t in self.tests if t[:2] == (one, two)]
        return min(1.0, len(found) * min(found))


def row_of(record: Mapping[str, Any]) -> WidthRow:
    """Return a row from what the store holds."""
    tests = tuple((*map(str, t[:4]), *map(float, t[4:])) for t in record["tests"])
    return WidthRow(record["width"], record["losses"], record["predicted"], tests)  # type: ignore[arg-type]  # seven entries


@dataclass(frozen=True)
class MeanField:
    """The study's result.

    Attributes
    ----------
    settings
        What was asked for.
    loss, gap, spread
        Of the fixed point: see `FixedPoint`.
    rows
        One for each width.
    clouds
        Neurons (w1, w2, a) of the widest network by the cloud's name.
    """

    settings: MeanFieldSettings
    loss: float
    gap: float
    spread: float
    rows: tuple[WidthRow, ...]
    clouds: Mapping[str, tuple[tuple[float, ...], ...]]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the numbers say, at the greatest width."""
        row = self.rows[-1]
        same, wrong = (row.least_p("background", "foreground"),
                       row.least_p("process", "process foreground"))  # fmt: skip
        snapshot = row.least_p("background", "snapshot")
        ratio = row.losses["foreground"] / row.losses["background"]
        near = abs(row.losses["foreground"] - row.predicted) < row.predicted / 4
        return (
            Finding(
                "D1",
                "supported" if same >= LEVEL > wrong else "open",
                f"{row.width} neurons: trained alone against the mean background they are not "
                f"told from it (p = {same:.2g}); against the Gaussian process's they differ "
                f"(p = {wrong:.2g}).",
                numbers={"p": same, "p_wrong": wrong},
            ),
            Finding(
                "D1: snapshot",
                "refuted" if snapshot < LEVEL else "open",
                f"{row.width} neurons trained alone against the background at one moment: "
                f"p = {snapshot:.2g}, loss {row.losses['snapshot']:.3g} against "
                f"{row.losses['background']:.3g}. The background's fluctuation of order "
                "1/sqrt(N) is answered by all of them in the same direction.",
                numbers={"p": snapshot, "loss": row.losses["snapshot"]},
            ),
            Finding(
                "D2",
                "supported" if near else "open",
                f"Loss of the recombined neurons {row.losses['foreground']:.4f}, of the "
                f"background {row.losses['background']:.4f}, ratio {ratio:.3f}; fixed point "
                f"{self.loss:.4f}, plus {self.spread:.2f}/N for independent neurons: "
                f"{row.predicted:.4f}.",
                numbers={"ratio": ratio, "predicted": row.predicted, "fixed_point": self.loss},
            ),
        )

    def to_json(self) -> str:
        """Return everything but the clouds as JSON."""
        from slt_symbolic.studies.mean_field.report import study_json

        return study_json(self)

    def text(self) -> str:
        """Return numbers and findings as lines."""
        from slt_symbolic.studies.mean_field.report import study_text

        return study_text(self)

    def latex(self) -> str:
        """Return the table of losses and tests by width."""
        from slt_symbolic.studies.mean_field.report import study_table

        return study_table(self).latex()

    def figure(self) -> Figure:
        """Draw the clouds: the clover leaf, alone and together, and the wrong background."""
        from slt_symbolic.studies.mean_field.report import study_figure

        return study_figure(self)
