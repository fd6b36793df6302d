"""Piecewise polynomial units on the unit sphere, where polynomials have relations."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import sympy

from slt_symbolic.fisher.folds import FoldBasis
from slt_symbolic.fisher.polynomials import Terms, accumulate, on_sphere, tagged


class SphereFoldBasis(FoldBasis):
    """Folds on the sphere of R^n, polynomials taken modulo |x|² = 1.

    Notes
    -----
    For n ≥ 3 a hyperplane with |b| < |w| cuts the sphere in a connected sphere, and two distinct
    ones meet in something thinner, so the argument for a support with interior applies: the
    polynomials on the sphere are an integral domain, and a polynomial that vanishes on an open
    set of the sphere vanishes. On the circle a line cuts in two points, and two lines may share
    one; there the atoms are the polynomial on the arc of one fixed point, the jumps of lines that
    have a point of their own, and at each shared point the sum of the jumps across it.
    """

    @property
    def independence(self) -> str | None:
        """Why the atoms are independent."""
        if self._n > 2:
            return (
                "polynomials modulo |x|^2 = 1, and those on one side of distinct hyperplanes that "
                "cut the sphere, are independent: the jump across each determines its part"
            )
        return (
            "a piecewise polynomial on the circle is determined by its polynomial on one arc and "
            "its jumps"
        )

    def finished(self, rows: Sequence[Terms]) -> list[Terms]:
        """Return combinations of the fold basis in independent atoms."""
        reduced = [_reduced(row) for row in rows]
        return reduced if self._n > 2 else self._on_circle(reduced)

    def _on_circle(self, rows: list[Terms]) -> list[Terms]:
        shared = self._shared_points()
        start = self._start()
        count = [sum(h in lines for _, lines in shared) for h in range(len(self.hyperplanes))]
        result = []
        for row in rows:
            terms: Terms = {}
            for (tag, *rest), c in row.items():
                if tag == "monomial":
                    accumulate(terms, {(tag, *rest): c})
                    continue
                h, e = rest
                if self.field.sign(self._at(h, start)) > 0:
                    accumulate(terms, {("monomial", e): c})
                if count[h] < 2:
                    accumulate(terms, {("jump", h, e): c})
                for k, (point, lines) in enumerate(shared):
                    if h in lines:
                        sign = self.field.sign(self._turning(h, point))
                        accumulate(terms, {("shared", k, e): c if sign > 0 else -c})
            result.append(terms)
        return result

    def _shared_points(self) -> list[tuple[tuple[Any, Any], set[int]]]:
        """Return the points of the circle on several lines, each with its lines."""
        found: list[tuple[tuple[Any, Any], set[int]]] = []
        for i, j in combinations(range(len(self.hyperplanes)), 2):
            (a, b, c), (d, e, f) = self.hyperplanes[i], self.hyperplanes[j]
            determinant = a * e - b * d
            if not determinant:
                continue
            x, y = (b * f - c * e) / determinant, (c * d - a * f) / determinant
            if x * x + y * y - self._one:
                continue
            for point, lines in found:
                if point[0] == x and point[1] == y:
                    lines |= {i, j}
                    break
            else:
                found.append(((x, y), {i, j}))
        return found

    def _start(self) -> tuple[Any, Any]:
        """Return a rational point of the circle that is on none of the lines."""
        for k in range(2 * len(self.hyperplanes) + 1):
            t = sympy.Integer(k)
            point = ((1 - t * t) / (1 + t * t), 2 * t / (1 + t * t))
            x, y = map(self.field.element, point)
            if all(self._at(h, (x, y)) for h in range(len(self.hyperplanes))):
                return x, y
        raise ArithmeticError("a line meets the circle in more than two points")

    def _at(self, h: int, point: tuple[Any, Any]) -> Any:
        a, b, c = self.hyperplanes[h]
        return a * point[0] + b * point[1] + c

    def _turning(self, h: int, point: tuple[Any, Any]) -> Any:
        """Return the derivative of the line's function counterclockwise."""
        a, b, _ = self.hyperplanes[h]
        return b * point[0] - a * point[1]


def _reduced(row: Terms) -> Terms:
    by_tag: dict[tuple[Any, ...], Terms] = {}
    for (*tag, e), c in row.items():
        accumulate(by_tag.setdefault(tuple(tag), {}), {e: c})
    result: Terms = {}
    for tag, polynomial in by_tag.items():
        result.update(tagged(tag, on_sphere(polynomial)))
    return result
