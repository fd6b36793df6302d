"""The Newton leaf of a certificate: a germ that is non-degenerate in a regular system.

Let u = (u_1, ..., u_n) be local coordinates and K = prod_j f_j**p_j with
f_j = sum_a c_{j,a}(x) u**a. Let P be the Newton polyhedron of K in u. A weight w in the
relative interior of the normal cone N(F) of a compact face F picks the initial forms
f_{j,F}. If the zeros of the f_{j,F} in the open orthants of the region are regular, and those
of different j disjoint or transversal, a toric modification of u puts K, the Jacobian and the
prior in normal crossings together with the smooth divisors {f_j = 0}, so that

* an exceptional divisor of primitive weight w has ratio sum_i (1 + tau_i) w_i / min_P <w, .>,
* {f_j = 0} has ratio 1 / p_j, and meets the exceptional divisors of N(F), for the faces F on
  which f_{j,F} has a real zero in the region,

lambda is the least ratio and m the largest number of divisors attaining it at one point.
References: Varchenko 1976; Watanabe 2009.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import gcd

from flint import fmpq, fmpq_poly

from .algebra import Exponent, count_roots, minimal, rank, require, require_positive, univariate
from .clock import expired

Facet = tuple[tuple[int, ...], int]

_MOST_POINTS = 800
_TOO_MANY = "the Newton polyhedron has too many points for the checker"


@dataclass(frozen=True)
class Factor:
    """One factor f**power: its unit terms, all its exponents, and optional squares.

    Without ``exact``, only the signs of the coefficients are known.
    """

    power: int
    terms: dict[Exponent, fmpq]
    exponents: frozenset[Exponent]
    squares: tuple[dict[Exponent, fmpq], ...]
    exact: bool = True


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
    # Which of the inequalities so far hold with equality, as bits.
    tight = {ray: sum(1 << j for j in range(n + 1) if j != i) for i, ray in enumerate(rays)}
    for k, a in enumerate(points):
        row, bit = (*a, -1), 1 << (n + 1 + k)
        side = {ray: int(dot(row, ray)) for ray in tight}
        up = [ray for ray in tight if side[ray] > 0]
        down = [ray for ray in tight if side[ray] < 0]
        new = {}
        for x, y in product(up, down):
            common = tight[x] & tight[y]
            if sum(common & mask == common for mask in tight.values()) == 2:
                ray = [side[x] * q - side[y] * p for p, q in zip(x, y, strict=True)]
                divisor = gcd(*ray)
                new[tuple(v // divisor for v in ray)] = common | bit
        tight = {ray: m | (0 if side[ray] else bit) for ray, m in tight.items() if side[ray] >= 0}
        tight |= new
        require(len(tight) <= 500, "the Newton polyhedron has too many facets for the checker")
        require(not expired(), "out of time")
    rays = list(tight)
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
        require(not expired(), "out of time")
        current = queue.pop()
        for members in on_facet.values():
            smaller = current & members
            if smaller and smaller not in seen:
                require(len(seen) < 8000, "the Newton polyhedron has too many faces")
                seen.add(smaller)
                queue.append(smaller)
    for members in seen:
        require(not expired(), "out of time")
        around = frozenset(side for side, on in on_facet.items() if members <= on)
        weight = tuple(sum(w[i] for w, _ in around) for i in range(len(points[0])))
        if all(weight):
            yield weight, around


def initial_terms(terms: dict[Exponent, fmpq], weight: Sequence[int]) -> dict[Exponent, fmpq]:
    """Return the terms of lowest weight."""
    least = min(dot(weight, a) for a in terms)
    return {a: c for a, c in terms.items() if dot(weight, a) == least}


def signed(terms: dict[Exponent, fmpq], orthant: Sequence[int]) -> dict[Exponent, fmpq]:
    """Return the form in the absolute values of the coordinates on an open orthant."""
    flips = [i for i, s in enumerate(orthant) if s < 0]
    return {a: -c if sum(a[i] for i in flips) % 2 else c for a, c in terms.items()}


def distinct_orthants(
    forms: Sequence[dict[Exponent, fmpq]], orthants: Sequence[Sequence[int]]
) -> list[Sequence[int]]:
    """Keep one orthant for each pattern of signs of the monomials of the forms."""
    odd = sum(1 << i for i in range(len(orthants[0])) if any(a[i] % 2 for f in forms for a in f))
    negative = [sum(1 << i for i, s in enumerate(o) if s < 0) & odd for o in orthants]
    return list(dict(zip(negative, orthants, strict=True)).values())


def steps_of(terms: dict[Exponent, fmpq]) -> list[Exponent]:
    """Return the differences of the exponents from the first one in sorted order."""
    first, *others = sorted(terms)
    return [tuple(x - y for x, y in zip(a, first, strict=True)) for a in others]


def _on_a_line(terms: dict[Exponent, fmpq]) -> fmpq_poly:
    """Return the polynomial in t > 0 to which a form on a segment reduces."""
    steps = steps_of(terms)
    pivot = next(i for i, v in enumerate(steps[-1]) if v)
    # Every step is a positive multiple of one primitive vector, because exponents are sorted;
    # forms on parallel segments therefore share the variable t.
    primitive = steps[-1][pivot] // gcd(*steps[-1])
    powers = [0, *(s[pivot] // primitive for s in steps)]
    return univariate({k: terms[a] for k, a in zip(powers, sorted(terms), strict=True)})


def _same_sign(form: dict[Exponent, fmpq]) -> bool:
    return len({c > 0 for c in form.values()}) == 1


def _positive_root(p: fmpq_poly) -> bool:
    return p.degree() > 0 and count_roots(p, fmpq(0), None) > 0


def vanishes(factor: Factor, weight: Sequence[int], orthant: Sequence[int]) -> bool:
    """Say whether the initial form has zeros in the open orthant, and require regular ones."""
    form = signed(initial_terms(factor.terms, weight), orthant)
    if _same_sign(form):
        return False
    dimension = rank(steps_of(form))
    if dimension == 1 and (factor.exact or len(form) == 2):
        line = _on_a_line(form)
        repeated = line.gcd(line.derivative())
        require(not _positive_root(repeated), "an initial form has a multiple real root")
        return _positive_root(line)
    level = min(dot(weight, a) for a in factor.terms)
    for square in factor.squares:
        if 2 * min(dot(weight, a) for a in square) == level:
            part = signed(initial_terms(square, weight), orthant)
            if _same_sign(part):
                return False
            if rank(steps_of(part)) == 1 and not _positive_root(_on_a_line(part)):
                return False
    # On a simplex the monomials are independent coordinates: the zeros exist and are regular.
    require(dimension == len(form) - 1, "an initial form on a face is not decided")
    return True


def _crossings(
    factors: Sequence[Factor], weight: Sequence[int], orthant: Sequence[int]
) -> list[tuple[int, ...]]:
    """Return the powers of the factors that vanish together, for each way to do so."""
    found = [f for f in factors if vanishes(f, weight, orthant)]
    forms = [signed(initial_terms(f.terms, weight), orthant) for f in found]
    steps = [steps_of(form) for form in forms]
    joint = rank(s for step in steps for s in step)
    if joint == sum(rank(step) for step in steps):
        # Each form depends on torus coordinates of its own: all vanish together, transversally.
        even = all(f.power % 2 == 0 for f in found)
        require_positive(even, "K changes sign across a factor of odd power")
        return [tuple(f.power for f in found)] if found else []
    separable = joint == 1 and all(f.exact for f in found)
    require(separable, "two factors may vanish together on a face")
    lines = [_on_a_line(form) for form in forms]
    apart = not any(_positive_root(p.gcd(q)) for p, q in combinations(lines, 2))
    require(apart, "two factors have a common tangent")
    even = all(f.power % 2 == 0 for f in found)
    require_positive(even, "K changes sign across a factor of odd power")
    return [(f.power,) for f in found]


def minkowski_sum(parts: Sequence[Iterable[Exponent]]) -> list[Exponent]:
    """Return the minimal sums of one exponent from each part."""
    sums: set[Exponent] = set()
    for part in parts:
        part = list(part)
        # There are at least as many sums as there are points of one part.
        require(len(part) <= _MOST_POINTS, _TOO_MANY)
        pairs = product(sums, part) if sums else ((a, (0,) * len(a)) for a in part)
        sums = {tuple(x + y for x, y in zip(a, b, strict=True)) for a, b in pairs}
        require(not expired(), "out of time")
        require(len(sums) <= _MOST_POINTS, _TOO_MANY)
        sums = set(minimal(sums))
    return sorted(sums)


def newton_value(
    factors: Sequence[Factor], tau: Sequence[fmpq], orthants: Sequence[Sequence[int]]
) -> tuple[fmpq, int]:
    """Return lambda and m of a non-degenerate germ, or raise `CertificateError`."""
    points = minkowski_sum([[tuple(f.power * e for e in a) for a in f.terms] for f in factors])
    sides = facets(points)
    for factor in factors:
        for w, _ in sides:
            level = min(dot(w, a) for a in factor.terms)
            inside = all(dot(w, a) >= level for a in factor.exponents)
            require(inside, "a term with a vanishing coefficient lies outside the polyhedron")
    ratio = {(w, d): dot(w, [1 + t for t in tau]) / fmpq(d) for w, d in sides if d > 0}
    require(bool(ratio), "K does not vanish at the origin")
    zeros: list[tuple[tuple[int, ...], frozenset[Facet]]] = []
    faces = compact_faces(points, sides)
    # The largest faces first: a degenerate germ is rejected early.
    for weight, around in sorted(faces, key=lambda face: len(face[1])):
        forms = [initial_terms(factor.terms, weight) for factor in factors]
        squares = [s for factor in factors for s in factor.squares]
        for orthant in distinct_orthants([*forms, *squares], orthants):
            require(not expired(), "out of time")
            crossings = _crossings(factors, weight, orthant)
            zeros += [(powers, around) for powers in crossings]
            if not crossings:
                values = [_at_ones(factor, weight, orthant) for factor in factors]
                below = [f for f, v in zip(factors, values, strict=True) if v < 0 and f.power % 2]
                decided = 0 not in values and len(below) % 2 == 0
                require_positive(decided, "K is negative on an open orthant of the region")
    return _count(ratio, zeros)


def _at_ones(factor: Factor, weight: Sequence[int], orthant: Sequence[int]) -> fmpq:
    """Return the value of the initial form where all coordinates have the absolute value one."""
    return sum(signed(initial_terms(factor.terms, weight), orthant).values(), fmpq(0))


def _count(
    ratio: dict[Facet, fmpq], zeros: Sequence[tuple[tuple[int, ...], frozenset[Facet]]]
) -> tuple[fmpq, int]:
    """Return the least ratio, and how many divisors attain it at one point."""
    best = min([*ratio.values(), *(fmpq(1, p) for powers, _ in zeros for p in powers)])
    optimal = {side for side, value in ratio.items() if value == best}
    counts = [rank(w for w, _ in optimal)]
    for powers, around in zeros:
        strict_transforms = sum(fmpq(1, p) == best for p in powers)
        counts.append(rank(w for w, _ in optimal & around) + strict_transforms)
    return best, max(counts)
