"""The Newton leaf of a certificate: a germ that is non-degenerate in a regular system.

Let u = (u_1, ..., u_n) be local coordinates and K = prod_j f_j**p_j with
f_j = sum_a c_{j,a}(x) u**a. Let P be the Newton polyhedron of K in u. A weight w in the
relative interior of the normal cone N(F) of a compact face F picks the initial forms
f_{j,F}. If on every open orthant of the region at most one f_{j,F} has zeros, and those are
regular, a toric modification of u puts K, the Jacobian and the prior in normal crossings
together with the smooth divisors {f_j = 0}, so that

* an exceptional divisor of primitive weight w has ratio sum_i (1 + tau_i) w_i / min_P <w, .>,
* {f_j = 0} has ratio 1 / p_j, and meets the exceptional divisors of N(F), for the faces F on
  which f_{j,F} has a real zero in the region,

lambda is the least ratio and m the largest number of divisors attaining it at one point.
References: Varchenko 1976; Watanabe 2009, section 3; Saito 2007.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import gcd

from flint import fmpq, fmpq_poly

from .algebra import Exponent, count_roots, rank, require, univariate

Facet = tuple[tuple[int, ...], int]


@dataclass(frozen=True)
class Factor:
    """One factor f**power: its unit terms, all its exponents, and optional squares."""

    power: int
    terms: dict[Exponent, fmpq]
    exponents: frozenset[Exponent]
    squares: tuple[dict[Exponent, fmpq], ...]


def dot(w: Sequence[int | fmpq], a: Sequence[int | fmpq]) -> int | fmpq:
    """Return the scalar product."""
    return sum((x * y for x, y in zip(w, a, strict=True)), 0)


def facets(points: Sequence[Exponent]) -> list[Facet]:
    """Return the pairs (w, d) such that ``<w, .> >= d`` are the facets of conv(points) + orthant.

    Notes
    -----
    Double description of the cone ``w >= 0, d >= 0, <w, a> >= d`` for all points.

    Examples
    --------
    >>> sorted(facets([(2, 0), (0, 3)]))
    [((0, 1), 0), ((1, 0), 0), ((3, 2), 6)]
    """
    n = len(points[0])
    rays = [tuple(int(i == j) for j in range(n + 1)) for i in range(n + 1)]
    rows = list(rays)

    def tight(ray: Sequence[int]) -> frozenset[int]:
        return frozenset(k for k, row in enumerate(rows) if dot(row, ray) == 0)

    for a in points:
        row = (*a, -1)
        side = {ray: int(dot(row, ray)) for ray in rays}
        sets = {ray: tight(ray) for ray in rays}
        new = []
        for up, down in product(rays, rays):
            if side[up] > 0 > side[down]:
                common = sets[up] & sets[down]
                if not any(common <= sets[r] for r in rays if r not in (up, down)):
                    ray = [side[up] * y - side[down] * x for x, y in zip(up, down, strict=True)]
                    divisor = gcd(*ray)
                    new.append(tuple(v // divisor for v in ray))
        rays = [ray for ray in rays if side[ray] >= 0] + new
        rows.append(row)
        require(len(rays) <= 4000, "the Newton polyhedron has too many facets for the checker")
    found = [(ray[:n], ray[n]) for ray in rays if any(ray[:n])]
    return [(w, d) for w, d in found if min(dot(w, a) for a in points) == d]


def compact_faces(
    points: Sequence[Exponent], sides: Sequence[Facet]
) -> Iterator[tuple[tuple[int, ...], frozenset[Facet]]]:
    """Yield, for every compact face, an interior weight and the facets that contain it."""
    on_facet = {side: frozenset(a for a in points if dot(side[0], a) == side[1]) for side in sides}
    seen: set[frozenset[Exponent]] = set(on_facet.values())
    queue = list(seen)
    while queue:
        current = queue.pop()
        for members in on_facet.values():
            smaller = current & members
            if smaller and smaller not in seen:
                require(len(seen) < 20000, "the Newton polyhedron has too many faces")
                seen.add(smaller)
                queue.append(smaller)
    for members in seen:
        around = frozenset(side for side, on in on_facet.items() if members <= on)
        weight = tuple(sum(w[i] for w, _ in around) for i in range(len(points[0])))
        if all(weight):
            yield weight, around


def _initial(terms: dict[Exponent, fmpq], weight: Sequence[int]) -> dict[Exponent, fmpq]:
    least = min(dot(weight, a) for a in terms)
    return {a: c for a, c in terms.items() if dot(weight, a) == least}


def _signed(terms: dict[Exponent, fmpq], orthant: Sequence[int]) -> dict[Exponent, fmpq]:
    flips = [i for i, s in enumerate(orthant) if s < 0]
    return {a: -c if sum(a[i] for i in flips) % 2 else c for a, c in terms.items()}


def _on_a_line(terms: dict[Exponent, fmpq]) -> fmpq_poly | None:
    """Return the polynomial in t > 0 to which a form on a segment reduces."""
    ordered = sorted(terms)
    first = ordered[0]
    steps = [tuple(x - y for x, y in zip(a, first, strict=True)) for a in ordered]
    if rank(steps) != 1:
        return None
    direction = steps[-1]
    pivot = next(i for i, v in enumerate(direction) if v)
    # Every step is an integer multiple of the primitive direction, and never negative, because
    # the exponents are sorted.
    primitive = direction[pivot] // gcd(*direction)
    return univariate(
        {s[pivot] // primitive: terms[a] for s, a in zip(steps, ordered, strict=True)}
    )


def _positive_roots(form: dict[Exponent, fmpq]) -> tuple[bool | None, fmpq_poly | None]:
    """Say whether a form has a zero with all coordinates > 0 (None: not decided here)."""
    if len({c > 0 for c in form.values()}) == 1:
        return False, None
    line = _on_a_line(form)
    if line is not None:
        return count_roots(line, fmpq(0), None) > 0, line
    first = next(iter(form))
    steps = [[x - y for x, y in zip(a, first, strict=True)] for a in form if a != first]
    # On a simplex the monomials are independent coordinates: both signs mean a zero.
    return (True, None) if rank(steps) == len(steps) else (None, None)


def _has_zero(factor: Factor, weight: Sequence[int], orthant: Sequence[int]) -> fmpq_poly | bool:
    """Return False, or evidence of a regular zero set, of the initial form in an orthant."""
    form = _signed(_initial(factor.terms, weight), orthant)
    zero, line = _positive_roots(form)
    if zero and line is not None:
        common = line.gcd(line.derivative())
        regular = common.degree() < 1 or count_roots(common, fmpq(0), None) == 0
        require(regular, "degenerate: an initial form has a multiple real root")
        return line
    if zero is False:
        return False
    level = min(dot(weight, a) for a in factor.terms)
    for square in factor.squares:
        if 2 * min(dot(weight, a) for a in square) == level:
            root, _ = _positive_roots(_signed(_initial(square, weight), orthant))
            if root is False:
                return False
    require(zero is True, "an initial form on a face is not decided")
    return True


def newton_value(
    factors: Sequence[Factor], tau: Sequence[fmpq], orthants: Sequence[Sequence[int]]
) -> tuple[fmpq, int]:
    """Return lambda and m of a non-degenerate germ, or raise `CertificateError`."""
    sums: set[Exponent] = {(0,) * len(tau)}
    for factor in factors:
        scaled = [tuple(factor.power * e for e in a) for a in factor.terms]
        sums = {tuple(x + y for x, y in zip(a, b, strict=True)) for a in sums for b in scaled}
        sums = {a for a in sums if not any(b != a and _below(b, a) for b in sums)}
    points = sorted(sums)
    sides = facets(points)
    for factor in factors:
        for w, _ in sides:
            level = min(dot(w, a) for a in factor.terms)
            inside = all(dot(w, a) >= level for a in factor.exponents)
            require(inside, "a term with a vanishing coefficient lies outside the polyhedron")
    ratio = {(w, d): dot(w, [1 + t for t in tau]) / fmpq(d) for w, d in sides if d > 0}
    require(bool(ratio), "K does not vanish at the origin")
    zeros: list[tuple[int, frozenset[Facet]]] = []
    for weight, around in compact_faces(points, sides):
        for orthant in orthants:
            found = [(f, z) for f in factors if (z := _has_zero(f, weight, orthant)) is not False]
            for (f, z), (g, y) in product(found, found):
                apart = f is g or (
                    isinstance(z, fmpq_poly)
                    and isinstance(y, fmpq_poly)
                    and _no_common_positive_root(z, y)
                )
                require(apart, "two factors may vanish together on a face")
            for factor, _ in found:
                require(factor.power % 2 == 0, "K changes sign across a factor of odd power")
                zeros.append((factor.power, around))
            if not found:
                value = fmpq(1)
                for factor in factors:
                    form = _signed(_initial(factor.terms, weight), orthant)
                    value *= sum(form.values(), fmpq(0)) ** factor.power
                require(value > 0, "K is negative on an open orthant of the region")
    return _count(ratio, zeros)


def _count(
    ratio: dict[Facet, fmpq], zeros: Sequence[tuple[int, frozenset[Facet]]]
) -> tuple[fmpq, int]:
    """Return the least ratio, and how many divisors attain it at one point."""
    newton = min(ratio.values())
    best = min([newton, *(fmpq(1, power) for power, _ in zeros)])
    optimal = {side for side, value in ratio.items() if value == best}
    counts = [rank(w for w, _ in optimal)]
    for power, around in zeros:
        counts.append(rank(w for w, _ in optimal & around) + (fmpq(1, power) == best))
    return best, max(counts)


def _below(b: Exponent, a: Exponent) -> bool:
    return all(x <= y for x, y in zip(b, a, strict=True))


def _no_common_positive_root(p: fmpq_poly, q: fmpq_poly) -> bool:
    common = p.gcd(q)
    return common.degree() < 1 or count_roots(common, fmpq(0), None) == 0
