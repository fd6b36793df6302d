"""Neuron kernels of piecewise linear activations on the unit sphere of R^n."""

from __future__ import annotations

from math import factorial
from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import UniformSphere
from slt_symbolic.kernels.calculus import Calculus
from slt_symbolic.kernels.cap_moments import CapMoments
from slt_symbolic.kernels.normal_moments import NormalMoments
from slt_symbolic.kernels.ramps import Ramp, RampKernel, is_piecewise_linear, settled


class SphereKernel(RampKernel):
    """E[g h] on the unit sphere for ReLU, leaky ReLU, |z|, step and identity, in any mixture.

    Parameters
    ----------
    inputs : UniformSphere
        The law of the inputs.

    Notes
    -----
    A standard normal vector is a uniform direction times an independent radius R. If g and h are
    homogeneous of degrees i and j, then E_normal[g h] = E[Rⁱ⁺ʲ] E_sphere[g h], with E[R⁰] = 1,
    E[R] = √2 Γ((n + 1)/2)/Γ(n/2) and E[R²] = n. Without a bias, constant + jump·1[a > 0] is
    homogeneous of degree 0 and (slope + kink·1[a > 0]) a of degree 1.

    With a bias, a unit is affine where its break misses the sphere, |b| ≥ |w|; elsewhere the
    moments are those of spherical caps (:class:`~slt_symbolic.kernels.cap_moments.CapMoments`).

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> from slt_symbolic.kernels.feature import Feature
    >>> unit = Feature(RELU, (sympy.Integer(3), sympy.Integer(0), sympy.Integer(0)), sympy.S.Zero)
    >>> SphereKernel(UniformSphere(3)).exact(unit, unit)
    3/2
    """

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether the law is a sphere's and both activations are piecewise linear."""
        if not isinstance(inputs, UniformSphere):
            return False
        return is_piecewise_linear(first) and is_piecewise_linear(second)

    def over(
        self, field: OrderedField, calculus: Calculus, first: Ramp, second: Ramp, covariance: Any
    ) -> Any:
        """Return E[g h] as a number of the calculus."""
        first, second = settled(field, first), settled(field, second)
        if any(any(f.broken) and f.mean for f in (first, second)):
            n = self.inputs.dimension
            return CapMoments(field, calculus, first, second, covariance, n).expectation()
        parts = [self._homogeneous(field, calculus, f) for f in (first, second)]
        total = calculus.rational(sympy.S.Zero)
        for i, (g, factor) in enumerate(parts[0]):
            for j, (h, other) in enumerate(parts[1]):
                value = NormalMoments(field, calculus, g, h, covariance).expectation()
                moment = radial_moment(self.inputs.dimension, i + j, calculus)
                total = total + factor * other * value / moment
        return total

    def _homogeneous(
        self, field: OrderedField, calculus: Calculus, f: Ramp
    ) -> list[tuple[Ramp, Any]]:
        """Return parts of degree 0 and 1, each with its factor; their sum is f."""
        none = (sympy.S.Zero, sympy.S.Zero)
        zero, one = field.element(sympy.S.Zero), calculus.rational(sympy.S.One)
        if any(f.broken):
            constant = Ramp(
                (f.plain[0], sympy.S.Zero), (f.broken[0], sympy.S.Zero), zero, f.variance
            )
            linear = Ramp((sympy.S.Zero, f.plain[1]), (sympy.S.Zero, f.broken[1]), zero, f.variance)
            return [(constant, one), (linear, one)]
        value = calculus.rational(f.plain[0])
        value = value + calculus.rational(f.plain[1]) * calculus.value(f.mean)
        constant = Ramp((sympy.S.One, sympy.S.Zero), none, zero, f.variance)
        return [(constant, value), (Ramp((sympy.S.Zero, f.plain[1]), none, zero, f.variance), one)]


def radial_moment(n: int, k: int, calculus: Calculus) -> Any:
    """Return E[Rᵏ] for k = 0, 1, 2, R the length of a standard normal vector in R^n.

    Examples
    --------
    >>> from slt_symbolic.exact.numbers import RealField
    >>> from slt_symbolic.kernels.calculus import Symbolic
    >>> [radial_moment(n, 1, Symbolic(RealField.containing([]))) for n in (2, 3)]
    [sqrt(2)*sqrt(pi)/2, 2*sqrt(2)/sqrt(pi)]
    """
    if k != 1:
        return calculus.rational(sympy.Integer(n if k else 1))
    two = calculus.rational(sympy.Integer(2))
    m = n // 2
    # Γ(m + ½) = (2m)! √π/(4^m m!)
    central = sympy.Rational(factorial(2 * m), 4**m * factorial(m))
    if n % 2:
        return calculus.rational(factorial(m) / central) * calculus.sqrt(two / calculus.pi)
    return calculus.rational(central / factorial(m - 1)) * calculus.sqrt(two * calculus.pi)
