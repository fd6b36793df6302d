"""The decay under standard normal inputs of sigmoid, swish, softplus and arctan, by their poles."""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from flint import arb, ctx, fmpq

from slt_symbolic.spectra.arguments import (
    MAX_ORDER,
    as_sympy,
    checked_integer,
    exact_rational,
)
from slt_symbolic.spectra.weber import (
    further_poles,
    further_weighted_poles,
    pole_law,
    pole_law_bounds,
    pole_refined,
    pole_theta,
)

_FIRST = {"tanh": 1, "sigmoid": 1, "softplus": 2, "swish": 2, "arctan": 3}
_SHIFTED = ("softplus", "arctan")
_LATEX = {
    "tanh": r"w^{-2} L_k(\tfrac{\pi}{2w})",
    "sigmoid": r"w^{-2} L_k(\tfrac{\pi}{w})",
    "softplus": r"k^{-1} L_k(\tfrac{\pi}{w})",
    "swish": r"\tfrac{\pi^2}{w^2} L_k(\tfrac{\pi}{w})",
    "arctan": r"\tfrac{1}{4k} L_k(\tfrac{1}{w})",
}


@dataclass(frozen=True)
class PoleDecay:
    """The decay of c_k² for x ↦ σ(wx), X ~ N(0, 1), σ with its nearest pole at finite height.

    Parameters
    ----------
    activation : {"tanh", "sigmoid", "softplus", "swish", "arctan"}
        σ.
    weight : int, fractions.Fraction, flint.fmpq or sympy.Rational
        The exact w, not zero; c_k² depends on |w| only, but for the even orders' partners that
        reflection fixes.
    bits : int
        Working precision of the balls returned.

    Notes
    -----
    With B_k, L_k and ρ_k of :mod:`slt_symbolic.spectra.weber`, t_k the coefficients of tanh:

    * tanh: c_k² = B_k(c)(1 + ρ_k)²/w², c = π/(2w), k odd.
    * sigmoid(z) = (1 + tanh(z/2))/2: c_k² = B_k(c)(1 + ρ_k)²/w², c = π/w, k odd.
    * softplus′ = sigmoid, so c_k = w c_{k−1}[sigmoid]/√k: c_k² = B_{k−1}(c)(1 + ρ_{k−1})²/k,
      c = π/w, k even.
    * swish(z) = (z/2)(1 + tanh(z/2)): c_k = (w/2)(√k t_{k−1} + √(k+1) t_{k+1}), and by parts in
      the Fourier representation |c_k| = (c/√k!)∫ t^k e^{−t²/2} cosh(ct)/sinh²(ct) dt
      = (2c/√k!)Σ_j (2j+1)J_k((2j+1)c): c_k² = c²B_k(c)(1 + ρ′_k)², c = π/w, k even.
    * arctan(wx) has the derivative of Fourier transform πe^{−|t|/w}: |c_k| = J_{k−1}(1/w)/√k!,
      c_k² = B_{k−1}(1/w)/(4k), k odd, without further poles.

    The law has the same factors with L_k for B_k or B_{k−1}; log(L_{k−1}/L_k) lies between 0 and
    ½log(k/(k−1)) + 2c(√k − √(k−1)), which falls.

    Examples
    --------
    >>> from slt_symbolic.spectra.coefficients import hermite_coefficient
    >>> low, high = PoleDecay("sigmoid", 3).bounds(501)
    >>> low < hermite_coefficient("sigmoid", 501, 3, digits=20).square < high
    True
    """

    activation: str
    weight: sympy.Rational | fmpq | int
    bits: int = 128

    def __post_init__(self) -> None:
        if self.activation not in _FIRST:
            raise ValueError(f"activation must be one of {', '.join(_FIRST)}")
        if exact_rational(self.weight, "weight") == 0:
            raise ValueError("weight must not be zero: the unit is constant")
        checked_integer(self.bits, "bits", 16, 1 << 20)

    @property
    def orders(self) -> range:
        """The orders that the law speaks of: those not fixed by the reflection of σ."""
        return range(_FIRST[self.activation], MAX_ORDER**2, 2)

    @property
    def latex(self) -> str:
        """LaTeX of the law."""
        w = sympy.latex(abs(as_sympy(exact_rational(self.weight, "weight"))))
        return (
            rf"c_k^2 \sim {_LATEX[self.activation]},\ "
            rf"L_k(c) = 2\sqrt{{2\pi/k}}\, e^{{c^2/2 - 2c\sqrt{{k}}}},\ w = {w}"
        )

    def law(self, order: int) -> arb:
        """Return the leading law."""
        k = self._order(order)
        with ctx.workprec(self.bits):
            return self._factor(k) * pole_law(k, self._c())

    def bounds(self, order: int) -> tuple[arb, arb]:
        """Return proved lower and upper bounds of c_k², exact numbers."""
        k = self._order(order)
        with ctx.workprec(self.bits):
            c, shifted = self._c(), self._shifted(k)
            theta = pole_theta(shifted, c)
            centre = self._factor(k) * pole_refined(shifted, c)
            high = centre * theta.exp() * (1 + self._further(shifted)) ** 2
            return (centre * (-theta).exp()).lower(), high.upper()

    def law_bounds(self, order: int) -> tuple[arb, arb]:
        """Return proved bounds of log(c_j²/law) for this and every later order, exact numbers."""
        k = self._order(order)
        with ctx.workprec(self.bits):
            c, shifted = self._c(), self._shifted(k)
            low, high = pole_law_bounds(shifted, c)
            high += 2 * self._further(shifted)
            if shifted < k:
                high += (arb(k) / (k - 1)).log() / 2
                high += 2 * c * (arb(k).sqrt() - arb(k - 1).sqrt())
            return low.lower(), high.upper()

    def _order(self, order: int) -> int:
        k = checked_integer(order, "order", _FIRST[self.activation], MAX_ORDER**2)
        if (k - _FIRST[self.activation]) % 2:
            kind = "even" if k % 2 else "odd"
            raise ValueError(f"order must be {kind} for {self.activation}, got {k}")
        return k

    def _shifted(self, k: int) -> int:
        return k - 1 if self.activation in _SHIFTED else k

    def _norm(self) -> arb:
        return abs(arb(exact_rational(self.weight, "weight")))

    def _c(self) -> arb:
        if self.activation == "arctan":
            return 1 / self._norm()
        return arb.pi() / (self._norm() * (2 if self.activation == "tanh" else 1))

    def _factor(self, k: int) -> arb:
        if self.activation in ("tanh", "sigmoid"):
            return 1 / self._norm() ** 2
        if self.activation == "swish":
            return self._c() ** 2
        return arb(1) / (k if self.activation == "softplus" else 4 * k)

    def _further(self, shifted: int) -> arb:
        if self.activation == "arctan":
            return arb(0)
        if self.activation == "swish":
            return further_weighted_poles(shifted, self._c())
        return further_poles(shifted, self._c())
