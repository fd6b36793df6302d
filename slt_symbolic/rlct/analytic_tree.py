"""Analytic expressions as plain data, and back: what a certificate says about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from .certificate import encode
from .errors import NotPolynomialError
from .polynomials import to_polynomial

#: The functions that the checker can expand, by their names in certificates.
FUNCTIONS = (
    *("asin", "asinh", "atan", "atanh", "cos", "cosh", "erf", "exp", "log"),
    *("sin", "sinh", "tan", "tanh"),
)
_RECIPROCALS = {"sec": "cos", "sech": "cosh", "csc": "sin", "csch": "sinh", "cot": "tan"} | {
    "coth": "tanh"
}


def is_polynomial(expression: sympy.Expr, variables: Sequence[sympy.Symbol]) -> bool:
    """Say whether an expression is a polynomial with rational coefficients.

    Examples
    --------
    >>> from sympy.abc import x
    >>> is_polynomial(x**2 - 1, (x,)), is_polynomial(sympy.sin(x), (x,))
    (True, False)
    """
    try:
        to_polynomial(expression, variables, "K")
    except NotPolynomialError:
        return False
    return True


def tree_of(expression: sympy.Expr, variables: Sequence[sympy.Symbol]) -> list[Any]:
    """Return an expression as nested lists, polynomials over Q collected in leaves.

    The nodes are ``["poly", terms]``, ``["+", ...]``, ``["*", ...]``, ``["power", tree, "p/q"]``
    and ``[name, tree]`` for the functions in `FUNCTIONS`.

    Raises
    ------
    NotPolynomialError
        If the expression contains anything else.

    Examples
    --------
    >>> from sympy.abc import x
    >>> tree_of(sympy.sin(x) - x, (x,))
    ['+', ['poly', [['-1', [1]]]], ['sin', ['poly', [['1', [1]]]]]]
    """
    if is_polynomial(expression, variables):
        return ["poly", encode(to_polynomial(expression, variables, "K"))]
    if expression.is_Add or expression.is_Mul:
        # The polynomial part becomes one leaf.
        plain = [a for a in expression.args if is_polynomial(a, variables)]
        others = [a for a in expression.args if not is_polynomial(a, variables)]
        parts = [expression.func(*plain)] if plain else []
        sign = "+" if expression.is_Add else "*"
        return [sign, *(tree_of(p, variables) for p in [*parts, *others])]
    if expression.is_Pow and expression.exp.is_Rational:
        return ["power", tree_of(expression.base, variables), str(expression.exp)]
    name = getattr(expression.func, "__name__", "")
    if name in FUNCTIONS and len(expression.args) == 1:
        return [name, tree_of(expression.args[0], variables)]
    if name in _RECIPROCALS:
        return ["power", [_RECIPROCALS[name], tree_of(expression.args[0], variables)], "-1"]
    allowed = ", ".join(FUNCTIONS)
    raise NotPolynomialError(
        f"K must be built from rational numbers, {allowed} and roots; {expression} is not"
    )


def expression_of(tree: Any, variables: Sequence[sympy.Expr]) -> sympy.Expr:
    """Return a tree, its leaves polynomials, as an expression.

    Examples
    --------
    >>> from flint import Ordering, fmpq_mpoly_ctx
    >>> from sympy.abc import x
    >>> u = fmpq_mpoly_ctx.get(["u"], Ordering.lex).gen(0)
    >>> expression_of(["*", ["poly", u - 1], ["tanh", ["poly", u]]], (x,))
    (x - 1)*tanh(x)
    """
    kind, *arguments = tree
    if kind == "poly":
        terms = [
            sympy.Rational(str(c))
            * sympy.Mul(*(v ** int(e) for v, e in zip(variables, powers, strict=True)))
            for powers, c in arguments[0].terms()
        ]
        return sympy.Add(*terms)
    if kind == "power":
        return expression_of(arguments[0], variables) ** sympy.Rational(arguments[1])
    parts = [expression_of(a, variables) for a in arguments]
    if kind in ("+", "*"):
        return (sympy.Add if kind == "+" else sympy.Mul)(*parts)
    return getattr(sympy, kind)(*parts)
