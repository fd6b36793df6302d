"""Neuron kernels of piecewise linear activations on the unit circle, biases included."""

from __future__ import annotations

from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import UniformSphere
from slt_symbolic.kernels.calculus import Calculus
from slt_symbolic.kernels.ramps import (
    Moments,
    Ramp,
    RampKernel,
    RampMoments,
    is_piecewise_linear,
    settled,
)


class CircleMoments(RampMoments):
    """E[g h] for ramps g of a and h of a′ on the unit circle, each break meeting the circle.

    Notes
    -----
    Let a = s cos(t) + b and a′ = s′ cos(t − δ) + b′ with t uniform on the circle, A = s²,
    B = s′², c = ss′ cos δ, D = ss′ sin δ ≥ 0, and |b| < s, |b′| < s′ where there is a break. Then
    a > 0 on the arc |t| < β, cos β = −b/s, and with r = √(A − b²) = s sin β

        E[1_a] = β/π,   E[a 1_a] = (bβ + r)/π,   E[a′ 1_a] = (b′β + cr/A)/π,
        E[a a′ 1_a] = (bb′β + (bc/A + b′) r + (c/2)(β − br/A))/π.

    With X = b′A − cb and X′ = bB − cb′, the ends of the first arc have A a′ = X ± rD. The arcs
    cross, one end of each inside the other, if and only if

        Δ = AB − c² − b²B + 2cbb′ − b′²A > 0,

    and they are then both active on (δ − β′, β), of length L = β + β′ − δ: the moments follow
    from antiderivatives. If Δ ≤ 0, then 1_a 1_a′ is 1_a + 1_a′ − 1, 1_a, 1_a′ or 0, by the signs
    of X and X′ (X > 0: the first arc's ends lie in the second arc).
    """

    def _untruncated(self) -> Moments:
        b, b2 = self._first.mean, self._second.mean
        value = self._calculus.value
        half = self._c * self._field.element(sympy.S.Half)
        return self._calculus.rational(sympy.S.One), value(b), value(b2), value(b * b2 + half)

    def _arc(self, f: Ramp) -> tuple[Any, Any, Any]:
        """Return s, √(A − b²) and β − π/2 = asin(b/s)."""
        s = self._calculus.root(f.variance)
        height = self._calculus.root(f.variance - f.mean * f.mean)
        return s, height, self._calculus.asin(self._calculus.value(f.mean) / s)

    def _one_sided(self, f: Ramp, g: Ramp) -> Moments:
        value, pi = self._calculus.value, self._calculus.pi
        two = self._calculus.rational(sympy.Integer(2))
        _, r, angle = self._arc(f)
        beta = angle + pi / two
        slope = self._c / f.variance
        b, b2, c = value(f.mean), value(g.mean), value(self._c)
        product = b * b2 * beta + value(f.mean * slope + g.mean) * r
        product = product + c / two * beta - value(f.mean * slope) * r / two
        return beta / pi, (b * beta + r) / pi, (b2 * beta + value(slope) * r) / pi, product / pi

    def _truncated_both(self) -> Moments:
        (m, A), (n, B) = ((f.mean, f.variance) for f in (self._first, self._second))
        c = self._c
        crossing = A * B - c * c - m * m * B + (c + c) * m * n - n * n * A
        if self._field.sign(crossing) > 0:
            return self._crossing()
        ends, ends2 = self._field.sign(n * A - c * m), self._field.sign(m * B - c * n)
        if ends > 0 and ends2 > 0:
            return self._overlap_of_everything()
        # Both vanish on one common line: the half-planes are the same or opposite.
        if ends > 0 or (ends == 0 and ends2 == 0 and self._field.sign(c) > 0):
            return self._truncated_first()
        return self._truncated_second() if ends2 > 0 else self._nothing()

    def _crossing(self) -> Moments:
        value, pi = self._calculus.value, self._calculus.pi
        two = self._calculus.rational(sympy.Integer(2))
        A, B, cov = self._first.variance, self._second.variance, self._c
        s, r, angle = self._arc(self._first)
        s2, r2, angle2 = self._arc(self._second)
        D = self._calculus.root(A * B - cov * cov)
        b, b2, c = value(self._first.mean), value(self._second.mean), value(cov)
        length = angle + angle2 + self._calculus.asin(c / (s * s2)) + pi / two
        # Endpoint values: s sin t at t = δ − β′, and s′ sin(t − δ) at t = β.
        low = -(D * b2 + c * r2) / value(B)
        high = (c * r + D * b) / value(A)
        cosine, cosine2 = r - low, high + r2
        # ¼ ss′[sin(2β − δ) + sin(2β′ − δ)]
        doubled = self._double(self._first, r, c, D) + self._double(self._second, r2, c, D)
        product = b * b2 * length + b * cosine2 + b2 * cosine + c * length / two + doubled
        turn = two * pi
        first, second = b * length + cosine, b2 * length + cosine2
        return length / turn, first / turn, second / turn, product / turn

    def _double(self, f: Ramp, r: Any, c: Any, D: Any) -> Any:
        """Return ¼ ss′ sin(2β − δ), from sin 2β = −2br/A and cos 2β = 2b²/A − 1."""
        value = self._calculus.value
        four = self._calculus.rational(sympy.Integer(4))
        one = self._field.element(sympy.S.One)
        sine = value(-(f.mean + f.mean) / f.variance) * r
        cosine = value((f.mean + f.mean) * f.mean / f.variance - one)
        return (sine * c - cosine * D) / four


class CircleKernel(RampKernel):
    """E[g h] on the unit circle for ReLU, leaky ReLU, |z|, step and identity, in any mixture.

    Parameters
    ----------
    inputs : UniformSphere
        The circle, of dimension 2.

    Notes
    -----
    Elementary, see :class:`CircleMoments`. A closed form holds where each break keeps meeting the
    circle or missing it, and the order of the breaks around the circle stays.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> from slt_symbolic.kernels.feature import Feature
    >>> unit = Feature(RELU, (sympy.Integer(2), sympy.Integer(0)), sympy.Integer(1))
    >>> CircleKernel(UniformSphere(2)).exact(unit, unit)
    (3*sqrt(3)/2 + 2*pi)/pi
    """

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether the law is the circle's and both activations are piecewise linear."""
        if not (isinstance(inputs, UniformSphere) and inputs.dimension == 2):
            return False
        return is_piecewise_linear(first) and is_piecewise_linear(second)

    def over(
        self, field: OrderedField, calculus: Calculus, first: Ramp, second: Ramp, covariance: Any
    ) -> Any:
        """Return E[g h] as a number of the calculus."""
        first, second = settled(field, first), settled(field, second)
        return CircleMoments(field, calculus, first, second, covariance).expectation()
