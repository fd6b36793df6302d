"""Compiled K on polygons, under normal laws and on spheres, against exact values and enclosures."""

import math
from fractions import Fraction as Q
from functools import cache

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Rational, sqrt

from slt_symbolic.activations import ABSOLUTE, RELU, leaky_relu
from slt_symbolic.divergence import (
    KLDivergence,
    compiled_angles,
    compiled_normal_line,
    compiled_polygon,
)
from slt_symbolic.divergence.convex_cut import cut
from slt_symbolic.exact.chamber import WallError
from slt_symbolic.inputs import (
    StandardNormal,
    UniformBox,
    UniformPolygon,
    UniformSphere,
)
from slt_symbolic.networks import TwoLayer, Unit

HALF, QUARTER = Rational(1, 2), Rational(1, 4)
# Slopes and corners that are doubles: the exact K is that of the numbers compiled.
LEAKY = leaky_relu(QUARTER)
ACTIVATIONS = {a.name: a for a in (RELU, ABSOLUTE, LEAKY)}
NAMES = st.sampled_from(sorted(ACTIVATIONS))
PLANE = {
    "box": UniformBox((-1, -1), (1, 2)),
    "pentagon": UniformPolygon([(-1, -1), (1, -1), (Rational(3, 2), 0), (0, 2), (-1, 1)]),
}
# Not all pairs: for each a function is compiled.
PLANE_CASES = st.sampled_from([("box", "relu"), *(("pentagon", name) for name in ACTIVATIONS)])
CENTRAL = {
    "normal": StandardNormal(3),
    "circle": UniformSphere(2),
    "sphere": UniformSphere(3),
}
# Few values, so that lines are often parallel, equal, through vertices, or missing altogether.
CENTRAL_CASES = st.sampled_from(
    [*((law, "relu") for law in CENTRAL), ("normal", "abs"), ("circle", LEAKY.name)]
)
NUMBER = st.sampled_from([Q(k, d) for d in (1, 2) for k in range(-3, 4)] + [Q(1, 3), Q(-1, 7)])


def doubles(values):
    """What the doubles nearest to some numbers are exactly."""
    return [Rational(*float(v).as_integer_ratio()) for v in values]


def evaluate(potential, values):
    w = np.array([float(v) for v in values])
    g = np.full(w.size, np.nan)
    return potential(w, g), g


@cache
def problem(law, name, central=False):
    n = law.dimension
    end = (HALF,) * (n - 1)
    bias = 0 if central else QUARTER
    truth = TwoLayer(
        ACTIVATIONS[name], [Unit(1, (1, *end), bias), Unit(-2, (-HALF, *end), -2 * bias)], HALF
    )
    fixed = {"biases": 0} if central else {}
    model = TwoLayer.symbolic(ACTIVATIONS[name], inputs=n, width=2, **fixed)
    K = KLDivergence(model, truth, law, noise_variance=QUARTER)
    return K, K.compile()


def true_parameter(K):
    return [e for u in K.truth.units for e in (*u.weights, u.bias, u.readout)] + [HALF]


def exact_slope(K, values, j):
    """Return a difference quotient of exact values."""
    h = Rational(1, 10**8)
    ahead, behind = ([v + s * h * int(i == j) for i, v in enumerate(values)] for s in (1, -1))
    return float((K.at(ahead) - K.at(behind)) / (2 * h))


@given(PLANE_CASES, st.lists(NUMBER, min_size=9, max_size=9))
@settings(deadline=None, max_examples=25)
def test_the_value_on_a_polygon_is_the_exact_one(case, values):
    K, potential = problem(PLANE[case[0]], case[1])
    value, gradient = evaluate(potential, values)
    assert value == pytest.approx(float(K.at(doubles(values))), rel=1e-14, abs=1e-31)
    assert np.isfinite(gradient).all()


@given(PLANE_CASES, st.lists(NUMBER, min_size=9, max_size=9))
@settings(deadline=None, max_examples=10)
def test_the_gradient_on_a_polygon_is_the_exact_one(case, values):
    K, potential = problem(PLANE[case[0]], case[1])
    exact = doubles(values)
    try:
        expected = np.array(K.gradient(exact), dtype=float).ravel()
    except WallError:
        assume(False)
    np.testing.assert_allclose(evaluate(potential, values)[1], expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize(
    "unit",
    [
        (0, 0, 0),
        (0, 0, 1),
        (0, 0, -1),
        (1, 1, 100),
        (1, -1, -100),
        (1, 0, 1),
        (1, 1, -2),
        (1, 2, QUARTER),
        (1, 2, HALF),
        (-1, -2, -HALF),
        (1, HALF, QUARTER),
        (-4, -2, -1),
    ],
    ids=str,
)
def test_degenerate_lines(unit):
    """No line, no crossing, an edge, a corner, a parallel or equal line: also on the wall.

    K has a gradient on all these walls but where a unit's weights and bias all vanish.
    """
    for name in sorted(ACTIVATIONS):
        K, potential = problem(PLANE["pentagon"], name)
        values = [*unit, 2, 1, 2, HALF, -1, HALF]
        value, gradient = evaluate(potential, values)
        assert value == pytest.approx(float(K.at(values)), rel=1e-14)
        for j in range(0 if any(unit) else 3, 9):
            assert gradient[j] == pytest.approx(exact_slope(K, values, j), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("law", [*PLANE.values(), StandardNormal(1)], ids=str)
def test_relative_accuracy_is_kept_on_the_way_to_the_true_set(law):
    """K falls from 1 to 1e-30; value and gradient keep their digits."""
    K, potential = problem(law, "relu")
    generator = np.random.default_rng(5)
    centre = np.array([float(v) for v in true_parameter(K)])
    assert potential(centre, np.zeros(centre.size)) < 1e-45
    for exponent in range(0, 16, 3):
        w = centre + 10.0**-exponent * generator.standard_normal(centre.size)
        value, gradient = evaluate(potential, w)
        ball = K.enclosure(doubles(w), digits=60)
        assert abs(float((value - ball) / ball)) < 3e-15
        if law != StandardNormal(1) and exponent in (0, 9, 15):
            expected = np.array(K.gradient(doubles(w)).evalf(30), dtype=float).ravel()
            assert abs(gradient - expected).max() < 1e-14 * abs(expected).max()
    assert value < 1e-28


@cache
def single_unit(law):
    """Two units against one."""
    n = law.dimension
    truth = TwoLayer(RELU, [Unit(1, (1, *[Rational(1, 3)] * (n - 1)), QUARTER)])
    K = KLDivergence(TwoLayer.symbolic(RELU, inputs=n, width=2, output_bias=0), truth, law)
    return K, K.compile()


@pytest.mark.parametrize("law", [*PLANE.values(), StandardNormal(1)], ids=str)
@pytest.mark.parametrize("power", [2, 5, 8])
def test_a_strip_between_almost_equal_lines(law, power):
    """All of K comes from a strip of width δ: 1e-16/δ is what remains, as the notes say."""
    n = law.dimension
    delta = Rational(1, 10**power)
    end = (Rational(1, 3),) * (n - 1)
    K, potential = single_unit(law)
    w = [1, *end, QUARTER + delta, HALF, 1, *end, QUARTER - delta, HALF]
    value, _ = evaluate(potential, w)
    ball = K.enclosure(doubles(w), digits=60)
    assert abs(float((value - ball) / ball)) < 1e-14 + 2e-15 / float(delta)


def test_a_polygon_far_from_the_origin_keeps_its_digits():
    law = UniformBox((1000, -2000), (1001, -1999))
    K = KLDivergence(
        TwoLayer.symbolic(RELU, inputs=2, width=2),
        TwoLayer(RELU, [Unit(1, (2, 1), Rational(-1, 4)), Unit(1, (1, 0), -1000)]),
        law,
    )
    potential = K.compile()
    for power in (0, 4, 8):
        w = [2, 1, -0.25 + 10.0**-power / 2, 1, 1, 10.0**-power / 4000, -1000, 1, 0]
        value, _ = evaluate(potential, w)
        assert value == pytest.approx(float(K.at(doubles(w))), rel=1e-11)


def test_corners_and_slopes_that_are_no_doubles_are_rounded():
    law = UniformPolygon([(0, 0), (sqrt(2), 0), (Rational(1, 3), sqrt(3))])
    activation = leaky_relu(Rational(1, 3))
    K = KLDivergence(
        TwoLayer.symbolic(activation, inputs=2, width=1), TwoLayer(RELU, [Unit(1, (1, -1), 0)]), law
    )
    w = [1, -2, HALF, 1, 0]
    assert evaluate(K.compile(), w)[0] == pytest.approx(float(K.at(w)), rel=1e-14)


@given(
    st.lists(st.tuples(*[st.sampled_from([-2.0, -1.0, 0.0, 0.3, 1.0])] * 3), max_size=7),
    st.floats(0.0, 1e-15),
)
@settings(deadline=None, max_examples=40)
def test_cutting_keeps_the_area_and_bounds_the_vertices(lines, tilt):
    """Along any sequence of cuts, the larger part followed, with slightly tilted equal lines."""

    def area(p):
        x, y = p[:, 0], p[:, 1]
        return 0.5 * float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))

    polygon = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    for a, b, c in [line for first in lines for line in (first, (first[0] + tilt, *first[1:]))]:
        size = len(polygon)
        above, below, heights = np.zeros((size + 1, 2)), np.zeros((size + 1, 2)), np.zeros(size)
        counts = cut(polygon, size, a, b, c, heights, above, below)
        parts = [above[: counts[0]], below[: counts[1]]]
        assert sum(counts) in (size, size + 4)
        assert sum(map(area, parts)) == pytest.approx(area(polygon), abs=1e-15)
        assert (a * parts[0][:, 0] + b * parts[0][:, 1] + c > -1e-14).all()
        assert (a * parts[1][:, 0] + b * parts[1][:, 1] + c < 1e-14).all()
        polygon = np.ascontiguousarray(max(parts, key=area))


@given(NAMES, st.lists(NUMBER, min_size=7, max_size=7))
@settings(deadline=None, max_examples=15)
def test_the_value_under_a_normal_law_is_the_exact_one(name, values):
    K, potential = problem(StandardNormal(1), name)
    value, gradient = evaluate(potential, values)
    exact = doubles(values)
    ball = float(K.enclosure(exact, digits=40).mid())
    assert value == pytest.approx(ball, rel=1e-14, abs=1e-31)
    for j in range(7):
        if j < 6 and values[3 * (j // 3)] == 0 == values[3 * (j // 3) + 1]:
            continue  # on the kink: the two one-sided derivatives differ
        h = Rational(1, 10**8)
        ahead, behind = ([v + s * h * int(i == j) for i, v in enumerate(exact)] for s in (1, -1))
        rise = K.enclosure(ahead, digits=40) - K.enclosure(behind, digits=40)
        assert gradient[j] == pytest.approx(float((rise * 10**8 / 2).mid()), rel=1e-6, abs=1e-6)


def test_the_tail_of_a_normal_law():
    """K comes from beyond t alone: accuracy 1e-13 or 1e-15·t², as the notes say."""
    zero = TwoLayer(RELU, (), inputs=1)
    K = KLDivergence(TwoLayer.symbolic(RELU, width=1, output_bias=0), zero, StandardNormal(1))
    potential = K.compile()
    for t in (1, 2.9, 3, 5, 8, 12, 20):
        for sign in (1, -1):
            value, _ = evaluate(potential, [sign, -t, 1])
            ball = K.enclosure(doubles([sign, -t, 1]), digits=250)
            assert abs(float((value - ball) / ball)) < max(1e-13, 1e-15 * t**2)


@pytest.mark.parametrize(
    ("s", "t"),
    [
        (-40.0, 40.0),
        (-40.0, -1.0),
        (-1.0, 40.0),
        (0.0, 1.0),
        (-0.5, 0.5),
        (-0.5, 0.51),
        (0.25, 1.5),
        (-3.0, -2.5),
        (-3.0, -2.7),
        (2.0, 2.0 + 2.0**-30),
        (-2.0, 7.0),
        (3.0, 27.0),
        (-28.0, -3.0),
        (-7.0, 2.0),
    ],
)
def test_moments_of_the_restricted_normal_law(s, t):
    with mpmath.workdps(60):
        a, b = mpmath.mpf(s), mpmath.mpf(t)
        mass = mpmath.ncdf(b) - mpmath.ncdf(a) if a < 0 else mpmath.ncdf(-a) - mpmath.ncdf(-b)
        mean = (mpmath.npdf(a) - mpmath.npdf(b)) / mass
        variance = 1 + (a * mpmath.npdf(a) - b * mpmath.npdf(b)) / mass - mean**2
        found = compiled_normal_line._restricted(s, t)
        assert found[0] == pytest.approx(float(mass), rel=1e-14)
        assert found[1] == pytest.approx(float(mean), rel=1e-14, abs=1e-16)
        assert found[2] == pytest.approx(float(variance), rel=2e-13)


@given(CENTRAL_CASES, st.data())
@settings(deadline=None, max_examples=15)
def test_units_without_biases_under_a_rotation_invariant_law(case, data):
    law, name = case
    K, potential = problem(CENTRAL[law], name, central=True)
    size = len(K.parameters)
    values = data.draw(st.lists(NUMBER, min_size=size, max_size=size))
    value, gradient = evaluate(potential, values)
    exact = doubles(values)
    assert value == pytest.approx(float(K.enclosure(exact, digits=30).mid()), rel=1e-13, abs=1e-13)
    n = CENTRAL[law].dimension
    h = Rational(1, 10**8)
    for j in range(size):
        i = j // (n + 1)
        if i < 2 and not any(values[(n + 1) * i : (n + 1) * i + n]):
            continue  # on the kink at w = 0
        ahead, behind = ([v + s * h * int(i == j) for i, v in enumerate(exact)] for s in (1, -1))
        rise = K.enclosure(ahead, digits=40) - K.enclosure(behind, digits=40)
        assert gradient[j] == pytest.approx(float((rise * 10**8 / 2).mid()), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("law", sorted(CENTRAL))
def test_absolute_accuracy_near_the_true_set_without_biases(law):
    K, potential = problem(CENTRAL[law], "relu", central=True)
    centre = [e for u in K.truth.units for e in (*u.weights, u.readout)] + [HALF]
    generator = np.random.default_rng(3)
    for exponent in (2, 6, 12):
        w = np.array(centre, dtype=float)
        w += 10.0**-exponent * generator.standard_normal(w.size)
        value, _ = evaluate(potential, w)
        assert value >= 0
        # (|c| + Σ|q||w|)²/σ² is about 300 here.
        assert abs(value - float(K.enclosure(doubles(w), digits=50).mid())) < 3e-13


def test_fixed_and_repeated_entries():
    w, b = sympy.symbols("w b", real=True)
    truth = TwoLayer(RELU, [Unit(1, (1, -1), QUARTER)])
    model = TwoLayer(RELU, [Unit(w, (w, 1), b), Unit(2, (-1, b), b)], b, (b, w))
    K = KLDivergence(model, truth, PLANE["pentagon"])
    potential = K.compile()
    for values in ((0.5, 2.0), (-0.25, 0.625), (1.25, -1.5)):
        value, gradient = evaluate(potential, values)
        assert value == pytest.approx(float(K.at(doubles(values))), rel=1e-14)
        expected = np.array(K.gradient(doubles(values)), dtype=float).ravel()
        np.testing.assert_allclose(gradient, expected, rtol=1e-12)


@pytest.mark.parametrize("module", [compiled_polygon, compiled_normal_line, compiled_angles])
def test_compiled_and_plain_python_run_the_same_source(module):
    n = 1 if module is compiled_normal_line else 2
    size = 2 * (n + 2) + 1
    w, g, h = np.linspace(-1.0, 1.5, size), np.empty(size), np.empty(size)
    truth = np.array([[-1.0, *[0.5] * n, 0.25]])
    square = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    more = {
        compiled_polygon: (square, 0.25),
        compiled_normal_line: (1.0,),
        compiled_angles: (1.0, 0.5, 1.0),
    }[module]
    index, fixed = np.arange(size), np.zeros(size)
    for frozen in (index, fixed, truth, square):
        frozen.setflags(write=False)  # as they are in a potential: nothing is compiled anew
    arguments = (index, fixed, truth, (0.0, 1.0, 0.25, 1.0), 0.5, *more)
    kernel = module._divergence_with_gradient
    assert kernel(w, g, *arguments) == pytest.approx(kernel.py_func(w, h, *arguments), rel=1e-14)
    np.testing.assert_allclose(g, h, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_non_finite_parameters_never_give_a_finite_value(bad):
    cases = [(PLANE["pentagon"], False), (StandardNormal(1), False), (CENTRAL["normal"], True)]
    for law, central in cases:
        for name in ("relu", "abs"):
            K, potential = problem(law, name, central)
            for j in range(len(K.parameters)):
                values = np.linspace(-1.0, 1.5, len(K.parameters))
                values[j] = bad
                assert not math.isfinite(potential(values, np.zeros(values.size)))


def test_compound_entries_are_refused_by_name():
    w = sympy.Symbol("w", real=True)
    model = TwoLayer(RELU, [Unit(1, (2 * w, 1), 0)], 0, (w,))
    with pytest.raises(ValueError, match="entries must be numbers or parameters"):
        KLDivergence(model, TwoLayer(RELU, (), inputs=2), PLANE["box"]).compile()
