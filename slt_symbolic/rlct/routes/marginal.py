"""The leaf of an integrated block: minors, their factors, and the linear program of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from math import comb
from typing import Any

from flint import fmpq, fmpq_mpoly

from ..certificate import encode
from ..checker.algebra import minimal
from ..checker.dominated import require_no_zero
from ..clock import poll
from ..errors import CertificateError
from ..germ import Germ, uses
from .minor_program import Minor, MinorProgram

Node = dict[str, Any]
Matrix = list[list[fmpq_mpoly]]
_MANY = 80
_MANY_SIGNS = 4
_MANY_TERMS = 12


def marginal_leaf(
    germ: Germ, block: list[int], images: list[fmpq_mpoly], inverse: list[fmpq_mpoly]
) -> Node | None:
    """Return the leaf with exact primal and dual solutions, or None where none was found.

    Minors are taken size by size, until the bounds from both sides meet.
    """
    parts = _direct_sum([[g.derivative(i) for i in block] for _, g in germ.squares])
    heights = [fmpq(1)] * germ.n
    for p, s in germ.prior:
        low = _minimal(p.compose(*images, ctx=germ.ring))
        if len(low) != 1:
            return None
        heights = [h + s * e for h, e in zip(heights, low[0], strict=True)]
    free = [i for i in range(germ.n) if i not in block]
    walls = [r.compose(*images, ctx=germ.ring) for r in germ.region]
    both = set(free) - {i for r in walls if len(r) == 1 for i in uses(r)}
    factors: list[fmpq_mpoly] = []
    levels = [_levels(V, factors) for V in parts]
    minors: list[list[Minor]] = [[] for _ in parts]
    node: Node | None = None
    while True:
        poll()
        new = [next(level, []) for level in levels]
        if not any(new):
            return node
        minors = [old + found for old, found in zip(minors, new, strict=True)]
        supports = [_minimal(f.compose(*images, ctx=germ.ring)) for f in factors]
        signed = [
            _single_sign(f, images, both) or _definite(f, images, walls, both) for f in factors
        ]
        usable = [[m for m in listed if all(signed[k] for k in m.powers)] for listed in minors]
        program = MinorProgram(heights, free, supports, usable)
        vertex = program.vertex()
        dual = None if vertex is None else program.dual(program.value(vertex))
        if vertex is None or dual is None:
            continue
        value = program.value(vertex)
        face = program.face(vertex, value)
        targets = program.exponents(vertex)
        bounds = [_bound(V, images, vertex, t) for V, t in zip(parts, targets, strict=True)]
        upper = []
        for point in face:
            total = sum((h * c for h, c in zip(heights, point, strict=True)), fmpq(0))
            for kind, V in zip(bounds, parts, strict=True):
                total += _growth(kind, V, images, point) / 2
            upper.append(total)
        node = {
            "kind": "linear",
            "block": block,
            "squares": [[str(a), encode(g)] for a, g in germ.squares],
            "images": [encode(p) for p in images],
            "inverse": [encode(p) for p in inverse],
            "bounds": bounds,
            "points": [[str(c) for c in point] for point in face],
            **_encoded(factors, supports, usable, *dual),
        }
        if max(upper) == value:
            return node


def _encoded(
    factors: list[fmpq_mpoly],
    supports: list[list[tuple[int, ...]]],
    minors: list[list[Minor]],
    shares: list[list[fmpq]],
    loads: list[list[fmpq]],
) -> Node:
    """Return the factors and minors with positive shares as plain data."""
    chosen = [
        [(m, p) for m, p in zip(ms, ps, strict=True) if p > 0]
        for ms, ps in zip(minors, shares, strict=True)
    ]
    used = sorted({k for listed in chosen for m, _ in listed for k in m.powers})
    return {
        "factors": [
            {
                "polynomial": encode(factors[k]),
                "shares": [
                    [list(a), str(q)] for a, q in zip(supports[k], loads[k], strict=True) if q > 0
                ],
            }
            for k in used
        ],
        "minors": [
            [
                {
                    "rows": m.rows,
                    "columns": m.columns,
                    "constant": str(m.constant),
                    "powers": [[used.index(k), e] for k, e in sorted(m.powers.items())],
                    "share": str(p),
                }
                for m, p in listed
            ]
            for listed in chosen
        ],
    }


def _direct_sum(V: Matrix) -> list[Matrix]:
    rows = [i for i, row in enumerate(V) if any(not p.is_zero() for p in row)]
    label = {i: i for i in rows}
    for j in range(len(V[0])):
        touching = [label[i] for i in rows if not V[i][j].is_zero()]
        if touching:
            label = {i: min(touching) if a in touching else a for i, a in label.items()}
    parts = []
    for a in sorted(set(label.values())):
        chosen = [i for i in rows if label[i] == a]
        columns = [j for j in range(len(V[0])) if any(not V[i][j].is_zero() for i in chosen)]
        parts.append([[V[i][j] for j in columns] for i in chosen])
    return parts


def _levels(V: Matrix, factors: list[fmpq_mpoly]) -> Iterator[list[Minor]]:
    """Yield the non-zero minors size by size: all, or those of the first rows if there are many."""
    r, c = len(V), len(V[0])
    ring = V[0][0].context()
    few = sum(comb(r, k) * comb(c, k) for k in range(1, min(r, c) + 1)) <= _MANY
    one = ring.from_dict({(0,) * ring.nvars(): fmpq(1)})
    last: dict[tuple[int, ...], dict[tuple[int, ...], fmpq_mpoly]] = {(): {(): one}}
    for k in range(1, min(r, c) + 1):
        current, found = {}, [Minor((), ())] if k == 1 else []
        for rows in combinations(range(r), k) if few else [tuple(range(k))]:
            smaller, table = last[rows[:-1]], {}
            for columns in combinations(range(c), k):
                poll()
                total = ring.from_dict({})
                for m, j in enumerate(columns):
                    rest = columns[:m] + columns[m + 1 :]
                    if not V[rows[-1]][j].is_zero() and rest in smaller:
                        total += (-1) ** (k - 1 + m) * V[rows[-1]][j] * smaller[rest]
                if not total.is_zero():
                    table[columns] = total
                    found.append(_split(Minor(rows, columns), total, factors))
            current[rows] = table
        yield found
        last = current


def _split(minor: Minor, p: fmpq_mpoly, factors: list[fmpq_mpoly]) -> Minor:
    for k, f in enumerate(factors):
        while not p.is_constant():
            quotient, remainder = divmod(p, f)
            if not remainder.is_zero():
                break
            p = quotient
            minor.powers[k] = minor.powers.get(k, 0) + 1
    constant, parts = p.factor()
    minor.constant = fmpq(constant)
    for f, e in parts:
        minor.powers[len(factors)] = int(e)
        factors.append(f)
    return minor


def _minimal(p: fmpq_mpoly) -> list[tuple[int, ...]]:
    return sorted(minimal(tuple(int(e) for e in a) for a in p.to_dict()))


def _single_sign(f: fmpq_mpoly, images: list[fmpq_mpoly], both: set[int]) -> bool:
    """Say whether the minimal terms have one sign, on every orthant of the coordinates `both`."""
    moved = f.compose(*images, ctx=f.context())
    table = {tuple(int(e) for e in a): c for a, c in moved.to_dict().items()}
    low = _minimal(moved)
    parities = {tuple(a[i] % 2 for i in both) for a in low}
    return len({table[a] > 0 for a in low}) == len(parities) == 1


def _definite(
    f: fmpq_mpoly, images: list[fmpq_mpoly], walls: list[fmpq_mpoly], both: set[int]
) -> bool:
    """Say whether no initial form on a compact face vanishes in the region, if that is simple."""
    moved = f.compose(*images, ctx=f.context())
    used = uses(moved)
    if len(used & both) > _MANY_SIGNS or len(_minimal(moved)) > _MANY_TERMS:
        return False
    fixed = {next(iter(uses(r))): r for r in walls if len(r) == 1 and len(uses(r)) == 1}
    negative = {i for i, r in fixed.items() if r.leading_coefficient() < 0}
    choices = [
        (1, -1) if i in used & both else (-1,) if i in negative else (1,)
        for i in range(f.context().nvars())
    ]
    try:
        require_no_zero(moved, list(product(*choices)))
    except CertificateError:
        return False
    return True


def _order(p: fmpq_mpoly, images: list[fmpq_mpoly], point: Sequence[fmpq]) -> fmpq:
    moved = p.compose(*images, ctx=p.context())
    return min(
        sum((c * int(e) for c, e in zip(point, a, strict=True)), fmpq(0)) for a in moved.to_dict()
    )


def _growth(kind: str, V: Matrix, images: list[fmpq_mpoly], point: Sequence[fmpq]) -> fmpq:
    """Return an exponent u with det(1 + n V^T V) <= C n**u at n**(-point)."""
    if kind == "minors":
        found = [m for level in _levels(V, []) for m in level if m.rows]
        orders = (len(m.rows) - 2 * _order(_determinant(V, m), images, point) for m in found)
        return max([fmpq(0), *orders])
    lines = V if kind == "rows" else [list(line) for line in zip(*V, strict=True)]
    gens = list(V[0][0].context().gens())
    weights = [_order(x, images, point) for x in gens]
    least = (min(_order(p, gens, weights) for p in line if p != 0) for line in lines)
    return sum((max(fmpq(0), 1 - 2 * o) for o in least), fmpq(0))


def _bound(V: Matrix, images: list[fmpq_mpoly], point: Sequence[fmpq], target: fmpq) -> str:
    """Choose an upper bound of the determinant that reaches the target, or the best one."""
    simple = {kind: _growth(kind, V, images, point) for kind in ("rows", "columns")}
    best = min(simple, key=lambda kind: simple[kind])
    few = sum(comb(len(V), k) * comb(len(V[0]), k) for k in range(len(V) + 1)) <= _MANY
    if simple[best] > target and few and _growth("minors", V, images, point) < simple[best]:
        return "minors"
    return best


def _determinant(V: Matrix, minor: Minor) -> fmpq_mpoly:
    """Return a minor, by expansion with all smaller minors remembered."""
    ring = V[0][0].context()
    table: dict[tuple[int, ...], fmpq_mpoly] = {(): ring.from_dict({(0,) * ring.nvars(): fmpq(1)})}
    for depth, i in enumerate(minor.rows):
        new: dict[tuple[int, ...], fmpq_mpoly] = {}
        for chosen in combinations(minor.columns, depth + 1):
            total = ring.from_dict({})
            for k, j in enumerate(chosen):
                total += (-1) ** (depth + k) * V[i][j] * table[chosen[:k] + chosen[k + 1 :]]
            new[chosen] = total
        table = new
    return table[tuple(minor.columns)]
