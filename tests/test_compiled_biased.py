"""Compiled K of biased units under a plane or higher normal law, on the circle, and Gauss rules."""

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from slt_symbolic.activations import ABSOLUTE, RELU, TANH, leaky_relu
from slt_symbolic.divergence import KLDivergence, compiled_circle, compiled_normal
from slt_symbolic.divergence.gauss_rules import gauss_rule
from slt_symbolic.inputs import (
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)
from slt_symbolic.networks import TwoLayer, Unit

Q = sympy.Rational
LAWS = {
    "plane": StandardNormal(2),
    "space": StandardNormal(3),
    "circle": UniformSphere(2),
    "sphere": UniformSphere(3),
}
# The rule on the sphere is a Gauss rule, not a closed form.
TOLERANCE = dict.fromkeys(LAWS, 1e-12) | {"sphere": 1e-8}
LEAKY = leaky_relu(Q(1, 4))
ACTIVATIONS = {a.name: a for a in (RELU, ABSOLUTE, LEAKY)}
# Not all pairs: for each a function is compiled.
CASES = st.sampled_from(
    [*((law, "relu") for law in LAWS), ("plane", "abs"), ("circle", LEAKY.name)]
)
# Few values, all doubles: breaks often agree, miss the law's support, or belong to no weight.
NUMBER = st.sampled_from([Q(k, 2) for k in range(-4, 5)] + [Q(1, 8), Q(-7, 4)])


@cache
def problem(law, name):
    n = LAWS[law].dimension
    end = (Q(1, 2),) * (n - 1)
    units = [Unit(1, (1, *end), Q(1, 4)), Unit(-2, (Q(-1, 2), *end), Q(-1, 2))]
    truth = TwoLayer(ACTIVATIONS[name], units, Q(1, 2))
    model = TwoLayer.symbolic(ACTIVATIONS[name], inputs=n, width=2)
    K = KLDivergence(model, truth, LAWS[law], noise_variance=Q(1, 4))
    return K, K.compile()


def evaluate(potential, values):
    w = np.array([float(v) for v in values])
    g = np.full(w.size, np.nan)
    return potential(w, g), g


@given(CASES, st.data())
@settings(deadline=None, max_examples=10)
def test_the_value_lies_in_the_enclosure(case, data):
    law, name = case
    K, potential = problem(law, name)
    values = [data.draw(NUMBER) for _ in K.parameters]
    value, gradient = evaluate(potential, values)
    expected = float(K.enclosure(values, digits=20).mid())
    assert value == pytest.approx(expected, rel=TOLERANCE[law], abs=1e-13)
    assert np.isfinite(gradient).all()


@given(CASES, st.data())
@settings(deadline=None, max_examples=20)
def test_the_gradient_is_that_of_the_value(case, data):
    law, name = case
    K, potential = problem(law, name)
    size = len(K.parameters)
    # Off every kink of K: no weight vector vanishes.
    w = np.array([data.draw(st.floats(-2, 2)) for _ in range(size)])
    n = K.inputs.dimension
    for start in (0, n + 2):
        w[start] += math.copysign(0.5, w[start])
    g, unused, h = np.zeros(size), np.zeros(size), 1e-5
    potential(w, g)
    for j in range(size):
        step = h * (np.arange(size) == j)
        slope = (potential(w + step, unused) - potential(w - step, unused)) / (2 * h)
        assert g[j] == pytest.approx(slope, rel=1e-5, abs=2e-4)


@pytest.mark.parametrize("law", ["circle", "sphere"])
def test_relative_accuracy_is_kept_on_the_way_to_the_true_set(law):
    K, potential = problem(law, "relu")
    true = [e for u in K.truth.units for e in (*u.weights, u.bias, u.readout)] + [Q(1, 2)]
    assert K.at(true) == 0
    for power in (4, 10, 20, 45):
        near = [v + Q(k + 1, 2**power) for k, v in enumerate(true)]
        value, _ = evaluate(potential, near)
        exact = float(K.enclosure(near, digits=60).mid())
        # On slices of the sphere the biases are rounded, an error of 1e-16 in f - f0.
        tolerance = 100 * TOLERANCE[law] + (0 if law == "circle" else 1e-15 / math.sqrt(exact))
        assert abs(value / exact - 1) < tolerance


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("size", [1e-100, 1e-160, 1e-250, 1e-310])
def test_biases_whose_products_underflow_are_as_good_as_none(law, size):
    """The square of the smaller ones is 0, which is no sign."""
    K, potential = problem(law, "relu")
    n = LAWS[law].dimension
    w = np.linspace(-1.0, 1.5, len(K.parameters))
    for signs in ((-1, -1), (-1, 1), (1, -1)):
        w[[n, 2 * n + 2]] = 0.0
        expected, slope = potential(w, g := np.zeros(w.size)), g
        w[[n, 2 * n + 2]] = np.array(signs) * size
        found, h = potential(w, g := np.zeros(w.size)), g
        assert found == pytest.approx(expected, rel=1e-12)
        assert h == pytest.approx(slope, rel=1e-10, abs=1e-12)


def test_absolute_accuracy_under_a_normal_law():
    K, potential = problem("space", "relu")
    true = [e for u in K.truth.units for e in (*u.weights, u.bias, u.readout)] + [Q(1, 2)]
    value, gradient = evaluate(potential, true)
    assert 0 <= value < 1e-12
    assert np.abs(gradient).max() < 1e-12


@pytest.mark.parametrize("h", [-3.0, -0.5, 0.0, 0.25, 2.0, 9.0])
@pytest.mark.parametrize("k", [-1.0, 0.0, 0.25, 6.0])
@pytest.mark.parametrize("angle", [0.0, 1e-9, 0.3, math.pi / 2, 2.5, math.pi - 1e-7, math.pi])
def test_mean_of_a_product_of_signs(h, k, angle):
    cosine, sine = math.cos(angle), math.sin(angle) if angle < math.pi else 0.0
    ours = compiled_normal.sign_product_mean(h, k, cosine, sine)

    # sign(Y + k) given X = x has an elementary mean, and the rest is one integral.
    def inner(x):
        lift = k + cosine * x
        if sine > 0:
            return math.erf(lift / (sine * math.sqrt(2)))
        return float(np.sign(lift))

    total, cuts = 0.0, sorted({-12.0, -h, 12.0, *([-k / cosine] if abs(cosine) > 1e-3 else [])})
    nodes, weights = np.polynomial.legendre.leggauss(200)
    cuts = [c for c in cuts if -12 <= c <= 12]
    for a, b in pairwise(cuts):
        fine = np.linspace(a, b, 9)
        for p, q in pairwise(fine):
            for x, w in zip((p + q) / 2 + (q - p) / 2 * nodes, (q - p) / 2 * weights, strict=True):
                density = math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
                total += w * density * np.sign(x + h) * inner(x)
    tolerance = 1e-12 if sine == 0 or sine > 0.01 else 1e-6
    assert ours == pytest.approx(total, abs=tolerance)


@pytest.mark.parametrize("module", [compiled_normal, compiled_circle])
def test_compiled_and_plain_python_run_the_same_source(module):
    size = 9
    w, g, h = np.linspace(-1.0, 1.5, size), np.empty(size), np.empty(size)
    truth = np.array([[-1.0, 0.5, 0.5, 0.25]])
    index, fixed = np.arange(size), np.zeros(size)
    for frozen in (index, fixed, truth):
        frozen.setflags(write=False)
    arguments = (index, fixed, truth, (0.0, 1.0, 0.25, 1.0), 0.5, 1.0)
    kernel = module._divergence_with_gradient
    assert kernel(w, g, *arguments) == pytest.approx(kernel.py_func(w, h, *arguments), rel=1e-13)
    np.testing.assert_allclose(g, h, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("law", ["plane", "circle", "sphere"])
def test_non_finite_parameters_never_give_a_finite_value(law, bad):
    K, potential = problem(law, "relu")
    for j in range(len(K.parameters)):
        values = np.linspace(-1.0, 1.5, len(K.parameters))
        values[j] = bad
        assert not math.isfinite(potential(values, np.zeros(values.size)))


@pytest.mark.parametrize(
    ("law", "moments"),
    [
        (UniformInterval(-1, 3), {(1,): 1, (2,): Q(7, 3)}),
        (UniformBox((0, -1), (1, 1)), {(1, 0): Q(1, 2), (1, 2): Q(1, 6)}),
        (UniformPolygon([(0, 0), (2, 0), (2, 1), (0, 1)]), {(2, 1): Q(2, 3), (0, 2): Q(1, 3)}),
        (StandardNormal(2), {(2, 2): 1, (4, 0): 3}),
        (UniformSphere(2), {(2, 0): Q(1, 2), (2, 2): Q(1, 8)}),
        (UniformSphere(3), {(2, 0, 0): Q(1, 3), (2, 0, 2): Q(1, 15), (0, 1, 0): 0}),
    ],
    ids=str,
)
def test_gauss_rules_have_the_moments_of_their_laws(law, moments):
    points, weights = gauss_rule(law, 8)
    assert weights.sum() == pytest.approx(1)
    for powers, expected in moments.items():
        total = weights @ np.prod(points ** np.array(powers), axis=1)
        assert total == pytest.approx(float(expected), abs=1e-14)


def test_too_many_points_are_refused():
    model = TwoLayer.symbolic(TANH, inputs=3, width=1)
    K = KLDivergence(model, TwoLayer(TANH, [], inputs=3), StandardNormal(3))
    with pytest.raises(ValueError, match="ask for fewer nodes"):
        K.compile()
