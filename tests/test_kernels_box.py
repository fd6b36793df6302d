"""Neuron kernels on boxes of any dimension."""

from fractions import Fraction as Q

import numpy as np
import pytest
import sympy
from core_reference import LEAKY, fraction, rational
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plane_reference import box_mean, feature, polygon_mean
from sympy import Rational

from slt_symbolic.activations import ABSOLUTE, IDENTITY, RELU, STEP, polynomial
from slt_symbolic.exact.chamber import WallError
from slt_symbolic.inputs import UniformBox, UniformInterval
from slt_symbolic.kernels import Feature, NeuronKernel
from slt_symbolic.kernels.uniform_box import UniformBoxKernel
from slt_symbolic.kernels.uniform_interval import UniformIntervalKernel

ACTIVATIONS = (RELU, LEAKY, ABSOLUTE, STEP, IDENTITY)
SIGMA = st.sampled_from(ACTIVATIONS)
SMALL = st.sampled_from([Q(k, d) for d in (1, 2, 3) for k in range(-3, 4)])
LOWER, UPPER = (Q(-1), Q(0), Q(-1, 2), Q(-2)), (Q(1), Q(2), Q(3, 2), Q(1))


def units(n):
    return st.lists(SMALL, min_size=n + 1, max_size=n + 1).map(tuple)


def kernel(n):
    return UniformBoxKernel(UniformBox(*(tuple(map(rational, c[:n])) for c in (LOWER, UPPER))))


@given(SIGMA, SIGMA, units(1), units(1))
@settings(deadline=None, max_examples=100)
def test_in_one_dimension_it_is_the_interval(first, second, u, v):
    g, h = feature(first, u), feature(second, v)
    assert kernel(1).exact(g, h) == UniformIntervalKernel(UniformInterval(-1, 1)).exact(g, h)


@given(SIGMA, SIGMA, units(3), units(3), st.booleans(), SMALL)
@settings(deadline=None, max_examples=60)
def test_the_exact_value_is_the_sum_over_bisected_simplices(first, second, u, v, parallel, s):
    if parallel:
        v = (*(s * w for w in u[:-1]), v[-1])
    exact = kernel(3).exact(feature(first, u), feature(second, v))
    assert fraction(exact) == box_mean((first.name, second.name), (u, v), LOWER[:3], UPPER[:3])
    assert exact == kernel(3).exact(feature(second, v), feature(first, u))


def test_four_inputs_against_bisected_simplices():
    u, v = (Q(1), Q(-2), Q(1, 2), Q(1), Q(1, 3)), (Q(1), Q(1), Q(-1), Q(2), Q(0))
    exact = kernel(4).exact(feature(RELU, u), feature(ABSOLUTE, v))
    assert fraction(exact) == box_mean(("relu", "abs"), (u, v), LOWER, UPPER)


# On [-1, 1]^3: through vertices and along edges, on faces, beside the box, parallel, no weights.
PLACES = [
    (1, 1, 1, 0), (1, 1, 1, 1), (1, 1, 1, 3), (1, 1, 1, -3), (1, -1, 0, 0), (1, 0, 0, 1),
    (-1, 0, 0, 1), (1, 0, 0, 0), (0, 1, 0, Q(1, 2)), (-2, -2, -2, 1), (1, 1, 0, 2), (1, 1, 0, -2),
    (1, 2, 3, 0), (1, 1, 1, 5), (0, 0, 0, 0), (0, 0, 0, 1),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), [(RELU, RELU), (STEP, LEAKY)], ids=str)
def test_every_degenerate_pair_of_planes(first, second):
    cube = UniformBoxKernel(UniformBox((-1,) * 3, (1,) * 3))
    for k, u in enumerate(PLACES):
        for v in [*PLACES[k % 2 :: 2], u]:
            exact = fraction(cube.exact(feature(first, u), feature(second, v)))
            corners = (Q(-1),) * 3, (Q(1),) * 3
            assert exact == box_mean((first.name, second.name), (u, v), *corners), (u, v)


@given(SIGMA, SIGMA, units(2), units(2))
@settings(deadline=None, max_examples=30)
def test_an_input_without_weights_drops_out(first, second, u, v):
    wide = [(*w[:1], Q(0), w[1], Q(0), w[2]) for w in (u, v)]
    box = UniformBox((-1, 5, 0, -7), (1, 6, 2, -6))
    exact = UniformBoxKernel(box).exact(feature(first, wide[0]), feature(second, wide[1]))
    corners = ((-1, 0), (1, 0), (1, 2), (-1, 2))
    assert fraction(exact) == polygon_mean((first.name, second.name), (u, v), corners)


def test_units_of_different_inputs_are_independent():
    k = NeuronKernel(RELU, UniformBox((-1,) * 5, (1,) * 5))
    u, v = (1, 2, 0, 0, 0, 1), (0, 0, 1, -1, 3, 0)
    assert k.exact(u, v) == k.mean(u) * k.mean(v)
    # By symmetry, E ReLU(⟨w, x⟩)² = E⟨w, x⟩²/2.
    assert k.exact((1, 2, 3, 4, 5, 0), (1, 2, 3, 4, 5, 0)) == Rational(55, 6)
    assert k.mean_times_input((1, 2, 3, 4, 5, 0), 3) == Rational(4, 6)


@given(SIGMA, units(4), units(4), st.permutations(range(4)), st.sampled_from([Q(1, 3), Q(5)]))
@settings(deadline=None, max_examples=30)
def test_permutation_of_inputs_and_scaling_and_translation(sigma, u, v, order, alpha):
    plain = kernel(4).exact(feature(sigma, u), feature(RELU, v))
    lower, upper = ([c[k] for k in order] for c in (LOWER, UPPER))
    shuffled = [(*(w[k] for k in order), w[-1]) for w in (u, v)]
    there = UniformBoxKernel(UniformBox(*(tuple(map(rational, c)) for c in (lower, upper))))
    assert there.exact(feature(sigma, shuffled[0]), feature(RELU, shuffled[1])) == plain
    scaled = kernel(4).exact(feature(sigma, [alpha * e for e in u]), feature(RELU, v))
    assert scaled == rational(alpha) ** sigma.scaling_degree * plain
    moved = UniformBox(*(tuple(rational(2 * e + 1) for e in c) for c in (LOWER, UPPER)))
    pulled = [(*(w / 2 for w in x[:-1]), x[-1] - sum(x[:-1]) / 2) for x in (u, v)]
    assert UniformBoxKernel(moved).exact(*map(feature, (sigma, RELU), pulled)) == plain


@pytest.mark.parametrize(
    ("first", "second"), [(RELU, RELU), (STEP, RELU), (ABSOLUTE, STEP)], ids=str
)
def test_monte_carlo_in_four_inputs_to_five_sigma(first, second):
    values = {RELU: lambda z: np.maximum(z, 0), STEP: lambda z: 1.0 * (z > 0), ABSOLUTE: np.abs}
    law = UniformBox((-1,) * 4, (1, 2, 1, 3))
    u, v = (Q(1), Q(-2), Q(1, 2), Q(1), Q(1, 3)), (Q(1), Q(1), Q(-1), Q(1, 2), Q(-1))
    x = law.sample(np.random.default_rng(3), 400_000)
    first_z, second_z = (x @ np.array(w[:-1], float) + float(w[-1]) for w in (u, v))
    products = values[first](first_z) * values[second](second_z)
    exact = float(UniformBoxKernel(law).exact(feature(first, u), feature(second, v)))
    error = products.std() / len(products) ** 0.5
    assert 0 < error < 0.01
    assert abs(products.mean() - exact) < 5 * error


def test_higher_powers_and_means():
    law = UniformBox((-1, 0, -2), (1, 2, 1))
    x = sympy.symbols("x0:3")
    cube, square = polynomial((0, 0, 0, 1)), polynomial((1, 0, 1))
    u, v = (Q(1), Q(-2), Q(1), Q(1)), (Q(2), Q(1), Q(0), Q(-1))
    a, b = x[0] - 2 * x[1] + x[2] + 1, 2 * x[0] + x[1] - 1
    expected = sum(c * law.moment(*m) for m, c in sympy.Poly(a**3 * (1 + b**2), *x).terms())
    k = UniformBoxKernel(law)
    assert k.exact(feature(cube, u), feature(square, v)) == expected
    halves = [k.exact(feature(cube, u), feature(f, v)) for f in (ABSOLUTE, IDENTITY)]
    assert k.exact(feature(cube, u), feature(RELU, v)) == sum(halves) / 2


@given(SIGMA, SIGMA, *[st.lists(SMALL, min_size=8, max_size=8)] * 2)
@settings(deadline=None, max_examples=12)
def test_a_closed_form_holds_throughout_its_chamber(first, second, here, there):
    symbols = sympy.symbols("p1 p2 p3 b r1 r2 r3 c", real=True)
    at = dict(zip(symbols, map(rational, here), strict=True))
    g, h = Feature(first, symbols[:3], symbols[3]), Feature(second, symbols[4:7], symbols[7])
    try:
        form, chamber = kernel(3).closed_form(g, h, at)
    except WallError:
        assume(False)
    assert chamber.contains(at)
    near = {s: x + rational(y) / 50 for (s, x), y in zip(at.items(), there, strict=True)}
    for point in filter(chamber.contains, (at, near)):
        assert form.xreplace(point) == kernel(3).exact(g.subs(point), h.subs(point))


def test_symbolic_corners_and_enclosures():
    a = sympy.Symbol("a", positive=True)
    k = NeuronKernel(RELU, UniformBox((-a,) * 3, (a,) * 3))
    assert k.exact((1, 1, 1, 0), (1, 1, 1, 0)) == a**2 / 2
    with pytest.raises(ValueError, match="entries and law must be numbers"):
        k.enclosure((1, 1, 1, 0), (1, 1, 1, 0))
    root = sympy.sqrt(3)
    k = NeuronKernel(RELU, UniformBox((-root,) * 3, (root,) * 3))
    u, v = (1, root, -1, 1), (2, 0, 1, root)
    ball, exact = k.enclosure(u, v, digits=40), sympy.N(k.exact(u, v), 60)
    assert ball.rad() < 1e-39
    assert abs(float(sympy.Float(str(ball.mid().str(50, radius=False)), 60) - exact)) < 1e-39


def test_gram_matrices_are_positive_semidefinite():
    k = NeuronKernel(RELU, UniformBox((-1,) * 3, (1,) * 3))
    units = [(1, 0, 0, 0), (1, 2, -3, 1), (-1, 1, 1, 0), (0, 0, 0, 1)]
    assert sympy.Matrix([[k.exact(u, v) for u in units] for v in units]).is_positive_definite
    with pytest.raises(ValueError, match="u must be 3 weight"):
        k.exact((1, 0), (1, 0))
