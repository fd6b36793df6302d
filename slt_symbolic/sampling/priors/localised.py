"""A prior confined to the neighbourhood of one parameter by a Gaussian factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.sampling.priors.protocol import Prior, finite_vector

__all__ = ["Localised"]


@dataclass(frozen=True)
class Localised:
    """A prior times exp(-gamma |w - centre|^2 / 2), for the local learning coefficient at centre.

    Parameters
    ----------
    prior
        A box, a Gaussian, or another prior without further factors.
    centre
        The parameter w*, d finite numbers, inside the prior's box.
    gamma
        The strength of the localisation, positive. It is part of the prior: beta multiplies K
        alone, so the factor keeps its width 1/sqrt(gamma) at every beta.

    Raises
    ------
    ValueError
        If the centre has another dimension or lies outside the box, gamma is not positive, or
        the prior is no box times Gaussian.

    References
    ----------
    Lau, Furman, Wang, Murfet and Wei (2023), arXiv:2308.12108.

    Examples
    --------
    >>> from slt_symbolic.sampling.priors import Gaussian
    >>> Localised(Gaussian((0,), (1,)), (1,), 3).gauss
    array([[0.75],
           [4.  ]])
    """

    prior: Prior
    centre: Sequence[float]
    gamma: float

    def __post_init__(self) -> None:
        if getattr(self.prior, "energy", None) is not None:
            raise ValueError("prior must be a box times a Gaussian to be localised")
        centre = finite_vector("centre", self.centre)
        if centre.size != self.prior.dimension:
            raise ValueError(
                f"centre must have {self.prior.dimension} entries as the prior has, "
                f"got {centre.size}"
            )
        if not np.all((self.prior.box[0] <= centre) & (centre <= self.prior.box[1])):
            raise ValueError(f"centre must lie inside the prior's box, got {centre.tolist()}")
        if not (np.isfinite(self.gamma) and self.gamma > 0):
            raise ValueError(f"gamma must be positive and finite, got {self.gamma}")
        object.__setattr__(self, "centre", tuple(centre.tolist()))
        object.__setattr__(self, "gamma", float(self.gamma))

    @property
    def dimension(self) -> int:
        """The number d of parameters."""
        return self.prior.dimension

    @property
    def box(self) -> NDArray[np.float64]:
        """Lower and upper walls, those of the prior, shape (2, d)."""
        return self.prior.box

    @cached_property
    def gauss(self) -> NDArray[np.float64]:
        """Centre and precision of the product of both Gaussians, shape (2, d)."""
        middle, precision = self.prior.gauss
        total = precision + self.gamma
        return np.stack([(precision * middle + self.gamma * np.array(self.centre)) / total, total])

    @cached_property
    def spread(self) -> NDArray[np.float64]:
        """The smaller of the prior's spread and the Gaussian's, shape (d,)."""
        return np.minimum(self.prior.spread, 1.0 / np.sqrt(self.gauss[1]))

    def sample(self, rng: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Independent draws, shape (size, d): Gaussians truncated to the box."""
        from scipy.stats import truncnorm

        deviation = 1.0 / np.sqrt(self.gauss[1])
        low, high = (self.box - self.gauss[0]) / deviation
        shape = (size, self.dimension)
        return np.asarray(
            truncnorm.rvs(
                low, high, loc=self.gauss[0], scale=deviation, size=shape, random_state=rng
            )
        )
