"""Compiled K of continuous piecewise linear units on boxes, by convex polytopes."""

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational

from slt_symbolic.activations import ABSOLUTE, RELU, leaky_relu
from slt_symbolic.divergence import KLDivergence, compiled_polytopes
from slt_symbolic.divergence.compiled_cells import compile_cells
from slt_symbolic.divergence.polytope_cut import (
    DIVIDED,
    NO_ROOM,
    add_simplices,
    box_polytope,
    cut,
    most_vertices,
)
from slt_symbolic.inputs import UniformBox
from slt_symbolic.networks import TwoLayer, Unit

HALF, QUARTER = Rational(1, 2), Rational(1, 4)
BOXES = {3: UniformBox((-1, -1, 0), (1, 2, 1)), 4: UniformBox((-1,) * 4, (1,) * 4)}
# Few values, all doubles: hyperplanes are often parallel, equal, through corners, or missing.
NUMBER = st.sampled_from([Rational(k, 2) for k in range(-4, 5)] + [Rational(1, 8)])


@cache
def problem(n, activation=RELU):
    units = [
        Unit(1, (1, HALF, -QUARTER, 1)[:n], QUARTER),
        Unit(-2, (-HALF, 1, 2, QUARTER)[:n], -HALF),
    ]
    model = TwoLayer.symbolic(activation, inputs=n, width=2)
    K = KLDivergence(model, TwoLayer(activation, units, HALF), BOXES[n], noise_variance=QUARTER)
    return K, K.compile()


def evaluate(potential, values):
    w = np.array([float(v) for v in values])
    g = np.full(w.size, np.nan)
    return potential(w, g), g


def true_parameter(K):
    return [e for u in K.truth.units for e in (*u.weights, u.bias, u.readout)] + [HALF]


@given(st.data())
@settings(deadline=None, max_examples=10)
def test_value_and_gradient_are_the_exact_ones(data):
    K, potential = problem(3)
    values = [data.draw(NUMBER) for _ in K.parameters]
    value, gradient = evaluate(potential, values)
    assert value == pytest.approx(float(K.at(values)), rel=1e-13, abs=1e-30)
    j = data.draw(st.integers(0, len(values) - 1))
    if j < 10 and not any(values[5 * (j // 5) : 5 * (j // 5) + 4]):
        return  # on the kink where weights and bias vanish
    h = Rational(1, 10**8)
    ahead, behind = ([v + s * h * int(i == j) for i, v in enumerate(values)] for s in (1, -1))
    slope = float((K.at(ahead) - K.at(behind)) / (2 * h))
    assert gradient[j] == pytest.approx(slope, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("power", [4, 16, 40, 49])
def test_relative_accuracy_is_kept_on_the_way_to_the_true_set(power):
    K, potential = problem(3)
    near = [float(v) + (k + 1) / 3 * 2.0**-power for k, v in enumerate(true_parameter(K))]
    value, gradient = evaluate(potential, near)
    expected = float(K.at([Rational(*v.as_integer_ratio()) for v in near]))
    assert value == pytest.approx(expected, rel=1e-13, abs=0)
    assert np.isfinite(gradient).all()
    assert evaluate(potential, true_parameter(K))[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("activation", [RELU, ABSOLUTE, leaky_relu(QUARTER)], ids=str)
def test_polytopes_agree_with_simplices_and_exact_values_in_four_inputs(activation):
    K, potential = problem(4, activation)
    simplices = compile_cells(K.model, K.truth, K.inputs, 0.25)
    generator = np.random.default_rng(5)
    true = np.array(true_parameter(K), dtype=float)
    for distance in (1.0, 1e-3, 1e-9, 1e-13, 1e-15):
        for _ in range(10):
            w = true + distance * generator.standard_normal(true.size)
            (value, gradient), (other, slope) = evaluate(potential, w), evaluate(simplices, w)
            assert value == pytest.approx(other, rel=1e-12)
            np.testing.assert_allclose(gradient, slope, rtol=1e-11, atol=1e-11 * abs(slope).max())
    rounded = [Rational(round(4 * v), 4) for v in generator.standard_normal(true.size)]
    assert evaluate(potential, rounded)[0] == pytest.approx(float(K.at(rounded)), rel=1e-13)


def test_what_polytopes_cannot_do_simplices_do(monkeypatch):
    """No volume agrees with one that is wrong: all is left to simplices."""
    K, potential = problem(3)
    arguments = []
    monkeypatch.setattr(compiled_polytopes, "bind", lambda *given: arguments.extend(given))
    compiled_polytopes.compile_polytopes(K.model, K.truth, K.inputs, 0.25)
    *given, volume, room, simplices, masses, scale = arguments
    monkeypatch.undo()
    bent = compiled_polytopes.bind(*given, 2 * volume, room, simplices, masses, scale)
    cramped = compiled_polytopes.bind(*given, volume, 8, simplices, masses, scale)
    w = np.random.default_rng(2).standard_normal(len(K.parameters))
    value, gradient = evaluate(potential, w)
    for other in (bent, cramped):
        assert evaluate(other, w)[0] == pytest.approx(value, rel=1e-14)
        np.testing.assert_allclose(evaluate(other, w)[1], gradient, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_non_finite_parameters_never_give_a_finite_value(bad):
    K, potential = problem(3)
    for j in range(len(K.parameters)):
        values = np.linspace(-1.0, 1.5, len(K.parameters))
        values[j] = bad
        assert not math.isfinite(potential(values, np.zeros(values.size)))


@given(
    st.integers(2, 5),
    st.lists(st.lists(st.integers(-2, 2), min_size=6, max_size=6), min_size=1, max_size=6),
)
@settings(deadline=None, max_examples=60)
def test_parts_have_the_volume_of_the_whole(n, planes):
    """Small integers: hyperplanes through many vertices at once, along faces, and repeated."""
    corners, on = box_polytope(UniformBox((-1,) * n, (1,) * n), len(planes))
    room = max(most_vertices(n, 2 * n + len(planes)), len(corners))
    parts = [(corners, on)]
    for number, plane in enumerate(planes):
        after = []
        for vertices, bits in parts:
            stack, rows = np.zeros((2, room, n)), np.zeros((2, room, bits.shape[1]), dtype=np.int64)
            sizes = np.array([len(vertices), 0])
            stack[0, : sizes[0]], rows[0, : sizes[0]] = vertices, bits
            heights = vertices @ np.array(plane[:n], dtype=float) + plane[5]
            heights[abs(heights) < 1e-13] = 0
            found = cut(stack, rows, sizes, np.int64(0), heights, 2 * n + number)
            assert found != NO_ROOM
            after += [
                (stack[k, : sizes[k]], rows[k, : sizes[k]]) for k in range(1 + (found == DIVIDED))
            ]
        parts = after
    total = 0.0
    for vertices, bits in parts:
        size = len(vertices)
        # No vertex lies on all the facets of another.
        sets = [int(row[0]) for row in bits]
        assert all(a & b != a for i, a in enumerate(sets) for j, b in enumerate(sets) if i != j)
        weights = np.zeros(size)
        volume = add_simplices(vertices, bits, size, np.ones(size), weights)
        assert weights.sum() == pytest.approx((n + 1) * (n + 2) * volume)
        total += volume
    assert total == pytest.approx(math.factorial(n) * 2**n, rel=1e-13)
