"""Germs, verdicts, and what the node kinds share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from .algebra import (
    at_origin,
    compose,
    constant,
    divide_out,
    gradient_at_origin,
    polynomial,
    power,
    rank,
    rational,
    require,
)

Node = Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What a proof establishes: ``lower <= lambda <= upper`` and m (None where not known)."""

    lower: fmpq
    upper: fmpq | None
    multiplicity: int | None


@dataclass(frozen=True)
class Germ:
    """K, inequalities ``r >= 0`` and prior factors ``|p|**s`` at the origin of Q[x]."""

    ring: fmpq_mpoly_ctx
    K: fmpq_mpoly
    region: tuple[fmpq_mpoly, ...]
    prior: tuple[tuple[fmpq_mpoly, fmpq], ...]

    def substitute(self, images: Sequence[fmpq_mpoly]) -> Germ:
        """Return the germ in new coordinates, without inequalities and factors that are units."""
        region = tuple(compose(r, images) for r in self.region)
        prior = tuple((compose(p, images), s) for p, s in self.prior)
        germ = Germ(images[0].context(), compose(self.K, images), region, prior)
        return germ.local()

    def local(self) -> Germ:
        """Drop inequalities that hold, and prior factors that do not vanish, at the origin."""
        require(not any(p.is_zero() for p, _ in self.prior), "the prior is zero")
        region = tuple(r for r in self.region if not at_origin(r) > 0)
        prior = tuple((p, s) for p, s in self.prior if at_origin(p) == 0)
        return replace(self, region=region, prior=prior)


Judge = Callable[[Germ, Node], Verdict | None]


def least(verdicts: Sequence[Verdict | None]) -> Verdict | None:
    """Combine open pieces that cover the same germ: least lambda, largest m among the least."""
    known = [v for v in verdicts if v is not None]
    if not known:
        return None
    uppers = [v.upper for v in known if v.upper is not None]
    lower, upper = min(v.lower for v in known), min(uppers) if uppers else None
    reaching = [v for v in known if v.lower == lower]
    decided = lower == upper and all(v.upper == lower and v.multiplicity for v in reaching)
    multiplicity = max(v.multiplicity or 0 for v in reaching) if decided else None
    return Verdict(lower, upper, multiplicity)


def sum_of_squares(germ: Germ, data: Any) -> tuple[fmpq_mpoly, list[fmpq_mpoly]]:
    """Return sum a g**2 for the listed pairs, a > 0, and the list of the g."""
    total, generators = constant(germ.ring, fmpq(0)), []
    for weight, generator in data:
        require(rational(weight) > 0, "a sum of squares has a weight <= 0")
        generators.append(polynomial(generator, germ.ring))
        total += rational(weight) * power(generators[-1], 2)
    return total, generators


def require_regular(system: Sequence[fmpq_mpoly]) -> None:
    """Require functions that vanish at the origin with independent differentials."""
    require(all(at_origin(u) == 0 for u in system), "a coordinate does not vanish at the origin")
    full = rank([gradient_at_origin(u) for u in system]) == len(system)
    require(full, "the differentials of the system are dependent at the origin")


def monomial(p: fmpq_mpoly, system: Sequence[fmpq_mpoly]) -> tuple[list[int], int]:
    """Write p as unit times a monomial of the system; return exponents and the unit's sign."""
    powers = []
    require(not p.is_zero(), "an inequality or prior factor is identically zero")
    for u in system:
        p, k = divide_out(p, u)
        powers.append(k)
    value = at_origin(p)
    require(value != 0, "an inequality or prior factor is not a monomial times a unit")
    return powers, 1 if value > 0 else -1


def orthants_of(germ: Germ, system: Sequence[fmpq_mpoly], odd: set[int]) -> list[tuple[int, ...]]:
    """List the sign patterns in the region; coordinates of even powers only stay positive."""
    conditions = [monomial(r, system) for r in germ.region]
    odd = odd | {i for powers, _ in conditions for i, k in enumerate(powers) if k % 2}
    require(len(odd) <= 14, "too many orthants for the checker")
    choices = [(1, -1) if i in odd else (1,) for i in range(len(system))]
    found = []
    for signs in product(*choices):
        values = []
        for powers, sign in conditions:
            for k, s in zip(powers, signs, strict=True):
                sign *= s**k
            values.append(sign)
        if all(v > 0 for v in values):
            found.append(signs)
    return found
