"""The linear program whose value is lambda after a block has been integrated out."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpq_mat

from ..clock import poll
from .linear_program import largest_support, minimise, rationals


class Minor:
    """A minor with the indices of its factors, found by trial division before factorisation."""

    def __init__(self, rows: Sequence[int], columns: Sequence[int]) -> None:
        self.rows, self.columns = list(rows), list(columns)
        self.constant = fmpq(1)
        self.powers: dict[int, int] = {}


class MinorProgram:
    """Minimise sum(heights * gamma) + 1/2 sum_c max_S (k_S - 2 ord_S(gamma)) over gamma >= 0."""

    def __init__(
        self,
        heights: list[fmpq],
        free: list[int],
        supports: list[list[tuple[int, ...]]],
        minors: list[list[Minor]],
    ) -> None:
        self.heights, self.free, self.minors = heights, free, minors
        self.supports = supports
        self.used = sorted({k for listed in minors for m in listed for k in m.powers})

    def order(self, k: int, gamma: Sequence[fmpq]) -> fmpq:
        """Return the order of a factor of the minors."""
        return min(
            sum((c * e for c, e in zip(gamma, a, strict=True)), fmpq(0)) for a in self.supports[k]
        )

    def exponents(self, gamma: Sequence[fmpq]) -> list[fmpq]:
        """Return the growth of each determinant, as the minors show it."""
        orders = {k: self.order(k, gamma) for k in self.used}
        return [
            max(
                len(m.rows) - 2 * sum((e * orders[k] for k, e in m.powers.items()), fmpq(0))
                for m in listed
            )
            for listed in self.minors
        ]

    def value(self, gamma: Sequence[fmpq]) -> fmpq:
        """Return the objective."""
        total = sum((h * c for h, c in zip(self.heights, gamma, strict=True)), fmpq(0))
        return total + sum(self.exponents(gamma), fmpq(0)) / 2

    def _solve(self, direction: Sequence[fmpq] | None, value: fmpq | None) -> list[fmpq] | None:
        """Minimise the objective, or a direction over the points of that value."""
        f, u, c = len(self.free), len(self.used), len(self.minors)
        upper: list[list[fmpq]] = []
        right: list[fmpq] = []
        for t, listed in enumerate(self.minors):
            for m in listed:
                row = [fmpq(0)] * (f + u + c)
                for k, e in m.powers.items():
                    row[f + self.used.index(k)] = fmpq(-2 * e)
                row[f + u + t] = fmpq(-1)
                upper.append(row)
                right.append(fmpq(-len(m.rows)))
        for position, k in enumerate(self.used):
            for a in self.supports[k]:
                row = [fmpq(-a[i]) for i in self.free] + [fmpq(0)] * (u + c)
                row[f + position] = fmpq(1)
                upper.append(row)
                right.append(fmpq(0))
        objective = [self.heights[i] for i in self.free] + [fmpq(0)] * u + [fmpq(1, 2)] * c
        cost = objective
        if direction is not None and value is not None:
            upper.append(objective)
            right.append(value)
            cost = [direction[i] for i in self.free] + [fmpq(0)] * (u + c)
        found = minimise(cost, upper, right, [0.0] * (f + u + c))
        if found is None:
            return None
        gamma = [fmpq(0)] * len(self.heights)
        for i, v in zip(self.free, rationals(found[:f]), strict=True):
            gamma[i] = v
        return gamma

    def vertex(self) -> list[fmpq] | None:
        """Return a point where the objective is least."""
        return self._solve(None, None)

    def face(self, vertex: list[fmpq], value: fmpq) -> list[list[fmpq]]:
        """Return affinely independent points that span the optimal face."""
        points, progress = [vertex], True
        while progress:
            poll()
            progress = False
            for direction in self._across(points):
                for sign in (1, -1):
                    found = self._solve([sign * c for c in direction], value)
                    if found is None or self.value(found) != value:
                        continue
                    moved = [x - y for x, y in zip(found, vertex, strict=True)]
                    if sum((x * y for x, y in zip(direction, moved, strict=True)), fmpq(0)) != 0:
                        points.append(found)
                        progress = True
                        break
                if progress:
                    break
        return points

    def _across(self, points: list[list[fmpq]]) -> list[list[fmpq]]:
        """Return a basis of the functionals that are constant on the points."""
        n = len(self.heights)
        rows = [[x - y for x, y in zip(p, points[0], strict=True)] for p in points[1:]]
        if not rows:
            return [[fmpq(i == k) for i in range(n)] for k in self.free]
        reduced, rank = fmpq_mat(rows).rref()
        pivots = [next(j for j in range(n) if reduced[k, j] != 0) for k in range(rank)]
        basis = []
        for j in self.free:
            if j not in pivots:
                vector = [fmpq(i == j) for i in range(n)]
                for k, pivot in enumerate(pivots):
                    vector[pivot] = -reduced[k, j]
                basis.append(vector)
        return basis

    def dual(self, value: fmpq) -> tuple[list[list[fmpq]], list[list[fmpq]]] | None:
        """Return the shares of the minors and of the monomials that prove the value."""
        shares = [(t, m) for t, listed in enumerate(self.minors) for m in listed]
        loads = [(k, a) for k in self.used for a in self.supports[k]]
        size = len(shares) + len(loads) + len(self.free)
        rows: list[list[fmpq]] = []
        right: list[fmpq] = []
        for t in range(len(self.minors)):
            rows.append([fmpq(s == t) for s, _ in shares] + [fmpq(0)] * (size - len(shares)))
            right.append(fmpq(1))
        for k in self.used:
            row = [fmpq(-m.powers.get(k, 0)) for _, m in shares]
            rows.append([*row, *(fmpq(j == k) for j, _ in loads), *([fmpq(0)] * len(self.free))])
            right.append(fmpq(0))
        for i in self.free:
            slack = [fmpq(i == j) for j in self.free]
            rows.append([*([fmpq(0)] * len(shares)), *(fmpq(a[i]) for _, a in loads), *slack])
            right.append(self.heights[i])
        rows.append([fmpq(len(m.rows), 2) for _, m in shares] + [fmpq(0)] * (size - len(shares)))
        right.append(value)
        found = largest_support(rows, right)
        if found is None:
            return None
        weights = dict(zip(((k, a) for k, a in loads), found[len(shares) :], strict=False))
        listed_shares, position = [], 0
        for listed in self.minors:
            listed_shares.append(found[position : position + len(listed)])
            position += len(listed)
        listed_loads = []
        for k, support in enumerate(self.supports):
            row = [weights.get((k, a), fmpq(0)) for a in support]
            total = sum(row, fmpq(0))
            listed_loads.append([q / total if total > 0 else fmpq(0) for q in row])
        return listed_shares, listed_loads
