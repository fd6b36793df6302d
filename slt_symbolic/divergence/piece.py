"""One closed form of K, and where it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy

from slt_symbolic.exact.chamber import Chamber


@dataclass(frozen=True)
class Piece:
    """One closed form of K and where it holds.

    Parameters
    ----------
    expr : sympy.Expr
        K as an expression in the parameters.
    chambers : tuple of Chamber
        Open chambers; by continuity the form holds on their closures.
    """

    expr: sympy.Expr
    chambers: tuple[Chamber, ...]

    def closure_contains(self, point: Mapping[sympy.Symbol, sympy.Expr]) -> bool:
        """Whether all inequalities of one of the chambers hold weakly at an exact point."""
        return any(c.closure_contains(point) for c in self.chambers)

    def __str__(self) -> str:
        return f"{self.expr}  on  " + "  or  ".join(map(str, self.chambers))
