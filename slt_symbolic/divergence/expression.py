"""A divergence given as an expression: the user's own K(w), polynomial or analytic."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import sympy
from flint import arb

from slt_symbolic.divergence.exploration import ChamberForms
from slt_symbolic.divergence.piece import Piece
from slt_symbolic.exact import balls, expansion
from slt_symbolic.exact.balls import BALL_FUNCTIONS
from slt_symbolic.exact.branches import active_branch, has_branches
from slt_symbolic.exact.chamber import Chamber, UndecidedError
from slt_symbolic.exact.numbers import exact
from slt_symbolic.exact.parameter_points import Values, exact_point, named_parameters
from slt_symbolic.expressions import parse_expression


class ExpressionDivergence:
    """K(w) as an expression in named real parameters.

    Parameters
    ----------
    expr : sympy.Expr or str
        K. A text is read by :func:`~slt_symbolic.expressions.parse_expression`, with the
        parameters as its only names.
    parameters : iterable of sympy.Symbol or str
        The parameters, in the order of the flat parameter vector.
    region : iterable of sympy.Expr or str
        K is meant only where all of these are non-negative; everywhere if there are none.

    Raises
    ------
    ValueError
        If the expression has other symbols, functions without certified values, or numbers that
        are not exact.
    TypeError
        If it is no expression.

    Notes
    -----
    That K is a divergence, K ≥ 0, is not checked: it is up to whoever states it. K is evaluated
    as it is written, so write it as a sum of squares if it should keep its accuracy near 0.

    Examples
    --------
    >>> from sympy import Rational
    >>> K = ExpressionDivergence("(a*b - 1/2)**2/2 + tanh(a)**2", ["a", "b"])
    >>> K.at({"a": 0, "b": 3}), K.enclosure([Rational(1, 2), 1], digits=12)
    (1/8, [0.213552...])
    >>> K.taylor({"a": 0, "b": 3}, 2).as_expr()
    11*da**2/2 - da*db/2 - 3*da/2 + 1/8
    """

    def __init__(
        self,
        expr: sympy.Expr | str,
        parameters: Iterable[sympy.Symbol | str],
        *,
        region: Iterable[sympy.Expr | str] = (),
    ) -> None:
        self.parameters = named_parameters(parameters)
        self.expr = self._checked(expr, "expr")
        if isinstance(region, str):
            raise TypeError(f"region must be a sequence of expressions, not the text {region!r}")
        self.region = tuple(self._checked(e, "region") for e in region)

    def at(self, values: Values) -> sympy.Expr:
        """Return K at an exact parameter, as an exact expression such as tanh(1/2)**2/2."""
        point = self._point(values)
        return expansion.value(self.expr, point) if point else self.expr

    def enclosure(self, values: Values, *, digits: int = 30) -> arb:
        """Return a ball around K at an exact parameter, good to ``digits`` digits.

        The digits are relative to K; where K is below ``10**-digits`` they are absolute.
        """
        return balls.enclose(self.at(values), digits=digits)

    def chamber(self, values: Values) -> Piece:
        """Return the form of K around an exact parameter, without Max, Min and Abs.

        Raises
        ------
        WallError
            If two branches meet there.
        """
        expr, conditions = active_branch(self.expr, self._point(values))
        return Piece(expr, (Chamber(conditions.union(self.region)),))

    def chamber_forms(self) -> ChamberForms:
        """Return the function from exact parameters to the form there: always the same.

        Raises
        ------
        ValueError
            If K has Max, Min or Abs, or holds on a region only.
        """
        (piece,) = self.pieces()
        if self.region:
            raise ValueError("K holds on a region only: its pieces are not refined")
        return lambda _: (piece.expr, ())

    def pieces(self, *, limit: int = 1) -> tuple[Piece, ...]:  # noqa: ARG002 - as others have it
        """Return the one form of K, whatever the limit.

        Raises
        ------
        ValueError
            If K has Max, Min or Abs: its chambers are not enumerated; use :meth:`chamber`.
        """
        if has_branches(self.expr):
            raise ValueError("K has Max, Min or Abs: its pieces are not enumerated, use chamber")
        return (Piece(self.expr, (Chamber(frozenset(self.region)),)),)

    def gradient(self, values: Values) -> sympy.ImmutableMatrix:
        """Return the exact gradient of K, a column in the order of the parameters."""
        return expansion.gradient(self.expr, self._point(values))

    def hessian(self, values: Values) -> sympy.ImmutableMatrix:
        """Return the exact Hessian of K."""
        return expansion.hessian(self.expr, self._point(values))

    def taylor(self, values: Values, order: int) -> sympy.Poly:
        """Return the exact Taylor polynomial of K at a parameter, in the displacements."""
        return expansion.taylor_polynomial(self.expr, self._point(values), order)

    def compile(self) -> Callable[..., float]:
        """Return K and its gradient as one Numba function of a flat parameter vector.

        Returns
        -------
        callable
            ``potential(w, g)`` with float64 arrays: writes ∇K into ``g`` and returns K.

        Raises
        ------
        ValueError
            If K holds on a region only, which a function of all parameters cannot say.
        """
        if self.region:
            raise ValueError("K holds on a region only: it is not compiled")
        from slt_symbolic.divergence.expression_tape import tape_of
        from slt_symbolic.divergence.tape_interpreter import compile_tape

        return compile_tape(tape_of(self.expr, self.parameters))

    def _point(self, values: Values) -> dict[sympy.Symbol, sympy.Expr]:
        point = exact_point(self.parameters, values)
        for e in self.region:
            sign = balls.certain_sign(sympy.expand(e.xreplace(point)))
            if sign is None:
                raise UndecidedError(f"whether region {e} >= 0 holds at {point} could not be told")
            if sign < 0:
                raise ValueError(f"values must lie in the region: {e} is negative at {point}")
        return point

    def _checked(self, expr: object, name: str) -> sympy.Expr:
        if isinstance(expr, str):
            expr = parse_expression(expr, self.parameters)
        if isinstance(expr, int) and not isinstance(expr, bool):
            expr = sympy.Integer(expr)
        if not isinstance(expr, sympy.Expr):
            raise TypeError(f"{name} must be a SymPy expression or a text, got {expr!r}")
        if unknown := expr.free_symbols - set(self.parameters):
            raise ValueError(
                f"{name} must use only the parameters {self.parameters}, "
                f"it has {sorted(map(str, unknown))}"
            )
        _check(expr, name)
        return expr


def _check(expr: sympy.Expr, name: str) -> None:
    """Refuse what has no certified value."""
    for e in sympy.preorder_traversal(expr):
        if e.is_Float:
            raise ValueError(f"{name} must have exact numbers, it has {e}")
        if e.is_Symbol or e.is_Rational or e.is_Add or e.is_Mul or e in (sympy.pi, sympy.E):
            continue
        if (e.is_Pow and e.exp.is_Rational) or isinstance(e, sympy.Max | sympy.Min):
            continue
        if e.func in BALL_FUNCTIONS:
            continue
        if e.is_number and not e.args:
            exact(e, f"a number in {name}")
            continue
        known = ", ".join(sorted(f.__name__ for f in BALL_FUNCTIONS))
        raise ValueError(f"{name} must be built from {known}, Max, Min and powers; it has {e}")
