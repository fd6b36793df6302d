"""What the numbers of the study of phases say."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

from slt_symbolic.studies.relu_phases.reference import REFERENCE_ERROR, REFERENCE_SHARES
from slt_symbolic.studies.relu_phases.results import PhaseRow, ReluPhases
from slt_symbolic.studies.study import Finding, Verdict

__all__ = ["findings"]

_REFERENCE_SIZE = 10_000
_LEADING = "B21, leading terms"
# Of a log odds: corrections to leading terms of relative order β^(-1/2) are of this size.
_TOLERANCE = 0.3


def findings(study: ReluPhases) -> tuple[Finding, ...]:
    """Return the findings."""
    found = [_strata(study), *_losses(study), *_withheld(study)]
    found += [*_reference(study), *_crossings(study), *_predictions(study)]
    return tuple(found)


def _strata(study: ReluPhases) -> Finding:
    parts = [f"{s.truth}: {s.label} lambda = {s.value}, m = {s.multiplicity}" for s in study.strata]
    return Finding("B21", "proved", "phases of W0: " + "; ".join(parts), "theorem")


def _losses(study: ReluPhases) -> list[Finding]:
    names = {
        "degeneracy": "least K found over one-node networks, theta",
        "orientation": "K at the local minimum with all nodes reversed, strength",
    }
    found = []
    for name, words in names.items():
        rows = study.experiment(name)
        if not rows:
            continue
        parts = [f"{r.value:.4g}: {r.loss_text}" for r in rows]
        numbers = {r.control: r.ball for r in rows}
        text = f"{words}: " + ", ".join(parts)
        found.append(Finding("B21", "supported", text, "quadrature", numbers))
    return found


def _withheld(study: ReluPhases) -> list[Finding]:
    bad = [(r, s) for r in study.rows for s in r.sampled if not s.trusted]
    if not bad:
        return []
    parts = [f"{r.experiment} {r.value:.4g}, n = {s.n} (R-hat {s.r_hat:.3f}, "
             f"{s.effective:.0f} effective draws)" for r, s in bad]  # fmt: skip
    return [Finding("B21", "open", "withheld: " + "; ".join(parts))]


def _reference(study: ReluPhases) -> list[Finding]:
    """Compare the shares with those of another program."""
    deviations: list[tuple[float, PhaseRow]] = []
    for row, shares in study.at("degeneracy", _REFERENCE_SIZE):
        expected = REFERENCE_SHARES.get(Fraction(row.control))
        for value, error, other in zip(
            shares.shares, shares.errors, expected or (), strict=expected is not None
        ):
            deviations.append(((value - other) / math.hypot(error, REFERENCE_ERROR), row))
    if not deviations:
        return []
    worst, where = max(deviations, key=lambda d: abs(d[0]))
    text = (
        f"{len(deviations)} shares at n = {_REFERENCE_SIZE} against another sampler's, on another "
        f"K: largest deviation {worst:+.1f} standard errors (theta = {where.value:.3g})"
    )
    return [Finding("B21", "supported" if abs(worst) < 4 else "refuted", text)]


def _crossings(study: ReluPhases) -> list[Finding]:
    """Find by interpolation where both phases have one share."""
    found = []
    for name, words in (
        ("degeneracy", "the degenerate and the non-degenerate phase are equally likely at theta"),
        ("orientation", "both orientations are equally likely at strength"),
    ):
        places = {}
        for n in study.settings.sizes:
            points = [
                (r.value, s.log_odds[0], s.log_odds[1])
                for r, s in study.at(name, n)
                if s.log_odds is not None
            ]
            for (x, a, da), (y, b, db) in pairwise(points):
                # Both signs must be beyond doubt.
                if a * b < 0 and abs(a) > 2 * da and abs(b) > 2 * db:
                    places[f"n = {n}"] = x + (y - x) * a / (a - b)
        if places:
            text = f"{words} " + ", ".join(f"{v:.3f} for {k}" for k, v in places.items())
            found.append(Finding("B21", "supported", text, "statistics", places))
    return found


def _predictions(study: ReluPhases) -> list[Finding]:
    """Compare measured log odds with Laplace's, for each pair of sets and each n.

    A verdict is about that n alone: leading terms are a statement about the limit, which no gap at
    a finite n refutes.
    """
    found = []
    for name, words in (
        ("degeneracy", "one unit off the whole square against none"),
        ("orientation", "non-WC against WC"),
    ):
        for n in study.settings.sizes:
            pairs = [
                (r, s.predicted, s.place_odds)
                for r, s in study.at(name, n)
                if s.place_odds is not None and s.predicted is not None
            ]
            if not pairs:
                continue
            parts = [_compared(r, predicted, odds) for r, predicted, odds in pairs]
            verdict = _verdict([(odds[0] - predicted, odds[1]) for _, predicted, odds in pairs])
            text = (
                f"at n = {n} leading terms give the log odds of {words} to {_TOLERANCE} "
                f"(measured, leading terms): " + ", ".join(parts)
            )
            found.append(Finding(_LEADING, verdict, text))
    return found


def _verdict(gaps: list[tuple[float, float]]) -> Verdict:
    """Judge gaps with errors: beyond doubt, within errors that say something, or neither."""
    if any(abs(gap) > 4 * error + _TOLERANCE for gap, error in gaps):
        return "refuted"
    return "supported" if all(error <= _TOLERANCE for _, error in gaps) else "open"


def _compared(row: PhaseRow, predicted: float, odds: tuple[float, float]) -> str:
    return f"{row.value:.4g}: {odds[0]:+.2f} +/- {odds[1]:.2f}, {predicted:+.2f}"
