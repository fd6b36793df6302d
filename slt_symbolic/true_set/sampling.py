"""Exact points of a stratum: a solution of its linear system, with scales put in at random."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

import sympy

from slt_symbolic.exact.chamber import UndecidedError
from slt_symbolic.true_set.region import Solution
from slt_symbolic.true_set.system import System
from slt_symbolic.true_set.types import GROUPS, Role

TRIES = 40
_SCALES = [sympy.Rational(p, 3) for p in (1, 2, 4, 5, 7, 8)]


def generic_solution(system: System, solution: Solution, rng: Random) -> list[Any]:
    """Return a solution that satisfies the conditions which are no linear inequalities, too.

    Raises
    ------
    UndecidedError
        If none was found: two cancelling groups may be forced onto one plane.
    """
    for _ in range(TRIES):
        x = solution.point(rng)
        if system.is_generic(x):
            return x
    raise UndecidedError(f"no generic point was found of {', '.join(map(str, system.places))}")


@dataclass
class Draw:
    """One random point of a stratum."""

    system: System
    x: list[Any]
    rng: Random
    values: dict[sympy.Symbol, sympy.Expr] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        s = self.system.setting
        self.element, self.show = s.field.element, s.field.to_sympy
        self.planes = self._planes()
        self.flats = sympy.S.Zero
        for i in range(len(self.system.places)):
            self._unit(i)
        if s.constant_is_free:
            rest = self.show(self.system.value(self.system.constant, self.x))
            self.values[s.model.output_bias] = s.remainder - rest - self.flats

    def _planes(self) -> dict[int, list[Any]]:
        return self.system.planes_at(self.x)

    def _random(self) -> Any:
        return self.element(self.rng.choice(_SCALES))

    def _set(self, i: int, plane: list[Any], readout: Any) -> None:
        unit, free = self.system.setting.model.units[i], self.system.setting.model.free
        for entry, value in zip((*unit.weights, unit.bias), plane, strict=False):
            if free(entry):
                self.values[entry] = self.show(value)
        if free(unit.readout):
            self.values[unit.readout] = (
                readout if isinstance(readout, sympy.Expr) else self.show(readout)
            )

    def _unit(self, i: int) -> None:
        system, s = self.system, self.system.setting
        place, fixed = system.places[i], system.fixed_readout(i)
        strength = self.x[system.strength[i]] if i in system.strength else None
        zero = self.element(sympy.S.Zero)
        if place.role is Role.FLAT:
            self._flat(i, strength, fixed)
        elif place.role in (s.true_role, *GROUPS):
            grouped = place.role in GROUPS
            plane = self.planes[system.leader(i)] if grouped else list(s.planes[place.index or 0])
            scale = self._scale(strength, fixed) if s.family.folded else self.element(sympy.S.One)
            if grouped and system.leader(i) == i:
                scale = self.element(sympy.S.One)
            readout = strength / scale if s.family.scaling == 1 else strength
            self._set(i, [scale * c * (place.sign or 1) for c in plane], readout)
        elif place.role is Role.SILENT:
            self._set(i, self.planes[i], zero)
        elif strength is None and system.branch(place.role)[1]:
            readout = fixed if fixed is not None else self._random() * (place.sign or 1)
            self._set(i, [c / readout for c in self.planes[i]], readout)
        else:
            self._set(i, self.planes[i], self._random() if strength is None else strength)

    def _scale(self, strength: Any, fixed: Any) -> Any:
        if fixed is not None and self.system.setting.family.scaling == 1:
            return strength / fixed
        return self._random()

    def _flat(self, i: int, strength: Any, fixed: Any) -> None:
        system, s = self.system, self.system.setting
        sign, k = system.places[i].sign, s.family.scaling
        zero = self.element(sympy.S.Zero)
        bias = zero
        readout = fixed if fixed is not None else self._random()
        if s.family.folded and sign:
            bias = self._random() * sign
            if strength is not None and k == 1:
                if fixed is None:
                    readout = strength / bias
                else:
                    bias = strength / fixed
            elif strength is not None:
                readout = strength
        elif strength is not None and sign == 0:
            readout = strength
        elif strength is not None:
            # A unit of zero weight with a constant to make: no bias but 0 has a rational value.
            bias = self._random()
            readout = self.show(strength) / s.activation(self.show(bias))
        elif not s.family.folded and not s.activation(sympy.S.Zero).is_algebraic and fixed is None:
            readout = zero
        self._set(i, [*[zero] * s.inputs, bias], readout)
        if s.constant_is_free:
            shown = readout if isinstance(readout, sympy.Expr) else self.show(readout)
            self.flats += shown * s.activation(self.show(bias))
