"""Which combinatorial type an exact parameter has."""

from __future__ import annotations

from typing import Any

import sympy

from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.networks import TwoLayer
from slt_symbolic.true_set.domains import side
from slt_symbolic.true_set.setting import Setting
from slt_symbolic.true_set.types import Place, Role, normal_places


def places_of(
    data: Setting, network: TwoLayer, law: InputDistribution, field: OrderedField
) -> tuple[Place, ...]:
    """Return what each unit of a true network does.

    Parameters
    ----------
    data : Setting
        The classification's data.
    network : TwoLayer
        The model at a true parameter.
    law : InputDistribution
        The inputs' law.
    field : OrderedField
        Where the network's numbers and the truth's live.
    """
    planes = [
        canonical(data, [field.element(data.field.to_sympy(c)) for c in plane], field)[0]
        for plane in data.planes
    ]
    places: list[Place | None] = []
    classes: dict[tuple[Any, ...], list[tuple[int, int, Any]]] = {}
    for i, unit in enumerate(network.units):
        q, *plane = (field.element(e) for e in unit.entries())
        place = _loose(data, q, plane, law, field)
        places.append(place)
        if place is None:
            key, orientation, scale = canonical(data, plane, field)
            if key in planes:
                places[i] = Place(data.true_role, orientation, planes.index(key))
            else:
                classes.setdefault(key, []).append((i, orientation, q * scale))
    for g, members in enumerate(classes.values()):
        signs = {o for _, o, _ in members}
        balanced = (
            data.family.bends
            and len(signs) == 2
            and not sum((p for _, o, p in members if o == 1), field.element(sympy.S.Zero))
        )
        role = Role.BALANCED if balanced else Role.CANCELLING
        for i, orientation, _ in members:
            places[i] = Place(role, orientation, g)
    return normal_places([p for p in places if p is not None])


def canonical(
    data: Setting, plane: list[Any], field: OrderedField
) -> tuple[tuple[Any, ...], int, Any]:
    """Return a unit's class, its orientation on it and its scale (to the power of scaling)."""
    one = field.element(sympy.S.One)
    first = next(w for w in plane[:-1] if w)
    orientation = field.sign(first) if data.family.orientations == 2 else 1
    if data.family.folded:
        scale = first * orientation if data.family.scaling == 1 else one
        return tuple(c / first for c in plane), orientation, scale
    return tuple(c * orientation for c in plane), orientation, one


def _loose(
    data: Setting, q: Any, plane: list[Any], law: InputDistribution, field: OrderedField
) -> Place | None:
    """Return the place of a unit that is in no class, None for others."""
    if not any(plane[:-1]):
        return Place(Role.FLAT, _flat_sign(data, field.sign(plane[-1])))
    where = side(plane, law, field) if data.corners is not None else 0
    if where < 0 and data.idle_off:
        return Place(Role.OFF, None)
    if not q:
        return Place(Role.SILENT, where if data.corners is not None else None)
    if not where:
        return None
    role, branch = (Role.ON, data.family.high) if where > 0 else (Role.OFF, data.family.low)
    return Place(role, field.sign(q) if branch[1] else None)


def _flat_sign(data: Setting, sign: int) -> int | None:
    if data.family.folded:
        return sign
    return (
        0 if sign == 0 and 0 in (p.sign for p, _ in data.slots() if p.role is Role.FLAT) else None
    )
