"""Independent blocks of parameters, each with its own prior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.sampling.priors.protocol import Prior

__all__ = ["ProductPrior"]


@dataclass(frozen=True)
class ProductPrior:
    """The product of priors on consecutive blocks of coordinates.

    Parameters
    ----------
    parts
        At least one prior, in the order of the coordinates.

    Raises
    ------
    ValueError
        If there is no part, or a part is no box times Gaussian.

    Examples
    --------
    >>> from slt_symbolic.sampling.priors import Gaussian, UniformBox
    >>> prior = ProductPrior([UniformBox((-1,), (1,)), Gaussian((0,), (2,))])
    >>> prior.dimension, prior.box.tolist()
    (2, [[-1.0, -inf], [1.0, inf]])
    """

    parts: Sequence[Prior]

    def __post_init__(self) -> None:
        parts = tuple(self.parts)
        if not parts:
            raise ValueError("parts must hold at least one prior")
        if any(getattr(part, "energy", None) is not None for part in parts):
            raise ValueError("every part must be a box times a Gaussian")
        object.__setattr__(self, "parts", parts)

    @property
    def dimension(self) -> int:
        """The number d of parameters."""
        return sum(part.dimension for part in self.parts)

    @cached_property
    def box(self) -> NDArray[np.float64]:
        """Lower and upper walls, shape (2, d)."""
        return np.concatenate([part.box for part in self.parts], axis=1)

    @cached_property
    def gauss(self) -> NDArray[np.float64]:
        """Centre and precision, shape (2, d)."""
        return np.concatenate([part.gauss for part in self.parts], axis=1)

    @cached_property
    def spread(self) -> NDArray[np.float64]:
        """Standard deviation of each coordinate."""
        return np.concatenate([part.spread for part in self.parts])

    def sample(self, rng: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Independent draws, shape (size, d)."""
        return np.concatenate([part.sample(rng, size) for part in self.parts], axis=1)
