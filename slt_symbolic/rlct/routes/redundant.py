"""Inequalities that others imply."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

from flint import fmpq, fmpq_mat

from ..germ import Germ


def drop_redundant(germ: Germ, solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    """Leave out an inequality that is a non-negative combination of one or two others."""
    for k, r in enumerate(germ.region):
        others = [q for i, q in enumerate(germ.region) if i != k]
        for size in (1, 2):
            for chosen in combinations(range(len(others)), size):
                weights = _combination([others[i] for i in chosen], r)
                if weights is None or min(weights) < 0:
                    continue
                full = [fmpq(0)] * len(others)
                for i, c in zip(chosen, weights, strict=True):
                    full[i] = c
                kept = Germ(germ.K, tuple(others), germ.prior, germ.squares)
                return {
                    "kind": "redundant",
                    "index": k,
                    "weights": [str(c) for c in full],
                    "child": solve(kept),
                }
    return None


def _combination(basis: list[Any], target: Any) -> list[fmpq] | None:
    """Solve ``sum c_i basis_i = target`` for constants c_i."""
    monomials = sorted({e for p in [*basis, target] for e in p.to_dict()})
    columns = [[p.to_dict().get(e, fmpq(0)) for p in [*basis, target]] for e in monomials]
    reduced, rank = fmpq_mat(columns).rref()
    if rank != len(basis) or any(reduced[i, i] != 1 for i in range(rank)):
        return None
    return [reduced[i, len(basis)] for i in range(rank)]
