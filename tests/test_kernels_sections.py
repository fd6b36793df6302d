"""Sections of boxes: exact moments, the product rule, floating-point rules, and what is refused."""

from math import prod

import numpy as np
import pytest
from flint import arb, ctx, fmpq, fmpq_poly
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Rational, S, sqrt

from slt_symbolic.activations import (
    ABSOLUTE,
    ARCTAN,
    COS,
    ERF,
    GAUSSIAN,
    IDENTITY,
    RELU,
    SOFTPLUS,
    STEP,
    SWISH,
    TANH,
    leaky_relu,
    polynomial,
)
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import UniformBox
from slt_symbolic.kernels import (
    Feature,
    NeuronKernel,
    TooManyNodesError,
    kernel_for,
    probability_rule,
)
from slt_symbolic.kernels import section_quadrature as sections
from slt_symbolic.kernels.approximant import approximant
from slt_symbolic.kernels.box_faces import BoxFaces
from slt_symbolic.kernels.box_sections import section_pieces
from slt_symbolic.kernels.gauss_legendre import legendre_rule
from slt_symbolic.kernels.line_function import line_function
from slt_symbolic.kernels.quadrature_region import RegionQuadratureKernel, region_mean
from slt_symbolic.kernels.section_quadrature import has_sections, section_mean

ANALYTIC = (TANH, SOFTPLUS, SWISH, ERF, GAUSSIAN, ARCTAN, COS)
CUBIC = polynomial((1, 0, Rational(-1, 2), 2))
PIECEWISE = (RELU, STEP, ABSOLUTE, leaky_relu(Rational(1, 5)), IDENTITY, CUBIC)
CUBE = UniformBox((-1, 0, -2), (1, 1, 0))
SMALL = st.sampled_from([Rational(k, d) for d in (1, 2, 3) for k in range(-3, 4)])
FIELD = RealField.containing([])


def feature(sigma, *entries):
    *weights, bias = map(S, entries)
    return Feature(sigma, tuple(weights), bias)


def rationals(entries):
    return [fmpq(int(e.p), int(e.q)) for e in entries]


@given(st.integers(1, 5), st.booleans(), st.data())
@settings(deadline=None, max_examples=150)
def test_moments_of_the_pieces_are_the_exact_ones_over_the_faces(n, parallel, data):
    numbers = st.lists(SMALL, min_size=n + 1, max_size=n + 1).map(rationals)
    *c, z = data.draw(numbers)
    *a, y = data.draw(numbers)
    if parallel:
        a = [2 * e for e in c]
    assume(any(c))
    jump = fmpq_poly([0, 3, 1]) if any(a) else fmpq_poly([])
    pieces = section_pieces((a, c), (y, z), fmpq_poly([1, 2]), jump)
    assert all(low < high for low, high, _ in pieces)
    faces = BoxFaces(FIELD, (a, c), (y, z))
    for j in (0, 1, 4):
        total = fmpq(0)
        for low, high, p in pieces:
            whole = (p * fmpq_poly([0, 1]) ** j).integral()
            total += whole(high) - whole(low)
        expected = faces.integral(0, j, False, False) + 2 * faces.integral(1, j, False, False)
        if jump:
            expected += 3 * faces.integral(1, j, True, False) + faces.integral(2, j, True, False)
        assert total == expected


@given(st.sampled_from(PIECEWISE), st.integers(4, 6), st.data())
@settings(deadline=None, max_examples=15)
def test_polynomials_have_the_values_of_the_exact_kernel_in_many_dimensions(sigma, n, data):
    law = UniformBox((-1,) * n, (0, 1, 2, 1, 1, 3)[:n])
    numbers = st.lists(SMALL, min_size=n + 1, max_size=n + 1)
    g, h = feature(sigma, *data.draw(numbers)), feature(CUBIC, *data.draw(numbers))
    assume(has_sections(law, (g, h)))
    ball = RegionQuadratureKernel(law).enclosure(g, h, digits=20)
    assert ball.overlaps(kernel_for(law, sigma, CUBIC).enclosure(g, h, digits=30))
    assert ball.rad() < 1e-18 * (1 + abs(ball))


@given(
    st.sampled_from((*PIECEWISE, *ANALYTIC)), st.sampled_from(ANALYTIC),
    st.lists(SMALL, min_size=8, max_size=8), st.sampled_from((4, 12, 50)),
)  # fmt: skip
@settings(deadline=None, max_examples=40)
def test_the_product_rule_agrees_and_few_bits_still_contain_the_value(first, second, e, bits):
    pair = feature(first, *(x / 2 for x in e[:4])), feature(second, *(x / 3 for x in e[4:]))
    assume(has_sections(CUBE, pair))
    with ctx.workprec(110):
        ball, fine = section_mean(CUBE, pair, bits), section_mean(CUBE, pair[::-1], 56)
        assert ball.contains(fine) or ball.rad() < 1e-15
        assert ball.overlaps(region_mean(CUBE, pair, 25))
    assert fine.rad() < 2.0**-53
    assert ball.rad() < 4 * 2.0**-bits


def test_nested_gauss_rules_agree_in_four_dimensions():
    """The first weight of the ReLU is so large that its break meets every line along x₀."""
    u, v = (4, 1, -1, Rational(1, 2), Rational(1, 3)), (1, Rational(-1, 2), 1, 1, Rational(1, 4))
    law = UniformBox((-1,) * 4, (1,) * 4)
    nodes, weights = np.polynomial.legendre.leggauss(24)
    a, c = (np.array(w, dtype=float) for w in (u, v))
    others = np.stack(np.meshgrid(*[nodes] * 3, indexing="ij"), axis=-1)
    weight = prod(np.meshgrid(*[weights / 2] * 3, indexing="ij"))
    cut = -(others @ a[1:4] + a[4]) / a[0]
    assert np.all(np.abs(cut) < 1)
    mean, half = 0.0, (1 - cut) / 2
    for t, w in zip(nodes, weights / 2, strict=True):
        x = cut + half * (1 + t)
        relu, tanh = (f[0] * x + others @ f[1:4] + f[4] for f in (a, c))
        mean += w * np.sum(weight * half * relu * np.tanh(tanh))
    ball = kernel_for(law, RELU, TANH).enclosure(feature(RELU, *u), feature(TANH, *v), digits=20)
    assert float(ball.mid()) == pytest.approx(mean, abs=1e-13)
    assert ball.rad() < 1e-19
    # Two analytic units, on the product of the rules.
    x = np.stack(np.meshgrid(*[nodes] * 4, indexing="ij"), axis=-1)
    weight = prod(np.meshgrid(*[weights / 2] * 4, indexing="ij"))
    w = a / 4
    mean = np.sum(weight * np.tanh(x @ w[:4] + w[4]) * np.tanh(x @ c[:4] + c[4]))
    k = NeuronKernel(TANH, law)
    ball = k.enclosure([S(e) / 4 for e in u], v, digits=16)
    assert float(ball.mid()) == pytest.approx(mean, abs=1e-13)
    assert ball.rad() < 1e-15


@pytest.mark.parametrize("n", [5, 6])
def test_a_sum_of_many_inputs_folds_back_to_the_break(n):
    """E[relu(y) σ(z)] − E[relu(−y) σ(z)] = E[y σ(z)], and |y| = relu(y) + relu(−y)."""
    law = UniformBox((-1,) * n, (1,) * n)
    w = [Rational(k, 3) for k in (2, -1, 3, 1, -2, 1)][:n]
    h = feature(TANH, *(Rational(k, 4) for k in (1, 2, 1, -3, 2, 1)[:n]), Rational(1, 5))

    def mean(sigma, sign):
        g = feature(sigma, *(sign * e for e in w), sign * Rational(1, 2))
        return kernel_for(law, sigma, TANH).enclosure(g, h, digits=18)

    plus, minus = mean(RELU, 1), mean(RELU, -1)
    assert (plus - minus).overlaps(mean(IDENTITY, 1))
    assert (plus + minus).overlaps(mean(ABSOLUTE, 1))
    assert plus.rad() < 1e-17
    rng = np.random.default_rng(5)
    x = 2 * rng.random((200_000, n)) - 1
    y, z = (x @ np.array(f, dtype=float) for f in (w, h.weights))
    values = np.maximum(y + 0.5, 0) * np.tanh(z + 0.2)
    assert abs(float(plus) - values.mean()) < 5 * values.std() / np.sqrt(len(values))


def test_units_without_weights_and_means():
    law = UniformBox((-1,) * 4, (1, 2, 1, 3))
    k, u = NeuronKernel(TANH, law), (1, Rational(1, 2), -1, 0, Rational(1, 3))
    mean = k.mean_enclosure(u, digits=20)
    for sigma in (TANH, RELU):
        constant = feature(sigma, 0, 0, 0, 0, 2)
        value = arb(2).tanh() if sigma is TANH else arb(2)
        ball = kernel_for(law, sigma, TANH).enclosure(constant, feature(TANH, *u), digits=20)
        assert ball.overlaps(mean * value)
        assert ball.rad() < 1e-19
    # x₃ is independent of the unit: its mean is 1.
    assert k.mean_times_input_enclosure(u, 3, digits=20).overlaps(mean)


@pytest.mark.parametrize("sigma", ANALYTIC, ids=str)
@pytest.mark.parametrize("bits", [3, 20, 60])
def test_approximants_are_as_close_as_they_say(sigma, bits):
    f = line_function(sigma, arb(1), arb(0))
    p, error = approximant(f, fmpq(-1, 2), fmpq(5, 3), bits)
    assert error < 2.0**-bits
    with ctx.workprec(100):
        for k in range(50):
            x = fmpq(-1, 2) + fmpq(13, 6) * fmpq(k, 49)
            assert abs(arb(p(x)) - f(arb(x)).real) <= error


def test_steep_units_are_halved_or_left_to_the_product_rule(monkeypatch):
    counts = []

    def spy(count, precision):
        counts.append(count)
        return legendre_rule(count, precision)

    monkeypatch.setattr(probability_rule, "legendre_rule", spy)
    probability_rule._rule.cache_clear()
    steep, flat = feature(TANH, 200, 100, 1), feature(TANH, 1, 2, Rational(1, 2))
    law = UniformBox((-1, -1), (1, 1))
    ball = kernel_for(law, RELU, TANH).enclosure(feature(RELU, 1, 2, 0), steep, digits=15)
    sign = kernel_for(law, RELU, STEP).exact(
        feature(RELU, 1, 2, 0), feature(STEP, *steep.entries())
    )
    ramp = kernel_for(law, RELU, IDENTITY).exact(feature(RELU, 1, 2, 0), Feature.constant(2))
    assert abs(float(ball) - float(2 * sign - ramp)) < 1e-2
    assert ball.rad() < 1e-14
    assert 0 < max(counts) <= sections.MAX_NODES
    with pytest.raises(TooManyNodesError, match="more than degree 240"):
        approximant(line_function(TANH, arb(1), arb(0)), fmpq(-300), fmpq(300), 60)
    pair = [feature(f.activation, *f.weights, 1, f.bias) for f in (flat, feature(TANH, 1, 1, 1))]
    box = UniformBox((-1,) * 3, (1,) * 3)
    expected = kernel_for(box, TANH, TANH).enclosure(*pair, digits=10)

    def refuse(*arguments):
        raise TooManyNodesError(arguments)

    monkeypatch.setattr(sections, "approximant", refuse)
    assert kernel_for(box, TANH, TANH).enclosure(*pair, digits=10).overlaps(expected)


def test_irrational_numbers_have_no_sections():
    box = UniformBox((-1, -1), (1, 1))
    g, h = feature(RELU, 1, 1, 0), feature(TANH, sqrt(2), 1, 0)
    assert not has_sections(box, (g, h))
    assert not has_sections(box, (g, feature(TANH, 0, 0, 1)))
    assert has_sections(box, (g, feature(TANH, 1, 0, 1)))
