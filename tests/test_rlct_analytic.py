"""Analytic K: reductions to polynomials, and what they must not accept."""

import json

import pytest
import sympy
from sympy import (
    Rational,
    asin,
    asinh,
    atanh,
    cos,
    cosh,
    erf,
    exp,
    log,
    pi,
    sec,
    sech,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)
from sympy.abc import a, b, c, x, y, z

from slt_symbolic.rlct import (
    AnalyticProblem,
    CertificateError,
    Known,
    NotAZeroError,
    NotPolynomialError,
    Problem,
    ZeroDivergenceError,
    check,
    learning_coefficient,
)
from slt_symbolic.rlct.analytic_tree import tree_of
from slt_symbolic.rlct.checker.algebra import context
from slt_symbolic.rlct.checker.analytic import centred, determined
from slt_symbolic.rlct.checker.analytic_coordinates import in_coordinates
from slt_symbolic.rlct.checker.germ import Germ
from slt_symbolic.rlct.checker.jets import jet


def found(functions, variables, *, squares=True, point=None, region=(), prior=1):
    at = point or (0,) * len(variables)
    problem = AnalyticProblem(functions, variables, at, region, prior, squares)
    answer = learning_coefficient(problem)
    check(json.loads(answer.certificate.to_json()), problem)
    rule = answer.certificate.data["proofs"][0]["rule"]
    return answer.value, answer.multiplicity, rule


HALF = Rational(1, 2)


@pytest.mark.parametrize(
    ("functions", "variables", "expected"),
    [
        ([tanh(a * b)], (a, b), (HALF, 2, "units")),
        ([exp(a * b) - 1], (a, b), (HALF, 2, "units")),
        ([log(1 + a * b)], (a, b), (HALF, 2, "units")),
        ([erf(a * b) * cosh(a)], (a, b), (HALF, 2, "units")),
        ([sqrt(1 + x) - 1 - x / 2], (x,), (Rational(1, 4), 1, "units")),
        ([sin(x) - x], (x,), (Rational(1, 6), 1, "units")),
        ([exp(x * y) - 1 - x * y], (x, y), (Rational(1, 4), 2, "units")),
        ([a * tanh(b), sin(a * c) / (2 + exp(a))], (a, b, c), (HALF, 1, "units")),
        ([(y - exp(x) + 1) ** 2 + x**5], (x, y), (Rational(7, 20), 1, "units")),
        ([exp(x) - 1 - x + y**3], (x, y), (Rational(5, 12), 1, "determined")),
        ([(sin(y) - x**2) ** 2 - (1 - cos(x)) ** 4], (x, y), (Rational(5, 16), 1, "determined")),
        ([x * tanh(y) - y * tanh(x)], (x, y), (Rational(1, 4), 1, "determined")),
        ([a * tanh(b) + b * tanh(a)], (a, b), (HALF, 2, "determined")),
        ([tan(x) - x], (x,), (Rational(1, 6), 1, "units")),
        ([sec(x * y) - 1, sech(x) - 1], (x, y), (Rational(1, 4), 1, "units")),
        ([asinh(x) - asin(y) * atanh(y)], (x, y), (HALF, 1, "units")),
    ],
)
def test_values(functions, variables, expected):
    assert found(functions, variables) == expected


@pytest.mark.parametrize(
    ("functions", "variables", "expected"),
    [
        # Two units in disguise: tanh(b) and tanh(d) as coordinates.
        (
            [a * tanh(b) + c * tanh(x), a * tanh(b) ** 3 + c * tanh(x) ** 3],
            (a, b, c, x),
            ("2/3", 1),
        ),
        ([(y - exp(x) + 1) * z**2], (x, y, z), ("1/4", 1)),
        ([(y - exp(x) + 1) ** 2 * x], (x, y), ("1/4", 1)),
        ([y - sin(x), z * y], (x, y, z), ("1", 2)),
        # y = sin(x) - x in the second: a x**6.
        ([x - sin(x) + y, a * y**2], (x, y, a), ("7/12", 1)),
        ([x + tanh(a), x * erf(b), a * b], (x, a, b), ("1", 2)),
        ([tanh(x + y) ** 2 - sin(z) ** 3], (x, y, z), ("5/12", 1)),
    ],
)
def test_functions_as_coordinates(functions, variables, expected):
    names = [sympy.Symbol(str(v)) for v in variables]
    assert found(functions, names)[:2] == (Rational(expected[0]), expected[1])


def test_coordinates_keep_region_and_prior():
    ab = (a, b)
    assert found([tanh(a) * b], ab, region=[a], prior=[(a, 2)])[:2] == (HALF, 1)
    assert found([tanh(2 * a) + b**2], ab, region=[a])[:2] == (Rational(3, 4), 1)
    tree = centred(tree_of(tanh(a + b) + b**2, ab), ring := context(2), ring.gens())
    beside = Germ(ring, ring.gen(0) * 0, (ring.gen(0),), ())
    for conditions in (beside, Germ(ring, ring.gen(0) * 0, (ring.gen(0) - ring.gen(1) ** 2,), ())):
        with pytest.raises(CertificateError):
            in_coordinates([tree], conditions, True, [0])
    # A variable that occurs elsewhere too, and one without slope, make no room.
    plain = Germ(ring, ring.gen(0) * 0, (), ())
    for f in (tanh(a) ** 2 + a * b**2, cos(a) - 1, 2 + a**2 * exp(b)):
        with pytest.raises(CertificateError):
            in_coordinates([centred(tree_of(f, ab), ring, ring.gens())], plain, False, [0])


def test_K_itself():
    assert found([1 - cos(x * y)], (x, y), squares=False) == (HALF, 2, "units")
    K = cosh(z) - cos(x * y)
    assert found([K], (x, y, z), squares=False) == (1, 2, "terms")
    assert found([sinh(x) ** 2 + y**2], (x, y), squares=False)[:2] == (1, 1)


def test_point_region_and_prior():
    assert found([sin(x - 1) * y], (x, y), point=(1, 0)) == (HALF, 2, "units")
    assert found([log(x * y)], (x, y), point=(2, HALF)) == (HALF, 1, "units")
    # exp(x) - 1 - x + y**3 with x y**2 as weight: (2/2 + 3/3) / 2.
    weighted = found([exp(x) - 1 - x + y**3], (x, y), prior=((x, 1), (y, 2)))
    assert weighted[2] == "determined"
    polynomial = Problem((x**2 / 2 + y**3) ** 2, (x, y), (0, 0), (), ((x, 1), (y, 2)))
    expected = learning_coefficient(polynomial)
    assert weighted[:2] == (expected.value, expected.multiplicity)
    assert found([y - sin(x) ** 2], (x, y), region=[-y], point=(0, 0))[:2] == (Rational(3, 4), 1)


def test_determinacy_agrees_with_exact_polynomials():
    # The same germs with polynomials in place of the functions.
    pairs = [
        (exp(x) - 1 - x + y**3, x**2 / 2 + y**3),
        ((y - exp(x) + 1) ** 2 + x**5, (y - x) ** 2 + x**5),
        (sin(x) * sin(y) + x**4, x * y + x**4),
    ]
    for analytic, polynomial in pairs:
        answer = learning_coefficient(Problem(polynomial**2, (x, y), (0, 0)))
        assert found([analytic], (x, y))[:2] == (answer.value, answer.multiplicity)


def test_truncation_is_never_hopeful():
    # All Taylor polynomials of low order vanish on a line, the function does not.
    f = (tanh(x) - x * cos(x)) * y**2
    assert found([f], (x, y))[2] == "units"
    problem = AnalyticProblem(
        [x**2 * y**2 + x * sin(x) ** 2 * tanh(y) ** 3 * z], (x, y, z), (0, 0, 0)
    )
    answer = learning_coefficient(problem)
    assert answer.known is Known.BOUNDS
    assert answer.lower <= Rational(1, 4)


def test_determinacy_test_rejects_too_low_orders():
    ring = context(2)
    conditions = Germ(ring, ring.gen(0) * 0, (), ())
    tree = centred(tree_of((sin(y) - x**2) ** 2 - (1 - cos(x)) ** 4, (x, y)), ring, ring.gens())
    for order in range(2, 8):
        with pytest.raises(CertificateError):
            determined([tree], conditions, order)
    assert len(determined([tree], conditions, 8)) == 1
    # x**2 y**2 is determined to no order.
    flat = ["poly", ring.gen(0) ** 2 * ring.gen(1) ** 2]
    for order in (4, 6, 9):
        with pytest.raises(CertificateError):
            determined([flat], conditions, order)


@pytest.mark.parametrize(
    "f",
    [
        tanh(x),
        sin(x) * exp(y),
        log(1 + x + y),
        (1 + x) ** Rational(-3, 2),
        sqrt(4 + y),
        1 / (1 + exp(x * y)),
        sympy.atan(x - y),
        cosh(x) / cos(y),
        sinh(x + y) ** 3,
        tan(x + y**2),
        sympy.asin(x) * sympy.asinh(y) + sympy.atanh(x - y),
        sympy.sech(x) / sec(y),
        (x + 2) ** 5,
    ],
)
def test_jets_are_taylor_polynomials(f):
    order = 6
    ring = context(2)
    own = jet(centred(tree_of(f, (x, y)), ring, ring.gens()), ring, order)
    t = sympy.Symbol("t")
    scaled = f.subs({x: t * x, y: t * y}, simultaneous=True)
    taylor = sum(scaled.diff(t, k).subs(t, 0) * t**k / sympy.factorial(k) for k in range(order + 1))
    expected = sympy.Poly(sympy.expand(taylor.subs(t, 1)), x, y).terms()
    own_terms = {e: Rational(int(c.p), int(c.q)) for e, c in own.to_dict().items()}
    assert {tuple(map(int, e)): v for e, v in own_terms.items()} == dict(expected)


@pytest.mark.parametrize(
    ("functions", "error"),
    [
        ([exp(x)], NotAZeroError),
        ([sin(x) - sin(1)], NotPolynomialError),
        ([log(x)], NotPolynomialError),
        ([exp(x + 1) - exp(1)], NotPolynomialError),
        ([sqrt(x)], NotPolynomialError),
        ([1 / sin(x)], NotPolynomialError),
        ([sympy.cot(x)], NotPolynomialError),
        ([sympy.gamma(x)], NotPolynomialError),
        ([sin(pi * x)], NotPolynomialError),
        ([sympy.Max(0, x)], NotPolynomialError),
        ([sin(y)], NotPolynomialError),
        ([], NotPolynomialError),
    ],
)
def test_bad_functions(functions, error):
    with pytest.raises(error):
        AnalyticProblem(functions, (x,), (0,))


def test_erf_has_no_rational_series():
    problem = AnalyticProblem([erf(x) - y, x * y], (x, y), (0, 0))
    with pytest.raises(NotPolynomialError, match="erf"):
        learning_coefficient(problem)


def test_zero():
    with pytest.raises(ZeroDivergenceError):
        learning_coefficient(AnalyticProblem([(sin(x) - x) * 0 * sin(x)], (x,), (0,)))


def _proofs(problem):
    return json.loads(learning_coefficient(problem).certificate.to_json())


def test_mutated_certificates_are_rejected():
    problem = AnalyticProblem([exp(x) - 1 - x + y**3], (x, y), (0, 0))
    good = _proofs(problem)
    assert check(good, problem)
    for change in (
        lambda d: d["proofs"][0].update(order=2),
        lambda d: d["proofs"][0].update(rule="units"),
        lambda d: d["proofs"][0].update(rule="bounds"),
        lambda d: d["proofs"][0].update(kind="newton"),
        lambda d: d["statement"]["pieces"][0].update(squares=False),
        lambda d: d["statement"]["pieces"][0]["functions"][0][2].__setitem__(0, "sin"),
        lambda d: d["claim"].update(multiplicity=2),
    ):
        bad = json.loads(json.dumps(good))
        change(bad)
        with pytest.raises(CertificateError):
            check(bad)


def test_a_text_is_refused_and_not_evaluated(tmp_path):
    x, trace = sympy.Symbol("x", real=True), tmp_path / "trace"
    with pytest.raises(NotPolynomialError, match="functions must be SymPy expressions"):
        AnalyticProblem([f"open({str(trace)!r}, 'w')"], (x,), (0,))
    assert not trace.exists()
