"""Slopes with a unit in front of a variable become coordinates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flint import fmpq, fmpq_mpoly

from ..certificate import encode
from ..clock import poll
from ..germ import Germ, uses
from .packed import Packed, Packing
from .slopes import walk

Node = dict[str, Any]


def local_coordinates(germ: Germ, solve: Callable[[Germ], Any]) -> Node | None:
    """Replace x_v by slopes u x_v + t, u a unit, as long as that shortens the generators.

    A generator g = s x_v + r, with s and r free of x_v, is s / u (u x_v + t) + (r - s / u t); it
    is multiplied by u first if u does not divide s.
    """
    if not germ.squares:
        return None
    generators = [g for _, g in germ.squares]
    fixed = {i for p in germ.conditions() for i in uses(p)}
    packing = Packing(germ.ring)

    def moved(current: Sequence[Packed], v: int, p: Packed) -> list[Packed] | None:
        return None if 0 in p else _rewritten(packing, current, v, p)

    start = [packing.pack(g) for g in generators]
    found, path = walk(packing, start, lambda _, v: v not in fixed, moved)
    if not path:
        return None
    system = list(germ.ring.gens())
    for v, p in path:
        poll()
        # The new coordinate, as a function of the original ones.
        system[v] = packing.unpack(p).compose(*system, ctx=germ.ring)
    final = [packing.unpack(h) for h in found]
    multiples = [h.compose(*system, ctx=germ.ring) for h in final]
    squares = tuple((a, h) for (a, _), h in zip(germ.squares, final, strict=True))
    K = sum((a * h**2 for a, h in squares), germ.ring.from_dict({}))
    node = {
        "kind": "local",
        "system": [encode(p) for p in system],
        "squares": [[str(a), encode(h)] for a, h in squares],
        "region": [encode(r) for r in germ.region],
        "prior": [encode(p) for p, _ in germ.prior],
        "child": solve(Germ(K, germ.region, germ.prior, squares)),
    }
    return node if multiples == generators else _multiplied(germ, multiples, node)


def _rewritten(
    packing: Packing, generators: Sequence[Packed], v: int, p: Packed
) -> list[Packed] | None:
    """Return the generators, times the unit if need be, as functions of p in place of x_v."""
    unit, rest = packing.derivative(p, v), packing.without(p, v)
    moved = []
    for g in generators:
        slope = packing.derivative(g, v)
        if not slope:
            moved.append(g)
            continue
        if v in packing.uses(slope):
            return None
        free = packing.without(g, v)
        quotient = packing.divide(slope, unit)
        if packing.minus(slope, quotient, unit):
            quotient, free = slope, packing.times(unit, free)
        free = packing.minus(free, quotient, rest)
        moved.append(free | {a + packing.unit[v]: c for a, c in quotient.items()})
    return moved


def _multiplied(germ: Germ, multiples: Sequence[fmpq_mpoly], node: Node) -> Node:
    """Replace the generators by multiples with units."""
    zero = germ.ring.from_dict({})
    one = germ.ring.from_dict({(0,) * germ.n: fmpq(1)})
    forward: list[tuple[fmpq_mpoly, list[fmpq_mpoly]]] = []
    backward: list[tuple[fmpq_mpoly, list[fmpq_mpoly]]] = []
    size = len(multiples)
    for k, ((_, g), h) in enumerate(zip(germ.squares, multiples, strict=True)):
        unit, _ = divmod(h, g)
        forward.append((one, [unit if m == k else zero for m in range(size)]))
        backward.append((unit, [one if m == k else zero for m in range(size)]))
    weights = [a for a, _ in germ.squares]
    return {
        "kind": "equivalent",
        "old": [[str(a), encode(g)] for a, g in germ.squares],
        "new": [[str(a), encode(h)] for a, h in zip(weights, multiples, strict=True)],
        "forward": [[encode(u), [encode(c) for c in row]] for u, row in forward],
        "backward": [[encode(u), [encode(c) for c in row]] for u, row in backward],
        "child": node,
    }
