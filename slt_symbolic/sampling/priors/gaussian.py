"""The Gaussian prior with independent coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.sampling.priors.protocol import finite_vector

__all__ = ["Gaussian"]


@dataclass(frozen=True)
class Gaussian:
    """Gaussian prior with independent coordinates.

    Parameters
    ----------
    centre
        Means, d finite numbers.
    deviation
        Standard deviations, d positive numbers.

    Raises
    ------
    ValueError
        If the numbers are not finite, differ in number, or a deviation is not positive.

    Notes
    -----
    The inverse temperature multiplies K only, never the prior, so exchanges between
    temperatures do not see the prior.

    Examples
    --------
    >>> Gaussian((0, 0), (1, 2)).gauss
    array([[0.  , 0.  ],
           [1.  , 0.25]])
    """

    centre: tuple[float, ...]
    deviation: tuple[float, ...]

    def __post_init__(self) -> None:
        centre = finite_vector("centre", self.centre)
        deviation = finite_vector("deviation", self.deviation)
        if centre.shape != deviation.shape:
            raise ValueError(f"centre has {centre.size} entries, deviation has {deviation.size}")
        if not np.all(deviation > 0):
            raise ValueError(f"deviation must be positive, got {deviation}")
        object.__setattr__(self, "centre", tuple(centre.tolist()))
        object.__setattr__(self, "deviation", tuple(deviation.tolist()))

    @property
    def dimension(self) -> int:
        """The number d of parameters."""
        return len(self.centre)

    @cached_property
    def box(self) -> NDArray[np.float64]:
        """No walls: minus and plus infinity, shape (2, d)."""
        walls = np.full((2, self.dimension), np.inf)
        walls[0] = -np.inf
        return walls

    @cached_property
    def gauss(self) -> NDArray[np.float64]:
        """Centre and precision, shape (2, d)."""
        return np.stack([np.array(self.centre), 1.0 / np.square(self.deviation)])

    @cached_property
    def spread(self) -> NDArray[np.float64]:
        """Standard deviation of each coordinate."""
        return np.array(self.deviation)

    def sample(self, rng: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Independent draws, shape (size, d)."""
        return rng.normal(self.centre, self.deviation, size=(size, self.dimension))
