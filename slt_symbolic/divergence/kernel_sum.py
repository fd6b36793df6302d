"""K as one quadratic form in neuron kernels: its values, and its closed forms around a point."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import sympy
from flint import arb, ctx

from slt_symbolic.divergence.network_sum import Truth
from slt_symbolic.divergence.piece import Piece
from slt_symbolic.divergence.quadratic_form import (
    PairForms,
    Values,
    difference,
    field_form,
    merged,
    quadratic_form,
    sweep,
)
from slt_symbolic.exact.chamber import Chamber, ChamberField
from slt_symbolic.exact.entries import irrational_numbers, sample_constants
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import InputDistribution, UniformInterval
from slt_symbolic.kernels import Feature, kernel_for
from slt_symbolic.kernels.algebraic import AlgebraicKernel
from slt_symbolic.networks import TwoLayer


class KernelSum:
    """K = (1/2σ²) Σ_ab r_a r_b k(u_a, u_b) over the units of model and truth.

    Parameters
    ----------
    model : TwoLayer
        The network.
    truth : TwoLayer or NetworkSum
        The true function.
    inputs : InputDistribution
        The law of the inputs.
    noise_variance : sympy.Expr
        σ².

    Raises
    ------
    ValueError
        If a pair of activations has no kernel under that law.

    Notes
    -----
    A point is a mapping from every parameter to an exact value.
    """

    def __init__(
        self,
        model: TwoLayer,
        truth: Truth,
        inputs: InputDistribution,
        noise_variance: sympy.Expr,
    ) -> None:
        self.parameters, self.inputs = model.parameters, inputs
        self.noise_variance = noise_variance
        self.terms = difference(model, truth)
        activations = {t.feature.activation.name: t.feature.activation for t in self.terms}
        # Looked up once, here, so that a pair without a kernel is refused at once.
        self._kernels = {
            (a, b): kernel_for(inputs, f, g)
            for a, f in activations.items()
            for b, g in activations.items()
        }

    @cached_property
    def constants(self) -> Values:
        """Unknown constants, each with a sample value that agrees with its sign."""
        entries = [e for t in self.terms for e in t.entries()]
        constants = sample_constants([*entries, *self._law_numbers, self.noise_variance])
        return {s: v for s, v in constants.items() if s not in self.parameters}

    @cached_property
    def is_algebraic(self) -> bool:
        """Whether K is a rational function of the parameters in each chamber."""
        # Some kernels over a field have transcendental values too: of sines, say.
        piecewise = all(t.feature.activation.branches is not None for t in self.terms)
        return piecewise and all(isinstance(k, AlgebraicKernel) for k in self._kernels.values())

    @cached_property
    def _law_numbers(self) -> list[sympy.Expr]:
        found = [k.numbers() for k in self._kernels.values() if isinstance(k, AlgebraicKernel)]
        return found[0] if found else []

    @cached_property
    def _numbers(self) -> set[sympy.Expr]:
        entries = [e for t in self.terms for e in t.entries()]
        return irrational_numbers([*entries, *self._law_numbers, self.noise_variance])

    def at(self, point: Values) -> sympy.Expr:
        """Return K at a point, exactly; raise NoClosedFormError where there is no closed form."""
        terms = [t.subs(point) for t in self.terms] if point else self.terms
        if not self.is_algebraic:
            total = quadratic_form(merged(terms), lambda g, h: self._kernel(g, h).exact(g, h))
            return total / (2 * self.noise_variance)
        field = self._field((), point)
        if isinstance(self.inputs, UniformInterval):
            moment = sweep(field, self.inputs, terms)
        else:
            moment = field_form(field, terms, lambda g, h: self._over(field, g, h))
        return self._scale(field, moment)

    def enclosure(self, point: Values, digits: int) -> arb:
        """Return a ball around K at a point that leaves no unknown constant."""
        with ctx.workdps(digits + 5):
            if self.is_algebraic:
                value = self.at(point)
                field = RealField.containing([value])
                return field.enclose(field.element(value))
            terms = merged([t.subs(point) for t in self.terms])
            total = arb(0)
            for i, s in enumerate(terms):
                for t in terms[: i + 1]:
                    weight = s.readout * t.readout * (1 if s is t else 2)
                    if weight != 0:
                        g, h = s.feature, t.feature
                        ball = self._kernel(g, h).enclosure(g, h, digits=digits)
                        total += _ball(weight) * ball
            return total / (2 * _ball(self.noise_variance))

    def _kernel(self, g: Feature, h: Feature) -> Any:
        return self._kernels[g.activation.name, h.activation.name]

    def _over(self, field: Any, g: Feature, h: Feature) -> Any:
        return self._kernel(g, h).over(field, g, h)

    def _field(self, parameters: tuple[sympy.Symbol, ...], point: Values) -> Any:
        numbers = self._numbers | irrational_numbers(point.values())
        constants = {**self.constants, **sample_constants(point.values())}
        if not parameters and not constants:
            return RealField.containing(numbers)
        sample = {p: v.subs(constants) for p, v in point.items()} if constants else point
        return ChamberField(parameters, tuple(constants), {**sample, **constants}, numbers)

    def form(self, point: Values) -> Piece:
        """Return the closed form of K around a point, and its chamber."""
        if not self.is_algebraic:
            return self._transcendental_form(point)
        expr, conditions = self.rational_form(point, {})
        return Piece(expr, (Chamber(frozenset(conditions)),))

    def rational_form(
        self, point: Values, known: PairForms
    ) -> tuple[sympy.Expr, tuple[sympy.Expr, ...]]:
        """Return K around a point with the polynomials that are positive there, in order.

        The forms of pairs of units that are known there are used again.
        """
        field = self._field(self.parameters, point)
        if not isinstance(field, ChamberField):
            return self.at(point), ()
        conditions: dict[sympy.Expr, None] = {}

        def pair(g: Feature, h: Feature) -> Any:
            forms = known.setdefault((field.base, g, h), [])
            for value, region in forms:
                if field.holds(region):
                    conditions.update(dict.fromkeys(region))
                    return value
            local = field.fresh()
            value = self._over(local, g, h)
            forms.append((value, local.walls))
            conditions.update(dict.fromkeys(local.walls))
            return value

        moment = field_form(field, self.terms, pair)
        return self._scale(field, moment), tuple(conditions)

    def _transcendental_form(self, point: Values) -> Piece:
        conditions: set[sympy.Expr] = set()

        def pair(g: Feature, h: Feature) -> sympy.Expr:
            form, chamber = self._kernel(g, h).closed_form(g, h, point)
            conditions.update(chamber.conditions)
            return form

        total = quadratic_form(self.terms, pair)
        return Piece(total / (2 * self.noise_variance), (Chamber(frozenset(conditions)),))

    def _scale(self, field: Any, second_moment: Any) -> sympy.Expr:
        return field.to_sympy(second_moment / (2 * field.element(self.noise_variance)))


def _ball(number: sympy.Expr) -> arb:
    field = RealField.containing([number])
    return field.enclose(field.element(number))
