"""log Z between temperatures, by thermodynamic integration and by stepping stones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slt_symbolic.sampling.estimators.estimate import Estimate, mean_with_error

__all__ = ["LogEvidence", "stepping_stone", "thermodynamic_integration"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LogEvidence:
    """log Z(last beta) - log Z(first beta).

    Attributes
    ----------
    value
        The estimate with its Monte Carlo error.
    discretisation
        Size of the last correction of the quadrature; 0 for stepping stones, which have none.
    """

    value: Estimate
    discretisation: float

    def __str__(self) -> str:
        found = self.value
        extra = f", quadrature +- {self.discretisation:.2g}" if self.discretisation else ""
        return f"log Z = {found.value:.4f} +- {found.standard_error:.4f}{extra} ({found.how})"


def stepping_stone(betas: Sequence[float], draws: ArrayLike) -> LogEvidence:
    """Sum log E_i[exp(-(beta_{i+1} - beta_i) K)] over neighbours of a ladder.

    Parameters
    ----------
    betas
        Inverse temperatures, ascending; the first may be 0, with draws of the prior. Then the
        result is log Z itself, for a normalised prior.
    draws
        K, shape (temperatures, chains, draws).

    Returns
    -------
    LogEvidence

    Notes
    -----
    No quadrature error, whatever the ladder, but neighbours more than a factor of about 4 apart
    make the weights uneven and the error large (and then itself poorly estimated).

    References
    ----------
    Xie, Lewis, Fan, Kuo and Chen (2011), Syst. Biol. 60, 150-160.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> betas = [0.0, 1.0, 3.0]  # K = w^2/2 under N(0, 1): Z = (1 + beta)^(-1/2)
    >>> draws = [rng.normal(scale=(1 + b) ** -0.5, size=(4, 4000)) ** 2 / 2 for b in betas]
    >>> found = stepping_stone(betas, draws).value
    >>> bool(abs(found.value + np.log(2)) < 4 * found.standard_error)
    True
    """
    beta, values = _checked(betas, draws, least=0.0)
    total = 0.0
    series = np.zeros(values.shape[1:])
    for i in range(beta.size - 1):
        log_weight = -(beta[i + 1] - beta[i]) * values[i]
        top = float(log_weight.max())
        weight = np.exp(log_weight - top)
        mean = float(weight.mean())
        total += top + math.log(mean)
        # The linearised logarithms of all steps as one series: its error knows correlations.
        series += weight / mean
    error = mean_with_error(series, "").standard_error
    return LogEvidence(Estimate(total, error, f"stepping stones over {beta.size} rungs"), 0.0)


def thermodynamic_integration(betas: Sequence[float], draws: ArrayLike) -> LogEvidence:
    """Integrate -beta E[K] over log beta, with the trapezoid rule corrected by its end slopes.

    Parameters
    ----------
    betas
        Inverse temperatures, positive, ascending.
    draws
        K, shape (temperatures, chains, draws).

    Returns
    -------
    LogEvidence
        The slope of beta E[K] in log beta is beta E[K] - beta^2 Var K, so the draws themselves
        give the correction -(step^2 / 12) (slope at the right - slope at the left).

    References
    ----------
    Friel, Hurn and Wyse (2014), Stat. Comput. 24, 709-723 (the correction).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> betas = np.geomspace(1, 100, 12)
    >>> draws = [rng.normal(scale=(1 + b) ** -0.5, size=(4, 4000)) ** 2 / 2 for b in betas]
    >>> found = thermodynamic_integration(betas, draws).value
    >>> bool(abs(found.value + 0.5 * np.log(101 / 2)) < 4 * found.standard_error)
    True
    """
    beta, values = _checked(betas, draws, least=math.nextafter(0, 1))
    logs = np.log(beta)
    scaled = beta[:, None, None] * values
    means = scaled.mean(axis=(1, 2))
    centred = scaled - means[:, None, None]
    slopes = means - np.square(centred).mean(axis=(1, 2))
    steps = np.diff(logs)
    plain = np.zeros(beta.size)
    plain[:-1] += steps / 2
    plain[1:] += steps / 2
    ends = np.zeros(beta.size)
    ends[:-1] += steps**2 / 12
    ends[1:] -= steps**2 / 12
    correction = float(ends @ slopes)
    series = np.tensordot(plain, scaled, axes=1)
    series = series + np.tensordot(ends, scaled - np.square(centred), axes=1)
    value = -(float(plain @ means) + correction)
    error = mean_with_error(series, "").standard_error
    how = f"thermodynamic integration over {beta.size} rungs"
    # What the correction leaves is of the next order: a share of it, the squared step.
    return LogEvidence(Estimate(value, error, how), abs(correction) * float(steps.max()) ** 2 / 12)


def _checked(betas: Sequence[float], draws: ArrayLike, least: float) -> tuple[Floats, Floats]:
    beta, values = np.asarray(betas, dtype=np.float64), np.asarray(draws, dtype=np.float64)
    if beta.ndim != 1 or beta.size < 2 or np.any(np.diff(beta) <= 0) or beta[0] < least:
        raise ValueError("betas must be at least two, ascending, and not negative (positive here)")
    if values.ndim != 3 or values.shape[0] != beta.size or not np.all(np.isfinite(values)):
        raise ValueError("draws must be finite, shape (temperatures, chains, draws)")
    return beta, values
