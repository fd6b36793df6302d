"""Sums of squares that are linear in a block of variables: integrate the block out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flint import fmpq_mpoly

from ..certificate import encode
from ..clock import poll
from ..germ import Germ, uses
from .fold import symmetries
from .marginal import marginal_leaf

Node = dict[str, Any]


def linear_block(germ: Germ, _solve: Callable[[Germ], Any]) -> Node | None:
    """Propose the marginal over a block, folded by the symmetries of its coefficients."""
    if not germ.squares:
        return None
    for block in _blocks(germ):
        if germ.region:
            node = marginal_leaf(germ, block, list(germ.ring.gens()), list(germ.ring.gens()))
        else:
            node = _folded(germ, block)
        if node is not None:
            return node
    return None


def _blocks(germ: Germ) -> Iterator[list[int]]:
    """Yield the sets of variables that meet every monomial of every generator exactly once."""
    monomials = sorted({tuple(int(e) for e in a) for _, g in germ.squares for a in g.to_dict()})
    mixed = {i for p in germ.conditions() for i in uses(p)}

    def extend(inside: frozenset[int], outside: frozenset[int], k: int) -> Iterator[list[int]]:
        poll()
        if k == len(monomials):
            yield sorted(inside)
            return
        support = {i for i, e in enumerate(monomials[k]) if e}
        chosen = support & inside
        for i in chosen or sorted(support - outside - mixed):
            others = support - {i}
            if monomials[k][i] == 1 and not others & inside:
                yield from extend(inside | {i}, outside | others, k + 1)

    yield from extend(frozenset(), frozenset(), 0)


def _folded(germ: Germ, block: list[int]) -> Node | None:
    """Fold by the symmetries, divide by signs where there is no reflection, one leaf for each."""
    classes, maps, reflected = symmetries(germ, block)
    gens = germ.ring.gens()
    height = germ.ring.from_dict({})
    for group in classes:
        for k, i in enumerate(group):
            height += (k + 1) * gens[i]
    walls = []
    for action in maps:
        images = [s * gens[i] for i, s in action]
        walls.append(height - height.compose(*images, ctx=germ.ring))
    folded = Germ(germ.K, (*germ.region, *walls), germ.prior, germ.squares)
    open_classes = [g for k, g in enumerate(classes) if k not in reflected and len(g) > 1]
    child = _divided(folded, block, classes, open_classes, {})
    if child is None or not maps:
        return child
    return {"kind": "symmetry", "maps": maps, "height": encode(height), "child": child}


def _divided(
    germ: Germ,
    block: list[int],
    classes: list[list[int]],
    todo: list[list[int]],
    negative: dict[int, int],
) -> Node | None:
    """Cut each sorted class without reflection by the number of its negative members."""
    if not todo:
        images, inverse = _gaps(germ, classes, negative)
        return marginal_leaf(germ, block, images, inverse)
    group, rest = todo[0], todo[1:]

    def cut(current: Germ, k: int) -> Node | None:
        if k == len(group):
            return _divided(current, block, classes, rest, {**negative, group[0]: k})
        form = germ.ring.gen(group[k])
        sides = [
            Germ(current.K, (*current.region, f), current.prior, current.squares)
            for f in (form, -form)
        ]
        above = _divided(sides[0], block, classes, rest, {**negative, group[0]: k})
        below = cut(sides[1], k + 1)
        if above is None or below is None:
            return None
        return {"kind": "divide", "form": encode(form), "children": [above, below]}

    return cut(germ, 0)


def _gaps(
    germ: Germ, classes: list[list[int]], negative: dict[int, int]
) -> tuple[list[fmpq_mpoly], list[fmpq_mpoly]]:
    """Return w as sums of gaps, away from zero on both sides, and the gaps in terms of w."""
    gens = germ.ring.gens()
    images, inverse = list(gens), list(gens)
    for group in classes:
        k = negative.get(group[0], 0)
        for side, sign in ((group[:k][::-1], -1), (group[k:], 1)):
            for before, i in zip([None, *side], side, strict=False):
                if before is not None:
                    images[i] = images[before] + sign * gens[i]
                    inverse[i] = sign * (gens[i] - gens[before])
                else:
                    images[i] = inverse[i] = sign * gens[i]
    return images, inverse
