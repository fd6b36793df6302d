"""The integral over the scale of the weights, S = max|w|, split off exactly.

For w uniform on [-W, W]^h the largest modulus S has the density h S^(h-1)/W^h, and given S the
others are uniform on [-S, S]. With u = w/S

    Z(β) = ∫_0^W (h/W^h) S^(h-1) E_u[det(1 + βG(Su))^(-1/2)] dS,

and likewise, with the density of S given u, where w is normal (:mod:`laws`):
an integral in one variable, done by Gauss rules in log S, of an average over u on which nothing
depends violently. Signs of weights do not matter: G is conjugate to the Gram matrix of |w|.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.studies.learning_zero.kernel_factor import KernelFactor, kernel_factor
from slt_symbolic.studies.learning_zero.laws import UniformWeights

__all__ = ["ScaleGrid", "ScaleIntegral", "integrate_scales"]

Array = NDArray[np.float64]

# With 1.12 instead λ̂ changes by less than 1e-4 of its value.
_RATIO = 1.2
_LEAST = 1e-3
_POINTS = 12
_PANEL = 0.5


@dataclass(frozen=True)
class ScaleIntegral:
    """What an integral over the scale gives, for each β.

    Attributes
    ----------
    log_z
        log Z(β).
    lambda_hat
        -d log Z/d log β.
    log_scale
        Mean of log S under the integrand.
    """

    log_z: Array
    lambda_hat: Array
    log_scale: Array


@dataclass(frozen=True, eq=False)
class ScaleGrid:
    """Scales S from 1e-3 W to W at which the kernel is factored.

    Examples
    --------
    >>> grid = ScaleGrid.of(12, Fraction(1, 8))
    >>> len(grid.factors), grid.factors[-1].scale
    (28, 0.125)
    """

    factors: tuple[KernelFactor, ...]
    largest: Fraction

    @classmethod
    def of(cls, digits: int, weight_max: Fraction = Fraction(1)) -> ScaleGrid:
        """Factor the kernel at each scale, ascending; the largest is ``weight_max``."""
        count = 1 + math.ceil(math.log(float(weight_max) / _LEAST) / math.log(_RATIO))
        scales = [weight_max * Fraction(_RATIO**-k).limit_denominator(10**12) for k in range(count)]
        return cls(tuple(kernel_factor(s, digits) for s in reversed(scales)), weight_max)

    @property
    def uniform(self) -> UniformWeights:
        """The uniform law up to the largest scale."""
        return UniformWeights(self.largest)

    @property
    def log_scales(self) -> Array:
        """Logarithms of the scales, ascending."""
        return np.log([factor.scale for factor in self.factors])

    def completed(self, rows: list[Array], exponents: Array) -> Array:
        """Return one row of logarithms per scale, from rows of unequal length.

        Parameters
        ----------
        rows
            Logarithms of quantities that behave like S^exponent as S falls, for each scale; at
            small scales the last ones are missing, since they are below what is kept.
        exponents
            Their exponents, as many as the longest row has entries.

        Notes
        -----
        Without its power of S a quantity is c + c'S² + ...: missing entries are continued so from
        the two scales above. They are below 10^-digits and count for nothing; but a kink there
        would spread through the interpolation to scales where its neighbours do count.
        """
        t = self.log_scales
        table = np.full((len(rows), len(exponents)), np.nan)
        for i, row in enumerate(rows):
            table[i, : len(row)] = row - exponents[: len(row)] * t[i]
        square = np.exp(2 * t)
        for i in range(len(rows) - 2, -1, -1):
            missing = np.isnan(table[i])
            last = min(i + 2, len(rows) - 1)
            step = square[last] - square[i + 1]
            rate = (table[last] - table[i + 1]) / step if step > 0 else np.zeros(len(exponents))
            continued = table[i + 1] - rate * (square[i + 1] - square[i])
            table[i, missing] = continued[missing]
        table += exponents * t[:, None]
        return table


def integrate_scales(
    grid: ScaleGrid,
    table: Array,
    exponents: Array,
    log_betas: Array,
    log_density: Callable[[Array], Array],
    *,
    coefficients: bool = False,
    floor: float,
) -> ScaleIntegral:
    """Integrate det^(-1/2) over the scale.

    Parameters
    ----------
    grid
        The scales.
    table
        Logarithms of the eigenvalues μ_j(S), or of coefficients c_k(S), k = 0, 1, ..., one row
        for each scale.
    exponents
        The powers of S with which they fall.
    log_betas
        log β, the readouts' variance included.
    log_density
        From log S, the logarithm of the density of log S.
    coefficients
        Whether the determinant is Σ c_k β^k and not Π(1 + βμ_j).
    floor
        Least log S: what is below must not count.
    """
    from scipy.interpolate import CubicSpline

    t = grid.log_scales
    low = np.arange(t[0], min(floor, t[0]) - _PANEL, -_PANEL)[::-1]
    edges = np.concatenate([low, t[1:]])
    x, mass = np.polynomial.legendre.leggauss(_POINTS)
    middle, half = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
    points = (middle[:, None] + half[:, None] * x).ravel()
    masses = (half[:, None] * mass).ravel()
    # Without its power of S each quantity is nearly constant; below the grid it is.
    smooth = CubicSpline(t, table - exponents * t[:, None], axis=0)
    logs = smooth(np.maximum(points, t[0])) + exponents * points[:, None]
    prior = np.log(masses) + log_density(points)
    log_z, mean, scale = (np.empty(len(log_betas)) for _ in range(3))
    for b, log_beta in enumerate(log_betas):
        if coefficients:
            terms = logs + np.arange(logs.shape[1]) * log_beta
            peak = terms.max(axis=1, keepdims=True)
            parts = np.exp(terms - peak)
            total = parts.sum(axis=1)
            energy = 0.5 * (np.log(total) + peak[:, 0])
            found = 0.5 * (parts @ np.arange(logs.shape[1])) / total
        else:
            terms = logs + log_beta
            energy = 0.5 * np.logaddexp(0.0, terms).sum(axis=1)
            found = 0.5 * (1.0 / (1.0 + np.exp(-np.clip(terms, -700.0, 700.0)))).sum(axis=1)
        weight = prior - energy
        best = weight.max()
        share = np.exp(weight - best)
        norm = share.sum()
        log_z[b] = best + math.log(norm)
        mean[b] = share @ found / norm
        scale[b] = share @ points / norm
    return ScaleIntegral(log_z, mean, scale)
