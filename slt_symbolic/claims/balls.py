"""Rigorous evaluation of exact SymPy expressions in ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import flint
import sympy
from flint import acb, arb, fmpq

__all__ = ["NoBallError", "ball"]


class NoBallError(ValueError):
    """The expression holds something that this module cannot enclose."""


_FUNCTIONS: dict[type[sympy.Basic], Callable[[acb], acb]] = {
    sympy.exp: acb.exp,
    sympy.log: acb.log,
    sympy.sin: acb.sin,
    sympy.cos: acb.cos,
    sympy.tan: acb.tan,
    sympy.asin: acb.asin,
    sympy.acos: acb.acos,
    sympy.atan: acb.atan,
    sympy.sinh: acb.sinh,
    sympy.cosh: acb.cosh,
    sympy.tanh: acb.tanh,
    sympy.coth: acb.coth,
    sympy.asinh: acb.asinh,
    sympy.acosh: acb.acosh,
    sympy.atanh: acb.atanh,
    sympy.erf: acb.erf,
    sympy.erfc: acb.erfc,
    sympy.gamma: acb.gamma,
    sympy.Abs: lambda z: acb(abs(z)),
}

_CONSTANTS: dict[sympy.Expr, Callable[[], acb]] = {
    sympy.I: lambda: acb(0, 1),
    sympy.pi: lambda: acb(arb.pi()),
    sympy.E: lambda: acb(arb.const_e()),
    sympy.EulerGamma: lambda: acb(arb.const_euler()),
    sympy.Catalan: lambda: acb(arb.const_catalan()),
}


def ball(
    expr: sympy.Expr, at: Mapping[sympy.Symbol, sympy.Rational] | None = None, *, bits: int = 128
) -> acb:
    """Enclose the value of an exact expression at an exact point.

    Parameters
    ----------
    expr
        SymPy expression without floating-point numbers.
    at
        Rational value of each free symbol.
    bits
        Working precision.

    Returns
    -------
    flint.acb
        A ball that contains the value; not finite where the expression is not defined, or where
        the precision does not separate a denominator from zero.

    Raises
    ------
    NoBallError
        If a symbol has no value or a function is not in the table of this module.

    Examples
    --------
    >>> ball(sympy.sqrt(2) ** sympy.pi).real.str(20, radius=False)
    '2.9706864235520193362'
    """
    point = dict(at or {})
    with flint.ctx.workprec(bits):
        return _ball(expr, point)


def _ball(expr: sympy.Expr, at: Mapping[sympy.Symbol, sympy.Rational]) -> acb:
    if expr.is_Rational:
        return acb(fmpq(int(expr.p), int(expr.q)))
    if expr in at:
        return _ball(at[expr], {})
    if expr in _CONSTANTS:
        return _CONSTANTS[expr]()
    if expr.is_Add:
        return sum((_ball(a, at) for a in expr.args), acb(0))
    if expr.is_Mul:
        product = acb(1)
        for argument in expr.args:
            product *= _ball(argument, at)
        return product
    if expr.is_Pow:
        return _power(expr, at)
    if isinstance(expr, sympy.Max | sympy.Min):
        return _extremum(expr, at)
    function = _FUNCTIONS.get(type(expr))
    if function is None:
        raise NoBallError(f"no enclosure is known for {expr.func} in {expr}")
    return function(_ball(expr.args[0], at))


def _power(expr: sympy.Pow, at: Mapping[sympy.Symbol, sympy.Rational]) -> acb:
    base, exponent = _ball(expr.base, at), expr.exp
    if exponent.is_Integer:
        return base ** int(exponent)
    if exponent == sympy.S.Half:
        return base.sqrt()
    return base ** _ball(exponent, at)


def _extremum(expr: sympy.Expr, at: Mapping[sympy.Symbol, sympy.Rational]) -> acb:
    values = [_ball(a, at) for a in expr.args]
    if not all(v.imag.is_zero() for v in values):
        raise NoBallError(f"Max and Min need real arguments, got {expr}")
    choose = arb.max if isinstance(expr, sympy.Max) else arb.min
    result = values[0].real
    for value in values[1:]:
        result = choose(result, value.real)
    return acb(result)
