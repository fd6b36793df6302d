"""What all strata answer, however they were found."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import sympy

from slt_symbolic.true_set.types import Place

Values = dict[sympy.Symbol, sympy.Expr]


@dataclass(frozen=True, eq=False, repr=False)
class Piece(ABC):
    """A smooth piece of W0, the graph of some parameters over free ones.

    Parameters
    ----------
    places : tuple of Place
        What each unit does there.
    """

    places: tuple[Place, ...]

    @property
    @abstractmethod
    def orbit(self) -> int:
        """Number of pieces that permuting interchangeable units makes of this one."""

    @property
    @abstractmethod
    def free(self) -> tuple[sympy.Symbol, ...]:
        """Parameters that vary freely, subject to the conditions."""

    @property
    @abstractmethod
    def dependent(self) -> Values:
        """The other parameters as expressions in the free ones."""

    @property
    @abstractmethod
    def positive(self) -> tuple[sympy.Expr, ...]:
        """Conditions p > 0."""

    @property
    @abstractmethod
    def nonnegative(self) -> tuple[sympy.Expr, ...]:
        """Conditions p ≥ 0."""

    @property
    @abstractmethod
    def nonzero(self) -> tuple[sympy.Expr, ...]:
        """Conditions p ≠ 0."""

    @property
    @abstractmethod
    def fisher_rank(self) -> int | None:
        """Rank of the Fisher information at almost every point, None if not known."""

    @abstractmethod
    def point(self, seed: int = 0) -> Values:
        """Return an exact point."""

    def points(self, seed: int = 0) -> tuple[Values, ...]:
        """Return exact points, one in each part of the piece that is known to differ from others.

        Where a silent unit may lie on either side, say, λ and the Fisher rank differ between parts.
        """
        return (self.point(seed),)

    @property
    def dimension(self) -> int:
        """Number of free parameters.

        The parametrisation is injective: free parameters are coordinates of the point, and a free
        scale is the ratio of two of its weight vectors.
        """
        return len(self.free)

    @property
    def is_manifold_there(self) -> bool | None:
        """Whether W0 is, near almost every point, this stratum and K is Morse–Bott there.

        Notes
        -----
        W0 is the zero set of w ↦ f(·, w) − f0, a C¹ map into L² with Fisher rank many independent
        derivatives. So near a point it lies in a manifold of dimension parameters − rank. If the
        stratum has this dimension it is all of W0 there. Otherwise W0 may or may not be a
        manifold, but K is not Morse–Bott along this stratum. None if the rank is not known.
        """
        if self.fisher_rank is None:
            return None
        return self.dimension + self.fisher_rank == self.ambient

    @property
    @abstractmethod
    def ambient(self) -> int:
        """Number of parameters of the model."""

    def conditions(self) -> tuple[sympy.Basic, ...]:
        """Return the conditions as SymPy relations."""
        return (
            *(p > 0 for p in self.positive),
            *(p >= 0 for p in self.nonnegative),
            *(sympy.Ne(p, 0) for p in self.nonzero),
        )

    @property
    def equations(self) -> tuple[sympy.Expr, ...]:
        """What vanishes on the piece: each dependent parameter minus its expression."""
        return tuple(p - e for p, e in self.dependent.items())

    def _repr_latex_(self) -> str:
        # Tables stand above: they show strata, among other things.
        from slt_symbolic.tables import escape, stratum_latex

        kind = escape(", ".join(map(str, self.places)))
        return rf"[{kind}] dim ${self.dimension}$: {stratum_latex(self)}"

    def __str__(self) -> str:
        kind = ", ".join(map(str, self.places))
        equations = ", ".join(f"{k} = {v}" for k, v in sorted(self.dependent.items(), key=str))
        where = ", ".join(map(_text, self.conditions()))
        return (
            f"[{kind}] dim {self.dimension}: {equations or 'all free'}"
            + (f"; {where}" if where else "")
            + (f"  ({self.orbit} of them)" if self.orbit > 1 else "")
        )


def _text(condition: sympy.Expr) -> str:
    if isinstance(condition, sympy.Ne):
        return f"{condition.lhs} != {condition.rhs}"
    return str(condition)
