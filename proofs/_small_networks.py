"""All ReLU networks with small integer weights: equal functions against equal folds."""

from itertools import combinations, combinations_with_replacement, product

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Unit = tuple[tuple[int, ...], int, int]  # weights, bias, readout

EDGE = 40  # half the side of the box; all vertices of the boundaries lie well inside


def vertices(inputs: int) -> tuple[list[tuple[int, ...]], int]:
    """Return the vertices of all boundaries inside the box, times a common denominator."""
    if inputs == 1:
        numbers = sorted({-b * 2 // w for w in (1, 2) for b in (-2, -1, 0, 1, 2)})
        return [(x,) for x in (-EDGE * 2, *numbers, EDGE * 2)], 2
    lines = [(*w, b) for w in ((1, 0), (0, 1), (1, 1), (1, -1)) for b in (-1, 0, 1)]
    lines += [(1, 0, EDGE), (1, 0, -EDGE), (0, 1, EDGE), (0, 1, -EDGE)]
    found = set()
    for (a, b, c), (d, e, f) in combinations(lines, 2):
        det = a * e - b * d  # 0, 1, -1, 2 or -2
        if det:
            point = (2 * (b * f - c * e) // det, 2 * (c * d - a * f) // det)
            if max(map(abs, point)) <= 2 * EDGE:
                found.add(point)
    return sorted(found), 2


def all_units(inputs: int) -> list[Unit]:
    """Return the units: a silent one would be degenerate, w = 0 is allowed."""
    small = (-1, 0, 1, 2) if inputs == 1 else (-1, 0, 1)
    readouts = (-1, 1, 2) if inputs == 1 else (-1, 1)
    weights = product(small, repeat=inputs)
    return [(w, b, q) for w in weights for b in (-1, 0, 1) for q in readouts]


def folds(unit: Unit) -> tuple[tuple[int, ...] | None, int]:
    """Return the hyperplane of a unit, and the factor |w| over that of its primitive normal."""
    w, b, _ = unit
    size = int(np.gcd.reduce(w))
    if size == 0:
        return None, 0
    # Twice the offset of the primitive normal is an integer; the sign is that of the first entry.
    sign = 1 if next(e for e in w if e) > 0 else -1
    return (*(sign * e // size for e in w), sign * 2 * b // size), size


def invariants(units: tuple[Unit, ...]) -> tuple[object, ...]:
    """Return what the three conditions compare, the output bias apart: strengths and slope."""
    strengths: dict[tuple[int, ...], int] = {}
    slope = np.zeros(len(units[0][0]), dtype=np.int64)
    for unit in units:
        plane, size = folds(unit)
        if plane is not None:
            strengths[plane] = strengths.get(plane, 0) + unit[2] * size
            slope += unit[2] * np.array(unit[0])
    return {k: v for k, v in strengths.items() if v}, tuple(map(int, slope))


def constant(units: tuple[Unit, ...]) -> int:
    """Return twice the third condition's sum without c."""
    return sum(q * b if any(w) else 2 * q * max(b, 0) for w, b, q in units)


def compare_all(inputs: int, excess: int) -> tuple[int, int, int, int]:
    """Compare values and conditions for all networks with 1 + excess units against one unit.

    Returns the number of networks, of true ones, of those on which the two ways differ, and of
    true ones with a strength that cancels on a boundary which is not the truth's.
    """
    truth: Unit = ((1, *(0,) * (inputs - 1)), 0, 1)
    units = all_units(inputs)
    points, scale = vertices(inputs)
    at = np.array(points, dtype=np.int64)

    def values(unit: Unit) -> Integers:
        w, b, q = unit
        return q * np.maximum(at @ np.array(w, dtype=np.int64) + scale * b, 0)

    table, target = np.array([values(u) for u in units]), values(truth)
    wanted, offset = invariants((truth,)), constant((truth,))
    home = folds(truth)[0]
    count = true = differing = own = 0
    for chosen in combinations_with_replacement(range(len(units)), 1 + excess):
        difference = table[list(chosen)].sum(axis=0) - target
        network = tuple(units[i] for i in chosen)
        by_values = bool((difference == difference[0]).all())
        by_folds = invariants(network) == wanted
        if by_values and by_folds:
            # The output bias that makes up for the constant is the third condition's.
            by_folds = 2 * int(difference[0]) == scale * (constant(network) - offset)
        count, true, differing = count + 1, true + by_values, differing + (by_values != by_folds)
        if by_values:
            own += any(folds(u)[0] not in (None, home) for u in network)
    return count, true, differing, own
