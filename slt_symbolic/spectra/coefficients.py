"""Hermite coefficients of single units, each by the best route that gives a proof."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import sympy
from flint import acb, arb, ctx, fmpq

from slt_symbolic.activations import SIGMOID, TANH, Activation
from slt_symbolic.spectra.arguments import (
    BITS_PER_DIGIT,
    MAX_DIGITS,
    MAX_ORDER,
    as_sympy,
    checked_activation,
    checked_integer,
    exact_rational,
    refined,
)
from slt_symbolic.spectra.atoms import ClosedForm, One
from slt_symbolic.spectra.closed_forms import closed_form
from slt_symbolic.spectra.coefficient import HermiteCoefficient, Method
from slt_symbolic.spectra.fourier import tanh_coefficient
from slt_symbolic.spectra.normalisation import checked_normalisation, from_orthonormal
from slt_symbolic.spectra.poles import pole_sum_coefficient
from slt_symbolic.spectra.quadrature import quadrature_coefficient
from slt_symbolic.spectra.reflections import reflected_coefficient

_Growth = tuple[fmpq, fmpq] | None
_ROUTES = ("reflection", "closed form", "Fourier trapezoid", "pole sum", "ball quadrature")


def hermite_coefficient(
    activation: Activation | str,
    order: int,
    weight: object = 1,
    bias: object = 0,
    digits: int = 50,
    *,
    normalisation: str = "orthonormal",
    method: str = "auto",
    growth: tuple[object, object] | None = None,
) -> HermiteCoefficient:
    """Return the Hermite coefficient of x ↦ σ(wx + b) under X ~ N(0, 1), with proof.

    Parameters
    ----------
    activation : Activation or str
        The activation σ, or its name.
    order : int
        Order k, from 0 to 10^6.
    weight, bias : int, fractions.Fraction, flint.fmpq or sympy.Rational
        The exact w and b.
    digits : int
        Decimal digits of RELATIVE accuracy, also for coefficients as small as 1e-100.
    normalisation : {"orthonormal", "probabilists", "series"}
        E[σ(wX+b)He_k(X)] divided by √k!, by 1, or by k!.
    method : str
        ``"auto"``, or one of ``"reflection"``, ``"closed form"``, ``"Fourier trapezoid"``,
        ``"pole sum"``, ``"ball quadrature"``, for independent checks.
    growth : (A, B), optional
        Rationals with |σ(z)| ≤ A + B|z| on the real line: needed by ball quadrature for
        activations other than tanh, erf and sigmoid.

    Returns
    -------
    HermiteCoefficient
        A ball that contains the coefficient, the exact value where a closed form is known, and
        the method. A coefficient that vanishes by symmetry is exactly zero.

    Raises
    ------
    TypeError
        For floats and other inexact weights or biases.
    ValueError
        If an argument is out of range, or the method does not apply.
    ArithmeticError
        If the accuracy cannot be reached: a coefficient that vanishes without a known symmetry.

    Notes
    -----
    Routes, in the order in which ``"auto"`` tries them: the reflection of σ at bias zero;
    closed forms (piecewise polynomial σ, erf); for tanh and sigmoid the pole sum or the
    trapezoidal rule on the Fourier side, both free of cancellation; ball quadrature of the
    definition. A negative weight enters by c_k(−w, b) = (−1)^k c_k(w, b).

    References
    ----------
    L. N. Trefethen and J. A. C. Weideman (2014), SIAM Review 56, 385-458.
    F. Johansson (2017), Arb, IEEE Transactions on Computers 66, 1281-1292.

    Examples
    --------
    >>> hermite_coefficient("tanh", 3).decimal(20)
    '-0.14843719078727270405'
    >>> hermite_coefficient("tanh", 2).is_zero
    True
    >>> hermite_coefficient("relu", 4).exact
    -sqrt(3)/(12*sqrt(pi))
    >>> hermite_coefficient("tanh", 3, weight=0.5)
    Traceback (most recent call last):
    ...
    TypeError: weight must be an exact rational (int, Fraction, fmpq or sympy.Rational), got 0.5;
    a decimal is exact as Fraction('0.1')
    """
    sigma = checked_activation(activation)
    k = checked_integer(order, "order", 0, MAX_ORDER)
    accuracy = checked_integer(digits, "digits", 1, MAX_DIGITS)
    w, b = exact_rational(weight, "weight"), exact_rational(bias, "bias")
    scale = checked_normalisation(normalisation)
    if method != "auto" and method not in _ROUTES:
        raise ValueError(f"method must be 'auto' or one of {', '.join(_ROUTES)}; got {method!r}")
    bound = None
    if growth is not None:
        bound = exact_rational(growth[0], "growth"), exact_rational(growth[1], "growth")
    used, exact, ball = _route(sigma, k, w, b, accuracy + 1, method, bound)
    with ctx.workprec(int((accuracy + 1) * BITS_PER_DIGIT) + 30):
        ball = from_orthonormal(ball, scale, k)
    return HermiteCoefficient(
        activation=sigma.name,
        order=k,
        weight=as_sympy(w),
        bias=as_sympy(b),
        normalisation=scale,
        ball=ball,
        method=used,
        closed_form=exact,
    )


def hermite_coefficients(
    activation: Activation | str,
    orders: Iterable[int],
    weight: object = 1,
    bias: object = 0,
    digits: int = 50,
    *,
    normalisation: str = "orthonormal",
    method: str = "auto",
    growth: tuple[object, object] | None = None,
) -> tuple[HermiteCoefficient, ...]:
    """Return the coefficients of several orders; see :func:`hermite_coefficient`.

    Examples
    --------
    >>> [c.decimal(6) for c in hermite_coefficients("tanh", range(4), digits=10)]
    ['0', '0.605706', '0', '-0.148437']
    """
    return tuple(
        hermite_coefficient(
            activation,
            order,
            weight,
            bias,
            digits,
            normalisation=normalisation,
            method=method,
            growth=growth,
        )
        for order in orders
    )


_Found = tuple[Method, ClosedForm | None, arb]


def _route(
    sigma: Activation, k: int, w: fmpq, b: fmpq, digits: int, method: str, growth: _Growth
) -> _Found:
    if method in ("auto", "reflection") and b == 0:
        form = reflected_coefficient(sigma, k, w)
        if form is not None:
            return "reflection", form, _closed_ball(form, k, digits)
    if w == 0:
        return _constant_unit(sigma, k, b, digits)
    if w < 0 and method != "ball quadrature":
        return _mirrored(k, *_route(sigma, k, -w, b, digits, method, growth))
    if method in ("auto", "closed form"):
        form = closed_form(sigma, k, w, b)
        if form is not None:
            return "closed form", form, _closed_ball(form, k, digits)
    if sigma in (TANH, SIGMOID) and k > 0:
        # sigmoid(z) = 1/2 + tanh(z/2)/2: the constant does not reach orders above zero.
        u, v, scale = (w, b, 1) if sigma == TANH else (w / 2, b / 2, 2)
        few_poles = b == 0 and u <= fmpq(1, 8) and k >= 31
        if method == "pole sum" or (method == "auto" and few_poles):
            if b != 0:
                raise ValueError("method 'pole sum' needs bias zero")
            return "pole sum", None, _halved(pole_sum_coefficient(k, u, digits), scale, digits)
        if method in ("auto", "Fourier trapezoid"):
            if b == 0 and k % 2 == 0:
                raise ValueError(f"order {k} vanishes by reflection: use method='reflection'")
            ball = tanh_coefficient(k, u, v, digits)
            return "Fourier trapezoid", None, _halved(ball, scale, digits)
    if method in ("auto", "ball quadrature"):
        return "ball quadrature", None, quadrature_coefficient(sigma, k, w, b, digits, growth)
    raise ValueError(f"method {method!r} does not apply to {sigma.name} at order {k}")


def _closed_ball(form: ClosedForm, order: int, digits: int) -> arb:
    return _at_precision(lambda: form.ball() / arb.fac_ui(order).sqrt(), digits)


def _at_precision(evaluate: Callable[[], arb], digits: int) -> arb:
    return refined(lambda _: evaluate(), digits, int(digits * BITS_PER_DIGIT) + 30)


def _halved(ball: arb, scale: int, digits: int) -> arb:
    with ctx.workprec(int(digits * BITS_PER_DIGIT) + 30):
        return ball / scale


def _mirrored(order: int, method: Method, form: ClosedForm | None, ball: arb) -> _Found:
    if order % 2 == 0:
        return method, form, ball
    flipped = None if form is None else ClosedForm.of(*((-c, atom) for c, atom in form.terms))
    # Subtracting from zero at the ball's own precision changes the sign and nothing else.
    with ctx.workprec(max(ball.mid().man_exp()[0].bit_length(), 2)):
        return method, flipped, -ball


def _constant_unit(sigma: Activation, order: int, bias: fmpq, digits: int) -> _Found:
    """Route the unit x ↦ σ(b), whose only coefficient is σ(b) at order zero."""
    if order > 0:
        return "constant unit", ClosedForm.of(), arb(0)
    if sigma.branches is not None:
        branch = sigma.branches.above if bias > 0 else sigma.branches.below
        value = sum((fmpq(int(c.p), int(c.q)) * bias**j for j, c in enumerate(branch)), fmpq(0))
        if bias == 0:
            # The formula, not a branch, says what σ is at its break.
            value = exact_rational(sigma(sympy.S.Zero), "value at the break")
        form = ClosedForm.of((value, One()))
        return "constant unit", form, _closed_ball(form, 0, digits)
    ball = sigma.ball
    if ball is None:
        raise ValueError(f"{sigma.name} has neither branches nor a ball method")
    return "constant unit", None, _at_precision(lambda: ball(acb(arb(bias))).real, digits)
