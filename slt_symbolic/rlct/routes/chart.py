"""Simplify generators on a whole chart: elimination, shears of coordinates, mutual reduction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flint import fmpq, fmpq_mpoly

from ..certificate import encode
from ..clock import poll
from .packed import Packed, Packing
from .slopes import walk

Step = dict[str, Any]
Shear = tuple[int, Packed]

_PATH = 4
_QUEUE = 40
_SLACK = 3


def simplify(
    generators: Sequence[fmpq_mpoly], allowed: int = 60
) -> tuple[list[fmpq_mpoly], list[Step]]:
    """Return shorter generators of the same ideal in other coordinates, and the steps to them."""
    packing = Packing(generators[0].context())
    chart = Chart(packing)
    current = [packing.pack(g) for g in generators]
    steps: list[Step] = []
    chart.clear(current)
    for _ in range(allowed):
        reduction = next(chart.reductions(current), None)
        if reduction is not None:
            j, i, q = reduction
            current[j] = packing.minus(current[j], q, current[i])
            steps.append({"reduce": [j, i], "factor": encode(packing.unpack(q))})
            chart.clear(current)
            continue
        chosen = (
            chart.elimination(current) or chart.along_slopes(current) or chart.best_shears(current)
        )
        if not chosen:
            break
        for v, q in chosen:
            current = chart.sheared(current, v, q)
            gens, shift = list(packing.ring.gens()), packing.unpack(q)
            images, inverse = list(gens), list(gens)
            images[v] += shift
            inverse[v] -= shift
            steps.append(
                {"images": [encode(p) for p in images], "inverse": [encode(p) for p in inverse]}
            )
    return [packing.unpack(p) for p in current], steps


def clear(generators: list[fmpq_mpoly]) -> dict[int, int]:
    """Set x_v = 0 beside every generator c x_v, in place; return the generators' indices by v."""
    packing = Packing(generators[0].context())
    current = [packing.pack(g) for g in generators]
    cleared = Chart(packing).clear(current)
    if cleared:
        generators[:] = [packing.unpack(p) for p in current]
    return cleared


class Chart:
    """The moves of the search on packed generators."""

    def __init__(self, packing: Packing) -> None:
        self.packing = packing

    def clear(self, generators: list[Packed]) -> dict[int, int]:
        """Set x_v = 0 beside every generator c x_v, in place; return the generators by v."""
        variable = {a: v for v, a in enumerate(self.packing.unit)}
        cleared: dict[int, int] = {}
        found = True
        while found:
            found = False
            for k, g in enumerate(generators):
                if len(g) != 1 or k in cleared.values():
                    continue
                v = variable.get(next(iter(g)))
                if v is not None:
                    generators[:] = [
                        h if j == k else self.packing.without(h, v)
                        for j, h in enumerate(generators)
                    ]
                    cleared[v] = k
                    found = True
                    break
        return cleared

    def sheared(self, generators: Sequence[Packed], v: int, q: Packed) -> list[Packed]:
        """Replace x_v by x_v + q."""
        moved = [self.packing.shear(g, v, q) for g in generators]
        self.clear(moved)
        return moved

    def size(self, generators: Sequence[Packed]) -> int:
        """Return the number of terms that mutual reduction leaves."""
        current = list(generators)
        while (found := next(self.reductions(current), None)) is not None:
            j, i, q = found
            current[j] = self.packing.minus(current[j], q, current[i])
            self.clear(current)
        return sum(map(len, current))

    def differences(
        self, generators: Sequence[Packed]
    ) -> Iterator[tuple[int, int, Packed, Packed]]:
        """Yield (j, i, q, g_j - q g_i), the quotients taken over single terms of g_i."""
        ordered = [sorted(g.items(), reverse=True) for g in generators]
        for j, g in enumerate(generators):
            poll()
            for i, h in enumerate(generators):
                if i == j or not g or len(h) > len(g):
                    continue
                for b, d in ordered[i]:
                    q = self.packing.over(g, b, d)
                    if q:
                        yield j, i, q, self.packing.minus(g, q, h)

    def reductions(self, generators: Sequence[Packed]) -> Iterator[tuple[int, int, Packed]]:
        """Yield (j, i, q) such that g_j - q g_i is shorter than g_j."""
        for j, i, q, remainder in self.differences(generators):
            if len(remainder) < len(generators[j]):
                yield j, i, q

    def elimination(self, generators: Sequence[Packed]) -> list[Shear]:
        """Return the shear that makes the shortest generator linear in a variable that variable."""
        found = []
        for g in generators:
            for v in self.packing.uses(g) if len(g) > 1 else ():
                slope = self.packing.derivative(g, v)
                if set(slope) == {0}:
                    rest = self.packing.without(g, v)
                    found.append((len(g), v, {a: -c / slope[0] for a, c in rest.items()}))
        return [min(found, key=lambda item: item[:2])[1:]] if found else []

    def shears(self, generators: Sequence[Packed]) -> list[Shear]:
        """Return candidates x_v -> x_v + q, eliminations first.

        From a generator s x_v + t: all of t / s, or its part over one term of s. From a generator
        quadratic in x_v with constant leading coefficient: the completed square.
        """
        packing, found = self.packing, {}
        related = [d for j, _, _, d in self.differences(generators) if len(d) <= len(generators[j])]
        for g in (*generators, *related):
            for v in packing.uses(g) if len(g) > 1 else ():
                rest = packing.without(g, v)
                slope = {a - packing.unit[v]: c for a, c in g.items() if a not in rest}
                inner = packing.derivative(slope, v)
                quotients = []
                if not inner and rest:
                    quotients = [packing.divide(rest, slope)]
                    if len(slope) > 1:
                        terms = sorted(slope.items(), reverse=True)
                        quotients += [packing.over(rest, b, d) for b, d in terms]
                elif set(inner) == {0}:
                    linear = packing.without(slope, v)
                    quotients = [{a: c / (2 * inner[0]) for a, c in linear.items()}]
                for q in quotients:
                    if set(q) - {0} and v not in packing.uses(q):
                        key = (set(slope) != {0}, len(g), v, tuple(sorted(q.items())))
                        found[key] = q
        return [(key[2], {a: -c for a, c in found[key].items()}) for key in sorted(found)]

    def best_shears(self, current: Sequence[Packed]) -> list[Shear]:
        """Return the shear that shortens most, or a few that shorten together, or nothing.

        A breadth-first search over coordinates in which the generators are no longer than now.
        """
        size = self.size(current)
        best: tuple[int, list[Shear]] = (size, [])
        queue: list[tuple[Sequence[Packed], list[Shear]]] = [(current, [])]
        seen = {self._key(current)}
        for generators, path in queue:
            for v, q in self.shears(generators):
                poll()
                moved = self.sheared(generators, v, q)
                if sum(map(len, moved)) > size + _SLACK:
                    continue
                found = self.size(moved)
                if found < best[0]:
                    best = (found, [*path, (v, q)])
                elif found == size and len(path) < _PATH and self._key(moved) not in seen:
                    seen.add(self._key(moved))
                    queue.append((moved, [*path, (v, q)]))
            if best[1] or len(queue) > _QUEUE:
                break
        return best[1]

    def along_slopes(self, generators: Sequence[Packed]) -> list[Shear]:
        """Return shears that make slopes with constant leading coefficients coordinates."""

        def moved(current: Sequence[Packed], v: int, p: Packed) -> list[Packed]:
            return self.sheared(current, *_shear_of(self.packing, v, p))

        found, path = walk(self.packing, generators, lambda unit, _: set(unit) == {0}, moved)
        if not path or self.size(found) >= self.size(generators):
            return []
        return [_shear_of(self.packing, v, p) for v, p in path]

    @staticmethod
    def _key(generators: Sequence[Packed]) -> tuple[tuple[tuple[int, fmpq], ...], ...]:
        return tuple(tuple(sorted(g.items())) for g in generators)


def _shear_of(packing: Packing, v: int, p: Packed) -> Shear:
    """Return the shear after which c x_v + t is c x_v."""
    scale = p[packing.unit[v]]
    return v, {a: -c / scale for a, c in packing.without(p, v).items()}
