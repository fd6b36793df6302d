"""Functions of one variable with a break at zero, and kernels that need their moments only."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from flint import arb, ctx

from slt_symbolic.activations import ERF, Activation
from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.kernels.calculus import Balls, Calculus, Symbolic
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.field_kernel import FieldKernel
from slt_symbolic.spectra.arguments import BITS_PER_DIGIT, accurate_digits

Moments = tuple[Any, Any, Any, Any]
"""E[I], E[a I], E[a′ I], E[a a′ I] for one indicator function I."""


@dataclass(frozen=True)
class Ramp:
    """The function constant + slope·a + (jump + kink·a)·1[a > 0] of a = ⟨w, x⟩ + b.

    Parameters
    ----------
    plain : tuple of sympy.Rational
        (constant, slope).
    broken : tuple of sympy.Rational
        (jump, kink); both zero if w = 0.
    mean, variance : field elements
        b and |w|²: mean and variance of a under the standard normal law.
    """

    plain: tuple[sympy.Expr, sympy.Expr]
    broken: tuple[sympy.Expr, sympy.Expr]
    mean: Any
    variance: Any


class RampMoments(ABC):
    """E[g h] for ramps g of a and h of a′, from the moments of a and a′ on half-spaces.

    Parameters
    ----------
    field : OrderedField
        Where means and covariances live.
    calculus : Calculus
        Where the results live.
    first, second : Ramp
        g and h.
    covariance : field element
        ⟨w, w′⟩.
    """

    def __init__(
        self, field: OrderedField, calculus: Calculus, first: Ramp, second: Ramp, covariance: Any
    ) -> None:
        self._field, self._calculus = field, calculus
        self._first, self._second, self._c = first, second, covariance

    def expectation(self) -> Any:
        """Return E[g h]."""
        f, g = self._first, self._second
        parts = (
            (f.plain, g.plain, self._untruncated),
            (f.broken, g.plain, self._truncated_first),
            (f.plain, g.broken, self._truncated_second),
            (f.broken, g.broken, self._truncated_both),
        )
        total = self._calculus.rational(sympy.S.Zero)
        for (p0, p1), (q0, q1), moments in parts:
            weights = (p0 * q0, p1 * q0, p0 * q1, p1 * q1)
            if any(weights):
                terms = zip(weights, moments(), strict=True)
                total = sum((self._calculus.rational(w) * m for w, m in terms if w), total)
        return total

    @abstractmethod
    def _untruncated(self) -> Moments: ...

    @abstractmethod
    def _one_sided(self, f: Ramp, g: Ramp) -> Moments:
        """Return the moments on f's side a > 0."""

    @abstractmethod
    def _truncated_both(self) -> Moments: ...

    def _truncated_first(self) -> Moments:
        return self._one_sided(self._first, self._second)

    def _truncated_second(self) -> Moments:
        one, second, first, product = self._one_sided(self._second, self._first)
        return one, first, second, product

    def _nothing(self) -> Moments:
        zero = self._calculus.rational(sympy.S.Zero)
        return zero, zero, zero, zero

    def _overlap_of_everything(self) -> Moments:
        """Return the moments on a > 0 and a′ > 0 where these two cover all inputs."""
        parts = (self._truncated_first(), self._truncated_second(), self._untruncated())
        a, b, c, d = (x + y - z for x, y, z in zip(*parts, strict=True))
        return a, b, c, d


class RampKernel(FieldKernel):
    """A kernel that turns features into ramps, and answers from their moments."""

    @abstractmethod
    def over(
        self, field: OrderedField, calculus: Calculus, first: Ramp, second: Ramp, covariance: Any
    ) -> Any:
        """Return E[g h] as a number of the calculus."""

    def expression(self, field: OrderedField, g: Feature, h: Feature) -> sympy.Expr:
        """Return E[g h] as an expression, with the signs of an ordered field of its entries."""
        value: sympy.Expr = self._value(field, Symbolic(field), g, h)
        return value

    def enclosure(self, g: Feature, h: Feature, *, digits: int) -> arb:
        """Return a ball around E[g h].

        The working precision rises a few times if terms cancel; where the ball then still lacks
        relative accuracy (a zero by symmetry, say) it is accurate relative to its terms.
        """
        field = self.real_field(g, h)
        return _refined(lambda: self._value(field, Balls(field), g, h), digits)

    def _value(self, field: OrderedField, calculus: Calculus, g: Feature, h: Feature) -> Any:
        first, second = ([field.element(w) for w in f.weights] for f in (g, h))
        covariance = inner_product(field, first, second)
        return self.over(field, calculus, ramp(field, g, first), ramp(field, h, second), covariance)


def _refined(evaluate: Callable[[], arb], digits: int) -> arb:
    precision = int(digits * BITS_PER_DIGIT) + 30
    ball = arb("nan")
    for bits in (precision, 2 * precision, 4 * precision):
        with ctx.workprec(bits):
            ball = evaluate()
        if ball.is_finite() and accurate_digits(ball) >= digits:
            break
    return ball


def is_piecewise_linear(activation: Activation) -> bool:
    """Whether both branches have degree at most 1."""
    branches = activation.branches
    return branches is not None and max(len(branches.below), len(branches.above)) <= 2


def inner_product(field: OrderedField, u: Sequence[Any], v: Sequence[Any]) -> Any:
    """Return ⟨u, v⟩ for field elements."""
    return sum((x * y for x, y in zip(u, v, strict=True)), field.element(sympy.S.Zero))


def ramp(field: OrderedField, f: Feature, weights: Sequence[Any]) -> Ramp:
    """Return a feature as a function of its preactivation; of zero variance, as a constant.

    erf is a step under the normal law, of a preactivation to which an independent normal of
    variance ½ is added: erf(z) = 2 P(z + ξ/√2 > 0) − 1.
    """
    mean = field.element(f.bias)
    variance = inner_product(field, weights, weights)
    if f.activation == ERF:
        one, two = sympy.S.One, sympy.Integer(2)
        noise = field.element(sympy.S.Half)
        return Ramp((-one, sympy.S.Zero), (two, sympy.S.Zero), mean, variance + noise)
    below, above = f.activation.lines()
    broken = (above[0] - below[0], above[1] - below[1])
    if not any(broken) or field.sign(variance) > 0:
        return Ramp(below, broken, mean, variance)
    # A constant: the side of the break on which it lies is known, in the middle it is halved.
    return decided(Ramp(below, broken, mean, variance), sympy.Rational(1 + field.sign(mean), 2))


def decided(f: Ramp, share: sympy.Expr) -> Ramp:
    """Return a ramp with 1[a > 0] replaced by a number."""
    plain = (f.plain[0] + share * f.broken[0], f.plain[1] + share * f.broken[1])
    return Ramp(plain, (sympy.S.Zero, sympy.S.Zero), f.mean, f.variance)


def settled(field: OrderedField, f: Ramp) -> Ramp:
    """Return a ramp without its break if that does not meet the unit sphere, |b| ≥ |w|."""
    if any(f.broken) and f.mean and field.sign(f.mean * f.mean - f.variance) >= 0:
        return decided(f, sympy.Rational(1 + field.sign(f.mean), 2))
    return f
