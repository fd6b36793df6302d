"""Rational functions over a real number field, on SymPy's fields of fractions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from slt_symbolic.exact.numbers import RealField


class AlgebraicFunctions:
    """The field of rational functions over Q(θ) in some symbols.

    It answers the same questions as
    :class:`~slt_symbolic.exact.rational_functions.RationalFunctions`, more slowly.

    Parameters
    ----------
    symbols : sequence of sympy.Symbol
        The variables, at least one.
    base : RealField
        The field of the coefficients.
    """

    def __init__(self, symbols: Sequence[sympy.Symbol], base: RealField) -> None:
        self._domain = base.domain.frac_field(*symbols)
        self._one = base.domain.one

    def element(self, expression: sympy.Expr) -> Any:
        """Return a rational function of the symbols as an element."""
        return self._domain.from_sympy(expression)

    def to_sympy(self, element: Any) -> sympy.Expr:
        """Return an element as a SymPy expression."""
        # The domain does not clear irrational contents: make the denominator monic.
        unit = self._one / element.denom.LC
        numerator, denominator = (p.mul_ground(unit) for p in (element.numer, element.denom))
        return numerator.as_expr() / denominator.as_expr()

    def factors(self, element: Any) -> tuple[list[Any], list[tuple[Any, int]]]:
        """Return constant factors, and irreducible polynomials with powers (sign immaterial)."""
        constants, factors = [], []
        for polynomial in (element.numer, element.denom):
            content, found = polynomial.factor_list()
            constants.append(content)
            factors += found
        return constants, factors

    def evaluate(self, polynomial: Any, values: Sequence[Any]) -> Any:
        """Return a polynomial's value at elements of the base field."""
        return polynomial(*values)

    def polynomial_to_sympy(self, polynomial: Any) -> sympy.Expr:
        """Return a polynomial as a SymPy expression."""
        return polynomial.as_expr()
