"""Numbers in LaTeX: exact ones exactly, inexact ones with the digits that are known."""

import numbers
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any, Literal

import flint
import sympy
from mpmath.libmp import to_rational

from slt_symbolic.tables.decimals import (
    certain_digits,
    round_significant,
    round_with_error,
    spell,
)

__all__ = ["number"]

_MAX_BITS = 10_000  # exponents of balls and floats beyond this are no table entries
_MAX_DIGITS = 1_000
_EXACT_DIGITS = 30  # an exact binary fraction is written out up to here


def number(
    value: Any,
    *,
    digits: int | None = None,
    error: float | None = None,
    form: Literal["uncertainty", "digits"] = "uncertainty",
    fraction: Literal["tfrac", "slash"] = "tfrac",
) -> str:
    r"""Write a number in LaTeX, never with more digits than are known.

    Parameters
    ----------
    value : int, fractions.Fraction, sympy.Expr, flint.fmpz, flint.fmpq, flint.arb or real float
        The number. A SymPy expression must be exact and may have symbols.
    digits : int, optional
        For a float: its significant digits, which must be stated unless `error` is. For a ball
        with ``form="digits"``: the most digits shown, 50 by default.
    error : float, optional
        Standard error of a float, positive.
    form : {"uncertainty", "digits"}
        How a ball is written: with its rounded-up radius in units of the last digit, or cut off
        after its last certain digit, with dots. A ball that fixes no digit takes the first form.
    fraction : {"tfrac", "slash"}
        How a rational number is written.

    Returns
    -------
    str
        LaTeX for text mode; needs siunitx and amsmath.

    Raises
    ------
    TypeError
        If `value` is a bool, a complex number or no number, or has floats inside.
    ValueError
        If it is not finite, or a float without `digits` or `error`.

    Notes
    -----
    The bracket of ``\num{0.6057(2)}`` is a guaranteed bound when `value` is a ball and a standard
    error when it is a float: a caption should say which.

    Examples
    --------
    >>> from flint import arb
    >>> from sympy import Rational, pi
    >>> number(Rational(-1, 4)), number(12)
    ('$-\\tfrac{1}{4}$', '\\num{12}')
    >>> number(pi**2 / 6)
    '$\\frac{\\pi^{2}}{6}$'
    >>> number(arb("0.60570", "0.00002")), number(arb("0.60570", "0.00002"), form="digits")
    ('\\num{0.60570(3)}', '$\\num{0.605}\\ldots$')
    >>> number(1.2341, error=0.005), number(0.123456, digits=3)
    ('\\num{1.234(5)}', '\\num{0.123}')
    """
    if form not in ("uncertainty", "digits") or fraction not in ("tfrac", "slash"):
        raise ValueError("form must be 'uncertainty' or 'digits', fraction 'tfrac' or 'slash'")
    if digits is not None and not 1 <= digits <= _MAX_DIGITS:
        raise ValueError(f"digits must be from 1 to {_MAX_DIGITS}, not {digits}")
    if isinstance(value, flint.arb):
        return _ball(value, digits or 50, form, fraction)
    exact = _exact_rational(value)
    if error is not None and exact is not None:
        raise ValueError(f"error must not be given for the exact number {value}")
    if exact is not None:
        return _rational(exact, fraction)
    if isinstance(value, sympy.Expr) and not value.is_Float:
        return _expression(value)
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        return _inexact(_float_value(value), digits, error)
    raise TypeError(f"not a real number for a table: {value!r} of type {type(value).__name__}")


def _exact_rational(value: Any) -> Fraction | None:
    if isinstance(value, flint.fmpq):
        return Fraction(int(value.p), int(value.q))
    if isinstance(value, flint.fmpz):
        return Fraction(int(value))
    if isinstance(value, numbers.Rational) and not isinstance(value, bool):
        return Fraction(int(value.numerator), int(value.denominator))
    return None


def _rational(value: Fraction, style: str) -> str:
    if value.denominator == 1:
        return rf"\num{{{value.numerator}}}"
    sign, top = "-" if value < 0 else "", abs(value.numerator)
    if style == "slash":
        return f"${sign}{top}/{value.denominator}$"
    return rf"${sign}\tfrac{{{top}}}{{{value.denominator}}}$"


def _expression(value: sympy.Expr) -> str:
    if value.has(sympy.Float):
        raise TypeError(f"floats inside an exact expression: {value}")
    if value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        raise ValueError(f"value must be finite, not {value}")
    return f"${sympy.latex(value)}$"


def _ball(ball: flint.arb, digits: int, form: str, fraction: str) -> str:
    if not ball.is_finite():
        raise ValueError(f"the ball {ball} is not finite")
    middle, radius = _dyadic(ball.mid()), _dyadic(ball.rad())
    if not radius:
        if middle.denominator == 1:
            return _rational(middle, fraction)
        places = middle.denominator.bit_length() - 1  # p / 2**k = p 5**k / 10**k
        if places <= _EXACT_DIGITS:
            return _num(*spell(middle.numerator * 5**places, -places))
    elif form == "uncertainty":
        mantissa, shown, exponent = round_with_error(middle, radius, enclose=True)
        return _num(*spell(mantissa, exponent, shown))
    known = certain_digits(middle - radius, middle + radius, digits)
    if known is None:
        return _ball(ball, digits, "uncertainty", fraction)
    text, power = spell(*known)
    scale = rf"\times 10^{{{power}}}" if power else ""
    return rf"$\num{{{text}}}\ldots{scale}$"


def _dyadic(ball: flint.arb) -> Fraction:
    mantissa, exponent = (int(part) for part in ball.man_exp())
    if abs(exponent) > _MAX_BITS:
        raise ValueError(f"the ball {ball} is too large or too small to be written in a table")
    return Fraction(mantissa) * Fraction(2) ** exponent


def _float_value(value: Any) -> Fraction:
    # SymPy's and mpmath's floats are binary fractions with digits beyond those of a float.
    parts = getattr(value, "_mpf_", None)
    if parts is not None:
        if not parts[1] and parts[2]:
            raise ValueError(f"value must be finite, not {value}")
        if abs(parts[2]) > _MAX_BITS:
            raise ValueError(f"value {value} is too large or too small to be written in a table")
        return Fraction(*(int(part) for part in to_rational(parts)))
    if not isfinite(value):
        raise ValueError(f"value must be finite, not {value}")
    return Fraction(Decimal(repr(float(value))))


def _inexact(value: Fraction, digits: int | None, error: float | None) -> str:
    if error is not None:
        if not isfinite(error) or error <= 0:
            raise ValueError(f"error must be positive and finite, not {error}")
        bound = Fraction(Decimal(repr(float(error))))
        mantissa, shown, exponent = round_with_error(value, bound, enclose=False)
        return _num(*spell(mantissa, exponent, shown))
    if digits is None:
        raise ValueError("a float has no known digits: state digits= or error=")
    return _num(*spell(*round_significant(value, digits)))


def _num(digits: str, power: int) -> str:
    return rf"\num{{{digits}e{power}}}" if power else rf"\num{{{digits}}}"
