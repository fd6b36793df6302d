"""Where two networks are compared: the support of the inputs' law, as the measure sees it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, TypeAlias

import sympy

from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import (
    FiniteSample,
    InputDistribution,
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)

Plane: TypeAlias = "Sequence[Any]"
"""Weights and bias of an affine function, the bias last."""

KNOWN = (StandardNormal, UniformInterval, UniformBox, UniformPolygon, UniformSphere, FiniteSample)


class NoInteriorError(ValueError):
    """The inputs are finitely many points: there is no measure, only values at the points."""


def require_domain(domain: InputDistribution | None, inputs: int) -> None:
    """Raise ValueError unless a law is known here and has so many inputs."""
    if domain is None:
        return
    if not isinstance(domain, KNOWN):
        known = ", ".join(kind.__name__ for kind in KNOWN)
        raise ValueError(f"inputs must be one of {known}, got {domain!r}")
    if domain.dimension != inputs:
        raise ValueError(f"inputs must have dimension {inputs}, got {domain.dimension}")


def domain_numbers(domain: InputDistribution | None) -> list[sympy.Expr]:
    """Return the numbers that describe a support: end points, corners, points."""
    if isinstance(domain, UniformInterval):
        return [domain.lower, domain.upper]
    if isinstance(domain, UniformBox):
        return [*domain.lower, *domain.upper]
    if isinstance(domain, UniformPolygon):
        return [c for vertex in domain.vertices for c in vertex]
    if isinstance(domain, FiniteSample):
        return [c for point in domain.points for c in point]
    return []


def is_bounded(domain: InputDistribution | None) -> bool:
    """Whether the support is bounded, so that a unit's plane may miss it."""
    return domain is not None and not isinstance(domain, StandardNormal)


def side(plane: Plane, domain: InputDistribution | None, field: OrderedField) -> int:
    """Return +1 or −1 if an affine function has that sign (or zero) throughout, else 0.

    Parameters
    ----------
    plane : sequence of field elements
        Weights, not all zero, and bias.
    domain : InputDistribution or None
        Its support; None is all of R^n.
    field : OrderedField
        Where the scalars live.

    Raises
    ------
    NoInteriorError
        For a finite sample.
    """
    if isinstance(domain, FiniteSample):
        raise NoInteriorError(
            "inputs must have a support with interior, got a finite sample: "
            "functions agree on it when their values at the points do"
        )
    if not is_bounded(domain):
        return 0
    if isinstance(domain, UniformSphere):
        # ⟨w, x⟩ runs through [−|w|, |w|].
        square = plane[-1] * plane[-1] - sum(wk * wk for wk in plane[:-1])
        return field.sign(plane[-1]) if field.sign(square) >= 0 else 0
    if isinstance(domain, UniformPolygon):
        values = [value_at(plane, vertex, field) for vertex in domain.vertices]
        if all(field.sign(v) >= 0 for v in values):
            return 1
        return -1 if all(field.sign(v) <= 0 for v in values) else 0
    low, high = extreme_corners(plane, domain, field)
    if field.sign(value_at(plane, low, field)) >= 0:
        return 1
    return -1 if field.sign(value_at(plane, high, field)) <= 0 else 0


def extreme_corners(
    plane: Plane, domain: Any, field: OrderedField
) -> tuple[list[sympy.Expr], list[sympy.Expr]]:
    """Return corners of an interval or box where an affine function is least and greatest."""
    ends = (
        [(domain.lower, domain.upper)]
        if isinstance(domain, UniformInterval)
        else list(zip(domain.lower, domain.upper, strict=True))
    )
    low, high = [], []
    for w, (a, b) in zip(plane[:-1], ends, strict=True):
        rising = not w or field.sign(w) > 0
        low.append(a if rising else b)
        high.append(b if rising else a)
    return low, high


def value_at(plane: Plane, x: Sequence[sympy.Expr], field: OrderedField) -> Any:
    """Return ⟨w, x⟩ + b at a point given by SymPy numbers."""
    total = plane[-1]
    for w, xk in zip(plane[:-1], x, strict=True):
        if w:
            total = total + w * field.element(xk)
    return total


def crowded_on_circle(planes: Sequence[Plane], room: int) -> bool:
    """Whether more than ``room`` distinct lines in the plane share a point of the unit circle.

    Examples
    --------
    >>> from flint import fmpq
    >>> x_is_1, y_is_0 = [fmpq(1), fmpq(0), fmpq(-1)], [fmpq(0), fmpq(1), fmpq(0)]
    >>> crowded_on_circle([x_is_1, y_is_0], 1), crowded_on_circle([x_is_1, y_is_0], 2)
    (True, False)
    """
    for (a, b, c), (d, e, f) in combinations(planes, 2):
        determinant = a * e - b * d
        x, y = b * f - c * e, c * d - a * f
        if not determinant or x * x + y * y - determinant * determinant:
            continue
        through = [h for h in planes if not h[0] * x + h[1] * y + h[2] * determinant]
        if len(through) > room:
            return True
    return False
