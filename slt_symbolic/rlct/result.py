"""The answer to a learning coefficient problem."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import sympy

from .certificate import Certificate


class Known(Enum):
    """How a learning coefficient is known."""

    PROVED = "proved"
    """lambda and m are exact, and the checker accepted the certificate."""

    VALUE = "value"
    """The proved bounds for lambda meet; m is not determined, and K >= 0 may be assumed."""

    THEOREM = "theorem"
    """A published theorem says so; its hypotheses were checked, its proof was not."""

    BOUNDS = "bounds"
    """Only the interval is known; its certificate was accepted."""

    def __str__(self) -> str:
        return self.value


class WithExponents:
    """lambda and m, or bounds, and how both kinds of result show them."""

    value: sympy.Rational | None
    multiplicity: int | None
    lower: sympy.Rational
    upper: sympy.Rational | None

    def exponents(self) -> str:
        """Return lambda and m, or the interval for lambda, as text."""
        if self.value is None:
            return f"{self.lower} <= lambda <= {'oo' if self.upper is None else self.upper}"
        order = "undetermined" if self.multiplicity is None else self.multiplicity
        return f"lambda={self.value}, m={order}"

    def _repr_latex_(self: Any) -> str:
        if self.value is None:
            top = r"\infty" if self.upper is None else sympy.latex(self.upper)
            text = rf"{sympy.latex(self.lower)} \le \lambda \le {top}"
        else:
            text = rf"\lambda = {sympy.latex(self.value)}"
            if self.multiplicity is not None:
                text += rf",\quad m = {self.multiplicity}"
        return rf"${text}$ ({self.known})"


@dataclass(frozen=True)
class LearningCoefficient(WithExponents):
    """The learning coefficient (real log canonical threshold) with its evidence.

    Attributes
    ----------
    value : sympy.Rational or None
        lambda, if the bounds agree.
    multiplicity : int or None
        m, the order of the pole at -lambda, if proved.
    lower, upper : sympy.Rational or None
        Proved bounds; ``upper`` is None where no scaling was found.
    known : Known
        How the answer is known.
    route : str
        The kinds of steps of the proof.
    reason : str
        One sentence that names the argument.
    certificate : Certificate
        What the checker verified.
    attained_by : tuple of int
        The pieces of the problem that attain the value.
    seconds : float
        Time of search and check, in seconds.
    """

    value: sympy.Rational | None
    multiplicity: int | None
    lower: sympy.Rational
    upper: sympy.Rational | None
    known: Known
    route: str
    reason: str
    certificate: Certificate
    attained_by: tuple[int, ...]
    seconds: float

    def __repr__(self) -> str:
        return f"LearningCoefficient({self.exponents()}, {self.known}: {self.route})"
