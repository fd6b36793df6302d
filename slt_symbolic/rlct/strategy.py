"""The search for a proof tree: routes from cheap to dear, within a deadline."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from flint import fmpq

from . import checker
from .checker.germ import Germ as CheckedGerm
from .clock import expired, until
from .errors import CertificateError, NegativeDivergenceError
from .germ import Germ
from .routes import ROUTES, Route
from .routes.bounds import bounds
from .routes.comparison import part_of_squares, single_square

Node = dict[str, Any]
Verdict = checker.Verdict

COMPARED = "plane"
"""Before this route, the first of the dear ones, some of the squares may decide."""
SHARE = {"resolve": 0.6, "compare": 0.15}
"""The part of the remaining time that a route may take at most, where it is not all of it."""


def judged(germ: Germ, node: Node) -> Verdict | None:
    """Return what the checker finds that a proof tree establishes for a germ."""
    checked = CheckedGerm(germ.ring, germ.K, germ.region, germ.prior)
    return checker.judge(checked.local(), node)


@dataclass
class Judgements:
    """The checker, with a memory of the nodes that it has already accepted for a germ.

    Proofs grow from their leaves; without it, each would be checked once for every level above.
    """

    _known: dict[int, tuple[Node, CheckedGerm, Verdict | None]] = field(default_factory=dict)

    def of(self, germ: Germ, node: Node) -> Verdict | None:
        """Return what a proof tree establishes for a germ of the search."""
        checked = CheckedGerm(germ.ring, germ.K, germ.region, germ.prior)
        return self(checked.local(), node)

    def __call__(self, germ: CheckedGerm, node: Any) -> Verdict | None:
        """Return what a proof tree establishes for a germ of the checker."""
        known = self._known.get(id(node))
        # The entry keeps the node alive, so that no other one can have its id.
        if known is not None and known[1] == germ:
            return known[2]
        verdict = checker.judge(germ, node, self)
        self._known[id(node)] = (node, germ, verdict)
        return verdict


@dataclass
class Search:
    """A depth-first search with a deadline, a depth limit, and a memory of germs met before.

    Attributes
    ----------
    deadline : float
        A value of ``time.monotonic()``.
    routes : tuple
        Names and routes, in the order in which they are tried.
    seconds : dict
        The time spent in each route, that in the germs it leads to included.
    """

    deadline: float
    depth: int = 0
    limit: int = 18
    routes: tuple[tuple[str, Route], ...] = ROUTES
    seconds: dict[str, float] = field(default_factory=dict)
    judgements: Judgements = field(default_factory=Judgements)
    _memory: dict[Any, Node] = field(default_factory=dict)

    def solve(self, germ: Germ) -> Node:
        """Return the best proof tree found; at worst a leaf with bounds."""
        key = (
            germ.n,
            str(germ.K),
            tuple(str(r) for r in germ.region),
            tuple((str(p), str(s)) for p, s in germ.prior),
            tuple((str(a), str(g)) for a, g in germ.squares),
        )
        if key not in self._memory:
            with until(self.deadline):
                node, final = self._search(germ)
            if not final:
                return node
            self._memory[key] = node
        return self._memory[key]

    def _search(self, germ: Germ) -> tuple[Node, bool]:
        """Return the best node, and whether it is proved or all routes have had their time."""
        found: list[tuple[Node, Verdict]] = []
        if self._add(germ, bounds(germ), found) or self.depth >= self.limit:
            return self._joined(germ, found), False
        self.depth += 1
        try:
            for name, route in self.routes:
                if expired():
                    return self._joined(germ, found), False
                start = time.monotonic()
                share = SHARE.get(name, 1.0)
                if name == COMPARED and self._decided(germ, found, start):
                    return self._joined(germ, found), True
                try:
                    with until(start + share * max(self.deadline - start, 0.0)):
                        node = route(germ, self.solve)
                        if node is not None and self._add(germ, node, found):
                            return node, True
                except NegativeDivergenceError:
                    # Not a failing route: the proposal shows that the problem is ill-posed.
                    raise
                except CertificateError:
                    continue
                finally:
                    spent = time.monotonic() - start
                    self.seconds[name] = self.seconds.get(name, 0.0) + spent
        finally:
            self.depth -= 1
        if not expired():
            self._compare(germ, found)
        return self._joined(germ, found), True

    def _decided(self, germ: Germ, found: list[tuple[Node, Verdict]], start: float) -> bool:
        """Say whether some of the squares bound lambda by what a scaling attains, with m = 1."""
        with until(start + SHARE["compare"] * max(self.deadline - start, 0.0)):
            self._add_part(germ, found)
        verdict = self._or_none(germ, self._joined(germ, found))
        return (
            verdict is not None
            and verdict.lower == verdict.upper
            and verdict.multiplicity is not None
        )

    def _add_part(self, germ: Germ, found: list[tuple[Node, Verdict]]) -> None:
        node = part_of_squares(germ, self._or_none)
        if node is not None:
            self._add(germ, node, found)

    def _compare(self, germ: Germ, found: list[tuple[Node, Verdict]]) -> None:
        """Add bounds that are worth their time only where nothing is proved."""
        self._add(germ, bounds(germ, program=True), found)
        if all(node["kind"] != "part" for node, _ in found):
            self._add_part(germ, found)
        node = single_square(germ, self.solve)
        if node is not None and not expired():
            self._add(germ, node, found)

    def _or_none(self, germ: Germ, node: Node) -> Verdict | None:
        try:
            return self.judgements.of(germ, node)
        except CertificateError:
            return None

    def _add(self, germ: Germ, node: Node, found: list[tuple[Node, Verdict]]) -> bool:
        """Judge a proof and keep what it says; say whether it is all there is to know."""
        try:
            verdict = self.judgements.of(germ, node)
        except NegativeDivergenceError:
            raise
        except CertificateError:
            if node["kind"] != "bounds":
                raise
            return False
        if verdict is None:
            found[:] = [(node, Verdict(fmpq(0), None, None))]
            return True
        if verdict.lower == verdict.upper and verdict.multiplicity is not None:
            found[:] = [(node, verdict)]
            return True
        found.append((node, verdict))
        return False

    @staticmethod
    def _joined(germ: Germ, found: list[tuple[Node, Verdict]]) -> Node:
        """Return the proof with both bounds best, or the two that have them."""
        if not found:
            return bounds(germ)
        low = max(found, key=lambda pair: (pair[1].lower, _closeness(pair[1])))
        high = [pair for pair in found if pair[1].upper is not None]
        if not high:
            return low[0]
        best = min(high, key=lambda pair: (pair[1].upper, -pair[1].lower))
        if low[1].upper == best[1].upper:
            return low[0]
        if low[1].lower == best[1].lower:
            return best[0]
        return {"kind": "between", "children": [low[0], best[0]]}


def _closeness(verdict: Verdict) -> float:
    upper = verdict.upper
    return float("-inf") if upper is None else -float(upper.p) / float(upper.q)
