"""Plane germs with given real branches, and lambda and m from the contacts of the branches.

A second way to the learning coefficient that knows no blow-ups. Let v_r be the valuation with
v_r(x) = 1 and v_r(g) the order in x of g(x, phi(x) + c x**r), phi a Puiseux series and c generic.
Its log discrepancy is 1 + r, and v_r(prod (y - phi_i)**p_i) = sum p_i min(r, contact(phi, phi_i)).
The divisors of a resolution are among the breakpoints, and between two of them (1 + r) / v_r(K)
is a quotient of linear functions, hence monotone: lambda is its least value at the breakpoints,
r = 0 (the curve x = 0) and r = oo (the branch itself) included, over the phi that are real up to
the order r and over the r whose generic arcs lie inside the region. m = 2 if two neighbouring
breakpoints attain it.
"""

from __future__ import annotations

import cmath
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product

from flint import Ordering, fmpq_mpoly, fmpq_mpoly_ctx

RING = fmpq_mpoly_ctx.get(["x0", "x1"], Ordering.lex)
LARGE = fmpq_mpoly_ctx.get(["x", "y", "s", "t"], Ordering.lex)


@dataclass(frozen=True)
class Branch:
    """y = sum (a + b t) s**k with s**n = x and t**d = 2, and its conjugates."""

    n: int
    terms: tuple[tuple[int, int, int], ...]
    d: int = 2

    def equation(self) -> fmpq_mpoly:
        """Return the product of y minus the conjugates."""
        x, y, s, t = LARGE.gens()
        value = y
        for k, a, b in self.terms:
            value -= (a + b * t) * s**k
        value = (s**self.n - x).resultant(value, "s")
        if any(b for _, _, b in self.terms):
            value = (t**self.d - 2).resultant(value, "t")
        return RING.from_dict({(i, j): c for (i, j, _, _), c in value.to_dict().items()})

    def series(self, side: int) -> list[dict[Fraction, complex]]:
        """Return the roots y as series in abs(x), for x of the given sign."""
        found = []
        turns = [k + (0.5 if side < 0 else 0.0) for k in range(self.n)]
        conjugates = range(self.d) if any(b for _, _, b in self.terms) else (0,)
        for turn, j in product(turns, conjugates):
            t = 2 ** (1 / self.d) * cmath.exp(2j * cmath.pi * j / self.d)
            series: dict[Fraction, complex] = {}
            for k, a, b in self.terms:
                c = (a + b * t) * cmath.exp(2j * cmath.pi * turn * k / self.n)
                if abs(c) > 1e-9:
                    series[Fraction(k, self.n)] = c
            found.append(series)
        return found


Series = dict[Fraction, complex]


def contact(p: Series, q: Series) -> Fraction | None:
    """Return the first exponent at which two series differ; None if they agree."""
    differing = [e for e in {*p, *q} if abs(p.get(e, 0) - q.get(e, 0)) > 1e-9]
    return min(differing, default=None)


@dataclass(frozen=True)
class Data:
    """The roots of K, prior and boundary on one side of x = 0, as series in abs(x)."""

    axis: int
    roots: list[tuple[Series, int]]
    density: list[tuple[Series, Fraction]]
    low: Series | None
    high: Series | None

    def range_of(self, phi: Series) -> tuple[Fraction | None, Fraction | None]:
        """Return the first and last r with phi + c x**r, c in an interval, real and inside."""
        last = [e for e, c in phi.items() if abs(c.imag) > 1e-9]
        for bound, sign in ((self.low, 1), (self.high, -1)):
            wall = None if bound is None else contact(phi, bound)
            if wall is not None and sign * (phi.get(wall, 0) - bound.get(wall, 0)).real < 0:
                last.append(wall)
        both = self.low is not None and self.high is not None
        return contact(self.low, self.high) if both else Fraction(0), min(last, default=None)

    def ratio(self, phi: Series, r: Fraction | None) -> Fraction | None:
        """Return (1 + r + order of the prior) / (order of K), in the limit for r = None."""
        if r is None:
            order = sum(p for psi, p in self.roots if contact(phi, psi) is None)
            height = 1 + sum(s for psi, s in self.density if contact(phi, psi) is None)
        else:
            least = [(min(r, contact(phi, psi) or r), p) for psi, p in self.roots]
            order = self.axis + sum(p * c for c, p in least)
            height = 1 + r + sum(s * min(r, contact(phi, psi) or r) for psi, s in self.density)
        return height / Fraction(order) if order else None

    def along(self, phi: Series) -> tuple[Fraction, int]:
        """Return the least ratio along one path, and whether neighbours attain it."""
        first, last = self.range_of(phi)
        stops = {first, last} if last is not None else {first}
        for psi, _ in [*self.roots, *self.density]:
            stops.add(contact(phi, psi))
        kept = sorted(r for r in stops - {None} if first <= r and (last is None or r <= last))
        ratios = [self.ratio(phi, r) for r in [*kept, *([None] if last is None else [])]]
        least = min(r for r in ratios if r is not None)
        return least, 2 if any(a == b == least for a, b in pairwise(ratios)) else 1


def expected(
    curves: list[tuple[Branch, int]],
    axis: int = 0,
    prior: tuple[Branch, Fraction] | None = None,
    low: Branch | None = None,
    high: Branch | None = None,
) -> tuple[Fraction, int]:
    """Return lambda and m of K = x**axis * prod curve**power.

    The prior is abs(curve)**s; the region x >= 0, low <= y <= high, or the plane without bounds.
    """
    best: list[tuple[Fraction, int]] = []
    for side in (1, -1) if low is high is None else (1,):
        data = Data(
            axis,
            [(phi, p) for curve, p in curves for phi in curve.series(side)],
            [(phi, prior[1]) for phi in prior[0].series(side)] if prior else [],
            low.series(side)[0] if low else None,
            high.series(side)[0] if high else None,
        )
        walls = [b for b in (data.low, data.high) if b is not None]
        for phi in [*(phi for phi, _ in [*data.roots, *data.density]), *walls]:
            first, last = data.range_of(phi)
            if last is None or first <= last:
                best.append(data.along(phi))
    value = min(v for v, _ in best)
    return value, max(m for v, m in best if v == value)
