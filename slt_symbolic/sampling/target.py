"""A target: what the samplers draw from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slt_symbolic.sampling.errors import SamplingError
from slt_symbolic.sampling.potential import Potential, compile_minibatch, compile_potential
from slt_symbolic.sampling.priors import Prior

if TYPE_CHECKING:
    from slt_symbolic.sampling.samplers import Sampler

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
        A prior, for instance ``UniformBox(lower, upper)``. If it has an attribute ``energy``, a
        function ``energy(w, h)`` that returns -log of a further factor of its density and ADDS
        the gradient of that to h, the factor counts, whatever beta.
    restricted
        Whether the potential answers ``OUTSIDE_K`` (1e300) where the density is zero, as
        :func:`~slt_symbolic.sampling.restricted.restrict` makes it do.
    jumps
        Whether K itself jumps somewhere (a step activation and a finite sample): an identity that
        checks the draws does not hold then.
    minibatch
        ``minibatch(w, g, rng)`` writes an unbiased estimate of the gradient into g and returns
        one of K; only SGLD asks for it.

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
    restricted: bool = False
    jumps: bool = False
    minibatch: Callable[..., float] | None = None

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

    @cached_property
    def compiled_energy(self) -> Any:
        """The prior's further energy, compiled for the kernels' signature."""
        from slt_symbolic.sampling.samplers.common import no_energy

        energy = getattr(self.prior, "energy", None)
        return no_energy if energy is None else compile_potential(energy)

    @cached_property
    def compiled_minibatch(self) -> Any:
        """The minibatch estimate, compiled for the kernels' signature."""
        if self.minibatch is None:
            raise SamplingError("this sampler needs a target with a minibatch estimate of K")
        return compile_minibatch(self.minibatch)

    @property
    def off_centre(self) -> NDArray[np.float64]:
        """Where the :mod:`.witness` of a ball looks from; of length 0 for a box or a Gaussian."""
        return np.zeros(0)

    def sweeps(self, sampler: Sampler) -> Any:
        """Return the compiled loop of a chain: steps at each temperature, then exchanges."""
        from slt_symbolic.sampling.tempering import compiled_sweeps

        return compiled_sweeps(sampler)

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
