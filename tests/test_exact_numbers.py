"""Exact numbers: what is accepted, and certain signs in real algebraic fields."""

from decimal import Decimal
from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, cbrt, cos, pi, rootof, sqrt

from slt_symbolic.exact.numbers import NotExactError, RealField, exact

X = sympy.Symbol("x")
RATIONALS = st.fractions(min_value=-5, max_value=5, max_denominator=12)


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), float("inf"), 1j, "1/2", True, None, Decimal(1), np.float64(1),
     np.float32(1), np.bool_(True), flint.arb(1), sympy.true, [1]],
)  # fmt: skip
def test_what_is_not_exact_is_a_type_error_that_names_the_argument(value):
    with pytest.raises(TypeError, match="bandwidth must be exact"):
        exact(value, "bandwidth")


@pytest.mark.parametrize(
    "value",
    [sympy.Float(1.5), sympy.nan, sympy.oo, sympy.zoo, sympy.I, pi, sympy.E, X,
     sqrt(-2), sympy.sin(1)],
)  # fmt: skip
def test_expressions_that_are_not_real_algebraic_are_refused_by_name(value):
    with pytest.raises(NotExactError, match="bandwidth must be a real algebraic number"):
        exact(value, "bandwidth")


@given(RATIONALS)
def test_every_kind_of_rational_becomes_the_same_number(q):
    expected = Rational(q.numerator, q.denominator)
    kinds = [q, flint.fmpq(q.numerator, q.denominator), expected]
    assert {exact(k) for k in kinds} == {expected}
    for whole in (int, np.int64, flint.fmpz, sympy.Integer):
        assert exact(whole(q.numerator)) == q.numerator


def test_fractions_subclass_of_rational_is_kept_exact():
    assert exact(Fraction(10**40 + 1, 3)) == (sympy.Integer(10) ** 40 + 1) / 3


FIELDS = [
    [sqrt(2)],
    [sqrt(2), sqrt(3)],
    [cbrt(2)],
    [cos(pi / 7)],
    [rootof(X**5 - X - 1, 0)],
    [sqrt(10**30 + 1)],
    [sqrt(Rational(1, 10**30) + Rational(1, 10**31))],
    [-sqrt(10**18 + 3)],
]


@pytest.mark.parametrize("numbers", FIELDS, ids=str)
@settings(deadline=None, max_examples=15)
@given(st.lists(RATIONALS, min_size=3, max_size=3))
def test_signs_agree_with_sixty_digits(numbers, coefficients):
    field = RealField.containing(numbers)
    a, b, c = map(exact, coefficients)
    t = numbers[-1]
    value = a * t**2 + b * t + c
    with mpmath.workdps(80):
        reference = mpmath.mpf(str(sympy.N(value, 80))) if value != 0 else mpmath.mpf(0)
    sign = field.sign(field.element(a) * field.element(t) ** 2 + field.element(b * t + c))
    assert sign == (0 if abs(reference) < mpmath.mpf("1e-55") else int(mpmath.sign(reference)))


@pytest.mark.parametrize("size", [1, 10**10, 10**15, 10**40])
def test_differences_far_below_double_precision_have_a_sign(size):
    root = sqrt(sympy.Integer(size) ** 2 + 1)
    field = RealField.containing([root])
    difference = field.element(root) - field.element(sympy.Integer(size))
    assert field.sign(difference) == 1
    assert field.sign(-difference) == -1


def test_hidden_zeros_are_zero():
    numbers = [sqrt(5 + 2 * sqrt(6)), sqrt(2), sqrt(3)]
    field = RealField.containing(numbers)
    nested, two, three = map(field.element, numbers)
    assert field.sign(nested - two - three) == 0
    assert field.sign(nested - two - three + field.element(Rational(1, 10**40))) == 1


@pytest.mark.parametrize("numbers", FIELDS, ids=str)
def test_balls_contain_the_number_and_are_tight(numbers):
    field = RealField.containing(numbers)
    value = numbers[0] / 3 + 1
    ball = field.enclose(field.element(value))
    reference = flint.arb(
        str(sympy.N(value, 60)), str(abs(sympy.N(value, 5)) * sympy.Float("1e-55"))
    )
    assert ball.overlaps(reference)
    assert ball.rad() < 1e-12 * abs(ball.mid()) + flint.arb(1e-12)


def test_the_field_of_rationals_is_q():
    assert RealField.containing([Rational(1, 3), sympy.Integer(2)]).is_rational
    assert not RealField.containing([sqrt(2)]).is_rational


def test_precision_is_restored_after_a_hard_sign():
    before = flint.ctx.prec
    field = RealField.containing([sqrt(2)])
    field.sign(field.element(sqrt(2) - Rational(str(sympy.N(sqrt(2), 200)))))
    assert flint.ctx.prec == before


def test_elements_come_back_unchanged():
    field = RealField.containing([sqrt(3)])
    value = Rational(7, 4) - 2 * sqrt(3)
    assert sympy.expand(field.to_sympy(field.element(value)) - value) == 0
