"""Polynomial equations with sign conditions: elimination, and exact points of what remains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product
from random import Random

import sympy
from sympy.solvers.simplex import InfeasibleLPError, lpmax

from slt_symbolic.exact.chamber import UndecidedError

MAX_SAMPLES = 512
_SMALL = [sympy.Rational(p) for p in ("1", "-1", "1/2", "-1/2", "2", "-2", "1/3", "-3")]


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
        conditions = (*self.positive, *self.nonnegative)
        constants = set().union(*(e.free_symbols for e in (*conditions, *self.nonzero)))
        constants -= set(self.variables)
        linear = not constants and all(_is_linear(e, self.variables) for e in conditions)
        for scale in (sympy.S.One, *sorted(constants, key=str)):
            for values in _guesses(len(self.variables)):
                candidate = {v: scale * x for v, x in zip(self.variables, values, strict=True)}
                if self._holds(candidate):
                    return candidate
        if not linear:
            raise UndecidedError(f"no point found of {self.positive} > 0, {self.nonnegative} >= 0")
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
        positive: list[sympy.Expr] = []
        nonnegative: list[sympy.Expr] = []
        for kept, given in ((positive, self.positive), (nonnegative, self.nonnegative)):
            for e in given:
                p = _polynomial_of_same_sign(e)
                if (p.is_nonpositive and kept is positive) or p.is_negative:
                    return None
                if not (p.is_positive if kept is positive else p.is_nonnegative):
                    kept.append(p)
        positive = [_without_positive(e, positive) for e in positive]
        nonnegative = [_without_positive(e, positive) for e in nonnegative]
        if any(e.is_nonpositive for e in positive) or any(e.is_negative for e in nonnegative):
            return None
        nonzero = [sympy.fraction(sympy.together(e))[0] for e in self.nonzero]
        if any(sympy.expand(e) == 0 for e in nonzero):
            return None
        return replace(
            self,
            equations=tuple(equations),
            positive=tuple(dict.fromkeys(e for e in positive if not e.is_positive)),
            nonnegative=tuple(dict.fromkeys(e for e in nonnegative if not e.is_nonnegative)),
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
                polynomial = sympy.Poly(e, v) if e.has(v) and e.is_polynomial(v) else None
                if polynomial is None or polynomial.degree() != 1:
                    continue
                coefficient, rest = polynomial.all_coeffs()
                if self._without_units(coefficient).is_nonzero:
                    return self._substituted(v, sympy.cancel(-rest / coefficient))
        return self._divided()

    def _divided(self) -> Constraints:
        """Divide by factors that cannot all vanish: wa = va = 0 with w² + v² ≠ 0 give a = 0."""
        factors = [[f for f, _ in sympy.factor_list(e)[1]] for e in self.equations]
        for shared in dict.fromkeys(f for parts in factors for f in parts):
            others = [[f for f in parts if f != shared] for parts in factors if shared in parts]
            if not all(len(rest) == 1 and rest[0].is_Symbol for rest in others):
                continue
            zero = {rest[0]: sympy.S.Zero for rest in others}
            if any(e.subs(zero) == 0 for e in (*self.positive, *self.nonzero)):
                kept = (e for e, f in zip(self.equations, factors, strict=True) if shared not in f)
                return replace(self, equations=(*kept, shared))
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
        slack = sympy.Dummy("slack")
        system = [e >= slack for e in self.positive] + [e >= 0 for e in self.nonnegative]
        try:
            optimum, values = lpmax(slack, [*system, slack <= 1])
        except InfeasibleLPError:
            return None
        if not optimum.is_positive:
            return None
        # The region is convex. Its extent along every variable and every linear function that
        # must not vanish gives points whose averages leave each such function's zero set.
        room = [c.subs(slack, optimum / 2) for c in system]
        room += [
            b
            for v in self.variables
            for b in (v <= abs(values.get(v, 0)) + 1, v >= -abs(values.get(v, 0)) - 1)
        ]
        corners = []
        for e in (*self.variables, *self.nonzero):
            if not _is_linear(e, self.variables):
                continue
            high, at_high = lpmax(e, room)
            low, at_low = lpmax(-e, room)
            if high == low == 0 and e in self.nonzero:
                return None
            corners += [at_high, at_low]
        for power in range(3):
            weights = [sympy.Integer(k + 1) ** power for k in range(len(corners))]
            average = {
                v: sum(
                    (c * at.get(v, 0) for c, at in zip(weights, corners, strict=True)), sympy.S.Zero
                )
                / sum(weights)
                for v in self.variables
            }
            if self._holds(average):
                return average
        raise UndecidedError(f"no point found off the zero sets of {self.nonzero}")


def _guesses(size: int) -> Iterator[tuple[sympy.Expr, ...]]:
    """Yield the simplest tuples of small numbers, then scattered ones."""
    yield from islice(product(_SMALL, repeat=size), 64)
    scatter = Random(0)  # noqa: S311 - a fixed search order, nothing secret
    for _ in range(MAX_SAMPLES):
        yield tuple(scatter.choice(_SMALL) for _ in range(size))


def _is_linear(e: sympy.Expr, variables: tuple[sympy.Symbol, ...]) -> bool:
    return e.is_polynomial(*variables) and bool(sympy.Poly(e, *variables).is_linear)


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


def _without_positive(e: sympy.Expr, known: Sequence[sympy.Expr]) -> sympy.Expr:
    """Divide a condition by its factors whose sign the other conditions give."""
    content, factors = sympy.factor_list(e)
    result = sympy.sign(content)
    for f, power in factors:
        if f.is_positive or any(f == k != e for k in known):
            continue
        if f.is_negative or any(-f == k != e for k in known):
            result *= (-1) ** power
        else:
            result *= f**power
    return sympy.expand(result)
