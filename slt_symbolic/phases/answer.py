"""The local learning coefficient at a parameter of W0, with everything it rests on."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from slt_symbolic.rlct import Known, LearningCoefficient, MomentProblem, PiecewiseProblem
from slt_symbolic.rlct.theorems.theorem import TheoremResult

Problem = PiecewiseProblem | MomentProblem


@dataclass(frozen=True, repr=False)
class LocalCoefficient:
    """λ and m of K at a true parameter.

    Parameters
    ----------
    lower, upper : sympy.Rational or None
        Bounds on λ, equal where it is known.
    multiplicity : int or None
        m, where it is known.
    known : Known
        ``PROVED``: a certificate for ``problem``, whose K is comparable to that of the network
        for the stated reason. ``THEOREM``: the hypotheses of the stated theorem were checked
        exactly. ``VALUE``: λ but not m. ``BOUNDS``.
    reason : str
        Why λ is this: what K is comparable to, or the theorem.
    answer : LearningCoefficient or TheoremResult
        The engine's answer, with its certificate, or the theorem's with its citation.
    problem : PiecewiseProblem, MomentProblem or None
        What the engine was asked.
    regular : int
        Number of further directions in which K is a square, beside the problem: each adds ½.
    rank : int or None
        The Fisher rank at the parameter, where f is differentiable.
    dimension : int or None
        Of the stratum of W0 on which it lies.
    """

    lower: sympy.Rational
    upper: sympy.Rational | None
    multiplicity: int | None
    known: Known
    reason: str
    answer: LearningCoefficient | TheoremResult
    problem: Problem | None = None
    regular: int = 0
    rank: int | None = None
    dimension: int | None = None

    @property
    def value(self) -> sympy.Rational | None:
        """The learning coefficient, if the bounds meet."""
        return self.lower if self.lower == self.upper else None

    def __str__(self) -> str:
        if self.value is None:
            upper = "oo" if self.upper is None else self.upper
            return f"{self.lower} <= lambda <= {upper} ({self.known})"
        order = "" if self.multiplicity is None else f", m = {self.multiplicity}"
        return f"lambda = {self.value}{order} ({self.known})"

    def __repr__(self) -> str:
        return f"<{self}: {self.reason}>"

    def _repr_latex_(self) -> str:
        if self.value is None:
            upper = r"\infty" if self.upper is None else sympy.latex(self.upper)
            return rf"${sympy.latex(self.lower)} \le \lambda \le {upper}$ ({self.known})"
        order = "" if self.multiplicity is None else rf",\ m = {self.multiplicity}"
        return rf"$\lambda = {sympy.latex(self.value)}{order}$ ({self.known})"
