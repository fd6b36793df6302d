"""Ideals again: bounded generators, tensors, mixtures, networks with some rank, the deadline."""

import copy
import time
from itertools import combinations, product

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from sympy import Add, Matrix, Mul, Rational, expand, symbols
from test_rlct_ideals import deep_linear, reduced_rank, reduced_rank_formula, solved

from slt_symbolic.rlct import CertificateError, Problem, check, learning_coefficient
from slt_symbolic.rlct.polynomials import ring
from slt_symbolic.rlct.routes.lie import _PRIME, _reduced
from slt_symbolic.rlct.routes.packed import Packing


def ideal(generators, names, point=None, region=()):
    shown = [g for g in map(expand, generators) if g != 0]
    return Problem.from_generators(shown, names, point or [0] * len(names), region)


def minors(matrix, size):
    rows, columns = matrix.shape
    chosen = product(combinations(range(rows), size), combinations(range(columns), size))
    return [matrix.extract(list(a), list(b)).det() for a, b in chosen]


def gram(size, rank):
    """State X X^T = 0."""
    X = Matrix(size, rank, symbols(f"x:{size * rank}"))
    return ideal(list(X * X.T), list(X))


def mixture(components):
    """State the moments of a mixture with equal weights where all components agree."""
    shares = symbols(f"p1:{components}")
    places = symbols(f"d:{components}")
    weights = [1 - Add(*shares), *shares]
    moments = [
        Add(*(w * d**k for w, d in zip(weights, places, strict=True)))
        for k in range(1, 2 * components)
    ]
    point = [Rational(1, components)] * (components - 1) + [0] * components
    return ideal(moments, [*shares, *places], point)


def naive_bayes(features):
    """State the joint law of binary features in two classes, the second one empty."""
    p, first = symbols("p"), symbols(f"q:{features}")
    second, half = symbols(f"t:{features}"), Rational(1, 2)
    equations = []
    for size in range(1, features + 1):
        for chosen in combinations(range(features), size):
            one, two = (Mul(*(half + c[i] for i in chosen)) for c in (first, second))
            equations.append(p * one + (1 - p) * two - half**size)
    return ideal(equations, [p, *first, *second])


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_gram_matrices_are_bounded_by_their_diagonal(rank):
    # K is comparable to sum |row|**4.
    assert solved(gram(3, rank)) == (Rational(3 * rank, 4), 1)


@pytest.mark.parametrize("components", [2, 3, 4])
def test_mixtures_where_all_components_agree(components):
    """One half for the mean, one quarter for each difference; Drton and Plummer 2017."""
    assert solved(mixture(components)) == (Rational(components + 1, 4), 1)


@pytest.mark.parametrize(("features", "expected"), [(2, (Rational(3, 2), 3)), (3, (2, 1))])
def test_naive_bayes_with_independent_features(features, expected):
    """Rusakov and Geiger 2005."""
    assert solved(naive_bayes(features)) == expected


@pytest.mark.parametrize(
    ("rows", "columns", "rank"), [(2, 3, 1), (2, 4, 1), (3, 3, 1), (3, 3, 2), (3, 4, 2)]
)
def test_determinantal_ideals(rows, columns, rank):
    # The least codimension over order, over all smaller ranks (Johnson 2003; all strata are real).
    values = [Rational((rows - i) * (columns - i), 2 * (rank + 1 - i)) for i in range(rank + 1)]
    matrix = Matrix(rows, columns, symbols(f"m:{rows * columns}"))
    expected = min(values), values.count(min(values))
    assert solved(ideal(minors(matrix, rank + 1), list(matrix))) == expected


def test_tensors_of_rank_one():
    a = symbols("a:8")
    flat = [
        Matrix(2, 4, lambda i, j: a[4 * i + j]),
        Matrix(2, 4, lambda i, j: a[2 * i + (j % 2) + 4 * (j // 2)]),
        Matrix(2, 4, lambda i, j: a[i + 2 * j]),
    ]
    # The order at the origin, 8 / 4, ties with half the codimension of the cone, 4 / 2.
    assert solved(ideal([m for f in flat for m in minors(f, 2)], list(a))) == (2, 2)


def test_commuting_matrices():
    # The three entries of X Y - Y X are the minors of a 2 x 3 matrix.
    X, Y = Matrix(2, 2, symbols("x:4")), Matrix(2, 2, symbols("y:4"))
    assert solved(ideal(list(X * Y - Y * X), [*X, *Y])) == (1, 1)


@pytest.mark.parametrize("size", [(3, 4, 3, 2), (2, 4, 4, 1)])
def test_several_slopes_change_at_once(size):
    assert solved(reduced_rank(*size)) == reduced_rank_formula(*size)


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [s for s in product(range(1, 5), repeat=3) if max(s) == 4])
def test_reduced_rank_of_all_sizes_up_to_four(sizes):
    for r in range(min(sizes) + 1):
        problem = reduced_rank(*sizes, r)
        answer = learning_coefficient(problem, budget=60)
        expected = reduced_rank_formula(*sizes, r)
        if sizes == (4, 4, 4) and r in (2, 3):
            assert answer.lower <= expected[0] <= answer.upper
            continue
        assert (answer.value, answer.multiplicity) == expected


@pytest.mark.slow
def test_a_product_of_three_matrices_of_rank_one():
    W = [Matrix(3, 3, symbols(f"w{k}_:9")) for k in range(3)]
    truth = Matrix(3, 3, lambda i, j: int(i == j == 0))
    names = [w for matrix in W for w in matrix]
    point = [int(k % 9 == 0) for k in range(27)]
    problem = ideal(list(W[2] * W[1] * W[0] - truth), names, point)
    answer = learning_coefficient(problem, budget=120)
    # Aoyagi 2024: 5/2 for the rank, and the widths (2, 2, 2, 2) of the rest.
    assert (answer.value, answer.multiplicity) == (Rational(5, 2) + Rational(3, 2), 3)


@pytest.mark.parametrize("problem", [deep_linear((3, 3, 3, 3)), reduced_rank(4, 4, 4, 2)])
def test_a_search_stops_soon_after_its_deadline(problem):
    learning_coefficient(gram(2, 1))
    start, cpu = time.monotonic(), time.process_time()
    answer = learning_coefficient(problem, budget=0.5)
    assert answer.value is None
    assert answer.lower > 0
    # Of the two clocks the one that other processes disturb less.
    assert min(time.monotonic() - start, time.process_time() - cpu) < 3


def bounded_node():
    problem = gram(3, 2)
    data = copy.deepcopy(learning_coefficient(problem).certificate.data)
    return problem, data, data["proofs"][0]


def test_a_generator_that_nothing_bounds_must_stay():
    problem, data, node = bounded_node()
    assert node["kind"] == "dominated"
    node["kept"], node["bounding"] = node["kept"][:-1], node["bounding"][:-1]
    with pytest.raises(CertificateError, match="not bounded"):
        check(data, problem)


def test_a_generator_with_zeros_bounds_nothing():
    x, y = symbols("x y")
    problem = ideal([x**2 - y**2, x**3], [x, y])
    data = copy.deepcopy(learning_coefficient(problem).certificate.data)
    squares = [["1", s] for s in ([["1", [2, 0]], ["-1", [0, 2]]], [["1", [3, 0]]])]
    child = {"kind": "bounds", "weights": None, "witness": None}
    node = {"squares": squares, "kept": [0], "bounding": [0], "kind": "dominated", "child": child}
    data["proofs"] = [node]
    with pytest.raises(CertificateError, match="zero"):
        check(data, problem)


def test_a_region_can_make_a_generator_bounding():
    x, y, z = symbols("x y z")
    generators = [x * y + x * z + y * z, x * y * z + x**2 * z]
    free, inside = ideal(generators, [x, y, z]), ideal(generators, [x, y, z], region=[x, y, z])
    kinds = learning_coefficient(inside).certificate.node_kinds()
    assert "dominated" in set(kinds)
    # On the positive orthant K is comparable to (xy + xz + yz)**2, a monomial ideal.
    assert solved(inside) == (Rational(3, 4), 1)
    assert solved(free)[0] <= Rational(3, 4)


def test_packed_polynomials_agree_with_flint():
    generator, R = np.random.default_rng(3), ring(3)
    packing, x = Packing(R), R.gens()

    def polynomial():
        total = R.from_dict({})
        for _ in range(5):
            p, q = int(generator.integers(-3, 4)), int(generator.integers(1, 4))
            powers = [int(e) for e in generator.integers(0, 3, 3)]
            total += fmpq(p, q) * x[0] ** powers[0] * x[1] ** powers[1] * x[2] ** powers[2]
        return total

    for _ in range(60):
        p, q, r = polynomial(), polynomial(), polynomial()
        P, Q, S = map(packing.pack, (p, q, r))
        assert packing.unpack(packing.minus(P, Q, S)) == p - q * r
        assert packing.unpack(packing.times(P, Q)) == p * q
        assert packing.unpack(packing.derivative(P, 1)) == p.derivative(1)
        images = [x[0], x[1] + q, x[2]]
        assert packing.unpack(packing.shear(P, 1, Q)) == p.compose(*images, ctx=R)
        if q != 0:
            assert packing.unpack(packing.divide(P, Q)) == divmod(p, q)[0]


def test_sparse_elimination_agrees_with_dense():
    generator = np.random.default_rng(7)
    for _ in range(20):
        table = generator.choice([0, 0, 0, 1, 2, -1], size=(7, 9)).tolist()
        rows = [{c: v % _PRIME for c, v in enumerate(row) if v} for row in table]
        dense, rank = fmpq_mat([[fmpq(v) for v in row] for row in table]).rref()
        expected = {}
        for k in range(rank):
            entries = {c: dense[k, c] for c in range(9) if dense[k, c] != 0}
            expected[min(entries)] = {
                c: int(v.p) * pow(int(v.q), -1, _PRIME) % _PRIME for c, v in entries.items()
            }
        assert _reduced(rows) == expected
