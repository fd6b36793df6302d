"""What a prior must answer, and the checks that every prior shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Prior", "finite_vector"]


class Prior(Protocol):
    """A prior on R^d of the form: indicator of a box times exp(-sum_i p_i (w_i - c_i)^2 / 2).

    The compiled kernels need no more than these four vectors, so a new prior of this family
    (a truncated Gaussian, a product of both kinds) is a new file and no new kernel.
    """

    @property
    def dimension(self) -> int:
        """The number d of parameters."""
        ...

    @property
    def box(self) -> NDArray[np.float64]:
        """Lower and upper walls, shape (2, d); infinite where there is no wall."""
        ...

    @property
    def gauss(self) -> NDArray[np.float64]:
        """Centre and precision, shape (2, d); precision 0 where the prior is flat."""
        ...

    @property
    def spread(self) -> NDArray[np.float64]:
        """Standard deviation of each coordinate, shape (d,): the first guess of a scale."""
        ...

    def sample(self, rng: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Independent draws, shape (size, d)."""
        ...


def finite_vector(name: str, values: ArrayLike | Sequence[object]) -> NDArray[np.float64]:
    """Return a read-only float vector, or say which argument is not one.

    Examples
    --------
    >>> finite_vector("lower", [0, 1])
    array([0., 1.])
    """
    try:
        vector = np.array([float(value) for value in np.atleast_1d(np.asarray(values)).tolist()])
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be a vector of real numbers, got {values!r}") from error
    if vector.size == 0 or not np.all(np.isfinite(vector)):
        raise ValueError(f"{name} must be a non-empty vector of finite numbers, got {values!r}")
    vector.flags.writeable = False
    return vector
