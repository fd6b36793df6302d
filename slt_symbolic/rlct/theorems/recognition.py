"""Problems that are cases of a theorem: recognised by comparing polynomials exactly."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise, permutations
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_mpoly

from ..model_problem import MomentProblem
from ..problem import Problem
from .deep_linear import deep_linear
from .reduced_rank import reduced_rank_regression
from .theorem import HypothesisError, TheoremResult
from .vandermonde import vandermonde

#: ``b01`` and ``w2_01``, or ``b_0_1``.
_ENTRIES = (re.compile(r"(.*?)_?(\d)(\d)"), re.compile(r"(.*?)_?(\d+)_(\d+)"))
_MOST_LAYERS = 5

Matrix = list[list[fmpq_mpoly]]


def recognise(problem: Any) -> TheoremResult | None:
    """Return what a theorem says about a problem, or None.

    Parameters
    ----------
    problem : Problem or MomentProblem
        Any problem; only whole spaces with a positive prior are covered.

    Notes
    -----
    Names of variables suggest matrices, such as ``b01`` or ``w2_10``; the generators must then
    equal the entries of their product, less constants. At points where all factors have the rank
    of the product the local answer is that of the theorem, since the regular part splits off.

    Examples
    --------
    >>> from sympy.abc import x
    >>> from sympy import symbols
    >>> b, a = symbols("b00 b10"), symbols("a00 a01")
    >>> entries = [p * q for p in b for q in a]
    >>> recognise(Problem.from_generators(entries, (*b, *a), (0,) * 4))
    TheoremResult(lambda=1, m=2, reduced-rank regression: AoyagiWatanabe2005)
    """
    if isinstance(problem, MomentProblem):
        conditions, point = problem.conditions, problem.at
        generators = [g for g in problem.generators if not g.is_zero()]
    elif isinstance(problem, Problem):
        conditions, point = problem.stated.pieces[0], problem.stated.point
        if len({a for a, _ in conditions.squares}) != 1:
            return None
        generators = [g for _, g in conditions.squares]
    else:
        return None
    if conditions.region or any(not p.is_constant() for p, _ in conditions.prior):
        return None
    names = [str(v) for v in problem.variables]
    return _product(generators, names, point) or _vandermonde(generators, point)


def _product(
    generators: Sequence[fmpq_mpoly], names: Sequence[str], point: Sequence[fmpq]
) -> TheoremResult | None:
    gens = generators[0].context().gens()
    layers = next((m for e in _ENTRIES if (m := _matrices(e, names, gens))), [])
    if not 2 <= len(layers) <= _MOST_LAYERS:
        return None
    found = {str(g) for g in generators}
    for order in permutations(layers):
        if any(len(a[0]) != len(b) for a, b in pairwise(order)):
            continue
        product = order[0]
        for factor in order[1:]:
            product = _times(product, factor)
        values = fmpq_mat([[p(*point) for p in row] for row in product])
        entries = {
            str(p - values[i, j]) for i, row in enumerate(product) for j, p in enumerate(row)
        }
        if entries != found:
            continue
        ranks = {fmpq_mat([[p(*point) for p in row] for row in m]).rank() for m in order}
        rank = int(values.rank())
        if ranks != {rank}:
            return None
        widths = [len(order[0]), *(len(m[0]) for m in order)]
        if len(order) == 2:
            return reduced_rank_regression(widths[2], widths[1], widths[0], rank)
        return deep_linear(widths, rank)
    return None


def _matrices(
    entry: re.Pattern[str], names: Sequence[str], gens: Sequence[fmpq_mpoly]
) -> list[Matrix]:
    """Return the matrices of variables that the names suggest, if all belong to one."""
    tables: dict[str, dict[tuple[int, int], fmpq_mpoly]] = defaultdict(dict)
    for name, x in zip(names, gens, strict=True):
        match = entry.fullmatch(name)
        if match is None:
            return []
        tables[match[1]][int(match[2]), int(match[3])] = x
    matrices = []
    for table in tables.values():
        rows, columns = (sorted({key[k] for key in table}) for k in (0, 1))
        if len(table) != len(rows) * len(columns):
            return []
        matrices.append([[table[i, j] for j in columns] for i in rows])
    return matrices


def _times(a: Matrix, b: Matrix) -> Matrix:
    return [
        [sum((x * b[k][j] for k, x in enumerate(row)), row[0] * 0) for j in range(len(b[0]))]
        for row in a
    ]


def _vandermonde(generators: Sequence[fmpq_mpoly], point: Sequence[fmpq]) -> TheoremResult | None:
    """Recognise sum_i a_ki w_i**(Q (j - 1) + 1), j up to the number of units or more."""
    if any(point):
        return None
    nodes = {i for g in generators for e in g.monoms() for i, k in enumerate(e) if k > 1}
    powers: dict[frozenset[tuple[int, int]], set[int]] = defaultdict(set)
    for g in generators:
        terms = list(_terms(g, nodes))
        if len({k for *_, k in terms}) != 1 or len(terms) != len(g):
            return None
        powers[frozenset((a, w) for a, w, _ in terms)].add(terms[0][2])
    rows = list(powers)
    units = {w for _, w in rows[0]}
    amplitudes = [a for row in rows for a, _ in row]
    same = all({w for _, w in row} == units and len(row) == len(units) for row in rows)
    if not same or len(set(amplitudes)) != len(amplitudes) or set(amplitudes) & units:
        return None
    exponents = sorted(powers[rows[0]])
    step = exponents[1] - exponents[0] if len(exponents) > 1 else 1
    wanted = [1 + step * j for j in range(len(exponents))]
    if any(sorted(found) != wanted for found in powers.values()) or len(wanted) < len(units):
        return None
    try:
        return vandermonde(len(units), len(rows), step)
    except HypothesisError:
        return None


def _terms(g: fmpq_mpoly, nodes: set[int]) -> Iterator[tuple[int, int, int]]:
    """Yield (a, w, k) for each term a * w**k with coefficient one."""
    for powers, c in g.to_dict().items():
        used = [i for i, e in enumerate(powers) if e]
        if c != 1 or len(used) != 2:
            return
        a, w = used if used[1] in nodes else used[::-1]
        if powers[a] == 1 and w in nodes:
            yield a, w, int(powers[w])
