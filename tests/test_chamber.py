"""Rational functions ordered at a point: signs, recorded conditions, walls."""

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Rational, sqrt

from slt_symbolic.activations import STEP
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.exact.chamber import Chamber, ChamberField, UndecidedError, WallError
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer, Unit

W, B = sympy.symbols("w b", real=True)
A, T = sympy.symbols("a t", positive=True)
SMALL = st.fractions(min_value=-3, max_value=3, max_denominator=4).map(
    lambda q: Rational(q.numerator, q.denominator)
)
EXPRESSIONS = [W * B, W**2 - B, (W + B) / (W - 2 * B), W**2 * B, W**2 + B**2 + 1, (W - 1) ** 3 / B]


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(EXPRESSIONS), SMALL, SMALL, SMALL, SMALL)
def test_a_sign_is_that_at_the_sample_and_holds_in_the_whole_chamber(expr, w, b, w2, b2):
    numerator, denominator = sympy.fraction(expr)
    here, there = {W: w, B: b}, {W: w2, B: b2}
    assume(denominator.subs(here) != 0 and numerator.subs(here) != 0)
    field = ChamberField((W, B), (), here)
    sign = field.sign(field.element(expr))
    assert sign == sympy.sign(expr.subs(here))
    assert field.chamber.contains(here)
    if field.chamber.contains(there):
        # Even powers impose nothing: there the expression may vanish, never change its sign.
        assert sympy.sign(expr.subs(there)) in ((sign, 0) if expr == W**2 * B else (sign,))
        assert field.chamber.closure_contains(there)


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_signs_in_all_four_quadrants(expr):
    for w in (Rational(3, 2), Rational(-3, 2)):
        for b in (Rational(1, 3), Rational(-1, 3)):
            point = {W: w, B: b}
            field = ChamberField((W, B), (), point)
            assert field.sign(field.element(expr)) == sympy.sign(expr.subs(point))
            assert field.chamber.contains(point)


def test_every_factor_is_a_wall_once_whatever_its_power():
    field = ChamberField((W, B), (), {W: Rational(2), B: Rational(-1)})
    field.sign(field.element(W**2 * B**3))
    assert field.chamber.conditions == {W, -B}


def test_asking_twice_gives_the_same_sign_and_the_same_chamber():
    field = ChamberField((W, B), (), {W: Rational(2), B: Rational(-1)})
    first = field.sign(field.element(W * B - 1))
    chamber = field.chamber
    assert field.sign(field.element(W * B - 1)) == first == -1
    assert field.chamber == chamber


def test_a_wall_is_named_but_an_identical_zero_is_no_wall():
    field = ChamberField((W, B), (), {W: Rational(1), B: Rational(1)})
    assert field.sign(field.element(W * B) - field.element(B * W)) == 0
    with pytest.raises(WallError, match=r"wall .*b.*w.* = 0|wall .*w.*b.* = 0"):
        field.sign(field.element(W - B))
    with pytest.raises(WallError):
        field.sign(field.element((W - B) ** 2))


def test_walls_at_irrational_samples_are_found_exactly():
    point = {W: sqrt(2) + sqrt(3), B: sqrt(5 + 2 * sqrt(6))}
    field = ChamberField((W, B), (), point)
    with pytest.raises(WallError):
        field.sign(field.element(W - B))
    assert field.sign(field.element(W - B + Rational(1, 10**30))) == 1


def test_constants_need_assumptions_that_decide():
    field = ChamberField((W,), (A, T), {W: Rational(1), A: Rational(1), T: Rational(1)})
    assert field.sign(field.element(A + T)) == 1
    assert field.sign(field.element(-A * T)) == -1
    assert not field.chamber.conditions
    with pytest.raises(UndecidedError, match="declare them positive"):
        field.sign(field.element(A - T))


def test_declared_signs_are_not_conditions_but_contradicting_samples_are():
    p = sympy.Symbol("p", positive=True)
    field = ChamberField((p,), (), {p: Rational(2)})
    assert field.sign(field.element(p)) == 1
    assert not field.chamber.conditions
    field = ChamberField((p,), (), {p: Rational(-2)})
    assert field.sign(field.element(p)) == -1
    assert field.chamber.conditions == {-p}


def test_every_symbol_needs_a_sample_value():
    with pytest.raises(ValueError, match="sample must give a value to b"):
        ChamberField((W, B), (), {W: Rational(1)})


def test_irrational_coefficients_come_out_monic_and_equal():
    field = ChamberField((W,), (), {W: Rational(1)}, [sqrt(3)])
    value = (W + sqrt(3)) / (sqrt(3) * W + 3)
    assert sympy.simplify(field.to_sympy(field.element(value)) - value) == 0


def test_closure_and_interior_differ_on_the_wall_only():
    chamber = Chamber(frozenset({W - B, B}))
    assert chamber.contains({W: Rational(2), B: Rational(1)})
    assert not chamber.contains({W: Rational(1), B: Rational(1)})
    assert chamber.closure_contains({W: Rational(1), B: Rational(1)})
    assert not chamber.closure_contains({W: Rational(0), B: Rational(1)})
    assert chamber.closure_contains({W: sqrt(2) + sqrt(3), B: sqrt(5 + 2 * sqrt(6))})


def test_a_chamber_prints_its_inequalities():
    assert str(Chamber(frozenset())) == "everywhere"
    assert str(Chamber(frozenset({W}))) == "w > 0"


def test_a_jump_behind_an_even_power_is_outside_of_the_chamber():
    """Step units with weight w**2: K jumps at w = 0, where the form around w = 1 must not reach."""
    model = TwoLayer(STEP, [Unit(1, (W**2,), 0)], 0, (W,))
    K = KLDivergence(model, TwoLayer(STEP, (), inputs=1), UniformInterval(-1, 1))
    (chamber,) = K.chamber((1,)).chambers
    assert chamber.contains({W: Rational(2)})
    assert not chamber.contains({W: Rational(0)})
    assert K.at((0,)) != K.at((1,))
