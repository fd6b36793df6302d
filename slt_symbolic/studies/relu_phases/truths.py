"""The truths of the experiments, on the square [-1, 1]², and where they are sampled."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import sympy

from slt_symbolic.activations import RELU
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import UniformBox
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.studies.relu_phases.settings import RIGHT_ANGLE

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["THREEFOLD_BIAS", "TWO_NODE_BIAS", "divergence", "threefold", "two_nodes"]

SQUARE = UniformBox([-1, -1], [1, 1])
# As in the source's code, and as in its figures.
TWO_NODE_BIAS = sympy.Rational(-3, 10)
THREEFOLD_BIAS = sympy.Rational(-1, 3)


def two_nodes(angle: Fraction) -> TwoLayer:
    """Return ReLU(cos θ x₁ + sin θ x₂ - 3/10) + ReLU(-cos θ x₁ + sin θ x₂ - 3/10).

    The weights are the rational point of the circle whose angle is within 10⁻⁶ of θ.

    Examples
    --------
    >>> two_nodes(RIGHT_ANGLE).units[0].weights
    (0, 1)
    """
    if angle == RIGHT_ANGLE:
        cosine, sine = sympy.S.Zero, sympy.S.One
    else:
        # A denominator of 1000 or so leaves 10⁻⁶, and short numbers.
        half = Fraction(math.tan(float(angle) / 2)).limit_denominator(1000)
        t = sympy.Rational(half.numerator, half.denominator)
        cosine, sine = (1 - t**2) / (1 + t**2), 2 * t / (1 + t**2)
    units = tuple(Unit(1, (sign * cosine, sine), TWO_NODE_BIAS) for sign in (1, -1))
    return TwoLayer(RELU, units)


def threefold(strength: Fraction) -> TwoLayer:
    """Return the three-fold symmetric truth, the strength of its third node changed."""
    half, root = sympy.Rational(1, 2), sympy.sqrt(3) / 2
    last = sympy.Rational(strength.numerator, strength.denominator)
    places: Sequence[tuple[tuple[sympy.Expr, sympy.Expr], sympy.Expr]] = (
        ((half, root), sympy.S.One),
        ((half, -root), sympy.S.One),
        ((sympy.S.NegativeOne, sympy.S.Zero), last),
    )
    return TwoLayer(RELU, tuple(Unit(q, w, THREEFOLD_BIAS) for w, q in places))


@cache
def divergence(truth: TwoLayer, width: int, *, scales: bool = True) -> KLDivergence:
    """Return K of a network of some width; without scales the readouts are 1."""
    model = TwoLayer.symbolic(RELU, inputs=2, width=width, readouts=None if scales else 1)
    return KLDivergence(model, truth, SQUARE)
