"""Exact linear programming over an ordered field, for the few inequalities of one stratum."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cmp_to_key
from typing import Any

import sympy

from slt_symbolic.exact.chamber import OrderedField

Row = list[Any]


def solve_affine(
    rows: Sequence[Row], right: Row, field: OrderedField
) -> tuple[Row, dict[int, Row], list[int]] | None:
    """Solve linear equations for the variables furthest to the right.

    Parameters
    ----------
    rows, right
        The equations rows·x = right.
    field : OrderedField
        Where they live.

    Returns
    -------
    None, or (constants, slopes, free)
        None if there is no solution. Else x_k = constants[k] + Σ_i slopes[k][i] x_free[i], with
        ``slopes`` for all variables.

    Examples
    --------
    >>> from flint import fmpq
    >>> from slt_symbolic.exact.numbers import RealField
    >>> solve_affine([[fmpq(1), fmpq(2)]], [fmpq(4)], RealField.containing([]))
    ([0, 2], {0: [1], 1: [-1/2]}, [0])
    """
    zero, one = field.element(sympy.S.Zero), field.element(sympy.S.One)
    size = len(rows[0]) if rows else 0
    work = [[*row, r] for row, r in zip(rows, right, strict=True)]
    pivots: dict[int, Row] = {}
    for column in reversed(range(size)):
        row = next((r for r in work if r[column]), None)
        if row is None:
            continue
        scaled = [e / row[column] if e else e for e in row]
        work = [_cleared(r, scaled, column) for r in work if r is not row]
        pivots = {k: _cleared(r, scaled, column) for k, r in pivots.items()}
        pivots[column] = scaled
    if any(r[-1] for r in work):
        return None
    free = [k for k in range(size) if k not in pivots]
    constants, slopes = [zero] * size, {}
    for k in range(size):
        if k in pivots:
            constants[k] = pivots[k][-1]
            slopes[k] = [-pivots[k][i] for i in free]
        else:
            slopes[k] = [one if i == k else zero for i in free]
    return constants, slopes, free


def _cleared(row: Row, scaled: Row, column: int) -> Row:
    factor = row[column]
    if not factor:
        return row
    return [a - factor * b if b else a for a, b in zip(row, scaled, strict=True)]


def maximise(
    objective: Row, rows: Sequence[Row], right: Row, field: OrderedField
) -> tuple[Any, Row] | None:
    """Maximise objective·x subject to rows·x ≤ right, x of any sign.

    Returns
    -------
    None, or (value, x)
        None if there is no solution; the problem must be bounded.

    Notes
    -----
    Simplex method with Bland's rule, which ends (Bland 1977), in two phases.

    Examples
    --------
    >>> from flint import fmpq
    >>> from slt_symbolic.exact.numbers import RealField
    >>> Q = RealField.containing([])
    >>> maximise([fmpq(1)], [[fmpq(2)], [fmpq(-1)]], [fmpq(3), fmpq(0)], Q)
    (3/2, [3/2])
    """
    zero, one = field.element(sympy.S.Zero), field.element(sympy.S.One)
    n, m = len(objective), len(rows)
    # x = u − v; the dictionary's non-basic variables are u, v and, in phase one, a common slack.
    table = [[*row, *(-e for e in row), -one, r] for row, r in zip(rows, right, strict=True)]
    basis = [2 * n + 1 + k for k in range(m)]
    nonbasic = list(range(2 * n + 1))
    if m:

        def compare(j: int, k: int) -> int:
            return field.sign(table[j][-1] - table[k][-1])

        worst = min(range(m), key=cmp_to_key(compare))
        if field.sign(table[worst][-1]) < 0:
            goal = [*[zero] * (2 * n), -one, zero]
            _pivot(table, goal, basis, nonbasic, worst, 2 * n)
            _simplex(table, goal, basis, nonbasic, field)
            if field.sign(goal[-1]) < 0:
                return None
    if 2 * n in basis:
        row = basis.index(2 * n)
        column = next((c for c, e in enumerate(table[row][:-1]) if e), None)
        if column is None:
            del table[row], basis[row]
        else:
            _pivot(table, [zero] * (2 * n + 2), basis, nonbasic, row, column)
    if 2 * n in nonbasic:
        out = nonbasic.index(2 * n)
        table = [[e for c, e in enumerate(r) if c != out] for r in table]
        nonbasic.remove(2 * n)
    goal = [zero] * (len(nonbasic) + 1)
    costs = [*objective, *(-e for e in objective)]
    for variable, cost in enumerate(costs):
        if not cost:
            continue
        if variable in nonbasic:
            c = nonbasic.index(variable)
            goal[c] = goal[c] + cost
        else:
            row_of = table[basis.index(variable)]
            for c, e in enumerate(row_of[:-1]):
                goal[c] = goal[c] - cost * e
            goal[-1] = goal[-1] + cost * row_of[-1]
    _simplex(table, goal, basis, nonbasic, field)
    value = {b: row[-1] for b, row in zip(basis, table, strict=True)}
    x = [value.get(k, zero) - value.get(n + k, zero) for k in range(n)]
    return goal[-1], x


def _simplex(
    table: list[Row], goal: Row, basis: list[int], nonbasic: list[int], field: OrderedField
) -> None:
    """Pivot until no variable improves the goal. Rows read basic + Σ row·nonbasic = last."""
    while True:
        rising = [c for c, e in enumerate(goal[:-1]) if e and field.sign(e) > 0]
        if not rising:
            return
        column = min(rising, key=lambda c: nonbasic[c])
        best: tuple[Any, int] | None = None
        for r, row in enumerate(table):
            if row[column] and field.sign(row[column]) > 0:
                ratio = row[-1] / row[column]
                if best is not None:
                    order = field.sign(ratio - best[0])
                    if order > 0 or (order == 0 and basis[r] > basis[best[1]]):
                        continue
                best = (ratio, r)
        if best is None:
            raise ArithmeticError("the linear program is unbounded")
        _pivot(table, goal, basis, nonbasic, best[1], column)


def _pivot(
    table: list[Row], goal: Row, basis: list[int], nonbasic: list[int], r: int, column: int
) -> None:
    """Exchange a basic and a non-basic variable."""
    pivot = table[r][column]
    one = pivot / pivot
    scaled = [e / pivot for e in table[r]]
    scaled[column] = one / pivot
    for k, row in enumerate(table):
        factor = row[column]
        if k != r and factor:
            changed = [a - factor * b for a, b in zip(row, scaled, strict=True)]
            changed[column] = -factor * scaled[column]
            table[k] = changed
    factor = goal[column]
    if factor:
        changed = [a - factor * b for a, b in zip(goal, scaled, strict=True)]
        changed[column] = -factor * scaled[column]
        changed[-1] = goal[-1] + factor * scaled[-1]
        goal[:] = changed
    table[r] = scaled
    basis[r], nonbasic[column] = nonbasic[column], basis[r]
