"""Neuron kernels of piecewise linear activations and erf under standard normal inputs."""

from __future__ import annotations

from typing import Any

import sympy
from flint import arb, ctx

from slt_symbolic.activations import ERF, Activation
from slt_symbolic.chamber import Chamber, ChamberField, OrderedField
from slt_symbolic.exact_numbers import RealField
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.kernels.calculus import Balls, Calculus, Symbolic, field_for
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.kernel import Sample
from slt_symbolic.kernels.normal_moments import NormalMoments, Ramp, inner_product
from slt_symbolic.spectra.arguments import BITS_PER_DIGIT, accurate_digits

HALF = sympy.S.Half


class NormalPiecewiseKernel:
    """E[g h] under N(0, I_n) for ReLU, leaky ReLU, |z|, step, identity and erf, in any mixture.

    Parameters
    ----------
    inputs : StandardNormal
        The law of the inputs.

    Notes
    -----
    The preactivations are jointly normal, so that everything is a truncated moment of two
    normals (:class:`~slt_symbolic.kernels.normal_moments.NormalMoments`). erf belongs here
    because erf(z) = 2 P(z + ξ/√2 > 0) − 1 with an independent standard normal ξ: it is a step
    whose preactivation has the variance ½ more. Without biases erf gives Williams' arcsine.

    A closed form holds where the signs that it asked for stay as they are: |w|² > 0 for a unit
    with a break, and |w|²|w′|² > ⟨w, w′⟩² for two of them. Biases impose nothing: the orthant
    probability stays a symbol. Only where the weights are parallel for every value of the symbols
    (one input, above all) do the orientations and the order of the breaks enter; a sample at
    which weights merely happen to be parallel is on a wall.

    References
    ----------
    Y. Cho and L. K. Saul (2009), Kernel methods for deep learning, NIPS 22.
    C. K. I. Williams (1997), Computing with infinite networks, NIPS 9.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> kernel = NormalPiecewiseKernel(StandardNormal(2))
    >>> unit = Feature(RELU, (sympy.Integer(1), sympy.Integer(0)), sympy.Integer(0))
    >>> other = Feature(RELU, (sympy.Integer(1), sympy.Integer(1)), sympy.Integer(0))
    >>> kernel.exact(unit, unit), kernel.exact(unit, other)
    (1/2, 1/(2*pi) + 3/8)
    >>> shifted = Feature(RELU, (sympy.Integer(1), sympy.Integer(1)), sympy.Integer(-1))
    >>> kernel.enclosure(unit, shifted, digits=20).str(20, radius=False)
    '0.26076882051846637690'
    """

    def __init__(self, inputs: StandardNormal) -> None:
        self.inputs = inputs

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether the law is standard normal and both activations are of the kinds above."""
        return isinstance(inputs, StandardNormal) and all(
            a == ERF or is_piecewise_linear(a) for a in (first, second)
        )

    def exact(self, g: Feature, h: Feature) -> sympy.Expr:
        """Return E[g h] through exp, erf, asin and Owen's T."""
        field = field_for((*g.entries(), *h.entries()), {})
        return expectation(field, Symbolic(field), g, h)

    def closed_form(self, g: Feature, h: Feature, sample: Sample) -> tuple[sympy.Expr, Chamber]:
        """Return E[g h] around a sample point, and the chamber where that form holds."""
        field = field_for((*g.entries(), *h.entries()), sample)
        value = expectation(field, Symbolic(field), g, h)
        return value, field.chamber if isinstance(field, ChamberField) else Chamber(frozenset())

    def enclosure(self, g: Feature, h: Feature, *, digits: int) -> arb:
        """Return a ball around E[g h].

        The working precision rises a few times if terms cancel; where the ball then still lacks
        relative accuracy (a zero by symmetry, say) it is accurate relative to its terms.
        """
        field = field_for((*g.entries(), *h.entries()), {})
        if not isinstance(field, RealField):
            raise ValueError(f"entries must be numbers to enclose, got {g}, {h}")
        return refined_ball(lambda: expectation(field, Balls(field), g, h), digits)


def refined_ball(evaluate: Any, digits: int) -> arb:
    """Return a ball at ``digits`` digits, relative where three precisions suffice for that."""
    precision = int(digits * BITS_PER_DIGIT) + 30
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


def expectation(field: OrderedField, calculus: Calculus, g: Feature, h: Feature) -> Any:
    """Return E[g h] under the standard normal law, as a number of the calculus."""
    zero = field.element(sympy.S.Zero)
    first, second = ([field.element(w) for w in f.weights] for f in (g, h))
    ramps = [ramp(field, f, w) for f, w in ((g, first), (h, second))]
    covariance = inner_product(first, second, zero)
    return NormalMoments(field, calculus, *ramps, covariance).expectation()


def ramp(field: OrderedField, f: Feature, weights: list[Any]) -> Ramp:
    """Return a feature as a function of its normal preactivation."""
    mean = field.element(f.bias)
    variance = inner_product(weights, weights, field.element(sympy.S.Zero))
    if f.activation == ERF:
        one, two = sympy.S.One, sympy.Integer(2)
        return Ramp((-one, sympy.S.Zero), (two, sympy.S.Zero), mean, variance + field.element(HALF))
    below, above = f.activation.lines()
    broken = (above[0] - below[0], above[1] - below[1])
    flat = (sympy.S.Zero, sympy.S.Zero)
    if not any(broken) or field.sign(variance) > 0:
        return Ramp(below, broken, mean, variance)
    # A constant: the side of the break on which it lies is known, in the middle it is halved.
    share = sympy.Rational(1 + field.sign(mean), 2)
    plain = (below[0] + share * broken[0], below[1] + share * broken[1])
    return Ramp(plain, flat, mean, variance)
