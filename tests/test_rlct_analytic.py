"""Analytic K: reductions to polynomials, and what they must not accept."""

import json

import pytest
import sympy
from sympy import Rational, cos, cosh, erf, exp, log, pi, sin, sinh, sqrt, tanh
from sympy.abc import a, b, c, x, y, z

from slt_symbolic.rlct import (
    AnalyticProblem,
    CertificateError,
    Known,
    ModelError,
    MomentProblem,
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
from slt_symbolic.rlct.checker.germ import Germ
from slt_symbolic.rlct.checker.jets import jet
from slt_symbolic.rlct.model_problem import problem_of_model


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
        ([(y - exp(x) + 1) ** 2 + x**5], (x, y), (Rational(7, 20), 1, "determined")),
        ([exp(x) - 1 - x + y**3], (x, y), (Rational(5, 12), 1, "determined")),
        ([(sin(y) - x**2) ** 2 - (1 - cos(x)) ** 4], (x, y), (Rational(5, 16), 1, "determined")),
        ([x * tanh(y) - y * tanh(x)], (x, y), (Rational(1, 4), 1, "determined")),
        ([a * tanh(b) + b * tanh(a)], (a, b), (HALF, 2, "determined")),
    ],
)
def test_values(functions, variables, expected):
    assert found(functions, variables) == expected


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


def test_moments():
    units = [(a, [b]), (c, [x])]
    problem = MomentProblem("tanh", units, (a, b, c, x), (0,) * 4)
    assert learning_coefficient(problem).value == Rational(2, 3)
    # One unit is needed for the truth tanh(x): two regular directions and a product.
    truth = MomentProblem("tanh", [*units, (-1, [1])], (a, b, c, x), (1, 1, 0, 0))
    answer = learning_coefficient(truth)
    assert (answer.value, answer.multiplicity) == (Rational(3, 2), 2)
    data = _proofs(truth)
    data["statement"]["pieces"][0]["activation"] = "exp"
    with pytest.raises(CertificateError):
        check(data)


def test_moments_with_two_inputs_are_products():
    problem = MomentProblem("tanh", [(a, [b, c])], (a, b, c), (0, 0, 0))
    answer = learning_coefficient(problem)
    by_hand = learning_coefficient(Problem.from_generators([a * b, a * c], (a, b, c), (0, 0, 0)))
    assert (answer.value, answer.multiplicity) == (by_hand.value, by_hand.multiplicity)
    with pytest.raises(ModelError):
        MomentProblem("tanh", [(a, [b, c])], (a, b, c), (0, 1, 0))
    with pytest.raises(ModelError):
        MomentProblem("relu", [(a, [b])], (a, b), (0, 0))
    with pytest.raises(NotAZeroError):
        MomentProblem("tanh", [(a, [b])], (a, b), (1, 1))


def test_models_as_texts():
    names = {s.name: s for s in sympy.symbols("a b", real=True)}
    model = {"f": "a*b*t + b*t^2", "t": "normal", "truth": "0"}
    problem = problem_of_model(model, names, (0, 0), (), 1)
    assert isinstance(problem, Problem)
    assert learning_coefficient(problem).value == HALF
    for f in ("a*tanh(b*t+1)", "tanh(a*t)*tanh(b*t)", "a*tanh(t)+b*sin(t)", "a*log(t)"):
        with pytest.raises(ModelError):
            problem_of_model({**model, "f": f}, names, (0, 0), (), 1)
    for wrong in (
        {"f": "a"},
        {"f": "a*t", "t": "coin"},
        {"f": "a*b", "b": "normal"},
        {"t": "normal"},
    ):
        with pytest.raises(ModelError):
            problem_of_model(wrong, names, (0, 0), (), 1)
    with pytest.raises(ZeroDivergenceError):
        problem_of_model({"f": "t", "truth": "t", "t": "normal"}, names, (0, 0), (), 1)


def test_moment_series_start_as_declared():
    # The first degree and the step of each activation, from its derivatives.
    from slt_symbolic.rlct.checker.moments import DEGREES

    ring = context(1)
    for name, (first, step) in DEGREES.items():
        function = getattr(sympy, name)
        found_terms = [
            k for k in range(10) if sympy.diff(function(x), x, k).subs(x, 0).simplify() != 0
        ]
        assert found_terms == list(range(first, 10, step))
        if name != "erf":
            own = jet(centred(tree_of(function(x), (x,)), ring, ring.gens()), ring, 9)
            assert sorted(int(e[0]) for e in own.to_dict()) == found_terms


def test_a_text_is_refused_and_not_evaluated(tmp_path):
    x, trace = sympy.Symbol("x", real=True), tmp_path / "trace"
    with pytest.raises(NotPolynomialError, match="functions must be SymPy expressions"):
        AnalyticProblem([f"open({str(trace)!r}, 'w')"], (x,), (0,))
    assert not trace.exists()
