"""Polynomial units on the unit sphere, exactly."""

from __future__ import annotations

from math import comb
from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import UniformSphere
from slt_symbolic.kernels.algebraic import AlgebraicKernel
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.ramps import inner_product
from slt_symbolic.kernels.trigonometric_normal import (
    coefficients_of,
    is_polynomial,
    joint_moments,
)


class SpherePolynomialKernel(AlgebraicKernel):
    """E[g h] on the sphere of R^n from the moments of two linear functions.

    Notes
    -----
    A standard normal vector is a uniform direction times an independent radius R, and E[R^2k] =
    n(n + 2) ⋯ (n + 2k − 2): E[⟨w, x⟩ⁱ⟨w′, x⟩ʲ] is the normal moment divided by that, and 0 for odd
    i + j. There are no chambers.

    Examples
    --------
    >>> from slt_symbolic.activations import polynomial
    >>> square = polynomial((0, 0, 1))
    >>> unit = Feature(square, (sympy.Integer(1), sympy.Integer(2)), sympy.Integer(1))
    >>> SpherePolynomialKernel(UniformSphere(2)).exact(unit, unit)  # (1 + √5 cos t)⁴
    203/8
    """

    inputs: UniformSphere

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether the law is a sphere's and both activations are polynomials."""
        return isinstance(inputs, UniformSphere) and is_polynomial(first) and is_polynomial(second)

    def numbers(self) -> list[sympy.Expr]:
        """Return nothing: the law has no parameters."""
        return []

    def over(self, field: OrderedField, g: Feature, h: Feature) -> Any:
        """Return E[g h] as an element of an ordered field that holds all entries."""
        w, v = ([field.element(e) for e in f.weights] for f in (g, h))
        zero, one = field.element(sympy.S.Zero), field.element(sympy.S.One)
        normal = joint_moments(
            zero, zero, inner_product(field, w, w), inner_product(field, v, v),
            inner_product(field, w, v), one,
        )  # fmt: skip
        first, second = (
            taylor(coefficients_of(f.activation, field), field.element(f.bias)) for f in (g, h)
        )
        total = zero
        for i, p in enumerate(first):
            for j, q in enumerate(second):
                if (i + j) % 2 == 0:
                    radial = one
                    for k in range(0, i + j, 2):
                        radial = radial * (self.inputs.dimension + k)
                    total = total + p * q * normal(i, j) / radial
        return total


def taylor(p: list[Any], bias: Any) -> list[Any]:
    """Return the coefficients of z ↦ p(z + bias)."""
    result = []
    for k in range(len(p)):
        total, power = p[k] - p[k], bias - bias + 1
        for m in range(k, len(p)):
            total = total + comb(m, k) * p[m] * power
            power = power * bias
        result.append(total)
    return result
