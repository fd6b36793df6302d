"""Networks of one layer as moments, and models as texts."""

import json

import pytest
import sympy
from sympy import Rational
from sympy.abc import a, b, c, x

from slt_symbolic.rlct import (
    CertificateError,
    ModelError,
    MomentProblem,
    NotAZeroError,
    Problem,
    ZeroDivergenceError,
    check,
    learning_coefficient,
)
from slt_symbolic.rlct.analytic_tree import tree_of
from slt_symbolic.rlct.checker.algebra import context
from slt_symbolic.rlct.checker.analytic import centred
from slt_symbolic.rlct.checker.jets import jet
from slt_symbolic.rlct.model_text import problem_of_model

HALF = Rational(1, 2)


def _proofs(problem):
    return json.loads(learning_coefficient(problem).certificate.to_json())


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
    for f in (
        "a*sin(b*t+1)",
        "a*tanh(b*t^2)",
        "tanh(a*t)*tanh(b*t)",
        "a*tanh(t)+b*sin(t)",
        "a*log(t)",
    ):
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
