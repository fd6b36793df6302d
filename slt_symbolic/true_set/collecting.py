"""Collecting units into classes: where each unit of a network goes in its measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import FiniteSample, InputDistribution, UniformSphere
from slt_symbolic.true_set.constants import split_value
from slt_symbolic.true_set.domains import side
from slt_symbolic.true_set.representation import RepresentingMeasure

Branch = tuple[Any, ...]
"""Coefficients of a polynomial, lowest degree first, at least two of them."""


class Collector:
    """The classes of units met so far, with their weights, and the polynomial part.

    Parameters
    ----------
    activation : Activation
        The units' σ.
    inputs : int
        Number of inputs.
    field : OrderedField
        Where the scalars live.
    domain : InputDistribution or None
        Where the function is looked at.
    """

    def __init__(
        self,
        activation: Activation,
        inputs: int,
        field: OrderedField,
        domain: InputDistribution | None,
    ) -> None:
        self.activation, self.field, self.domain = activation, field, domain
        self.zero, self.one = field.element(sympy.S.Zero), field.element(sympy.S.One)
        self.folds: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        self.atoms: dict[tuple[Any, ...], Any] = {}
        self.values: dict[Any, Any] = {}
        self.monomials: dict[tuple[int, ...], Any] = {}
        self.slope = [self.zero] * inputs
        self.constant = self.zero
        if isinstance(domain, FiniteSample):
            side((self.one, self.zero), domain, field)  # says why there is no measure
        branches = activation.branches
        self._branches = None if branches is None else self._elements(branches)

    def _elements(self, branches: Any) -> tuple[Branch, Branch]:
        size = max(2, len(branches.below), len(branches.above))
        low, high = (
            tuple(self.field.element(b[k]) if k < len(b) else self.zero for k in range(size))
            for b in (branches.below, branches.above)
        )
        return low, high

    def add_constant(self, value: Any) -> None:
        """Add a constant function."""
        self.constant = self.constant + value

    def add(self, readout: Any, plane: Sequence[Any]) -> None:
        """Add a unit, given by its readout, and its weights and bias in a row."""
        first = next((w for w in plane[:-1] if w), None)
        if self._branches is None:
            self._add_analytic(readout, plane, first)
        elif self._branches[0] == self._branches[1]:
            self._add_polynomial(readout, self._branches[0], plane)
        elif first is None:
            self.add_constant(readout * self._flat(plane[-1]))
        else:
            self._add_folded(readout, plane, first)

    def measure(self) -> RepresentingMeasure:
        """Return the measure of what was added."""
        return RepresentingMeasure(
            {h: jumps for h, jumps in self.folds.items() if any(jumps)},
            tuple(self.slope),
            self.constant,
            {u: v for u, v in self.atoms.items() if v},
            {b: v for b, v in self.values.items() if v},
            {m: v for m, v in self.monomials.items() if v},
            self.activation,
            self.field,
            self.domain,
        )

    def _add_analytic(self, readout: Any, plane: Sequence[Any], first: Any) -> None:
        if first is None:
            constant, values = split_value(self.activation, plane[-1], self.field)
            self.add_constant(readout * constant)
            for b, factor in values.items():
                self.values[b] = self.values.get(b, self.zero) + readout * factor
            return
        atom = tuple(plane)
        reflection = self.activation.reflection
        if reflection is not None and self.field.sign(first) < 0:
            atom = tuple(-e for e in plane)
            slope, constant = (
                self.field.element(e) for e in (reflection.slope, reflection.constant)
            )
            if slope:
                self._add_affine(readout * slope, atom)
            if constant:
                self.add_constant(readout * constant)
            readout = readout if reflection.sign > 0 else -readout
        self.atoms[atom] = self.atoms.get(atom, self.zero) + readout

    def _add_affine(self, factor: Any, plane: Sequence[Any]) -> None:
        for k, w in enumerate(plane[:-1]):
            if w:
                self.slope[k] = self.slope[k] + factor * w
        self.add_constant(factor * plane[-1])

    def _flat(self, bias: Any) -> Any:
        low, high = self._branches or ((), ())
        sign = self.field.sign(bias)
        if sign == 0:
            return (low[0] + high[0]) / 2
        value = self.zero
        for c in reversed(high if sign > 0 else low):
            value = value * bias + c
        return value

    def _add_folded(self, readout: Any, plane: Sequence[Any], first: Any) -> None:
        low, high = self._branches or ((), ())
        h = tuple(e / first for e in plane)
        left, right = (low, high) if self.field.sign(first) > 0 else (high, low)
        where = side(h, self.domain, self.field)
        self._add_polynomial(readout, right if where > 0 else left, plane)
        if where:
            return
        jumps, power = [], readout
        for below, above in zip(left, right, strict=True):
            jumps.append(power * (above - below))
            power = power * first
        known = self.folds.get(h)
        self.folds[h] = tuple(jumps if known is None else map(sum, zip(jumps, known, strict=True)))

    def _add_polynomial(self, readout: Any, branch: Branch, plane: Sequence[Any]) -> None:
        self.add_constant(readout * branch[0])
        if branch[1]:
            self._add_affine(readout * branch[1], plane)
        power: dict[tuple[int, ...], Any] = self._linear(plane)
        for c in branch[2:]:
            power = self._times(power, self._linear(plane))
            if c:
                for exponents, coefficient in power.items():
                    self._add_monomial(exponents, readout * c * coefficient)

    def _linear(self, plane: Sequence[Any]) -> dict[tuple[int, ...], Any]:
        n = len(plane) - 1
        units = [tuple(int(i == k) for i in range(n)) for k in range(n + 1)]
        return {e: c for e, c in zip(units, plane, strict=True) if c}

    def _times(
        self, first: dict[tuple[int, ...], Any], second: dict[tuple[int, ...], Any]
    ) -> dict[tuple[int, ...], Any]:
        product: dict[tuple[int, ...], Any] = {}
        for d, a in first.items():
            for e, b in second.items():
                key = tuple(i + j for i, j in zip(d, e, strict=True))
                product[key] = product.get(key, self.zero) + a * b
        return product

    def _add_monomial(self, exponents: tuple[int, ...], coefficient: Any) -> None:
        if exponents[-1] >= 2 and isinstance(self.domain, UniformSphere):
            # x_n² = 1 − x_1² − ⋯ on the sphere.
            rest = (*exponents[:-1], exponents[-1] - 2)
            self._add_monomial(rest, coefficient)
            for k in range(len(rest) - 1):
                raised = tuple(e + 2 * (i == k) for i, e in enumerate(rest))
                self._add_monomial(raised, -coefficient)
            return
        degree = sum(exponents)
        if degree == 0:
            self.add_constant(coefficient)
        elif degree == 1:
            k = exponents.index(1)
            self.slope[k] = self.slope[k] + coefficient
        else:
            self.monomials[exponents] = self.monomials.get(exponents, self.zero) + coefficient
