"""The study of learning zero as text, as a LaTeX table, as JSON and as a figure."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from slt_symbolic.studies.learning_zero.results import LearningZero, WidthResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from slt_symbolic.tables import Table

__all__ = ["study_figure", "study_json", "study_table", "study_text"]

_LN10 = 2.302585092994046
_DRAWN = 128


def study_text(study: LearningZero) -> str:
    """Return the curves, the checks and the findings as lines of text."""
    lines = []
    for width in (*study.widths, *study.beside):
        lines.append(
            f"h = {width.units}, weights {width.law}: plateau {width.plateau} "
            f"(m = {width.multiplicity}), a theorem"
        )
        lines.append(
            "  log10 beta  predicted    sampled      error  effective    max|w|   bound  verdict"
        )
        lines += [
            f"  {r.log10_beta:10g}  {r.predicted:9.4f}  {r.sampled:9.4f}  {r.error:9.5f}"
            f"  {r.effective:9.0f}  {r.scale:8.2g}  {r.bound:6.2f}  {r.verdict}"
            for r in width.rows
        ]
    if study.chains:
        lines.append("Markov chains:")
        lines += [
            f"  h = {p.units}, readouts {p.readouts}, beta = 1e{p.log10_beta:g}: "
            f"{p.value:.4f} +/- {p.error:.4f}, R-hat {p.r_hat:.4f}"
            + (f"; {'; '.join(p.problems)}" if p.problems else "")
            for p in study.chains
        ]
    lines.append("Findings (statistics, not proofs):")
    lines += [f"  {f.claim} {f.verdict}: {f.text}" for f in study.findings]
    return "\n".join(lines)


def study_json(study: LearningZero) -> str:
    """Return everything as JSON."""
    record = {
        "settings": study.settings.key,
        "widths": [_verdicts(width) for width in study.widths],
        "beside": [_verdicts(width) for width in study.beside],
        "chains": [asdict(point) for point in study.chains],
        "findings": [asdict(finding) for finding in study.findings],
    }
    return json.dumps(record, indent=1, allow_nan=False)


def _verdicts(width: WidthResult) -> dict[str, Any]:
    from slt_symbolic.studies.learning_zero.records import width_record

    return {**width_record(width), "verdicts": [row.verdict for row in width.rows]}


def study_table(study: LearningZero) -> Table:
    """Return the table of all rows."""
    from slt_symbolic.tables import Column, Latex, Table

    plateaus = {width.units: width.plateau for width in study.widths}

    def sampled(row: Any) -> Latex:
        if row.verdict == "withheld":
            return Latex("--")
        return Latex(rf"${row.sampled:.4f} \pm {row.error:.4f}$")

    columns = [
        Column(Latex("$h$"), "units", "number"),
        Column(Latex(r"$\log_{10}\beta$"), "log10_beta", "number", options={"digits": 3}),
        Column("predicted", "predicted", "number", options={"digits": 5}),
        Column("sampled", sampled, align="r"),
        Column("draws that count", lambda r: round(r.effective), "number"),
        Column("proved bound", "bound", "number", options={"digits": 4}),
        Column(Latex(r"$\lambda$"), lambda r: plateaus[r.units], "number"),
        Column("verdict", "verdict", "text"),
    ]
    caption = Latex(
        r"$\hat\lambda(\beta)$ of $\sum_i a_i\tanh(w_ix)$ with truth $0$: predicted from the mean "
        r"determinant (heuristic for $h>1$), sampled with independent draws, and the limit "
        r"$\lambda$ by the theorem of Aoyagi and Watanabe."
    )
    return Table(columns, tuple(study.rows), caption=caption, label="tab:learning-zero", long=True)


def study_figure(study: LearningZero, units: int | None = None) -> Figure:
    """Draw λ̂ against log10 β with plateau, bound, h/2 and the quadratic law.

    Parameters
    ----------
    study
        The study.
    units
        Which h; by default the largest of at most 128.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    from slt_symbolic.figures.canvas import LINE_COLOURS, TRUE_COLOUR, new_figure

    width = study.width(units) if units is not None else _main(study)
    figure, axes = new_figure(7.0, 4.5)
    x = [row.log10_beta for row in width.rows]
    used = [row for row in width.rows if row.verdict == "sampled"]
    axes.plot(x, [r.predicted for r in width.rows], color=LINE_COLOURS[0], label="predicted")
    axes.errorbar(
        [r.log10_beta for r in used], [r.sampled for r in used], [2 * r.error for r in used],
        fmt="o", ms=3, color=LINE_COLOURS[1], label="sampled, two standard errors",
    )  # fmt: skip
    axes.plot(x, [r.bound for r in width.rows], color="0.4", label="proved bound")
    # The source's law C (log n)² with C of its mode count, 1/(4π²), for weights up to 1.
    law = [(e * _LN10) ** 2 / (4 * 3.141592653589793**2) for e in x]
    axes.plot(x, law, ls=":", color=LINE_COLOURS[3], label="mode count, quadratic")
    axes.axhline(
        float(width.plateau), ls="--", color=TRUE_COLOUR, label=rf"$\lambda={width.plateau}$"
    )
    axes.axhline(width.units / 2, ls=":", color="0.6", label="$h/2$")
    axes.set_ylim(0, min(width.units / 2 * 1.05, 2.5 * max(r.predicted for r in width.rows)))
    axes.set_xlabel(r"$\log_{10}\beta$")
    axes.set_ylabel(r"$\hat\lambda(\beta)$")
    axes.set_title(f"h = {width.units}", fontsize=10)
    axes.legend(fontsize=8)
    return figure


def _main(study: LearningZero) -> WidthResult:
    narrow = [width for width in study.widths if width.units <= _DRAWN]
    return max(narrow, key=lambda w: w.units) if narrow else study.widths[0]
