"""Kernels that are computed in an ordered field: numbers, or functions with known signs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import Chamber, ChamberField, OrderedField
from slt_symbolic.exact.entries import irrational_numbers, sample_constants
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.kernel import Sample


class FieldKernel(ABC):
    """A kernel with a closed form over any ordered field: what its kinds share.

    Parameters
    ----------
    inputs : InputDistribution
        The law of the inputs.
    """

    def __init__(self, inputs: Any) -> None:
        self.inputs = inputs

    @staticmethod
    @abstractmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether this kind answers for that law and pair of activations."""

    @abstractmethod
    def expression(self, field: OrderedField, g: Feature, h: Feature) -> sympy.Expr:
        """Return E[g h] as an expression, with the signs of an ordered field of its entries."""

    def numbers(self) -> list[sympy.Expr]:
        """Return the numbers that describe the law (end points, vertices); none by default."""
        return []

    def exact(self, g: Feature, h: Feature) -> sympy.Expr:
        """Return E[g h] as an exact expression."""
        return self.expression(self.field_for(g, h, {}), g, h)

    def closed_form(self, g: Feature, h: Feature, sample: Sample) -> tuple[sympy.Expr, Chamber]:
        """Return E[g h] around a sample point, and the chamber where that form holds."""
        field = self.field_for(g, h, sample)
        value = self.expression(field, g, h)  # whose questions of signs make the chamber
        return value, field.chamber if isinstance(field, ChamberField) else Chamber(frozenset())

    def field_for(self, g: Feature, h: Feature, sample: Sample) -> Any:
        """Return a field that holds all entries, its signs taken at the sample point.

        Symbols that the sample does not name are unknown constants, whose signs must follow from
        their assumptions.
        """
        entries = [*g.entries(), *h.entries(), *self.numbers()]
        unknown = sample_constants(entries)
        constants = {s: v for s, v in unknown.items() if s not in sample}
        numbers = irrational_numbers([*entries, *sample.values()])
        if not sample and not constants:
            return RealField.containing(numbers)
        return ChamberField(tuple(sample), tuple(constants), {**sample, **constants}, numbers)

    def real_field(self, g: Feature, h: Feature) -> RealField:
        """Return the field of all entries for a ball.

        Raises
        ------
        ValueError
            If entries or law are not numbers.
        """
        field = self.field_for(g, h, {})
        if not isinstance(field, RealField):
            raise ValueError(f"entries and law must be numbers to enclose, got {g}, {h}")
        return field
