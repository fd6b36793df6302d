"""Sine and cosine units, with each other and with polynomials, on the unit sphere."""

from __future__ import annotations

from math import factorial
from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import UniformSphere
from slt_symbolic.kernels.bessel_sum import BesselSum, Term
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.ramps import inner_product
from slt_symbolic.kernels.sphere_polynomials import taylor
from slt_symbolic.kernels.trigonometric import TrigonometricKernel
from slt_symbolic.kernels.trigonometric_normal import coefficients_of, is_polynomial
from slt_symbolic.kernels.trigonometric_sum import primitive, sum_and_difference, wave_of


class TrigonometricSphereKernel(TrigonometricKernel):
    """E[g h] on the sphere of R^n in terms of its characteristic function.

    Notes
    -----
    E e^{i⟨c, x⟩} = Ω_n(|c|), see :class:`~slt_symbolic.kernels.bessel_sum.BesselSum`; two waves
    turn into waves of w ± w′. From dΩ_n/d(r²/2) = −Ω_(n+2)/n and Faà di Bruno's formula

        ⟨v, ∇⟩^q Ω_n(|c|) = Σ_k q!/(k!(q − 2k)!2ᵏ) ⟨v, c⟩^(q−2k)|v|^(2k) Ω_n^{(q−k)},
        Ω_n^{(j)} = (−1)ʲ Ω_(n+2j)/(n(n + 2) ⋯ (n + 2j − 2)),

    which is E[(i⟨v, x⟩)^q e^{i⟨c, x⟩}]. A closed form divides by the radii |c|, so that the zeros
    of these are walls.

    Examples
    --------
    >>> from slt_symbolic.activations import COS, SIN
    >>> k = TrigonometricSphereKernel(UniformSphere(2))
    >>> wave = Feature(SIN, (sympy.Integer(3), sympy.Integer(4)), sympy.S.Zero)
    >>> k.exact(wave, wave), k.exact(wave, Feature.coordinate(0, 2))
    (1/2 - besselj(0, 10)/2, 3*besselj(1, 5)/5)
    """

    inputs: UniformSphere

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether the law is a sphere's, one activation a wave, the other a wave or polynomial."""
        waves = [wave_of(a) is not None for a in (first, second)]
        known = (w or is_polynomial(a) for w, a in zip(waves, (first, second), strict=True))
        return isinstance(inputs, UniformSphere) and any(waves) and all(known)

    def numbers(self) -> list[sympy.Expr]:
        """Return nothing: the law has no parameters."""
        return []

    def over(self, field: OrderedField, g: Feature, h: Feature) -> BesselSum:
        """Return E[g h] over a field that holds all entries."""
        if wave_of(g.activation) is None:
            g, h = h, g
        wave, other = wave_of(g.activation), wave_of(h.activation)
        if wave is None:
            raise ValueError(f"one of the two activations must be sin or cos, got {g} and {h}")
        w, v = ([field.element(e) for e in f.weights] for f in (g, h))
        b, c = (field.element(f.bias) for f in (g, h))
        own, cross, square = (inner_product(field, x, y) for x, y in ((w, w), (w, v), (v, v)))
        n = self.inputs.dimension
        terms: list[Term] = []
        if other is not None:
            wave, signs = sum_and_difference(wave, other)
            half = field.element(sympy.S.Half)
            for sign, s in zip((1, -1), signs, strict=True):
                radius = own + square - 2 * sign * cross
                field.sign(radius)
                terms.append((half * s, n, radius, wave, b - sign * c))
            return BesselSum(terms)
        field.sign(own)
        for q, p in enumerate(taylor(coefficients_of(h.activation, field), c)):
            # 1/i turns a wave into its antiderivative.
            moved, sign = primitive(wave, q)
            for k in range(q // 2 + 1):
                j = q - k
                number = sympy.Rational(
                    sign * (-1) ** j * factorial(q), factorial(k) * factorial(q - 2 * k) * 2**k
                )
                for i in range(j):
                    number /= n + 2 * i
                power = _power(cross, q - 2 * k) * _power(square, k) * p
                terms.append((field.element(number) * power, n + 2 * j, own, moved, b))
        return BesselSum(terms)


def _power(x: Any, exponent: int) -> Any:
    result = x - x + 1
    for _ in range(exponent):
        result = result * x
    return result
