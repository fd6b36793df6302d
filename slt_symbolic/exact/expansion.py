"""Values, gradients, Hessians and Taylor polynomials of expressions, exact at exact points.

The expression's tree is evaluated in truncated power series. Nothing is differentiated or
substituted symbolically, so that the cost grows with the number of terms, not with the swell of
derivatives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sympy

from slt_symbolic.exact.branches import active_branch, has_branches
from slt_symbolic.exact.coefficient_field import CoefficientField
from slt_symbolic.exact.jets import Jet, NotAnalyticError, jet_of
from slt_symbolic.exact.numbers import exact

__all__ = ["NotAnalyticError", "gradient", "hessian", "taylor_polynomial", "value"]

ExactPoint = Mapping[sympy.Symbol, sympy.Expr | int]


def value(expr: sympy.Expr, point: ExactPoint) -> sympy.Expr:
    """Return the value of an expression at a point, as an exact expression.

    Parameters
    ----------
    expr : sympy.Expr
        Built from exact numbers, symbols, arithmetic, roots, and atan, cos, cosh, erf, exp, log,
        sin, sinh, tanh, Abs, Max, Min.
    point : mapping
        An exact number (or expression in unknown constants) for each variable. Other symbols of
        the expression are constants.

    Raises
    ------
    NotAnalyticError
        If the expression contains anything else, or leaves the domain of a function.
    ZeroDivisionError
        At a pole.

    Examples
    --------
    >>> x = sympy.Symbol("x", real=True)
    >>> value((x + 1) / (x - 3), {x: sympy.sqrt(2)})
    -4*sqrt(2)/7 - 5/7
    """
    point = _point(point)
    if has_branches(expr):
        expr = active_branch(expr, point, walls=True)[0]
    field, jet = jet_of(expr, point, 0)
    return field.to_sympy(jet[0].get((0,) * len(point), field.domain.zero))


def gradient(expr: sympy.Expr, point: ExactPoint) -> sympy.ImmutableMatrix:
    """Return the gradient at a point, as a column, in the order of the point.

    Parameters and exceptions are those of :func:`value`; a point where two branches of Max, Min
    or Abs meet raises :class:`~slt_symbolic.exact.chamber.WallError`.

    Examples
    --------
    >>> x, y = sympy.symbols("x y", real=True)
    >>> gradient(x**2 / y, {x: 3, y: 2})
    Matrix([
    [   3],
    [-9/4]])
    """
    field, jet, n = _jet(expr, point, 1)
    entries = [jet[1].get(_unit(n, i), field.domain.zero) for i in range(n)]
    return sympy.ImmutableMatrix(n, 1, [field.to_sympy(e) for e in entries])


def hessian(expr: sympy.Expr, point: ExactPoint) -> sympy.ImmutableMatrix:
    """Return the matrix of second derivatives at a point.

    Parameters and exceptions are those of :func:`gradient`.

    Examples
    --------
    >>> x, y = sympy.symbols("x y", real=True)
    >>> hessian(sympy.tanh(x) * y + x * x, {x: 0, y: 5})
    Matrix([
    [2, 1],
    [1, 0]])
    """
    field, jet, n = _jet(expr, point, 2)

    def entry(i: int, j: int) -> sympy.Expr:
        exponents = tuple(a + b for a, b in zip(_unit(n, i), _unit(n, j), strict=True))
        found = field.to_sympy(jet[2].get(exponents, field.domain.zero))
        return sympy.expand(2 * found) if i == j else found

    upper = {(i, j): entry(i, j) for i in range(n) for j in range(i, n)}
    return sympy.ImmutableMatrix(n, n, lambda i, j: upper[min(i, j), max(i, j)])


def taylor_polynomial(
    expr: sympy.Expr,
    point: ExactPoint,
    order: int,
    variables: Sequence[sympy.Symbol] | None = None,
) -> sympy.Poly:
    """Return the Taylor polynomial at a point, up to a total degree, in the displacements.

    Parameters
    ----------
    expr, point
        As for :func:`gradient`.
    order : int
        Largest total degree.
    variables : sequence of sympy.Symbol, optional
        The displacements, one per variable; by default real symbols with "d" before the name.

    Returns
    -------
    sympy.Poly
        A polynomial p with expr(point + d) = p(d) + O(|d|^(order+1)).

    Examples
    --------
    >>> x = sympy.Symbol("x", real=True)
    >>> taylor_polynomial(1 / (1 + x), {x: 1}, 2).as_expr()
    dx**2/8 - dx/4 + 1/2
    """
    if isinstance(order, bool) or not isinstance(order, int):
        raise TypeError(f"order must be an int, got {order!r}")
    if order < 0:
        raise ValueError(f"order must be at least 0, got {order}")
    if variables is None:
        variables = [sympy.Symbol(f"d{s.name}", real=True) for s in point]
    if len(variables) != len(point) or len(set(variables)) != len(variables):
        raise ValueError(f"variables must be {len(point)} distinct symbols, got {variables}")
    constants = expr.free_symbols - set(point)
    if clash := constants & set(variables):
        raise ValueError(f"variables must differ from the constants {sorted(map(str, clash))}")
    field, jet, n = _jet(expr, point, order)
    terms = {m: c for part in jet for m, c in part.items()} or {(0,) * n: field.domain.zero}
    if field.generators:
        exact_terms = {m: field.to_sympy(c) for m, c in terms.items()}
        return sympy.Poly.from_dict(exact_terms, *variables)
    return sympy.Poly.from_dict(terms, *variables, domain=field.domain)


def _jet(expr: sympy.Expr, point: ExactPoint, order: int) -> tuple[CoefficientField, Jet, int]:
    exact_point = _point(point)
    if has_branches(expr):
        expr = active_branch(expr, exact_point)[0]
    field, jet = jet_of(expr, exact_point, order)
    return field, jet, len(exact_point)


def _point(point: ExactPoint) -> dict[sympy.Symbol, sympy.Expr]:
    if not isinstance(point, Mapping) or not point:
        raise TypeError(f"point must be a mapping from at least one symbol, got {point!r}")
    found = {}
    for p, v in point.items():
        if not isinstance(p, sympy.Symbol):
            raise TypeError(f"point must have symbols as keys, got {p!r}")
        symbolic = isinstance(v, sympy.Expr) and v.free_symbols
        found[p] = v if symbolic else exact(v, f"value of {p}")
    return found


def _unit(n: int, i: int) -> tuple[int, ...]:
    return tuple(int(j == i) for j in range(n))
