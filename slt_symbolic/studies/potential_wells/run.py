"""Run the study of the potential wells."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import sympy
from flint import arb

from slt_symbolic.studies.potential_wells.bayes import (
    crossing,
    darboux_free_energy,
    free_energy,
    heuristic_crossing,
    mean_loss,
    shares,
)
from slt_symbolic.studies.potential_wells.dynamics import (
    descend,
    escape_times,
    kramers_log_time,
    mean_log_time,
)
from slt_symbolic.studies.potential_wells.results import (
    Coefficient,
    Crossing,
    Descent,
    Escape,
    PotentialWells,
    WellPoint,
)
from slt_symbolic.studies.potential_wells.settings import WellSettings
from slt_symbolic.studies.potential_wells.wells import Wells, rational_ball
from slt_symbolic.studies.store import StudyStore

__all__ = ["potential_wells"]

# Walkers still on their way after so many mean times: one in e^40.
_LONGEST = 40.0


def _coefficients() -> list[dict[str, Any]]:
    """Compute λ and m at both minima, with a = 0 and a = 1/4, where K is rational."""
    from slt_symbolic.rlct import Problem, check, learning_coefficient

    w = sympy.Symbol("w", real=True)
    rows = []
    for loss, a in ((Fraction(0), sympy.S.Zero), (Fraction(1, 4), sympy.Rational(1, 4))):
        K = Wells(loss).expr(w, a)
        for well in (-1, 1):
            problem = Problem(sympy.expand(K - K.subs(w, well)), (w,), (well,))
            found = learning_coefficient(problem)
            check(found.certificate, problem)
            rows.append({"loss": str(loss), "well": well, "value": str(found.value),
                         "multiplicity": found.multiplicity})  # fmt: skip
    return rows


def _crossing(loss: Fraction) -> dict[str, Any]:
    wells = Wells(loss)
    found = crossing(wells)
    value = float(found.mid())
    signs = []
    for factor in (0.95, 1.05):
        n = rational_ball(Fraction(value * factor).limit_denominator(1000))
        # The cells must resolve wells of width n^(-1/2).
        cells = 2 * max(2000, round(200 * math.sqrt(value)))
        signs.append(
            darboux_free_energy(wells, n, 1, cells) - darboux_free_energy(wells, n, -1, cells)
        )
    return {
        "loss": str(loss), "ball": found.str(12), "value": value,
        "heuristic": heuristic_crossing(loss), "confirmed": bool(signs[0] < 0 and signs[1] > 0),
    }  # fmt: skip


def _middle(ball: arb) -> float:
    if not (ball.rad() < abs(ball.mid()) * 1e-12 or ball.abs_upper() < 1e-300):
        raise ArithmeticError(f"{ball} is not known to 12 digits")
    return float(ball.mid())


def _point(wells: Wells, exponent: Fraction) -> dict[str, float]:
    # Rounded to a rational: the curve is smooth, the point is exact.
    exact = Fraction(10 ** float(exponent)).limit_denominator(10**6)
    n = rational_ball(exact)
    deep, flat = shares(wells, n)
    return {
        "n": float(exact),
        "deep": _middle(free_energy(wells, n, -1)),
        "flat": _middle(free_energy(wells, n, 1)),
        "deep_share": _middle(deep),
        "flat_share": _middle(flat),
        "deep_coefficient": _middle(n * mean_loss(wells, n, -1)),
        "flat_coefficient": _middle(n * mean_loss(wells, n, 1)),
    }


def _descent(wells: Wells, starts: int) -> dict[str, Any]:
    steepest = wells.steepest()
    rate = Fraction(1, math.ceil(float(steepest.upper())) + 1)
    bound = rational_ball(rate) * steepest
    if not bound < 1:
        raise ArithmeticError(f"rate times the bound of K'' is {bound}")
    barrier = wells.barrier
    ends = descend(wells, starts, float(rate))
    beyond = float(barrier.mid())
    return {
        "rate": float(rate), "bound": float(bound.upper()), "barrier": barrier.str(10),
        "flat_share": float(((2 - barrier) / 4).mid()),
        "starts": [len(ends), sum(well == 1 for _, well in ends)],
        "strays": sum((start > beyond) != (well == 1) for start, well in ends),
    }  # fmt: skip


def _escape(wells: Wells, height: Fraction, well: int, settings: WellSettings) -> dict[str, Any]:
    import numpy as np

    top = float((wells.value(wells.barrier) - rational_ball(wells.loss)).mid())
    temperature = top / float(height)
    log_mean = mean_log_time(wells, temperature, well)
    mean = math.exp(log_mean)
    seeds = [settings.seed, height.numerator, height.denominator, well + 1]
    times = escape_times(
        wells, temperature, well, walkers=settings.walkers, step=float(settings.step),
        longest=_LONGEST * mean, rng=np.random.default_rng(seeds),
    )  # fmt: skip
    arrived = times[np.isfinite(times)]
    return {
        "well": well, "height": str(height), "temperature": temperature,
        "measured": float(arrived.mean()),
        "error": float(arrived.std(ddof=1) / math.sqrt(len(arrived))),
        "mean": mean, "kramers": math.exp(kramers_log_time(wells, temperature, well)),
        "stopped": int(len(times) - len(arrived)),
    }  # fmt: skip


def potential_wells(
    settings: WellSettings,
    *,
    store: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> PotentialWells:
    """Compare the posterior of the wells with descent in them.

    Parameters
    ----------
    settings
        Losses, numbers of data, temperatures.
    store
        Keep finished rows here, and go on from what it holds.
    progress
        Told a line before each piece of work.

    Examples
    --------
    >>> small = WellSettings((Fraction(1, 10),), (Fraction(0), Fraction(2)), (), 100)
    >>> study = potential_wells(small)
    >>> study.crossings[0].ball[:11], round(study.points[1].flat_share, 6)
    ('[17.6333277', 0.000276)
    """
    kept = StudyStore.open(store, study="potential-wells", settings=settings.key)
    tell = progress or (lambda _: None)

    def row(key: str, compute: Callable[..., Any], *arguments: Any) -> Any:
        if (found := kept.get(key)) is None:
            tell(key)
            kept.add(key, compute(*arguments))
            found = kept.get(key)
        return found

    first = settings.losses[0]
    wells = Wells(first)
    coefficients = row("learning coefficients", _coefficients)
    crossings = [row(f"C = {c}: crossing", _crossing, c) for c in settings.losses]
    points = [row(f"C = {first}: n = 10^{k}", _point, wells, k) for k in settings.log10_n]
    descent = row(f"C = {first}: gradient descent", _descent, wells, settings.starts)
    escapes = [
        row(f"C = {first}: escape from {well}, height {x}", _escape, wells, x, well, settings)
        for x in settings.heights
        for well in (1, -1)
    ]
    exponents = [math.log10(crossings[0]["value"])]
    exponents += [float(k) for k in settings.log10_n if k <= 2]
    waits = [(k, mean_log_time(wells, 10**-k, 1) / math.log(10)) for k in exponents]
    return PotentialWells(
        settings,
        tuple(Coefficient(**r) for r in coefficients),
        tuple(Crossing(**r) for r in crossings),
        tuple(WellPoint(**r) for r in points),
        Descent(**{**descent, "starts": tuple(descent["starts"])}),
        tuple(Escape(**r) for r in escapes),
        tuple(waits),
    )
