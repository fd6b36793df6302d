"""Analytic units: values and slopes of distinct units, modulo reflection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.fisher.basis import Basis, slope_formula
from slt_symbolic.fisher.independence import jet_independence
from slt_symbolic.fisher.polynomials import Terms, accumulate, affine, tagged, unit
from slt_symbolic.fisher.transcendental import Transcendentals
from slt_symbolic.inputs import FiniteSample, InputDistribution, UniformSphere
from slt_symbolic.networks import Unit


class JetBasis(Basis):
    """Atoms σ(u), σ′(u) and x_k σ′(u) for distinct units u, and monomials.

    Two units count as one if they are equal, or opposite and σ has a reflection. A unit without
    weights is a number.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.units: list[tuple[Any, ...]] = []

    @classmethod
    def prepare(
        cls, units: Sequence[Unit], activation: Activation, inputs: InputDistribution,
        numbers: Transcendentals,
    ) -> None:  # fmt: skip
        """Make symbols for σ(b) and σ′(b) of units without weights."""
        del inputs
        for u in units:
            if not any(u.weights):
                numbers.rational(activation(u.bias))
                numbers.rational(slope_formula(activation, u.bias))

    @property
    def independence(self) -> str | None:
        """Why the atoms are independent."""
        if isinstance(self.inputs, UniformSphere | FiniteSample):
            return None
        return jet_independence(self.activation)

    def value(self, unit: Unit) -> Terms:
        """Return σ(⟨w, x⟩ + b)."""
        weights, bias = self._entries(unit)
        if not any(weights):
            number = self._number(self.activation(unit.bias))
            return {("monomial", (0,) * self._n): number} if number else {}
        index, opposite = self._index((*weights, bias))
        if not opposite:
            return {("value", index): self._one}
        sign, slope, constant = self._reflection()
        line = affine([-w for w in weights], -bias)
        terms: Terms = {("value", index): sign}
        accumulate(terms, tagged(("monomial",), line), slope)
        accumulate(terms, self.constant(), constant)
        return terms

    def slopes(self, unit: Unit) -> list[Terms]:
        """Return σ′(⟨w, x⟩ + b) times 1, x_1, …, x_n."""
        weights, bias = self._entries(unit)
        if not any(weights):
            number = self._number(slope_formula(self.activation, unit.bias))
            return [{("monomial", e): number} if number else {} for e in self._exponents()]
        index, opposite = self._index((*weights, bias))
        if not opposite:
            return [{("slope", index, e): self._one} for e in self._exponents()]
        # σ(−z) = sσ(z) + lz + c, differentiated: σ′(−z) = −sσ′(z) − l.
        sign, slope, _ = self._reflection()
        result = []
        for e in self._exponents():
            terms: Terms = {("slope", index, e): -sign}
            accumulate(terms, self.monomial(e), -slope)
            result.append(terms)
        return result

    def _exponents(self) -> list[tuple[int, ...]]:
        return [(0,) * self._n, *(unit(k, self._n) for k in range(self._n))]

    def _reflection(self) -> tuple[Any, Any, Any]:
        r = self.activation.reflection
        if r is None:
            raise ValueError(f"activation {self.activation.name} has no reflection")
        sign, slope, constant = (
            self.field.element(sympy.sympify(e)) for e in (r.sign, r.slope, r.constant)
        )
        return sign, slope, constant

    def _index(self, u: tuple[Any, ...]) -> tuple[int, bool]:
        """Return the number of a unit, and whether it is opposite to the one of that number."""
        for index, other in enumerate(self.units):
            pairs = list(zip(u, other, strict=True))
            if all(a == b for a, b in pairs):
                return index, False
            if self.activation.reflection is not None and all(not (a + b) for a, b in pairs):
                return index, True
        self.units.append(u)
        return len(self.units) - 1, False
