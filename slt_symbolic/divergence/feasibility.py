"""Whether strict polynomial inequalities have a common solution: a point, or a proof that none.

A point is found in floating point and checked exactly. That there is none is proved by products of
the inequalities with non-negative weights that add up to zero identically: each product is
positive at a common solution. Floating point finds the weights, exact algebra checks them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import sympy
from scipy.optimize import linprog

from slt_symbolic.exact.entries import irrational_numbers
from slt_symbolic.exact.linear_algebra import left_kernel
from slt_symbolic.exact.numbers import RealField

Sample = dict[sympy.Symbol, sympy.Expr]

_STARTS = 12
_STEPS = 40
_DENOMINATORS = (1, 2, 4, 16, 256, 2**16, 2**32)


class PositiveSet:
    """The set where polynomials are all positive.

    Parameters
    ----------
    conditions : sequence of sympy.Expr
        The polynomials, with real algebraic coefficients.
    parameters : sequence of sympy.Symbol
        Their variables.

    Examples
    --------
    >>> x, y = sympy.symbols("x y", real=True)
    >>> PositiveSet([x - y, y - 1], (x, y)).point({x: 0, y: 0})
    {x: 4, y: 2}
    >>> empty = PositiveSet([x * y - 1, -x, y], (x, y))
    >>> empty.point({x: 0, y: 0}) is None, empty.contradiction()
    (True, (x*y - 1, -x, y))
    """

    def __init__(
        self, conditions: Sequence[sympy.Expr], parameters: Sequence[sympy.Symbol]
    ) -> None:
        self.conditions, self.parameters = tuple(conditions), tuple(parameters)
        self._polys = [sympy.Poly(c, *parameters, extension=True) for c in conditions]
        self._terms = []
        for p in self._polys:
            powers = np.array(p.monoms(), dtype=float)
            factors = np.array([float(c) for c in p.coeffs()])
            self._terms.append((powers, factors / (np.abs(factors).max() or 1.0)))

    def contains(self, point: Sample) -> bool:
        """Whether all conditions are positive at an exact point, decided exactly."""
        return all(bool(c.subs(point).is_positive) for c in self.conditions)

    def point(self, start: Sample) -> Sample | None:
        """Return an exact point of the set, or None if none was found.

        Parameters
        ----------
        start : mapping
            Where the search begins; further starts are drawn around it from a fixed seed.
        """
        generator = np.random.default_rng(0)
        first = np.array([float(start[p]) for p in self.parameters])
        for attempt in range(_STARTS):
            spread = 0.0 if attempt == 0 else 2.0 ** (attempt % 4)
            found = self._climb(first + spread * generator.standard_normal(first.size))
            if found is None:
                continue
            for denominator in _DENOMINATORS:
                rounded = [sympy.Rational(round(v * denominator), denominator) for v in found]
                point = dict(zip(self.parameters, rounded, strict=True))
                if self.contains(point):
                    return point
        return None

    def contradiction(self) -> tuple[sympy.Expr, ...] | None:
        """Return conditions that cannot hold together, with proof, or None if none was found."""
        one = sympy.Poly(1, *self.parameters)
        factors = [one, *self._polys]
        pairs = list(combinations_with_replacement(range(len(factors)), 2))[1:]
        products = [factors[i] * factors[j] for i, j in pairs]
        # 1 > 0 itself takes part: conditions need not be homogeneous.
        pairs.append((0, 0))
        products.append(one)
        monomials = sorted({m for p in products for m in p.monoms()})
        row = {m: k for k, m in enumerate(monomials)}
        matrix = np.zeros((len(monomials) + 1, len(products)))
        for column, p in enumerate(products):
            for m, c in p.terms():
                matrix[row[m], column] = float(c)
        matrix[-1] = 1.0
        target = np.zeros(len(monomials) + 1)
        target[-1] = 1.0
        # The least weight on products, so that linear contradictions stay linear.
        cost = [float(i > 0 and j > 0) for i, j in pairs]
        answer = linprog(cost, A_eq=matrix, b_eq=target, bounds=(0, None), method="highs-ds")
        if answer.status != 0:
            return None
        used = [k for k, weight in enumerate(answer.x) if weight > 1e-9]
        if not self._add_up_to_zero([products[k] for k in used], monomials):
            return None
        needed = {i for k in used for i in pairs[k]} - {0}
        return tuple(self.conditions[i - 1] for i in sorted(needed))

    @staticmethod
    def _add_up_to_zero(products: Sequence[sympy.Poly], monomials: Sequence[Any]) -> bool:
        """Whether a combination with positive weights is identically zero, exactly."""
        coefficients = [[sympy.sympify(p.nth(*m)) for m in monomials] for p in products]
        field = RealField.containing(irrational_numbers(c for row in coefficients for c in row))
        rows = [[field.element(c) for c in row] for row in coefficients]
        zero, one = field.element(sympy.S.Zero), field.element(sympy.S.One)
        kernel = left_kernel(rows, zero, one)
        return any(
            all(field.sign(v) == sign for v in vector) for vector in kernel for sign in (1, -1)
        )

    def _climb(self, x: np.ndarray) -> np.ndarray | None:
        """Raise the least condition by successive linear programs; return a positive point."""
        radius = 4.0
        least = self._values(x).min(initial=1.0)
        for _ in range(_STEPS):
            values, slopes = self._values(x), self._slopes(x)
            scales = np.abs(slopes).sum(axis=1) + 1e-9
            program = linprog(
                np.append(np.zeros(x.size), -1.0),
                A_ub=np.column_stack([-slopes, scales]),
                b_ub=values,
                bounds=[(-radius, radius)] * x.size + [(None, 1.0)],
                method="highs-ds",
            )
            if program.status != 0:
                break
            candidate = x + program.x[:-1]
            reached = (self._values(candidate) / scales).min(initial=1.0)
            if reached > (values / scales).min(initial=1.0) + 1e-9:
                x, least = candidate, reached
            else:
                radius /= 4
                if radius < 1e-3:
                    break
            if least > 0.05:
                break
        return x if self._values(x).min(initial=1.0) > 0 else None

    def _values(self, x: np.ndarray) -> np.ndarray:
        return np.array([factors @ np.prod(x**powers, axis=1) for powers, factors in self._terms])

    def _slopes(self, x: np.ndarray) -> np.ndarray:
        rows = np.zeros((len(self._terms), x.size))
        for row, (powers, factors) in zip(rows, self._terms, strict=True):
            for k in range(x.size):
                lowered = powers.copy()
                lowered[:, k] = np.maximum(lowered[:, k] - 1, 0)
                row[k] = (factors * powers[:, k]) @ np.prod(x**lowered, axis=1)
        return rows
