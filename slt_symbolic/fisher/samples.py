"""Piecewise polynomial units on finitely many inputs: a unit is its values at the points."""

from __future__ import annotations

from typing import Any

import sympy

from slt_symbolic.fisher.basis import Basis
from slt_symbolic.fisher.polynomials import Terms, accumulate
from slt_symbolic.inputs import FiniteSample
from slt_symbolic.kernels.broken import NotDifferentiableError, compose, derivative
from slt_symbolic.networks import Unit


def distinct_points(inputs: FiniteSample) -> dict[tuple[sympy.Expr, ...], sympy.Expr]:
    """Return the distinct points with their probabilities."""
    total: dict[tuple[sympy.Expr, ...], sympy.Expr] = {}
    for x, p in zip(inputs.points, inputs.probabilities, strict=True):
        total[tuple(x)] = total.get(tuple(x), sympy.S.Zero) + p
    return total


class SampleBasis(Basis):
    """Atoms ``("point", k)``: the indicator function of the k-th distinct point."""

    inputs: FiniteSample

    @property
    def independence(self) -> str | None:
        """Why the atoms are independent."""
        return "indicators of distinct points of positive probability are independent"

    def monomial(self, exponents: tuple[int, ...]) -> Terms:
        """Return a monomial in the inputs."""
        terms: Terms = {}
        for k, x in enumerate(distinct_points(self.inputs)):
            value = self._one
            for c, power in zip(x, exponents, strict=True):
                for _ in range(power):
                    value = value * self.field.element(c)
            accumulate(terms, {("point", k): value})
        return terms

    def value(self, unit: Unit) -> Terms:
        """Return σ(⟨w, x⟩ + b)."""
        return self._at_points(unit, slope=False)

    def slopes(self, unit: Unit) -> list[Terms]:
        """Return σ′(⟨w, x⟩ + b) times 1, x_1, …, x_n."""
        slope = self._at_points(unit, slope=True)
        result = [slope]
        points = list(distinct_points(self.inputs))
        for k in range(self._n):
            terms: Terms = {}
            for (tag, p), c in slope.items():
                accumulate(terms, {(tag, p): c * self.field.element(points[p][k])})
            result.append(terms)
        return result

    def _at_points(self, unit: Unit, *, slope: bool) -> Terms:
        terms: Terms = {}
        for k, x in enumerate(distinct_points(self.inputs)):
            accumulate(terms, {("point", k): self._branch(unit, x, slope=slope)})
        return terms

    def _branch(self, unit: Unit, x: tuple[sympy.Expr, ...], *, slope: bool) -> Any:
        branches = self.activation.branches
        if branches is None:
            raise ValueError(f"activation must be piecewise polynomial, not {self.activation.name}")
        below, above = (
            tuple(map(self.field.element, side)) for side in (branches.below, branches.above)
        )
        weights, z = self._entries(unit)
        for w, c in zip(weights, x, strict=True):
            z = z + w * self.field.element(c)
        jumps = (below[:1] or (self._zero,)) != (above[:1] or (self._zero,))
        if slope:
            if jumps:
                raise NotDifferentiableError(
                    "activation must be continuous to be differentiated, "
                    f"{self.activation.name} jumps"
                )
            below, above = derivative(below), derivative(above)
        side = 1 if below == above else self.field.sign(z)
        left, right = ((*compose(p, (z,)), self._zero)[0] for p in (below, above))
        if side:
            return right if side > 0 else left
        if slope and left != right:
            raise NotDifferentiableError(
                f"the point {x} of the sample sits on the kink of a unit: the network is not "
                "differentiable in that unit's weights"
            )
        return (left + right) * self.field.element(sympy.S.Half)
