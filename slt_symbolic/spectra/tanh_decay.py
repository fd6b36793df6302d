"""How the Hermite coefficients of tanh(wx) decay: the law, and proved two-sided bounds."""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from flint import arb, ctx, fmpq

from slt_symbolic.spectra.arguments import MAX_ORDER, as_sympy, checked_integer, exact_rational
from slt_symbolic.spectra.weber import (
    further_poles,
    pole_law,
    pole_law_bounds,
    pole_refined,
    pole_theta,
)


@dataclass(frozen=True)
class TanhDecay:
    """The decay of c_k² for x ↦ tanh(wx), k odd, under X ~ N(0, 1).

    Parameters
    ----------
    weight : int, fractions.Fraction, flint.fmpq or sympy.Rational
        The exact w; c_k² depends on |w| only, and w = 0 is refused.
    bits : int
        Working precision of the balls returned.

    Notes
    -----
    With c = π/(2|w|), a = k + ½, and the integral J(x) = ∫_0^∞ t^k e^{−t²/2−xt} dt:

    1. c_k² = (4/(w² k!)) J(c)² (1 + ρ)², where 1 + ρ = Σ_j J((2j+1)c)/J(c) and
       0 ≤ ρ ≤ e^{−2cm_k}(1 + 1/(2cm_{k−1})), m_k = √(9c²/4 + k + ½) − 3c/2.
    2. y(x) = J(x)e^{−x²/4} solves y″ = Qy, Q = x²/4 + a, and v = −y′/y solves v′ = v² − Q.
       Comparison with V = √Q + x/(8Q), whose residual V′ − V² + Q = (8a − 3x²)/(64Q²) is at most
       1/(8a), gives |v − V| ≤ 1/(16a^{3/2}) for all x ≥ 0.
    3. Integrating from 0, where J(0) is a Gamma value, to c:

       c_k² = (2√π/w²) Γ((k+1)/2)/Γ(k/2+1) · e^{c²/2 − 2S}(1 + c²/(4a))^{−1/2} e^{θ}(1 + ρ)²,

       S = (c/2)√(c²/4 + a) + a·asinh(c/(2√a)), |θ| ≤ c/(8a^{3/2}).
    4. Hence, with the law L_k = (2√(2π)/w²) k^{−1/2} e^{π²/(8w²)} e^{−π√k/|w|},

       −(c/2 + c³/12)k^{−1/2} − (½ + c²/8)k^{−1} − (c/8)k^{−3/2} ≤ log(c_k²/L_k)
                                                        ≤ (c/8)k^{−3/2} + 2ρ_k.

    All of it holds for every odd k ≥ 1; it says little while √k is small against c.

    Examples
    --------
    >>> low, high = TanhDecay(1).bounds(1001)
    >>> low < arb("3.57519604642e-44") < high, float(high / low) < 1.0001
    (True, True)
    """

    weight: sympy.Rational | fmpq | int
    bits: int = 128

    def __post_init__(self) -> None:
        if exact_rational(self.weight, "weight") == 0:
            raise ValueError("weight must not be zero: the unit is constant")
        checked_integer(self.bits, "bits", 16, 1 << 20)

    @property
    def orders(self) -> range:
        """The orders that the law speaks of: the odd ones."""
        return range(1, MAX_ORDER**2, 2)

    @property
    def latex(self) -> str:
        """LaTeX of the law."""
        w = sympy.latex(abs(as_sympy(exact_rational(self.weight, "weight"))))
        return (
            rf"c_k^2 \sim \frac{{2\sqrt{{2\pi}}}}{{w^2}} k^{{-1/2}} e^{{\pi^2/(8w^2)}} "
            rf"e^{{-\pi\sqrt{{k}}/w}},\ w = {w}"
        )

    def law(self, order: int) -> arb:
        """Return L_k, the leading law (2√(2π)/w²) k^{−1/2} e^{π²/(8w²)} e^{−π√k/|w|}."""
        k = _odd(order)
        with ctx.workprec(self.bits):
            return pole_law(k, self._c()) / self._square()

    def refined(self, order: int) -> arb:
        """Return the approximation of point 3, without its error factor e^{θ}(1 + ρ)²."""
        k = _odd(order)
        with ctx.workprec(self.bits):
            return pole_refined(k, self._c()) / self._square()

    def bounds(self, order: int) -> tuple[arb, arb]:
        """Return proved lower and upper bounds of c_k², exact numbers."""
        k = _odd(order)
        approximation = self.refined(k)
        with ctx.workprec(self.bits):
            c = self._c()
            theta = pole_theta(k, c)
            low = approximation * (-theta).exp()
            high = approximation * theta.exp() * (1 + further_poles(k, c)) ** 2
            return low.lower(), high.upper()

    def law_bounds(self, order: int) -> tuple[arb, arb]:
        """Return proved lower and upper bounds of log(c_k²/L_k), exact numbers (point 4)."""
        k = _odd(order)
        with ctx.workprec(self.bits):
            c = self._c()
            low, high = pole_law_bounds(k, c)
            return low.lower(), (high + 2 * further_poles(k, c)).upper()

    def tail(self, order: int) -> arb:
        """Return a proved upper bound of Σ c_j² over the odd j > k, k odd.

        By point 4, since L_j falls: Σ_{j>k} L_j ≤ ½∫_k^∞ L_x dx = A e^{−2c√k}/(2c), A the
        amplitude of the law, and the upper bound of log(c_j²/L_j) falls with j.
        """
        k = _odd(order)
        _, excess = self.law_bounds(k)
        with ctx.workprec(self.bits):
            law = pole_law(k, self._c()) / self._square()
            return (law * arb(k).sqrt() / (2 * self._c()) * excess.exp()).upper()

    def _square(self) -> arb:
        w = exact_rational(self.weight, "weight")
        return arb(w * w)

    def _c(self) -> arb:
        return arb.pi() / (2 * abs(arb(exact_rational(self.weight, "weight"))))


def _odd(order: int) -> int:
    k = checked_integer(order, "order", 1, MAX_ORDER**2)
    if k % 2 == 0:
        raise ValueError(f"order must be odd, got {k}: the even coefficients of tanh(wx) vanish")
    return k
