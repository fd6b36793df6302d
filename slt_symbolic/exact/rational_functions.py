"""Rational functions over Q on python-flint's polynomials: the fast scalars of closed forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import lcm
from typing import Any

import sympy
from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx
from sympy.polys.polyerrors import PolynomialError


class RationalFunction:
    """A quotient of polynomials in lowest terms, the denominator monic.

    Parameters
    ----------
    numerator, denominator : flint.fmpq_mpoly
        Of one context; the denominator not zero.
    """

    __slots__ = ("denominator", "numerator")

    def __init__(self, numerator: fmpq_mpoly, denominator: fmpq_mpoly) -> None:
        self.numerator = numerator
        self.denominator = denominator

    @classmethod
    def reduced(cls, numerator: fmpq_mpoly, denominator: fmpq_mpoly) -> RationalFunction:
        """Return numerator/denominator in lowest terms."""
        if not denominator.is_constant():
            common = numerator.gcd(denominator)
            if not common.is_one():
                numerator, denominator = numerator / common, denominator / common
        unit = denominator.leading_coefficient()
        if unit != 1:
            numerator, denominator = numerator / unit, denominator / unit
        return cls(numerator, denominator)

    def __add__(self, other: Any) -> RationalFunction:
        if not isinstance(other, RationalFunction):
            return RationalFunction(self.numerator + other * self.denominator, self.denominator)
        if self.denominator == other.denominator:
            total = self.numerator + other.numerator
            if self.denominator.is_one():
                return RationalFunction(total, self.denominator)
            return RationalFunction.reduced(total, self.denominator)
        return RationalFunction.reduced(
            self.numerator * other.denominator + other.numerator * self.denominator,
            self.denominator * other.denominator,
        )

    def __mul__(self, other: Any) -> RationalFunction:
        if not isinstance(other, RationalFunction):
            return RationalFunction(self.numerator * other, self.denominator)
        numerator = self.numerator * other.numerator
        denominator = self.denominator * other.denominator
        if denominator.is_one():
            return RationalFunction(numerator, denominator)
        return RationalFunction.reduced(numerator, denominator)

    def __truediv__(self, other: Any) -> RationalFunction:
        if not isinstance(other, RationalFunction):
            return RationalFunction(self.numerator / fmpq(other), self.denominator)
        if not other:
            raise ZeroDivisionError("division by the zero function")
        return RationalFunction.reduced(
            self.numerator * other.denominator, self.denominator * other.numerator
        )

    def __neg__(self) -> RationalFunction:
        return RationalFunction(-self.numerator, self.denominator)

    def __sub__(self, other: Any) -> RationalFunction:
        return self + (-other)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: Any) -> RationalFunction:
        return -self + other

    def __bool__(self) -> bool:
        return not self.numerator.is_zero()

    def __eq__(self, other: Any) -> bool:
        if not isinstance(other, RationalFunction):
            return bool(self.numerator == other * self.denominator)
        return bool(self.numerator == other.numerator and self.denominator == other.denominator)

    def __hash__(self) -> int:
        return hash((str(self.numerator), str(self.denominator)))


class RationalFunctions:
    """The field of rational functions over Q in some symbols.

    Examples
    --------
    >>> x, y = sympy.symbols("x y")
    >>> field = RationalFunctions((x, y))
    >>> field.to_sympy(field.element(x / y) + field.element(1 / y))
    (x + 1)/y
    """

    def __init__(self, symbols: Sequence[sympy.Symbol]) -> None:
        self.symbols = tuple(symbols)
        # Positions, not names, identify the generators: names may clash or be unprintable.
        names = [f"x{i}" for i in range(len(self.symbols))]
        self.context = fmpq_mpoly_ctx.get(names, Ordering.lex)
        one = self.context.constant(1)
        self._atoms: dict[sympy.Expr, RationalFunction] = {
            s: RationalFunction(g, one)
            for s, g in zip(self.symbols, self.context.gens(), strict=True)
        }
        self._one = one

    def element(self, expression: sympy.Expr) -> RationalFunction:
        """Return a rational function of the symbols as an element.

        Raises
        ------
        ValueError
            If it is no rational function of the symbols with rational coefficients.
        """
        known = self._atoms.get(expression)
        if known is not None:
            return known
        if expression.is_Rational:
            value = fmpq(int(expression.p), int(expression.q))
            return RationalFunction(self.context.constant(value), self._one)
        numerator, denominator = sympy.fraction(sympy.together(expression))
        return RationalFunction.reduced(self._polynomial(numerator), self._polynomial(denominator))

    def to_sympy(self, element: RationalFunction) -> sympy.Expr:
        """Return an element as a SymPy expression."""
        numerator, denominator = element.numerator, element.denominator
        if not denominator.is_constant():
            # Integers above and below read better than fractions within a fraction.
            scale = lcm(*(int(c.q) for p in (numerator, denominator) for c in p.coeffs()))
            numerator, denominator = numerator * scale, denominator * scale
        return self.polynomial_to_sympy(numerator) / self.polynomial_to_sympy(denominator)

    def factors(self, element: RationalFunction) -> tuple[list[fmpq], list[tuple[fmpq_mpoly, int]]]:
        """Return constant factors, and irreducible polynomials with powers (sign immaterial)."""
        constants, factors = [], []
        for polynomial in (element.numerator, element.denominator):
            content, found = polynomial.factor()
            constants.append(content)
            factors += found
        return constants, factors

    def evaluate(self, polynomial: fmpq_mpoly, values: Sequence[fmpq]) -> fmpq:
        """Return a polynomial's value at rational numbers."""
        return polynomial(*values)

    def polynomial_to_sympy(self, polynomial: fmpq_mpoly) -> sympy.Expr:
        """Return a polynomial as a SymPy expression."""
        terms: Mapping[tuple[int, ...], Any] = polynomial.to_dict()
        return sympy.Add(
            *(
                sympy.Mul(
                    sympy.Rational(int(c.p), int(c.q)),
                    *(s ** int(e) for s, e in zip(self.symbols, powers, strict=True) if e),
                )
                for powers, c in terms.items()
            )
        )

    def _polynomial(self, expression: sympy.Expr) -> fmpq_mpoly:
        try:
            terms = sympy.Poly(expression, *self.symbols, domain="QQ").as_dict()
        except PolynomialError as error:
            raise ValueError(
                f"{expression} is no rational function of {self.symbols} over Q"
            ) from error
        return self.context.from_dict(
            {monomial: fmpq(int(c.p), int(c.q)) for monomial, c in terms.items()}
        )
