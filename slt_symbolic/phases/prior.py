"""Priors whose densities enter the leading constants of free energies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy
from numpy.typing import NDArray

from slt_symbolic.exact.numbers import exact

Array = NDArray[np.float64]


@dataclass(frozen=True)
class GaussianPrior:
    """Independent normal parameters of mean 0.

    Parameters
    ----------
    variance : exact number
        Of each of them, positive.

    Examples
    --------
    >>> GaussianPrior(4).variance
    4
    """

    variance: sympy.Expr = sympy.S.One

    def __post_init__(self) -> None:
        value = exact(self.variance, "variance")
        if not value.is_positive:
            raise ValueError(f"variance must be positive, got {value}")
        object.__setattr__(self, "variance", value)

    def density(self, w: Array) -> Array:
        """Return the density at points, the last axis their coordinates."""
        v = float(self.variance)
        norm = (2 * np.pi * v) ** (-w.shape[-1] / 2)
        return np.asarray(norm * np.exp(-np.square(w).sum(axis=-1) / (2 * v)))

    def side(self, k: int) -> tuple[float, float]:
        """Return the range of one parameter."""
        del k
        return (-np.inf, np.inf)


@dataclass(frozen=True)
class BoxPrior:
    """The uniform density on a box.

    Parameters
    ----------
    lower, upper : sequence of exact numbers
        Its walls, one pair for each parameter.

    Examples
    --------
    >>> BoxPrior([0, 0], [1, 2]).side(1)
    (0.0, 2.0)
    """

    lower: Sequence[sympy.Expr]
    upper: Sequence[sympy.Expr]

    def __post_init__(self) -> None:
        for name in ("lower", "upper"):
            walls = tuple(exact(v, name) for v in getattr(self, name))
            object.__setattr__(self, name, walls)
        if len(self.lower) != len(self.upper):
            raise ValueError("lower and upper must have one wall for each parameter")
        if not all(bool(a < b) for a, b in zip(self.lower, self.upper, strict=True)):
            raise ValueError("lower must be below upper for each parameter")

    def density(self, w: Array) -> Array:
        """Return the density at points, the last axis their coordinates."""
        a, b = (np.array([float(v) for v in walls]) for walls in (self.lower, self.upper))
        inside = np.all((w >= a) & (w <= b), axis=-1)
        return np.asarray(inside / np.prod(b - a))

    def side(self, k: int) -> tuple[float, float]:
        """Return the range of one parameter."""
        return (float(self.lower[k]), float(self.upper[k]))


Prior = GaussianPrior | BoxPrior
