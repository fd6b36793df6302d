"""A stratum of W0 found by elimination."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from slt_symbolic.true_set.constraints import Constraints
from slt_symbolic.true_set.piece import Piece, Values


@dataclass(frozen=True, eq=False, repr=False)
class EliminatedStratum(Piece):
    """A piece of W0 found by elimination.

    Parameters
    ----------
    places : tuple of Place
        What each unit does there; signs are those of the weights.
    solved : Constraints
        The equations, solved, and the conditions.
    sample : dict
        One exact point.
    parameters : tuple of sympy.Symbol
        The model's parameters.
    """

    solved: Constraints
    sample: Values
    parameters: tuple[sympy.Symbol, ...]

    @property
    def orbit(self) -> int:
        """1: units are not exchanged here."""
        return 1

    @property
    def fisher_rank(self) -> int | None:
        """None: there is no count for models of this form."""
        return None

    @property
    def ambient(self) -> int:
        """Number of parameters of the model."""
        return len(self.parameters)

    @property
    def free(self) -> tuple[sympy.Symbol, ...]:
        """Parameters, and scales, that vary freely, subject to the conditions."""
        return self.solved.variables

    @property
    def dependent(self) -> Values:
        """The other parameters as expressions in the free ones."""
        return {v: e for v, e in self.solved.solved.items() if v in self.parameters}

    @property
    def positive(self) -> tuple[sympy.Expr, ...]:
        """Conditions p > 0."""
        return self.solved.positive

    @property
    def nonnegative(self) -> tuple[sympy.Expr, ...]:
        """Conditions p ≥ 0."""
        return self.solved.nonnegative

    @property
    def nonzero(self) -> tuple[sympy.Expr, ...]:
        """Conditions p ≠ 0."""
        return self.solved.nonzero

    def point(self, seed: int = 0) -> Values:
        """Return an exact point, the same for every seed: no other is known."""
        del seed
        return dict(self.sample)
