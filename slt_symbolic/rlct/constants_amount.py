"""Positive numbers with their evidence: an exact expression where one is known, always a ball."""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from flint import arb, ctx, fmpq

PRECISION = 160


def rational(q: fmpq) -> sympy.Rational:
    """Return a rational number of SymPy."""
    return sympy.Rational(int(q.p), int(q.q))


@dataclass(frozen=True)
class Amount:
    """A positive number.

    Attributes
    ----------
    expr : sympy.Expr or None
        The number in rational powers, Gamma functions and pi; None where only the ball is known.
    ball : flint.arb
        An enclosure.

    Examples
    --------
    >>> (Amount.of(fmpq(2)).power(fmpq(1, 2)) * Amount.gamma(fmpq(1, 2))).expr
    sqrt(2)*sqrt(pi)
    """

    expr: sympy.Expr | None
    ball: arb

    @classmethod
    def of(cls, q: fmpq | int) -> Amount:
        """Return a positive rational number."""
        q = fmpq(q)
        return cls(rational(q), arb(q))

    @classmethod
    def gamma(cls, q: fmpq) -> Amount:
        """Return Gamma(q), q > 0."""
        with ctx.workprec(PRECISION):
            return cls(sympy.gamma(rational(q)), arb.gamma(arb(q)))

    @classmethod
    def pi(cls) -> Amount:
        """Return pi."""
        with ctx.workprec(PRECISION):
            return cls(sympy.pi, arb.pi())

    def __mul__(self, other: Amount) -> Amount:
        known = None if self.expr is None or other.expr is None else self.expr * other.expr
        with ctx.workprec(PRECISION):
            return Amount(known, self.ball * other.ball)

    def __add__(self, other: Amount) -> Amount:
        known = None if self.expr is None or other.expr is None else self.expr + other.expr
        with ctx.workprec(PRECISION):
            return Amount(known, self.ball + other.ball)

    def power(self, q: fmpq) -> Amount:
        """Return a rational power."""
        expr = None if self.expr is None else self.expr ** rational(q)
        with ctx.workprec(PRECISION):
            return Amount(expr, self.ball ** arb(q))


def total(amounts: list[Amount]) -> Amount:
    """Return the sum of a non-empty list."""
    result = amounts[0]
    for amount in amounts[1:]:
        result = result + amount
    return result
