"""Linear maps that preserve the span of homogeneous generators: exponentials of nilpotents."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from flint import fmpq, fmpq_mat, fmpq_mpoly, nmod_mat

from ..clock import poll
from .packed import Packing

_PRIME = 2**61 - 1


def _rational(residue: int) -> fmpq | None:
    """Return the small rational number with this residue."""
    for q in range(1, 13):
        p = residue * q % _PRIME
        p = p - _PRIME if p > _PRIME // 2 else p
        if abs(p) <= 60:
            return fmpq(p, q)
    return None


def derivations(generators: Sequence[fmpq_mpoly], weights: Sequence[int]) -> list[fmpq_mat]:
    """Return matrices X such that sum X_ij x_j d/dx_i maps the span of the generators to itself.

    Notes
    -----
    The linear equations are solved modulo a prime, and the entries read as small rationals; the
    checker verifies what is made of them.
    """
    n = len(weights)
    pairs = [(i, j) for i in range(n) for j in range(n) if weights[i] == weights[j]]
    packing = Packing(generators[0].context())
    packed = [packing.pack(g) for g in generators]
    partial = [[packing.derivative(g, i) for i in range(n)] for g in packed]
    table: dict[tuple[int, int], dict[int, fmpq]] = {}
    for k in range(len(packed)):
        poll()
        for column, (i, j) in enumerate(pairs):
            for a, c in partial[k][i].items():
                table.setdefault((k, a + packing.unit[j]), {})[column] = c
        for m, h in enumerate(packed):
            for a, c in h.items():
                table.setdefault((k, a), {})[len(pairs) + k * len(packed) + m] = -c
    reduced = _reduced(
        [
            {c: int(v.p) * pow(int(v.q), -1, _PRIME) % _PRIME for c, v in row.items()}
            for row in table.values()
        ]
    )
    found = []
    for free in range(len(pairs) + len(packed) ** 2):
        if free in reduced:
            continue
        entries: dict[int, fmpq | None] = {free: fmpq(1)}
        for pivot, row in reduced.items():
            if free in row:
                entries[pivot] = _rational(-row[free] % _PRIME)
        matrix = [[fmpq(0)] * n for _ in range(n)]
        for column, value in entries.items():
            if column < len(pairs) and value is not None:
                i, j = pairs[column]
                matrix[i][j] = value
        if None not in entries.values() and any(v != 0 for row in matrix for v in row):
            found.append(fmpq_mat(matrix))
    return found


def _reduced(rows: Sequence[dict[int, int]]) -> dict[int, dict[int, int]]:
    """Return the reduced echelon form of sparse equations modulo the prime, by pivot.

    The shortest equations come first; pivots are the first columns, so the form is the usual one.
    """
    current = [dict(row) for row in rows]
    users: dict[int, set[int]] = {}
    for k, row in enumerate(current):
        for c in row:
            users.setdefault(c, set()).add(k)
    queue = [(len(row), k) for k, row in enumerate(current)]
    heapify(queue)
    reduced: dict[int, dict[int, int]] = {}
    done: set[int] = set()
    while queue:
        poll()
        length, k = heappop(queue)
        row = current[k]
        if k in done or not row or len(row) != length:
            continue
        pivot = min(row)
        inverse = pow(row[pivot], -1, _PRIME)
        row = current[k] = {c: v * inverse % _PRIME for c, v in row.items()}
        reduced[pivot] = row
        done.add(k)
        for m in users[pivot] - {k}:
            other = current[m]
            factor = other[pivot]
            for c, v in row.items():
                value = (other.get(c, 0) - factor * v) % _PRIME
                if value:
                    other[c] = value
                    users[c].add(m)
                elif c in other:
                    del other[c]
                    if c != pivot:
                        users[c].discard(m)
            if m not in done:
                heappush(queue, (len(other), m))
        users[pivot] = {k}
    return reduced


def exponential(X: fmpq_mat) -> fmpq_mat | None:
    """Return exp(X) if X is nilpotent."""
    n = X.nrows()
    total = power = fmpq_mat([[fmpq(i == j) for j in range(n)] for i in range(n)])
    for k in range(1, n + 1):
        power = power * X / fmpq(k)
        if power == fmpq_mat(n, n):
            return total
        total = total + power
    return None


def reflections(generators: Sequence[fmpq_mpoly]) -> list[list[int]]:
    """Return sign vectors, a basis of those for which every generator is even or odd."""
    n = generators[0].context().nvars()
    rows = []
    for g in generators:
        first, *others = [tuple(int(e) for e in a) for a in g.to_dict()]
        rows += [[(x - y) % 2 for x, y in zip(a, first, strict=True)] for a in others]
    if not rows:
        rows = [[0] * n]
    reduced, rank = nmod_mat(len(rows), n, [v for row in rows for v in row], 2).rref()
    pivots = [next(c for c in range(n) if int(reduced[k, c])) for k in range(rank)]
    signs = []
    for free in range(n):
        if free not in pivots:
            odd = {free, *(p for k, p in enumerate(pivots) if int(reduced[k, free]))}
            signs.append([-1 if i in odd else 1 for i in range(n)])
    return signs
