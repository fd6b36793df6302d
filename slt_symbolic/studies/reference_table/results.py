"""The table: findings, text, LaTeX, JSON and a figure."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from slt_symbolic.studies.reference_table.rows import Row
from slt_symbolic.studies.reference_table.settings import Settings
from slt_symbolic.studies.study import Finding, Verdict

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from slt_symbolic.tables import Latex

__all__ = ["ReferenceTable"]

_VERDICTS: dict[str, Verdict] = {
    "consistent": "supported",
    "inconsistent": "refuted",
    "cannot tell": "open",
}


@dataclass(frozen=True)
class ReferenceTable:
    """The study's result.

    Attributes
    ----------
    settings
        What was asked for.
    rows
        The table.
    checked
        Number of rows whose certificate the checker accepted just now.
    """

    settings: Settings
    rows: tuple[Row, ...]
    checked: int

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the table says."""
        return (self._counts(), *self._zero_truth(), *self._samples())

    def _counts(self) -> Finding:
        known = Counter(row.known for row in self.rows)
        exact = sum(row.exact for row in self.rows)
        counts = ", ".join(f"{n} {name}" for name, n in sorted(known.items()))
        text = (
            f"{exact} of {len(self.rows)} rows have lambda and m exactly ({counts}); the checker "
            f"accepted {self.checked} certificates again."
        )
        numbers = {"rows": len(self.rows), "exact": exact, "certificates": self.checked}
        return Finding("reference table", "proved", text, "exact", numbers)

    def _zero_truth(self) -> list[Finding]:
        """Compare the least lambda of tanh networks with truth 0 with the theorem."""
        from slt_symbolic.rlct.theorems import tanh_zero_truth

        found = []
        for width in sorted({r.width for r in self.rows if (r.activation, r.truth) == ("tanh", 0)}):
            rows = [
                row
                for row in self.rows
                if (row.activation, row.truth, row.width) == ("tanh", 0, width)
            ]
            values = [Fraction(row.lower) for row in rows if row.lower == row.upper]
            theorem = Fraction(str(tanh_zero_truth(width).value))
            least = min(values, default=None)
            undecided = any(row.lower != row.upper for row in rows)
            verdict: Verdict = "refuted"
            if least == theorem:
                verdict = "proved"
            elif undecided and (least is None or least > theorem):
                verdict = "open"
            text = (
                f"tanh, d = {width}, truth 0: the least lambda of exact rows is {least}, that of "
                f"Aoyagi and Watanabe's theorem {theorem}."
            )
            numbers = {"least": str(least), "theorem": str(theorem)}
            found.append(Finding("C7", verdict, text, "theorem", numbers))
        return found

    def _samples(self) -> list[Finding]:
        found = []
        for row in self.rows:
            if row.sampled is not None:
                text = (
                    f"{row.case}, {row.stratum} ({row.place}): lambda = {row.lower}, "
                    f"m = {row.multiplicity}; sampling: {row.sampled.verdict}, measured "
                    f"{row.sampled.measured or 'nothing'}."
                )
                verdict = _VERDICTS[row.sampled.verdict]
                found.append(Finding("reference table", verdict, text, "statistics"))
        return found

    def to_json(self) -> str:
        """Return everything as JSON, with the certificates."""
        record = {
            "inputs": "uniform on [-1, 1]",
            "rows": [asdict(row) for row in self.rows],
            "findings": [asdict(finding) for finding in self.findings],
        }
        return json.dumps(record, indent=1, allow_nan=False)

    def text(self) -> str:
        """Return the table and the findings as lines."""
        lines = []
        for row in self.rows:
            sampled = "" if row.sampled is None else f"; sampled: {row.sampled.verdict}"
            lines.append(
                f"{row.case!s:32} {row.stratum:32} {row.place:30} {_answer(row)} "
                f"({row.known}{sampled})"
            )
        lines.append("Findings:")
        lines += [f"  {f.claim} {f.verdict}: {f.text}" for f in self.findings]
        return "\n".join(lines)

    def latex(self) -> str:
        """Return the table; a row that is only bounded shows its bounds."""
        from slt_symbolic.tables import Column, Latex, Table

        columns = [
            Column("activation", lambda row: row.activation),
            Column(Latex("$d$"), lambda row: row.width, align="r"),
            Column(Latex("$m$"), lambda row: row.truth, align="r"),
            Column("stratum", lambda row: row.stratum),
            Column("place", lambda row: row.place),
            Column(Latex(r"$\lambda$"), _latex_value, align="r"),
            Column("mult.", lambda row: Latex(_multiplicity(row)), align="r"),
            Column("known", lambda row: row.known),
            Column("certificate", lambda row: "" if row.certificate is None else "accepted"),
            Column(Latex(r"$\hat\lambda$"), lambda row: _measured(row)),
        ]
        caption = Latex(
            r"Learning coefficients at the strata of $W_0$, $x$ uniform on $[-1, 1]$, no output "
            r"bias. `Meets': at a point where the closure of that stratum meets this one. "
            r"$\hat\lambda$ by sampling, with the verdict of the comparison."
        )
        return Table(columns, list(self.rows), caption=caption, label="tab:strata").latex()

    def figure(self) -> Figure:
        """Draw the sampled E[beta K] against beta, with the exact lambda of each."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(8, 4.5), layout="constrained")
        axes = figure.subplots()
        for row in self.rows:
            if row.sampled is not None and row.sampled.betas:
                label = f"{row.case}: {row.stratum}, {row.place}"
                bars = axes.errorbar(
                    row.sampled.betas, row.sampled.estimates, row.sampled.errors, label=label
                )
                axes.axhline(float(Fraction(row.lower)), color=bars[0].get_color(), linestyle=":")
        axes.set_xscale("log")
        axes.set_xlabel(r"$\beta$")
        axes.set_ylabel(r"$\mathrm{E}[\beta K]$; dotted: exact $\lambda$")
        if axes.get_legend_handles_labels()[0]:
            axes.legend(fontsize=7)
        return figure


def _answer(row: Row) -> str:
    if row.lower != row.upper:
        return f"{row.lower} <= lambda <= {row.upper or 'oo'}"
    return f"lambda = {row.lower}, m = {row.multiplicity or 'open'}"


def _multiplicity(row: Row) -> str:
    return "--" if row.multiplicity is None else f"${row.multiplicity}$"


def _latex_value(row: Row) -> Latex:
    from slt_symbolic.tables import Latex

    if row.lower == row.upper:
        return Latex(f"${row.lower}$")
    return Latex(rf"$[{row.lower}, {row.upper or chr(92) + 'infty'}]$")


def _measured(row: Row) -> str:
    if row.sampled is None:
        return ""
    return f"{row.sampled.measured or 'none'}: {row.sampled.verdict}"
