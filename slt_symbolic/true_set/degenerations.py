"""How a stratum can degenerate: what becomes of its units on the way to its closure.

On the way to a limit a unit on a class may lose its strength, by its readout or by its scale; a
cancelling group's plane may run into a class of the truth or another group's, to infinity (zero
weight), to zero, or to the edge of a bounded domain; other units may lose weight or readout. Each
fate adds linear equations to the stratum's system.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement, product
from typing import Any

import sympy

from slt_symbolic.true_set.region import Form, Region
from slt_symbolic.true_set.system import System
from slt_symbolic.true_set.types import GROUPS, Role

KEEP, SILENT, SHRINK, FLAT, ZERO, EDGE, TRUTH, MEET, EVEN = (
    "keep", "silent", "shrink", "flat", "zero", "edge", "truth", "meet", "even",
)  # fmt: skip


@dataclass(frozen=True)
class Fate:
    """What becomes of units and of cancelling groups' planes.

    Parameters
    ----------
    units : tuple of (str, int)
        For each unit: it stays, loses its readout or its scale (class members); it stays, loses
        its weights, weights and bias, or readout, or meets the domain's edge at a corner (others).
    planes : tuple of (str, int)
        For each group: its plane stays, becomes that of a fold or unit of the truth or of another
        group (with its number), has zero weights, is zero, meets the domain's edge on one side, or
        the group's bend vanishes.
    """

    units: tuple[tuple[str, int], ...]
    planes: tuple[tuple[str, int], ...]

    @property
    def is_trivial(self) -> bool:
        """Whether nothing changes."""
        return all(what == KEEP for what, _ in (*self.units, *self.planes))


def fates(system: System) -> Iterator[Fate]:
    """Yield the fates of a stratum, up to permutations of units with one place and kind."""
    blocks: dict[tuple[object, ...], list[int]] = {}
    for i, p in enumerate(system.places):
        leads = p.role in GROUPS and system.leader(i) == i
        blocks.setdefault((p, system.setting.model.kinds[i], leads), []).append(i)
    choices = [
        list(combinations_with_replacement(_unit_options(system, block[0]), len(block)))
        for block in blocks.values()
    ]
    planes = list(product(*(_plane_options(system, g) for g in system.groups)))
    for chosen in product(*choices):
        units = [(KEEP, 0)] * len(system.places)
        for block, options in zip(blocks.values(), chosen, strict=True):
            for i, option in zip(block, options, strict=True):
                units[i] = option
        for plane in planes:
            fate = Fate(tuple(units), plane)
            if not fate.is_trivial:
                yield fate


def _unit_options(system: System, i: int) -> list[tuple[str, int]]:
    s, place = system.setting, system.places[i]
    free = system.fixed_readout(i) is None
    if place.role in (s.true_role, *GROUPS):
        leads = place.role in GROUPS and system.leader(i) == i
        names = [*[SILENT] * free, *[SHRINK] * (s.family.folded and not leads)]
    elif place.role is Role.FLAT:
        names = [ZERO] * bool(place.sign)
    else:
        vanish = i not in system.strength and free and _enters(system, i)
        names = [ZERO, *[SILENT] * vanish]
    found = [(name, 0) for name in (KEEP, *names)]
    if place.role in (Role.SILENT, Role.OFF, Role.ON) and s.model.biased:
        found += [(FLAT, sign) for sign in (1, -1)]
    if place.role is Role.SILENT and place.sign == 0:
        found += [(EDGE, sign * (k + 1)) for k in range(len(s.corners or ())) for sign in (1, -1)]
    return found


def _enters(system: System, i: int) -> bool:
    """Whether a unit that is off or on adds to the affine function."""
    role = system.places[i].role
    return role is not Role.SILENT and bool(system.branch(role)[1])


def _plane_options(system: System, g: int) -> list[tuple[str, int]]:
    s = system.setting
    found = [(KEEP, 0), (ZERO, 0)]
    found += [(TRUTH, sign * (j + 1)) for j in range(len(s.planes)) for sign in (1, -1)]
    # Groups that bend enter the affine function through products: their planes are not compared.
    bends = system.groups[g][0] in system.turn
    found += [
        (MEET, sign * (h + 1))
        for h in range(g)
        for sign in (1, -1)
        if not bends and system.groups[h][0] not in system.turn
    ]
    found += [(FLAT, sign) for sign in (1, -1) if s.model.biased]
    found += [(EVEN, 0)] * bends
    if s.corners is not None:
        found += [(EDGE, sign * (k + 1)) for k in range(len(s.corners)) for sign in (1, -1)]
    if s.family.folded:
        # Only the plane matters, not the orientation of the vector that spans it.
        found = [(what, n) for what, n in found if what not in (TRUTH, MEET) or n > 0]
    return found


def restrict(system: System, fate: Fate) -> Region:
    """Return the limits of a stratum's linear system under a fate."""
    one = system.setting.field.element(sympy.S.One)
    region = Region(
        system.region.scalars,
        system.region.size,
        list(system.region.zero),
        [],
        [*system.region.nonnegative, *system.region.positive],
    )
    for i, (what, number) in enumerate(fate.units):
        variables = system.vector.get(i, []) if system.places[i].role not in GROUPS else []
        if what == KEEP:
            _stay_inside(system, region, variables, system.places[i].sign == 0)
        elif i in system.strength:
            region.zero.append({system.strength[i]: one})
        elif what == EDGE:
            _touch(system, region, variables, number)
        else:
            _lose_weight(system, region, variables, number)
    for members, (what, number) in zip(system.groups.values(), fate.planes, strict=True):
        variables = system.vector[members[0]]
        if what == EDGE:
            _touch(system, region, variables, number)
        elif what == KEEP:
            _stay_inside(system, region, variables, True)
        elif what in (FLAT, ZERO):
            _lose_weight(system, region, variables, number)
        else:
            region.zero += _plane_equations(system, members[0], what, number)
    return region


def _lose_weight(system: System, region: Region, variables: list[int], sign: int) -> None:
    """Let weights vanish; the bias too, or keep a sign."""
    one = system.setting.field.element(sympy.S.One)
    region.zero += [{k: one} for k in variables[: system.setting.inputs]]
    for k in variables[system.setting.inputs :]:
        if sign:
            region.positive.append({k: one if sign > 0 else -one})
        else:
            region.zero.append({k: one})


def _stay_inside(system: System, region: Region, variables: list[int], crosses: bool) -> None:
    if crosses and variables and system.setting.corners is not None:
        region.either.append(system.crossings(variables))


def _touch(system: System, region: Region, variables: list[int], number: int) -> None:
    """Let a plane meet the domain in its boundary only, at a corner, on one side."""
    one = system.setting.field.element(sympy.S.One)
    sign = one if number > 0 else -one
    corners = system.setting.corners or ()
    region.zero.append(system.height(variables, corners[abs(number) - 1], one))
    region.nonnegative += [system.height(variables, c, sign) for c in corners]


def _plane_equations(system: System, leader: int, what: str, number: int) -> list[Form]:
    s = system.setting
    one = s.field.element(sympy.S.One)
    variables = system.vector[leader]
    if what == EVEN:
        return [system.turn[leader], *({k: one} for k in variables)]
    if what == MEET:
        other = system.vector[system.groups[abs(number) - 1][0]]
        return [
            {k: one, m: one if number < 0 else -one} for k, m in zip(variables, other, strict=True)
        ]
    return _on_plane(system, leader, s.planes[abs(number) - 1], number > 0)


def _on_plane(system: System, leader: int, plane: tuple[Any, ...], positive: bool) -> list[Form]:
    """Return equations for a group's vector to lie on a class of the truth."""
    s = system.setting
    one = s.field.element(sympy.S.One)
    variables = system.vector[leader]
    if s.family.folded:
        pairs = combinations(zip(variables, plane, strict=False), 2)
        return [{k: b, m: -a} for (k, a), (m, b) in pairs]
    turn = system.turn.get(leader, {-1: one})
    sign = one if positive else -one
    forms = []
    for k, a in zip(variables, plane, strict=False):
        form: Form = {m: -sign * a * c for m, c in turn.items()}
        form[k] = form.get(k, one - one) + one
        forms.append(form)
    return forms
