"""What is asked of the Fisher information of any model whose scores are known exactly."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any

import numpy as np
import sympy
from flint import arb_mat, ctx

from slt_symbolic.exact import balls
from slt_symbolic.exact.chamber import Chamber, WallError
from slt_symbolic.exact.numbers import exact
from slt_symbolic.fisher.gram import ball_gram, exact_gram, symbolic_gram
from slt_symbolic.fisher.locus import degeneracy_locus
from slt_symbolic.fisher.rank import NullRelations, RankProof, null_relations
from slt_symbolic.fisher.scores import Scores
from slt_symbolic.inputs import InputDistribution

Values = Any
"""Exact values of the parameters, by symbol or name or in order."""


class ScoreFisher(ABC):
    """The Fisher information from scores in independent functions of the input.

    Parameters
    ----------
    inputs : InputDistribution
        The law of the inputs.
    noise_variance : exact number
        σ², positive.
    """

    def __init__(self, inputs: InputDistribution, noise_variance: sympy.Expr | int) -> None:
        variance = noise_variance
        if not (isinstance(variance, sympy.Expr) and variance.free_symbols):
            variance = exact(variance, "noise_variance")
        if not variance.is_positive:
            raise ValueError(f"noise_variance must be positive, got {noise_variance}")
        self.inputs, self.noise_variance = inputs, variance

    @property
    @abstractmethod
    def parameters(self) -> tuple[sympy.Symbol, ...]:
        """The parameters, in the order of rows and columns."""

    @abstractmethod
    def point(self, values: Values) -> dict[sympy.Symbol, sympy.Expr]:
        """Return an exact number for every parameter."""

    @abstractmethod
    def scores(self, values: Values, *, symbolic: bool = False) -> Scores:
        """Return the scores in independent atoms, at a parameter or in the chamber around it."""

    def matrix(self, values: Values) -> sympy.ImmutableMatrix:
        """Return I(w) at an exact parameter, with exact entries.

        Raises
        ------
        NotDifferentiableError
            If f is not differentiable in its parameters there.
        NoClosedFormError
            If an entry has no closed form; ask for :meth:`enclosure` then.
        """
        return exact_gram(self.scores(values), self.inputs) / self.noise_variance

    def closed_form(self, values: Values) -> tuple[sympy.ImmutableMatrix, Chamber]:
        """Return I(w) as expressions around an exact parameter, and the chamber where they hold.

        Raises
        ------
        WallError
            If the parameter lies on a wall between chambers.
        NoClosedFormError
            If an entry has no closed form.
        """
        scores = self.scores(values, symbolic=True)
        matrix, chamber = symbolic_gram(scores, self.inputs, self.point(values))
        return matrix / self.noise_variance, chamber

    def enclosure(self, values: Values, *, digits: int = 30) -> arb_mat:
        """Return balls around the entries of I(w) at an exact parameter.

        Parameters
        ----------
        values : mapping or sequence
            Exact values of the parameters.
        digits : int
            Digits aimed at, relative to the scale of the terms of each entry.

        Raises
        ------
        NoClosedFormError
            If the law has neither closed forms nor certified quadrature for the activation.
        """
        if isinstance(digits, bool) or not isinstance(digits, int) or digits < 1:
            raise ValueError(f"digits must be a positive integer, got {digits!r}")
        scores = self.scores(values)
        if symbols := scores.unknowns | self.noise_variance.free_symbols:
            raise ValueError(f"the matrix depends on {sorted(map(str, symbols))}: it is no number")
        with ctx.workdps(digits + 10):
            variance = balls.ball(self.noise_variance, {})
            return ball_gram(scores, self.inputs, digits) * (1 / variance)

    def null_relations(self, values: Values) -> NullRelations:
        """Return all relations among the ∂_j f at an exact parameter, and the rank.

        Notes
        -----
        The rank is proved from both sides: the relations hold identically in x, which bounds it
        from above; and a minor of the scores' coefficients in independent functions, or of their
        values, that is shown not to vanish bounds it from below.
        """
        return self._proved(self.scores(values), [values])

    def null_fields(self, values: Values) -> NullRelations:
        """Return the relations around an exact parameter as vector fields.

        The rank returned is that at almost every point of the chamber.
        """
        scores = self.scores(values, symbolic=True)
        return self._proved(scores, [values, *_nearby(self.point(values))])

    def generic(self, *, seed: int = 0) -> NullRelations:
        """Return the relations as vector fields around a random point.

        The rank is the one at almost every parameter if f is analytic in its parameters, or if
        it does not depend on the chamber (as for ReLU units on R^n that are not tied); otherwise
        it is that of the chamber returned.

        Parameters
        ----------
        seed : int
            Of the point.

        Examples
        --------
        >>> from slt_symbolic import FisherInformation, StandardNormal, TwoLayer, activation
        >>> model = TwoLayer.symbolic(activation("relu"), inputs=2, width=2)
        >>> fields = FisherInformation(model, StandardNormal(2)).generic()
        >>> fields.rank, fields.fields[1]
        (7, (0, 0, 0, 0, w2_1, w2_2, b2, -q2, 0))
        """
        rng = np.random.default_rng(seed)
        for _ in range(20):
            values = {
                p: sympy.Rational(int(rng.integers(-999, 999, endpoint=True)), 500)
                for p in self.parameters
            }
            try:
                return self.null_fields(values)
            except (WallError, ZeroDivisionError):
                continue
        raise WallError("20 random points were all on walls: give a point to null_fields")

    def degeneracy_locus(self, values: Values) -> tuple[tuple[sympy.Expr, ...], ...]:
        """Return equations for where the rank is below that of :meth:`null_fields`.

        The locus within the chamber and type of the point is the union over the tuples of the
        sets where all polynomials of one vanish; see
        :func:`~slt_symbolic.fisher.locus.degeneracy_locus`.
        """
        return degeneracy_locus(self.scores(values, symbolic=True))

    def rank(self, values: Values) -> int:
        """Return the rank of I(w) at an exact parameter.

        Raises
        ------
        UndecidedError
            If it is only known between bounds; :meth:`rank_proof` gives them.
        """
        return self.rank_proof(values).value

    def rank_proof(self, values: Values) -> RankProof:
        """Return the rank of I(w) at an exact parameter, with what proves it."""
        return self.null_relations(values).proof

    def independent_by_values(self, values: Values, rows: tuple[int, ...]) -> tuple[Any, str]:
        """Return scores that are proved independent by their values at some inputs, and how."""
        del values, rows
        return (), "nothing"

    def rank_limit(self) -> int | None:
        """Return a bound on the rank that the law sets, if any."""
        return None

    def _proved(self, scores: Scores, points: list[Values]) -> NullRelations:
        """Return relations, their rank bounded from below by values if it is not otherwise."""
        found = null_relations(scores)
        if found.proof.known == "proved":
            return found
        proof, limit = found.proof, self.rank_limit()
        if limit is not None and limit < proof.upper:
            reason = "the number of distinct points, times the outputs"
            proof = replace(proof, upper=limit, upper_by=reason)
        for values in points:
            rows, how = self.independent_by_values(values, found.candidates)
            if len(rows) > proof.lower:
                proof = replace(proof, lower=len(rows), lower_by=how, minor=rows)
            if proof.lower == proof.upper:
                break
        return replace(found, proof=proof)


def _nearby(point: dict[sympy.Symbol, sympy.Expr]) -> list[dict[sympy.Symbol, sympy.Expr]]:
    rng = np.random.default_rng(0)
    shift = {p: sympy.Rational(int(rng.integers(-100, 100, endpoint=True)), 1009) for p in point}
    return [{p: v + shift[p] for p, v in point.items()}]
