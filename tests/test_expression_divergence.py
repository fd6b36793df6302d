"""A user's own K: exact values, enclosures, branches, and the interpreter against balls."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Abs, Max, Min, Rational, atan, cos, cosh, erf, exp, log, sin, sinh, sqrt, tanh

from slt_symbolic.divergence.expression import ExpressionDivergence
from slt_symbolic.divergence.expression_tape import Op, tape_of
from slt_symbolic.divergence.tape_interpreter import run_tape
from slt_symbolic.exact import balls
from slt_symbolic.exact.chamber import WallError
from slt_symbolic.expressions import ExpressionError
from slt_symbolic.rlct import Problem, learning_coefficient
from slt_symbolic.sampling import compile_potential, gradient_error

a, b, c = PARAMETERS = sympy.symbols("a b c", real=True)
NUMBER = st.fractions(min_value=-2, max_value=2, max_denominator=7).map(
    lambda f: Rational(f.numerator, f.denominator)
)
LEAF = st.one_of(st.sampled_from(PARAMETERS), NUMBER)
FUNCTIONS = (atan, cos, cosh, erf, exp, sin, sinh, tanh, Abs)
TREE = st.recursive(
    LEAF,
    lambda t: st.one_of(
        st.builds(lambda u, v: u + v, t, t),
        st.builds(lambda u, v: u * v, t, t),
        st.builds(lambda u, v: u - 2 * v, t, t),
        st.builds(lambda u, v: u / (1 + v**2), t, t),
        st.builds(lambda u, k: u**k, t, st.integers(2, 5)),
        st.builds(lambda u: sqrt(1 + u**2), t),
        st.builds(lambda u: log(2 + u**2) / (1 + u**2) ** Rational(1, 3), t),
        st.builds(lambda f, u: f(u / 3), st.sampled_from(FUNCTIONS), t),
        st.builds(lambda f, u, v: f(u, v), st.sampled_from((Max, Min)), t, t),
    ),
    max_leaves=8,
)


def exact_values(w):
    return [Rational(*float(v).as_integer_ratio()) for v in w]


def interpreted(expr, w):
    """The compiled interpreter, called without a compiled call of its own."""
    tape, g = tape_of(sympy.sympify(expr), PARAMETERS), np.zeros(3)
    left, right = (np.ascontiguousarray(tape.code[:, k]) for k in (1, 2))
    constants = tape.constants if tape.constants.size else np.zeros(1)
    return run_tape(tape.batches(), left, right, constants, np.array(w, dtype=float), g), g


@given(TREE, st.tuples(*[st.floats(-2, 2)] * 3))
@settings(deadline=None, max_examples=150)
def test_the_interpreter_agrees_with_balls(expr, w):
    expr = sympy.sympify(expr)
    point = dict(zip(PARAMETERS, exact_values(w), strict=True))
    try:
        expected = float(balls.enclose(expr, point, digits=18))
    except (balls.NoBallError, ArithmeticError):
        return
    if abs(expected) > 1e100:
        return
    found, _ = interpreted(expr, w)
    # Rounding is relative to the terms, whose size an enclosure at low precision tells.
    scale = 1 + max((abs(float(balls.enclose(t, point, digits=5))) for t in expr.args), default=0)
    assert abs(found - expected) <= 1e-11 * max(abs(expected), scale)


SMOOTH = [
    (a * b - Rational(1, 3)) ** 2 / 2 + tanh(a * c) ** 2,
    exp(a - b) * sin(c) + cos(a) / (2 + b**2),
    log(3 + a) * sqrt(2 + b) - atan(c) * erf(a),
    sinh(a) * cosh(b) - c**5 / (a**2 + 1) ** 3 + (2 + c) ** Rational(2, 3),
    Max(a, b, c) ** 2 + Abs(a - b) * Min(a, 3 * c) - 7,
    1 / (1 + a**2) - 2 / (b - 5) - c,
    tanh(20 * a) + tanh(b / 10) + sympy.asin(b / 3) * sympy.acos(c / 4) - sympy.erfc(a),
]


@pytest.mark.parametrize("expr", SMOOTH, ids=str)
def test_the_compiled_gradient_is_the_exact_one(expr):
    K = ExpressionDivergence(expr, PARAMETERS)
    potential, g = compile_potential(K.compile()), np.zeros(3)
    for w in ([0.3, -0.7, 1.1], [-1.25, 0.4, 0.2]):
        value = potential(np.array(w), g)
        exact = [balls.enclose(s, digits=20) for s in K.gradient(exact_values(w))]
        assert value == pytest.approx(float(K.enclosure(exact_values(w))), rel=1e-14, abs=1e-15)
        assert g == pytest.approx([float(s) for s in exact], rel=5e-14, abs=1e-15)
        assert gradient_error(potential, w) < 1e-6


def test_a_sum_of_squares_keeps_relative_accuracy():
    expr = (a * b - 2) ** 2 + (a - 1) ** 2 * tanh(b) ** 2
    K = ExpressionDivergence(expr, (a, b))
    potential, g = K.compile(), np.zeros(2)
    for distance in (1e-2, 1e-5, 1e-8):
        w = np.array([1.0 + distance, 2.0 - distance])
        value, exact = potential(w, g), float(K.enclosure(exact_values(w)))
        assert abs(value / exact - 1) < 1e-14 / distance
        assert exact < 30 * distance**2


def test_common_subexpressions_are_evaluated_once():
    shared = tanh(a + b)
    tape = tape_of((shared - 1) ** 2 + shared * c + shared, PARAMETERS)
    assert list(tape.code[:, 0]).count(Op.TANH) == 1
    assert len(tape_of(a, PARAMETERS)) == 1
    assert tape_of(sympy.Integer(3), PARAMETERS).code.tolist() == [[Op.CONSTANT, 0, 0]]
    batches = tape.batches()
    assert batches[0, 1] == 0
    assert batches[-1, 2] == len(tape)
    assert (batches[1:, 1] == batches[:-1, 2]).all()


def test_interpreter_at_kinks_and_outside_domains():
    value, g = interpreted(Abs(a) + Max(b, c), [0.0, 1.0, 1.0])
    assert value == 1.0
    assert g.sum() == 1.0
    for expr in (log(a), sqrt(a), 1 / b, Max(log(a), b)):
        assert not np.isfinite(interpreted(expr, [-1.0, 0.0, 0.0])[0])


def test_answers_of_a_polynomial_from_text():
    K = ExpressionDivergence("(a*b - 1/4)**2/2 + c**2", ["a", "b", "c"])
    assert K.parameters == PARAMETERS
    assert K.at({"a": 1, "b": 1, "c": 0}) == Rational(9, 32)
    assert K.at([1, Rational(1, 4), sqrt(2)]) == 2
    point = {a: 1, b: 2, c: 3}
    assert K.gradient([1, 2, 3]) == sympy.Matrix([K.expr.diff(p).subs(point) for p in PARAMETERS])
    assert K.hessian([1, 2, 3]) == sympy.hessian(K.expr, PARAMETERS).subs(point)
    assert K.chamber([0, 0, 0]).expr == K.expr
    assert not K.pieces()[0].chambers[0].conditions
    answer = learning_coefficient(Problem(K.expr, PARAMETERS, (Rational(1, 2), Rational(1, 2), 0)))
    assert (answer.value, answer.multiplicity) == (1, 1)


def test_answers_of_an_analytic_expression():
    K = ExpressionDivergence((a * tanh(b) - tanh(1)) ** 2 / 2, (a, b))
    assert K.at([1, 1]) == 0
    assert K.enclosure([1, 1]) == 0
    found = K.enclosure([2, Rational(1, 2)], digits=40)
    reference = sympy.N((2 * tanh(Rational(1, 2)) - tanh(1)) ** 2 / 2, 45)
    assert abs(sympy.Float(found.mid().str(45, radius=False), 45) / reference - 1) < 1e-39
    slope = 1 - tanh(1) ** 2
    jacobian = sympy.Matrix([[tanh(1), slope]])
    assert (K.hessian([1, 1]) - jacobian.T * jacobian).applyfunc(sympy.expand).is_zero_matrix
    quadratic = K.taylor([1, 1], 2).as_expr()
    da, db = K.taylor([1, 1], 2).gens
    assert sympy.expand(quadratic - (tanh(1) * da + slope * db) ** 2 / 2) == 0


def test_chambers_of_max_and_abs():
    K = ExpressionDivergence("(relu(a*b) - 1)**2 + Abs(c)", PARAMETERS)
    piece = K.chamber([1, 2, -3])
    assert sympy.expand(piece.expr - ((a * b - 1) ** 2 - c)) == 0
    assert piece.chambers[0].contains({a: 3, b: sympy.S.One, c: sympy.Integer(-1)})
    assert not piece.chambers[0].contains({a: 3, b: sympy.S.One, c: sympy.Integer(1)})
    assert K.chamber([-1, 2, 3]).expr == 1 + c
    assert K.at([0, 0, 0]) == 1
    for question in (K.chamber, K.gradient, K.hessian):
        with pytest.raises(WallError):
            question([0, 0, 1])
    with pytest.raises(ValueError, match="chamber"):
        K.pieces()


def test_errors_name_what_is_wrong():
    for expr, names, match in (
        (a + sympy.Symbol("d", real=True), PARAMETERS, "'d'"),
        (sympy.gamma(a), PARAMETERS, "gamma"),
        (a**b, PARAMETERS, "a\\*\\*b"),
        (a / 2 + 0.5, PARAMETERS, "exact"),
        (sympy.I * a, PARAMETERS, "number in expr"),
        (sympy.Piecewise((a, a > 0), (0, True)), PARAMETERS, "Piecewise"),
        (a, (a, "a"), "distinct"),
        (a, (sympy.Symbol("a"),), "real"),
        ("a + d", ("a",), "not declared"),
        ("__import__('os')", ("a",), "position"),
    ):
        with pytest.raises(ValueError, match=match):
            ExpressionDivergence(expr, names)
    with pytest.raises(ExpressionError):
        ExpressionDivergence("a.real", ["a"])
    with pytest.raises(TypeError, match="parameters"):
        ExpressionDivergence(a, "a")
    with pytest.raises(TypeError, match="expr"):
        ExpressionDivergence([a], PARAMETERS)
    with pytest.raises(TypeError, match="value of a"):
        ExpressionDivergence(a, PARAMETERS).at([0.5, 1, 1])
    with pytest.raises(ValueError, match="3 entries"):
        ExpressionDivergence(a, PARAMETERS).at([1])
    with pytest.raises(ValueError, match="gamma"):
        tape_of(sympy.gamma(a), PARAMETERS)
    with pytest.raises(ValueError, match="symbol"):
        tape_of(sympy.Symbol("z"), PARAMETERS)


@pytest.mark.parametrize("n", range(7))
def test_integer_powers_are_exact_products(n):
    value, g = interpreted(a**n + b, [3.0, 0.0, 0.0])
    assert Fraction(value) == 3**n
    assert g[0] == (n * 3.0 ** (n - 1) if n else 0.0)


def test_a_region_bounds_where_k_is_asked_for():
    K = ExpressionDivergence("a**2 + b**2", ["a", "b"], region=["a", "1 - b**2"])
    a, b = K.parameters
    assert K.region == (a, 1 - b**2)
    assert K.at([0, 1]) == 1
    assert K.chamber([1, 0]).chambers == K.pieces()[0].chambers
    assert K.pieces()[0].chambers[0].conditions == {a, 1 - b**2}
    for question in (K.at, K.enclosure, K.chamber, K.gradient, K.hessian):
        with pytest.raises(ValueError, match=r"values must lie in the region: 1 - b\*\*2 is neg"):
            question([1, 2])
    with pytest.raises(ValueError, match="not compiled"):
        K.compile()
    with pytest.raises(ValueError, match="region must use only the parameters"):
        ExpressionDivergence("a", ["a"], region=[b])
    with pytest.raises(TypeError, match="region must be a sequence"):
        ExpressionDivergence("a", ["a"], region="a")
