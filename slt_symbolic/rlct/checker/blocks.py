"""Nodes that divide the variables into independent blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flint import fmpq, fmpq_mpoly

from .algebra import (
    at_origin,
    compose,
    constant,
    context,
    polynomial,
    require,
    support_variables,
    times,
)
from .germ import Germ, Judge, Node, Verdict, least, orthants_of, require_regular, sum_of_squares


def split_node(germ: Germ, node: Node, judge: Judge) -> Verdict | None:
    """Accept unit * K = sum a_i u_i**2 + J(rest): lambda(K) = r/2 + lambda(J)."""
    unit = polynomial(node["unit"], germ.ring)
    require(at_origin(unit) > 0, "the unit of a split is not positive at the origin")
    squares, system = sum_of_squares(germ, node["squares"])
    free = [polynomial(p, germ.ring) for p in node["free"]]
    rest, gens = node["rest"], germ.ring.gens()
    require(len(set(rest)) == len(rest) and all(type(i) is int for i in rest), "bad variables")
    require_regular([*system, *free, *(gens[i] for i in rest)])
    J = times(unit, germ.K) - squares
    inside = [r for r in germ.region if support_variables(r) <= set(rest)]
    outside = tuple(r for r in germ.region if r not in inside)
    if not orthants_of(replace(germ, region=outside), [*system, *free], set()):
        return None
    require(all(support_variables(p) <= set(rest) for p, _ in germ.prior), "prior mixes variables")
    half = fmpq(len(system), 2)
    if J.is_zero():
        require(not inside and not germ.prior, "a split without remainder has no rest")
        require(bool(system), "a split needs squares")
        return Verdict(half, half, 1)
    child = judge(_restrict(replace(germ, K=J, region=tuple(inside)), rest), node["child"])
    if child is None:
        return None
    upper = None if child.upper is None else child.upper + half
    return Verdict(child.lower + half, upper, child.multiplicity)


def _restrict(germ: Germ, variables: Sequence[int]) -> Germ:
    """Return the germ in fewer variables; nothing in it may depend on the others."""
    ring = context(len(variables))
    polynomials = [germ.K, *germ.region, *(p for p, _ in germ.prior)]
    inside = all(support_variables(p) <= set(variables) for p in polynomials)
    require(inside, "a part depends on variables outside its block")
    images = [constant(ring, fmpq(0))] * germ.ring.nvars()
    for k, i in enumerate(variables):
        images[i] = ring.gen(k)
    return germ.substitute(images)


def _blocks(
    germ: Germ, node: Node, judge: Judge, parts: Sequence[fmpq_mpoly]
) -> list[Verdict | None]:
    blocks, children = node["blocks"], node["children"]
    everything = sorted(i for block in blocks for i in block)
    require(everything == list(range(germ.ring.nvars())), "the blocks are not a partition")
    verdicts = []
    claimed = 0
    for part, block, child in zip(parts, blocks, children, strict=True):
        region = tuple(r for r in germ.region if support_variables(r) <= set(block))
        prior = tuple((p, s) for p, s in germ.prior if support_variables(p) <= set(block))
        claimed += len(region) + len(prior)
        verdicts.append(judge(_restrict(Germ(germ.ring, part, region, prior), block), child))
    require(claimed == len(germ.region) + len(germ.prior), "a condition mixes blocks")
    return verdicts


def sum_node(germ: Germ, node: Node, judge: Judge) -> Verdict | None:
    """Accept K = K_1(y) + K_2(z): lambda adds, and m = m_1 + m_2 - 1."""
    zero = constant(germ.ring, fmpq(0))
    gens = germ.ring.gens()
    parts = [
        compose(germ.K, [x if i in block else zero for i, x in enumerate(gens)])
        for block in node["blocks"]
    ]
    require(sum(parts, zero) == germ.K, "K is not a sum over the blocks")
    known = [v for v in _blocks(germ, node, judge, parts) if v is not None]
    if len(known) < len(parts):
        return None
    return add(known)


def add(known: Sequence[Verdict]) -> Verdict:
    """Return the verdict of a sum in disjoint variables."""
    uppers = [v.upper for v in known if v.upper is not None]
    orders = [v.multiplicity for v in known if v.multiplicity is not None]
    zero_value = fmpq(0)
    return Verdict(
        sum((v.lower for v in known), zero_value),
        sum(uppers, zero_value) if len(uppers) == len(known) else None,
        sum(orders) - len(orders) + 1 if len(orders) == len(known) else None,
    )


def product_node(germ: Germ, node: Node, judge: Judge) -> Verdict | None:
    """Accept K = K_1(y) K_2(z): the least lambda, and m adds on ties."""
    parts = [polynomial(p, germ.ring) for p in node["factors"]]
    whole = times(constant(germ.ring, fmpq(1)), *parts)
    require(whole == germ.K, "K is not the product of the factors")
    verdicts = _blocks(germ, node, judge, parts)
    if None in verdicts:
        return None
    return multiply(verdicts)


def multiply(verdicts: Sequence[Verdict | None]) -> Verdict | None:
    """Return the verdict of a product in disjoint variables; None is a factor without zeros."""
    verdict = least(verdicts)
    if verdict is None or verdict.multiplicity is None:
        return verdict
    tied = [v.multiplicity for v in verdicts if v is not None and v.lower == verdict.lower]
    return replace(verdict, multiplicity=sum(m for m in tied if m is not None))
