"""Parseval's identity E[f²] = Σ c_k², enclosed from both sides."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

import sympy
from flint import acb, arb, ctx, fmpq

from slt_symbolic.activations import ERF, TANH, Activation
from slt_symbolic.spectra.arguments import (
    BITS_PER_DIGIT,
    as_sympy,
    checked_activation,
    checked_integer,
    exact_rational,
)
from slt_symbolic.spectra.coefficients import hermite_coefficients
from slt_symbolic.spectra.quadrature import linear_growth
from slt_symbolic.spectra.tanh_decay import TanhDecay


@dataclass(frozen=True, eq=False)
class Parseval:
    """Both sides of E[f²] = Σ_k c_k² for one unit f(x) = σ(wx), X ~ N(0, 1).

    Parameters
    ----------
    activation : str
        Name of σ.
    weight : sympy.Rational
        The exact w.
    last_order : int
        Last order in the partial sum.
    partial_sum : flint.arb
        Encloses Σ_{k ≤ last_order} c_k².
    tail : flint.arb
        A proved upper bound of the remaining sum, an exact number.
    second_moment : flint.arb
        Encloses E[f²], computed without Hermite coefficients.
    """

    activation: str
    weight: sympy.Rational
    last_order: int
    partial_sum: arb
    tail: arb
    second_moment: arb

    @property
    def series(self) -> arb:
        """A ball that contains the whole sum: the partial sum, widened by [0, tail]."""
        with ctx.workprec(max(ctx.prec, self.partial_sum.bits() + 20)):
            return self.partial_sum.union(self.partial_sum + self.tail)

    @property
    def agrees(self) -> bool:
        """Whether the two enclosures overlap, as the theorem demands."""
        return bool(self.series.overlaps(self.second_moment))

    def __repr__(self) -> str:
        return (
            f"<Parseval for {self.activation}({self.weight}x): E[f^2] in "
            f"{self.second_moment.str(15)}, series in {self.series.str(15)}>"
        )


def second_moment(
    activation: Activation | str, weight: object = 1, bias: object = 0, digits: int = 30
) -> arb:
    """Enclose E[σ(wX + b)²] for an analytic σ by ball quadrature, to that many decimals.

    Notes
    -----
    With |σ(z)| ≤ A + B|z|, α = A + B|b| and β = B|w| the two tails beyond ±T weigh at most
    2(α²/T + 2αβ + β²(T + 1/T))φ(T): ∫_T^∞ φ ≤ φ(T)/T, ∫_T^∞ xφ = φ(T) and
    ∫_T^∞ x²φ = Tφ(T) + ∫_T^∞ φ.

    Examples
    --------
    >>> second_moment("tanh").str(20, radius=False)
    '0.39429449039784117442'
    """
    sigma = checked_activation(activation)
    w, b = exact_rational(weight, "weight"), exact_rational(bias, "bias")
    accuracy = checked_integer(digits, "digits", 1, 10_000)
    ball = sigma.ball
    if ball is None:
        raise ValueError(f"{sigma.name} is not analytic on the real line: no ball quadrature")
    first, second = linear_growth(sigma)
    bits = int(accuracy * BITS_PER_DIGIT) + 20
    with ctx.workprec(bits + 20):
        alpha, beta = arb(first + second * abs(b)), arb(second * abs(w))
        cut = arb(int(sqrt(2 * log(2) * bits)) + 3)
        density = (-cut * cut / 2).exp() / (2 * arb.pi()).sqrt()
        weights = alpha**2 / cut + 2 * alpha * beta + beta**2 * (cut + 1 / cut)
        wb, bb = arb(w), arb(b)
        root = (2 * arb.pi()).sqrt()

        def integrand(z: acb, _: bool) -> acb:
            value = ball(wb * z + bb)
            return value * value * (-z * z / 2).exp() / root

        body = acb.integral(integrand, -cut, cut, abs_tol=arb(2) ** -bits).real
        return body + arb(0, (2 * weights * density).upper())


def parseval(
    activation: Activation | str, last_order: int, weight: object = 1, digits: int = 30
) -> Parseval:
    """Enclose both sides of Parseval's identity for x ↦ σ(wx), σ = tanh or erf.

    Parameters
    ----------
    activation : Activation or str
        tanh or erf: the activations for which a proved tail bound is implemented.
    last_order : int
        Last order in the partial sum; odd.
    weight : int, fractions.Fraction, flint.fmpq or sympy.Rational
        The exact w, not zero.
    digits : int
        Decimal digits to which coefficients and E[f²] are enclosed.

    Raises
    ------
    ValueError
        For other activations, an even last order, or weight zero.

    Notes
    -----
    Tails: for tanh the proved decay of :class:`~slt_symbolic.spectra.tanh_decay.TanhDecay`; for
    erf c_{k+2}² ≤ r²c_k² with r = 2w²/(1 + 2w²), a geometric series.

    Examples
    --------
    >>> parseval("tanh", 101).agrees
    True
    """
    sigma = checked_activation(activation)
    last = checked_integer(last_order, "last_order", 1, 100_001)
    w = exact_rational(weight, "weight")
    if last % 2 == 0:
        raise ValueError(f"last_order must be odd, got {last}")
    if w == 0:
        raise ValueError("weight must not be zero")
    if sigma not in (TANH, ERF):
        raise ValueError(f"no tail bound is implemented for {sigma.name}; only for erf and tanh")
    orders = range(1, last + 1, 2)
    coefficients = hermite_coefficients(sigma, orders, w, digits=digits)
    with ctx.workprec(int(digits * BITS_PER_DIGIT) + 20):
        total = sum((c.square for c in coefficients), arb(0))
        tail = TanhDecay(w).tail(last) if sigma == TANH else _erf_tail(coefficients[-1].square, w)
    return Parseval(
        activation=sigma.name,
        weight=as_sympy(w),
        last_order=last,
        partial_sum=total,
        tail=tail,
        second_moment=second_moment(sigma, w, digits=digits),
    )


def _erf_tail(last_square: arb, weight: fmpq) -> arb:
    rate = arb(2 * weight * weight / (1 + 2 * weight * weight)) ** 2
    return (last_square * rate / (1 - rate)).upper()
