"""Coordinates made of slopes: a greedy walk that may first lengthen the generators.

A product of matrices with a unit entry becomes block diagonal in new coordinates, the rows and
columns through the unit and the complements of the other entries. Each of them is linear in one
variable, with a unit in front, and occurs as an iterated slope of the generators; but only all of
them together make the generators shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flint import fmpq

from ..clock import poll
from .packed import Packed, Packing

Move = tuple[int, Packed]

_LEVELS = 3
_STEPS = 40
_UPHILL = 8
_GROWTH = 1.7


def walk(
    packing: Packing,
    generators: Sequence[Packed],
    usable: Callable[[Packed, int], bool],
    moved: Callable[[Sequence[Packed], int, Packed], list[Packed] | None],
) -> tuple[list[Packed], list[Move]]:
    """Return generators with the fewest terms met on the way, and the coordinates taken till then.

    ``usable(unit, v)`` says whether x_v may be replaced by ``unit x_v + t``; ``moved`` returns the
    generators afterwards.
    """
    current = list(generators)
    best, path, kept = _terms(current), list[Move](), 0
    found, start = current, best
    seen = {_key(current)}
    for _ in range(_STEPS):
        choices: list[tuple[int, int, int, int, list[Packed], Packed]] = []
        for v, p in _candidates(packing, current, usable):
            poll()
            new = moved(current, v, p)
            if new is not None and _terms(new) <= _GROWTH * start and _key(new) not in seen:
                choices.append((_terms(new), len(p), v, len(choices), new, p))
        if not choices:
            break
        terms, _, v, _, current, p = min(choices, key=lambda c: c[:4])
        seen.add(_key(current))
        path.append((v, p))
        if terms < best:
            best, found, kept = terms, current, len(path)
        elif len(path) - kept > _UPHILL:
            break
    return list(found), path[:kept]


def _terms(generators: Sequence[Packed]) -> int:
    return sum(map(len, generators))


def _key(generators: Sequence[Packed]) -> tuple[frozenset[Any], ...]:
    # Numerators and denominators have a hash that is much faster than that of a rational.
    return tuple(frozenset((a, c.p, c.q) for a, c in g.items()) for g in generators)


def _candidates(
    packing: Packing, generators: Sequence[Packed], usable: Callable[[Packed, int], bool]
) -> Iterator[Move]:
    """Yield (v, u x_v + t) for the iterated slopes u x_v + t of the generators."""
    seen: set[frozenset[tuple[int, fmpq]]] = set()
    level = [g for g in generators if len(g) > 1]
    for _ in range(_LEVELS):
        slopes = []
        for g in level:
            poll()
            for u in packing.uses(g):
                p = packing.derivative(g, u)
                # Only slopes in variables of degree one, with more than one term.
                if len(p) < 2 or any(packing.power(a, u) for a in p):
                    continue
                lead = p[max(p)]
                key = frozenset((a, c / lead) for a, c in p.items())
                if key not in seen:
                    seen.add(key)
                    slopes.append(p)
        for p in slopes:
            for v in packing.uses(p):
                unit = packing.derivative(p, v)
                if 0 in unit and v not in packing.uses(unit) and usable(unit, v):
                    yield v, p
        level = slopes
