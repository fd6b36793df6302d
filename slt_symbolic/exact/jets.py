"""Truncated power series in several variables with exact coefficients, and the jet of a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import comb
from typing import Any

import sympy

from slt_symbolic.exact.balls import certain_sign
from slt_symbolic.exact.chamber import UndecidedError
from slt_symbolic.exact.coefficient_field import CoefficientField
from slt_symbolic.exact.function_series import FUNCTION_SERIES, FunctionSeries, power_series

Monomial = tuple[int, ...]
Jet = list[dict[Monomial, Any]]
"""The homogeneous parts of a truncated series, by degree."""


class NotAnalyticError(ValueError):
    """An expression has no Taylor series that is known here, at that point."""


def jet_of(
    expr: sympy.Expr, point: Mapping[sympy.Symbol, sympy.Expr], order: int
) -> tuple[CoefficientField, Jet]:
    """Return the Taylor expansion of an expression at a point, by total degree up to ``order``.

    Parameters
    ----------
    expr : sympy.Expr
        Built from exact numbers, symbols, arithmetic and functions with a known series. Symbols
        that are not in the point are constants.
    point : mapping
        The centre. Its order is that of the exponents.
    order : int
        Largest total degree.

    Raises
    ------
    NotAnalyticError
        If the expression contains something else, or a function leaves its domain of analyticity.
    ZeroDivisionError
        At a pole.
    """
    expander = _Expander(expr, point, order)
    return expander.field, expander.jet(expr)


class _Expander:
    def __init__(
        self, expr: sympy.Expr, point: Mapping[sympy.Symbol, sympy.Expr], order: int
    ) -> None:
        self.point, self.order = dict(point), order
        self.series: dict[sympy.Expr, tuple[FunctionSeries, tuple[sympy.Expr, ...]]] = {}
        needed: list[sympy.Expr] = list(self.point.values())
        seen: set[sympy.Basic] = set()
        stack = [expr]
        while stack:
            e = stack.pop()
            if e in seen or e in self.point:
                continue
            seen.add(e)
            if e.is_Symbol or e.is_number:
                needed.append(e)
                continue
            if not (e.is_Add or e.is_Mul or (e.is_Pow and e.exp.is_Integer)):
                needed.extend(self._prepare(e))
            stack.extend(e.args)
        self.field = CoefficientField.containing(needed)
        self.variables = list(self.point)
        self.index = {p: i for i, p in enumerate(self.variables)}
        self.origin: Monomial = (0,) * len(self.variables)
        self.centre = [self.field.element(v) for v in self.point.values()]
        self.known: dict[sympy.Expr, Jet] = {}

    def _prepare(self, e: sympy.Expr) -> tuple[sympy.Expr, ...]:
        """Return the numbers that the series of one function call needs."""
        if e.is_Pow and e.exp.is_Rational:
            rule, inner = power_series(e.exp), e.base
        elif e.func in FUNCTION_SERIES:
            rule, inner = FUNCTION_SERIES[e.func], e.args[0]
        else:
            raise NotAnalyticError(f"no Taylor series is known for {e.func.__name__}, in {e}")
        at = sympy.expand(inner.xreplace(self.point))
        # A root of zero has a value, though no series.
        bare = self.order == 0 and e.is_Pow and e.exp.is_positive and at.is_zero
        if rule.domain is not None and not bare:
            self._require_positive(rule.domain(at), e)
        values = rule.values(at)
        self.series[e] = rule, values
        return values

    @staticmethod
    def _require_positive(number: sympy.Expr, e: sympy.Expr) -> None:
        if number.is_positive:
            return
        if not number.is_number:
            raise UndecidedError(f"it is not known whether {number} is positive, in {e}")
        sign = certain_sign(number)
        if sign is None:
            raise UndecidedError(f"it is not known whether {number} is positive, in {e}")
        if sign <= 0:
            raise NotAnalyticError(f"{e} is not analytic where its argument is {number}")

    def jet(self, e: sympy.Expr) -> Jet:
        if e not in self.known:
            self.known[e] = self._jet(e)
        return self.known[e]

    def _jet(self, e: sympy.Expr) -> Jet:
        if e in self.index:
            i = self.index[e]
            found = self._constant(self.centre[i])
            if self.order:
                unit = (*self.origin[:i], 1, *self.origin[i + 1 :])
                found[1][unit] = self.field.domain.one
            return found
        if e.is_Symbol or e.is_number:
            return self._constant(self.field.element(e))
        if e.is_Add:
            return self._sum(e.args)
        if e.is_Mul:
            found = self._constant(self.field.domain.one)
            for factor in e.args:
                found = self.multiply(found, self.jet(factor))
            return found
        if e.is_Pow and e.exp.is_Integer:
            base = self.jet(e.base)
            return self.power(base if e.exp.is_positive else self.inverse(base), abs(int(e.exp)))
        rule, values = self.series[e]
        inner = self.jet(e.base if e.is_Pow else e.args[0])
        at = inner[0].get(self.origin, self.field.domain.zero)
        elements = tuple(map(self.field.element, values))
        return self._compose(rule.coefficients(self.field, at, elements, self.order), inner)

    def _constant(self, element: Any) -> Jet:
        found: Jet = [{} for _ in range(self.order + 1)]
        if element:
            found[0][self.origin] = element
        return found

    def _sum(self, terms: Sequence[sympy.Expr]) -> Jet:
        # Monomials are shifted together, one variable at a time: the closed form of a K can
        # have thousands, and after the first variables few different ones are left.
        monomials: dict[Monomial, Any] = {}
        found = self._constant(self.field.domain.zero)
        for term in terms:
            split = self._monomial(term)
            if split is None:
                _accumulate(found, self.jet(term))
            else:
                monomials[split[0]] = monomials.get(split[0], self.field.domain.zero) + split[1]
        _accumulate(found, self._shift(monomials))
        return found

    def _monomial(self, term: sympy.Expr) -> tuple[Monomial, Any] | None:
        exponents, coefficient = list(self.origin), self.field.domain.one
        for factor in term.args if term.is_Mul else (term,):
            base, power = (factor.base, factor.exp) if factor.is_Pow else (factor, sympy.S.One)
            if base in self.index and power.is_Integer and power.is_positive:
                exponents[self.index[base]] += int(power)
            elif factor.is_Symbol or factor.is_number:
                coefficient = coefficient * self.field.element(factor)
            else:
                return None
        return tuple(exponents), coefficient

    def _shift(self, monomials: dict[Monomial, Any]) -> Jet:
        one, zero = self.field.domain.one, self.field.domain.zero
        for i, p in enumerate(self.centre):
            top = max((m[0] for m in monomials), default=0)
            powers = [one]
            for _ in range(top):
                powers.append(powers[-1] * p)
            collected: dict[Monomial, Any] = {}
            # Keys rotate: the exponents not yet shifted, then those of the displacements.
            for key, c in monomials.items():
                e, rest = key[0], key[1:]
                room = self.order - sum(rest[len(rest) - i :])
                for k in range(min(e, room) + 1):
                    factor = powers[e - k]
                    if factor:
                        new = (*rest, k)
                        value = c * factor * comb(e, k) if k else c * factor
                        collected[new] = collected.get(new, zero) + value
            monomials = collected
        found = self._constant(zero)
        for key, c in monomials.items():
            if c:
                found[sum(key)][key] = c
        return found

    def multiply(self, f: Jet, g: Jet) -> Jet:
        zero = self.field.domain.zero
        found: Jet = [{} for _ in range(self.order + 1)]
        for i, part in enumerate(f):
            for j, other in enumerate(g[: self.order + 1 - i]):
                target = found[i + j]
                for m, a in part.items():
                    for n, b in other.items():
                        key = tuple(map(int.__add__, m, n))
                        target[key] = target.get(key, zero) + a * b
        return [{m: c for m, c in part.items() if c} for part in found]

    def power(self, f: Jet, exponent: int) -> Jet:
        found = self._constant(self.field.domain.one)
        while exponent:
            if exponent & 1:
                found = self.multiply(found, f)
            exponent >>= 1
            if exponent:
                f = self.multiply(f, f)
        return found

    def inverse(self, f: Jet) -> Jet:
        one = self.field.domain.one
        inverse = self.field.inverse(f[0].get(self.origin, self.field.domain.zero))
        powers = [inverse]
        for _ in range(self.order):
            powers.append(powers[-1] * -inverse)
        return self._compose([p * one for p in powers], f)

    def _compose(self, coefficients: list[Any], inner: Jet) -> Jet:
        displacement: Jet = [{}, *inner[1:]]
        found = self._constant(coefficients[-1])
        for c in reversed(coefficients[:-1]):
            found = self.multiply(found, displacement)
            if c:
                found[0][self.origin] = found[0].get(self.origin, self.field.domain.zero) + c
        return found


def _accumulate(target: Jet, other: Jet) -> None:
    for part, more in zip(target, other, strict=True):
        for m, c in more.items():
            total = part[m] + c if m in part else c
            if total:
                part[m] = total
            else:
                del part[m]
