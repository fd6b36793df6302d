"""What the study of modular addition leaves."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from slt_symbolic.studies.modular_addition.settings import ModularSettings
from slt_symbolic.studies.study import Finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ModularResult", "PointRow", "Run"]

# What counts as agreement: so many standard errors, and this part of the way from the widest
# network to the limit, for what is not linear in 1/N. With one width alone, this many 1/N.
_ERRORS, _PART, _WIDTH = 4.0, 0.5, 4.0


@dataclass(frozen=True)
class Run:
    """The dynamics of one network.

    Attributes
    ----------
    width
        N.
    residual, error
        rho, and its standard error.
    products
        |w_k|^2 |v_k|^2 of each neuron and pair of modes at the end.
    """

    width: int
    residual: float
    error: float
    products: tuple[float, ...]


@dataclass(frozen=True)
class PointRow:
    """One modulus and coupling.

    Attributes
    ----------
    modulus, gamma, ratio, u
        P; gamma and u / u_c as text; u.
    residual, radius
        rho enclosed: midpoint and radius.
    runs
        Of the dynamics, by width; empty if they were not run.
    """

    modulus: int
    gamma: str
    ratio: str
    u: float
    residual: float
    radius: float
    runs: tuple[Run, ...]

    @property
    def limit(self) -> tuple[float, float, float]:
        """Rho of the dynamics as N grows, its standard error, and what that may leave out.

        Linear in 1/N through the two widest networks. The least accurate statement here: that
        what remains is less than half of the step taken is an assumption.
        """
        last = self.runs[-1]
        if len(self.runs) == 1:
            return last.residual, last.error, _WIDTH / last.width
        before = self.runs[-2]
        far, near = (
            last.width / (last.width - before.width),
            before.width / (last.width - before.width),
        )
        value = far * last.residual - near * before.residual
        error = math.hypot(far * last.error, near * before.error)
        return value, error, _PART * abs(value - last.residual)

    @property
    def sharp(self) -> float:
        """Rho in the limit of infinitely high barriers: 1 up to u_c, then sqrt(u_c / u)."""
        return min(1.0, float(Fraction(self.ratio)) ** -0.5)


@dataclass(frozen=True)
class ModularResult:
    """The study's result."""

    settings: ModularSettings
    rows: tuple[PointRow, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the numbers say."""
        found = [
            Finding(
                "D3: the point", "proved",
                "Both wells of a pair of modes are equally deep at u rho^2 = 2 sqrt(gamma/3); the "
                "equation of rho has one solution for every u, so that rho does not jump.",
                "theorem",
            )
        ]  # fmt: skip
        for row in (row for row in self.rows if row.runs):
            value, error, rest = row.limit
            agrees = abs(value - row.residual) < _ERRORS * error + rest
            widths = ", ".join(f"{run.residual:.4f} (N = {run.width})" for run in row.runs)
            found.append(
                Finding(
                    "D3", "supported" if agrees else "open",
                    f"P = {row.modulus}, gamma = {row.gamma}, u/u_c = {row.ratio}: the dynamics "
                    f"leave {widths} of the target, {value:.4f} +/- {error:.4f} +/- {rest:.4f} "
                    f"as N grows; predicted {row.residual:.4f}.",
                    numbers={"measured": value, "predicted": row.residual},
                )
            )  # fmt: skip
        return tuple(found)

    def to_json(self) -> str:
        """Return everything as JSON."""
        record = {
            "settings": self.settings.key,
            "rows": [asdict(row) for row in self.rows],
            "findings": [asdict(finding) for finding in self.findings],
        }
        return json.dumps(record, indent=1, allow_nan=False)

    def text(self) -> str:
        """Return numbers and findings as lines."""
        lines = ["   P  gamma  u/u_c         u  rho enclosed   sharp  dynamics, N to infinity"]
        for row in self.rows:
            shown = "" if not row.runs else "{:.4f} +/- {:.4f} +/- {:.4f}".format(*row.limit)
            lines.append(
                f"{row.modulus:4d}  {row.gamma:>5}  {row.ratio:>5}  {row.u:8.4f}  "
                f"{row.residual:12.8f}  {row.sharp:6.4f}  {shown}"
            )
        lines.append("Findings:")
        lines += [f"  {f.claim} {f.verdict}: {f.text}" for f in self.findings]
        return "\n".join(lines)

    def latex(self) -> str:
        """Return the table of all points."""
        from slt_symbolic.tables import Column, Latex, Table

        def dynamics(row: PointRow) -> Latex:
            if not row.runs:
                return Latex("--")
            value, error, rest = row.limit
            return Latex(rf"${value:.4f} \pm {error:.4f} \pm {rest:.4f}$")

        columns = [
            Column(Latex("$P$"), "modulus", "number"),
            Column(Latex(r"$\gamma$"), lambda r: Latex(f"${r.gamma}$"), align="r"),
            Column(Latex("$u/u_c$"), lambda r: Latex(f"${r.ratio}$"), align="r"),
            Column(Latex(r"$\rho$"), lambda r: Latex(f"${r.residual:.6f}$"), align="r"),
            Column("sharp", lambda r: Latex(f"${r.sharp:.4f}$"), align="r"),
            Column("dynamics", dynamics, align="r"),
        ]
        caption = Latex(
            r"Share $\rho$ of the target left unlearned: enclosed solution of the self-consistency "
            r"equation, its sharp limit, and Langevin dynamics of the network as its width grows: "
            r"standard error, and what the extrapolation may leave out."
        )
        return Table(columns, list(self.rows), caption=caption, label="tab:modular").latex()

    def figure(self) -> Figure:
        """Draw rho against u / u_c, and how |w_k|^2 |v_k|^2 is distributed over neurons."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(9, 3.6), layout="constrained")
        left, right = figure.subplots(1, 2)
        for case in self.settings.cases:
            name = (case.modulus, str(case.gamma))
            rows = [r for r in self.rows if (r.modulus, r.gamma) == name]
            x = [float(Fraction(r.ratio)) for r in rows]
            (line,) = left.plot(x, [r.residual for r in rows],
                                label=rf"$P={case.modulus}$, $\gamma={case.gamma}$")  # fmt: skip
            left.plot(x, [r.sharp for r in rows], color="0.7", ls=":", zorder=0)
            for row in rows:
                if row.runs:
                    value, error, rest = row.limit
                    left.errorbar([float(Fraction(row.ratio))], [value], [2 * error + rest],
                                  fmt="o", ms=3, color=line.get_color())  # fmt: skip
                    right.hist([v**0.5 for v in row.runs[-1].products], bins=40, histtype="step",
                               label=rf"$P={row.modulus}$, $u/u_c={row.ratio}$")  # fmt: skip
        left.set_xlabel("$u/u_c$")
        left.set_ylabel(r"$\rho$")
        left.legend(fontsize=7)
        right.set_xlabel("$|w_k||v_k|$")
        right.set_yscale("log")
        right.legend(fontsize=7)
        return figure
