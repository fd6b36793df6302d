r"""How classes of units change their orientation together, or a proof that they cannot.

Let σ(−z) = sσ(z) + mz + k with m ≠ 0, inputs on all of R^n, and f = Σ_j T_j σ(z_j) + affine with r
classes. A network of width d with this function has in each class j a share R_j of T_j in the
reversed orientation: a class with R_j = 0 or R_j = T_j takes one unit (it is *pure*), any other two
(*mixed*). Units outside the classes cancel; what a cancelling group adds is m⟨u, x⟩, and two
opposite units give any u (a *pair*). The slope of f says Σ_j R_j ŵ_j + Σ u = a. For given mixed
classes, orientations of the pure ones and p pairs these are convex sets of (R, u), and

- they are left only where a mixed class becomes pure, where u vanishes, or where the plane of a
  pair runs into a class, u being parallel to its ŵ_j;
- they are entered wherever there are units for them, r + |mixed| + 2p ≤ d.

Every step between such points is affine in t with fixed planes, or with pairs that move as a pair.
Three units more than classes allow a pair and one mixed class: every orientation can be reached.
With fewer the graph of these sets is searched, p ≤ 1: two more sets are connected if and only if
their parameters are, up to the units' positions, which any empty unit lets change.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import sympy

Vector = tuple[sympy.Expr, ...]
MAX_NODES = 4000


@dataclass(frozen=True)
class Shape:
    """Which classes are mixed, which pure ones are reversed, and whether there is a pair.

    Parameters
    ----------
    mixed, reversed : frozenset of int
        Classes.
    pair : bool
        Whether two units add an affine function.
    """

    mixed: frozenset[int]
    reversed: frozenset[int]
    pair: bool

    def units(self, classes: int) -> int:
        """Return how many units it takes."""
        return classes + len(self.mixed) + 2 * self.pair


@dataclass(frozen=True)
class Shares:
    """The reversed share of every class; the pair has what is left of the slope.

    Parameters
    ----------
    values : tuple of sympy.Expr
        R_j.
    onto : int or None
        The class on whose plane the pair lies.
    """

    values: Vector
    onto: int | None = None


@dataclass(frozen=True)
class Step:
    """From one point to the next within one shape."""

    shape: Shape
    start: Shares
    end: Shares


@dataclass
class Reversals:
    """The graph of shapes.

    Parameters
    ----------
    weights : sequence of tuple
        ŵ_j.
    strengths : sequence of sympy.Expr
        T_j.
    slope : tuple
        a.
    width : int
        d.
    """

    weights: list[Vector]
    strengths: list[sympy.Expr]
    slope: Vector
    width: int

    def fits(self, shape: Shape) -> bool:
        """Whether there are units enough."""
        return shape.units(len(self.strengths)) <= self.width

    def left(self, shares: Shares | Vector) -> Vector:
        """Return a − Σ R_j ŵ_j, the u of the pair."""
        values = shares.values if isinstance(shares, Shares) else shares
        found = []
        for k, a in enumerate(self.slope):
            terms = (r * w[k] for r, w in zip(values, self.weights, strict=True))
            found.append(sympy.expand(a - sympy.Add(*terms)))
        return tuple(found)

    def _pure(self, shape: Shape) -> list[sympy.Expr]:
        return [t if j in shape.reversed else sympy.S.Zero for j, t in enumerate(self.strengths)]

    def point(self, shape: Shape, fixed: dict[int, sympy.Expr]) -> Vector | None:
        """Return shares of a shape, some of them given; without a pair only if the slope is met."""
        values = self._pure(shape)
        loose = []
        for j in sorted(shape.mixed):
            if j in fixed:
                values[j] = fixed[j]
            else:
                values[j] = sympy.S.Zero
                loose.append(j)
        if shape.pair:
            return tuple(values)
        missing = sympy.Matrix(self.left(tuple(values)))
        if not loose:
            return tuple(values) if missing.is_zero_matrix else None
        matrix = sympy.Matrix([self.weights[j] for j in loose]).T
        try:
            solution, parameters = matrix.gauss_jordan_solve(missing)
        except ValueError:
            return None
        solution = solution.subs(dict.fromkeys(parameters, 0))
        for j, value in zip(loose, solution, strict=True):
            values[j] = sympy.expand(value)
        return tuple(values)

    def neighbours(self, shape: Shape) -> Iterator[tuple[Shape, Shares]]:
        """Yield shapes that share a point with one, with that point seen from the first."""
        for j in shape.mixed:
            for value in (sympy.S.Zero, self.strengths[j]):
                found = self.point(shape, {j: value})
                if found is not None:
                    yield self._purified(shape, j, reversed_=value != 0), Shares(found)
            if not shape.pair:
                yield from self._split(shape, j)
        for j in set(range(len(self.strengths))) - shape.mixed:
            more = Shape(shape.mixed | {j}, shape.reversed - {j}, shape.pair)
            there = self.point(shape, {})
            if self.fits(more) and there is not None:
                yield more, Shares(there)
            if shape.pair:
                # The pair's plane runs into class j.
                merged = Shape(more.mixed, more.reversed, pair=False)
                found = self.point(merged, {})
                if found is not None:
                    here = list(found)
                    here[j] = self.strengths[j] if j in shape.reversed else sympy.S.Zero
                    yield merged, Shares(tuple(here), j)
        other = Shape(shape.mixed, shape.reversed, not shape.pair)
        there = self.point(Shape(shape.mixed, shape.reversed, pair=False), {})
        if self.fits(other) and there is not None:
            yield other, Shares(there)

    def _purified(self, shape: Shape, j: int, *, reversed_: bool) -> Shape:
        turned = shape.reversed | {j} if reversed_ else shape.reversed
        return Shape(shape.mixed - {j}, turned, shape.pair)

    def _split(self, shape: Shape, j: int) -> Iterator[tuple[Shape, Shares]]:
        """Yield shapes in which a mixed class is a pure one with a pair on its plane."""
        found = self.point(shape, {})
        for turned in (False, True):
            target = self._purified(shape, j, reversed_=turned)
            target = Shape(target.mixed, target.reversed, pair=True)
            if self.fits(target) and found is not None:
                yield target, Shares(found)

    def route(self, first: tuple[Shape, Shares], last: tuple[Shape, Shares]) -> list[Step] | None:
        """Return steps from a point of one shape to one of another, None if there are none.

        Examples
        --------
        Slopes 1 and −1 with one unit each may turn together if there are two units to spare:

        >>> o, i = sympy.S.Zero, sympy.S.One
        >>> plain = Shape(frozenset(), frozenset(), False), Shares((o, o))
        >>> turned = Shape(frozenset(), frozenset({0, 1}), False), Shares((i, i))
        >>> len(Reversals([(i,), (-i,)], [i, i], (o,), 4).route(plain, turned))
        5
        >>> Reversals([(i,), (-i,)], [i, i], (o,), 3).route(plain, turned) is None
        True
        """
        came: dict[Shape, tuple[Shape, Shares] | None] = {first[0]: None}
        queue = deque([first[0]])
        while queue and last[0] not in came:
            shape = queue.popleft()
            for other, shares in self.neighbours(shape):
                if other not in came:
                    came[other] = (shape, shares)
                    queue.append(other)
            if len(came) > MAX_NODES:
                raise OverflowError(f"more than {MAX_NODES} shapes")
        if last[0] not in came:
            return None
        steps: list[Step] = []
        shape, end = last
        while (previous := came[shape]) is not None:
            steps.append(Step(shape, self._seen_from(shape, previous), end))
            shape, end = previous
        steps.append(Step(shape, first[1], end))
        return steps[::-1]

    def _seen_from(self, shape: Shape, previous: tuple[Shape, Shares]) -> Shares:
        """Return the point at which a shape is entered, in its own shares."""
        before, shares = previous
        if shares.onto is not None:
            values = list(shares.values)
            left = self.left(shares)
            j, k = shares.onto, next(k for k, w in enumerate(self.weights[shares.onto]) if w != 0)
            values[j] = sympy.expand(values[j] + left[k] / self.weights[j][k])
            return Shares(tuple(values))
        if shape.pair and not before.pair and len(before.mixed) > len(shape.mixed):
            (j,) = before.mixed - shape.mixed
            values = list(shares.values)
            values[j] = self.strengths[j] if j in shape.reversed else sympy.S.Zero
            return Shares(tuple(values), j)
        return shares
