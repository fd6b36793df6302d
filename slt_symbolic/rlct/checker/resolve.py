"""Trees of weighted blow-ups over a family of germs: every real point of the fibre is reached.

==============  =================================================================================
``cases``       T is divided into {p = 0} and {p != 0}, or {p = 0}, {p > 0} and {p < 0}
``coordinate``  a function that vanishes on T becomes a local coordinate, by the inverse
                function theorem where its derivative by a parameter has no zero on T
``empty``       T has no point, by an identity (Positivstellensatz) or by isolated roots
``weighted``    spherical weighted blow-up of {y_i = 0, i in I}: y_u = +-e**w_u, y_i = e**w_i t_i
                with e >= 0; the charts u divide the weighted sphere into sets of parameters
``mirror``      the same family as an earlier chart after y_i -> -y_i for some i
``leaf``        non-degenerate on its Newton polyhedron at all points of T alike
``undecided``   bounds only
==============  =================================================================================

Over the fibre of a composition of such maps, which is compact, zeta is a finite sum of integrals
near its points. Hence lambda is the least local lambda over all families, and m the largest
among those that attain it. A leaf bounds lambda from above only with a point of its T.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product

from flint import fmpq, fmpq_mpoly

from .algebra import divide_out, polynomial, require, support_variables
from .division import quotient
from .family import FREE, FULL, HALF, Family, family_of, solved_for
from .family_leaf import leaf_node, undecided_node
from .germ import Germ, Judge, Node, Verdict, least
from .vacuous import require_empty


def resolve_node(germ: Germ, node: Node, _judge: Judge) -> Verdict | None:
    """Accept a tree over the germ, seen as a family over one point."""
    return judge_family(family_of(germ), node["child"])


def judge_family(family: Family, node: Node) -> Verdict | None:
    """Return what a tree establishes for a family; None if T or the region is empty."""
    normal = family.normal()
    if normal is None:
        return None
    require(node["kind"] in _KINDS, "unknown node kind in a tree of blow-ups")
    return _KINDS[node["kind"]](normal, node)


def divided(family: Family, p: fmpq_mpoly, signs: bool) -> list[Family]:
    """Divide T by the zeros, and if asked for the signs, of a function of the parameters."""
    vanishing = replace(family, zero=(*family.zero, p))
    if signs:
        rest = [replace(family, open=(*family.open, (q, True))) for q in (p, -p)]
    else:
        rest = [replace(family, open=(*family.open, (p, False)))]
    return [vanishing, *rest]


def _cases(family: Family, node: Node) -> Verdict | None:
    p = polynomial(node["p"], family.ring)
    require(not support_variables(p) & set(family.local), "cases depend on local coordinates")
    parts = divided(family, p, node["signs"] is True)
    children = node["children"]
    require(len(children) == len(parts), "one child for each case")
    return least([judge_family(f, c) for f, c in zip(parts, children, strict=True)])


def _coordinate(family: Family, node: Node) -> Verdict | None:
    g, i = polynomial(node["function"], family.ring), node["variable"]
    require(type(i) is int, "a variable is an index")
    return judge_family(with_coordinate(family, g, i), node["child"])


def with_coordinate(family: Family, g: fmpq_mpoly, i: int) -> Family:
    """Return the family with g, which vanishes on T, as a coordinate in place of x_i."""
    on_T = family.at_T(g)
    zero = family.zero
    if not on_T.is_zero():
        # g = 0 replaces an equation E of T if g is E times a unit there.
        quotients = [quotient(on_T, E) for E in zero]
        replaced = [k for k, q in enumerate(quotients) if q is not None and family.unit(q)[0]]
        # In place of a local coordinate it would lead out of the fibre.
        defines = bool(replaced) and 0 <= i < len(family.roles) and family.roles[i] == FREE
        require(defines, "the function does not define an equation of T")
        zero = tuple(E for k, E in enumerate(zero) if k != replaced[0])
    return solved_for(replace(family, zero=zero), g, i)


def _empty(family: Family, node: Node) -> Verdict | None:
    require_empty(family, node["proof"])
    return None


def charts(family: Family, weights: dict[int, int]) -> Iterator[Family]:
    """Yield the families over T that divide the fibre of the weighted blow-up."""
    gens = family.ring.gens()
    centre = sorted(weights)
    for k, u in enumerate(centre):
        for sign in (1, -1) if family.roles[u] == FULL else (1,):
            images = [
                gens[i] * gens[u] ** weights[i] if i in weights else gens[i]
                for i in range(len(gens))
            ]
            images[u] = sign * gens[u] ** weights[u]
            jacobian = (gens[u], fmpq(sum(weights.values()) - 1))
            lifted = family.map(images)
            lifted = replace(
                lifted,
                region=tuple(divide_out(r, gens[u])[0] for r in lifted.region),
                prior=(*lifted.prior, jacobian),
            )
            later = centre[k + 1 :]
            halves = [i for i in later if family.roles[i] == HALF]
            for inside in product((True, False), repeat=len(halves)):
                positive = [i for i, yes in zip(halves, inside, strict=True) if yes]
                roles = list(family.roles)
                roles[u] = HALF
                for i in later:
                    if family.roles[i] == FULL or i in positive:
                        roles[i] = FREE
                conditions = tuple((gens[i], True) for i in positive)
                yield replace(lifted, roles=tuple(roles), open=(*lifted.open, *conditions))


def _weighted(family: Family, node: Node) -> Verdict | None:
    weights = {}
    for i, w in node["weights"]:
        require(type(i) is int and i in family.local and i not in weights, "not a local coordinate")
        require(type(w) is int and 0 < w <= 10**4, "weights are positive integers")
        weights[i] = w
    require(bool(weights), "a blow-up needs a centre")
    # A chart is divided by the signs of the half coordinates that come later.
    number, halves = 0, 0
    for i in sorted(weights, reverse=True):
        number += 2**halves * (2 if family.roles[i] == FULL else 1)
        halves += family.roles[i] == HALF
    require(number == len(node["children"]), "one child for each chart")
    parts = list(charts(family, weights))
    verdicts = []
    for k, (part, child) in enumerate(zip(parts, node["children"], strict=True)):
        if child["kind"] == "mirror":
            j = child["of"]
            require(type(j) is int and 0 <= j < k, "a mirror image of a later chart")
            require(is_mirror(part, parts[j], child["flips"]), "not a mirror image")
        else:
            verdicts.append(judge_family(part, child))
    return least(verdicts)


def is_mirror(family: Family, other: Family, flips: list[int]) -> bool:
    """Say whether x_i -> -x_i for coordinates and parameters of both signs maps to the other."""
    gens = list(family.ring.gens())
    for i in flips:
        require(family.roles[i] in (FULL, FREE), "a half coordinate has no mirror image")
        gens[i] = -gens[i]
    return family.map(gens).normal() == other.normal()


_KINDS: dict[str, Callable[[Family, Node], Verdict | None]] = {
    "cases": _cases,
    "coordinate": _coordinate,
    "empty": _empty,
    "weighted": _weighted,
    "leaf": leaf_node,
    "undecided": undecided_node,
}
