"""What the study of learning zero is asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from fractions import Fraction

from slt_symbolic.studies.learning_zero.laws import NormalWeights, UniformWeights, WeightLaw
from slt_symbolic.studies.study import settings_key

__all__ = ["StudySettings"]

_WIDEST = 1024
# Wide laws need factors with many functions: beyond, they cost more than they show.
_LAST_BESIDE = 40.0
_NORMAL = NormalWeights(Fraction(1, 2), Fraction(5, 2))


@dataclass(frozen=True)
class StudySettings:
    """Settings of the study of Σ a_i tanh(w_i x) with truth 0.

    Attributes
    ----------
    widths
        Numbers h of units.
    exponents
        Values of log10 β, ascending from 0.
    draws
        Directions drawn for each h up to 16; larger h take a quarter, as their spread is less.
    law
        Of the weights.
    readout_variance
        σ² of the normal prior of the readouts.
    bootstrap
        Bootstrap samples for the power of growth.
    beside
        Further laws of the weights, each with its numbers of units, up to β = 1e40.
    chains
        Cases (h, readouts, log10 βs) for the check by Markov chains: readouts ``integrated``,
        ``sampled`` or ``bounded``, by the package's samplers up to β = 1e20, or ``walk``, by the
        random walk of weights, at any β.
    walk_sweeps
        Draws of each chain of the walk.
    seed
        The same seed gives the same numbers.

    Examples
    --------
    >>> StudySettings.quick().digits
    49
    """

    widths: tuple[int, ...]
    exponents: tuple[float, ...]
    draws: int
    law: WeightLaw = field(default_factory=UniformWeights)
    readout_variance: Fraction = Fraction(1)
    bootstrap: int = 200
    beside: tuple[tuple[WeightLaw, tuple[int, ...]], ...] = ()
    chains: tuple[tuple[int, str, tuple[float, ...]], ...] = ()
    walk_sweeps: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.widths or any(not 1 <= h <= _WIDEST for h in self.widths):
            raise ValueError(f"widths must lie in 1..{_WIDEST}, got {self.widths}")
        ascending = all(a < b for a, b in zip(self.exponents, self.exponents[1:], strict=False))
        if len(self.exponents) < 4 or self.exponents[0] != 0 or not ascending:
            raise ValueError("exponents must be at least four, ascending from 0")
        if self.exponents[-1] > 100:
            raise ValueError(f"exponents must be at most 100, got {self.exponents[-1]}")
        if self.draws < 32:
            raise ValueError(f"draws must be at least 32, got {self.draws}")
        if not self.readout_variance > 0:
            raise ValueError(f"readout_variance must be positive, got {self.readout_variance}")
        if self.seed < 0:
            raise ValueError(f"seed must not be negative, got {self.seed}")

    @property
    def digits(self) -> int:
        """Digits of the kernel's factors: what is left out counts for nothing at the last β."""
        # The same for all h, so that a kept curve stays good when others are asked for.
        strength = self.exponents[-1] + math.log10(_WIDEST * float(self.readout_variance))
        return max(16, math.ceil(strength) + 5)

    @property
    def key(self) -> str:
        """A text that names everything the curve of one h depends on."""
        return (
            settings_key(self, without=("widths", "beside", "chains")) + f"; digits={self.digits}"
        )

    def under(self, law: WeightLaw) -> StudySettings:
        """Return the settings of a curve beside, under another law of the weights."""
        shown = tuple(e for e in self.exponents if e <= _LAST_BESIDE)
        return replace(self, law=law, exponents=shown, beside=(), chains=())

    @classmethod
    def quick(cls, seed: int = 0) -> StudySettings:
        """Return settings for less than a minute: h up to 128, β to 10^40."""
        return cls(
            widths=(1, 2, 4, 16, 128), exponents=tuple(float(e) for e in range(0, 41, 2)),
            draws=240, bootstrap=100, beside=((_NORMAL, (16,)),),
            chains=(
                (16, "walk", (10.0,)), (128, "walk", (30.0, 40.0)), (2, "sampled", (2.0, 4.0)),
            ),
            seed=seed,
        )  # fmt: skip

    @classmethod
    def full(cls, seed: int = 0) -> StudySettings:
        """Return settings for the whole curve: h up to 256, β to 10^80, chains beside it."""
        exponents = [*range(41), *range(42, 82, 2)]
        return cls(
            widths=(1, 2, 3, 4, 9, 16, 25, 64, 128, 256),
            exponents=tuple(float(e) for e in exponents), draws=800, bootstrap=400,
            beside=(
                (_NORMAL, (1, 4, 16, 128)),
                (UniformWeights(Fraction(1, 2)), (128,)),
                (UniformWeights(Fraction(3)), (128,)),
            ),
            chains=(
                (4, "walk", (6.0, 20.0)),
                (16, "walk", (6.0, 10.0, 12.0, 20.0)),
                *((128, "walk", (float(e),)) for e in range(1, 41)),
                (2, "integrated", (2.0, 6.0, 10.0)),
                (4, "integrated", (2.0, 6.0, 10.0)),
                (16, "integrated", (2.0, 6.0)),
                (2, "sampled", (2.0, 4.0, 6.0)),
                (2, "bounded", (2.0, 4.0, 6.0)),
                (4, "sampled", (2.0, 4.0, 6.0)),
                (4, "bounded", (2.0, 4.0, 6.0)),
                (16, "sampled", (2.0, 4.0)),
                (16, "bounded", (2.0, 4.0)),
            ),
            walk_sweeps=3000, seed=seed,
        )  # fmt: skip
