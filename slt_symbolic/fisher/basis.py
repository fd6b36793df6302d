"""Units as linear combinations of atoms: functions of the input with known relations."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.fisher.polynomials import Terms
from slt_symbolic.fisher.transcendental import Transcendentals
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.networks import Unit


class Basis(ABC):
    """What a kind of basis answers, for units of one activation under one law of the inputs.

    An atom is a tuple that names a function of the input. Every kind has the monomials
    ``("monomial", exponents)``. A basis remembers the units it has met, so that equal ones
    (modulo the activation's relations) share their atoms.

    Parameters
    ----------
    activation : Activation
        σ.
    inputs : InputDistribution
        The law of the inputs.
    field : OrderedField
        Where weights, biases and coefficients live.
    numbers : Transcendentals
        Symbols of the field for what is not rational.
    """

    def __init__(
        self,
        activation: Activation,
        inputs: InputDistribution,
        field: OrderedField,
        numbers: Transcendentals,
    ) -> None:
        self.activation, self.inputs, self.field = activation, inputs, field
        self._numbers = numbers
        self._n = inputs.dimension
        self._zero, self._one = field.element(sympy.S.Zero), field.element(sympy.S.One)

    @classmethod
    def prepare(
        cls, units: Sequence[Unit], activation: Activation, inputs: InputDistribution,
        numbers: Transcendentals,
    ) -> None:  # fmt: skip
        """Make symbols for all numbers that the units' coefficients will need; here none."""
        del units, activation, inputs, numbers

    @property
    @abstractmethod
    def independence(self) -> str | None:
        """Why the atoms are linearly independent under the law; None if that is not known."""

    @abstractmethod
    def value(self, unit: Unit) -> Terms:
        """Return σ(⟨w, x⟩ + b) for a unit with entries in the field."""

    @abstractmethod
    def slopes(self, unit: Unit) -> list[Terms]:
        """Return σ′(⟨w, x⟩ + b) times 1, x_1, …, x_n.

        Raises
        ------
        NotDifferentiableError
            If σ has no derivative there.
        """

    def monomial(self, exponents: tuple[int, ...]) -> Terms:
        """Return a monomial in the inputs."""
        return {("monomial", exponents): self._one}

    def constant(self) -> Terms:
        """Return the function 1."""
        return self.monomial((0,) * self._n)

    def finished(self, rows: Sequence[Terms]) -> list[Terms]:
        """Return combinations of the atoms met so far in atoms that are independent."""
        return list(rows)

    def _entries(self, unit: Unit) -> tuple[list[Any], Any]:
        return [self.field.element(w) for w in unit.weights], self.field.element(unit.bias)

    def _number(self, e: sympy.Expr) -> Any:
        return self.field.element(self._numbers.rational(e))


def slope_formula(activation: Activation, z: sympy.Expr) -> sympy.Expr:
    """Return σ′(z)."""
    t = sympy.Dummy("z", real=True)
    return activation(t).diff(t).xreplace({t: z})
