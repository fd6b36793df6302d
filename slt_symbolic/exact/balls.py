"""Balls around the values of real expressions: a small evaluator over a whitelist of functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce

import sympy
from flint import arb, ctx, fmpq

from slt_symbolic.exact.numbers import RealField

MAX_PRECISION = 1 << 14

#: Functions of one real argument that have a ball.
BALL_FUNCTIONS: dict[type[sympy.Function], Callable[[arb], arb]] = {
    sympy.Abs: lambda z: abs(z),
    sympy.acos: lambda z: z.acos(),
    sympy.asin: lambda z: z.asin(),
    sympy.atan: lambda z: z.atan(),
    sympy.cos: lambda z: z.cos(),
    sympy.cosh: lambda z: z.cosh(),
    sympy.erf: lambda z: z.erf(),
    sympy.erfc: lambda z: z.erfc(),
    sympy.exp: lambda z: z.exp(),
    sympy.log: lambda z: z.log(),
    sympy.sin: lambda z: z.sin(),
    sympy.sinh: lambda z: z.sinh(),
    sympy.tanh: lambda z: z.tanh(),
}


class NoBallError(ValueError):
    """An expression contains something that has no ball here, or no real value."""


def enclose(
    expr: sympy.Expr,
    values: Mapping[sympy.Symbol, sympy.Expr] | None = None,
    *,
    digits: int = 30,
) -> arb:
    """Return a ball around a real expression at an exact point.

    Parameters
    ----------
    expr : sympy.Expr
        Built from exact numbers, symbols, arithmetic and the functions in ``BALL_FUNCTIONS``,
        ``Max`` and ``Min``.
    values : mapping, optional
        An exact number for every symbol.
    digits : int
        The ball is good to this many digits, relative to the value; relative to 1 if the value
        is smaller than ``10**-digits``.

    Raises
    ------
    NoBallError
        If the expression contains something else, or is not finite and real at the point.
    ArithmeticError
        If that accuracy takes more than 16384 bits.

    Examples
    --------
    >>> x = sympy.Symbol("x", real=True)
    >>> enclose(sympy.tanh(x) ** 2 / 2, {x: sympy.Rational(1, 2)}, digits=15)
    [0.10677...]
    """
    if isinstance(digits, bool) or not isinstance(digits, int) or digits < 1:
        raise ValueError(f"digits must be a positive int, got {digits!r}")
    point = dict(values or {})
    wanted = int(digits * 3.33) + 2
    precision = ctx.prec
    try:
        ctx.prec = wanted + 16
        while True:
            value = ball(expr, point)
            if value.is_finite():
                if value.rel_accuracy_bits() >= wanted:
                    return value
                # Too small to tell from zero: the same number of digits, absolutely.
                if abs(value) < arb(10) ** -digits:
                    return value
            if ctx.prec * 2 > MAX_PRECISION:
                if value.is_finite():
                    raise ArithmeticError(f"{digits} digits need more than {MAX_PRECISION} bits")
                raise NoBallError(f"{expr} is not finite and real at {point}")
            ctx.prec *= 2
    finally:
        ctx.prec = precision


def certain_sign(expr: sympy.Expr) -> int | None:
    """Return the sign of a real number, or None if its balls never exclude zero.

    Examples
    --------
    >>> certain_sign(sympy.tanh(1) - 1), certain_sign(sympy.sin(1)**2 + sympy.cos(1)**2 - 1)
    (-1, None)
    """
    if expr.is_Rational:
        return int(sympy.sign(expr))
    precision = ctx.prec
    try:
        ctx.prec = 64
        while ctx.prec <= MAX_PRECISION >> 2:
            value = ball(expr, {})
            if value > 0:
                return 1
            if value < 0:
                return -1
            ctx.prec *= 4
    finally:
        ctx.prec = precision
    return 0 if expr.is_algebraic and sympy.simplify(expr) == 0 else None


def ball(expr: sympy.Expr, values: Mapping[sympy.Symbol, sympy.Expr | arb]) -> arb:
    """Return a ball at the working precision, shared subexpressions once."""
    known: dict[sympy.Basic, arb] = {}

    def visit(e: sympy.Expr) -> arb:
        if e not in known:
            known[e] = _node(e)
        return known[e]

    def _node(e: sympy.Expr) -> arb:
        if e.is_Rational:
            return arb(fmpq(int(e.p), int(e.q)))
        if e.is_Symbol:
            if e not in values:
                raise NoBallError(f"values must give a number to {e}")
            value = values[e]
            return value if isinstance(value, arb) else visit(value)
        if e is sympy.pi:
            return arb.pi()
        if e is sympy.E:
            return arb.const_e()
        if e.is_Add:
            return sum(map(visit, e.args), arb(0))
        if e.is_Mul:
            return reduce(lambda a, b: a * b, map(visit, e.args))
        if e.is_Pow and e.exp.is_Rational:
            return _power(visit(e.base), e.exp)
        if isinstance(e, sympy.Max | sympy.Min):
            name = "max" if isinstance(e, sympy.Max) else "min"
            return reduce(lambda a, b: getattr(a, name)(b), map(visit, e.args))
        if e.func in BALL_FUNCTIONS:
            return BALL_FUNCTIONS[e.func](visit(e.args[0]))
        if e.is_number and e.is_algebraic and e.is_extended_real:
            field = RealField.containing([e])
            return field.enclose(field.element(e))
        raise NoBallError(f"{e.func.__name__} has no ball: {e}")

    return visit(expr)


def _power(base: arb, exponent: sympy.Rational) -> arb:
    p, q = int(exponent.p), int(exponent.q)
    if q == 1:
        return base**p
    if q == 2:
        return base.sqrt() ** p
    return base.root(q) ** p
