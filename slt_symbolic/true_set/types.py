"""Combinatorial types of true parameters: what each unit of the model does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import permutations, product
from math import factorial, prod


class Role(StrEnum):
    """What a unit does in a network that equals the truth."""

    FOLD = "shares a fold of the truth"
    UNIT = "is a unit of the truth, up to reflection"
    CANCELLING = "cancels with others on a fold, or as a unit, of their own"
    BALANCED = "cancels with others, each orientation by itself"
    SILENT = "has zero readout"
    FLAT = "has zero weight"
    OFF = "is on its lower branch throughout"
    ON = "is on its upper branch throughout"


ORDER = {role: k for k, role in enumerate(Role)}
GROUPS = (Role.CANCELLING, Role.BALANCED)
_NAMES = {Role.CANCELLING: "cancel"}


@dataclass(frozen=True)
class Place:
    """The place of one unit in a type.

    Parameters
    ----------
    role : Role
        What the unit does.
    sign : int or None
        Its orientation on a fold or unit of the truth; that relative to the first member of a
        cancelling group; the sign of the bias if the weight is zero; whether a silent unit is on
        (+1) or off (−1) throughout a bounded domain or neither (0); the sign of the readout of a
        unit that is on or off throughout. None where nothing depends on it.
    index : int or None
        Which fold or unit of the truth, or which cancelling group.
    """

    role: Role
    sign: int | None
    index: int | None = None

    def __str__(self) -> str:
        mark = {1: "+", -1: "-", 0: "0", None: ""}[self.sign]
        name = _NAMES.get(self.role, self.role.name.lower())
        return f"{name}{'' if self.index is None else self.index + 1}{mark}"

    @property
    def rank(self) -> tuple[int, int, int]:
        """Where the place comes in a list."""
        return (ORDER[self.role], -1 if self.index is None else self.index, -(self.sign or 0))


Counts = tuple[int, ...]
"""How many units, of each kind of interchangeable units."""


@dataclass(frozen=True)
class Group:
    """A cancelling group: how many units of each kind it has in each of its two orientations."""

    same: Counts
    reversed: Counts
    balanced: bool = False

    def normal(self) -> Group:
        """Return the group with the orientation that is its own name chosen canonically."""
        if self.reversed > self.same:
            return Group(self.reversed, self.same, self.balanced)
        return self

    @property
    def size(self) -> int:
        """Number of members."""
        return sum(self.same) + sum(self.reversed)


@dataclass(frozen=True)
class Type:
    """A combinatorial type up to permutations of interchangeable units.

    Parameters
    ----------
    kinds : tuple of int
        The kind of every unit of the model; units of one kind are interchangeable.
    single : tuple of (Place, Counts)
        How many units of each kind have each place that is not in a cancelling group.
    groups : tuple of Group
        The cancelling groups, sorted.
    """

    kinds: Counts
    single: tuple[tuple[Place, Counts], ...]
    groups: tuple[Group, ...]

    @classmethod
    def of(cls, kinds: Sequence[int], places: Sequence[Place]) -> Type:
        """Return the type of a list of places, one for each unit."""
        size = max(kinds, default=-1) + 1

        def counts(units: Iterable[int]) -> Counts:
            found = Counter(kinds[i] for i in units)
            return tuple(found[k] for k in range(size))

        single: dict[Place, list[int]] = {}
        members: dict[int | None, list[int]] = {}
        for i, p in enumerate(places):
            (
                members.setdefault(p.index, []) if p.role in GROUPS else single.setdefault(p, [])
            ).append(i)
        groups = []
        for units in members.values():
            sides = [counts(i for i in units if places[i].sign == s) for s in (1, -1)]
            balanced = places[units[0]].role is Role.BALANCED
            groups.append(Group(sides[0], sides[1], balanced).normal())
        return cls(
            tuple(kinds),
            tuple(sorted(((p, counts(u)) for p, u in single.items()), key=lambda e: e[0].rank)),
            tuple(sorted(groups, key=_group_key)),
        )

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The places of all units in one of the type's orders."""
        pools = {k: [i for i, kind in enumerate(self.kinds) if kind == k] for k in set(self.kinds)}
        found: dict[int, Place] = {}
        listed = [e for e in self.single if ORDER[e[0].role] < ORDER[Role.CANCELLING]]
        for g, group in enumerate(self.groups):
            role = Role.BALANCED if group.balanced else Role.CANCELLING
            listed += [(Place(role, 1, g), group.same), (Place(role, -1, g), group.reversed)]
        listed += [e for e in self.single if ORDER[e[0].role] >= ORDER[Role.CANCELLING]]
        for place, counts in listed:
            for kind, count in enumerate(counts):
                for _ in range(count):
                    found[pools[kind].pop(0)] = place
        return normal_places([found[i] for i in range(len(self.kinds))])

    @property
    def orbit(self) -> int:
        """Number of different types that permuting interchangeable units makes of this one."""
        total = prod(map(factorial, Counter(self.kinds).values()))
        parts = [c for _, c in self.single]
        parts += [side for g in self.groups for side in (g.same, g.reversed)]
        total //= prod(factorial(n) for c in parts for n in c)
        total //= 2 ** sum(g.same == g.reversed for g in self.groups)
        return total // prod(map(factorial, Counter(self.groups).values()))

    def orders(self) -> Iterator[tuple[Place, ...]]:
        """Yield the places of all units in every different order."""
        blocks = [
            [i for i, k in enumerate(self.kinds) if k == kind] for kind in sorted(set(self.kinds))
        ]
        seen = set()
        for chosen in product(*(permutations(b) for b in blocks)):
            places: list[Place] = [self.places[0]] * len(self.kinds) if self.kinds else []
            for block, order in zip(blocks, chosen, strict=True):
                for i, k in zip(block, order, strict=True):
                    places[i] = self.places[k]
            normal = normal_places(places)
            if normal not in seen:
                seen.add(normal)
                yield normal

    def __str__(self) -> str:
        return f"[{', '.join(map(str, self.places))}]"


def _group_key(group: Group) -> tuple[object, ...]:
    return (-group.size, group.balanced, tuple(-n for n in (*group.same, *group.reversed)))


def normal_places(places: Sequence[Place]) -> tuple[Place, ...]:
    """Return places with groups numbered by, and oriented like, their first members."""
    first: dict[int | None, tuple[int, int]] = {}
    found = []
    for p in places:
        if p.role in GROUPS and p.sign is not None:
            number, sign = first.setdefault(p.index, (len(first), p.sign))
            p = Place(p.role, p.sign * sign, number)
        found.append(p)
    return tuple(found)


def types(
    kinds: Sequence[int],
    slots: Sequence[tuple[Place, frozenset[int]]],
    needed: int,
    *,
    orientations: int = 2,
    balancing: bool = False,
    one_group: bool = False,
) -> Iterator[Type]:
    """Yield every combinatorial type once, up to permutations of interchangeable units.

    Parameters
    ----------
    kinds : sequence of int
        The kind of every unit.
    slots : sequence of (Place, set of int)
        The places outside cancelling groups, and which kinds of units may take them.
    needed : int
        Number of folds or units of the truth; each must be taken.
    orientations : {1, 2}
        Whether members of a group may have opposite orientations.
    balancing : bool
        Whether a group whose two orientations cancel separately is a type of its own.
    one_group : bool
        Whether there is room for one cancelling group only.
    """
    size = max(kinds, default=-1) + 1
    total = tuple(Counter(kinds)[k] for k in range(size))

    def fill(
        k: int, left: Counts, chosen: tuple[tuple[Place, Counts], ...]
    ) -> Iterator[tuple[Counts, tuple[tuple[Place, Counts], ...]]]:
        if k == len(slots):
            yield left, chosen
            return
        place, allowed = slots[k]
        room = [range(n + 1) if kind in allowed else range(1) for kind, n in enumerate(left)]
        for counts in product(*room):
            rest = tuple(a - b for a, b in zip(left, counts, strict=True))
            yield from fill(k + 1, rest, (*chosen, (place, counts)) if any(counts) else chosen)

    for left, chosen in fill(0, total, ()):
        true = {p.index for p, _ in chosen if p.role in (Role.FOLD, Role.UNIT)}
        if len(true) < needed:
            continue
        single = tuple(sorted(chosen, key=lambda e: e[0].rank))
        for groups in _partitions(left, None, orientations, balancing):
            if not (one_group and len(groups) > 1):
                yield Type(tuple(kinds), single, tuple(sorted(groups, key=_group_key)))


def _partitions(
    left: Counts, bound: tuple[object, ...] | None, orientations: int, balancing: bool
) -> Iterator[tuple[Group, ...]]:
    """Yield the multisets of groups of at least two that use up so many units of each kind."""
    if not any(left):
        yield ()
        return
    for same in product(*(range(n + 1) for n in left)):
        room = [
            range(n - s + 1) if orientations == 2 else range(1)
            for n, s in zip(left, same, strict=True)
        ]
        for other in product(*room):
            if sum(same) + sum(other) < 2 or other > same:
                continue
            for balanced in (False, True):
                group = Group(same, other, balanced)
                key = _group_key(group)
                if bound is not None and key < bound:
                    continue
                if balanced and not (balancing and sum(same) >= 2 and sum(other) >= 2):
                    continue
                rest = tuple(a - b - c for a, b, c in zip(left, same, other, strict=True))
                for more in _partitions(rest, key, orientations, balancing):
                    yield (group, *more)
