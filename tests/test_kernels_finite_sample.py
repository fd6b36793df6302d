"""Neuron kernels under the empirical law of finitely many points."""

from fractions import Fraction as Q

import mpmath
import pytest
import sympy
from core_reference import LEAKY, fraction, rational
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plane_reference import POINTWISE, evaluate, feature
from sympy import Rational, sqrt

from slt_symbolic.activations import ABSOLUTE, ERF, IDENTITY, RELU, SIGMOID, STEP, TANH
from slt_symbolic.exact.chamber import WallError
from slt_symbolic.inputs import FiniteSample
from slt_symbolic.kernels import Feature, NeuronKernel, kernel_for

SMALL = st.sampled_from([Q(k, d) for d in (1, 2, 3) for k in range(-3, 4)])
UNITS = st.tuples(SMALL, SMALL, SMALL)
PIECEWISE = st.sampled_from((RELU, LEAKY, ABSOLUTE, STEP, IDENTITY))
POINTS = [(Q(1), Q(2)), (Q(-1), Q(1, 2)), (Q(0), Q(-3)), (Q(0), Q(0)), (Q(2, 3), Q(1))]
WEIGHTS = [Q(1, 2), Q(1, 8), Q(1, 8), Q(1, 6), Q(1, 12)]
LAW = FiniteSample([tuple(map(rational, x)) for x in POINTS], list(map(rational, WEIGHTS)))
SYMBOLS = sympy.symbols("p1 p2 b r1 r2 c", real=True)
SMOOTH = {TANH: mpmath.tanh, ERF: mpmath.erf, SIGMOID: lambda z: 1 / (1 + mpmath.exp(-z))}


@given(PIECEWISE, PIECEWISE, UNITS, UNITS)
@settings(deadline=None, max_examples=80)
def test_the_exact_value_is_the_sum(first, second, u, v):
    expected = sum(
        w * POINTWISE[first.name](evaluate(u, x)) * POINTWISE[second.name](evaluate(v, x))
        for w, x in zip(WEIGHTS, POINTS, strict=True)
    )
    kernel = kernel_for(LAW, first, second)
    g, h = feature(first, u), feature(second, v)
    assert fraction(kernel.exact(g, h)) == expected
    assert kernel.exact(h, g) == kernel.exact(g, h)
    ball = kernel.enclosure(g, h, digits=20)
    assert ball.rad() < 1e-18
    assert abs(float(ball.mid()) - float(expected)) < 1e-12


@given(st.sampled_from(list(SMOOTH)), PIECEWISE, UNITS, UNITS)
@settings(deadline=None, max_examples=40)
def test_analytic_units_have_an_expression_and_a_ball(smooth, other, u, v):
    kernel = kernel_for(LAW, smooth, other)
    g, h = feature(smooth, u), feature(other, v)
    with mpmath.workdps(60):

        def number(q):
            return mpmath.mpf(Q(q).numerator) / Q(q).denominator

        expected = sum(
            number(w * POINTWISE[other.name](evaluate(v, x)))
            * SMOOTH[smooth](number(evaluate(u, x)))
            for w, x in zip(WEIGHTS, POINTS, strict=True)
        )
        exact = mpmath.mpf(sympy.N(kernel.exact(g, h), 50))
        assert abs(exact - expected) < 1e-45
        ball = kernel.enclosure(g, h, digits=35)
        mid = mpmath.mpf(ball.mid().str(55, radius=False))
        assert abs(mid - expected) <= mpmath.mpf(ball.rad().str(20, radius=False)) * 2 + 1e-50
        assert ball.rad() < 1e-33


@given(
    PIECEWISE, st.sampled_from([RELU, TANH, STEP]), *[st.lists(SMALL, min_size=6, max_size=6)] * 2
)
@settings(deadline=None, max_examples=40)
def test_closed_forms_hold_throughout_their_chambers(first, second, here, there):
    kernel = kernel_for(LAW, first, second)
    at = dict(zip(SYMBOLS, map(rational, here), strict=True))
    g, h = Feature(first, SYMBOLS[:2], SYMBOLS[2]), Feature(second, SYMBOLS[3:5], SYMBOLS[5])
    try:
        form, chamber = kernel.closed_form(g, h, at)
    except WallError:
        assume(False)
    assert chamber.contains(at)
    near = {s: x + rational(y) / 20 for (s, x), y in zip(at.items(), there, strict=True)}
    for point in filter(chamber.contains, (at, near)):
        difference = form.subs(point) - kernel.exact(g.subs(point), h.subs(point))
        assert sympy.simplify(difference) == 0


def test_closed_values_and_constants():
    law = FiniteSample([(-1,), (0,), (2,)])
    kernel = NeuronKernel(RELU, law)
    assert kernel.exact((1, 1), (2, 0)) == 4
    assert kernel.mean((1, 1)) == Rational(4, 3)
    assert kernel.mean_times_input((1, 1)) == 2
    assert NeuronKernel(STEP, law).mean((1, 0)) == Rational(1, 2)
    tanh = NeuronKernel(TANH, law)
    assert tanh.mean((1, 0)) == (sympy.tanh(2) - sympy.tanh(1)) / 3
    a = sympy.Symbol("a", positive=True)
    assert sympy.expand(kernel.exact((a, 0), (a, 0)) - 4 * a**2 / 3) == 0
    assert tanh.mean((a, 0)) == (sympy.tanh(2 * a) - sympy.tanh(a)) / 3
    with pytest.raises(ValueError, match="must be numbers to enclose"):
        tanh.enclosure((a, 0), (1, 0))


def test_irrational_points_and_exact_zeros():
    kernel = NeuronKernel(ABSOLUTE, FiniteSample([(sqrt(2), 1), (0, sqrt(2))]))
    assert kernel.exact((1, 0, -1), (1, 0, -1)) == 2 - sqrt(2)
    tanh = NeuronKernel(TANH, FiniteSample([(sqrt(2),), (-sqrt(2),)]))
    assert tanh.enclosure((0, 0), (1, 1)).contains(0)
    # Odd times even cancels: the ball is small beside the terms, and holds zero.
    ball = kernel_for(tanh.inputs, TANH, ABSOLUTE).enclosure(
        Feature(TANH, (sympy.S.One,), sympy.S.Zero),
        Feature(ABSOLUTE, (sympy.S.One,), sympy.S.Zero),
        digits=30,
    )
    assert ball.contains(0)
    assert ball.rad() < 1e-29


@pytest.mark.parametrize("sigma", [RELU, STEP, TANH], ids=str)
def test_gram_matrices_are_positive_semidefinite(sigma):
    kernel = NeuronKernel(sigma, LAW)
    units = [(1, 0, 0), (1, 2, -3), (-1, 1, 1), (0, 0, 1)]
    gram = sympy.Matrix([[kernel.exact(u, v) for u in units] for v in units])
    assert min(mpmath.eigsy(mpmath.matrix(gram.evalf(20)), eigvals_only=True)) > -1e-12


def test_a_kink_on_a_point_is_a_wall():
    kernel = NeuronKernel(RELU, LAW)
    with pytest.raises(WallError):
        kernel.closed_form((1, 0, SYMBOLS[2]), (1, 0, 1), {SYMBOLS[2]: -1})
