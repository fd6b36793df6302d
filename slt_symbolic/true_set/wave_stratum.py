"""A stratum of W0 of a network of sines or cosines."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import sympy

from slt_symbolic.exact.chamber import UndecidedError
from slt_symbolic.true_set.piece import Piece, Values

TRIES = 40


@dataclass(frozen=True, eq=False, repr=False)
class WaveStratum(Piece):
    """A smooth piece of W0, with the phases of each frequency aligned or not.

    Parameters
    ----------
    places : tuple of Place
        What each unit does there; signs are those of the weights, along the truth's frequency or
        that of the group's first member.
    charts : tuple of int or None
        For each unit with a frequency shared by the truth or a group: 0 if all of its phases agree
        modulo π, otherwise which of its units, counted from 0, is the first whose phase is not
        the first one's. None for others.
    solved : dict
        Dependent parameters as expressions in the free ones and in integers.
    different : tuple of sympy.Expr
        What must not vanish.
    parameters : tuple of sympy.Symbol
        The model's parameters.
    turns : tuple of sympy.Symbol
        The integers: every choice of them is one piece of the same form.
    rank : int
        Rank of the Fisher information at almost every point.
    """

    charts: tuple[int | None, ...]
    solved: Values
    different: tuple[sympy.Expr, ...]
    parameters: tuple[sympy.Symbol, ...]
    turns: tuple[sympy.Symbol, ...]
    rank: int

    @property
    def orbit(self) -> int:
        """1: units are listed in every order."""
        return 1

    @property
    def free(self) -> tuple[sympy.Symbol, ...]:
        """Parameters that vary freely, subject to the conditions."""
        return tuple(p for p in self.parameters if p not in self.solved)

    @property
    def dependent(self) -> Values:
        """Parameters as expressions in the free ones and in the integers ``turns``."""
        return dict(self.solved)

    @property
    def positive(self) -> tuple[sympy.Expr, ...]:
        """No conditions of this form."""
        return ()

    @property
    def nonnegative(self) -> tuple[sympy.Expr, ...]:
        """No conditions of this form."""
        return ()

    @property
    def nonzero(self) -> tuple[sympy.Expr, ...]:
        """Conditions p ≠ 0 on the free parameters."""
        return self.different

    @property
    def fisher_rank(self) -> int:
        """Rank of the Fisher information at almost every point, by counting.

        Notes
        -----
        With n inputs a frequency gives sin, cos and their products with the inputs: 2 + n scores
        where all phases agree, 2 + 2n otherwise. A silent unit gives one, all units without
        weights give n together, and the output bias one.
        """
        return self.rank

    @property
    def ambient(self) -> int:
        """Number of parameters of the model."""
        return len(self.parameters)

    def point(self, seed: int = 0) -> Values:
        """Return an exact point, random in its free parameters; all integers are 0.

        Raises
        ------
        UndecidedError
            If no point was found that satisfies the conditions.
        """
        rng = Random(seed)  # noqa: S311 - sample points, nothing secret
        none = dict.fromkeys(self.turns, sympy.S.Zero)
        for _ in range(TRIES):
            at = {p: sympy.Rational(rng.randint(1, 14), 7) for p in self.free}
            if all(e.subs(none).subs(at).is_zero is False for e in self.different):
                return {p: self.solved.get(p, p).subs(none).subs(at) for p in self.parameters}
        raise UndecidedError(f"no point found of {', '.join(map(str, self.places))}")
