"""Certified quadrature on the real line: the generic route, for every analytic activation."""

from __future__ import annotations

from math import ceil, log, sqrt

from flint import acb, arb, ctx, fmpq

from slt_symbolic.activations import Activation
from slt_symbolic.spectra.arguments import BITS_PER_DIGIT, refined
from slt_symbolic.spectra.errors import NoRouteError
from slt_symbolic.spectra.hermite import HermiteFunction


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
    >>> from slt_symbolic.activations import SOFTPLUS
    >>> linear_growth(SOFTPLUS)
    (45/64, 65/64)
    """
    if growth is not None:
        if growth[0] < 0 or growth[1] < 0:
            raise ValueError("growth must be two non-negative rationals (A, B)")
        return growth
    if activation.strip_bound is not None:
        bounds = activation.strip_bound(arb(0))
        if len(bounds) <= 2:
            # Rounded up to multiples of 1/64: exact, and above.
            first, second, *_ = *(ceil(float(c.upper()) * 64 + 1e-6) for c in bounds), 0
            return fmpq(first, 64), fmpq(second, 64)
    raise NoRouteError(
        f"no linear growth bound is known for {activation.name}: pass growth=(A, B) "
        "with |sigma(z)| <= A + B|z| on the real line"
    )


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
    >>> from slt_symbolic.activations import TANH
    >>> quadrature_coefficient(TANH, 3, fmpq(1), fmpq(0), 15).str(15, radius=False)
    '-0.148437190787273'
    """
    _require_ball(activation)
    bound = linear_growth(activation, growth)
    return refined(
        lambda precision: integral_on_line(activation, order, weight, bias, precision, bound),
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
        return integral_on_line(
            activation, order, weight, bias, precision, linear_growth(activation, growth)
        )


def _require_ball(activation: Activation) -> None:
    if activation.ball is None:
        raise ValueError(
            f"{activation.name} is not analytic on the real line: no ball quadrature for it"
        )


def integral_on_line(
    activation: Activation,
    order: int,
    weight: fmpq,
    bias: fmpq,
    precision: int,
    growth: tuple[fmpq, fmpq],
) -> arb:
    """Enclose the coefficient at the working precision, which `precision` states."""
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
