"""Joint fit of lambda over the ladder, with the multiplicity given."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slt_symbolic.sampling.estimators.estimate import Estimate, mean_with_error

__all__ = ["LadderFit", "fit_ladder"]

Floats = NDArray[np.float64]

# The fit is not linear in c: its error is also read off the set of lambda whose loss is within
# PROFILE^2 of the least, where a linearisation at the optimum can be far too optimistic.
PROFILE = 3.0


@dataclass(frozen=True)
class LadderFit:
    """lambda fitted to beta E[K] over a ladder.

    Attributes
    ----------
    value
        lambda, with its standard error (correlations between temperatures included).
    multiplicity
        The m that was assumed.
    log_constant
        The fitted c of lambda - (m-1)/(log beta + c); NaN for m = 1.
    correction
        The fitted coefficient of beta^(-exponent); NaN if no such term was fitted.
    bias
        lambda from the colder half of the ladder minus ``value``: what is left of finite beta,
        as far as the data show it. NaN if the ladder is too short to say.
    misfit_p
        p-value of the largest residual, Bonferroni over the temperatures (valid whatever their
        correlations); small if the form does not describe the data.
    betas
        The temperatures used.
    profile
        The least and the largest lambda of the three-sigma profile set, c free: finite above as
        long as the data keep log beta + c off 0, also where c may be infinite and ``value`` has no
        error. NaN for m = 1.
    """

    value: Estimate
    multiplicity: int
    log_constant: float
    correction: float
    bias: float
    misfit_p: float
    betas: tuple[float, ...]
    profile: tuple[float, float] = (math.nan, math.nan)

    def __str__(self) -> str:
        bias = (
            "bias not known: too few temperatures"
            if math.isnan(self.bias)
            else f"bias about {self.bias:+.4f}"
        )
        misfit = "not known" if math.isnan(self.misfit_p) else f"p = {self.misfit_p:.2g}"
        return (
            f"lambda = {self.value.value:.4f} +- {self.value.standard_error:.4f} for m = "
            f"{self.multiplicity} over beta = {self.betas[0]:g} to {self.betas[-1]:g} "
            f"({bias}, misfit {misfit})"
        )


def fit_ladder(
    betas: Sequence[float],
    draws: ArrayLike,
    *,
    multiplicity: int = 1,
    correction_exponent: float | None = None,
    standard_errors: Sequence[float] | None = None,
    second_pole: float | None = None,
) -> LadderFit:
    """Fit beta E[K] = lambda - (m-1)/(log beta + c) + a beta^(-exponent) over a ladder.

    Parameters
    ----------
    betas
        Inverse temperatures, ascending.
    draws
        K, shape (temperatures, chains, draws).
    multiplicity
        m, given by theory. For m = 1 there is no c.
    correction_exponent
        Exponent of one power correction (for instance 1/2 where the set of true parameters
        meets the boundary of the box); None for no such term.
    standard_errors
        Of the means of beta K, where they are known already; they weigh the temperatures.
    second_pole
        The distance d > 0 of a second simple pole whose residue has the other sign, for m = 1:
        then -d / (exp(d (log beta + c)) - 1) is fitted, which is exact for two poles alone.

    Returns
    -------
    LadderFit

    Raises
    ------
    ValueError
        If the shapes disagree, m is not a positive integer, there are fewer temperatures than
        fitted numbers, or a second pole is not at a positive distance or stands beside m > 1.

    Notes
    -----
    For m = 2, Z = beta^-lambda (a log beta + b) gives the form with c = b/a exactly, up to
    powers of beta. For m >= 3 the true form has m-1 constants, and one c is right only to
    relative order (log beta)^-2. For m = 1 the next terms are powers of beta (or powers times
    logarithms): ``bias`` shows them only as far as the ladder reaches.

    The standard errors linearise the fit: with fixed weights, lambda and every residual are
    linear in the means, so each is the mean of a series of draws whose error is measured as
    for any series, correlations between temperatures included. For m > 1 the error is at least
    a third of the half-width of the three-sigma profile set of lambda, since c enters
    non-linearly; it is infinite where that set does not bound c.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> betas = [10.0, 100.0, 1000.0]
    >>> draws = np.stack([rng.gamma(0.5, 1.0, size=(4, 1000)) / beta for beta in betas])
    >>> fit = fit_ladder(betas, draws)
    >>> abs(fit.value.value - 0.5) < 4 * fit.value.standard_error
    True
    """
    beta = np.asarray(betas, dtype=np.float64)
    values = np.asarray(draws, dtype=np.float64)
    if beta.ndim != 1 or values.ndim != 3 or values.shape[0] != beta.size:
        raise ValueError("draws must have shape (temperatures, chains, draws), one row per beta")
    if isinstance(multiplicity, bool) or not isinstance(multiplicity, int) or multiplicity < 1:
        raise ValueError(f"multiplicity must be a positive integer, got {multiplicity!r}")
    if not np.all(np.isfinite(values)) or not np.all(np.isfinite(beta)) or np.any(beta <= 0):
        raise ValueError("betas must be positive and finite, and draws finite")
    if second_pole is not None and not (multiplicity == 1 and 0 < second_pole < math.inf):
        raise ValueError(f"a second pole needs m = 1 and a positive distance, got {second_pole}")
    form = _Form(multiplicity, correction_exponent, second_pole)
    parameters = form.parameters
    if beta.size < parameters:
        raise ValueError(f"{parameters} numbers are fitted: give at least as many temperatures")
    series = beta[:, None, None] * values
    if any(np.ptp(chain) == 0 for rung in series for chain in rung):
        raise ValueError("a chain is constant: look at the diagnostics before fitting")
    if standard_errors is None:
        standard_errors = [mean_with_error(rung, "").standard_error for rung in series]
    weights = 1.0 / np.maximum(np.asarray(standard_errors, dtype=np.float64), 1e-300)
    if weights.shape != beta.shape:
        raise ValueError("standard_errors must have one entry per beta")
    solution = _solve(beta, series, weights, form)
    found = solution.value
    how = f"fit over {beta.size} temperatures, m = {multiplicity}"
    combined = np.tensordot(solution.projector[0], series, axes=1)
    error = max(mean_with_error(combined, how).standard_error, solution.profile_error)
    colder = beta.size // 2
    bias = math.nan
    if beta.size - colder >= parameters + 1:
        cold = _solve(beta[colder:], series[colder:], weights[colder:], form)
        bias = cold.value - found
    return LadderFit(
        value=Estimate(found, error, how),
        multiplicity=multiplicity,
        log_constant=solution.c,
        correction=solution.a,
        bias=float(bias),
        misfit_p=_misfit(beta, series, solution, form),
        betas=tuple(beta.tolist()),
        profile=solution.profile,
    )


@dataclass(frozen=True)
class _Solution:
    """lambda, the projector of the linearised fit, c, a, and what the profile shows."""

    value: float
    projector: Floats
    c: float
    a: float
    profile_error: float
    profile: tuple[float, float]


@dataclass(frozen=True)
class _Form:
    """What is fitted: linear but for c."""

    m: int
    exponent: float | None
    distance: float | None

    @property
    def has_shift(self) -> bool:
        """Whether there is a c."""
        return self.m > 1 or self.distance is not None

    @property
    def parameters(self) -> int:
        """How many numbers are fitted."""
        return 1 + self.has_shift + (self.exponent is not None)

    def columns(self, beta: Floats, c: float) -> tuple[Floats, Floats]:
        """Return the known part of the model, and its derivatives in (lambda, c, a)."""
        logs = np.log(beta)
        known = np.zeros_like(beta)
        columns = [np.ones_like(beta)]
        if self.distance is not None:
            # -d / (e^x - 1), in powers of e^-x: far from the pole it underflows to 0.
            small = np.exp(-self.distance * (logs + c))
            ratio = self.distance / np.expm1(-self.distance * (logs + c))
            known = ratio * small
            columns.append(ratio**2 * small)
        elif self.m > 1:
            known = -(self.m - 1) / (logs + c)
            columns.append((self.m - 1) / (logs + c) ** 2)
        if self.exponent is not None:
            columns.append(beta**-self.exponent)
        return known, np.stack(columns, axis=1)


def _solve(beta: Floats, series: Floats, weights: Floats, form: _Form) -> _Solution:
    """Weighted least squares, linear but for c; only its efficiency hangs on the weights."""
    means = series.mean(axis=(1, 2))

    def linear(c: float) -> tuple[Floats, float, float]:
        """Return (lambda, a), the loss, and the variance of lambda, all for this c."""
        known, columns = form.columns(beta, c)
        free = np.delete(columns, 1, axis=1) if form.has_shift else columns
        design = free * weights[:, None]
        solved = np.linalg.lstsq(design, (means - known) * weights, rcond=None)[0]
        loss = float(np.sum(((means - known - free @ solved) * weights) ** 2))
        return solved, loss, float(np.linalg.pinv(design.T @ design)[0, 0])

    c, profile_error, profile = math.nan, 0.0, (math.nan, math.nan)
    if form.has_shift:
        from scipy.optimize import minimize_scalar

        # log beta + c stays positive; beyond e^6 the term is flat over any ladder.
        floor = -float(np.log(beta[0]))
        grid = np.linspace(-4.0, 6.0, 81)
        trials = [linear(floor + math.exp(t)) for t in grid]
        losses = np.array([loss for _, loss, _ in trials])
        best = int(np.argmin(losses))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)]
        found = minimize_scalar(
            lambda t: linear(floor + math.exp(t))[1], bounds=(low, high), method="bounded"
        )
        c = floor + math.exp(float(found.x))
        # The set of lambda within PROFILE deviations of the optimum, c and a free. Where it
        # reaches the end of the grid, the data do not determine c.
        room = PROFILE**2 - (losses - min(float(found.fun), losses.min()))
        at_best, _, variance_at_best = linear(c)
        centre = at_best[0]
        reach = [PROFILE * math.sqrt(variance_at_best)]
        reach += [
            abs(solved[0] - centre) + math.sqrt(spare * variance)
            for (solved, _, variance), spare in zip(trials, room, strict=True)
            if spare >= 0
        ]
        profile_error = math.inf if max(room[0], room[-1]) >= 0 else max(reach) / PROFILE
        ends = [
            solved[0] + sign * math.sqrt(spare * variance)
            for (solved, _, variance), spare in zip(trials, room, strict=True)
            if spare >= 0
            for sign in (-1.0, 1.0)
        ]
        profile = (
            min(ends, default=centre),
            math.inf if room[0] >= 0 else max(ends, default=centre),
        )
    solved = linear(c)[0]
    columns = form.columns(beta, c)[1]
    projector = np.linalg.pinv(columns * weights[:, None]) * weights
    a = float(solved[-1]) if form.exponent is not None else math.nan
    return _Solution(float(solved[0]), projector, c, a, profile_error, profile)


def _misfit(beta: Floats, series: Floats, solution: _Solution, form: _Form) -> float:
    known, columns = form.columns(beta, solution.c)
    fitted = known + solution.value
    if form.exponent is not None:
        fitted = fitted + solution.a * beta**-form.exponent
    residuals = series.mean(axis=(1, 2)) - fitted
    maker = np.eye(beta.size) - columns @ solution.projector
    # A residual that the fit makes zero by construction carries no information.
    if beta.size <= columns.shape[1]:
        return 1.0
    worst = 0.0
    for row, residual in zip(maker, residuals, strict=True):
        error = mean_with_error(np.tensordot(row, series, axes=1), "").standard_error
        worst = max(worst, abs(float(residual)) / error)
    return min(1.0, beta.size * math.erfc(worst / math.sqrt(2.0)))
