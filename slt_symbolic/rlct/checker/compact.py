"""Global statements: lambda is the least local one over the zeros of K in a closed box.

============== =================================================================================
``cover``      the plane and the line: every zero accounted for, `slt_symbolic.rlct.checker.cover`
``homogeneous`` K and its region are invariant under scalings around a point of the box: scaling
               carries every zero near that point, where the local lambda is no larger and m no
               smaller at equality
``sum``        disjoint variables: lambda adds, m = m_1 + m_2 - 1
``product``    disjoint variables: the least lambda, m adds on ties
``strata``     functions that cross transversally but for some points, in any dimension:
               `slt_symbolic.rlct.checker.strata`
``points``     bounds: local answers at some points from above, the degree of K from below
============== =================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from flint import fmpq, fmpq_mpoly

from .algebra import (
    at_origin,
    compose,
    constant,
    context,
    evaluate,
    initial_form,
    polynomial,
    rational,
    require,
    support_variables,
    times,
)
from .blocks import add, multiply
from .germ import Germ, Judge, Node, Verdict, least

Box = Sequence[tuple[fmpq, fmpq]]


def compact_verdict(statement: Node, node: Node, judge: Judge) -> Verdict | None:
    """Return what a proof establishes for a statement with a box; None if K has no zero there."""
    n = len(statement["variables"])
    ring = context(n)
    box = [(rational(low), rational(high)) for low, high in statement["box"]]
    require(len(box) == n and all(a < b for a, b in box), "the box has no interior")
    (piece,) = statement["pieces"]
    region = tuple(polynomial(r, ring) for r in piece["region"])
    prior = tuple((polynomial(p, ring), rational(s)) for p, s in piece["prior"])
    return _judge(Germ(ring, polynomial(piece["K"], ring), region, prior), box, node, judge)


def _judge(germ: Germ, box: Box, node: Node, judge: Judge) -> Verdict | None:
    require(not germ.K.is_zero(), "K is identically zero")
    require(node["kind"] in _KINDS, f"unknown kind {node['kind']!r} of a global proof")
    return _KINDS[node["kind"]](germ, box, node, judge)


def _cover(germ: Germ, box: Box, node: Node, _judge: Judge) -> Verdict | None:
    from .cover import cover_node

    return cover_node(*lifted(germ, box), node)


def _strata(germ: Germ, box: Box, node: Node, judge: Judge) -> Verdict | None:
    from .strata import strata_node

    return strata_node(germ, box, node, judge)


def lifted(germ: Germ, box: Box) -> tuple[Germ, Box]:
    """Add a second variable to a problem on the line; it changes neither lambda nor m."""
    if germ.ring.nvars() > 1:
        return germ, box
    plane = context(2)
    images = [plane.gens()[0]]
    region = tuple(compose(r, images) for r in germ.region)
    prior = tuple((compose(p, images), s) for p, s in germ.prior)
    return Germ(plane, compose(germ.K, images), region, prior), [*box, (fmpq(0), fmpq(1))]


def around(germ: Germ, box: Box, point: Sequence[fmpq]) -> Germ:
    """Return the germ at a point of the closed box, with the faces as inequalities."""
    gens = germ.ring.gens()
    require(len(point) == len(box), "a point has the wrong number of coordinates")
    inside = all(a <= c <= b for c, (a, b) in zip(point, box, strict=True))
    require(inside, "a point lies outside the box")
    require(all(evaluate(r, point) >= 0 for r in germ.region), "a point lies outside the region")
    faces = []
    for x, (low, high) in zip(gens, box, strict=True):
        faces += [x - low, high - x]
    whole = replace(germ, region=(*germ.region, *faces))
    return whole.substitute([x + c for x, c in zip(gens, point, strict=True)])


def _homogeneous(germ: Germ, box: Box, node: Node, judge: Judge) -> Verdict | None:
    centre, weights = [rational(c) for c in node["centre"]], node["weights"]
    local = around(germ, box, centre)
    positive = all(type(w) is int and w > 0 for w in weights) and len(weights) == len(centre)
    require(positive, "weights are positive integers")
    for p in [local.K, *local.region, *(p for p, _ in local.prior)]:
        require(initial_form(p, weights)[0] == p, "a condition or K is not homogeneous")
    # Factors that are units at the centre may only vanish elsewhere, not be infinite there.
    dropped = [s for p, s in germ.prior if evaluate(p, centre) != 0 and not p.is_constant()]
    require(all(s > 0 for s in dropped), "the prior has a pole away from the centre")
    verdict = judge(local, node["child"])
    require(verdict is not None, "the region has no interior")
    return verdict


def _points(germ: Germ, box: Box, node: Node, judge: Judge) -> Verdict | None:
    lower = fmpq(0)
    if all(s >= 0 for _, s in germ.prior):
        # K vanishes nowhere to a higher order than its degree.
        lower = fmpq(1, int(germ.K.total_degree()))
    found = []
    for entry in node["points"]:
        local = around(germ, box, [rational(c) for c in entry["at"]])
        require(at_origin(local.K) == 0, "K does not vanish at a listed point")
        found.append(judge(local, entry["child"]))
    verdict = least(found)
    upper = None if verdict is None else verdict.upper
    require(upper is None or upper >= lower, "the bounds contradict each other")
    return Verdict(lower, upper, None)


def _blocks(
    germ: Germ, box: Box, node: Node, parts: Sequence[fmpq_mpoly], judge: Judge
) -> list[Verdict | None]:
    blocks = node["blocks"]
    require(sorted(i for b in blocks for i in b) == list(range(len(box))), "not a partition")
    verdicts: list[Verdict | None] = []
    conditions = [*germ.region, *(p for p, _ in germ.prior)]
    apart = all(any(support_variables(p) <= set(b) for b in blocks) for p in conditions)
    require(apart, "a condition mixes blocks")
    for part, block, child in zip(parts, blocks, node["children"], strict=True):
        region = [r for r in germ.region if support_variables(r) <= set(block)]
        prior = [(p, s) for p, s in germ.prior if support_variables(p) <= set(block)]
        require(support_variables(part) <= set(block), "a part mixes blocks")
        ring = context(len(block))
        images = [constant(ring, fmpq(0))] * len(box)
        for k, i in enumerate(block):
            images[i] = ring.gen(k)
        smaller = Germ(
            ring,
            compose(part, images),
            tuple(compose(r, images) for r in region),
            tuple((compose(p, images), s) for p, s in prior),
        )
        verdicts.append(_judge(smaller, [box[i] for i in block], child, judge))
    return verdicts


def _sum(germ: Germ, box: Box, node: Node, judge: Judge) -> Verdict | None:
    parts = [polynomial(p, germ.ring) for p in node["parts"]]
    require(sum(parts, constant(germ.ring, fmpq(0))) == germ.K, "K is not the sum of the parts")
    verdicts = _blocks(germ, box, node, parts, judge)
    known = [v for v in verdicts if v is not None]
    return add(known) if len(known) == len(verdicts) else None


def _product(germ: Germ, box: Box, node: Node, judge: Judge) -> Verdict | None:
    parts = [polynomial(p, germ.ring) for p in node["parts"]]
    whole = times(constant(germ.ring, fmpq(1)), *parts)
    require(whole == germ.K, "K is not the product of the parts")
    return multiply(_blocks(germ, box, node, parts, judge))


_KINDS: dict[str, Callable[[Germ, Box, Any, Judge], Verdict | None]] = {
    "cover": _cover,
    "homogeneous": _homogeneous,
    "strata": _strata,
    "sum": _sum,
    "product": _product,
    "points": _points,
}
