"""Checks of the arguments that all spectra share: exact rationals, orders, digits."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import sympy
from flint import arb, ctx, fmpq

from slt_symbolic.activations import Activation, activation

MAX_ORDER = 10**6
MAX_DIGITS = 10**5
BITS_PER_DIGIT = 3.3219280948873626


def exact_rational(value: object, name: str) -> fmpq:
    """Return an exact rational as a python-flint rational.

    Parameters
    ----------
    value : int, fractions.Fraction, flint.fmpq, flint.fmpz or sympy.Rational
        The number.
    name : str
        How the error message names the argument.

    Raises
    ------
    TypeError
        For floats, strings, booleans and irrational numbers.

    Examples
    --------
    >>> exact_rational(Fraction("0.1"), "weight")
    1/10
    """
    if not isinstance(value, bool):
        if isinstance(value, int | Fraction | sympy.Rational):
            return fmpq(int(value.numerator), int(value.denominator))
        if isinstance(value, fmpq):
            return value
        if not isinstance(value, float | str) and hasattr(value, "__index__"):
            return fmpq(int(value.__index__()))
    raise TypeError(
        f"{name} must be an exact rational (int, Fraction, fmpq or sympy.Rational), got {value!r}; "
        "a decimal is exact as Fraction('0.1')"
    )


def checked_integer(value: object, name: str, least: int, most: int) -> int:
    """Return an integer in a stated range, or raise an error that names the argument."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} must be an integer, got {value!r}")
    number = int(value.__index__())
    if not least <= number <= most:
        raise ValueError(f"{name} must lie between {least} and {most}, got {number}")
    return number


def checked_activation(value: object) -> Activation:
    """Return an activation given as such or by its name."""
    if isinstance(value, Activation):
        return value
    if isinstance(value, str):
        return activation(value)
    raise TypeError(f"activation must be an Activation or the name of one, got {value!r}")


def as_sympy(value: fmpq) -> sympy.Rational:
    """Return a python-flint rational as a SymPy rational."""
    return sympy.Rational(int(value.p), int(value.q))


def to_float(value: fmpq) -> float:
    """Return the nearest float of a python-flint rational."""
    return int(value.p) / int(value.q)


def accurate_digits(ball: arb) -> float:
    """Return how many decimal digits a ball certifies relative to its midpoint.

    Infinite for an exact number, 0 for a ball that contains zero and is not exact.

    Examples
    --------
    >>> accurate_digits(arb(1)), accurate_digits(arb(0, 1))
    (inf, 0.0)
    """
    if ball.is_exact():
        return float("inf")
    return max(0.0, ball.rel_accuracy_bits() / BITS_PER_DIGIT)


def refined(evaluate: Callable[[int], arb], digits: int, start: int) -> arb:
    """Evaluate at rising precision until the ball has the requested relative accuracy.

    Parameters
    ----------
    evaluate : callable
        Maps a working precision in bits to a ball around one fixed number; it is called with
        that working precision set.
    digits : int
        Decimal digits of relative accuracy.
    start : int
        First working precision, in bits.

    Raises
    ------
    ArithmeticError
        If 16 times the first precision does not suffice: the number is probably zero, which no
        ball can show.
    """
    precision, limit = start, 16 * start
    while precision <= limit:
        with ctx.workprec(precision):
            ball = evaluate(precision)
        if ball.is_finite() and accurate_digits(ball) >= digits:
            return ball
        precision += precision // 2
    raise ArithmeticError(
        f"no relative accuracy of {digits} digits at {limit} bits: the number may be exactly zero"
    )
