"""Clipping a convex polygon along lines with as few sign decisions as possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from slt_symbolic.exact.chamber import OrderedField


@dataclass(frozen=True, eq=False)
class Corner:
    """A corner of a clipped polygon, by the values that some affine functions take there.

    Parameters
    ----------
    values : tuple of field elements
        One value per affine function.
    ends : pair of Corner, optional
        For a corner that clipping made: the ends of the edge on which it lies.
    line : int, optional
        The affine function that vanishes there and has opposite signs at the two ends.
    """

    values: tuple[Any, ...]
    ends: tuple[Corner, Corner] | None = None
    line: int = -1


class Clipper:
    """Cuts of one convex polygon along the zero lines of affine functions.

    Parameters
    ----------
    field : OrderedField
        Where the values live.
    parallel : bool
        Whether the zero lines are parallel to each other.

    Notes
    -----
    This is the algorithm of Sutherland and Hodgman (1974). Where an edge crosses a line, the sign
    of another function is asked for only if the function changes sign along the edge, so over a
    :class:`~slt_symbolic.exact.chamber.ChamberField` no wall is recorded on which the shape of the
    result does not change. Corners on a line are kept: what is cut off there has no area.
    """

    def __init__(self, field: OrderedField, *, parallel: bool = False) -> None:
        self._field = field
        self._parallel = parallel
        self._signs: dict[tuple[int, int], int] = {}
        self._corners: list[Corner] = []

    def positive(self, polygon: Sequence[Corner], k: int) -> list[Corner]:
        """Return the part of a polygon where the k-th function is not negative; empty if null."""
        clipped = []
        for p, q in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
            if self.sign(p, k) >= 0:
                clipped.append(p)
            if self.sign(p, k) * self.sign(q, k) < 0:
                clipped.append(self._crossing(p, q, k))
        return clipped if any(self.sign(c, k) for c in clipped) else []

    def sign(self, corner: Corner, k: int) -> int:
        """Return the sign of the k-th function at a corner."""
        key = (id(corner), k)
        if key not in self._signs:
            self._corners.append(corner)  # an id names a corner only while it lives
            self._signs[key] = self._decide(corner, k)
        return self._signs[key]

    def _decide(self, corner: Corner, k: int) -> int:
        if corner.ends is None:
            return self._field.sign(corner.values[k])
        if corner.line == k:
            return 0
        p, q = corner.ends
        first, second = self.sign(p, k), self.sign(q, k)
        if first * second >= 0:
            return first or second
        if self._parallel:  # the value is the same at every such crossing
            return self._field.sign(corner.values[k])
        # Cleared of the denominator, whose sign is known.
        cleared = p.values[k] * q.values[corner.line] - q.values[k] * p.values[corner.line]
        return self._field.sign(cleared) * self.sign(q, corner.line)

    def _crossing(self, p: Corner, q: Corner, k: int) -> Corner:
        before, after = p.values[k], q.values[k]
        length = after - before
        values = [
            (x * after - y * before) / length for x, y in zip(p.values, q.values, strict=True)
        ]
        values[k] = self._field.element(sympy.S.Zero)
        return Corner(tuple(values), (p, q), k)
