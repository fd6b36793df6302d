"""The potential of the wells: its exact geometry and its values as balls."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

import sympy
from flint import acb, acb_poly, arb, ctx, fmpq

__all__ = ["Wells", "rational_ball"]

_BITS = 128
Ball = TypeVar("Ball", acb, arb)


def rational_ball(value: Fraction) -> arb:
    """Return a rational as a ball.

    Examples
    --------
    >>> rational_ball(Fraction(1, 4))
    0.250000000000000
    """
    return arb(fmpq(value.numerator, value.denominator))


def _fourth(u: Ball) -> Ball:
    # Products: python-flint's power of a ball around 0 is not a number.
    square = u * u
    return square * square


@dataclass(frozen=True)
class Wells:
    """K(w) = (w + 1)²((w - h)⁴ + k) with minima at -1 (K = 0) and 1 (K = C).

    Parameters
    ----------
    loss
        C, rational, at least 0 and below 2.

    Raises
    ------
    ValueError
        If the loss is outside that range.

    Notes
    -----
    With a = (C/16)^(1/3): h = 1 + a and k = 4a³ - a⁴, so that K'(1) = 0 and K(1) = C. In u = w - h

        K' = 2 (w + 1)(u + a)(3u³ + (4 - a)u² + (a² - 4a)u + 4a² - a³),

    whose cubic has the discriminant -12a²(a - 4)²(17a² + 12a + 4) < 0 for 0 < a < 4, and so one
    real root, the barrier between the wells. For C = 0 the second well is
    (w - 1)⁴, of learning coefficient 1/4; for C > 0 it is not degenerate: K''(1) = 48a² - 24a³.

    Examples
    --------
    >>> wells = Wells(Fraction(1, 10))
    >>> wells.barrier.mid().str(6, radius=False), wells.value(wells.barrier).str(6, radius=False)
    ('-0.269344', '2.39582')
    """

    loss: Fraction

    def __post_init__(self) -> None:
        if not 0 <= self.loss < 2:
            raise ValueError(f"loss must lie in [0, 2), got {self.loss}")

    @property
    def shift(self) -> arb:
        """The a = (C/16)^(1/3), enclosed."""
        ball = rational_ball(self.loss / 16)
        return ball if self.loss == 0 else ball.root(3)

    @property
    def barrier(self) -> arb:
        """The maximum between the wells, enclosed."""
        if self.loss == 0:
            return arb(fmpq(-1, 3))
        with ctx.workprec(_BITS):
            a = self.shift
            cubic = acb_poly([4 * a**2 - a**3, a**2 - 4 * a, 4 - a, arb(3)])
            # Roots are isolated, and one of them is real: the only one that may be.
            real = [root.real for root in cubic.roots() if root.imag.contains(0)]
            if len(real) != 1:
                raise ArithmeticError(f"{len(real)} roots of the cubic may be real")
            return real[0] + 1 + a

    def expr(self, w: sympy.Symbol, a: sympy.Expr) -> sympy.Expr:
        """Return K in SymPy, for any a in place of this one's."""
        return (w + 1) ** 2 * ((w - 1 - a) ** 4 + 4 * a**3 - a**4)

    def value(self, w: Ball) -> Ball:
        """Return K at a ball."""
        a = self.shift
        v, u = w + 1, w - (1 + a)
        return v * v * (_fourth(u) + (4 * a**3 - a**4))

    def slope(self, w: Ball) -> Ball:
        """Return K' at a ball."""
        a = self.shift
        v, u = w + 1, w - (1 + a)
        return 2 * v * (_fourth(u) + (4 * a**3 - a**4)) + 4 * v * v * u * u * u

    def curvature(self, w: Ball) -> Ball:
        """Return K'' at a ball."""
        a = self.shift
        v, u = w + 1, w - (1 + a)
        return 2 * (_fourth(u) + (4 * a**3 - a**4)) + 16 * v * u * u * u + 12 * v * v * u * u

    def steepest(self, cells: int = 400) -> arb:
        """Return an upper bound of K'' on [-2, 2], by balls that cover it.

        Examples
        --------
        >>> 780 < float(Wells(Fraction(1, 10)).steepest()) < 860
        True
        """
        worst = arb(0)
        for i in range(cells):
            middle = arb(fmpq(4 * (2 * i + 1), 2 * cells)) - 2
            bound = self.curvature(middle + arb(0, fmpq(2, cells))).upper()
            worst = worst.max(arb(bound))
        return arb(worst.upper())
