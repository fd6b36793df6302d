"""What the search asks about a family: simple functions, lifts of equations, mirrors, points."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

from flint import fmpq, fmpq_mpoly

from ..checker.algebra import divide_out
from ..checker.family import FREE, FULL, ROOT, Family
from ..checker.family_leaf import has_point
from ..checker.resolve import is_mirror
from ..errors import CertificateError
from ..germ import uses
from .refute import in_one, real_roots, sums_of_squares

Node = dict[str, Any]
_VALUES = [
    fmpq(a, b)
    for a, b in ((1, 1), (-1, 1), (2, 1), (1, 2), (-2, 1), (-1, 2), (3, 1), (0, 1), (1, 3))
]


def by_slope(family: Family, E: fmpq_mpoly) -> list[int]:
    """Return the free parameters of an equation, those in which it is simplest first."""
    free = [i for i in uses(E) if family.roles[i] == FREE]
    return sorted(free, key=lambda i: (i in uses(E.derivative(i)), len(E.derivative(i)), i))


def lifts(family: Family, E: fmpq_mpoly) -> list[tuple[fmpq_mpoly, fmpq_mpoly]]:
    """Return functions that are E times a quotient on T, and the quotients.

    Candidates are the strict transforms of generators and factors of K, and the multiple
    factors of these on one coordinate hyperplane: K then vanishes to high order along them.
    """
    zero = family.ring.from_dict({})
    found: list[tuple[fmpq_mpoly, fmpq_mpoly]] = []
    for p in [*family.carried, *(f for f, _ in family.factors)]:
        for i in family.local:
            p, _ = divide_out(p, family.ring.gen(i))
        candidates = [p]
        if len(p) <= 60:
            for i in family.local:
                gens = [zero if k == i else x for k, x in enumerate(family.ring.gens())]
                restricted = p.compose(*gens, ctx=family.ring)
                candidates += [h for h, k in restricted.factor()[1] if k > 1]
            candidates += [s for terms in sums_of_squares(family, p) for _, _, s in terms]
        for h in candidates:
            on_T = family.at_T(h)
            if on_T.is_zero() or len(h) > 12 or len(h) == len(E):
                continue
            quotient, remainder = divmod(on_T, E)
            if remainder.is_zero() and all(h != other for other, _ in found):
                found.append((h, quotient))
    return found


def implied(family: Family, p: fmpq_mpoly) -> bool:
    """Say whether p vanishes on T because an equation divides it."""
    return any(divmod(p, E)[1].is_zero() for E in family.zero)


def open_factor(family: Family, c: fmpq_mpoly) -> fmpq_mpoly | None:
    """Return an irreducible factor that is not known to have no zero on T, a simple one."""
    parts = [p for p, _ in c.factor()[1] if not family.unit(p)[0]]
    return min(parts, key=lambda p: (max(p.degrees()), len(p)), default=None)


def mirror(parts: list[Family], k: int) -> Node | None:
    """Return the node of a chart that is the mirror image of an earlier one, if it is."""
    both = [i for i, role in enumerate(parts[k].roles) if role in (FULL, FREE)]
    for j in range(k):
        if parts[j].roles != parts[k].roles:
            continue
        for size in range(min(len(both), 4) + 1):
            for flips in combinations(both, size):
                if is_mirror(parts[k], parts[j], list(flips)):
                    return {"kind": "mirror", "of": j, "flips": list(flips)}
    return None


def point(family: Family, tries: int = 1000) -> list[list[Any]] | None:
    """Search a point of T: rational parameters, and intervals for the roots."""
    free = [i for i, role in enumerate(family.roles) if role == FREE]
    order = [i for i, role in enumerate(family.roles) if role == ROOT]
    for tried, values in enumerate(product(_VALUES, repeat=len(free))):
        if tried > tries:
            break
        at = dict(zip(free, values, strict=True))
        for box in _boxes(family, at, order):
            data = [[i, str(a), str(b)] for i, (a, b) in sorted(box.items())]
            try:
                if has_point(family, data):
                    return data
            except CertificateError:
                continue
    return None


def _boxes(
    family: Family, at: dict[int, fmpq], roots: list[int]
) -> Iterator[dict[int, tuple[fmpq, fmpq]]]:
    """Yield intervals for at most one root that no rational value satisfies."""
    placed = [fmpq(0)] * len(family.roles)
    for i, c in at.items():
        placed[i] = c
    box = {i: (c, c) for i, c in at.items()}
    if not roots:
        yield box
        return
    yield from _rooted(family, placed, box, roots)


def _rooted(
    family: Family,
    placed: list[fmpq],
    box: dict[int, tuple[fmpq, fmpq]],
    roots: list[int],
) -> Iterator[dict[int, tuple[fmpq, fmpq]]]:
    if not roots:
        yield box
        return
    relations = dict(family.relations)
    for i in roots:
        R = family.on_parameters(relations[i])
        if any(k != i and k in uses(R) for k in roots):
            continue
        gens = family.ring.gens()
        images = [
            x if k == i else family.ring.from_dict({(0,) * len(gens): placed[k]})
            for k, x in enumerate(gens)
        ]
        line = in_one(R.compose(*images, ctx=family.ring), i)
        if line.degree() < 1:
            return
        for low, high in real_roots(line):
            width = 0 if low == high else fmpq(1, 2**20)
            here = [*placed[:i], (low + high) / 2, *placed[i + 1 :]]
            wider = {**box, i: (low - width, high + width)}
            yield from _rooted(family, here, wider, [k for k in roots if k != i])
        return
