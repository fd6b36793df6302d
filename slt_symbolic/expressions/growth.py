"""Bounds on the numbers that towers of functions name, before SymPy computes with them.

SymPy evaluates what it compares: to order ``Max(0, tan(cosh(10**50)))`` it would compute pi to
10**50 digits. Each constant subexpression therefore carries a ball, and what grows exponentially
is refused before it is built if its number could be beyond ``2**MAX_LOG2``.
"""

from collections.abc import Callable

import sympy
from flint import acb, arb, ctx, fmpq

from slt_symbolic.expressions.size import SizeError

MAX_LOG2 = 65_536  # binary digits before the point, of a constant
_PRECISION = 128

_BALLS: dict[str, Callable[[arb], arb]] = {
    "asinh": arb.asinh,
    "atan": arb.atan,
    "cos": arb.cos,
    "cosh": arb.cosh,
    "erf": lambda z: acb(z).erf().real,
    "exp": arb.exp,
    "log": arb.log,
    "sec": arb.sec,
    "sech": arb.sech,
    "sin": arb.sin,
    "sinh": arb.sinh,
    "tan": arb.tan,
    "tanh": arb.tanh,
    "Abs": abs,
}


class GrowthGuard:
    """Balls of constant subexpressions, each computed once.

    Examples
    --------
    >>> guard = GrowthGuard()
    >>> guard.check_exponential(sympy.Integer(1000))
    >>> guard.check_exponential(sympy.Integer(10)**50)
    Traceback (most recent call last):
    ...
    slt_symbolic.expressions.size.SizeError: a number may have more than 65536 binary digits
    """

    def __init__(self) -> None:
        self._balls: dict[sympy.Basic, arb | None] = {}

    def check_exponential(self, argument: sympy.Expr) -> None:
        """Refuse exp, sinh and cosh of a number that is large, or cannot be bounded.

        Parameters
        ----------
        argument : sympy.Expr
            A finished expression; one with symbols passes.

        Raises
        ------
        SizeError
            With the reason.
        """
        ball = self.ball(argument)
        if ball is not None:
            _require_small(ball / arb(2).log())

    def check_power(self, base: sympy.Expr, exponent: sympy.Expr) -> None:
        """Refuse a power of numbers that is large, or cannot be bounded.

        Parameters
        ----------
        base, exponent : sympy.Expr
            Finished expressions; ones with symbols pass.

        Raises
        ------
        SizeError
            With the reason.
        """
        below, above = self.ball(base), self.ball(exponent)
        if below is None or above is None or (exponent.is_Rational and base.is_Rational):
            return  # rational numbers have limits of their own
        with ctx.workprec(_PRECISION):
            size = abs(below)
            if exponent.is_Rational and size.contains(0):
                return
            _require_small(above * size.log() / arb(2).log())

    def ball(self, expr: sympy.Basic) -> arb | None:
        """Return a ball that contains a constant, perhaps the whole line; None with symbols.

        Parameters
        ----------
        expr : sympy.Basic
            A finished expression, of bounded depth.
        """
        if expr not in self._balls:
            with ctx.workprec(_PRECISION):
                self._balls[expr] = self._found(expr)
        return self._balls[expr]

    def _found(self, expr: sympy.Basic) -> arb | None:
        parts = [self.ball(argument) for argument in expr.args]
        known = [part for part in parts if part is not None]
        if expr.is_Symbol or len(known) < len(parts):
            return None
        if expr.is_Rational:
            return arb(fmpq(int(expr.p), int(expr.q)))
        if expr.is_Add:
            return sum(known, arb(0))
        if expr.is_Mul:
            product = arb(1)
            for part in known:
                product *= part
            return product
        if expr is sympy.pi:
            return arb.pi()
        if expr is sympy.E:
            return arb.const_e()
        if isinstance(expr, sympy.exp):
            return known[-1].exp()
        if expr.is_Pow:
            return known[0] ** known[1]
        if expr.is_Function and expr.func.__name__ in _BALLS and len(known) == 1:
            return _BALLS[expr.func.__name__](known[0])
        if isinstance(expr, sympy.Max | sympy.Min):
            first = known[0]
            for part in known[1:]:
                first = first.max(part) if isinstance(expr, sympy.Max) else first.min(part)
            return first
        return arb("0 +/- inf")


def _require_small(logarithm: arb) -> None:
    if not abs(logarithm) <= MAX_LOG2:
        raise SizeError(f"a number may have more than {MAX_LOG2} binary digits")
