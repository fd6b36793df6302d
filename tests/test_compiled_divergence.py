"""The compiled K and gradient against exact values, closed forms and plain Python."""

import math
from fractions import Fraction as Q

import numpy as np
import pytest
import sympy
from core_reference import LEAKY, network, rational
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Rational, sqrt

from slt_symbolic.activations import ABSOLUTE, RELU
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.divergence.compiled_interval import _divergence_with_gradient
from slt_symbolic.exact.chamber import WallError
from slt_symbolic.inputs import UniformBox, UniformInterval
from slt_symbolic.networks import TwoLayer, Unit

NUMBER = st.sampled_from([Q(k, d) for d in (1, 2, 3) for k in range(-3, 4)])
LAW = UniformInterval(-1, Rational(3, 2))
TRUTH = [
    (Q(1), Q(1, 7), Q(1)),
    (Q(-2), Q(1, 5), Q(-1, 2)),
]
PROBLEMS = {
    a.name: KLDivergence(
        TwoLayer.symbolic(a, width=2),
        network(a, TRUTH, Q(1, 3)),
        LAW,
        noise_variance=Rational(1, 4),
    )
    for a in (RELU, LEAKY, ABSOLUTE)
}
COMPILED = {name: K.compile() for name, K in PROBLEMS.items()}
NAMES = st.sampled_from(sorted(PROBLEMS))
POINTS = st.lists(NUMBER, min_size=7, max_size=7)


def evaluate(potential, values):
    w = np.array([float(v) for v in values])
    g = np.full(w.size, np.nan)
    return potential(w, g), g


@given(NAMES, POINTS)
@settings(deadline=None, max_examples=40)
def test_the_value_is_the_exact_one(name, values):
    value, gradient = evaluate(COMPILED[name], values)
    assert value == pytest.approx(float(PROBLEMS[name].at(list(map(rational, values)))), rel=1e-12)
    assert np.isfinite(gradient).all()


@given(NAMES, POINTS)
@settings(deadline=None, max_examples=12)
def test_the_gradient_is_the_derivative_of_the_closed_form(name, values):
    K = PROBLEMS[name]
    point = dict(zip(K.parameters, map(rational, values), strict=True))
    try:
        form = K.chamber(point).expr
    except WallError:
        assume(False)
    expected = [float(form.diff(p).subs(point)) for p in K.parameters]
    _, gradient = evaluate(COMPILED[name], values)
    np.testing.assert_allclose(gradient, expected, rtol=1e-11, atol=1e-11)


@given(NAMES, POINTS)
@settings(deadline=None, max_examples=12)
def test_the_gradient_is_a_difference_quotient_of_exact_values(name, values):
    K = PROBLEMS[name]
    point = list(map(rational, values))
    _, gradient = evaluate(COMPILED[name], values)
    h = Rational(1, 10**7)
    for j in range(7):
        if j in (0, 1, 3, 4) and values[3 * (j // 3)] == 0 == values[3 * (j // 3) + 1]:
            continue  # on the kink: the two one-sided derivatives differ
        ahead, behind = ([v + s * h * int(i == j) for i, v in enumerate(point)] for s in (1, -1))
        slope = float((K.at(ahead) - K.at(behind)) / (2 * h))
        assert gradient[j] == pytest.approx(slope, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("power", [3, 6, 9, 12])
@pytest.mark.parametrize("j", range(7))
def test_small_values_near_the_true_set_keep_their_digits(power, j):
    """D is off by rounding of size 1e-16, so K by about 1e-16/D relative: no worse."""
    K = PROBLEMS["relu"]
    true = [1, Rational(1, 7), 1, -2, Rational(1, 5), Rational(-1, 2), Rational(1, 3)]
    assert K.at(true) == 0
    point = list(true)
    point[j] = point[j] + Rational(1, 10**power)
    # What the doubles at hand mean exactly is the reference, not what was meant.
    floats = np.array([float(v) for v in point])
    doubles = [Rational(*float(v).as_integer_ratio()) for v in floats]
    value, gradient = evaluate(COMPILED["relu"], floats)
    exact = float(K.at(doubles))
    assert value == pytest.approx(exact, rel=2e-15 * 10.0**power + 1e-12, abs=0)
    assert value >= 0
    assert math.isfinite(gradient.sum())


def test_at_a_true_parameter_with_exact_doubles_it_is_zero():
    truth = [
        (Q(1), Q(1, 2), Q(1)),
        (Q(-2), Q(1, 4), Q(1)),
    ]
    K = KLDivergence(TwoLayer.symbolic(RELU, width=2), network(RELU, truth), UniformInterval(-1, 1))
    value, gradient = evaluate(K.compile(), [1, 0.5, 1, -2, 0.25, 1, 0])
    assert value == 0
    assert not gradient.any()


def test_fixed_and_repeated_entries():
    w, b = sympy.symbols("w b", real=True)
    model = TwoLayer(RELU, [Unit(w, (w,), b), Unit(2, (-1,), b)], b, (b, w))
    K = KLDivergence(model, network(RELU, TRUTH), LAW)
    potential = K.compile()
    for x, y in ((0.5, 2.0), (-0.25, 0.75), (1.25, -1.5)):
        point = {b: Rational(*x.as_integer_ratio()), w: Rational(*y.as_integer_ratio())}
        value, gradient = evaluate(potential, [x, y])
        assert value == pytest.approx(float(K.at(point)), rel=1e-13)
        form = K.chamber(point).expr
        expected = [float(form.diff(p).subs(point)) for p in (b, w)]
        np.testing.assert_allclose(gradient, expected, rtol=1e-12)


def test_irrational_ends_and_a_truth_without_units():
    K = KLDivergence(
        TwoLayer.symbolic(RELU, width=1), TwoLayer(RELU, (), inputs=1),
        UniformInterval(-sqrt(6), sqrt(6)),
    )  # fmt: skip
    value, _ = evaluate(K.compile(), [1, 0, 1, 0])
    assert value == pytest.approx(0.5, rel=1e-14)


def test_compiled_and_plain_python_run_the_same_source():
    w, g, h = np.array([0.3, -0.2, 1.5, 0.1]), np.empty(4), np.empty(4)
    index, fixed = np.arange(4), np.zeros(4)
    truth = np.array([[-1.0, 1.0, 0.0]])
    arguments = (index, fixed, truth, (0.0, 1.0, 0.0, 1.0), 0.0, -1.0, 1.0, 0.5)
    assert _divergence_with_gradient(w, g, *arguments) == pytest.approx(
        _divergence_with_gradient.py_func(w, h, *arguments), rel=1e-15
    )
    np.testing.assert_allclose(g, h, rtol=1e-14)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("j", range(7))
def test_non_finite_parameters_never_give_a_finite_value(bad, j):
    values = [1.0, 0.5, 1.0, -2.0, 0.3, 1.0, 0.1]
    values[j] = bad
    value, _ = evaluate(COMPILED["relu"], values)
    assert not math.isfinite(value)


def test_what_cannot_be_compiled_is_refused_by_name():
    zero = network(RELU, [])
    w = sympy.Symbol("w", real=True)
    with pytest.raises(ValueError, match="entries must be numbers or parameters"):
        KLDivergence(TwoLayer(RELU, [Unit(1, (2 * w,), 0)], 0, (w,)), zero, LAW).compile()
    t = sympy.Symbol("t", positive=True)
    unknown = KLDivergence(TwoLayer(RELU, [Unit(1, (w,), t)], 0, (w,)), zero, LAW)
    with pytest.raises(ValueError, match="unknown constants"):
        unknown.compile()


def test_relative_accuracy_is_kept_down_to_the_square_of_rounding():
    """K falls from 1e-1 to 1e-31 on the way to W0; its relative error stays at rounding."""
    model = TwoLayer.symbolic(RELU, width=2)
    truth = TwoLayer(RELU, [Unit(1, (1,), Q(-1, 4)), Unit(2, (-1,), Q(1, 2))], Q(1, 8))
    K = KLDivergence(model, truth, LAW)
    potential, gradient = K.compile(), np.zeros(7)
    generator = np.random.default_rng(7)
    true_parameter = np.array([2.0, -0.5, 0.5, -2.0, 1.0, 1.0, 0.125])
    assert potential(true_parameter, gradient) == 0.0
    for exponent in range(0, 16, 3):
        w = true_parameter + 10.0**-exponent * generator.standard_normal(7)
        exact = K.at([Q(*float(x).as_integer_ratio()) for x in w])
        value = Q(*float(potential(w, gradient)).as_integer_ratio())
        assert abs(value / Q(int(exact.p), int(exact.q)) - 1) < 1e-14


def test_a_box_with_one_side_is_an_interval():
    w = [1, -0.5, 2, -1, 0.25, 1, 0.5]
    networks = TwoLayer.symbolic(RELU, width=2), network(RELU, TRUTH)
    box, interval = (
        evaluate(KLDivergence(*networks, law).compile(), w)
        for law in (UniformBox((-1,), (2,)), UniformInterval(-1, 2))
    )
    assert box[0] == interval[0]
    np.testing.assert_array_equal(box[1], interval[1])
