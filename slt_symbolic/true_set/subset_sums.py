"""Subsets of vectors with a given sum, by meeting in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MAX_VECTORS = 36

Vector = tuple[Any, ...]


def find_subset(vectors: Sequence[Vector], total: Vector) -> tuple[int, ...] | None:
    """Return positions of vectors that add up to a total, or None if there are none.

    Parameters
    ----------
    vectors : sequence of tuples
        Elements of one exact field, hashable; at most 36 that are not zero.
    total : tuple
        Of the same length.

    Raises
    ------
    ValueError
        If there are too many: the problem is NP-complete, and 2¹⁸ sums are the limit here.

    Examples
    --------
    >>> find_subset([(1, 2), (3, 0), (0, 5)], (1, 7))
    (0, 2)
    >>> find_subset([(1,), (3,)], (2,)) is None
    True
    """
    active = [i for i, v in enumerate(vectors) if any(v)]
    if len(active) > MAX_VECTORS:
        raise ValueError(
            f"a subset of {len(active)} vectors with a given sum is sought; "
            f"more than {MAX_VECTORS} are too many to decide exactly"
        )
    half = len(active) // 2
    zero = tuple(t - t for t in total)
    known: dict[Vector, tuple[int, ...]] = {}
    for chosen, partial in _sums(active[:half], vectors, zero):
        known.setdefault(partial, chosen)
    for chosen, partial in _sums(active[half:], vectors, zero):
        rest = tuple(t - s for t, s in zip(total, partial, strict=True))
        if rest in known:
            return tuple(sorted((*known[rest], *chosen)))
    return None


def find_subset_modulo(
    vectors: Sequence[Vector], total: Vector, direction: Vector
) -> tuple[int, ...] | None:
    """Return positions of vectors whose sum is a total up to a multiple of a direction, or None.

    Examples
    --------
    >>> from flint import fmpq
    >>> one, two, three = fmpq(1), fmpq(2), fmpq(3)
    >>> find_subset_modulo([(one, one), (one, two)], (two, three), (one, two))
    (0,)
    """
    pivot = next(k for k, d in enumerate(direction) if d)

    def reduced(v: Vector) -> Vector:
        factor = v[pivot] / direction[pivot]
        return tuple(
            a - factor * d for k, (a, d) in enumerate(zip(v, direction, strict=True)) if k != pivot
        )

    return find_subset([reduced(v) for v in vectors], reduced(total))


def _sums(
    positions: Sequence[int], vectors: Sequence[Vector], zero: Vector
) -> list[tuple[tuple[int, ...], Vector]]:
    found: list[tuple[tuple[int, ...], Vector]] = [((), zero)]
    for i in positions:
        found += [
            ((*chosen, i), tuple(a + b for a, b in zip(s, vectors[i], strict=True)))
            for chosen, s in found
        ]
    return found
