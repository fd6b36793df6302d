"""Polynomial equations with sign conditions: elimination, and exact points of what remains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product

import sympy
from sympy.solvers.simplex import InfeasibleLPError, lpmax

MAX_SAMPLES = 4096
_SMALL = [sympy.Rational(p) for p in ("1", "-1", "1/2", "-1/2", "2", "-2", "1/3", "-3")]


class UndecidedError(ValueError):
    """Neither a solution nor a proof that there is none was found."""


@dataclass(frozen=True)
class Constraints:
    """Equations e = 0 with conditions p > 0, p ≥ 0 and p ≠ 0, in some variables.

    Parameters
    ----------
    variables : tuple of sympy.Symbol
        The unknowns not yet eliminated.
    equations, positive, nonnegative, nonzero : tuple of sympy.Expr
        Rational functions of the variables and of constants.
    solved : dict
        Eliminated variables as expressions in the remaining ones.
    """

    variables: tuple[sympy.Symbol, ...]
    equations: tuple[sympy.Expr, ...] = ()
    positive: tuple[sympy.Expr, ...] = ()
    nonnegative: tuple[sympy.Expr, ...] = ()
    nonzero: tuple[sympy.Expr, ...] = ()
    solved: dict[sympy.Symbol, sympy.Expr] = field(default_factory=dict)

    def eliminate(self) -> Constraints | None:
        """Solve the equations one linear variable at a time.

        Returns
        -------
        Constraints or None
            Without equations; or None if the system certainly has no solution.

        Raises
        ------
        UndecidedError
            If no equation is linear in a variable with a coefficient known to be non-zero.
        """
        system: Constraints | None = self
        while system is not None and (system := system._tidied()) and system.equations:
            system = system._solve_one()
        return system

    def point(self) -> dict[sympy.Symbol, sympy.Expr] | None:
        """Return exact values of the remaining variables that satisfy the conditions.

        Returns
        -------
        dict or None
            None if there certainly is no such point (proved by linear programming).

        Raises
        ------
        UndecidedError
            If none was found but none was excluded either.
        """
        if not self.variables:
            return {} if self._holds({}) else None
        for values in islice(product(_SMALL, repeat=len(self.variables)), MAX_SAMPLES):
            candidate = dict(zip(self.variables, values, strict=True))
            if self._holds(candidate):
                return candidate
        return self._linear_point()

    def _holds(self, values: dict[sympy.Symbol, sympy.Expr]) -> bool:
        def at(e: sympy.Expr) -> sympy.Expr:
            return e.subs(values)

        return (
            all(at(e).is_positive for e in self.positive)
            and all(at(e).is_nonnegative for e in self.nonnegative)
            and all(at(e).is_nonzero for e in self.nonzero)
        )

    def _tidied(self) -> Constraints | None:
        """Clear denominators, drop what holds anyway; None on a contradiction."""
        equations = []
        for e in self.equations:
            reduced = self._without_units(sympy.fraction(sympy.together(e))[0])
            if reduced == 0:
                continue
            if not reduced.free_symbols & set(self.variables) and reduced.is_nonzero:
                return None
            equations.append(reduced)
        positive, nonnegative = [], []
        for kept, given in ((positive, self.positive), (nonnegative, self.nonnegative)):
            for e in given:
                p = _polynomial_of_same_sign(e)
                if p.is_nonpositive and kept is positive or p.is_negative:
                    return None
                if not (p.is_positive if kept is positive else p.is_nonnegative):
                    kept.append(p)
        nonzero = [sympy.fraction(sympy.together(e))[0] for e in self.nonzero]
        if any(sympy.expand(e) == 0 for e in nonzero):
            return None
        return replace(
            self,
            equations=tuple(equations),
            positive=tuple(dict.fromkeys(positive)),
            nonnegative=tuple(dict.fromkeys(nonnegative)),
            nonzero=tuple(dict.fromkeys(e for e in nonzero if not e.is_nonzero)),
        )

    def _without_units(self, e: sympy.Expr) -> sympy.Expr:
        """Divide by the factors that the conditions make non-zero."""
        if sympy.expand(e) == 0:
            return sympy.S.Zero
        _, factors = sympy.factor_list(e)
        return sympy.Mul(*(f for f, _ in factors if not self._is_unit(f)))

    def _is_unit(self, e: sympy.Expr) -> bool:
        if e.is_nonzero:
            return True
        known = (*self.positive, *self.nonzero)
        return any(sympy.expand(e - k) == 0 or sympy.expand(e + k) == 0 for k in known)

    def _solve_one(self) -> Constraints:
        for e in sorted(self.equations, key=lambda e: len(e.free_symbols)):
            for v in reversed(self.variables):
                polynomial = sympy.Poly(e, v) if e.has(v) else None
                if polynomial is None or polynomial.degree() != 1:
                    continue
                coefficient, rest = polynomial.all_coeffs()
                if self._without_units(coefficient).is_nonzero:
                    return self._substituted(v, sympy.cancel(-rest / coefficient))
        raise UndecidedError(f"cannot solve {self.equations} under {self.positive} > 0")

    def _substituted(self, v: sympy.Symbol, value: sympy.Expr) -> Constraints:
        def put(expressions: Sequence[sympy.Expr]) -> tuple[sympy.Expr, ...]:
            return tuple(e.subs(v, value) for e in expressions)

        solved = {k: sympy.cancel(e.subs(v, value)) for k, e in self.solved.items()}
        return Constraints(
            tuple(x for x in self.variables if x != v),
            put(self.equations),
            put(self.positive),
            put(self.nonnegative),
            put(self.nonzero),
            {**solved, v: value},
        )

    def _linear_point(self) -> dict[sympy.Symbol, sympy.Expr] | None:
        conditions = (*self.positive, *self.nonnegative)
        if any(
            not sympy.Poly(e, *self.variables).is_linear
            or e.free_symbols - set(self.variables)
            for e in conditions
        ):
            raise UndecidedError(f"no point found of {self.positive} > 0, {self.nonnegative} >= 0")
        slack = sympy.Dummy("slack")
        system = [e >= slack for e in self.positive] + [e >= 0 for e in self.nonnegative]
        try:
            optimum, values = lpmax(slack, [*system, slack <= 1])
        except InfeasibleLPError:
            return None
        if not optimum.is_positive:
            return None
        values = {v: values.get(v, sympy.S.Zero) for v in self.variables}
        if self._holds(values):
            return values
        raise UndecidedError(f"no point found off the zero sets of {self.nonzero}")


def _polynomial_of_same_sign(e: sympy.Expr) -> sympy.Expr:
    """Return numerator times denominator, without positive numerical content."""
    numerator, denominator = sympy.fraction(sympy.together(e))
    product_ = sympy.expand(numerator * denominator)
    if not product_.free_symbols:
        return product_
    content, rest = sympy.factor_terms(product_).as_coeff_Mul()
    if content.is_negative:
        content, rest = -content, -rest
    positive = [f for f in sympy.Mul.make_args(rest) if not f.is_positive]
    return sympy.expand(sympy.Mul(*positive)) if content.is_positive else product_
