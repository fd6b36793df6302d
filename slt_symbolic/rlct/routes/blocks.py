"""Sums and products in disjoint variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flint import fmpq, fmpq_mpoly

from ..certificate import encode
from ..germ import Germ, constant_term, uses
from ..polynomials import ring


def components(n: int, linked: Iterable[set[int]]) -> list[list[int]]:
    """Return the connected components of the variables under the given links."""
    label = list(range(n))
    for group in linked:
        labels = {label[i] for i in group}
        label = [min(labels) if a in labels else a for a in label]
    return [[i for i in range(n) if label[i] == a] for a in sorted(set(label))]


def attach_idle(blocks: list[list[int]], busy: set[int]) -> list[list[int]]:
    """Put blocks without any variable of K into the first block that has one."""
    first = next(b for b in blocks if busy & set(b))
    idle = [i for b in blocks if not busy & set(b) for i in b]
    kept = [b for b in blocks if busy & set(b)]
    return [sorted(b + idle) if b is first else b for b in kept]


def separate_sum(germ: Germ, solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    """Split K = K_1(y) + K_2(z) when no monomial and no condition mixes the blocks."""
    monomials = [{i for i, e in enumerate(a) if e} for a in germ.K.to_dict()]
    blocks = components(germ.n, [*monomials, *(uses(p) for p in germ.conditions())])
    blocks = attach_idle(blocks, uses(germ.K))
    if len(blocks) < 2:
        return None
    children = []
    for block in blocks:
        inside = set(block)
        region = tuple(r for r in germ.region if uses(r) <= inside)
        prior = tuple((p, s) for p, s in germ.prior if uses(p) <= inside)
        part = Germ(germ.K, region, prior, germ.squares)
        children.append(solve(part.restrict(block, ring(len(block)))))
    return {"kind": "sum", "blocks": blocks, "children": children}


def separate_product(germ: Germ, solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    """Split K = K_1(y) K_2(z) when no factor and no condition mixes the blocks."""
    constant, parts = germ.K.factor()
    vanishing = [(f, int(e)) for f, e in parts if constant_term(f) == 0]
    if len(vanishing) < 2 or len(vanishing) < len(parts):
        return None
    links = [*(uses(f) for f, _ in vanishing), *(uses(p) for p in germ.conditions())]
    blocks = attach_idle(components(germ.n, links), uses(germ.K))
    if len(blocks) < 2:
        return None
    factors: list[fmpq_mpoly] = []
    for k, block in enumerate(blocks):
        factor = germ.ring.from_dict({(0,) * germ.n: fmpq(1) if k else fmpq(constant)})
        for f, e in vanishing:
            if uses(f) <= set(block):
                factor *= f**e
        factors.append(factor)
    children = []
    for factor, block in zip(factors, blocks, strict=True):
        inside = set(block)
        region = tuple(r for r in germ.region if uses(r) <= inside)
        prior = tuple((p, s) for p, s in germ.prior if uses(p) <= inside)
        part = Germ(factor, region, prior).restrict(block, ring(len(block)))
        children.append(solve(part))
    encoded = [encode(f) for f in factors]
    return {"kind": "product", "blocks": blocks, "factors": encoded, "children": children}
