"""How far K comes down: a posterior on a loss that stays positive has no learning coefficient of K.

beta E[K] tends to lambda only if the least K is 0. Above a least K0 > 0 it is lambda + beta K0;
what a constant leaves as it is is the variance.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from slt_symbolic.sampling.estimators.estimate import Estimate, mean_with_error

__all__ = ["least_loss", "stays_above_zero"]

# Standard errors from which on K counts as positive everywhere; chance alone does not reach them.
SIGNIFICANT = 5.0


def least_loss(beta: float, draws: ArrayLike) -> Estimate:
    """E[K] - beta Var[K]: the least K near the posterior, to leading order.

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
    Let f = beta E[K - K0] = -d log Z / d log beta, which tends to lambda. Then
    beta^2 Var[K] = f - df / d log beta, so beta times this number is
    beta K0 + df / d log beta; the last term is (m-1)/(log beta)^2 at large beta.

    References
    ----------
    Watanabe (2013), J. Mach. Learn. Res. 14, 867-897.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> losses = 0.3 + rng.gamma(0.5, 1 / 1000, size=(4, 4000))
    >>> found = least_loss(1000, losses)
    >>> abs(found.value - 0.3) < 4 * found.standard_error < 4e-4
    True
    """
    if not (math.isfinite(beta) and beta > 0):
        raise ValueError(f"beta must be positive and finite, got {beta}")
    values = np.asarray(draws, dtype=np.float64)
    if values.ndim != 2 or values.size == 0 or not np.all(np.isfinite(values)):
        raise ValueError(f"draws must be finite, shape (chains, draws), got {values.shape}")
    apart = values - values.mean()
    # Centred first: beta K0 may be far larger than what fluctuates.
    found = mean_with_error(apart - beta * apart**2, "")
    how = f"E[K] - beta Var[K] at beta = {beta:g}"
    return Estimate(found.value + float(values.mean()), found.standard_error, how)


def stays_above_zero(beta: float, draws: ArrayLike) -> str | None:
    """Say that K has not come down to 0 at a temperature, or return None.

    It has not if the least K is 5 standard errors above 0 and more than half of beta E[K] is the
    level on which K fluctuates.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> losses = rng.gamma(0.5, 1 / 1000, size=(4, 4000))
    >>> stays_above_zero(1000, losses)
    >>> stays_above_zero(1000, 0.3 + losses)[:43]
    'at beta = 1000 K has not come down to 0: it'
    """
    level = least_loss(beta, draws)
    if not level.value > SIGNIFICANT * level.standard_error:
        return None
    if not 2 * level.value > float(np.asarray(draws, dtype=np.float64).mean()):
        return None
    return (
        f"at beta = {beta:g} K has not come down to 0: it stays above about {level.value:.4g} "
        "(E[K] - beta Var[K]), so that beta E[K] is no estimate of lambda; no parameter is true "
        "where it was sampled, or the temperatures are not asymptotic"
    )
