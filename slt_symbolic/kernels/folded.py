"""Piecewise polynomial units as a polynomial and a fold along a hyperplane."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.kernels.broken import Polynomial, add, compose
from slt_symbolic.kernels.feature import Feature


@dataclass(frozen=True)
class Folded:
    """The function below(z) + jump(z)·[z > 0] of the preactivation z = ⟨w, x⟩ + b.

    Parameters
    ----------
    weights : tuple of field elements
        w. If all vanish, ``below`` is a constant and ``jump`` is empty.
    bias : field element
        b.
    below, jump : tuple of field elements
        Coefficients of the two polynomials, lowest degree first; () is zero.
    """

    weights: tuple[Any, ...]
    bias: Any
    below: Polynomial
    jump: Polynomial

    @classmethod
    def of(cls, feature: Feature, field: OrderedField) -> Folded:
        """Return a feature over an ordered field that holds its entries.

        Raises
        ------
        ValueError
            If its activation is not piecewise polynomial.
        """
        branches = feature.activation.branches
        if branches is None:
            raise ValueError(
                f"activation must be piecewise polynomial, {feature.activation.name} is not"
            )
        *weights, bias = map(field.element, feature.entries())
        below = tuple(map(field.element, branches.below))
        above = tuple(map(field.element, branches.above))
        if not any(weights):
            return cls(tuple(weights), bias, _at(bias, below, above, field), ())
        jump = add(above, tuple(-c for c in below))
        return cls(tuple(weights), bias, below, jump if any(jump) else ())

    def at(self, x: tuple[Any, ...], field: OrderedField) -> Any:
        """Return the value at a point of the input space, at a jump the mean of both sides."""
        z = sum((w * c for w, c in zip(self.weights, x, strict=True)), self.bias)
        above = add(self.below, self.jump)
        return _at(z, self.below, above, field)[0]

    def terms(self) -> Iterator[tuple[Polynomial, bool]]:
        """Yield the polynomials that are not zero, and whether they live on z > 0 only."""
        for polynomial, half in ((self.below, False), (self.jump, True)):
            if any(polynomial):
                yield polynomial, half


def _at(z: Any, below: Polynomial, above: Polynomial, field: OrderedField) -> Polynomial:
    """Return the value at the preactivation z, as a polynomial of degree 0."""
    side = 1 if below == above else field.sign(z)
    left, right = ((*compose(p, (z,)), z - z)[0] for p in (below, above))
    return ((left + right) / 2 if side == 0 else right if side > 0 else left,)
