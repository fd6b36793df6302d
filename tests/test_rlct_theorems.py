"""Theorems as functions: the identities between them, and agreement with the engine."""

from itertools import product
from math import comb

import pytest
from scipy.optimize import linprog
from sympy import Rational, S, symbols
from sympy.abc import a, b, c, d, x, y

from slt_symbolic.rlct import Known, MomentProblem, Problem, learning_coefficient
from slt_symbolic.rlct.theorems import (
    HypothesisError,
    deep_linear,
    jeffreys_lower_bound,
    knapsack,
    morse_bott,
    naive_bayes_independent,
    recognise,
    reduced_rank_regression,
    relu_line_zero_truth,
    relu_upper_bound,
    simplex_mixture,
    tanh_zero_truth,
    three_layer_upper_bound,
    topic_model,
    vandermonde,
)


def pair(result):
    return result.value, result.multiplicity


def test_reduced_rank_is_the_deep_linear_network_with_two_layers():
    cases = 0
    for M, H, N in product(range(1, 9), repeat=3):
        for r in range(min(M, H, N) + 1):
            assert pair(reduced_rank_regression(M, H, N, r)) == pair(deep_linear([M, H, N], r))
            cases += 1
    # The sum of 1 + min over all sizes: every rank is covered.
    assert cases == 512 + sum(min(t) for t in product(range(1, 9), repeat=3))


@pytest.mark.parametrize("widths", [[3, 1, 4], [2, 3, 2, 3], [1, 1, 1, 1, 1], [4, 2, 3, 2, 5]])
def test_deep_linear_is_symmetric_under_reversal(widths):
    for r in range(min(widths) + 1):
        assert pair(deep_linear(widths, r)) == pair(deep_linear(widths[::-1], r))


def test_full_rank_truth_is_regular():
    # With a product of full rank the true set is smooth: lambda is half its codimension.
    for M, H, N in ((2, 3, 2), (3, 2, 4), (4, 4, 4)):
        r = min(M, H, N)
        if r == min(M, N):
            assert reduced_rank_regression(M, H, N, r).value == Rational(M * N, 2)
        else:
            assert reduced_rank_regression(M, H, N, r).value == Rational(r * (M + N - r), 2)


def test_tanh_is_the_vandermonde_type_with_step_two():
    for H in range(1, 400):
        assert pair(tanh_zero_truth(H)) == pair(vandermonde(H, step=2))


def _linear_program(H, step):
    """Return lambda as the minimum over gaps of w: readouts integrated out, minors positive."""
    subsets = [[i for i in range(H) if mask >> i & 1] for mask in range(2**H)]
    # Variables: gamma_1..gamma_H, x_i (least of the first i), y_ij (least of i+1..j), and t.
    pairs = [(i, j) for i in range(H) for j in range(i + 1, H)]
    names = [("g", i) for i in range(H)] + [("x", i) for i in range(H)]
    names += [("y", p) for p in pairs] + ["t"]
    at = {n: k for k, n in enumerate(names)}
    rows, bounds = [], []

    def below(name, others):
        for other in others:
            row = [0.0] * len(names)
            row[at[name]], row[at[other]] = 1.0, -1.0
            rows.append(row)
            bounds.append(0.0)

    for i in range(H):
        below(("x", i), [("g", k) for k in range(i + 1)])
    for i, j in pairs:
        below(("y", (i, j)), [("g", k) for k in range(i + 1, j + 1)])
    for chosen in subsets:
        # t >= |S| / 2 - ord_S; differences w_j**Q - w_i**Q: one gap and Q - 1 further factors.
        row = [0.0] * len(names)
        row[at["t"]] = -1.0
        for k, i in enumerate(chosen):
            row[at["x", i]] -= 1.0
            for j in chosen[k + 1 :]:
                row[at["y", (i, j)]] -= 1.0
                row[at["x", j]] -= step - 1.0
        rows.append(row)
        bounds.append(-len(chosen) / 2)
    cost = [0.0] * len(names)
    for i in range(H):
        cost[at["g", i]] = 1.0
    cost[at["t"]] = 1.0
    found = linprog(cost, A_ub=rows, b_ub=bounds, bounds=(0, None))
    assert found.success
    return found.fun


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("H", [1, 2, 3, 4, 5, 6])
def test_vandermonde_is_the_linear_program(H, step):
    assert _linear_program(H, step) == pytest.approx(float(vandermonde(H, step=step).value))


def _printed_bound(prices, supplies, demand, budget, r):
    """Return the bound in the form of cases by K and L, with the last shelf cut to the demand."""
    cut, left = [], demand
    for supply in supplies:
        cut.append(min(supply, left))
        left -= cut[-1]
    L = next(k for k in range(len(cut)) if sum(cut[: k + 1]) == demand) + 1
    K = 0
    while (
        K < L and sum(p * n for p, n in zip(prices[: K + 1], cut[: K + 1], strict=True)) <= budget
    ):
        K += 1
    if K == L:
        return Rational(r, 2) + Rational(sum(cut[:L]), 2)
    top = budget + sum((prices[K] - prices[s]) * cut[s] for s in range(K))
    return Rational(r, 2) + Rational(top, 2 * prices[K])


def test_knapsack_is_the_printed_case_formula():
    for N, M, e in product(range(1, 4), range(1, 5), range(1, 40)):
        for prices in ([1, 3, 5, 7, 9, 11, 13, 15, 17], [1, 2, 4, 6, 8, 10, 12, 14, 16]):
            supplies = [M * comb(p + N - 1, p) for p in prices]
            items, _ = knapsack([*prices, 99], [*supplies, 10**6], M * e, N * e)
            shown = _printed_bound([*prices, 99], [*supplies, 10**6], M * e, N * e, 0)
            assert items / 2 == shown


def test_three_layer_bound_meets_the_exact_value_for_one_input():
    for H in range(1, 60):
        assert three_layer_upper_bound(1, H, 1, 0).upper == tanh_zero_truth(H).value
    # The published example, which merging with the true unit improves.
    assert three_layer_upper_bound(1, 4, 1, 1).upper == Rational(5, 3)


def test_crossover_of_the_two_bounds():
    # Merging is no worse for N = 1 up to an excess of 9 units (M = 1) and M + 3 units (M >= 3).
    for M, last in ((1, 9), (3, 6), (4, 7)):
        for e in range(1, 15):
            base = Rational(M + 1, 2)
            merged = three_layer_upper_bound(1, e + 1, M, 1).upper
            at_zero = base + three_layer_upper_bound(1, e, M, 0).upper
            assert merged <= at_zero
            prices, supplies = list(range(1, 40)), [M - 1, *([M] * 38)]
            only_merged = base + knapsack(prices, supplies, M * e, e)[0] / 2
            assert (only_merged <= at_zero) == (e <= last), (M, e)


@pytest.mark.parametrize(
    "sizes", [(1, 1, 1), (1, 2, 1), (2, 1, 2), (2, 2, 2), (2, 2, 1), (3, 1, 2)]
)
def test_engine_agrees_on_reduced_rank(sizes):
    M, H, N = sizes
    A = [[symbols(f"a{i}{j}") for j in range(M)] for i in range(H)]
    B = [[symbols(f"b{i}{j}") for j in range(H)] for i in range(N)]
    entries = [sum(B[i][k] * A[k][j] for k in range(H)) for i in range(N) for j in range(M)]
    variables = [v for row in [*A, *B] for v in row]
    problem = Problem.from_generators(entries, variables, [0] * len(variables))
    assert pair(learning_coefficient(problem)) == pair(reduced_rank_regression(M, H, N, 0))
    assert pair(recognise(problem)) == pair(reduced_rank_regression(M, H, N, 0))


@pytest.mark.parametrize(
    ("count", "activation"), [(1, "tanh"), (2, "tanh"), (2, "exp"), (2, "cos")]
)
def test_engine_agrees_on_moments(count, activation):
    w, v = symbols(f"w:{count}"), symbols(f"v:{count}")
    units = [(p, [q]) for p, q in zip(w, v, strict=True)]
    found = learning_coefficient(MomentProblem(activation, units, (*w, *v), [0] * (2 * count)))
    # cos and exp have a constant term: the first price is 0.
    first, step = {"tanh": (1, 2), "exp": (0, 1), "cos": (0, 2)}[activation]
    prices = [first + step * k for k in range(count + 1)]
    best = min(
        (S(count) - 0) * e + max(Rational(s, 2) - sum(prices[:s]) * e for s in range(count + 1))
        for e in (Rational(k, 240) for k in range(241))
    )
    assert found.value == best


def test_engine_agrees_on_naive_bayes():
    p, d1, d2, d3 = symbols("p d1 d2 d3")
    m = symbols("m1 m2 m3")
    for differences in ((d1, d2), (d1, d2, d3)):
        n = len(differences)
        rest = [p * differences[i] * differences[j] for i in range(n) for j in range(i)]
        variables = (p, *differences, *m[:n])
        problem = Problem.from_generators([*m[:n], *rest], variables, [0] * len(variables), [p])
        assert pair(learning_coefficient(problem)) == pair(naive_bayes_independent(n))


def test_engine_agrees_on_a_mixture():
    # Two components, one true: cumulants of a mixture with weight a near 1/2, and near 0.
    moments = [(1 - a) * b + a * c, (1 - a) * b**2 + a * c**2, (1 - a) * b**3 + a * c**3]
    inside = Problem.from_generators(moments, (a, b, c), (Rational(1, 2), 0, 0))
    assert pair(learning_coefficient(inside)) == pair(simplex_mixture(2, 1))


def test_morse_bott_and_engine():
    generators = [a * b - c, c + d**2 - 1]
    point = (1, 1, 1, 0)
    theorem = morse_bott(generators, (a, b, c, d), point)
    found = learning_coefficient(Problem.from_generators(generators, (a, b, c, d), point))
    assert pair(theorem) == pair(found) == (1, 1)


def test_topic_model_is_published_form():
    # One topic: the matrix has rank one, and only the topic's distribution is learned.
    assert pair(topic_model(5, 4, 1, 0)) == (2, 1)
    assert (
        topic_model(4, 5, 3, 2).value == Rational(3, 2) + reduced_rank_regression(4, 2, 3, 2).value
    )


def test_small_values():
    assert pair(relu_line_zero_truth(1)) == (Rational(1, 2), 2)
    assert pair(relu_line_zero_truth(7)) == (Rational(1, 2), 1)
    assert relu_upper_bound(2, 1, 1, 2).upper == 2
    assert relu_upper_bound(2, 1, 2, 2).upper == Rational(7, 2)
    assert jeffreys_lower_bound(2, generic_rank=2).lower == 1
    assert pair(simplex_mixture(3, 1, 2)) == (2, 3)


def test_results_say_how_they_are_known():
    result = tanh_zero_truth(2)
    assert result.known is Known.THEOREM
    assert "AoyagiWatanabe2005b" in result.citation.bibtex()
    assert r"\lambda = \frac{2}{3}" in result._repr_latex_()
    assert r"\le" in relu_upper_bound(2, 1, 1, 2)._repr_latex_()


@pytest.mark.parametrize(
    "call",
    [
        lambda: reduced_rank_regression(2, 2, 2, 3),
        lambda: reduced_rank_regression(0, 2, 2, 0),
        lambda: reduced_rank_regression(2.0, 2, 2, 0),
        lambda: reduced_rank_regression(2, 2, 2, True),
        lambda: deep_linear([3], 0),
        lambda: deep_linear([3, 1, 3], 2),
        lambda: vandermonde(0),
        lambda: tanh_zero_truth(-1),
        lambda: three_layer_upper_bound(1, 2, 1, 3),
        lambda: three_layer_upper_bound(1, 2, 1, 1, "swish"),
        lambda: three_layer_upper_bound(1, 2, 1, 1, "relu"),
        lambda: knapsack([2, 1], [1, 1], 1, 1),
        lambda: knapsack([1], [1], 3, 3),
        lambda: relu_upper_bound(1, 1, 3, 2),
        lambda: simplex_mixture(1, 2),
        lambda: naive_bayes_independent(1),
        lambda: topic_model(3, 3, 1, 1),
        lambda: jeffreys_lower_bound(3, generic_rank=2),
        lambda: morse_bott([x * y], (x, y), (0, 0)),
        lambda: morse_bott([x - 1], (x, y), (0, 0)),
    ],
)
def test_hypotheses_are_checked(call):
    with pytest.raises(HypothesisError):
        call()


def test_recognition_needs_the_whole_product():
    names = symbols("b00 b01 a00 a10")
    b00, b01, a00, a10 = names
    zero = [0] * 4
    assert pair(recognise(Problem.from_generators([b00 * a00 + b01 * a10], names, zero))) == (
        Rational(1, 2),
        1,
    )
    # A sign, a region, and a factor of smaller rank than the product: not the theorem's case.
    assert recognise(Problem.from_generators([b00 * a00 - b01 * a10], names, zero)) is None
    assert recognise(Problem((b00 * a00 + b01 * a10) ** 2, names, zero, [b00])) is None
    regular = Problem.from_generators([b00 * a00 + b01 * a10], names, (1, 0, 0, 0))
    assert recognise(regular) is None
    units = symbols("p q u v")
    p, q, u, v = units
    moments = Problem.from_generators([p * u + q * v, p * u**3 + q * v**3], units, zero)
    assert pair(recognise(moments)) == pair(tanh_zero_truth(2))


def test_recognition_reads_three_layers_in_any_order():
    first, second, third = (
        [[symbols(f"w{k}_{i}{j}") for j in (0, 1)] for i in (0, 1)] for k in (1, 2, 3)
    )
    product_ = [
        sum(third[i][k] * second[k][m] * first[m][j] for k in (0, 1) for m in (0, 1))
        for i in (0, 1)
        for j in (0, 1)
    ]
    names = [v for matrix in (second, third, first) for row in matrix for v in row]
    found = recognise(Problem.from_generators(product_[::-1], names, [0] * 12))
    assert pair(found) == pair(deep_linear([2, 2, 2, 2], 0)) == (Rational(3, 2), 3)
