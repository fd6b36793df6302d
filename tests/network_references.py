"""Independent E[(f − f0)²]/2 of whole networks, exact on Fractions.

Nothing is shared with the package: no pairs of units, no kernels. The square of the difference
is integrated cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction as Q
from functools import cache
from math import factorial

import sympy
from core_reference import VALUE, cells, rational
from network_strategies import Network
from plane_reference import Point, bisected, kuhn, polygon_integral

Difference = Callable[[Sequence[Q]], Q]
POLYNOMIALS = {"polynomial(0, 0, 1)": (0, 0, 1), "polynomial(1, -1, 0, 2)": (1, -1, 0, 2)}
POINTWISE: dict[str, Callable[[Q], Q]] = {
    **VALUE,
    **{
        name: (lambda z, c=c: sum((a * z**k for k, a in enumerate(c)), Q(0)))
        for name, c in POLYNOMIALS.items()
    },
}


class Surd:
    """a + b√d with Fractions a, b: exact comparisons, so that quadrature runs on it as on Q."""

    def __init__(self, a: Q, b: Q, d: int) -> None:
        self.a, self.b, self.d = Q(a), Q(b), d

    def _other(self, x: Surd | Q | int) -> Surd:
        return x if isinstance(x, Surd) else Surd(Q(x), Q(0), self.d)

    def __add__(self, x):
        x = self._other(x)
        return Surd(self.a + x.a, self.b + x.b, self.d)

    def __neg__(self):
        return Surd(-self.a, -self.b, self.d)

    def __mul__(self, x):
        x = self._other(x)
        a, b = self.a * x.a + self.d * self.b * x.b, self.a * x.b + self.b * x.a
        return Surd(a, b, self.d)

    def __truediv__(self, x):
        x = self._other(x)
        norm = x.a**2 - self.d * x.b**2
        return self * Surd(x.a / norm, -x.b / norm, self.d)

    def __sub__(self, x):
        return self + -self._other(x)

    def __rsub__(self, x):
        return -self + x

    def __pow__(self, k: int):
        product = Surd(Q(1), Q(0), self.d)
        for _ in range(k):
            product = product * self
        return product

    def sign(self) -> int:
        size = self.a**2 - self.d * self.b**2  # |a| against |b|√d
        lead = self.a if size > 0 else self.b
        return (lead > 0) - (lead < 0)

    def __gt__(self, x):
        return (self - x).sign() > 0

    def __lt__(self, x):
        return (self - x).sign() < 0

    def __eq__(self, x):
        return (self - x).sign() == 0

    def __hash__(self):
        return hash((self.a, self.b) if self.b else self.a)

    __radd__, __rmul__ = __add__, __mul__

    def sympy(self) -> sympy.Expr:
        return rational(self.a) + rational(self.b) * sympy.sqrt(self.d)


def difference(name: str, model: Network, truth: Network) -> Difference:
    value = POINTWISE[name]
    terms = [*((u, u.readout) for u in model.units), *((u, -u.readout) for u in truth.units)]

    def at(x: Sequence[Q]) -> Q:
        total = model.constant - truth.constant
        for u, q in terms:
            total += q * value(sum((w * c for w, c in zip(u.weights, x, strict=True)), u.bias))
        return total

    return at


@cache
def open_rule(points: int) -> tuple[tuple[Q, Q], ...]:
    """Nodes and weights on [0, 1], exact up to degree points − 1."""
    nodes = [Q(2 * k + 1, 2 * points) for k in range(points)]
    rule = []
    for i, x in enumerate(nodes):
        lagrange = [Q(1)]
        for j, y in enumerate(nodes):
            if j != i:
                shifted = [Q(0), *lagrange]
                lagrange = [
                    (s - y * c) / (x - y) for s, c in zip(shifted, [*lagrange, 0], strict=True)
                ]
        rule.append((x, sum(c / (k + 1) for k, c in enumerate(lagrange))))
    return tuple(rule)


def interval(name: str, model: Network, truth: Network, law: tuple[Q, Q]) -> Q:
    g, (lower, upper) = difference(name, model, truth), law
    breaks = [-u.bias / u.weights[0] for u in (*model.units, *truth.units) if u.weights[0]]
    degree = 2 * (len(POLYNOMIALS.get(name, (0, 1))) - 1)
    total = Q(0)
    for s, t in cells(breaks, lower, upper):
        for x, weight in open_rule(degree + 1):
            total = total + (t - s) * weight * g((s + (t - s) * x,)) ** 2
    return total / (upper - lower) / 2


def polygon(name: str, model: Network, truth: Network, vertices: Sequence[Point]) -> Q:
    g = difference(name, model, truth)
    lines = [(*u.weights, u.bias) for u in (*model.units, *truth.units)]
    area = polygon_integral(lambda _x, _y: Q(1), [], vertices)
    return polygon_integral(lambda x, y: g((x, y)) ** 2, lines, vertices) / area / 2


def box(name: str, model: Network, truth: Network, law: tuple[Point, Point]) -> Q:
    """On a simplex that no hyperplane cuts, f − f0 is affine: its value at all corners tells."""
    n, total = len(law[0]), Q(0)
    units = [*((u, u.readout) for u in model.units), *((u, -u.readout) for u in truth.units)]
    for simplex in kuhn(*law):
        parts = [(simplex, Q(1, factorial(n)))]
        for u, _ in units:
            flat = (*u.weights, u.bias)
            parts = [p for cell, share in parts for p in bisected(cell, share, flat)]
        for cell, share in parts:
            corners = [model.constant - truth.constant] * (n + 1)
            for u, q in units:
                z = [sum(w * c for w, c in zip(u.weights, v, strict=True)) + u.bias for v in cell]
                middle = sum(z)
                slope = POINTWISE[name](middle) / middle if middle else Q(0)
                for k, height in enumerate(z):
                    value = POINTWISE[name](middle) if name == "step" else slope * height
                    corners[k] += q * value
            square = sum(c * c for c in corners) + sum(corners) ** 2
            total += share * square / ((n + 1) * (n + 2))
    return total / 2


def sample(name: str, model: Network, truth: Network, points: Sequence[Point]) -> Q:
    g = difference(name, model, truth)
    return sum((g(x) ** 2 for x in points), Q(0)) / len(points) / 2
