"""The estimator at one temperature: lambda-hat(beta) = beta E[K]."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from slt_symbolic.sampling.estimators.estimate import Estimate, mean_with_error

__all__ = ["lambda_hat"]


def lambda_hat(beta: float, draws: ArrayLike) -> Estimate:
    """Mean of beta K over draws from the posterior at inverse temperature beta.

    Parameters
    ----------
    beta
        The inverse temperature, which multiplies K.
    draws
        K at the draws, shape (chains, draws).

    Returns
    -------
    Estimate

    Raises
    ------
    ValueError
        If beta is not positive or the draws are not finite and two-dimensional.

    Notes
    -----
    With Z(beta) = integral of exp(-beta K) prior ~ C beta^-lambda (log beta)^(m-1),
    beta E[K] = -d log Z / d log beta = lambda - (m-1) / log beta + ..., so for m > 1 this number
    misses lambda by (m-1)/log beta however long the chain is: at beta = 1000 and m = 2 by 0.14.
    Use :func:`fit_ladder` then.

    References
    ----------
    Watanabe (2013), J. Mach. Learn. Res. 14, 867-897.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> w = rng.normal(scale=0.1, size=(4, 2000))  # K = w^2/2 at beta = 100, exactly
    >>> estimate = lambda_hat(100.0, w**2 / 2)
    >>> abs(estimate.value - 0.5) < 4 * estimate.standard_error
    True
    """
    if not (math.isfinite(beta) and beta > 0):
        raise ValueError(f"beta must be positive and finite, got {beta}")
    values = np.asarray(draws, dtype=np.float64)
    if values.ndim != 2 or values.size == 0 or not np.all(np.isfinite(values)):
        raise ValueError(
            f"draws must be finite, of shape (chains, draws), got shape {values.shape}"
        )
    return mean_with_error(beta * values, f"mean of beta K at beta = {beta:g}")
