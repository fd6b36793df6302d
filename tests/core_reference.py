"""An independent reference for one-input networks: pointwise values and exact quadrature.

Shares nothing with the package: functions are evaluated point by point on Fractions, and
products of two affine functions are integrated by Milne's open rule, exact up to degree 3, on
the cells between all breaks.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction as Q

import sympy

from slt_symbolic.activations import ABSOLUTE, RELU, STEP, Activation, leaky_relu
from slt_symbolic.networks import TwoLayer, Unit

HALF = Q(1, 2)
LEAKY = leaky_relu(sympy.Rational(1, 3))

VALUE: dict[str, Callable[[Q], Q]] = {
    "relu": lambda z: z if z > 0 else Q(0),
    "leaky_relu(1/3)": lambda z: z if z > 0 else z / 3,
    "abs": lambda z: z if z > 0 else -z,
    "step": lambda z: Q(1) if z > 0 else (Q(0) if z < 0 else HALF),
}
SLOPE: dict[str, Callable[[Q], Q]] = {
    "relu": lambda z: Q(1) if z > 0 else Q(0),
    "leaky_relu(1/3)": lambda z: Q(1) if z > 0 else Q(1, 3),
    "abs": lambda z: Q(1) if z > 0 else Q(-1),
}
PIECEWISE: tuple[Activation, ...] = (RELU, LEAKY, ABSOLUTE, STEP)


def rational(x: Q | int) -> sympy.Rational:
    return sympy.Rational(Q(x).numerator, Q(x).denominator)


def fraction(x: sympy.Rational) -> Q:
    return Q(int(x.p), int(x.q))


def network(
    activation: Activation,
    units: list[tuple[Q, Q, Q]],
    constant: Q = Q(0),
) -> TwoLayer:
    """A network with numbers (w, b, q) in the package's order of a flat vector."""
    made = [Unit(rational(q), (rational(w),), rational(b)) for w, b, q in units]
    return TwoLayer(activation, made, rational(constant), (), 1)


def function(name: str, units: list[tuple[Q, Q, Q]], constant: Q = Q(0)) -> Callable[[Q], Q]:
    return lambda x: sum((q * VALUE[name](w * x + b) for w, b, q in units), Q(constant))


def cells(breaks: list[Q], lower: Q, upper: Q) -> list[tuple[Q, Q]]:
    inside = sorted({t for t in breaks if lower < t < upper})
    return list(zip([lower, *inside], [*inside, upper], strict=True))


def breaks_of(units: list[tuple[Q, Q, Q]]) -> list[Q]:
    return [-b / w for w, b, _ in units if w != 0]


def mean(g: Callable[[Q], Q], breaks: list[Q], lower: Q, upper: Q) -> Q:
    """E[g] for g of degree at most 3 between the breaks, x uniform on [lower, upper]."""
    total = Q(0)
    for s, t in cells(breaks, lower, upper):
        left, middle, right = (g(s + (t - s) * k / 4) for k in (1, 2, 3))
        total += (t - s) * (2 * left - middle + 2 * right) / 3
    return total / (upper - lower)


def divergence(
    model: tuple[str, list[tuple[Q, Q, Q]], Q],
    truth: tuple[str, list[tuple[Q, Q, Q]], Q],
    lower: Q,
    upper: Q,
) -> Q:
    f, f0 = function(*model), function(*truth)
    return (
        mean(lambda x: (f(x) - f0(x)) ** 2, breaks_of(model[1]) + breaks_of(truth[1]), lower, upper)
        / 2
    )


def scores(name: str, units: list[tuple[Q, Q, Q]]) -> list[Callable[[Q], Q]]:
    """The functions ∂f/∂(w, b, q) unit by unit, then ∂f/∂c."""
    found: list[Callable[[Q], Q]] = []
    for w, b, q in units:
        found.append(lambda x, w=w, b=b, q=q: q * SLOPE[name](w * x + b) * x)
        found.append(lambda x, w=w, b=b, q=q: q * SLOPE[name](w * x + b))
        found.append(lambda x, w=w, b=b: VALUE[name](w * x + b))
    return [*found, lambda _: Q(1)]
