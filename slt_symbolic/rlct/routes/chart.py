"""Simplify generators on a whole chart: elimination, shears of coordinates, mutual reduction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import lcm
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_mpoly

from ..certificate import encode
from ..germ import uses
from .linear_program import minimise, rationals

Step = dict[str, Any]

_PATH = 4
_QUEUE = 40
_SLACK = 3


def clear(generators: list[fmpq_mpoly]) -> dict[int, int]:
    """Set x_v = 0 beside every generator c x_v, in place; return the generators' indices by v."""
    cleared: dict[int, int] = {}
    found = True
    while found:
        found = False
        for k, g in enumerate(generators):
            if k in cleared.values() or len(g) != 1 or g.total_degree() != 1:
                continue
            v = next(iter(uses(g)))
            images = list(g.context().gens())
            images[v] = g.context().from_dict({})
            generators[:] = [
                h if j == k else h.compose(*images, ctx=g.context())
                for j, h in enumerate(generators)
            ]
            cleared[v] = k
            found = True
            break
    return cleared


def _size(generators: Sequence[fmpq_mpoly]) -> int:
    """Return the number of terms that mutual reduction leaves."""
    current = list(generators)
    while (found := next(_reductions(current), None)) is not None:
        j, i, q = found
        current[j] -= q * current[i]
        clear(current)
    return sum(len(g) for g in current)


def _shear(generators: Sequence[fmpq_mpoly], v: int, q: fmpq_mpoly) -> list[fmpq_mpoly]:
    ring = q.context()
    images = list(ring.gens())
    images[v] += q
    moved = [g.compose(*images, ctx=ring) if v in uses(g) else g for g in generators]
    clear(moved)
    return moved


def _without(p: fmpq_mpoly, v: int) -> fmpq_mpoly:
    """Return the terms free of x_v."""
    return p.context().from_dict({a: c for a, c in p.to_dict().items() if not a[v]})


def _shears(generators: Sequence[fmpq_mpoly]) -> list[tuple[int, fmpq_mpoly]]:
    """Return candidates x_v -> x_v + q, eliminations first.

    From a generator s x_v + t: all of t / s, or its part over one term of s. From a generator
    quadratic in x_v with constant leading coefficient: the completed square.
    """
    found = {}
    related = [d for j, _, _, d in _differences(generators) if len(d) <= len(generators[j])]
    for g in (*generators, *related):
        for v in uses(g) if len(g) > 1 else ():
            rest = _without(g, v)
            slope = divmod(g - rest, g.context().gen(v))[0]
            quotients = []
            if v not in uses(slope) and not rest.is_zero():
                quotients = [divmod(rest, slope)[0]]
                if len(slope) > 1:
                    quotients += [_over(rest, t) for t in _terms(slope)]
            elif v in uses(slope) and (lead := slope.derivative(v)).is_constant():
                quotients = [_without(slope, v) * (1 / (2 * lead.leading_coefficient()))]
            for q in quotients:
                if not q.is_zero() and v not in uses(q) and q.total_degree() > 0:
                    found[(not slope.is_constant(), len(g), v, str(q))] = q
    return [(key[2], -found[key]) for key in sorted(found)]


def _terms(p: fmpq_mpoly) -> list[fmpq_mpoly]:
    return [p.context().from_dict({a: c}) for a, c in p.to_dict().items()]


def _over(p: fmpq_mpoly, term: fmpq_mpoly) -> fmpq_mpoly:
    """Divide those terms of p that one term divides."""
    quotients = (divmod(t, term) for t in _terms(p))
    return sum((q for q, r in quotients if r.is_zero()), p.context().from_dict({}))


def _elimination(generators: Sequence[fmpq_mpoly]) -> list[tuple[int, fmpq_mpoly]]:
    """Return the shear that makes the shortest generator linear in a variable that variable."""
    found = []
    for g in generators:
        for v in uses(g) if len(g) > 1 else ():
            slope = g.derivative(v)
            if slope.is_constant():
                rest = _without(g, v)
                found.append((len(g), v, -rest * (1 / slope.leading_coefficient())))
    return [min(found, key=lambda item: item[:2])[1:]] if found else []


def _best_shears(current: Sequence[fmpq_mpoly]) -> list[tuple[int, fmpq_mpoly]]:
    """Return the shear that shortens most, or a few that shorten together, or nothing.

    A breadth-first search over coordinates in which the generators are no longer than now.
    """
    size = _size(current)
    best: tuple[int, list[tuple[int, fmpq_mpoly]]] = (size, [])
    queue: list[tuple[Sequence[fmpq_mpoly], list[tuple[int, fmpq_mpoly]]]] = [(current, [])]
    seen = {str(current)}
    for generators, path in queue:
        for v, q in _shears(generators):
            moved = _shear(generators, v, q)
            if sum(map(len, moved)) > size + _SLACK:
                continue
            found = _size(moved)
            if found < best[0]:
                best = (found, [*path, (v, q)])
            elif found == size and len(path) < _PATH and str(moved) not in seen:
                seen.add(str(moved))
                queue.append((moved, [*path, (v, q)]))
        if best[1] or len(queue) > _QUEUE:
            break
    return best[1]


def _differences(
    generators: Sequence[fmpq_mpoly],
) -> Iterator[tuple[int, int, fmpq_mpoly, fmpq_mpoly]]:
    """Yield (j, i, q, g_j - q g_i), the quotients taken over single terms of g_i."""
    for j, g in enumerate(generators):
        for i, h in enumerate(generators):
            if i == j or g.is_zero() or h.is_zero() or len(h) > len(g):
                continue
            for term in _terms(h):
                q = _over(g, term)
                if not q.is_zero():
                    yield j, i, q, g - q * h


def _reductions(generators: Sequence[fmpq_mpoly]) -> Iterator[tuple[int, int, fmpq_mpoly]]:
    """Yield (j, i, q) such that g_j - q g_i is shorter than g_j."""
    for j, i, q, remainder in _differences(generators):
        if len(remainder) < len(generators[j]):
            yield j, i, q


def simplify(
    generators: list[fmpq_mpoly], allowed: int = 60
) -> tuple[list[fmpq_mpoly], list[Step]]:
    """Return shorter generators of the same ideal in other coordinates, and the steps to them."""
    current = list(generators)
    steps: list[Step] = []
    clear(current)
    for _ in range(allowed):
        for j, i, q in _reductions(current):
            current[j] -= q * current[i]
            steps.append({"reduce": [j, i], "factor": encode(q)})
            clear(current)
            break
        else:
            chosen = _elimination(current) or _best_shears(current)
            if not chosen:
                break
            for v, q in chosen:
                current = _shear(current, v, q)
                images, inverse = list(q.context().gens()), list(q.context().gens())
                images[v] += q
                inverse[v] -= q
                steps.append(
                    {"images": [encode(p) for p in images], "inverse": [encode(p) for p in inverse]}
                )
    return current, steps


def positive_grading(polynomials: Sequence[fmpq_mpoly], joint: int = 0) -> list[int] | None:
    """Return positive integer weights for which each polynomial is homogeneous.

    The first `joint` polynomials must have the same degree.
    """
    n = polynomials[0].context().nvars()
    rows = []
    first: tuple[int, ...] | None = None
    for k, p in enumerate(polynomials):
        table = [tuple(int(e) for e in a) for a in p.to_dict()]
        if not table:
            continue
        base = table[0]
        if k < joint:
            first = base = first or base
        rows += [tuple(x - y for x, y in zip(a, base, strict=True)) for a in table if a != base]
    rows = sorted(set(rows))
    if all(sum(row) == 0 for row in rows):
        return [1] * n
    both = [*rows, *(tuple(-e for e in row) for row in rows)]
    found = minimise([1] * n, both, [0] * len(both), [1.0] * n)
    if found is None:
        return None
    exact = rationals(found)
    scale = lcm(*(int(w.q) for w in exact))
    weights = [int((w * scale).p) for w in exact]
    fits = all(sum(w * e for w, e in zip(weights, row, strict=True)) == 0 for row in rows)
    return weights if fits and min(weights) > 0 else None


def span_basis(generators: Sequence[fmpq_mpoly]) -> list[fmpq_mpoly]:
    """Leave out zeros and linear combinations of earlier generators."""
    kept: list[fmpq_mpoly] = []
    for g in generators:
        tables = [p.to_dict() for p in [*kept, g]]
        monomials = sorted({a for table in tables for a in table})
        if not monomials:
            continue
        matrix = fmpq_mat([[table.get(a, fmpq(0)) for a in monomials] for table in tables])
        if matrix.rank() == len(kept) + 1:
            kept.append(g)
    return kept
