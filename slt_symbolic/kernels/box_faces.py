"""Integrals of two affine functions' powers over the unit cube, cut by their zero hyperplanes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import comb, factorial, prod
from typing import Any

import sympy

from slt_symbolic.exact.chamber import OrderedField

Face = tuple[int, ...]
"""Per coordinate: 0 or 1 if it is fixed there, FREE if it runs."""

FREE = 2


class BoxFaces:
    """∫ aⁱbʲ over the faces of [0, 1]ⁿ where a > 0, b > 0, or both.

    Parameters
    ----------
    field : OrderedField
        Where the scalars live.
    slopes : pair of sequences of field elements
        The gradients of a and b, n entries each.
    origin : pair of field elements
        a and b at 0.

    Notes
    -----
    Where a and b are not parallel on a face of dimension d, choose a point o of the face's span
    with a(o) = b(o) = 0. The integrand f is homogeneous of degree i + j about o, so
    div((x − o)f) = (d + i + j) f, and the boundary pieces on a = 0 and b = 0 are invisible from
    o: the integral is a sum over the facets of the face, each with its distance from o. The
    recursion ends where a and b are functions of one coordinate; there a power of one half-space
    is a sum over vertices. Each of the 3ⁿ faces is met once, and signs are asked for at vertices
    and edges only: nothing is triangulated.

    References
    ----------
    J. B. Lasserre (1998), Integration on a convex polytope, Proc. AMS 126, 2433-2441.
    """

    def __init__(
        self,
        field: OrderedField,
        slopes: tuple[Sequence[Any], Sequence[Any]],
        origin: tuple[Any, Any],
    ) -> None:
        self._field = field
        self._zero, self._one = field.element(sympy.S.Zero), field.element(sympy.S.One)
        # A coordinate on which nothing depends integrates to 1.
        kept = [k for k in range(len(slopes[0])) if slopes[0][k] or slopes[1][k]]
        self._slopes = tuple([s[k] for k in kept] for s in slopes)
        self._origin = origin
        self._dimension = len(kept)
        self._parallel = self._coordinates(range(len(kept))) is None
        self._values: dict[tuple[int, Face], Any] = {}
        self._spreads: dict[tuple[int, Face], tuple[bool, bool]] = {}
        self._integrals: dict[tuple[Face, int, int, bool, bool], Any] = {}

    def integral(self, i: int, j: int, first: bool, second: bool) -> Any:
        """Return ∫ aⁱbʲ over the cube, where a > 0 if ``first`` and b > 0 if ``second``."""
        return self._over((FREE,) * self._dimension, i, j, first, second)

    def _over(self, face: Face, i: int, j: int, first: bool, second: bool) -> Any:
        key = (face, i, j, first, second)
        if key not in self._integrals:
            self._integrals[key] = self._compute(*key)
        return self._integrals[key]

    def _compute(self, face: Face, i: int, j: int, first: bool, second: bool) -> Any:
        halves = [first, second]
        for which in (0, 1):
            if halves[which]:
                positive, negative = self._spread(which, face)
                if not positive:
                    return self._zero
                halves[which] = negative
        if not any(halves):
            return self._whole(face, i, j)
        free = [k for k, c in enumerate(face) if c == FREE]
        pair = self._coordinates(free)
        if pair is not None:
            return self._from_apex(face, free, pair, (i, j, halves[0], halves[1]))
        if not all(halves):
            return self._half(face, 0 if halves[0] else 1, (i, j))
        return self._between(face, free, i, j)

    def _coordinates(self, free: Sequence[int]) -> tuple[int, int] | None:
        """Return two free coordinates in which a and b have independent slopes."""
        a, b = self._slopes
        for n, k in enumerate(free):
            for m in free[:n]:
                if a[m] * b[k] - a[k] * b[m]:
                    return m, k
        return None

    def _from_apex(
        self,
        face: Face,
        free: Sequence[int],
        pair: tuple[int, int],
        rest: tuple[int, int, bool, bool],
    ) -> Any:
        (a, b), (k, m) = self._slopes, pair
        a0, b0 = (self._value(which, _fixed(face)) for which in (0, 1))
        determinant = a[k] * b[m] - a[m] * b[k]
        apex = {k: (a[m] * b0 - b[m] * a0) / determinant, m: (b[k] * a0 - a[k] * b0) / determinant}
        total = self._zero
        for n in free:
            # Elsewhere the apex has coordinate 0: it sees the facet at 1 from distance 1 only.
            above = self._one - apex[n] if n in apex else self._one
            for end, distance in ((0, apex.get(n)), (1, above)):
                if distance:
                    total = total + distance * self._over(_with(face, n, end), *rest)
        return total / (len(free) + rest[0] + rest[1])

    def _between(self, face: Face, free: Sequence[int], i: int, j: int) -> Any:
        """Return the integral where a > 0 and b > 0, both of either sign and parallel."""
        signs = [tuple(self._sign(which, v) for which in (0, 1)) for v in _vertices(face)]
        first, second = self._half(face, 0, (i, j)), self._half(face, 1, (i, j))
        meeting = self._meeting(face, free, signs)
        if (-1, 1) in signs and (1, -1) in signs:
            return first + second - self._whole(face, i, j) if meeting > 0 else self._zero
        return first if meeting >= 0 else second

    def _meeting(self, face: Face, free: Sequence[int], signs: Sequence[tuple[int, ...]]) -> int:
        """Return the sign of b where a = 0."""
        if len(free) > 1 or self._parallel:
            return self._field.sign(self._affine(face, 0)[0])
        # On an edge, cleared of the denominator, whose sign is known.
        (a0, a1), (b0, b1) = ([self._value(w, v) for v in _vertices(face)] for w in (0, 1))
        return self._field.sign(b0 * a1 - b1 * a0) * signs[1][0]

    def _affine(self, face: Face, which: int) -> tuple[Any, Any]:
        """Return (c, s) with other = c + s·this on a face where they are parallel."""
        this, other = self._slopes[which], self._slopes[1 - which]
        k = next(k for k, c in enumerate(face) if c == FREE and this[k])
        slope = other[k] / this[k]
        corner = _fixed(face)
        return self._value(1 - which, corner) - slope * self._value(which, corner), slope

    def _half(self, face: Face, which: int, powers: tuple[int, int]) -> Any:
        """Return the integral where one function, on which the other depends, is positive."""
        own, other = powers[which], powers[1 - which]
        shift, slope = self._affine(face, which) if other else (self._zero, self._zero)
        return sum(
            (
                comb(other, m)
                * _power(slope, m, self._one)
                * _power(shift, other - m, self._one)
                * self._truncated_power(face, which, own + m)
                for m in range(other + 1)
            ),
            self._zero,
        )

    def _truncated_power(self, face: Face, which: int, power: int) -> Any:
        """Return the integral of max(0, a)ᵐ: its d-fold antiderivative summed over vertices."""
        slopes = self._slopes[which]
        moving = [k for k, c in enumerate(face) if c == FREE and slopes[k]]
        for k, c in enumerate(face):
            if c == FREE and not slopes[k]:
                face = _with(face, k, 0)
        degree = power + len(moving)
        total = self._zero
        for vertex in _vertices(face):
            if self._sign(which, vertex) > 0:
                term = _power(self._value(which, vertex), degree, self._one)
                odd = sum(1 - vertex[k] for k in moving) % 2
                total = total - term if odd else total + term
        scale = prod((slopes[k] for k in moving), start=self._one)
        return total * factorial(power) / factorial(degree) / scale

    def _whole(self, face: Face, i: int, j: int) -> Any:
        """Return ∫ aⁱbʲ over a whole face: i!j! [sⁱtʲ] of the exponential moment of sa + tb."""
        corner = _fixed(face)
        a0, b0 = self._value(0, corner), self._value(1, corner)
        series = self._exponential(a0, b0, (i, j), 0)
        for k, c in enumerate(face):
            if c == FREE:
                factor = self._exponential(self._slopes[0][k], self._slopes[1][k], (i, j), 1)
                series = self._times(series, factor)
        return series[i][j] * factorial(i) * factorial(j)

    def _exponential(self, x: Any, y: Any, orders: tuple[int, int], mean: int) -> list[list[Any]]:
        """Return the series of exp(sx + ty), or of its mean over multiples 0 to 1 of (x, y)."""
        return [
            [
                _power(x, p, self._one)
                * _power(y, q, self._one)
                / (factorial(p) * factorial(q) * (mean * (p + q) + 1))
                for q in range(orders[1] + 1)
            ]
            for p in range(orders[0] + 1)
        ]

    def _times(self, f: list[list[Any]], g: list[list[Any]]) -> list[list[Any]]:
        return [
            [
                sum(
                    (f[p][q] * g[m - p][n - q] for p in range(m + 1) for q in range(n + 1)),
                    self._zero,
                )
                for n in range(len(f[0]))
            ]
            for m in range(len(f))
        ]

    def _spread(self, which: int, face: Face) -> tuple[bool, bool]:
        """Return whether a function takes positive and negative values on a face."""
        key = (which, face)
        if key not in self._spreads:
            if FREE in face:
                k = face.index(FREE)
                low, high = (self._spread(which, _with(face, k, end)) for end in (0, 1))
                self._spreads[key] = (low[0] or high[0], low[1] or high[1])
            else:
                sign = self._field.sign(self._value(which, face))
                self._spreads[key] = (sign > 0, sign < 0)
        return self._spreads[key]

    def _sign(self, which: int, vertex: Face) -> int:
        positive, negative = self._spread(which, vertex)
        return positive - negative

    def _value(self, which: int, vertex: Face) -> Any:
        key = (which, vertex)
        if key not in self._values:
            at_one = [s for s, end in zip(self._slopes[which], vertex, strict=True) if end]
            self._values[key] = sum(at_one, self._origin[which])
        return self._values[key]


def _power(x: Any, exponent: int, one: Any) -> Any:
    return prod([x] * exponent, start=one)


def _with(face: Face, k: int, end: int) -> Face:
    return (*face[:k], end, *face[k + 1 :])


def _fixed(face: Face) -> Face:
    """Return the vertex of a face whose free coordinates are 0."""
    return tuple(0 if c == FREE else c for c in face)


def _vertices(face: Face) -> Iterator[Face]:
    return product(*((0, 1) if c == FREE else (c,) for c in face))
