"""The search for global coefficients: which proof a compact problem gets."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

from flint import fmpq, fmpq_mpoly

from . import checker
from .answers import conclude
from .certificate import encode
from .checker.compact import around, lifted
from .checker.germ import Germ as CheckedGerm
from .clock import until
from .compact_problem import CompactProblem
from .errors import CertificateError, EmptyGermError, EmptyRegionError, NotAZeroError, RLCTError
from .germ import Germ, uses
from .polynomials import ring
from .result import LearningCoefficient
from .routes.blocks import attach_idle, components
from .routes.sphere import cover, homogeneous_weights
from .strategy import Search

Node = dict[str, Any]
Box = Sequence[tuple[fmpq, fmpq]]

_SHARE = 0.4
"""The part of the time for a proof that is checked twice more."""


def solve_compact(problem: CompactProblem, deadline: float) -> LearningCoefficient:
    """Return the global learning coefficient of a compact problem, with a certificate."""
    start = time.monotonic()
    node = _prove(problem.germ, problem.bounds, deadline)
    try:
        return conclude(problem, node, start, deadline)
    except EmptyGermError:
        raise
    except EmptyRegionError as error:
        # A cover has proved that the region has interior.
        if node["kind"] == "cover":
            raise NotAZeroError("K has no zero in the region") from error
        raise


def _prove(germ: Germ, box: Box, deadline: float) -> Node:
    node = _cover(germ, box, deadline) if germ.n <= 2 else _blocks(germ, box, deadline)
    if node is None:
        node = _homogeneous(germ, box, deadline)
    return node or _strata(germ, box, deadline) or _points(germ, box, deadline)


def _strata(germ: Germ, box: Box, deadline: float) -> Node | None:
    """Look for functions that cross transversally but for some points."""
    from .routes.strata import strata

    start = time.monotonic()
    middle = start + _SHARE * (deadline - start)
    try:
        with until(middle):
            return strata(germ, box, _candidates(germ, box), lambda g: _solved(g, middle))
    except CertificateError:
        return None


def _blocks(germ: Germ, box: Box, deadline: float) -> Node | None:
    """Split a sum or a product in disjoint variables; a box is a product of boxes."""
    if germ.squares:
        terms = [a * g**2 for a, g in germ.squares]
    else:
        terms = [germ.ring.from_dict({a: c}) for a, c in germ.K.to_dict().items()]
    constant, factors = germ.K.factor()
    powers = [f**e for f, e in factors]
    powers[0] *= constant
    for kind, parts in (("sum", terms), ("product", powers)):
        links = [uses(p) for p in [*parts, *germ.conditions()]]
        blocks = attach_idle(components(germ.n, links), uses(germ.K))
        if len(blocks) < 2 or any(not uses(p) for p in parts):
            continue
        node: Node = {"kind": kind, "blocks": blocks, "parts": [], "children": []}
        try:
            for block in blocks:
                chosen = [p for p in parts if uses(p) <= set(block)]
                part = sum(chosen[1:], chosen[0])
                if kind == "product":
                    part = prod(chosen[1:], start=chosen[0])
                node["parts"].append(encode(part))
                smaller = _project(germ, part, block)
                node["children"].append(_prove(smaller, [box[i] for i in block], deadline))
        except RLCTError:
            # The parts of a divergence need not be divergences themselves.
            continue
        return node
    return None


def _project(germ: Germ, part: fmpq_mpoly, block: Sequence[int]) -> Germ:
    """Return a part of K, with the conditions on its variables, in a ring of its own."""
    target = ring(len(block))
    images = [target.from_dict({})] * germ.n
    for k, i in enumerate(block):
        images[i] = target.gen(k)
    inside = set(block)
    return Germ(
        part.compose(*images, ctx=target),
        tuple(r.compose(*images, ctx=target) for r in germ.region if uses(r) <= inside),
        tuple((p.compose(*images, ctx=target), s) for p, s in germ.prior if uses(p) <= inside),
    )


def _cover(germ: Germ, box: Box, deadline: float) -> Node | None:
    """Resolve every special point of the plane."""
    try:
        with until(deadline):
            return cover(*lifted(_checked(germ), box))
    except EmptyGermError:
        raise
    except CertificateError:
        if time.monotonic() > deadline:
            return None
        raise


def _homogeneous(germ: Germ, box: Box, deadline: float) -> Node | None:
    """Look for a centre and positive weights for which K and the region are homogeneous."""
    for centre in _candidates(germ, box):
        local = around(_checked(germ), box, centre)
        weights = homogeneous_weights([local.K, *local.region, *(p for p, _ in local.prior)])
        if weights is not None:
            child = _local(germ, box, centre, deadline)
            at = [str(c) for c in centre]
            return {"kind": "homogeneous", "centre": at, "weights": weights, "child": child}
    return None


def _points(germ: Germ, box: Box, deadline: float) -> Node:
    """Bound from above by the local answers at the rational zeros that are found."""
    entries = []
    for centre in _candidates(germ, box):
        try:
            child = _local(germ, box, centre, deadline)
            checker.judge(around(_checked(germ), box, centre), child)
        except CertificateError:
            continue
        entries.append({"at": [str(c) for c in centre], "child": child})
        if len(entries) == 4:
            break
    return {"kind": "points", "points": entries}


def _local(germ: Germ, box: Box, centre: Sequence[fmpq], deadline: float) -> Node:
    found = around(_checked(germ), box, centre)
    squares = germ.at(centre).squares
    return Search(deadline).solve(Germ(found.K, found.region, found.prior, squares))


def _solved(germ: CheckedGerm, deadline: float) -> Node:
    return Search(deadline).solve(Germ(germ.K, germ.region, germ.prior))


def _candidates(germ: Germ, box: Box) -> Iterator[list[fmpq]]:
    """Yield zeros of K in the region, on the grid of zero, the bounds and the middle."""
    axes = []
    for low, high in box:
        values = [fmpq(0)] if low <= 0 <= high else []
        values += [c for c in ((low + high) / 2, low, high) if c not in values]
        axes.append(values if germ.n <= 5 else values[:2])
    for tried, point in enumerate(product(*axes)):
        if tried > 3000:
            return
        if germ.K(*point) == 0 and all(r(*point) >= 0 for r in germ.region):
            yield list(point)


def _checked(germ: Germ) -> CheckedGerm:
    return CheckedGerm(germ.ring, germ.K, germ.region, germ.prior)
