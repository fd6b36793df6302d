"""Shorter generators of the same ideal: multiples of one are subtracted from another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import fmpq

from ..certificate import encode
from ..clock import poll
from ..germ import Germ
from .chart import Chart
from .packed import Packing

_LONGEST = 400


def reduce_generators(germ: Germ, solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    """Propose generators g_j - q g_i in place of g_j as long as they are shorter."""
    size = len(germ.squares)
    if size < 2 or sum(len(g) for _, g in germ.squares) > _LONGEST:
        return None
    packing = Packing(germ.ring)
    chart = Chart(packing)
    current = [packing.pack(g) for _, g in germ.squares]
    zero = germ.ring.from_dict({})
    one = germ.ring.from_dict({(0,) * germ.n: fmpq(1)})
    forward = [[one if i == j else zero for i in range(size)] for j in range(size)]
    backward = [list(row) for row in forward]
    while (found := next(chart.reductions(current), None)) is not None:
        poll()
        j, i, q = found
        current[j] = packing.minus(current[j], q, current[i])
        factor = packing.unpack(q)
        forward[j] = [a - factor * b for a, b in zip(forward[j], forward[i], strict=True)]
        for row in backward:
            row[i] += factor * row[j]
    new = [packing.unpack(p) for p in current]
    if new == [g for _, g in germ.squares]:
        return None
    kept = [k for k, g in enumerate(new) if not g.is_zero()]
    squares = tuple((germ.squares[k][0], new[k]) for k in kept)
    K = sum((a * g**2 for a, g in squares), zero)
    return {
        "kind": "equivalent",
        "old": [[str(a), encode(g)] for a, g in germ.squares],
        "new": [[str(a), encode(g)] for a, g in squares],
        "forward": [[encode(one), [encode(c) for c in forward[k]]] for k in kept],
        "backward": [[encode(one), [encode(row[k]) for k in kept]] for row in backward],
        "child": solve(Germ(K, germ.region, germ.prior, squares)),
    }
