"""The study of phases of ReLU networks as text, as a LaTeX table and as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from slt_symbolic.studies.relu_phases.labels import DEGENERACY, ORIENTATION
from slt_symbolic.studies.relu_phases.results import PhaseRow, ReluPhases, Shares

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from slt_symbolic.tables import Table

__all__ = ["phases_figure", "phases_table", "phases_text"]

_NAMES = {"degeneracy": DEGENERACY, "orientation": ORIENTATION}


def phases_text(study: ReluPhases) -> str:
    """Return numbers and findings as lines of text."""
    lines = []
    for name, phases in _NAMES.items():
        rows = study.experiment(name)
        if rows:
            lines.append(f"{name}: shares of {', '.join(phases)}")
        for row in rows:
            lines.append(f"  {row.value:.4g}: K of the other phase {row.loss_text}")
            lines += [f"    n = {s.n:<8d} {_shares(s)}" for s in row.sampled]
    lines.append("Findings:")
    lines += [f"  {f.claim} {f.verdict}: {f.text}" for f in study.findings]
    return "\n".join(lines)


def _shares(s: Shares) -> str:
    if not s.trusted:
        return f"withheld: R-hat {s.r_hat:.3f}, {s.effective:.0f} effective draws"
    shown = "  ".join(
        f"{share:.4f} +/- {error:.4f}" for share, error in zip(s.shares, s.errors, strict=True)
    )
    return f"{shown}  R-hat {s.r_hat:.4f}"


class _Line(NamedTuple):
    row: PhaseRow
    shares: Shares | None


def phases_table(study: ReluPhases) -> Table:
    """Return the table of all truths and sizes."""
    from slt_symbolic.tables import Column, Latex, Table

    def share(index: int) -> Column:
        def cell(line: _Line) -> Latex:
            s = line.shares
            if s is None or not s.trusted:
                return Latex("--")
            return Latex(rf"${s.shares[index]:.3f} \pm {s.errors[index]:.3f}$")

        return Column(("phase", "other phase", "neither")[index], cell, align="r")

    def odds(line: _Line) -> Latex:
        s = line.shares
        if s is None or not s.trusted or s.place_odds is None:
            return Latex("--")
        return Latex(rf"${s.place_odds[0]:+.2f} \pm {s.place_odds[1]:.2f}$")

    lines = [
        _Line(row, s)
        for name in _NAMES
        for row in study.experiment(name)
        for s in (row.sampled or (None,))
    ]
    columns = [
        Column("experiment", lambda k: k.row.experiment, "text"),
        Column("control", lambda k: k.row.value, "number", options={"digits": 4}),
        Column(Latex("$K$"), lambda k: k.row.loss_text, "text", align="r"),
        Column(Latex("$n$"), lambda k: None if k.shares is None else k.shares.n, "number"),
        *(share(k) for k in range(3)),
        Column("log odds", odds, align="r"),
        Column(
            "leading terms",
            lambda k: None if k.shares is None else k.shares.predicted,
            "number",
            options={"digits": 3},
        ),
    ]
    caption = Latex(
        r"Shares of phases under $e^{-nK/\log n}$ and standard normal priors, on $[-1,1]^2$. "
        r"Degeneracy: two nodes at angles $\pm\theta$ (control); one effective node against two, "
        r"log odds of a unit "
        r"off the square against none; "
        r"$K$ is the least found over one-node networks. Orientation: three-fold symmetric truth, "
        r"its third node of the strength given; non-WC against WC; $K$ at the WC minimum."
    )
    return Table(columns, lines, caption=caption, label="tab:relu-phases", long=len(lines) > 30)


def phases_figure(study: ReluPhases) -> Figure:
    """Draw shares against the control for both experiments, and the losses."""
    from matplotlib.figure import Figure

    from slt_symbolic.studies.relu_phases.reference import REFERENCE_SHARES

    figure = Figure(figsize=(10, 6.5), layout="constrained")
    panels = figure.subplots(2, 2)
    for column, (name, label) in enumerate(
        (("degeneracy", r"$\theta$"), ("orientation", "strength of the third node"))
    ):
        top, bottom = panels[0][column], panels[1][column]
        n = max(
            (s.n for r in study.experiment(name) for s in r.sampled if s.n <= 10_000), default=0
        )
        points = list(study.at(name, n))
        for k, phase in enumerate(_NAMES[name]):
            top.errorbar(
                [r.value for r, _ in points], [s.shares[k] for _, s in points],
                [2 * s.errors[k] for _, s in points], marker="o", ms=3, color=f"C{k}", label=phase,
            )  # fmt: skip
            if name == "degeneracy" and n == 10_000:
                x = [float(t) for t in REFERENCE_SHARES]
                y = [v[k] for v in REFERENCE_SHARES.values()]
                top.plot(x, y, "x", color=f"C{k}", ms=5)
        top.set_title(f"n = {n}" if points else "not sampled", fontsize=9)
        top.set_ylabel("share of the posterior")
        top.legend(fontsize=8)
        rows = [r for r in study.experiment(name) if r.loss is not None]
        bottom.plot([r.value for r in rows], [r.loss for r in rows], marker="o", ms=3)
        bottom.set_ylabel("$K$ of the other phase")
        bottom.set_xlabel(label)
    return figure
