"""The node for sums of squares of weighted homogeneous generators: the cone over its fibre.

Let K = sum a_i g_i**2, all g_i homogeneous of degree e > 0 for weights w >= 0, the conditions
homogeneous too, x_B the coordinates of positive weight and y the others. In x_B = rho**w theta,

    K(x_B, y) = rho**(2e) K(theta, y),    dx_B = rho**(sum w - 1) d rho d theta,

so the product rule gives lambda from h = (sum w + sum s deg p) / 2e, where the prior is
prod |p|**s, and from lambda and m of K on the compact set of directions theta at y = 0: the least
of both, m adding on ties. Directions with x_u > 0 are those of the chart x_u = 1.

**Homogeneity lemma.** On a chart let h_1, ..., h_k generate the ideal of the g_i, each
homogeneous, like the conditions, for some positive weights (of which neither the degrees nor the
chart's coordinates need agree with those of K). The map T_t: z_i -> t**(v_i) z_i multiplies each
h_j and each condition by a power of t, so the germs at z and at T_t z have the same lambda and m.
As t -> 0, T_t z enters every neighbourhood of the origin, and the integral of a positive function
over the neighbourhood is at least that over a smaller one around T_t z. Hence lambda at the origin
is at most lambda at z, and on equality m at the origin is at least m at z: *the origin alone
decides the whole chart*, provided that it is itself a direction at y = 0.

The steps on a chart are polynomial automorphisms, and subtractions of multiples of one generator
from another; both are valid at every point of the chart. After each step a generator c z_v sets
z_v = 0 in the other generators. The variables of such generators split off, with 1/2 each.

Linear maps that preserve the span of the g_i, the grading and the conditions carry directions
with l(theta) > 0, l = x_u after the map, to a solved chart. The directions are covered when the
linear forms that occur with both signs span the dual space of x_B.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flint import fmpq, fmpq_mpoly

from .algebra import (
    at_origin,
    compose,
    constant,
    context,
    exponents,
    initial_form,
    polynomial,
    power,
    rank,
    require,
    support_variables,
    times,
)
from .germ import Germ, Judge, Node, Verdict, least, sum_of_squares
from .symmetry import require_invariant_conditions


def cone_node(germ: Germ, node: Node, judge: Judge) -> Verdict | None:
    """Accept a weighted cone whose directions are covered by charts that their origins decide."""
    weights = node["weights"]
    require(len(weights) == germ.ring.nvars(), "one weight for each coordinate")
    require(all(type(w) is int and w >= 0 for w in weights) and any(weights), "bad weights")
    total, squares = sum_of_squares(germ, node["squares"])
    require(total == germ.K, "K is not the stated sum of squares")
    degrees = {_degree(g, weights) for g in squares}
    require(len(degrees) == 1 and min(degrees) > 0, "the generators differ in degree")
    require(all(s >= 0 for _, s in germ.prior), "a cone needs a prior without poles")
    height = sum((s * _degree(p, weights) for p, s in germ.prior), fmpq(sum(weights)))
    even = all(_degree(r, weights) % 2 == 0 for r in germ.region)
    fibre = [_chart_verdict(germ, squares, weights, chart, judge) for chart in node["charts"]]
    _require_cover(germ, squares, weights, node, even)
    found = [v for v in fibre if v is not None]
    if not found:
        return None
    ratio = height / (2 * min(degrees))
    radial = Verdict(ratio, ratio, 1)
    verdict = least([radial, *(v for v in found if v is not _POSITIVE)])
    if verdict is None or verdict.multiplicity is None or verdict.lower < ratio:
        return verdict
    on_fibre = least([v for v in found if v is not _POSITIVE])
    if on_fibre is None or on_fibre.lower > ratio or on_fibre.multiplicity is None:
        return verdict
    return replace(verdict, multiplicity=on_fibre.multiplicity + 1)


_POSITIVE = Verdict(fmpq(0), None, None)
"""Marks a chart without zeros of K."""


def _degree(p: fmpq_mpoly, weights: Sequence[int]) -> int:
    """Return the degree of a weighted homogeneous polynomial."""
    require(not p.is_zero(), "a generator or condition is zero")
    form, degree = initial_form(p, weights)
    require(form == p, "a generator or condition is not homogeneous")
    return degree


def _clear(generators: list[fmpq_mpoly]) -> dict[int, int]:
    """Set z_v = 0 beside every generator c z_v; return the generators' indices by v."""
    cleared: dict[int, int] = {}
    while True:
        for k, g in enumerate(generators):
            found = exponents(g)
            if k not in cleared.values() and len(found) == 1 and sum(found[0]) == 1:
                v = found[0].index(1)
                images = [x if i != v else 0 * x for i, x in enumerate(g.context().gens())]
                for j, other in enumerate(generators):
                    if j != k:
                        generators[j] = compose(other, images)
                cleared[v] = k
                break
        else:
            return cleared


def _chart_verdict(
    germ: Germ, squares: Sequence[fmpq_mpoly], weights: Sequence[int], chart: Node, judge: Judge
) -> Verdict | None:
    """Return lambda and m of K on the directions of a chart, decided at its origin."""
    u, sign, n = chart["variable"], chart["sign"], germ.ring.nvars()
    require(type(u) is int and 0 <= u < n and sign in (1, -1), "bad chart")
    require(weights[u] > 0, "the variable of a chart has weight zero")
    require(n > 1, "a chart needs another variable")
    ring = context(n - 1)
    gens = list(ring.gens())
    start = [*gens[:u], constant(ring, fmpq(sign)), *gens[u:]]
    generators = [compose(g, start) for g in squares]
    region = [compose(r, start) for r in germ.region]
    prior = [(compose(p, start), s) for p, s in germ.prior]
    origin = list(gens)
    cleared = _clear(generators)
    for step in chart["steps"]:
        if "reduce" in step:
            j, i = step["reduce"]
            require(type(i) is type(j) is int and i != j and min(i, j) >= 0, "bad reduction")
            generators[j] -= times(polynomial(step["factor"], ring), generators[i])
        else:
            images = [polynomial(p, ring) for p in step["images"]]
            inverse = [polynomial(p, ring) for p in step["inverse"]]
            there = [compose(p, inverse) for p in images]
            back = [compose(p, images) for p in inverse]
            require(there == gens == back, "a change on a chart is not inverse to its inverse")
            generators = [compose(g, images) for g in generators]
            region = [compose(r, images) for r in region]
            prior = [(compose(p, images), s) for p, s in prior]
            origin = [compose(p, images) for p in origin]
        cleared = _clear(generators)
    inner = chart["weights"]
    require(len(inner) == n - 1, "one weight for each coordinate of a chart")
    require(all(type(w) is int and w > 0 for w in inner), "the weights of a chart are positive")
    for p in (*(g for g in generators if not g.is_zero()), *region, *(p for p, _ in prior)):
        _degree(p, inner)
    if any(not g.is_zero() and at_origin(g) != 0 for g in generators):
        require(not region, "a chart without zeros, in a region that may be empty there")
        return _POSITIVE
    conditions = [*region, *(p for p, _ in prior)]
    busy = {i for p in conditions for i in support_variables(p)}
    split = {v for v in cleared if v not in busy}
    kept = _independent(
        [g for k, g in enumerate(generators) if k not in {cleared[v] for v in split}]
    )
    half = fmpq(len(split), 2)
    if kept:
        child = judge(_restricted(kept, region, prior), chart["child"])
        if child is None:
            return None
        upper = None if child.upper is None else child.upper + half
        verdict = Verdict(child.lower + half, upper, child.multiplicity)
    else:
        require(not conditions, "a chart has conditions, but nothing besides free squares")
        verdict = Verdict(half, half, 1)
    point = [at_origin(p) for p in origin]
    point.insert(u, fmpq(1))
    if any(w == 0 and c != 0 for w, c in zip(weights, point, strict=True)):
        # The origin of the chart is not over the point: it still bounds lambda from below.
        verdict = Verdict(verdict.lower, None, None)
    return verdict


def _independent(generators: Sequence[fmpq_mpoly]) -> list[fmpq_mpoly]:
    """Leave out generators that are linear combinations of the ones before them."""
    kept: list[fmpq_mpoly] = []
    for g in generators:
        if _rank([*kept, g]) == len(kept) + 1:
            kept.append(g)
    return kept


def _rank(polynomials: Sequence[fmpq_mpoly]) -> int:
    """Return the dimension of the span over Q."""
    tables = [p.to_dict() for p in polynomials]
    monomials = sorted({a for table in tables for a in table})
    fine = len(monomials) * len(tables) <= 1_000_000
    require(fine, "too many terms of generators for the checker")
    return rank([[table.get(a, fmpq(0)) for a in monomials] for table in tables])


def _restricted(
    generators: Sequence[fmpq_mpoly],
    region: Sequence[fmpq_mpoly],
    prior: Sequence[tuple[fmpq_mpoly, fmpq]],
) -> Germ:
    """Return the germ in the variables that occur."""
    polynomials = [*generators, *region, *(p for p, _ in prior)]
    variables = sorted({i for p in polynomials for i in support_variables(p)})
    ring = context(len(variables))
    images = [constant(ring, fmpq(0))] * polynomials[0].context().nvars()
    for k, i in enumerate(variables):
        images[i] = ring.gen(k)
    K = sum((power(compose(g, images), 2) for g in generators), constant(ring, fmpq(0)))
    moved = tuple((compose(p, images), s) for p, s in prior)
    return Germ(ring, K, tuple(compose(r, images) for r in region), moved).local()


def _require_cover(
    germ: Germ, squares: Sequence[fmpq_mpoly], weights: Sequence[int], node: Node, even: bool
) -> None:
    """Require that the forms of the charts, with both signs, span the forms in x_B."""
    gens = list(germ.ring.gens())
    forms: list[tuple[fmpq, ...]] = []
    actions: list[tuple[Any, list[fmpq_mpoly]]] = [(chart, gens) for chart in node["charts"]]
    basis = _independent(squares)
    for moved in node["moved"]:
        images = [polynomial(p, germ.ring) for p in moved["map"]]
        inverse = [polynomial(p, germ.ring) for p in moved["inverse"]]
        there = [compose(p, inverse) for p in images]
        back = [compose(p, images) for p in inverse]
        require(there == gens == back, "a linear map is not inverse to its inverse")
        for image, w in zip(images, weights, strict=True):
            linear = all(sum(a) == 1 for a in exponents(image))
            same = all(weights[i] == w for i in support_variables(image))
            require(linear and same, "a linear map does not preserve the grading")
        inside = _rank([*basis, *(compose(g, images) for g in basis)]) == len(basis)
        require(inside, "a linear map does not preserve the span of the generators")
        require_invariant_conditions(germ, images)
        chart = moved["chart"]
        require(type(chart) is int and 0 <= chart < len(node["charts"]), "no such chart")
        actions.append((node["charts"][chart], images))
    for chart, images in actions:
        form = images[chart["variable"]]
        vector = [at_origin(form.derivative(i)) * chart["sign"] for i in range(len(gens))]
        scale = next(abs(c) for c in vector if c != 0)
        forms.append(tuple(c / scale for c in vector))
        if even and weights[chart["variable"]] % 2:
            # theta -> ((-1)**w_i theta_i), rho = -1, preserves K, the region and the prior.
            forms.append(tuple(-c / scale for c in vector))
    known = set(forms)
    both = [form for form in forms if tuple(-c for c in form) in known]
    size = sum(w > 0 for w in weights)
    require(rank(both) == size, "the charts do not cover all directions")
