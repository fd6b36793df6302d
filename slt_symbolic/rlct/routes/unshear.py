"""Coordinates in which the factors of the generators are shortest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flint import fmpq, fmpq_mpoly

from ..clock import poll
from ..germ import Germ, constant_term
from .chart import Chart, Shear
from .packed import Packed, Packing
from .shear import multiple_roots
from .straighten import shear_node

Node = dict[str, Any]

_LONGEST = 400
_STEPS = 16


def unshear(germ: Germ, solve: Callable[[Germ], Any]) -> Node | None:
    """Propose shears ``x_i -> x_i + q`` that shorten the factors of generators and conditions.

    A smooth factor in which a variable has a constant slope becomes that variable; powers are
    completed in the variables in which a factor has a constant leading coefficient; multiple
    roots of edges are followed.
    """
    if germ.n < 3:
        return None
    packing = Packing(germ.ring)
    watched = [packing.pack(p) for p in factors_of(germ)]
    if not watched or sum(map(len, watched)) > _LONGEST:
        return None
    chart = _Factors(packing)
    path: list[Shear] = []
    for _ in range(_STEPS):
        chosen = chart.best_shears(watched) or chart.elimination(watched)
        if not chosen:
            break
        for v, q in chosen:
            watched = chart.sheared(watched, v, q)
        path += chosen
    return _along(germ, [(v, packing.unpack(q)) for v, q in path], solve) if path else None


def factors_of(germ: Germ) -> list[fmpq_mpoly]:
    """Return the irreducible factors, no units, of the generators (or K) and the conditions."""
    found: list[fmpq_mpoly] = []
    for p in [*(g for _, g in germ.squares or ((fmpq(1), germ.K),)), *germ.conditions()]:
        poll()
        for f, _ in p.factor()[1]:
            if constant_term(f) == 0 and f not in found:
                found.append(f)
    return found


def _along(germ: Germ, path: Sequence[tuple[int, fmpq_mpoly]], solve: Callable[[Germ], Any]) -> Any:
    """Return the nodes of changes one after the other."""
    # A loop: nested calls would multiply the depth of the search by the length of the path.
    nodes: list[Node] = []
    moved = [germ]
    for v, q in path:
        nodes.append(shear_node(moved[-1], v, q, moved.append))
    node = solve(moved[-1])
    for outer in reversed(nodes):
        node = outer | {"child": node}
    return node


class _Factors(Chart):
    """Moves on the factors of a product: nothing is set to zero beside a coordinate."""

    def clear(self, _generators: list[Packed]) -> dict[int, int]:
        return {}

    def size(self, generators: Sequence[Packed]) -> int:
        return sum(map(len, generators))

    def elimination(self, generators: Sequence[Packed]) -> list[Shear]:
        """Make the shortest smooth factor a coordinate, one that is no factor itself."""
        unit = self.packing.unit
        taken = {v for g in generators if len(g) == 1 for v in self.packing.uses(g)}
        found = []
        for g in generators:
            for v in self.packing.uses(g) if len(g) > 1 else ():
                if v not in taken and set(self.packing.derivative(g, v)) == {0}:
                    rest = self.packing.without(g, v)
                    found.append((len(g), v, {a: -c / g[unit[v]] for a, c in rest.items()}))
        return [min(found, key=lambda item: item[:2])[1:]] if found else []

    def shears(self, generators: Sequence[Packed]) -> list[Shear]:
        found = super().shears(generators)
        for g in generators:
            found += self._completed(g)
            found += [
                (v, self.packing.pack(q)) for v, q in multiple_roots(self.packing.unpack(g), set())
            ]
        # The origin stays where it is.
        kept = [(v, {a: c for a, c in q.items() if a}) for v, q in found]
        return [(v, q) for v, q in kept if q]

    def _completed(self, g: Packed) -> list[Shear]:
        """Remove the second coefficient of a power, or one term of it."""
        found: list[Shear] = []
        for v in self.packing.uses(g) if len(g) > 1 else ():
            degree = max(self.packing.power(a, v) for a in g)
            lead = {a for a in g if self.packing.power(a, v) == degree}
            if lead != {degree * self.packing.unit[v]}:
                continue
            scale = degree * g[degree * self.packing.unit[v]]
            below = (degree - 1) * self.packing.unit[v]
            q = {
                a - below: -c / scale
                for a, c in g.items()
                if self.packing.power(a, v) == degree - 1
            }
            found += [(v, q), *((v, {a: c}) for a, c in q.items() if len(q) > 1)]
        return found
