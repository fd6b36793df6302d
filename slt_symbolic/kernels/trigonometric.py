"""Kernels whose values are sums of exp, sin and cos: what their kinds share."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

import sympy
from flint import arb, ctx

from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.kernels.algebraic import AlgebraicKernel
from slt_symbolic.kernels.feature import Feature


class ElementarySum(Protocol):
    """A sum of elementary functions of field elements."""

    def to_sympy(self, field: OrderedField) -> sympy.Expr:
        """Return the sum as a SymPy expression."""

    def enclose(self, field: RealField) -> arb:
        """Return a ball around the sum at the working precision."""


class TrigonometricKernel(AlgebraicKernel):
    """A kernel over an ordered field whose values are sums of waves."""

    @abstractmethod
    def over(self, field: OrderedField, g: Feature, h: Feature) -> ElementarySum:
        """Return E[g h] over an ordered field that holds all entries."""

    def expression(self, field: OrderedField, g: Feature, h: Feature) -> sympy.Expr:
        """Return E[g h] as an expression, with the signs of an ordered field of its entries."""
        return self.over(field, g, h).to_sympy(field)

    def enclosure(self, g: Feature, h: Feature, *, digits: int) -> arb:
        """Return a ball around E[g h].

        Notes
        -----
        Terms cancel where frequencies are small or nearly equal: the precision rises until the
        ball is accurate relative to the value, up to four times the digits asked for.
        """
        field = self.real_field(g, h)
        value = self.over(field, g, h)
        for precision in (digits + 8, 2 * digits + 8, 4 * digits + 8):
            with ctx.workdps(precision):
                ball = value.enclose(field)
            if ball.is_exact() or ball.rel_accuracy_bits() >= 3.33 * digits:
                break
        return ball
