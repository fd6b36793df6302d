"""Elementary moves between networks that compute one function, and their exact verification.

A move replaces some units by others. It is valid if the difference of their functions is a
polynomial on the domain (affine, for all but polynomial activations), which is then added to the
polynomial that a state keeps beside its units. So each move is an identity of functions of few
units, checked on its own, and states from first to last have one function.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from slt_symbolic.activations import Activation
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set.collecting import Collector
from slt_symbolic.true_set.representation import RepresentingMeasure


class MoveError(ValueError):
    """A move does not fit the network, or would change its function."""


class Kind(StrEnum):
    """What a move does."""

    SCALE = "scale"
    FLIP = "flip"
    MERGE = "merge"
    SPLIT = "split"
    DROP = "drop"
    INSERT = "insert"
    PERMUTE = "permute"
    EXCHANGE = "exchange"


_INVERSE = {
    Kind.MERGE: Kind.SPLIT,
    Kind.SPLIT: Kind.MERGE,
    Kind.DROP: Kind.INSERT,
    Kind.INSERT: Kind.DROP,
}
_MEANING = {
    Kind.SCALE: "rescale unit {before}",
    Kind.FLIP: "reverse the orientation of unit {before}",
    Kind.MERGE: "merge units {before} into unit {after}",
    Kind.SPLIT: "split unit {before} into units {after}",
    Kind.DROP: "drop unit {before}, a polynomial on the domain",
    Kind.INSERT: "insert unit {after}, a polynomial on the domain",
    Kind.PERMUTE: "permute the units",
    Kind.EXCHANGE: "exchange units {before} for units {after} on the same hyperplanes",
}
Placed = tuple[tuple[int, Unit], ...]


@dataclass(frozen=True)
class Move:
    """Replace some units by others.

    Parameters
    ----------
    kind : Kind
        What it does.
    before, after : tuple of (int, Unit)
        Units taken away, with their positions in the old network, and units put in, with their
        positions in the new one (from 0).
    """

    kind: Kind
    before: Placed
    after: Placed

    def inverse(self) -> Move:
        """Return the move back."""
        return Move(_INVERSE.get(self.kind, self.kind), self.after, self.before)

    def __str__(self) -> str:
        before, after = (
            ", ".join(str(i + 1) for i, _ in units) for units in (self.before, self.after)
        )
        return _MEANING[self.kind].format(before=before, after=after)


@dataclass(frozen=True)
class State:
    """A network and a polynomial beside it, with exact scalars.

    Parameters
    ----------
    activation : Activation
        The units' σ.
    units : tuple of Unit
        The units.
    rest : RepresentingMeasure
        The polynomial part: constant, slope, monomials; no folds and no atoms.
    field : RealField
        Where the scalars live.
    domain : InputDistribution or None
        Where the function is looked at.
    """

    activation: Activation
    units: tuple[Unit, ...]
    rest: RepresentingMeasure
    field: RealField
    domain: InputDistribution | None

    @classmethod
    def of(cls, network: TwoLayer, field: RealField, domain: InputDistribution | None) -> State:
        """Return a network as a state: the polynomial is its output bias."""
        collector = Collector(network.activation, network.inputs, field, domain)
        collector.add_constant(field.element(network.output_bias))
        return cls(network.activation, network.units, collector.measure(), field, domain)

    def measure_of(self, units: Iterable[Unit]) -> RepresentingMeasure:
        """Return the representing measure of some units."""
        inputs = len(self.rest.slope)
        collector = Collector(self.activation, inputs, self.field, self.domain)
        for unit in units:
            q, *plane = self.elements(unit)
            collector.add(q, plane)
        return collector.measure()

    def elements(self, unit: Unit) -> tuple[Any, ...]:
        """Return a unit's readout, weights and bias as field elements."""
        return tuple(map(self.field.element, unit.entries()))

    def after(self, move: Move) -> State:
        """Return the state after a move.

        Raises
        ------
        MoveError
            If the move's units are not where it says, or the function would change.
        """
        taken = dict(move.before)
        units = [u for i, u in enumerate(self.units) if i not in taken]
        if any(i >= len(self.units) or self.units[i] != u for i, u in taken.items()):
            raise MoveError(f"cannot {move}: the units are not those of the move")
        for i, unit in sorted(move.after, key=lambda placed: placed[0]):
            if i > len(units):
                raise MoveError(f"cannot {move}: there is no position {i + 1}")
            units.insert(i, unit)
        rest = self.rest
        if move.kind is not Kind.PERMUTE or sorted(map(str, taken.values())) != sorted(
            str(u) for _, u in move.after
        ):
            left = self.measure_of(taken.values()) - self.measure_of(u for _, u in move.after)
            if left.folds or left.atoms:
                raise MoveError(f"cannot {move}: the function would change")
            rest = rest + left
        return State(self.activation, tuple(units), rest, self.field, self.domain)

    def equals(self, other: State) -> bool:
        """Whether units agree one by one, and polynomials as numbers.

        Raises
        ------
        UndecidedError
            If constants differ by a transcendental number that balls do not tell from zero.
        """
        return self.units == other.units and (self.rest - other.rest).is_zero
