"""Verified quadrature of exp(-q) for a polynomial q that grows to infinity."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from flint import acb, arb, ctx

from slt_symbolic.crossings.crossing import Moments

Ball = TypeVar("Ball", acb, arb)


def moments(
    q: Sequence[arb],
    floor: arb,
    cuts: Sequence[arb],
    *,
    whole_line: bool,
    centre: arb | None = None,
) -> Moments:
    """Enclose the integrals of exp(-q) and of (q - floor) exp(-q).

    Parameters
    ----------
    q : sequence of flint.arb
        Coefficients of the polynomial, constant first; convex beyond the outer cuts.
    floor : flint.arb
        Minimum of q on the region.
    cuts : sequence of flint.arb
        Points in ascending order between which to integrate. The last one is the start of the
        right tail; the first one that of the left tail, or the end of the region.
    whole_line : bool
        Whether the region goes on to the left of the first cut.
    centre : flint.arb, optional
        Where q is smallest, nearly: expanded there, a ball of a wide panel stays narrow.

    Notes
    -----
    Beyond L with slope m = q'(L) > 0 and q convex, q falls below none of its tangents: the tail of
    exp(-q) is at most exp(-q(L))/m, and that of q exp(-q), for q(L) >= 0, (q(L) + 1) exp(-q(L))/m.
    """
    degree = len(q) - 1
    if centre is not None:
        q = _shifted(q, centre)
        cuts = [c - centre for c in cuts]
    slope = [k * q[k] for k in range(1, degree + 1)]
    points = [arb(c) for c in cuts]
    total, energy = arb(0), arb(0)
    for sign, end in ((1, points[-1]), (-1, points[0])) if whole_line else ((1, points[-1]),):
        step = arb(1)
        at = end
        while not _value(q, at) - floor > ctx.prec or not sign * _value(slope, at) > 1:
            at = arb((at + sign * step).mid())
            step *= arb(3) / 2
        height, rise = _value(q, at) - floor, sign * _value(slope, at)
        rest = (-height).exp() / rise
        total += arb(0).union(rest.upper())
        energy += arb(0).union(((height + 1) * rest).upper())
        points = [*points, at] if sign > 0 else [at, *points]

    def density(x: acb, _: bool) -> acb:
        return (floor - _value(q, x)).exp()

    def weighted(x: acb, _: bool) -> acb:
        above = _value(q, x) - floor
        return above * (-above).exp()

    # The largest value of the density is 1. Without a goal for the absolute error panels far up,
    # where it is exp(-10^11), would be refined for digits that no sum shows.
    goal = min((high - low).mid() for low, high in pairwise(points)) * arb(2) ** -ctx.prec
    for low, high in pairwise(points):
        total += acb.integral(density, acb(low), acb(high), abs_tol=goal).real
        energy += acb.integral(weighted, acb(low), acb(high), abs_tol=goal).real
    return Moments(total * (-floor).exp(), energy / total)


def _shifted(q: Sequence[arb], centre: arb) -> list[arb]:
    """Return the coefficients of q(centre + y)."""
    moved = list(q)
    for first in range(len(q) - 1):
        for k in range(len(q) - 2, first - 1, -1):
            moved[k] += centre * moved[k + 1]
    return moved


def _value(coefficients: Sequence[arb], x: Ball) -> Ball:
    result = x * 0
    for c in reversed(coefficients):
        result = result * x + c
    return result
