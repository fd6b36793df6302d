"""Gaussian neuron kernels: closed forms and balls against quadrature, theorems and symmetries."""

from itertools import product

import mpmath
import numpy as np
import pytest
import sympy
from flint import acb, arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from normal_reference import reference
from sympy import pi, sqrt

from slt_symbolic.activations import ABSOLUTE, ERF, IDENTITY, RELU, STEP, TANH, leaky_relu
from slt_symbolic.exact.chamber import WallError
from slt_symbolic.inputs import StandardNormal, UniformInterval
from slt_symbolic.kernels import Feature, NeuronKernel, kernel_for
from slt_symbolic.kernels.normal_piecewise import NormalPiecewiseKernel

R = sympy.Rational
LEAKY = leaky_relu(R(-1, 3))
KINDS = [ABSOLUTE, ERF, IDENTITY, LEAKY, RELU, STEP]
SMALL = st.sampled_from([R(k, d) for d in (1, 2, 3) for k in range(-3, 4)])
W1, W2, V1, V2, B, D = sympy.symbols("w1 w2 v1 v2 b d", real=True)
T = sympy.Symbol("t", positive=True)


def feature(activation, *entries):
    *weights, bias = map(sympy.sympify, entries)
    return Feature(activation, tuple(weights), bias)


def kernel(n=2):
    return NormalPiecewiseKernel(StandardNormal(n))


@given(
    st.sampled_from(KINDS),
    st.sampled_from(KINDS),
    st.lists(SMALL, min_size=3, max_size=3),
    st.lists(SMALL, min_size=3, max_size=3),
)
@settings(deadline=None, max_examples=80)
def test_the_exact_value_is_the_integral(sigma, tau, u, v):
    g, h = feature(sigma, *u), feature(tau, *v)
    value = kernel().exact(g, h)
    assert float(sympy.N(value, 20)) == pytest.approx(reference(g, h), abs=3e-13)
    ball = kernel().enclosure(g, h, digits=25)
    with ctx.workdps(60):
        assert ball.overlaps(arb(str(sympy.N(value, 45)), "1e-40"))
    assert ball.rad() < 1e-20
    mirrored = kernel().enclosure(h, g, digits=25)
    assert ball.overlaps(mirrored)


@pytest.mark.parametrize(("sigma", "tau"), list(product(KINDS, KINDS)), ids=str)
def test_degenerate_pairs(sigma, tau):
    """Zero weights, parallel and opposite weights, the same hyperplane, touching boundaries."""
    units = [(0, 0, 0), (0, 0, 1), (0, 0, -2), (1, 2, 1), (-1, -2, -1), (2, 4, 2), (R(1, 2), 1, 1)]
    units += [(-1, -2, 2), (1, 2, 0), (-3, -6, 0)]
    for v in units:
        g, h = feature(sigma, 1, 2, 1), feature(tau, *v)
        for first, second in ((g, h), (h, g)):
            value = float(kernel().exact(first, second))
            assert value == pytest.approx(reference(g, h), abs=3e-13), v
            assert abs(float(kernel().enclosure(first, second, digits=20)) - value) < 1e-12


def test_the_arc_cosine_kernels():
    """Cho and Saul (2009): J_0 = π − θ and J_1 = sin θ + (π − θ) cos θ, over 2π."""
    for w, v in [((1, 0), (1, 1)), ((1, 2), (-3, 1)), ((2, 1), (2, 1)), ((1, 1), (-2, -2))]:
        norms = sqrt(w[0] ** 2 + w[1] ** 2) * sqrt(v[0] ** 2 + v[1] ** 2)
        theta = pi / 2 - sympy.asin(sympy.Integer(w[0] * v[0] + w[1] * v[1]) / norms)
        step = kernel().exact(feature(STEP, *w, 0), feature(STEP, *v, 0))
        relu = kernel().exact(feature(RELU, *w, 0), feature(RELU, *v, 0))
        assert sympy.simplify(step - (pi - theta) / (2 * pi)) == 0
        one = norms * (sympy.sin(theta) + (pi - theta) * sympy.cos(theta)) / (2 * pi)
        assert sympy.simplify(relu - one) == 0
    assert kernel().exact(feature(RELU, 3, 4, 0), feature(RELU, 3, 4, 0)) == R(25, 2)
    assert kernel().exact(feature(RELU, 1, 0, 0), feature(RELU, 0, 1, 0)) == 1 / (2 * pi)
    assert kernel().exact(feature(ABSOLUTE, 1, 0, 0), feature(ABSOLUTE, 0, 1, 0)) == 2 / pi


def test_williams_arcsine():
    for u, v in [((1, 2), (1, 0)), ((1, -1), (3, 2)), ((1, 1), (1, 1))]:
        dot = 2 * sum(a * b for a, b in zip(u, v, strict=True))
        norms = sqrt((1 + 2 * sum(a * a for a in u)) * (1 + 2 * sum(b * b for b in v)))
        value = kernel().exact(feature(ERF, *u, 0), feature(ERF, *v, 0))
        assert sympy.simplify(value - 2 / pi * sympy.asin(dot / norms)) == 0


def test_the_mean_of_erf_and_of_a_relu():
    k = NeuronKernel(ERF, StandardNormal(2))
    assert sympy.simplify(k.mean((1, 2, 3)) - sympy.erf(3 / sqrt(11))) == 0
    relu = NeuronKernel(RELU, StandardNormal(2))
    assert relu.mean((3, 4, 0)) == 5 / sqrt(2 * pi)
    # E[σ(a) x_k] = w_k E[σ′(a)]
    assert sympy.simplify(relu.mean_times_input((3, 4, 0), 1) - 2) == 0


def angle_form(first, second):
    """A closed form along w = (1, 0), v = (cos, sin) in the rational parametrisation by t."""
    cosine, sine = (1 - T**2) / (1 + T**2), 2 * T / (1 + T**2)
    units = feature(first, 1, 0, B), feature(second, cosine, sine, D)
    form, _ = kernel().closed_form(*units, {T: R(1, 2), B: R(1, 3), D: R(-1, 2)})
    return form, cosine


def test_price_theorem_holds_exactly():
    """∂E[g h]/∂ρ = E[g′ h′] for unit variances (Price 1958), as an identity of expressions."""
    value, cosine = angle_form(RELU, RELU)
    joint, _ = angle_form(STEP, STEP)
    assert sympy.simplify(sympy.diff(value, T) - joint * sympy.diff(cosine, T)) == 0
    mixed, _ = angle_form(ABSOLUTE, LEAKY)
    sign_by_slope = 2 * R(4, 3) * joint
    # |z|′ = 2·1 − 1 and σ′ = (4/3)·1 − 1/3; the lower terms follow from the means.
    one, _ = kernel().closed_form(feature(STEP, 1, 0, B), feature(IDENTITY, 0, 0, 1), {B: R(1, 3)})
    two = one.subs(B, D)
    slopes = sign_by_slope - 2 * R(1, 3) * one - R(4, 3) * two + R(1, 3)
    assert sympy.simplify(sympy.diff(mixed, T) - slopes * sympy.diff(cosine, T)) == 0


def test_derivatives_in_the_bias_are_kernels_of_the_derivative():
    value, _ = angle_form(RELU, RELU)
    half, _ = angle_form(STEP, RELU)
    joint, _ = angle_form(STEP, STEP)
    assert sympy.simplify(sympy.diff(value, B) - half) == 0
    assert sympy.simplify(sympy.diff(half, D) - joint) == 0
    # Owen's form has no say in it: also at b = 0 the derivative is regular.
    assert sympy.simplify(sympy.diff(joint, B).subs({B: 0, D: 0, T: 1})) == 1 / (2 * sqrt(2 * pi))


@given(st.lists(SMALL, min_size=6, max_size=6), st.sampled_from(list(product(KINDS, KINDS))))
@settings(deadline=None, max_examples=25)
def test_one_form_holds_on_a_whole_chamber(entries, pair):
    g, h = feature(pair[0], W1, W2, B), feature(pair[1], V1, V2, D)
    names = (W1, W2, B, V1, V2, D)
    sample = dict(zip(names, map(R, (2, 1, 1, -1, 3, -1)), strict=True))
    point = dict(zip(names, entries, strict=True))
    form, chamber = kernel().closed_form(g, h, sample)
    assert chamber.contains(sample)
    assert not any({B, D} & c.free_symbols for c in chamber.conditions)
    for at in (sample, point):
        if chamber.contains(at):
            value = kernel().exact(g.subs(at), h.subs(at))
            assert abs(sympy.N(form.subs(at) - value, 20, maxn=200)) < 1e-18


def test_one_input_has_chambers_by_orientation_and_order():
    k = kernel(1)
    g, h = feature(RELU, W1, B), feature(RELU, V1, D)
    for signs in product((1, -1), (1, -1), (1, -1)):
        at = {W1: R(2) * signs[0], V1: R(3) * signs[1], B: R(1, 2), D: R(5 * signs[2], 3)}
        form, chamber = k.closed_form(g, h, at)
        assert chamber.contains(at)
        assert sympy.simplify(form.subs(at) - k.exact(g.subs(at), h.subs(at))) == 0
        other = {s: v * R(101, 100) for s, v in at.items()} | {B: R(51, 100)}
        assert chamber.contains(other)
        assert sympy.simplify(form.subs(other) - k.exact(g.subs(other), h.subs(other))) == 0
        assert not form.has(sympy.Abs)
    with pytest.raises(WallError):
        k.closed_form(g, h, {W1: R(1), B: R(1), V1: R(2), D: R(2)})
    with pytest.raises(WallError):
        kernel().closed_form(feature(RELU, W1, W2, 0), feature(RELU, 1, 1, 0), {W1: R(2), W2: R(2)})
    with pytest.raises(WallError):
        kernel().closed_form(feature(RELU, W1, 0, 0), feature(STEP, 1, 1, 0), {W1: R(0)})


@pytest.mark.parametrize("sigma", KINDS, ids=str)
def test_invariances(sigma):
    u, v = (R(1), R(-2), R(1, 2), R(1, 3)), (R(3), R(1, 2), R(-1), R(-1, 2))
    k = NeuronKernel(sigma, StandardNormal(3))
    value = k.exact(u, v)
    assert value == k.exact(v, u)
    assert value == k.exact((u[2], u[0], u[1], u[3]), (v[2], v[0], v[1], v[3]))
    assert value == k.exact((-u[0], *u[1:]), (-v[0], *v[1:]))
    # A rotation by the angle of (3, 4) leaves the law alone.
    turned = [((3 * x[0] - 4 * x[1]) / 5, (4 * x[0] + 3 * x[1]) / 5, x[2], x[3]) for x in (u, v)]
    assert value == k.exact(*turned)
    degree = sigma.scaling_degree
    if degree is not None:
        scaled = k.exact([7 * x for x in u], v)
        assert sympy.N(scaled - 7**degree * value, 30, maxn=200) == pytest.approx(0, abs=1e-28)


@pytest.mark.parametrize("sigma", KINDS, ids=str)
def test_gram_matrices_are_positive_semidefinite(sigma):
    k = NeuronKernel(sigma, StandardNormal(2))
    units = [(1, 0, 0), (1, 0, 1), (-1, 0, 1), (1, 1, R(-1, 2)), (0, 0, 1), (2, -1, 1), (1, 0, 2)]
    gram = np.array([[float(k.enclosure(u, v)) for u in units] for v in units])
    values = np.linalg.eigvalsh(gram)
    assert values[0] > -1e-13
    assert values[-1] > 0


def test_a_certified_integral_agrees():
    """E[a_+ a'_+] by ball quadrature over a, with the conditional mean of a'_+ inside."""
    g, h = feature(RELU, 1, 2, R(1, 2)), feature(RELU, -1, 1, R(-1, 3))
    ball = kernel().enclosure(g, h, digits=40)
    with ctx.workdps(50):
        s = arb(5).sqrt()
        along, across = 1 / s, arb(3) / s

        def integrand(z, _):
            mean = along * z - arb(1) / 3
            q = mean / across
            positive = mean * (-q / arb(2).sqrt()).erfc() / 2
            positive += across * (-q * q / 2).exp() / (2 * arb.pi()).sqrt()
            return (s * z + arb(0.5)) * positive * (-z * z / 2).exp() / (2 * arb.pi()).sqrt()

        body = acb.integral(integrand, -arb(0.5) / s, 16).real
        assert ball.rad() < 1e-39
        # Beyond 16 the integrand is below 10 z² φ(z), of integral less than 1e-50.
        assert ball.overlaps(body + arb(0, 1e-50))
        assert not (ball + arb("1e-38")).overlaps(body)


def test_mpmath_agrees_at_twenty_digits():
    g, h = feature(STEP, 1, 1, R(1, 2)), feature(RELU, 0, 1, R(1, 3))
    with mpmath.workdps(25):

        def density(x):
            return mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi)

        value = mpmath.quad(
            lambda y: density(y) * (y + mpmath.mpf(1) / 3) * mpmath.ncdf(y + 0.5),
            mpmath.linspace(-mpmath.mpf(1) / 3, 13, 8),
        )
        assert abs(value - mpmath.mpf(str(sympy.N(kernel().exact(g, h), 25)))) < 1e-20


def test_balls_far_in_the_tails_keep_relative_accuracy():
    g, h = feature(RELU, 1, 0, -20), feature(RELU, 1, 1, -25)
    ball = kernel().enclosure(g, h, digits=30)
    assert 0 < ball < 1e-80
    assert ball.rel_accuracy_bits() > 99
    near = feature(RELU, 1, R(1, 10**12), -1)
    tight = kernel().enclosure(feature(RELU, 1, 0, -1), near, digits=30)
    limit = kernel().enclosure(feature(RELU, 1, 0, -1), feature(RELU, 1, 0, -1), digits=30)
    assert abs(tight - limit) < 1e-11
    assert tight.rel_accuracy_bits() > 99


def test_algebraic_entries():
    g, h = feature(RELU, sqrt(2), 1, 1), feature(RELU, 2 * sqrt(2), 2, sqrt(2))
    value = kernel().exact(g, h)  # parallel, which only exact arithmetic can tell
    assert not value.has(sympy.asin)
    assert float(value) == pytest.approx(reference(g, h), abs=1e-12)
    other = feature(ERF, 1, sqrt(2), -1)
    assert float(kernel().exact(g, other)) == pytest.approx(reference(g, other), abs=1e-12)


def test_unknown_constants_in_exact_values():
    a = sympy.Symbol("a", positive=True)
    k = NeuronKernel(RELU, StandardNormal(1))
    assert k.exact((a, 0), (a, 0)) == a**2 / 2
    with pytest.raises(ValueError, match="numbers to enclose"):
        k.enclosure((a, 0), (a, 0))
    with pytest.raises(ValueError, match="does not follow"):
        k.exact((B, 0), (1, 0))


def test_what_is_supported():
    assert NormalPiecewiseKernel.supports(StandardNormal(3), ERF, RELU)
    assert not NormalPiecewiseKernel.supports(StandardNormal(3), TANH, RELU)
    assert not NormalPiecewiseKernel.supports(UniformInterval(-1, 1), ERF, RELU)
    assert isinstance(kernel_for(StandardNormal(2), STEP, ERF), NormalPiecewiseKernel)
    with pytest.raises(ValueError, match="u must be 2 weight"):
        NeuronKernel(RELU, StandardNormal(2)).exact((1, 2), (1, 2, 3))
    with pytest.raises(TypeError, match="entry of v must be exact"):
        NeuronKernel(RELU, StandardNormal(2)).exact((1, 2, 3), (1, 2.0, 3))
