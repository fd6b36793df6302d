"""Networks of tanh units with biases: coefficients in place of K, and their certificates."""

import copy
import json

import numpy as np
import pytest
import sympy
from sympy import Rational
from sympy.abc import a, b, c, d, e, f, g

from slt_symbolic.rlct import (
    CertificateError,
    Known,
    ModelError,
    MomentProblem,
    NotAZeroError,
    Problem,
    TanhProblem,
    ZeroDivergenceError,
    check,
    learning_coefficient,
)
from slt_symbolic.rlct.model_text import problem_of_model

HALF = Rational(1, 2)
TWO = [(a, [b], c), (d, [e], f)]


def found(units, variables, point, polynomial=None, **conditions):
    problem = TanhProblem(units, variables, point, polynomial=polynomial or {}, **conditions)
    answer = learning_coefficient(problem)
    check(json.loads(answer.certificate.to_json()), problem)
    return answer.value, answer.multiplicity


ONE = [
    # point, polynomial part, lambda, m, with the reason for one unit a tanh(b x + c)
    ((0, 0, 0), {}, HALF, 1),  # a b, a c
    ((0, 1, 0), {}, HALF, 1),  # a
    ((0, 0, 2), {}, HALF, 1),  # a
    ((1, 0, 0), {}, 1, 1),  # b, c
]


@pytest.mark.parametrize(("point", "polynomial", "value", "m"), ONE)
def test_one_unit(point, polynomial, value, m):
    assert found([(a, [b], c)], (a, b, c), point, polynomial) == (value, m)


def test_one_unit_and_a_constant():
    unit, names = [(a, [b], c)], (a, b, c, d)
    for place in (0, 1, Rational(-2, 3)):
        # d + a tanh(c) and a b, whatever c is.
        assert found(unit, names, (0, 0, place, 0), {(0,): d}) == (1, 2)
    assert found(unit, names, (0, 1, 1, 0), {(0,): d}) == (1, 1)
    # d, e and then a b**2 c, a b**3: (1/2 + 1/2) + 1/4.
    both = {(0,): d, (1,): e}
    assert found(unit, (*names, e), (0,) * 5, both) == (Rational(5, 4), 1)


def test_a_true_unit_is_met_exactly():
    unit = [(a, [b], c), (-1, [1], Rational(1, 3))]
    third = Rational(1, 3)
    for point in ((1, 1, third), (-1, -1, -third)):
        assert found(unit, (a, b, c), point) == (Rational(3, 2), 1)
    with pytest.raises(NotAZeroError):
        TanhProblem(unit, (a, b, c), (1, 1, 0))
    with pytest.raises(NotAZeroError):
        TanhProblem(unit, (a, b, c), (1, -1, -third))


def test_two_units_merge():
    # Beside the mean, K is the square of the matrix of second moments of two increments.
    units = [*TWO, (-1, [1], 1)]
    names = (a, b, c, d, e, f)
    assert found(units, names, (HALF, 1, 1, HALF, 1, 1)) == (2, 1)
    assert found(units, names, (HALF, 1, 1, -HALF, -1, -1)) == (2, 1)
    # A unit of no weight on top of a true one: d (beta, gamma)**2.
    assert found(units, names, (1, 1, 1, 0, 1, 1)) == (2, 2)
    # Elsewhere it has no part: 3/2 + 1/2.
    assert found(units, names, (1, 1, 1, 0, 3, 1)) == (2, 1)


def test_two_inputs_with_weight():
    units = [(a, [b, c], 0), (d, [e, f], 0), (-1, [1, 0], 0)]
    names = (a, b, c, d, e, f)
    assert found(units, names, (1, 1, 0, 0, 0, 1)) == (2, 1)
    assert found(units, names, (1, 1, 0, 0, 1, 0)) == (2, 2)


def test_without_biases_it_is_the_problem_of_moments():
    for units in ([(a, [b])], [(a, [b]), (c, [d])], [(a, [b, c])]):
        names = sorted({s for u, bs in units for s in (u, *bs)}, key=str)
        zero = (0,) * len(names)
        moments = learning_coefficient(MomentProblem("tanh", units, names, zero))
        own = found([(u, bs, 0) for u, bs in units], names, zero)
        assert own == (moments.value, moments.multiplicity)


@pytest.mark.slow
def test_two_units_with_biases_at_zero():
    # From below by the first coefficients with m = 1, from above by the moments.
    problem = TanhProblem(TWO, (a, b, c, d, e, f), (0,) * 6)
    answer = learning_coefficient(problem, budget=60)
    assert (answer.value, answer.multiplicity, answer.known) == (1, 1, Known.PROVED)


def test_prior_and_region():
    unit = [(a, [b], c)]
    # a b, a c with |a|**2: the fibre b = c = 0 wins.
    assert found(unit, (a, b, c), (0, 0, 0), prior=[(a, 2)]) == (1, 1)
    assert found(unit, (a, b, c), (0, 0, 0), region=[c]) == (HALF, 1)
    # b >= 0 has no influence on a, c >= 0 only on the side.
    assert found(unit, (a, b, c), (1, 0, 0), region=[b, c], prior=[(c, 1)]) == (Rational(3, 2), 1)


def test_what_is_refused():
    with pytest.raises(ModelError, match="several units"):
        TanhProblem(TWO, (a, b, c, d, e, f), (0, 0, 1, 0, 0, 1))
    with pytest.raises(ModelError, match="beside a polynomial"):
        TanhProblem([(a, [b], c)], (a, b, c, d), (0, 0, 1, 0), polynomial={(1,): d})
    with pytest.raises(ModelError, match="free"):
        TanhProblem([(a, [b], c)], (a, b, c), (0, 0, 1), polynomial={(0,): a * b})
    with pytest.raises(ModelError):
        TanhProblem([], (a,), (0,))
    with pytest.raises(ZeroDivergenceError):
        learning_coefficient(TanhProblem([(a, [b], c), (-a, [b], c)], (a, b, c), (1, 1, 0)))


def test_mutated_certificates_are_rejected():
    problem = TanhProblem([*TWO, (-1, [1], 1)], (a, b, c, d, e, f), (1, 1, 1, 0, 0, 0))
    good = json.loads(learning_coefficient(problem).certificate.to_json())
    check(good, problem)

    def unit(k, part, value):
        return lambda s: s["statement"]["pieces"][0]["tanh"][k].__setitem__(part, value)

    mutations = [
        lambda s: s["claim"].update(multiplicity=2),
        lambda s: s["claim"].update(lower="1/2"),
        lambda s: s["proofs"][0].update(kind="analytic"),
        lambda s: s["proofs"][0]["below"].update(coordinates=[0]),
        lambda s: s["proofs"][0].update(order=7) or s["statement"].update(point=["1"] * 6),
        unit(2, 0, [["-2", [0] * 6]]),
        unit(2, 2, []),
    ]
    for mutate in mutations:
        bad = copy.deepcopy(good)
        mutate(bad)
        with pytest.raises(CertificateError):
            check(bad)


def _gram(functions):
    """Return the Gram matrix of functions of a standard normal input."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    values = np.array([fn(nodes) for fn in functions])
    return (values * weights) @ values.T / weights.sum()


def test_the_functions_are_independent_and_K_is_comparable():
    # x**e tanh^(k)(b x + c) for two places and k <= 2, with polynomials.
    t = sympy.Symbol("t")
    functions = [lambda s: s**0, lambda s: s]
    for place in ((1, HALF), (2, -1)):
        for k in range(3):
            inner = sympy.lambdify(t, sympy.tanh(t).diff(t, k))
            functions += [
                lambda s, h=inner, p=power, q=place: s**p * h(float(q[0]) * s + float(q[1]))
                for power in range(k + 1)
            ]
    gram = _gram(functions)
    scale = np.sqrt(np.diag(gram))
    assert np.linalg.eigvalsh(gram / np.outer(scale, scale)).min() > 1e-9
    # K against the squares of the coefficients near a merging point, over six decades.
    names = (a, b, c, d, e, f)
    problem = TanhProblem([*TWO, (-1, [1], 1)], names, (HALF, 1, 1, HALF, 1, 1))
    generators = [tree[1] for tree in problem.trees(None)[0]]
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    draw = np.random.default_rng(5)
    ratios = []
    for _ in range(200):
        step = draw.standard_normal(6) * 10 ** draw.uniform(-3, -1.3)
        if draw.random() < 0.5:
            step[[3, 4, 5]] = -step[[0, 1, 2]]  # the mean stays
        p = np.array([0.5, 1, 1, 0.5, 1, 1]) + step
        net = p[0] * np.tanh(p[1] * nodes + p[2]) + p[3] * np.tanh(p[4] * nodes + p[5])
        K = float((net - np.tanh(nodes + 1)) ** 2 @ weights / weights.sum() / 2)
        values = [
            sum(float(k) * np.prod(step ** np.array([int(i) for i in q])) for q, k in h.terms())
            for h in generators
        ]
        ratios.append(K / sum(v * v for v in values))
    assert max(ratios) / min(ratios) < 1e5


def test_models_as_texts():
    names = {s.name: sympy.Symbol(s.name, real=True) for s in (a, b, c, d, g)}

    def model(text, truth="0", *, at=(0,) * 5, law="normal"):
        data = {"f": text, "truth": truth, "t": law}
        return problem_of_model(data, names, at, (), 1)

    assert isinstance(model("a*tanh(b*t)"), MomentProblem)
    assert isinstance(model("a*t+b*t^2"), Problem)
    biased = model("g + a*tanh(b*t+c)")
    assert isinstance(biased, TanhProblem)
    assert learning_coefficient(biased).value == 1
    # The logistic function a / (1 + exp(-z)) is a/2 + a tanh(z/2)/2: a (1 + tanh(c)), a b.
    logistic = model("a/(1+exp(-b*t-c))")
    assert (learning_coefficient(logistic).value, logistic.statement()["pieces"][0]["rest"]) == (
        HALF,
        [[[0], [["1/2", [1, 0, 0, 0, 0]]]]],
    )
    with pytest.raises(ModelError, match="needs tanh"):
        model("a*sin(b*t)+c")
    with pytest.raises(NotAZeroError):
        model("a*tanh(b*t+c)", "tanh(t+1)", at=(1, 1, 0, 0, 0))
    answer = learning_coefficient(model("a*tanh(b*t+c)", "tanh(t+1)", at=(1, 1, 1, 0, 0)))
    assert answer.value == Rational(3, 2)


def test_a_comparable_sum_of_squares():
    met = TanhProblem([(a, [b], c), (-1, [1], 1)], (a, b, c), (1, 1, 1)).comparable()
    assert sympy.expand(met - (a - 1) ** 2 - (a * (b - 1)) ** 2 - (a * (c - 1)) ** 2) == 0
    offset = TanhProblem([(a, [b], c)], (a, b, c, d), (0,) * 4, polynomial={(0,): d})
    assert offset.comparable() == a**2 * b**2 + (a * sympy.tanh(c) + d) ** 2
