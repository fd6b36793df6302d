"""Bounds where no proof of equality is found: honest, prompt, and better with more routes."""

import copy
import time

import pytest
from flint import fmpq
from sympy import Rational, symbols
from sympy.abc import w, x, y, z

from slt_symbolic.rlct import (
    Certificate,
    CertificateError,
    Known,
    Problem,
    check,
    learning_coefficient,
)
from slt_symbolic.rlct.checker import verdict_of
from slt_symbolic.rlct.routes import ROUTES
from slt_symbolic.rlct.routes.bounds import bounds
from slt_symbolic.rlct.strategy import Search

R = Rational


def germ_of(problem):
    return problem.stated.pieces[0].at(problem.stated.point)


def tangled(n):
    """Return a problem without symmetry in n variables, too dear to resolve."""
    v = symbols(f"v0:{n}")
    generators = [
        v[i] ** 2 + 2 * v[i] * v[(i + 1) % n] + v[(i + 3) % n] ** 3 + v[(i + 2) % n] ** 2 * v[i]
        for i in range(n // 2)
    ]
    return Problem.from_generators(generators, v, (0,) * n)


@pytest.mark.parametrize("budget", [0.5, 3.0])
def test_a_search_without_end_returns_bounds_in_time(budget):
    problem = tangled(10)
    start = time.monotonic()
    answer = learning_coefficient(problem, budget=budget)
    assert time.monotonic() - start < budget + 4
    assert 0 < answer.lower <= answer.upper <= R(5, 2)


# Problems with known answers: what the leaf with bounds says of them must contain these.
HONEST = [
    (x**2 * y**2, (x, y), (), 1, "1/2"),
    (x**2 + y**4 + z**6, (x, y, z), (), 1, "11/12"),
    ((x + y) ** 2, (x, y), (x, y), 1, "1"),
    (x**2, (x, y), (), [(x, 2)], "3/2"),
    (x**2 * y**2, (x, y), (), [(x, 1)], "1/2"),
    ((z - x**2) ** 2, (x, y, z), (z - x**2 - y**2,), 1, "3/4"),
]


@pytest.mark.parametrize(("K", "variables", "region", "prior", "value"), HONEST)
def test_the_leaf_with_bounds_is_honest(K, variables, region, prior, value):
    problem = Problem(K, variables, (0,) * len(variables), region, prior)
    data = copy.deepcopy(learning_coefficient(problem).certificate.data)
    data["proofs"] = [bounds(germ_of(problem))]
    with pytest.raises(CertificateError, match="the proof gives"):
        check({**data, "claim": {"lower": "-1", "upper": "-1", "multiplicity": None}})
    try:
        check(data)
    except CertificateError as error:
        text = str(error)
        low = R(text.split("lower=")[1].split(",")[0])
        high = text.split("upper=")[1].split(",")[0]
        assert low <= R(value)
        assert high == "None" or R(high) >= R(value)


def test_the_linear_program_finds_the_weights():
    # The optimum of x**14 + y**6 + z**22 w**2 is beyond the small weights that are tried.
    problem = Problem(x**14 + y**6 + z**22 * w**2 + z**30 + w**34, (x, y, z, w), (0,) * 4)
    node = bounds(germ_of(problem), program=True)
    exact = learning_coefficient(problem).value
    a, b, c, d = node["weights"]
    degree = min(14 * a, 6 * b, 22 * c + 2 * d, 30 * c, 34 * d)
    assert R(a + b + c + d, degree) == exact


def test_some_squares_bound_from_below():
    # Three minors of which two are transversal on all orbits.
    problem = Problem.from_generators(
        [x**2 - y * z, y**2 - x * z, z**2 - x * y], (x, y, z), (0,) * 3
    )
    # The whole search has a better proof.
    routes = tuple(r for r in ROUTES if r[0] in ("newton", "transversal system"))
    proof = Search(float("inf"), routes=routes).solve(problem.stated.pieces[0])
    verdict = verdict_of(problem.statement(), [proof])
    assert verdict.lower == fmpq(3, 4)
    data = copy.deepcopy(Certificate.of(problem.statement(), verdict, [proof]).data)
    check(data)
    parts = [n for n in nodes(data["proofs"]) if n.get("kind") == "part"]
    assert parts
    for part in parts:
        part["kept"] = [0, 0]
        with pytest.raises(CertificateError):
            check(data)


def nodes(item):
    if isinstance(item, dict):
        yield item
        for value in item.values():
            yield from nodes(value)
    elif isinstance(item, list):
        for value in item:
            yield from nodes(value)


def test_more_time_gives_more():
    problem = Problem.from_generators([(z - x * y) ** 2 + (x**2 - y**3) ** 3], (x, y, z), (0,) * 3)
    short = learning_coefficient(problem, budget=0.0)
    full = learning_coefficient(problem)
    assert short.known is Known.BOUNDS
    assert short.lower <= full.value <= short.upper
    assert full.known is Known.PROVED
