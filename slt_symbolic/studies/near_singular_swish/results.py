"""What the study gives: rows, exponents, findings, table and figure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from slt_symbolic.studies.near_singular_swish.settings import Settings
from slt_symbolic.studies.study import Finding, Verdict

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["BetaRow", "Coincidence", "NearSingularSwish", "Prediction"]

_NAMES = {"swish": "swish", "relu": "ReLU"}


@dataclass(frozen=True)
class BetaRow:
    """One truth and sharpness over all n.

    Attributes
    ----------
    truth
        ``swish`` or ``relu``.
    beta
        Sharpness.
    estimates
        E[n(K - min K)] under the swish's posterior: the estimate of lambda.
    least
        n min K over the prior's support.
    relu_estimates
        E[nK] under the ReLU's posterior.
    distances
        Total variation distance of both posteriors.
    divergences
        Kullback-Leibler divergence of the ReLU's posterior from the swish's.
    visible
        The n at which the distance reaches each level.
    """

    truth: str
    beta: int
    estimates: tuple[float, ...]
    least: tuple[float, ...]
    relu_estimates: tuple[float, ...]
    distances: tuple[float, ...]
    divergences: tuple[float, ...]
    visible: tuple[float, ...]


@dataclass(frozen=True)
class Prediction:
    """What the limit n = t beta^3 gives: the levels' t, and the estimate's peak and end."""

    truth: str
    crossings: tuple[float, ...]
    peak: float
    peak_at: float
    end: float


@dataclass(frozen=True)
class Coincidence:
    """From which beta on the posteriors are nearer than half a unit in the last place of 1.

    Attributes
    ----------
    truth, n
        Which.
    constant
        beta^3 times the total variation distance, where it is about 1e-6.
    drift
        Its relative change from where the distance is ten times as large.
    beta
        Where constant/beta^3 is 2^-53.
    """

    truth: str
    n: float
    constant: float
    drift: float
    beta: float


@dataclass(frozen=True)
class NearSingularSwish:
    """The study's result."""

    settings: Settings
    rows: tuple[BetaRow, ...]
    predictions: tuple[Prediction, ...]
    coincidences: tuple[Coincidence, ...]
    exact: Mapping[str, Mapping[str, str]]

    def of(self, truth: str) -> tuple[BetaRow, ...]:
        """Return the rows of one truth."""
        return tuple(row for row in self.rows if row.truth == truth)

    @property
    def exponents(self) -> dict[tuple[str, float], tuple[float, ...]]:
        """The power of beta with which the n of a level grows, between neighbouring betas."""
        found = {}
        for truth in _NAMES:
            rows = sorted(self.of(truth), key=lambda row: row.beta)
            betas = np.log([row.beta for row in rows])
            for i, level in enumerate(self.settings.levels):
                visible = np.log([row.visible[i] for row in rows])
                powers = np.diff(visible) / np.diff(betas)
                found[truth, level] = tuple(float(power) for power in powers)
        return found

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the numbers say."""
        found = [self._coefficients()]
        for prediction in self.predictions:
            found += [self._visible(prediction), self._estimates(prediction)]
        for c in self.coincidences:
            text = (
                f"Truth {_NAMES[c.truth]}, n = {c.n:.0e}: the posteriors are closer than 2^-53 in "
                f"total variation from beta = {c.beta:.2g} on (their distance is "
                f"{c.constant:.3g}/beta^3, extrapolated)."
            )
            numbers = {"beta": c.beta, "constant": c.constant, "drift": c.drift}
            found.append(Finding("A16", "supported", text, "quadrature", numbers))
        return tuple(found)

    def _coefficients(self) -> Finding:
        relu, swish = self.exact["relu"], self.exact["swish"]
        text = (
            f"ReLU: lambda = {relu['lambda']}, m = {relu['m']} along the valley "
            f"({relu['true set']}); swish, beta = 10: lambda = {swish['lambda']}, "
            f"m = {swish['m']}, at the only true parameter ({swish['true set']})."
        )
        numbers = {"relu": relu["lambda"], "swish": swish["lambda"]}
        return Finding("A16", "proved", text, "theorem", numbers)

    def _visible(self, prediction: Prediction) -> Finding:
        rows = self.of(prediction.truth)
        last = max(rows, key=lambda row: row.beta)
        powers = [self.exponents[prediction.truth, level] for level in self.settings.levels]
        last_powers = [p[-1] for p in powers]
        worst = max(abs(p - 3) for p in last_powers)
        off = max(
            abs(n / (t * last.beta**3) - 1)
            for n, t in zip(last.visible, prediction.crossings, strict=True)
        )
        laws = ", ".join(
            f"{t:.3g} beta^3 (distance {level:g})"
            for t, level in zip(prediction.crossings, self.settings.levels, strict=True)
        )
        text = (
            f"Truth {_NAMES[prediction.truth]}: the difference becomes visible at n = {laws}; "
            f"measured powers {min(map(min, powers)):.2f} to {max(map(max, powers)):.2f} of beta, "
            f"within {worst:.1g} of 3 between the two largest; n at beta = {last.beta} within "
            f"{off:.1g} of the law's."
        )
        numbers = {"power error": worst, "law error": off}
        verdict: Verdict = "supported" if worst < 0.05 and off < 0.05 else "open"
        return Finding("A16", verdict, text, "quadrature", numbers)

    def _estimates(self, p: Prediction) -> Finding:
        if p.truth == "swish":
            shape = (
                f"leaves the ReLU's at n of order beta^3, overshoots to {p.peak:.3f} at "
                f"n = {p.peak_at:.3g} beta^3 and falls to {p.end:.4f}"
            )
        else:
            shape = (
                f"leaves the ReLU's at n of order beta^3 and rises to {p.end:.4f}: the truth is "
                "not in the model, K is least at the border w = 2 of the prior, and to the 1/2 of "
                "q this adds 1 for a weight at a border"
            )
        text = f"Truth {_NAMES[p.truth]}: the estimate E[n(K - min K)] {shape}."
        numbers = {"peak": p.peak, "at": p.peak_at, "end": p.end}
        return Finding("A16", "supported", text, "quadrature", numbers)

    def to_json(self) -> str:
        """Return everything as JSON."""
        record = {
            "log10_n": [str(k) for k in self.settings.log10_n],
            "levels": self.settings.levels,
            "rows": [asdict(row) for row in self.rows],
            "predictions": [asdict(p) for p in self.predictions],
            "coincidences": [asdict(c) for c in self.coincidences],
            "exponents": [[*key, powers] for key, powers in self.exponents.items()],
            "learning coefficients": self.exact,
            "findings": [asdict(finding) for finding in self.findings],
        }
        return json.dumps(record, indent=1, allow_nan=False)

    def text(self) -> str:
        """Return the n that are seen, and the findings, as lines."""
        levels = "  ".join(f"TV={level:<8g}" for level in self.settings.levels)
        lines = [f"{'truth':>6} {'beta':>6}  n at {levels}"]
        for row in self.rows:
            visible = "  ".join(f"{n:11.4g}" for n in row.visible)
            lines.append(f"{row.truth:>6} {row.beta:>6}  {visible}")
        lines.append("Findings:")
        lines += [f"  {f.claim} {f.verdict}: {f.text}" for f in self.findings]
        return "\n".join(lines)

    def latex(self) -> str:
        """Return a table: for each truth and sharpness, the n at which the difference is seen."""
        from slt_symbolic.tables import Column, Latex, Table

        def entry(index: int) -> Callable[[BetaRow], Latex]:
            def cell(row: BetaRow) -> Latex:
                mantissa, power = f"{row.visible[index]:.3e}".split("e")
                return Latex(rf"${mantissa} \cdot 10^{{{int(power)}}}$")

            return cell

        columns = [
            Column("truth", lambda row: _NAMES[row.truth]),
            Column(Latex(r"$\beta$"), lambda row: row.beta, align="r"),
            *(
                Column(Latex(f"${level:g}$"), entry(i), align="r")
                for i, level in enumerate(self.settings.levels)
            ),
        ]
        caption = Latex(
            r"The $n$ at which the posteriors of $q\,\mathrm{swish}_\beta(wx)$ and of "
            r"$q\,\mathrm{ReLU}(wx)$ are as far apart, in total variation, as the column says."
        )
        return Table(columns, list(self.rows), caption=caption, label="tab:swish").latex()

    def figure(self) -> Figure:
        """Draw the estimate of lambda and the distance against n, a row for each truth."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(9, 6), layout="constrained")
        panels = figure.subplots(2, 2, sharex=True)
        n = [10 ** float(k) for k in self.settings.log10_n]
        for (left, right), truth in zip(panels, _NAMES, strict=True):
            for row in self.of(truth):
                left.semilogx(n, row.estimates, label=str(row.beta))
                right.loglog(n, row.distances)
            left.semilogx(n, row.relu_estimates, color="0.5", linestyle=":", label="ReLU")
            left.set_ylabel(rf"$\mathrm{{E}}[n(K - \min K)]$, truth {_NAMES[truth]}")
            right.set_ylabel("total variation distance to ReLU")
            left.legend(title=r"$\beta$", fontsize=7)
        for panel in panels[-1]:
            panel.set_xlabel("$n$")
        return figure
