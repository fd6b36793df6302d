"""The uniform law on a convex polygon in the plane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import sympy

from slt_symbolic.exact.numbers import RealField, exact
from slt_symbolic.inputs.polygon_moments import polygon_moment

Vertex: TypeAlias = "tuple[sympy.Expr, sympy.Expr]"


@dataclass(frozen=True)
class UniformPolygon:
    """Two inputs, uniform on a convex polygon.

    Parameters
    ----------
    vertices : sequence of pairs of exact numbers
        The corners in either order around the polygon; they are stored counterclockwise,
        starting at the first one given. Every one must be a true corner: no three on a line.

    Raises
    ------
    TypeError
        If a coordinate is a float or no number at all.
    ValueError
        If there are fewer than three vertices, one is not a pair, or they are not the corners
        of a strictly convex polygon in order.

    Examples
    --------
    >>> triangle = UniformPolygon([(0, 0), (0, 1), (1, 0)])
    >>> triangle.vertices
    ((0, 0), (1, 0), (0, 1))
    >>> triangle.area, triangle.moment(1, 1)
    (1/2, 1/12)
    >>> UniformPolygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    Traceback (most recent call last):
    ...
    ValueError: vertices must be the corners of a strictly convex polygon in order ...
    """

    vertices: Sequence[Vertex]
    dimension = 2

    def __post_init__(self) -> None:
        corners = []
        for k, vertex in enumerate(self.vertices):
            if not isinstance(vertex, Sequence) or len(vertex) != 2:
                raise ValueError(f"vertices[{k}] must be a pair of exact numbers, got {vertex!r}")
            corners.append(tuple(exact(c, f"vertices[{k}]") for c in vertex))
        if len(corners) < 3:
            raise ValueError(f"vertices must be at least 3, got {len(corners)}")
        object.__setattr__(self, "vertices", tuple(corners))
        if _turn(self._field, self._elements[:3]) < 0:
            corners[1:] = reversed(corners[1:])
            object.__setattr__(self, "vertices", tuple(corners))
            del self.__dict__["_elements"]
        self._require_convex()

    def _require_convex(self) -> None:
        # Every vertex against every edge, not only the turns: a star turns one way throughout.
        points = self._elements
        for k in range(len(points)):
            p, q = points[k - 1], points[k]
            for r in points:
                if r is not p and r is not q and _turn(self._field, (p, q, r)) <= 0:
                    raise ValueError(
                        "vertices must be the corners of a strictly convex polygon in order "
                        f"(no three on a line, none repeated), got {self.vertices}"
                    )

    @cached_property
    def _field(self) -> RealField:
        return RealField.containing([c for vertex in self.vertices for c in vertex])

    @cached_property
    def _elements(self) -> list[tuple[Any, Any]]:
        return [(self._field.element(x), self._field.element(y)) for x, y in self.vertices]

    @cached_property
    def area(self) -> sympy.Expr:
        """The polygon's area."""
        field = self._field
        return field.to_sympy(polygon_moment(self._elements, 0, 0, field))

    @property
    def latex(self) -> str:
        """LaTeX of the law."""
        corners = ", ".join(f"({sympy.latex(x)}, {sympy.latex(y)})" for x, y in self.vertices)
        return rf"U(\mathrm{{conv}}\{{{corners}\}})"

    def density(self, *x: sympy.Expr) -> sympy.Expr:
        """Density at x, as a SymPy expression."""
        if len(x) != 2:
            raise ValueError(f"x must have 2 coordinates, got {len(x)}")
        edges = zip((self.vertices[-1], *self.vertices[:-1]), self.vertices, strict=True)
        inside = (
            (qx - px) * (x[1] - py) - (qy - py) * (x[0] - px) >= 0 for (px, py), (qx, qy) in edges
        )
        return sympy.Piecewise((1 / self.area, sympy.And(*inside)), (0, True))

    def moment(self, *orders: int) -> sympy.Expr:
        """Exact E[x₁^i x₂^j].

        Parameters
        ----------
        *orders : int
            The two non-negative integers i and j.
        """
        if len(orders) != 2 or min(orders) < 0:
            raise ValueError(f"orders must be 2 non-negative integers, got {orders}")
        field = self._field
        total = polygon_moment(self._elements, *orders, field)
        return field.to_sympy(total / polygon_moment(self._elements, 0, 0, field))

    def sample(self, generator: np.random.Generator, size: int) -> np.ndarray:
        """Draw inputs, shape (size, 2)."""
        corners = np.array([[float(c) for c in vertex] for vertex in self.vertices])
        first, second = corners[1:-1] - corners[0], corners[2:] - corners[0]
        areas = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
        triangle = generator.choice(len(areas), size=size, p=areas / areas.sum())
        # Uniform on a triangle: reflect the unit square's upper half into its lower half.
        u = generator.random((size, 2))
        u = np.where(u.sum(axis=1, keepdims=True) > 1, 1 - u, u)
        return corners[0] + u[:, :1] * first[triangle] + u[:, 1:] * second[triangle]


def _turn(field: RealField, points: Sequence[tuple[Any, Any]]) -> int:
    """Return the sign of the turn at the second of three points, + to the left."""
    (px, py), (qx, qy), (rx, ry) = points
    return field.sign((qx - px) * (ry - py) - (qy - py) * (rx - px))
