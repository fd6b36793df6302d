"""Taylor coefficients of analytic functions of one variable, exact, at exact arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy

from slt_symbolic.exact.coefficient_field import CoefficientField

Values = tuple[Any, ...]
Coefficients = Callable[[CoefficientField, Any, Values, int], list[Any]]


@dataclass(frozen=True)
class FunctionSeries:
    """How f(a + t) expands in t.

    Parameters
    ----------
    values : callable
        The exact numbers that the coefficients are built from, given a as an expression; f(a)
        comes first.
    coefficients : callable
        ``(field, a, values, order)`` to the coefficients of 1, t, …, t^order, as elements.
    domain : callable, optional
        An expression in a that must be positive.
    """

    values: Callable[[sympy.Expr], tuple[sympy.Expr, ...]]
    coefficients: Coefficients
    domain: Callable[[sympy.Expr], sympy.Expr] | None = None


def _periodic(signs: tuple[int, int, int, int]) -> Coefficients:
    """Return the coefficients of a function with f'' = ±f; values are f and f'."""

    def coefficients(field: CoefficientField, _a: Any, values: Values, order: int) -> list[Any]:
        one, factorial, found = field.domain.one, 1, []
        for k in range(order + 1):
            factorial *= max(k, 1)
            found.append(values[k % 2] * (signs[k % 4] * one) / (factorial * one))
        return found

    return coefficients


def _exp(field: CoefficientField, a: Any, values: Values, order: int) -> list[Any]:
    return _periodic((1, 1, 1, 1))(field, a, (values[0], values[0]), order)


def _tanh(field: CoefficientField, _a: Any, values: Values, order: int) -> list[Any]:
    # f' = 1 − f², coefficient by coefficient.
    one, c = field.domain.one, [values[0]]
    for k in range(order):
        square = sum((c[i] * c[k - i] for i in range(k + 1)), field.domain.zero)
        c.append(((one if k == 0 else field.domain.zero) - square) / ((k + 1) * one))
    return c


def _log(field: CoefficientField, a: Any, values: Values, order: int) -> list[Any]:
    one, inverse = field.domain.one, field.inverse(a)
    return [values[0]] + [
        (-1) ** (k - 1) * one * inverse**k / (k * one) for k in range(1, order + 1)
    ]


def _atan(field: CoefficientField, a: Any, values: Values, order: int) -> list[Any]:
    # f' (1 + a² + 2at + t²) = 1.
    one, zero = field.domain.one, field.domain.zero
    inverse = field.inverse(one + a * a)
    slope: list[Any] = []
    for k in range(order):
        rest = one if k == 0 else zero
        if k >= 1:
            rest = rest - 2 * one * a * slope[k - 1]
        if k >= 2:
            rest = rest - slope[k - 2]
        slope.append(rest * inverse)
    return [values[0]] + [s / ((k + 1) * one) for k, s in enumerate(slope)]


def _asin(field: CoefficientField, a: Any, values: Values, order: int) -> list[Any]:
    # (1 − (a + t)²) f'' = (a + t) f', with f'(a) given.
    one, slope = field.domain.one, [values[1]]
    inverse = field.inverse(one - a * a) if order > 1 else one
    for k in range(order - 1):
        previous = slope[k - 1] if k >= 1 else field.domain.zero
        numerator = (2 * k + 1) * one * a * slope[k] + k * one * previous
        slope.append(numerator * inverse / ((k + 1) * one))
    return [values[0]] + [slope[k] / ((k + 1) * one) for k in range(order)]


def _erf(field: CoefficientField, a: Any, values: Values, order: int) -> list[Any]:
    # f'' = −2(a + t) f', with f'(a) given.
    one, slope = field.domain.one, [values[1]]
    for k in range(order):
        previous = slope[k - 1] if k >= 1 else field.domain.zero
        slope.append(-2 * one * (a * slope[k] + previous) / ((k + 1) * one))
    return [values[0]] + [slope[k] / ((k + 1) * one) for k in range(order)]


def power_series(exponent: sympy.Rational) -> FunctionSeries:
    """Return the series of z^exponent at a > 0."""

    def coefficients(field: CoefficientField, a: Any, values: Values, order: int) -> list[Any]:
        c = [values[0]]
        if order:
            inverse, r = field.inverse(a), field.element(exponent)
            for k in range(order):
                c.append(
                    c[-1] * (r - k * field.domain.one) * inverse / ((k + 1) * field.domain.one)
                )
        return c

    return FunctionSeries(lambda a: (sympy.Pow(a, exponent),), coefficients, lambda a: a)


#: The functions that can be expanded.
FUNCTION_SERIES: dict[type[sympy.Function], FunctionSeries] = {
    sympy.acos: FunctionSeries(
        lambda a: (sympy.acos(a), -1 / sympy.sqrt(1 - a**2)), _asin, lambda a: 1 - a**2
    ),
    sympy.asin: FunctionSeries(
        lambda a: (sympy.asin(a), 1 / sympy.sqrt(1 - a**2)), _asin, lambda a: 1 - a**2
    ),
    sympy.atan: FunctionSeries(lambda a: (sympy.atan(a),), _atan),
    sympy.cos: FunctionSeries(lambda a: (sympy.cos(a), sympy.sin(a)), _periodic((1, -1, -1, 1))),
    sympy.cosh: FunctionSeries(lambda a: (sympy.cosh(a), sympy.sinh(a)), _periodic((1, 1, 1, 1))),
    sympy.erf: FunctionSeries(
        lambda a: (sympy.erf(a), 2 * sympy.exp(-(a**2)) / sympy.sqrt(sympy.pi)), _erf
    ),
    sympy.erfc: FunctionSeries(
        lambda a: (sympy.erfc(a), -2 * sympy.exp(-(a**2)) / sympy.sqrt(sympy.pi)), _erf
    ),
    sympy.exp: FunctionSeries(lambda a: (sympy.exp(a),), _exp),
    sympy.log: FunctionSeries(lambda a: (sympy.log(a),), _log, lambda a: a),
    sympy.sin: FunctionSeries(lambda a: (sympy.sin(a), sympy.cos(a)), _periodic((1, 1, -1, -1))),
    sympy.sinh: FunctionSeries(lambda a: (sympy.sinh(a), sympy.cosh(a)), _periodic((1, 1, 1, 1))),
    sympy.tanh: FunctionSeries(lambda a: (sympy.tanh(a),), _tanh),
}
