"""Which branch of Max, Min and Abs an expression is on around a point."""

from __future__ import annotations

from collections.abc import Mapping

import sympy

from slt_symbolic.exact.balls import certain_sign
from slt_symbolic.exact.chamber import UndecidedError, WallError

_BRANCHING = (sympy.Max, sympy.Min, sympy.Abs)


def has_branches(expr: sympy.Expr) -> bool:
    """Whether an expression contains Max, Min or Abs."""
    return bool(expr.has(*_BRANCHING))


def active_branch(
    expr: sympy.Expr, point: Mapping[sympy.Symbol, sympy.Expr], *, walls: bool = False
) -> tuple[sympy.Expr, frozenset[sympy.Expr]]:
    """Return an expression without Max, Min and Abs that is equal around a point, and where.

    Parameters
    ----------
    expr : sympy.Expr
        The expression.
    point : mapping
        An exact number for every symbol.
    walls : bool
        Whether the point may lie where two branches meet; the result is then equal at the point
        only.

    Returns
    -------
    expr : sympy.Expr
        The branch.
    conditions : frozenset of sympy.Expr
        Expressions that are positive at the point; the branch holds where all are.

    Raises
    ------
    WallError
        If two branches meet at the point (unless ``walls``).
    UndecidedError
        If the order of two branches at the point cannot be told.

    Examples
    --------
    >>> x = sympy.Symbol("x", real=True)
    >>> active_branch(sympy.Max(0, 1 - x) ** 2, {x: sympy.Integer(0)})
    ((1 - x)**2, frozenset({1 - x}))
    """
    conditions: set[sympy.Expr] = set()

    def sign(e: sympy.Expr) -> int:
        at = sympy.expand(e.xreplace(point))
        found = certain_sign(at)
        if found is None:
            raise UndecidedError(f"the sign of {e} = {at} could not be told")
        if found == 0 and not walls:
            raise WallError(f"the point lies on the wall {e} = 0")
        if found and not e.is_number:
            conditions.add(found * e)
        return found

    def visit(e: sympy.Expr) -> sympy.Expr:
        if not has_branches(e):
            return e
        args = [visit(a) for a in e.args]
        if isinstance(e, sympy.Abs):
            return args[0] if sign(args[0]) >= 0 else -args[0]
        if isinstance(e, sympy.Max | sympy.Min):
            better = 1 if isinstance(e, sympy.Max) else -1
            # The winner first, without conditions between the losers.
            best = args[0]
            for a in args[1:]:
                before = set(conditions)
                best = a if sign(a - best) == better else best
                conditions.intersection_update(before)
            for a in args:
                if a != best:
                    sign(best - a)
            return best
        return e.func(*args)

    return visit(expr), frozenset(conditions)
