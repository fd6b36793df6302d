"""Linear equations and inequalities with generic conditions: emptiness decided, exact points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from random import Random
from typing import Any

import sympy

from slt_symbolic.exact.chamber import OrderedField, UndecidedError
from slt_symbolic.true_set.linear_program import maximise, solve_affine

Form = dict[int, Any]
"""A linear function: coefficients by variable, the constant under −1."""

_STEPS = [sympy.Rational(p, 7) for p in range(-13, 14) if p]


@dataclass
class Region:
    """The points where forms vanish, are positive or non-negative, and do not all vanish.

    Parameters
    ----------
    scalars : OrderedField
        Where the coefficients live.
    size : int
        Number of variables.
    zero, positive, nonnegative : list of Form
        Equations and inequalities.
    apart : list of tuples of Form
        In each tuple some form must not vanish.
    either : list of lists of tuples of Form
        Of each list at least one tuple must be positive altogether.
    """

    scalars: OrderedField
    size: int = 0
    zero: list[Form] = field(default_factory=list)
    positive: list[Form] = field(default_factory=list)
    nonnegative: list[Form] = field(default_factory=list)
    apart: list[tuple[Form, ...]] = field(default_factory=list)
    either: list[list[tuple[Form, ...]]] = field(default_factory=list)

    def new(self, count: int = 1) -> list[int]:
        """Return new variables."""
        found = list(range(self.size, self.size + count))
        self.size += count
        return found

    def solve(self) -> Solution | None:
        """Return how the region looks, None if it is empty."""
        return next(self.solutions(), None)

    def solutions(self) -> Iterator[Solution]:
        """Yield how each part of the region looks: its alternatives cut it into parts."""
        for choice in product(*self.either):
            chosen = [f for forms in choice for f in forms]
            solution = self._solve([*self.positive, *chosen])
            if solution is not None:
                yield solution

    def _solve(self, positive: list[Form]) -> Solution | None:
        s = self.scalars
        zero, minus = s.element(sympy.S.Zero), s.element(sympy.S.NegativeOne)
        equations = list(self.zero)
        while True:
            rows = [[f.get(k, zero) for k in range(self.size)] for f in equations]
            right = [minus * f[-1] if -1 in f else zero for f in equations]
            solved = (
                solve_affine(rows, right, s)
                if rows
                else ([zero] * self.size, _identity(self.size, s), list(range(self.size)))
            )
            if solved is None:
                return None
            solution = Solution(s, *solved, [], [], minus)
            strict = [solution.pull_back(f) for f in positive]
            closed = [solution.pull_back(f) for f in self.nonnegative]
            if any(all(not any(r) for r in map(solution.pull_back, forms)) for forms in self.apart):
                return None
            start, scale = _comparable(strict, closed, len(solution.free), s)
            if start is None:
                return None
            if isinstance(start, int):  # this inequality holds with equality throughout
                equations.append(self.nonnegative[start])
                continue
            rows_left = [r for r in [*strict, *closed] if any(r[:-1])]
            return Solution(s, *solved, start, rows_left, scale)


@dataclass(frozen=True)
class Solution:
    """An open piece of an affine space: x = constants + slopes·t around t = start.

    Parameters
    ----------
    scalars : OrderedField
        Where the numbers live.
    constants, slopes, free
        As :func:`~slt_symbolic.true_set.linear_program.solve_affine` returns them.
    start : list
        An interior point t.
    rows : list
        Forms r·t + r_last that are positive at interior points.
    scale : field element
        A positive number that can be compared with the data.
    """

    scalars: OrderedField
    constants: list[Any]
    slopes: dict[int, list[Any]]
    free: list[int]
    start: list[Any]
    rows: list[list[Any]]
    scale: Any

    def pull_back(self, form: Form) -> list[Any]:
        """Return a form as one of t, the constant last."""
        total = [self.scalars.element(sympy.S.Zero)] * (len(self.free) + 1)
        for k, c in form.items():
            if k < 0:
                total[-1] = total[-1] + c
                continue
            total[-1] = total[-1] + c * self.constants[k]
            for i, slope in enumerate(self.slopes[k]):
                if slope:
                    total[i] = total[i] + c * slope
        return total

    def point(self, rng: Random) -> list[Any]:
        """Return an exact point x, scattered around the interior point that is known."""
        try:
            return self.at(self._scattered(rng))
        except UndecidedError:  # unknown constants: keep to the point that is known
            return self.at(self.start)

    def _scattered(self, rng: Random) -> list[Any]:
        s = self.scalars
        t = list(self.start)
        for i in range(len(t)):
            step = s.element(rng.choice(_STEPS)) * self.scale
            for row in self.rows:
                value = row[-1]
                for a, b in zip(row[:-1], t, strict=True):
                    value = value + a * b
                change = row[i] * step
                # Stay inside: at most half way to the wall.
                if change and s.sign(change) < 0 and s.sign(value + change) <= 0:
                    step = step * (-value / change) * s.element(rng.choice(_STEPS) ** 2 / 8)
            t[i] = t[i] + step
        return t

    def at(self, t: Sequence[Any]) -> list[Any]:
        """Return the point x that belongs to t."""
        x = []
        for k, c in enumerate(self.constants):
            for slope, ti in zip(self.slopes[k], t, strict=True):
                if slope:
                    c = c + slope * ti
            x.append(c)
        return x


def _identity(size: int, s: OrderedField) -> dict[int, list[Any]]:
    zero, one = s.element(sympy.S.Zero), s.element(sympy.S.One)
    return {k: [one if i == k else zero for i in range(size)] for k in range(size)}


def _scales(s: Any) -> list[Any]:
    """Return positive numbers, one of which is comparable with the data: 1, unknown constants."""
    units = [s.element(c) for c in getattr(s, "constants", ()) if c.is_positive or c.is_negative]
    return [s.element(sympy.S.One), *(u if s.sign(u) > 0 else -u for u in units)]


def _comparable(
    strict: list[list[Any]], closed: list[list[Any]], size: int, s: OrderedField
) -> tuple[list[Any] | int | None, Any]:
    """Return an interior point, and a scale for which it could be found."""
    *rest, last = _scales(s)
    for scale in rest:
        try:
            return _interior(strict, closed, size, scale, s), scale
        except UndecidedError:  # how the data compare with this scale is not known
            continue
    return _interior(strict, closed, size, last, s), last


def _interior(
    strict: list[list[Any]], closed: list[list[Any]], size: int, scale: Any, s: OrderedField
) -> list[Any] | int | None:
    """Return a point where all rows are positive; the number of a closed row that never is."""
    zero = s.element(sympy.S.Zero)
    for row in strict:
        if not any(row[:-1]) and s.sign(row[-1]) <= 0:
            return None
    for row in closed:
        if not any(row[:-1]) and s.sign(row[-1]) < 0:
            return None
    open_rows = [r for r in strict if any(r[:-1])]
    closed_rows = [(k, r) for k, r in enumerate(closed) if any(r[:-1])]
    if not open_rows and not closed_rows:
        return [zero] * size
    # Maximise the slack of strict rows first, then of closed ones too.
    best = _slack(open_rows, [r for _, r in closed_rows], size, scale, s)
    if best is None or s.sign(best[0]) <= 0:
        return None
    both = _slack([*open_rows, *(r for _, r in closed_rows)], [], size, scale, s)
    if both is not None and s.sign(both[0]) > 0:
        return both[1][:-1]
    for k, row in closed_rows:
        rest = [r for other, r in closed_rows if other != k]
        alone = _slack([*open_rows, row], rest, size, scale, s)
        if alone is None or s.sign(alone[0]) <= 0:
            return k
    raise ArithmeticError("a convex region without interior, each of whose walls can be left")


def _slack(
    strict: list[list[Any]], closed: list[list[Any]], size: int, scale: Any, s: OrderedField
) -> tuple[Any, list[Any]] | None:
    zero, one = s.element(sympy.S.Zero), s.element(sympy.S.One)
    rows = [[*(-a for a in r[:-1]), one] for r in strict]
    rows += [[*(-a for a in r[:-1]), zero] for r in closed]
    right = [r[-1] for r in (*strict, *closed)]
    return maximise([*[zero] * size, one], [*rows, [*[zero] * size, one]], [*right, scale], s)
