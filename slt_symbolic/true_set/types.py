"""Combinatorial types of true parameters: what each unit of the model does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product


class Role(StrEnum):
    """What a unit does in a network that equals the truth."""

    FOLD = "shares a fold of the truth"
    CANCELLING = "cancels with others on a fold of their own"
    FLAT = "has zero weight"
    SILENT = "has zero readout"
    OFF = "is on its lower branch throughout"
    ON = "is on its upper branch throughout"


@dataclass(frozen=True)
class Place:
    """The place of one unit in a type.

    Parameters
    ----------
    role : Role
        What the unit does.
    sign : int
        Sign of its weight (of its bias, possibly 0, if the weight is zero).
    index : int or None
        Which fold of the truth, or which cancelling group.
    """

    role: Role
    sign: int
    index: int | None = None

    def __str__(self) -> str:
        mark = {1: "+", -1: "-", 0: "0"}[self.sign]
        names = {Role.FOLD: "fold", Role.CANCELLING: "cancel"}
        name = names.get(self.role, self.role.name.lower())
        return f"{name}{'' if self.index is None else self.index + 1}{mark}"


def types(width: int, folds: int) -> Iterator[tuple[Place, ...]]:
    """Yield all types of ``width`` units against a truth with ``folds`` folds.

    Cancelling groups have at least two members and are numbered by their first.
    """
    single = [Place(Role.FOLD, s, j) for j in range(folds) for s in (1, -1)]
    single += [Place(Role.FLAT, s) for s in (1, -1, 0)]
    single += [Place(r, s) for r in (Role.SILENT, Role.OFF, Role.ON) for s in (1, -1)]
    groups = [Place(Role.CANCELLING, s, g) for g in range(width // 2) for s in (1, -1)]
    for places in product([*single, *groups], repeat=width):
        members = [p.index for p in places if p.role is Role.CANCELLING]
        first_seen = list(dict.fromkeys(members))
        numbered = first_seen == list(range(len(first_seen)))
        if numbered and all(members.count(g) >= 2 for g in first_seen):
            yield places
