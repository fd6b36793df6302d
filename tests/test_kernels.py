"""Neuron kernels: exact values against independent integrals, closed forms in their chambers."""

import warnings
from dataclasses import replace
from fractions import Fraction as Q
from itertools import pairwise

import mpmath
import pytest
import sympy
from core_reference import PIECEWISE, VALUE, fraction, mean, rational
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import integrate
from sympy import Rational, sqrt

from slt_symbolic.activations import RELU, TANH
from slt_symbolic.exact.chamber import WallError
from slt_symbolic.inputs import StandardNormal, UniformInterval
from slt_symbolic.kernels import NeuronKernel

SMALL = st.sampled_from([Q(k, d) for d in (1, 2, 3) for k in range(-3, 4)])
UNITS = st.tuples(SMALL, SMALL)
INTERVALS = [
    (Q(-1), Q(1)),
    (Q(-3, 2), Q(2)),
    (Q(1, 2), Q(3)),
    (Q(-2), Q(0)),
]
A = sympy.Symbol("a", positive=True)
P, R_, S, T = sympy.symbols("p r s t", real=True)


def reference(name, u, v, lower, upper):
    breaks = [-b / w for w, b in (u, v) if w != 0]
    return mean(
        lambda x: VALUE[name](u[0] * x + u[1]) * VALUE[name](v[0] * x + v[1]), breaks, lower, upper
    )


def kernel(sigma, lower, upper):
    return NeuronKernel(sigma, UniformInterval(rational(lower), rational(upper)))


def dyadic(x):
    mantissa, exponent = x.man_exp()
    return int(mantissa) * Q(2) ** int(exponent)


def exact(u):
    return tuple(map(rational, u))


@pytest.mark.parametrize("sigma", PIECEWISE, ids=str)
@given(UNITS, UNITS, st.sampled_from(INTERVALS))
@settings(deadline=None, max_examples=40)
def test_the_exact_value_is_the_integral(sigma, u, v, ends):
    k = kernel(sigma, *ends)
    value = k.exact(exact(u), exact(v))
    assert fraction(value) == reference(sigma.name, u, v, *ends)
    assert value == k.exact(exact(v), exact(u))
    ball = k.enclosure(exact(u), exact(v))
    assert abs(dyadic(ball.mid()) - fraction(value)) <= dyadic(ball.rad())
    assert ball.rad() < 1e-28


# Breaks left of, at, inside and right of [-1, 1], both orientations, equal and opposite ones.
PLACES = [
    (Q(s), -s * t)
    for s in (1, -2)
    for t in (
        Q(-2),
        Q(-1),
        Q(-1, 3),
        Q(0),
        Q(1, 2),
        Q(1),
        Q(3),
    )
]
PLACES += [(Q(0), Q(0)), (Q(0), Q(2)), (Q(0), Q(-1))]


@pytest.mark.parametrize("sigma", PIECEWISE, ids=str)
def test_every_order_of_two_breaks(sigma):
    k = kernel(sigma, Q(-1), Q(1))
    for u in PLACES:
        for v in PLACES:
            value = k.exact(exact(u), exact(v))
            assert fraction(value) == reference(sigma.name, u, v, Q(-1), Q(1)), (u, v)


@pytest.mark.parametrize("sigma", PIECEWISE, ids=str)
@pytest.mark.parametrize(("u", "v"), [((2, 1), (-1, 1)), ((1, Q(1, 3)), (3, 1)), ((1, 0), (-1, 0))])
def test_scipy_and_mpmath_agree(sigma, u, v):
    def integrand(x):
        return float(VALUE[sigma.name](u[0] * x + u[1]) * VALUE[sigma.name](v[0] * x + v[1])) / 2

    value = float(kernel(sigma, Q(-1), Q(1)).exact(exact(u), exact(v)))
    cuts = sorted({-1.0, 1.0, *(float(-Q(b) / w) for w, b in (u, v))})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", integrate.IntegrationWarning)
        quad = sum(integrate.quad(integrand, s, t)[0] for s, t in pairwise(cuts))
    assert quad == pytest.approx(value, abs=1e-12)
    assert float(mpmath.quad(lambda x: integrand(float(x)), cuts)) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("sigma", PIECEWISE, ids=str)
@given(UNITS, UNITS, st.sampled_from([Q(1, 3), Q(2), Q(7)]))
@settings(deadline=None, max_examples=25)
def test_scaling_and_reflection_of_one_unit(sigma, u, v, alpha):
    k = kernel(sigma, Q(-1), Q(2))
    scaled = k.exact(exact((alpha * u[0], alpha * u[1])), exact(v))
    assert scaled == rational(alpha) ** sigma.scaling_degree * k.exact(exact(u), exact(v))
    # σ(−z) = sign σ(z) + slope z + constant, integrated against the second unit.
    r = sigma.reflection
    w, b = u
    affine = mean(
        lambda x: (
            (fraction(r.slope) * (w * x + b) + fraction(r.constant))
            * VALUE[sigma.name](v[0] * x + v[1])
        ),
        [-v[1] / v[0]] if v[0] else [],
        Q(-1),
        Q(2),
    )
    mirrored = k.exact(exact((-w, -b)), exact(v))
    assert mirrored == r.sign * k.exact(exact(u), exact(v)) + rational(affine)


@pytest.mark.parametrize("sigma", PIECEWISE, ids=str)
@given(st.lists(SMALL, min_size=4, max_size=4), st.lists(SMALL, min_size=4, max_size=4))
@settings(deadline=None, max_examples=25)
def test_a_closed_form_holds_at_its_sample_and_throughout_its_chamber(sigma, here, there):
    k = kernel(sigma, Q(-1), Q(3, 2))
    at = dict(zip((P, R_, S, T), map(rational, here), strict=True))
    other = dict(zip((P, R_, S, T), map(rational, there), strict=True))
    try:
        form, chamber = k.closed_form((P, R_), (S, T), at)
    except WallError:
        assume(False)
    assert chamber.contains(at)
    for point in (at, other):
        if chamber.contains(point):
            expected = k.exact((point[P], point[R_]), (point[S], point[T]))
            assert sympy.cancel(form.subs(point)) == expected


@pytest.mark.parametrize("sigma", PIECEWISE, ids=str)
def test_nearby_points_share_the_chamber_and_the_form(sigma):
    k = kernel(sigma, Q(-1), Q(1))
    at = {P: Rational(2), R_: Rational(-1, 2), S: Rational(-1), T: Rational(1, 3)}
    form, chamber = k.closed_form((P, R_), (S, T), at)
    for i in range(-3, 4):
        point = {s: v + Rational(i * j, 1000) for j, (s, v) in enumerate(at.items(), 1)}
        assert chamber.contains(point)
        assert form.subs(point) == k.exact((point[P], point[R_]), (point[S], point[T]))


@pytest.mark.parametrize("entry", [1, sqrt(2)])
def test_closed_forms_with_irrational_entries_and_ends(entry):
    k = NeuronKernel(RELU, UniformInterval(-sqrt(3), sqrt(3)))
    form, chamber = k.closed_form((P, entry), (S, 1), {P: 2, S: 3})
    assert chamber.contains({P: Rational(2), S: Rational(3)})
    value = k.exact((2, entry), (3, 1))
    assert sympy.simplify(form.subs({P: 2, S: 3}) - value) == 0
    quad = mpmath.quad(
        lambda x: max(0, 2 * x + mpmath.mpf(sympy.N(entry, 20))) * max(0, 3 * x + 1),
        [-mpmath.sqrt(3), -float(entry) / 2, -mpmath.mpf(1) / 3, mpmath.sqrt(3)],
    ) / (2 * mpmath.sqrt(3))
    assert abs(quad - mpmath.mpf(sympy.N(value, 30))) < 1e-10


def test_symbolic_end_points_scale_as_they_must():
    k = NeuronKernel(RELU, UniformInterval(-A, A))
    assert k.exact((1, 0), (2, 0)) == A**2 / 3
    form, _ = k.closed_form((P, 0), (S, 0), {P: 1, S: 2})
    assert sympy.expand(form - A**2 * P * S / 6) == 0
    with pytest.raises(ValueError, match="entries and law must be numbers"):
        k.enclosure((1, 0), (2, 0))


def test_the_enclosure_at_a_radical_is_tight_and_right():
    k = NeuronKernel(RELU, UniformInterval(-sqrt(3), sqrt(3)))
    ball = k.enclosure((1, sqrt(2) / 2), (2, -1), digits=40)
    assert ball.rad() < 1e-38
    value = sympy.N(k.exact((1, sqrt(2) / 2), (2, -1)), 50)
    assert abs(float(ball.mid()) - float(value)) < 1e-14


@pytest.mark.parametrize(("u", "v", "error", "match"), [
    ((1, 2, 3), (4,), ValueError, "u must be 1 weight"),
    ((1, 2), (4,), ValueError, "v must be 1 weight"),
    ((1.0, 2), (4, 1), TypeError, "entry of u must be exact"),
    ((1, float("nan")), (4, 1), TypeError, "entry of u must be exact"),
    ((1, sympy.oo), (4, 1), ValueError, "entry of u must be a real algebraic"),
    ((1, P), (4, 1), ValueError, "sample must give|does not follow|must be numbers"),
])  # fmt: skip
def test_bad_units_are_refused_by_name(u, v, error, match):
    k = kernel(RELU, Q(-1), Q(1))
    for call in (k.exact, k.enclosure):
        with pytest.raises(error, match=match):
            call(u, v)
    with pytest.raises(error, match=match):
        k.closed_form(u, v, {})


def test_bad_samples_are_refused_by_name():
    k = kernel(RELU, Q(-1), Q(1))
    with pytest.raises(TypeError, match=r"sample\[p\] must be exact"):
        k.closed_form((P, 0), (1, 0), {P: 0.5})
    with pytest.raises(WallError):
        k.closed_form((P, 0), (1, 0), {P: 0})


@pytest.mark.parametrize(("sigma", "law"), [
    (replace(TANH, strip_bound=None), UniformInterval(-1, 1)),
    (replace(TANH, strip_bound=None), StandardNormal(2)),
])  # fmt: skip
def test_pairs_without_a_kernel_are_refused(sigma, law):
    with pytest.raises(ValueError, match="no neuron kernel for activations"):
        NeuronKernel(sigma, law)
