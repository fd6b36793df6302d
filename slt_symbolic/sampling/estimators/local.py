"""The local learning coefficient at a parameter."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from slt_symbolic.sampling.estimators.estimate import Estimate, mean_with_error

__all__ = ["local_lambda_hat"]


def local_lambda_hat(beta: float, losses: ArrayLike, loss_at: float) -> Estimate:
    """Mean of beta (L(w) - L(w*)) over the posterior localised at w*.

    Parameters
    ----------
    beta
        What multiplies the loss: n times the inverse temperature for a mean empirical loss.
    losses
        L at draws of the localised posterior, shape (chains, draws).
    loss_at
        L(w*).

    Returns
    -------
    Estimate
        It can be negative, if the posterior finds parameters better than w*.

    Notes
    -----
    It estimates lambda(w*) if w* is a minimum of L within the localisation and beta is large
    enough for the localisation not to matter. For m > 1 it is low by (m-1)/log beta.

    References
    ----------
    Lau, Furman, Wang, Murfet and Wei (2023), arXiv:2308.12108.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> losses = 0.3 + rng.gamma(0.5, 1 / 1000, size=(4, 4000))
    >>> estimate = local_lambda_hat(1000, losses, 0.3)
    >>> abs(estimate.value - 0.5) < 4 * estimate.standard_error
    True
    """
    if not (math.isfinite(beta) and beta > 0):
        raise ValueError(f"beta must be positive and finite, got {beta}")
    if not math.isfinite(loss_at):
        raise ValueError(f"loss_at must be finite, got {loss_at}")
    values = np.asarray(losses, dtype=np.float64)
    if values.ndim != 2 or values.size == 0 or not np.all(np.isfinite(values)):
        raise ValueError(f"losses must be finite, shape (chains, draws), got {values.shape}")
    return mean_with_error(beta * (values - loss_at), f"beta (L - L(w*)) at beta = {beta:g}")
