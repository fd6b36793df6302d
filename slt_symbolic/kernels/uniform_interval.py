"""Piecewise polynomial units under the uniform law on an interval."""

from __future__ import annotations

from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.kernels.algebraic import AlgebraicKernel
from slt_symbolic.kernels.broken import neuron
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.interval import IntervalExpectation


class UniformIntervalKernel(AlgebraicKernel):
    """E[g h] on an interval: the two breaks cut it into at most three cells."""

    inputs: UniformInterval

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether both activations are piecewise polynomial and the law is an interval's."""
        piecewise = first.branches is not None and second.branches is not None
        return isinstance(inputs, UniformInterval) and piecewise

    def numbers(self) -> list[sympy.Expr]:
        """Return the end points."""
        return [self.inputs.lower, self.inputs.upper]

    def over(self, field: OrderedField, g: Feature, h: Feature) -> Any:
        """Return E[g h] as an element of an ordered field that holds all entries."""
        expectation = IntervalExpectation(self.inputs, field)
        functions = []
        for f in (g, h):
            weight, bias = (field.element(e) for e in f.entries())
            functions.append(expectation.restrict(neuron(f.activation, weight, bias, field)))
        return expectation.inner(*functions)
