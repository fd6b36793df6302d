"""What the curves of learning zero say about the claims, with the figures that say it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from slt_symbolic.studies.study import Finding, Verdict

if TYPE_CHECKING:
    from slt_symbolic.studies.learning_zero.results import LearningZero, WidthResult

__all__ = ["findings"]

PLATEAU_TOLERANCE = 0.02
_GAP = 0.01
_FEWEST = 100.0
_SLOPE = 0.1
_SOURCE = 128


def findings(study: LearningZero) -> tuple[Finding, ...]:
    """Judge a study; each verdict is one of statistics."""
    # The source's own network, or the widest there is.
    main = max(study.widths, key=lambda width: (width.units == _SOURCE, width.units))
    beside = [finding for width in study.beside for finding in _growth(width)]
    judged = [_half_width(main), *_growth(main), *beside, _plateau(study), _overshoot(study)]
    judged += [*_walks(study), *_bounded(study), _energy(study), _single(main), _scale(study)]
    return tuple(judged)


def _finding(claim: str, holds: bool | None, text: str) -> Finding:
    verdicts: dict[bool | None, Verdict] = {True: "supported", False: "refuted", None: "open"}
    return Finding(claim, verdicts[holds], text)


def _half_width(width: WidthResult) -> Finding:
    last = width.rows[-1]
    usable = [row for row in width.rows if row.verdict == "sampled"]
    half = width.units / 2
    if not usable or width.units < 4:
        return _finding("C7", None, f"h = {width.units}: too small or too few draws to tell")
    most = max(row.sampled + 4 * row.error for row in usable)
    falling = usable[-1].sampled < width.peak[1] - 4 * width.peak[2]
    text = (
        f"h = {width.units}: lambda-hat stays below {most:.3f} up to beta = "
        f"1e{usable[-1].log10_beta:g}, where it is {last.sampled:.4f} +/- {last.error:.4f}"
        f"{' and falling' if falling else ''}; h/2 = {half:g} is not what it comes to"
    )
    return _finding("C7", False if falling and most < half else None, text)


def _growth(width: WidthResult) -> list[Finding]:
    growth = width.growth
    if growth is None:
        return []
    low, high = growth.power_interval
    linear, middle, square = growth.residuals
    text = (
        f"h = {width.units}, weights {width.law}, normal readouts, beta = "
        f"1e{growth.window[0]:g} to 1e{growth.window[1]:g}: best power of log beta "
        f"{growth.power:.2f} [{low:.2f}, {high:.2f}] (lower half {growth.halves[0]:.2f}, upper "
        f"{growth.halves[1]:.2f}); residuals {linear:.3f} linear, "
        f"{middle:.3f} power 3/2, {square:.3f} quadratic"
    )
    quadratic = low <= 2.0 <= high or square == min(growth.residuals)
    return [_finding("C10", quadratic, text)]


def _plateau(study: LearningZero) -> Finding:
    parts, holds = [], True
    for width in (*study.widths, *study.beside):
        row = width.rows[-1]
        expected = width.expected(row)
        if row.verdict != "sampled" or expected is None:
            continue
        off = row.sampled / expected - 1
        arrived = abs(off) <= PLATEAU_TOLERANCE
        # The widest networks have not arrived yet: they must be above, and on their way down.
        late = width.reached[1] is None and off > 0
        holds = holds and (arrived or late)
        shown = f"h = {width.units}, {width.law}: {row.sampled:.4f} for {expected:.4f}"
        parts.append(shown + ("" if arrived else " (not there yet)" if late else " (OFF)"))
    last = study.settings.exponents[-1]
    text = f"at the last beta, up to 1e{last:g}, for lambda - (m-1)/log beta: " + ", ".join(parts)
    return _finding("C11", holds if parts else None, text)


def _overshoot(study: LearningZero) -> Finding:
    parts = [
        f"h = {w.units}: {w.peak[1]:.3f} +/- {w.peak[2]:.3f} near 1e{w.peak[0]:g} "
        f"(predicted {w.predicted_peak[1]:.3f} near 1e{w.predicted_peak[0]:.1f})"
        for w in study.widths
        if w.overshoots
    ]
    text = "peaks above the plateau: " + ("; ".join(parts) or "none")
    return _finding("C11", bool(parts), text)


def _walks(study: LearningZero) -> list[Finding]:
    """Compare walks and chains with the independent draws at the same h and β."""
    rows = {(row.units, row.log10_beta): row for row in study.rows}
    distances = []
    for p in study.chains:
        row = rows.get((p.units, p.log10_beta))
        if row is None or p.readouts == "bounded" or p.effective < _FEWEST:
            continue
        error = math.hypot(p.error, row.error)
        distances.append(((p.value - row.sampled) / error, p))
    if not distances:
        return []
    worst, point = max(distances, key=lambda item: abs(item[0]))
    # Each |z| above 4 has probability 6e-5: with a few dozen tests, below 0.3 % in all.
    text = (
        f"{len(distances)} estimates by Markov chains against the independent draws: largest "
        f"deviation {abs(worst):.1f} standard errors (h = {point.units}, {point.readouts}, "
        f"beta = 1e{point.log10_beta:g}); largest R-hat {max(p.r_hat for _, p in distances):.4f}"
    )
    return [_finding("C11", abs(worst) < 4.0, text)]


def _bounded(study: LearningZero) -> list[Finding]:
    plain = {(p.units, p.log10_beta): p for p in study.chains if p.readouts == "sampled"}
    parts = []
    for p in study.chains:
        other = plain.get((p.units, p.log10_beta))
        if p.readouts == "bounded" and other is not None:
            parts.append(
                f"h = {p.units}, 1e{p.log10_beta:g}: {p.value:.3f} +/- {p.error:.3f} bounded, "
                f"{other.value:.3f} +/- {other.error:.3f} normal"
            )
    return [_finding("C13", None, "; ".join(parts))] if parts else []


def _energy(study: LearningZero) -> Finding:
    worst = max(study.widths, key=lambda w: w.thermodynamic_gap / w.rows[-1].energy)
    change = worst.rows[-1].energy - worst.rows[0].energy
    text = (
        f"the integral of lambda-hat over log beta gives the change of -log Z by the determinant "
        f"to {worst.thermodynamic_gap:.2g} of {change:.5g} at worst (h = {worst.units})"
    )
    return _finding("C14", worst.thermodynamic_gap < _GAP * change, text)


def _single(width: WidthResult) -> Finding:
    """Compare the slope of F between neighbouring temperatures with the mean of λ̂ there."""
    worst = 0.0
    for a, b in zip(width.rows, width.rows[1:], strict=False):
        slope = (b.energy - a.energy) / ((b.log10_beta - a.log10_beta) * 2.302585092994046)
        low, high = sorted((a.sampled, b.sampled))
        outside = max(low - slope, slope - high, 0.0)
        worst = max(worst, outside / max(slope, 1e-12))
    text = (
        f"h = {width.units}: the change of F per unit of log beta lies between the lambda-hats of "
        f"neighbouring temperatures, but for {worst:.1%} at most (at the peak)"
    )
    return _finding("C18", worst < 5 * _GAP, text)


def _scale(study: LearningZero) -> Finding:
    """Compare how max|w| falls at the end with the scale of least cost, β^(-1/(4r+2))."""
    parts, numbers, holds = [], {}, True
    for width in study.widths:
        a, b = width.rows[-2:]
        r = math.isqrt(width.units)
        # Between squares one scale is the cheapest; at a square a range of them is.
        arrived = width.reached[1] is not None and "withheld" not in (a.verdict, b.verdict)
        if r * r == width.units or not arrived:
            continue
        slope = math.log10(b.scale / a.scale) / (b.log10_beta - a.log10_beta)
        holds = holds and abs(slope * (4 * r + 2) + 1) < _SLOPE
        numbers[f"h = {width.units}"] = slope
        parts.append(f"h = {width.units}: {slope:.4f} for {-1 / (4 * r + 2):.4f}")
    text = "power of beta with which max|w| falls at the end, for -1/(4r+2): "
    text += ", ".join(parts) or "no plateau is reached"
    verdict: Verdict = "open" if not parts else "supported" if holds else "refuted"
    return Finding("C11", verdict, text, "statistics", numbers)
