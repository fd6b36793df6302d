"""One closed form of K, and where it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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

    Examples
    --------
    >>> w = sympy.Symbol("w", real=True)
    >>> piece = Piece(w**2 / 2, (Chamber(frozenset({w})),))
    >>> print(piece)
    w**2/2  on  w > 0
    """

    expr: sympy.Expr
    chambers: tuple[Chamber, ...]

    def closure_contains(self, point: Mapping[sympy.Symbol, sympy.Expr]) -> bool:
        """Whether all inequalities of one of the chambers hold weakly at an exact point."""
        return any(c.closure_contains(point) for c in self.chambers)

    def _repr_latex_(self) -> str:
        # Tables stand above: they show pieces, among other things.
        from slt_symbolic.tables import chamber_latex, form_latex

        where = " or ".join(map(chamber_latex, self.chambers))
        return f"$K = {form_latex(self.expr)}$ on {where}"

    def __str__(self) -> str:
        return f"{self.expr}  on  " + "  or  ".join(map(str, self.chambers))


def piecewise(pieces: Sequence[Piece]) -> sympy.Expr:
    """Return all forms as one expression, a ``Piecewise`` if there are several.

    Examples
    --------
    >>> x = sympy.Symbol("x", real=True)
    >>> piecewise(merged_pieces([(x, (x,)), (-x, (-x,))]))
    Piecewise((x, x >= 0), (-x, x <= 0))
    """
    if len(pieces) == 1:
        return pieces[0].expr
    branches = [
        (p.expr, sympy.Or(*(sympy.And(*(c >= 0 for c in ch.conditions)) for ch in p.chambers)))
        for p in pieces
    ]
    return sympy.Piecewise(*branches)


def merged_pieces(
    chambers: Iterable[tuple[sympy.Expr, tuple[sympy.Expr, ...]]],
) -> tuple[Piece, ...]:
    """Return the pieces that forms and their chambers' conditions make: one for each form.

    Examples
    --------
    >>> x, one = sympy.Symbol("x", real=True), sympy.Integer(1)
    >>> [len(p.chambers) for p in merged_pieces([(x, (x,)), (one, (x - 2,)), (x, (-1 - x,))])]
    [2, 1]
    """
    forms: dict[sympy.Expr, dict[Chamber, None]] = {}
    for expr, conditions in chambers:
        forms.setdefault(expr, {})[Chamber(frozenset(conditions))] = None
    return tuple(Piece(expr, tuple(found)) for expr, found in forms.items())
