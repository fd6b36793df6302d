"""Bounds that always apply: order of vanishing, Hessian rank, and weighted scalings."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from flint import fmpq, fmpq_mpoly

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


def bounds(germ: Germ) -> dict[str, Any]:
    """Return a leaf with the best weighted scaling found, and no claim of equality."""
    best: tuple[fmpq, tuple[int, ...]] | None = None
    candidates = []
    for w in _weights(germ.n):
        degree = leading(germ.K, w)[1]
        if degree > 0:
            height = fmpq(sum(w))
            for p, s in germ.prior:
                height += s * leading(p, w)[1]
            candidates.append((height / degree, w))
    for value, w in sorted(candidates):
        if best is None and _witness(germ, w) is not None:
            best = (value, w)
            break
    if best is None:
        return {"kind": "bounds", "weights": None, "witness": None}
    witness = _witness(germ, best[1])
    return {
        "kind": "bounds",
        "weights": list(best[1]),
        "witness": [str(c) for c in witness or ()],
    }
