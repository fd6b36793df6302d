"""Neuron kernels on convex polygons and plane boxes."""

import warnings
from fractions import Fraction as Q
from itertools import pairwise

import pytest
import sympy
from core_reference import LEAKY, fraction, rational
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plane_reference import POINTWISE, evaluate, feature, polygon_mean
from scipy import integrate
from sympy import Rational, sqrt

from slt_symbolic.activations import ABSOLUTE, IDENTITY, RELU, STEP, polynomial
from slt_symbolic.exact.chamber import WallError
from slt_symbolic.inputs import UniformBox, UniformPolygon
from slt_symbolic.kernels import Feature, NeuronKernel, kernel_for
from slt_symbolic.kernels.uniform_box import UniformBoxKernel
from slt_symbolic.kernels.uniform_polygon import UniformPolygonKernel

ACTIVATIONS = (RELU, LEAKY, ABSOLUTE, STEP, IDENTITY)
TRIANGLE = ((0, 0), (2, 1), (-1, 3))
PENTAGON = ((0, 0), (3, -1), (4, 2), (2, 4), (-1, 2))
SQUARE = ((-1, -1), (1, -1), (1, 1), (-1, 1))
SHAPES = (TRIANGLE, PENTAGON, SQUARE)
SMALL = st.sampled_from([Q(k, d) for d in (1, 2, 3) for k in range(-3, 4)])
UNITS = st.tuples(SMALL, SMALL, SMALL)
SIGMA = st.sampled_from(ACTIVATIONS)
SYMBOLS = sympy.symbols("p1 p2 b r1 r2 c", real=True)
A = sympy.Symbol("a", positive=True)


def value(kernel, first, u, second, v):
    return kernel.exact(feature(first, u), feature(second, v))


def dyadic(x):
    mantissa, exponent = x.man_exp()
    return int(mantissa) * Q(2) ** int(exponent)


@given(SIGMA, SIGMA, UNITS, UNITS, st.sampled_from(SHAPES))
@settings(deadline=None, max_examples=120)
def test_the_exact_value_is_the_integral(first, second, u, v, shape):
    kernel = UniformPolygonKernel(UniformPolygon(shape))
    exact = value(kernel, first, u, second, v)
    assert fraction(exact) == polygon_mean((first.name, second.name), (u, v), shape)
    assert exact == value(kernel, second, v, first, u)
    ball = kernel.enclosure(feature(first, u), feature(second, v), digits=30)
    assert abs(dyadic(ball.mid()) - fraction(exact)) <= dyadic(ball.rad())
    assert ball.rad() < 1e-27


# On the square: through corners, along edges, past it, crossing on an edge or at a corner,
# parallel, equal, opposite, no weights at all.
PLACES = [
    (1, 0, 0), (0, 1, 0), (1, 1, 0), (1, -1, 0), (-1, -1, 0), (2, 2, 0), (1, 0, 1), (1, 0, -1),
    (-1, 0, 1), (0, 2, 1), (0, -1, Q(1, 2)), (1, 1, 2), (1, 1, -2), (1, 1, 3), (1, 1, -3),
    (1, 2, 1), (2, -1, -1), (1, 1, 1), (-1, -1, 1), (0, 0, 0), (0, 0, 2), (0, 0, -1), (3, 1, 2),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), [
    (RELU, RELU), (STEP, STEP), (LEAKY, STEP), (ABSOLUTE, IDENTITY),
], ids=str)  # fmt: skip
def test_every_degenerate_pair_of_lines(first, second):
    kernel = UniformPolygonKernel(UniformBox((-1, -1), (1, 1)))
    for u in PLACES:
        for v in PLACES:
            exact = fraction(value(kernel, first, u, second, v))
            assert exact == polygon_mean((first.name, second.name), (u, v), SQUARE), (u, v)


@given(SIGMA, SIGMA, UNITS, UNITS)
@settings(deadline=None, max_examples=100)
def test_two_algorithms_agree_on_a_plane_box(first, second, u, v):
    box = UniformBox((-1, Rational(-1, 2)), (2, Rational(3, 2)))
    assert isinstance(kernel_for(box, first, second), UniformPolygonKernel)
    values = [
        value(kind(box), first, u, second, v) for kind in (UniformPolygonKernel, UniformBoxKernel)
    ]
    assert values[0] == values[1]


def test_scipy_agrees():
    u, v = (2, 1, Q(-1, 2)), (-1, 3, Q(1, 3))
    exact = float(value(UniformPolygonKernel(UniformPolygon(SQUARE)), RELU, u, STEP, v))

    def inner(x):
        breaks = [y for y in ((0.5 - 2 * x), (x - 1 / 3) / 3) if -1 < y < 1]

        def integrand(y):
            z, t = (float(e[0]) * x + float(e[1]) * y + float(e[2]) for e in (u, v))
            return max(0.0, z) * (t > 0) / 4

        ends = sorted([-1.0, *breaks, 1.0])
        return sum(integrate.quad(integrand, s, t)[0] for s, t in pairwise(ends))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", integrate.IntegrationWarning)
        outer = integrate.quad(inner, -1, 1, points=[-0.25, 0.261904761904, 0.75], limit=200)[0]
    assert outer == pytest.approx(exact, abs=1e-8)


@given(SIGMA, SIGMA, UNITS, UNITS, st.sampled_from(SHAPES))
@settings(deadline=None, max_examples=60)
def test_an_affine_map_of_polygon_and_units_changes_nothing(first, second, u, v, shape):
    m, t = ((Q(2), Q(1)), (Q(-1), Q(1, 3))), (Q(1, 2), Q(-3))
    det = m[0][0] * m[1][1] - m[0][1] * m[1][0]
    moved = [
        tuple(rational(r[0] * x + r[1] * y + s) for r, s in zip(m, t, strict=True))
        for x, y in shape
    ]

    def pulled(w):
        first = (w[0] * m[1][1] - w[1] * m[1][0]) / det
        second = (w[1] * m[0][0] - w[0] * m[0][1]) / det
        return first, second, w[2] - first * t[0] - second * t[1]

    here = value(UniformPolygonKernel(UniformPolygon(shape)), first, u, second, v)
    there = UniformPolygonKernel(UniformPolygon(moved))
    assert value(there, first, pulled(u), second, pulled(v)) == here


@given(SIGMA.filter(lambda s: s is not IDENTITY), UNITS, UNITS, st.sampled_from([Q(1, 3), Q(7)]))
@settings(deadline=None, max_examples=60)
def test_scaling_and_reflection_of_one_unit(sigma, u, v, alpha):
    kernel = UniformPolygonKernel(UniformPolygon(PENTAGON))
    plain = value(kernel, sigma, u, RELU, v)
    scaled = value(kernel, sigma, tuple(alpha * e for e in u), RELU, v)
    assert scaled == rational(alpha) ** sigma.scaling_degree * plain
    r = sigma.reflection
    mirrored = value(kernel, sigma, tuple(-e for e in u), RELU, v)
    line = value(kernel, IDENTITY, u, RELU, v)
    mean = value(kernel, IDENTITY, (0, 0, 1), RELU, v)
    assert mirrored == r.sign * plain + r.slope * line + r.constant * mean


@given(UNITS, UNITS)
@settings(deadline=None, max_examples=30)
def test_exchanging_the_inputs_exchanges_the_weights(u, v):
    here = UniformPolygonKernel(UniformPolygon(PENTAGON))
    there = UniformPolygonKernel(UniformPolygon([(y, x) for x, y in PENTAGON]))
    swapped = [(w[1], w[0], w[2]) for w in (u, v)]
    assert value(here, RELU, u, STEP, v) == value(there, RELU, swapped[0], STEP, swapped[1])


@given(SIGMA, SIGMA, *[st.lists(SMALL, min_size=6, max_size=6)] * 2, st.sampled_from(SHAPES))
@settings(deadline=None, max_examples=30)
def test_a_closed_form_holds_at_its_sample_and_throughout_its_chamber(
    first, second, here, there, shape
):
    kernel = UniformPolygonKernel(UniformPolygon(shape))
    at = dict(zip(SYMBOLS, map(rational, here), strict=True))
    g, h = Feature(first, SYMBOLS[:2], SYMBOLS[2]), Feature(second, SYMBOLS[3:5], SYMBOLS[5])
    try:
        form, chamber = kernel.closed_form(g, h, at)
    except WallError:
        assume(False)
    points = [at, dict(zip(SYMBOLS, map(rational, there), strict=True))]
    # Near the sample, hence often in its chamber.
    points += [
        {s: x + rational(y) / n for (s, x), y in zip(at.items(), there, strict=True)}
        for n in (7, 1000)
    ]
    assert chamber.contains(at)
    for point in filter(chamber.contains, points):
        assert form.xreplace(point) == kernel.exact(g.subs(point), h.subs(point))


@given(st.lists(SMALL, min_size=6, max_size=6))
@settings(deadline=None, max_examples=60)
def test_a_relu_form_holds_up_to_the_wall(here):
    kernel = UniformPolygonKernel(UniformPolygon(SQUARE))
    g, h = Feature(RELU, SYMBOLS[:2], SYMBOLS[2]), Feature(RELU, SYMBOLS[3:5], SYMBOLS[5])
    at = dict(zip(SYMBOLS, map(rational, here), strict=True))
    try:
        form, chamber = kernel.closed_form(g, h, at)
    except WallError:
        assume(False)
    # Move b until the first of its walls is reached: every wall is linear in b.
    b = SYMBOLS[2]
    lines = [
        sympy.Poly(c.subs({s: x for s, x in at.items() if s != b}), b) for c in chamber.conditions
    ]
    roots = [-line.nth(0) / line.nth(1) for line in lines if line.degree() == 1]
    assume(roots)
    wall = {**at, b: min(roots, key=lambda r: abs(r - at[b]))}
    assume(sympy.fraction(form)[1].subs(wall) != 0)
    assert form.subs(wall) == kernel.exact(g.subs(wall), h.subs(wall))


def test_no_wall_is_recorded_where_the_shape_does_not_change():
    kernel = NeuronKernel(RELU, UniformPolygon(SQUARE))
    p, b = SYMBOLS[0], SYMBOLS[2]
    # The second unit is on throughout: only the first one's side of the corners matters.
    form, chamber = kernel.closed_form((p, 1, b), (0, 0, 1), {p: 3, b: 1})
    assert len(chamber.conditions) == 4
    # Dead first unit: the second one is not even looked at.
    form, chamber = kernel.closed_form(
        (p, 0, b), SYMBOLS[3:], {p: 1, b: -5} | dict.fromkeys(SYMBOLS[3:], 0)
    )
    assert (form, chamber.conditions) == (0, {p - b, -b - p})


def test_closed_values():
    kernel = NeuronKernel(RELU, UniformBox((-1, -1), (1, 1)))
    assert kernel.exact((1, 0, 0), (0, 1, 0)) == Rational(1, 16)
    assert kernel.mean((1, 0, 0)) == Rational(1, 4)
    assert kernel.mean_times_input((1, 0, 0), 0) == Rational(1, 6)
    assert kernel.mean_times_input((1, 0, 0), 1) == 0
    step = NeuronKernel(STEP, UniformPolygon([(0, 0), (1, 0), (0, 1)]))
    assert step.exact((1, -1, 0), (-1, 0, Rational(1, 2))) == Rational(1, 4)
    identity = kernel_for(UniformPolygon(TRIANGLE), IDENTITY, IDENTITY)
    x, y = (Feature.coordinate(k, 2) for k in (0, 1))
    assert identity.exact(x, y) == UniformPolygon(TRIANGLE).moment(1, 1)


def test_higher_powers():
    cube, square = polynomial((0, 0, 0, 1)), polynomial((1, 0, 1))
    law = UniformPolygon(PENTAGON)
    u, v = (Q(1), Q(-2), Q(1)), (Q(2), Q(1), Q(-1))
    x, y = sympy.symbols("x y")
    product = sympy.Poly((x - 2 * y + 1) ** 3 * (1 + (2 * x + y - 1) ** 2), x, y)
    expected = sum(c * law.moment(*m) for m, c in product.terms())
    assert value(UniformPolygonKernel(law), cube, u, square, v) == expected
    # On the half-plane where it is positive, z is ReLU(z).
    relu = value(UniformPolygonKernel(law), square, u, RELU, v)
    halves = [value(UniformPolygonKernel(law), square, u, f, v) for f in (ABSOLUTE, IDENTITY)]
    assert relu == sum(halves) / 2


def test_symbolic_and_irrational_polygons():
    kernel = NeuronKernel(RELU, UniformBox((-A, -A), (A, A)))
    assert kernel.exact((1, 0, 0), (0, 1, 0)) == A**2 / 16
    form, _ = kernel.closed_form(
        (SYMBOLS[0], 0, 0), (0, SYMBOLS[4], 0), {SYMBOLS[0]: 1, SYMBOLS[4]: 2}
    )
    assert sympy.expand(form - A**2 * SYMBOLS[0] * SYMBOLS[4] / 16) == 0
    corner = sqrt(3) / 2
    hexagon = [(1, 0), (Rational(1, 2), corner), (Rational(-1, 2), corner),
               (-1, 0), (Rational(-1, 2), -corner), (Rational(1, 2), -corner)]  # fmt: skip
    kernel = NeuronKernel(RELU, UniformPolygon(hexagon))
    # By symmetry E ReLU(x)² = E x²/2 = E|x|²/4 = 5/48.
    assert kernel.exact((1, 0, 0), (1, 0, 0)) == Rational(5, 48)
    turned = (Rational(1, 2), corner, Rational(1, 5)), (corner, Rational(-1, 2), 0)
    plain = (1, 0, Rational(1, 5)), (0, -1, 0)
    assert sympy.simplify(kernel.exact(*turned) - kernel.exact(*plain)) == 0
    assert kernel.enclosure(*turned, digits=40).rad() < 1e-39


@pytest.mark.parametrize("sigma", [RELU, STEP, ABSOLUTE], ids=str)
def test_gram_matrices_are_positive_semidefinite(sigma):
    kernel = NeuronKernel(sigma, UniformPolygon(PENTAGON))
    units = [(1, 0, 0), (1, 2, -3), (-1, 1, 1), (0, 0, 1), (2, 0, 0)]
    gram = sympy.Matrix([[kernel.exact(u, v) for u in units] for v in units])
    assert gram.is_positive_semidefinite
    # Equal lines: the fifth unit is a multiple of the first.
    assert gram.det() == 0


def test_references_are_independent_and_sane():
    assert polygon_mean(("identity", "identity"), ((0, 0, 1), (1, 0, 0)), SQUARE) == 0
    assert POINTWISE["abs"](evaluate((1, 0, 0), (Q(-2), Q(1)))) == 2
