"""What the study of modular addition is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from slt_symbolic.studies.study import settings_key

__all__ = ["Case", "ModularSettings"]


@dataclass(frozen=True)
class Case:
    """A modulus, its sextic term, and the ratios u / u_c that are computed.

    Attributes
    ----------
    modulus, gamma
        P and gamma.
    ratios
        u / u_c, exact; u_c rounded to four digits.
    sampled
        Those at which the dynamics are run.
    """

    modulus: int
    gamma: Fraction
    ratios: tuple[Fraction, ...]
    sampled: tuple[Fraction, ...] = ()


@dataclass(frozen=True)
class ModularSettings:
    """Settings of the study of modular addition.

    Attributes
    ----------
    cases
        What is computed.
    readout
        A = sigma_a^2 / sigma^2.
    widths
        N of the dynamics, ascending: the last two are extrapolated.
    steps, step
        Of the dynamics.
    seed
        The same seed gives the same numbers.

    Raises
    ------
    ValueError
        If the widths do not ascend.
    """

    cases: tuple[Case, ...]
    readout: Fraction
    widths: tuple[int, ...]
    steps: int
    step: float
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.widths or list(self.widths) != sorted(set(self.widths)) or self.widths[0] < 2:
            raise ValueError(f"widths must ascend from at least 2, got {self.widths}")

    @property
    def key(self) -> str:
        """A text that names what the rows depend on."""
        return settings_key(self, without=("cases",))

    @classmethod
    def quick(cls, seed: int = 0) -> ModularSettings:
        """Return settings for less than a minute."""
        ratios = tuple(Fraction(k, 4) for k in range(1, 8))
        cases = (
            Case(5, Fraction(1), ratios, (Fraction(1, 2), Fraction(3, 2))),
            Case(5, Fraction(1, 10), ratios),
        )
        return cls(cases, Fraction(1, 300), widths=(128, 256), steps=5000, step=0.005, seed=seed)

    @classmethod
    def full(cls, seed: int = 0) -> ModularSettings:
        """Return settings for moduli from 5 to 23."""
        ratios = tuple(Fraction(k, 8) for k in range(1, 17))
        sampled = tuple(Fraction(k, 4) for k in (2, 3, 4, 6, 8))
        cases = (
            Case(5, Fraction(1), ratios, sampled),
            Case(7, Fraction(2), ratios, sampled),
            Case(11, Fraction(5), ratios, sampled),
            Case(23, Fraction(20), ratios, (Fraction(1, 2), Fraction(3, 2))),
            Case(5, Fraction(1, 10), ratios),
            Case(11, Fraction(1, 10), ratios),
        )
        return cls(
            cases, Fraction(1, 300), widths=(256, 512, 1024), steps=20_000, step=0.005, seed=seed
        )
