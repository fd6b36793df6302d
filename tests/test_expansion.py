"""Values, gradients, Hessians and Taylor polynomials against SymPy's differentiation."""

import pytest
import sympy
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Abs, Max, Min, Rational, atan, cos, cosh, erf, exp, log, sin, sinh, sqrt, tanh

from slt_symbolic.exact import balls
from slt_symbolic.exact.branches import active_branch
from slt_symbolic.exact.chamber import UndecidedError, WallError
from slt_symbolic.exact.coefficient_field import CoefficientField
from slt_symbolic.exact.expansion import (
    NotAnalyticError,
    gradient,
    hessian,
    taylor_polynomial,
    value,
)
from slt_symbolic.exact.numbers import NotExactError
from slt_symbolic.testing import rationals

x, y, z = VARIABLES = sympy.symbols("x y z", real=True)
dx, dy, dz = sympy.symbols("dx dy dz", real=True)
NUMBER = rationals(most=5)
POLYNOMIAL = st.lists(
    st.tuples(NUMBER, st.integers(0, 3), st.integers(0, 2), st.integers(0, 2)), max_size=5
).map(lambda terms: sympy.Add(*(c * x**i * y**j * z**k for c, i, j, k in terms)))


def by_differentiation(expr, point, order):
    """The Taylor polynomial by the definition, in the displacements dx, dy, dz."""
    names = [sympy.Symbol(f"d{v}", real=True) for v in point]
    scale = sympy.Dummy("s")
    moved = {v: a + scale * d for (v, a), d in zip(point.items(), names, strict=True)}
    along, total = expr.xreplace(moved), sympy.S.Zero
    for k in range(order + 1):
        total += sympy.diff(along, scale, k).subs(scale, 0) / sympy.factorial(k)
    return sympy.expand(total)


@given(POLYNOMIAL, POLYNOMIAL, st.tuples(NUMBER, NUMBER, NUMBER), st.integers(0, 2))
@settings(deadline=None, max_examples=15)
def test_rational_functions_agree_with_differentiation(f, g, at, order):
    point = dict(zip(VARIABLES, at, strict=True))
    expr = f * (y - 2 * x * z) ** 2 / (1 + g**2) - f / (x**2 + 4) + g
    found = taylor_polynomial(expr, point, order)
    assert sympy.expand(found.as_expr() - by_differentiation(expr, point, order)) == 0
    assert value(expr, point) == expr.subs(point)


@given(POLYNOMIAL, st.tuples(NUMBER, NUMBER, NUMBER))
@settings(deadline=None, max_examples=20)
def test_gradient_and_hessian_are_the_first_coefficients(f, at):
    point = dict(zip(VARIABLES, at, strict=True))
    expr = f**2 / (1 + x**2)
    assert gradient(expr, point) == sympy.Matrix([expr.diff(v).subs(point) for v in VARIABLES])
    assert hessian(expr, point) == sympy.hessian(expr, VARIABLES).subs(point)


@pytest.mark.parametrize(
    "f", [sympy.acos, sympy.asin, sympy.erfc, atan, cos, cosh, erf, exp, sin, sinh, tanh,
          lambda u: log(2 + u), lambda u: sqrt(3 + u),
          lambda u: (2 + u) ** Rational(-2, 3), lambda u: 1 / (1 + exp(-u))]
)  # fmt: skip
@pytest.mark.parametrize("at", [0, Rational(1, 2), Rational(-2, 3)])
def test_analytic_functions_agree_with_differentiation(f, at):
    expr, point = f(x) * y + f(x * y), {x: sympy.sympify(at), y: sympy.S.One}
    found = taylor_polynomial(expr, point, 3).as_expr()
    # Their difference is an exact number: zero to 60 digits, coefficient by coefficient.
    difference = sympy.Poly(found - by_differentiation(expr, point, 3), dx, dy)
    for c in difference.coeffs():
        assert abs(sympy.N(c, 60, maxn=400)) < 1e-50
    assert not found.has(sympy.Float)


def test_coefficients_at_zero_are_rational():
    found = taylor_polynomial(tanh(x) ** 2 + sin(x) * cos(y) - 1 + exp(y), {x: 0, y: 0}, 5)
    assert (
        found.get_domain() == sympy.QQ
        or found.get_domain() == sympy.ZZ
        or all(c.is_Rational for c in found.coeffs())
    )
    assert found.coeff_monomial(dx**4) == Rational(-2, 3)
    assert found.coeff_monomial(dx * dy**4) == Rational(1, 24)


def test_algebraic_points_and_unknown_constants():
    a = sympy.Symbol("a", positive=True)
    point = {x: sqrt(2), y: 1 - sqrt(2) / 3}
    expr = (x**2 - y) ** 3 / (y + x)
    expected = by_differentiation(expr, point, 2)
    found = taylor_polynomial(expr, point, 2).as_expr()
    for c in sympy.Poly(found - expected, dx, dy).coeffs():
        assert sympy.radsimp(c) == 0
    expr = (x - a) ** 2 / (x + a)
    assert sympy.cancel(gradient(expr, {x: 2})[0] - expr.diff(x).subs(x, 2)) == 0
    shifted = taylor_polynomial(expr, {x: a}, 3).as_expr()
    assert sympy.cancel(shifted - (dx**2 / (2 * a) - dx**3 / (4 * a**2))) == 0


def test_exactness_survives_cancellation():
    tiny = Rational(1, 10**40)
    assert value((x - 1) ** 2, {x: 1 + tiny}) == tiny**2
    assert value(tanh(x) - tanh(Rational(1, 3)), {x: Rational(1, 3)}) == 0


def test_branches_are_resolved_off_the_walls_only():
    expr = Max(0, x - y) ** 2 + Abs(y) * x + Min(x, y, 3)
    point = {x: sympy.Integer(2), y: sympy.Integer(-1)}
    smooth, conditions = active_branch(expr, point)
    assert sympy.expand(smooth - ((x - y) ** 2 - y * x + y)) == 0
    assert all(c.subs(point) > 0 for c in conditions)
    assert gradient(expr, point) == gradient((x - y) ** 2 - y * x + y, point)
    assert value(Abs(x) + Max(0, x), {x: 0}) == 0
    with pytest.raises(WallError, match="wall"):
        gradient(Abs(x), {x: 0})
    with pytest.raises(WallError):
        hessian(Max(0, x), {x: 0})


def test_errors_are_named():
    with pytest.raises(NotAnalyticError, match="zeta"):
        gradient(sympy.zeta(x), {x: 2})
    with pytest.raises(NotAnalyticError, match="argument"):
        gradient(sqrt(x), {x: 0})
    with pytest.raises(NotAnalyticError):
        value(log(x), {x: -1})
    with pytest.raises(ZeroDivisionError):
        gradient(1 / x, {x: 0})
    with pytest.raises(UndecidedError, match="zero"):
        value(1 / (sin(x) ** 2 + cos(x) ** 2 - y), {x: 1, y: 1})
    with pytest.raises(TypeError, match="value of x"):
        gradient(x, {x: 0.5})
    with pytest.raises(NotExactError):
        gradient(0.5 * x, {x: 1})
    for order, error in ((-1, ValueError), (1.0, TypeError), (True, TypeError)):
        with pytest.raises(error, match="order"):
            taylor_polynomial(x, {x: 0}, order)
    with pytest.raises(ValueError, match="variables"):
        taylor_polynomial(x * y, {x: 0, y: 0}, 1, (dx,))
    with pytest.raises(ValueError, match="constants"):
        taylor_polynomial(x * y, {x: 0}, 1, (y,))
    with pytest.raises(TypeError, match="point"):
        gradient(x, {})


@pytest.mark.parametrize("digits", [5, 30, 200])
@pytest.mark.parametrize(
    "expr",
    [tanh(x) + erf(y) ** 2, exp(x * y) - log(2 + x), sqrt(2 + x) * cos(y) - sympy.pi,
     Max(x, y) - Abs(y) + atan(x) + sinh(y) / cosh(x), (3 + x) ** Rational(5, 3)],
)  # fmt: skip
def test_balls_contain_the_value_and_keep_their_digits(expr, digits):
    point = {x: Rational(1, 3), y: Rational(-2, 7)}
    found = balls.enclose(expr, point, digits=digits)
    reference = sympy.N(expr.subs(point), digits + 40)
    precision = ctx.dps
    try:
        ctx.dps = digits + 60
        assert found.contains(arb(str(reference), f"1e-{digits + 20}"))
        assert found.rad() <= abs(found.mid()) * arb(10) ** -digits
    finally:
        ctx.dps = precision
    assert ctx.dps == precision


def test_balls_of_what_is_zero_or_undefined():
    assert abs(balls.enclose(sin(x) ** 2 + cos(x) ** 2 - 1, {x: sympy.S.One})) < 1e-30
    assert balls.enclose(x - x**2, {x: sympy.S.One}) == 0
    with pytest.raises(balls.NoBallError):
        balls.enclose(log(x), {x: sympy.Integer(-1)})
    with pytest.raises(balls.NoBallError, match="gamma"):
        balls.enclose(sympy.gamma(x), {x: sympy.Integer(2)})
    with pytest.raises(balls.NoBallError, match="number to y"):
        balls.enclose(x * y, {x: sympy.Integer(2)})
    with pytest.raises(ValueError, match="digits"):
        balls.enclose(x, {x: sympy.S.One}, digits=0)


def test_a_coefficient_field_returns_what_it_was_given():
    a = sympy.Symbol("a", real=True)
    numbers = [sqrt(2) * tanh(1) + a / 3, sympy.pi**2 / (1 + a), Rational(2, 3), exp(-1) * sqrt(2)]
    field = CoefficientField.containing(numbers)
    for n in numbers:
        assert sympy.simplify(field.to_sympy(field.element(n)) - n) == 0
    with pytest.raises(NotExactError):
        CoefficientField.containing([sqrt(-1)])


def test_the_hessian_of_a_form_with_thousands_of_monomials():
    w = sympy.symbols("w1:8", real=True)
    dense = sympy.Poly((1 + sum((i + 1) * s for i, s in enumerate(w))) ** 6, *w).as_expr()
    point = {s: Rational(i - 3, 2) for i, s in enumerate(w)}
    expr = dense / (w[0] ** 3 * w[1])
    found = hessian(expr, point)
    compact = (1 + sum((i + 1) * s for i, s in enumerate(w))) ** 6 / (w[0] ** 3 * w[1])
    assert found == sympy.hessian(compact, w).subs(point)
