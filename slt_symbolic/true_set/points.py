"""Rational points of a domain, at random or close to a hyperplane."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import sympy
from flint import ctx

from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import (
    InputDistribution,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)
from slt_symbolic.true_set.domains import is_bounded

HALVINGS = 256

Vector = list[Any]


class Points:
    """Rational points of the interior of a domain (of a sphere itself), reproducibly random."""

    def __init__(self, field: RealField, domain: InputDistribution | None, inputs: int) -> None:
        self.field, self.domain, self.inputs = field, domain, inputs
        self.corners = self._corners()
        self._random = Random(0)  # noqa: S311 - a fixed search order, nothing secret

    def _corners(self) -> list[Vector]:
        element = self.field.element
        if isinstance(self.domain, UniformPolygon):
            return [[element(x), element(y)] for x, y in self.domain.vertices]
        if isinstance(self.domain, UniformInterval):
            return [[element(self.domain.lower)], [element(self.domain.upper)]]
        if isinstance(self.domain, UniformBox):
            return [list(map(element, c)) for c in (self.domain.lower, self.domain.upper)]
        return []

    def random(self, count: int) -> Iterator[Vector]:
        """Yield random rational points."""
        if not is_bounded(self.domain):
            yield [self.field.element(sympy.S.Zero)] * self.inputs
        for k in range(count):
            if isinstance(self.domain, UniformSphere):
                yield self._on_sphere()
            else:
                yield self.rational(self._inside(1 + k // 2), 16)

    def across(self, h: Sequence[Any]) -> Iterator[Vector]:
        """Yield rational points closer and closer to a random point of a hyperplane."""
        if isinstance(self.domain, UniformSphere):
            yield from self._across_on_sphere(h)
            return
        low, high = self._ends(h)
        for k in range(HALVINGS):
            a, b = (self._beside(h, end) for end in (low, high))
            below, above = self._value(h, a), self._value(h, b)
            t = below / (below - above)
            direction = [y - x for x, y in zip(a, b, strict=True)]
            # Inside the segment for every k: t and 1 - t are at least the smaller of the two.
            step = t * (1 - t) / 2**k
            for offset in (step, -step, step - step):
                x = [p + (t + offset) * d for p, d in zip(a, direction, strict=True)]
                yield self.rational(x, 32 + 4 * k)

    def _value(self, h: Sequence[Any], x: Vector) -> Any:
        return sum((w * xk for w, xk in zip(h[:-1], x, strict=True)), h[-1])

    def _ends(self, h: Sequence[Any]) -> tuple[Vector, Vector]:
        """Return points where an affine function is clearly negative and positive."""
        if isinstance(self.domain, UniformPolygon):
            ordered = sorted(
                self.corners, key=lambda c: float(self.field.enclose(self._value(h, c)))
            )
            return ordered[0], ordered[-1]
        signs = [self.field.sign(w) for w in h[:-1]]
        if self.corners:
            low, high = self.corners
            return (
                [b if s < 0 else a for s, a, b in zip(signs, low, high, strict=True)],
                [a if s < 0 else b for s, a, b in zip(signs, low, high, strict=True)],
            )
        one = self.field.element(sympy.S.One)
        square = sum((w * w for w in h[:-1]), one - one)
        low, high = ([(shift * one - h[-1]) * w / square for w in h[:-1]] for shift in (-1, 1))
        return low, high

    def _beside(self, h: Sequence[Any], end: Vector) -> Vector:
        """Return a random point on the same side of a hyperplane as an end point."""
        if not self.corners:
            scatter = [self._fraction(64) - self._fraction(64) for _ in end]
            inner = [e + s for e, s in zip(end, scatter, strict=True)]
        else:
            inner = self._inside(1)
        here, there = self._value(h, end), self._value(h, inner)
        share = self._fraction(64) * 64 / 65
        if self.field.sign(here) * self.field.sign(there) < 0:
            share = share * here / (here - there)  # before the crossing
        return [e + share * (x - e) for e, x in zip(end, inner, strict=True)]

    def _fraction(self, size: int) -> Any:
        return self.field.element(sympy.Rational(self._random.randint(1, size), size))

    def _inside(self, spread: int) -> Vector:
        if not self.corners:
            numerators = [
                self._random.randint(-64 * spread, 64 * spread) for _ in range(self.inputs)
            ]
            return [self.field.element(sympy.Rational(n, 64)) for n in numerators]
        if isinstance(self.domain, UniformPolygon):
            shares = [self._fraction(64) for _ in self.corners]
            total = sum(shares[1:], shares[0])
            return [
                sum((s * c[k] for s, c in zip(shares[1:], self.corners[1:], strict=True)),
                    shares[0] * self.corners[0][k]) / total
                for k in range(2)
            ]  # fmt: skip
        return [
            a + self._fraction(64) * (b - a) * 64 / 65 for a, b in zip(*self.corners, strict=True)
        ]

    def _on_sphere(self) -> Vector:
        size = 1 << self._random.randint(1, 12)
        t = [self._random.randint(-8 * size, 8 * size) for _ in range(self.inputs - 1)]
        return self._projected([self.field.element(sympy.Rational(n, size)) for n in t])

    def _projected(self, y: Vector) -> Vector:
        """Return the point of the sphere over a point of the plane (stereographic)."""
        square = sum((c * c for c in y[1:]), y[0] * y[0])
        return [*(2 * c / (square + 1) for c in y), (square - 1) / (square + 1)]

    def _across_on_sphere(self, h: Sequence[Any]) -> Iterator[Vector]:
        """Bisect curves over segments of the plane between points on both sides."""
        weights = [float(self.field.enclose(w)) for w in h[:-1]]
        size = sum(w * w for w in weights) ** 0.5
        for trial in range(HALVINGS // 16):
            ends = [
                [
                    self._near(sign * w / size / max(1 - sign * weights[-1] / size, 1e-6), trial)
                    for w in weights[:-1]
                ]
                for sign in (-1, 1)
            ]
            if [self._side(h, y) for y in ends] != [-1, 1]:
                continue
            low, high = ends
            for _ in range(HALVINGS):
                step = [b - a for a, b in zip(low, high, strict=True)]
                for j in range(3):
                    yield self._projected([a - j * d for a, d in zip(low, step, strict=True)])
                    yield self._projected([b + j * d for b, d in zip(high, step, strict=True)])
                middle = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
                where = self._side(h, middle)
                low, high = (middle, high) if where <= 0 else (low, middle)

    def _near(self, y: float, trial: int) -> Any:
        wobble = self._random.randint(-(1 << 20), 1 << 20) / float(1 << (20 + 2 * trial))
        return self.field.element(sympy.Rational(*(y + wobble).as_integer_ratio()))

    def _side(self, h: Sequence[Any], y: Vector) -> int:
        return self.field.sign(self._value(h, self._projected(y)))

    def rational(self, x: Vector, bits: int) -> Vector:
        """Return a rational point near x, inside the domain if x is."""
        if self.field.is_rational:
            return x
        precision = ctx.prec
        try:
            while True:
                ctx.prec = bits + 64
                rounded = [
                    self.field.element(
                        sympy.Rational(
                            int((self.field.enclose(c) * 2**bits).mid().floor().fmpz()), 2**bits
                        )
                    )
                    for c in x
                ]
                if self._contains(rounded):
                    return rounded
                bits += 16
        finally:
            ctx.prec = precision

    def _contains(self, x: Vector) -> bool:
        if not self.corners:
            return True
        if isinstance(self.domain, UniformPolygon):
            rounds = zip(self.corners, [*self.corners[1:], self.corners[0]], strict=True)
            return all(
                self.field.sign((q[0] - p[0]) * (x[1] - p[1]) - (q[1] - p[1]) * (x[0] - p[0])) > 0
                for p, q in rounds
            )
        return all(
            self.field.sign(c - a) > 0 and self.field.sign(b - c) > 0
            for a, c, b in zip(self.corners[0], x, self.corners[1], strict=True)
        )
