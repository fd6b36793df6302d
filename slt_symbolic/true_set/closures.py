"""Which strata lie in the closure of which, by exact curves.

For every fate of a stratum's units the limits of its linear system are solved; a segment from a
limit to a solution, with scales put in, is a curve in parameter space. For almost all t > 0 it
lies on the stratum: its equations hold along the segment, its inequalities by convexity, and
conditions p ≠ 0 that hold at one t hold at all but finitely many. At t = 0 its type is decided.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import sympy

from slt_symbolic.exact.numbers import exact
from slt_symbolic.true_set.degenerations import (
    KEEP,
    SHRINK,
    SILENT,
    ZERO,
    Fate,
    fates,
    restrict,
)
from slt_symbolic.true_set.region import Solution
from slt_symbolic.true_set.sampling import Draw, generic_solution
from slt_symbolic.true_set.stratum import Stratum
from slt_symbolic.true_set.types import GROUPS, Role, Type

Values = dict[sympy.Symbol, sympy.Expr]
TRIES = 6
NEAR = sympy.Rational(1, 2**20)


@dataclass(frozen=True)
class Limit:
    """A curve that runs from a stratum into another one.

    Parameters
    ----------
    source, target : Type
        The two strata.
    fate : Fate
        What becomes of the source's units on the way.
    curve : callable
        Exact points of the source for small rational t > 0, and the limit for t = 0.
    """

    source: Type
    target: Type
    fate: Fate
    curve: Callable[[int | sympy.Rational], Values]


@dataclass
class Curve(Draw):
    """A point at time t of the curve from a limit to a generic solution.

    Parameters
    ----------
    fate : Fate
        What becomes of the units as t goes to 0.
    direction : list
        The generic solution, of which signs are taken.
    t : sympy.Rational
        The time.
    """

    fate: Fate | None = None
    direction: list[Any] | None = None
    t: sympy.Rational = sympy.S.One

    def _planes(self) -> dict[int, list[Any]]:
        return self.system.planes_at(self.x, self.direction)

    def _unit(self, i: int) -> None:
        what = self.fate.units[i][0] if self.fate is not None else KEEP
        place, system = self.system.places[i], self.system
        direction = self.direction or self.x
        fixed = system.fixed_readout(i)
        if what == SHRINK:
            plane = (
                self.planes[system.leader(i)]
                if place.role in GROUPS
                else list(system.setting.planes[place.index or 0])
            )
            strength = system.strength[i]
            readout = fixed
            if readout is None:
                sign = system.setting.field.sign(direction[strength])
                readout = self._random() * sign
            scale = self.x[strength] / readout
            self._set(i, [scale * c * (place.sign or 1) for c in plane], readout)
        elif what == SILENT and i not in system.strength:
            readout = self._random() * (place.sign or 1)
            plane = [direction[k] / readout for k in system.vector[i]]
            self._set(i, plane, readout * self.element(self.t))
        elif what == ZERO and place.role is Role.FLAT:
            self._flat_to_zero(i, fixed)
        else:
            super()._unit(i)

    def _flat_to_zero(self, i: int, fixed: Any) -> None:
        system, s = self.system, self.system.setting
        sign, zero = system.places[i].sign or 1, self.element(sympy.S.Zero)
        readout = fixed if fixed is not None else self._random()
        bias = self._random() * sign * self.element(self.t)
        if i in system.strength and s.family.folded:
            strength = system.strength[i]
            if fixed is None:
                readout = readout * s.field.sign((self.direction or self.x)[strength]) * sign
            bias = self.x[strength] / readout
        self._set(i, [*[zero] * s.inputs, bias], readout)
        if s.constant_is_free:
            self.flats += self.show(readout) * s.activation(self.show(bias))


def limits(
    stratum: Stratum, type_of: Callable[[Values], Type | None], *, seed: int = 0
) -> list[Limit]:
    """Return curves from a stratum into all others that its fates lead to.

    Parameters
    ----------
    stratum : Stratum
        Where the curves start.
    type_of : callable
        Decides the type of an exact parameter, None if it is not true.
    seed : int
        Of the random choices.
    """
    found: dict[Type, Limit] = {}
    for fate in fates(stratum.system):
        region = restrict(stratum.system, fate).solve()
        if region is None:
            continue
        limit = _limit(stratum, fate, region, type_of, seed)
        if limit is not None and limit.target != stratum.type:
            found.setdefault(limit.target, limit)
    return list(found.values())


def _limit(
    stratum: Stratum,
    fate: Fate,
    region: Solution,
    type_of: Callable[[Values], Type | None],
    seed: int,
) -> Limit | None:
    """Return one curve of a fate, checked at two places, None if there is none."""
    system = stratum.system
    for attempt in range(TRIES):
        rng = Random(seed * TRIES + attempt)  # noqa: S311 - sample points, nothing secret
        end = region.point(rng)
        start = generic_solution(system, stratum.solution, rng)
        scales = rng.randrange(10**9)

        def curve(
            t: int | sympy.Rational,
            end: list[Any] = end,
            start: list[Any] = start,
            scales: int = scales,
        ) -> Values:
            t = sympy.Rational(exact(t, "t"))
            s = system.setting.field.element(t)
            x = [e + s * (a - e) for e, a in zip(end, start, strict=True)]
            rng = Random(scales)  # noqa: S311 - the same scales at every time
            values = Curve(system, x, rng, fate=fate, direction=start, t=t).values
            return {p: values[p] for p in system.setting.model.parameters}

        try:
            if type_of(curve(NEAR)) != stratum.type:
                continue
            target = type_of(curve(sympy.S.Zero))
        except ZeroDivisionError:  # a bend vanishes in the limit, but not its vector: no limit
            continue
        if target is not None:
            return Limit(stratum.type, target, fate, curve)
    return None
