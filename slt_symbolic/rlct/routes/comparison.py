"""Lower bounds from some of the squares that K is a sum of."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

from flint import fmpq_mpoly

from ..certificate import encode
from ..clock import expired
from ..errors import CertificateError
from ..germ import Germ, constant_term
from .newton import newton
from .regular import regular_squares
from .system import transversal_system

_TRIES = 40
_FEW = 3


def single_square(germ: Germ, solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    """Leave out all squares but the one of least order, and search for a proof of that one."""
    if not 2 <= len(germ.squares) <= _FEW or any(constant_term(g) != 0 for _, g in germ.squares):
        return None
    first = min(range(len(germ.squares)), key=lambda i: _order(germ.squares[i][1]))
    a, g = germ.squares[first]
    smaller = Germ(a * g**2, germ.region, germ.prior, ((a, g),))
    return _part(germ, [first], solve(smaller))


def _order(g: fmpq_mpoly) -> int:
    return min(sum(int(e) for e in powers) for powers in g.to_dict())


def _part(germ: Germ, kept: list[int], child: Any) -> dict[str, Any]:
    return {
        "kind": "part",
        "squares": [[str(a), encode(g)] for a, g in germ.squares],
        "kept": kept,
        "child": child,
    }


def part_of_squares(germ: Germ, judge: Callable[[Germ, Any], Any]) -> dict[str, Any] | None:
    """Leave out squares until a leaf proves what is left; the best bound of a few choices.

    ``judge`` returns the verdict on a proposed leaf, or None.
    """
    n = len(germ.squares)
    if n < 2 or any(constant_term(g) != 0 for _, g in germ.squares):
        return None
    best, found, tries = None, None, 0
    for size in range(n - 1, max(0, n - 4), -1):
        for kept in combinations(range(n), size):
            tries += 1
            if tries > _TRIES or expired():
                return found
            squares = tuple(germ.squares[i] for i in kept)
            K = sum((a * g**2 for a, g in squares), germ.ring.from_dict({}))
            smaller = Germ(K, germ.region, germ.prior, squares)
            for leaf in (newton, regular_squares, transversal_system):
                try:
                    node = leaf(smaller, lambda _: None)
                except CertificateError:
                    continue
                verdict = None if node is None else judge(smaller, node)
                if verdict is None:
                    continue
                # Of equal bounds the one with m = 1 may decide m.
                worth = (verdict.lower, verdict.multiplicity == 1)
                if best is None or worth > best:
                    best = worth
                    found = _part(germ, list(kept), node)
        if found is not None:
            return found
    return found
