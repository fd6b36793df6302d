"""The node for plane germs: a tree of real point blow-ups down to normal crossings.

K, the inequalities and the prior factors are written as units times monomials in *curves* over
Q. The tree starts at the origin; an entry of ``points`` is ``"leaf"`` or the list of the
centres on the exceptional line of a blow-up, and the points follow in depth-first order, on each
line the centres in increasing order and then the point at infinity.

A centre is an element of a number field Q(theta), given by a minimal polynomial and an isolating
interval, which contains the field of the point below. At every centre the strict transforms of
the curves are recomputed from those below. The centres cover the exceptional line: every real
zero of a strict transform on it is among them (Sturm's theorem over Q(theta)), so is the crossing
with an older exceptional line. Hence between two neighbouring centres only the new line is met,
and what happens there is seen at the centres as well.

At a leaf at most two divisors meet, transversally: exceptional lines and strict transforms. They
cut a neighbourhood of the point into sectors, on each of which every inequality has a sign. Along
a divisor let k be the order of K, and h - 1 that of Jacobian times prior. A sector inside the
region contributes a pole at -h/k for each of its divisors with k > 0; the order of the pole is
the number of divisors of the sector with the least h/k.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from flint import fmpq, fmpq_mpoly, fmpq_poly

from .algebra import compose, polynomial, rational, require, require_positive
from .germ import Germ, Judge, Node, Verdict, least, monomial
from .number_field import NumberField
from .plane_point import RING, Divisor, Point, on_line, shifted, value
from .size_line import remainder

_RATIONALS = NumberField(fmpq_poly([0, 1]), fmpq(-1), fmpq(1))


@dataclass(frozen=True)
class Powers:
    """K, the inequalities and the prior: the powers of the curves, and the sign of the unit."""

    K: tuple[list[int], int]
    region: list[tuple[list[int], int]]
    prior: list[tuple[list[int], fmpq]]

    def ratio(self, divisor: Divisor) -> fmpq | None:
        """Return (order of Jacobian and prior + 1) / (order of K); None where K is a unit."""
        height = fmpq(1 + divisor.jacobian)
        for powers, s in self.prior:
            height += s * divisor.order(powers)
        require(height > 0, "the prior is not integrable")
        order = divisor.order(self.K[0])
        return height / order if order else None


def plane_node(germ: Germ, node: Node, _judge: Judge) -> Verdict | None:
    """Accept an embedded resolution of a plane germ over the real points."""
    require(germ.ring.nvars() == 2, "a plane germ has two variables")
    curves = [polynomial(c, germ.ring) for c in node["curves"]]
    require(not any(c.is_constant() for c in curves), "a curve is constant")
    powers = Powers(
        monomial(germ.K, curves),
        [monomial(r, curves) for r in germ.region],
        [(monomial(p, curves)[0], s) for p, s in germ.prior],
    )
    lifted = [compose(c, RING.gens()[:2]) for c in curves]
    return follow(_RATIONALS, lifted, powers, node["points"])


def follow(
    field: NumberField, curves: Sequence[fmpq_mpoly], powers: Powers, points: Sequence[Any]
) -> Verdict | None:
    """Return the verdict of a tree above the origin, for curves over a number field."""
    waiting = [Point.of(field, curves, (None, None))]
    verdicts: list[Verdict | None] = []
    for entry in points:
        point = waiting.pop()
        if entry == "leaf":
            verdicts += _leaf(point, powers)
        else:
            waiting += reversed(_blow_up(point, entry))
    require(not waiting, "the tree lacks points")
    return least(verdicts)


def _blow_up(point: Point, centres: Sequence[Any]) -> list[Point]:
    """Return the listed centres, and the point at infinity, of the exceptional line."""
    line, crossed = point.exceptional_line(), point.axes[1]
    finite = point.chart(infinite=False)
    children, intervals, at_zero = [], [], False
    for entry in centres:
        field, theta = _extension(point.field, entry["field"])
        at = _element(entry["at"])
        low, high = (rational(c) for c in entry["between"])
        inside = field.sign(at - low) > 0 and field.sign(high - at) > 0
        require(inside, "a centre lies outside its interval")
        intervals.append((low, high))
        moved = [shifted(f, field, fmpq_poly([0]), at, theta) for f in finite]
        side = field.sign(at)
        if crossed is not None and side:
            # The older exceptional coordinate, a factor of the curves, is a unit at the centre.
            moved = [f * side**e for f, e in zip(moved, crossed.orders, strict=True)]
        at_zero |= side == 0
        children.append(Point.of(field, moved, (line, None if side else crossed)))
    ordered = all(a[1] <= b[0] for a, b in pairwise(intervals))
    require(ordered, "the intervals of the centres overlap")
    require(at_zero or crossed is None, "the crossing with an exceptional line is missing")
    for k, f in enumerate(finite):
        found = sum(value(child.strict[k]).is_zero() for child in children)
        require(found == point.field.real_roots(on_line(f)), "the centres do not cover the line")
    return [*children, Point.of(point.field, point.chart(infinite=True), (point.axes[0], line))]


def _extension(field: NumberField, data: Any) -> tuple[NumberField, fmpq_poly]:
    """Return a field that contains the given one, and its theta in the larger field."""
    if data is None:
        return field, fmpq_poly([0, 1])
    low, high = (rational(c) for c in data["between"])
    larger, theta = NumberField(_element(data["minimal"]), low, high), _element(data["embedding"])
    image = fmpq_poly([0])
    for c in reversed(field.minimal.coeffs()):
        image = remainder(image * theta + c, larger.minimal)
    require(image.is_zero(), "an embedding does not map theta to a root")
    inside = larger.sign(theta - field.low) > 0 and larger.sign(field.high - theta) > 0
    require(inside, "an embedding maps theta to another root")
    return larger, theta


def _leaf(point: Point, powers: Powers) -> list[Verdict]:
    """Verify normal crossings, and return the verdict of each sector inside the region."""
    n = len(point.strict)
    through = [i for i, m in enumerate(point.multiplicities()) if m > 0]
    exceptional = [d for d in point.axes if d is not None]
    divisors = exceptional + [Divisor(tuple(int(k == i) for k in range(n)), 0) for i in through]
    require(0 < len(divisors) <= 2, "a leaf needs one divisor or two")
    normals = list(point.normals(through))
    crossing = [a * d - b * c for (a, b), (c, d) in pairwise(normals)] or normals[0]
    require(any(point.field.sign(c) for c in crossing), "a leaf without normal crossings")

    verdicts = []
    for sector in product((1, -1), repeat=len(divisors)):
        # A curve is its strict transform times powers of the exceptional coordinates.
        signs = [int(value(f)[0]) for f in point.strict]
        for i, side in zip(through, sector[len(exceptional) :], strict=True):
            signs[i] = side
        for divisor, side in zip(exceptional, sector, strict=False):
            signs = [s * side**e for s, e in zip(signs, divisor.orders, strict=True)]
        if all(_sign(r, signs) > 0 for r in powers.region):
            require_positive(_sign(powers.K, signs) > 0, "K is negative in the region")
            ratios = [q for d in divisors if (q := powers.ratio(d)) is not None]
            if ratios:
                verdicts.append(Verdict(min(ratios), min(ratios), ratios.count(min(ratios))))
    return verdicts


def _sign(function: tuple[list[int], int], signs: Sequence[int]) -> int:
    """Return the sign of a function where the curves have the given signs."""
    result = function[1]
    for s, e in zip(signs, function[0], strict=True):
        result *= s**e
    return result


def _element(data: Any) -> fmpq_poly:
    return fmpq_poly([rational(c) for c in data])
