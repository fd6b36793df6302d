"""Hermite coefficients: every route agrees with every other, and bad input is named."""

from fractions import Fraction

import mpmath
import pytest
import sympy
from flint import acb, arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from slt_symbolic.activations import (
    ABSOLUTE,
    ERF,
    RELU,
    SIGMOID,
    STEP,
    TANH,
    Activation,
    leaky_relu,
)
from slt_symbolic.spectra import hermite_coefficient, hermite_coefficients
from slt_symbolic.spectra.fourier import tanh_coefficient
from slt_symbolic.spectra.hermite import HermiteFunction, hermite_polynomial
from slt_symbolic.spectra.mpmath_reference import mpmath_coefficient
from slt_symbolic.spectra.poles import pole_sum_coefficient
from slt_symbolic.spectra.quadrature import absolute_enclosure, quadrature_coefficient

# Values to 40 digits from two trapezoidal rules of different step at 100 digits.
TABLE = {
    ("1", 1): "0.6057055096021588255835402275558804394262",
    ("1", 3): "-0.1484371907872727040452509899396497263121",
    ("1", 101): "1.721183142030393680338303470955841206620e-7",
    ("1", 1001): "1.890818882430213024567354394692722780709e-22",
    ("1", 4001): "3.654396748114428576580575042662800081567e-44",
    ("1/2", 1): "0.4132419282838140745247016574361976811526",
    ("1/2", 51): "-2.633545540753956618600750058488629513324e-9",
    ("1/2", 2001): "6.998637450950399187613295208685921600409e-61",
}
DOUBLE_SINE = Activation(
    name="sine",
    latex=r"2\sin",
    formula=lambda z: 2 * sympy.sin(z),
    ball=lambda z: 2 * z.sin(),
    independence="test",
)


def near(ball: arb, decimal: str, digits: int = 38) -> bool:
    with ctx.workprec(300):
        return bool(abs(ball / arb(decimal) - 1) < arb(10) ** (-digits))


@pytest.mark.parametrize(("weight", "order"), TABLE)
def test_tanh_table(weight, order):
    c = hermite_coefficient("tanh", order, Fraction(weight))
    assert near(c.ball, TABLE[weight, order])
    assert c.accurate_digits >= 50


@pytest.mark.parametrize("weight", [fmpq(1, 4), fmpq(1), fmpq(7, 3), fmpq(10)])
@pytest.mark.parametrize("order", [1, 3, 31, 101])
def test_three_methods_overlap(weight, order):
    trapezoid = tanh_coefficient(order, weight, fmpq(0), 50)
    quadrature = quadrature_coefficient(TANH, order, weight, fmpq(0), 50)
    assert trapezoid.overlaps(quadrature)
    assert trapezoid.rel_accuracy_bits() > 166
    assert quadrature.rel_accuracy_bits() > 166
    if order >= 31:
        assert trapezoid.overlaps(pole_sum_coefficient(order, weight, 50))


def test_poles_and_trapezoid_overlap_far_out():
    for weight in (fmpq(1, 20), fmpq(1), fmpq(5)):
        trapezoid = tanh_coefficient(2001, weight, fmpq(0), 60)
        assert trapezoid.overlaps(pole_sum_coefficient(2001, weight, 60))


@settings(max_examples=25, deadline=None)
@given(
    order=st.integers(0, 12),
    weight=st.fractions(Fraction(-3), Fraction(3), max_denominator=9),
    bias=st.fractions(Fraction(-2), Fraction(2), max_denominator=9),
    sigma=st.sampled_from([TANH, SIGMOID, ERF]),
)
def test_every_route_overlaps_quadrature_without_symmetry(order, weight, bias, sigma):
    direct = absolute_enclosure(
        sigma, order, fmpq(*weight.as_integer_ratio()), fmpq(*bias.as_integer_ratio()), 160
    )
    assert direct.rad() < 1e-30
    c = hermite_coefficient(sigma, order, weight, bias, digits=30)
    assert direct.overlaps(c.ball)
    if c.exact is not None:
        assert c.ball.overlaps(arb(mpmath.nstr(mpmath.mpf(sympy.N(c.exact, 15)), 15), 1e-12))


@settings(max_examples=20, deadline=None)
@given(
    order=st.integers(0, 9),
    weight=st.fractions(Fraction(-3), Fraction(3), max_denominator=5).filter(bool),
    bias=st.fractions(Fraction(-2), Fraction(2), max_denominator=5),
    slope=st.sampled_from([None, "step", "abs", Fraction(1, 10)]),
)
def test_piecewise_closed_forms_against_integration_by_branches(order, weight, bias, slope):
    sigma = {None: RELU, "step": STEP, "abs": ABSOLUTE}.get(slope) or leaky_relu(
        sympy.Rational(1, 10)
    )
    got = hermite_coefficient(sigma, order, weight, bias, digits=25).ball
    w, b = arb(weight.numerator) / weight.denominator, arb(bias.numerator) / bias.denominator
    with ctx.workprec(120):
        h = HermiteFunction(order)
        w, b = arb(weight.numerator) / weight.denominator, arb(bias.numerator) / bias.denominator
        fold = -b / w
        total = arb(0)
        for start, end in ((acb(-20), acb(fold)), (acb(fold), acb(20))):
            above = (start == -20) == (weight < 0)
            branch = sigma.branches.above if above else sigma.branches.below
            total += acb.integral(
                lambda z, _, branch=branch: (
                    h(z)
                    * sum(
                        (
                            acb(fmpq(int(c.p), int(c.q))) * (w * z + b) ** j
                            for j, c in enumerate(branch)
                        ),
                        acb(0),
                    )
                ),
                start,
                end,
            ).real
        assert abs(got - total) < arb("1e-24")


@pytest.mark.parametrize("sigma", [TANH, ERF])
def test_zero_by_parity_is_exact(sigma):
    for order in (0, 2, 100, 2000):
        c = hermite_coefficient(sigma, order, Fraction(3, 7))
        assert c.is_zero
        assert c.exact == 0
        assert c.ball.is_exact()
        assert c.ball == 0
        assert c.decimal() == "0"


def test_parity_balls_computed_without_parity_contain_zero():
    ball = absolute_enclosure(TANH, 6, fmpq(1), fmpq(0), 200)
    assert ball.contains(0)
    assert ball.rad() < 1e-50


@pytest.mark.parametrize(("order", "weight"), [(1, 1), (3, "1/2"), (11, 2)])
def test_mpmath_agrees_to_fifty_digits(order, weight):
    c = hermite_coefficient("tanh", order, Fraction(weight), digits=52)
    reference = mpmath_coefficient(mpmath.tanh, order, Fraction(weight), digits=52)
    assert near(c.ball, mpmath.nstr(reference, 56), 50)


@pytest.mark.slow
def test_mpmath_agrees_to_fifty_digits_at_101():
    c = hermite_coefficient("tanh", 101, digits=52)
    assert near(c.ball, mpmath.nstr(mpmath_coefficient(mpmath.tanh, 101, digits=52), 56), 50)


def test_relu_table():
    exact = [c.exact for c in hermite_coefficients(RELU, range(5))]
    pi, sqrt = sympy.pi, sympy.sqrt
    values = [1 / sqrt(2 * pi), sympy.S.Half, 1 / (2 * sqrt(pi)), 0, -sqrt(3) / (12 * sqrt(pi))]
    assert [sympy.simplify(a - b) for a, b in zip(exact, values, strict=True)] == [0] * 5
    assert near(hermite_coefficient(RELU, 24).ball, "-0.0069636695285562757748214979645173865", 33)


def test_unknown_activation_by_quadrature_with_growth():
    # c_3 of 2 sin(x) is −2e^{−1/2}/√6.
    c = hermite_coefficient(DOUBLE_SINE, 3, growth=(2, 0))
    with ctx.workprec(200):
        assert c.ball.overlaps(-2 * arb(-0.5).exp() / arb(6).sqrt())
    with pytest.raises(ValueError, match=r"pass growth=\(A, B\)"):
        hermite_coefficient(DOUBLE_SINE, 3)


def test_unrecognised_zero_is_an_error_not_a_ball():
    with pytest.raises(ArithmeticError, match="may be exactly zero"):
        hermite_coefficient(DOUBLE_SINE, 2, digits=10, growth=(2, 0))


def test_normalisations():
    c = hermite_coefficient("tanh", 5, digits=30)
    with ctx.workprec(140):
        root = arb(120).sqrt()
        plain = hermite_coefficient("tanh", 5, digits=30, normalisation="probabilists")
        series = hermite_coefficient("tanh", 5, digits=30, normalisation="series")
        assert plain.ball.overlaps(c.ball * root)
        assert series.ball.overlaps(c.ball / root)
    assert hermite_coefficient("relu", 2, normalisation="probabilists").exact == 1 / sympy.sqrt(
        2 * sympy.pi
    )


def test_odd_in_weight_and_constant_units():
    for order in (0, 1, 2, 3):
        right = hermite_coefficient("sigmoid", order, 2, Fraction(1, 3), 20).ball
        left = hermite_coefficient("sigmoid", order, -2, Fraction(1, 3), 20).ball
        assert left.overlaps(right if order % 2 == 0 else -right)
    assert hermite_coefficient("step", 0, 0, 0).exact == sympy.S.Half
    assert hermite_coefficient("relu", 0, 0, Fraction(2, 3)).exact == sympy.Rational(2, 3)
    assert hermite_coefficient("tanh", 4, 0, 1).is_zero
    assert hermite_coefficient("tanh", 0, 0, 1, 15).ball.overlaps(arb(1).tanh())


def test_hermite_bounds_are_honest():
    # The Cauchy bound and the tail bound dominate what they bound.
    with ctx.workprec(250):
        for order in (0, 1, 10, 60):
            h = HermiteFunction(order)
            for height in (0.0, 0.5, 2.0):
                bound = h.bound(height)
                assert all(abs(h(acb(x / 4, height))) <= bound for x in range(-80, 81))
            cut = 2 * order**0.5 + 2
            mass = acb.integral(lambda z, _, h=h: h(z), cut, cut + 20).real
            assert abs(mass) <= h.tail(cut, arb(1), arb(0))
            slope = acb.integral(lambda z, _, h=h: z * h(z), cut, cut + 20).real
            assert abs(slope) <= h.tail(cut, arb(0), arb(1))


def test_the_tail_bound_enters_the_radius(monkeypatch):
    honest = absolute_enclosure(TANH, 3, fmpq(1), fmpq(0), 160)
    assert honest.rad() < 1e-30
    monkeypatch.setattr(HermiteFunction, "tail", lambda *_: arb(1))
    assert absolute_enclosure(TANH, 3, fmpq(1), fmpq(0), 160).rad() >= 2


def test_wide_balls_contain_thin_values():
    h = HermiteFunction(20)
    wide = h(acb(arb(1, 2), arb(0, 1)))
    assert all(wide.contains(h(acb(1 + i / 3, j / 4))) for i in range(-5, 6) for j in range(-3, 4))


def test_hermite_polynomials_satisfy_the_recurrence():
    x = hermite_polynomial(1)
    for k in range(1, 40):
        assert hermite_polynomial(k + 1) == x * hermite_polynomial(k) - k * hermite_polynomial(
            k - 1
        )


@pytest.mark.parametrize("value", [0.5, "1/2", True, float("nan"), sympy.sqrt(2), None, 1j])
@pytest.mark.parametrize("name", ["weight", "bias"])
def test_inexact_parameters_are_refused(name, value):
    with pytest.raises(TypeError, match=f"{name} must be an exact rational"):
        hermite_coefficient("tanh", 1, **{name: value})


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"order": -1}, ValueError, "order must lie between"),
        ({"order": 1.0}, TypeError, "order must be an integer"),
        ({"digits": 0}, ValueError, "digits must lie between"),
        ({"activation": "tan"}, ValueError, "activation must be one of"),
        ({"activation": 3}, TypeError, "activation must be an Activation"),
        ({"normalisation": "physicists"}, ValueError, "normalisation must be one of"),
        ({"method": "magic"}, ValueError, "method must be 'auto' or one of"),
        ({"method": "closed form"}, ValueError, "does not apply to tanh"),
        ({"method": "pole sum", "order": 0, "bias": 1}, ValueError, "does not apply"),
        ({"method": "Fourier trapezoid", "order": 2}, ValueError, "vanishes by reflection"),
        ({"activation": "relu", "method": "ball quadrature"}, ValueError, "does not apply"),
    ],
)
def test_bad_arguments_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        hermite_coefficient(**({"activation": "tanh", "order": 1} | arguments))
