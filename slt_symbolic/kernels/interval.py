"""Expectations of piecewise polynomials under the uniform law on an interval.

Everything runs over an ordered field: over numbers it gives numbers, over the rational functions
of :class:`~slt_symbolic.exact.chamber.ChamberField` the closed form around a point.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cmp_to_key
from typing import Any

import sympy

from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.kernels.broken import Broken, Polynomial, add, multiply


class IntervalExpectation:
    """Exact E[g h] and E[(Σ g)²] for functions with one break each.

    Parameters
    ----------
    law : UniformInterval
        The input distribution.
    field : OrderedField
        Where the scalars live.
    """

    def __init__(self, law: UniformInterval, field: OrderedField) -> None:
        self._field = field
        self._lower = field.element(law.lower)
        self._upper = field.element(law.upper)
        self._length = self._upper - self._lower

    def restrict(self, g: Broken) -> Broken:
        """Return g as seen on the interval: a break at an end or outside it is no break."""
        if g.at is None:
            return g
        if self._field.sign(g.at - self._lower) <= 0:
            return Broken(g.right, g.right)
        if self._field.sign(self._upper - g.at) <= 0:
            return Broken(g.left, g.left)
        return g

    def inner(self, g: Broken, h: Broken) -> Any:
        """Return E[g h] for restricted g and h; a neuron kernel value when they are units."""
        if g.at is None or (h.at is not None and self._field.sign(g.at - h.at) > 0):
            g, h = h, g
        first, second = g.at, h.at
        cuts = [c for c in (first, second) if c is not None]
        cells = [(g.left, h.left)]
        if first is not None:
            cells.append((g.right, h.left))
        if second is not None:
            cells.append((g.right, h.right))
        ends = [self._lower, *cuts, self._upper]
        total = self._field.element(sympy.S.Zero)
        for (p, q), s, t in zip(cells, ends[:-1], ends[1:], strict=True):
            total = total + integral(multiply(p, q), s, t, self._field)
        return total / self._length

    def second_moment(self, functions: Iterable[Broken]) -> Any:
        """Return E[(Σ g)²] for restricted functions in one sweep over the sorted breaks.

        The cost is one sort and a constant amount of arithmetic per break, where the sum of
        all :meth:`inner` products takes one per pair.
        """
        current: Polynomial = ()
        jumps: list[tuple[Any, Polynomial]] = []
        for g in functions:
            current = add(current, g.left)
            if g.at is not None:
                jumps.append((g.at, g.jump()))

        def order(a: tuple[Any, Polynomial], b: tuple[Any, Polynomial]) -> int:
            return self._field.sign(a[0] - b[0])

        jumps.sort(key=cmp_to_key(order))
        total, start = self._field.element(sympy.S.Zero), self._lower
        for at, jump in jumps:
            total = total + integral(multiply(current, current), start, at, self._field)
            current, start = add(current, jump), at
        total = total + integral(multiply(current, current), start, self._upper, self._field)
        return total / self._length

    def coordinates(self, functions: Sequence[Broken]) -> list[list[Any]]:
        """Return the functions' coordinates in a basis of linearly independent functions.

        The basis is 1, x, x², … and, for each distinct break t inside the interval, the same
        monomials restricted to x > t. These are linearly independent on the interval: going
        through the breaks from left to right, each restricted polynomial is determined by the
        function on the two cells that meet there. Hence relations among the functions are
        exactly relations among the rows returned. The functions must be restricted.
        """
        breaks: list[Any] = []
        for g in functions:
            if g.at is not None and all(self._field.sign(g.at - t) for t in breaks):
                breaks.append(g.at)
        degree = max((len(p) for g in functions for p in (g.left, g.right)), default=0)
        zero = self._field.element(sympy.S.Zero)

        def pad(p: Polynomial) -> list[Any]:
            return list(p) + [zero] * (degree - len(p))

        rows = []
        for g in functions:
            row = pad(g.left)
            for t in breaks:
                here = g.at is not None and self._field.sign(g.at - t) == 0
                row += pad(g.jump() if here else ())
            rows.append(row)
        return rows


def integral(p: Polynomial, lower: Any, upper: Any, field: OrderedField) -> Any:
    """Return the integral of a polynomial between two field elements."""
    total = field.element(sympy.S.Zero)
    if not p:
        return total
    at_lower, at_upper = field.element(sympy.S.One), field.element(sympy.S.One)
    for k, c in enumerate(p):
        at_lower, at_upper = at_lower * lower, at_upper * upper
        total = total + c * (at_upper - at_lower) / (k + 1)
    return total
