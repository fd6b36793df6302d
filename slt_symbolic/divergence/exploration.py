"""All chambers of a network's parameters, by following every way its signs can come out.

The closed form at a point is the work of an algorithm that asks for signs. Two parameters for
which it gets the same answers have the same form, and its answers are a decision tree: two leaves
differ in the sign of one polynomial, so that chambers do not overlap, and every parameter off the
walls follows some path to a leaf, so that none is missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar

import sympy

from slt_symbolic.divergence.feasibility import PositiveSet, Sample
from slt_symbolic.exact.chamber import UndecidedError, WallError

Conditions = tuple[sympy.Expr, ...]
Form = TypeVar("Form")
ChamberForms: TypeAlias = Callable[[Sample], tuple[sympy.Expr, Conditions]]


class TooManyChambersError(ValueError):
    """There are more chambers than were asked for."""


def explored_chambers(
    form: Callable[[Sample], tuple[Form, Conditions]],
    parameters: Sequence[sympy.Symbol],
    *,
    limit: int,
    at: Mapping[sympy.Symbol, sympy.Expr] | None = None,
) -> Iterator[tuple[Form, Conditions]]:
    """Yield the form and the conditions of every chamber.

    Parameters
    ----------
    form : callable
        From exact parameters to the form there and the polynomials found positive, in the order
        in which they were asked for. Which one is asked for next may depend on earlier answers
        only. Raises WallError where one vanishes.
    parameters : sequence of sympy.Symbol
        The parameters; declared signs are respected.
    limit : int
        Most chambers to list.
    at : mapping, optional
        An exact point; only chambers none of whose conditions is negative there are then listed.

    Raises
    ------
    TooManyChambersError
        If there are more.
    UndecidedError
        If a set of conditions got neither a point nor a proof that it is empty.
    """
    declared = [s * p for p in parameters for s in (1, -1) if (s * p).is_positive]
    impossible: list[frozenset[sympy.Expr]] = []
    found = 0
    waiting: list[tuple[Conditions, Mapping[sympy.Symbol, sympy.Expr]]] = [((), {})]
    while waiting:
        path, near = waiting.pop()
        known = {*path, *declared}
        if any(core <= known for core in impossible):
            continue
        region = PositiveSet([*declared, *path], parameters)
        start = {p: near.get(p, sympy.Integer(k + 1)) for k, p in enumerate(parameters)}
        point = region.point(start)
        if point is None:
            core = region.contradiction()
            if core is None:
                raise UndecidedError(
                    "found neither a parameter nor a contradiction in "
                    + ", ".join(f"{c} > 0" for c in path)
                )
            impossible.append(frozenset(core))
            continue
        value, conditions, point = _off_walls(form, region, point)
        kept = _first_negative(conditions, at)
        if kept == len(conditions):
            found += 1
            if found > limit:
                raise TooManyChambersError(
                    f"there are more than {limit} chambers; raise limit, or ask for the chamber "
                    "around a point"
                )
            yield value, conditions
        # What lies beyond a condition that is negative at the point does not concern it.
        waiting += [
            ((*conditions[:k], -conditions[k]), point)
            for k in range(len(path), min(kept + 1, len(conditions)))
            if _first_negative((-conditions[k],), at)
        ]


def _first_negative(conditions: Conditions, at: Mapping[sympy.Symbol, sympy.Expr] | None) -> int:
    """Return how many conditions come before the first that is negative at a point."""
    if at is not None:
        for k, c in enumerate(conditions):
            if c.subs(at).is_negative:
                return k
    return len(conditions)


def _off_walls(
    form: Callable[[Sample], tuple[Form, Conditions]], region: PositiveSet, point: Sample
) -> tuple[Form, Conditions, Sample]:
    """Return the form at a point of the region that lies on no wall."""
    step = 1
    while True:
        try:
            return *form(point), point
        except WallError:
            # Walls have no interior: small moves in changing directions leave them.
            moved = point
            while not (moved != point and region.contains(moved)):
                step += 1
                moved = {
                    p: v + sympy.Rational(pow(3, step * (k + 1), 101) - 50, 50 * step**2)
                    for k, (p, v) in enumerate(point.items())
                }
            point = moved
