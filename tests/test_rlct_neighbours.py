"""Random problems with answers known by construction: none may be wrong, few may be open."""

from collections import Counter

import numpy as np
import pytest
import sympy
from sympy import Rational, exp, sin, tanh

from slt_symbolic.rlct import (
    AnalyticProblem,
    CompactProblem,
    Problem,
    TanhProblem,
    check,
    learning_coefficient,
)
from slt_symbolic.rlct.theorems import deep_linear, reduced_rank_regression, vandermonde

X = sympy.symbols("x0:8", real=True)


def whole(rng, low, high):
    return int(rng.integers(low, high + 1))


def nonzero(rng):
    return whole(rng, 1, 3) * (-1) ** whole(rng, 0, 1)


def least(ratios):
    """Return the least ratio and how often it occurs."""
    return min(ratios), ratios.count(min(ratios))


def added(answers):
    """Return the answer of a sum in disjoint variables."""
    return sum(v for v, _ in answers), 1 + sum(m - 1 for _, m in answers)


def moved(rng, expressions, names, steps):
    """Apply shears x_i -> x_i + c * monomial in the others, and a translation."""
    for _ in range(steps if len(names) > 1 else 0):
        i, j, k = rng.choice(len(names), 3, replace=len(names) < 3)
        if i in (j, k):
            continue
        image = names[i] + nonzero(rng) * names[j] ** whole(rng, 1, 2) * names[k] ** whole(
            rng, 0, 1
        )
        expressions = [e.subs(names[i], image) for e in expressions]
    point = [whole(rng, -1, 1) for _ in names]
    shift = dict(zip(names, [v - p for v, p in zip(names, point, strict=True)], strict=True))
    return [e.subs(shift, simultaneous=True) for e in expressions], point


def crossing(rng, names):
    powers = [whole(rng, 0, 3) for _ in names]
    powers[0] = max(powers[0], 1)
    f = sympy.Mul(*(v**k for v, k in zip(names, powers, strict=True)))
    return [f], least([Rational(1, 2 * k) for k in powers if k])


def diagonal(rng, names):
    powers = [whole(rng, 1, 4) for _ in names]
    gens = [v**k for v, k in zip(names, powers, strict=True)]
    return gens, (sum(Rational(1, 2 * k) for k in powers), 1)


def blown_down(rng):
    """Monomials, sums and products of ideals, after an automorphism."""
    n = whole(rng, 2, 4)
    cut = whole(rng, 1, n - 1)
    parts = [(crossing, diagonal)[whole(rng, 0, 1)](rng, names) for names in (X[:cut], X[cut:n])]
    if rng.random() < 0.5:
        gens, answer = [*parts[0][0], *parts[1][0]], added([p[1] for p in parts])
    else:
        gens = [f * g for f in parts[0][0] for g in parts[1][0]]
        values = [p[1] for p in parts]
        low = min(v for v, _ in values)
        answer = low, sum(m for v, m in values if v == low)
    gens, point = moved(rng, gens, X[:n], whole(rng, 0, 2))
    return Problem.from_generators(gens, X[:n], point), answer


def weighted(rng):
    """A monomial with a prior with zeros, on an orthant or not."""
    n = whole(rng, 1, 4)
    powers = [whole(rng, 1, 4) for _ in range(n)]
    taus = [Rational(whole(rng, 0, 4), 2) for _ in range(n)]
    f = sympy.Mul(*(v**k for v, k in zip(X, powers, strict=False)))
    region = [v for v in X[:n] if rng.random() < 0.3]
    prior = list(zip(X[:n], taus, strict=True))
    ratios = [(1 + t) / (2 * k) for k, t in zip(powers, taus, strict=True)]
    return Problem.from_generators([f], X[:n], (0,) * n, region, prior), least(ratios)


def branches(rng):
    """Branches (y - c x**p)**e and the axes: one weighted blow-up separates them."""
    x, y = X[:2]
    p, a, b = whole(rng, 1, 3), whole(rng, 0, 2), whole(rng, 0, 2)
    slopes = rng.choice([-3, -2, -1, 1, 2, 3], whole(rng, 1, 3), replace=False)
    powers = [whole(rng, 1, 3) for _ in slopes]
    f = x**a * y**b
    for c, k in zip(slopes, powers, strict=True):
        f *= (y - int(c) * x**p) ** k
    middle = Rational(1 + p, 2 * (a + p * (b + sum(powers))))
    ends = [Rational(1, 2 * k) for k in (a, b, *powers) if k]
    low = min(middle, *ends)
    gens, point = moved(rng, [f], (x, y), whole(rng, 0, 1))
    return Problem.from_generators(gens, (x, y), point), (low, 1 + (middle == low == min(ends)))


def quadrant(rng):
    """Positive generators on an orthant: the Newton polyhedron of a simplex."""
    n = whole(rng, 2, 3)
    powers = [whole(rng, 1, 3) for _ in range(n)]
    f = sum(whole(rng, 1, 3) * v**k for v, k in zip(X, powers, strict=False))
    taus = [whole(rng, 0, 2) for _ in range(n)]
    value = sum(Rational(1 + t, 2 * k) for t, k in zip(taus, powers, strict=True))
    prior = list(zip(X[:n], taus, strict=True))
    return Problem.from_generators([f], X[:n], (0,) * n, X[:n], prior), (value, 1)


def curved(rng):
    """A power of y above c x**p: the width of the region is a power of y."""
    x, y = X[:2]
    k, p, tau = whole(rng, 1, 3), whole(rng, 1, 4), whole(rng, 0, 1)
    region = [y - whole(rng, 1, 3) * x**p] + ([x] if p % 2 or rng.random() < 0.5 else [])
    value = (1 + tau + Rational(1, p)) / (2 * k)
    return Problem.from_generators([y**k], (x, y), (0, 0), region, [(y, tau)]), (value, 1)


def rectangle(rng):
    """A product of functions of one variable over a box: the zeros inside count."""
    x, y = X[:2]
    K, ratios = sympy.Integer(1), []
    for v in (x, y):
        centres = [int(c) for c in rng.choice(range(-4, 5), whole(rng, 1, 2), replace=False)]
        powers = [whole(rng, 1, 3) for _ in centres]
        for c, k in zip(centres, powers, strict=True):
            K *= (v - c) ** (2 * k)
        inside = [k for c, k in zip(centres, powers, strict=True) if abs(c) <= 2]
        ratios += [Rational(1, 2 * max(inside))] if inside else []
    if not ratios:
        return rectangle(rng)
    return CompactProblem(K, (x, y), [(-2, 2)] * 2), least(ratios)


def analytic(rng):
    """Monomials in analytic coordinates, times units."""
    n = whole(rng, 2, 3)
    (f,), answer = crossing(rng, X[:n])
    curved = [tanh, sin, lambda v: exp(v) - 1, lambda v: sympy.log(1 + v), sympy.atan]
    images = [curved[whole(rng, 0, 4)](v) for v in X[:n]]
    images[-1] = X[n - 1] - nonzero(rng) * (exp(X[0]) - 1) ** whole(rng, 1, 2)
    f = f.subs(dict(zip(X, images, strict=False)), simultaneous=True) * sympy.cosh(X[0])
    return AnalyticProblem([f], X[:n], (0,) * n), answer


def network(rng):
    """Tanh units with biases in groups that do not meet: their answers add."""
    units, point, answers = [], [], []
    for k in range(whole(rng, 1, 2)):
        place = (k + 1, Rational(whole(rng, -2, 2), 2))
        kind = whole(rng, 0, 3)
        half = Rational(1, 2)
        # Alone; split in two; with a unit of no weight on top; only units of no weight.
        weights = [(1,), (half, half), (1, 0), (0,)][kind]
        answers.append([(3 * half, 1), (2, 1), (2, 2), (half, 1)][kind])
        for w in weights:
            sign = (-1) ** whole(rng, 0, 1)
            names = sympy.symbols(f"a{len(units)} b{len(units)} c{len(units)}")
            units.append((names[0], [names[1]], names[2]))
            point += [sign * w, sign * place[0], sign * place[1]]
        units.append((-sum(weights), [place[0]], place[1]))
    names = [s for a, (b,), c in units for s in (a, b, c) if isinstance(s, sympy.Symbol)]
    return TanhProblem([u for u in units if u[0] != 0], names, point), added(answers)


def published(rng):
    """Matrix products and Vandermonde type against their theorems."""
    kind = whole(rng, 0, 2)
    if kind < 2:
        sizes = [whole(rng, 1, 2) for _ in range(3 + kind)]
        result = reduced_rank_regression(*sizes[::-1], 0) if kind == 0 else deep_linear(sizes, 0)
        names, product = [], sympy.eye(sizes[0])
        for k, (rows, columns) in enumerate(zip(sizes[1:], sizes, strict=False)):
            layer = sympy.Matrix(rows, columns, lambda i, j, k=k: sympy.Symbol(f"w{k}_{i}{j}"))
            names += list(layer)
            product = layer * product
        gens = list(product)
    else:
        units, rows, step = whole(rng, 1, 2), whole(rng, 1, 2), whole(rng, 1, 2)
        result = vandermonde(units, rows, step)
        a = [sympy.symbols(f"a{k}_0:{units}") for k in range(rows)]
        b = sympy.symbols(f"b0:{units}")
        names = [*(s for row in a for s in row), *b]
        gens = [
            sum(row[i] * b[i] ** (1 + step * j) for i in range(units))
            for row in a
            for j in range(units)
        ]
    problem = Problem.from_generators(gens, names, (0,) * len(names))
    return problem, (result.value, result.multiplicity)


FAMILIES = (
    blown_down,
    weighted,
    branches,
    quadrant,
    curved,
    rectangle,
    analytic,
    network,
    published,
)


def counted(family, seeds, budget):
    """Solve problems of a family; every answer must contain or be the known one."""
    counts = Counter()
    for seed in seeds:
        problem, (value, m) = family(np.random.default_rng(seed))
        answer = learning_coefficient(problem, budget=budget)
        check(answer.certificate, problem)
        shown = (family.__name__, seed, problem, answer, value, m)
        assert answer.lower <= value, shown
        assert answer.upper is None or value <= answer.upper, shown
        if answer.multiplicity is None:
            counts["open"] += 1
        else:
            assert (answer.value, answer.multiplicity) == (value, m), shown
            counts["exact"] += 1
    return counts


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.__name__)
def test_a_few(family):
    counts = counted(family, range(5), 10)
    assert counts["exact"] == 5


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.__name__)
def test_many(family):
    counts = counted(family, range(100, 160), 10)
    assert counts["exact"] >= 57
