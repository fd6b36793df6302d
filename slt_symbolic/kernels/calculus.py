"""Numbers in which Gaussian closed forms are written: SymPy expressions, or balls."""

from __future__ import annotations

from typing import Any, Protocol

import sympy
from flint import arb, fmpq

from slt_symbolic.exact.chamber import ChamberField, OrderedField
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.kernels.bivariate_normal import (
    BivariateNormalCDF,
    bivariate_normal_cdf,
    normal_cdf,
)


class Calculus(Protocol):
    """The operations that a closed form needs beyond arithmetic, from field elements on."""

    @property
    def pi(self) -> Any:
        """Return π."""

    def value(self, element: Any) -> Any:
        """Return a field element as a number of this calculus."""

    def root(self, element: Any) -> Any:
        """Return the positive square root of a positive field element."""

    def rational(self, number: sympy.Rational) -> Any:
        """Return a rational as a number of this calculus."""

    def exp(self, x: Any) -> Any:
        """Return eˣ."""

    def sqrt(self, x: Any) -> Any:
        """Return the square root of a positive number."""

    def asin(self, x: Any) -> Any:
        """Return the arcsine."""

    def cdf(self, x: Any) -> Any:
        """Return Φ(x)."""

    def joint_cdf(self, h: Any, k: Any, cosine: Any, sine: Any) -> Any:
        """Return Φ₂(h, k; cosine), with sine = √(1 − cosine²)."""


class Symbolic:
    """Exact SymPy expressions.

    Parameters
    ----------
    field : OrderedField
        Where the elements come from.
    """

    pi = sympy.pi
    exp = staticmethod(sympy.exp)
    sqrt = staticmethod(sympy.sqrt)
    asin = staticmethod(sympy.asin)
    cdf = staticmethod(normal_cdf)

    def __init__(self, field: OrderedField) -> None:
        self._field = field

    def value(self, element: Any) -> sympy.Expr:
        """Return the element as an expression."""
        return self._field.to_sympy(element)

    def rational(self, number: sympy.Rational) -> sympy.Expr:
        """Return the rational itself."""
        return number

    def root(self, element: Any) -> sympy.Expr:
        """Return the square root, with square factors taken out by their sign at the sample."""
        if not isinstance(self._field, ChamberField):
            return sympy.sqrtdenest(sympy.sqrt(self._field.to_sympy(element)))
        outside, inside = sympy.S.One, sympy.S.One
        fraction = sympy.fraction(sympy.together(self._field.to_sympy(element)))
        for polynomial, power in zip(fraction, (1, -1), strict=True):
            content, factors = sympy.factor_list(polynomial)
            inside *= content**power
            for base, multiplicity in factors:
                if multiplicity > 1:
                    # √(w²) is w or −w: an absolute value has no second derivative in SymPy.
                    sign = self._field.sign(self._field.element(base))
                    outside *= (sign * base) ** (power * (multiplicity // 2))
                inside *= base ** (power * (multiplicity % 2))
        return outside * sympy.sqrt(inside)

    def joint_cdf(
        self, h: sympy.Expr, k: sympy.Expr, cosine: sympy.Expr, _sine: sympy.Expr
    ) -> sympy.Expr:
        """Return Φ₂ as a function of limits and correlation."""
        return BivariateNormalCDF(h, k, cosine)


class Balls:
    """Balls at python-flint's working precision, around numbers of a real field."""

    joint_cdf = staticmethod(bivariate_normal_cdf)

    def __init__(self, field: RealField) -> None:
        self._field = field

    @property
    def pi(self) -> arb:
        """Return a ball around π."""
        return arb.pi()

    def value(self, element: Any) -> arb:
        """Return a ball around the element."""
        return self._field.enclose(element)

    def rational(self, number: sympy.Rational) -> arb:
        """Return a ball around a rational."""
        return arb(fmpq(int(number.p), int(number.q)))

    def root(self, element: Any) -> arb:
        """Return a ball around the square root."""
        return self._field.enclose(element).sqrt()

    @staticmethod
    def exp(x: arb) -> arb:
        """Return a ball around eˣ."""
        return x.exp()

    @staticmethod
    def sqrt(x: arb) -> arb:
        """Return a ball around √x."""
        return x.sqrt()

    @staticmethod
    def asin(x: arb) -> arb:
        """Return a ball around the arcsine."""
        return x.asin()

    @staticmethod
    def cdf(x: arb) -> arb:
        """Return a ball around Φ(x), accurate in the lower tail."""
        return (-x / arb(2).sqrt()).erfc() / 2
