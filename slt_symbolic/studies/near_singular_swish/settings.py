"""Which sharpnesses and numbers of data."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from slt_symbolic.studies.study import settings_key

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """What the study computes.

    Attributes
    ----------
    betas
        Sharpness of the swish x/(1 + exp(-beta x)), integers of at least 10.
    log10_n
        Decadic logarithms of the numbers of data.
    levels
        Total variation distances at which the difference counts as visible.
    log10_small
        Decadic logarithms of the n for which it is said from which beta on the posteriors are one
        in double precision.
    seed
        Not used: nothing is drawn.

    Raises
    ------
    ValueError
        If there are fewer than two sharpnesses, or a number is out of range.
    """

    betas: tuple[int, ...]
    log10_n: tuple[Fraction, ...]
    levels: tuple[float, ...] = (0.01, 0.1, 0.5)
    log10_small: tuple[int, ...] = (2, 4, 6, 8)
    seed: int = 0

    def __post_init__(self) -> None:
        if len(self.betas) < 2 or min(self.betas) < 10 or len(set(self.betas)) < len(self.betas):
            raise ValueError(f"betas must be two or more integers >= 10, got {self.betas}")
        if not self.log10_n or not all(0 <= k <= 16 for k in self.log10_n):
            raise ValueError(f"log10_n must lie in [0, 16], got {self.log10_n}")
        if not self.levels or not all(0 < level < 1 for level in self.levels):
            raise ValueError(f"levels must lie in (0, 1), got {self.levels}")

    @classmethod
    def quick(cls, seed: int = 0) -> Settings:
        """Return the settings for half a minute."""
        grid = tuple(Fraction(k, 2) for k in range(0, 33))
        return cls((10, 30, 100, 300, 1000), grid, seed=seed)

    @classmethod
    def full(cls, seed: int = 0) -> Settings:
        """Return the settings of the figure."""
        grid = tuple(Fraction(k, 8) for k in range(0, 121))
        betas = (10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 3000, 5000, 10000)
        return cls(betas, grid, (0.01, 0.05, 0.1, 0.25, 0.5, 0.9), seed=seed)

    @property
    def key(self) -> str:
        """A text that names what the rows depend on."""
        return settings_key(self, without=("betas",))
