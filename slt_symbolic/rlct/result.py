"""The answer to a learning coefficient problem."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

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


@dataclass(frozen=True)
class LearningCoefficient:
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
        if self.value is not None:
            order = "undetermined" if self.multiplicity is None else self.multiplicity
            shown = f"lambda={self.value}, m={order}"
        else:
            top = "oo" if self.upper is None else self.upper
            shown = f"{self.lower} <= lambda <= {top}"
        return f"LearningCoefficient({shown}, {self.known}: {self.route})"

    def _repr_latex_(self) -> str:
        if self.value is not None:
            text = rf"\lambda = {sympy.latex(self.value)}"
            if self.multiplicity is not None:
                text += rf",\quad m = {self.multiplicity}"
        else:
            top = r"\infty" if self.upper is None else sympy.latex(self.upper)
            text = rf"{sympy.latex(self.lower)} \le \lambda \le {top}"
        return rf"${text}$"
