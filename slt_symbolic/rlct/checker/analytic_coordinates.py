"""Analytic functions as new coordinates, before anything is expanded.

*Subtree*: x_j occurs only inside copies of one subtree S of the functions, and dS/dx_j is not zero
at the point. Then S - S(0) is a coordinate in place of x_j (implicit function theorem). Monomials
of the region and the prior may contain x_j if S is an odd increasing function of c x_j, c > 0: they
change by positive units. No other condition may.

*Solved*: K is a sum of squares, one of the functions is c x_j + g, with c a constant and g free of
x_j, and no condition contains x_j. It becomes the coordinate x_j, and x_j = -g / c in the others:
the difference lies in the ideal that the new x_j generates.

In both cases x_j denotes the new coordinate afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flint import fmpq_mpoly

from .algebra import at_origin, constant, gradient_at_origin, power, require, times
from .germ import Germ
from .jets import jet

#: Odd functions with F' > 0 at the origin.
ODD_INCREASING = ("asin", "asinh", "atan", "atanh", "erf", "sin", "sinh", "tan", "tanh")


def in_coordinates(
    trees: Sequence[Any], conditions: Germ, squares: bool, variables: Sequence[Any]
) -> list[Any]:
    """Return the trees after one change of coordinates for each listed variable, in order."""
    for j in variables:
        require(type(j) is int and 0 <= j < conditions.ring.nvars(), "there is no such variable")
        solved = _solved(trees, conditions, j) if squares else None
        trees = _as_subtree(trees, conditions, j) if solved is None else solved
    return list(trees)


def _as_subtree(trees: Sequence[Any], conditions: Germ, j: int) -> list[Any]:
    """Return the trees with the outermost subtree that can be a coordinate in place of x_j."""
    for candidate in _subtrees(trees, j):
        # The derivative of erf is not rational, but positive.
        inner = candidate[1] if candidate[0] == "erf" else candidate
        first = jet(inner, conditions.ring, 1)
        if gradient_at_origin(first)[j] == 0 or not _kept(candidate, conditions, j):
            continue
        value = at_origin(jet(candidate, conditions.ring, 0))
        image = ["poly", conditions.ring.gen(j) + constant(conditions.ring, value)]
        moved = [_replaced(tree, candidate, image, j) for tree in trees]
        if None not in moved:
            return moved
    require(False, "a variable does not occur in one function only")
    return []


def _kept(candidate: Any, conditions: Germ, j: int) -> bool:
    mixed = [p for p in [*conditions.region, *(p for p, _ in conditions.prior)] if _has(p, j)]
    if not mixed:
        return True
    if candidate[0] not in ODD_INCREASING or candidate[1][0] != "poly":
        return False
    q = candidate[1][1]
    scaled = len(q) == 1 and q.total_degree() == 1 and q.leading_coefficient() > 0
    return scaled and all(len(p) == 1 for p in mixed)


def _solved(trees: Sequence[Any], conditions: Germ, j: int) -> list[Any] | None:
    if any(_has(p, j) for p in [*conditions.region, *(p for p, _ in conditions.prior)]):
        return None
    zero = constant(conditions.ring, at_origin(conditions.K) * 0)
    for i, tree in enumerate(trees):
        parts = tree[1:] if tree[0] == "+" else [tree]
        slopes = [p[1].derivative(j) if p[0] == "poly" else zero for p in parts]
        c = sum(slopes, zero)
        others = [p for p in parts if p[0] != "poly"]
        plain = sum((p[1] for p in parts if p[0] == "poly"), zero) - c * conditions.ring.gen(j)
        if c.is_zero() or not c.is_constant() or any(_occurs(p, j) for p in others):
            continue
        vanishes = at_origin(jet(tree, conditions.ring, 0)) == 0
        require(vanishes, "a function does not vanish at the point")
        factor = constant(conditions.ring, -1 / at_origin(c))
        solution = ["*", ["poly", factor], ["+", ["poly", plain], *others]]
        moved = [_substituted(t, j, solution) for t in trees]
        moved[i] = ["poly", conditions.ring.gen(j)]
        return moved
    return None


def _has(p: fmpq_mpoly, j: int) -> bool:
    return int(p.degrees()[j]) > 0


def _occurs(tree: Any, j: int) -> bool:
    if tree[0] == "poly":
        return _has(tree[1], j)
    return any(_occurs(a, j) for a in tree[1:] if isinstance(a, list))


def _subtrees(trees: Sequence[Any], j: int) -> Iterator[Any]:
    """Yield the subtrees in which x_j occurs, the outer ones first, but no polynomials."""
    level = [t for t in trees if t[0] != "poly" and _occurs(t, j)]
    while level:
        yield from level
        level = [
            a
            for t in level
            for a in t[1:]
            if isinstance(a, list) and a[0] != "poly" and _occurs(a, j)
        ]


def _replaced(tree: Any, wanted: Any, image: Any, j: int) -> Any:
    """Put the image in place of a subtree; None if x_j occurs elsewhere."""
    if tree == wanted:
        return image
    if not _occurs(tree, j):
        return tree
    if tree[0] == "poly":
        return None
    parts = [_replaced(a, wanted, image, j) if isinstance(a, list) else a for a in tree[1:]]
    return None if None in parts else _collected(tree[0], parts)


def _substituted(tree: Any, j: int, solution: Any) -> Any:
    """Put a tree in place of x_j."""
    if not _occurs(tree, j):
        return tree
    if tree[0] != "poly":
        parts = [_substituted(a, j, solution) if isinstance(a, list) else a for a in tree[1:]]
        return _collected(tree[0], parts)
    powers: dict[int, fmpq_mpoly] = {}
    ring = tree[1].context()
    for e, c in tree[1].to_dict().items():
        rest = tuple(0 if i == j else int(a) for i, a in enumerate(e))
        k = int(e[j])
        powers[k] = powers.get(k, ring.from_dict({})) + ring.from_dict({rest: c})
    terms = [
        _collected("*", [["poly", p], _collected("power", [solution, str(k)])])
        for k, p in sorted(powers.items())
    ]
    return _collected("+", terms)


def _collected(kind: str, parts: Sequence[Any]) -> Any:
    """Return a node; what is polynomial becomes one leaf."""
    if kind == "power":
        base, exponent = parts
        if exponent == "1":
            return base
        if base[0] == "poly" and exponent.isdigit():
            return ["poly", power(base[1], int(exponent))]
    if kind not in ("+", "*"):
        return [kind, *parts]
    if len(parts) == 1:
        return parts[0]
    plain = [p[1] for p in parts if p[0] == "poly"]
    others = [p for p in parts if p[0] != "poly"]
    if not plain:
        return [kind, *others]
    total = plain[0]
    for p in plain[1:]:
        total = total + p if kind == "+" else times(total, p)
    return ["poly", total] if not others else [kind, ["poly", total], *others]
