"""The relations an activation declares hold: exactly, at random points and as balls."""

import flint
import mpmath
import pytest
import sympy
from core_reference import VALUE, fraction
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational

from slt_symbolic.activations import (
    ABSOLUTE,
    ERF,
    RELU,
    SIGMOID,
    STEP,
    TANH,
    activation,
    leaky_relu,
)

NAMED = (ABSOLUTE, ERF, RELU, SIGMOID, STEP, TANH)
LEAKY = tuple(leaky_relu(a) for a in (0, -1, Rational(1, 3), Rational(-5, 2), 2))
ALL = (*NAMED, *LEAKY)
BROKEN = tuple(a for a in ALL if a.branches is not None)
ANALYTIC = tuple(a for a in ALL if a.ball is not None)
NUMBERS = st.fractions(min_value=-6, max_value=6, max_denominator=9).map(
    lambda q: Rational(q.numerator, q.denominator)
)
MPMATH = {
    "erf": mpmath.erf,
    "tanh": mpmath.tanh,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
}
Z = sympy.Symbol("z", positive=True)


def polynomial(coefficients, z):
    return sum((c * z**k for k, c in enumerate(coefficients)), sympy.S.Zero)


@pytest.mark.parametrize("sigma", BROKEN, ids=str)
def test_the_declared_reflection_is_an_identity_of_the_branches(sigma):
    r, b = sigma.reflection, sigma.branches
    for here, mirrored, z in ((b.above, b.below, Z), (b.below, b.above, -Z)):
        left = polynomial(mirrored, -z)
        right = r.sign * polynomial(here, z) + r.slope * z + r.constant
        assert sympy.expand(left - right) == 0


@pytest.mark.parametrize("sigma", BROKEN, ids=str)
def test_the_declared_degree_of_scaling_is_an_identity_of_the_branches(sigma):
    alpha = sympy.Symbol("alpha", positive=True)
    for branch in (sigma.branches.below, sigma.branches.above):
        scaled = polynomial(branch, alpha * Z)
        assert sympy.expand(scaled - alpha**sigma.scaling_degree * polynomial(branch, Z)) == 0


@pytest.mark.parametrize("sigma", BROKEN, ids=str)
@given(NUMBERS)
@settings(deadline=None, max_examples=25)
def test_formula_and_branches_and_plain_python_agree(sigma, z):
    if z != 0:
        branch = sigma.branches.above if z > 0 else sigma.branches.below
        assert sigma(z) == polynomial(branch, z)
    if sigma.name in VALUE:
        assert fraction(sympy.Rational(sigma(z))) == VALUE[sigma.name](fraction(z))


@pytest.mark.parametrize("sigma", ANALYTIC, ids=str)
@given(NUMBERS)
@settings(deadline=None, max_examples=25)
def test_formula_ball_and_mpmath_agree(sigma, z):
    flint.ctx.prec, before = 200, flint.ctx.prec
    try:
        ball = sigma.ball(flint.acb(flint.fmpq(int(z.p), int(z.q))))
        with mpmath.workdps(60):
            exact = mpmath.mpf(int(z.p)) / int(z.q)
            other = MPMATH[sigma.name](exact)
            assert abs(other - mpmath.mpf(str(sympy.N(sigma(z), 60)))) < 1e-50
            assert (ball - flint.arb(mpmath.nstr(other, 58), 1e-50)).contains(0)
        assert ball.rad() < 1e-40
    finally:
        flint.ctx.prec = before


@pytest.mark.parametrize("sigma", ANALYTIC, ids=str)
@given(NUMBERS, NUMBERS)
@settings(deadline=None, max_examples=25)
def test_the_declared_reflection_holds_on_complex_balls(sigma, x, y):
    # Away from the imaginary axis: the poles of tanh and the sigmoid lie on it.
    z = flint.acb(float(x) + (0.25 if x >= 0 else -0.25), float(y) / 4)
    r = sigma.reflection
    slope, constant = (flint.fmpq(int(c.p), int(c.q)) for c in (r.slope, r.constant))
    difference = sigma.ball(-z) - (r.sign * sigma.ball(z) + z * slope + constant)
    assert difference.contains(0)
    assert difference.rad() < 1e-6 * (1 + abs(sigma.ball(z)).upper())


@pytest.mark.parametrize("sigma", ANALYTIC, ids=str)
def test_the_declared_reflection_is_a_sympy_identity(sigma):
    z, r = sympy.Symbol("z", real=True), sigma.reflection
    difference = sigma(-z) - (r.sign * sigma(z) + r.slope * z + r.constant)
    assert sympy.simplify(difference) == 0


@pytest.mark.parametrize("sigma", [TANH, SIGMOID], ids=str)
def test_the_nearest_singularity_is_at_the_declared_height(sigma):
    height = sigma.pole_height
    at_pole = sigma.ball(flint.acb(0, 1) * flint.arb(str(sympy.N(height, 30)), 1e-20))
    assert not at_pole.is_finite()
    near = [sigma.ball(flint.acb(x / 4, float(height) * 0.99)) for x in range(-8, 9)]
    assert all(b.is_finite() for b in near)


@pytest.mark.parametrize("sigma", ALL, ids=str)
def test_parity_is_what_the_values_say(sigma):
    values = [(sympy.N(sigma(z), 30), sympy.N(sigma(-z), 30)) for z in (Rational(1, 3), 2)]
    even = all(abs(a - b) < 1e-20 for a, b in values)
    odd = all(abs(a + b) < 1e-20 for a, b in values)
    assert sigma.parity == (1 if even else -1 if odd else None)


@pytest.mark.parametrize("sigma", NAMED, ids=str)
def test_every_activation_is_found_by_its_name_and_says_why_units_are_independent(sigma):
    assert activation(sigma.name) is sigma
    assert repr(sigma) == f"<activation {sigma.name}>"
    assert sigma.independence
    assert sigma.latex


@pytest.mark.parametrize("name", ["reLU", "", None, ["relu"], 3])
def test_unknown_names_are_refused_with_the_known_ones(name):
    with pytest.raises(ValueError, match=r"activation must be one of abs, .*erf"):
        activation(name)


@pytest.mark.parametrize("slope", [0.1, "1/10", None, sympy.pi, sympy.Float(0.5), 1 + 1j])
def test_a_leaky_slope_must_be_an_exact_rational(slope):
    with pytest.raises(TypeError, match="slope must be an exact rational"):
        leaky_relu(slope)


def test_slope_one_is_no_activation():
    with pytest.raises(ValueError, match="slope must differ from 1"):
        leaky_relu(1)


def test_leaky_relu_meets_its_special_cases():
    assert leaky_relu(0).reflection == RELU.reflection
    assert leaky_relu(-1).reflection == ABSOLUTE.reflection
