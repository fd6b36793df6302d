"""The order in which classes of units change places, with empty units as room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy

from slt_symbolic.networks import Unit
from slt_symbolic.true_set.canonical import made
from slt_symbolic.true_set.moves import State

Plane = tuple[Any, ...]


def rearrange(start: State, end: State) -> list[list[Unit]] | None:
    """Return the units after each segment of a path between equivalent networks of one width.

    Returns
    -------
    list of lists of Unit, or None
        Empty if every unit is a class of its own; None if the networks' classes differ.
    """
    ours, theirs = Classes(start), Classes(end)
    if ours.weights != theirs.weights:
        return None
    if len(ours.weights) == len(start.units):
        return []
    return list(_Rearrangement(ours, theirs).run())


class Classes:
    """The classes of a network's units: positions, and the sum of their weights.

    Units that are constant on the domain belong to no class.
    """

    def __init__(self, state: State) -> None:
        self.state, field = state, state.field
        self.planes: list[Plane] = [state.elements(u)[1:] for u in state.units]
        self.factors: list[Any] = []
        self.keys: list[Plane | None] = []
        self.positions: dict[Plane, list[int]] = {}
        zero = field.element(sympy.S.Zero)
        weights: dict[Plane, Any] = {}
        for i, unit in enumerate(state.units):
            one = made(state, (field.element(sympy.S.One), *self.planes[i]))
            measure = state.measure_of([one])
            if not (measure.folds or measure.atoms or measure.monomials or any(measure.slope)):
                self.factors.append(None)
                self.keys.append(None)
                continue
            key, factor = self._class(self.planes[i])
            self.factors.append(factor)
            self.keys.append(key)
            self.positions.setdefault(key, []).append(i)
            weights[key] = weights.get(key, zero) + factor * state.elements(unit)[0]
        self.weights = {key: weight for key, weight in weights.items() if weight}

    def _class(self, plane: Plane) -> tuple[Plane, Any]:
        """Return the plane of the class, and what σ there is multiplied by: σ(z) = factor·σ(z')."""
        field, sigma = self.state.field, self.state.activation
        factor = field.element(sympy.S.One)
        first = next((w for w in plane[:-1] if w), None)
        if first is None:
            return plane, factor
        positive = field.sign(first) > 0
        if sigma.scaling_degree is not None:
            size = first if positive else -first
            plane = tuple(e / size for e in plane)
            for _ in range(sigma.scaling_degree):
                factor = factor * size
        reflection = sigma.reflection
        if reflection is not None and reflection.slope == 0 and not positive:
            plane = tuple(-e for e in plane)
            factor = factor if reflection.sign > 0 else -factor
        return plane, factor


class _Rearrangement:
    def __init__(self, ours: Classes, theirs: Classes) -> None:
        self.state, self.theirs = ours.state, theirs
        self.planes = list(ours.planes)
        self.weights = ours.weights
        self.live: dict[Plane, int] = {}
        self.target: dict[Plane, int] = {}
        self.factor: dict[Plane, Any] = {}
        for key in self.weights:
            here, there = ours.positions[key], theirs.positions[key]
            stays = (i for i in here if i in there and self.planes[i] == theirs.planes[i])
            common = next(stays, None)
            self.live[key] = here[0] if common is None else common
            self.target[key] = there[0] if common is None else common
            self.factor[key] = ours.factors[self.live[key]]

    def run(self) -> Iterator[list[Unit]]:
        """Yield the units after each segment."""
        current = list(self.state.units)
        stepped_aside: set[Plane] = set()
        for units in self._segments(stepped_aside):
            if units != current:
                yield units
            current = units

    def _segments(self, stepped_aside: set[Plane]) -> Iterator[list[Unit]]:
        yield self._shifted()
        while unsettled := [k for k in self.weights if not self._is_settled(k)]:
            places = self._places(unsettled, stepped_aside)
            for key, i in places.items():
                self.planes[i] = self.theirs.planes[self.target[key]]
            yield self._shifted()
            for key, i in places.items():
                self.live[key] = i
                self.factor[key] = self.theirs.factors[self.target[key]]
            yield self._shifted()
        occupied = set(self.live.values())
        for i, plane in enumerate(self.theirs.planes):
            if i not in occupied:
                self.planes[i] = plane
        yield self._shifted()
        yield list(self.theirs.state.units)

    def _is_settled(self, key: Plane) -> bool:
        i = self.live[key]
        return i == self.target[key] and self.planes[i] == self.theirs.planes[i]

    def _places(self, unsettled: list[Plane], stepped_aside: set[Plane]) -> dict[Plane, int]:
        """Return to which empty units classes go next: their own place, or out of the way."""
        empty = set(range(len(self.planes))) - set(self.live.values())
        places = {key: self.target[key] for key in unsettled if self.target[key] in empty}
        wanted = {self.target[key] for key in unsettled}
        spare = sorted(empty - wanted)
        blocking = [k for k in unsettled if k not in places and self.live[k] in wanted]
        if places and len(spare) < len(blocking):
            return places  # take turns: what is free now makes room
        for key in blocking:
            if spare and key not in stepped_aside:
                places[key] = spare.pop(0)
                stepped_aside.add(key)
                if len(spare) == 0:
                    break
        return places

    def _shifted(self) -> list[Unit]:
        """Return the units with every class at its live position, and nothing elsewhere."""
        zero = self.state.field.element(sympy.S.Zero)
        readouts = [zero] * len(self.planes)
        for key, i in self.live.items():
            readouts[i] = self.weights[key] / self.factor[key]
        return [
            made(self.state, (q, *plane)) for q, plane in zip(readouts, self.planes, strict=True)
        ]
