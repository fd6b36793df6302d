"""A target confined to a ball around a parameter, without walls.

If u is standard normal in d + 2 dimensions, the first d coordinates of u/|u| are uniform on the
unit ball (Archimedes' theorem in higher dimensions: the marginal on d coordinates of the uniform
law on the sphere S^(d+1) is flat). So K(centre + radius u/|u|) under a Gaussian prior IS K under
the uniform prior on the ball: a smooth map, whose Jacobian never needs computing, in place of a
wall that proposals would have to be rejected at.

References
----------
Barthe, Guedon, Mendelson and Naor (2005), Ann. Probab. 33, 480-513 (the marginals of spheres).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from slt_symbolic.sampling.errors import SamplingError
from slt_symbolic.sampling.potential import Potential, compile_potential
from slt_symbolic.sampling.priors import Gaussian
from slt_symbolic.sampling.priors.protocol import finite_vector
from slt_symbolic.sampling.target import Target

__all__ = ["BallTarget"]

GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))


@dataclass(frozen=True)
class BallTarget(Target):
    """The density exp(-beta K(w)) on the ball of a radius around a centre, in d + 2 coordinates.

    Made by :meth:`around`; :meth:`parameters` gives back w.

    Examples
    --------
    >>> def potential(w, g):
    ...     g[0] = w[0]
    ...     return 0.5 * w[0] ** 2
    >>> ball = BallTarget.around(potential, [3.0], 0.5)
    >>> ball.dimension, ball.parameters([1.0, 0.0, 0.0]), ball.value([1.0, 0.0, 0.0])
    (3, array([3.5]), 6.125)
    """

    centre: tuple[float, ...] = field(default=(), kw_only=True)
    radius: float = field(default=1.0, kw_only=True)

    @classmethod
    def around(cls, potential: Potential, centre: Sequence[float], radius: float) -> BallTarget:
        """Confine a potential to a ball, with the uniform prior on it.

        Parameters
        ----------
        potential
            ``potential(w, g) -> K`` of d parameters.
        centre
            w*, d finite numbers.
        radius
            The radius, positive.

        Raises
        ------
        SamplingError
            If the radius is not positive.
        ValueError
            If the centre is no vector of finite numbers.
        """
        middle = finite_vector("centre", centre)
        if not (math.isfinite(radius) and radius > 0):
            raise SamplingError(f"radius must be positive and finite, got {radius}")
        size = middle.size + 2
        return cls(
            _pulled_back(compile_potential(potential), middle, float(radius)),
            Gaussian((0.0,) * size, (1.0,) * size),
            centre=tuple(middle.tolist()),
            radius=float(radius),
        )

    @cached_property
    def off_centre(self) -> NDArray[np.float64]:
        """A point of the unit ball at distance 1/2 from its centre, on no axis or diagonal."""
        # Turning by the golden angle repeats no value.
        direction = np.cos(GOLDEN_ANGLE * np.arange(self.dimension - 2))
        return np.asarray(0.5 * direction / np.linalg.norm(direction))

    def parameters(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return the parameters w of draws u: shape (..., d + 2) to (..., d)."""
        draws = np.asarray(u, dtype=np.float64)
        length = np.linalg.norm(draws, axis=-1, keepdims=True)
        return np.array(self.centre) + self.radius * draws[..., :-2] / length


def _pulled_back(inner: Any, centre: NDArray[np.float64], radius: float) -> Any:
    dimension = centre.size

    @njit(nogil=True)
    def potential(u, g):  # type: ignore[no-untyped-def]  # compiled
        square = 0.0
        for i in range(dimension + 2):
            square += u[i] * u[i]
        length = math.sqrt(square)
        w, inner_g = np.empty(dimension), np.empty(dimension)
        for i in range(dimension):
            w[i] = centre[i] + radius * u[i] / length
        value = inner(w, inner_g)
        along = 0.0
        for i in range(dimension):
            along += inner_g[i] * u[i]
        along /= square
        for i in range(dimension + 2):
            own = inner_g[i] if i < dimension else 0.0
            g[i] = radius * (own - along * u[i]) / length
        return value

    return potential
