"""The fused kernel of K on points: against NumPy, the tape, enclosures; symmetry; tied entries."""

import numpy as np
import pytest
import sympy
from sympy import Rational

from slt_symbolic import KLDivergence, TwoLayer
from slt_symbolic.activations import GAUSSIAN, SIGMOID, TANH, swish
from slt_symbolic.compiled.activations import value_and_slope
from slt_symbolic.compiled.layout import compile_network, layout_of
from slt_symbolic.compiled.squared_error import entry_count, squared_error
from slt_symbolic.divergence.compiled_nodes import common_parity
from slt_symbolic.divergence.gauss_rules import gauss_rule, half_rule
from slt_symbolic.inputs import FiniteSample, StandardNormal, UniformBox, UniformInterval
from slt_symbolic.networks import Unit
from slt_symbolic.sampling import gradient_error

RNG = np.random.default_rng(3)


def reference(points, omega, y, entries):
    n = points.shape[1]
    h = (entries.size - 1) // (n + 2)
    weights = entries[: n * h].reshape(n, h)
    bias, q = entries[n * h : (n + 1) * h], entries[(n + 1) * h : -1]
    t = np.tanh(points @ weights + bias)
    rest = t @ q + entries[-1] - y
    pull, slope = omega * rest, 1 - t * t
    parts = [(points.T @ (pull[:, None] * slope) * q).ravel(), (pull @ slope) * q, pull @ t]
    return pull @ rest / 2, np.concatenate([*parts, [pull.sum()]])


@pytest.mark.parametrize("many", [True, False])
@pytest.mark.parametrize("biased", [True, False])
@pytest.mark.parametrize(("n", "h", "size"), [(1, 1, 1), (1, 19, 33), (3, 5, 600), (2, 130, 70)])
def test_both_orders_agree_with_numpy(n, h, size, biased, many):
    points, omega, y = RNG.normal(size=(size, n)), RNG.random(size), RNG.normal(size=size)
    entries = RNG.normal(size=entry_count(n, h))
    if not biased:
        entries[n * h : (n + 1) * h] = 0
    kernel = squared_error(value_and_slope(TANH), biased=biased, many=many)
    gradient = np.full_like(entries, np.nan)
    value = kernel(points, omega, y, entries, gradient)
    expected, slope = reference(points, omega, y, entries)
    if not biased:
        slope[n * h : (n + 1) * h] = 0
    assert value == pytest.approx(expected, rel=1e-12)
    assert gradient == pytest.approx(slope, rel=1e-10, abs=1e-11 * np.abs(slope).max())


def evaluate(potential, w):
    g = np.zeros(len(w))
    return potential(np.array(w, dtype=float), g), g


def test_divergence_agrees_with_its_enclosure():
    model = TwoLayer.symbolic(TANH, width=2)
    truth = TwoLayer(TANH, [Unit(1, (Rational(1, 2),), 1)])
    w = (Rational(1, 3), 1, 2, Rational(-1, 2), Rational(1, 4), 1, Rational(1, 5))
    for law, nodes in ((UniformInterval(-1, 2), 40), (StandardNormal(1), 64)):
        K = KLDivergence(model, truth, law)
        potential = K.compile(nodes=nodes)
        floats = [float(v) for v in w]
        # Under the normal law 64 nodes reach 1e-10 only: the poles of tanh are near.
        assert evaluate(potential, floats)[0] == pytest.approx(float(K.enclosure(w)), rel=1e-8)
        assert gradient_error(potential, floats) < 1e-8


@pytest.mark.parametrize(
    ("sigma", "law"),
    [(TANH, StandardNormal(1)), (GAUSSIAN, UniformBox((-1, -2), (1, 2)))],
    ids=str,
)
def test_half_of_the_points_do_where_functions_are_odd_or_even(sigma, law):
    model = TwoLayer.symbolic(sigma, inputs=law.dimension, width=3, biases=0, output_bias=0)
    truth = TwoLayer(sigma, [Unit(1, (2,) * law.dimension, 0)])
    points, omega = gauss_rule(law, 9)
    kept, _ = half_rule(points, omega, odd=sigma is TANH)
    assert len(kept) == len(points) // 2 + (sigma is GAUSSIAN)
    w = RNG.normal(size=len(model.parameters))
    targets = np.array([float(truth(*map(sympy.Rational, x.tolist()))) for x in points])
    whole = compile_network(model, points, omega, targets)
    value, gradient = evaluate(KLDivergence(model, truth, law).compile(nodes=9), w)
    expected, slope = evaluate(whole, w)
    assert value == pytest.approx(expected, rel=1e-13)
    assert gradient == pytest.approx(slope, rel=1e-11, abs=1e-14)


def test_points_without_a_partner_stay():
    points = np.array([[-1.0], [1.0], [1.0], [2.0], [-2.0], [0.0]])
    kept, mass = half_rule(points, np.array([1.0, 1, 1, 3, 4, 5]), odd=False)
    rule = sorted(zip(kept[:, 0].tolist(), mass.tolist(), strict=True))
    assert rule == [(-2.0, 4.0), (0.0, 5.0), (1.0, 1.0), (1.0, 2.0), (2.0, 3.0)]


def test_parity_needs_all_of_the_network():
    odd = TwoLayer.symbolic(TANH, width=1, biases=0, output_bias=0)
    assert common_parity(odd, TwoLayer(TANH, [Unit(1, (1,), 0)])) == -1
    assert common_parity(odd, TwoLayer(TANH, (), inputs=1)) == -1
    assert common_parity(odd, TwoLayer(TANH, [Unit(1, (1,), 1)])) is None
    assert common_parity(odd, TwoLayer(TANH, (), 1, inputs=1)) is None
    assert common_parity(TwoLayer.symbolic(TANH, width=1, biases=0)) is None
    even = TwoLayer.symbolic(GAUSSIAN, width=1, biases=0)
    assert common_parity(even) == 1
    assert common_parity(even, odd) is None
    assert common_parity(TwoLayer.symbolic(SIGMOID, width=1, biases=0, output_bias=0)) is None


def test_tied_scaled_and_fixed_entries():
    a, b = sympy.symbols("a b", real=True)
    units = (Unit(2 * a - 1, (b,), 0), Unit(a, (Rational(1, 3),), b))
    model = TwoLayer(TANH, units, 1, (a, b))
    law = FiniteSample([(0,), (1,), (-3,)])
    K = KLDivergence(model, TwoLayer(TANH, (), inputs=1), law)
    assert layout_of(model) is not None
    value, gradient = evaluate(K.compile(), (0.5, -0.25))
    point = (Rational(1, 2), Rational(-1, 4))
    assert value == pytest.approx(float(K.enclosure(point)), rel=1e-14)
    assert gradient == pytest.approx([float(v.evalf()) for v in K.gradient(point)], rel=1e-13)


@pytest.mark.parametrize("case", ["product of parameters", "activation unknown to the kernel"])
def test_what_the_kernel_does_not_know_is_evaluated_all_the_same(case):
    a, b = sympy.symbols("a b", real=True)
    if case == "product of parameters":
        model = TwoLayer(TANH, [Unit(a, (a * b,), 0)], 0, (a, b))
        assert layout_of(model) is None
    else:
        model = TwoLayer(swish(2), [Unit(a, (b,), 0)], 0, (a, b))
    law = FiniteSample([(1,), (-2,)])
    K = KLDivergence(model, TwoLayer(TANH, [Unit(1, (1,), 0)]), law)
    point = (Rational(1, 2), Rational(3, 4))
    value, gradient = evaluate(K.compile(), (0.5, 0.75))
    assert value == pytest.approx(float(K.enclosure(point)), rel=1e-13)
    assert gradient == pytest.approx([float(v.evalf()) for v in K.gradient(point)], rel=1e-12)


def test_thousands_of_units():
    h = 3000
    model = TwoLayer.symbolic(TANH, width=h, biases=0, output_bias=0)
    points, omega = gauss_rule(StandardNormal(1), 10)
    potential = compile_network(model, points, omega, np.zeros(10))
    w = RNG.normal(size=2 * h) / np.sqrt(h)
    value, gradient = evaluate(potential, w)
    entries = np.concatenate([w[::2], np.zeros(h), w[1::2], [0.0]])
    expected, slope = reference(points, omega, np.zeros(10), entries)
    assert value == pytest.approx(expected, rel=1e-11)
    assert gradient[::2] == pytest.approx(slope[:h], rel=1e-8, abs=1e-13)
    assert gradient[1::2] == pytest.approx(slope[2 * h : -1], rel=1e-8, abs=1e-13)
