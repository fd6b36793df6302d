"""Coefficients of single units on the sphere S^{d−1}: circle, interval and higher dimensions.

A unit x ↦ σ(⟨w, x⟩ + b) under the uniform law on the sphere has, in each degree k, the
component λ_k N_k P_k(⟨u, x⟩), u = w/‖w‖, λ_k = E[σ(‖w‖T + b)P_k(T)] (Funk and Hecke), N_k the
number of harmonics of degree k; its share of E[f²] is N_kλ_k². For d = 2 these are the Fourier
coefficients in the angle, for d = 3 also the Legendre coefficients of x ↦ σ(wx + b) under the
uniform law on [−1, 1].
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import asinh, isqrt, log

import sympy
from flint import arb, ctx, fmpq

from slt_symbolic.activations import SIGMOID, TANH, Activation
from slt_symbolic.kernels.line_function import analytic, line_function
from slt_symbolic.kernels.probability_rule import Argument, Density, plan
from slt_symbolic.spectra.arguments import (
    BITS_PER_DIGIT,
    MAX_DIGITS,
    as_sympy,
    checked_activation,
    checked_integer,
    exact_rational,
    refined,
    to_float,
)
from slt_symbolic.spectra.atoms import ClosedForm, One
from slt_symbolic.spectra.zonal_coefficient import ZonalCoefficient
from slt_symbolic.spectra.zonal_piecewise import biased_ball, unbiased_form
from slt_symbolic.spectra.zonal_poles import poles_needed, tanh_zonal_coefficient
from slt_symbolic.spectra.zonal_polynomials import zonal_polynomial

MAX_DEGREE = 10**5
MAX_DIMENSION = 1000
_ROUTES = ("reflection", "caps", "pole sum", "Gauss rule")


def zonal_coefficient(
    activation: Activation | str,
    degree: int,
    dimension: int,
    weight: object = 1,
    bias: object = 0,
    digits: int = 50,
    *,
    method: str = "auto",
) -> ZonalCoefficient:
    """Return λ_k = E[σ(‖w‖T + b)P_k(T)] on the sphere S^{d−1}, with proof.

    Parameters
    ----------
    activation : Activation or str
        The activation σ, or its name.
    degree : int
        Degree k, from 0 to 10^5.
    dimension : int
        d ≥ 2 of the space around the sphere; 2 for the circle, 3 also for the interval [−1, 1].
    weight : exact rational or sequence of them
        w on the interval; on the sphere ‖w‖ or w, with d entries. A negative w on the interval
        enters by λ_k(−w) = (−1)^k λ_k(w).
    bias : int, fractions.Fraction, flint.fmpq or sympy.Rational
        The exact b.
    digits : int
        Decimal digits of RELATIVE accuracy.
    method : {"auto", "reflection", "caps", "pole sum", "Gauss rule"}
        The route: by symmetry; exact moments of spherical caps, for piecewise polynomial σ; the
        poles of tanh or sigmoid without bias; a Gauss rule with a proved error, for analytic σ.

    Returns
    -------
    ZonalCoefficient
        A ball, the exact value where a closed form is known, and the method.

    Raises
    ------
    TypeError, ValueError
        For inexact or ill-shaped arguments, or a method that does not apply.
    ArithmeticError
        If the accuracy cannot be reached: a coefficient that vanishes without a known symmetry.

    Notes
    -----
    The Gauss rule: P_k(cos z) is a convex combination of cos jz, j ≤ k, so |P_k| ≤ cosh kη on
    the ellipse of parameter η, which multiplies σ's bound in
    :class:`~slt_symbolic.kernels.probability_rule.Density`.

    References
    ----------
    C. Müller (1966), Spherical Harmonics, Lecture Notes in Mathematics 17 (Funk–Hecke).

    Examples
    --------
    >>> zonal_coefficient("tanh", 9, 2).fourier.str(15, radius=False)
    '3.24439484404114e-5'
    >>> zonal_coefficient("relu", 4, 2).exact, zonal_coefficient("relu", 2, 3, (3, 4, 0)).exact
    (-1/(15*pi), 5/16)
    """
    sigma = checked_activation(activation)
    k = checked_integer(degree, "degree", 0, MAX_DEGREE)
    d = checked_integer(dimension, "dimension", 2, MAX_DIMENSION)
    accuracy = checked_integer(digits, "digits", 1, MAX_DIGITS) + 1
    square, negative = _norm_square(weight, d)
    b = exact_rational(bias, "bias")
    if method != "auto" and method not in _ROUTES:
        raise ValueError(f"method must be 'auto' or one of {', '.join(_ROUTES)}; got {method!r}")
    used, form, ball = _route(sigma, k, d, square, b, accuracy, method)
    if negative and k % 2:
        form = None if form is None else ClosedForm.of(*((-c, atom) for c, atom in form.terms))
        with ctx.workprec(max(ball.bits() + 2, ctx.prec)):
            ball = -ball
    return ZonalCoefficient(sigma.name, k, d, as_sympy(square), as_sympy(b), ball, used, form)


def zonal_coefficients(
    activation: Activation | str,
    degrees: Iterable[int],
    dimension: int,
    weight: object = 1,
    bias: object = 0,
    digits: int = 50,
    *,
    method: str = "auto",
) -> tuple[ZonalCoefficient, ...]:
    """Return the coefficients of several degrees; see :func:`zonal_coefficient`.

    Examples
    --------
    >>> [c.exact for c in zonal_coefficients("step", range(4), 3)]
    [1/2, 1/4, 0, -1/16]
    """
    return tuple(
        zonal_coefficient(activation, k, dimension, weight, bias, digits, method=method)
        for k in degrees
    )


def circle_components(coefficient: ZonalCoefficient, weight: Sequence[object]) -> tuple[arb, arb]:
    """Return the Fourier coefficients along cos kθ and sin kθ of a unit with a direction.

    Parameters
    ----------
    coefficient : ZonalCoefficient
        Of degree k, on the circle.
    weight : sequence of two exact rationals
        The weight (w₁, w₂), of the coefficient's norm.

    Notes
    -----
    σ(⟨w, x⟩ + b) = Σ b_k cos k(θ − φ), so the pair is b_k·(Re, Im) of ((w₁ + iw₂)/‖w‖)^k.

    Examples
    --------
    >>> c = zonal_coefficient("relu", 2, 2, (0, 1))
    >>> [part.str(10, radius=False) for part in circle_components(c, (0, 1))]
    ['-0.2122065908', '0']
    """
    amplitude = coefficient.fourier
    square, _ = _norm_square(tuple(weight), 2)
    if as_sympy(square) != coefficient.norm_square:
        raise ValueError(f"weight must have the squared norm {coefficient.norm_square}")
    u, v = (exact_rational(entry, "weight") for entry in weight)
    real, imaginary = fmpq(1), fmpq(0)
    for _ in range(coefficient.degree):
        real, imaginary = real * u - imaginary * v, real * v + imaginary * u
    with ctx.workprec(max(ctx.prec, amplitude.bits() + 20)):
        scale = amplitude
        if coefficient.degree:
            scale /= arb(square).sqrt() ** coefficient.degree
        return scale * arb(real), scale * arb(imaginary)


def _norm_square(weight: object, dimension: int) -> tuple[fmpq, bool]:
    if isinstance(weight, Sequence) and not isinstance(weight, str):
        if len(weight) != dimension:
            raise ValueError(f"weight must have {dimension} entries, got {len(weight)}")
        entries = [exact_rational(entry, "weight") for entry in weight]
        return sum((e * e for e in entries), fmpq(0)), False
    w = exact_rational(weight, "weight")
    return w * w, bool(w < 0)


_Found = tuple[str, ClosedForm | None, arb]


def _route(
    sigma: Activation, k: int, d: int, square: fmpq, bias: fmpq, digits: int, method: str
) -> _Found:
    start = int(digits * BITS_PER_DIGIT) + 30
    if bias == 0 and method in ("auto", "reflection"):
        reflected = _reflected(sigma, k)
        if reflected is not None:
            return "reflection", reflected, refined(lambda _: reflected.ball(), digits, start)
    if square == 0 and k > 0:
        return "reflection", ClosedForm.of(), arb(0)
    if sigma.branches is not None and method in ("auto", "caps"):
        branches = sigma.branches
        if bias == 0:
            form = unbiased_form(branches, k, d, square)
            return "caps", form, refined(lambda _: form.ball(), digits, start)
        hits = bool(bias * bias < square)

        def caps(_: int) -> arb:
            return biased_ball(branches, k, d, arb(square).sqrt(), arb(bias), hits)

        return "caps", None, refined(caps, digits, start + 2 * isqrt(k))
    if sigma in (TANH, SIGMOID) and bias == 0 and k % 2 and method in ("auto", "pole sum"):
        scale = 1 if sigma == TANH else 2
        inner = square / scale**2
        if method == "pole sum" or _cheap_poles(k, d, inner, start):
            ball = tanh_zonal_coefficient(k, d, inner, digits)
            with ctx.workprec(start):
                return "pole sum", None, ball / scale
    if analytic(sigma) and method in ("auto", "Gauss rule"):
        return "Gauss rule", None, _gauss(sigma, k, d, square, bias, digits)
    raise ValueError(f"method {method!r} does not apply to {sigma.name} at degree {k}, bias {bias}")


def _cheap_poles(degree: int, dimension: int, square: fmpq, bits: int) -> bool:
    # Only on the circle and in dimension 4 a pole's term is elementary.
    limit = 200 if dimension in (2, 4) else 4
    try:
        return poles_needed(degree, to_float(square) ** 0.5, bits * log(2)) <= limit
    except ArithmeticError:
        return False


def _reflected(sigma: Activation, k: int) -> ClosedForm | None:
    """Return λ_k where σ(−z) = sign·σ(z) + constant decides it, the bias being 0."""
    reflection = sigma.reflection
    sign = -1 if k % 2 else 1
    if reflection is None or sign == reflection.sign or (k == 1 and reflection.slope != 0):
        return None
    value = fmpq(int(reflection.constant.p), int(reflection.constant.q)) if k == 0 else fmpq(0)
    return ClosedForm.of((value / 2, One()))


def _gauss(sigma: Activation, k: int, d: int, square: fmpq, bias: fmpq, digits: int) -> arb:
    density = Density("sphere", d)
    norm = to_float(square) ** 0.5
    height = float(sympy.N(sigma.pole_height)) if sigma.pole_height != sympy.oo else 3.0 + norm + k
    # What a pole, or growth, makes of the coefficient: bits that the error must undercut.
    small = k * asinh(height / norm) / log(2) if norm else 0.0
    start = int(digits * BITS_PER_DIGIT + 30 + small)

    def evaluate(bits: int) -> arb:
        with ctx.workprec(bits + 20):
            w, b = arb(square).sqrt(), arb(bias)
            function = line_function(sigma, arb(1), arb(0))
            argument = Argument(function, speed=w, size=w + abs(b))
            count, error = plan(density, [argument], bits, factor=lambda eta: (k * arb(eta)).cosh())
            nodes, weights = density.rule(count, bits + 20)
            values = function.on_reals(nodes, slope=w, offset=b)
            total = arb(0)
            for t, v, p in zip(nodes, values, weights, strict=True):
                total += p * v * zonal_polynomial(k, d, t)
            return total + arb(0, error.upper())

    return refined(evaluate, digits, start)
