"""Ideals in many variables: integrated blocks, cones, symmetries, against the known formulas."""

import copy
import json
from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from flint import fmpq
from sympy import Add, Matrix, Mul, Rational, expand, symbols
from sympy.abc import x, y, z

from slt_symbolic.rlct import Certificate, CertificateError, Problem, check, learning_coefficient
from slt_symbolic.rlct.routes.linear import linear_block
from slt_symbolic.rlct.routes.newton import newton
from slt_symbolic.rlct.routes.system import transversal_system
from slt_symbolic.rlct.strategy import judged


def vandermonde(units, step, outputs=1):
    """State sum_i a_ki w_i**(step (j - 1) + 1), j = 1..units, k = 1..outputs, at the origin."""
    w = symbols(f"w1:{units + 1}")
    generators, readouts = [], []
    for k in range(outputs):
        a = symbols(f"a{k}_1:{units + 1}")
        readouts += a
        for j in range(units):
            terms = [Mul(ai, wi ** (step * j + 1)) for ai, wi in zip(a, w, strict=True)]
            generators.append(Add(*terms))
    names = (*readouts, *w)
    return Problem.from_generators(generators, names, (0,) * len(names))


def vandermonde_formula(units, step, outputs=1):
    """Aoyagi 2010."""
    level = max(k for k in range(units + 1) if 2 * units >= outputs * (k * (k - 1) * step + 2 * k))
    tie = 2 * units == outputs * (level * (level - 1) * step + 2 * level)
    top = outputs * step * level * (level + 1) + 2 * units
    return Rational(top, 4 * (1 + level * step)), 2 if tie else 1


def reduced_rank(N, H, M, r):
    """State B A = (rank r truth) at the point where both factors show the truth."""
    B = Matrix(N, H, symbols(f"b:{N * H}"))
    A = Matrix(H, M, symbols(f"a:{H * M}"))
    truth = Matrix(N, M, lambda i, j: int(int(i) == int(j) < r))
    point = [int(i == j < r) for i in range(N) for j in range(H)]
    point += [int(i == j < r) for i in range(H) for j in range(M)]
    return Problem.from_generators([expand(g) for g in B * A - truth], [*B, *A], point)


def reduced_rank_formula(N, H, M, r):
    """Aoyagi and Watanabe 2005."""
    if N + r <= M + H and M + r <= N + H and H + r <= M + N:
        odd = (M + H + N + r) % 2
        return Rational(2 * (H + r) * (M + N) - (M - N) ** 2 - (H + r) ** 2 + odd, 8), 1 + odd
    if N + r > M + H:
        return Rational(H * M - H * r + N * r, 2), 1
    if M + r > N + H:
        return Rational(H * N - H * r + M * r, 2), 1
    return Rational(M * N, 2), 1


def deep_linear(widths):
    """State the product of matrices with these widths, truth zero, at the origin."""
    names, whole = [], None
    for k, (inner, outer) in enumerate(pairwise(widths)):
        W = Matrix(outer, inner, symbols(f"w{k}_:{inner * outer}"))
        names += list(W)
        whole = W if whole is None else W * whole
    return Problem.from_generators([expand(g) for g in whole], names, [0] * len(names))


def deep_linear_formula(widths):
    """Aoyagi 2024: prefixes of the sorted widths, truth zero."""
    ordered = sorted(widths)
    for size in range(2, len(ordered) + 1):
        inside, outside = ordered[:size], ordered[size:]
        ell, S = size - 1, sum(inside)
        if ell * inside[-1] <= S and (not outside or ell * outside[0] > S):
            ceiling = -(-S // ell)
            a = S - ell * (ceiling - 1)
            pairs = sum(p * q for k, p in enumerate(inside) for q in inside[:k])
            value = Fraction(a * (ell - a), 4 * ell) - Fraction(ell - 1, 4 * ell) * S * S
            return Rational(value + Fraction(pairs, 2)), a * (ell - a) + 1
    raise AssertionError("no admissible set of layers")


def solved(problem, budget=30):
    answer = learning_coefficient(problem, budget=budget)
    check(Certificate.from_json(answer.certificate.to_json()), problem)
    return answer.value, answer.multiplicity


@pytest.mark.parametrize(
    ("units", "step", "outputs"),
    [
        *[(1, 2, 1), (2, 2, 1), (3, 2, 1), (4, 2, 1), (6, 2, 1), (3, 1, 1)],
        *[(2, 2, 2), (4, 2, 3), (3, 1, 2)],
    ],
)
def test_vandermonde(units, step, outputs):
    found = solved(vandermonde(units, step, outputs))
    assert found == vandermonde_formula(units, step, outputs)


@pytest.mark.slow
@pytest.mark.parametrize(("units", "step"), [(7, 2), (8, 2), (9, 2), (4, 1), (6, 1), (8, 1)])
def test_vandermonde_with_many_units(units, step):
    assert solved(vandermonde(units, step), 120) == vandermonde_formula(units, step)


@pytest.mark.parametrize(
    ("N", "H", "M", "r"),
    [
        *[(2, 2, 2, 0), (2, 3, 2, 0), (1, 2, 4, 0), (3, 2, 2, 1)],
        *[(3, 3, 3, 1), (2, 2, 2, 2), (3, 2, 3, 0)],
    ],
)
def test_reduced_rank(N, H, M, r):
    assert solved(reduced_rank(N, H, M, r)) == reduced_rank_formula(N, H, M, r)


@pytest.mark.slow
@pytest.mark.parametrize("sizes", list(product(range(1, 4), repeat=3)))
def test_reduced_rank_of_all_small_sizes(sizes):
    for r in range(min(sizes) + 1):
        assert solved(reduced_rank(*sizes, r)) == reduced_rank_formula(*sizes, r)


@pytest.mark.parametrize(
    "widths", [(2, 1, 2, 2), (2, 2, 2, 2), (1, 2, 1, 2, 1), (1, 2, 2, 1), (2, 2, 1, 3)]
)
def test_deep_linear(widths):
    assert solved(deep_linear(widths)) == deep_linear_formula(widths)


def test_minors_and_symmetric_determinant():
    matrix = Matrix(3, 3, symbols("m:9"))
    minors = [matrix.minor_submatrix(i, j).det() for i, j in product(range(3), repeat=2)]
    assert solved(Problem.from_generators(minors, list(matrix), [0] * 9)) == (2, 1)
    a, b, c, d, e, f = symbols("a:f")
    symmetric = Matrix([[a, b, c], [b, d, e], [c, e, f]])
    problem = Problem.from_generators([expand(symmetric.det())], (a, b, c, d, e, f), [0] * 6)
    assert solved(problem) == (Rational(1, 2), 1)


def test_disjoint_blocks_add_and_multiply():
    first, second = vandermonde(2, 2), reduced_rank(2, 2, 2, 0)
    renamed = {v: symbols(f"v{i}") for i, v in enumerate(second.variables)}
    names = [*first.variables, *renamed.values()]
    both = Problem(first.K + second.K.subs(renamed), names, [0] * len(names))
    assert solved(both) == (Rational(2, 3) + Rational(3, 2), 1)


def test_prior_of_the_inner_variable_enters_the_linear_program():
    a, b, w, v = symbols("a b w v")
    generators = [a * w + b * v, a * w**3 + b * v**3]
    problem = Problem.from_generators(generators, (a, b, w, v), (0,) * 4, (w, v - w), [(w, 1)])
    # With w = t v, 0 < t < 1, the determinant is 1 + n v**2 + n**2 v**8 t**2 (1 - t**2)**2 up to
    # factors, the density t v**2 dt dv: near t = 0 and near t = 1 with the gap 1 - t.
    p, q = np.meshgrid(np.linspace(0, 1, 401), np.linspace(0, 1, 401))
    growth = np.maximum(0, np.maximum(1 - 2 * p, 2 - 8 * p - 2 * q))
    expected = min(float((3 * p + c * q + growth / 2).min()) for c in (1, 2))
    answer = learning_coefficient(problem)
    assert float(answer.value) == pytest.approx(expected, abs=0.01)


PROBLEMS = {
    "vandermonde": vandermonde(3, 1),
    "two outputs": vandermonde(2, 2, 2),
    "reduced rank": reduced_rank(2, 2, 2, 0),
    "local": reduced_rank(3, 2, 2, 1),
    "deep": deep_linear((2, 1, 2, 2)),
}
NEW = {"linear", "cone", "symmetry", "divide", "local"}


def kinds_of(problem):
    return set(learning_coefficient(problem).certificate.node_kinds())


def test_the_problems_use_every_kind():
    assert set().union(*(kinds_of(p) for p in PROBLEMS.values())) >= NEW


def places(item, path=()):
    if isinstance(item, dict):
        for key, value in item.items():
            yield from places(value, (*path, key))
    elif isinstance(item, list):
        for k, value in enumerate(item):
            yield from places(value, (*path, k))
    elif isinstance(item, (str, int)) and not isinstance(item, bool):
        yield path


def altered(data, path):
    """Return a copy with one number changed by one, or a rational by 1/1000."""
    changed = copy.deepcopy(data)
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    value = parent[path[-1]]
    if isinstance(value, int):
        parent[path[-1]] = value + 1
    elif value.lstrip("-").replace("/", "").isdigit():
        numerator, _, denominator = value.partition("/")
        parent[path[-1]] = str(fmpq(int(numerator), int(denominator or 1)) + fmpq(1, 1000))
    else:
        parent[path[-1]] = value + "x"
    return changed


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_falsified_certificate_is_rejected_or_proves_the_same(name):
    problem = PROBLEMS[name]
    data = learning_coefficient(problem).certificate.data
    truth = check(data)
    all_places = [("proofs", *p) for p in places(data["proofs"])]
    step = max(1, len(all_places) // 60)
    rejected = 0
    for path in all_places[::step]:
        try:
            verdict = check(altered(data, path), problem)
        except CertificateError:
            rejected += 1
            continue
        assert verdict == truth
    assert rejected > 0.8 * len(all_places[::step])


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_larger_claim_is_rejected(name):
    data = learning_coefficient(PROBLEMS[name]).certificate.data
    for key in ("lower", "upper"):
        changed = copy.deepcopy(data)
        value = Fraction(changed["claim"][key]) + Fraction(1, 1000)
        changed["claim"][key] = str(value)
        with pytest.raises(CertificateError):
            check(changed)
    changed = copy.deepcopy(data)
    changed["claim"]["multiplicity"] += 1
    with pytest.raises(CertificateError):
        check(changed)


def find(item, kind):
    """Return the first node of a kind."""
    if isinstance(item, dict):
        if item.get("kind") == kind:
            return item
        item = list(item.values())
    if isinstance(item, list):
        for part in item:
            found = find(part, kind)
            if found is not None:
                return found
    return None


@pytest.mark.parametrize("part", ["charts", "moved"])
def test_a_missing_chart_is_noticed(part):
    data = copy.deepcopy(learning_coefficient(PROBLEMS["reduced rank"]).certificate.data)
    node = find(data["proofs"], "cone")
    node[part] = node[part][:-1]
    with pytest.raises(CertificateError, match=r"cover|chart"):
        check(data)


def test_a_map_that_is_no_symmetry_is_noticed():
    data = copy.deepcopy(learning_coefficient(PROBLEMS["vandermonde"]).certificate.data)
    node = find(data["proofs"], "symmetry")
    first = node["maps"][0]
    node["maps"][0] = [[i, -s if k == 0 else s] for k, (i, s) in enumerate(first)]
    with pytest.raises(CertificateError, match="preserve"):
        check(data)


def test_a_side_left_out_changes_nothing_unnoticed():
    data = copy.deepcopy(learning_coefficient(PROBLEMS["vandermonde"]).certificate.data)
    node = find(data["proofs"], "divide")
    node["children"] = node["children"][:1]
    with pytest.raises(CertificateError):
        check(json.loads(json.dumps(data)))


def test_marginal_against_quadrature():
    """lambda = 2/3 of two units by quadrature after the exact integral over readouts."""
    assert solved(vandermonde(2, 2)) == (Rational(2, 3), 1)

    def log_integral(n):
        # Positive weights w < v = w + gap by symmetry; trapezoid rule in the logarithms.
        s = np.linspace(-16, 0, 900)
        w, gap = np.exp(s)[:, None], np.exp(s)[None, :]
        v = w + gap
        minor = w * v * gap * (v + w)
        det = 1 + n * (w**2 + w**6 + v**2 + v**6) + (n * minor) ** 2
        return np.log((w * gap / np.sqrt(det)).sum())

    slope = (log_integral(1e12) - log_integral(1e16)) / np.log(1e4)
    assert slope == pytest.approx(2 / 3, abs=0.01)


def test_leaves_that_share_no_argument_agree():
    """Two readouts times monomials: marginal, transversal system and Newton polyhedron."""
    generator = np.random.default_rng(5)
    a, b, w, v = symbols("a b w v")
    compared = 0
    for _ in range(12):
        generators = []
        for _ in range(int(generator.integers(1, 4))):
            e = [int(k) for k in generator.integers(0, 5, 4)]
            first, second = a * w ** e[0] * v ** e[1], b * w ** e[2] * v ** e[3]
            generators.append(first + int(generator.choice([1, -1, 3])) * second)
        problem = Problem.from_generators(generators, (a, b, w, v), (0,) * 4)
        germ = problem.stated.pieces[0].at(problem.stated.point)
        found = set()
        for route in (linear_block, transversal_system, newton):
            node = route(germ, None)
            try:
                verdict = None if node is None else judged(germ, node)
            except CertificateError:
                continue
            if verdict is not None and verdict.multiplicity is not None:
                found.add((route.__name__, verdict))
        compared += len(found) > 1
        assert len({verdict for _, verdict in found}) <= 1
    assert compared > 8


def test_conditions_keep_the_node_kinds_honest():
    """A block with a condition on it is not integrated as if it were free."""
    problem = Problem((x * y + x * z) ** 2, (x, y, z), (0, 0, 0), (x,))
    assert solved(problem) == (Rational(1, 2), 2)
