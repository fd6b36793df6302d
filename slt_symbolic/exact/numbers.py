"""Exact real numbers: a field that holds given constants, and the signs of its elements.

SymPy's domains do the arithmetic (on python-flint); what they lack is a fast, certain sign.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import lcm, prod
from numbers import Rational
from typing import Any

import sympy
from flint import arb, ctx, fmpq, fmpz, fmpz_poly
from sympy.polys.constructor import construct_domain
from sympy.polys.polyerrors import CoercionFailed

MAX_SIGN_PRECISION = 1 << 16


class NotExactError(ValueError):
    """A number that should be exact (rational or real algebraic) is not."""


def exact(value: object, name: str = "value") -> sympy.Expr:
    """Return a real exact number as a SymPy number.

    Parameters
    ----------
    value : int, fractions.Fraction, flint.fmpq, flint.fmpz or sympy.Expr
        A rational, or a SymPy expression for a real algebraic number.
    name : str
        How the error message names the argument.

    Raises
    ------
    TypeError
        For floats and everything else that is not exact.
    NotExactError
        For SymPy expressions that are not real algebraic numbers.

    Examples
    --------
    >>> from fractions import Fraction
    >>> exact(Fraction(1, 3)), exact(sympy.sqrt(3))
    (1/3, sqrt(3))
    """
    if isinstance(value, sympy.Expr):
        if value.is_Rational or (
            value.is_number and value.is_extended_real and value.is_algebraic and value.is_finite
        ):
            return value
        raise NotExactError(f"{name} must be a real algebraic number, got {value}")
    if isinstance(value, Rational) and not isinstance(value, bool):  # NumPy's integers too
        return sympy.Rational(int(value.numerator), int(value.denominator))
    if isinstance(value, fmpq):
        return sympy.Rational(int(value.p), int(value.q))
    if isinstance(value, fmpz):
        return sympy.Integer(int(value))
    raise TypeError(
        f"{name} must be exact (int, Fraction, fmpq or an exact SymPy number), got {value!r}"
    )


@dataclass(frozen=True)
class RealField:
    """An ordered field of real numbers: Q, or Q(θ) for a real algebraic θ.

    Elements are those of the SymPy domain: ``fmpq`` for Q, algebraic-field elements else.

    Examples
    --------
    >>> field = RealField.containing([sympy.sqrt(3), sympy.Rational(1, 2)])
    >>> x = field.element(sympy.sqrt(3)) - field.element(sympy.Rational(7, 4))
    >>> field.sign(x), field.to_sympy(x)
    (-1, -7/4 + sqrt(3))
    """

    domain: Any

    @classmethod
    def containing(cls, numbers: Iterable[sympy.Expr]) -> RealField:
        """Return the smallest such field that holds all the given exact numbers."""
        irrational = [x for x in numbers if not x.is_Rational]
        if not irrational:
            return cls(sympy.QQ)
        domain, _ = construct_domain(irrational, extension=True, field=True)
        return cls(domain)

    @property
    def is_rational(self) -> bool:
        """Whether the field is Q."""
        return bool(self.domain.is_QQ)

    def element(self, number: sympy.Expr) -> Any:
        """Return the element that equals an exact SymPy number of the field."""
        if number.is_Rational or self.is_rational:
            return self.domain.from_sympy(number)
        if number not in self._known:
            self._known[number] = self._converted(number)
        return self._known[number]

    def _converted(self, number: sympy.Expr) -> Any:
        # Term by term where possible: SymPy searches integer relations for what it is given as
        # a whole, and fails on numbers that nearly cancel.
        try:
            if number.is_Add:
                return sum(map(self.element, number.args), self.domain.zero)
            if number.is_Mul:
                return prod(map(self.element, number.args), start=self.domain.one)
        except CoercionFailed:  # the parts need not lie in the field
            pass
        return self.domain.from_sympy(number)

    def to_sympy(self, element: Any) -> sympy.Expr:
        """Return an element as a SymPy number."""
        return self.domain.to_sympy(element)

    def sign(self, element: Any) -> int:
        """Return −1, 0 or 1, with certainty."""
        if not element:
            return 0
        if self.is_rational:
            return 1 if element > 0 else -1
        return self._algebraic_sign(element)

    def enclose(self, element: Any) -> arb:
        """Return a ball around the element at python-flint's working precision."""
        if self.is_rational:
            return arb(fmpq(int(element.numerator), int(element.denominator)))
        coefficients = [fmpq(int(c.numerator), int(c.denominator)) for c in element.to_list()]
        if ctx.prec not in self._balls:
            self._balls[ctx.prec] = self._generator_ball()
        theta, value = self._balls[ctx.prec], arb(0)
        for c in coefficients:
            value = value * theta + c
        return value

    def _algebraic_sign(self, element: Any) -> int:
        precision = ctx.prec
        try:
            while ctx.prec <= MAX_SIGN_PRECISION:
                ball = self.enclose(element)
                if ball > 0:
                    return 1
                if ball < 0:
                    return -1
                ctx.prec *= 2
        finally:
            ctx.prec = precision
        raise ArithmeticError("the sign of an algebraic number needs more than 65536 bits")

    @cached_property
    def _known(self) -> dict[sympy.Expr, Any]:
        return {}

    @cached_property
    def _balls(self) -> dict[int, arb]:
        """Balls around θ, by precision."""
        return {}

    @cached_property
    def _minimal_polynomial(self) -> fmpz_poly:
        coefficients = [
            fmpq(int(c.numerator), int(c.denominator)) for c in self.domain.mod.to_list()
        ]
        scale = lcm(*(int(c.q) for c in coefficients))
        return fmpz_poly([int((c * scale).p) for c in reversed(coefficients)])

    def _generator_ball(self) -> arb:
        """Enclose θ: the one certified real root of its minimal polynomial near its value."""
        value = sympy.N(self.domain.ext.as_expr(), 30)
        # 30 digits are relative: a generator near 1e15 is off by more than 1e-25.
        approximate = arb(str(value), str(abs(value) * sympy.Float("1e-25")))
        # python-flint's annotations omit the multiplicities that come with the roots.
        pairs: Any = self._minimal_polynomial.complex_roots()
        roots = [root.real for root, _ in pairs if root.imag == 0]
        near = [r for r in roots if r.overlaps(approximate)]
        if len(near) != 1:
            raise ArithmeticError("the real roots of the minimal polynomial were not separated")
        return near[0]
