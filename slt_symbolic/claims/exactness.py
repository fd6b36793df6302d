"""Is this exactly zero? Yes, no, or 'cannot decide': never a guess."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import flint
import sympy
from sympy.polys.polyerrors import NotAlgebraic

from slt_symbolic.claims.balls import NoBallError, ball
from slt_symbolic.claims.formal import Quotient, quotient

__all__ = ["Decision", "decide_zero", "exact_expression"]

_MAX_DEGREE = 64
_MOST_TERMS = 1_000  # of an expression that is put in numbers to show that it is not zero
_FLINT_EXACT = (
    flint.fmpz,
    flint.fmpq,
    flint.fmpz_poly,
    flint.fmpq_poly,
    flint.fmpz_mpoly,
    flint.fmpq_mpoly,
)
_FLINT_MATRICES = (flint.fmpz_mat, flint.fmpq_mat)


@dataclass(frozen=True)
class Decision:
    """Whether a value is zero, and how that is known.

    Parameters
    ----------
    zero
        True, False, or None where exact means cannot decide.
    reason
        How it is known, or what stood in the way.
    """

    zero: bool | None
    reason: str


def decide_zero(value: object) -> Decision:
    """Decide exactly whether a value is zero.

    Parameters
    ----------
    value
        A rational (int, Fraction, python-flint), a python-flint polynomial or matrix over Q, or a
        SymPy expression or matrix. For an expression with symbols: zero at all of their values.

    Returns
    -------
    Decision
        `zero` is None if neither a proof nor a point where it is non-zero was found.

    Raises
    ------
    TypeError
        If the value is, or contains, a floating-point number, or is of another kind.
    ValueError
        If the value is infinite, not a number, or divides by zero.

    Notes
    -----
    Rational functions are decided completely, by FLINT's polynomials over Q. Roots enter with
    their relations, algebraic numbers by their minimal polynomials. 'Not zero' for anything else
    is shown by a ball at a rational point that excludes zero; 'zero' for anything else only if
    SymPy's expansion of powers and logarithms or its rewriting by exponentials (identities under
    the assumptions on the symbols) leads to the polynomial zero.

    Examples
    --------
    >>> from sympy import sqrt, symbols, sin
    >>> decide_zero(sqrt(5 + 2 * sqrt(6)) - sqrt(2) - sqrt(3)).zero
    True
    >>> decide_zero(sin(1) ** 2 - 1).zero
    False
    """
    if isinstance(value, _FLINT_EXACT):
        return Decision(bool(value == 0), f"{type(value).__name__} arithmetic")
    if isinstance(value, _FLINT_MATRICES):
        return Decision(not any(value.entries()), f"{type(value).__name__} arithmetic")
    if isinstance(value, sympy.MatrixBase):
        return _decide_matrix(value)
    return _decide_expression(exact_expression(value))


def exact_expression(value: object) -> sympy.Expr:
    """Turn an exact number or expression into SymPy's, refusing everything inexact.

    Parameters
    ----------
    value
        int, Fraction, python-flint integer or rational, or a SymPy expression.

    Returns
    -------
    sympy.Expr
        The same value.

    Raises
    ------
    TypeError
        If the value is, or contains, a floating-point number, or is of another kind.
    ValueError
        If the value is infinite or not a number.

    Examples
    --------
    >>> exact_expression(Fraction(1, 3))
    1/3
    >>> exact_expression(0.5)
    Traceback (most recent call last):
        ...
    TypeError: an exact value is needed, got the float 0.5
    """
    if isinstance(value, sympy.Expr):
        if value.has(sympy.Float):
            raise TypeError(f"an exact value is needed, got floating-point numbers in {value}")
        if value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
            raise ValueError(f"a finite value is needed, got {value}")
        if not value.is_commutative:
            raise TypeError(f"a commutative expression is needed, got {value}")
        return value
    if isinstance(value, bool) or not isinstance(
        value, numbers.Integral | Fraction | flint.fmpz | flint.fmpq
    ):
        raise TypeError(f"an exact value is needed, got the {type(value).__name__} {value!r}")
    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    if isinstance(value, flint.fmpq):
        return sympy.Rational(int(value.p), int(value.q))
    return sympy.Integer(int(value))


def _decide_matrix(matrix: sympy.MatrixBase) -> Decision:
    undecided = None
    for (i, j), entry in _entries(matrix):
        decision = _decide_expression(exact_expression(entry))
        where = Decision(decision.zero, f"entry ({i}, {j}): {decision.reason}")
        if decision.zero is False:
            return where
        if decision.zero is None:
            undecided = undecided or where
    return undecided or Decision(True, f"all {matrix.rows} x {matrix.cols} entries")


def _entries(matrix: sympy.MatrixBase) -> Iterator[tuple[tuple[int, int], sympy.Expr]]:
    for i in range(matrix.rows):
        for j in range(matrix.cols):
            yield (i, j), matrix[i, j]


def _decide_expression(expr: sympy.Expr) -> Decision:
    form = quotient(expr)
    if form.numerator.is_zero():
        return _defined(expr, form, "normal form of polynomials over Q")
    if form.is_rational_function:
        return Decision(False, _nonzero_value(expr))
    witness = _nonzero_point(expr)
    if witness is not None:
        return Decision(False, witness)
    if _is_algebraic(form):
        decision = _decide_coefficients(form)
        return _defined(expr, form, decision.reason) if decision.zero else decision
    return _decide_by_rewriting(expr)


def _defined(expr: sympy.Expr, form: Quotient, reason: str) -> Decision:
    """Accept a zero numerator only over a denominator that does not vanish identically."""
    if form.denominator_is_nonzero:
        return Decision(True, reason)
    for point in _points(expr):
        try:
            value = ball(expr, point, bits=512)
        except NoBallError as error:
            return Decision(None, f"cannot exclude division by zero: {error}")
        if value.is_finite():
            return Decision(True, reason)
    return Decision(None, "cannot exclude division by zero")


def _points(expr: sympy.Expr) -> list[dict[sympy.Symbol, sympy.Rational]]:
    """List a few rational points that respect the assumptions on the symbols."""
    symbols = sorted(expr.free_symbols, key=str)
    points = []
    for shift in range(4 if symbols else 1):
        point = {}
        for i, symbol in enumerate(symbols):
            size = sympy.Rational(2 * i + 3 + 5 * shift, 1 if symbol.is_integer else 7 + i)
            negative = symbol.is_negative or (not symbol.is_nonnegative and shift >> (i % 2) & 1)
            point[symbol] = -size if negative else size
        points.append(point)
    return points


def _nonzero_value(expr: sympy.Expr) -> str:
    """Say what a rational function that is not zero is, at a rational point where that shows."""
    if len(expr.args) <= _MOST_TERMS:
        for point in _points(expr):
            value = expr.subs(point)
            if value.is_Rational and value != 0:
                where = ", ".join(f"{s} = {v}" for s, v in point.items())
                return f"it is {value}" + (f" at {where}" if where else "")
    return "its numerator, as a polynomial over Q, is not zero"


def _nonzero_point(expr: sympy.Expr) -> str | None:
    for point in _points(expr):
        for bits in (128, 1024):
            try:
                value = ball(expr, point, bits=bits)
            except NoBallError:
                return None
            if value.is_finite() and not value.contains(0):
                where = ", ".join(f"{s} = {v}" for s, v in point.items())
                return f"it is {value.str(8)}" + (f" at {where}" if where else "")
    return None


def _is_algebraic(form: Quotient) -> bool:
    return all(g.is_Symbol or (not g.free_symbols and g.is_algebraic) for g in form.generators)


def _decide_coefficients(form: Quotient) -> Decision:
    """Decide a polynomial whose coefficients are algebraic numbers."""
    degree = math.prod(_degree(g) for g in form.generators if not g.is_Symbol)
    if degree > _MAX_DEGREE:
        return Decision(None, f"algebraic numbers of degree up to {degree} (limit {_MAX_DEGREE})")
    z = sympy.Dummy("z")
    for coefficient in form.coefficients():
        try:
            if sympy.minimal_polynomial(coefficient, z) != z:
                return Decision(False, f"the algebraic number {coefficient} is not zero")
        except (NotAlgebraic, NotImplementedError) as error:
            return Decision(None, f"no minimal polynomial of {coefficient}: {error}")
    return Decision(True, "minimal polynomials")


def _degree(generator: sympy.Expr) -> int:
    if generator.is_Pow and generator.exp.is_Rational:
        return int(generator.exp.q)
    return 2 if generator is sympy.I else 8


def _decide_by_rewriting(expr: sympy.Expr) -> Decision:
    rewritten = expr
    for name, rewrite in _REWRITINGS:
        rewritten = rewrite(rewritten)
        form = quotient(rewritten)
        if form.numerator.is_zero():
            return _defined(expr, form, f"normal form of polynomials over Q after {name}")
    return Decision(None, "no exact simplification decides it")


# Each holds under the assumptions on the symbols: no 'force' anywhere.
_REWRITINGS: tuple[tuple[str, Callable[[sympy.Expr], sympy.Expr]], ...] = (
    ("factoring", lambda e: sympy.factor(e, deep=True)),
    ("expanding logarithms", lambda e: sympy.expand_log(sympy.expand(e), factor=True)),
    ("rewriting by exponentials", lambda e: sympy.expand(e.rewrite(sympy.exp))),
)
