"""Nodes that bound lambda by comparison, and join bounds from several proofs."""

from __future__ import annotations

from dataclasses import replace

from flint import fmpq

from .algebra import constant, power, rational, require
from .germ import Germ, Judge, Node, Verdict, sum_of_squares


def part_node(germ: Germ, node: Node, judge: Judge) -> Verdict | None:
    """Accept lambda(K) >= lambda(K') where K - K' is the sum of the squares left out."""
    child = _smaller(germ, node, judge)
    return None if child is None else Verdict(child.lower, None, None)


def _smaller(germ: Germ, node: Node, judge: Judge) -> Verdict | None:
    total, generators = sum_of_squares(germ, node["squares"])
    require(total == germ.K, "K is not the stated sum of squares")
    kept = node["kept"]
    require(all(type(i) is int and 0 <= i < len(generators) for i in kept), "no such square")
    require(len(set(kept)) == len(kept) > 0, "the squares kept are not distinct")
    smaller = constant(germ.ring, fmpq(0))
    for i in kept:
        smaller += rational(node["squares"][i][0]) * power(generators[i], 2)
    return judge(replace(germ, K=smaller), node["child"])


def between_node(germ: Germ, node: Node, judge: Judge) -> Verdict | None:
    """Join several proofs about the same germ: the greatest lower and the least upper bound.

    If they meet, and the lower one is lambda(K') of a part K' <= K with m(K') = 1, then m = 1: the
    volumes V(eps) of {K < eps} are at most those of {K' < eps}, of order eps**lambda.
    """
    known: list[Verdict] = []
    simple: list[fmpq] = []
    for child in node["children"]:
        part = child["kind"] == "part"
        verdict = _smaller(germ, child, judge) if part else judge(germ, child)
        if verdict is None:
            continue
        if part and verdict.lower == verdict.upper and verdict.multiplicity == 1:
            simple.append(verdict.lower)
        known.append(Verdict(verdict.lower, None, None) if part else verdict)
    require(len(known) == len(node["children"]) > 0, "there is nothing to join")
    uppers = [v.upper for v in known if v.upper is not None]
    lower, upper = max(v.lower for v in known), min(uppers) if uppers else None
    require(upper is None or lower <= upper, "bounds contradict each other: K is negative")
    return Verdict(lower, upper, 1 if lower == upper and lower in simple else None)
