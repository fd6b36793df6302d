"""The curve from independent draws of the directions of the weights.

Z(β) = E_u[Z_u(β)] with Z_u the integral over the scale alone (:mod:`scale_integral`), so that

    λ̂(β) = E_u[Z_u λ̂_u]/E_u[Z_u],   λ̂_u = -d log Z_u/d log β.

Draws of u come from their prior and are weighted by Z_u: they are independent, there is no chain
that could fail to arrive. What can fail is the weights: few draws carry all of them. Their number
(Σ Z_u)²/Σ Z_u² is reported, and the share of the largest one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.studies.learning_zero.annealed import least_log_scale
from slt_symbolic.studies.learning_zero.kernel_factor import log_eigenvalues
from slt_symbolic.studies.learning_zero.laws import UniformWeights, WeightLaw
from slt_symbolic.studies.learning_zero.scale_integral import ScaleGrid, integrate_scales

__all__ = ["SampledCurve", "direction_draws", "sampled_curve"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SampledCurve:
    """Draws of log Z_u and λ̂_u, shape (draws, βs).

    Attributes
    ----------
    log_z, lambda_hat, log_scale
        For each draw and β.
    """

    log_z: Array
    lambda_hat: Array
    log_scale: Array

    @property
    def weights(self) -> Array:
        """Shares of the draws, shape (draws, βs), summing to 1 over the draws."""
        share = np.exp(self.log_z - self.log_z.max(axis=0))
        normalised: Array = share / share.sum(axis=0)
        return normalised

    @property
    def mean(self) -> Array:
        """λ̂(β)."""
        total: Array = np.einsum("ib,ib->b", self.weights, self.lambda_hat)
        return total

    @property
    def standard_error(self) -> Array:
        """Of :attr:`mean`, by the delta method for a ratio of means."""
        count = len(self.log_z)
        deviation = self.weights * (self.lambda_hat - self.mean)
        spread: Array = np.sqrt((deviation**2).sum(axis=0) * count / (count - 1))
        return spread

    @property
    def effective(self) -> Array:
        """(Σ Z_u)²/Σ Z_u², the number of draws that count."""
        number: Array = 1.0 / (self.weights**2).sum(axis=0)
        return number

    @property
    def free_energy(self) -> Array:
        """F(β) = -log Z(β)."""
        top = self.log_z.max(axis=0)
        energy: Array = -(top + np.log(np.exp(self.log_z - top).mean(axis=0)))
        return energy

    @property
    def typical_scale(self) -> Array:
        """Exp of the posterior mean of log max|w|."""
        scale: Array = np.exp(np.einsum("ib,ib->b", self.weights, self.log_scale))
        return scale

    @property
    def largest_share(self) -> Array:
        """The share of the draw that counts most."""
        share: Array = self.weights.max(axis=0)
        return share

    def _part(self, index: NDArray[np.int64]) -> SampledCurve:
        return SampledCurve(self.log_z[index], self.lambda_hat[index], self.log_scale[index])

    def resampled(self, rng: np.random.Generator) -> SampledCurve:
        """Draw as many draws again with replacement: for the bootstrap."""
        return self._part(rng.integers(0, len(self.log_z), len(self.log_z)))


def direction_draws(units: int, draws: int, seed: int, law: WeightLaw | None = None) -> Array:
    """Return draws of u = |w|/max|w|, for w uniform unless a law is given.

    Examples
    --------
    >>> direction_draws(3, 2, seed=0).shape, direction_draws(1, 1, seed=0).tolist()
    ((2, 3), [[1.0]])
    """
    rng = np.random.Generator(np.random.Philox(key=[seed, units]))
    return (law or UniformWeights()).directions(units, draws, rng)


def sampled_curve(
    grid: ScaleGrid,
    units: int,
    log_betas: Array,
    *,
    draws: int,
    seed: int,
    law: WeightLaw | None = None,
) -> SampledCurve:
    """Estimate λ̂(β) and F(β) at every β from the same draws.

    Parameters
    ----------
    grid
        Scales of the weights; its digits must exceed those of the largest β times h.
    units
        h.
    log_betas
        log β + log of the readouts' variance.
    draws
        Directions; at least 8.
    seed
        Of the generator; the same seed gives the same draws.
    law
        Of the weights; by default uniform up to the grid's largest scale.

    Examples
    --------
    >>> from fractions import Fraction
    >>> grid = ScaleGrid.of(14, Fraction(1))
    >>> curve = sampled_curve(grid, 2, np.log([1e6]), draws=64, seed=0)
    >>> bool(abs(curve.mean[0] - 0.693) < 4 * curve.standard_error[0])
    True
    """
    if draws < 8:
        raise ValueError(f"draws must be at least 8, got {draws}")
    law = law or grid.uniform
    floor = least_log_scale(units, float(np.max(log_betas)), law.width)
    found = []
    for u in direction_draws(units, draws, seed, law):
        rows = [log_eigenvalues(factor.features(u)) for factor in grid.factors]
        modes = max(len(row) for row in rows)
        exponents: Array = 4.0 * np.arange(modes, dtype=np.float64) + 2.0
        table = grid.completed(rows, exponents)
        density = partial(law.log_scale_density, u)
        found.append(integrate_scales(grid, table, exponents, log_betas, density, floor=floor))
    return SampledCurve(
        np.array([one.log_z for one in found]),
        np.array([one.lambda_hat for one in found]),
        np.array([one.log_scale for one in found]),
    )
