"""½ log det(1 + βG) and λ̂ given the weights, by the shorter of two ways.

With G = P D² Pᵀ, D falling steeply and P of size 1,

    det(1 + βG) = det(βD²) det(PᵀP + (βD²)⁻¹).

Where units are many more than the modes that count, and spread out, PᵀP is well conditioned, and a
Cholesky factorisation of the second matrix has a small relative error whatever the scale of its
rows (Demmel 1989). Elsewhere a pivot is lost to cancellation, which is seen, and the eigenvalues
are found one by one.

References
----------
Demmel (1989), LAPACK Working Note 14 (Cholesky of scaled matrices).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.studies.learning_zero.kernel_factor import log_eigenvalues

__all__ = ["half_log_det", "posterior_value"]

Array = NDArray[np.float64]

_PLENTY = 3
# What a mode left out adds to the logarithm is below this times the number of units.
_SMALL = 1e-15
_LOST = 1e-6


def half_log_det(features: Array, sizes: Array, log_beta: float) -> float:
    """Return ½ log det(1 + βG) for G = F Fᵀ.

    Parameters
    ----------
    features
        F, shape (units, modes): d_j p_j(u_i).
    sizes
        d_j.
    log_beta
        log β.

    Examples
    --------
    >>> print(round(half_log_det(np.eye(9)[:, :2], np.ones(2), np.log(3.0)), 6))  # ½ log 16
    1.386294
    """
    if (found := _factored(features, sizes, log_beta)) is None:
        return 0.5 * float(np.logaddexp(0.0, log_eigenvalues(features) + log_beta).sum())
    lower, logs = found
    return float(np.log(np.diag(lower)).sum() + 0.5 * logs.sum())


def posterior_value(features: Array, sizes: Array, log_beta: float) -> float:
    """Return λ̂ given the weights, ½ Σ βμ/(1 + βμ).

    Examples
    --------
    >>> print(round(posterior_value(np.eye(9)[:, :2], np.ones(2), np.log(3.0)), 6))
    0.75
    """
    if (found := _factored(features, sizes, log_beta)) is None:
        terms = np.clip(log_eigenvalues(features) + log_beta, -700.0, 700.0)
        return 0.5 * float((1.0 / (1.0 + np.exp(-terms))).sum())
    lower, logs = found
    inverse = np.linalg.inv(lower)
    return 0.5 * float(len(logs) - (np.square(inverse).sum(axis=0) * np.exp(-logs)).sum())


def _factored(features: Array, sizes: Array, log_beta: float) -> tuple[Array, Array] | None:
    """Return the Cholesky factor and log βd², or None where it would lose digits."""
    modes = int(np.count_nonzero(2 * np.log(sizes) + log_beta > np.log(_SMALL)))
    if modes == 0 or len(features) < _PLENTY * modes:
        return None
    logs: Array = 2 * np.log(sizes[:modes]) + log_beta
    p = features[:, :modes] / sizes[:modes]
    matrix = p.T @ p
    matrix[np.diag_indices(modes)] += np.exp(-logs)
    try:
        lower = np.asarray(np.linalg.cholesky(matrix), dtype=np.float64)
    except np.linalg.LinAlgError:
        return None
    if np.min(np.square(np.diag(lower)) / np.diag(matrix)) < _LOST:
        return None
    return lower, logs
