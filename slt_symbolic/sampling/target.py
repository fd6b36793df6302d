"""A target: what the samplers draw from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slt_symbolic.sampling.potential import Potential, compile_potential
from slt_symbolic.sampling.priors import Prior

__all__ = ["Target"]


@dataclass(frozen=True)
class Target:
    """The family of densities proportional to exp(-beta K(w)) prior(w), one for each beta.

    Parameters
    ----------
    potential
        ``potential(w, g)`` writes the gradient of K at w into g and returns K(w). K carries its
        normalisation: K = E_x[(f - f0)^2] / 2 for unit noise variance; beta multiplies K alone.
        The gradient may jump across walls where K is piecewise (its accuracy changes how fast
        the sampler is, not what it draws from).
    prior
        A prior, for instance ``UniformBox(lower, upper)``.

    Raises
    ------
    TypeError
        If the potential is not callable or the prior is not a prior.

    Examples
    --------
    >>> from slt_symbolic.sampling import Target, UniformBox
    >>> def potential(w, g):
    ...     g[0], g[1] = w[0] * w[1] ** 2, w[0] ** 2 * w[1]
    ...     return 0.5 * (w[0] * w[1]) ** 2
    >>> target = Target(potential, UniformBox((-1, -1), (1, 1)))
    >>> target.dimension, target.value([0.5, 1.0])
    (2, 0.125)
    """

    potential: Potential
    prior: Prior

    def __post_init__(self) -> None:
        if not callable(self.potential):
            raise TypeError(f"potential must be a function, got {type(self.potential).__name__}")
        missing = [
            name
            for name in ("dimension", "box", "gauss", "spread", "sample")
            if not hasattr(self.prior, name)
        ]
        if missing:
            raise TypeError(f"prior must be a Prior such as UniformBox; it lacks {missing}")

    @property
    def dimension(self) -> int:
        """The number d of parameters."""
        return self.prior.dimension

    @cached_property
    def compiled(self) -> Any:
        """The potential, compiled for the kernels' signature."""
        return compile_potential(self.potential)

    def value(self, w: ArrayLike) -> float:
        """K at w, shape (d,)."""
        return self._evaluate(w)[0]

    def gradient(self, w: ArrayLike) -> NDArray[np.float64]:
        """Gradient of K at w, shape (d,)."""
        return self._evaluate(w)[1]

    def _evaluate(self, w: ArrayLike) -> tuple[float, NDArray[np.float64]]:
        point = np.array(w, dtype=np.float64)
        if point.shape != (self.dimension,):
            raise ValueError(f"w must have shape ({self.dimension},), got {point.shape}")
        gradient = np.zeros(self.dimension)
        return float(self.compiled(point, gradient)), gradient
