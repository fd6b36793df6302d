"""Is this parameter true, and if not, what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy

from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.exact.entries import irrational_numbers
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import FiniteSample, InputDistribution
from slt_symbolic.networks import Point, TwoLayer
from slt_symbolic.true_set.constants import constant_to_sympy
from slt_symbolic.true_set.domains import domain_numbers, require_domain
from slt_symbolic.true_set.evaluation import value_at_point
from slt_symbolic.true_set.measure import representing_measure
from slt_symbolic.true_set.representation import RepresentingMeasure


@dataclass(frozen=True)
class Explanation:
    """Why a parameter is true or not.

    Parameters
    ----------
    is_true : bool
        Whether f(·, w) = f0 on the inputs' support.
    differences : tuple of str
        What of the model's function is not the truth's, and by how much; empty if true.
    """

    is_true: bool
    differences: tuple[str, ...]

    def __str__(self) -> str:
        return "a true parameter" if self.is_true else "not true: " + "; ".join(self.differences)


def explain(
    model: TwoLayer, truth: TwoLayer, values: Point, inputs: InputDistribution | None = None
) -> Explanation:
    """Decide exactly whether a parameter is true, and say what differs if it is not.

    Parameters
    ----------
    model, truth : TwoLayer
        Networks with one activation and the same number of inputs; the truth without parameters
        or unknown constants.
    values : mapping or sequence
        Exact parameter values.
    inputs : InputDistribution, optional
        The comparison is on the support of this law; by default on all of R^n. On a finite
        sample the values at its points are compared.

    Raises
    ------
    ValueError
        If model, truth and inputs do not fit together, or something is no number.
    UndecidedError
        If a transcendental constant is left that balls do not tell from zero, or folds share a
        point of the unit circle.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU, TANH
    >>> from slt_symbolic.networks import Unit
    >>> model = TwoLayer.symbolic(RELU, width=2, biases=0, readouts=1, output_bias=0)
    >>> truth = TwoLayer(RELU, [Unit(1, (1,), 0)])
    >>> print(explain(model, truth, {"w1": sympy.Rational(1, 3), "w2": sympy.Rational(2, 3)}))
    a true parameter
    >>> print(explain(model, truth, {"w1": 2, "w2": -1}))
    not true: fold along x1 = 0: slope jumps by 2 more than the truth; slope -1 in x1 too much
    >>> tanh = TwoLayer.symbolic(TANH, width=1)
    >>> print(explain(tanh, TwoLayer(TANH, [Unit(2, (1,), 0)]), [-1, 0, -3, 0]))
    not true: unit tanh(x1): weight 1 more than the truth
    """
    if model.inputs != truth.inputs:
        raise ValueError(
            f"model and truth must have the same inputs, got {model.inputs} and {truth.inputs}"
        )
    if model.activation.name != truth.activation.name:
        raise ValueError(
            "model and truth must have the same activation, got "
            f"{model.activation.name} and {truth.activation.name}"
        )
    require_domain(inputs, model.inputs)
    point = model.point(values)
    law = domain_numbers(inputs)
    unknown = set().union(*(e.free_symbols for e in [*point.values(), *law]))
    unknown |= {*model.constants, *truth.constants, *truth.parameters}
    if unknown:
        raise ValueError(
            f"model, truth, values and inputs must be numbers, got {sorted(map(str, unknown))}"
        )
    irrational = irrational_numbers([*point.values(), *law]) | model.numbers() | truth.numbers()
    field = RealField.containing(irrational)

    def value(e: sympy.Expr) -> sympy.Expr:
        return point[e] if e.is_Symbol else e if e.is_Rational else e.xreplace(point)

    if isinstance(inputs, FiniteSample):
        found = []
        for x in dict.fromkeys(inputs.points):
            elements = [field.element(c) for c in x]
            ours = value_at_point(model, elements, field, value)
            difference = ours - value_at_point(truth, elements, field)
            if not difference.is_zero:
                found.append(f"value at {_point(x)} is {_constant(difference, field)} too much")
        return Explanation(not found, tuple(found))
    ours = representing_measure(model, field, inputs, value)
    difference = ours - representing_measure(truth, field, inputs)
    if difference.is_zero:
        return Explanation(True, ())
    return Explanation(False, tuple(differences(difference, field)))


def differences(measure: RepresentingMeasure, field: OrderedField) -> list[str]:
    """Say what a measure, a difference of two, consists of."""
    kinds = ["value", "slope"]
    found = []
    for h, jumps in measure.folds.items():
        plane = f"{_affine(h, field)} = 0"
        named = [*kinds, *(f"derivative {k}" for k in range(2, len(jumps)))]
        order = [1, 0, *range(2, len(jumps))]
        found += [
            f"fold along {plane}: {named[k]} jumps by {_jump(jumps[k], k, field)} "
            "more than the truth"
            for k in order
            if jumps[k]
        ]
    name = "" if measure.activation is None else measure.activation.name
    found += [
        f"unit {name}({_affine(u, field)}): weight {field.to_sympy(v)} more than the truth"
        for u, v in measure.atoms.items()
    ]
    x = sympy.symbols(f"x1:{len(measure.slope) + 1}")
    for exponents, c in measure.monomials.items():
        monomial = sympy.Mul(*(xk**e for xk, e in zip(x, exponents, strict=True)))
        found.append(f"coefficient {field.to_sympy(c)} of {monomial} too much")
    found += [
        f"slope {field.to_sympy(s)} in {xk} too much"
        for xk, s in zip(x, measure.slope, strict=True)
        if s
    ]
    if measure.constant or measure.values:
        found.append(f"constant {_constant(measure, field)} too much")
    return found


def _jump(coefficient: object, k: int, field: OrderedField) -> sympy.Expr:
    return field.to_sympy(coefficient) * (sympy.factorial(k) if k > 1 else 1)


def _constant(measure: RepresentingMeasure, field: OrderedField) -> sympy.Expr:
    return constant_to_sympy(measure.constant, measure.values, measure.activation, field)


def _point(x: Sequence[sympy.Expr]) -> str:
    return ", ".join(f"x{k} = {c}" for k, c in enumerate(x, start=1))


def _affine(h: tuple[object, ...], field: OrderedField) -> sympy.Expr:
    x = sympy.symbols(f"x1:{len(h)}")
    *weights, bias = map(field.to_sympy, h)
    return sympy.Add(*(c * xk for c, xk in zip(weights, x, strict=True)), bias)
