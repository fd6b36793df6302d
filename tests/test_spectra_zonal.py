"""Coefficients on circles, spheres, intervals and cubes: routes agree, Parseval, closed forms."""

from fractions import Fraction
from itertools import product

import mpmath
import pytest
import sympy
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from slt_symbolic.activations import RELU, TANH, leaky_relu
from slt_symbolic.inputs import UniformInterval, UniformSphere
from slt_symbolic.kernels import NeuronKernel
from slt_symbolic.spectra import (
    circle_components,
    cube_bound,
    cube_coefficient,
    zonal_coefficient,
    zonal_coefficients,
)
from slt_symbolic.spectra.zonal_polynomials import (
    multiplicity,
    zonal_polynomial,
    zonal_polynomials,
)

SMOOTH = ("tanh", "sigmoid", "swish", "softplus", "gelu", "erf", "gaussian", "sin", "arctan")


@pytest.mark.parametrize(
    ("w", "k", "b"),
    [
        # Published to 34 digits by the pole sum and by quadrature.
        ("1/2", 1, "0.47114282784804174577221059024160589"),
        ("1/2", 15, "-1.7914787355706767243915022435672329e-12"),
        ("1/2", 51, "-1.3707558351858128226991262468e-41"),
        ("1", 1, "0.81167568513155896513139088304594941"),
    ],
)
def test_fourier_coefficients_of_tanh(w, k, b):
    found = zonal_coefficient("tanh", k, 2, Fraction(w), digits=24).fourier
    with ctx.workprec(120):
        assert abs(found / arb(b) - 1) < (1e-9 if k == 51 else 1e-23)


@settings(max_examples=60, deadline=None)
@given(
    degree=st.integers(0, 30).map(lambda n: 2 * n + 1),
    dimension=st.integers(2, 9),
    weight=st.fractions(Fraction(1, 5), Fraction(6), max_denominator=5),
)
def test_poles_and_quadrature_overlap(degree, dimension, weight):
    rule = zonal_coefficient("tanh", degree, dimension, weight, digits=15, method="Gauss rule")
    best = zonal_coefficient("tanh", degree, dimension, weight, digits=15)
    assert rule.ball.overlaps(best.ball)
    assert min(rule.accurate_digits, best.accurate_digits) >= 15


@settings(max_examples=50, deadline=None)
@given(
    name=st.sampled_from((*SMOOTH, "relu", "step", "abs", leaky_relu(sympy.Rational(1, 3)))),
    degree=st.integers(0, 12),
    dimension=st.integers(2, 6),
    bias=st.fractions(Fraction(-2), Fraction(2), max_denominator=4),
)
def test_enclosures_contain_the_value_at_higher_precision(name, degree, dimension, bias):
    try:
        low = zonal_coefficient(name, degree, dimension, Fraction(3, 2), bias, digits=8)
        high = zonal_coefficient(name, degree, dimension, Fraction(3, 2), bias, digits=40)
    except ArithmeticError:
        return  # zero without a known symmetry: no relative accuracy is possible
    assert low.ball.contains(high.ball.mid()) or low.ball.overlaps(high.ball)
    assert low.accurate_digits >= 8


@pytest.mark.parametrize("dimension", [2, 3, 4, 5])
@pytest.mark.parametrize("bias", [0, Fraction(1, 3), Fraction(-3, 4), 2])
def test_caps_against_numerical_integration(dimension, bias):
    shift = mpmath.mpf(Fraction(bias).numerator) / Fraction(bias).denominator
    half = mpmath.mpf(dimension - 2) / 2
    cut = mpmath.acos(max(-1, min(1, -shift)))
    ends = sorted({mpmath.mpf(0), cut, mpmath.pi})
    norm = mpmath.quad(lambda x: mpmath.sin(x) ** (dimension - 2), [0, mpmath.pi])

    def polynomial(k, x):
        if dimension == 2:
            return mpmath.cos(k * x)
        return mpmath.gegenbauer(k, half, mpmath.cos(x)) / mpmath.gegenbauer(k, half, 1)

    units = {"relu": lambda z: max(z, 0), "step": lambda z: mpmath.mpf(int(z > 0)), "abs": abs}
    for name, k in product(units, (0, 1, 4, 7)):
        try:
            ball = zonal_coefficient(name, k, dimension, 1, bias, digits=15).ball
        except ArithmeticError:
            ball = arb(0)  # as for ReLU with b = 1/3, d = 5, k = 4: a zero of a polynomial
        wanted = mpmath.quad(
            lambda x, name=name, k=k: (
                units[name](mpmath.cos(x) + shift)
                * polynomial(k, x)
                * mpmath.sin(x) ** (dimension - 2)
            ),
            ends,
        )
        assert abs(float(ball.mid()) - float(wanted / norm)) < 1e-12


def test_published_closed_forms():
    # |cos θ| = 2/π + (4/π)Σ (−1)^{m+1} cos 2mθ/(4m² − 1)
    for m in range(1, 12):
        exact = zonal_coefficient("abs", 2 * m, 2).exact * 2
        assert exact == 4 * (-1) ** (m + 1) / (sympy.pi * (4 * m * m - 1))
    # The sign function in Legendre polynomials: E[1{T>0}P_k] = P_{k−1}(0)/(2(k+1)), k odd.
    for k in range(1, 20, 2):
        wanted = sympy.legendre(k - 1, 0) / (2 * (k + 1))
        assert zonal_coefficient("step", k, 3).exact == wanted


@pytest.mark.parametrize("dimension", [2, 3, 5])
def test_parseval_against_the_kernel(dimension):
    law, zeros = UniformSphere(dimension), (0,) * (dimension - 1)
    moment = NeuronKernel(TANH, law).enclosure((2, *zeros, 0), (2, *zeros, 0), digits=30)
    found = zonal_coefficients("tanh", range(1, 80, 2), dimension, 2, digits=30)
    with ctx.workprec(120):
        total = sum((c.square for c in found), arb(0))
        assert abs(total - moment) < arb(10) ** -25
    exact = NeuronKernel(RELU, law).exact((1, *zeros, 0), (1, *zeros, 0))
    squares = [float(c.square.mid()) for c in zonal_coefficients("relu", range(80), dimension)]
    assert 0 < float(exact) - sum(squares) < 1e-4


def test_interval_is_the_sphere_in_space():
    kernel = NeuronKernel(TANH, UniformInterval(-1, 1)).enclosure((3, 1), (3, 1), digits=25)
    found = zonal_coefficients("tanh", range(90), 3, 3, 1, digits=25)
    with ctx.workprec(120):
        assert abs(sum((c.square for c in found), arb(0)) - kernel) < arb(10) ** -20
    left = zonal_coefficient("tanh", 5, 3, -3, 1, digits=20).ball
    assert left.overlaps(-zonal_coefficient("tanh", 5, 3, 3, 1, digits=20).ball)


def test_direction_on_the_circle():
    c = zonal_coefficient("tanh", 3, 2, (3, 4), digits=30)
    along, across = circle_components(c, (3, 4))
    # At the angle of the weight itself the two add up to b_3: cos 3φ = −117/125, sin 3φ = 44/125.
    with ctx.workprec(120):
        assert ((-117 * along + 44 * across) / 125).overlaps(c.fourier)
    with pytest.raises(ValueError, match="squared norm"):
        circle_components(c, (1, 1))


def test_polynomials_and_multiplicities():
    assert [multiplicity(k, 4) for k in range(5)] == [1, 4, 9, 16, 25]
    with ctx.workprec(200):
        t = arb(3) / 7
        for d in range(2, 8):
            values = zonal_polynomials(12, d, t)
            for k in range(13):
                assert zonal_polynomial(k, d, t).overlaps(values[k])
            assert abs(zonal_polynomial(12, d, arb(1)) - 1) < arb(10) ** -20


def test_cube_reduces_to_the_interval_and_keeps_parseval():
    line = cube_coefficient("tanh", (5,), (2,))
    assert line.overlaps(zonal_coefficient("tanh", 5, 3, 2, digits=30).orthonormal)
    # E[tanh(x + y)²] on the square, by the sum of squares and by the difference's triangular law.
    total = sum(
        float(cube_coefficient("tanh", (j, k), (1, 1), digits=10).mid()) ** 2
        for j in range(14)
        for k in range(14)
        if (j + k) % 2
    )
    wanted = mpmath.quad(lambda u: (2 - u) / 2 * mpmath.tanh(u) ** 2, [0, 2])
    assert abs(total - float(wanted)) < 1e-9


@settings(max_examples=25, deadline=None)
@given(
    orders=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    weights=st.tuples(*[st.fractions(Fraction(1, 4), Fraction(3), max_denominator=4)] * 2),
)
def test_cube_bound_holds(orders, weights):
    value = cube_coefficient("tanh", orders, weights, digits=8)
    assert abs(value) <= cube_bound(orders, weights)


def test_cube_bound_falls_geometrically():
    bounds = [float(cube_bound((k, k), (1, 1))) for k in (20, 40, 80)]
    assert bounds[0] < 1e-9
    assert bounds[2] / bounds[1] < 1.1 * (bounds[1] / bounds[0]) ** 2 * 10


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("tanh", -1, 2), ValueError),
        (("tanh", 1, 1), ValueError),
        (("tanh", 1, 3, 0.5), TypeError),
        (("tanh", 1, 3, (1, 2)), ValueError),
        (("tanh", 1, 2, 1, 0, 0), ValueError),
        (("nothing", 1, 2), ValueError),
    ],
)
def test_bad_input(arguments, error):
    with pytest.raises(error):
        zonal_coefficient(*arguments)


def test_methods_that_do_not_apply():
    with pytest.raises(ValueError, match="method"):
        zonal_coefficient("relu", 3, 2, method="Gauss rule")
    with pytest.raises(ValueError, match="analytic"):
        cube_coefficient("relu", (1, 1), (1, 1))
    with pytest.raises(ArithmeticError):
        zonal_coefficient("step", 6, 2, 1, Fraction(-1, 2), digits=10)
