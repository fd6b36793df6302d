"""Each kind of evidence: passes, fails, is undecided, is refused."""

from fractions import Fraction

import pytest
import sympy
from flint import arb, ctx, fmpq
from sympy import Rational, pi, sqrt, symbols

from slt_symbolic.claims import Evidence, Strength

x = symbols("x")
nan, inf = float("nan"), float("inf")


def record(method, *args, **kwargs):
    evidence = Evidence()
    getattr(evidence, method)("label", *args, **kwargs)
    (item,) = evidence.items
    assert item.kind == method
    assert item.label == "label"
    return item


def test_identity():
    item = record("identity", (x + 1) ** 2 - x**2 - 2 * x - 1)
    assert (item.passed, item.strength) == (True, Strength.EXACT)
    assert record("identity", x).passed is False
    item = record("identity", sympy.Function("f")(x))
    assert (item.passed, item.strength) == (None, None)
    with pytest.raises(TypeError):
        record("identity", 0.0)


@pytest.mark.parametrize(
    ("got", "expected", "answer"),
    [
        (Fraction(1, 2), Rational(1, 2), True),
        (fmpq(1, 2), Fraction(1, 2), True),
        (sqrt(8), 2 * sqrt(2), True),
        ((1, 2), (1, 2), True),
        ((1, 2), (2, 1), False),
        ((1, 2), [1, 2], False),
        ((1, 2), (1, 2, 3), False),
        ({1, 2}, {Fraction(2), 1}, True),
        ({sqrt(5 + 2 * sqrt(6))}, {sqrt(2) + sqrt(3)}, True),
        ({1}, {1, 2}, False),
        ({"a": 1}, {"a": sympy.Integer(1)}, True),
        (True, True, True),
        (True, 1, False),
        (False, 0, False),
        ("a", "a", True),
        (None, None, True),
        (None, 0, False),
        (sympy.Matrix([[1, 2]]), sympy.ImmutableMatrix([[1, 2]]), True),
        (sympy.Matrix([[1, 2]]), sympy.Matrix([[1], [2]]), False),
        (sympy.S.Reals, sympy.S.Reals, True),
        (sympy.S.true, sympy.S.false, False),
        (sympy.Function("f")(x), sympy.Function("f")(x + 1), None),
        ((sympy.Function("f")(x), 1), (x, 2), False),
    ],
)
def test_equal(got, expected, answer):
    assert record("equal", got, expected).passed is answer


@pytest.mark.parametrize("value", [0.5, (1, 0.5), {1: 0.5}, [0.5j], sympy.Float(1), object()])
def test_equal_refuses_the_inexact(value):
    with pytest.raises(TypeError):
        record("equal", value, value)


def test_certificate():
    def reject(_):
        raise ValueError("chart 3 does not cover")

    assert record("certificate", {"a": 1}, lambda c: c["a"] == 1).passed is True
    assert record("certificate", {}, lambda _: False).passed is False
    assert record("certificate", {}, lambda _: "yes").passed is False
    assert record("certificate", {}, lambda _: None).passed is False
    item = record("certificate", {}, reject)
    assert item.passed is False
    assert "chart 3" in item.detail
    with pytest.raises(KeyError):
        record("certificate", {}, lambda c: c["missing"])


def test_enclosure_of_a_value():
    item = record("enclosure", arb.pi(), pi)
    assert (item.passed, item.strength) == (True, Strength.BALL)
    assert record("enclosure", arb(fmpq(1, 3)), Rational(1, 3)).passed is True
    assert record("enclosure", arb(1, 0.5), sqrt(2)).passed is True
    assert record("enclosure", arb(1.4142, 1e-9), sqrt(2)).passed is False
    with ctx.workprec(300):
        shifted = arb.pi() + arb("1e-60")
    assert record("enclosure", shifted, pi).passed is False
    assert record("enclosure", arb(0, 1), sympy.I).passed is False


def test_enclosure_against_another_ball_says_overlap():
    item = record("enclosure", arb(1, 0.1), arb(1.1, 0.1))
    assert item.passed is True
    assert "overlaps" in item.detail
    assert record("enclosure", arb(1, 0.1), arb(2, 0.1)).passed is False
    assert record("enclosure", arb(1, 0.1), arb("nan")).passed is False


def test_enclosure_within_bounds():
    assert record("enclosure", arb(1, 0.5), within=(0, 2)).passed is True
    assert record("enclosure", arb(1, 0.5), within=(Fraction(3, 4), 2)).passed is False
    assert record("enclosure", arb(1, 0.5), within=(0, None)).passed is True
    assert record("enclosure", arb(1, 0.5), within=(None, 1)).passed is False
    assert record("enclosure", arb(1, 0.5), sqrt(2), within=(3, None)).passed is False


@pytest.mark.parametrize("ball", [arb("nan"), arb(0, inf), arb("inf")])
def test_a_ball_that_is_not_finite_fails(ball):
    assert record("enclosure", ball, 0).passed is False
    assert record("enclosure", ball, within=(0, None)).passed is False


def test_enclosure_refuses():
    with pytest.raises(TypeError, match="arb"):
        record("enclosure", 3.14, pi)
    with pytest.raises(TypeError, match="exact"):
        record("enclosure", arb.pi(), 3.14)
    with pytest.raises(TypeError, match="exact"):
        record("enclosure", arb.pi(), within=(3.0, 4))
    with pytest.raises(ValueError, match="needs a value"):
        record("enclosure", arb.pi())
    with pytest.raises(ValueError, match="needs a value"):
        record("enclosure", arb.pi(), within=(None, None))


def test_statistic():
    item = record("statistic", p_value=0.3, level=0.01, statistic=1.5, description="chi-squared")
    assert (item.passed, item.strength) == (True, Strength.STATISTICAL)
    assert "chi-squared" in item.detail
    assert record("statistic", p_value=0.001, level=0.01).passed is False
    for bad in ({"p_value": nan}, {"p_value": 1.5}, {"p_value": -1}, {"level": 0}, {"level": nan}):
        with pytest.raises(ValueError, match=next(iter(bad))):
            record("statistic", **{"p_value": 0.5, "level": 0.01, **bad})
    with pytest.raises(ValueError, match="statistic"):
        record("statistic", p_value=0.5, level=0.01, statistic=nan)


def test_consistent():
    good = {"estimate": 0.51, "error": 0.01, "predicted": 0.5}
    item = record("consistent", **good)
    assert (item.passed, item.strength) == (True, Strength.STATISTICAL)
    assert record("consistent", **{**good, "estimate": 0.6}).passed is False
    for bad in ({"error": 0.0}, {"error": nan}, {"estimate": inf}, {"predicted": nan}):
        with pytest.raises(ValueError, match=next(iter(bad))):
            record("consistent", **{**good, **bad})


def test_counterexample():
    item = record("counterexample", {"x": 1}, True)
    assert (item.passed, item.strength) == (True, Strength.EXACT)
    assert record("counterexample", {"x": 1}, Rational(1, 10**50)).passed is True
    assert record("counterexample", {"x": 1}, False).passed is False
    assert record("counterexample", 0, sqrt(8) - 2 * sqrt(2)).passed is False
    assert record("counterexample", 0, sympy.Function("f")(x)).passed is None
    for bad in (1e-9, "yes", None):
        with pytest.raises(TypeError):
            record("counterexample", 0, bad)


def test_open():
    evidence = Evidence()
    evidence.open("the lower bound")
    assert evidence.items[0].passed is None
    with pytest.raises(ValueError, match="non-empty"):
        evidence.open(" ")


def test_a_label_is_required():
    with pytest.raises(ValueError, match="label"):
        Evidence().identity("", 0)
