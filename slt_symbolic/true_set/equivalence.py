"""Do two networks compute the same function: the transformation between them, or a witness."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from slt_symbolic.inputs import FiniteSample, InputDistribution
from slt_symbolic.networks import TwoLayer
from slt_symbolic.true_set.canonical import normalise
from slt_symbolic.true_set.evaluation import common_field, value_at_point
from slt_symbolic.true_set.measure import representing_measure
from slt_symbolic.true_set.moves import Kind, Move, MoveError, State
from slt_symbolic.true_set.witness import find_witness


@dataclass(frozen=True)
class Equivalence:
    """The answer of :func:`equivalent`, with what proves it.

    Parameters
    ----------
    first, second : TwoLayer
        The networks.
    inputs : InputDistribution or None
        Where they are compared.
    moves : tuple of Move or None
        Elementary moves that lead from the first to the second; None if they differ, and on a
        finite sample, where values at the points are compared.
    witness : tuple of sympy.Expr or None
        A point at which they differ; None if they do not.
    """

    first: TwoLayer
    second: TwoLayer
    inputs: InputDistribution | None
    moves: tuple[Move, ...] | None
    witness: tuple[sympy.Expr, ...] | None

    def __bool__(self) -> bool:
        return self.witness is None

    @property
    def is_equivalent(self) -> bool:
        """Whether the networks agree on the domain (almost everywhere)."""
        return self.witness is None

    def states(self) -> tuple[State, ...]:
        """Return the networks from first to second, each move verified as it is made."""
        field = common_field([self.first, self.second], self.inputs)
        states = [State.of(self.first, field, self.inputs)]
        for move in self.moves or ():
            states.append(states[-1].after(move))
        return tuple(states)

    def check(self) -> bool:
        """Verify the answer again: replay the moves, or evaluate at the witness.

        Raises
        ------
        MoveError
            If a move is not an identity of functions, or they do not lead to the second network.
        ValueError
            If the networks do not differ at the witness.
        """
        field = common_field([self.first, self.second], self.inputs, self.witness or ())
        if self.witness is not None:
            x = [field.element(c) for c in self.witness]
            values = (value_at_point(n, x, field) for n in (self.first, self.second))
            if (next(values) - next(values)).is_zero:
                raise ValueError(f"the networks agree at {self.witness}")
        elif isinstance(self.inputs, FiniteSample):
            if _differing_point(self.first, self.second, self.inputs) is not None:
                raise ValueError("the networks differ at a point of the sample")
        elif not self.states()[-1].equals(State.of(self.second, field, self.inputs)):
            raise MoveError("the moves do not lead to the second network")
        return True

    def __str__(self) -> str:
        if self.witness is not None:
            point = ", ".join(f"x{k} = {c}" for k, c in enumerate(self.witness, start=1))
            return f"different functions, for instance at {point}"
        if not self.moves:
            return "the same function"
        return "the same function: " + "; ".join(map(str, self.moves))


def equivalent(
    first: TwoLayer, second: TwoLayer, inputs: InputDistribution | None = None
) -> Equivalence:
    """Decide exactly whether two networks compute the same function.

    Parameters
    ----------
    first, second : TwoLayer
        Networks with one activation and the same number of inputs, of any widths, without
        parameters and constants.
    inputs : InputDistribution, optional
        The comparison is on the support of this law; by default on all of R^n.

    Returns
    -------
    Equivalence
        True or false as a bool. If the same, elementary moves from the first to the second
        (scaling, reversal of orientation, merging, splitting, dropping and inserting units that
        are polynomials on the domain, permutation), each verified as an identity of functions. If
        different, an exact point of the domain, rational except on a finite sample, where they
        are proved to differ.

    Raises
    ------
    ValueError
        If activations or numbers of inputs differ, or a network has symbols.
    UndecidedError
        If equality hangs on a transcendental constant that balls do not tell from zero.

    Notes
    -----
    Networks are the same when their representing measures are (see
    :mod:`slt_symbolic.true_set.measure`), "almost everywhere" for discontinuous activations.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> from slt_symbolic.networks import Unit
    >>> first = TwoLayer(RELU, [Unit(1, (2,), -2), Unit(1, (-1,), 0)])
    >>> second = TwoLayer(RELU, [Unit(1, (-2,), 2), Unit(-1, (-1,), 0), Unit(2, (1,), 0)], -2)
    >>> answer = equivalent(first, second)
    >>> print(answer)
    the same function: rescale unit 1; reverse the orientation of unit 2; split unit 2 into ...
    >>> answer.check()
    True
    >>> print(equivalent(first, TwoLayer(RELU, second.units, -1)))
    different functions, for instance at x1 = 17/32
    """
    field = common_field([first, second], inputs)
    if isinstance(inputs, FiniteSample):
        return Equivalence(first, second, inputs, None, _differing_point(first, second, inputs))
    ours, theirs = (representing_measure(n, field, inputs) for n in (first, second))
    difference = ours - theirs
    if not difference.is_zero:
        witness = find_witness(first, second, difference, field, inputs)
        return Equivalence(first, second, inputs, None, witness)
    start, forth = normalise(State.of(first, field, inputs))
    end, back = normalise(State.of(second, field, inputs))
    moves = list(forth)
    if start.units != end.units:
        # Only where several units share a hyperplane and no scaling makes them one.
        moves.append(
            Move(Kind.EXCHANGE, tuple(enumerate(start.units)), tuple(enumerate(end.units)))
        )
    moves += [move.inverse() for move in reversed(back)]
    return Equivalence(first, second, inputs, _without_detours(moves), None)


def _without_detours(moves: list[Move]) -> tuple[Move, ...]:
    """Cancel moves that are undone at once."""
    kept: list[Move] = []
    for move in moves:
        if kept and kept[-1] == move.inverse():
            kept.pop()
        else:
            kept.append(move)
    return tuple(kept)


def _differing_point(
    first: TwoLayer, second: TwoLayer, sample: FiniteSample
) -> tuple[sympy.Expr, ...] | None:
    field = common_field([first, second], sample)
    for point in dict.fromkeys(sample.points):
        x = [field.element(c) for c in point]
        if not (value_at_point(first, x, field) - value_at_point(second, x, field)).is_zero:
            return tuple(point)
    return None
