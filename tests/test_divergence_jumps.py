"""Compiled K of units that jump, and on boxes and spheres of many inputs, against exact values."""

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational

from slt_symbolic.activations import ABSOLUTE, STEP, leaky_relu
from slt_symbolic.divergence import (
    KLDivergence,
    compiled_caps,
    compiled_cells,
    compiled_orthants,
    compiled_steps,
)
from slt_symbolic.inputs import (
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)
from slt_symbolic.networks import TwoLayer, Unit

LEAKY = leaky_relu(Rational(1, 4))
# Activation, law, and the error of K relative to the larger of K and 1.
CASES = {
    "interval": (STEP, UniformInterval(-1, 2), 1e-14),
    "normal line": (STEP, StandardNormal(1), 1e-14),
    "circle": (STEP, UniformSphere(2), 1e-14),
    "normal": (STEP, StandardNormal(3), 1e-13),
    "polygon": (STEP, UniformPolygon([(-1, -1), (1, -1), (1, 1), (-1, 2)]), 1e-14),
    "box": (STEP, UniformBox((-1, -1, 0), (1, 2, 1)), 1e-14),
    "sphere": (STEP, UniformSphere(3), 1e-10),
    "S3": (STEP, UniformSphere(4), 1e-13),
    "S3 leaky": (LEAKY, UniformSphere(4), 1e-13),
    "S4 abs": (ABSOLUTE, UniformSphere(5), 1e-13),
}
NUMBER = st.sampled_from([Rational(k, 8) for k in range(-17, 18, 2)])
BIAS = st.sampled_from([Rational(k, 16) for k in range(-15, 16, 2)])


@cache
def problem(case):
    activation, law, _ = CASES[case]
    n = law.dimension
    # Irregular, so that no wall of the model lies on one of the truth, where K has a kink: in one
    # input walls of the model are at k/(2 m), m at most 17, and those of the truth at 15/38, 11/21.
    units = [
        Unit(1, tuple(Rational(3 * k + 2, 5) for k in range(n)), Rational(3, 19)),
        Unit(-2, tuple(Rational(7 - 5 * k, 11) for k in range(n)), Rational(-1, 3)),
    ]
    truth = TwoLayer(activation, units, Rational(1, 2))
    model = TwoLayer.symbolic(activation, inputs=n, width=2)
    K = KLDivergence(model, truth, law, noise_variance=Rational(1, 4))
    return K, K.compile()


def evaluate(potential, values):
    w = np.array([float(v) for v in values])
    g = np.full(w.size, np.nan)
    return potential(w, g), g


def draw(data, K):
    """Draw a parameter off the kinks of K: no weight is 0, and no two units share a wall."""
    values = [data.draw(BIAS if str(p).startswith("b") else NUMBER) for p in K.parameters]
    second = len(values) // 2
    return [v + Rational(1, 29 + i) * int(i >= second) for i, v in enumerate(values)]


def middle(K, values, digits=30):
    return float(K.enclosure(values, digits=digits).mid())


DEAR = ("box", "sphere", "S3", "S3 leaky", "S4 abs")


@pytest.mark.parametrize(
    "case", [pytest.param(c, marks=[pytest.mark.slow] * (c in DEAR)) for c in CASES]
)
@given(st.data())
@settings(deadline=None, max_examples=4)
def test_value_and_gradient_are_the_exact_ones(case, data):
    K, potential = problem(case)
    values = draw(data, K)
    value, gradient = evaluate(potential, values)
    # The truth's entries are no doubles: an error of 1e-16 in them is one of 1e-16 in K.
    assert abs(value - middle(K, values)) <= CASES[case][2] * max(1.0, value) * 10
    j = data.draw(st.integers(0, len(values) - 1))
    h = Rational(1, 10**8)
    ahead, behind = ([v + s * h * int(i == j) for i, v in enumerate(values)] for s in (1, -1))
    slope = (K.enclosure(ahead, digits=40) - K.enclosure(behind, digits=40)) * 10**8 / 2
    assert gradient[j] == pytest.approx(float(slope.mid()), rel=1e-6, abs=1e-6)


LINES = [case for case in CASES if case in ("interval", "normal line")]


@cache
def shifted(law):
    """Two steps against one of height 1: K is half the mass between breaks that differ by δ."""
    n = law.dimension
    truth = TwoLayer(STEP, [Unit(1, (2, *[1] * (n - 1)), Rational(1, 4))])
    K = KLDivergence(TwoLayer.symbolic(STEP, inputs=n, width=1, output_bias=0), truth, law)
    return K, K.compile()


@pytest.mark.parametrize("case", LINES)
@pytest.mark.parametrize("power", [1, 10, 30, 48])
@pytest.mark.parametrize("scale", [1, 3])
def test_on_a_line_steps_keep_their_digits_all_the_way(case, power, scale):
    K, potential = shifted(CASES[case][1])
    # Three times the truth's unit: the same wall, but the quotients round.
    w = [2.0 * scale, 0.25 * scale + 2.0**-power, 1.0]
    exact = [Rational(*v.as_integer_ratio()) for v in w]
    ball = K.enclosure(exact, digits=40)
    value, _ = evaluate(potential, w)
    assert 0 < value < 2.0 ** (1 - power)
    assert abs(float((value - ball) / ball)) < 1e-14


@pytest.mark.parametrize("case", ["polygon", pytest.param("box", marks=pytest.mark.slow), "circle"])
@pytest.mark.parametrize("power", [4, 12, 24])
def test_elsewhere_slivers_have_an_absolute_accuracy(case, power):
    K, potential = shifted(CASES[case][1])
    end = (1,) * (K.inputs.dimension - 1)
    delta = Rational(1, 2**power)
    values = [2, *(e + delta for e in end), Rational(1, 4) + delta, 1]
    value, gradient = evaluate(potential, values)
    expected = middle(K, values)
    assert abs(value - expected) < 1e-15
    assert value == pytest.approx(expected, rel=1e-15 * 2**power * 4, abs=0)
    assert np.isfinite(gradient).all()


def test_a_wall_on_the_face_of_a_box_and_units_without_weights():
    """Faces, corners, walls outside: nothing is counted twice, and nothing is divided by 0."""
    for case in ("interval", "polygon"):
        K, potential = problem(case)
        n = K.inputs.dimension
        for weights, bias in (
            ((1, *[0] * (n - 1)), 1),
            ((-1, *[0] * (n - 1)), 1),
            ((0,) * n, 1),
            ((0,) * n, -1),
            ((1,) * n, 40),
            ((1,) * n, -40),
        ):
            values = [*weights, bias, 2, *[1] * n, Rational(1, 7), 1, 0]
            value, gradient = evaluate(potential, values)
            assert value == pytest.approx(float(K.at(values)), rel=1e-13)
            assert np.isfinite(gradient).all()


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("case", ["interval", "normal", "polygon", "circle"])
def test_non_finite_parameters_never_give_a_finite_value(case, bad):
    K, potential = problem(case)
    for j in range(len(K.parameters)):
        values = np.linspace(-1.0, 1.5, len(K.parameters))
        values[j] = bad
        assert not math.isfinite(potential(values, np.zeros(values.size)))


@pytest.mark.parametrize(
    "module",
    [
        pytest.param(compiled_caps, marks=pytest.mark.slow),
        compiled_cells,
        compiled_orthants,
        compiled_steps,
    ],
)
def test_compiled_and_plain_python_run_the_same_source(module):
    w, g, h = np.linspace(-1.0, 1.5, 9), np.empty(9), np.empty(9)
    corners = np.array([[[-1.0, -1.0], [1.0, -1.0], [0.0, 1.0]]])
    masses = np.ones(1)
    pieces = np.array([[[0.0, 0.25], [1.0, 1.0]], [[0.0, 0.0], [1.0, 0.0]]])
    values = np.array([[0.0, 1.0, 0.5], [0.0, 1.0, 0.5]])
    n = 3 if module is compiled_caps else 2
    shape, more = {
        compiled_caps: (pieces, ((0.5, 1.0 / math.pi), 1.0, 3)),
        compiled_cells: (pieces, (corners, masses, 1.0, 2)),
        compiled_orthants: (values, (1.0,)),
        compiled_steps: (values, (2, (0.0, 2.0 * math.pi), 1.0)),
    }[module]
    truth = np.array([[-1.0, *[0.5] * n, 0.25]])
    if n == 3:
        w, g, h = w[:6].copy(), g[:6], h[:6]
    index, fixed = np.arange(w.size), np.zeros(w.size)
    for frozen in (index, fixed, truth, pieces, values, corners, masses):
        frozen.setflags(write=False)  # as they are in a potential: nothing is compiled anew
    arguments = (index, fixed, truth, shape, 0.5, *more)
    kernel = module._divergence_with_gradient
    assert kernel(w, g, *arguments) == pytest.approx(kernel.py_func(w, h, *arguments), rel=1e-13)
    np.testing.assert_allclose(g, h, rtol=1e-12, atol=1e-15)
