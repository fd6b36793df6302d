"""Certified quadrature kernels: enclosures against known values, other integrals and themselves."""

from dataclasses import replace

import mpmath
import numpy as np
import pytest
import sympy
from flint import acb, arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special
from sympy import Rational

from slt_symbolic.activations import (
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
    leaky_relu,
    polynomial,
    swish,
)
from slt_symbolic.inputs import StandardNormal, UniformBox, UniformInterval
from slt_symbolic.kernels import Feature, NeuronKernel, NoClosedFormError, kernel_for
from slt_symbolic.kernels.gauss_legendre import gauss_legendre
from slt_symbolic.kernels.gaussian_plane import plane_expectation
from slt_symbolic.kernels.gaussian_trapezoid import normal_expectation
from slt_symbolic.kernels.line_function import line_function
from slt_symbolic.kernels.quadrature_interval import IntervalQuadratureKernel
from slt_symbolic.kernels.quadrature_normal import NormalQuadratureKernel
from slt_symbolic.spectra import hermite_coefficient

CUBIC = polynomial((1, 0, Rational(-1, 2), 2))
ANALYTIC = (TANH, SIGMOID, ERF, SOFTPLUS, SWISH, swish(3), GELU, ARCTAN, GAUSSIAN, SIN, COS, CUBIC)
EVERY = (*ANALYTIC, IDENTITY, RELU, STEP, leaky_relu(Rational(1, 5)))
SMALL = st.sampled_from([Rational(k, d) for d in (1, 2, 3) for k in range(-4, 5)])
PAIRS = st.tuples(st.sampled_from(EVERY), st.sampled_from(EVERY))
INTERVAL = IntervalQuadratureKernel(UniformInterval(-1, Rational(3, 2)))
LINE, PLANE, SPACE = (NormalQuadratureKernel(StandardNormal(n)) for n in (1, 2, 3))
MPMATH = {
    "tanh": mpmath.tanh,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "erf": mpmath.erf,
    "softplus": lambda z: mpmath.log1p(mpmath.exp(z)),
    "swish": lambda z: z / (1 + mpmath.exp(-z)),
    "gelu": lambda z: z * mpmath.ncdf(z),
    "arctan": mpmath.atan,
    "gaussian": lambda z: mpmath.exp(-z * z),
    "identity": lambda z: z,
    "relu": lambda z: max(z, mpmath.mpf(0)),
    "step": lambda z: mpmath.mpf(z > 0),
}
NUMPY = {
    "tanh": np.tanh,
    "erf": special.erf,
    "gelu": lambda z: z * special.ndtr(z),
    "softplus": lambda z: np.logaddexp(0, z),
    "arctan": np.arctan,
}


def feature(sigma, *entries):
    *weights, bias = map(sympy.sympify, entries)
    return Feature(sigma, tuple(weights), bias)


def near(ball, value, bound):
    middle = mpmath.mpf(ball.mid().str(60, radius=False))
    return ball.rad() < bound and abs(middle - value) < bound


@pytest.mark.parametrize("first", ["tanh", "softplus", "gelu", "relu"])
@pytest.mark.parametrize("second", sorted(MPMATH))
def test_mpmath_agrees_to_twenty_digits_on_interval_and_line(first, second):
    by_name = {a.name: a for a in EVERY}
    g = feature(by_name[first], 2, Rational(1, 3))
    h = feature(by_name[second], Rational(-3, 2), Rational(1, 2))
    with mpmath.workdps(25):

        def product(x):
            third = mpmath.mpf(1) / 3
            return MPMATH[first](2 * x + third) * MPMATH[second](mpmath.mpf(1) / 2 - 3 * x / 2)

        cuts = [-mpmath.mpf(1) / 6, mpmath.mpf(1) / 3]
        value = mpmath.quad(product, [-1, *cuts, 1.5]) / 2.5
        assert near(INTERVAL.enclosure(g, h, digits=22), value, mpmath.mpf(10) ** -20)
        ends = [-14, -7, -3, -1.5, *cuts, 1.5, 3, 7, 14]
        value = mpmath.quad(lambda x: product(x) * mpmath.npdf(x), ends)
        assert near(LINE.enclosure(g, h, digits=22), value, mpmath.mpf(10) ** -20)


@pytest.mark.parametrize("first", sorted(NUMPY))
@pytest.mark.parametrize("second", sorted(NUMPY))
def test_a_floating_point_double_sum_agrees_in_the_plane(first, second):
    by_name = {a.name: a for a in ANALYTIC}
    g, h = feature(by_name[first], 1, Rational(1, 2), 0, 1), feature(by_name[second], -1, 0, 1, 0)
    step = 1 / 32
    s = step * np.arange(-9 * 32, 9 * 32 + 1)
    weights = step * np.exp(-s * s / 2) / np.sqrt(2 * np.pi)
    norm, dot = np.sqrt(1.25), -1 / np.sqrt(1.25)
    inner = dot * s[:, None] + np.sqrt(2 - dot * dot) * s[None, :]
    expected = weights * NUMPY[first](norm * s + 1) @ NUMPY[second](inner) @ weights
    assert float(SPACE.enclosure(g, h, digits=20).mid()) == pytest.approx(expected, abs=1e-13)


def test_known_values():
    unit = feature(TANH, 1, 0)
    ball = IntervalQuadratureKernel(UniformInterval(-1, 1)).enclosure(unit, unit, digits=50)

    with ctx.workdps(60):
        assert ball.overlaps(1 - arb(1).tanh())
        assert ball.rad() < 1e-49
        # The arcsine kernel of erf, and the first arc-cosine kernel of the ReLU.
        g, h = (3, 1), (-1, 2)
        erf = PLANE.enclosure(feature(ERF, *g, 0), feature(ERF, *h, 0), digits=50)
        argument = arb(-2) / (arb(21) * 11).sqrt()
        assert erf.overlaps(2 * argument.asin() / arb.pi())
        relu = PLANE.enclosure(feature(RELU, *g, 0), feature(RELU, *h, 0), digits=50)
        cosine = arb(-1) / arb(50).sqrt()
        angle = cosine.acos()
        arc = arb(50).sqrt() * (angle.sin() + (arb.pi() - angle) * cosine) / (2 * arb.pi())
        assert relu.overlaps(arc)
        assert max(erf.rad(), relu.rad()) < 1e-49


@pytest.mark.parametrize(("b", "c"), [(0, 0), (Rational(1, 2), -1)])
def test_mehlers_series_of_certified_hermite_coefficients_agrees(b, c):
    rho = Rational(5, 13)
    ball = PLANE.enclosure(
        feature(TANH, 1, 0, b), feature(TANH, 2 * rho, Rational(24, 13), c), digits=25
    )
    with ctx.workdps(40):
        total = arb(0)
        for k in range(40):
            if (b, c) == (0, 0) and k % 2 == 0:
                continue
            first = hermite_coefficient(TANH, k, 1, b, 30).ball
            second = hermite_coefficient(TANH, k, 2, c, 30).ball
            total += first * second * (arb(5) / 13) ** k
        tail = (arb(5) / 13) ** 40  # the coefficients are square summable to less than one
        assert ball.overlaps(total + arb(0, tail.upper()))
    assert ball.rad() < 1e-24


@given(PAIRS, st.lists(SMALL, min_size=4, max_size=4), st.sampled_from([INTERVAL, LINE]))
@settings(deadline=None, max_examples=150)
def test_balls_at_two_precisions_overlap_and_are_tight(pair, e, kernel):
    g, h = feature(pair[0], *e[:2]), feature(pair[1], *e[2:])
    low, high = (kernel.enclosure(g, h, digits=d) for d in (15, 33))
    assert low.overlaps(high)
    assert low.overlaps(kernel.enclosure(h, g, digits=15))
    assert high.rad() <= 1e-32 * (1 + abs(high).upper())


@given(PAIRS, st.lists(SMALL, min_size=8, max_size=8))
@settings(deadline=None, max_examples=60)
def test_in_space_too_whatever_the_order_of_units_and_inputs(pair, e):
    g, h = feature(pair[0], *e[:4]), feature(pair[1], *e[4:])
    low, high = (SPACE.enclosure(g, h, digits=d) for d in (10, 20))
    assert low.overlaps(high)
    assert high.rad() <= 1e-19 * (1 + abs(high).upper())
    u, v = (feature(f.activation, *(-f.weights[i] for i in (2, 0, 1)), f.bias) for f in (h, g))
    assert high.overlaps(SPACE.enclosure(u, v, digits=15))


@given(
    st.sampled_from(ANALYTIC), st.sampled_from(ANALYTIC), st.integers(-2, 25),
    st.lists(SMALL, min_size=4, max_size=4),
)  # fmt: skip
@settings(deadline=None, max_examples=150)
def test_rules_of_few_nodes_still_contain_the_value(first, second, bits, e):
    """Few nodes make the error of the rule dominate: the ball rests on its bound alone."""
    with ctx.workprec(160):
        a, b, c, d = (arb(int(x.p)) / int(x.q) for x in e)
        factors = [line_function(first, a, b), line_function(second, c, d)]
        for rule in (
            lambda n: gauss_legendre(factors, arb(-1), arb(2), n),
            lambda n: gauss_legendre(factors, arb(-1), arb(2), n, gaussian=True),
            lambda n: normal_expectation(factors, n),
            lambda n: plane_expectation(factors[0], factors[1], arb(2) / 3, n),
        ):
            if c == 0:
                continue
            coarse, fine = rule(bits), rule(70)
            assert fine.rad() < 1e-19 * (1 + abs(fine).upper())
            assert coarse.contains(fine)


def test_odd_products_are_exactly_zero():
    odd, even, constant = feature(TANH, 2, 0), feature(COS, 3, 0), Feature.constant(1)
    symmetric = IntervalQuadratureKernel(UniformInterval(-2, 2))
    for kernel in (symmetric, LINE):
        for other in (even, constant, feature(GAUSSIAN, 1, 0)):
            assert kernel.exact(odd, other) == 0
            assert kernel.closed_form(odd, other, {})[0] == 0
            ball = kernel.enclosure(odd, other, digits=30)
            assert ball.is_exact()
            assert ball == 0
    # Independent preactivations, one of mean zero.
    g, h = feature(TANH, 1, 1, 0), feature(SOFTPLUS, 1, -1, 3)
    assert PLANE.exact(g, h) == 0
    assert PLANE.enclosure(g, h, digits=20).is_exact()
    assert not INTERVAL.enclosure(odd, even, digits=20).contains(0)


def test_using_evenness_changes_nothing():
    with ctx.workprec(140):
        f, g = line_function(TANH, arb(2), arb(0)), line_function(ARCTAN, arb(-1), arb(0))
        assert normal_expectation([f, g], 90, even=True).overlaps(normal_expectation([f, g], 90))
        ends = arb(-2), arb(2)
        half = gauss_legendre([f, g], *ends, 90, even=True)
        assert half.overlaps(gauss_legendre([f, g], *ends, 90))
        half = plane_expectation(f, g, arb(1), 90, even=True)
        assert half.overlaps(plane_expectation(f, g, arb(1), 90))
        assert half.rad() < 1e-25


def test_degenerate_units():
    one = feature(IDENTITY, 0, 0, 1)
    for g in (feature(TANH, 0, 0, 2), feature(SOFTPLUS, 0, 0, 2), feature(STEP, 0, 0, 2)):
        value = {"tanh": mpmath.tanh(2), "softplus": mpmath.log1p(mpmath.exp(2)), "step": 1}
        assert near(PLANE.enclosure(g, one, digits=20), value[g.activation.name], 1e-15)
    g, opposite = feature(TANH, 3, 4, 0), feature(TANH, -3, -4, 0)
    assert PLANE.enclosure(g, g, digits=30).overlaps(-PLANE.enclosure(g, opposite, digits=30))
    line = LINE.enclosure(feature(TANH, 5, 0), feature(TANH, 10, 1), digits=30)
    assert line.overlaps(PLANE.enclosure(g, feature(TANH, 6, 8, 1), digits=30))
    # Nearly parallel: close to parallel, by continuity.
    almost = PLANE.enclosure(g, feature(TANH, 6, 8 + Rational(1, 10**9), 1), digits=20)
    assert abs(almost - line) < 1e-9
    assert almost.rad() < 1e-19
    # Independent preactivations: a product of means.
    u, v = feature(SIGMOID, 1, 1, 1), feature(SOFTPLUS, 1, -1, 3)
    product = PLANE.enclosure(u, one, digits=25) * PLANE.enclosure(v, one, digits=25)
    assert PLANE.enclosure(u, v, digits=20).overlaps(product)


@pytest.mark.parametrize("bias", [-1, 0, 1, 2, 40, -40])
def test_breaks_at_the_ends_outside_and_far_out(bias):
    g, h = feature(RELU, 1, bias), feature(TANH, 1, 1)
    kernel = IntervalQuadratureKernel(UniformInterval(-1, 1))
    shifted = kernel.enclosure(feature(IDENTITY, 1, bias), h, digits=30)
    ball = kernel.enclosure(g, h, digits=30)
    if bias >= 1:
        assert ball.overlaps(shifted)
    elif bias <= -1:
        assert ball == 0
    difference = LINE.enclosure(g, h, digits=30) - LINE.enclosure(
        feature(RELU, -1, -bias), h, digits=30
    )
    assert difference.overlaps(LINE.enclosure(feature(IDENTITY, 1, bias), h, digits=30))


@pytest.mark.parametrize("sigma", [TANH, SOFTPLUS, ARCTAN, STEP], ids=str)
def test_steep_units_take_the_adaptive_rule(sigma):
    g, h = feature(sigma, 300, 1), feature(TANH, 1, 1)
    for kernel in (INTERVAL, LINE):
        low, high = (kernel.enclosure(g, h, digits=d) for d in (12, 24))
        assert low.overlaps(high)
        assert high.rad() < 1e-22
        # Almost a step: only a strip of width 1/300 differs.
        if sigma is TANH:
            step = 2 * kernel.enclosure(feature(STEP, 300, 1), h, digits=12)
            flat = kernel.enclosure(Feature.constant(1), h, digits=12)
            assert abs(low - (step - flat)) < 1e-2


def test_small_values_keep_relative_accuracy():
    g, h = feature(GAUSSIAN, 1, 6), feature(GAUSSIAN, 1, 7)
    ball = IntervalQuadratureKernel(UniformInterval(-1, 1)).enclosure(g, h, digits=20)
    assert ball < 1e-25
    assert ball.rel_accuracy_bits() > 65


def test_irrational_entries_and_ends():
    root = sympy.sqrt(2)
    kernel = IntervalQuadratureKernel(UniformInterval(-sympy.sqrt(3), sympy.sqrt(3)))
    with mpmath.workdps(30):
        r, t = mpmath.sqrt(2), mpmath.sqrt(3)
        value = mpmath.quad(lambda x: mpmath.tanh(r * x) * max(x + r / 2, 0), [-t, -r / 2, t]) / (
            2 * t
        )
        ball = kernel.enclosure(feature(TANH, root, 0), feature(RELU, 1, root / 2), digits=22)
        assert near(ball, value, mpmath.mpf(10) ** -20)
    # ‖(√2, √3)‖ = √5; parallel weights are recognised exactly.
    g, h = feature(TANH, root, sympy.sqrt(3), 0), feature(TANH, 2, sympy.sqrt(6), 0)
    line = LINE.enclosure(
        feature(TANH, sympy.sqrt(5), 0), feature(TANH, sympy.sqrt(10), 0), digits=20
    )
    assert PLANE.enclosure(g, h, digits=20).overlaps(line)


def test_only_enclosures_are_known_and_only_of_numbers():
    w = sympy.Symbol("w", real=True)
    unit = feature(TANH, 1, 1)
    for kernel in (INTERVAL, LINE):
        with pytest.raises(NoClosedFormError, match=r"tanh · tanh.*no closed form"):
            kernel.exact(unit, unit)
        with pytest.raises(NoClosedFormError):
            kernel.closed_form(unit, feature(TANH, w, 1), {w: Rational(1)})
        with pytest.raises(ValueError, match="must be numbers to enclose"):
            kernel.enclosure(unit, feature(TANH, w, 1), digits=10)
    ends = UniformInterval(0, sympy.Symbol("a", positive=True))
    with pytest.raises(ValueError, match="must be numbers to enclose"):
        IntervalQuadratureKernel(ends).enclosure(unit, unit, digits=10)


@pytest.mark.parametrize("sigma", [TANH, GELU, SOFTPLUS, ARCTAN], ids=str)
@pytest.mark.parametrize("law", [UniformInterval(-1, 2), StandardNormal(1)], ids=repr)
def test_dispatch_finds_them_and_gram_matrices_are_positive(sigma, law):
    assert kernel_for(law, sigma, RELU).supports(law, sigma, RELU)
    k = NeuronKernel(sigma, law)
    units = [(1, 0), (2, Rational(1, 2)), (-1, 1)]
    gram = mpmath.matrix(
        [[mpmath.mpf(k.enclosure(u, v).mid().str(40, radius=False)) for v in units] for u in units]
    )
    assert min(mpmath.eigsy(gram, eigvals_only=True)) > 0


@pytest.mark.parametrize("law", [UniformInterval(-1, 2), UniformBox((-1,) * 3, (1,) * 3)], ids=repr)
def test_a_users_ball_is_given_complex_arguments(law):
    """Real ones could crash it: a method called through its class does not check its argument."""
    kinds = set()

    def ball(z):
        kinds.add(type(z))
        return z.tanh()

    own = replace(TANH, name="own tanh", ball=ball, ball_takes_reals=False)
    u, v = (1, -1, 1, Rational(1, 2)), (2, 1, 1, Rational(1, 3))
    g, h, first, second = (
        feature(sigma, *w[: law.dimension], w[-1]) for sigma in (own, TANH) for w in (u, v)
    )
    expected = kernel_for(law, TANH, TANH).enclosure(first, second, digits=12)
    assert kernel_for(law, own, own).enclosure(g, h, digits=12).overlaps(expected)
    assert kinds == {acb}
