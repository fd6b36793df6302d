"""A rational point of the domain at which two networks differ."""

from __future__ import annotations

import sympy

from slt_symbolic.exact.chamber import UndecidedError
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.networks import TwoLayer
from slt_symbolic.true_set.evaluation import value_at_point
from slt_symbolic.true_set.points import HALVINGS, Points, Vector
from slt_symbolic.true_set.representation import RepresentingMeasure

RANDOM_POINTS = 24


def find_witness(
    first: TwoLayer,
    second: TwoLayer,
    difference: RepresentingMeasure,
    field: RealField,
    domain: InputDistribution | None,
) -> tuple[sympy.Expr, ...]:
    """Return a rational point of the domain at which two networks differ.

    Parameters
    ----------
    first, second : TwoLayer
        The networks.
    difference : RepresentingMeasure
        Of the first minus the second; not zero.
    field : RealField
        A field that holds all numbers.
    domain : InputDistribution or None
        Where they differ; not a finite sample.

    Raises
    ------
    UndecidedError
        If no such point was found in some hundred trials.

    Notes
    -----
    A few random points do unless the difference is concentrated in a thin slab. Then there is a
    fold: along a segment that crosses it at p, away from other folds, f(p − εd) − 2f(p) + f(p + εd)
    is not zero for small ε (or f(p + εd) − f(p − εd), for a jump of values), so one of the three
    values is not, and the points near it are not either. On a sphere the segment is a curve along
    which f is a rational function of degree 2 on either side of the fold: three points each side.
    """
    points = Points(field, domain, first.inputs)
    breaks = first.activation.branches
    jumps = breaks is not None and breaks.below[:1] != breaks.above[:1]

    def differ(x: Vector) -> bool:
        if jumps and any(_on_break(network, x, field) for network in (first, second)):
            return False  # values on a break itself are a convention
        return not (value_at_point(first, x, field) - value_at_point(second, x, field)).is_zero

    for x in points.random(RANDOM_POINTS):
        if differ(x):
            return tuple(field.to_sympy(c) for c in x)
    for h in difference.folds:
        for x in points.across(h):
            if differ(x):
                return tuple(field.to_sympy(c) for c in x)
    for x in points.random(HALVINGS):
        if differ(x):
            return tuple(field.to_sympy(c) for c in x)
    raise UndecidedError("the networks' measures differ, but no point was found where they do")


def _on_break(network: TwoLayer, x: Vector, field: RealField) -> bool:
    for unit in network.units:
        *w, b = (field.element(e) for e in unit.entries()[1:])
        if any(w) and not sum((wk * xk for wk, xk in zip(w, x, strict=True)), b):
            return True
    return False
