"""Units of a network that differ at the point are taken apart, cluster by cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flint import fmpq, fmpq_mpoly

from .certificate import encode
from .checker.moments import DEGREES, clustered_moments
from .germ import Germ, constant_term, uses

Node = dict[str, Any]
Unit = tuple[fmpq_mpoly, fmpq_mpoly]


def by_clusters(
    activation: str,
    units: Sequence[tuple[fmpq_mpoly, Sequence[fmpq_mpoly]]],
    conditions: Germ,
    point: Sequence[fmpq],
    solve: Callable[[Germ], Node],
) -> Node | None:
    """Return the proof by moments of clusters; None for several inputs, or weights all 0.

    Moments about a unit of the cluster have differences of weights in them and nothing else:
    with these as coordinates, the place of the cluster is gone.

    Parameters
    ----------
    activation : str
        As for `MomentProblem`.
    units : sequence of (amplitude, slopes)
        In the coordinates of the problem.
    conditions : Germ
        With the region and the prior, in these coordinates.
    point : sequence of fmpq
        Where.
    solve : callable
        The search for a proof.
    """
    ring = conditions.ring
    shift = [x + c for x, c in zip(ring.gens(), point, strict=True)]
    one = [(a.compose(*shift), slopes[0].compose(*shift)) for a, slopes in units]
    if len(units[0][1]) > 1 or all(constant_term(b) == 0 for _, b in one):
        return None
    clusters = _clusters(activation, one)
    generators = clustered_moments(activation, one, clusters)
    zero = ring.from_dict({})
    squares = tuple((fmpq(1), g) for g in generators if not g.is_zero())
    K = sum((g**2 for _, g in squares), zero)
    placed = Germ(K, conditions.region, conditions.prior).at(point)
    germ = Germ(K, placed.region, placed.prior, squares)
    child = _by_differences(germ, one, clusters, solve)
    return {"kind": "moments", "clusters": clusters, "child": child}


def _clusters(activation: str, units: Sequence[Unit]) -> list[list[int]]:
    """Return lists of units, each begun by that about which moments are taken."""
    found: dict[fmpq, list[int]] = {}
    for i, (_, b) in enumerate(units):
        beta = constant_term(b)
        found.setdefault(beta if DEGREES[activation][1] == 1 else abs(beta), []).append(i)
    # About a unit of the true function the others' moments lose it; else about one that has an
    # amplitude, which the sum of all amplitudes then eliminates.
    return [
        sorted(members, key=lambda i: (len(uses(units[i][1])) > 0, constant_term(units[i][0]) == 0))
        for members in found.values()
    ]


def _by_differences(
    germ: Germ, units: Sequence[Unit], clusters: Sequence[Sequence[int]], solve: Any
) -> Node:
    """Solve with y_i = b_i - b_c in place of the weight b_i of each cluster, c its first unit."""
    gens = list(germ.ring.gens())
    forward, backward = list(gens), list(gens)
    taken = {i for p in germ.conditions() for i in uses(p)}
    taken |= {i for a, _ in units for i in uses(a)}
    for first, *others in clusters:
        centre = units[first][1]
        if constant_term(centre) == 0:
            continue
        for i in others:
            b = units[i][1]
            # The same sign at the point as the first: y = b - b_c, else y = -b - b_c.
            sign = 1 if constant_term(b) == constant_term(centre) else -1
            mine = uses(b)
            if len(mine) != 1 or mine & (taken | uses(centre)):
                continue
            (k,) = mine
            if b - constant_term(b) != gens[k]:
                continue
            rest = centre - constant_term(centre)
            forward[k], backward[k] = gens[k] + sign * rest, gens[k] - sign * rest
            taken.add(k)
        # Later changes must not touch what these were made with.
        taken |= uses(centre)
    if forward == gens:
        return solve(germ)
    return {
        "kind": "change",
        "images": [encode(p) for p in forward],
        "inverse": [encode(p) for p in backward],
        "child": solve(germ.substitute(forward)),
    }
