"""The node that drops generators which others bound near the origin.

Let f be a generator whose initial form f_F has no zero in an open orthant, for each compact face F
of its Newton polyhedron. Then |f| >= c sum |x**a| there near the origin, a over the vertices: on a
toric modification that resolves the polyhedron f is a monomial times a function without zeros.
For a set of such generators, on all orthants of the region, the monomials with exponents in the
Newton polyhedron P of all of them are bounded by sum |f|, and so is a generator h with all its
exponents in P: without h, K is smaller by at most a constant factor, and lambda and m stay.
(h is in the integral closure of the ideal of the f, over the real orthants.)

If the minimal monomials of f have one sign on an orthant, no face needs to be looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flint import fmpq, fmpq_mpoly

from .algebra import Exponent, constant, exponents, minimal, require, support_variables
from .clock import poll
from .germ import Germ, Judge, Node, Verdict, orthants_of, sum_of_squares
from .newton import Factor, compact_faces, distinct_orthants, dot, facets, signed, vanishes

_MOST = 14


def dominated_node(germ: Germ, node: Node, judge: Judge) -> Verdict | None:
    """Accept fewer squares, when generators of one sign bound what is left out."""
    total, squares = sum_of_squares(germ, node["squares"])
    require(total == germ.K, "K is not the stated sum of squares")
    kept, bounding = node["kept"], node["bounding"]
    fine = all(type(i) is int and 0 <= i < len(squares) for i in [*kept, *bounding])
    require(fine and len(set(kept)) == len(kept), "bad indices of generators")
    require(bool(bounding) and set(bounding) <= set(kept), "a bounding generator is left out")
    points: list[Exponent] = []
    for i in bounding:
        require_definite(germ, squares[i])
        points += minimal(exponents(squares[i]))
    sides = facets(sorted(set(points)))
    for i, h in enumerate(squares):
        if i not in kept:
            inside = all(dot(w, a) >= d for a in exponents(h) for w, d in sides)
            require(inside, "a generator that is left out is not bounded by the others")
    weights = [node["squares"][i] for i in kept]
    K, _ = sum_of_squares(germ, weights)
    return judge(replace(germ, K=K), node["child"])


def require_definite(germ: Germ, f: fmpq_mpoly) -> None:
    """Require that no initial form of f on a compact face has a zero in an orthant of the region.

    Conditions that are not monomials times units are ignored: the region is then only larger.
    """
    require(not f.is_zero(), "a bounding generator is zero")
    odd = {i for a in exponents(f) for i, e in enumerate(a) if e % 2}
    require(len(odd) <= _MOST, "too many orthants for the checker")
    walls = tuple(r for r in germ.region if len(r) == 1 and support_variables(r) <= odd)
    # Without K, which the orthants do not depend on.
    plain = replace(germ, K=constant(germ.ring, fmpq(1)), region=walls, prior=())
    require_no_zero(f, orthants_of(plain, list(germ.ring.gens()), odd))


def require_no_zero(f: fmpq_mpoly, orthants: Sequence[tuple[int, ...]]) -> None:
    """Require that no initial form of f on a compact face has a zero in one of the orthants."""
    low = minimal(exponents(f))
    table = {tuple(int(e) for e in a): c for a, c in f.to_dict().items()}
    smallest = {a: table[a] for a in low}
    mixed = [
        o for o in distinct_orthants([smallest], orthants) if len(_signs(signed(smallest, o))) > 1
    ]
    if not mixed:
        return
    factor = Factor(1, table, frozenset(low), ())
    for weight, _ in compact_faces(low, facets(low)):
        for orthant in mixed:
            poll()
            zero = vanishes(factor, weight, orthant)
            require(not zero, "an initial form has a zero on a face")


def _signs(terms: dict[Exponent, fmpq]) -> set[bool]:
    return {c > 0 for c in terms.values()}
