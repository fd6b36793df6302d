"""f − f0 as one signed sum of features, and its second moment as a quadratic form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from slt_symbolic.divergence.network_sum import Truth, parts_of
from slt_symbolic.exact.entries import substitute
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.kernels import Feature
from slt_symbolic.kernels.broken import neuron
from slt_symbolic.kernels.interval import IntervalExpectation
from slt_symbolic.networks import TwoLayer

Values = dict[sympy.Symbol, sympy.Expr]

PairForms = dict[tuple[Any, Feature, Feature], list[tuple[Any, dict[sympy.Expr, Any]]]]
"""Known closed forms of pairs: from coefficients and features to values with their walls."""


@dataclass(frozen=True)
class Term:
    """One term r·g(x) of f − f0.

    Parameters
    ----------
    readout : sympy.Expr
        r.
    feature : Feature
        g.
    """

    readout: sympy.Expr
    feature: Feature

    def subs(self, values: Values) -> Term:
        """Return the term with symbols replaced."""
        return Term(substitute(self.readout, values), self.feature.subs(values))

    def entries(self) -> tuple[sympy.Expr, ...]:
        """Return readout, weights and bias in a row."""
        return (self.readout, *self.feature.entries())


def difference(model: TwoLayer, truth: Truth) -> tuple[Term, ...]:
    """Return the terms of f − f0."""
    terms = [
        Term(sign * u.readout, Feature(network.activation, u.weights, u.bias))
        for network, sign in ((model, 1), *((part, -1) for part in parts_of(truth)))
        for u in network.units
    ]
    constant = model.output_bias - truth.output_bias
    if constant != 0 or not terms:
        terms.append(Term(constant, Feature.constant(model.inputs)))
    return tuple(terms)


def merged(terms: Sequence[Term]) -> list[Term]:
    """Return the terms with equal features added up, scaled alike where the activation allows.

    At a true parameter that shares its units with the truth nothing is left, where a quadratic
    form in transcendental kernel values would be an expression that only equals zero.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> unit, zero = Feature(RELU, (sympy.Integer(1),), sympy.Integer(2)), sympy.S.Zero
    >>> double = Feature(RELU, (sympy.Integer(2),), sympy.Integer(4))
    >>> merged([Term(sympy.Integer(1), double), Term(sympy.Integer(-2), unit)])
    []
    """
    readouts: dict[Feature, sympy.Expr] = {}
    for t in terms:
        feature, readout = t.feature, t.readout
        degree = feature.activation.scaling_degree
        size = next((abs(e) for e in (*feature.weights, feature.bias) if e != 0), None)
        if degree is not None and size is not None and size.is_positive and size != 1:
            weights = tuple(w / size for w in feature.weights)
            feature = Feature(feature.activation, weights, feature.bias / size)
            readout = readout * size**degree
        readouts[feature] = readouts.get(feature, sympy.S.Zero) + readout
    return [Term(r, f) for f, r in readouts.items() if r != 0]


def quadratic_form(
    terms: Sequence[Term], kernel: Callable[[Feature, Feature], sympy.Expr]
) -> sympy.Expr:
    """Return E[(Σ r g)²] as a SymPy expression, one kernel value for each pair of terms."""
    return sympy.Add(
        *(
            (1 if s is t else 2) * s.readout * t.readout * kernel(s.feature, t.feature)
            for i, s in enumerate(terms)
            for t in terms[: i + 1]
            if s.readout != 0 and t.readout != 0
        )
    )


def field_form(field: Any, terms: Sequence[Term], kernel: Callable[[Feature, Feature], Any]) -> Any:
    """Return E[(Σ r g)²] as a field element, one kernel value for each pair of terms."""
    readouts = [field.element(t.readout) for t in terms]
    total = field.element(sympy.S.Zero)
    for i, (r, s) in enumerate(zip(readouts, terms, strict=True)):
        for q, t in zip(readouts[: i + 1], terms, strict=False):
            if r and q:
                total = total + (1 if s is t else 2) * r * q * kernel(s.feature, t.feature)
    return total


def sweep(field: Any, law: UniformInterval, terms: Sequence[Term]) -> Any:
    """Return E[(Σ r g)²] as a field element, going once through the sorted breaks."""
    expectation = IntervalExpectation(law, field)
    functions = []
    for t in terms:
        r, w, b = (field.element(e) for e in t.entries())
        unit = neuron(t.feature.activation, w, b, field).times((r,))
        functions.append(expectation.restrict(unit))
    return expectation.second_moment(functions)
