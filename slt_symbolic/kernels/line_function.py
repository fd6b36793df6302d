"""Functions x ↦ σ(wx + b) of one variable, with the bounds that certified quadrature needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import sympy
from flint import acb, arb

from slt_symbolic.activations import Activation
from slt_symbolic.activations.polynomial import horner, polynomial_strip_bound

Majorant = tuple[arb, ...]
"""Non-negative coefficients c_k: the bound Σ c_k |x|ᵏ."""

ZERO, ONE = arb(0), arb(1)


@dataclass(frozen=True)
class LineFunction:
    """The function x ↦ σ(slope·x + offset) for σ analytic near the real line.

    Parameters
    ----------
    ball : callable
        σ on complex balls, and on real ones if ``takes_reals``.
    strip_bound : callable
        y ↦ majorant of |σ| on the strip |Im z| ≤ y, valid for y below ``height``.
    height : float
        At most the distance of σ's nearest singularity from the real line; may be infinite.
    slope, offset : flint.arb
        Balls around the slope and the offset.
    takes_reals : bool
        Whether real points may be handed to ``ball`` as real balls.
    """

    ball: Callable[[acb], acb]
    strip_bound: Callable[[arb], Majorant]
    height: float
    slope: arb
    offset: arb
    takes_reals: bool = False

    def __call__(self, x: arb | acb) -> acb:
        """Return a ball around the value."""
        return self.ball(acb(self.slope * x + self.offset))

    def on_reals(self, points: Sequence[arb], *, slope: arb = ONE, offset: arb = ZERO) -> list[arb]:
        """Return balls around the values at slope·x + offset for many real x, in one pass.

        Several times faster than one by one: most of that time goes into the interpreter.
        """
        ball: Callable[[Any], Any] = self.ball
        first, last = self.slope * slope, self.slope * offset + self.offset
        if self.takes_reals:
            return [ball(first * x + last).real for x in points]
        return [ball(acb(first * x + last)).real for x in points]

    @property
    def reach(self) -> float:
        """Below the distance of the function's own singularities from the real line."""
        size = abs(self.slope).upper()
        return float("inf") if size == 0 else self.height / (float(size) * (1 + 1e-12))

    def majorant(self, y: float) -> Majorant:
        """Return a majorant on the strip |Im x| ≤ y, for 0 ≤ y < ``reach``."""
        size = abs(self.slope)
        bound = self.strip_bound(size * y)
        return bound if len(bound) < 2 else substitute(bound, abs(self.offset), size)


def analytic(activation: Activation) -> bool:
    """Whether an activation has all that certified quadrature needs, without a break."""
    return None not in (activation.ball, activation.strip_bound, activation.pole_height)


def line_function(activation: Activation, slope: arb, offset: arb) -> LineFunction:
    """Return an analytic activation as a function on the line."""
    ball, bound, height = activation.ball, activation.strip_bound, activation.pole_height
    if ball is None or bound is None or height is None:
        raise ValueError(f"activation must be analytic with a strip_bound, not {activation.name}")
    reals = activation.ball_takes_reals
    return LineFunction(ball, bound, _lower_float(height), slope, offset, reals)


def polynomial_function(coefficients: Sequence[arb]) -> LineFunction:
    """Return the polynomial Σ c_k xᵏ as a function on the line."""
    numbers = tuple(coefficients)
    bound = partial(polynomial_strip_bound, numbers)
    return LineFunction(partial(horner, numbers), bound, float("inf"), arb(1), arb(0), True)


def substitute(coefficients: Sequence[arb], constant: arb, slope: arb) -> Majorant:
    """Return coefficients in |x| of Σ c_k (constant + slope |x|)ᵏ."""
    result: list[arb] = []
    for c in reversed(coefficients):
        shifted = [arb(c), *(slope * b for b in result)]
        for k, b in enumerate(result):
            shifted[k] += constant * b
        result = shifted
    return tuple(result)


def times(p: Sequence[arb], q: Sequence[arb]) -> Majorant:
    """Return the product of two majorants."""
    if not p or not q:
        return ()
    if len(p) == len(q) == 1:
        return (p[0] * q[0],)
    product = [arb(0)] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            product[i + j] += a * b
    return tuple(product)


def product_majorant(factors: Sequence[LineFunction], y: float) -> Majorant:
    """Return a majorant of a product of functions on the strip |Im x| ≤ y."""
    bound: Majorant = (arb(1),)
    for f in factors:
        bound = times(bound, f.majorant(y))
    return bound


def product_value(factors: Sequence[LineFunction], x: arb | acb) -> acb:
    """Return a ball around the product; a factor given twice in a row is evaluated once."""
    value = acb(1)
    previous: tuple[LineFunction, acb] | None = None
    for f in factors:
        part = previous[1] if previous is not None and previous[0] is f else f(x)
        previous = f, part
        value *= part
    return value


def log_upper(bound: arb) -> float:
    """Return the logarithm of a positive ball's upper end, to a float's accuracy."""
    return float(bound.upper().log().mid())


@lru_cache(maxsize=64)
def _lower_float(height: sympy.Expr) -> float:
    # The relative margin is far above the rounding of N and of the conversion.
    return float("inf") if height == sympy.oo else float(sympy.N(height, 25)) * (1 - 1e-12)
