"""The neuron kernel k(u, u′) = E[σ(u·(x, 1)) σ(u′·(x, 1))], one function of a pair of units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import sympy
from flint import arb, ctx

from slt_symbolic.activations import Activation
from slt_symbolic.chamber import Chamber, ChamberField, OrderedField
from slt_symbolic.exact_numbers import RealField, exact
from slt_symbolic.inputs import InputDistribution, UniformInterval
from slt_symbolic.kernels.broken import neuron
from slt_symbolic.kernels.interval import IntervalExpectation
from slt_symbolic.networks import irrational_numbers, sample_constants

UnitArguments: TypeAlias = Sequence["sympy.Expr | int"]
"""A unit u = (w, b): weight and bias."""


class NeuronKernel:
    """The neuron kernel of a piecewise polynomial activation on an interval.

    Parameters
    ----------
    activation : Activation
        A piecewise polynomial σ (ReLU, leaky ReLU, absolute value, step).
    inputs : UniformInterval
        The input distribution.

    Raises
    ------
    ValueError
        If there is no kernel for that pair.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> k = NeuronKernel(RELU, UniformInterval(-1, 1))
    >>> k.exact((1, 0), (1, 0)), k.exact((1, 0), (-1, 0))
    (1/6, 0)
    >>> w, v = sympy.symbols("w v", real=True)
    >>> expr, chamber = k.closed_form((w, 0), (v, 0), {w: 1, v: 2})
    >>> expr, str(chamber)
    (v*w/6, 'v > 0, w > 0')
    """

    def __init__(self, activation: Activation, inputs: InputDistribution) -> None:
        if activation.branches is None or not isinstance(inputs, UniformInterval):
            raise ValueError(
                "no neuron kernel for this pair: activation must be piecewise polynomial and "
                f"inputs UniformInterval, got {activation.name} and {inputs!r}"
            )
        self.activation = activation
        self.inputs = inputs

    def exact(self, u: UnitArguments, v: UnitArguments) -> sympy.Expr:
        """Return k(u, v) as an exact number, for exact u and v."""
        field = self._field(u, v, {})
        return field.to_sympy(self.over(field, u, v))

    def enclosure(self, u: UnitArguments, v: UnitArguments, *, digits: int = 30) -> arb:
        """Return a ball around k(u, v) at about the given number of digits."""
        field = self._field(u, v, {})
        if not isinstance(field, RealField):
            raise ValueError(f"inputs must have numbers as end points, got {self.inputs!r}")
        value = self.over(field, u, v)
        precision = ctx.dps
        try:
            ctx.dps = digits + 5
            return field.enclose(value)
        finally:
            ctx.dps = precision

    def closed_form(
        self,
        u: UnitArguments,
        v: UnitArguments,
        sample: Mapping[sympy.Symbol, sympy.Expr | int],
    ) -> tuple[sympy.Expr, Chamber]:
        """Return k(u, v) as an expression, and the chamber around ``sample`` where it holds.

        Raises
        ------
        WallError
            If ``sample`` lies on a wall between chambers.
        """
        point = {s: exact(value, f"sample[{s}]") for s, value in sample.items()}
        field = self._field(u, v, point)
        value = self.over(field, u, v)
        return field.to_sympy(value), field.chamber if point else Chamber(frozenset())

    def over(self, field: OrderedField, u: UnitArguments, v: UnitArguments) -> object:
        """Return k(u, v) as an element of an ordered field that holds all entries."""
        expectation = IntervalExpectation(self.inputs, field)
        functions = []
        for unit in (u, v):
            weight, bias = (field.element(_sympy(e)) for e in unit)
            functions.append(expectation.restrict(neuron(self.activation, weight, bias, field)))
        return expectation.inner(*functions)

    def _field(
        self, u: UnitArguments, v: UnitArguments, sample: Mapping[sympy.Symbol, sympy.Expr]
    ) -> Any:
        """Return a field that holds all entries, its signs taken at the sample point."""
        for name, unit in (("u", u), ("v", v)):
            if len(unit) != 2:
                raise ValueError(f"{name} must be a pair (weight, bias), got {tuple(unit)}")
        entries = [_sympy(e) for e in (*u, *v)]
        ends = [self.inputs.lower, self.inputs.upper]
        unknown = set().union(*(e.free_symbols for e in entries)) - set(sample)
        if unknown:
            raise ValueError(f"sample must give a value to {sorted(map(str, unknown))}")
        constants = sample_constants(ends)
        numbers = irrational_numbers([*entries, *ends, *sample.values()])
        if not sample and not constants:
            return RealField.containing(numbers)
        return ChamberField(tuple(sample), tuple(constants), {**sample, **constants}, numbers)


def _sympy(entry: sympy.Expr | int) -> sympy.Expr:
    if isinstance(entry, sympy.Expr) and entry.free_symbols:
        return entry
    return exact(entry, "unit entry")
