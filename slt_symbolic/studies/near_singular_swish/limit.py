"""The limit of many data and sharp swish, n = t beta^3: densities on the ReLU valley."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slt_symbolic.studies.near_singular_swish.moments import Truth, gauss_panels
from slt_symbolic.studies.near_singular_swish.posterior import weight_rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Valley", "crossing"]


@dataclass(frozen=True)
class Valley:
    """The posterior on the valley wq = 1 for n = t beta^3, both to infinity.

    Attributes
    ----------
    w, rule
        Nodes and weights on [1/2, 2].
    density
        Of the ReLU's posterior: 1/w, from across the valley, times the prior of q = 1/w.
    barrier
        g(w) with K_beta(w, 1/w) ~ g(w)/beta^3: the swish's posterior has the density times
        exp(-t g).

    Notes
    -----
    Across the valley the posterior has width n^(-1/2) and is shifted by O(beta^-3): what differs
    there is of size n^(1/2) beta^-3 = t^(1/2) beta^(-3/2), and drops out.

    Examples
    --------
    >>> valley = Valley.of("swish")
    >>> round(valley.energy(0.0), 12), round(valley.energy(1e7), 3)
    (0.5, 1.0)
    """

    w: NDArray[np.float64]
    rule: NDArray[np.float64]
    density: NDArray[np.float64]
    barrier: NDArray[np.float64]

    @classmethod
    def of(cls, truth: Truth) -> Valley:
        """Build it for a truth of swish, or of ReLU."""
        w, rule = weight_rule()
        density = np.exp(-1 / (2 * w**2)) / w
        density /= rule @ density
        u, weights = gauss_panels(np.array([0.0, 1, 2, 4, 8, 16, 32, 64, 160]))
        one = 1 / (1 + np.exp(u)) if truth == "swish" else 0.0
        gap = one - 1 / (1 + np.exp(w[:, None] * u))
        return cls(w, rule, density, (u * gap) ** 2 @ weights / 2)

    def _tilted(self, t: float) -> NDArray[np.float64]:
        tilted = self.density * np.exp(-t * (self.barrier - self.barrier.min()))
        return np.asarray(tilted / (self.rule @ tilted))

    def total_variation(self, t: float) -> float:
        """Return the distance of both posteriors."""
        return float(self.rule @ np.abs(self.density - self._tilted(t))) / 2

    def energy(self, t: float) -> float:
        """Return the limit of E[n(K - min K)] under the swish's posterior."""
        return 0.5 + t * float(self.rule @ (self._tilted(t) * (self.barrier - self.barrier.min())))

    @property
    def slope(self) -> float:
        """The derivative of the total variation at t = 0."""
        mean = self.rule @ (self.density * self.barrier)
        return float(self.rule @ (self.density * np.abs(self.barrier - mean))) / 2

    def crossing(self, level: float) -> float:
        """Return the t at which the total variation reaches a level in (0, 1)."""
        return crossing(self.total_variation, level)


def crossing(function: Callable[[float], float], level: float, start: float = 1.0) -> float:
    """Return where an increasing function of a positive number reaches a level.

    Raises
    ------
    ValueError
        If it does not within 2^200 of the start.

    Examples
    --------
    >>> round(crossing(lambda n: n**2, 1e6), 6)
    1000.0
    """
    low = high = start
    for _ in range(200):
        if function(high) >= level:
            break
        low, high = high, 2 * high
    else:
        raise ValueError(f"the function does not reach {level}")
    while function(low) >= level:
        low /= 2
        if low < start * 2.0**-200:
            raise ValueError(f"the function does not fall below {level}")
    while high / low > 1 + 1e-9:
        middle = (low * high) ** 0.5
        low, high = (middle, high) if function(middle) < level else (low, middle)
    return (low * high) ** 0.5
