"""Truths of several activations: K against integrals that know nothing of kernels."""

from itertools import pairwise

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational

from slt_symbolic import TrueSet, local_learning_coefficient
from slt_symbolic.activations import IDENTITY, RELU, SIN, STEP, TANH, polynomial
from slt_symbolic.divergence import KLDivergence, MultiOutputDivergence, NetworkSum
from slt_symbolic.divergence.network_sum import SeveralActivationsError, joined
from slt_symbolic.inputs import FiniteSample, StandardNormal, UniformBox, UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.testing import rationals

SQUARE, QUARTER = polynomial((0, 0, 1)), Rational(1, 4)
X = sympy.Symbol("x", real=True)
LAW = UniformInterval(-1, 2)
PARABOLA = TwoLayer(SQUARE, [Unit(1, (1,), 0)])
WAVE = TwoLayer(SIN, [Unit(2, (3,), 0)], Rational(1, 3))
JUMP = TwoLayer(STEP, [Unit(-1, (2,), -1)], -2)
PRODUCT = TwoLayer(SQUARE, [Unit(QUARTER, (1, 1), 0), Unit(-QUARTER, (1, -1), 0)])
NUMBER = rationals(most=4)


def mean_square(f, cuts):
    """E[f²]/2 over the interval from -1 to 2 by Gauss-Legendre, exact between cuts up to x⁹."""
    x, weight = np.polynomial.legendre.leggauss(10)
    ends = sorted({-1.0, 2.0, *(t for t in cuts if -1 < t < 2)})
    total = 0.0
    for a, b in pairwise(ends):
        at = (a + b) / 2 + (b - a) / 2 * x
        total += (b - a) / 6 * float(weight @ f(at) ** 2) / 2
    return total


@given(st.lists(st.tuples(NUMBER, NUMBER, NUMBER), min_size=1, max_size=3), NUMBER)
@settings(deadline=None, max_examples=25)
def test_relu_units_against_a_parabola_with_a_jump(units, c):
    model = TwoLayer(RELU, [Unit(q, (w,), b) for q, w, b in units], c)
    K = KLDivergence(model, (PARABOLA, JUMP), LAW)

    def difference(x):
        f = float(c) + sum(float(q) * np.maximum(float(w) * x + float(b), 0) for q, w, b in units)
        return f - (x**2 - (x > 0.5) - 2)

    cuts = [0.5, *(float(-b / w) for _, w, b in units if w)]
    expected = mean_square(difference, cuts)
    assert float(K.at({})) == pytest.approx(expected, rel=1e-10, abs=1e-12)


@pytest.mark.parametrize(
    ("model", "law", "ends"),
    [
        (TwoLayer(RELU, [Unit(2, (1,), 1)], 1), LAW, [-1, 0.5, 2]),
        (TwoLayer(TANH, [Unit(-2, (3,), 1)]), LAW, [-1, -1 / 3, 0.5, 2]),
        (TwoLayer(SQUARE, [Unit(1, (1,), -1)]), StandardNormal(), [-14, -3, 0, 0.5, 3, 14]),
    ],
    ids=["relu", "tanh", "normal"],
)
def test_enclosures_against_quadrature(model, law, ends):
    K = KLDivergence(model, NetworkSum((WAVE, PARABOLA, JUMP)), law)
    ball = K.enclosure({}, digits=20)
    f = {
        "relu": lambda z: max(z, 0),
        "tanh": mpmath.tanh,
        SQUARE.name: lambda z: z**2,
    }[model.activation.name]

    def integrand(x):
        value = model.output_bias + sum(
            u.readout * f(u.weights[0] * x + u.bias) for u in model.units
        )
        truth = 2 * mpmath.sin(3 * x) + x**2 - (1 if x > 0.5 else 0) + Rational(1, 3) - 2
        density = mpmath.npdf(x) if isinstance(law, StandardNormal) else mpmath.mpf(1) / 3
        return (value - truth) ** 2 / 2 * density

    with mpmath.workdps(25):
        expected = mpmath.quad(integrand, ends)
    assert abs(float(ball) - float(expected)) < 1e-13 * float(expected)
    assert ball.rel_accuracy_bits() > 55


def test_x_times_y_on_a_square_by_hand():
    law = UniformBox((-1, -1), (1, 1))
    x, y = sympy.symbols("x y", real=True)
    assert sympy.expand(PRODUCT(x, y)) == x * y
    model = TwoLayer.symbolic(SQUARE, inputs=2, width=1, biases=0, readouts=1, output_bias=0)
    a, b = model.parameters
    step = TwoLayer(STEP, [Unit(1, (1, 0), 0)])
    K = KLDivergence(model, [PRODUCT, step], law)
    upper = ((a * x + b * y) ** 2 - x * y - 1) ** 2
    lower = ((a * x + b * y) ** 2 - x * y) ** 2
    by_hand = (
        sympy.integrate(upper, (x, 0, 1), (y, -1, 1))
        + sympy.integrate(lower, (x, -1, 0), (y, -1, 1))
    ) / 8
    assert sympy.expand(K.expr - by_hand) == 0
    nothing = KLDivergence(TwoLayer(RELU, (), inputs=2), [PRODUCT, step], law)
    assert nothing.at({}) == Rational(1, 18) + Rational(1, 4)


def test_pieces_and_chambers_agree_with_values():
    model = TwoLayer.symbolic(RELU, width=1, readouts=1, output_bias=0)
    K = KLDivergence(model, [PARABOLA, JUMP], LAW)
    for values in ([1, 0], [1, -1], [-2, 3], [-1, Rational(-1, 3)], [3, -2], [1, 5]):
        point = dict(zip(model.parameters, map(sympy.sympify, values), strict=True))
        (piece,) = [p for p in K.pieces() if any(c.contains(point) for c in p.chambers)]
        assert piece.expr.subs(point) == K.at(values) == K.chamber(values).expr.subs(point)
        assert K.gradient(values) == sympy.Matrix([piece.expr]).jacobian(model.parameters).T.subs(
            point
        )


def test_equal_activations_become_one_network():
    twice = joined([PARABOLA, TwoLayer(RELU, (), 3, inputs=1), PARABOLA])
    assert twice == TwoLayer(SQUARE, PARABOLA.units * 2, 3)
    assert joined([TwoLayer(RELU, (), 3, inputs=1)] * 2) == TwoLayer(RELU, (), 6, inputs=1)
    parts = joined([PARABOLA, WAVE, PARABOLA]).parts
    assert [len(p.units) for p in parts] == [2, 1]
    assert sympy.expand(NetworkSum(parts)(X) - 2 * PARABOLA(X) - WAVE(X)) == 0
    # K of a parabola and a line against their sum vanishes.
    line = TwoLayer(IDENTITY, [Unit(2, (1,), 0)])
    bowl = TwoLayer(polynomial((0, 2, 1)), [Unit(1, (1,), 0)])
    assert KLDivergence(bowl, [PARABOLA, line], StandardNormal()).at({}) == 0
    assert "truth of 2" in repr(KLDivergence(bowl, [PARABOLA, line], StandardNormal()))


def test_constants_and_several_outputs():
    a = sympy.Symbol("a", positive=True)
    model = TwoLayer.symbolic(RELU, width=1, biases=0, output_bias=0)
    scaled = TwoLayer(SQUARE, [Unit(a, (1,), 0)])
    K = KLDivergence(model, [scaled, JUMP], LAW)
    assert K.truth.constants == (a,)
    known = KLDivergence(model, [TwoLayer(SQUARE, [Unit(3, (1,), 0)]), JUMP], LAW)
    assert sympy.simplify(K.at([2, 1]).subs(a, 3) - known.at([2, 1])) == 0
    both = MultiOutputDivergence([known, KLDivergence(model, JUMP, LAW)])
    assert both.at([2, 1]) == known.at([2, 1]) + KLDivergence(model, JUMP, LAW).at([2, 1])


def test_compiled_by_a_rule_and_on_samples():
    model = TwoLayer.symbolic(TANH, width=2)
    K = KLDivergence(model, [WAVE, PARABOLA], LAW)
    w = np.array([0.5, 0.25, 1.0, -1.0, 0.5, 2.0, 0.125])
    values = [Rational(*v.as_integer_ratio()) for v in w]
    g = np.zeros(7)
    value = K.compile()(w, g)
    assert value == pytest.approx(float(K.enclosure(values)), rel=1e-10)
    h = Rational(1, 10**6)
    moved = [[v + s * h * int(i == 2) for i, v in enumerate(values)] for s in (1, -1)]
    up, down = (K.enclosure(m, digits=30) for m in moved)
    assert g[2] == pytest.approx(float((up - down) / 2) * 10**6, rel=1e-6)
    relu = TwoLayer.symbolic(RELU, width=1)
    sample = FiniteSample([(-1,), (Rational(1, 2),), (1,), (2,)])
    K = KLDivergence(relu, [PARABOLA, JUMP], sample)
    assert K.compile()(np.array([1.0, 0.5, 2.0, -1.0]), np.zeros(4)) == pytest.approx(
        float(K.at([1, Rational(1, 2), 2, -1])), rel=1e-13
    )
    with pytest.raises(ValueError, match=r"units with a break.*model relu, truth polynomial"):
        KLDivergence(relu, [PARABOLA, JUMP], LAW).compile()


def test_what_needs_one_activation_says_so():
    model = TwoLayer.symbolic(RELU, width=1)
    K = KLDivergence(model, [PARABOLA, JUMP], LAW)
    for question in (
        lambda: TrueSet(model, K.truth, LAW).contains([1, 0, 1, 0]),
        lambda: TrueSet(model, K.truth, LAW).strata,
        lambda: local_learning_coefficient(K, [1, 0, 1, 0]),
        lambda: K.truth.activation,
    ):
        with pytest.raises(SeveralActivationsError, match="one activation is needed, not a sum of"):
            question()


@pytest.mark.parametrize(
    ("truth", "error", "match"),
    [
        (3, TypeError, "truth must be a TwoLayer, or several to be added up, got int"),
        ([PARABOLA, 3], TypeError, "part 2 must be a TwoLayer, got int"),
        ([], ValueError, "parts must be at least one"),
        ([PARABOLA, PRODUCT], ValueError, "equally many inputs"),
        ([PRODUCT, PRODUCT], ValueError, r"truth must have 1 input\(s\)"),
        ([PARABOLA, TwoLayer.symbolic(RELU, width=1)], ValueError, "no parameters"),
    ],
)
def test_what_is_no_truth_is_refused(truth, error, match):
    with pytest.raises(error, match=match):
        KLDivergence(TwoLayer.symbolic(RELU, width=1), truth, LAW)
