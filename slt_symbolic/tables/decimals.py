"""Decimal digits of exact numbers and of intervals, by integer arithmetic only."""

from fractions import Fraction
from math import ceil, floor

__all__ = ["certain_digits", "order_of_magnitude", "round_significant", "round_with_error", "spell"]

_PLAIN_FROM, _PLAIN_TO = -5, 6  # orders of magnitude written without a power of ten


def order_of_magnitude(value: Fraction) -> int:
    """Return the e with 10**e <= value < 10**(e+1).

    Parameters
    ----------
    value : fractions.Fraction
        A positive number.

    Returns
    -------
    int
        The exponent.

    Examples
    --------
    >>> order_of_magnitude(Fraction(1, 8)), order_of_magnitude(Fraction(100))
    (-1, 2)
    """
    bits = value.numerator.bit_length() - value.denominator.bit_length()
    exponent = floor(bits * 0.30102999566398) - 1
    while Fraction(10) ** (exponent + 1) <= value:
        exponent += 1
    return exponent


def round_significant(value: Fraction, digits: int) -> tuple[int, int]:
    """Round to so many significant digits, half to even.

    Parameters
    ----------
    value : fractions.Fraction
        Any number.
    digits : int
        At least one.

    Returns
    -------
    mantissa, exponent : int
        The rounded number is ``mantissa * 10**exponent``.

    Examples
    --------
    >>> round_significant(Fraction(2, 3), 3)
    (667, -3)
    """
    if not value:
        return 0, 0
    exponent = order_of_magnitude(abs(value)) - digits + 1
    mantissa = round(value / Fraction(10) ** exponent)
    if abs(mantissa) == 10**digits:  # 9.99 became 10.0
        return mantissa // 10, exponent + 1
    return mantissa, exponent


def round_with_error(value: Fraction, error: Fraction, *, enclose: bool) -> tuple[int, int, int]:
    """Round a number to the digits that its error leaves, and the error upwards.

    Parameters
    ----------
    value : fractions.Fraction
        The number.
    error : fractions.Fraction
        Its positive error.
    enclose : bool
        Whether the error shown must cover the rounding of the value too.

    Returns
    -------
    mantissa, error, exponent : int
        Both in units of ``10**exponent``. The error has one digit, two where one would be 1.

    Examples
    --------
    >>> round_with_error(Fraction("1.2344"), Fraction("0.005"), enclose=False)
    (1234, 5, -3)
    >>> round_with_error(Fraction("1.2344"), Fraction("0.005"), enclose=True)
    (1234, 6, -3)
    """
    exponent = order_of_magnitude(error)
    while True:
        unit = Fraction(10) ** exponent
        mantissa = round(value / unit)
        shift = abs(value - mantissa * unit) if enclose else 0
        shown = ceil((error + shift) / unit)
        if shown > 1:
            return mantissa, shown, exponent
        exponent -= 1


def certain_digits(low: Fraction, high: Fraction, most: int) -> tuple[int, int] | None:
    """Return the leading digits that all numbers of an interval have in common.

    Parameters
    ----------
    low, high : fractions.Fraction
        Ends of the interval.
    most : int
        The most digits wanted.

    Returns
    -------
    (mantissa, exponent) or None
        Every number of the interval begins with the digits of ``mantissa * 10**exponent``: it is
        that number, cut off and not rounded. None if the interval fixes no digit.

    Examples
    --------
    >>> certain_digits(Fraction("0.60567"), Fraction("0.60571"), 10)
    (605, -3)
    >>> certain_digits(Fraction("-0.1"), Fraction("0.2"), 10) is None
    True
    """
    if high < 0:
        mirrored = certain_digits(-high, -low, most)
        return mirrored and (-mirrored[0], mirrored[1])
    if low <= 0:
        return None
    top = order_of_magnitude(high)
    best = None
    for exponent in range(top, top - most, -1):
        unit = Fraction(10) ** exponent
        mantissa = floor(low / unit)
        if mantissa == 0 or mantissa != floor(high / unit):
            break
        best = mantissa, exponent
    return best


def spell(mantissa: int, exponent: int, error: int | None = None) -> tuple[str, int]:
    """Write ``mantissa * 10**exponent`` as a decimal with a power of ten where it helps.

    Parameters
    ----------
    mantissa, exponent : int
        The number; all digits of the mantissa are shown.
    error : int, optional
        In units of the last digit; shown in brackets after it.

    Returns
    -------
    digits : str
        For instance ``0.60570(2)``.
    power : int
        The power of ten by which it is to be multiplied, often 0.

    Examples
    --------
    >>> spell(60570, -5, 2)
    ('0.60570(2)', 0)
    >>> spell(-12, -20)
    ('-1.2', -19)
    """
    sign, digits = "-" if mantissa < 0 else "", str(abs(mantissa))
    order = len(digits) - 1 + exponent
    power = 0
    if exponent > 0 or not _PLAIN_FROM <= order <= _PLAIN_TO:
        power = order
        exponent -= order
    digits = digits.rjust(1 - exponent, "0")
    if exponent:
        digits = f"{digits[:exponent]}.{digits[exponent:]}"
    return f"{sign}{digits}" + ("" if error is None else f"({error})"), power
