"""K under every law: exact against enclosures, derivatives, and the compiled function."""

import itertools

import numpy as np
import pytest
import sympy
from sympy import Rational, sqrt

from slt_symbolic.activations import ERF, RELU, SIN, TANH
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.exact.chamber import WallError
from slt_symbolic.fisher import FisherInformation
from slt_symbolic.inputs import (
    FiniteSample,
    StandardNormal,
    UniformInterval,
    UniformPolygon,
)
from slt_symbolic.kernels import NoClosedFormError
from slt_symbolic.networks import TwoLayer, Unit

HALF, THIRD = Rational(1, 2), Rational(1, 3)
LAW = UniformInterval(-1, 1)
TRUTH = TwoLayer(RELU, [Unit(1, (1,), -THIRD)])
MODEL = TwoLayer.symbolic(RELU, width=2)
POINT = (1, Rational(1, 4), 1, -1, Rational(1, 5), 1, 0)


def evaluate(potential, values):
    w = np.array([float(v) for v in values])
    g = np.full(w.size, np.nan)
    return potential(w, g), g


def test_gradient_and_hessian_of_the_closed_form_against_the_compiled_gradient():
    K = KLDivergence(MODEL, TRUTH, LAW)
    potential = K.compile()
    value, gradient = evaluate(potential, POINT)
    assert value == pytest.approx(float(K.at(POINT)), rel=1e-14)
    assert gradient == pytest.approx(np.array(K.gradient(POINT), dtype=float).ravel(), rel=1e-13)
    hessian = np.array(K.hessian(POINT), dtype=float)
    step = 1e-6
    for j in range(7):
        ahead, behind = ([float(v) for v in POINT] for _ in range(2))
        ahead[j] += step
        behind[j] -= step
        slope = (evaluate(potential, ahead)[1] - evaluate(potential, behind)[1]) / (2 * step)
        assert slope == pytest.approx(hessian[j], abs=1e-8)


def test_taylor_polynomial_is_k_along_a_line_inside_the_chamber():
    K = KLDivergence(MODEL, TRUTH, LAW)
    polynomial = K.taylor(POINT, 4)
    t = Rational(1, 500)
    direction = (1, -1, 2, 1, 1, -2, 3)
    moved = [a + t * b for a, b in zip(POINT, direction, strict=True)]
    assert K.chamber(POINT).chambers[0].contains(MODEL.point(moved))
    difference = polynomial.eval(tuple(t * b for b in direction)) - K.at(moved)
    assert abs(difference) < 200 * t**5


def test_forms_that_meet_at_a_true_parameter_share_the_fisher_information():
    K = KLDivergence(MODEL, TRUTH, LAW)
    split = (1, -THIRD, HALF, 2, -2 * THIRD, Rational(1, 4), 0)
    assert K.at(split) == 0
    with pytest.raises(WallError):
        K.chamber(split)
    forms = K.pieces_at(split)
    assert len(forms) > 1
    information = FisherInformation(MODEL, LAW).matrix(split)
    from slt_symbolic.exact.expansion import hessian

    assert all(hessian(p.expr, MODEL.point(split)) == information for p in forms)


@pytest.mark.parametrize(
    ("activation", "law"),
    [
        (RELU, StandardNormal(2)),
        (ERF, StandardNormal(2)),
        (RELU, UniformPolygon([(0, 0), (2, 0), (0, 1)])),
    ],
    ids=["relu-normal", "erf-normal", "relu-triangle"],
)
def test_exact_value_lies_in_the_enclosure_and_is_zero_at_the_truth(activation, law):
    model = TwoLayer.symbolic(activation, inputs=2, width=2)
    truth = TwoLayer(activation, [Unit(1, (1, -1), HALF), Unit(-2, (0, 1), THIRD)], HALF)
    K = KLDivergence(model, truth, law)
    true = (0, 1, THIRD, -2, 1, -1, HALF, 1, HALF)
    assert K.at(true) == 0 or sympy.simplify(K.at(true)) == 0
    other = (1, 1, THIRD, -2, 1, -1, HALF, 1, 0)
    value = K.at(other)
    ball = K.enclosure(other, digits=25)
    assert abs(sympy.N(value, 40) - sympy.Float(ball.str(38, radius=False), 40)) < 1e-22
    assert ball > 0


@pytest.mark.parametrize(
    "law", [pytest.param(LAW, marks=pytest.mark.slow), StandardNormal()], ids=str
)
def test_tanh_has_an_enclosure_only_and_the_gauss_rule_converges_to_it(law):
    model = TwoLayer.symbolic(TANH, width=2, biases=0, output_bias=0)
    truth = TwoLayer(TANH, [Unit(1, (HALF,), 0)])
    values = (1, HALF, -1, Rational(1, 4))
    K = KLDivergence(model, truth, law)
    with pytest.raises(NoClosedFormError):
        K.at(values)
    ball = float(K.enclosure(values).mid())
    errors = [abs(evaluate(K.compile(nodes=n), values)[0] - ball) for n in (8, 16, 32)]
    assert errors[0] < 1e-3
    assert all(b <= max(a, 1e-15) for a, b in itertools.pairwise(errors))
    assert errors[2] < 1e-6
    # Equivalent networks: the enclosure of K must reach zero.
    assert K.enclosure((HALF, 1, 3, 0)).contains(0)


def test_finite_sample_is_the_empirical_mean():
    law = FiniteSample([(0,), (1,), (-2,), (HALF,)])
    K = KLDivergence(MODEL, TRUTH, law)
    x = sympy.Symbol("x", real=True)
    difference = MODEL.at(POINT)(x) - TRUTH(x)
    mean = sum(difference.subs(x, v[0]) ** 2 for v in law.points) / 4
    assert K.at(POINT) == mean / 2
    assert evaluate(K.compile(), POINT)[0] == pytest.approx(float(K.at(POINT)), rel=1e-13)


@pytest.mark.parametrize("sigma", [SIN, TANH], ids=str)
def test_analytic_units_on_a_sample_have_exact_values_and_forms(sigma):
    """Every kernel there runs over a field, yet K is no rational function."""
    law = FiniteSample([(0,), (1,), (-2,)])
    model = TwoLayer.symbolic(sigma, width=1)
    K = KLDivergence(model, TRUTH, law)
    values = (2, THIRD, -1, HALF)
    x = sympy.Symbol("x", real=True)
    difference = model.at(values)(x) - TRUTH(x)
    mean = sum(difference.subs(x, v[0]) ** 2 for v in law.points) / 6
    assert not K.is_algebraic
    assert abs(sympy.N(K.at(values) - mean, 30)) < 1e-28
    assert abs(float(K.enclosure(values)) - float(mean)) < 1e-14
    form = K.chamber(values).expr
    assert abs(sympy.N(form.subs(model.point(values)) - mean, 30)) < 1e-28
    step = Rational(1, 10**6)
    ends = [K.at((2 + s, THIRD, -1, HALF)) for s in (step, -step)]
    slope = sympy.N((ends[0] - ends[1]) / (2 * step), 20)
    assert float(K.gradient(values)[0]) == pytest.approx(float(slope), abs=1e-9)


def test_sines_on_an_interval_have_exact_values_and_forms():
    model = TwoLayer.symbolic(SIN, width=1, output_bias=0)
    K = KLDivergence(model, TwoLayer(SIN, [Unit(1, (1,), 0)]), LAW)
    assert sympy.simplify(K.at((0, 0, 0)) - Rational(1, 4) + sympy.sin(2) / 8) == 0
    assert K.at((1, 0, 1)) == 0
    values = (2, THIRD, -1)
    form = K.chamber(values).expr
    assert abs(sympy.N(form.subs(model.point(values)) - K.at(values), 30)) < 1e-28
    assert float(K.enclosure(values)) == pytest.approx(float(K.at(values)), rel=1e-13)


def test_numbers_of_nodes_and_digits_that_make_no_sense_are_refused():
    K = KLDivergence(TwoLayer.symbolic(TANH, width=1), TwoLayer(TANH, (), inputs=1), LAW)
    with pytest.raises(ValueError, match="nodes must be an integer of at least 2"):
        K.compile(nodes=1)
    with pytest.raises(ValueError, match="digits must be a positive integer"):
        K.enclosure((1, 0, 1, 0), digits=0)


def test_noise_variance_and_irrational_ends_scale_as_they_must():
    wide = KLDivergence(MODEL, TRUTH, UniformInterval(-sqrt(2), sqrt(2)), noise_variance=3)
    unit = KLDivergence(MODEL, TRUTH, UniformInterval(-sqrt(2), sqrt(2)))
    assert sympy.simplify(3 * wide.at(POINT) - unit.at(POINT)) == 0
