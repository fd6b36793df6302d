"""Piecewise polynomials of one variable with at most one break, over any ordered field."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import OrderedField

Polynomial = tuple[Any, ...]
"""Coefficients in an ordered field, lowest degree first."""


class NotDifferentiableError(ValueError):
    """The network is not differentiable in its parameters there."""


@dataclass(frozen=True)
class Broken:
    """A function that is one polynomial left of its break and another right of it.

    Parameters
    ----------
    left, right : tuple
        Coefficients, lowest degree first; equal when there is no break.
    at : field element or None
        The break; None if the function is one polynomial throughout.
    """

    left: Polynomial
    right: Polynomial
    at: Any | None = None

    def times(self, factor: Polynomial) -> Broken:
        """Return the product with a polynomial."""
        return Broken(multiply(self.left, factor), multiply(self.right, factor), self.at)

    def jump(self) -> Polynomial:
        """Return right minus left."""
        return add(self.right, tuple(-c for c in self.left))


def add(p: Polynomial, q: Polynomial) -> Polynomial:
    """Return the sum of two polynomials."""
    if len(p) < len(q):
        p, q = q, p
    return tuple(map(operator.add, p, q)) + p[len(q) :] if q else p


def multiply(p: Polynomial, q: Polynomial) -> Polynomial:
    """Return the product of two polynomials."""
    if not p or not q:
        return ()
    if len(p) == 1 or len(q) == 1:
        return tuple(a * b for a in p for b in q)
    product: list[Any] = [None] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            term = a * b
            product[i + j] = term if product[i + j] is None else product[i + j] + term
    return tuple(product)


def compose(outer: Polynomial, inner: Polynomial) -> Polynomial:
    """Return outer ∘ inner by Horner's rule."""
    result: Polynomial = ()
    for c in reversed(outer):
        result = add(multiply(result, inner), (c,))
    return result


def derivative(p: Polynomial) -> Polynomial:
    """Return the derivative."""
    return tuple(k * c for k, c in enumerate(p))[1:]


def neuron(
    activation: Activation, weight: Any, bias: Any, field: OrderedField, *, slope: bool = False
) -> Broken:
    """Return σ(weight·x + bias), or σ′(weight·x + bias) if ``slope``, as a function of x.

    Parameters
    ----------
    activation : Activation
        A piecewise polynomial σ.
    weight, bias : field elements
        Of ``field``, whose signs decide the branches.
    field : OrderedField
        Where the scalars live.

    Raises
    ------
    ValueError
        If σ is not piecewise polynomial.
    NotDifferentiableError
        If ``slope`` is asked of a σ that jumps, or of a unit with zero weight and bias at which
        σ has a kink: moving its weight then gives another function on either side.
    """
    branches = activation.branches
    if branches is None:
        raise ValueError(f"activation must be piecewise polynomial, {activation.name} is not")
    below = tuple(field.element(c) for c in branches.below)
    above = tuple(field.element(c) for c in branches.above)
    if slope:
        if (branches.below[:1] or (0,)) != (branches.above[:1] or (0,)):
            raise NotDifferentiableError(
                f"activation must be continuous to be differentiated, {activation.name} jumps"
            )
        below, above = derivative(below), derivative(above)
    line = (bias, weight)
    if below == above:
        polynomial = compose(below, line)
        return Broken(polynomial, polynomial)
    orientation = field.sign(weight)
    if orientation == 0:
        side = field.sign(bias)
        if side == 0:
            constant = _value_at_zero(below, above, field, slope=slope)
        else:
            constant = compose(above if side > 0 else below, (bias,))
        return Broken(constant, constant)
    left, right = (below, above) if orientation > 0 else (above, below)
    return Broken(compose(left, line), compose(right, line), -bias / weight)


def _value_at_zero(
    below: Polynomial, above: Polynomial, field: OrderedField, *, slope: bool
) -> Polynomial:
    zero = field.element(sympy.S.Zero)
    left, right = (p[0] if p else zero for p in (below, above))
    if slope and left != right:
        raise NotDifferentiableError(
            "a unit with zero weight and zero bias sits on the kink of its activation: "
            "the network is not differentiable in that weight"
        )
    return ((left + right) / 2,)
