"""Certified quadrature on the real line: the generic route, for every analytic activation."""

from __future__ import annotations

from math import log, sqrt

from flint import acb, arb, ctx, fmpq

from slt_symbolic.activations import ERF, SIGMOID, TANH, Activation
from slt_symbolic.spectra.arguments import BITS_PER_DIGIT, refined
from slt_symbolic.spectra.hermite import HermiteFunction

# |σ(z)| ≤ A + B|z| on the real line.
_GROWTH = {a.name: (fmpq(1), fmpq(0)) for a in (TANH, ERF, SIGMOID)}


def linear_growth(
    activation: Activation, growth: tuple[fmpq, fmpq] | None = None
) -> tuple[fmpq, fmpq]:
    """Return (A, B) with |σ(z)| ≤ A + B|z| for all real z.

    Raises
    ------
    ValueError
        If no bound is known or given: without one no tail can be cut off with proof.

    Examples
    --------
    >>> linear_growth(TANH)
    (1, 0)
    """
    if growth is not None:
        if growth[0] < 0 or growth[1] < 0:
            raise ValueError("growth must be two non-negative rationals (A, B)")
        return growth
    try:
        return _GROWTH[activation.name]
    except KeyError:
        raise ValueError(
            f"no growth bound is known for {activation.name}: pass growth=(A, B) "
            "with |sigma(z)| <= A + B|z| on the real line"
        ) from None


def quadrature_coefficient(
    activation: Activation,
    order: int,
    weight: fmpq,
    bias: fmpq,
    digits: int,
    growth: tuple[fmpq, fmpq] | None = None,
) -> arb:
    """Enclose E[σ(wX + b)He_k(X)]/√k! by ball quadrature.

    Parameters
    ----------
    activation : Activation
        An activation with a ``ball`` method.
    order : int
        Order k.
    weight, bias : flint.fmpq
        Exact w and b.
    digits : int
        Relative accuracy in decimal digits.
    growth : tuple of flint.fmpq, optional
        (A, B) with |σ(z)| ≤ A + B|z| on the real line, for activations not known here.

    Raises
    ------
    ValueError
        If the activation has no ball method, or no growth bound is known.
    ArithmeticError
        If the accuracy cannot be reached, as when the coefficient is zero.

    Notes
    -----
    ∫_{−X}^{X} is enclosed by Arb's adaptive Gauss–Legendre rule, whose error bounds come from
    ball evaluation on ellipses around the path; the two tails are bounded by
    :meth:`~slt_symbolic.spectra.hermite.HermiteFunction.tail` and added to the radius. The
    parity of σ is not used.

    References
    ----------
    F. Johansson (2018), Numerical integration in arbitrary-precision ball arithmetic, ICMS.

    Examples
    --------
    >>> quadrature_coefficient(TANH, 3, fmpq(1), fmpq(0), 15).str(15, radius=False)
    '-0.148437190787273'
    """
    _require_ball(activation)
    bound = linear_growth(activation, growth)
    return refined(
        lambda precision: _integral(activation, order, weight, bias, precision, bound),
        digits,
        int(digits * BITS_PER_DIGIT) + 40 + order // 4,
    )


def absolute_enclosure(
    activation: Activation,
    order: int,
    weight: fmpq,
    bias: fmpq,
    precision: int,
    growth: tuple[fmpq, fmpq] | None = None,
) -> arb:
    """Enclose the coefficient once, at the given working precision, with no accuracy promised.

    Useful for coefficients that may vanish: the ball then contains zero.
    """
    _require_ball(activation)
    with ctx.workprec(precision):
        return _integral(
            activation, order, weight, bias, precision, linear_growth(activation, growth)
        )


def _require_ball(activation: Activation) -> None:
    if activation.ball is None:
        raise ValueError(
            f"{activation.name} is not analytic on the real line: no ball quadrature for it"
        )


def _integral(
    activation: Activation,
    order: int,
    weight: fmpq,
    bias: fmpq,
    precision: int,
    growth: tuple[fmpq, fmpq],
) -> arb:
    sigma = activation.ball
    if sigma is None:
        raise ValueError(f"{activation.name} has no ball method")
    function = HermiteFunction(order)
    w, b = arb(weight), arb(bias)

    def integrand(z: acb, _: bool) -> acb:
        return sigma(w * z + b) * function(z)

    constant = arb(growth[0]) + arb(growth[1]) * abs(b)
    slope = arb(growth[1]) * abs(w)
    # Beyond the turning point 2√k the Hermite function decays at least as a Gaussian.
    cut = 2 * sqrt(order) + sqrt(2 * log(2) * precision) + 1
    tail = 2 * function.tail(cut, constant, slope)
    body = acb.integral(integrand, -cut, cut, abs_tol=arb(2) ** (-precision), eval_limit=10**6)
    return body.real + arb(0, tail.upper())
