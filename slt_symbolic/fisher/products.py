"""Expectations of products of two atoms, in three kinds of numbers.

A kind of numbers answers ``expect`` (E of two features, by the kernels) and ``lift`` (of an exact
expression): exact expressions, expressions in a chamber, or balls. The formulas are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import sympy
from flint import arb

from slt_symbolic.exact import balls
from slt_symbolic.fisher.transcendental import without_tangents
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.kernels import Feature, kernel_for


class Numbers(Protocol):
    """What the formulas need of a kind of numbers."""

    def expect(self, inputs: InputDistribution, g: Feature, h: Feature) -> Any:
        """Return E[g h]."""

    def lift(self, e: sympy.Expr) -> Any:
        """Return an exact expression as such a number."""


class ExactNumbers:
    """Exact expressions."""

    def expect(self, inputs: InputDistribution, g: Feature, h: Feature) -> sympy.Expr:
        """Return E[g h]; raise ``NoClosedFormError`` where there is only an enclosure."""
        return kernel_for(inputs, g.activation, h.activation).exact(g, h)

    def lift(self, e: sympy.Expr) -> sympy.Expr:
        """Return the expression."""
        return e


class ChamberNumbers(ExactNumbers):
    """Expressions in the parameters, with the conditions under which they hold.

    Parameters
    ----------
    sample : mapping
        An exact value for every parameter.
    """

    def __init__(self, sample: Mapping[sympy.Symbol, sympy.Expr]) -> None:
        self._sample = dict(sample)
        self.conditions: set[sympy.Expr] = set()

    def expect(self, inputs: InputDistribution, g: Feature, h: Feature) -> sympy.Expr:
        """Return E[g h] around the sample, and remember where that holds."""
        kernel = kernel_for(inputs, g.activation, h.activation)
        expr, chamber = kernel.closed_form(g, h, self._sample)
        self.conditions |= chamber.conditions
        return expr


class BallNumbers:
    """Balls at the working precision.

    Parameters
    ----------
    digits : int
        Of each expectation.
    """

    def __init__(self, digits: int) -> None:
        self.digits = digits

    def expect(self, inputs: InputDistribution, g: Feature, h: Feature) -> arb:
        """Return a ball around E[g h]."""
        kernel = kernel_for(inputs, g.activation, h.activation)
        return kernel.enclosure(g, h, digits=self.digits)

    def lift(self, e: sympy.Expr) -> arb:
        """Return a ball around a real number."""
        return balls.ball(without_tangents(e), {})
