"""Nodes that replace K or the coordinates by equivalent ones."""

from __future__ import annotations

from dataclasses import replace

from flint import fmpq

from .algebra import at_origin, compose, constant, polynomial, rational, require, times
from .germ import Germ, Judge, Node, Verdict, sum_of_squares


def change_node(germ: Germ, node: Node, judge: Judge) -> Verdict | None:
    """Accept x = images(y), a polynomial automorphism that fixes the origin."""
    images = [polynomial(p, germ.ring) for p in node["images"]]
    inverse = [polynomial(p, germ.ring) for p in node["inverse"]]
    there = [compose(p, inverse) for p in images]
    back = [compose(p, images) for p in inverse]
    gens = list(germ.ring.gens())
    require(there == gens and back == gens, "a coordinate change is not inverse to its inverse")
    require(all(at_origin(p) == 0 for p in images), "a coordinate change moves the origin")
    return judge(germ.substitute(images), node["child"])


def scale_node(germ: Germ, node: Node, judge: Judge) -> Verdict | None:
    """Accept K times a unit that is positive at the origin."""
    unit = polynomial(node["unit"], germ.ring)
    require(at_origin(unit) > 0, "a scaling factor is not positive at the origin")
    return judge(replace(germ, K=times(germ.K, unit)), node["child"])


def equivalent_node(germ: Germ, node: Node, judge: Judge) -> Verdict | None:
    """Accept other generators of the same local ideal: the sums of squares are comparable."""
    total, old = sum_of_squares(germ, node["old"])
    require(total == germ.K, "K is not the stated sum of squares")
    replaced, new = sum_of_squares(germ, node["new"])
    for source, target, data in ((old, new, node["forward"]), (new, old, node["backward"])):
        require(len(data) == len(target), "one row of cofactors for each generator")
        for h, (unit, row) in zip(target, data, strict=True):
            u = polynomial(unit, germ.ring)
            require(at_origin(u) != 0, "a denominator of cofactors vanishes at the origin")
            cofactors = [polynomial(c, germ.ring) for c in row]
            combination = sum(
                (times(c, g) for c, g in zip(cofactors, source, strict=True)),
                constant(germ.ring, fmpq(0)),
            )
            require(combination == times(u, h), "a cofactor identity fails")
    return judge(replace(germ, K=replaced), node["child"])


def redundant_node(germ: Germ, node: Node, judge: Judge) -> Verdict | None:
    """Accept the removal of an inequality that the others imply."""
    k, weights = node["index"], [rational(c) for c in node["weights"]]
    others = [r for i, r in enumerate(germ.region) if i != k]
    require(type(k) is int and 0 <= k < len(germ.region), "no such inequality")
    require(all(c >= 0 for c in weights), "a redundancy has a negative weight")
    zero = constant(germ.ring, fmpq(0))
    combination = sum((c * r for c, r in zip(weights, others, strict=True)), zero)
    require(combination == germ.region[k], "an inequality is not the stated combination")
    return judge(replace(germ, region=tuple(others)), node["child"])
