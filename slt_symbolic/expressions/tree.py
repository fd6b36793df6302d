"""Constructing half of the expression parser: from a syntax tree to SymPy objects.

The tree comes from Python's ``ast`` and is only read; nothing is compiled or run.
"""

import ast
from collections.abc import Callable

import sympy

from slt_symbolic.expressions.growth import GrowthGuard
from slt_symbolic.expressions.size import (
    SizeError,
    SizeGuard,
    check_exponential,
    check_power,
    check_product,
)
from slt_symbolic.expressions.text import ExpressionError

_MAX_ARGUMENTS = 8  # Max and Min compare all pairs

#: Functions that a text may call, all of one real argument but Max and Min.
FUNCTIONS: dict[str, Callable[..., sympy.Expr]] = {
    "Abs": sympy.Abs,
    "Max": sympy.Max,
    "Min": sympy.Min,
    "abs": sympy.Abs,
    "asinh": sympy.asinh,
    "atan": sympy.atan,
    "cos": sympy.cos,
    "cosh": sympy.cosh,
    "erf": sympy.erf,
    "exp": sympy.exp,
    "log": sympy.log,
    "relu": lambda z: sympy.Max(0, z),
    "sec": sympy.sec,
    "sech": sympy.sech,
    "sin": sympy.sin,
    "sinh": sympy.sinh,
    "sqrt": sympy.sqrt,
    "tan": sympy.tan,
    "tanh": sympy.tanh,
}
_VARIADIC = frozenset({"Max", "Min"})

#: Names of numbers. E = exp(1) is among them because SymPy prints it so.
CONSTANTS: dict[str, sympy.Expr] = {"pi": sympy.pi, "E": sympy.E}

# SymPy prints numbers under these names: taking them for symbols would be a silent error.
_NOT_SYMBOLS = frozenset({"I", "oo", "zoo", "nan"})


def decimal(mantissa: str, exponent: int) -> sympy.Rational:
    """Read a decimal literal exactly.

    Parameters
    ----------
    mantissa : str
        Digits, with a decimal point or not.
    exponent : int
        The power of ten.

    Returns
    -------
    sympy.Rational
        The number ``mantissa * 10**exponent``.
    """
    whole, _, fraction = mantissa.partition(".")
    shift = exponent - len(fraction)
    digits = int(whole + fraction)
    return sympy.Rational(digits * 10 ** max(shift, 0), 10 ** max(-shift, 0))


class Builder:
    """Turns a checked syntax tree into SymPy objects, one explicit constructor per node kind.

    Parameters
    ----------
    text : str
        The text as given, for messages.
    source : str
        The text as parsed: one bracket before it, positions otherwise the same.
    declared : dict of str to sympy.Symbol, or None
        The symbols that may occur; with None every name makes a real symbol.
    functions : dict of str to callable
        The functions that may be called.
    """

    def __init__(
        self,
        text: str,
        source: str,
        declared: dict[str, sympy.Symbol] | None,
        functions: dict[str, Callable[..., sympy.Expr]],
    ) -> None:
        self.text = text
        self.source = source
        self.declared = declared
        self.functions = functions
        self.guard = SizeGuard()
        self.growth = GrowthGuard()

    def build(self, node: ast.expr) -> sympy.Expr:
        """Build the expression of one node, within the size limits.

        Parameters
        ----------
        node : ast.expr
            A node of the tree of `source`.

        Returns
        -------
        sympy.Expr
            The expression.

        Raises
        ------
        ExpressionError
            If a node kind or a name is not allowed, or a value is too large, infinite or not real.
        """
        try:
            return self.guard.check(self._node(node))
        except ExpressionError:
            raise
        except SizeError as error:
            raise self._error(str(error), node) from error
        except (
            ArithmeticError,
            AttributeError,
            NotImplementedError,
            TypeError,
            ValueError,
        ) as error:
            # SymPy's own refusals, such as comparing in Max what has no order.
            raise self._error(f"SymPy cannot evaluate this: {error}", node) from error

    def _node(self, node: ast.expr) -> sympy.Expr:
        match node:
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self._sum(node)
            case ast.BinOp(op=ast.Mult() | ast.Div()):
                return self._product(node)
            case ast.BinOp(op=ast.Pow(), left=left, right=right):
                return self._power(self.build(left), self.build(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return sympy.Mul(-1, self.build(operand))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.build(operand)
            case ast.Constant():
                literal = self.source[node.col_offset : node.end_col_offset]
                mantissa, _, exponent = literal.lower().partition("e")
                return decimal(mantissa, int(exponent or "0"))
            case ast.Name(id=name):
                return self._name(name, node)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self._call(name, [self.build(argument) for argument in args], node)
        raise self._error(f"{type(node).__name__} is not allowed", node)

    def _error(self, reason: str, node: ast.expr) -> ExpressionError:
        return ExpressionError(reason, self.text, node.col_offset - 1)

    def _sum(self, node: ast.expr) -> sympy.Expr:
        # A sum of n terms is a tree of depth n to the left: walk it, and add once.
        terms: list[sympy.Expr] = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            term = self.build(node.right)
            terms.append(term if isinstance(node.op, ast.Add) else sympy.Mul(-1, term))
            node = node.left
        return sympy.Add(self.build(node), *reversed(terms))

    def _product(self, node: ast.expr) -> sympy.Expr:
        factors = self._factors(node, 0)
        check_product(factors)
        return sympy.Mul(*factors)

    def _factors(self, node: ast.expr, divisions: int) -> list[sympy.Expr]:
        # A divisor that is a product counts factor by factor, as SymPy has it when it prints
        # x/(4*(x + 1)): built as one object, 4*(x + 1) would be multiplied out.
        factors: list[list[sympy.Expr]] = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
            if isinstance(node.op, ast.Div):
                factors.append(self._factors(node.right, divisions + 1))
            else:
                factors.append([self._factor(node.right, divisions)])
            node = node.left
        factors.append([self._factor(node, divisions)])
        return [factor for group in reversed(factors) for factor in group]

    def _factor(self, node: ast.expr, divisions: int) -> sympy.Expr:
        factor = self.build(node)
        if divisions and factor.is_zero:
            raise self._error("division by zero", node)
        return self._power(factor, sympy.S.NegativeOne) if divisions % 2 else factor

    def _power(self, base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
        if base is sympy.E:
            check_exponential(exponent)
            self.growth.check_exponential(exponent)
        else:
            check_power(base, exponent)
            self.growth.check_power(base, exponent)
        return sympy.Pow(base, exponent)

    def _name(self, name: str, node: ast.expr) -> sympy.Expr:
        if name in CONSTANTS:
            return CONSTANTS[name]
        if self.declared is not None:
            if name not in self.declared:
                known = ", ".join(sorted(self.declared)) or "none"
                raise self._error(f"{name!r} is not declared; symbols: {known}", node)
            return self.declared[name]
        if name in _NOT_SYMBOLS:
            raise self._error(f"{name!r} is no real number; declare it to use it as a name", node)
        return sympy.Symbol(name, real=True)

    def _call(self, name: str, arguments: list[sympy.Expr], node: ast.expr) -> sympy.Expr:
        most = _MAX_ARGUMENTS if name in _VARIADIC else 1
        if len(arguments) > most:
            raise self._error(f"{name} takes at most {most} argument(s)", node)
        if name == "exp":
            check_exponential(*arguments)
        if name in ("exp", "sinh", "cosh"):
            self.growth.check_exponential(*arguments)
        elif name == "sqrt":
            check_power(arguments[0], sympy.S.Half)
        return self.functions[name](*arguments)
