"""Numbers in tables: exact ones exactly, and never a digit that is not known."""

import math
import re
from decimal import ROUND_HALF_EVEN, Context
from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from slt_symbolic.tables import number
from slt_symbolic.tables.decimals import order_of_magnitude, round_significant, spell

X = sympy.Symbol("x")


@pytest.mark.parametrize(
    ("value", "options", "expected"),
    [
        (0, {}, r"\num{0}"),
        (-12345, {}, r"\num{-12345}"),
        (np.int64(7), {}, r"\num{7}"),
        (sympy.Integer(7), {}, r"\num{7}"),
        (flint.fmpz(7), {}, r"\num{7}"),
        (flint.fmpq(14, 2), {}, r"\num{7}"),
        (Fraction(1, 4), {}, r"$\tfrac{1}{4}$"),
        (sympy.Rational(-1, 4), {}, r"$-\tfrac{1}{4}$"),
        (flint.fmpq(130, 23), {"fraction": "slash"}, "$130/23$"),
        (sympy.sqrt(2) / 3, {}, r"$\frac{\sqrt{2}}{3}$"),
        (sympy.pi * X**2, {}, r"$\pi x^{2}$"),
        (0.123456, {"digits": 3}, r"\num{0.123}"),
        (0.5, {"digits": 3}, r"\num{0.500}"),
        (9.9999, {"digits": 3}, r"\num{10.0}"),
        (0.0, {"digits": 3}, r"\num{0}"),
        (1e-300, {"digits": 3}, r"\num{1.00e-300}"),
        (123456.0, {"digits": 2}, r"\num{1.2e5}"),
        (np.float64(0.1), {"digits": 5}, r"\num{0.10000}"),
        (mpmath.mpf(1) / 3, {"digits": 4}, r"\num{0.3333}"),
        (sympy.Float("0.1", 40), {"digits": 30}, r"\num{0." + "1" + "0" * 29 + "}"),
        (1.2341, {"error": 0.005}, r"\num{1.234(5)}"),
        (1.2341, {"error": 0.00501}, r"\num{1.234(6)}"),  # an error is never rounded down
        (1.2341, {"error": 0.012}, r"\num{1.23(2)}"),
        (1.2341, {"error": 0.01}, r"\num{1.234(10)}"),
        (-123456.0, {"error": 2000}, r"\num{-1.23(2)e5}"),
        (0.0, {"error": 0.1}, r"\num{0.00(10)}"),
        (flint.arb("0.60570", "0.00002"), {}, r"\num{0.60570(3)}"),
        (flint.arb("0.60570", "0.00002"), {"form": "digits"}, r"$\num{0.605}\ldots$"),
        (flint.arb("0.60575", "0.00002"), {"form": "digits"}, r"$\num{0.6057}\ldots$"),
        (flint.arb("-0.60575", "0.00002"), {"form": "digits"}, r"$\num{-0.6057}\ldots$"),
        (flint.arb("1.5e-20", "1e-23"), {"form": "digits"}, r"$\num{1}\ldots\times 10^{-20}$"),
        (flint.arb("0.12345", "1e-9"), {"form": "digits", "digits": 2}, r"$\num{0.12}\ldots$"),
        (flint.arb(0, "0.01"), {"form": "digits"}, r"\num{0.00(2)}"),  # no certain digit
        (flint.arb(3), {}, r"\num{3}"),
        (flint.arb(0.375), {}, r"\num{0.375}"),
        (flint.arb(-0.375), {"form": "digits"}, r"\num{-0.375}"),
        (flint.arb(0.1), {"digits": 3}, r"$\num{0.100}\ldots$"),  # the binary fraction, cut off
    ],
)
def test_number(value: object, options: dict[str, object], expected: str) -> None:
    assert number(value, **options) == expected


@pytest.mark.parametrize(
    ("value", "options", "error", "reason"),
    [
        (0.5, {}, ValueError, "state digits"),
        (sympy.Float(0.5), {}, ValueError, "state digits"),
        (math.nan, {"digits": 2}, ValueError, "finite"),
        (math.inf, {"digits": 2}, ValueError, "finite"),
        (np.float64("nan"), {"error": 1.0}, ValueError, "finite"),
        (mpmath.mpf("inf"), {"digits": 2}, ValueError, "finite"),
        (mpmath.mpf("nan"), {"digits": 2}, ValueError, "finite"),
        (mpmath.mpf("1e-9999"), {"digits": 2}, ValueError, "too small"),
        (1.0, {"error": math.nan}, ValueError, "error"),
        (1.0, {"error": 0.0}, ValueError, "error"),
        (1.0, {"error": -1.0}, ValueError, "error"),
        (1, {"error": 1.0}, ValueError, "exact"),
        (1.0, {"digits": 0}, ValueError, "digits"),
        (1.0, {"digits": 9999}, ValueError, "digits"),
        (1, {"form": "short"}, ValueError, "form"),
        (sympy.nan, {}, ValueError, "finite"),
        (sympy.oo, {}, ValueError, "finite"),
        (sympy.zoo, {}, ValueError, "finite"),
        (X + sympy.oo * X, {}, ValueError, "finite"),
        (0.5 * X, {}, TypeError, "floats inside"),
        (flint.arb("nan"), {}, ValueError, "not finite"),
        (flint.arb(1, "inf"), {}, ValueError, "not finite"),
        (flint.arb(2) ** 99999, {}, ValueError, "too large"),
        (True, {}, TypeError, "not a real number"),
        (1j, {"digits": 2}, TypeError, "not a real number"),
        (flint.acb(1), {}, TypeError, "not a real number"),
        ("1", {}, TypeError, "not a real number"),
        (None, {}, TypeError, "not a real number"),
    ],
)
def test_number_refuses(
    value: object, options: dict[str, object], error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        number(value, **options)


def _read(latex: str) -> tuple[Fraction, Fraction, int]:
    r"""Read \num back: the value, its last unit, and the bracket in that unit."""
    match = re.fullmatch(r"\$?\\num\{(-?[\d.]+)(?:\((\d+)\))?(?:e(-?\d+))?\}(.*)", latex)
    assert match, latex
    power = int(match[3] or 0)
    if scale := re.search(r"10\^\{(-?\d+)\}", match[4]):
        power = int(scale[1])
    unit = Fraction(10) ** (power - len(match[1].partition(".")[2]))
    return Fraction(match[1]) * Fraction(10) ** power, unit, int(match[2] or 0)


RATIONALS = st.fractions().filter(bool)


@given(RATIONALS, st.integers(-30, 30), st.integers(1, 10**6), st.integers(-40, 10))
def test_a_ball_is_enclosed_by_what_is_printed(
    value: Fraction, scale: int, radius: int, radius_scale: int
) -> None:
    middle = flint.arb(flint.fmpq(value.numerator, value.denominator)) * flint.arb(10) ** scale
    ball = flint.arb(middle, flint.arb(radius) * flint.arb(10) ** radius_scale)
    shown, unit, error = _read(number(ball))
    with flint.ctx.workprec(2000):  # so that the ends are exact
        low, high = (_exact(end) for end in (ball.lower(), ball.upper()))
    assert shown - error * unit <= low < high <= shown + error * unit
    assert 2 <= error < 20

    cut = number(ball, form="digits")
    if cut.startswith("$"):
        shown, unit, _ = _read(cut)
        assert shown <= low < high < shown + unit or shown - unit < low < high <= shown


def _exact(ball: flint.arb) -> Fraction:
    mantissa, exponent = ball.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 17))
def test_a_float_is_rounded_to_its_stated_digits(value: float, digits: int) -> None:
    shown, _, _ = _read(number(value, digits=digits))
    rounding = Context(prec=digits, rounding=ROUND_HALF_EVEN)
    assert shown == Fraction(rounding.create_decimal(repr(value)))


@given(RATIONALS)
def test_order_of_magnitude(value: Fraction) -> None:
    order = order_of_magnitude(abs(value))
    assert Fraction(10) ** order <= abs(value) < Fraction(10) ** (order + 1)


@given(RATIONALS, st.integers(1, 20))
def test_spelling_reads_back(value: Fraction, digits: int) -> None:
    mantissa, exponent = round_significant(value, digits)
    text, power = spell(mantissa, exponent)
    assert Fraction(text) * Fraction(10) ** power == mantissa * Fraction(10) ** exponent
    assert len(text.replace("-", "").replace(".", "").lstrip("0")) == digits
