"""Exact solutions of small linear programs, found in floating point and then made rational."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq, fmpq_mat

Row = Sequence[fmpq | int]


def _rational(value: float, bound: int = 5000) -> fmpq:
    close = Fraction(value).limit_denominator(bound)
    return fmpq(close.numerator, close.denominator)


def _float(value: fmpq | int) -> float:
    exact = fmpq(value)
    return float(exact.p) / float(exact.q)


def minimise(
    cost: Row, upper: Sequence[Row], right: Row, lowest: Sequence[float | None]
) -> list[float] | None:
    """Return a vertex that minimises ``cost`` under ``upper @ x <= right``, x >= lowest."""
    import numpy as np
    from scipy.optimize import linprog

    table = np.array([[_float(v) for v in row] for row in upper])
    vector = [_float(v) for v in right]
    weights = [_float(v) for v in cost]
    answer = linprog(weights, table, vector, bounds=[(b, None) for b in lowest], method="highs-ds")
    return None if answer.status != 0 else [float(v) for v in answer.x]


def largest_support(equations: Sequence[Row], right: Row) -> list[fmpq] | None:
    """Solve ``equations @ z = right``, z >= 0, with as many positive entries as there can be.

    Notes
    -----
    With z = (u + v) / theta, 0 <= u <= 1, v >= 0, theta >= 1, a vertex that maximises sum(u) has
    the largest support: entries that can be positive are scaled up to 1. The entries that the
    equations leave free are rounded to rational numbers, the others computed exactly.
    """
    import numpy as np
    from scipy.optimize import linprog

    A = np.array([[_float(v) for v in row] for row in equations])
    b = np.array([_float(v) for v in right])
    n = A.shape[1]
    answer = linprog(
        np.concatenate([-np.ones(n), np.zeros(n + 1)]),
        A_eq=np.hstack([A, A, -b[:, None]]),
        b_eq=np.zeros(len(b)),
        bounds=[(0, 1)] * n + [(0, None)] * n + [(1, None)],
        method="highs",
    )
    if answer.status != 0:
        return None
    z = (answer.x[:n] + answer.x[n : 2 * n]) / answer.x[2 * n]
    support = [i for i in range(n) if answer.x[i] > 0.5]
    reduced, rank = fmpq_mat(
        [
            [*(fmpq(row[i]) for i in support), fmpq(c)]
            for row, c in zip(equations, right, strict=True)
        ]
    ).rref()
    solution = {i: _rational(float(z[i])) for i in support}
    for k in range(rank):
        pivot = next(j for j in range(len(support) + 1) if reduced[k, j] != 0)
        if pivot == len(support):
            return None
        value = reduced[k, len(support)]
        for j in range(pivot + 1, len(support)):
            value -= reduced[k, j] * solution[support[j]]
        solution[support[pivot]] = value
    if any(v <= 0 for v in solution.values()):
        return None
    return [solution.get(i, fmpq(0)) for i in range(n)]


def rationals(vector: Sequence[float]) -> list[fmpq]:
    """Round the coordinates of a vertex of a program with small coefficients."""
    return [_rational(v) for v in vector]
