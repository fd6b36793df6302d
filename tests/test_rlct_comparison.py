"""Multiplicities by comparison, and forms without zeros among the minors of a linear block."""

import pytest
import sympy
from flint import fmpq

from slt_symbolic.rlct import CertificateError, Problem, check, learning_coefficient
from slt_symbolic.rlct.certificate import encode
from slt_symbolic.rlct.checker import Verdict, judge
from slt_symbolic.rlct.checker.algebra import context
from slt_symbolic.rlct.checker.dominated import require_no_zero
from slt_symbolic.rlct.checker.germ import Germ as CheckedGerm
from slt_symbolic.rlct.germ import Germ
from slt_symbolic.rlct.routes.bounds import bounds
from slt_symbolic.rlct.routes.newton import newton
from slt_symbolic.rlct.theorems import vandermonde


def joined(squares, kept):
    """Return the verdict of bounds for a sum of squares beside the proof of a part of it."""
    ring = squares[0].context()

    def germ(parts):
        return Germ(sum((g**2 for g in parts), ring.from_dict({})), (), ())

    part = {
        "kind": "part",
        "squares": [["1", encode(g)] for g in squares],
        "kept": kept,
        "child": newton(germ([squares[i] for i in kept]), lambda _: None),
    }
    whole = germ(squares)
    node = {"kind": "between", "children": [part, bounds(whole, program=True)]}
    return judge(CheckedGerm(ring, whole.K, (), ()), node)


def test_a_smaller_part_with_order_one_decides_the_order():
    u, v = context(2).gens()
    assert joined([u, v**2, u * v], [0, 1]) == Verdict(fmpq(3, 4), fmpq(3, 4), 1)
    # Of order two, it decides nothing: u v has m = 2, u v with u**2 has m = 1.
    assert joined([u * v, u**2 * v**2], [0]) == Verdict(fmpq(1, 2), fmpq(1, 2), None)
    # Bounds that do not meet leave the order open.
    assert joined([u, v**2, v], [0, 1]).multiplicity is None


@pytest.mark.parametrize("step", [3, 5])
def test_vandermonde_type_of_odd_step(step):
    # A minor is b1 b2 (b1 - b2) times a definite form of even degree in b1 and b2.
    a = sympy.symbols("a0:4")
    b = sympy.symbols("b0:2")
    gens = [
        a[2 * k] * b[0] ** (1 + step * j) + a[2 * k + 1] * b[1] ** (1 + step * j)
        for k in range(2)
        for j in range(2)
    ]
    problem = Problem.from_generators(gens, (*a, *b), (0,) * 6)
    answer = learning_coefficient(problem)
    check(answer.certificate, problem)
    known = vandermonde(2, 2, step)
    assert (answer.value, answer.multiplicity) == (known.value, known.multiplicity) == (1, 2)


def test_forms_without_zeros():
    u, v = context(2).gens()
    both = [(1, 1), (1, -1)]
    for f in (u**2 + u * v + v**2, u**4 + u**3 * v + u**2 * v**2 + u * v**3 + v**4):
        require_no_zero(f, both)
    require_no_zero(u**2 - 3 * u * v + v**2, both[1:])
    for f in (u**2 - 3 * u * v + v**2, u**2 - 2 * u * v + v**2, u - v**2):
        with pytest.raises(CertificateError):
            require_no_zero(f, both)
