"""Global coefficients in three and more variables: functions that cross transversally."""

import copy

import pytest
from flint import fmpq
from sympy import Rational, symbols
from sympy.abc import x, y, z

from slt_symbolic.rlct import (
    Certificate,
    CertificateError,
    CompactProblem,
    Known,
    Problem,
    check,
    learning_coefficient,
)
from slt_symbolic.rlct.checker import strata
from slt_symbolic.rlct.checker.algebra import context
from slt_symbolic.rlct.checker.enclosures import bounds_on, require_zero

HALF = Rational(1, 2)
BALL = x**2 + y**2 + z**2 - 1
CUBE = ((-2, 2),) * 3


def solved(K, box=CUBE, region=(), prior=1, budget=20):
    problem = CompactProblem(K, (x, y, z), box, region, prior)
    answer = learning_coefficient(problem, budget=budget)
    check(Certificate.from_json(answer.certificate.to_json()), problem)
    return answer, problem


@pytest.mark.parametrize(
    ("K", "box", "region", "prior", "expected"),
    [
        (BALL**2, CUBE, (), 1, (HALF, 1)),
        (BALL**2 * x**2 * y**2, CUBE, (), 1, (HALF, 3)),
        (BALL**4 * (z - HALF) ** 4, CUBE, (), 1, (HALF / 2, 2)),
        # The plane z = 2 does not meet the sphere.
        (BALL**4 * (z - Rational(3, 2)) ** 4, CUBE, (), 1, (HALF / 2, 1)),
        # The curve in which two surfaces meet.
        (BALL**2 + (x - y * z) ** 2, CUBE, (), 1, (1, 1)),
        # A quarter of the ball, its border inside and outside.
        (BALL**2, ((0, 2),) * 3, (), 1, (HALF, 1)),
        (BALL**2, CUBE, (-BALL, z, x - y**2), 1, (HALF, 1)),
        (BALL**2, CUBE, (), BALL, (1, 1)),
        (BALL**2, CUBE, (), ((z, -HALF),), (HALF, 1)),
        # Three surfaces through an edge of the box, away from the sphere.
        (BALL**2 * (x - y) ** 2, CUBE, (), 1, (HALF, 2)),
        # The sphere in a cube that it touches, and in an octant of that.
        (BALL**2, ((-1, 1),) * 3, (), 1, (HALF, 1)),
        (BALL**2, ((0, 1),) * 3, (), 1, (HALF, 1)),
        # The vertex of a cone is homogeneous, its circles are not.
        (
            (x**2 + y**2 - z**2) ** 2 * (z - 1) ** 2,
            ((-3, 3), (-3, 3), (-1, 2)),
            (),
            1,
            (HALF, 2),
        ),
        ((x * y * z) ** 2 * (x + y + z - 1) ** 2, ((0, 1),) * 3, (), 1, (HALF, 3)),
        ((z - x**2 - y**2) ** 2 * (z - 1) ** 4, CUBE, (), 1, (HALF / 2, 1)),
    ],
)
def test_space(K, box, region, prior, expected):
    answer, _ = solved(K, box, region, prior)
    assert answer.known is Known.PROVED
    assert answer.route.startswith("strata")
    assert (answer.value, answer.multiplicity) == expected


def test_the_global_answer_is_a_local_one():
    # At (3/5, 4/5, 0) all three surfaces meet; elsewhere fewer do.
    K = BALL**2 * (3 * y - 4 * x) ** 2 * z**2
    point = (Rational(3, 5), Rational(4, 5), 0)
    local = learning_coefficient(Problem(K, (x, y, z), point))
    answer, _ = solved(K, ((-1, 1), (-1, 2), (-1, 2)))
    assert (answer.value, answer.multiplicity) == (local.value, local.multiplicity) == (HALF, 3)


def test_four_variables():
    names = symbols("a b c d")
    a, b, c, d = names
    K = (a * d - b * c) ** 2 + (a + d - 2) ** 2
    problem = CompactProblem(K, names, [(HALF, 2), (-1, 1), (-1, 1), (HALF, 2)])
    answer = learning_coefficient(problem, budget=30)
    assert (answer.value, answer.multiplicity) == (1, 1)


def test_tangency_is_not_called_transversal():
    # (x - 1) touches the sphere at one point: weights (2, 1, 1) give 4 / 8 there, with m = 2.
    answer, _ = solved(BALL**2 * (x - 1) ** 2, budget=4)
    assert answer.known is Known.BOUNDS
    assert answer.lower <= HALF


def test_a_singular_point_is_not_called_regular():
    # The order 4 gives 3 / 8 at the origin; elsewhere the surface is smooth.
    answer, _ = solved((x**4 + y**4 - z**4 - z**5) ** 2, budget=4)
    assert answer.known is Known.BOUNDS
    assert answer.upper == Rational(3, 8)


def proof(K, **changes):
    answer, problem = solved(K)
    data = copy.deepcopy(answer.certificate.data)
    data["proofs"][0].update(changes)
    return data, problem


def rejected(data, problem, match):
    with pytest.raises(CertificateError, match=match):
        check(data, problem)


def test_damaged_proofs_are_rejected(monkeypatch):
    data, problem = proof(BALL**2 * (z - HALF) ** 4, witnesses=[])
    rejected(data, problem, "no zero of K")
    data, problem = proof(BALL**2 * (z - HALF) ** 4)
    witness = data["proofs"][0]["witnesses"][0]
    witness["box"] = [["1", "1"], ["1", "1"], ["1/4", "3/8"]]
    rejected(data, problem, "operator|another function|differentials")
    monkeypatch.setattr(strata, "_PARTS", 2000)
    # A witness of a worse lambda: parts with the better one are then left over.
    data, problem = proof(BALL**2 * (z - HALF) ** 4)
    node = data["proofs"][0]
    ball = next(i for i, f in enumerate(node["functions"]) if len(f) == 4)
    node["witnesses"] = [{"functions": [ball], "box": [["31/32", "33/32"], ["0", "0"], ["0", "0"]]}]
    data["claim"] = {"lower": "1/2", "upper": "1/2", "multiplicity": 1}
    rejected(data, problem, "too many parts")
    data, problem = proof(BALL**2 * (z - HALF) ** 4)
    data["proofs"][0]["squares"][0][0] = "2"
    rejected(data, problem, "not the stated sum")
    data, problem = proof(BALL**2)
    data["proofs"][0]["witnesses"][0]["box"] = [["3", "3"], ["0", "0"], ["15/16", "17/16"]]
    rejected(data, problem, "leaves the region|another function|operator")


def test_bounds_hold_on_samples():
    ring = context(3)
    u, v, w = ring.gens()
    p = u**3 * v - 2 * w**2 + u * w - 1
    box = [(fmpq(-1), fmpq(2)), (fmpq(1, 3), fmpq(1)), (fmpq(0), fmpq(3))]
    low, high = bounds_on(p, box)
    for i in range(5):
        for j in range(5):
            for k in range(5):
                at = [a + (b - a) * fmpq(t, 4) for t, (a, b) in zip((i, j, k), box, strict=True)]
                assert low <= p(*at) <= high


def test_zeros_are_exhibited_only_where_they_are():
    ring = context(2)
    u, v = ring.gens()
    near = [(fmpq(99, 70) - fmpq(1, 100), fmpq(99, 70) + fmpq(1, 100))] * 2
    require_zero([u**2 - 2, v**2 - 2], near)
    away = [(fmpq(3, 2), fmpq(8, 5)), near[1]]
    with pytest.raises(CertificateError, match="contract"):
        require_zero([u**2 - 2, v**2 - 2], away)
    # A double root has no contraction.
    with pytest.raises(CertificateError):
        require_zero([u**2, v], [(fmpq(-1), fmpq(1)), (fmpq(-1), fmpq(1))])
