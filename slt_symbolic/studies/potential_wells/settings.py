"""What the study of the potential wells is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from slt_symbolic.studies.study import settings_key

__all__ = ["WellSettings"]


@dataclass(frozen=True)
class WellSettings:
    """Losses, numbers of data, temperatures.

    Attributes
    ----------
    losses
        Values of C, the loss of the flat well; the first is the source's 1/10.
    log10_n
        Decadic logarithms of n for the curves.
    heights
        Barrier heights over temperature at which escapes from the flat well are simulated.
    walkers
        Walkers for each.
    step
        Time step of the simulated Langevin equation.
    starts
        Starts of gradient descent, evenly over [-2, 2].
    seed
        Of the walkers.

    Raises
    ------
    ValueError
        If something is out of range.
    """

    losses: tuple[Fraction, ...]
    log10_n: tuple[Fraction, ...]
    heights: tuple[Fraction, ...]
    walkers: int
    step: Fraction = Fraction(1, 2000)
    starts: int = 41
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.losses or not all(0 < c <= Fraction(1, 4) for c in self.losses):
            raise ValueError(f"losses must be in (0, 1/4], got {self.losses}")
        if not self.log10_n or not all(0 <= k <= 8 for k in self.log10_n):
            raise ValueError(f"log10_n must be in [0, 8], got {self.log10_n}")
        if not all(1 <= x <= 12 for x in self.heights) or self.walkers < 10 or self.starts < 2:
            raise ValueError("heights must be in [1, 12], at least 10 walkers, at least 2 starts")

    @classmethod
    def quick(cls, seed: int = 0) -> WellSettings:
        """Return the settings for some seconds."""
        return cls(
            (Fraction(1, 10), Fraction(1, 100)),
            tuple(Fraction(k, 2) for k in range(13)),
            (Fraction(2), Fraction(3)),
            400,
            seed=seed,
        )

    @classmethod
    def full(cls, seed: int = 0) -> WellSettings:
        """Return the settings of the figure."""
        return cls(
            tuple(Fraction(1, d) for d in (10, 4, 20, 50, 100, 1000, 10**4)),
            tuple(Fraction(k, 8) for k in range(65)),
            tuple(Fraction(k) for k in range(1, 8)),
            2000,
            starts=401,
            seed=seed,
        )

    @property
    def key(self) -> str:
        """A text that names what the rows depend on."""
        return settings_key(self, without=("losses", "heights"))
