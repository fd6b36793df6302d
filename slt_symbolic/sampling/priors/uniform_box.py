"""The uniform prior on a box."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.sampling.priors.protocol import finite_vector

__all__ = ["UniformBox"]


@dataclass(frozen=True)
class UniformBox:
    """Uniform prior on the box [lower_1, upper_1] x ... x [lower_d, upper_d].

    Parameters
    ----------
    lower, upper
        Walls, d finite numbers each, lower < upper.

    Raises
    ------
    ValueError
        If the walls are not finite, differ in number, or are not in order.

    Notes
    -----
    The samplers treat the walls by rejection: a proposal outside has density 0 there, so the
    Metropolis rule rejects it, and detailed balance needs no further argument. (A proposal
    reflected at the walls would have as density a sum over its images, which the acceptance
    ratio would have to contain, since the drift at w and at w' differ.) A box in many
    dimensions with much mass at its walls therefore needs smaller steps; the warm-up finds them.

    Examples
    --------
    >>> prior = UniformBox((0, 0), (1, 2))
    >>> prior.dimension
    2
    >>> prior.spread.round(3)
    array([0.289, 0.577])
    """

    lower: tuple[float, ...]
    upper: tuple[float, ...]

    def __post_init__(self) -> None:
        lower = finite_vector("lower", self.lower)
        upper = finite_vector("upper", self.upper)
        if lower.shape != upper.shape:
            raise ValueError(f"lower has {lower.size} entries, upper has {upper.size}")
        if not np.all(lower < upper):
            raise ValueError(f"lower must be below upper in every coordinate: {lower}, {upper}")
        object.__setattr__(self, "lower", tuple(lower.tolist()))
        object.__setattr__(self, "upper", tuple(upper.tolist()))

    @property
    def dimension(self) -> int:
        """The number d of parameters."""
        return len(self.lower)

    @cached_property
    def box(self) -> NDArray[np.float64]:
        """Lower and upper walls, shape (2, d)."""
        return np.array([self.lower, self.upper])

    @cached_property
    def gauss(self) -> NDArray[np.float64]:
        """Centre of the box and precision 0, shape (2, d)."""
        return np.stack([self.box.mean(axis=0), np.zeros(self.dimension)])

    @cached_property
    def spread(self) -> NDArray[np.float64]:
        """Standard deviation of each coordinate: side / sqrt(12)."""
        return np.asarray((self.box[1] - self.box[0]) / np.sqrt(12.0))

    def sample(self, rng: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Independent draws, shape (size, d)."""
        return rng.uniform(self.box[0], self.box[1], size=(size, self.dimension))
