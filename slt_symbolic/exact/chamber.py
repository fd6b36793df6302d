"""Rational functions, ordered at a point: the field that turns a number into a closed form.

An exact algorithm over an ordered field does arithmetic and asks for signs. Run over numbers it
yields a number; run over rational functions whose signs are read off at a sample point, it
yields the closed form that is valid around that point, and the signs asked for are exactly the
inequalities of its chamber.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any, Protocol

import sympy

from slt_symbolic.exact.algebraic_functions import AlgebraicFunctions
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.exact.rational_functions import RationalFunctions


class OrderedField(Protocol):
    """What an exact algorithm needs of its scalars, beyond their arithmetic."""

    def element(self, number: sympy.Expr) -> Any:
        """Return the element that equals a SymPy expression."""

    def sign(self, element: Any) -> int:
        """Return −1, 0 or 1, with certainty."""

    def to_sympy(self, element: Any) -> sympy.Expr:
        """Return the element as a SymPy expression."""


class WallError(ValueError):
    """The sample point lies on a wall between chambers: a sign there is neither + nor −."""


class UndecidedError(ValueError):
    """A sign depends on a constant whose assumptions do not determine it."""


@dataclass(frozen=True)
class Chamber:
    """An open region of parameters, given by polynomial inequalities.

    Parameters
    ----------
    conditions : frozenset of sympy.Expr
        The region is where every one of these polynomials is positive.
    """

    conditions: frozenset[sympy.Expr]

    def closure_contains(self, point: Mapping[sympy.Symbol, sympy.Expr]) -> bool:
        """Whether every condition is non-negative at an exact point.

        This is a superset of the topological closure: where several conditions vanish at once
        the region's interior may still stay away from the point.

        Raises
        ------
        UndecidedError
            If a condition's sign there depends on an unknown constant.
        """
        return all(_decided(c, c.subs(point).is_nonnegative) for c in self.conditions)

    def contains(self, point: Mapping[sympy.Symbol, sympy.Expr]) -> bool:
        """Whether every condition is positive at an exact point.

        Raises
        ------
        UndecidedError
            If a condition's sign there depends on an unknown constant.
        """
        return all(_decided(c, c.subs(point).is_positive) for c in self.conditions)

    def __str__(self) -> str:
        if not self.conditions:
            return "everywhere"
        ordered = sorted(self.conditions, key=sympy.default_sort_key)
        return ", ".join(
            f"{-c} < 0" if c.could_extract_minus_sign() else f"{c} > 0" for c in ordered
        )


@dataclass
class ChamberField:
    """The rational functions of some symbols, with signs taken at a sample point.

    Parameters
    ----------
    parameters : tuple of sympy.Symbol
        Symbols that vary; their signs at the sample point become the chamber's conditions.
    constants : tuple of sympy.Symbol
        Symbols that stand for fixed unknown numbers; signs among them must follow from their
        SymPy assumptions.
    sample : mapping
        An exact value for every parameter and constant.
    numbers : iterable of sympy.Expr
        Further exact numbers that occur (irrational coefficients, say).

    Examples
    --------
    >>> w, b = sympy.symbols("w b", real=True)
    >>> at = ChamberField((w, b), (), {w: sympy.Integer(2), b: sympy.Integer(-1)})
    >>> at.sign(at.element(-b / w))
    1
    >>> str(at.chamber)
    'b < 0, w > 0'
    """

    parameters: tuple[sympy.Symbol, ...]
    constants: tuple[sympy.Symbol, ...]
    sample: Mapping[sympy.Symbol, sympy.Expr]
    numbers: Iterable[sympy.Expr] = ()
    _walls: dict[sympy.Expr, Any] = field(default_factory=dict, init=False)
    _signs: dict[Any, int] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._symbols = self.parameters + self.constants
        missing = [s for s in self._symbols if s not in self.sample]
        if missing:
            raise ValueError(f"sample must give a value to {', '.join(map(str, missing))}")
        values = [self.sample[s] for s in self._symbols]
        self._base = RealField.containing([*values, *self.numbers])
        self._values = [self._base.element(v) for v in values]
        self._functions: Any = self._base
        if self._symbols:
            self._functions = (
                RationalFunctions(self._symbols)
                if self._base.is_rational
                else AlgebraicFunctions(self._symbols, self._base)
            )

    @property
    def chamber(self) -> Chamber:
        """The region in which every sign asked for so far is the one at the sample point."""
        return Chamber(frozenset(self._walls))

    @property
    def base(self) -> Any:
        """The SymPy domain of the coefficients."""
        return self._base.domain

    @property
    def walls(self) -> dict[sympy.Expr, Any]:
        """The conditions so far, each with its polynomial and sign: what :meth:`holds` takes."""
        return dict(self._walls)

    def holds(self, walls: Mapping[sympy.Expr, Any]) -> bool:
        """Whether the sample point satisfies conditions that another such field recorded."""
        return all(
            self._base.sign(self._functions.evaluate(polynomial, self._values)) == sign
            for polynomial, sign in walls.values()
        )

    def fresh(self) -> ChamberField:
        """Return the same field at the same point, with no sign asked for yet."""
        other = copy(self)
        other._walls, other._signs = {}, {}
        return other

    def element(self, number: sympy.Expr) -> Any:
        """Return a rational function of the symbols as a field element."""
        return self._functions.element(number)

    def to_sympy(self, element: Any) -> sympy.Expr:
        """Return a field element as a SymPy expression."""
        return self._functions.to_sympy(element)

    def sign(self, element: Any) -> int:
        """Return the sign at the sample point, and record what it assumes.

        Raises
        ------
        WallError
            If a factor that is not identically zero vanishes at the sample point.
        UndecidedError
            If the sign of a factor in the constants does not follow from their assumptions.
        """
        if not self._symbols:
            return self._base.sign(element)
        if not element:
            return 0
        if element not in self._signs:
            self._signs[element] = self._decide(element)
        return self._signs[element]

    def _decide(self, element: Any) -> int:
        # Factor by factor, so that the walls are irreducible. Even powers are walls as well: the
        # element vanishes there, and a discontinuous activation jumps.
        constants, factors = self._functions.factors(element)
        sign = 1
        for constant in constants:
            sign *= self._base.sign(constant)
        for factor, power in factors:
            sign *= self._factor_sign(factor) ** power
        return sign

    def _factor_sign(self, factor: Any) -> int:
        expression = self._functions.polynomial_to_sympy(factor)
        free = expression.free_symbols
        if not free & set(self.parameters):
            return self._constant_sign(expression)
        sign = self._base.sign(self._functions.evaluate(factor, self._values))
        if sign == 0:
            raise WallError(f"the point lies on the wall {expression} = 0")
        assumed = expression.is_positive
        if assumed is not (sign > 0):
            self._walls[sign * expression] = (factor, sign)
        return sign

    @staticmethod
    def _constant_sign(expression: sympy.Expr) -> int:
        if expression.is_positive:
            return 1
        if expression.is_negative:
            return -1
        raise UndecidedError(
            f"the sign of {expression} does not follow from its symbols' assumptions; "
            "declare them positive, or give numbers"
        )


def _decided(condition: sympy.Expr, answer: bool | None) -> bool:
    if answer is None:
        raise UndecidedError(f"the sign of {condition} at this point depends on unknown constants")
    return answer
