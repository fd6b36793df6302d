"""Weights for which generators are homogeneous, and generators without linear relations."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm

from flint import fmpq, fmpq_mat, fmpq_mpoly

from .linear_program import minimise, rationals


def positive_grading(polynomials: Sequence[fmpq_mpoly], joint: int = 0) -> list[int] | None:
    """Return positive integer weights for which each polynomial is homogeneous.

    The first `joint` polynomials must have the same degree.
    """
    n = polynomials[0].context().nvars()
    rows = []
    first: tuple[int, ...] | None = None
    for k, p in enumerate(polynomials):
        table = [tuple(int(e) for e in a) for a in p.to_dict()]
        if not table:
            continue
        base = table[0]
        if k < joint:
            first = base = first or base
        rows += [tuple(x - y for x, y in zip(a, base, strict=True)) for a in table if a != base]
    rows = sorted(set(rows))
    if all(sum(row) == 0 for row in rows):
        return [1] * n
    both = [*rows, *(tuple(-e for e in row) for row in rows)]
    found = minimise([1] * n, both, [0] * len(both), [1.0] * n)
    if found is None:
        return None
    exact = rationals(found)
    scale = lcm(*(int(w.q) for w in exact))
    weights = [int((w * scale).p) for w in exact]
    fits = all(sum(w * e for w, e in zip(weights, row, strict=True)) == 0 for row in rows)
    return weights if fits and min(weights) > 0 else None


def span_basis(generators: Sequence[fmpq_mpoly]) -> list[fmpq_mpoly]:
    """Leave out zeros and linear combinations of earlier generators."""
    kept: list[fmpq_mpoly] = []
    for g in generators:
        tables = [p.to_dict() for p in [*kept, g]]
        monomials = sorted({a for table in tables for a in table})
        if not monomials:
            continue
        matrix = fmpq_mat([[table.get(a, fmpq(0)) for a in monomials] for table in tables])
        if matrix.rank() == len(kept) + 1:
            kept.append(g)
    return kept
