"""Weighted blow-ups with families of centres: the search for trees of `checker.resolve`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from flint import fmpq, fmpq_mpoly

from ..certificate import encode
from ..checker.algebra import divide_out
from ..checker.family import Family, family_of
from ..checker.family_leaf import leaf_node
from ..checker.germ import Germ as CheckedGerm
from ..checker.resolve import charts, divided, with_coordinate
from ..checker.vacuous import require_empty
from ..clock import expired
from ..errors import CertificateError, NegativeGermError
from ..germ import Germ, uses
from .families import by_slope, implied, lifts, mirror, open_factor, point
from .polyhedron import centre_of, shears, vertices
from .refute import contradiction, eliminant, positive, refute, sums_of_squares

Node = dict[str, Any]
_VARIABLES, _DEPTH, _NODES, _LEVEL = 8, 16, 4000, 60


def resolve(germ: Germ, _solve: Callable[[Germ], Any]) -> Node | None:
    """Propose a tree of weighted blow-ups, chosen on the Newton polyhedron of each family."""
    if germ.n > _VARIABLES:
        return None
    local = CheckedGerm(germ.ring, germ.K, germ.region, germ.prior).local()
    several = germ.squares if len(germ.squares) > 1 else ()
    family = replace(family_of(local), carried=tuple(g for _, g in several))
    tree = _Tree(tuple(a for a, _ in several))
    return {"kind": "resolve", "child": tree.solve(family, 0)}


class _Tree:
    """The search for one tree."""

    def __init__(self, weights: Sequence[fmpq]) -> None:
        self.weights = weights
        self.nodes = self.level = 0

    def solve(self, family: Family, depth: int) -> Node:
        """Return a tree for a family; where nothing helps, with undecided leaves."""
        normal = family.normal()
        if normal is None:
            return {"kind": "vacuous"}
        self.nodes += 1
        if expired() or depth > _DEPTH or self.nodes > _NODES or self.level > _LEVEL:
            return {"kind": "undecided", "point": point(normal, 30)}
        self.level += 1
        try:
            node = (self._equations if normal.zero else self._germ)(normal, depth)
        except NegativeGermError:
            raise
        except CertificateError:
            # Out of time, or too large for the checker.
            node = {"kind": "undecided"}
        finally:
            self.level -= 1
        if node["kind"] == "undecided":
            proof = refute(normal)
            if proof is not None and _accepted(normal, proof):
                return proof
            node["point"] = point(normal)
        return node

    def _divide(self, family: Family, p: fmpq_mpoly, depth: int, signs: bool = False) -> Node:
        children = [self.solve(f, depth) for f in divided(family, p, signs)]
        return {"kind": "cases", "p": encode(p), "signs": signs, "children": children}

    def _known_positive(self, family: Family, p: fmpq_mpoly, terms: Any, depth: int) -> Node | None:
        """Divide by the sign of a function that is positive on T, for the positive part."""
        vanishing, rest, negative = divided(family, p, True)
        proofs: list[Node] = []
        for part in (vanishing, negative):
            normal = part.normal()
            proof = {"kind": "vacuous"} if normal is None else contradiction(normal, p, terms)
            if proof is None:
                return None
            proofs.append(proof)
        children = [proofs[0], self.solve(rest, depth), proofs[1]]
        return {"kind": "cases", "p": encode(p), "signs": True, "children": children}

    def _equations(self, family: Family, depth: int) -> Node:
        """Refute the equations of T, or make one of them a coordinate."""
        proof = refute(family)
        if proof is not None and _accepted(family, proof):
            return proof
        for E in family.zero:
            parts = E.factor()[1]
            if len(parts) > 1 or parts[0][1] > 1:
                return self._divide(family, parts[0][0], depth)
        consumed: list[fmpq_mpoly] = []
        for E in family.zero:
            for signed in (E, -E):
                for terms in sums_of_squares(family, signed):
                    # A sum of squares vanishes where all of them do.
                    simple = [open_factor(family, s) for _, _, s in terms]
                    new = [q for q in simple if q is not None and not implied(family, q)]
                    if new:
                        return self._divide(family, new[0], depth)
                    if None not in simple and len(simple) > 1:
                        consumed.append(E)
        for E in family.zero:
            for i, R in family.relations:
                if i in uses(E):
                    N = eliminant(E, family.on_parameters(R), i)[2]
                    p = None if N.is_zero() else open_factor(family, N)
                    if p is not None and not implied(family, p):
                        return self._divide(family, p, depth)
        for E in family.zero:
            one = family.ring.from_dict({(0,) * family.ring.nvars(): fmpq(1)})
            if E in consumed:
                continue
            lifted = lifts(family, E)
            for i in by_slope(family, E):
                for g, quotient in [*lifted, (E, one)]:
                    if g != E:
                        slope = family.at_T(g.derivative(i))
                        p = open_factor(family, quotient) or open_factor(family, slope)
                        if p is not None and not implied(family, p):
                            return self._divide(family, p, depth)
                    node = self._coordinate(family, g, i, depth)
                    if node is not None:
                        return node
            for i in by_slope(family, E):
                p = open_factor(family, family.at_T(E.derivative(i)))
                if p is not None and not implied(family, p):
                    return self._divide(family, p, depth)
        return self._germ(family, depth)

    def _coordinate(self, family: Family, g: fmpq_mpoly, i: int, depth: int) -> Node | None:
        try:
            solved = with_coordinate(family, g, i)
        except CertificateError:
            return None
        child = self.solve(solved, depth)
        return {"kind": "coordinate", "function": encode(g), "variable": i, "child": child}

    def _germ(self, family: Family, depth: int) -> Node:
        """Make the coefficients at the vertices units; then a leaf, or the next blow-up."""
        factors = list(family.factors)
        for whole, power in self._watched(family, factors):
            table = family.expand(whole)
            corners = vertices(table)
            for a in corners:
                known, sign = family.unit(table[a])
                if not known:
                    return self._decide(family, a, table[a], depth)
                if sign == 0 and (power % 2 or len(corners) > 1):
                    q = next(
                        q
                        for q, positive in family.open
                        if not positive and divide_out(table[a], q)[1] % 2
                    )
                    return self._divide(family, q, depth, True)
        leaf: Node = {"kind": "leaf"}
        leaf["point"] = point(family)
        if leaf["point"] is None:
            proof = refute(family)
            if proof is not None and _accepted(family, proof):
                return proof
        try:
            leaf_node(family, leaf)
        except NegativeGermError:
            if leaf["point"] is not None:
                raise
            return {"kind": "undecided"}
        except CertificateError:
            return self._blow_up(family, [f for f, _ in factors], depth)
        return leaf

    def _watched(
        self, family: Family, factors: list[tuple[fmpq_mpoly, int]]
    ) -> Iterator[tuple[fmpq_mpoly, int]]:
        """Yield the functions whose lowest terms must be known, with their powers."""
        if self.weights:
            whole = family.ring.from_dict({(0,) * family.ring.nvars(): fmpq(1)})
            for f, e in factors:
                whole *= f**e
            yield whole, 1
        else:
            yield from factors
        yield from ((r, 1) for r in family.region)
        yield from ((p, 2) for p, _ in family.prior)

    def _decide(self, family: Family, a: tuple[int, ...], c: fmpq_mpoly, depth: int) -> Node:
        """Divide T by a factor of the coefficient c of a vertex."""
        squares: list[tuple[fmpq, fmpq_mpoly]] = []
        if self.weights and not any(e % 2 for e in a):
            half = tuple(e // 2 for e in a)
            tables = [family.expand(g) for g in family.carried]
            squares = [(w, t[half]) for w, t in zip(self.weights, tables, strict=True) if half in t]
            if sum((w * h**2 for w, h in squares), family.ring.from_dict({})) != c:
                squares = []
        for p in (c, -c):
            terms = positive(family, p, squares)
            if terms is not None:
                node = self._known_positive(family, p, terms, depth)
                if node is not None:
                    return node
        for _, h in sorted(squares, key=lambda pair: len(pair[1])):
            simple = open_factor(family, h)
            if simple is not None:
                return self._divide(family, simple, depth)
        unknown = open_factor(family, c)
        if unknown is None or implied(family, unknown):
            return {"kind": "undecided"}
        for p in (unknown, -unknown):
            terms = positive(family, p)
            if terms is not None:
                node = self._known_positive(family, p, terms, depth)
                if node is not None:
                    return node
        return self._divide(family, unknown, depth)

    def _blow_up(self, family: Family, factors: list[fmpq_mpoly], depth: int) -> Node:
        for g, i in shears(family, factors):
            node = self._coordinate(family, g, i, depth + 1)
            if node is not None:
                return node
        weights = centre_of(family, factors)
        if weights is None:
            return {"kind": "undecided"}
        parts = list(charts(family, weights))
        children: list[Node] = []
        for k, part in enumerate(parts):
            children.append(mirror(parts, k) or self.solve(part, depth + 1))
        return {
            "kind": "weighted",
            "weights": [[i, w] for i, w in sorted(weights.items())],
            "children": children,
        }


def _accepted(family: Family, proof: Node) -> bool:
    try:
        require_empty(family, proof["proof"])
    except CertificateError:
        return False
    return True
