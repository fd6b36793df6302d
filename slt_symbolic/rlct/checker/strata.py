"""Global coefficients over a box in any dimension: functions that cross transversally.

K is a sum of squares of monomials in functions f_i, and so are region, faces and prior factors.
The box is bisected until for each part, with V the functions that may vanish on it,

* an inequality fails on it, or not all monomials can vanish: there is no zero of K; or
* a minor of the differentials of V has no zero on it: near every zero the functions of V are part
  of a regular system, so that K is comparable to a sum of monomials in coordinates. The local
  lambda is not less than with all of V zero, nor is m greater at equality. Inequalities may be
  left out of V: in a larger region lambda is not greater, nor m less at equality; or
* it contains a listed point, or flat, around which all of V is homogeneous: scaling carries every
  zero near it, and no function of V depends on coordinates along the flat (those of weight 0).

A witness shows that a least lambda with the largest m is attained: an interval on which
Krawczyk's operator contracts contains a common zero of its functions, inside the region.

A function is bounded on a part by its Taylor polynomial at the centre, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from flint import fmpq, fmpq_mpoly

from .algebra import (
    at_origin,
    compose,
    constant,
    context,
    divide_out,
    evaluate,
    exponent,
    initial_form,
    polynomial,
    power,
    rational,
    require,
    support_variables,
    times,
)
from .clock import poll
from .enclosures import Box, bounds_on, determinant, require_zero
from .germ import Germ, Judge, Node, Verdict, least

_PARTS = 60_000


@dataclass
class Strata:
    """The functions, and K, region and prior as monomials in them."""

    germ: Germ
    functions: list[fmpq_mpoly]
    squares: list[tuple[fmpq, tuple[int, ...]]]
    region: list[tuple[int, int]]
    prior: list[tuple[int, fmpq]]
    _minors: dict[tuple[int, ...], list[fmpq_mpoly]] = field(default_factory=dict)

    def minors(self, chosen: tuple[int, ...]) -> list[fmpq_mpoly]:
        """Return the maximal minors of the differentials of some functions."""
        if chosen not in self._minors:
            n = self.germ.ring.nvars()
            rows = [[self.functions[i].derivative(k) for k in range(n)] for i in chosen]
            found = [
                determinant([[row[k] for k in columns] for row in rows], self.germ.ring)
                for columns in combinations(range(n), len(chosen))
            ]
            self._minors[chosen] = [p for p in found if not p.is_zero()]
        return self._minors[chosen]

    def vanishing(self, box: Box, among: Sequence[int]) -> tuple[int, ...] | None:
        """Return the functions that may vanish on a part; None if K has no zero there."""
        found = []
        for i in among:
            low, high = bounds_on(self.functions[i], box)
            if low <= 0 <= high:
                found.append(i)
            elif any(k == i and (low if sign > 0 else -high) < 0 for k, sign in self.region):
                return None
        may = all(any(e and i in found for i, e in enumerate(row)) for _, row in self.squares)
        return tuple(found) if may else None

    def fewer(self, chosen: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """Yield the functions without some that only bound the region, fewest first."""
        kept = {i for _, row in self.squares for i, e in enumerate(row) if e}
        kept |= {i for i, _ in self.prior}
        walls = [i for i in chosen if i not in kept]
        require(len(walls) <= 24, "too many conditions that may vanish on a part")
        for size in range(len(walls) + 1):
            for some in combinations(walls, size):
                yield tuple(i for i in chosen if i in kept or i in some)

    def local(self, chosen: tuple[int, ...], judge: Judge) -> Verdict | None:
        """Return the verdict where just these functions vanish, with independent differentials."""
        ring = context(len(chosen))
        table: dict[tuple[int, ...], fmpq] = {}
        for a, row in self.squares:
            key = tuple(2 * row[i] for i in chosen)
            table[key] = table.get(key, fmpq(0)) + a
        gens = {i: ring.gen(k) for k, i in enumerate(chosen)}
        region = tuple(sign * gens[i] for i, sign in self.region if i in gens)
        prior = tuple((gens[i], s) for i, s in self.prior if i in gens)
        one = [0] * len(chosen)
        terms = [[[[str(c), one]], list(key)] for key, c in table.items()]
        leaf = {"kind": "newton", "system": None, "factors": [{"power": 1, "terms": terms}]}
        return judge(Germ(ring, ring.from_dict(table), region, prior), leaf)

    def around(self, chosen: tuple[int, ...], at: Sequence[fmpq], weights: Sequence[int]) -> Germ:
        """Return the germ at a point around which the chosen functions are homogeneous."""
        images = [x + c for x, c in zip(self.germ.ring.gens(), at, strict=True)]
        moved = {i: compose(self.functions[i], images) for i in chosen}
        for f in moved.values():
            require(initial_form(f, weights)[0] == f, "a function is not homogeneous at a point")
        K = constant(self.germ.ring, fmpq(0))
        for a, row in self.squares:
            term = constant(self.germ.ring, a)
            for i, f in moved.items():
                term = times(term, power(f, 2 * row[i]))
            K += term
        region = tuple(sign * moved[i] for i, sign in self.region if i in moved)
        prior = tuple((moved[i], s) for i, s in self.prior if i in moved)
        return Germ(self.germ.ring, K, region, prior).local()


def strata_of(germ: Germ, box: Box, node: Node) -> Strata:
    """Verify the stated functions and monomials."""
    functions = [polynomial(f, germ.ring) for f in node["functions"]]
    require(not any(f.is_constant() for f in functions), "a function is constant")
    squares = []
    K = constant(germ.ring, fmpq(0))
    for weight, powers in node["squares"]:
        row, a = exponent(powers, len(functions)), rational(weight)
        require(a > 0, "a sum of squares has a weight <= 0")
        term = constant(germ.ring, a)
        for f, e in zip(functions, row, strict=True):
            term = times(term, power(f, 2 * e))
        K += term
        squares.append((a, row))
    require(K == germ.K, "K is not the stated sum of squares of monomials")
    faces = []
    for x, (low, high) in zip(germ.ring.gens(), box, strict=True):
        faces += [x - low, high - x]
    region = [_multiple(r, functions) for r in (*germ.region, *faces)]
    prior = [(_multiple(p, functions)[0], s) for p, s in germ.prior if not p.is_constant()]
    return Strata(germ, functions, squares, region, prior)


def _multiple(p: fmpq_mpoly, functions: Sequence[fmpq_mpoly]) -> tuple[int, int]:
    """Return which function p is a multiple of, and the sign of the factor."""
    for i, f in enumerate(functions):
        rest, k = divide_out(p, f)
        if k == 1 and rest.is_constant():
            return i, 1 if at_origin(rest) > 0 else -1
    require(False, "a condition is not a multiple of one of the functions")
    return -1, 0


def strata_node(germ: Germ, box: Box, node: Node, judge: Judge) -> Verdict | None:
    """Accept functions, points and witnesses that together decide every part of the box."""
    strata = strata_of(germ, box, node)
    best = least([witness_verdict(strata, w, judge) for w in node["witnesses"]])
    flats = [_at_flat(strata, entry, judge) for entry in node["points"]]
    best = least([best, *(verdict for _, _, verdict in flats)])
    require(best is not None and best.multiplicity is not None, "no zero of K is exhibited")
    known: dict[tuple[int, ...], Verdict | None] = {}
    parts: list[tuple[Box, tuple[int, ...]]] = [(box, tuple(range(len(strata.functions))))]
    tried = 0
    while parts:
        part, among = parts.pop()
        poll()
        tried += 1
        require(tried <= _PARTS, "too many parts")
        chosen = strata.vanishing(part, among)
        if chosen is None or any(
            _regular(strata, part, fewer, known, best, judge) for fewer in strata.fewer(chosen)
        ):
            continue
        # All functions that may vanish are homogeneous around a point of the part.
        if any(chosen == around and _contains(part, at) for at, around, _ in flats):
            continue
        i = max(range(len(part)), key=lambda k: part[k][1] - part[k][0])
        low, high = part[i]
        middle = (low + high) / 2
        parts += [
            ([half if k == i else side for k, side in enumerate(part)], chosen)
            for half in ((low, middle), (middle, high))
        ]
    return best


def _contains(part: Box, at: dict[int, fmpq]) -> bool:
    return all(part[i][0] <= c <= part[i][1] for i, c in at.items())


def _regular(
    strata: Strata,
    part: Box,
    chosen: tuple[int, ...],
    known: dict[tuple[int, ...], Verdict | None],
    best: Verdict | None,
    judge: Judge,
) -> bool:
    if len(chosen) > strata.germ.ring.nvars():
        return False
    if chosen not in known:
        known[chosen] = strata.local(chosen, judge)
    if not _no_better(known[chosen], best):
        return False
    for p in strata.minors(chosen):
        low, high = bounds_on(p, part)
        if low > 0 or high < 0:
            return True
    return False


def _no_better(found: Verdict | None, best: Verdict | None) -> bool:
    """Say whether a verdict changes nothing beside the best one."""
    return found is None or least([found, best]) == best


def _at_flat(
    strata: Strata, entry: Node, judge: Judge
) -> tuple[dict[int, fmpq], tuple[int, ...], Verdict | None]:
    """Return the coordinates of a flat, the functions zero there, and the verdict at a point."""
    at, weights = [rational(c) for c in entry["at"]], entry["weights"]
    require(len(at) == len(weights) == strata.germ.ring.nvars(), "a point has the wrong length")
    require(all(type(w) is int and w >= 0 for w in weights), "weights are integers >= 0")
    inside = all(sign * evaluate(strata.functions[i], at) >= 0 for i, sign in strata.region)
    require(inside, "a point lies outside the region")
    chosen = tuple(i for i, f in enumerate(strata.functions) if evaluate(f, at) == 0)
    depends = {i for k in chosen for i in support_variables(strata.functions[k])}
    require(all(weights[i] > 0 for i in depends), "a function depends on a coordinate of weight 0")
    across = {i: c for i, c in enumerate(at) if weights[i] > 0}
    return across, chosen, judge(strata.around(chosen, at, weights), entry["child"])


def witness_verdict(strata: Strata, witness: Node, judge: Judge) -> Verdict | None:
    """Return the local verdict at a zero of the listed functions, after its existence is shown."""
    chosen = tuple(witness["functions"])
    size = len(strata.functions)
    distinct = len(set(chosen)) == len(chosen) and list(chosen) == sorted(chosen)
    require(distinct and all(type(i) is int and 0 <= i < size for i in chosen), "bad functions")
    part = [(rational(a), rational(b)) for a, b in witness["box"]]
    require(len(part) == strata.germ.ring.nvars(), "a box has the wrong number of sides")
    for i, sign in strata.region:
        low, high = bounds_on(strata.functions[i], part)
        require(i in chosen or (low if sign > 0 else -high) > 0, "a witness leaves the region")
    for i, f in enumerate(strata.functions):
        low, high = bounds_on(f, part)
        require(i in chosen or low > 0 or high < 0, "another function may vanish at a witness")
    require_zero([strata.functions[i] for i in chosen], part)
    return strata.local(chosen, judge)
