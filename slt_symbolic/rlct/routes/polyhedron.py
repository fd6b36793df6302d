"""What the search reads off the Newton polyhedron of a family: vertices and centres."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

from flint import fmpq, fmpq_mpoly

from ..checker.algebra import Exponent
from ..checker.family import FULL, Family
from ..checker.newton import (
    Factor,
    compact_faces,
    distinct_orthants,
    dot,
    facets,
    minkowski_sum,
    vanishes,
)
from ..errors import CertificateError
from ..germ import uses


def vertices(points: Iterable[Exponent]) -> list[Exponent]:
    """Return the vertices of the Newton polyhedron of these exponents."""
    support = minkowski_sum([list(points)])
    if len(support) == 1 or not support[0]:
        return support
    found = set()
    for weight, _ in compact_faces(support, facets(support)):
        level = min(dot(weight, a) for a in support)
        lowest = [a for a in support if dot(weight, a) == level]
        if len(lowest) == 1:
            found.add(lowest[0])
    return sorted(found)


def centre_of(family: Family, factors: Sequence[fmpq_mpoly]) -> dict[int, int] | None:
    """Return weights of local coordinates: a facet at which K or a condition is degenerate.

    Among the facets around degenerate compact faces, one of least ratio, which is the optimum
    of the linear program that gives lambda for non-degenerate germs.
    """
    local = family.local
    conditions = [*family.region, *(p for p, _ in family.prior)]
    tables = [_signs(family, f) for f in [*factors, *conditions]]
    points = minkowski_sum([list(t) for t, _ in tables if t])
    if len(points[0]) < 2:
        return None
    tau = [fmpq(0)] * len(local)
    for p, s in family.prior:
        for k, i in enumerate(local):
            lowest = min(int(a[i]) for a in p.to_dict())
            tau[k] += s * lowest
    K_part = tables[: len(factors)]
    best: tuple[Any, ...] | None = None
    for weight, around in compact_faces(points, facets(points)):
        if not _degenerate(family, tables, len(factors), weight):
            continue
        for w, _ in around:
            if sum(e > 0 for e in w) < 2:
                continue
            order = sum(min(dot(w, a) for a in t) for t, _ in K_part)
            ratio = dot(w, [1 + t for t in tau]) / fmpq(order) if order else fmpq(10**9)
            key = (ratio, sum(w), w)
            if best is None or key < best:
                best = key
    if best is None:
        return None
    return {i: e for i, e in zip(local, best[2], strict=True) if e}


def shears(family: Family, factors: Sequence[fmpq_mpoly]) -> Iterator[tuple[fmpq_mpoly, int]]:
    """Yield functions a x_i + b, with a unit a, that may replace the coordinate x_i.

    They come from multiple factors of the forms on facets; generators of K with such a form
    are taken whole.
    """
    conditions = [*family.region, *(p for p, _ in family.prior)]
    mixed = {i for p in conditions for i in uses(p)}
    local = [i for i in family.local if family.roles[i] == FULL and i not in mixed]
    for f in factors:
        table = family.expand(f)
        support = minkowski_sum([list(table)])
        if len(support) < 2:
            continue
        for w, d in facets(support):
            if d == 0 or sum(e > 0 for e in w) < 2:
                continue
            form = _part(family, table, [a for a in table if dot(w, a) == d])
            parts = form.factor()[1]
            bulky = [g for g, _ in parts if len(g) > 1]
            for g, k in parts:
                # Beside a power of x_i itself, the change would only move the trouble around.
                alone = [i for i in local if family.ring.gen(i) not in [p for p, _ in parts]]
                if k > 1 and bulky == [g] and family.at_T(g).is_zero():
                    whole = [h for h in family.carried if _has_form(family, h, w, g)]
                    for h in [*whole, g]:
                        yield from ((h, i) for i in alone if _solvable(family, h, i))


def _solvable(family: Family, g: fmpq_mpoly, i: int) -> bool:
    """Say whether g = a x_i + b with a unit a and b free of x_i, not all of it a unit times x_i."""
    slope = g.derivative(i)
    if slope.is_zero() or i in uses(slope) or (slope * family.ring.gen(i)) == g:
        return False
    return family.unit(family.on_parameters(slope))[0]


def _has_form(family: Family, h: fmpq_mpoly, w: Sequence[int], g: fmpq_mpoly) -> bool:
    """Say whether g is, up to a constant, the lowest form of h for the weight w."""
    table = family.expand(h)
    level = min((dot(w, a) for a in table), default=0)
    form = _part(family, table, [a for a in table if dot(w, a) == level])
    return len(form) == len(g) and form * g.leading_coefficient() == g * form.leading_coefficient()


def _part(
    family: Family, table: dict[Exponent, fmpq_mpoly], chosen: Sequence[Exponent]
) -> fmpq_mpoly:
    total = family.ring.from_dict({})
    for a in chosen:
        term = table[a]
        for i, e in zip(family.local, a, strict=True):
            term *= family.ring.gen(i) ** e
        total += term
    return total


def _signs(family: Family, f: fmpq_mpoly) -> tuple[dict[Exponent, fmpq], bool]:
    table, exact = {}, True
    for a, c in family.expand(f).items():
        if c.is_constant():
            table[a] = fmpq(c.leading_coefficient())
        else:
            table[a] = fmpq(family.unit(c)[1] or 1)
            exact = False
    return table, exact


def _degenerate(
    family: Family,
    tables: Sequence[tuple[dict[Exponent, fmpq], bool]],
    number: int,
    weight: Sequence[int],
) -> bool:
    """Say whether the checker could object to the forms of a face."""
    both = [(1, -1) if family.roles[i] == FULL else (1,) for i in family.local]
    vanishing = 0
    for k, (table, exact) in enumerate(tables):
        level = min(dot(weight, a) for a in table)
        form = [a for a in table if dot(weight, a) == level]
        if len(form) == 1:
            continue
        if k >= number:
            return True
        factor = Factor(1, table, frozenset(table), (), exact)
        zero = False
        for orthant in distinct_orthants([table], list(product(*both))):
            try:
                zero = vanishes(factor, weight, orthant) or zero
            except CertificateError:
                return True
        vanishing += zero
    return vanishing > 1
