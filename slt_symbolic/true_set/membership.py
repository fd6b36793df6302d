"""Is this parameter true, and if not, what differs."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from slt_symbolic.exact.entries import irrational_numbers
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import InputDistribution, UniformInterval
from slt_symbolic.networks import Point, TwoLayer
from slt_symbolic.true_set.measure import representing_measure


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
        Networks with piecewise linear activations and the same number of inputs; the truth
        without parameters or unknown constants.
    values : mapping or sequence
        Exact parameter values.
    inputs : InputDistribution, optional
        A bounded law restricts the comparison to its support; otherwise it is on all of R^n.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> from slt_symbolic.networks import Unit
    >>> model = TwoLayer.symbolic(RELU, width=2, biases=0, readouts=1, output_bias=0)
    >>> truth = TwoLayer(RELU, [Unit(1, (1,), 0)])
    >>> print(explain(model, truth, {"w1": sympy.Rational(1, 3), "w2": sympy.Rational(2, 3)}))
    a true parameter
    >>> print(explain(model, truth, {"w1": 2, "w2": -1}))
    not true: fold along x1 = 0: slope jumps by 2 more than the truth; slope -1 in x1 too much
    """
    if model.inputs != truth.inputs:
        raise ValueError(
            f"model and truth must have the same inputs, got {model.inputs} and {truth.inputs}"
        )
    if inputs is not None and inputs.dimension != model.inputs:
        raise ValueError(f"inputs must have dimension {model.inputs}, got {inputs.dimension}")
    domain = inputs if isinstance(inputs, UniformInterval) else None
    point = model.point(values)
    ends = [] if domain is None else [domain.lower, domain.upper]
    numbers = [*point.values(), *model.numbers(), *truth.numbers(), *ends]
    unknown = set().union(*(e.free_symbols for e in [*point.values(), *ends]))
    unknown |= {*model.constants, *truth.constants, *truth.parameters}
    if unknown:
        raise ValueError(
            f"model, truth, values and inputs must be numbers, got {sorted(map(str, unknown))}"
        )
    field = RealField.containing(irrational_numbers(numbers))
    ours = representing_measure(model, field, domain, lambda e: e.xreplace(point))
    difference = ours - representing_measure(truth, field, domain)
    found = []
    for h, (j0, j1) in difference.folds.items():
        plane = _plane([field.to_sympy(c) for c in h])
        if j1:
            found.append(
                f"fold along {plane}: slope jumps by {field.to_sympy(j1)} more than the truth"
            )
        if j0:
            found.append(
                f"fold along {plane}: value jumps by {field.to_sympy(j0)} more than the truth"
            )
    found += [
        f"slope {field.to_sympy(s)} in x{k} too much"
        for k, s in enumerate(difference.slope, start=1)
        if s
    ]
    if difference.constant:
        found.append(f"constant {field.to_sympy(difference.constant)} too much")
    return Explanation(difference.is_zero, tuple(found))


def _plane(h: list[sympy.Expr]) -> str:
    x = sympy.symbols(f"x1:{len(h)}")
    return f"{sympy.Add(*(c * xk for c, xk in zip(h[:-1], x, strict=True)), h[-1])} = 0"
