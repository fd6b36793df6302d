"""What the mean-field study is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from slt_symbolic.studies.mean_field.model import Model
from slt_symbolic.studies.study import settings_key

__all__ = ["MeanFieldSettings"]


@dataclass(frozen=True)
class MeanFieldSettings:
    """Settings of the mean-field study.

    Attributes
    ----------
    widths
        Numbers of neurons, ascending.
    order
        Gauss-Hermite nodes along an axis.
    step
        Of the dynamics; the time that weight decay alone takes is 1.
    duration
        Time until a cloud is taken; the background is averaged over the second half.
    permutations
        Of each test.
    seed
        The same seed gives the same numbers, with any number of threads.
    """

    widths: tuple[int, ...]
    order: int
    step: float
    duration: float
    permutations: int
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.widths or any(not 32 <= n <= 2**16 for n in self.widths):
            raise ValueError(f"widths must lie in 32..65536, got {self.widths}")
        if self.steps < 2:
            raise ValueError(f"duration must be at least two steps, got {self.duration}")
        if self.seed < 0:
            raise ValueError(f"seed must not be negative, got {self.seed}")

    @property
    def steps(self) -> int:
        """How many steps each network makes."""
        return round(self.duration / self.step)

    @property
    def model(self) -> Model:
        """The network."""
        return Model(order=self.order)

    @property
    def key(self) -> str:
        """A text that names what the rows depend on."""
        return f"{settings_key(self, without=('widths',))}; {self.model}"

    @classmethod
    def quick(cls, seed: int = 0) -> MeanFieldSettings:
        """Return settings for less than a minute."""
        return cls((128, 512), order=16, step=1e-3, duration=20.0, permutations=499, seed=seed)

    @classmethod
    def full(cls, seed: int = 0) -> MeanFieldSettings:
        """Return settings of the experiment: widths to 2,048 and beyond."""
        return cls(
            (128, 256, 512, 1024, 2048, 4096), order=24, step=1e-3, duration=20.0,
            permutations=999, seed=seed,
        )  # fmt: skip
