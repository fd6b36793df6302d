"""The parametrisation of a stratum: dependent parameters as rational functions of free ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import sympy

from slt_symbolic.true_set.region import Form, Solution
from slt_symbolic.true_set.system import System
from slt_symbolic.true_set.types import GROUPS, Role


@dataclass
class Parametrisation:
    """Free and dependent parameters of one type, with the conditions on the free ones.

    Scales of members of cancelling groups have symbols of their own, a2 for the second unit.
    """

    system: System
    solution: Solution
    dependent: dict[sympy.Symbol, sympy.Expr] = field(default_factory=dict)
    scales: dict[int, sympy.Expr] = field(default_factory=dict)
    positive: list[sympy.Expr] = field(default_factory=list)
    nonnegative: list[sympy.Expr] = field(default_factory=list)
    nonzero: list[sympy.Expr] = field(default_factory=list)

    def __post_init__(self) -> None:
        system, s = self.system, self.system.setting
        self.show = s.field.to_sympy
        self.k = s.family.scaling
        self.n = s.inputs
        self.free_variables = {v: t for t, v in enumerate(self.solution.free)}
        self.variable: dict[int, sympy.Expr] = {}
        units = range(len(system.places))
        for i in units:
            if i in system.strength and system.strength[i] in self.free_variables:
                self.variable[system.strength[i]] = self._free_strength(i)
        for v in system.strength.values():
            if v not in self.free_variables:
                self.variable[v] = self._resolve(v)
        for i in units:
            self._readout_and_scale(i)
        self._vectors()
        for i in units:
            self._weights(i)
        for i in units:
            self._conditions(i)
        self._group_conditions()
        if s.constant_is_free:
            rest = s.remainder - self.form(system.constant) - self._flat_constants()
            self.dependent[s.model.output_bias] = sympy.cancel(rest) if s.family.folded else rest

    def form(self, form: Form) -> sympy.Expr:
        """Return a linear function of the system's variables in terms of parameters."""
        return sympy.Add(
            *(self.show(c) * (1 if k < 0 else self.variable[k]) for k, c in form.items())
        )

    def _resolve(self, variable: int) -> sympy.Expr:
        slopes = self.solution.slopes[variable]
        terms = [
            self.show(c) * self.variable[v]
            for v, c in zip(self.solution.free, slopes, strict=True)
            if c
        ]
        return sympy.Add(self.show(self.solution.constants[variable]), *terms)

    def _unit(self, i: int) -> Any:
        return self.system.setting.model.units[i]

    def _is_free(self, i: int) -> bool:
        """Whether a unit's readout is a parameter."""
        return self.system.setting.model.free(self._unit(i).readout)

    def _leads(self, i: int) -> bool:
        return self.system.places[i].role in GROUPS and self.system.leader(i) == i

    def _scale(self, i: int) -> sympy.Expr:
        """Return the positive scale of a unit on a class, as a free parameter."""
        place, unit, s = self.system.places[i], self._unit(i), self.system.setting
        if not s.family.folded or self._leads(i):
            return sympy.S.One
        if place.role is s.true_role:
            return (place.sign or 1) * unit.weights[self._pivot(i)]
        leader = self.system.leader(i)
        if self.n == 1 and leader not in self.system.turn:
            return (place.sign or 1) * unit.weights[0] / self._unit(leader).weights[0]
        return sympy.Symbol(f"a{i + 1}", positive=True)

    def _pivot(self, i: int) -> int:
        plane = self.system.setting.planes[self.system.places[i].index or 0]
        return next(k for k, w in enumerate(plane) if w)

    def _free_strength(self, i: int) -> sympy.Expr:
        place, unit = self.system.places[i], self._unit(i)
        if place.role is Role.FLAT:
            return unit.readout * self._flat_factor(i)
        return unit.readout * (
            self._scale(i) if self.k == 1 and place.role not in (Role.ON, Role.OFF) else 1
        )

    def _flat_factor(self, i: int) -> sympy.Expr:
        s, sign, bias = self.system.setting, self.system.places[i].sign, self._unit(i).bias
        if s.family.folded:
            return bias if self.k == 1 and sign else sympy.S.One
        return s.activation(bias) if sign is None else sympy.S.One

    def _readout_and_scale(self, i: int) -> None:
        system, place, unit = self.system, self.system.places[i], self._unit(i)
        on_class = place.role in (system.setting.true_role, *GROUPS)
        if place.role is Role.SILENT:
            self.dependent[unit.readout] = sympy.S.Zero
        if on_class:
            self.scales[i] = self._scale(i)
        if i not in system.strength or system.strength[i] in self.free_variables:
            return
        strength = self.variable[system.strength[i]]
        if self._is_free(i):
            factor = self._flat_factor(i) if place.role is Role.FLAT else sympy.S.One
            if on_class and self.k == 1:
                factor = self.scales[i]
            self.dependent[unit.readout] = (
                sympy.cancel(strength / factor)
                if self.system.setting.family.folded
                else strength / factor
            )
        elif place.role is Role.FLAT and self.k == 1 and place.sign:
            self.dependent[unit.bias] = strength / unit.readout
        elif on_class and self.k == 1 and not self._leads(i):
            self.scales[i] = strength / unit.readout
            if place.role is system.setting.true_role:
                self.dependent[unit.weights[self._pivot(i)]] = (place.sign or 1) * self.scales[i]

    def _vector_factor(self, i: int) -> sympy.Expr:
        """Return what multiplies a unit's weights and bias in its vector variables."""
        place = self.system.places[i]
        if i in self.system.turn:
            return self.form(self.system.turn[i])
        if place.role in (Role.ON, Role.OFF) and self.system.branch(place.role)[1]:
            return self._unit(i).readout
        return sympy.S.One

    def _vectors(self) -> None:
        """Leave the weights of groups and loose units free where the system does, or solve."""
        named = [
            (i, v, e)
            for i, variables in self.system.vector.items()
            for v, e in zip(variables, (*self._unit(i).weights, self._unit(i).bias), strict=False)
        ]
        for i, v, entry in named:
            if v in self.free_variables:
                self.variable[v] = self._vector_factor(i) * entry
        for i, v, entry in named:
            if v not in self.free_variables:
                self.variable[v] = self._resolve(v)
                self.dependent[entry] = sympy.cancel(self.variable[v] / self._vector_factor(i))

    def _weights(self, i: int) -> None:
        system, place, unit = self.system, self.system.places[i], self._unit(i)
        s = system.setting
        entries = (*unit.weights, unit.bias)
        if place.role is Role.FLAT:
            for w in unit.weights:
                self.dependent[w] = sympy.S.Zero
            if place.sign == 0 and s.model.free(unit.bias):
                self.dependent[unit.bias] = sympy.S.Zero
        elif place.role is s.true_role:
            plane = s.planes[place.index or 0]
            pivot = self._pivot(i)
            for k, (entry, c) in enumerate(zip(entries, plane, strict=True)):
                if s.model.free(entry) and not (s.family.folded and k == pivot):
                    factor = self.scales[i] * (place.sign or 1)
                    self.dependent[entry] = sympy.cancel(factor * self.show(c))
        elif place.role in GROUPS and not self._leads(i):
            leader = self._unit(system.leader(i))
            chart = self.n == 1 and system.leader(i) not in system.turn and s.family.folded
            given = chart and i in self.scales and self.scales[i] == self._scale(i)
            for k, (entry, other) in enumerate(
                zip(entries, (*leader.weights, leader.bias), strict=True)
            ):
                if s.model.free(entry) and not (given and k == 0):
                    factor = (place.sign or 1) * self.scales[i]
                    self.dependent[entry] = sympy.cancel(factor * self.entry(other))

    def entry(self, e: sympy.Expr) -> sympy.Expr:
        """Return an entry of the model in terms of free parameters."""
        return self.dependent.get(e, e)

    def _flat_constants(self) -> sympy.Expr:
        s, total = self.system.setting, sympy.S.Zero
        for i, place in enumerate(self.system.places):
            if place.role is not Role.FLAT:
                continue
            unit = self._unit(i)
            if not s.family.folded:
                value = s.activation(self.entry(unit.bias))
            else:
                low, high = s.family.low, s.family.high
                branch = high if place.sign == 1 else low
                value = branch[0] + branch[1] * unit.bias if place.sign else (low[0] + high[0]) / 2
            total += self.entry(unit.readout) * value
        return total

    def plane(self, i: int) -> list[sympy.Expr]:
        """Return a unit's weights and bias in terms of free parameters."""
        unit = self._unit(i)
        return [self.entry(e) for e in (*unit.weights, unit.bias)]

    def _at_corners(self, i: int) -> list[sympy.Expr]:
        *w, b = self.plane(i)
        return [
            sympy.Add(*(wk * self.show(x) for wk, x in zip(w, corner, strict=True)), b)
            for corner in self.system.setting.corners or ()
        ]

    def _conditions(self, i: int) -> None:
        system, place, unit = self.system, self.system.places[i], self._unit(i)
        s = system.setting
        readout = self.entry(unit.readout)
        if place.role in (s.true_role, *GROUPS):
            self.nonzero.append(readout)
            if s.family.folded and not self._leads(i):
                self.positive.append(self.scales[i])
            return
        if place.role is Role.FLAT:
            if place.sign:
                self.positive.append(place.sign * self.entry(unit.bias))
            elif place.sign is None and not s.constant_is_free:
                self.nonzero.append(unit.bias)
            return
        self.nonzero.append(_not_all_zero(self.plane(i)[: self.n]))
        if place.role is Role.SILENT and place.sign == 0:
            self.positive += _crosses(self._at_corners(i))
        elif place.role is Role.SILENT and place.sign:
            self.nonnegative += [place.sign * v for v in self._at_corners(i)]
        elif place.role is not Role.SILENT:
            side = 1 if place.role is Role.ON else -1
            self.nonnegative += [side * v for v in self._at_corners(i)]
            if place.sign:
                self.positive.append(place.sign * readout)
            elif i in system.strength:
                self.nonzero.append(readout)

    def _group_conditions(self) -> None:
        s = self.system.setting
        leaders = [members[0] for members in self.system.groups.values()]
        for i in leaders:
            mine = self.plane(i)
            self.nonzero.append(_not_all_zero(mine[: self.n]))
            if i in self.system.turn:
                self.nonzero.append(self.form(self.system.turn[i]))
            if s.corners is not None:
                self.positive += _crosses(self._at_corners(i))
            for plane in s.planes:
                self._apart(mine, [self.show(c) for c in plane])
        for i, j in combinations(leaders, 2):
            self._apart(self.plane(i), self.plane(j))

    def _apart(self, g: list[sympy.Expr], h: list[sympy.Expr]) -> None:
        family = self.system.setting.family
        if family.folded:
            pairs = combinations(zip(g, h, strict=True), 2)
            self.nonzero.append(_not_all_zero([a * d - b * c for (a, c), (b, d) in pairs]))
            return
        for sign in (1, -1)[: family.orientations]:
            self.nonzero.append(_not_all_zero([a - sign * b for a, b in zip(g, h, strict=True)]))


def _not_all_zero(expressions: list[sympy.Expr]) -> sympy.Expr:
    """Return an expression that vanishes where all of them do."""
    left = [e for e in expressions if e != 0]
    return left[0] if len(left) == 1 else sympy.Add(*(e**2 for e in left))


def _crosses(values: list[sympy.Expr]) -> list[sympy.Expr]:
    """Return what is positive where some value is positive and some negative."""
    if len(values) == 2:
        return [-values[0] * values[1]]
    return [sympy.Max(*values, evaluate=False), -sympy.Min(*values, evaluate=False)]
