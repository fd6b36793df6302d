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
    ARCTAN,
    COS,
    ERF,
    GAUSSIAN,
    GELU,
    IDENTITY,
    RELU,
    SIGMOID,
    SIN,
    SOFTPLUS,
    STEP,
    SWISH,
    TANH,
    activation,
    leaky_relu,
    polynomial,
    swish,
)
from slt_symbolic.activations.named import NAMES

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


def branch_value(coefficients, z):
    return sum((c * z**k for k, c in enumerate(coefficients)), sympy.S.Zero)


@pytest.mark.parametrize("sigma", BROKEN, ids=str)
def test_the_declared_reflection_is_an_identity_of_the_branches(sigma):
    r, b = sigma.reflection, sigma.branches
    for here, mirrored, z in ((b.above, b.below, Z), (b.below, b.above, -Z)):
        left = branch_value(mirrored, -z)
        right = r.sign * branch_value(here, z) + r.slope * z + r.constant
        assert sympy.expand(left - right) == 0


@pytest.mark.parametrize("sigma", BROKEN, ids=str)
def test_the_declared_degree_of_scaling_is_an_identity_of_the_branches(sigma):
    alpha = sympy.Symbol("alpha", positive=True)
    for branch in (sigma.branches.below, sigma.branches.above):
        scaled = branch_value(branch, alpha * Z)
        assert sympy.expand(scaled - alpha**sigma.scaling_degree * branch_value(branch, Z)) == 0


@pytest.mark.parametrize("sigma", BROKEN, ids=str)
@given(NUMBERS)
@settings(deadline=None, max_examples=25)
def test_formula_and_branches_and_plain_python_agree(sigma, z):
    if z != 0:
        branch = sigma.branches.above if z > 0 else sigma.branches.below
        assert sigma(z) == branch_value(branch, z)
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


@pytest.mark.parametrize("name", ["ReLU", "relu", " Relu "])
def test_capitals_do_not_matter(name):
    assert activation(name) is RELU


def test_families_by_name():
    tenth = sympy.Rational(1, 10)
    for name in ("leaky_relu", "leaky-relu", "Leaky ReLU"):
        assert activation(name, slope=tenth).name == leaky_relu(tenth).name
    assert activation("polynomial", coefficients=(0, 1, 2)).name == polynomial((0, 1, 2)).name
    assert activation("swish", beta=2).name == "swish(2)"
    assert activation("swish").name == "swish"


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("leaky_relu", {}, r"'leaky_relu' needs slope, such as slope=Rational\(1, 10\)"),
        ("polynomial", {}, "'polynomial' needs coefficients"),
        ("relu", {"slope": 2}, "'relu' has no slope; it takes no parameters"),
        ("leaky_relu", {"beta": 2}, "'leaky_relu' has no beta; it takes slope"),
        ("rleu", {}, r"; got 'rleu'; did you mean 'relu'\?"),
        ("leakyrelu", {"slope": 2}, r"did you mean 'leaky_relu'\?"),
    ],
)
def test_families_say_what_they_need(name, parameters, message):
    with pytest.raises(ValueError, match=message):
        activation(name, **parameters)


def test_the_list_of_names_has_each_name_once():
    assert len(set(NAMES)) == len(NAMES)
    assert {"swish", "leaky_relu", "polynomial", "relu"} <= set(NAMES)


@pytest.mark.parametrize("name", ["rleu", "", None, ["relu"], 3])
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


ENTIRE = (SIN, COS, GAUSSIAN, GELU, polynomial((1, -2, Rational(1, 3))), polynomial((0, 0, 0, 5)))
SMOOTH = (ARCTAN, SOFTPLUS, SWISH, swish(Rational(5, 2)), *ENTIRE)
MORE_MPMATH = {
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "gaussian": lambda z: mpmath.exp(-z * z),
    "gelu": lambda z: z * mpmath.ncdf(z),
    "arctan": mpmath.atan,
    "softplus": lambda z: mpmath.log1p(mpmath.exp(z)),
    "swish": lambda z: z / (1 + mpmath.exp(-z)),
    "swish(5/2)": lambda z: z / (1 + mpmath.exp(-5 * z / 2)),
    "polynomial(1, -2, 1/3)": lambda z: 1 - 2 * z + z * z / 3,
    "polynomial(0, 0, 0, 5)": lambda z: 5 * z**3,
}


@pytest.mark.parametrize("sigma", SMOOTH, ids=str)
@given(NUMBERS)
@settings(deadline=None, max_examples=25)
def test_formula_ball_and_mpmath_agree_for_smooth_activations(sigma, z):
    with flint.ctx.workprec(200), mpmath.workdps(60):
        ball = sigma.ball(flint.acb(flint.fmpq(int(z.p), int(z.q)))).real
        other = MORE_MPMATH[sigma.name](mpmath.mpf(int(z.p)) / int(z.q))
        assert abs(other - mpmath.mpf(str(sympy.N(sigma(z), 60)))) < 1e-50
        assert (ball - flint.arb(mpmath.nstr(other, 58), 1e-50)).contains(0)
        assert ball.rad() < 1e-40


@pytest.mark.parametrize("sigma", SMOOTH, ids=str)
def test_the_declared_reflection_of_smooth_activations_is_an_identity(sigma):
    z, r = sympy.Symbol("z", real=True), sigma.reflection
    if r is None:
        assert sigma.branches is not None
        return
    difference = sigma(-z) - (r.sign * sigma(z) + r.slope * z + r.constant)
    if sigma is SOFTPLUS:  # log(1 + e^z) = z + log(1 + e^-z): by the derivative and one value
        assert difference.subs(z, 0) == 0
        difference = sympy.diff(difference, z)
    assert sympy.simplify(difference.rewrite(sympy.exp)) == 0


@pytest.mark.parametrize("sigma", [TANH, SIGMOID, ERF, IDENTITY, *SMOOTH], ids=str)
@given(NUMBERS, st.floats(0, 1), st.floats(0, 0.999))
@settings(deadline=None, max_examples=60)
def test_the_strip_bound_holds_throughout_the_strip(sigma, x, share, depth):
    height = 2.5 if sigma.pole_height == sympy.oo else float(sigma.pole_height) * depth
    with flint.ctx.workprec(120):
        z = flint.acb(flint.fmpq(int(x.p), int(x.q)), flint.arb(height * share))
        coefficients = sigma.strip_bound(flint.arb(height))
        bound = sum((c * abs(z.real) ** k for k, c in enumerate(coefficients)), flint.arb(0))
        assert not abs(sigma.ball(z)) > bound
        assert all(c >= 0 or c.contains(0) for c in coefficients)


@pytest.mark.parametrize("sigma", [TANH, SIGMOID, ERF, *SMOOTH], ids=str)
def test_balls_far_out_are_finite_and_sharp(sigma):
    for x in (-(10**6), 10**6):
        value = sigma.ball(flint.acb(x))
        assert value.is_finite()
        assert value.rad() <= 1e-14 * (abs(x) + abs(value).upper())


@pytest.mark.parametrize("sigma", [ARCTAN, SOFTPLUS, SWISH, swish(Rational(5, 2))], ids=str)
def test_balls_are_not_finite_at_poles_and_across_cuts(sigma):
    height = flint.arb(str(sympy.N(sigma.pole_height, 30)), 1e-20)
    assert not sigma.ball(flint.acb(0, 1) * height).is_finite()
    inside = [sigma.ball(flint.acb(x / 4, float(height) * 0.99)) for x in range(-8, 9)]
    assert all(b.is_finite() for b in inside)
    if sigma in (ARCTAN, SOFTPLUS):
        assert not sigma.ball(flint.acb(flint.arb(0, 1), flint.arb(4))).is_finite()


@pytest.mark.parametrize(("make", "argument", "error", "match"), [
    (swish, 0.5, TypeError, "beta must be an exact rational"),
    (swish, 0, ValueError, "beta must be positive"),
    (swish, -1, ValueError, "beta must be positive"),
    (polynomial, (1, 0.5), TypeError, r"coefficients\[1\] must be an exact rational"),
    (polynomial, (3, 0, 0), ValueError, "must not be those of a constant"),
    (polynomial, (), ValueError, "must not be those of a constant"),
])  # fmt: skip
def test_bad_parameters_are_refused_by_name(make, argument, error, match):
    with pytest.raises(error, match=match):
        make(argument)


def test_polynomials_know_their_symmetries():
    assert polynomial((0, 0, 1)).parity == 1
    assert polynomial((0, 2, 0, 1)).parity == -1
    assert polynomial((1, 3, 1)).reflection.slope == -6
    assert polynomial((0, 0, 1, 1)).reflection is None
    assert polynomial((0, 0, 0, 2, 0)).scaling_degree == 3


@pytest.mark.parametrize("name", ["arctan", "cos", "gaussian", "gelu", "sin", "softplus", "swish"])
def test_smooth_activations_are_found_by_name(name):
    assert activation(name).name == name
    assert activation(name).independence
