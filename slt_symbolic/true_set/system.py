"""The equations of one combinatorial type, linear in strengths and in summed weight vectors.

Unknowns are the strengths p of units on the truth's and on cancelling classes, the vectors R ŵ by
which a partly reversed cancelling group, or a unit that is on throughout, enters the affine part,
and the constants of units of zero weight. In these unknowns a type is a linear system with strict
inequalities; scales, and vectors that enter nothing, are free beside it. So emptiness is decided
exactly, and the dimension is read off.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations, permutations
from typing import Any

import sympy

from slt_symbolic.exact.chamber import UndecidedError
from slt_symbolic.true_set.class_conditions import off_class, same_class
from slt_symbolic.true_set.family import UnsupportedError
from slt_symbolic.true_set.region import Form, Region, Solution
from slt_symbolic.true_set.setting import Setting
from slt_symbolic.true_set.types import GROUPS, Place, Role


@dataclass
class System:
    """The linear system of one type, and which variables stand for what.

    Parameters
    ----------
    setting : Setting
        The classification's data.
    places : tuple of Place
        What each unit does.
    """

    setting: Setting
    places: tuple[Place, ...]
    region: Region = field(init=False)
    strength: dict[int, int] = field(default_factory=dict, init=False)
    vector: dict[int, list[int]] = field(default_factory=dict, init=False)
    turn: dict[int, Form] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        s = self.setting
        self.region = Region(s.field)
        self._slope: list[Form] = [{-1: -a} for a in s.slope]
        self.constant: Form = {-1: -s.constant}
        self._sums: dict[tuple[Any, ...], Form] = {
            (s.true_role, j): {-1: -total} for j, total in enumerate(s.strengths)
        }
        self.groups: dict[int, list[int]] = {}
        for i, p in enumerate(self.places):
            if p.role in GROUPS and p.index is not None:
                self.groups.setdefault(p.index, []).append(i)
        self._pair_check: list[tuple[int, int]] = []
        # Strengths come first: equations are solved for what comes last.
        for i, p in enumerate(self.places):
            self._add_strength(i, p)
        for members in self.groups.values():
            self._add_group(members)
        for i, p in enumerate(self.places):
            if p.role in (Role.OFF, Role.ON, Role.SILENT):
                self._add_loose(i, p)
        if not s.constant_is_free:
            self.constant[-1] = self.constant[-1] + s.field.element(s.model.output_bias)
            if s.remainder != 0:
                raise UnsupportedError(
                    f"the truth's constant {s.remainder} is transcendental and the model's output "
                    "bias fixed"
                )
            self.region.zero.append(self.constant)
        self.region.zero += [*self._slope, *self._sums.values()]
        leaders = [m[0] for m in self.groups.values()]
        self._pair_check = list(combinations(leaders, 2))

    def solve(self) -> Solution | None:
        """Return the solution, None if the type is empty."""
        return self.region.solve()

    def leader(self, i: int) -> int:
        """Return the first member of a unit's cancelling group."""
        index = self.places[i].index
        return self.groups[index if index is not None else -1][0]

    def branch(self, role: Role) -> tuple[sympy.Rational, sympy.Rational]:
        """Return value at zero and slope of the branch of units that are off or on."""
        return self.setting.family.low if role is Role.OFF else self.setting.family.high

    def flat_value(self, i: int) -> sympy.Expr:
        """Return the constant that a unit of zero weight adds for every unit of its strength."""
        s, sign = self.setting, self.places[i].sign
        low, high = s.family.low, s.family.high
        if not s.family.folded:
            return s.activation(sympy.S.Zero) if sign == 0 else sympy.S.One
        k = s.family.scaling or 0
        if sign == 0:
            return (low[0] + high[0]) / 2
        return (high if sign == 1 else low)[k]

    def fixed_readout(self, i: int) -> Any:
        """Return the readout as a field element, None if it is free."""
        q = self.setting.model.units[i].readout
        return None if self.setting.model.free(q) else self.setting.field.element(q)

    def _add(self, form: Form, k: int, coefficient: Any) -> None:
        if coefficient:
            form[k] = form[k] + coefficient if k in form else coefficient

    def _add_strength(self, i: int, p: Place) -> None:
        s, element = self.setting, self.setting.field.element
        one = element(sympy.S.One)
        fixed = self.fixed_readout(i)
        if p.role is Role.FLAT:
            self._add_flat(i, p, fixed)
            return
        if p.role in (Role.ON, Role.OFF):
            value, slope = self.branch(p.role)
            if slope or not value:
                return
            (k,) = self.region.new()
            self.strength[i] = k
            self._add(self.constant, k, element(value))
            if fixed is None:
                self.region.apart.append(({k: one},))
            else:
                self.region.zero.append({k: one, -1: -fixed})
            return
        if p.role not in (s.true_role, *GROUPS) or p.index is None or p.sign is None:
            return
        (k,) = self.region.new()
        self.strength[i] = k
        leads = p.role in GROUPS and self.leader(i) == i
        if fixed is None:
            self.region.apart.append(({k: one},))
        elif s.family.scaling == 1 and not leads:
            self.region.positive.append({k: fixed})
        else:
            self.region.zero.append({k: one, -1: -fixed})
        key: tuple[Any, ...] = (p.role, p.index)
        if p.role is Role.BALANCED:
            key = (*key, p.sign)
        self._add(self._sums.setdefault(key, {}), k, element(s.family.factor[p.sign]))
        if s.family.scaling != 1:
            self._add(self.constant, k, element(s.family.constant[p.sign]))
        if p.role is s.true_role:
            bend = element(s.family.affine[p.sign])
            *w, b = s.planes[p.index]
            for form, c in zip(self._slope, w, strict=True):
                self._add(form, k, bend * c)
            self._add(self.constant, k, bend * b)

    def _add_flat(self, i: int, p: Place, fixed: Any) -> None:
        s = self.setting
        value = self.flat_value(i)
        if s.constant_is_free or not value:
            return
        if not value.is_algebraic:
            raise UnsupportedError(
                f"units of zero weight add {value}, and the output bias is fixed"
            )
        (k,) = self.region.new()
        self.strength[i] = k
        self._add(self.constant, k, s.field.element(value))
        if fixed is None:
            return
        if s.family.scaling == 1 and p.sign:
            self.region.positive.append({k: fixed * p.sign})
        elif s.family.folded or p.sign == 0:
            self.region.zero.append({k: s.field.element(sympy.S.One), -1: -fixed})
        else:
            raise UndecidedError(
                "units of zero weight with fixed readouts and a fixed output bias: which biases "
                f"give the constant that is left is not known for {s.activation.name}"
            )

    def _add_group(self, members: list[int]) -> None:
        s = self.setting
        signs = {self.places[i].sign for i in members}
        leader = members[0]
        bends = s.family.bends and len(signs) == 2
        turn: Form = {}
        if bends:
            for i in members:
                sign = self.places[i].sign
                self._add(turn, self.strength[i], s.field.element(s.family.affine[sign or 1]))
            if self.places[leader].role is Role.CANCELLING:
                self.region.apart.append((turn,))
                self.turn[leader] = turn
        variables = self.region.new(s.size)
        self.vector[leader] = variables
        if leader in self.turn:
            self._enter(variables, s.field.element(sympy.S.One))
        self._weight_is_not_zero(variables)
        self._cross(variables)
        one = s.field.element(sympy.S.One)
        for plane in s.planes:
            self.region.apart += off_class(s, variables, plane, self.turn.get(leader, {-1: one}))

    def _add_loose(self, i: int, p: Place) -> None:
        s = self.setting
        one = s.field.element(sympy.S.One)
        variables = self.vector[i] = self.region.new(s.size)
        self._weight_is_not_zero(variables)
        if p.role is Role.SILENT:
            if p.sign == 0:
                self._cross(variables)
            elif p.sign:
                self._stay(variables, one * p.sign)
            return
        side = one if p.role is Role.ON else -one
        slope = self.branch(p.role)[1]
        if slope:
            self._enter(variables, s.field.element(slope))
            side = side if p.sign == 1 else -side
        self._stay(variables, side)

    def _enter(self, variables: list[int], factor: Any) -> None:
        """Let a vector take part in the affine function."""
        for form, k in zip([*self._slope, self.constant], variables, strict=False):
            self._add(form, k, factor)

    def height(self, variables: list[int], corner: tuple[Any, ...], sign: Any) -> Form:
        """Return ± an affine function's value at a corner."""
        one = self.setting.field.element(sympy.S.One)
        form = {k: sign * x for k, x in zip(variables, (*corner, one), strict=False)}
        return {k: c for k, c in form.items() if c}

    def _weight_is_not_zero(self, variables: list[int]) -> None:
        one = self.setting.field.element(sympy.S.One)
        self.region.apart.append(tuple({k: one} for k in variables[: self.setting.inputs]))

    def _cross(self, variables: list[int]) -> None:
        """Let a plane meet the domain's interior."""
        if self.setting.corners is not None:
            self.region.either.append(self.crossings(variables))

    def crossings(self, variables: list[int]) -> list[tuple[Form, ...]]:
        """Return the ways in which a plane can separate two corners of the domain."""
        one = self.setting.field.element(sympy.S.One)
        return [
            (self.height(variables, a, one), self.height(variables, b, -one))
            for a, b in permutations(self.setting.corners or (), 2)
        ]

    def _stay(self, variables: list[int], side: Any) -> None:
        for corner in self.setting.corners or ():
            self.region.nonnegative.append(self.height(variables, corner, side))

    def planes_at(self, x: list[Any], towards: list[Any] | None = None) -> dict[int, list[Any]]:
        """Return the affine function of every group's first member and loose unit at a solution.

        A vector that enters the affine part is divided by what multiplies it; where both vanish,
        at the end of a segment, they are taken at its start ``towards``.
        """
        found = {}
        for i, variables in self.vector.items():
            values = [x[k] for k in variables]
            if i in self.turn:
                total = self.value(self.turn[i], x)
                if not total and towards is not None and not any(values):
                    total = self.value(self.turn[i], towards)
                    values = [towards[k] for k in variables]
                values = [v / total for v in values]
            found[i] = values
        return found

    def value(self, form: Form, x: list[Any]) -> Any:
        """Return a form's value at a solution."""
        total = self.setting.field.element(sympy.S.Zero)
        for k, c in form.items():
            total = total + (c if k < 0 else c * x[k])
        return total

    def is_generic(self, x: list[Any]) -> bool:
        """Whether a solution satisfies all conditions that are not linear inequalities.

        Silent units may be anywhere; a generic one is on no class.
        """
        if any(not any(self.value(f, x) for f in forms) for forms in self.region.apart):
            return False
        planes = self.planes_at(x)
        if any(same_class(self.setting, planes[i], planes[j]) for i, j in self._pair_check):
            return False
        if self.setting.family.folded and self.setting.size == 1:
            return True
        # A class that units cannot reach, for want of a bias, is nowhere near them.
        classes = [
            list(p[: self.setting.size])
            for p in self.setting.planes
            if self.setting.model.biased or not p[-1]
        ]
        classes += [planes[m[0]] for m in self.groups.values()]
        for i, p in enumerate(self.places):
            if p.role is Role.SILENT:
                if any(same_class(self.setting, planes[i], c) for c in classes):
                    return False
                classes.append(planes[i])
        return True
