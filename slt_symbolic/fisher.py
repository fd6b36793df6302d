"""The Fisher information of a network: matrix, rank with proof, null relations.

For regression with Gaussian noise of variance σ², I_jk(w) = E[∂_j f ∂_k f]/σ². It is degenerate
exactly where the functions ∂_j f are linearly dependent, and each relation among them is a null
direction. Relations are found and proved on coordinates of these functions in a basis, never by
numerical rank.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy

from slt_symbolic.exact.chamber import Chamber, ChamberField, OrderedField
from slt_symbolic.exact.entries import irrational_numbers, sample_constants
from slt_symbolic.exact.linear_algebra import left_kernel
from slt_symbolic.exact.numbers import RealField, exact
from slt_symbolic.inputs import InputDistribution, UniformInterval
from slt_symbolic.kernels.broken import Broken, add, neuron
from slt_symbolic.kernels.interval import IntervalExpectation
from slt_symbolic.networks import Point, TwoLayer


@dataclass(frozen=True)
class NullRelations:
    """All linear relations Σ_j v_j ∂_j f = 0 at a point, or as vector fields around it.

    Parameters
    ----------
    parameters : tuple of sympy.Symbol
        The parameters w_j, in order.
    fields : tuple of tuple of sympy.Expr
        A basis of the relations: for each, the coefficients v_j.
    rank : int
        Rank of the Fisher information: number of parameters minus number of relations.
    chamber : Chamber or None
        Where the vector fields are valid; None for relations at one point.
    """

    parameters: tuple[sympy.Symbol, ...]
    fields: tuple[tuple[sympy.Expr, ...], ...]
    rank: int
    chamber: Chamber | None = None

    def __str__(self) -> str:
        relations = [
            " + ".join(f"({v})*d/d{p}" for v, p in zip(f, self.parameters, strict=True) if v != 0)
            for f in self.fields
        ]
        return f"rank {self.rank} of {len(self.parameters)}; " + (
            "; ".join(f"{r} = 0" for r in relations) or "no null relation"
        )


class FisherInformation:
    """The Fisher information of a two-layer network.

    Parameters
    ----------
    model : TwoLayer
        The network; its activation must be continuous and piecewise polynomial.
    inputs : InputDistribution
        The law of the inputs; today :class:`~slt_symbolic.inputs.UniformInterval`.
    noise_variance : exact number
        σ², positive.

    Notes
    -----
    It does not depend on the truth. At a true parameter it is the Hessian of K (where K is
    twice differentiable).

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> model = TwoLayer.symbolic(RELU, width=1, biases=0, output_bias=0)
    >>> fisher = FisherInformation(model, UniformInterval(-sympy.sqrt(6), sympy.sqrt(6)))
    >>> fisher.matrix({"w1": 2, "q1": sympy.Rational(1, 2)})
    Matrix([
    [1/4, 1],
    [  1, 4]])
    >>> fisher.null_fields({"w1": 2, "q1": 3}).fields
    ((w1, -q1),)
    """

    def __init__(
        self,
        model: TwoLayer,
        inputs: InputDistribution,
        *,
        noise_variance: sympy.Expr | int = 1,
    ) -> None:
        if not isinstance(inputs, UniformInterval):
            raise ValueError(f"inputs must be a UniformInterval, got {inputs!r}")
        if model.inputs != inputs.dimension:
            raise ValueError(f"model must have {inputs.dimension} input, it has {model.inputs}")
        self.model, self.inputs = model, inputs
        self.noise_variance = exact(noise_variance, "noise_variance")
        if not self.noise_variance.is_positive:
            raise ValueError(f"noise_variance must be positive, got {noise_variance}")

    @property
    def parameters(self) -> tuple[sympy.Symbol, ...]:
        """The parameters, in the order of rows and columns."""
        return self.model.parameters

    def matrix(self, values: Point) -> sympy.ImmutableMatrix:
        """Return I(w) at an exact parameter, with exact entries.

        Raises
        ------
        ValueError
            If σ jumps: f is not differentiable in its parameters then.
        """
        point = self.model.point(values)
        field = self._field((), point)
        return self._gram(field, self._scores(field, lambda e: e.xreplace(point)))

    def closed_form(self, values: Point) -> tuple[sympy.ImmutableMatrix, Chamber]:
        """Return I(w) as expressions around an exact parameter, and the chamber where they hold.

        Raises
        ------
        WallError
            If the parameter lies on a wall between chambers.
        """
        field = self._field(self.parameters, self.model.point(values))
        matrix = self._gram(field, self._scores(field, lambda e: e))
        return matrix, field.chamber

    def null_relations(self, values: Point) -> NullRelations:
        """Return all relations among the ∂_j f at an exact parameter, and the rank.

        Notes
        -----
        The rank is proved from both sides: the relations returned hold identically in x, which
        bounds it from above; and the elimination that finds them exhibits as many independent
        coordinates of the ∂_j f, in a basis of linearly independent functions of x.
        """
        point = self.model.point(values)
        field = self._field((), point)
        basis = self._relations(field, self._scores(field, lambda e: e.xreplace(point)))
        return NullRelations(self.parameters, basis, len(self.parameters) - len(basis))

    def null_fields(self, values: Point) -> NullRelations:
        """Return the relations around an exact parameter as vector fields.

        The rank returned is that at almost every point of the chamber.
        """
        field = self._field(self.parameters, self.model.point(values))
        basis = self._relations(field, self._scores(field, lambda e: e))
        return NullRelations(
            self.parameters, basis, len(self.parameters) - len(basis), field.chamber
        )

    def rank(self, values: Point) -> int:
        """Return the rank of I(w) at an exact parameter."""
        return self.null_relations(values).rank

    def _field(
        self, parameters: tuple[sympy.Symbol, ...], point: dict[sympy.Symbol, sympy.Expr]
    ) -> Any:
        rest = [self.inputs.lower, self.inputs.upper, self.noise_variance, *point.values()]
        numbers = self.model.numbers() | irrational_numbers(rest)
        constants = sample_constants([*rest, *self.model.constants])
        if not parameters and not constants:
            return RealField.containing(numbers)
        sample = {p: v.subs(constants) for p, v in point.items()}
        return ChamberField(parameters, tuple(constants), {**sample, **constants}, numbers)

    def _scores(
        self, field: OrderedField, value: Callable[[sympy.Expr], sympy.Expr]
    ) -> list[Broken]:
        """Return every ∂f/∂w_j as terms q′σ(a) + q σ′(a)(w′x + b′) summed over the units."""

        def element(e: sympy.Expr) -> Any:
            return field.element(value(e))

        scores: list[list[Broken]] = [[] for _ in self.parameters]
        for u in self.model.units:
            w, b = element(u.weights[0]), element(u.bias)
            unit = neuron(self.model.activation, w, b, field)
            # With zero readout the unit adds nothing to first order, however σ bends or jumps.
            moves = element(u.readout) and any(
                e.diff(p) != 0 for e in (*u.weights, u.bias) for p in self.parameters
            )
            slope = neuron(self.model.activation, w, b, field, slope=True) if moves else None
            for terms, p in zip(scores, self.parameters, strict=True):
                dq, dw, db = (e.diff(p) for e in u.entries())
                if dq != 0:
                    terms.append(unit.times((element(dq),)))
                if slope is not None and (dw != 0 or db != 0):
                    q = u.readout
                    terms.append(slope.times((element(q * db), element(q * dw))))
        for terms, p in zip(scores, self.parameters, strict=True):
            constant = (element(self.model.output_bias.diff(p)),)
            terms.append(Broken(constant, constant))
        return [
            _sum_at_one_break(terms, p) for terms, p in zip(scores, self.parameters, strict=True)
        ]

    def _gram(self, field: OrderedField, scores: list[Broken]) -> sympy.ImmutableMatrix:
        expectation = IntervalExpectation(self.inputs, field)
        scores = [expectation.restrict(g) for g in scores]
        variance = field.element(self.noise_variance)
        size = len(scores)
        entries = {
            (i, j): field.to_sympy(expectation.inner(scores[i], scores[j]) / variance)
            for i in range(size)
            for j in range(i + 1)
        }
        return sympy.ImmutableMatrix(size, size, lambda i, j: entries[max(i, j), min(i, j)])

    def _relations(
        self, field: OrderedField, scores: list[Broken]
    ) -> tuple[tuple[sympy.Expr, ...], ...]:
        expectation = IntervalExpectation(self.inputs, field)
        rows = expectation.coordinates([expectation.restrict(g) for g in scores])
        zero, one = field.element(sympy.S.Zero), field.element(sympy.S.One)
        return tuple(
            _primitive([field.to_sympy(v) for v in vector])
            for vector in left_kernel(rows, zero, one)
        )


def _sum_at_one_break(terms: list[Broken], parameter: sympy.Symbol) -> Broken:
    """Add functions of x whose breaks, if any, are one and the same."""
    at = None
    for t in terms:
        if t.at is not None and at is not None and t.at != at:
            raise ValueError(f"parameter {parameter} is tied across units with different breaks")
        at = t.at if at is None else at
    left, right = (), ()
    for t in terms:
        left, right = add(left, t.left), add(right, t.right)
    return Broken(left, right, at)


def _primitive(vector: list[sympy.Expr]) -> tuple[sympy.Expr, ...]:
    """Clear denominators and common factors, with a positive leading sign."""
    common = sympy.lcm_list([sympy.fraction(sympy.together(v))[1] for v in vector])
    cleared = [sympy.cancel(v * common) for v in vector]
    divisor = sympy.gcd_list([v for v in cleared if v != 0])
    result = [sympy.cancel(v / divisor) for v in cleared]
    first = next(v for v in result if v != 0)
    if first.could_extract_minus_sign():
        result = [-v for v in result]
    return tuple(result)
