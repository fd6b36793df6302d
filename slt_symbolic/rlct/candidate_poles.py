"""Where zeta(z) = integral of K**z may have poles, from the proof of lambda and m.

A toric modification puts K in normal crossings with exceptional divisors E_w, one for each facet
(w, d) of the Newton polyhedron, and the divisors {f_j = 0} of its factors. The density of the
integral in the coordinate t of E_w is t**(d z + |w| - 1) times a power series in t whose exponents
are the excesses <w, a> - d of the terms of K beyond the facet and their sums; so the poles of E_w
are among (|w| + j)/d for such j. Those of f_j**p_j are among (1 + j)/p_j. Poles of blocks of
variables add up, because beta**(-p) beta**(-q) = beta**(-p - q).
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import product
from typing import Any

import sympy
from flint import fmpq

from .checker.newton import dot, facets, minkowski_sum
from .constants import KEEPING
from .constants_amount import rational
from .errors import ConstantsError
from .problem import Problem
from .strategy import Search, judged

__all__ = ["candidate_poles"]

Node = dict[str, Any]


def candidate_poles(
    problem: Problem, *, beyond: sympy.Rational = sympy.S.Half, budget: float = 10.0
) -> tuple[sympy.Rational, ...]:
    """Return a list that holds every pole of zeta near lambda, in absolute value.

    Parameters
    ----------
    problem : Problem
        K near a point, with one piece and no prior: a density that is constant.
    beyond : sympy.Rational, optional
        How far beyond lambda to look.
    budget : float, optional
        Seconds for the search.

    Returns
    -------
    tuple of sympy.Rational
        Ascending, from lambda on. The residue at lambda is not 0; at the others it may be.

    Raises
    ------
    ConstantsError
        If the search finds no proof by Newton polyhedra, sums of blocks and squares.

    Notes
    -----
    Zeros of K away from the point, and the border of a box, may add others.

    References
    ----------
    A. N. Varchenko, Newton polyhedra and estimation of oscillating integrals, 1976.

    Examples
    --------
    >>> from sympy.abc import x, y, z
    >>> candidate_poles(Problem((x**2 + y**3 + z**5)**2, (x, y, z), (0, 0, 0)))
    (1/2, 31/60, 1)
    """
    (piece,) = problem.stated.pieces
    if any(not p.is_constant() for p, _ in piece.prior):
        raise ConstantsError("poles are listed for a density that is constant")
    moved = piece.at(problem.stated.point)
    proof = Search(time.monotonic() + budget, routes=KEEPING).solve(moved)
    verdict = judged(moved, proof)
    if verdict is None or verdict.lower != verdict.upper:
        raise ConstantsError("no proof of lambda was found that shows the other poles")
    last = verdict.lower + fmpq(int(beyond.p), int(beyond.q))
    found = sorted(p for p in _poles(proof, last) if p <= last)
    return tuple(rational(p) for p in found if p >= verdict.lower)


def _poles(node: Node, last: fmpq) -> set[fmpq]:
    kind = node["kind"]
    if kind == "newton":
        return _newton(node, last)
    if kind in ("change", "scale", "redundant"):
        return _poles(node["child"], last)
    if kind == "split":
        half = fmpq(len(node["squares"]), 2)
        # Without a rest there are the squares alone.
        inner = _poles(node["child"], last - half) if node.get("child") else {fmpq(0)}
        return {half + p for p in inner}
    if kind == "sum":
        sums = {fmpq(0)}
        for child in node["children"]:
            parts = _poles(child, last)
            sums = {p + q for p, q in product(sums, parts) if p + q <= last}
        return sums
    raise ConstantsError(f"a step of the kind {kind!r} does not keep the poles")


def _newton(node: Node, last: fmpq) -> set[fmpq]:
    factors = [(int(f["power"]), [tuple(a) for _, a in f["terms"]]) for f in node["factors"]]
    points = minkowski_sum([[tuple(p * e for e in a) for a in terms] for p, terms in factors])
    inner = [a for f in node["factors"] for c, _ in f["terms"] for _, a in c]
    found: set[fmpq] = set()
    for w, d in facets(points):
        if d == 0:
            continue
        least = [min(dot(w, a) for a in terms) for _, terms in factors]
        steps = {
            int(dot(w, a)) - int(low)
            for low, (_, terms) in zip(least, factors, strict=True)
            for a in terms
        }
        if node["system"] is None:
            # A coefficient that is no constant brings in terms of its own.
            steps |= {int(dot(w, a)) for a in inner}
        else:
            # So does the Jacobian of a system of coordinates.
            steps.add(1)
        height = sum(w)
        most = int((last * d - height).floor())
        found |= {fmpq(height + j, d) for j in _sums(steps - {0}, most)}
    for power, terms in factors:
        if len(terms) > 1:
            found |= {fmpq(j, power) for j in range(1, int((last * power).floor()) + 1)}
    return found


def _sums(steps: Iterable[int], most: int) -> set[int]:
    """Return the sums of any number of steps, up to ``most``."""
    found = {0} if most >= 0 else set()
    for step in steps:
        for low in sorted(found):
            found |= set(range(low, most + 1, step))
    return found
