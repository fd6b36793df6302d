"""The mean-field study as text, as a LaTeX table, as JSON and as a figure."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from slt_symbolic.studies.mean_field.results import MeanField, WidthRow

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from slt_symbolic.tables import Table

__all__ = ["study_figure", "study_json", "study_table", "study_text"]

_LOSSES = ("mean background", "background", "foreground", "snapshot", "process foreground")
_DRAWN = 2048


def study_text(study: MeanField) -> str:
    """Return losses, tests and findings as lines of text."""
    lines = [
        f"fixed point: loss {study.loss:.5f}, duality gap {study.gap:.1e}, "
        f"independent neurons add {study.spread:.3f}/N"
    ]
    for row in study.rows:
        lines.append(f"N = {row.width}: predicted for independent neurons {row.predicted:.4f}")
        lines += [f"  loss, {name}: {value:.4f}" for name, value in row.losses.items()]
        lines += [
            f"  {one} / {two}, {view}, {name}: {value:.5f} (equal laws {typical:.5f}), p = {p:.3g}"
            for one, two, view, name, value, typical, p in row.tests
        ]
    lines.append("Findings (statistics, not proofs):")
    lines += [f"  {f.claim} {f.verdict}: {f.text}" for f in study.findings]
    return "\n".join(lines)


def study_json(study: MeanField) -> str:
    """Return everything but the clouds as JSON."""
    record = {
        "settings": study.settings.key,
        "fixed_point": {"loss": study.loss, "gap": study.gap, "spread": study.spread},
        "rows": [asdict(row) for row in study.rows],
        "findings": [asdict(finding) for finding in study.findings],
    }
    return json.dumps(record, indent=1, allow_nan=False)


def study_table(study: MeanField) -> Table:
    """Return the table of losses and least p-values."""
    from slt_symbolic.tables import Column, Latex, Table

    def loss(name: str) -> Column:
        return Column(name, lambda r: Latex(f"${r.losses[name]:.4f}$"), align="r")

    def p_value(title: str, one: str, two: str) -> Column:
        def cell(row: WidthRow) -> Latex:
            return Latex(f"${row.least_p(one, two):.3g}$")

        return Column(Latex(title), cell, align="r")

    columns = [
        Column(Latex("$N$"), "width", "number"),
        *(loss(name) for name in _LOSSES),
        Column("predicted", lambda r: Latex(f"${r.predicted:.4f}$"), align="r"),
        p_value("$p$, foreground", "background", "foreground"),
        p_value("$p$, snapshot", "background", "snapshot"),
        p_value("$p$, process", "process", "process foreground"),
    ]
    caption = Latex(
        r"Losses $\mathrm{E}[(y-f)^2]$ and least $p$-values (Bonferroni) of energy distance and "
        rf"MMD; fixed point {study.loss:.4f}, independent neurons add {study.spread:.2f}$/N$."
    )
    return Table(columns, list(study.rows), caption=caption, label="tab:mean-field")


def study_figure(study: MeanField) -> Figure:
    """Draw the clouds in the plane of weights."""
    from matplotlib.figure import Figure

    panels = (
        ("background", None), ("background", "foreground"), ("background", "snapshot"),
        ("process", "process foreground"),
    )  # fmt: skip
    figure = Figure(figsize=(12, 3.4), layout="constrained")
    for axes, names in zip(figure.subplots(1, len(panels), sharey=True), panels, strict=True):
        for name, colour in zip(names, ("tab:blue", "tab:orange"), strict=True):
            if name is not None:
                points = study.clouds[name][:_DRAWN]
                axes.scatter([p[0] for p in points], [p[1] for p in points], s=3, alpha=0.5,
                             color=colour, linewidths=0, label=name)  # fmt: skip
        axes.set_xlim(-3, 3)
        axes.set_ylim(-3, 3)
        axes.set_aspect("equal")
        axes.set_xlabel("$w_1$")
        axes.legend(fontsize=7, loc="upper right")
    return figure
