"""The prior laws of the weights: uniform, and normal cut off far out.

Signs do not matter, so w stands for |w|. Each law splits off a scale exactly. The largest modulus
S has a density, and given S the others are independent on [0, S]. Where the law is uniform u = w/S
is independent of S. Where it is normal u is drawn as if S were one of a few multiples of the
deviation, and each draw is weighted by its true density, as a function of S, over the mixture's.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["NormalWeights", "UniformWeights", "WeightLaw", "log_largest_density"]

Array = NDArray[np.float64]


# Multiples of the deviation: from weights as good as uniform to those of the prior.
_RATIOS = (0.7, 1.5, 2.1, 2.6, 3.2)


class WeightLaw(Hashable, Protocol):
    """The questions that a law of the weights answers; the weights are independent."""

    @property
    def largest(self) -> Fraction:
        """W: weights lie in [-W, W]."""
        ...

    @property
    def width(self) -> float:
        """The mass of |w| <= s is at most s/width."""
        ...

    @property
    def name(self) -> str:
        """A few words."""
        ...

    def density(self, w: Array) -> Array:
        """Return the density of |w|."""
        ...

    def log_mass(self, w: Array) -> Array:
        """Return the logarithm of the mass of [0, w]."""
        ...

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Draw |w|."""
        ...

    def directions(self, units: int, draws: int, rng: np.random.Generator) -> Array:
        """Draw u = w/S; the largest entry of each row is 1."""
        ...

    def log_scale_density(self, u: Array, log_scale: Array) -> Array:
        """Return the logarithm of the density of log S given u, times the weight of u."""
        ...


def log_largest_density(law: WeightLaw, units: int, log_scale: Array) -> Array:
    """Return the logarithm of the density of log S, S the largest of ``units`` moduli."""
    s = np.exp(log_scale)
    found: Array = (
        math.log(units) + (units - 1) * law.log_mass(s) + np.log(law.density(s)) + log_scale
    )
    return found


@dataclass(frozen=True)
class UniformWeights:
    """Weights uniform on [-W, W].

    Examples
    --------
    >>> law = UniformWeights(Fraction(2))
    >>> law.name, law.density(np.array([1.0])).tolist()
    ('uniform on [-2, 2]', [0.5])
    """

    largest: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        if not 0 < self.largest <= 4:
            raise ValueError(f"the largest weight must lie in (0, 4], got {self.largest}")

    @property
    def width(self) -> float:
        """The reciprocal of the greatest density."""
        return float(self.largest)

    @property
    def name(self) -> str:
        """A few words."""
        return f"uniform on [-{self.largest}, {self.largest}]"

    def density(self, w: Array) -> Array:
        """Return the density of |w|."""
        return np.full_like(w, 1 / float(self.largest))

    def log_mass(self, w: Array) -> Array:
        """Return the logarithm of the mass of [0, w]."""
        found: Array = np.log(w / float(self.largest))
        return found

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Draw |w|."""
        return float(self.largest) * rng.random(shape)

    def directions(self, units: int, draws: int, rng: np.random.Generator) -> Array:
        """Draw w/S."""
        # The first is the largest: units are exchangeable.
        return np.hstack([np.ones((draws, 1)), rng.random((draws, units - 1))])

    def log_scale_density(self, u: Array, log_scale: Array) -> Array:
        """Return the logarithm of the density of log S given the direction."""
        return math.log(len(u)) + len(u) * (log_scale - math.log(float(self.largest)))


@dataclass(frozen=True)
class NormalWeights:
    """Weights normal with standard deviation τ, on the condition that all are in [-W, W].

    Attributes
    ----------
    deviation
        τ.
    largest
        W, at least 4τ: what the condition leaves out is then below 7e-5 for each weight.

    Examples
    --------
    >>> law = NormalWeights(Fraction(1, 2), Fraction(5, 2))
    >>> law.name
    'normal, deviation 1/2, within 5/2'
    >>> bool(abs(law.log_mass(np.array([2.5]))[0]) < 1e-12)
    True
    """

    deviation: Fraction
    largest: Fraction

    def __post_init__(self) -> None:
        if not 0 < 4 * self.deviation <= self.largest <= 4:
            raise ValueError(
                f"the largest weight must lie in [4 deviations, 4], got {self.largest} with "
                f"deviation {self.deviation}"
            )

    @property
    def width(self) -> float:
        """The reciprocal of the greatest density."""
        # The density of |w| is greatest at 0.
        return float(1 / self.density(np.zeros(1))[0])

    @property
    def name(self) -> str:
        """A few words."""
        return f"normal, deviation {self.deviation}, within {self.largest}"

    @property
    def _inside(self) -> float:
        """Return P(|w| <= W) before the condition."""
        return math.erf(float(self.largest / self.deviation) / math.sqrt(2))

    def density(self, w: Array) -> Array:
        """Return the density of |w|."""
        z = w / float(self.deviation)
        factor = math.sqrt(2 / math.pi) / float(self.deviation) / self._inside
        found: Array = factor * np.exp(-(z**2) / 2)
        return found

    def log_mass(self, w: Array) -> Array:
        """Return the logarithm of the mass of [0, w]."""
        from scipy.special import erf

        found: Array = np.log(erf(w / (float(self.deviation) * math.sqrt(2))) / self._inside)
        return found

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Draw |w|."""
        from scipy.special import erfinv

        found: Array = erfinv(self._inside * rng.random(shape))
        return found * float(self.deviation) * math.sqrt(2)

    def directions(self, units: int, draws: int, rng: np.random.Generator) -> Array:
        """Draw w/S as if S were one of a few values, each in turn."""
        from scipy.special import erfinv

        # A random start where the turns do not come out even: each draw is then of the mixture.
        start = int(rng.integers(len(_RATIOS))) if draws % len(_RATIOS) else 0
        ratio = np.resize(np.roll(_RATIOS, start), draws)[:, None]
        inside = np.array([math.erf(r / math.sqrt(2)) for r in ratio[:, 0]])[:, None]
        others = erfinv(inside * rng.random((draws, units - 1))) * math.sqrt(2) / ratio
        return np.hstack([np.ones((draws, 1)), others])

    def log_scale_density(self, u: Array, log_scale: Array) -> Array:
        """Return the logarithm of the density of log S and u over that by which u is drawn."""
        units, square = len(u), float(u @ u)
        ratio = np.array(_RATIOS)
        inside = np.array([math.erf(r / math.sqrt(2)) for r in _RATIOS])
        factors = np.log(math.sqrt(2 / math.pi) * ratio / inside)
        parts = (units - 1) * factors - ratio**2 * (square - 1) / 2
        drawn = float(np.logaddexp.reduce(parts)) - math.log(len(_RATIOS))
        peak = math.log(float(self.density(np.zeros(1))[0]))
        found: Array = units * (peak + log_scale)
        found -= np.exp(2 * log_scale) * square / (2 * float(self.deviation) ** 2)
        return found + math.log(units) - drawn
