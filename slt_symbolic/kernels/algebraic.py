"""Kernels that are computed over any ordered field: numbers and closed forms by one algorithm."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import sympy
from flint import arb, ctx

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import Chamber, ChamberField, OrderedField
from slt_symbolic.exact.entries import irrational_numbers, sample_constants
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.kernel import Sample


class AlgebraicKernel(ABC):
    """A kernel whose values are rational functions of the entries in each chamber.

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
    def numbers(self) -> list[sympy.Expr]:
        """Return the numbers that describe the law (end points, vertices)."""

    @abstractmethod
    def over(self, field: OrderedField, g: Feature, h: Feature) -> Any:
        """Return E[g h] as an element of an ordered field that holds all entries."""

    def exact(self, g: Feature, h: Feature) -> sympy.Expr:
        """Return E[g h] as an exact expression."""
        field = self.field_for(g, h, {})
        return field.to_sympy(self.over(field, g, h))

    def closed_form(self, g: Feature, h: Feature, sample: Sample) -> tuple[sympy.Expr, Chamber]:
        """Return E[g h] around a sample point, and the chamber where that form holds."""
        field = self.field_for(g, h, sample)
        value = field.to_sympy(self.over(field, g, h))
        return value, field.chamber if isinstance(field, ChamberField) else Chamber(frozenset())

    def enclosure(self, g: Feature, h: Feature, *, digits: int) -> arb:
        """Return a ball around E[g h]."""
        field = self.field_for(g, h, {})
        if not isinstance(field, RealField):
            raise ValueError(f"entries and law must be numbers to enclose, got {g}, {h}")
        value = self.over(field, g, h)
        with ctx.workdps(digits + 5):
            return field.enclose(value)

    def field_for(self, g: Feature, h: Feature, sample: Sample) -> Any:
        """Return a field that holds all entries, its signs taken at the sample point."""
        entries = [*g.entries(), *h.entries()]
        law = self.numbers()
        unknown = sample_constants([*entries, *law])
        constants = {s: v for s, v in unknown.items() if s not in sample}
        numbers = irrational_numbers([*entries, *law, *sample.values()])
        if not sample and not constants:
            return RealField.containing(numbers)
        return ChamberField(tuple(sample), tuple(constants), {**sample, **constants}, numbers)
