"""Compare a predicted (lambda, m) with a run: consistent, inconsistent, or cannot tell."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, SupportsFloat

from slt_symbolic.sampling.estimators.estimate import Estimate
from slt_symbolic.sampling.estimators.ladder_fit import LadderFit
from slt_symbolic.sampling.estimators.least_loss import stays_above_zero
from slt_symbolic.sampling.runs import LadderRun
from slt_symbolic.sampling.validation_forms import (
    EXPONENTS,
    describing,
    deviation,
    distances,
    neighbouring,
    possible,
    reach,
    slowly,
    unseen,
)

__all__ = ["Validation", "validate"]

Verdict = Literal["consistent", "inconsistent", "cannot tell"]

# The resolution is the deviation that would be called inconsistent four times out of five.
POWER_QUANTILE = 0.8416212335729143


@dataclass(frozen=True)
class Validation:
    """The outcome of a comparison.

    Attributes
    ----------
    verdict
        'consistent', 'inconsistent' or 'cannot tell'. Consistent is not proved.
    prediction
        The (lambda, m) that was tested.
    measured
        lambda from the fit, or None where no fit was possible.
    z, p_value
        Deviation of the measured lambda in standard errors after the finite-beta bias is
        allowed for, and the p-value of the whole comparison, corrected for ``comparisons``.
    level
        The chance of calling a true prediction inconsistent (at most, Bonferroni).
    comparisons
        How many numbers were compared.
    resolution
        The smallest error of lambda that this run would have shown, four times out of five.
    reasons
        Why the verdict is what it is.
    """

    verdict: Verdict
    prediction: tuple[float, int]
    measured: Estimate | None
    z: float
    p_value: float
    level: float
    comparisons: int
    resolution: float
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        value, multiplicity = self.prediction
        head = f"{self.verdict}: predicted lambda = {value:g}, m = {multiplicity}"
        if self.measured is not None:
            head += f"; measured {self.measured}"
        if math.isfinite(self.p_value):
            head += f"; p = {self.p_value:.3g} at level {self.level:g}"
            head += f", {self.comparisons} comparison(s)"
        if math.isfinite(self.resolution):
            head += f"; an error of {self.resolution:.3f} would have shown"
        return "\n".join([head, *(f"  {reason}" for reason in self.reasons)])


def validate(
    prediction: tuple[SupportsFloat, int],
    run: LadderRun,
    *,
    level: float = 0.01,
    expected: Callable[[float], float] | None = None,
    correction_exponent: float | Sequence[float | None] | None = EXPONENTS,
    tolerance: float | None = None,
    despite_problems: bool = False,
    next_poles: Sequence[SupportsFloat] = (),
) -> Validation:
    """Test a predicted learning coefficient against a run.

    Parameters
    ----------
    prediction
        (lambda, m): lambda any positive number (a Rational, a Fraction, a float), m an integer.
    run
        The run, on temperatures large enough for the asymptotic form to hold.
    level
        Chance of calling a true prediction inconsistent, over all comparisons together.
    expected
        The exact E[beta K] as a function of beta, for instance by quadrature. Then every
        temperature is compared with it as well, which is sharper than any fit.
    correction_exponent
        Exponent of the power correction in the fit: the next pole of the zeta function minus
        lambda, where known; None leaves the term out. A sequence is a list of possibilities, as
        is 'unknown' (between 1/12 and 1 for m = 1, 1/2 or 1 beside a logarithm): a prediction is
        inconsistent only if it is so with every one that describes the ladder.
    tolerance
        The largest resolution at which 'consistent' may be said; by default lambda / 4.
    despite_problems
        Compare although the diagnostics failed; the problems then stand among the reasons.
    next_poles
        Where theory allows poles of the zeta function, in absolute value and from lambda on
        (:func:`slt_symbolic.rlct.candidate_poles`): for m = 1 the forms of two simple poles at
        these distances are tried as well. Ignored if the least of them is not the prediction.

    Returns
    -------
    Validation

    Raises
    ------
    ValueError
        If the prediction, the level, the tolerance or a next pole is out of range.

    Notes
    -----
    The fit assumes the predicted m. If its form does not describe the ladder, hotter
    temperatures are left out, a quarter of the ladder at a time, as long as two more remain than
    numbers are fitted; each subset tried counts as a comparison. The drift of the fit between the
    whole and the colder half is allowed for as bias. A further pole close by looks like m = 2:
    where m = 1 is predicted and the form of m = 2 describes the ladder as well, with a bounded c,
    lambda may lie anywhere between the forms, and, where the ladder is flat, as far above it as
    such a pole can hide; where m > 1, a slow power may stand beside the logarithm. A prediction
    that nothing else saves is neither consistent nor inconsistent; one that a pole saves which
    theory names may be consistent: the forms of two poles lie between those of m = 1 and m = 2. The
    resolution is the largest error of lambda that any of the forms which describe the ladder would
    have let pass; where m > 1
    is predicted, the forms with m = 1 count among them, and a reason says if the ladder does not
    show m.

    'Cannot tell' is the answer when the diagnostics failed, when the form fits no part of the
    ladder (the temperatures are not asymptotic, or m is wrong), or when the resolution is coarser
    than the tolerance. 'Consistent' does not exclude another m whose logarithm has a small
    coefficient, nor, with m > 1 predicted, a next pole nearer than those tried.

    Examples
    --------
    >>> from slt_symbolic.sampling import Target, UniformBox, geometric_ladder, run_ladder, validate
    >>> def potential(w, g):
    ...     g[0] = w[0]
    ...     return 0.5 * w[0] ** 2
    >>> target = Target(potential, UniformBox((-2,), (2,)))
    >>> run = run_ladder(target, geometric_ladder(1e2, 1e6, 7), draws=2000)
    >>> validate((1 / 2, 1), run).verdict, validate((1 / 4, 1), run).verdict
    ('consistent', 'inconsistent')
    """
    value, multiplicity = float(prediction[0]), prediction[1]
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"the predicted lambda must be positive and finite, got {value}")
    if isinstance(multiplicity, bool) or not isinstance(multiplicity, int) or multiplicity < 1:
        raise ValueError(f"the predicted multiplicity must be a positive integer: {multiplicity!r}")
    if not 0 < level < 0.5:
        raise ValueError(f"level must be between 0 and 1/2, got {level}")
    allowed = value / 4 if tolerance is None else float(tolerance)
    if not (math.isfinite(allowed) and allowed > 0):
        raise ValueError(f"tolerance must be positive, got {tolerance}")
    predicted = (value, multiplicity)

    def outcome(
        verdict: Verdict, reasons: tuple[str, ...], fit: LadderFit | None = None,
        z: float = math.nan, p: float = math.nan, count: int = 0, seen: float = math.inf,
    ) -> Validation:  # fmt: skip
        measured = None if fit is None else fit.value
        return Validation(verdict, predicted, measured, z, p, level, count, seen, reasons)

    stuck = any(point.lambda_hat.standard_error == math.inf for point in run.points)
    if not run.ok and (stuck or not despite_problems):
        return outcome("cannot tell", run.problems)
    curve_p, curve_reason = _curve(run, expected)
    exponents = possible(correction_exponent, multiplicity)
    beyond = distances(next_poles, value) if multiplicity == 1 else []
    tried, fits = describing(run, multiplicity, exponents, level, beyond)
    comparisons = tried + (0 if expected is None else len(run.betas))
    if curve_p * comparisons < level:
        p = curve_p * comparisons
        return outcome("inconsistent", (curve_reason,), p=p, count=comparisons)
    if not fits:
        reason = stays_above_zero(run.betas[-1], run.draws[-1]) or (
            f"the form with m = {multiplicity} fits no part of this ladder: it is too short, "
            "its temperatures are not asymptotic, or m is wrong"
        )
        return outcome("cannot tell", (reason,), count=comparisons)
    # Beside a logarithm that is there already a further one would leave nothing determined.
    further = neighbouring(run, exponents, level) if multiplicity == 1 else []
    z = deviation([*fits, *further], value)[0]
    fit = deviation(fits, value)[1]
    # What a pole near by may hide above the fit is bounded, whether or not it is seen.
    open_ended = correction_exponent == EXPONENTS
    hidden = unseen(run, fits) if open_ended and multiplicity == 1 else -math.inf
    z = 0.0 if fit.value.value < value <= hidden else z
    outside = math.erfc(z / math.sqrt(2.0)) * comparisons < level
    if open_ended and multiplicity > 1 and outside and slowly(run, multiplicity, value, level):
        z = 0.0
    p_fit = math.erfc(z / math.sqrt(2.0))
    p = min(1.0, comparisons * min(p_fit, curve_p))
    quantile = _two_sided_quantile(level / comparisons) + POWER_QUANTILE
    seen = max(reach(found, value, quantile) for found in [*fits, *further])
    reasons = [str(fit), *(f"despite: {problem}" for problem in run.problems)]
    if len(fits) > 1:
        reasons.append(f"{len(fits)} corrections describe the ladder; this is the closest")
    if further:
        near = max(further, key=lambda found: reach(found, value, quantile))
        reasons.append(f"so does a second pole near by, up to lambda = {near.value.value:.4f}")
    if math.isfinite(hidden):
        seen = max(seen, hidden - value)
        reasons.append(f"a pole too near to be seen could hide a lambda up to {hidden:.4f}")
    if expected is not None:
        reasons.append(curve_reason)
    if p_fit * comparisons < level:
        return outcome("inconsistent", tuple(reasons), fit, z, p, comparisons, seen)
    if multiplicity > 1:
        _, simple = describing(run, 1, possible(correction_exponent, 1), level)
        if simple:
            note = f"m = 1 describes these temperatures too: they do not show m = {multiplicity}"
            reasons.insert(0, note)
            seen = max(seen, *(reach(found, value, quantile) for found in simple))
    alone = math.erfc(deviation(fits, value)[0] / math.sqrt(2.0))
    if alone * comparisons < level:
        slow = (
            "a second pole close by" if multiplicity == 1 else "a slow power beside the logarithm"
        )
        reasons.insert(0, f"{slow} would have to explain the ladder")
        return outcome("cannot tell", tuple(reasons), fit, z, p, comparisons, seen)
    if seen > allowed:
        reasons.insert(0, f"an error of {seen:.3f} would not show, more than {allowed:.3f}")
        return outcome("cannot tell", tuple(reasons), fit, z, p, comparisons, seen)
    return outcome("consistent", tuple(reasons), fit, z, p, comparisons, seen)


def _curve(run: LadderRun, expected: Callable[[float], float] | None) -> tuple[float, str]:
    """Return the smallest single p-value against the exact curve, and where it is."""
    if expected is None:
        return 1.0, ""
    worst, where = -1.0, run.points[0]
    for point in run.points:
        exact = float(expected(point.beta))
        if not math.isfinite(exact):
            raise ValueError(f"expected({point.beta:g}) is {exact}: it must be finite")
        z = abs(point.lambda_hat.value - exact) / point.lambda_hat.standard_error
        if z > worst:
            worst, where = z, point
    reason = (
        f"farthest from the exact curve at beta = {where.beta:g}: {where.lambda_hat.value:.4f} "
        f"against {float(expected(where.beta)):.4f}, {worst:.1f} standard errors"
    )
    return math.erfc(worst / math.sqrt(2.0)), reason


def _two_sided_quantile(level: float) -> float:
    """Return z with P(|N(0,1)| > z) = level."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(1.0 - level / 2.0)
