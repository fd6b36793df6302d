"""Paths on which classes of units change their orientation: waypoints of a route of shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from slt_symbolic.inputs import StandardNormal
from slt_symbolic.networks import Unit
from slt_symbolic.true_set.canonical import made
from slt_symbolic.true_set.moves import State
from slt_symbolic.true_set.rearranging import Classes, Plane, rearrange
from slt_symbolic.true_set.reversals import Reversals, Shape, Shares, Step

Numbers = tuple[Any, ...]


@dataclass(frozen=True)
class Answer:
    """Units after each segment, or why there are none.

    Parameters
    ----------
    steps : list or None
        The units.
    reason : str
        Why there is no path.
    """

    steps: list[list[Unit]] | None
    reason: str


def reverse(start: State, end: State) -> Answer | None:
    """Return the segments between networks whose classes have other orientations.

    Returns
    -------
    Answer or None
        None for activations whose reflection leaves no slope or has other relations beside, and
        where classes differ.
    """
    sigma = start.activation
    if sigma.reflection is None or sigma.reflection.slope == 0:
        return None
    if sigma.branches is not None and sigma.scaling_degree != 1:
        return None
    ours, theirs = _Reading(start), _Reading(end)
    if ours.strengths != theirs.strengths:
        return None
    return _Reversing(ours, theirs).run()


class _Reading:
    """A network as shares of classes: strengths T, reversed shares R, and cancelling groups."""

    def __init__(self, state: State) -> None:
        self.state, field = state, state.field
        reflection = state.activation.reflection
        self.sign = 1 if reflection is None else reflection.sign
        zero = field.element(sympy.S.Zero)
        totals: dict[Plane, Any] = {}
        shares: dict[Plane, Any] = {}
        for key, weight in Classes(state).weights.items():
            positive = field.sign(next(w for w in key[:-1] if w)) > 0
            plane = key if positive else tuple(-e for e in key)
            share = zero if positive else (weight if self.sign > 0 else -weight)
            totals[plane] = totals.get(plane, zero) + (weight if positive else share)
            shares[plane] = shares.get(plane, zero) + share
        self.strengths = {h: t for h, t in totals.items() if t}
        self.shares = {h: shares[h] for h in self.strengths}
        self.groups = {h: r for h, r in shares.items() if not totals[h] and r}

    def slope(self) -> Numbers:
        """Return Σ R ŵ."""
        zero = self.state.field.element(sympy.S.Zero)
        found = [zero] * len(self.state.rest.slope)
        for h, r in (*self.shares.items(), *self.groups.items()):
            for k, w in enumerate(h[:-1]):
                found[k] = found[k] + r * w
        return tuple(found)


class _Reversing:
    def __init__(self, ours: _Reading, theirs: _Reading) -> None:
        self.ours, self.theirs = ours, theirs
        self.state, self.field = ours.state, ours.state.field
        self.planes = list(ours.strengths)
        show = self.field.to_sympy
        self.graph = Reversals(
            [tuple(map(show, h[:-1])) for h in self.planes],
            [show(ours.strengths[h]) for h in self.planes],
            tuple(map(show, ours.slope())),
            len(self.state.units),
        )

    def _node(self, reading: _Reading) -> tuple[Shape, Shares]:
        values = [self.field.to_sympy(reading.shares[h]) for h in self.planes]
        strengths = self.graph.strengths
        mixed = {j for j, r in enumerate(values) if r not in (0, strengths[j])}
        turned = {j for j, r in enumerate(values) if j not in mixed and r != 0}
        shape = Shape(frozenset(mixed), frozenset(turned), pair=bool(reading.groups))
        return shape, Shares(tuple(values))

    def run(self) -> Answer:
        """Return the segments."""
        first, last = self._node(self.ours), self._node(self.theirs)
        if max(len(self.ours.groups), len(self.theirs.groups)) > 1:
            return Answer(None, "several groups of units cancel, each leaving a slope")
        try:
            route = self.graph.route(first, last)
        except OverflowError as error:
            return Answer(None, f"the search ended at {error}")
        if route is None:
            if self.state.domain is None or isinstance(self.state.domain, StandardNormal):
                return Answer(
                    None,
                    "proved: no path, for the orientations of classes change only together, and "
                    "none of the ways leads from one network to the other",
                )
            return Answer(None, "none is found that keeps to units as on all of R^n")
        if self.state.activation.scaling_degree is None and any(
            s.start.onto is not None or s.end.onto is not None for s in route
        ):
            return Answer(None, "a pair of units would meet a class on a curve only")
        steps = self._segments(route)
        if steps is None:
            return Answer(None, self._why_fixed(first[0]))
        return Answer(steps, "")

    def _why_fixed(self, shape: Shape) -> str:
        """Return why units cannot change places, both ends being of one shape."""
        whole = self.state.domain is None or isinstance(self.state.domain, StandardNormal)
        full = shape.units(len(self.planes)) == len(self.state.units)
        if not (whole and full) or any(True for _ in self.graph.neighbours(shape)):
            return "no path is known: no unit is empty at an end that needs one"
        if not shape.pair and Classes(self.state).keys == Classes(self.theirs.state).keys:
            return "the networks differ by scalings only: a path that is not piecewise linear"
        if shape.pair:
            return "no path is known: no unit is empty"
        return "proved: no path, for no unit is empty, and none can be: units keep their places"

    def _segments(self, route: list[Step]) -> list[list[Unit]] | None:
        found: list[list[Unit]] = []
        current = list(self.state.units)
        end = list(self.theirs.state.units)
        ends = [next(iter(r.groups), None) for r in (self.ours, self.theirs)]
        for k, step in enumerate(route):
            before = self._layout(step.shape, step.start, ends[0] if k == 0 else None)
            after = self._layout(step.shape, step.end, ends[1] if k == len(route) - 1 else None)
            places = self._aligned(before, current)
            if places is None and k == len(route) - 1:
                places = self._aligned(after, end)
            if places is not None:
                before, after = self._placed(before, places), self._placed(after, places)
            if not self._join(found, current, before):
                return None
            if after != before:
                found.append(after)
            current = after
        return found if self._join(found, current, end) else None

    def _join(self, found: list[list[Unit]], current: list[Unit], goal: list[Unit]) -> bool:
        if current == goal:
            return True
        steps = rearrange(self._state(current), self._state(goal))
        if not steps:
            return False
        found += steps
        return True

    def _state(self, units: list[Unit]) -> State:
        s = self.state
        return State(s.activation, tuple(units), s.rest, s.field, s.domain)

    def _layout(self, shape: Shape, shares: Shares, along: Plane | None) -> list[Unit]:
        """Return units: each class, then the pair, then empty ones."""
        element, zero = self.field.element, self.field.element(sympy.S.Zero)
        one, sign = self.field.element(sympy.S.One), self.ours.sign
        entries: list[Numbers] = []
        for j, plane in enumerate(self.planes):
            strength, share = (element(e) for e in (self.graph.strengths[j], shares.values[j]))
            if j in shape.mixed or j not in shape.reversed:
                entries.append((strength - share, *plane))
            if j in shape.mixed or j in shape.reversed:
                back = tuple(-e for e in plane)
                entries.append((share if sign > 0 else -share, *back))
        if shape.pair:
            left = tuple(-element(e) for e in self.graph.left(shares))
            if shares.onto is not None:
                along = self.planes[shares.onto]
            plane = (*left, self._far())
            if along is not None:
                k = next(k for k, w in enumerate(along) if w)
                plane = tuple(left[k] / along[k] * e for e in along)
            entries.append((one, *plane))
            entries.append((-one if sign > 0 else one, *(-e for e in plane)))
        empty = (zero, *[zero] * len(self.graph.slope), zero)
        entries += [empty] * (len(self.state.units) - len(entries))
        return [made(self.state, e) for e in entries]

    def _far(self) -> Any:
        """Return a bias that is no class's, whatever its scale."""
        total = self.field.element(sympy.S.One)
        for h in self.planes:
            total = total + h[-1] * h[-1]
        return total

    def _aligned(self, units: list[Unit], like: list[Unit]) -> list[tuple[int, Any]] | None:
        """Return for each unit its position in another list, and the scale it has there."""
        free = set(range(len(like)))
        found = []
        for unit in units:
            for i in sorted(free):
                scale = self._scale(unit, like[i])
                if scale is not None:
                    free.remove(i)
                    found.append((i, scale))
                    break
            else:
                return None
        return found

    def _scale(self, unit: Unit, other: Unit) -> Any | None:
        (q, *v), (p, *w) = (self.state.elements(u) for u in (unit, other))
        k = next((k for k, e in enumerate(v) if e), None)
        if k is None or not w[k]:
            return self.field.element(sympy.S.One) if v == w and q == p else None
        scale = w[k] / v[k]
        if self.field.sign(scale) < 0 or [scale * e for e in v] != w:
            return None
        degree = self.state.activation.scaling_degree
        if degree is None and scale != 1:
            return None
        return scale if q == p * scale else None

    def _placed(self, units: list[Unit], places: list[tuple[int, Any]]) -> list[Unit]:
        found = list(units)
        for unit, (i, scale) in zip(units, places, strict=True):
            q, *plane = self.state.elements(unit)
            found[i] = made(self.state, (q / scale, *(scale * e for e in plane)))
        return found
