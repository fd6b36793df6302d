"""Symmetries of the coefficients of a linear block, and the chambers they fold the space to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq_mpoly

from ..germ import Germ

Map = list[list[int]]


def _lift(germ: Germ, block: Sequence[int], action: Map) -> Map | None:
    """Extend a signed permutation of the other variables to the block, preserving the squares."""
    gens = germ.ring.gens()
    images = [s * gens[i] for i, s in action]
    weights = [a for a, _ in germ.squares]

    def column(i: int) -> tuple[Any, ...]:
        entries = [g.derivative(i) for _, g in germ.squares]
        return tuple(entries)

    columns = {i: column(i) for i in block}
    found, taken = [list(pair) for pair in action], set[int]()
    # A generator may change its sign: the signs are read off from the first columns.
    signs: list[int] = [0] * len(weights)
    for i in block:
        moved = [p.compose(*images, ctx=germ.ring) for p in columns[i]]
        for j in block:
            if j in taken:
                continue
            for s in (1, -1):
                trial = _match(moved, [s * p for p in columns[j]], signs)
                if trial is not None:
                    signs = trial
                    # K(sigma a) must contain column_j a_j: a_i is replaced by s a_j.
                    found[i] = [j, s]
                    taken.add(j)
                    break
            if j in taken:
                break
        else:
            return None
    return found


def _match(
    moved: Sequence[fmpq_mpoly], target: Sequence[fmpq_mpoly], signs: list[int]
) -> list[int] | None:
    new = list(signs)
    for k, (p, q) in enumerate(zip(moved, target, strict=True)):
        if p.is_zero() and q.is_zero():
            continue
        sign = 1 if p == q else -1 if p == -q else 0
        if sign == 0 or new[k] * sign == -1:
            return None
        new[k] = sign
    return new


def symmetries(germ: Germ, block: Sequence[int]) -> tuple[list[list[int]], list[Map], set[int]]:
    """Return classes of exchangeable variables, maps that generate, and classes with reflections.

    Classes are lists of variables outside the block, in the order of the chamber; the maps are
    the exchanges of neighbours, and one reflection of the first member where there is one.
    """
    others = [i for i in range(germ.n) if i not in block]
    identity: Map = [[i, 1] for i in range(germ.n)]
    classes: list[list[int]] = []
    maps: list[Map] = []
    for i in others:
        for group in classes:
            swap = [list(pair) for pair in identity]
            swap[group[-1]], swap[i] = [i, 1], [group[-1], 1]
            lifted = _lift(germ, block, swap)
            if lifted is not None:
                group.append(i)
                maps.append(lifted)
                break
        else:
            classes.append([i])
    reflected = set()
    for k, group in enumerate(classes):
        flip = [list(pair) for pair in identity]
        flip[group[0]] = [group[0], -1]
        lifted = _lift(germ, block, flip)
        if lifted is not None:
            maps.append(lifted)
            reflected.add(k)
    return classes, maps, reflected
