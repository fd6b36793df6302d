"""What the study of modular addition leaves."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from slt_symbolic.studies.modular_addition.settings import ModularSettings
from slt_symbolic.studies.study import Finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ModularResult", "PointRow"]

# Errors of the dynamics: in standard errors, and times 1/N for their finite width.
_ERRORS, _WIDTH = 4.0, 4.0


@dataclass(frozen=True)
class PointRow:
    """One modulus and coupling.

    Attributes
    ----------
    modulus, gamma, ratio, u
        P; gamma and u / u_c as text; u.
    residual, radius
        rho enclosed: midpoint and radius.
    measured, error
        rho of the dynamics, and its standard error; None if they were not run.
    products
        |w_k|^2 |v_k|^2 of each neuron and pair of modes at their end.
    """

    modulus: int
    gamma: str
    ratio: str
    u: float
    residual: float
    radius: float
    measured: float | None
    error: float | None
    products: tuple[float, ...]

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
        for row in self.rows:
            if row.measured is not None and row.error is not None:
                gap = abs(row.measured - row.residual)
                agrees = gap < _ERRORS * row.error + _WIDTH / self.settings.width
                found.append(
                    Finding(
                        "D3", "supported" if agrees else "open",
                        f"P = {row.modulus}, u/u_c = {row.ratio}: the dynamics of "
                        f"{self.settings.width} neurons leave {row.measured:.4f} +/- "
                        f"{row.error:.4f} of the target, predicted {row.residual:.4f} as N grows.",
                        numbers={"measured": row.measured, "predicted": row.residual},
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
        lines = ["   P  gamma  u/u_c         u  rho enclosed   sharp  dynamics"]
        for row in self.rows:
            shown = "" if row.measured is None else f"{row.measured:.4f} +/- {row.error:.4f}"
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
            if row.measured is None:
                return Latex("--")
            return Latex(rf"${row.measured:.4f} \pm {row.error:.4f}$")

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
            r"equation, its sharp limit, and Langevin dynamics of the network."
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
                if row.measured is not None and row.error is not None:
                    left.errorbar([float(Fraction(row.ratio))], [row.measured], [2 * row.error],
                                  fmt="o", ms=3, color=line.get_color())  # fmt: skip
                    right.hist([v**0.5 for v in row.products], bins=40, histtype="step",
                               label=rf"$P={row.modulus}$, $u/u_c={row.ratio}$")  # fmt: skip
        left.set_xlabel("$u/u_c$")
        left.set_ylabel(r"$\rho$")
        left.legend(fontsize=7)
        right.set_xlabel("$|w_k||v_k|$")
        right.set_yscale("log")
        right.legend(fontsize=7)
        return figure
