"""Sine and cosine units, with each other and with polynomials, on a box of any dimension."""

from __future__ import annotations

from itertools import product
from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import UniformBox
from slt_symbolic.kernels.broken import Polynomial, compose, derivative, multiply
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.trigonometric import TrigonometricKernel
from slt_symbolic.kernels.trigonometric_normal import coefficients_of, is_polynomial
from slt_symbolic.kernels.trigonometric_sum import (
    TrigonometricSum,
    Wave,
    primitive,
    sum_and_difference,
    wave_of,
)


class TrigonometricBoxKernel(TrigonometricKernel):
    """E[g h] on a box as a sum over its vertices.

    Notes
    -----
    Let α, β be affine with gradients c, v, and W_N the N-fold antiderivative of a wave. If c_k ≠ 0,
    integration by parts gives ∫ p(β)W(α) dx_k = [Σ_j (−v_k)ʲ c_k^(−j−1) p⁽ʲ⁾(β)W_(j+1)(α)] between
    the ends; if c_k = 0 ≠ v_k it is [p⁽⁻¹⁾(β)W(α)]/v_k, and if both vanish the length. Doing this
    for all coordinates leaves a signed sum over vertices, in which the coefficients of the
    products p⁽ʲ⁾W are those of a product of power series in the operator of differentiation.

    Examples
    --------
    >>> from slt_symbolic.activations import COS
    >>> k = TrigonometricBoxKernel(UniformBox((0, 0, 0), (1, 1, 1)))
    >>> wave = Feature(COS, (sympy.S.One, sympy.S.One, sympy.S.Zero), sympy.S.Zero)
    >>> k.exact(wave, Feature.constant(3))
    -1 - cos(2) + 2*cos(1)
    """

    inputs: UniformBox

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether the law is a box's, one activation a wave, the other a wave or polynomial."""
        waves = [wave_of(a) is not None for a in (first, second)]
        known = (w or is_polynomial(a) for w, a in zip(waves, (first, second), strict=True))
        return isinstance(inputs, UniformBox) and any(waves) and all(known)

    def numbers(self) -> list[sympy.Expr]:
        """Return the entries of the two corners."""
        return [*self.inputs.lower, *self.inputs.upper]

    def over(self, field: OrderedField, g: Feature, h: Feature) -> TrigonometricSum:
        """Return E[g h] over an ordered field that holds all entries."""
        if wave_of(g.activation) is None:
            g, h = h, g
        wave, other = wave_of(g.activation), wave_of(h.activation)
        if wave is None:
            raise ValueError(f"one of the two activations must be sin or cos, got {g} and {h}")
        u, v = ([field.element(e) for e in f.entries()] for f in (g, h))
        if other is None:
            return self._integral(field, tuple(coefficients_of(h.activation, field)), v, wave, u)
        one, half = field.element(sympy.S.One), field.element(sympy.S.Half)
        wave, signs = sum_and_difference(wave, other)
        total = TrigonometricSum.of()
        for sign, factor in zip((1, -1), signs, strict=True):
            mixed = [p - sign * q for p, q in zip(u, v, strict=True)]
            nothing = [e - e for e in mixed]
            part = self._integral(field, (one,), nothing, wave, mixed)
            total = total + part.times(factor * half)
        return total

    def _integral(
        self, field: OrderedField, p: Polynomial, beta: list[Any], wave: Wave, alpha: list[Any]
    ) -> TrigonometricSum:
        """Return E[p(β)wave(α)]."""
        zero, one = field.element(sympy.S.Zero), field.element(sympy.S.One)
        sides = zip(self.inputs.lower, self.inputs.upper, strict=True)
        ends = [tuple(map(field.element, e)) for e in sides]
        moving, waves = [], 0
        series: Polynomial = (one,)
        for k, (lower, upper) in enumerate(ends):
            c, v, length = alpha[k], beta[k], upper - lower
            if field.sign(c):
                waves += 1
            elif field.sign(v):
                p = (zero, *(a / (m + 1) for m, a in enumerate(p)))
            else:
                continue
            moving.append(k)
        for k in moving:
            lower, upper = ends[k]
            c, v, length = alpha[k], beta[k], upper - lower
            if not c:
                series = multiply(series, (one / (v * length),))
                continue
            factor, term = [], one / (c * length)
            for _ in p:
                factor.append(term)
                term = -term * v / c
            series = multiply(series, tuple(factor))[: len(p)]
        derivatives = [p]
        while len(derivatives[-1]) > 1:
            derivatives.append(derivative(derivatives[-1]))
        terms = []
        for vertex in product((0, 1), repeat=len(moving)):
            at = dict(zip(moving, vertex, strict=True))
            x = [ends[k][at.get(k, 0)] for k in range(len(ends))]
            a, b = (
                sum((w * e for w, e in zip(f[:-1], x, strict=True)), f[-1]) for f in (alpha, beta)
            )
            odd = (len(vertex) - sum(vertex)) % 2
            for j, (coefficient, q) in enumerate(zip(series, derivatives, strict=False)):
                moved, sign = primitive(wave, waves + j)
                value = coefficient * compose(q, (b,))[0] * (-sign if odd else sign)
                terms.append((value, zero, moved, a))
        return TrigonometricSum.of(*terms)
