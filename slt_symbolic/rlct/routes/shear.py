"""Coordinate changes ``x_i -> x_i + p(others)`` that follow a multiple real tangent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import gcd
from typing import Any

from flint import fmpq, fmpq_mpoly, fmpq_poly

from ..germ import Germ, constant_term, uses
from .straighten import isolate, shear_node


def shear(germ: Germ, solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    """Straighten a smooth factor, or a multiple root of an edge of the Newton polyhedron."""
    for i, q in _candidates(germ):
        return shear_node(germ, i, q, solve)
    return None


def _candidates(germ: Germ) -> Iterator[tuple[int, fmpq_mpoly]]:
    mixed = {i for p in germ.conditions() for i in uses(p)}
    smooth = [f for f, _ in germ.K.factor()[1]] + [g for _, g in germ.squares]
    for f in smooth:
        if len(f) > 1 and constant_term(f) == 0:
            for i in sorted(uses(f) - mixed):
                q = isolate(f, i)
                if q is not None:
                    yield i, q
    yield from multiple_roots(germ.K, mixed)


def multiple_roots(p: fmpq_mpoly, mixed: set[int]) -> Iterator[tuple[int, fmpq_mpoly]]:
    """Yield x_i -> x_i + t x**a where an edge polynomial of p has the multiple root t."""
    table = {tuple(int(e) for e in a): c for a, c in p.to_dict().items()}
    support = sorted(table)
    if len(support) > 60:
        return
    for alpha in support:
        for beta in support:
            step = [b - a for a, b in zip(alpha, beta, strict=True)]
            length = gcd(*step)
            if length < 2:
                continue
            v = [s // length for s in step]
            falling = [k for k, s in enumerate(v) if s < 0]
            if len(falling) != 1 or v[falling[0]] != -1 or falling[0] in mixed:
                continue
            line = [
                table.get(tuple(a + k * s for a, s in zip(alpha, v, strict=True)), fmpq(0))
                for k in range(length + 1)
            ]
            # In t = x**v the edge is a polynomial; a root t0 is the branch x_i = x**a / t0.
            for factor, multiplicity in fmpq_poly(line).factor()[1]:
                if multiplicity >= 2 and factor.degree() == 1 and factor[0] != 0:
                    root = -factor[0] / factor[1]
                    powers = tuple(max(s, 0) for s in v)
                    yield falling[0], p.context().from_dict({powers: 1 / root})
