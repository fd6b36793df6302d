"""What of a run is fitted: K, or K - K(w*) at a minimum that is not true, or nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from slt_symbolic.sampling import (
    LadderFit,
    LadderRun,
    MultiplicityFit,
    fit_ladder,
    fit_with_free_multiplicity,
    least_loss,
    stays_above_zero,
)
from slt_symbolic.sampling.estimators.least_loss import SIGNIFICANT
from slt_symbolic.sampling.validation_forms import possible

from .sampling_local import Around

__all__ = ["Fitted", "counted_from_its_least", "fits"]

# What K(w*) may lie off the least K, as a share of the fluctuations, where noise allows less.
_OFF = 0.1


def counted_from_its_least(run: LadderRun, around: Around | None) -> tuple[LadderRun, str | None]:
    """Return the run with K counted from its least, and why nothing can be fitted, if so.

    The least is 0 where there are true parameters. Near weights w* it may be K(w*) > 0, at a false
    minimum: then K - K(w*) is what has a learning coefficient there.
    """
    beta, draws = run.betas[-1], run.draws[-1]
    level = least_loss(beta, draws)
    noise = SIGNIFICANT * level.standard_error
    if not level.value > noise:
        return run, None
    why = stays_above_zero(beta, draws)
    if around is None:
        return run, why
    fluctuation = float(np.mean(draws)) - level.value
    if abs(level.value - around.loss) <= max(noise, _OFF * fluctuation):
        return replace(run, draws=run.draws - around.loss), None
    if why is not None:
        side = "below" if level.value < around.loss else "above"
        why += (
            f"; that is {side} K(w*) = {around.loss:.4g}: w* is not the least near by, and "
            "K - K(w*) has no learning coefficient to fit either"
        )
    return run, why


@dataclass(frozen=True)
class Fitted:
    """What the fits of a ladder say.

    Attributes
    ----------
    fit, any_fit
        With m given, and with every m that describes the ladder; None where nothing was fitted.
    interval
        Hull of lambda +- (2 standard errors + |bias|) over all corrections that describe the same
        temperatures: one fit's error knows nothing of the others. For m = 1 it reaches as far up
        as a second pole close by, which looks like m = 2, leaves possible.
    refusal
        Why nothing was fitted, if the reason is the ladder's.
    """

    fit: LadderFit | None = None
    any_fit: MultiplicityFit | None = None
    interval: tuple[float, float] | None = None
    refusal: str | None = None


def fits(
    run: LadderRun, m: int, dimension: int, level: float, *, despite_problems: bool = False
) -> Fitted:
    """Fit the longest cold part of a ladder that some form describes, with m and with any m.

    Where no form describes any part nothing is fitted; with ``despite_problems`` the whole ladder
    is, whatever comes out.
    """
    count = len(run.betas)
    for first in range(0, count, max(1, count // 4)):
        betas, draws = run.betas[first:], run.draws[first:]
        room = len(betas) > 2 + (m > 1)
        found: list[tuple[float | None, LadderFit]] = []
        for exponent in possible("unknown", m) if room else (None,):
            if first and len(betas) <= 1 + (m > 1) + (exponent is not None):
                continue
            try:
                fit = fit_ladder(betas, draws, multiplicity=m, correction_exponent=exponent)
            except ValueError:  # a chain is constant, or fewer temperatures than numbers
                return Fitted()
            if despite_problems or not fit.misfit_p < level:
                found.append((exponent, fit))
        if found:
            exponent, fit = found[0]
            free = fit_with_free_multiplicity(
                betas, draws, most=min(dimension, 4), correction_exponent=exponent, level=level
            )
            low, high = _hull([fit for _, fit in found])
            if m == 1 and len(betas) > 2:
                # Bounded whether or not such a pole is seen, as in `validate`.
                high = max(high, float(fit_ladder(betas, draws, multiplicity=2).profile[1]))
            return Fitted(fit, free, (low, high))
    why = f"the form with m = {m} describes no part of the ladder (misfit at level {level:g})"
    return Fitted(refusal=f"{why}: lambda is not fitted")


def _hull(found: Sequence[LadderFit]) -> tuple[float, float]:
    halves = [
        2 * f.value.standard_error + (0 if math.isnan(f.bias) else abs(f.bias)) for f in found
    ]
    values = [f.value.value for f in found]
    return (
        min(v - half for v, half in zip(values, halves, strict=True)),
        max(v + half for v, half in zip(values, halves, strict=True)),
    )
