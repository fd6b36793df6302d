"""Boxes, polygons and spheres: waves in closed form, certified quadrature, and each other."""

from itertools import product

import mpmath
import numpy as np
import pytest
import sympy
from flint import ctx
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Rational

from slt_symbolic.activations import (
    ABSOLUTE,
    ARCTAN,
    COS,
    ERF,
    GAUSSIAN,
    GELU,
    IDENTITY,
    RELU,
    SIGMOID,
    SIN,
    SOFTPLUS,
    STEP,
    SWISH,
    TANH,
    leaky_relu,
    polynomial,
)
from slt_symbolic.exact.chamber import WallError
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import UniformBox, UniformPolygon, UniformSphere
from slt_symbolic.kernels import (
    Feature,
    NeuronKernel,
    NoClosedFormError,
    TooManyNodesError,
    kernel_for,
    quadrature_sphere,
)
from slt_symbolic.kernels.probability_rule import UNIFORM, Density, plan
from slt_symbolic.kernels.quadrature_region import RegionQuadratureKernel
from slt_symbolic.kernels.quadrature_sphere import SphereQuadratureKernel
from slt_symbolic.kernels.sphere_polynomials import SpherePolynomialKernel
from slt_symbolic.kernels.trigonometric_box import TrigonometricBoxKernel
from slt_symbolic.kernels.trigonometric_polygon import TrigonometricPolygonKernel
from slt_symbolic.kernels.trigonometric_sphere import TrigonometricSphereKernel

CUBIC = polynomial((1, 0, Rational(-1, 2), 2))
LEAKY = leaky_relu(Rational(1, 5))
ANALYTIC = (TANH, SIGMOID, ERF, SOFTPLUS, SWISH, GELU, ARCTAN, GAUSSIAN, SIN, COS, CUBIC)
BROKEN = (RELU, STEP, ABSOLUTE, LEAKY)
WAVES = st.sampled_from((SIN, COS))
SMALL = st.sampled_from([Rational(k, d) for d in (1, 2, 3) for k in range(-3, 4)])
PENTAGON = UniformPolygon([(0, 0), (3, -1), (4, 2), (2, 3), (-1, 2)])
SQUARE, CUBE = UniformBox((-1, 0), (1, 2)), UniformBox((-1, 0, -2), (1, 1, 0))
FLOAT = {
    "tanh": np.tanh, "softplus": lambda z: np.logaddexp(0, z), "arctan": np.arctan,
    "gaussian": lambda z: np.exp(-z * z), "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}  # fmt: skip


def feature(sigma, *entries):
    *weights, bias = map(sympy.sympify, entries)
    return Feature(sigma, tuple(weights), bias)


def units(n):
    """Pairs of units: any, parallel, equal weights, opposite, without weights."""
    entries = st.lists(SMALL, min_size=n + 1, max_size=n + 1)
    free = st.tuples(entries, entries)
    tied = st.tuples(entries, SMALL, SMALL).map(
        lambda t: (t[0], [*(t[1] * e for e in t[0][:-1]), t[2]])
    )
    return st.one_of(free, tied)


def agree(kernel, other, g, h):
    ball = kernel.enclosure(g, h, digits=25)
    assert ball.overlaps(other.enclosure(g, h, digits=12))
    assert ball.rad() < 1e-20 * (1 + abs(ball))
    value = sympy.N(kernel.exact(g, h), 20, maxn=400)
    assert abs(float(value) - float(ball.mid())) < 1e-13 * (1 + abs(float(ball.mid())))


# Waves


@pytest.mark.parametrize("law", [PENTAGON, SQUARE], ids=["polygon", "square"])
@given(WAVES, st.sampled_from((SIN, COS, CUBIC, IDENTITY, *BROKEN)), units(2))
@settings(deadline=None, max_examples=40)
def test_waves_on_a_polygon(law, wave, other, pair):
    g, h = feature(wave, *pair[0]), feature(other, *pair[1])
    kernel = TrigonometricPolygonKernel(law)
    agree(kernel, RegionQuadratureKernel(law), g, h)
    assert kernel.enclosure(h, g, digits=20).overlaps(kernel.enclosure(g, h, digits=20))


@given(WAVES, st.sampled_from((SIN, COS, CUBIC, IDENTITY)), st.sampled_from((1, 2, 3)), st.data())
@settings(deadline=None, max_examples=40)
def test_waves_on_a_box(wave, other, n, data):
    u, v = data.draw(units(n))
    law = UniformBox(CUBE.lower[:n], CUBE.upper[:n])
    agree(
        TrigonometricBoxKernel(law),
        RegionQuadratureKernel(law),
        feature(wave, *u),
        feature(other, *v),
    )


@given(WAVES, st.sampled_from((SIN, COS, CUBIC, IDENTITY)), st.integers(2, 5), st.data())
@settings(deadline=None, max_examples=60)
def test_waves_on_a_sphere(wave, other, n, data):
    u, v = data.draw(units(n))
    law = UniformSphere(n)
    agree(
        TrigonometricSphereKernel(law), SphereQuadratureKernel(law),
        feature(wave, *u), feature(other, *v),
    )  # fmt: skip


@given(st.sampled_from((CUBIC, IDENTITY)), st.integers(2, 5), st.data())
@settings(deadline=None, max_examples=30)
def test_polynomials_on_a_sphere(other, n, data):
    u, v = data.draw(units(n))
    law, g, h = UniformSphere(n), feature(CUBIC, *u), feature(other, *v)
    agree(SpherePolynomialKernel(law), SphereQuadratureKernel(law), g, h)
    x = sympy.symbols(f"x:{n}")
    terms = sympy.Poly(sympy.expand(CUBIC(g.preactivation(x)) * other(h.preactivation(x))), *x)
    expected = sum(c * law.moment(*orders) for orders, c in terms.terms())
    assert SpherePolynomialKernel(law).exact(g, h) == expected


def test_known_waves():
    circle, ball = (NeuronKernel(COS, UniformSphere(n)) for n in (2, 3))
    assert circle.mean((3, 4, 0)) == sympy.besselj(0, 5)
    assert ball.mean((0, 0, 2, 0)) == sympy.sin(2) / 2
    assert ball.mean((0, 0, 0, 1)) == sympy.cos(1)
    assert NeuronKernel(SIN, UniformSphere(3)).mean_times_input((0, 0, 2, 0), 2) == sympy.simplify(
        sympy.sin(2) / 4 - sympy.cos(2) / 2
    )
    box = NeuronKernel(COS, UniformBox((-1,) * 4, (1,) * 4))
    expected = sympy.sin(1) * sympy.sin(2) * sympy.sin(3) / 6
    assert abs(sympy.N(box.mean((1, 2, 3, 0, 0)) - expected, 20, maxn=200)) < 1e-18
    # Orthogonal to two edges: the wave is constant along them.
    strip = NeuronKernel(COS, UniformPolygon([(0, 0), (1, 0), (1, 1), (0, 1)]))
    assert strip.mean((1, 0, 0)) == sympy.sin(1)


@pytest.mark.parametrize(
    ("kernel", "other"),
    [
        (TrigonometricPolygonKernel(PENTAGON), RELU),
        (TrigonometricBoxKernel(SQUARE), CUBIC),
        (TrigonometricSphereKernel(UniformSphere(2)), SIN),
        (TrigonometricSphereKernel(UniformSphere(2)), CUBIC),
    ],
    ids=["polygon", "box", "circle waves", "circle"],
)
@given(st.lists(SMALL, min_size=6, max_size=6), st.lists(SMALL, min_size=6, max_size=6))
@settings(deadline=None, max_examples=5)
def test_a_closed_form_holds_throughout_its_chamber(kernel, other, here, there):
    names = sympy.symbols("p q r s t u", real=True)
    g, h = feature(SIN, *names[:3]), feature(other, *names[3:])
    at, elsewhere = (dict(zip(names, v, strict=True)) for v in (here, there))
    try:
        form, chamber = kernel.closed_form(g, h, at)
    except WallError:
        assume(False)
    assert chamber.contains(at)
    for point in (at, elsewhere):
        if chamber.contains(point):
            difference = form.subs(point) - kernel.exact(g.subs(point), h.subs(point))
            assert abs(sympy.N(difference, 20, maxn=200)) < 1e-15


# Certified quadrature


@pytest.mark.parametrize(("first", "second"), list(product(sorted(FLOAT), repeat=2))[::3])
def test_floating_point_rules_agree_on_smooth_pairs(first, second):
    by_name = {a.name: a for a in ANALYTIC}
    u, v = (1, Rational(-1, 2), Rational(1, 3), Rational(1, 4)), (Rational(1, 2), 1, -1, 0)
    nodes, weights = np.polynomial.legendre.leggauss(40)
    sides = [
        np.array([float((b - a) / 2), float((a + b) / 2)])
        for a, b in zip(CUBE.lower, CUBE.upper, strict=True)
    ]
    x = [
        s[0] * nodes.reshape([-1 if i == k else 1 for i in range(3)]) + s[1]
        for k, s in enumerate(sides)
    ]

    def value(name, w):
        return FLOAT[name](sum(float(e) * c for e, c in zip(w[:3], x, strict=True)) + float(w[3]))

    mean = np.einsum("i,j,k,ijk", *[weights / 2] * 3, value(first, u) * value(second, v))
    g, h = feature(by_name[first], *u), feature(by_name[second], *v)
    ball = kernel_for(CUBE, g.activation, h.activation).enclosure(g, h, digits=12)
    assert float(ball.mid()) == pytest.approx(mean, abs=1e-13)
    # The sphere: heights by Gauss, angles by the trapezoidal rule.
    angle = np.pi * np.arange(80) / 40
    radius = np.sqrt(1 - nodes**2)
    x = [nodes[:, None], radius[:, None] * np.cos(angle), radius[:, None] * np.sin(angle)]
    mean = (weights / 2) @ (value(first, u) * value(second, v)).mean(axis=1)
    law = UniformSphere(3)
    ball = kernel_for(law, g.activation, h.activation).enclosure(g, h, digits=12)
    assert float(ball.mid()) == pytest.approx(mean, abs=1e-13)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6])
def test_one_direction_on_the_sphere_to_twenty_digits(n):
    """A coordinate t has the density (1 − t²)^((n−3)/2): smooth in φ with t = cos φ."""
    w = [1, 2, 2, 0, 0, 0][:n]
    g, h = feature(TANH, *w, Rational(1, 2)), feature(SOFTPLUS, *(-e for e in w), 0)
    relu = feature(RELU, *w, Rational(1, 2))
    with mpmath.workdps(25):
        norm = mpmath.sqrt(sum(e * e for e in w))
        mass = mpmath.quad(lambda p: mpmath.sin(p) ** (n - 2), [0, mpmath.pi])

        def mean(f):
            def integrand(p):
                a = norm * mpmath.cos(p)
                return f(a + 0.5) * mpmath.log1p(mpmath.exp(-a)) * mpmath.sin(p) ** (n - 2)

            return mpmath.quad(integrand, [0, mpmath.acos(-0.5 / norm), mpmath.pi]) / mass

        for unit, f in ((g, mpmath.tanh), (relu, lambda z: max(z, mpmath.mpf(0)))):
            ball = kernel_for(UniformSphere(n), unit.activation, SOFTPLUS).enclosure(
                unit, h, digits=22
            )
            middle = mpmath.mpf(ball.mid().str(40, radius=False))
            assert abs(middle - mean(f)) < mpmath.mpf(10) ** -20
            assert ball.rad() < 1e-21


@given(st.sampled_from(BROKEN), st.sampled_from((CUBIC, IDENTITY, *BROKEN)), st.data())
@settings(deadline=None, max_examples=40)
def test_cut_simplices_give_the_exact_kernels(first, second, data):
    law = data.draw(st.sampled_from((PENTAGON, SQUARE, CUBE)))
    u, v = data.draw(units(law.dimension))
    g, h = feature(first, *u), feature(second, *v)
    ball = RegionQuadratureKernel(law).enclosure(g, h, digits=15)
    assert ball.overlaps(kernel_for(law, first, second).enclosure(g, h, digits=30))
    assert ball.rad() < 1e-14 * (1 + abs(ball))


@given(
    st.sampled_from(ANALYTIC), st.sampled_from((*ANALYTIC, *BROKEN)), st.integers(2, 16),
    st.sampled_from((PENTAGON, SQUARE, UniformSphere(2), UniformSphere(3), UniformSphere(5))),
    st.data(),
)  # fmt: skip
@settings(deadline=None, max_examples=80)
def test_rules_of_few_nodes_still_contain_the_value(first, second, bits, law, data):
    """Few nodes make the error of the rule dominate: the ball rests on its bound alone."""
    u, v = data.draw(units(law.dimension))
    g, h = feature(first, *u), feature(second, *v)
    kind = SphereQuadratureKernel if isinstance(law, UniformSphere) else RegionQuadratureKernel
    field = RealField.containing([])
    with ctx.workprec(120):
        coarse, fine = (kind(law).integral(g, h, field, b) for b in (bits, 50))
    assert coarse.contains(fine) or coarse.rad() < 1e-15
    assert fine.rad() < 1e-13 * (1 + abs(fine))


@pytest.mark.parametrize("first", [TANH, RELU], ids=str)
@pytest.mark.parametrize("coarse", [Density("sphere", 3), Density("sphere", 4), UNIFORM], ids=str)
def test_each_rule_on_the_sphere_bounds_its_own_error(monkeypatch, first, coarse):
    """One of the two rules with few nodes, the other with many."""
    g, h = feature(first, 1, 0, 0, 0, Rational(1, 2)), feature(TANH, 2, 6, 0, 0, 1)
    kernel, field = SphereQuadratureKernel(UniformSphere(4)), RealField.containing([])
    with ctx.workprec(120):
        fine = kernel.integral(g, h, field, 60)
        monkeypatch.setattr(
            quadrature_sphere,
            "plan",
            lambda density, *a, **k: plan(density, *a[:-1], 3 if density == coarse else a[-1], **k),
        )
        ball = kernel.integral(g, h, field, 60)
    assert ball.contains(fine)
    used = coarse.order == 3 or (first is RELU) == (coarse == UNIFORM)
    assert (ball.rad() > 1e-6) == used


def test_zeros_by_symmetry():
    centred = UniformPolygon([(2, 0), (1, 1), (-2, 0), (-1, -1)])
    odd, even = feature(TANH, 1, 2, 0), feature(COS, 3, 1, 0)
    for law in (centred, UniformBox((-1, -2), (1, 2)), UniformSphere(2)):
        assert kernel_for(law, TANH, COS).exact(odd, even) == 0
    box, circle = UniformBox((-1, -1), (1, 1)), UniformSphere(2)
    # Inputs of their own, and orthogonal weights: one factor is odd alone.
    assert kernel_for(box, TANH, GELU).exact(feature(TANH, 1, 0, 0), feature(GELU, 0, 1, 3)) == 0
    assert kernel_for(circle, TANH, GELU).exact(odd, feature(GELU, 2, -1, 3)) == 0
    for law in (centred, box, circle):
        with pytest.raises(NoClosedFormError, match="no closed form here"):
            kernel_for(law, TANH, TANH).exact(odd, odd)
    assert not kernel_for(PENTAGON, TANH, COS).enclosure(odd, even, digits=10).contains(0)


def test_units_without_weights_and_irrational_entries():
    root = sympy.sqrt(2)
    one = feature(IDENTITY, 0, 0, 1)
    for law in (PENTAGON, SQUARE, UniformSphere(2)):
        constant = kernel_for(law, TANH, RELU).enclosure(
            feature(TANH, 0, 0, 2), feature(RELU, 0, 0, 3), digits=20
        )
        assert float(constant) == pytest.approx(3 * np.tanh(2), abs=1e-14)
        g, h = feature(TANH, root, 1, 0), feature(RELU, root, 1, -1)
        low, high = (kernel_for(law, TANH, RELU).enclosure(g, h, digits=d) for d in (10, 20))
        assert low.overlaps(high)
        assert high.rad() < 1e-19
        assert kernel_for(law, TANH, IDENTITY).enclosure(g, one, digits=20).rad() < 1e-19
    kernel = RegionQuadratureKernel(UniformBox((0, 0), (sympy.Symbol("a", positive=True), 1)))
    with pytest.raises(ValueError, match="must be numbers to enclose"):
        kernel.enclosure(feature(TANH, 1, 1, 0), one, digits=10)


def test_what_takes_too_long_is_refused():
    for law in (UniformBox((-1,) * 5, (1,) * 5), UniformSphere(3)):
        n = law.dimension
        g = feature(TANH, *([300 if n == 3 else 3] * n), 0)
        h = feature(ARCTAN, *range(100, 100 + n), 1)
        with pytest.raises(TooManyNodesError, match="ask for fewer digits"):
            kernel_for(law, TANH, ARCTAN).enclosure(g, h, digits=30)


@pytest.mark.parametrize("law", [PENTAGON, SQUARE, UniformSphere(2)], ids=lambda law: law.latex)
@pytest.mark.parametrize("sigma", [TANH, SWISH, SIN, ERF], ids=str)
def test_gram_matrices_are_positive_semidefinite(sigma, law):
    k = NeuronKernel(sigma, law)
    points = [(1, 0, 0), (2, 1, Rational(1, 2)), (-1, 1, 1), (0, 2, -1)]
    gram = np.array([[float(k.enclosure(u, v, digits=15).mid()) for v in points] for u in points])
    assert np.linalg.eigvalsh(gram)[0] > 1e-9
