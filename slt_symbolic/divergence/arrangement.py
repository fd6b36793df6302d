"""One sample point for every chamber of a one-input network's parameters.

The walls are where a weight vanishes, where a unit's break meets an end of the input interval or
a fixed break, and where two breaks meet. Signs of the weights and the order of the breaks are
therefore a complete and disjoint list of cases: every parameter off the walls has exactly one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cmp_to_key
from itertools import permutations, product

import sympy

from slt_symbolic.divergence.network_sum import Truth, parts_of
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer

Sample = dict[sympy.Symbol, sympy.Expr]


@dataclass(frozen=True)
class _Choice:
    """A way to place one unit: the sign of its weight, and the gap its break falls in."""

    sign: int
    gap: int | None


def chamber_samples(
    model: TwoLayer,
    truth: Truth,
    law: UniformInterval,
    constants: Mapping[sympy.Symbol, sympy.Expr],
) -> Iterator[Sample]:
    """Yield exact parameters, one inside each chamber.

    Parameters
    ----------
    model : TwoLayer
        A one-input network with free breaks.
    truth : TwoLayer or NetworkSum
        The true function of one input; its entries must be numbers.
    law : UniformInterval
        The inputs' law.
    constants : mapping
        A value for every symbol that is no parameter, at which to order the breaks.
    """
    fixed, movable = [], []
    for unit in (*model.units, *(u for part in parts_of(truth) for u in part.units)):
        w, b = unit.weights[0].subs(constants), unit.bias.subs(constants)
        if w.is_number and (b.is_number or w == 0):
            fixed += [-b / w] if w != 0 else []
            if not b.is_number:
                movable.append((w, b))
        elif w.is_number or b != 0:
            movable.append((w, b))
        else:
            fixed.append(sympy.S.Zero)
            movable.append((w, b))
    lower, upper = law.lower.subs(constants), law.upper.subs(constants)
    inside = [t for t in fixed if (t - lower).is_positive and (upper - t).is_positive]
    if any(w.is_Symbol and b.is_number and b != 0 for w, b in movable):
        inside.append(sympy.S.Zero)  # such a break keeps to one side of zero
    markers = _sorted_distinct([lower, upper, *inside])
    first, last = markers.index(lower), markers.index(upper)
    others = dict.fromkeys(model.parameters, sympy.S.One)
    options = [_choices(w, b, markers) for w, b in movable]
    for choice in product(*options):
        for places in _placements(choice, markers, (first, last)):
            sample = dict(others)
            for (w, b), c, t in zip(movable, choice, places, strict=True):
                sample.update(_values(w, b, c.sign, t))
            yield sample


def has_free_breaks(model: TwoLayer) -> bool:
    """Whether every weight and bias is a number or a parameter that occurs nowhere else there."""
    seen: set[sympy.Symbol] = set()
    for unit in model.units:
        for entry in (*unit.weights, unit.bias):
            if not entry.free_symbols & set(model.parameters):
                continue
            if not entry.is_Symbol or entry in seen:
                return False
            seen.add(entry)
    return True


def _choices(w: sympy.Expr, b: sympy.Expr, markers: list[sympy.Expr]) -> list[_Choice]:
    if w.is_number and w == 0:
        return [_Choice(s, None) for s in (1, -1)]  # constant unit: only its bias's sign matters
    signs = [1, -1] if w.is_Symbol else [1 if w.is_positive else -1]
    if b.is_number and b == 0:
        return [_Choice(s, None) for s in signs]
    result = []
    for s in signs:
        for gap in range(len(markers) + 1):
            if b.is_number:  # break −b/w has the sign of −b·s
                side = -s if b.is_positive else s
                end = markers[gap - 1] if side > 0 and gap else None
                start = markers[gap] if side < 0 and gap < len(markers) else None
                allowed = (end is not None and end >= 0) or (start is not None and start <= 0)
                if not allowed:
                    continue
            result.append(_Choice(s, gap))
    return result


def _placements(
    choice: tuple[_Choice, ...], markers: list[sympy.Expr], ends: tuple[int, int]
) -> Iterator[list[sympy.Expr | None]]:
    """Yield breaks for the chosen gaps, one for each order of those that share an inner gap."""
    by_gap: dict[int, list[int]] = {}
    for i, c in enumerate(choice):
        if c.gap is not None:
            by_gap.setdefault(c.gap, []).append(i)
    gaps = list(by_gap)
    orders = [
        list(permutations(by_gap[g])) if ends[0] < g <= ends[1] else [tuple(by_gap[g])]
        for g in gaps
    ]
    for order in product(*orders):
        places: list[sympy.Expr | None] = [None] * len(choice)
        for gap, units in zip(gaps, order, strict=True):
            for i, t in zip(units, _between(markers, gap, len(units)), strict=True):
                places[i] = t
        yield places


def _between(markers: list[sympy.Expr], gap: int, count: int) -> list[sympy.Expr]:
    """Return increasing rationals strictly inside a gap between consecutive markers."""
    if gap == 0:
        start = sympy.floor(markers[0])
        return [start - count + i for i in range(count)]
    if gap == len(markers):
        start = sympy.ceiling(markers[-1])
        return [start + 1 + i for i in range(count)]
    low, high = markers[gap - 1], markers[gap]
    denominator = 1
    while True:
        first = sympy.floor(low * denominator) + 1
        if (high - (first + count - 1) / sympy.Integer(denominator)).is_positive:
            return [(first + i) / sympy.Integer(denominator) for i in range(count)]
        denominator *= 2


def _values(w: sympy.Expr, b: sympy.Expr, sign: int, at: sympy.Expr | None) -> Sample:
    """Return values of a unit's free entries that put its break at ``at``."""
    s = sympy.Integer(sign)
    if at is None:
        return {w: s} if w.is_Symbol else {b: s}
    if w.is_Symbol and b.is_Symbol:
        return {w: s, b: -s * at}
    if w.is_Symbol:
        return {w: -b / at}
    return {b: -w * at}


def _sorted_distinct(values: list[sympy.Expr]) -> list[sympy.Expr]:
    def compare(a: sympy.Expr, b: sympy.Expr) -> int:
        return 1 if (a - b).is_positive else -1

    ordered = sorted(values, key=cmp_to_key(compare))
    return [t for i, t in enumerate(ordered) if i == 0 or (t - ordered[i - 1]).is_positive]
