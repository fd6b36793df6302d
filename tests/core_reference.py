"""An independent reference for one-input networks: pointwise values and exact quadrature.

Shares nothing with the package: functions are evaluated point by point on Fractions, and
products of two affine functions are integrated by Milne's open rule, exact up to degree 3, on
the cells between all breaks.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction as F

import sympy

from slt_symbolic.activations import ABSOLUTE, RELU, STEP, Activation, leaky_relu
from slt_symbolic.networks import TwoLayer, Unit

HALF = F(1, 2)
LEAKY = leaky_relu(sympy.Rational(1, 3))

VALUE: dict[str, Callable[[F], F]] = {
    "relu": lambda z: z if z > 0 else F(0),
    "leaky_relu(1/3)": lambda z: z if z > 0 else z / 3,
    "abs": lambda z: z if z > 0 else -z,
    "step": lambda z: F(1) if z > 0 else (F(0) if z < 0 else HALF),
}
SLOPE: dict[str, Callable[[F], F]] = {
    "relu": lambda z: F(1) if z > 0 else F(0),
    "leaky_relu(1/3)": lambda z: F(1) if z > 0 else F(1, 3),
    "abs": lambda z: F(1) if z > 0 else F(-1),
}
PIECEWISE: tuple[Activation, ...] = (RELU, LEAKY, ABSOLUTE, STEP)


def rational(x: F | int) -> sympy.Rational:
    return sympy.Rational(F(x).numerator, F(x).denominator)


def fraction(x: sympy.Rational) -> F:
    return F(int(x.p), int(x.q))


def network(activation: Activation, units: list[tuple[F, F, F]], constant: F = F(0)) -> TwoLayer:
    """A network with numbers (w, b, q) in the package's order of a flat vector."""
    made = [Unit(rational(q), (rational(w),), rational(b)) for w, b, q in units]
    return TwoLayer(activation, made, rational(constant), (), 1)


def function(name: str, units: list[tuple[F, F, F]], constant: F = F(0)) -> Callable[[F], F]:
    return lambda x: sum((q * VALUE[name](w * x + b) for w, b, q in units), F(constant))


def cells(breaks: list[F], lower: F, upper: F) -> list[tuple[F, F]]:
    inside = sorted({t for t in breaks if lower < t < upper})
    return list(zip([lower, *inside], [*inside, upper], strict=True))


def breaks_of(units: list[tuple[F, F, F]]) -> list[F]:
    return [-b / w for w, b, _ in units if w != 0]


def mean(g: Callable[[F], F], breaks: list[F], lower: F, upper: F) -> F:
    """E[g] for g of degree at most 3 between the breaks, x uniform on [lower, upper]."""
    total = F(0)
    for s, t in cells(breaks, lower, upper):
        left, middle, right = (g(s + (t - s) * k / 4) for k in (1, 2, 3))
        total += (t - s) * (2 * left - middle + 2 * right) / 3
    return total / (upper - lower)


def divergence(
    model: tuple[str, list[tuple[F, F, F]], F],
    truth: tuple[str, list[tuple[F, F, F]], F],
    lower: F,
    upper: F,
) -> F:
    f, f0 = function(*model), function(*truth)
    return (
        mean(lambda x: (f(x) - f0(x)) ** 2, breaks_of(model[1]) + breaks_of(truth[1]), lower, upper)
        / 2
    )


def scores(name: str, units: list[tuple[F, F, F]]) -> list[Callable[[F], F]]:
    """The functions ∂f/∂(w, b, q) unit by unit, then ∂f/∂c."""
    found: list[Callable[[F], F]] = []
    for w, b, q in units:
        found.append(lambda x, w=w, b=b, q=q: q * SLOPE[name](w * x + b) * x)
        found.append(lambda x, w=w, b=b, q=q: q * SLOPE[name](w * x + b))
        found.append(lambda x, w=w, b=b: VALUE[name](w * x + b))
    return [*found, lambda _: F(1)]
