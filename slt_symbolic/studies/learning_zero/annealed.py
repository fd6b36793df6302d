"""The curve predicted without sampling: the mean determinant at each scale of the weights.

Given the largest modulus S the mean of the determinant over the other weights is exact,

    M_h(β, S) = Σ_k β^k [ (h-1)_k e_k(T) + (h-1)_(k-1) k(S, S) e_(k-1)(T') ],

(n)_k = n(n-1)...(n-k+1), e_k the elementary symmetric functions of the eigenvalues of the kernel
operator T under the law of the other weights on [0, S], and T' what is left of it beside a unit at
S: the minors without and with that unit (Fredholm's formula for E det[k(w_i, w_j)]). By Jensen

    Z(β) >= ∫ (h/W^h) S^(h-1) M_h(β, S)^(-1/2) dS  (uniform; else with the density of S),

a bound on the free energy from above, exact for h = 1. Its derivative is the predicted λ̂: that is
a heuristic for h > 1. It puts the free energy as a contest of h log(1/S) against half a log
determinant whose k-th mode costs log(β κ_k S^(4k-2)), and has the learning coefficient's limit:
M_h ~ Σ_k C_k β^k S^(2k²), k <= h, has the same Newton polygon as the true determinant with all
weights of one size, where the least value is attained.
"""

from __future__ import annotations

import math
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.studies.learning_zero.kernel_factor import KernelFactor, log_eigenvalues
from slt_symbolic.studies.learning_zero.laws import (
    UniformWeights,
    WeightLaw,
    log_largest_density,
)
from slt_symbolic.studies.learning_zero.scale_integral import (
    ScaleGrid,
    ScaleIntegral,
    integrate_scales,
)

__all__ = ["annealed_curve", "least_log_scale", "log_elementary", "log_minors"]

Array = NDArray[np.float64]


def log_elementary(logs: Array, count: int) -> Array:
    """Return log e_0, ..., log e_count of positive numbers given by their logarithms.

    Examples
    --------
    >>> np.exp(log_elementary(np.log([1.0, 2.0, 3.0]), 3)).round(12).tolist()
    [1.0, 6.0, 11.0, 6.0]
    """
    found = np.full(count + 1, -np.inf)
    found[0] = 0.0
    for value in logs:
        found[1:] = np.logaddexp(found[1:], value + found[:-1])
    return found


def log_minors(factor: KernelFactor, units: int, law: WeightLaw | None = None) -> Array:
    """Return the logarithms of the coefficients of β^k in M_h(β, S), k = 0, 1, ....

    Examples
    --------
    >>> from fractions import Fraction
    >>> from slt_symbolic.studies.learning_zero.kernel_factor import kernel_factor
    >>> log_minors(kernel_factor(Fraction(1), 12), 1).round(6).tolist()  # 1 + β E[tanh(x)²]
    [0.0, -0.930657]
    """
    operator, rest, largest = _spectra(factor, law or UniformWeights())
    most = min(units, len(operator))
    whole, beside = log_elementary(operator, most), log_elementary(rest, most)
    result = np.full(most + 1, -np.inf)
    falling = previous = 0.0  # log (h-1)_k, and the one before
    for k in range(most + 1):
        result[k] = whole[k] + falling
        if k > 0:
            result[k] = np.logaddexp(result[k], previous + largest + beside[k - 1])
        previous = falling
        falling += math.log(units - 1 - k) if k < units - 1 else -math.inf
    return result


@lru_cache(maxsize=256)
def _spectra(factor: KernelFactor, law: WeightLaw) -> tuple[Array, Array, float]:
    """Return the logarithms of the eigenvalues of T and of T', and of k(S, S)."""
    # As many points as nodes on [-1, 1] make the rule exact for products of the interpolants.
    x, mass = np.polynomial.legendre.leggauss(len(factor.nodes))
    u = (x + 1) / 2
    shares = mass / 2 * law.density(factor.scale * u)
    rows = factor.features(u) * np.sqrt(shares / shares.sum())[:, None]
    rest = log_eigenvalues(rows[:, 1:]) if rows.shape[1] > 1 else np.empty(0)
    largest = 2.0 * math.log(abs(float(factor.features(np.array([1.0]))[0, 0])))
    return log_eigenvalues(rows), rest, largest


def least_log_scale(units: int, log_beta: float, width: float = 1.0) -> float:
    """Return a log S below which the integral over scales has no share worth counting.

    Notes
    -----
    The prior's mass below S is at most (S/width)^h, and Z(β) is at least of order β^(-λ) with
    λ <= h/2 and λ <= (r²+r+h)/(4r+2): forty nats below that.
    """
    from slt_symbolic.rlct.theorems import tanh_zero_truth

    plateau = float(tanh_zero_truth(units).lower)
    return math.log(width) - (1.1 * plateau * max(log_beta, 1.0) + 40.0) / units


def annealed_curve(
    grid: ScaleGrid, units: int, log_betas: Array, law: WeightLaw | None = None
) -> ScaleIntegral:
    """Return the bound on log Z(β) from below and the λ̂ that goes with it.

    Parameters
    ----------
    grid
        Scales of the weights; its digits must exceed those of the largest β times h.
    units
        h.
    log_betas
        log β + log of the readouts' variance.
    law
        Of the weights; by default uniform up to the grid's largest scale.

    Examples
    --------
    >>> from fractions import Fraction
    >>> grid = ScaleGrid.of(14, Fraction(1))
    >>> float(annealed_curve(grid, 1, np.log([1e6])).lambda_hat[0].round(3))  # exact for h = 1
    0.437
    """
    law = law or grid.uniform
    rows = [log_minors(factor, units, law) for factor in grid.factors]
    exponents: Array = 2.0 * np.arange(max(len(row) for row in rows), dtype=np.float64) ** 2
    floor = least_log_scale(units, float(np.max(log_betas)), law.width)
    table = grid.completed(rows, exponents)
    return integrate_scales(
        grid, table, exponents, log_betas, partial(log_largest_density, law, units),
        coefficients=True, floor=floor,
    )  # fmt: skip
