"""A SymPy expression as a quotient of polynomials over Q in formal generators.

Generators are symbols, roots, exponentials and anything that is opaque here. A numerator that
vanishes modulo the relations that roots satisfy proves that the expression vanishes; a numerator
that does not vanish proves the opposite only if every generator is a free symbol.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import sympy
from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

__all__ = ["Quotient", "UndefinedExpressionError", "quotient"]

_MAX_EXPONENT = 10_000
_MAX_FACTORED = 10**12

# A root b^(m/D): the base b, the monomial m of its exponent, and (elsewhere) the divisor D.
_Root = tuple[sympy.Expr, sympy.Expr]


class UndefinedExpressionError(ValueError):
    """The expression divides by zero, so it has no value that could be zero."""


@dataclass(frozen=True)
class Quotient:
    """``numerator / denominator``, reduced modulo the relations of the generators.

    Parameters
    ----------
    numerator, denominator
        Polynomials over Q in the generators.
    generators
        What each variable of the polynomials stands for.
    """

    numerator: fmpq_mpoly
    denominator: fmpq_mpoly
    generators: tuple[sympy.Expr, ...]

    @property
    def is_rational_function(self) -> bool:
        """Whether every generator is a free symbol, so that zero is decided by the numerator."""
        return all(g.is_Symbol for g in self.generators)

    @property
    def denominator_is_nonzero(self) -> bool:
        """Whether the denominator cannot vanish identically: a polynomial in symbols alone."""
        degrees = self.denominator.degrees()
        used = [g for g, d in zip(self.generators, degrees, strict=True) if d]
        return not self.denominator.is_zero() and all(g.is_Symbol for g in used)

    def coefficients(self) -> list[sympy.Expr]:
        """Return the coefficients of the numerator as a polynomial in its free symbols."""
        grouped: dict[tuple[int, ...], list[sympy.Expr]] = {}
        for monomial, coefficient in self.numerator.to_dict().items():
            pairs = list(zip(self.generators, map(int, monomial), strict=True))
            key = tuple(e for g, e in pairs if g.is_Symbol)
            number = sympy.Rational(int(coefficient.p), int(coefficient.q))
            rest = sympy.Mul(number, *(g**e for g, e in pairs if not g.is_Symbol))
            grouped.setdefault(key, []).append(rest)
        return [sympy.Add(*terms) for terms in grouped.values()]


def quotient(expr: sympy.Expr) -> Quotient:
    """Write an expression as a quotient of polynomials in formal generators.

    Parameters
    ----------
    expr
        An exact, commutative SymPy expression.

    Returns
    -------
    Quotient
        Equal to `expr` wherever `expr` is defined.

    Raises
    ------
    UndefinedExpressionError
        If a denominator is zero.

    Examples
    --------
    >>> from sympy import sqrt, symbols
    >>> x = symbols("x")
    >>> quotient((x**2 - 1) / (x - 1) - x - 1).numerator.is_zero()
    True
    >>> quotient((1 + sqrt(2)) ** 2 - 3 - sqrt(8)).numerator.is_zero()
    True
    """
    scan = _Scan()
    scan.visit(expr)
    # Lexicographic with outer roots first: the leading monomial of g^D - b is then g^D, so that
    # division by the relations, outer before inner, is a normal form.
    keys = list(reversed(scan.keys))
    names = tuple(f"g{i}" for i in range(len(keys))) or ("g0",)
    context = fmpq_mpoly_ctx.get(names, Ordering.lex)
    convert = _Convert(scan.divisors, dict(zip(keys, context.gens(), strict=False)), context)
    numerator, denominator = convert(expr)
    for relation in convert.relations(keys):
        numerator, denominator = numerator % relation, denominator % relation
    if denominator.is_zero():
        raise UndefinedExpressionError("the expression divides by zero")
    meanings = tuple(scan.meaning(k) for k in keys) or (sympy.Dummy("unused"),)
    return Quotient(numerator, denominator, meanings)


def _exponent_terms(exponent: sympy.Expr) -> list[tuple[sympy.Rational, sympy.Expr]]:
    terms = sympy.Add.make_args(sympy.expand(exponent))
    return [term.as_coeff_Mul(rational=True) for term in terms]


def _split_power(expr: sympy.Expr) -> list[tuple[sympy.Expr, sympy.Expr]]:
    """Return base and exponent of a power, an integer base split into its primes."""
    if expr is sympy.E:
        return [(sympy.E, sympy.S.One)]
    base, exponent = expr.as_base_exp()
    if isinstance(expr, sympy.exp):
        base, exponent = sympy.E, expr.exp
    if base.is_Integer and 1 < base < _MAX_FACTORED:
        return [(sympy.Integer(p), k * exponent) for p, k in sympy.factorint(int(base)).items()]
    return [(base, exponent)]


def _is_root(expr: sympy.Expr) -> bool:
    if expr is sympy.E or isinstance(expr, sympy.exp):
        return True
    return bool(expr.is_Pow) and not expr.exp.is_Integer


def _is_polynomial_power(expr: sympy.Expr) -> bool:
    return bool(expr.is_Pow) and expr.exp.is_Integer and abs(expr.exp) <= _MAX_EXPONENT


@dataclass
class _Scan:
    """Collects the generators, each after those that its own definition contains."""

    keys: list[sympy.Expr | _Root] = field(default_factory=list)
    divisors: dict[_Root, int] = field(default_factory=dict)

    def visit(self, expr: sympy.Expr) -> None:
        if expr.is_Rational:
            return
        if expr.is_Add or expr.is_Mul:
            for argument in expr.args:
                self.visit(argument)
        elif _is_polynomial_power(expr):
            self.visit(expr.base)
        elif _is_root(expr):
            self._visit_root(expr)
        else:
            self._add(expr)

    def _visit_root(self, expr: sympy.Expr) -> None:
        for base, exponent in _split_power(expr):
            if base is not sympy.E:
                self.visit(base)
            for coefficient, monomial in _exponent_terms(exponent):
                key = (base, monomial)
                self.divisors[key] = math.lcm(self.divisors.get(key, 1), int(coefficient.q))
                self._add(key)

    def _add(self, key: sympy.Expr | _Root) -> None:
        if key not in self.keys:
            self.keys.append(key)

    def meaning(self, key: sympy.Expr | _Root) -> sympy.Expr:
        if isinstance(key, tuple):
            base, monomial = key
            return base ** (monomial / self.divisors[key])
        return key


@dataclass
class _Convert:
    """Builds numerator and denominator, bottom up."""

    divisors: dict[_Root, int]
    variables: dict[sympy.Expr | _Root, fmpq_mpoly]
    context: fmpq_mpoly_ctx

    def __call__(self, expr: sympy.Expr) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        one = self.context.constant(1)
        if expr.is_Rational:
            return self.context.constant(fmpq(int(expr.p), int(expr.q))), one
        if expr.is_Add:
            return self._sum([self(a) for a in expr.args])
        if expr.is_Mul:
            return self._product([self(a) for a in expr.args])
        if _is_polynomial_power(expr):
            return _power(self(expr.base), int(expr.exp))
        if _is_root(expr):
            factors = []
            for base, exponent in _split_power(expr):
                for coefficient, monomial in _exponent_terms(exponent):
                    key = (base, monomial)
                    times = int(coefficient * self.divisors[key])
                    factors.append(_power((self.variables[key], one), times))
            return self._product(factors)
        return self.variables[expr], one

    def _sum(self, parts: list[tuple[fmpq_mpoly, fmpq_mpoly]]) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        grouped: list[tuple[fmpq_mpoly, fmpq_mpoly]] = []
        for n, d in parts:
            for i, (total, common) in enumerate(grouped):
                if common == d:
                    grouped[i] = (total + n, d)
                    break
            else:
                grouped.append((n, d))
        numerator, denominator = grouped[0]
        for n, d in grouped[1:]:
            shared = denominator.gcd(d)
            own, other = denominator / shared, d / shared
            numerator, denominator = numerator * other + n * own, denominator * other
        return numerator, denominator

    def _product(self, parts: list[tuple[fmpq_mpoly, fmpq_mpoly]]) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        numerator = denominator = self.context.constant(1)
        for n, d in parts:
            numerator, denominator = numerator * n, denominator * d
        return numerator, denominator

    def relations(self, keys: list[sympy.Expr | _Root]) -> list[fmpq_mpoly]:
        found = []
        for key in keys:
            if key is sympy.I:
                found.append(self.variables[key] ** 2 + 1)
            elif isinstance(key, tuple) and key[1] == 1 and key[0] is not sympy.E:
                numerator, denominator = self(key[0])
                if denominator.is_constant():
                    root = self.variables[key] ** self.divisors[key]
                    found.append(root - numerator / denominator)
        return found


def _power(part: tuple[fmpq_mpoly, fmpq_mpoly], n: int) -> tuple[fmpq_mpoly, fmpq_mpoly]:
    numerator, denominator = part
    if n >= 0:
        return numerator**n, denominator**n
    if numerator.is_zero():
        raise UndefinedExpressionError("the expression divides by zero")
    return denominator**-n, numerator**-n
