"""The super-exponential decay of sine and cosine units under standard normal inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sympy
from flint import arb, ctx, fmpq

from slt_symbolic.spectra.arguments import MAX_ORDER, as_sympy, checked_integer, exact_rational


@dataclass(frozen=True)
class WaveDecay:
    """The decay of c_k² = w^{2k}e^{−w²}/k! for sin(wx), k odd, and cos(wx), k even.

    Parameters
    ----------
    activation : {"sin", "cos"}
        The wave.
    weight : int, fractions.Fraction, flint.fmpq or sympy.Rational
        The exact w, not zero.
    bits : int
        Working precision of the balls returned.

    Notes
    -----
    The law e^{−w²}(2πk)^{−1/2}(ew²/k)^k is Stirling's; by Robbins
    −1/(12k) < log(c_k²/law) < −1/(12k + 1).

    References
    ----------
    H. Robbins (1955), A remark on Stirling's formula, American Mathematical Monthly 62, 26-29.

    Examples
    --------
    >>> low, high = WaveDecay("sin", 2).bounds(101)
    >>> low.str(8, radius=False)
    '1.2489820e-101'
    """

    activation: Literal["sin", "cos"]
    weight: sympy.Rational | fmpq | int = 1
    bits: int = 128

    def __post_init__(self) -> None:
        if self.activation not in ("sin", "cos"):
            raise ValueError(f"activation must be 'sin' or 'cos', got {self.activation!r}")
        if exact_rational(self.weight, "weight") == 0:
            raise ValueError("weight must not be zero: the unit is constant")
        checked_integer(self.bits, "bits", 16, 1 << 20)

    @property
    def orders(self) -> range:
        """The orders that the law speaks of."""
        return range(1 if self.activation == "sin" else 2, MAX_ORDER**2, 2)

    @property
    def latex(self) -> str:
        """LaTeX of the law."""
        w = sympy.latex(as_sympy(exact_rational(self.weight, "weight")))
        return rf"c_k^2 \sim e^{{-w^2}}(2\pi k)^{{-1/2}}(ew^2/k)^k,\ w = {w}"

    def law(self, order: int) -> arb:
        """Return the leading law."""
        k = self._order(order)
        with ctx.workprec(self.bits):
            square = self._square()
            exponent = k * (1 + (square / k).log()) - square
            return exponent.exp() / (2 * arb.pi() * k).sqrt()

    def bounds(self, order: int) -> tuple[arb, arb]:
        """Return proved lower and upper bounds of c_k²: the ends of a ball around it."""
        k = self._order(order)
        with ctx.workprec(self.bits + 2 * k.bit_length()):
            square = self._square()
            value = (k * square.log() - square - arb(k + 1).lgamma()).exp()
        with ctx.workprec(self.bits):
            return value.lower(), value.upper()

    def law_bounds(self, order: int) -> tuple[arb, arb]:
        """Return proved bounds of log(c_j²/law) for this and every later order, exact numbers."""
        k = self._order(order)
        with ctx.workprec(self.bits):
            return (-arb(1) / (12 * k)).lower(), arb(0)

    def _order(self, order: int) -> int:
        first = self.orders.start
        k = checked_integer(order, "order", first, MAX_ORDER**2)
        if (k - first) % 2:
            raise ValueError(f"order must be {'odd' if first % 2 else 'even'}, got {k}")
        return k

    def _square(self) -> arb:
        w = exact_rational(self.weight, "weight")
        return arb(w * w)
