"""Sine, cosine and polynomial units under the standard normal law, in closed form."""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.trigonometric import TrigonometricKernel
from slt_symbolic.kernels.trigonometric_sum import (
    TrigonometricSum,
    Wave,
    sum_and_difference,
    wave_of,
)


class TrigonometricNormalKernel(TrigonometricKernel):
    """E[g h] under N(0, I) from its moments and its characteristic function.

    Notes
    -----
    With S = ‖w‖², S′ = ‖w′‖², D = ⟨w, w′⟩: E cos(⟨c, x⟩ + d) = e^{−‖c‖²/2} cos d, and the same for
    sin, to which two waves reduce, since ‖w ± w′‖² = S + S′ ± 2D. Moments E[aᵐa′ⁿ] follow from
    integration by parts, M(m, n) = bM(m−1, n) + (m−1)S M(m−2, n) + nD M(m−1, n−1). Shifting the
    normal law by iw′ gives E[aᵐ e^{ia′}] = e^{ib′ − S′/2} E[(b + iD + √S Z)ᵐ]. All of it holds
    everywhere: there are no chambers.

    Examples
    --------
    >>> import sympy
    >>> from slt_symbolic.activations import IDENTITY, SIN
    >>> k = TrigonometricNormalKernel(StandardNormal(1))
    >>> wave, line = (Feature(a, (sympy.S(2),), sympy.S.Zero) for a in (SIN, IDENTITY))
    >>> k.exact(wave, wave), k.exact(wave, line), k.exact(line, line)
    (1/2 - exp(-8)/2, 4*exp(-2), 4)
    """

    inputs: StandardNormal

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether the law is standard normal and both activations waves or polynomials."""
        if not isinstance(inputs, StandardNormal):
            return False
        return all(wave_of(a) or is_polynomial(a) for a in (first, second))

    def numbers(self) -> list[sympy.Expr]:
        """Return nothing: the law has no parameters."""
        return []

    def over(self, field: OrderedField, g: Feature, h: Feature) -> TrigonometricSum:
        """Return E[g h] over a field that holds all entries."""
        if not wave_of(g.activation):
            g, h = h, g
        zero, half = field.element(sympy.S.Zero), field.element(sympy.S.Half)
        w, v = ([field.element(e) for e in f.weights] for f in (g, h))
        b, c = (field.element(f.bias) for f in (g, h))
        own, other, dot = _dot(w, w, zero), _dot(v, v, zero), _dot(w, v, zero)
        wave, second = wave_of(g.activation), wave_of(h.activation)
        if wave is None:
            moment = joint_moments(b, c, own, other, dot, field.element(sympy.S.One))
            total = zero
            for m, p in enumerate(coefficients_of(g.activation, field)):
                for n, q in enumerate(coefficients_of(h.activation, field)):
                    total = total + p * q * moment(m, n)
            return TrigonometricSum.of((total, zero, "cos", zero))
        if second is not None:
            result, signs = sum_and_difference(wave, second)
            return TrigonometricSum.of(
                *(
                    (half * s, -half * (own + other - 2 * sign * dot), result, b - sign * c)
                    for sign, s in zip((1, -1), signs, strict=True)
                )
            )
        real, imaginary = _shifted(coefficients_of(h.activation, field), c, dot, other, zero)
        # (R + iI)(cos b + i sin b), its real part for the cosine, its imaginary for the sine.
        across: Wave = "sin" if wave == "cos" else "cos"
        sign = -1 if wave == "cos" else 1
        return TrigonometricSum.of(
            (real, -half * own, wave, b), (sign * imaginary, -half * own, across, b)
        )


def is_polynomial(activation: Activation) -> bool:
    """Whether an activation is one polynomial throughout."""
    branches = activation.branches
    return branches is not None and branches.below == branches.above


def coefficients_of(activation: Activation, field: OrderedField) -> list[Any]:
    """Return a polynomial's coefficients, lowest degree first."""
    if activation.branches is None:
        raise ValueError(f"activation must be a polynomial, {activation.name} is not")
    return [field.element(c) for c in activation.branches.above]


def _dot(v: list[Any], w: list[Any], zero: Any) -> Any:
    total = zero
    for x, y in zip(v, w, strict=True):
        total = total + x * y
    return total


def joint_moments(b: Any, c: Any, own: Any, other: Any, dot: Any, one: Any) -> Any:
    """Return (m, n) ↦ E[aᵐ a′ⁿ] for jointly normal a, a′.

    Parameters
    ----------
    b, c : field elements
        Means of a and a′.
    own, other, dot : field elements
        Their variances and covariance.
    one : field element
        1.
    """

    @cache
    def moment(m: int, n: int) -> Any:
        if m == 0:
            if n == 0:
                return one
            rest = (n - 1) * other * moment(0, n - 2) if n > 1 else 0 * one
            return c * moment(0, n - 1) + rest
        value = b * moment(m - 1, n)
        if m > 1:
            value = value + (m - 1) * own * moment(m - 2, n)
        if n > 0:
            value = value + n * dot * moment(m - 1, n - 1)
        return value

    return moment


def _shifted(p: list[Any], bias: Any, shift: Any, square: Any, zero: Any) -> tuple[Any, Any]:
    """Return real and imaginary part of E[p(bias + i·shift + √square Z)]."""
    older, newer = (zero, zero), (zero + 1, zero)
    total = (zero, zero)
    for m, coefficient in enumerate(p):
        total = tuple(t + coefficient * x for t, x in zip(total, newer, strict=True))
        (r, s), (q, u) = newer, older
        older = newer
        newer = (
            bias * r - shift * s + m * square * q,
            bias * s + shift * r + m * square * u,
        )
    return total[0], total[1]
