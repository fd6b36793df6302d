"""Bounds that always apply: order of vanishing, Hessian rank, and weighted scalings."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, islice, product
from math import lcm
from typing import Any

from flint import fmpq, fmpq_mpoly

from ..clock import expired
from ..germ import Germ

_WITNESSES = (1, -1, 2, -3)


def leading(p: fmpq_mpoly, weights: tuple[int, ...]) -> tuple[fmpq_mpoly, int]:
    """Return the part of lowest weighted degree, and that degree."""
    table = {tuple(int(e) for e in a): c for a, c in p.to_dict().items()}
    degree = {a: sum(e * w for e, w in zip(a, weights, strict=True)) for a in table}
    least = min(degree.values())
    kept = {a: c for a, c in table.items() if degree[a] == least}
    return p.context().from_dict(kept), least


def _weights(n: int) -> Iterator[tuple[int, ...]]:
    """Yield weight vectors, fewer of them in many variables."""
    top = {1: 1, 2: 7, 3: 5, 4: 3, 5: 2}.get(n, 1)
    if n <= 10:
        yield from (w for w in product(range(top + 1), repeat=n) if any(w))
    else:
        yield (1,) * n
        for i in range(n):
            yield tuple(int(k == i) for k in range(n))


def _witness(germ: Germ, weights: tuple[int, ...]) -> tuple[int, ...] | None:
    """Find a point where the leading conditions hold strictly."""
    second = tuple(int(w == 0) for w in weights)
    forms = [leading(leading(p, weights)[0], second)[0] for p in germ.region]
    poles = [leading(leading(p, weights)[0], second)[0] for p, _ in germ.prior]
    if not forms and not poles:
        return (1,) * germ.n
    for tried, point in enumerate(product(_WITNESSES, repeat=germ.n)):
        if tried > 300:
            return None
        if all(f(*point) > 0 for f in forms) and all(f(*point) != 0 for f in poles):
            return point
    return None


def _optimal_weights(germ: Germ, support: list[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    """Yield integer weights near the optimum of the linear program of the Newton polyhedron."""
    if germ.n < 3 or len(support) > 4000:
        return
    from scipy.optimize import linprog

    height = [1.0] * germ.n
    for p, s in germ.prior:
        if len(p) == 1:
            height = [
                h + float(s.p) / float(s.q) * int(e)
                for h, e in zip(height, next(iter(p.to_dict())), strict=True)
            ]
    found = linprog(height, [[-e for e in a] for a in support], [-1.0] * len(support))
    if found.status != 0:
        return
    for largest in (6, 24, 120, 5000):
        exact = [Fraction(float(w)).limit_denominator(largest) for w in found.x]
        scale = lcm(*(w.denominator for w in exact))
        weights = tuple(max(0, int(w * scale)) for w in exact)
        if any(weights) and scale < 10**12:
            yield weights


def bounds(germ: Germ, *, program: bool = False) -> dict[str, Any]:
    """Return a leaf with the best weighted scaling found, and no claim of equality.

    Small weights are tried; with ``program`` those of the linear program, too.
    """
    support = [tuple(int(e) for e in a) for a in germ.K.to_dict()]
    most = max(20, 400_000 // (len(support) * germ.n))
    candidates: list[tuple[fmpq, tuple[int, ...]]] = []
    optimal = _optimal_weights(germ, support) if program else iter(())
    for w in chain(optimal, [(1,) * germ.n], islice(_weights(germ.n), most)):
        if candidates and expired():
            break
        degree = min(sum(e * k for e, k in zip(a, w, strict=True)) for a in support)
        if degree > 0:
            height = fmpq(sum(w))
            for p, s in germ.prior:
                height += s * leading(p, w)[1]
            candidates.append((height / degree, w))
    for _, w in sorted(candidates):
        witness = _witness(germ, w)
        if witness is not None:
            return {"kind": "bounds", "weights": list(w), "witness": [str(c) for c in witness]}
    return {"kind": "bounds", "weights": None, "witness": None}
