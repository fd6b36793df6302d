"""The study of the potential wells as text, as a LaTeX table and as a figure."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from slt_symbolic.studies.potential_wells.results import PotentialWells

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from slt_symbolic.tables import Table

__all__ = ["wells_figure", "wells_table", "wells_text"]

_NAMES = {-1: "deep well", 1: "flat well"}


def wells_text(study: PotentialWells) -> str:
    """Return numbers and findings as lines of text."""
    lines = [
        f"C = {c.loss}, {_NAMES[c.well]}: lambda = {c.value}, m = {c.multiplicity}, proved"
        for c in study.coefficients
    ]
    lines += [f"C = {c.loss}: crossing at n = {c.ball}" for c in study.crossings]
    lines.append(f"C = {study.settings.losses[0]}:")
    lines.append("         n      F deep      F flat  mass deep  mass flat  n E[K-K(well)] of both")
    lines += [
        f"{p.n:10.4g}  {p.deep:10.4f}  {p.flat:10.4g}  {p.deep_share:9.4f}  {p.flat_share:9.3g}"
        f"  {p.deep_coefficient:.4f} {p.flat_coefficient:.4f}"
        for p in study.points
    ]
    lines += [
        f"escape from the {_NAMES[e.well]}, T = {e.temperature:.4g}: {e.measured:.4g} +/- "
        f"{e.error:.2g}, exact {e.mean:.4g}, Kramers {e.kramers:.4g}"
        for e in study.escapes
    ]
    lines.append("Findings:")
    lines += [f"  {f.claim} {f.verdict}: {f.text}" for f in study.findings]
    return "\n".join(lines)


def wells_table(study: PotentialWells) -> Table:
    """Return the table over n: free energies, masses, effective coefficients."""
    from slt_symbolic.tables import Column, Latex, Table

    columns = [
        Column(Latex("$n$"), "n", "number", options={"digits": 4}),
        Column(Latex("$F_n$, deep"), "deep", "number", options={"digits": 6}),
        Column(Latex("$F_n$, flat"), "flat", "number", options={"digits": 6}),
        Column("mass of the flat well", "flat_share", "number", options={"digits": 3}),
        Column(Latex(r"$\hat\lambda$, deep"), "deep_coefficient", "number", options={"digits": 4}),
        Column(Latex(r"$\hat\lambda$, flat"), "flat_coefficient", "number", options={"digits": 4}),
    ]
    caption = Latex(
        r"$K = (w+1)^2((w-h)^4+k)$ with minima $K(-1) = 0$ and $K(1) = "
        rf"{study.settings.losses[0]}$, prior uniform on $[-2, 2]$: free energies of the regions "
        r"within $\frac12$ of the minima, mass beyond the barrier, $\hat\lambda = "
        rf"n\,\mathrm{{E}}[K - K(\pm1)]$. They cross at $n = {study.crossings[0].value:.6f}$."
    )
    # Masses below 1e-300 are no doubles; such rows add nothing.
    rows = [p for p in study.points if p.n <= 1e3]
    return Table(columns, rows, caption=caption, label="tab:potential-wells", long=len(rows) > 30)


def wells_figure(study: PotentialWells) -> Figure:
    """Draw potential, free energies, posterior mass and escape times."""
    from matplotlib.figure import Figure

    from slt_symbolic.studies.potential_wells.wells import Wells

    wells = Wells(Fraction(study.settings.losses[0]))
    a = float(wells.shift)
    figure = Figure(figsize=(10, 7), layout="constrained")
    potential, energy, mass, times = figure.subplots(2, 2).ravel()
    grid = [-1.7 + 0.01 * i for i in range(341)]
    potential.plot(grid, [(w + 1) ** 2 * ((w - 1 - a) ** 4 + 4 * a**3 - a**4) for w in grid])
    potential.set_xlabel("$w$")
    potential.set_ylabel("$K$")
    n = [p.n for p in study.points]
    energy.plot(n, [p.flat - p.deep for p in study.points])
    energy.axhline(0, color="0.7", linewidth=0.8)
    energy.axvline(study.crossings[0].value, color="0.5", linestyle="--")
    energy.set_yscale("symlog")
    energy.set_ylabel(r"$F_n(\mathrm{flat}) - F_n(\mathrm{deep})$")
    mass.plot(n, [p.flat_share for p in study.points], label="posterior")
    mass.axhline(study.descent.flat_share, color="C1", label="gradient descent")
    mass.set_ylabel("share of the flat well")
    mass.legend(fontsize=8)
    for axes in (energy, mass):
        axes.set_xscale("log")
        axes.set_xlabel("$n$")
    for well, colour in ((1, "C0"), (-1, "C1")):
        found = sorted((e for e in study.escapes if e.well == well), key=lambda e: e.temperature)
        x = [1 / e.temperature for e in found]
        times.errorbar(
            x, [e.measured for e in found], [2 * e.error for e in found], fmt="o", ms=3,
            color=colour, label=f"{_NAMES[well]}, measured",
        )  # fmt: skip
        times.plot(x, [e.mean for e in found], color=colour, label="exact")
        times.plot(x, [e.kramers for e in found], color=colour, linestyle=":", label="Kramers")
    times.set_yscale("log")
    times.set_xlabel("$1/T$")
    times.set_ylabel("mean time of escape")
    times.legend(fontsize=7)
    return figure
