"""The pieces of W0 for sines or cosines: what the amplitudes on each frequency leave free."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import sympy

from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set.piece import Values
from slt_symbolic.true_set.tidying import tidy_nonzero
from slt_symbolic.true_set.types import GROUPS, Place, Role
from slt_symbolic.true_set.wave_stratum import WaveStratum

Amplitude = tuple[sympy.Expr, sympy.Expr]
Class = tuple[Role, int | None]


@dataclass
class Waves:
    """A model of sines or cosines against the truth's frequencies.

    Parameters
    ----------
    model : TwoLayer
        The network, all entries parameters of their own.
    frequencies : tuple of tuples
        The truth's frequencies.
    units : tuple of lists
        For each frequency the truth's readouts and phases.
    constant : sympy.Expr
        The truth's constant.
    """

    model: TwoLayer
    frequencies: tuple[tuple[sympy.Expr, ...], ...]
    units: tuple[list[Amplitude], ...]
    constant: sympy.Expr

    def classes(self, places: tuple[Place, ...]) -> dict[Class, list[int]]:
        """Return the units that share a frequency, by its role and number."""
        found: dict[Class, list[int]] = {}
        for i, p in enumerate(places):
            if p.role is Role.UNIT or p.role in GROUPS:
                found.setdefault((p.role, p.index), []).append(i)
        return found

    def stratum(self, places: tuple[Place, ...], charts: tuple[int, ...]) -> WaveStratum | None:
        """Return a piece, given the first unit of each class out of phase; None if it is empty."""
        model, classes = self.model, self.classes(places)
        solved: Values = {}
        different: list[sympy.Expr] = []
        turns: list[sympy.Symbol] = []
        rank = 1 + model.inputs * any(p.role is Role.FLAT for p in places)
        shown: list[int | None] = [None] * len(places)
        for (key, members), chart in zip(classes.items(), charts, strict=True):
            if key[0] in GROUPS and chart and len(members) < 3:
                return None  # two waves out of phase do not cancel
            for i in members:
                shown[i] = chart
            self._weights(key, members, places, solved)
            self._amplitudes(key, members, places, chart, (solved, different, turns))
            rank += 2 + model.inputs * (2 if chart else 1)
        constant = self.constant
        for i, (unit, place) in enumerate(zip(model.units, places, strict=True)):
            if place.role is Role.FLAT:
                solved.update(dict.fromkeys(unit.weights, sympy.S.Zero))
                constant -= unit.readout * model.activation(unit.bias)
            elif place.role is Role.SILENT:
                solved[unit.readout] = sympy.S.Zero
                different.append(sympy.Add(*(w**2 for w in unit.weights)))
                rank += 1
            else:
                different.append(solved.get(unit.readout, model.units[i].readout))
        solved[model.output_bias] = constant
        self._apart(places, different)
        if any(e.is_zero for e in different):
            return None
        rest = (e for e in tidy_nonzero(different, ()) if e.is_zero is not False)
        return WaveStratum(
            places, tuple(shown), solved, tuple(rest), model.parameters, tuple(turns), rank
        )

    def _weights(
        self, key: Class, members: list[int], places: tuple[Place, ...], solved: Values
    ) -> None:
        units = self.model.units
        role, number = key
        given = self.frequencies[number or 0] if role is Role.UNIT else units[members[0]].weights
        for i in members:
            for w, e in zip(units[i].weights, given, strict=True):
                if w != e:
                    solved[w] = (places[i].sign or 1) * e

    def _apart(self, places: tuple[Place, ...], different: list[sympy.Expr]) -> None:
        """Keep the frequencies of groups from zero, from the truth's and from each other."""
        groups = [m for (role, _), m in self.classes(places).items() if role in GROUPS]
        leaders = [self.model.units[m[0]].weights for m in groups]
        different += [sympy.Add(*(e**2 for e in w)) for w in leaders]
        pairs = [(w, v) for w in leaders for v in self.frequencies] + list(combinations(leaders, 2))
        different += [
            sympy.Add(*((a - s * b) ** 2 for a, b in zip(w, v, strict=True)))
            for w, v in pairs
            for s in (1, -1)
        ]

    def _amplitudes(
        self, key: Class, members: list[int], places: tuple[Place, ...], chart: int,
        found: tuple[Values, list[sympy.Expr], list[sympy.Symbol]],
    ) -> None:  # fmt: skip
        solved, different, turns = found
        units = [self.model.units[i] for i in members]
        signs = [places[i].sign or 1 for i in members]
        # q times this is the amplitude along the direction of the phase s·b.
        factors = signs if self.model.activation.parity == -1 else [1] * len(signs)
        x, y = self._target(key)
        phase, total = signs[0] * units[0].bias, sympy.S.Zero
        if key[0] is Role.UNIT and not chart:
            phase, total = self._wave(key[1] or 0, x, y)
        aligned = range(1, chart) if chart else range(len(units))
        turned = [sympy.S.One] * len(units)
        for k in aligned:
            if phase == signs[k] * units[k].bias:
                continue
            turn = sympy.Symbol(f"k{members[k] + 1}", integer=True)
            turns.append(turn)
            turned[k] = (-1) ** turn
            solved[units[k].bias] = signs[k] * (phase + sympy.pi * turn)
        if not chart:
            for k in range(1, len(units)):
                total -= factors[k] * turned[k] * units[k].readout
            solved[units[0].readout] = total * factors[0] / turned[0]
            return
        sines = [self._phase(units[k], signs[k], solved) for k in range(len(units))]
        for k in range(1, len(units)):
            if k != chart:
                x -= factors[k] * units[k].readout * sympy.cos(sines[k])
                y -= factors[k] * units[k].readout * sympy.sin(sines[k])
        first, second = sines[0], sines[chart]
        determinant = sympy.sin(second - first)
        different.append(determinant)
        for k, other, sign in ((0, second, 1), (chart, first, -1)):
            value = sign * (x * sympy.sin(other) - y * sympy.cos(other)) / determinant
            solved[units[k].readout] = factors[k] * value

    def _target(self, key: Class) -> Amplitude:
        if key[0] is not Role.UNIT:
            return sympy.S.Zero, sympy.S.Zero
        units = self.units[key[1] or 0]
        return (
            sympy.Add(*(q * sympy.cos(b) for q, b in units)),
            sympy.Add(*(q * sympy.sin(b) for q, b in units)),
        )

    def _wave(self, number: int, x: sympy.Expr, y: sympy.Expr) -> Amplitude:
        """Return a phase of the truth on a frequency, with its readout."""
        if len(self.units[number]) == 1:
            ((readout, phase),) = self.units[number]
            return phase, readout
        return sympy.atan2(y, x), sympy.sqrt(x**2 + y**2)

    @staticmethod
    def _phase(unit: Unit, sign: int, solved: Values) -> sympy.Expr:
        return sign * solved.get(unit.bias, unit.bias)
