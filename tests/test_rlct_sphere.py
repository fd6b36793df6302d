"""Quasi-homogeneous germs in space: a sphere of directions, each chart a complete plane cover."""

import copy

import pytest
from sympy import Rational, symbols

from slt_symbolic.rlct import (
    CertificateError,
    NegativeDivergenceError,
    Problem,
    check,
    checker,
    learning_coefficient,
)
from slt_symbolic.rlct.checker.germ import Germ as CheckedGerm
from slt_symbolic.rlct.routes.sphere import sphere

x, y, z = symbols("x y z")
MOTZKIN = x**4 * y**2 + x**2 * y**4 + z**6 - 3 * x**2 * y**2 * z**2
ROBINSON = (
    x**6 + y**6 + z**6 + 3 * x**2 * y**2 * z**2
    - (x**4 * y**2 + x**4 * z**2 + y**4 * x**2 + y**4 * z**2 + z**4 * x**2 + z**4 * y**2)
)  # fmt: skip
CASES = {
    # Forms that are positive semidefinite but no sums of squares: h/d = 3/6 at the origin, more
    # along the lines of their zeros.
    "Motzkin": (MOTZKIN, (), 1, Rational(1, 2), 1),
    "Robinson": (ROBINSON, (), 1, Rational(1, 2), 1),
    # A cubic cone whose curve is smooth and real: the ratios 3/6 and 1/2 tie.
    "cubic": ((x**3 + y**3 + z**3 + x * y * z) ** 2, (), 1, Rational(1, 2), 2),
    "quintic": ((x**5 + y**5 + z**5 + x**2 * y**2 * z) ** 2, (), 1, Rational(3, 10), 1),
    # Six planes of the braid arrangement: 3/12 at the origin against 2/6 on triple lines.
    "braid": ((x * y * z * (x - y) * (y - z) * (x - z)) ** 2, (), 1, Rational(1, 4), 1),
    "in a cone": (z**2, (z**2 - x**2 - y**2, z), 1, Rational(3, 2), 1),
    "a zero of the prior": (
        x**2 + y**2 + z**2,
        (),
        [(x**2 + y**2 - z**2, Rational(1, 2))],
        Rational(2),
        1,
    ),
    # (x, y, z) of weights 3, 2, 6: 11/12 at the origin, 5/6 on the cuspidal line x = y = 0.
    "weights": (((x**2 - y**3) * z) ** 2, (), 1, Rational(5, 12), 1),
}


def node_of(name):
    K, region, prior, *_ = CASES[name]
    germ = Problem(K, (x, y, z), (0, 0, 0), region, prior).stated.pieces[0]
    checked = CheckedGerm(germ.ring, germ.K, germ.region, germ.prior)
    return checked, sphere(germ, None)


@pytest.mark.parametrize("name", CASES)
def test_values(name):
    germ, node = node_of(name)
    verdict = checker.judge(germ, node)
    value, m = CASES[name][3:]
    assert (str(verdict.lower), verdict.multiplicity) == (str(value), m)
    assert verdict.upper == verdict.lower


def test_the_engine_agrees_where_other_routes_reach():
    for name in ("cubic", "braid", "weights"):
        K, region, prior, value, m = CASES[name]
        answer = learning_coefficient(Problem(K, (x, y, z), (0, 0, 0), region, prior))
        assert (answer.value, answer.multiplicity) == (value, m)
        check(answer.certificate)


def test_negative_forms_are_refused():
    with pytest.raises(NegativeDivergenceError):
        learning_coefficient(Problem(MOTZKIN - x**2 * y**2 * z**2 / 10, (x, y, z), (0, 0, 0)))


def test_damaged_spheres_are_rejected():
    germ, node = node_of("Motzkin")
    for k in range(3):
        changed = copy.deepcopy(node)
        changed["weights"][k] += 1
        with pytest.raises(CertificateError):
            checker.judge(germ, changed)
    for k, child in enumerate(node["children"]):
        changed = copy.deepcopy(node)
        del changed["children"][k]
        with pytest.raises(CertificateError):
            checker.judge(germ, changed)
        changed = copy.deepcopy(node)
        changed["children"][k] = {"kind": "mirror", "of": k, "flips": []}
        with pytest.raises(CertificateError):
            checker.judge(germ, changed)
        for j in range(len(child.get("points", ()))):
            changed = copy.deepcopy(node)
            del changed["children"][k]["points"][j]
            with pytest.raises(CertificateError):
                checker.judge(germ, changed)


def test_no_weights_no_sphere():
    germ = Problem(x**2 + y**3 * z + (x + z**2) ** 4, (x, y, z), (0, 0, 0)).stated.pieces[0]
    assert sphere(germ, None) is None
