"""The whitelist parser: the only way from text to mathematics.

Grammar: numbers (``3``, ``0.25``, ``1e-3``, all read as exact rationals), names, ``+ - * / **``,
brackets, and calls of the functions in `FUNCTIONS`. Nothing is ever evaluated as Python.
"""

import ast
import re
from collections.abc import Callable, Iterable

import sympy

from slt_symbolic.expressions.text import (
    MAX_DECIMAL_EXPONENT,
    MAX_DIGITS,
    ExpressionError,
    check_characters,
    check_text,
    small_exponent,
)
from slt_symbolic.expressions.tree import CONSTANTS, FUNCTIONS, Builder, decimal

__all__ = ["CONSTANTS", "FUNCTIONS", "ExpressionError", "parse_expression", "parse_rational"]

_RATIONAL = re.compile(
    r"\s*(?P<sign>[+-]?)(?P<mantissa>\d+(?:\.\d*)?|\.\d+)(?:[eE](?P<exponent>[+-]?\d+))?"
    r"(?:\s*/\s*(?P<denominator>\d+))?\s*",
    re.ASCII,
)


def parse_expression(
    text: str,
    symbols: Iterable[str | sympy.Symbol] | None = None,
    *,
    functions: Iterable[str] | None = None,
) -> sympy.Expr:
    """Read an expression with exact numbers from a text that need not be trusted.

    Parameters
    ----------
    text : str
        The expression, in ASCII, a power written ``**``.
    symbols : iterable of str or sympy.Symbol, optional
        The names that may occur. A string makes a real symbol; a symbol is used as it is. By
        default every name becomes a real symbol. An empty iterable allows numbers only.
    functions : iterable of str, optional
        Names of the functions that may be called; all of `FUNCTIONS` by default.

    Returns
    -------
    sympy.Expr
        The expression as SymPy evaluates it. Decimal literals are exact: ``0.1`` is 1/10.

    Raises
    ------
    ExpressionError
        If the text is anything else, or too large: the message names the position and what is
        allowed.
    TypeError
        If `text` is not a string, or a symbol neither a string nor a symbol.
    ValueError
        If a declared symbol has the name of a function or of a constant, or two have the same name.

    Notes
    -----
    The text is checked as a whole, its length, its characters, the order of its tokens and its
    depth, before Python's ``ast`` groups it. Each operation is checked against limits on exponents
    and on sizes of integers before SymPy evaluates it. A value that is visibly infinite or not real
    is refused; an expression such as ``1/(x - 1)`` or ``sqrt(x)`` is accepted, and where it is
    meaningful is for the caller to know.

    Examples
    --------
    >>> from slt_symbolic.expressions import parse_expression
    >>> parse_expression("(a*b - 0.25)**2 / 2", ["a", "b"])
    (a*b - 1/4)**2/2
    >>> parse_expression("x.__class__")
    Traceback (most recent call last):
    ...
    slt_symbolic.expressions.ExpressionError: position 2, at '.__class__': a lone '.' is no
    number; attributes are not allowed
    """
    allowed = FUNCTIONS if functions is None else _chosen_functions(functions)
    declared = None if symbols is None else _declared_symbols(symbols)
    check_text(text, allowed)
    # In brackets, line breaks and leading spaces mean nothing to Python's tokenizer.
    source = "(" + re.sub(r"\s", " ", text) + ")"
    try:
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ExpressionError(f"not an expression: {error}", text) from error
    return Builder(text, source, declared, allowed).build(tree.body)


def parse_rational(text: str) -> sympy.Rational:
    """Read an exact rational number: ``-3``, ``1/4``, ``0.25``, ``1e-3``.

    Parameters
    ----------
    text : str
        An integer, a decimal or a fraction of integers, signed or not.

    Returns
    -------
    sympy.Rational
        The exact number.

    Raises
    ------
    ExpressionError
        If the text is anything else, the denominator is zero, or the number is too long.
    TypeError
        If `text` is not a string.

    Examples
    --------
    >>> from slt_symbolic.expressions import parse_rational
    >>> parse_rational("0.25"), parse_rational("-6/4")
    (1/4, -3/2)
    """
    check_characters(text)
    match = _RATIONAL.fullmatch(text)
    denominator = match and match["denominator"]
    if match is None or (
        denominator and not (match["mantissa"].isdigit() and not match["exponent"])
    ):
        raise ExpressionError("a rational number is written like -3, 1/4, 0.25 or 1e-3", text, 0)
    if max(len(match["mantissa"]), len(denominator or "")) > MAX_DIGITS:
        raise ExpressionError(f"a number has at most {MAX_DIGITS} digits", text, 0)
    exponent = match["exponent"] or "0"
    if not small_exponent(exponent):
        raise ExpressionError(f"a decimal exponent is at most {MAX_DECIMAL_EXPONENT}", text, 0)
    if denominator and not int(denominator):
        raise ExpressionError("division by zero", text, match.start("denominator"))
    value = decimal(match["mantissa"], int(exponent)) / int(denominator or "1")
    return -value if match["sign"] == "-" else value


def _chosen_functions(names: Iterable[str]) -> dict[str, Callable[..., sympy.Expr]]:
    chosen = set(names)
    if unknown := chosen - FUNCTIONS.keys():
        raise ValueError(f"unknown functions {sorted(unknown)}; known: {sorted(FUNCTIONS)}")
    return {name: FUNCTIONS[name] for name in chosen}


def _declared_symbols(symbols: Iterable[str | sympy.Symbol]) -> dict[str, sympy.Symbol]:
    if isinstance(symbols, str):
        raise TypeError(f"symbols must be an iterable of names, not the string {symbols!r}")
    declared: dict[str, sympy.Symbol] = {}
    for entry in symbols:
        if not isinstance(entry, str | sympy.Symbol):
            raise TypeError(f"a symbol must be a str or sympy.Symbol, not {type(entry).__name__}")
        symbol = sympy.Symbol(entry, real=True) if isinstance(entry, str) else entry
        if symbol.name in FUNCTIONS or symbol.name in CONSTANTS:
            raise ValueError(f"symbols: {symbol.name!r} already names a function or a constant")
        if declared.setdefault(symbol.name, symbol) != symbol:
            raise ValueError(f"symbols: two different symbols are named {symbol.name!r}")
    return declared
