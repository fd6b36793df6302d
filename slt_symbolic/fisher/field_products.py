"""E[x^α 1[h > 0] 1[h′ > 0]] over a field: intervals, polygons and boxes."""

from __future__ import annotations

from typing import Any

import sympy

from slt_symbolic.fisher.atom_functions import AtomFunction
from slt_symbolic.fisher.scores import Scores
from slt_symbolic.inputs import InputDistribution, UniformBox, UniformInterval, UniformPolygon
from slt_symbolic.inputs.polygon_moments import polygon_moment
from slt_symbolic.kernels.clipping import Clipper, Corner
from slt_symbolic.kernels.simplices import Simplex, box_simplices, divided, simplex_mean


def has_field_products(inputs: InputDistribution) -> bool:
    """Whether moments of half-spaces are rational functions of their coefficients here."""
    return isinstance(inputs, UniformInterval | UniformPolygon | UniformBox)


class FieldProducts:
    """Expectations of two fold atoms' product as elements of the scores' field."""

    def __init__(self, scores: Scores, inputs: Any) -> None:
        self._field = scores.field
        self._inputs = inputs.sides[0] if _is_line(inputs) else inputs
        self._moments: dict[Any, Any] = {}
        self._parts: dict[Any, list[Simplex]] = {}

    def product(self, f: AtomFunction, g: AtomFunction) -> Any:
        """Return E[f g]."""
        exponents = tuple(i + j for i, j in zip(f.exponents, g.exponents, strict=True))
        lines = [h.line for h in (f, g) if h.line]
        if len(lines) == 2 and lines[0] is lines[1]:
            lines.pop()
        key = (exponents, *sorted(map(id, lines)))
        if key not in self._moments:
            compute = {1: self._interval, 2: self._polygon}.get(len(exponents), self._box)
            self._moments[key] = compute(exponents, lines)
        return self._moments[key]

    def _interval(self, exponents: tuple[int, ...], lines: list[tuple[Any, ...]]) -> Any:
        field = self._field
        ends = lower, upper = tuple(
            field.element(e) for e in (self._inputs.lower, self._inputs.upper)
        )
        for w, b in lines:
            at = -b / w
            if field.sign(w) > 0:
                lower = at if field.sign(at - lower) > 0 else lower
            else:
                upper = at if field.sign(upper - at) > 0 else upper
        zero = field.element(sympy.S.Zero)
        if len(lines) == 2 and field.sign(upper - lower) <= 0:
            return zero
        degree, above, below = exponents[0] + 1, upper, lower
        for _ in range(degree - 1):
            above, below = above * upper, below * lower
        return (above - below) / ((ends[1] - ends[0]) * degree)

    def _polygon(self, exponents: tuple[int, ...], lines: list[tuple[Any, ...]]) -> Any:
        field = self._field
        corners = []
        for vertex in self._vertices():
            x, y = map(field.element, vertex)
            corners.append(Corner((*(a * x + b * y + c for a, b, c in lines), x, y)))
        whole = [corner.values[-2:] for corner in corners]
        clipper = Clipper(field, parallel=len(lines) == 2 and _parallel(*lines))
        for k in range(len(lines)):
            corners = clipper.positive(corners, k) if corners else []
        part = [corner.values[-2:] for corner in corners]
        area = polygon_moment(whole, 0, 0, field)
        return polygon_moment(part, exponents[0], exponents[1], field) / area

    def _box(self, exponents: tuple[int, ...], lines: list[tuple[Any, ...]]) -> Any:
        """Return a moment on a box as a sum over the simplices on which no line changes sign.

        Coordinates without a weight in the lines are independent of all else.
        """
        sides = self._inputs.sides
        mixed = [k for k in range(len(exponents)) if any(line[k] for line in lines)]
        one = total = self._field.element(sympy.S.One)
        for k, (side, power) in enumerate(zip(sides, exponents, strict=True)):
            if k not in mixed:
                total = total * self._field.element(side.moment(power))
        if not lines:
            return total
        factors = [len(lines) + place for place, k in enumerate(mixed) for _ in range(exponents[k])]
        part = self._field.element(sympy.S.Zero)
        for simplex in self._simplices(lines, mixed):
            values = [[v[k] for v in simplex.vertices] for k in factors]
            part = part + simplex.share * simplex_mean(values, one)
        return total * part

    def _simplices(self, lines: list[tuple[Any, ...]], mixed: list[int]) -> list[Simplex]:
        """Return the parts where all lines are positive; lines and coordinates are the values."""
        key = tuple(sorted(map(id, lines)))
        if key not in self._parts:
            field = self._field
            lower = [field.element(self._inputs.lower[k]) for k in mixed]
            length = [field.element(self._inputs.upper[k]) - a for k, a in zip(mixed, lower,
                      strict=True)]  # fmt: skip
            zero, one = field.element(sympy.S.Zero), field.element(sympy.S.One)
            origin = []
            for line in lines:
                start = line[-1]
                for k, a in zip(mixed, lower, strict=True):
                    start = start + line[k] * a
                origin.append(start)
            steps = [
                (
                    *(line[k] * side for line in lines),
                    *(side if k == m else zero for m in mixed),
                )
                for k, side in zip(mixed, length, strict=True)
            ]
            simplices = box_simplices((*origin, *lower), steps, one)
            which = range(len(lines))
            self._parts[key] = [
                s
                for s in divided(simplices, which, field)
                if all(s.side(k, field) > 0 for k in which)
            ]
        return self._parts[key]

    def _vertices(self) -> Any:
        if isinstance(self._inputs, UniformPolygon):
            return self._inputs.vertices
        (left, low), (right, high) = self._inputs.lower, self._inputs.upper
        return [(left, low), (right, low), (right, high), (left, high)]


def _is_line(inputs: InputDistribution) -> bool:
    return isinstance(inputs, UniformBox) and inputs.dimension == 1


def _parallel(u: tuple[Any, ...], v: tuple[Any, ...]) -> bool:
    return not u[0] * v[1] - u[1] * v[0]
