"""The widely applicable Bayesian information criterion."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from slt_symbolic.sampling.estimators.estimate import Estimate, mean_with_error

__all__ = ["lambda_from_two_temperatures", "wbic"]


def wbic(n: float, losses: ArrayLike) -> Estimate:
    """Mean of n L_n over the posterior at inverse temperature 1 / log n.

    Parameters
    ----------
    n
        The sample size.
    losses
        L_n, the mean loss, at draws of exp(-n L_n / log n) prior, shape (chains, draws). With K
        as the loss it is WBIC less the entropy term of the truth.

    Returns
    -------
    Estimate

    Notes
    -----
    WBIC = F_n + O_p(sqrt(log n)), F_n the free energy. It contains lambda log n, but a single
    WBIC cannot be split into loss and lambda: see :func:`lambda_from_two_temperatures`.

    References
    ----------
    Watanabe (2013), J. Mach. Learn. Res. 14, 867-897, theorem 4.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> n = 1000
    >>> w = rng.normal(scale=(np.log(n) / n) ** 0.5, size=(4, 5000))  # K = w^2/2
    >>> estimate = wbic(n, w**2 / 2)
    >>> bool(abs(estimate.value - 0.5 * np.log(n)) < 4 * estimate.standard_error)
    True
    """
    if not (math.isfinite(n) and n > 1):
        raise ValueError(f"n must be finite and above 1, got {n}")
    return mean_with_error(n * _checked(losses), f"WBIC at n = {n:g}")


def lambda_from_two_temperatures(
    betas: tuple[float, float], losses: tuple[ArrayLike, ArrayLike]
) -> Estimate:
    """Return lambda from the mean loss at two inverse temperatures.

    Parameters
    ----------
    betas
        What multiplies the loss in the two posteriors (n beta for a mean empirical loss).
    losses
        The loss at draws of each, shape (chains, draws) both.

    Returns
    -------
    Estimate
        (E_1[L] - E_2[L]) / (1/beta_1 - 1/beta_2): the least loss drops out, so that nobody needs
        to know it.

    Notes
    -----
    Exact for m = 1 up to powers of 1/beta. For m > 1 it is lambda - (m-1)/log beta up to higher
    powers of 1/log beta, as any estimator at fixed temperatures.

    References
    ----------
    Watanabe (2013), J. Mach. Learn. Res. 14, 867-897, corollary 3.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> losses = [7.0 + rng.gamma(0.5, 1 / beta, size=(4, 5000)) for beta in (100, 400)]
    >>> estimate = lambda_from_two_temperatures((100, 400), losses)
    >>> abs(estimate.value - 0.5) < 4 * estimate.standard_error
    True
    """
    first, second = betas
    if not (0 < first < math.inf and 0 < second < math.inf and first != second):
        raise ValueError(f"betas must be two different positive numbers, got {betas}")
    one, two = (_checked(loss) for loss in losses)
    if one.shape != two.shape:
        raise ValueError(f"losses have shapes {one.shape} and {two.shape}: equal ones are needed")
    # One series: the correlation that exchanges cause is in its error.
    return mean_with_error((one - two) / (1 / first - 1 / second), f"between beta = {betas}")


def _checked(losses: ArrayLike) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    values = np.asarray(losses, dtype=np.float64)
    if values.ndim != 2 or values.size == 0 or not np.all(np.isfinite(values)):
        raise ValueError(f"losses must be finite, shape (chains, draws), got shape {values.shape}")
    return values
