"""Kernels on the circle and the sphere: arcs, homogeneity, Monte Carlo in no place."""

import cmath
import math
from itertools import pairwise, product

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import pi, sqrt

from slt_symbolic.activations import ABSOLUTE, ERF, IDENTITY, RELU, STEP, leaky_relu
from slt_symbolic.exact.chamber import WallError
from slt_symbolic.inputs import StandardNormal, UniformSphere
from slt_symbolic.kernels import Feature, NeuronKernel, kernel_for
from slt_symbolic.kernels.circle import CircleKernel
from slt_symbolic.kernels.quadrature_sphere import SphereQuadratureKernel
from slt_symbolic.kernels.sphere import SphereKernel

R = sympy.Rational
LEAKY = leaky_relu(R(-1, 3))
KINDS = [ABSOLUTE, IDENTITY, LEAKY, RELU, STEP]
FLOAT = {
    "abs": np.abs,
    "identity": lambda z: z,
    "leaky_relu(-1/3)": lambda z: np.where(z > 0, z, -z / 3),
    "relu": lambda z: np.maximum(z, 0),
    "step": lambda z: np.heaviside(z, 0.5),
}
SMALL = st.sampled_from([R(p, q) for q in (1, 2, 3) for p in range(-3, 4)])
UNIT = st.lists(SMALL, min_size=3, max_size=3)
NAMES = sympy.symbols("w1 w2 b v1 v2 d", real=True)
NODES, WEIGHTS = np.polynomial.legendre.leggauss(20)


def feature(activation, *entries):
    *weights, bias = map(sympy.sympify, entries)
    return Feature(activation, tuple(weights), bias)


def value_at(f, x):
    w = [float(e) for e in f.weights]
    return FLOAT[f.activation.name](sum(a * b for a, b in zip(w, x, strict=True)) + float(f.bias))


def on_circle(g, h):
    """E[g h] by Gauss rules between the breaks."""
    cuts = {-math.pi, math.pi}
    for f in (g, h):
        w, b = complex(*map(float, f.weights)), float(f.bias)
        if abs(w) > abs(b):
            for half in (math.acos(-b / abs(w)), -math.acos(-b / abs(w))):
                cuts.add((cmath.phase(w) + half + math.pi) % (2 * math.pi) - math.pi)
    total = 0.0
    for p, q in pairwise(sorted(cuts)):
        t = (p + q) / 2 + (q - p) / 2 * NODES
        x = (np.cos(t), np.sin(t))
        total += (q - p) / 2 * (WEIGHTS * value_at(g, x) * value_at(h, x)).sum()
    return total / (2 * math.pi)


def circle():
    return CircleKernel(UniformSphere(2))


@given(st.sampled_from(KINDS), st.sampled_from(KINDS), UNIT, UNIT)
@settings(deadline=None, max_examples=150)
def test_the_circle_is_the_integral_over_arcs(sigma, tau, u, v):
    g, h = feature(sigma, *u), feature(tau, *v)
    value = circle().exact(g, h)
    assert float(value) == pytest.approx(on_circle(g, h), abs=1e-13)
    assert sympy.N(value - circle().exact(h, g), 20, maxn=200) == pytest.approx(0, abs=1e-18)
    ball = circle().enclosure(g, h, digits=30)
    assert ball.rad() < 1e-27
    assert float(ball) == pytest.approx(float(value), abs=1e-13)


@pytest.mark.parametrize(("sigma", "tau"), list(product(KINDS, KINDS)), ids=str)
def test_the_order_of_two_arcs_on_the_circle(sigma, tau):
    """Disjoint, nested, crossing, covering, equal, opposite, touching; dead and always on."""
    second = [(1, 0, 0), (-1, 0, 0), (5, 0, 3), (-5, 0, 3), (-5, 0, -3), (0, 5, 4), (0, -5, -4)]
    second += [(5, 0, -4), (-5, 0, -4), (3, 4, 3), (1, 0, 1), (1, 0, -1), (1, 0, 2), (1, 0, -2)]
    second += [(0, 0, 1), (0, 0, 0), (7, 24, R(3, 5) * 25), (10, 0, 6), (-10, 0, -6)]
    for first in ((5, 0, 3), (5, 0, -3), (5, 0, 0)):
        for v in second:
            g, h = feature(sigma, *first), feature(tau, *v)
            assert float(circle().exact(g, h)) == pytest.approx(
                on_circle(g, h), rel=1e-13, abs=1e-13
            ), v


@given(st.sampled_from(KINDS), st.sampled_from(KINDS), UNIT, UNIT)
@settings(deadline=None, max_examples=60)
def test_homogeneity_gives_the_circle_without_biases(sigma, tau, u, v):
    g, h = feature(sigma, *u[:2], 0), feature(tau, *v[:2], 0)
    by_arcs, by_radius = (k(UniformSphere(2)).exact(g, h) for k in (CircleKernel, SphereKernel))
    assert abs(sympy.N(by_arcs - by_radius, 20, maxn=200)) < 1e-18
    balls = [k(UniformSphere(2)).enclosure(g, h, digits=30) for k in (CircleKernel, SphereKernel)]
    assert balls[0].overlaps(balls[1])


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_the_sphere_and_the_normal_law(n):
    u, v = ((*range(1, n + 1), 0), (*range(n, 0, -1), 0))
    for sigma, power in ((RELU, n), (ABSOLUTE, n), (STEP, 1)):
        on_sphere = NeuronKernel(sigma, UniformSphere(n)).exact(u, v)
        normal = NeuronKernel(sigma, StandardNormal(n)).exact(u, v)
        assert sympy.simplify(on_sphere * power - normal) == 0
    # Means of one coordinate, from the density (1 − x²)^((n−3)/2) of a coordinate.
    mean = NeuronKernel(RELU, UniformSphere(n)).mean((1,) + (0,) * n)
    beta = sympy.gamma(R(n, 2)) / (sqrt(pi) * sympy.gamma(R(n - 1, 2)))
    assert sympy.simplify(mean - beta / (n - 1)) == 0


@pytest.mark.parametrize("sigma", [RELU, STEP, LEAKY])
@pytest.mark.parametrize("tau", [RELU, STEP, IDENTITY])
def test_the_sphere_in_space_by_quadrature(sigma, tau):
    """x uniform on S²: height z uniform on [−1, 1], then the angle around the axis."""
    g = feature(sigma, 0, 0, 2, 0)
    h = feature(tau, 0, 3, 4, 0 if tau != IDENTITY else R(1, 2))
    total = 0.0
    for low, high in ((-1, -0.6), (-0.6, 0), (0, 0.6), (0.6, 1)):
        # z = the edge plus a square: the angle has a root singularity at ±3/5.
        edge, other = (low, high) if abs(low) == 0.6 else (high, low)
        if abs(edge) != 0.6:
            edge, other = low, high
        for p, q in pairwise(np.linspace(0, 1, 9)):
            t = (p + q) / 2 + (q - p) / 2 * NODES
            z = edge + (other - edge) * t**2
            mass = (q - p) / 2 * WEIGHTS * abs(other - edge) * 2 * t / 2
            inner = []
            for height in z:
                radius = math.sqrt(1 - height**2)
                around = feature(tau, 0, R(3 * radius), R(4 * height) + h.bias)
                constant = feature(IDENTITY, 0, 0, 1)
                inner.append(on_circle(around, constant))
            total += (mass * FLOAT[sigma.name](2 * z) * inner).sum()
    value = SphereKernel(UniformSphere(3)).exact(g, h)
    assert float(value) == pytest.approx(total, abs=1e-9)
    assert float(SphereKernel(UniformSphere(3)).enclosure(g, h, digits=20)) == pytest.approx(
        float(value), abs=1e-14
    )


@given(
    st.sampled_from(list(product([RELU, STEP, ABSOLUTE], repeat=2))),
    st.lists(SMALL, min_size=6, max_size=6),
    st.lists(SMALL, min_size=6, max_size=6),
)
@settings(deadline=None, max_examples=25)
def test_closed_forms_on_the_circle(pair, here, there):
    g, h = feature(pair[0], *NAMES[:3]), feature(pair[1], *NAMES[3:])
    at, other = (dict(zip(NAMES, values, strict=True)) for values in (here, there))
    try:
        form, chamber = circle().closed_form(g, h, at)
    except WallError:
        assume(False)
    assert chamber.contains(at)
    for point in (at, {s: v * R(1001, 1000) for s, v in at.items()}, other):
        if chamber.contains(point):
            expected = float(circle().exact(g.subs(point), h.subs(point)))
            assert float(form.subs(point)) == pytest.approx(expected, abs=1e-12)


def test_gram_matrices_are_positive_semidefinite():
    for n in (2, 3):
        k = NeuronKernel(RELU, UniformSphere(n))
        units = [(1, 0, 0), (1, 1, 0), (-1, 0, 0), (1, 2, 0), (0, 0, 1), (1, 0, 3)]
        if n == 3:
            units = [(x, 1, y, z) for x, y, z in units if z in (0, 5)]
        gram = np.array([[float(k.enclosure(u, v)) for u in units] for v in units])
        assert np.linalg.eigvalsh(gram)[0] > -1e-14


def over_radii(g, h, n):
    """E[g h] from circles: the plane of both weights sees radius ρ with weight ρ(1 − ρ²)^(n/2−2).

    In θ with ρ = sin θ, between the radii at which the order of the breaks changes.
    """
    (w, v), (b, c) = ([np.array(f.weights, float) for f in (g, h)], map(float, (g.bias, h.bias)))
    d = w @ v
    radii = [abs(b) / np.linalg.norm(w), abs(c) / np.linalg.norm(v)]
    gram = (w @ w) * (v @ v) - d * d
    radii.append(math.sqrt(max(b * b * (v @ v) - 2 * b * c * d + c * c * (w @ w), 0) / gram))
    cuts = [0.0, *sorted(math.asin(r) for r in radii if r < 1), math.pi / 2]
    plane = np.array([[np.linalg.norm(w), 0], [d / np.linalg.norm(w), 0]])
    plane[1, 1] = math.sqrt(gram) / np.linalg.norm(w)
    total = 0.0
    for p, q in pairwise(cuts):
        # Clustered at both ends, where the circle's mean has the root of a distance.
        t = (NODES + 1) / 2
        theta, mass = p + (q - p) * t * t * (3 - 2 * t), (q - p) * 3 * t * (1 - t) * WEIGHTS
        for angle, part in zip(theta, mass, strict=True):
            units = []
            for f, row in zip((g, h), plane, strict=True):
                entries = [R(float(e * math.sin(angle))) for e in row]
                units.append(feature(f.activation, *entries, f.bias))
            density = (n - 2) * math.sin(angle) * math.cos(angle) ** (n - 3)
            total += part * density * on_circle(*units)
    return total


BIASED = [
    ((1, 2, 2, 1), (1, 0, 2, R(1, 2))), ((1, 2, 2, -1), (-1, 0, 2, 1)),
    ((1, 0, 0, R(1, 2)), (0, 1, 0, 0)), ((2, 1, 0, -1), (2, 0, 1, -1)),
    ((1, 1, 0, R(1, 2)), (1, R(9, 10), 0, R(-1, 3))),
    ((1, 0, 0, R(4, 5)), (-1, 1, 0, R(1, 2))), ((1, 0, 0, R(-4, 5)), (-1, 1, 0, R(-1, 2))),
]  # fmt: skip


@pytest.mark.parametrize("n", [3, 4, 5])
@pytest.mark.parametrize("pair", [(RELU, RELU), (STEP, LEAKY), (ABSOLUTE, STEP)], ids=str)
def test_two_caps_are_a_mean_over_circles(n, pair):
    for u, v in BIASED:
        wide = [(*e[:3], *(0,) * (n - 3), e[3]) for e in (u, v)]
        g, h = (feature(sigma, *e) for sigma, e in zip(pair, wide, strict=True))
        ball = SphereKernel(UniformSphere(n)).enclosure(g, h, digits=20)
        assert ball.rad() < 1e-18
        assert float(ball) == pytest.approx(over_radii(g, h, n), abs=2e-7), (u, v)
        exact = SphereKernel(UniformSphere(n)).exact(g, h)
        assert float(exact) == pytest.approx(float(ball), abs=1e-13)


@given(st.sampled_from(KINDS), st.sampled_from(KINDS), UNIT, UNIT)
@settings(deadline=None, max_examples=60)
def test_caps_on_the_circle_are_its_arcs(sigma, tau, u, v):
    g, h = feature(sigma, *u), feature(tau, *v)
    arcs, caps = (
        k(UniformSphere(2)).enclosure(g, h, digits=25) for k in (CircleKernel, SphereKernel)
    )
    assert arcs.overlaps(caps)
    assert caps.rad() < 1e-22


@given(
    st.sampled_from([RELU, STEP, ABSOLUTE, LEAKY]), st.integers(3, 6), st.booleans(),
    st.lists(SMALL, min_size=8, max_size=8), st.lists(SMALL, min_size=7, max_size=7),
)  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_one_cap_is_the_certified_integral(sigma, n, parallel, u, v):
    w = u[:n] if parallel else v[:n]
    g, h = feature(sigma, *u[:n], u[-1]), feature(IDENTITY, *w, v[-1])
    ball = SphereKernel(UniformSphere(n)).enclosure(g, h, digits=20)
    assert ball.overlaps(SphereQuadratureKernel(UniformSphere(n)).enclosure(g, h, digits=15))
    # Opposite units are nowhere active at once, a.e.
    if sigma in (RELU, STEP) and any(u[:n]):
        opposite = feature(sigma, *(-e for e in u[:n]), -u[-1])
        assert SphereKernel(UniformSphere(n)).exact(g, opposite) == 0


def test_biases_tend_to_none():
    for n, u, v in ((3, (1, 2, 2), (1, 0, 2)), (4, (1, 2, 2, 1), (0, 1, 1, -3))):
        kernel, tiny = SphereKernel(UniformSphere(n)), R(1, 10**14)
        for pair in ((RELU, RELU), (STEP, RELU), (STEP, STEP)):
            g, h = feature(pair[0], *u, 0), feature(pair[1], *v, 0)
            near = feature(pair[0], *u, tiny), feature(pair[1], *v, -tiny)
            difference = kernel.enclosure(g, h, digits=25) - kernel.enclosure(*near, digits=25)
            assert abs(difference) < 1e-13


@given(
    st.sampled_from(list(product([RELU, STEP], repeat=2))),
    st.lists(SMALL, min_size=8, max_size=8), st.lists(SMALL, min_size=8, max_size=8),
)  # fmt: skip
@settings(deadline=None, max_examples=10)
def test_closed_forms_on_the_sphere(pair, here, there):
    names = sympy.symbols("w1 w2 w3 b v1 v2 v3 d", real=True)
    g, h = feature(pair[0], *names[:4]), feature(pair[1], *names[4:])
    at, other = (dict(zip(names, values, strict=True)) for values in (here, there))
    kernel = SphereKernel(UniformSphere(3))
    try:
        form, chamber = kernel.closed_form(g, h, at)
    except WallError:
        assume(False)
    for point in (at, other):
        if chamber.contains(point):
            expected = float(kernel.exact(g.subs(point), h.subs(point)))
            assert float(form.subs(point)) == pytest.approx(expected, abs=1e-12)


def test_where_which_kernel_answers():
    k = NeuronKernel(RELU, UniformSphere(3))
    # |b| ≥ |w|: affine on the sphere, or zero.
    assert k.exact((1, 2, 2, 3), (0, 0, 0, 1)) == 3
    assert k.exact((1, 2, 2, -3), (1, 0, 0, 0)) == 0
    # A cap of height 1 − 1/3: a third of the sphere.
    assert NeuronKernel(STEP, UniformSphere(3)).mean((1, 2, 2, -1)) == R(1, 3)
    assert not SphereKernel.supports(UniformSphere(3), ERF, RELU)
    assert isinstance(kernel_for(UniformSphere(2), RELU, STEP), CircleKernel)
    assert isinstance(kernel_for(UniformSphere(3), RELU, STEP), SphereKernel)
    assert isinstance(kernel_for(UniformSphere(3), ERF, STEP), SphereQuadratureKernel)


def test_the_law_itself():
    law = UniformSphere(3)
    assert law.moment(4, 0, 0) == R(1, 5)
    assert law.moment(2, 2, 0) == R(1, 15)
    assert law.moment(1, 0, 0) == 0
    assert sum(law.moment(*(2 * (i == j) for i in range(3))) for j in range(3)) == 1
    assert law.area == 4 * pi
    assert law.density(1, 0, 0) == 1 / (4 * pi)
    assert law.density(1, 1, 0) == 0
    assert law.latex == "U(S^{2})"
    x = law.sample(np.random.default_rng(0), 2000)
    assert x.shape == (2000, 3)
    assert np.allclose((x**2).sum(1), 1)
    assert np.allclose(x.mean(0), 0, atol=0.06)
    for bad, error in ((1, ValueError), (2.0, TypeError), (True, TypeError)):
        with pytest.raises(error, match="dimension must be"):
            UniformSphere(bad)
    with pytest.raises(ValueError, match="x must have 3"):
        law.density(1, 0)
    with pytest.raises(ValueError, match="orders must be 3"):
        law.moment(1, -1, 0)
