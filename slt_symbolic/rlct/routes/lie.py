"""Linear maps that preserve the span of homogeneous generators: exponentials of nilpotents."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpq_mat, fmpq_mpoly, nmod_mat

_PRIME = 2**61 - 1
_LARGEST = 40_000_000


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
    gens = generators[0].context().gens()
    pairs = [(i, j) for i in range(n) for j in range(n) if weights[i] == weights[j]]
    partial = [[g.derivative(i) for i in range(n)] for g in generators]
    table: dict[tuple[int, tuple[int, ...]], dict[int, fmpq]] = {}
    for k in range(len(generators)):
        for column, (i, j) in enumerate(pairs):
            for a, c in (gens[j] * partial[k][i]).to_dict().items():
                table.setdefault((k, a), {})[column] = c
        for m, h in enumerate(generators):
            for a, c in h.to_dict().items():
                table.setdefault((k, a), {})[len(pairs) + k * len(generators) + m] = -c
    columns = len(pairs) + len(generators) ** 2
    if len(table) * columns > _LARGEST:
        return []
    rows = [
        [int(row[c].p) * pow(int(row[c].q), -1, _PRIME) if c in row else 0 for c in range(columns)]
        for row in table.values()
    ]
    reduced, rank = nmod_mat(len(rows), columns, [v for row in rows for v in row], _PRIME).rref()
    pivots: list[int] = []
    for k in range(rank):
        pivots.append(
            next(c for c in range(pivots[-1] + 1 if pivots else 0, columns) if int(reduced[k, c]))
        )
    found = []
    for free in range(columns):
        if free in set(pivots):
            continue
        entries = {free: fmpq(1)}
        values = [_rational(-int(reduced[k, free]) % _PRIME) for k in range(rank)]
        if any(v is None for v in values):
            continue
        entries |= {p: v for p, v in zip(pivots, values, strict=True) if v is not None}
        matrix = [[fmpq(0)] * n for _ in range(n)]
        for column, (i, j) in enumerate(pairs):
            matrix[i][j] = entries.get(column, fmpq(0))
        if any(v != 0 for row in matrix for v in row):
            found.append(fmpq_mat(matrix))
    return found


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
