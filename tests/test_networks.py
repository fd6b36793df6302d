"""Networks as data: entries, parameters, points, and named refusals."""

import pytest
import sympy
from core_reference import LEAKY, fraction, function
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, sqrt

from slt_symbolic.activations import ABSOLUTE, RELU, STEP, TANH
from slt_symbolic.exact.entries import irrational_numbers, sample_constants
from slt_symbolic.exact.numbers import NotExactError
from slt_symbolic.networks import TwoLayer, Unit

W, X = sympy.symbols("w x", real=True)
NUMBERS = st.fractions(min_value=-3, max_value=3, max_denominator=5)
MODEL = TwoLayer.symbolic(RELU, width=1)


def sympy_number(q):
    return Rational(q.numerator, q.denominator)


@pytest.mark.parametrize("sigma", [RELU, LEAKY, ABSOLUTE, STEP], ids=str)
@given(st.lists(NUMBERS, min_size=7, max_size=7), NUMBERS)
@settings(deadline=None, max_examples=20)
def test_the_function_is_the_sum_of_its_units(sigma, values, x):
    model = TwoLayer.symbolic(sigma, width=2)
    at = model.at([sympy_number(v) for v in values])
    units = [tuple(values[:3]), tuple(values[3:6])]
    assert fraction(Rational(at(sympy_number(x)))) == function(sigma.name, units, values[6])(x)
    assert at.parameters == ()


def test_names_and_order_of_the_parameters():
    assert [str(p) for p in TwoLayer.symbolic(RELU, width=2).parameters] == [
        "w1", "b1", "q1", "w2", "b2", "q2", "c",
    ]  # fmt: skip
    two = TwoLayer.symbolic(RELU, inputs=2, width=1, biases=0)
    assert [str(p) for p in two.parameters] == ["w1_1", "w1_2", "q1", "c"]
    assert TwoLayer.symbolic(RELU, width=0).parameters[0].name == "c"


def test_points_by_name_symbol_and_order_are_the_same():
    w, b, q, c = MODEL.parameters
    expected = {w: 1, b: Rational(1, 2), q: sqrt(2), c: 0}
    assert MODEL.point([1, Rational(1, 2), sqrt(2), 0]) == expected
    assert MODEL.point({"w1": 1, "b1": Rational(1, 2), "q1": sqrt(2), "c": 0}) == expected
    assert MODEL.point({w: 1, "b1": Rational(1, 2), q: sqrt(2), "c": 0}) == expected


@pytest.mark.parametrize(
    ("values", "error", "match"),
    [
        ([1, 2, 3], ValueError, "values must have 4 entries"),
        ([1, 2, 3, 4, 5], ValueError, "values must have 4 entries"),
        ({"w1": 1, "b1": 0, "q1": 1}, ValueError, r"missing \['c'\]"),
        ({"w1": 1, "b1": 0, "q1": 1, "c": 0, "d": 1}, ValueError, r"unknown \['d'\]"),
        ({"w1": 1, MODEL.parameters[0]: 2, "b1": 0, "q1": 1, "c": 0}, ValueError, "once"),
        ([1.0, 0, 1, 0], TypeError, "value of w1 must be exact"),
        ([1, float("nan"), 1, 0], TypeError, "value of b1 must be exact"),
        ([1, 0, sympy.nan, 0], ValueError, "value of q1 must be a real algebraic"),
        ([1, 0, 1, sympy.oo], ValueError, "value of c must be a real algebraic"),
        ([1, 0, 1, sympy.I], ValueError, "value of c must be a real algebraic"),
        ([MODEL.parameters[2], 0, 1, 0], ValueError, "value of w1 must not contain parameters"),
        ([sympy.Symbol("z"), 0, 1, 0], ValueError, "value of w1 must have symbols declared real"),
        ("1234", TypeError, "values must be a mapping or a sequence"),
        (7, TypeError, "values must be a mapping or a sequence"),
        (None, TypeError, "values must be a mapping or a sequence"),
    ],
)
def test_bad_points_are_refused_by_name(values, error, match):
    with pytest.raises(error, match=match):
        MODEL.point(values)


@pytest.mark.parametrize(
    ("entry", "error", "match"),
    [
        (0.5, TypeError, "weights must be exact"),
        ("w", TypeError, "weights must be exact"),
        (W + sympy.Float(0.5), TypeError, "weights must be exact"),
        (sympy.pi, NotExactError, "weights must be a real algebraic"),
        (sympy.pi * W, NotExactError, "weights's coefficient must be a real algebraic"),
        (sympy.sin(W), ValueError, "weights must be a rational function"),
        (sqrt(W), ValueError, "weights must be a rational function"),
        (abs(W), ValueError, "weights must be a rational function"),
        (sympy.Symbol("z"), ValueError, "weights must have symbols declared real"),
    ],
)
def test_bad_entries_are_refused_by_name(entry, error, match):
    with pytest.raises(error, match=match):
        Unit(1, (entry,), 0)
    with pytest.raises(error, match=match.replace("weights", "bias")):
        Unit(1, (1,), entry)
    with pytest.raises(error, match=match.replace("weights", "readout")):
        Unit(entry, (1,), 0)
    with pytest.raises(error, match=match.replace("weights", "output_bias")):
        TwoLayer(RELU, (), entry, (), 1)


def test_units_must_fit_together():
    with pytest.raises(ValueError, match="units must all have the same number of weights"):
        TwoLayer(RELU, [Unit(1, (1,), 0), Unit(1, (1, 2), 0)])
    with pytest.raises(ValueError, match="units must all have the same number of weights"):
        TwoLayer(RELU, [Unit(1, (1,), 0)], inputs=2)
    with pytest.raises(ValueError, match="a network without units needs its number of inputs"):
        TwoLayer(RELU, ())
    with pytest.raises(ValueError, match="at least one"):
        TwoLayer(RELU, [Unit(1, (), 0)])


def test_parameters_are_distinct_and_real():
    with pytest.raises(ValueError, match="parameters must be distinct"):
        TwoLayer(RELU, [Unit(1, (W,), 0)], 0, (W, W))
    with pytest.raises(ValueError, match="parameters must be declared real"):
        TwoLayer(RELU, [Unit(1, (1,), 0)], 0, (sympy.Symbol("z"),))


@pytest.mark.parametrize(
    ("keywords", "error", "match"),
    [
        ({"width": -1}, ValueError, "width >= 0"),
        ({"width": 1.0}, TypeError, "width must be an int"),
        ({"width": True}, TypeError, "width must be an int"),
        ({"width": 1, "inputs": 0}, ValueError, "inputs must be >= 1"),
        ({"width": 1, "inputs": "2"}, TypeError, "inputs must be an int"),
        ({"width": 1, "biases": 0.5}, TypeError, "biases must be exact"),
        ({"width": 1, "readouts": float("inf")}, TypeError, "readouts must be exact"),
        ({"width": 1, "weights": sympy.pi}, ValueError, "weights must be a real algebraic"),
        ({"width": 1, "output_bias": None, "biases": "0"}, TypeError, "biases must be exact"),
    ],
)
def test_bad_symbolic_networks_are_refused_by_name(keywords, error, match):
    with pytest.raises(error, match=match):
        TwoLayer.symbolic(TANH, **keywords)


def test_a_call_needs_one_coordinate_per_input():
    with pytest.raises(ValueError, match="x must have 1 coordinates, got 2"):
        MODEL(X, X)


def test_constants_are_what_is_left_and_keep_their_sign_in_the_sample():
    t, s = sympy.Symbol("t", positive=True), sympy.Symbol("s", negative=True)
    network = TwoLayer(RELU, [Unit(t, (W,), s)], 0, (W,))
    assert network.constants == (s, t)
    assert sample_constants([s * t]) == {s: -1, t: 1}


def test_irrational_numbers_are_found_inside_expressions():
    assert irrational_numbers([sqrt(2) * W + 1, W / sqrt(3), sympy.Integer(2)]) >= {sqrt(2)}
    assert irrational_numbers([W**2 / 3]) == set()


def test_one_weight_needs_no_brackets():
    assert Unit(2, 3, 1) == Unit(2, (3,), 1)
    with pytest.raises(TypeError, match=r"weights must be exact .*, got 0\.5"):
        Unit(1, 0.5, 0)


def test_an_activation_may_be_named():
    assert TwoLayer("relu", [Unit(1, 1, 0)]) == TwoLayer(RELU, [Unit(1, (1,), 0)])
    assert TwoLayer.symbolic("relu", width=2) == TwoLayer.symbolic(RELU, width=2)
    with pytest.raises(ValueError, match=r"got 'rleu'; did you mean 'relu'\?"):
        TwoLayer.symbolic("rleu", width=2)
    with pytest.raises(ValueError, match="activation must be one of"):
        TwoLayer(None, [Unit(1, 1, 0)])


def test_a_printer_writes_an_activation_in_one_line():
    from hypothesis.vendor.pretty import pretty

    shown = pretty(TwoLayer(RELU, [Unit(1, 1, 0)]))
    assert "<activation relu>" in shown
    assert "reflection" not in shown
