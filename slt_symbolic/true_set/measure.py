"""The representing measure: what of a parameter the network's function depends on.

A network of piecewise linear units is, as a function on R^n, affine plus one fold for each
hyperplane, and these are linearly independent: a point of one hyperplane that lies on no other
isolates its fold. So two networks agree as functions exactly when folds, slope and constant
agree. On a bounded domain only hyperplanes that meet its interior fold; the others add an affine
function or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy

from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer

Fold = tuple[Any, Any]
"""Jumps of value and slope across a hyperplane h = 0, from h < 0 to h > 0: j0 + j1·h."""


@dataclass(frozen=True)
class RepresentingMeasure:
    """A network's function: slope·x + constant + Σ_H (j0 + j1·h_H(x))·1[h_H(x) > 0].

    Parameters
    ----------
    folds : dict
        From hyperplanes (w₁, …, w_n, b), scaled so that the first non-zero weight is 1, to
        non-zero folds (j0, j1).
    slope : tuple
        Coefficients of x.
    constant : field element
        The constant.
    """

    folds: dict[tuple[Any, ...], Fold]
    slope: tuple[Any, ...]
    constant: Any

    def __sub__(self, other: RepresentingMeasure) -> RepresentingMeasure:
        folds = dict(self.folds)
        for h, (j0, j1) in other.folds.items():
            i0, i1 = folds.get(h, (j0 - j0, j1 - j1))
            folds[h] = (i0 - j0, i1 - j1)
        return RepresentingMeasure(
            {h: j for h, j in folds.items() if any(j)},
            tuple(a - b for a, b in zip(self.slope, other.slope, strict=True)),
            self.constant - other.constant,
        )

    @property
    def is_zero(self) -> bool:
        """Whether the function is zero (almost everywhere)."""
        return not (self.folds or any(self.slope) or self.constant)


def representing_measure(
    network: TwoLayer,
    field: OrderedField,
    domain: UniformInterval | None = None,
    value: Callable[[sympy.Expr], sympy.Expr] = lambda e: e,
) -> RepresentingMeasure:
    """Return the representing measure of a network with a piecewise linear activation.

    Parameters
    ----------
    network : TwoLayer
        Its activation's branches must have degree at most 1.
    field : OrderedField
        Where the scalars live.
    domain : UniformInterval, optional
        The inputs' support when it is not all of R^n.
    value : callable
        Applied to each entry first (to put in parameter values).

    Raises
    ------
    ValueError
        If the activation is not piecewise linear.
    """
    zero = field.element(sympy.S.Zero)
    low, high = (
        (field.element(start), field.element(gradient))
        for start, gradient in network.activation.lines()
    )
    folds: dict[tuple[Any, ...], Fold] = {}
    slope = [zero] * network.inputs
    constant = field.element(value(network.output_bias))

    def add_affine(factor: Any, branch: tuple[Any, Any], w: list[Any], b: Any) -> Any:
        for k, wk in enumerate(w):
            slope[k] = slope[k] + factor * branch[1] * wk
        return factor * (branch[0] + branch[1] * b)

    for unit in network.units:
        q, *w, b = (field.element(value(e)) for e in unit.entries())
        first = next((wk for wk in w if wk), None)
        if first is None:
            constant = constant + q * _constant_unit(low, high, b, field)
            continue
        h = (*(wk / first for wk in w), b / first)
        positive = field.sign(first) > 0
        left, right = (low, high) if positive else (high, low)
        side = 0 if domain is None else _side(h, domain, field)
        if side > 0:
            constant = constant + add_affine(q, right, w, b)
            continue
        constant = constant + add_affine(q, left, w, b)
        if side == 0:
            j0, j1 = folds.get(h, (zero, zero))
            folds[h] = (j0 + q * (right[0] - left[0]), j1 + q * (right[1] - left[1]) * first)
    return RepresentingMeasure({h: j for h, j in folds.items() if any(j)}, tuple(slope), constant)


def _constant_unit(low: Fold, high: Fold, bias: Any, field: OrderedField) -> Any:
    sign = field.sign(bias)
    if sign == 0:
        return (low[0] + high[0]) / 2
    branch = high if sign > 0 else low
    return branch[0] + branch[1] * bias


def _side(h: tuple[Any, ...], domain: UniformInterval, field: OrderedField) -> int:
    """Return +1 or −1 if h = x + β has that sign throughout the domain, else 0."""
    if field.sign(field.element(domain.lower) + h[-1]) >= 0:
        return 1
    return -1 if field.sign(field.element(domain.upper) + h[-1]) <= 0 else 0
