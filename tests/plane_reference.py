"""Independent references in several inputs: exact nested and simplicial quadrature on Fractions.

Shares nothing with the package but the names of the activations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction as Q
from itertools import combinations, pairwise, permutations
from math import factorial

import sympy
from core_reference import VALUE

from slt_symbolic.activations import Activation
from slt_symbolic.kernels import Feature

Point = tuple[Q, ...]
POINTWISE: dict[str, Callable[[Q], Q]] = {**VALUE, "identity": lambda z: z}


def feature(activation: Activation, unit: Sequence[Q]) -> Feature:
    *weights, bias = (sympy.Rational(Q(e).numerator, Q(e).denominator) for e in unit)
    return Feature(activation, tuple(weights), bias)


def evaluate(unit: Sequence[Q], x: Sequence[Q]) -> Q:
    return sum((Q(w) * c for w, c in zip(unit[:-1], x, strict=True)), Q(unit[-1]))


def milne(g: Callable[[Q], Q], lower: Q, upper: Q) -> Q:
    """Integrate by Milne's open rule, exact up to degree 3."""
    left, middle, right = (g(lower + (upper - lower) * k / 4) for k in (1, 2, 3))
    return (upper - lower) * (2 * left - middle + 2 * right) / 3


def polygon_integral(g: Callable[[Q, Q], Q], lines: Sequence[Sequence[Q]], vertices) -> Q:
    """Integrate a function over a convex polygon, of degree at most 2 between some lines.

    Lines x = constant through all vertices and crossings cut the plane into strips; within one,
    the breaks along y keep their order, and the inner integral has degree at most 3 in x.
    """
    vertices = [(Q(x), Q(y)) for x, y in vertices]
    edges = list(zip(vertices, [*vertices[1:], vertices[0]], strict=True))
    every = [(p[1] - q[1], q[0] - p[0], p[0] * q[1] - p[1] * q[0]) for p, q in edges]
    every += [tuple(map(Q, line)) for line in lines]
    cuts = {x for x, _ in vertices}
    for (a, b, c), (d, e, f) in combinations(every, 2):
        if a * e != b * d:
            cuts.add((b * f - c * e) / (a * e - b * d))
    cuts |= {-c / a for a, b, c in every if b == 0 and a != 0}
    left, right = min(x for x, _ in vertices), max(x for x, _ in vertices)

    def inner(x: Q) -> Q:
        ends = sorted(
            p[1] + (q[1] - p[1]) * (x - p[0]) / (q[0] - p[0])
            for p, q in edges
            if min(p[0], q[0]) < x < max(p[0], q[0])
        )
        breaks = {-(a * x + c) / b for a, b, c in every if b != 0}
        inside = [y for y in sorted(breaks) if ends[0] < y < ends[1]]
        return sum(milne(lambda y: g(x, y), s, t) for s, t in pairwise([ends[0], *inside, ends[1]]))

    strips = pairwise(sorted(c for c in cuts if left <= c <= right))
    return sum(milne(inner, s, t) for s, t in strips)


def polygon_mean(names: tuple[str, str], units: tuple[Sequence[Q], Sequence[Q]], vertices) -> Q:
    """E[σ(a) σ'(b)], degree at most 2, x uniform on a convex polygon."""

    def product(x: Q, y: Q) -> Q:
        first, second = (
            POINTWISE[n](evaluate(u, (x, y))) for n, u in zip(names, units, strict=True)
        )
        return first * second

    area = polygon_integral(lambda _x, _y: Q(1), [], vertices)
    return polygon_integral(product, units, vertices) / area


def kuhn(lower: Sequence[Q], upper: Sequence[Q]) -> list[list[Point]]:
    """The n! simplices of Kuhn's triangulation of a box, all of one volume."""
    simplices = []
    for order in permutations(range(len(lower))):
        point, simplex = list(lower), [tuple(lower)]
        for k in order:
            point[k] = upper[k]
            simplex.append(tuple(point))
        simplices.append(simplex)
    return simplices


def bisected(simplex: list[Point], share: Q, unit: Sequence[Q]) -> list[tuple[list[Point], Q]]:
    """Split a simplex at edges until none has both signs of a preactivation, with the shares."""
    values = [evaluate(unit, v) for v in simplex]
    if min(values) >= 0 or max(values) <= 0:
        return [(simplex, share)]
    i, j = values.index(min(values)), values.index(max(values))
    t = values[i] / (values[i] - values[j])
    middle = tuple(p + t * (q - p) for p, q in zip(simplex[i], simplex[j], strict=True))
    pieces = []
    for end, part in ((i, 1 - t), (j, t)):
        piece = [middle if k == end else v for k, v in enumerate(simplex)]
        pieces += bisected(piece, share * part, unit)
    return pieces


def box_mean(names: tuple[str, str], units, lower: Sequence[Q], upper: Sequence[Q]) -> Q:
    """E[σ(a) σ'(b)], degree at most 2, x uniform on a box."""
    n = len(lower)
    total = Q(0)
    for simplex in kuhn(lower, upper):
        for part, share in bisected(simplex, Q(1, factorial(n)), units[0]):
            for cell, size in bisected(part, share, units[1]):
                rows = []
                for name, u in zip(names, units, strict=True):
                    z = [evaluate(u, v) for v in cell]
                    slope = POINTWISE[name](sum(z)) / sum(z) if sum(z) else Q(0)
                    constant = name == "step"
                    rows.append([POINTWISE[name](sum(z)) if constant else slope * x for x in z])
                cross = sum(p * q for p, q in zip(*rows, strict=True))
                total += size * (cross + sum(rows[0]) * sum(rows[1])) / ((n + 1) * (n + 2))
    return total
