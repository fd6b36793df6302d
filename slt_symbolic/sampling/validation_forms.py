"""The finite-beta forms that may describe a ladder, and how far they leave lambda open."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import SupportsFloat

from slt_symbolic.sampling.estimators.ladder_fit import LadderFit, fit_ladder
from slt_symbolic.sampling.runs import LadderRun

__all__ = [
    "EXPONENTS", "describing", "deviation", "distances", "neighbouring", "possible", "reach",
    "slowly", "unseen",
]  # fmt: skip

# Power corrections that are tried when theory gives none: the next pole of the zeta function may
# be as near as 1/12 (x^3 y^2) or as far as 1; None is for none that is seen.
EXPONENTS: tuple[float | None, ...] = (0.5, None, 1.0, 1 / 4, 1 / 8, 1 / 12)
# With m > 1 the logarithm is the slow correction; a slow power beside it would leave it
# undetermined.
EXPONENTS_BESIDE_LOGARITHM: tuple[float | None, ...] = (0.5, None, 1.0)
# What may still stand there: enough to contradict no prediction, not enough to support one.
SLOW_BESIDE_LOGARITHM: tuple[float | None, ...] = (1 / 4, 1 / 8, 1 / 12)
# Temperatures beyond the number of fitted parameters, so that a misfit can show.
SPARE_POINTS = 2
# Poles that theory names are tried as far as the powers of EXPONENTS do not reach them, and the
# nearest ones: each costs a fit.
FARTHEST_POLE = 0.5
MOST_POLES = 4
ROUNDING = 1e-9


def possible(
    stated: float | Sequence[float | None] | str | None, multiplicity: int
) -> Sequence[float | None]:
    """Return the exponents to try."""
    if stated == "unknown":
        return EXPONENTS if multiplicity == 1 else EXPONENTS_BESIDE_LOGARITHM
    if stated is None or isinstance(stated, int | float):
        return (stated,)
    if isinstance(stated, str):
        raise ValueError(f"correction_exponent must be a number, None or 'unknown', got {stated!r}")
    return stated


def distances(poles: Sequence[SupportsFloat], value: float) -> list[float]:
    """Return how far beyond lambda the nearest further poles are.

    Poles whose least is another lambda are not those of the prediction: then there are none.

    Examples
    --------
    >>> distances((0.5, 0.75, 2), 0.5)
    [0.25]
    """
    found = [float(pole) - value for pole in poles]
    if not all(math.isfinite(d) for d in found):
        raise ValueError(f"next_poles must be finite, got {tuple(poles)}")
    # A rational lambda may have been rounded.
    if not found or abs(min(found)) > ROUNDING:
        return []
    return sorted({d for d in found if ROUNDING < d <= FARTHEST_POLE})[:MOST_POLES]


def describing(
    run: LadderRun, multiplicity: int, exponents: Sequence[float | None], level: float,
    beyond: Sequence[float] = (),
) -> tuple[int, list[LadderFit]]:  # fmt: skip
    """Fit the longest cold part of the ladder that some form describes, with all that do.

    ``beyond`` holds distances of a second pole that theory names.
    """
    most = 0
    forms = [(exponent, None) for exponent in exponents] + [(None, d) for d in beyond]
    errors = [point.lambda_hat.standard_error for point in run.points]
    # A quarter of the ladder at a time: each subset costs a comparison, and its fits take time.
    for tries, first in enumerate(range(0, len(run.betas), max(1, len(run.betas) // 4)), 1):
        fits = []
        for exponent, distance in forms:
            corrected = exponent is not None or distance is not None
            needed = 1 + (multiplicity > 1) + corrected + SPARE_POINTS
            if len(run.betas) - first < needed:
                continue
            most = tries
            fit = fit_ladder(
                run.betas[first:], run.draws[first:], multiplicity=multiplicity,
                correction_exponent=exponent, standard_errors=errors[first:],
                second_pole=distance,
            )  # fmt: skip
            if fit.misfit_p >= level:
                fits.append(fit)
        if fits:
            # Where a simpler form has an error bar, one that leaves c undetermined adds nothing.
            bounded = [fit for fit in fits if math.isfinite(fit.value.standard_error)]
            return most, bounded or fits
    return max(most, 1), []


def neighbouring(
    run: LadderRun, exponents: Sequence[float | None], level: float
) -> list[LadderFit]:
    """Fit the forms of a further pole that is too near to be told from a double one.

    Two simple poles at distance d with residues of opposite signs make
    lambda - d / (exp(d (log beta + c)) - 1), which for small d is the form of m = 2,
    lambda - 1 / (log beta + c). Where the ladder is flat that form has no bounded c,
    and adds nothing.
    """
    _, fits = describing(run, 2, exponents, level)
    return [fit for fit in fits if math.isfinite(fit.value.standard_error)]


def unseen(run: LadderRun, fits: Sequence[LadderFit]) -> float:
    """Return the largest lambda that a second pole, too near to be seen, leaves possible.

    Two poles at a small distance, with residues of opposite signs, flatten what they make of a
    ladder: lambda - 1 / (log beta + c) with a large c is all but constant there, and below lambda.
    How large c must be is what the temperatures that the fits describe show.
    """
    cold = max((fit.betas for fit in fits), key=len)
    first = len(run.betas) - len(cold)
    if len(cold) < 3:
        return math.inf
    errors = [point.lambda_hat.standard_error for point in run.points[first:]]
    found = fit_ladder(cold, run.draws[first:], multiplicity=2, standard_errors=errors)
    return found.profile[1]


def slowly(run: LadderRun, multiplicity: int, value: float, level: float) -> bool:
    """Whether a slow power beside the logarithm describes the ladder with this lambda."""
    _, fits = describing(run, multiplicity, SLOW_BESIDE_LOGARITHM, level)
    return any(fit.profile[0] <= value <= fit.profile[1] for fit in fits)


def deviation(fits: Sequence[LadderFit], value: float) -> tuple[float, LadderFit]:
    """Return how many standard errors a value lies beyond all fits, and the closest fit.

    Forms between those that were tried (another exponent, another distance of the next pole) have
    lambda between theirs: within the hull of the fits and their biases the deviation is 0.
    """
    scores = []
    for fit in fits:
        error = fit.value.standard_error
        beyond = max(0.0, abs(fit.value.value - value) - _bias(fit))
        scores.append((beyond / error if math.isfinite(error) else 0.0, error))
    closest = scores.index(min(scores))
    low = min(fit.value.value - _bias(fit) for fit in fits)
    high = max(fit.value.value + _bias(fit) for fit in fits)
    return (0.0 if low <= value <= high else scores[closest][0]), fits[closest]


def reach(fit: LadderFit, value: float, quantile: float) -> float:
    """Return the largest error of lambda that a fit would let pass."""
    return abs(fit.value.value - value) + quantile * fit.value.standard_error + _bias(fit)


def _bias(fit: LadderFit) -> float:
    return 0.0 if math.isnan(fit.bias) else abs(fit.bias)
