"""Which networks, and how much is sampled."""

from __future__ import annotations

from dataclasses import dataclass

from slt_symbolic.studies.study import settings_key

__all__ = ["ACTIVATIONS", "Case", "Settings"]

ACTIVATIONS = ("tanh", "erf", "arctan", "sin", "relu", "relu with biases", "quadratic")


@dataclass(frozen=True, order=True)
class Case:
    """An activation, the width of the model and that of the truth.

    Attributes
    ----------
    activation
        One of `ACTIVATIONS`; without biases but for ``"relu with biases"``.
    width
        Units of the model, d >= 1.
    truth
        Units of the truth, 0 <= m <= d; at most 2 for ``"relu"``, which has two orientations of
        one fold, and at most 1 for ``"quadratic"``, where more are no different.

    Raises
    ------
    ValueError
        If there is no such case.

    Examples
    --------
    >>> print(Case("tanh", 2, 1))
    tanh, d = 2, m = 1
    """

    activation: str
    width: int
    truth: int

    def __post_init__(self) -> None:
        if self.activation not in ACTIVATIONS:
            known = ", ".join(ACTIVATIONS)
            raise ValueError(f"activation must be one of {known}, got {self.activation!r}")
        most = min(self.width, {"relu": 2, "quadratic": 1}.get(self.activation, self.width))
        if self.width < 1 or not 0 <= self.truth <= most:
            raise ValueError(
                f"{self.activation}: width must be at least 1 and truth between 0 and {most}, "
                f"got {self.width} and {self.truth}"
            )

    def __str__(self) -> str:
        return f"{self.activation}, d = {self.width}, m = {self.truth}"


def _cases(activations: tuple[str, ...], widths: range) -> tuple[Case, ...]:
    found = []
    for name in activations:
        for width in widths:
            for truth in range(width + 1):
                try:
                    found.append(Case(name, width, truth))
                except ValueError:  # more units than such a truth can have
                    continue
    return tuple(found)


@dataclass(frozen=True)
class Settings:
    """What the study computes.

    Attributes
    ----------
    cases
        The networks.
    sampled
        Those of them that are sampled too: for each pair of lambda and multiplicity one row.
    budget
        Seconds for each search for a resolution. A slower machine may find bounds where a faster
        one finds the value.
    points
        Random points of each stratum at which lambda is asked for.
    draws
        Of each of 4 chains at each temperature of the first run.
    seconds
        Of the processor for each sampled row.
    seed
        Of the chains.
    """

    cases: tuple[Case, ...]
    sampled: tuple[Case, ...] = ()
    budget: int = 10
    points: int = 2
    draws: int = 2000
    seconds: int = 10
    seed: int = 0

    @classmethod
    def quick(cls, seed: int = 0) -> Settings:
        """Return the settings for a minute."""
        cases = _cases(("tanh", "relu", "erf", "sin", "quadratic"), range(1, 3))
        cases += _cases(("relu with biases",), range(1, 2))
        return cls(cases, (Case("tanh", 1, 0), Case("relu", 1, 1)), seed=seed)

    @classmethod
    def full(cls, seed: int = 0) -> Settings:
        """Return the settings of the whole table."""
        cases = _cases(("tanh", "erf", "arctan", "sin", "relu", "quadratic"), range(1, 4))
        cases += _cases(("relu with biases",), range(1, 3))
        sampled = tuple(case for case in cases if case.width <= 2)
        return cls(cases, sampled, budget=30, points=2, seconds=30, seed=seed)

    @property
    def key(self) -> str:
        """A text that names what the rows depend on."""
        return settings_key(self, without=("cases", "sampled"))
