"""Simplices by the values of affine functions at their vertices, cut where one vanishes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from math import factorial
from typing import Any

import sympy

from slt_symbolic.exact.chamber import OrderedField

Values = tuple[Any, ...]
"""The values of the functions at a vertex."""


@dataclass(frozen=True)
class Simplex:
    """A simplex, or what is left of one, as far as some affine functions see it.

    Parameters
    ----------
    vertices : tuple of tuples of field elements
        The values of the functions at each vertex.
    share : field element
        Its volume, as a part of some whole.
    """

    vertices: tuple[Values, ...]
    share: Any

    def cut(self, which: int, field: OrderedField) -> Iterator[Simplex]:
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
        zero = field.element(sympy.S.Zero)
        middle = tuple(zero if k == which else m for k, m in enumerate(middle))
        for replaced, share in ((j, self.share * part), (i, self.share * (1 - part))):
            vertices = tuple(middle if k == replaced else v for k, v in enumerate(self.vertices))
            yield from Simplex(vertices, share).cut(which, field)

    def side(self, which: int, field: OrderedField) -> int:
        """Return the sign of a function inside, 0 if it vanishes throughout."""
        return next((s for s in (field.sign(v[which]) for v in self.vertices) if s), 0)


def box_simplices(origin: Values, steps: Sequence[Values], one: Any) -> Iterator[Simplex]:
    """Yield the n! simplices of a box, from corner to corner along the edges in any order.

    Parameters
    ----------
    origin : tuple of field elements
        The values of the functions at the lower corner.
    steps : sequence of tuples of field elements
        How much they grow along each edge; without any the box is a point.
    one : field element

    References
    ----------
    H. W. Kuhn (1960), Some combinatorial lemmas in topology, IBM J. Res. Dev. 4, 518-524.
    """
    for order in permutations(steps):
        vertices = [origin]
        for step in order:
            vertices.append(tuple(a + b for a, b in zip(vertices[-1], step, strict=True)))
        yield Simplex(tuple(vertices), one / factorial(len(steps)))


def fan(
    points: Sequence[tuple[Any, Any]], values: Sequence[Values], area: Any
) -> Iterator[Simplex]:
    """Yield the triangles from the first vertex of a convex polygon to its edges.

    Parameters
    ----------
    points : sequence of pairs of field elements
        Coordinates of the vertices, counterclockwise.
    values : sequence of tuples of field elements
        The values of the functions there.
    area : field element
        Area of the polygon.
    """
    x0, y0 = points[0]
    for k in range(1, len(points) - 1):
        (x, y), (u, v) = points[k], points[k + 1]
        twice = (x - x0) * (v - y0) - (y - y0) * (u - x0)
        yield Simplex((values[0], values[k], values[k + 1]), twice / (area + area))


def divided(
    simplices: Iterable[Simplex], functions: Iterable[int], field: OrderedField
) -> Iterator[Simplex]:
    """Yield simplices cut along the zeros of some of the functions."""
    pieces = list(simplices)
    for which in functions:
        pieces = [part for piece in pieces for part in piece.cut(which, field)]
    yield from pieces


def simplex_mean(factors: Sequence[Sequence[Any]], one: Any) -> Any:
    """Return the mean of a product of affine functions over a simplex.

    Parameters
    ----------
    factors : sequence of sequences of field elements
        For each factor its values at the vertices.
    one : field element

    Notes
    -----
    The barycentric coordinates λ of a uniform point have the moments
    E[λ^α] = α! m!/(m + |α|)!, m + 1 vertices. Summing over all assignments of the d factors to
    vertices, α! counts the permutations that map every factor to one at the same vertex, so that

        E[ℓ_1⋯ℓ_d] = m!/(m + d)! Σ_π Π_(cycles c of π) Σ_v Π_(j ∈ c) ℓ_j(v),   π ∈ S_d.

    Examples
    --------
    >>> from flint import fmpq
    >>> x = [fmpq(0), fmpq(1)]  # on the unit interval
    >>> simplex_mean([x, x], fmpq(1)), simplex_mean([x, x, x], fmpq(1))
    (1/3, 1/4)
    """
    if not factors:
        return one
    inner, count = len(factors[0]) - 1, len(factors)
    return _cycles(factors, one) * factorial(inner) / factorial(inner + count)


def _cycles(factors: Sequence[Sequence[Any]], one: Any) -> Any:
    """Return the sum over permutations, by the cycle that the first factor is in."""
    if not factors:
        return one
    total = one - one
    others = range(1, len(factors))
    for size in range(len(factors)):
        for chosen in combinations(others, size):
            around = list(factors[0])
            for j in chosen:
                around = [a * b for a, b in zip(around, factors[j], strict=True)]
            rest = [factors[j] for j in others if j not in chosen]
            total = total + sum(around[1:], around[0]) * factorial(size) * _cycles(rest, one)
    return total
