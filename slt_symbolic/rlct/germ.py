"""The germ of a problem at the origin, as the search works with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx

from .certificate import encode

Square = tuple[fmpq, fmpq_mpoly]


def constant_term(p: fmpq_mpoly) -> fmpq:
    """Return the value at the origin."""
    return p(*[0] * p.context().nvars())


def uses(p: fmpq_mpoly) -> set[int]:
    """Return the indices of the variables that occur."""
    return {i for i, degree in enumerate(p.degrees()) if degree > 0}


def differential(p: fmpq_mpoly) -> list[fmpq]:
    """Return the gradient at the origin."""
    return [constant_term(p.derivative(i)) for i in range(p.context().nvars())]


def independent(system: Sequence[fmpq_mpoly]) -> bool:
    """Say whether the differentials at the origin are linearly independent."""
    return not system or fmpq_mat([differential(u) for u in system]).rank() == len(system)


def complete(system: Sequence[fmpq_mpoly]) -> list[fmpq_mpoly]:
    """Complete independent functions to a regular system by coordinate functions."""
    full = list(system)
    for x in system[0].context().gens():
        if independent([*full, x]):
            full.append(x)
    return full


@dataclass(frozen=True)
class Germ:
    """K, the region ``r >= 0``, the prior ``prod |p|**s``, and squares that sum to K if known."""

    K: fmpq_mpoly
    region: tuple[fmpq_mpoly, ...]
    prior: tuple[tuple[fmpq_mpoly, fmpq], ...]
    squares: tuple[Square, ...] = ()

    @property
    def ring(self) -> fmpq_mpoly_ctx:
        """The polynomial ring."""
        return self.K.context()

    @property
    def n(self) -> int:
        """The number of variables."""
        return int(self.ring.nvars())

    def statement(self) -> dict[str, Any]:
        """Return K, region and prior as plain data, as they stand in certificates."""
        return {
            "K": encode(self.K),
            "region": [encode(r) for r in self.region],
            "prior": [[encode(p), str(s)] for p, s in self.prior],
        }

    def conditions(self) -> list[fmpq_mpoly]:
        """Return the polynomials of the region and of the prior."""
        return [*self.region, *(p for p, _ in self.prior)]

    def substitute(self, images: Sequence[fmpq_mpoly]) -> Germ:
        """Pull the germ back, and forget conditions that are units at the new origin."""
        target = images[0].context()

        def pull(p: fmpq_mpoly) -> fmpq_mpoly:
            return p.compose(*images, ctx=target)

        region = tuple(q for r in self.region if not constant_term(q := pull(r)) > 0)
        prior = tuple((q, s) for p, s in self.prior if constant_term(q := pull(p)) == 0)
        squares = tuple((a, q) for a, g in self.squares if not (q := pull(g)).is_zero())
        return Germ(pull(self.K), region, prior, squares)

    def at(self, point: Sequence[fmpq]) -> Germ:
        """Translate a point to the origin."""
        return self.substitute([x + c for x, c in zip(self.ring.gens(), point, strict=True)])

    def restrict(self, variables: Sequence[int], target: fmpq_mpoly_ctx) -> Germ:
        """Return the germ in a block of variables, setting the others to zero."""
        zero = target.from_dict({})
        images = [zero] * self.n
        for k, i in enumerate(variables):
            images[i] = target.gen(k)
        return self.substitute(images)
