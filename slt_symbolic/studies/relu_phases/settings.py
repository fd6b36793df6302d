"""What the study of phases of ReLU networks is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from slt_symbolic.studies.study import settings_key

__all__ = ["PhaseSettings"]

# The source's grid: linspace(1, 1.36, 19), 1.43, 1.50, π/2.
_ANGLES = (*(Fraction(100 + 2 * k, 100) for k in range(19)), Fraction(143, 100), Fraction(3, 2))
RIGHT_ANGLE = Fraction(11, 7)


@dataclass(frozen=True)
class PhaseSettings:
    """Truths, numbers of data, and how long to sample.

    Attributes
    ----------
    angles
        θ of the truths with nodes (±cos θ, sin θ); 11/7 stands for π/2.
    strengths
        Readouts of the third node of the three-fold symmetric truth.
    sizes
        Numbers of data n, ascending; the inverse temperature is n/log n.
    chains, draws, warmup
        Independent chains for each truth, sweeps of each after those of the warm-up.
    leaps, inner
        Mean leaps of a Hamiltonian step, and steps in a sweep.
    sampled_strengths
        Those of the strengths that are sampled as well.
    seed
        Of the chains.

    Raises
    ------
    ValueError
        If something is out of range.
    """

    angles: tuple[Fraction, ...]
    strengths: tuple[Fraction, ...]
    sizes: tuple[int, ...] = (1000, 10_000)
    chains: int = 4
    draws: int = 4000
    warmup: int = 1000
    leaps: int = 10
    inner: int = 3
    sampled_strengths: tuple[Fraction, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        if not all(Fraction(1, 2) <= t <= RIGHT_ANGLE for t in self.angles):
            raise ValueError(f"angles must be in [1/2, 11/7], got {self.angles}")
        if not all(1 <= q <= 4 for q in (*self.strengths, *self.sampled_strengths)):
            raise ValueError(f"strengths must be in [1, 4], got {self.strengths}")
        if not self.sizes or list(self.sizes) != sorted(set(self.sizes)) or self.sizes[0] < 10:
            raise ValueError(f"sizes must ascend from at least 10, got {self.sizes}")
        if self.chains < 2 or self.draws < 100 or self.warmup < 50:
            raise ValueError("at least 2 chains, 100 draws and 50 sweeps of warm-up are needed")

    @classmethod
    def quick(cls, seed: int = 0) -> PhaseSettings:
        """Return the settings for at most a minute."""
        angles = (Fraction(1), Fraction(116, 100), Fraction(132, 100))
        strengths = (Fraction(1), Fraction(3, 2), Fraction(2))
        return cls(angles, strengths, draws=600, warmup=300, seed=seed)

    @classmethod
    def full(cls, seed: int = 0) -> PhaseSettings:
        """Return the settings of the source's experiments."""
        strengths = tuple(Fraction(k, 10) for k in (10, 11, 13, 15, 17, 20, 25, 30))
        return cls(
            (*_ANGLES, RIGHT_ANGLE),
            strengths,
            sizes=(100, 1000, 10_000, 100_000),
            sampled_strengths=tuple(Fraction(k, 10) for k in (10, 13, 15, 17, 20, 25)),
            seed=seed,
        )

    @property
    def key(self) -> str:
        """A text that names what the rows depend on."""
        return settings_key(self, without=("angles", "strengths", "sampled_strengths"))
