"""Filling the affine gap between classes of units and a function with as few units as possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.networks import Unit
from slt_symbolic.true_set.domains import is_bounded, side
from slt_symbolic.true_set.representation import RepresentingMeasure
from slt_symbolic.true_set.subset_sums import Vector, find_subset, find_subset_modulo

MAX_SIGN_SEARCH = 14

Classes = Sequence[tuple[tuple[Any, ...], Any]]


@dataclass(frozen=True)
class Filling:
    """How an affine function is made of orientations and further units.

    Parameters
    ----------
    reversed : tuple of int
        Classes whose unit is reversed.
    extra : int
        Number of further units.
    units : tuple of (readout, plane), or None
        The further units as field elements; None if they have no algebraic entries.
    output_bias : field element
        The algebraic output bias.
    shares : dict
        From a class with two units to the readout of its reversed one.
    values : dict
        Transcendental constants Σ values[β]·σ(β) for which the output bias stands in.
    """

    reversed: tuple[int, ...]
    extra: int
    units: tuple[tuple[Any, tuple[Any, ...]], ...] | None
    output_bias: Any
    shares: dict[int, Any]
    values: dict[Any, Any]


def fill_affine(
    classes: Classes, rest: RepresentingMeasure, sigma: Activation, *, output_bias: bool
) -> Filling:
    """Return the filling of an affine function with the fewest further units."""
    return _Gap(classes, rest, sigma, output_bias).fill()


class _Gap:
    def __init__(
        self, classes: Classes, rest: RepresentingMeasure, sigma: Activation, output_bias: bool
    ) -> None:
        field: Any = rest.scalars
        self.field = field
        self.sigma, self.domain, self.output_bias = sigma, rest.domain, output_bias
        self.zero, self.one = (field.element(e) for e in (sympy.S.Zero, sympy.S.One))
        self.slope, self.constant, self.values = rest.slope, rest.constant, rest.values
        # What reversing a class adds, and the direction of it: affine functions (slope, constant).
        self.directions = [self._direction(plane) for plane, _ in classes]
        sign = 1 if sigma.reflection is None else sigma.reflection.sign
        self.offsets = [
            tuple(sign * readout * d for d in direction)
            for (_, readout), direction in zip(classes, self.directions, strict=True)
        ]

    def _direction(self, plane: tuple[Any, ...]) -> Vector:
        r = self.sigma.reflection
        if r is None:
            return (self.zero,) * len(plane)
        slope, constant = self.field.element(r.slope), self.field.element(r.constant)
        return (*(slope * w for w in plane[:-1]), slope * plane[-1] + constant)

    def fill(self) -> Filling:
        whole = not self.output_bias and not self.values
        length = len(self.slope) + (1 if whole else 0)
        target = (*self.slope, self.constant)[:length]
        offsets = [v[:length] for v in self.offsets]
        if whole or self.output_bias:
            subset = find_subset(offsets, target)
            if subset is not None:
                return self._made(subset, 0, ())
            for k, direction in enumerate(self.directions):
                if any(direction[:length]):
                    others = list(offsets)
                    others[k] = (self.zero,) * length
                    subset = find_subset_modulo(others, target, direction[:length])
                    if subset is not None:
                        return self._split(subset, k, direction[:length])
        if not self.output_bias:
            slopes = [v[:-1] for v in self.offsets]
            subset = find_subset(slopes, self.slope)
            if subset is not None:
                return self._made(subset, 1, self._constant_unit(self._gap(subset)[-1]))
        if (unit := self._unbroken()) is not None:
            return unit
        return self._pair()

    def _gap(self, subset: Sequence[int]) -> Vector:
        gap = (*self.slope, self.constant)
        for i in subset:
            gap = tuple(a - b for a, b in zip(gap, self.offsets[i], strict=True))
        return gap

    def _made(
        self,
        subset: Sequence[int],
        extra: int,
        units: tuple[tuple[Any, tuple[Any, ...]], ...] | None,
        shares: dict[int, Any] | None = None,
        left: Any = None,
    ) -> Filling:
        """Return a filling; with an output bias, that takes the constant ``left``."""
        constant = self.zero
        if self.output_bias:
            constant = self._gap(subset)[-1] if left is None else left
        stand_in = dict(self.values) if self.output_bias else {}
        return Filling(tuple(subset), extra, units, constant, shares or {}, stand_in)

    def _split(self, subset: Sequence[int], k: int, direction: Vector) -> Filling:
        pivot = next(i for i, d in enumerate(direction) if d)
        gap = self._gap(subset)
        share = gap[pivot] / direction[pivot]
        left = gap[-1] - share * self.directions[k][-1]
        return self._made(subset, 1, (), {k: share}, left)

    def _constant_unit(self, constant: Any) -> tuple[tuple[Any, tuple[Any, ...]], ...] | None:
        """Return one unit of zero weight with that constant, plus the transcendental values."""
        flat = (self.zero,) * len(self.slope)
        if self.values:
            ((bias, readout), *more) = self.values.items()
            return None if more or constant else ((readout, (*flat, bias)),)
        for number in map(sympy.Integer, (0, 1, -1)):
            value = self.sigma(number)
            if value.is_Rational and value != 0:
                readout = constant / self.field.element(value)
                return ((readout, (*flat, self.field.element(number))),)
        return None

    def _unbroken(self) -> Filling | None:
        """One more unit that does not break on a bounded domain, if that is enough."""
        if self.sigma.branches is None or not any(self.slope):
            return None
        if self.sigma.branches.below == self.sigma.branches.above:
            start, gradient = map(self.field.element, self.sigma.lines()[1])
            plane = (*(s / gradient for s in self.slope), (self.constant - start) / gradient)
            return self._made((), 1, ((self.one, plane),), left=self.zero)
        if not is_bounded(self.domain):
            return None
        if self.output_bias:
            plane = (*self.slope, self.zero)
            shift = self._shift(plane)
            unit = self._always((*self.slope, shift))
            return self._made((), 1, (unit,), left=self.constant - shift)
        if len(self.offsets) > MAX_SIGN_SEARCH:
            raise ValueError(
                "without an output bias the least width on a bounded domain is decided for at "
                f"most {MAX_SIGN_SEARCH} folds, got {len(self.offsets)}"
            )
        positions = range(len(self.offsets))
        for size in range(len(self.offsets) + 1):
            for subset in combinations(positions, size):
                gap = self._gap(subset)
                sign = side(gap, self.domain, self.field)
                if sign:
                    factor = self.one if sign > 0 else -self.one
                    readout, plane = self._always(tuple(factor * e for e in gap))
                    return self._made(subset, 1, ((factor * readout, plane),))
        return None

    def _always(self, plane: Vector) -> tuple[Any, Vector]:
        """Return a unit that is a given affine function, positive on the domain, throughout."""
        low, high = self.sigma.lines()
        if high[1] != 0:
            return self.one / self.field.element(high[1]), plane
        return -self.one / self.field.element(low[1]), tuple(-e for e in plane)

    def _shift(self, plane: tuple[Any, ...]) -> Any:
        """Return a bias with which an affine function is positive on the domain."""
        bias = self.one
        while side((*plane[:-1], bias), self.domain, self.field) <= 0:
            bias = bias * 2
        return bias

    def _pair(self) -> Filling:
        """Two units: s σ(z) − σ(−z) = −m z − k, or one that does not break and a constant."""
        r = self.sigma.reflection
        if r is None or r.slope == 0:
            plane = (*self.slope, self._shift((*self.slope, self.zero)))
            more = self._constant_unit(self.constant - plane[-1])
            return self._made((), 2, (self._always(plane), *(more or ())))
        slope, constant = self.field.element(r.slope), self.field.element(r.constant)
        bias = self.zero if self.output_bias else -(self.constant + constant) / slope
        plane = (*(-s / slope for s in self.slope), bias)
        units = ((r.sign * self.one, plane), (-self.one, tuple(-e for e in plane)))
        if self.values and not self.output_bias:
            return self._made((), 2, None)  # the pair's bias would be transcendental
        return self._made((), 2, units, left=self.constant + constant)


def fill_units(
    classes: Classes, filling: Filling, sigma: Activation, field: Any, inputs: int
) -> list[Unit]:
    """Return all units of a filled function."""
    sign = 1 if sigma.reflection is None else sigma.reflection.sign
    found = []
    for i, (plane, readout) in enumerate(classes):
        opposite = tuple(-e for e in plane)
        if i in filling.shares:
            share = filling.shares[i]
            found += [(share, opposite), (readout - sign * share, plane)]
        elif i in filling.reversed:
            found.append((sign * readout, opposite))
        else:
            found.append((readout, plane))
    found += filling.units or ()
    zero = field.element(sympy.S.Zero)
    found += [(readout, (*(zero,) * inputs, bias)) for bias, readout in filling.values.items()]
    entries = ([field.to_sympy(e) for e in (q, *plane)] for q, plane in found)
    return [Unit(q, tuple(weights), bias) for q, *weights, bias in entries]
