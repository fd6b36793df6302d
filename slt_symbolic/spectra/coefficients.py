"""Hermite coefficients of single units, each by the best route that gives a proof."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sympy
from flint import acb, arb, ctx, fmpq

from slt_symbolic.activations import Activation
from slt_symbolic.spectra.arguments import (
    BITS_PER_DIGIT,
    MAX_DIGITS,
    MAX_ORDER,
    as_sympy,
    checked_activation,
    checked_integer,
    exact_rational,
)
from slt_symbolic.spectra.atoms import ClosedForm, One
from slt_symbolic.spectra.coefficient import HermiteCoefficient
from slt_symbolic.spectra.enclosures import Found, at_precision, closed_ball, enclosures
from slt_symbolic.spectra.errors import NoRouteError, NoSecondMomentError
from slt_symbolic.spectra.families import family
from slt_symbolic.spectra.hermite_functions import exponent_in_x
from slt_symbolic.spectra.normalisation import checked_normalisation, from_orthonormal
from slt_symbolic.spectra.routes import METHODS, Unit


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
        ``"auto"``, or the name of a method, for independent checks; see the notes.
    growth : (A, B), optional
        Rationals with |σ(z)| ≤ A + B|z| on the real line: needed by the two rules on the line of
        inputs for an activation without ``strip_bound``.

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
    NoSecondMomentError
        If E[σ(wX + b)²] is infinite, as for exp(x²). It is a ValueError.
    NoRouteError
        If no method with a proof applies. It is a ValueError.
    ArithmeticError
        If the accuracy cannot be reached: a coefficient that vanishes without a known symmetry.

    Notes
    -----
    Methods: ``"reflection"`` of σ at bias zero; ``"closed form"``, exact, and ``"recurrence"``,
    its rescaled evaluation at any order (piecewise polynomials, erf, GELU, sine, cosine,
    exponentials of quadratics); for tanh, sigmoid, softplus and swish the ``"Fourier trapezoid"``
    and the ``"pole sum"``; for arctan the ``"pole sum"``, which has one term, and its
    ``"Fourier quadrature"``; for every analytic σ ``"ball quadrature"`` and the
    ``"line trapezoid"`` of the definition, which need more digits the smaller the coefficient.
    ``"auto"`` takes the first that applies. Softplus and swish follow from the sigmoid: with
    f′ = wg, c_k[f] = w c_{k−1}[g]/√k, and c_k[xg] = √(k+1) c_{k+1}[g] + √k c_{k−1}[g]. Digits
    that cancel there are made up for by a higher working precision. A negative weight enters by
    c_k(−w, b) = (−1)^k c_k(w, b).

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
    return hermite_coefficients(
        activation,
        (order,),
        weight,
        bias,
        digits,
        normalisation=normalisation,
        method=method,
        growth=growth,
    )[0]


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

    Notes
    -----
    Orders share their work: all coefficients of tanh up to order K at N nodes of one grid cost
    one product of matrices of sizes √(K/2) × N × √(K/2); closed forms and arctan cost one
    recurrence.

    Examples
    --------
    >>> [c.decimal(6) for c in hermite_coefficients("tanh", range(4), digits=10)]
    ['0', '0.605706', '0', '-0.148437']
    """
    sigma = checked_activation(activation)
    wanted = [checked_integer(k, "order", 0, MAX_ORDER) for k in orders]
    accuracy = checked_integer(digits, "digits", 1, MAX_DIGITS)
    w, b = exact_rational(weight, "weight"), exact_rational(bias, "bias")
    scale = checked_normalisation(normalisation)
    if method != "auto" and method not in METHODS:
        raise ValueError(f"method must be 'auto' or one of {', '.join(METHODS)}; got {method!r}")
    bound = None
    if growth is not None:
        bound = exact_rational(growth[0], "growth"), exact_rational(growth[1], "growth")
    unit = Unit(sigma, family(sigma), abs(w), b, bound)
    _require_second_moment(unit)
    found = _constant_units(sigma, wanted, b, accuracy + 1) if w == 0 else {}
    missing = sorted(set(wanted) - set(found))
    found |= enclosures(unit, missing, accuracy + 1, method)
    result = []
    for k in wanted:
        used, form, ball = found[k]
        if w < 0 and k % 2:
            form, ball = _negative(form, ball)
        with ctx.workprec(int((accuracy + 1) * BITS_PER_DIGIT) + 30):
            ball = from_orthonormal(ball, scale, k)
        result.append(
            HermiteCoefficient(
                activation=sigma.name,
                order=k,
                weight=as_sympy(w),
                bias=as_sympy(b),
                normalisation=scale,
                ball=ball,
                method=used,
                closed_form=form,
            )
        )
    return tuple(result)


def _require_second_moment(unit: Unit) -> None:
    if unit.family.kind != "exponential":
        return
    quadratic, *_ = exponent_in_x(unit.family.parameters, unit.weight, unit.bias)
    if 4 * quadratic >= 1:
        raise NoSecondMomentError(
            f"{unit.activation.name} with weight {unit.weight} has no finite second moment under "
            f"N(0, 1): it grows like exp({quadratic}*x^2), and 1/4 is too fast"
        )


def _negative(form: ClosedForm | None, ball: arb) -> tuple[ClosedForm | None, arb]:
    flipped = None if form is None else ClosedForm.of(*((-c, atom) for c, atom in form.terms))
    # Subtracting from zero at the ball's own precision changes the sign and nothing else.
    with ctx.workprec(max(ball.mid().man_exp()[0].bit_length(), 2)):
        return flipped, -ball


def _constant_units(
    sigma: Activation, orders: Sequence[int], bias: fmpq, digits: int
) -> dict[int, Found]:
    """Return the coefficients of x ↦ σ(b): σ(b) at order zero, and nothing else."""
    found: dict[int, Found] = {k: ("constant unit", ClosedForm.of(), arb(0)) for k in orders if k}
    if 0 in orders:
        found[0] = _constant_unit(sigma, bias, digits)
    return found


def _constant_unit(sigma: Activation, bias: fmpq, digits: int) -> Found:
    if sigma.branches is not None:
        branch = sigma.branches.above if bias > 0 else sigma.branches.below
        value = sum((fmpq(int(c.p), int(c.q)) * bias**j for j, c in enumerate(branch)), fmpq(0))
        if bias == 0:
            # The formula, not a branch, says what σ is at its break.
            value = exact_rational(sigma(sympy.S.Zero), "value at the break")
        form = ClosedForm.of((value, One()))
        return "constant unit", form, closed_ball(form, 0, digits)
    known = sigma(as_sympy(bias))
    if known.is_Rational:
        form = ClosedForm.of((exact_rational(known, "value"), One()))
        return "constant unit", form, closed_ball(form, 0, digits)
    ball = sigma.ball
    if ball is None:
        raise NoRouteError(f"{sigma.name} has neither branches nor a ball method")
    return "constant unit", None, at_precision(lambda: ball(acb(arb(bias))).real, digits)
