"""From SymPy expressions to exact polynomials over Q, and the squares that an expression shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from .errors import NotPolynomialError


def ring(n: int) -> fmpq_mpoly_ctx:
    """Return Q[x0, ..., x(n-1)]."""
    return fmpq_mpoly_ctx.get([f"x{i}" for i in range(n)], Ordering.lex)


def to_fmpq(value: Any, what: str) -> fmpq:
    """Return an exact rational number.

    Raises
    ------
    NotPolynomialError
        For floats, irrational numbers and expressions.

    Examples
    --------
    >>> to_fmpq(sympy.Rational(1, 3), "point")
    1/3
    """
    if isinstance(value, (int, fmpq)) and not isinstance(value, bool):
        return fmpq(value)
    if isinstance(value, sympy.Rational):
        return fmpq(int(value.p), int(value.q))
    raise NotPolynomialError(f"{what} must be an exact rational number, not {value!r}")


def to_polynomial(expression: Any, variables: Sequence[sympy.Symbol], what: str) -> fmpq_mpoly:
    """Return a SymPy expression as a polynomial over Q in the variables, in their order.

    Raises
    ------
    NotPolynomialError
        If the expression has floats, other symbols, or is not a polynomial over Q.
    """
    allowed = f"{what} must be a polynomial in {tuple(variables)} with rational coefficients"
    if isinstance(expression, (int, fmpq)) and not isinstance(expression, bool):
        return ring(len(variables)).from_dict({(0,) * len(variables): fmpq(expression)})
    if not isinstance(expression, sympy.Expr):
        raise NotPolynomialError(f"{allowed}, not {expression!r}")
    if expression.has(sympy.Float):
        raise NotPolynomialError(f"{allowed}: floating point numbers are not exact")
    gens = dict(zip(variables, ring(len(variables)).gens(), strict=True))
    found = _evaluated(expression, gens, ring(len(variables)))
    if found is not None:
        return found
    try:
        poly = sympy.Poly(expression, *variables, domain=sympy.QQ)
    except sympy.PolynomialError as error:
        raise NotPolynomialError(f"{allowed}, not {expression}") from error
    except sympy.CoercionFailed as error:
        raise NotPolynomialError(f"{allowed}, not {expression}") from error
    terms = {powers: to_fmpq(sympy.Rational(c), what) for powers, c in poly.terms()}
    return ring(len(variables)).from_dict(terms)


def _evaluated(
    expression: Any, gens: dict[sympy.Symbol, fmpq_mpoly], ctx: fmpq_mpoly_ctx
) -> fmpq_mpoly | None:
    """Evaluate sums, products and powers of the variables; None if there is anything else.

    SymPy's own expansion takes minutes for squares of polynomials with hundreds of terms.
    """
    if isinstance(expression, sympy.Symbol):
        return gens.get(expression)
    if isinstance(expression, sympy.Rational):
        number = fmpq(int(expression.p), int(expression.q))
        return ctx.from_dict({(0,) * ctx.nvars(): number})
    if isinstance(expression, sympy.Pow):
        base, power = expression.args
        inner = _evaluated(base, gens, ctx)
        if inner is None or not isinstance(power, sympy.Integer) or power < 0:
            return None
        return inner ** int(power)
    if not isinstance(expression, (sympy.Add, sympy.Mul)):
        return None
    parts = [_evaluated(part, gens, ctx) for part in expression.args]
    total: fmpq_mpoly | None = parts[0]
    for part in parts[1:]:
        if total is None or part is None:
            return None
        total = total + part if isinstance(expression, sympy.Add) else total * part
    return total


def squares_of(expression: sympy.Expr) -> list[tuple[sympy.Rational, sympy.Expr]]:
    """Return pairs (a, g) with ``expression == sum(a * g**2)``, a > 0, if the form shows them.

    Only the outer form is read; an empty list says that it shows no squares.

    Examples
    --------
    >>> from sympy.abc import x, y
    >>> squares_of((x**2 + (y - 1)**2) / 2)
    [(1/2, x), (1/2, y - 1)]
    >>> squares_of(x**2 + x*y + y**2)
    []
    """
    found = []
    factor, inner = expression.as_coeff_Mul()
    for term in sympy.Add.make_args(inner):
        weight, product = term.as_coeff_Mul()
        root = sympy.Integer(1)
        for part in sympy.Mul.make_args(product):
            base, power = part.as_base_exp()
            if not (power.is_Integer and power > 0 and power % 2 == 0):
                return []
            root *= base ** (power // 2)
        if not (weight * factor).is_Rational or not weight * factor > 0:
            return []
        found.append((weight * factor, root))
    return found
