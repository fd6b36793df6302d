"""A prior with a further factor in its density."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.sampling.priors.protocol import Prior

__all__ = ["Weighted"]


@dataclass(frozen=True)
class Weighted:
    """A prior times exp(-energy(w)).

    Parameters
    ----------
    base
        The prior that is multiplied.
    energy
        ``energy(w, h)``, compiled by Numba or fit to be: it returns -log of the factor, up to a
        constant, and ADDS the gradient of that to h.

    Notes
    -----
    ``sample`` draws from ``base``: it is where chains start, nothing else. Whether the product
    has a finite integral is for the user to know.

    Examples
    --------
    >>> from slt_symbolic.sampling import UniformBox
    >>> def energy(w, h):
    ...     h[0] -= 2.0 / w[0]
    ...     return -2.0 * np.log(abs(w[0]))
    >>> Weighted(UniformBox((-1,), (1,)), energy).dimension  # density |w|^2 on [-1, 1]
    1
    """

    base: Prior
    energy: Callable[..., float]

    @property
    def dimension(self) -> int:
        """The number d of parameters."""
        return self.base.dimension

    @property
    def box(self) -> NDArray[np.float64]:
        """Walls of the base."""
        return self.base.box

    @property
    def gauss(self) -> NDArray[np.float64]:
        """Centre and precision of the base."""
        return self.base.gauss

    @property
    def spread(self) -> NDArray[np.float64]:
        """Standard deviations of the base."""
        return self.base.spread

    def sample(self, rng: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Independent draws of the base, shape (size, d)."""
        return self.base.sample(rng, size)
