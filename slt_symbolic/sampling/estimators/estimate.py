"""A measured number with its Monte Carlo standard error."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Estimate", "mean_with_error"]


@dataclass(frozen=True)
class Estimate:
    """A number measured by sampling.

    Attributes
    ----------
    value
        The estimate.
    standard_error
        Its Monte Carlo standard error, autocorrelation included; infinite if unknown.
    how
        How it was measured.

    Examples
    --------
    >>> print(Estimate(0.5012, 0.0031, "mean of beta K"))
    0.5012 +- 0.0031 (mean of beta K)
    """

    value: float
    standard_error: float
    how: str

    def __str__(self) -> str:
        return f"{self.value:.4f} +- {self.standard_error:.4f} ({self.how})"


def mean_with_error(draws: NDArray[np.float64], how: str) -> Estimate:
    """Mean of correlated draws, shape (chains, draws), with its standard error.

    The error is sd / sqrt(ESS), with the effective sample size of the mean over all chains; a
    linear combination of several temperatures is passed as the series of that combination, so
    that correlations between temperatures (exchanges cause them) are in the error.

    Notes
    -----
    A constant series has no estimable error: it is reported as infinite, never as zero.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> estimate = mean_with_error(rng.normal(size=(4, 1000)), "normal draws")
    >>> abs(estimate.value) < 0.1, 0.014 < estimate.standard_error < 0.018
    (True, True)
    """
    value = float(draws.mean())
    deviation = float(draws.std(ddof=1)) if draws.size > 1 else 0.0
    if draws.shape[1] < 8 or any(np.ptp(row) == 0 for row in draws):
        return Estimate(value, math.inf, how)
    from arviz_stats.base.array import array_stats

    # A series that jumps to and fro has an ESS above its length; do not claim that gain.
    size = min(float(array_stats.ess(draws, method="mean")), float(draws.size))
    return Estimate(value, deviation / math.sqrt(size), how)
