"""Simplices by the values of two affine functions at their vertices, cut where one vanishes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import factorial
from typing import Any

from slt_symbolic.exact.numbers import RealField

Values = tuple[Any, Any]
"""The values of both functions at a vertex."""


@dataclass(frozen=True)
class Simplex:
    """A simplex, or what is left of one, as far as two affine functions see it.

    Parameters
    ----------
    vertices : tuple of pairs of field elements
        The values of both functions at each vertex.
    share : field element
        Its volume, as a part of some whole.
    """

    vertices: tuple[Values, ...]
    share: Any

    def cut(self, which: int, field: RealField) -> Iterator[Simplex]:
        """Yield simplices that make it up, on each of which one function keeps its sign.

        An edge along which the function changes sign is divided where it vanishes, and the
        simplex with it, until there is no such edge: every division makes one fewer.
        """
        signs = [field.sign(v[which]) for v in self.vertices]
        if not (1 in signs and -1 in signs):
            yield self
            return
        i, j = signs.index(1), signs.index(-1)
        above, below = self.vertices[i], self.vertices[j]
        part = above[which] / (above[which] - below[which])
        middle = tuple(p + part * (q - p) for p, q in zip(above, below, strict=True))
        # Exactly zero, so that the edges from there change sign no more.
        middle = tuple(field.domain.zero if k == which else m for k, m in enumerate(middle))
        for replaced, share in ((j, self.share * part), (i, self.share * (1 - part))):
            vertices = tuple(middle if k == replaced else v for k, v in enumerate(self.vertices))
            yield from Simplex(vertices, share).cut(which, field)

    def side(self, which: int, field: RealField) -> int:
        """Return the sign of a function inside, 0 if it vanishes throughout."""
        return next((s for s in (field.sign(v[which]) for v in self.vertices) if s), 0)


def box_simplices(origin: Values, steps: Sequence[Values], one: Any) -> Iterator[Simplex]:
    """Yield the n! simplices of a box, from corner to corner along the edges in any order.

    Parameters
    ----------
    origin : pair of field elements
        The values of both functions at the lower corner.
    steps : sequence of pairs of field elements
        How much they grow along each edge; without any the box is a point.
    one : field element

    References
    ----------
    H. W. Kuhn (1960), Some combinatorial lemmas in topology, IBM J. Res. Dev. 4, 518-524.
    """
    for order in permutations(steps):
        vertices = [origin]
        for step in order:
            vertices.append((vertices[-1][0] + step[0], vertices[-1][1] + step[1]))
        yield Simplex(tuple(vertices), one / factorial(len(steps)))


def fan(
    points: Sequence[tuple[Any, Any]], values: Sequence[Values], area: Any
) -> Iterator[Simplex]:
    """Yield the triangles from the first vertex of a convex polygon to its edges.

    Parameters
    ----------
    points : sequence of pairs of field elements
        Coordinates of the vertices, counterclockwise.
    values : sequence of pairs of field elements
        The values of both functions there.
    area : field element
        Area of the polygon.
    """
    x0, y0 = points[0]
    for k in range(1, len(points) - 1):
        (x, y), (u, v) = points[k], points[k + 1]
        twice = (x - x0) * (v - y0) - (y - y0) * (u - x0)
        yield Simplex((values[0], values[k], values[k + 1]), twice / (2 * area))


def divided(
    simplices: Iterable[Simplex], functions: Iterable[int], field: RealField
) -> Iterator[Simplex]:
    """Yield simplices cut along the zeros of some of the functions."""
    pieces = list(simplices)
    for which in functions:
        pieces = [part for piece in pieces for part in piece.cut(which, field)]
    yield from pieces
