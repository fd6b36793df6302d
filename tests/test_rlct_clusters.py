"""Moments of clusters: the same ideal as the moments about 0, and answers known otherwise."""

import copy

import pytest
import sympy
from flint import fmpq
from sympy.abc import t

from slt_symbolic.rlct import (
    CertificateError,
    MomentProblem,
    check,
    learning_coefficient,
)
from slt_symbolic.rlct.checker.moments import clustered_moments, moments
from slt_symbolic.rlct.polynomials import ring

R = sympy.Rational
Q = sympy.symbols("q1:5")
W = sympy.symbols("w1:5")


def problem(places, readouts, activation="tanh", extra=()):
    n = len(places)
    units = [(q, [w]) for q, w in zip(Q[:n], W[:n], strict=True)]
    units += [(sympy.Integer(a), [sympy.Integer(b)]) for a, b in extra]
    return MomentProblem(activation, units, (*Q[:n], *W[:n]), (*readouts, *places))


def units_at(places):
    """Return the symbols, and units with readouts and weights as variables, about the point."""
    n = len(places)
    symbols = (*Q[:n], *W[:n])
    gens = ring(2 * n).gens()
    return symbols, [(gens[k], gens[n + k] + fmpq(b)) for k, b in enumerate(places)]


@pytest.mark.parametrize(
    ("activation", "places", "clusters"),
    [
        ("tanh", (1, 1), [[0, 1]]),
        ("tanh", (1, -1), [[1, 0]]),
        ("tanh", (1, 2), [[0], [1]]),
        ("tanh", (0, 1), [[1], [0]]),
        ("cos", (1, -1), [[0, 1]]),
        ("cos", (0, 1), [[0], [1]]),
        ("exp", (1, -1), [[0], [1]]),
        ("exp", (1, 1), [[0, 1]]),
        ("tanh", (1, 1, 1), [[2, 0, 1]]),
        ("tanh", (1, -1, 0), [[0, 1], [2]]),
    ],
)
def test_both_generate_the_same_ideal_near_the_point(activation, places, clusters):
    """By Groebner bases, made local by inverting one polynomial that is a unit at the point."""
    n = len(places)
    symbols, at = units_at(places)

    def expressions(polynomials):
        return [
            sympy.Add(*(
                R(int(c.p), int(c.q)) * sympy.prod(s**e for s, e in zip(symbols, a, strict=True))
                for a, c in p.to_dict().items()
            ))
            for p in polynomials
        ]  # fmt: skip

    old = expressions(moments(activation, [(a, [b]) for a, b in at]))
    new = expressions(clustered_moments(activation, at, clusters))
    unit = sympy.Integer(1)
    there = [w + beta for w, beta in zip(W, places, strict=False)]
    for i in range(n):
        for f in (there[i], *(there[i] + e * there[j] for j in range(i) for e in (1, -1))):
            if f.subs(dict.fromkeys(W, 0)) != 0:
                unit *= f
    gens = (t, *symbols)
    bases = [sympy.groebner([*g, 1 - t * unit], *gens, order="grevlex") for g in (old, new)]
    assert all(bases[1].contains(sympy.expand(g)) for g in old)
    assert all(bases[0].contains(sympy.expand(g)) for g in new)


# Aoyagi (2010), and claim C7 by another way: for q units that cancel at a place other than 0 it is
# (q - 1) over 2(k + 1) and a quarter of k + 2 more, k the largest number with k(k + 1)/2 <= q - 1.
@pytest.mark.parametrize(("count", "value"), [(2, R(1)), (3, R(5, 4)), (4, R(3, 2))])
@pytest.mark.parametrize("beta", [1, R(-1, 7)])
def test_units_that_cancel_at_one_place(count, value, beta):
    found = learning_coefficient(problem((beta,) * count, (0,) * count), budget=20)
    assert found.value == value


def test_clusters_add_and_signs_do_not_matter():
    """Two pairs, one of them with opposite weights, each with coefficient 1; a unit at 0: 1/2."""
    found = learning_coefficient(problem((1, -1, 2, 2), (R(1, 2), R(1, 2), 1, -1)), budget=20)
    assert (found.value, found.multiplicity) == (2, 1)
    alone = learning_coefficient(problem((1, 0), (0, 3)), budget=20)
    assert (alone.value, alone.multiplicity) == (1, 1)


def test_a_true_unit_is_the_centre():
    """One tanh unit learns tanh(x): regular, 1; beside a silent one at another place, 3/2."""
    one = problem((1,), (1,), extra=[(-1, 1)])
    assert learning_coefficient(one).value == 1
    two = problem((1, 2), (1, 0), extra=[(-1, 1)])
    found = learning_coefficient(two)
    assert (found.value, found.multiplicity) == (R(3, 2), 1)
    assert check(found.certificate)


@pytest.mark.parametrize(
    "clusters",
    [[[0, 1]], [[0, 1], [1, 2]], [[0, 1, 2]], [[0], [1], [2]], [[0, 1], [2], []], 5, [5], "01"],
)
def test_wrong_clusters_are_refused(clusters):
    found = learning_coefficient(problem((1, 1, 2), (1, -1, 0)))
    data = copy.deepcopy(found.certificate.data)
    (proof,) = data["proofs"]
    assert sorted(map(sorted, proof["clusters"])) == [[0, 1], [2]]
    assert check(data)
    proof["clusters"] = clusters
    with pytest.raises(CertificateError):
        check(data)


@pytest.mark.parametrize(
    ("activation", "places", "clusters"),
    [
        ("tanh", (1, 1), [[0], [1]]),
        ("tanh", (1, -1), [[0], [1]]),
        ("tanh", (1, 2), [[0, 1]]),
        ("tanh", (0, 1), [[0, 1]]),
        ("exp", (1, -1), [[0, 1]]),
        ("cos", (1, 2), [[0]]),
        ("cos", (1, 2), [[0], [0]]),
    ],
)
def test_clusters_are_those_of_equal_size(activation, places, clusters):
    with pytest.raises(CertificateError):
        clustered_moments(activation, units_at(places)[1], clusters)


# K ~ s2^2 + s3^2 on sum q d = 0: the form s2 = sum q d^2 has there the signature of q less one
# positive sign, that of the truth's readout. Where it has real zeros, s3 does not vanish on them,
# and two divisors of order 1/2 cross; where it is definite one is left.
@pytest.mark.parametrize(
    ("readouts", "m"),
    [
        ((R(-1, 7), R(12, 7), R(3, 7)), 2),
        ((R(-1, 7), R(-12, 7), R(27, 7)), 1),
        ((1, R(1, 2), R(1, 2)), 1),
    ],
)
def test_three_units_that_share_a_true_one(readouts, m):
    found = learning_coefficient(problem((3, 3, 3), readouts, extra=[(-2, 3)]), budget=20)
    assert (found.value, found.multiplicity) == (R(3, 2), m)
