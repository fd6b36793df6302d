"""Sine and cosine units, with each other and with piecewise polynomials, on an interval."""

from __future__ import annotations

from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.kernels.broken import Polynomial, derivative, neuron
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.interval import IntervalExpectation, integral
from slt_symbolic.kernels.trigonometric import TrigonometricKernel
from slt_symbolic.kernels.trigonometric_sum import (
    TrigonometricSum,
    Wave,
    primitive,
    sum_and_difference,
    wave_of,
)


class TrigonometricIntervalKernel(TrigonometricKernel):
    """E[g h] on an interval by elementary integrals.

    Notes
    -----
    Two waves turn into waves of a ± a′; a polynomial times a wave is integrated by parts. A
    closed form divides by frequencies, so that the zeros of these are walls.

    Examples
    --------
    >>> import sympy
    >>> from slt_symbolic.activations import RELU, SIN
    >>> k = TrigonometricIntervalKernel(UniformInterval(-1, 1))
    >>> wave, unit = (Feature(a, (sympy.S.One,), sympy.S.Zero) for a in (SIN, RELU))
    >>> k.exact(wave, unit), k.exact(wave, wave)
    (-cos(1)/2 + sin(1)/2, 1/2 - sin(2)/4)
    """

    inputs: UniformInterval

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether one activation is sin or cos, and the other too or piecewise polynomial."""
        if not isinstance(inputs, UniformInterval):
            return False
        waves = [wave_of(a) is not None for a in (first, second)]
        known = (w or a.branches is not None for w, a in zip(waves, (first, second), strict=True))
        return any(waves) and all(known)

    def numbers(self) -> list[sympy.Expr]:
        """Return the end points."""
        return [self.inputs.lower, self.inputs.upper]

    def over(self, field: OrderedField, g: Feature, h: Feature) -> TrigonometricSum:
        """Return E[g h] over an ordered field that holds all entries."""
        ends = [field.element(e) for e in self.numbers()]
        density = field.element(sympy.S.One) / (ends[1] - ends[0])
        (w, b), (v, c) = (tuple(field.element(e) for e in f.entries()) for f in (g, h))
        wave, other = wave_of(g.activation), wave_of(h.activation)
        if wave and other:
            wave, signs = sum_and_difference(wave, other)
            one = (field.element(sympy.S.One),)
            parts = [
                by_parts(one, wave, w - sign * v, b - sign * c, ends[0], ends[1], field).times(
                    factor * field.element(sympy.S.Half)
                )
                for sign, factor in zip((1, -1), signs, strict=True)
            ]
            return (parts[0] + parts[1]).times(density)
        if wave is None:
            g, h, w, b, v, c = h, g, v, c, w, b
            wave = other
        if wave is None:
            raise ValueError(f"one of the two activations must be sin or cos, got {g} and {h}")
        unit = IntervalExpectation(self.inputs, field).restrict(neuron(h.activation, v, c, field))
        total = TrigonometricSum.of()
        cuts = [ends[0], *([] if unit.at is None else [unit.at]), ends[1]]
        for side, lower, upper in zip((unit.left, unit.right), cuts[:-1], cuts[1:], strict=False):
            total = total + by_parts(side, wave, w, b, lower, upper, field)
        return total.times(density)


def by_parts(
    p: Polynomial, wave: Wave, w: Any, b: Any, lower: Any, upper: Any, field: OrderedField
) -> TrigonometricSum:
    """Return the integral of p(x) wave(wx + b) between two field elements."""
    zero = field.element(sympy.S.Zero)
    if field.sign(w) == 0:
        return TrigonometricSum.of((integral(p, lower, upper, field), zero, wave, b))
    terms = []
    scale, at = field.element(sympy.S.One) / w, wave
    while p:
        at, sign = primitive(at)
        for x, end in ((upper, 1), (lower, -1)):
            value = zero
            for coefficient in reversed(p):
                value = value * x + coefficient
            terms.append((value * scale * (sign * end), zero, at, w * x + b))
        p, scale = derivative(p), -sign * scale / w
    return TrigonometricSum.of(*terms)
