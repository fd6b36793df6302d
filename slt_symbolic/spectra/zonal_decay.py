"""How the coefficients of tanh and sigmoid units on the sphere decay: geometrically, with proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sympy
from flint import arb, ctx, fmpq

from slt_symbolic.spectra.arguments import as_sympy, checked_integer, exact_rational
from slt_symbolic.spectra.zonal import MAX_DIMENSION
from slt_symbolic.spectra.zonal_poles import (
    amplitude,
    further_poles,
    pole_exponent,
    shape_bounds,
)
from slt_symbolic.spectra.zonal_polynomials import multiplicity

MAX_DEGREE = 10**9


@dataclass(frozen=True)
class ZonalDecay:
    """The decay of c_k² = N_kλ_k² for x ↦ tanh(⟨w, x⟩) on S^{d−1}, k odd; also for sigmoid.

    Parameters
    ----------
    dimension : int
        d ≥ 2: the circle for d = 2; d = 3 is also tanh(wx) on [−1, 1] in Legendre polynomials.
    weight : int, fractions.Fraction, flint.fmpq or sympy.Rational
        The exact ‖w‖, not zero.
    activation : {"tanh", "sigmoid"}
        sigmoid(z) = (1 + tanh(z/2))/2 halves the weight and quarters the squares.
    bits : int
        Working precision of the balls returned.

    Notes
    -----
    With s = arcsinh(π/(2w)), y = e^{−2s}, λ = (d − 2)/2 and A_k, g_k, ρ_k of
    :mod:`slt_symbolic.spectra.zonal_poles`,

        c_k² = N_k(2A_k/w)² e^{−2(k+1)s} g_k(y)²(1 + ρ_k)²,  0 ≤ ρ_k → 0 geometrically,

    with elementary bounds of g_k. As N_k ~ 2k^{2λ}/Γ(2λ+1) and A_k ~ 2Γ(λ+1)k^{−λ}, the law

        c_k² ~ (32/w²)Γ(λ+1)²/Γ(2λ+1)·(1 + y)^{2λ−2} e^{−2(k+1)s}

    is purely exponential in every dimension. Its error: with N_kA_k²Γ(2λ+1)/(8Γ(λ+1)²) =
    k/(k+λ)·Γ(k)Γ(k+2λ)/Γ(k+λ)² =: 1 + α_k, −λ/k ≤ log(1 + α_k) ≤ λ²/(k − 1), since log Γ is
    convex and (log Γ)″(x) ≤ 1/(x − 1). With p = λ − 1, U in [0, 1] of mean 1 − λ/(k+1+λ) and
    |d(1 + yu)^p/du| ≤ |p|y max(1, (1 + y)^{p−1}),

        |g_k/(1 + y)^p − 1| ≤ δ_k = |p|y max((1 + y)^{−p}, (1 + y)^{−1})·λ/(k + 1 + λ).

    Examples
    --------
    >>> decay = ZonalDecay(2, 1)
    >>> low, high = decay.bounds(51)
    >>> low.str(20, radius=False), bool(high / low < 1 + arb(10) ** -15)
    ('5.3180054589226445070e-55', True)
    """

    dimension: int
    weight: sympy.Rational | fmpq | int = 1
    activation: Literal["tanh", "sigmoid"] = "tanh"
    bits: int = 128

    def __post_init__(self) -> None:
        checked_integer(self.dimension, "dimension", 2, MAX_DIMENSION)
        if exact_rational(self.weight, "weight") == 0:
            raise ValueError("weight must not be zero: the unit is constant")
        if self.activation not in ("tanh", "sigmoid"):
            raise ValueError(f"activation must be 'tanh' or 'sigmoid', got {self.activation!r}")
        checked_integer(self.bits, "bits", 16, 1 << 20)

    @property
    def orders(self) -> range:
        """The degrees that the law speaks of: the odd ones from 3 on."""
        return range(3, MAX_DEGREE, 2)

    @property
    def latex(self) -> str:
        """LaTeX of the law."""
        w = sympy.latex(as_sympy(exact_rational(self.weight, "weight")))
        if self.dimension == 2:
            body = r"\frac{8}{v^2\cosh^2 s} e^{-2ks}"
        else:
            body = (
                r"\frac{32}{v^2}\frac{\Gamma(d/2)^2}{\Gamma(d-1)}"
                r"(1+e^{-2s})^{d-4} e^{-2(k+1)s}"
            )
        v = "w" if self.activation == "tanh" else "w/2"
        quarter = "" if self.activation == "tanh" else r"\tfrac14"
        return rf"c_k^2 \sim {quarter}{body},\ \sinh s = \tfrac{{\pi}}{{2v}},\ v = {v},\ w = {w}"

    def exponent(self) -> arb:
        """Return s = arcsinh(π/(2‖w‖)), the rate of |c_k| per degree."""
        with ctx.workprec(self.bits):
            return pole_exponent(self._norm())

    def law(self, order: int) -> arb:
        """Return the leading law."""
        k = self._degree(order)
        with ctx.workprec(self.bits):
            norm = self._norm()
            s = pole_exponent(norm)
            half = arb(self.dimension) / 2
            factor = 32 / norm**2 * half.gamma() ** 2 / arb(self.dimension - 1).gamma()
            factor *= (1 + (-2 * s).exp()) ** (self.dimension - 4)
            return self._share() * factor * (-2 * (k + 1) * s).exp()

    def bounds(self, order: int) -> tuple[arb, arb]:
        """Return proved lower and upper bounds of c_k², exact numbers."""
        k, d = self._degree(order), self.dimension
        with ctx.workprec(self.bits):
            norm = self._norm()
            s = pole_exponent(norm)
            low, high = shape_bounds(k, d, (-2 * s).exp())
            factor = self._share() * multiplicity(k, d) * (2 * amplitude(k, d) / norm) ** 2
            factor *= (-2 * (k + 1) * s).exp()
            rest = 1 + further_poles(k, d, norm)
            return (factor * low**2).lower(), (factor * (high * rest) ** 2).upper()

    def law_bounds(self, order: int) -> tuple[arb, arb]:
        """Return proved bounds of log(c_j²/law) for this and every later degree, exact numbers."""
        k, d = self._degree(order), self.dimension
        with ctx.workprec(self.bits):
            half = arb(d) / 2 - 1
            y = (-2 * pole_exponent(self._norm())).exp()
            steep = abs(half - 1) * y * ((1 + y) ** (1 - half)).max(1 / (1 + y))
            delta = steep * half / (k + 1 + half)
            if not delta < arb(0.5):
                return arb.neg_inf(), arb.pos_inf()
            # |log(1 + δ)| ≤ |δ|/(1 − |δ|)
            swing = 2 * delta / (1 - delta)
            high = half * half / (k - 1) + swing + 2 * further_poles(k, d, self._norm())
            return (-half / k - swing).lower(), high.upper()

    def _degree(self, order: int) -> int:
        k = checked_integer(order, "order", 3, MAX_DEGREE)
        if k % 2 == 0:
            raise ValueError(f"order must be odd, got {k}: even coefficients vanish")
        return k

    def _norm(self) -> arb:
        norm = abs(arb(exact_rational(self.weight, "weight")))
        return norm if self.activation == "tanh" else norm / 2

    def _share(self) -> arb:
        return arb(1) if self.activation == "tanh" else arb(0.25)
