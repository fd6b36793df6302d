"""Sine, cosine and polynomial kernels: closed forms against quadrature, symmetries, chambers."""

import mpmath
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Rational

from slt_symbolic.activations import ABSOLUTE, COS, IDENTITY, RELU, SIN, STEP, polynomial
from slt_symbolic.exact.chamber import WallError
from slt_symbolic.inputs import StandardNormal, UniformInterval
from slt_symbolic.kernels import Feature, NeuronKernel, kernel_for
from slt_symbolic.kernels.quadrature_interval import IntervalQuadratureKernel
from slt_symbolic.kernels.quadrature_normal import NormalQuadratureKernel
from slt_symbolic.kernels.trigonometric_interval import TrigonometricIntervalKernel
from slt_symbolic.kernels.trigonometric_normal import TrigonometricNormalKernel

CUBIC = polynomial((1, 0, Rational(-1, 2), 2))
SQUARE = polynomial((0, 0, 1))
SMALL = st.sampled_from([Rational(k, d) for d in (1, 2, 3) for k in range(-4, 5)])
ON_INTERVAL = [
    (a, b) for a in (SIN, COS) for b in (SIN, COS, RELU, STEP, ABSOLUTE, CUBIC, IDENTITY)
]
ON_NORMAL = [(a, b) for a in (SIN, COS, CUBIC) for b in (SIN, COS, CUBIC, SQUARE, IDENTITY)]
P, Q, S, T = sympy.symbols("p q s t", real=True)
names = lambda pair: "-".join(a.name[:6] for a in pair)  # noqa: E731 - an id, not a function


def feature(sigma, *entries):
    *weights, bias = map(sympy.sympify, entries)
    return Feature(sigma, tuple(weights), bias)


def number(expr):
    return mpmath.mpf(str(sympy.N(expr, 45)))


VALUE = {
    SIN.name: mpmath.sin,
    COS.name: mpmath.cos,
    RELU.name: lambda z: max(z, mpmath.mpf(0)),
    STEP.name: lambda z: mpmath.mpf(z > 0),
    ABSOLUTE.name: abs,
    CUBIC.name: lambda z: 1 - z * z / 2 + 2 * z**3,
    SQUARE.name: lambda z: z * z,
    IDENTITY.name: lambda z: z,
}


def product(g, h):
    (w, b), (v, c) = (tuple(map(number, f.entries())) for f in (g, h))
    first, second = VALUE[g.activation.name], VALUE[h.activation.name]
    return lambda x: first(w * x + b) * second(v * x + c)


@pytest.mark.parametrize("pair", ON_INTERVAL, ids=names)
@given(SMALL, SMALL, SMALL, SMALL)
@settings(deadline=None, max_examples=12)
def test_exact_enclosure_and_certified_quadrature_agree_on_an_interval(pair, w, b, v, c):
    law = UniformInterval(Rational(-3, 2), 2)
    g, h = feature(pair[0], w, b), feature(pair[1], v, c)
    kernel = kernel_for(law, *pair)
    assert isinstance(kernel, TrigonometricIntervalKernel)
    ball = kernel.enclosure(g, h, digits=30)
    assert (ball - IntervalQuadratureKernel(law).enclosure(g, h, digits=30)).contains(0)
    assert ball.rad() < 1e-28
    value = number(kernel.exact(g, h))
    assert abs(value - mpmath.mpf(ball.str(30, radius=False))) < mpmath.mpf(10) ** -14
    swapped = kernel_for(law, *reversed(pair)).exact(h, g)
    assert abs(number(swapped) - value) < 1e-14


@pytest.mark.parametrize("pair", ON_INTERVAL, ids=names)
def test_an_interval_kernel_is_the_integral_to_twenty_five_digits(pair):
    law = UniformInterval(-1, Rational(3, 2))
    g, h = feature(pair[0], 2, Rational(1, 3)), feature(pair[1], Rational(-3, 2), Rational(1, 2))
    with mpmath.workdps(40):
        cuts = [mpmath.mpf(-1), mpmath.mpf(1) / 3, mpmath.mpf(3) / 2]
        expected = mpmath.quad(product(g, h), cuts) / mpmath.mpf("2.5")
        assert abs(number(kernel_for(law, *pair).exact(g, h)) - expected) < mpmath.mpf(10) ** -25


@pytest.mark.parametrize("pair", ON_NORMAL, ids=names)
@given(st.lists(SMALL, min_size=6, max_size=6))
@settings(deadline=None, max_examples=6)
def test_exact_enclosure_and_certified_quadrature_agree_under_the_normal_law(pair, e):
    law = StandardNormal(2)
    g, h = feature(pair[0], *e[:3]), feature(pair[1], *e[3:])
    kernel = TrigonometricNormalKernel(law)
    ball = kernel.enclosure(g, h, digits=25)
    assert ball.overlaps(NormalQuadratureKernel(law).enclosure(g, h, digits=25))
    with mpmath.workdps(40):
        value = number(kernel.exact(g, h))
        # Absolute or relative: terms in e^{-8} cancel against none.
        bound = mpmath.mpf(10) ** -24 * (1 + abs(value))
        assert abs(value - mpmath.mpf(ball.str(30, radius=False))) < bound
    assert sympy.simplify(kernel.exact(h, g) - kernel.exact(g, h)) == 0


@pytest.mark.parametrize("pair", ON_NORMAL, ids=names)
def test_a_normal_kernel_is_the_integral_to_twenty_five_digits(pair):
    g, h = feature(pair[0], 2, Rational(1, 3)), feature(pair[1], Rational(-3, 2), Rational(1, 2))
    with mpmath.workdps(40):
        f = product(g, h)
        expected = mpmath.quad(lambda x: f(x) * mpmath.npdf(x), [-30, -12, -6, -3, 0, 3, 6, 12, 30])
        value = number(TrigonometricNormalKernel(StandardNormal(1)).exact(g, h))
        assert abs(value - expected) < mpmath.mpf(10) ** -25


def test_known_values():
    on_normal = NeuronKernel(SIN, StandardNormal(2))
    assert on_normal.exact((1, 1, 0), (1, -1, 0)) == 0
    assert on_normal.exact((1, 0, 0), (1, 0, 0)) == (1 - sympy.exp(-2)) / 2
    assert NeuronKernel(COS, StandardNormal(2)).mean((3, 4, 0)) == sympy.exp(Rational(-25, 2))
    square = NeuronKernel(SQUARE, StandardNormal(3))
    assert sympy.simplify(square.exact((1, 0, 0, 0), (0, 1, 0, 0)) - 1) == 0
    assert sympy.simplify(square.exact((1, 0, 0, 0), (1, 0, 0, 0)) - 3) == 0
    assert NeuronKernel(SIN, UniformInterval(-1, 1)).mean_times_input((1, 0)) == (
        sympy.sin(1) - sympy.cos(1)
    )


def test_polynomials_on_an_interval_are_exact_by_their_branches():
    value = NeuronKernel(CUBIC, UniformInterval(-1, 1)).exact((1, 0), (1, 1))
    x = sympy.Symbol("x")
    assert value == sympy.integrate(sympy.expand(CUBIC(x) * CUBIC(x + 1)), (x, -1, 1)) / 2


@pytest.mark.parametrize("other", [SIN, COS, RELU, SQUARE], ids=str)
@given(st.lists(SMALL, min_size=4, max_size=4), st.lists(SMALL, min_size=4, max_size=4))
@settings(deadline=None, max_examples=12)
def test_a_closed_form_holds_throughout_its_chamber(other, here, there):
    kernel = TrigonometricIntervalKernel(UniformInterval(-1, Rational(3, 2)))
    at, elsewhere = (dict(zip((P, Q, S, T), v, strict=True)) for v in (here, there))
    try:
        form, chamber = kernel.closed_form(feature(SIN, P, Q), feature(other, S, T), at)
    except WallError:
        assume(False)
    assert chamber.contains(at)
    for point in (at, elsewhere):
        if chamber.contains(point):
            g, h = feature(SIN, point[P], point[Q]), feature(other, point[S], point[T])
            difference = form.subs(point) - kernel.exact(g, h)
            assert abs(sympy.N(difference, 30)) < 1e-20


def test_equal_frequencies_are_a_wall_and_have_their_own_exact_value():
    kernel = TrigonometricIntervalKernel(UniformInterval(-1, 1))
    with pytest.raises(WallError):
        kernel.closed_form(feature(SIN, P, 0), feature(SIN, S, 0), {P: Rational(2), S: Rational(2)})
    assert kernel.exact(feature(SIN, 2, 0), feature(SIN, 2, 0)) == Rational(1, 2) - sympy.sin(4) / 8


def test_a_normal_closed_form_holds_everywhere():
    kernel = TrigonometricNormalKernel(StandardNormal(1))
    at = {P: Rational(1), S: Rational(2)}
    form, chamber = kernel.closed_form(feature(SIN, P, 0), feature(SIN, S, 0), at)
    assert not chamber.conditions
    expected = (sympy.exp(-((P - S) ** 2) / 2) - sympy.exp(-((P + S) ** 2) / 2)) / 2
    assert sympy.simplify(form - expected) == 0


def test_nearly_equal_frequencies_lose_no_digits():
    kernel = TrigonometricIntervalKernel(UniformInterval(-1, 1))
    tiny = Rational(1, 10**20)
    ball = kernel.enclosure(feature(SIN, tiny, 0), feature(SIN, tiny, 0), digits=30)
    # sin²(tx) averages to t²/3 − t⁴/15 + …
    assert ball.rel_accuracy_bits() > 95
    assert (ball * 10**40 - 1 / mpmath.mpf(3)).mid() < 1e-15


def test_irrational_entries_and_ends():
    root = sympy.sqrt(2)
    kernel = TrigonometricIntervalKernel(UniformInterval(-sympy.sqrt(3), sympy.sqrt(3)))
    g, h = feature(SIN, root, 1), feature(RELU, 1, root / 2)
    ball = kernel.enclosure(g, h, digits=30)
    assert ball.rad() < 1e-28
    assert abs(float(ball.mid()) - float(sympy.N(kernel.exact(g, h)))) < 1e-14


def test_symbolic_ends_and_symbols_in_enclosures():
    a = sympy.Symbol("a", positive=True)
    kernel = TrigonometricIntervalKernel(UniformInterval(-a, a))
    value = kernel.exact(feature(COS, 1, 0), feature(IDENTITY, 0, 1))
    assert sympy.simplify(value - sympy.sin(a) / a) == 0
    with pytest.raises(ValueError, match="must be numbers to enclose"):
        kernel.enclosure(feature(COS, 1, 0), feature(COS, 1, 0), digits=20)


@pytest.mark.parametrize("law", [UniformInterval(-1, 2), StandardNormal(1)], ids=repr)
@pytest.mark.parametrize("sigma", [SIN, COS, CUBIC], ids=str)
def test_gram_matrices_are_positive_semidefinite(sigma, law):
    units = [(1, 0), (2, Rational(1, 2)), (-1, 1), (Rational(1, 3), -1)]
    k = NeuronKernel(sigma, law)
    gram = mpmath.matrix([[number(k.exact(u, v)) for v in units] for u in units])
    assert min(mpmath.eigsy(gram, eigvals_only=True)) > -1e-12 * mpmath.norm(gram)
