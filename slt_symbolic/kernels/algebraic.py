"""Kernels that are computed over any ordered field: numbers and closed forms by one algorithm."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import sympy
from flint import arb, ctx

from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.field_kernel import FieldKernel


class AlgebraicKernel(FieldKernel):
    """A kernel whose values are rational functions of the entries in each chamber."""

    @abstractmethod
    def numbers(self) -> list[sympy.Expr]:
        """Return the numbers that describe the law (end points, vertices)."""

    @abstractmethod
    def over(self, field: OrderedField, g: Feature, h: Feature) -> Any:
        """Return E[g h] as an element of an ordered field that holds all entries."""

    def expression(self, field: OrderedField, g: Feature, h: Feature) -> sympy.Expr:
        """Return E[g h] as an expression, with the signs of an ordered field of its entries."""
        return field.to_sympy(self.over(field, g, h))

    def enclosure(self, g: Feature, h: Feature, *, digits: int) -> arb:
        """Return a ball around E[g h]."""
        field = self.real_field(g, h)
        value = self.over(field, g, h)
        with ctx.workdps(digits + 5):
            return field.enclose(value)
