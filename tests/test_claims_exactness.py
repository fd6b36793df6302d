"""The exact zero test: what is zero, what is tiny, what is refused, what is not decided."""

from fractions import Fraction

import flint
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import I, Rational, cbrt, cos, exp, log, pi, root, sin, sqrt, symbols, tanh

from slt_symbolic.claims.balls import NoBallError, ball
from slt_symbolic.claims.exactness import decide_zero, exact_expression
from slt_symbolic.claims.formal import UndefinedExpressionError, quotient

x, y, n = symbols("x y n")
p = symbols("p", positive=True)
f = sympy.Function("f")

ZERO = [
    sqrt(5 + 2 * sqrt(6)) - sqrt(2) - sqrt(3),
    sqrt(2 + sqrt(3)) - (sqrt(6) + sqrt(2)) / 2,
    cbrt(sqrt(5) - 2) - (sqrt(5) - 1) / 2,
    cbrt(2 + 11 * I) + cbrt(2 - 11 * I) - 4,
    root(20 + 14 * sqrt(2), 3) + root(20 - 14 * sqrt(2), 3) - 4,
    sqrt(112 + 70 * sqrt(2) + (46 + 34 * sqrt(2)) * sqrt(5))
    - (5 + 4 * sqrt(2) + (3 + sqrt(2)) * sqrt(5)),
    x * sqrt(5 + 2 * sqrt(6)) - x * sqrt(2) - x * sqrt(3),
    (x**2 - 1) / (x - 1) - x - 1,
    x / (x - y) + y / (y - x) - 1,
    1 / (1 + sqrt(x)) - (1 - sqrt(x)) / (1 - x),
    1 / (1 + sqrt(2) + sqrt(3)) - (2 + sqrt(2) - sqrt(6)) / 4,
    sqrt(2) * sqrt(p) * sqrt(3) - sqrt(6 * p),
    sqrt(p**2 + 2 * p + 1) - p - 1,
    sin(1) ** 2 + cos(1) ** 2 - 1,
    sin(2 * x) - 2 * sin(x) * cos(x),
    sympy.diff(sympy.atan(x), x) - 1 / (1 + x**2),
    tanh(x) - (exp(2 * x) - 1) / (exp(2 * x) + 1),
    tanh(2 * x) * (1 + tanh(x) ** 2) - 2 * tanh(x),
    exp(x + y) - exp(x) * exp(y),
    x ** (n + 2) - x**2 * x**n,
    log(6) - log(2) - log(3),
    f(x) * (1 + f(x)) - f(x) - f(x) ** 2,
]
NONZERO = [
    Rational(1, 10**400),
    x * Rational(1, 10**400),
    sqrt(10**40 + 1) - 10**20 - Rational(1, 2 * 10**20),
    exp(pi * sqrt(163)) - 262537412640768744,
    sqrt(5 + 2 * sqrt(6)) - sqrt(2) - sqrt(3) + Rational(1, 10**60),
    sqrt(x**2) - x,
    log(x * y) - log(x) - log(y),
    sqrt(1 / (1 + x)) - 1 / sqrt(1 + x),
    tanh(x) - (exp(2 * x) - 1) / (exp(2 * x) + 2),
    x * (sqrt(2) + sqrt(3)) - y * sqrt(5 + 2 * sqrt(6)),
    sympy.Max(x, 0),
]
UNDECIDED = [
    f(x) - f(y),
    sympy.gamma(x + 1) - x * sympy.gamma(x),
    sympy.Max(x, 0) - sympy.Max(-x, 0) - x,
    sympy.Abs(x + y) - sqrt(sympy.re(x + y) ** 2),
]


@pytest.mark.parametrize("expr", ZERO, ids=str)
def test_zero_that_does_not_look_it(expr):
    assert decide_zero(expr).zero is True


@pytest.mark.parametrize("expr", ZERO, ids=str)
def test_no_zero_survives_a_perturbation(expr):
    assert decide_zero(expr + Rational(1, 10**25)).zero is not True


@pytest.mark.parametrize("expr", NONZERO, ids=str)
def test_tiny_or_only_sometimes_zero_is_not_zero(expr):
    assert decide_zero(expr).zero is False


@pytest.mark.parametrize("expr", UNDECIDED, ids=str)
def test_what_exact_means_cannot_decide_is_not_guessed(expr):
    assert decide_zero(expr).zero is None


@pytest.mark.parametrize(
    "value",
    [0.0, 1e-300, 0j, np.float64(0), sympy.Float("0.1") * x, True,
     "0", None, flint.arb(0), sympy.Eq(x, x), [0], sympy.Matrix([[0.0]])],
)  # fmt: skip
def test_inexact_or_foreign_values_are_refused(value):
    with pytest.raises(TypeError):
        decide_zero(value)


@pytest.mark.parametrize("value", [sympy.nan, sympy.oo, sympy.zoo, x + sympy.oo])
def test_values_that_are_not_finite_are_refused(value):
    with pytest.raises(ValueError, match="finite"):
        decide_zero(value)


def test_division_by_a_hidden_zero_is_refused():
    zero = sympy.Add((x + 1) ** 2, -(x**2), -2 * x, -1)
    with pytest.raises(UndefinedExpressionError):
        decide_zero(1 / zero)
    hidden = sqrt(5 + 2 * sqrt(6)) - sqrt(2) - sqrt(3)
    quotient_of_zeros = sympy.Add(x / hidden, -(x + 1) / hidden, 1 / hidden, evaluate=False)
    assert decide_zero(quotient_of_zeros).zero is None


def test_python_and_flint_values():
    assert decide_zero(0).zero
    assert decide_zero(Fraction(0)).zero
    assert decide_zero(np.int64(0)).zero
    assert not decide_zero(flint.fmpq(1, 3)).zero
    assert decide_zero(flint.fmpq_poly([1, 1]) ** 2 - flint.fmpq_poly([1, 2, 1])).zero
    assert not decide_zero(flint.fmpz_poly([0, 1])).zero
    context = flint.fmpq_mpoly_ctx.get(("a", "b"), flint.Ordering.lex)
    a, b = context.gens()
    assert decide_zero((a + b) * (a - b) - a**2 + b**2).zero
    assert decide_zero(flint.fmpq_mat(2, 2)).zero
    assert not decide_zero(flint.fmpq_mat([[0, 1]])).zero


def test_a_matrix_is_zero_entry_by_entry():
    hidden = sqrt(5 + 2 * sqrt(6)) - sqrt(2) - sqrt(3)
    assert decide_zero(sympy.Matrix([[0, hidden], [x - x, 0]])).zero is True
    assert decide_zero(sympy.ImmutableMatrix([[0, f(x) - f(y)]])).zero is None
    decision = decide_zero(sympy.Matrix([[f(x) - f(y), 0], [0, hidden + 1]]))
    assert decision.zero is False
    assert "(1, 1)" in decision.reason


def test_high_degree_is_left_undecided_rather_than_run_for_ever():
    nested = sum(root(2 + sqrt(k), 7) for k in (2, 3, 5))
    decision = decide_zero(sqrt(nested**2 + 2 * nested * p + p**2) - nested - p - 0 * p)
    assert decision.zero in (True, None)


rationals = st.fractions(max_denominator=50).map(lambda q: Rational(q.numerator, q.denominator))
atoms = st.sampled_from([x, y, sqrt(2), sqrt(x), exp(x), I]) | rationals
expressions = st.recursive(
    atoms,
    lambda e: (
        st.tuples(e, e).map(lambda t: t[0] + t[1]) | st.tuples(e, e).map(lambda t: t[0] * t[1])
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(expressions, expressions)
def test_expansion_is_an_identity_and_a_shift_is_not(a, b):
    difference = sympy.Add(a * b, -sympy.expand(a * b), evaluate=False)
    assert decide_zero(difference).zero is True
    assert decide_zero(difference + Rational(1, 7)).zero is False


@settings(max_examples=60, deadline=None)
@given(expressions)
def test_balls_and_formal_quotients_agree(expr):
    """Two independent ways to a value: evaluate the expression, and its normal form."""
    point = {x: Rational(3, 7), y: Rational(-5, 11)}
    form = quotient(expr)
    total = flint.acb(0)
    for monomial, coefficient in form.numerator.to_dict().items():
        term = flint.acb(coefficient)
        for generator, exponent in zip(form.generators, monomial, strict=True):
            if int(exponent):
                term *= ball(generator, point) ** int(exponent)
        total += term
    assert form.denominator.is_one()
    assert total.overlaps(ball(expr, point))


def test_ball_refuses_what_it_does_not_know():
    with pytest.raises(NoBallError):
        ball(f(1))
    with pytest.raises(NoBallError):
        ball(x)


def test_exact_expression_names_what_is_wrong():
    with pytest.raises(TypeError, match=r"float 0\.5"):
        exact_expression(0.5)
    with pytest.raises(TypeError, match="commutative"):
        exact_expression(sympy.Symbol("A", commutative=False))
