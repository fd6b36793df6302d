"""Homogeneous generators: the cone over its directions, each chart decided by its origin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_mpoly

from ..certificate import encode
from ..clock import poll
from ..germ import Germ, uses
from ..polynomials import ring as polynomial_ring
from .chart import clear, simplify
from .grading import positive_grading, span_basis
from .lie import derivations, exponential, reflections

Node = dict[str, Any]


def homogeneous_cone(germ: Germ, solve: Callable[[Germ], Any]) -> Node | None:
    """Propose the cone of generators of equal degree, with one chart for each orbit of forms."""
    if len(germ.squares) < 1 or germ.n < 3 or any(s < 0 for _, s in germ.prior):
        return None
    generators = [g for _, g in germ.squares]
    weights = positive_grading([*generators, *germ.conditions()], joint=len(generators))
    if weights is None or max(weights) > 40:
        return None
    # Variables that do not occur stay outside the cone.
    busy = {i for p in [*generators, *germ.conditions()] for i in uses(p)}
    weights = [w if i in busy else 0 for i, w in enumerate(weights)]
    maps = [] if germ.conditions() else _nilpotent_maps(generators, weights)
    signs = [] if germ.conditions() else reflections(generators)
    charts: list[Node] = []
    moved: list[Node] = []
    covered: list[list[fmpq]] = []
    even = all(_degree(r, weights) % 2 == 0 for r in germ.region)
    for u in sorted(busy, key=lambda i: (weights[i], i)):
        unit = [fmpq(i == u) for i in range(germ.n)]
        if covered and _rank([*covered, unit]) == _rank(covered):
            continue
        odd = even and weights[u] % 2 == 1
        mirror = next((s for s in signs if s[u] < 0), None)
        for sign in (1,) if odd or mirror is not None else (1, -1):
            chart = _chart(germ, u, sign, solve)
            if chart is None:
                return None
            charts.append(chart)
        if not odd and mirror is not None:
            flip = _diagonal(mirror)
            moved.append(_moved(germ, flip, flip, len(charts) - 1))
        moved += _orbit(germ, u, len(charts) - 1, maps, covered, None if odd else mirror)
    return {
        "kind": "cone",
        "weights": weights,
        "squares": [[str(a), encode(g)] for a, g in germ.squares],
        "charts": charts,
        "moved": moved,
    }


def _degree(p: fmpq_mpoly, weights: Sequence[int]) -> int:
    first = next(iter(p.to_dict()))
    return sum(w * int(e) for w, e in zip(weights, first, strict=True))


def _rank(vectors: Sequence[Sequence[fmpq]]) -> int:
    return int(fmpq_mat([list(v) for v in vectors]).rank()) if vectors else 0


def _nilpotent_maps(
    generators: Sequence[fmpq_mpoly], weights: Sequence[int]
) -> list[tuple[fmpq_mat, fmpq_mat]]:
    """Return exponentials of nilpotent symmetries, with their inverses."""
    found = []
    for X in derivations(generators, weights):
        forward, backward = exponential(X), exponential(X * fmpq(-1))
        if forward is not None and backward is not None:
            found.append((forward, backward))
    return found


def _orbit(
    germ: Germ,
    u: int,
    chart: int,
    maps: Sequence[tuple[fmpq_mat, fmpq_mat]],
    covered: list[list[fmpq]],
    mirror: list[int] | None,
) -> list[Node]:
    """Apply the maps to the form x_u as long as new directions are covered; extend `covered`."""
    n = germ.n
    identity = _diagonal([1] * n)
    moved: list[Node] = []
    queue = [(identity, identity)]
    covered.append([identity[u, j] for j in range(n)])
    for matrix, inverse in queue:
        for forward, backward in maps:
            poll()
            # Images are rows: x -> (forward x), then the map so far.
            product, undone = matrix * forward, backward * inverse
            form = [product[u, j] for j in range(n)]
            if _rank([*covered, form]) == _rank(covered):
                continue
            covered.append(form)
            queue.append((product, undone))
            moved.append(_moved(germ, product, undone, chart))
            if mirror is not None:
                flip = _diagonal(mirror)
                moved.append(_moved(germ, flip * product, undone * flip, chart))
    return moved


def _diagonal(signs: Sequence[int]) -> fmpq_mat:
    return fmpq_mat([[fmpq(s * (i == j)) for j in range(len(signs))] for i, s in enumerate(signs)])


def _moved(germ: Germ, matrix: fmpq_mat, inverse: fmpq_mat, chart: int) -> Node:
    def images(M: fmpq_mat) -> list[Any]:
        gens = germ.ring.gens()
        zero = germ.ring.from_dict({})
        return [
            encode(sum((M[i, j] * x for j, x in enumerate(gens) if M[i, j] != 0), zero))
            for i in range(germ.n)
        ]

    return {"map": images(matrix), "inverse": images(inverse), "chart": chart}


def _chart(germ: Germ, u: int, sign: int, solve: Callable[[Germ], Any]) -> Node | None:
    """Simplify the generators on x_u = sign until they are homogeneous, and solve the origin."""
    ring = polynomial_ring(germ.n - 1)
    gens = list(ring.gens())
    one = ring.from_dict({(0,) * (germ.n - 1): fmpq(sign)})
    start = [*gens[:u], one, *gens[u:]]
    generators = [g.compose(*start, ctx=ring) for _, g in germ.squares]
    if germ.conditions():
        # The conditions stay as they are: only steps that leave the coordinates alone.
        steps: list[Any] = []
        clear(generators)
    else:
        generators, steps = simplify(generators)
    region = [r.compose(*start, ctx=ring) for r in germ.region]
    prior = [(p.compose(*start, ctx=ring), s) for p, s in germ.prior]
    conditions = [*region, *(p for p, _ in prior)]
    weights = positive_grading([*(g for g in generators if not g.is_zero()), *conditions])
    if weights is None:
        return None
    node: Node = {"variable": u, "sign": sign, "steps": steps, "weights": weights, "child": None}
    if any(not g.is_zero() and g.is_constant() for g in generators):
        return node
    busy = {i for p in conditions for i in uses(p)}
    cleared = clear(generators)
    split = {k for v, k in cleared.items() if v not in busy}
    kept = span_basis([g for k, g in enumerate(generators) if k not in split])
    if not kept:
        return node
    variables = sorted({i for p in [*kept, *conditions] for i in uses(p)})
    squares = tuple((fmpq(1), g) for g in kept)
    K = sum((g**2 for g in kept), ring.from_dict({}))
    small = Germ(K, tuple(region), tuple(prior), squares)
    node["child"] = solve(small.restrict(variables, polynomial_ring(len(variables))))
    return node
