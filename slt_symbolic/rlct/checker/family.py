"""Families of germs: K near every point of a set T of parameters at once.

A family lives on a manifold with *local* coordinates y, which vanish on T (``full``: of both
signs; ``half``: y >= 0), *free* parameters t, and *roots*: parameters that a relation
R(root; y, t) = 0 with dR/droot != 0 on T makes analytic functions of the rest. T is the set of
the real points with y = 0 at which the polynomials in ``zero`` vanish and those in ``open`` do
not (``True``: are positive); all of these are polynomials in the parameters. A statement about
a family holds for the germ of (K, region, prior) at every point of T.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from .algebra import (
    Exponent,
    at_origin,
    compose,
    constant,
    context,
    divide_out,
    factored,
    power,
    require,
    support_variables,
    times,
)
from .division import coefficient
from .germ import Germ

FULL, HALF, FREE, ROOT = "full", "half", "free", "root"


@dataclass(frozen=True)
class Family:
    """K, a product of powers, region and prior near T, and the description of T.

    What is ``carried`` is transformed with K; nothing is concluded from it.
    """

    ring: fmpq_mpoly_ctx
    factors: tuple[tuple[fmpq_mpoly, int], ...]
    region: tuple[fmpq_mpoly, ...]
    prior: tuple[tuple[fmpq_mpoly, fmpq], ...]
    roles: tuple[str, ...]
    relations: tuple[tuple[int, fmpq_mpoly], ...] = ()
    zero: tuple[fmpq_mpoly, ...] = ()
    open: tuple[tuple[fmpq_mpoly, bool], ...] = ()
    carried: tuple[fmpq_mpoly, ...] = field(default=(), compare=False)

    @property
    def local(self) -> list[int]:
        """The indices of the local coordinates."""
        return [i for i, role in enumerate(self.roles) if role in (FULL, HALF)]

    def on_parameters(self, p: fmpq_mpoly) -> fmpq_mpoly:
        """Set the local coordinates to zero."""
        local = set(self.local)
        zero = constant(self.ring, fmpq(0))
        return compose(p, [zero if i in local else x for i, x in enumerate(self.ring.gens())])

    def at_T(self, p: fmpq_mpoly) -> fmpq_mpoly:
        """Return p times a positive unit on T, as a polynomial in the parameters."""
        return self.on_parameters(self.reduce(self.on_parameters(p)))

    def expand(self, p: fmpq_mpoly) -> dict[Exponent, fmpq_mpoly]:
        """Return the coefficients, polynomials in the parameters, of the local monomials."""
        local = self.local
        table: dict[Exponent, dict[Exponent, fmpq]] = {}
        for powers, c in p.to_dict().items():
            e = [int(a) for a in powers]
            key = tuple(e[i] for i in local)
            for i in local:
                e[i] = 0
            table.setdefault(key, {})[tuple(e)] = c
        return {key: self.ring.from_dict(terms) for key, terms in table.items()}

    def unit(self, c: fmpq_mpoly) -> tuple[bool, int]:
        """Say whether c, in the parameters, is seen to vanish nowhere on T, and its sign or 0."""
        sign = 1
        for q, positive in reversed(self.open):
            if c.is_constant() or c.is_zero():
                break
            c, k = divide_out(c, q)
            if k % 2 and not positive:
                sign = 0
        if c.is_zero() or not c.is_constant():
            return False, 0
        return True, sign if at_origin(c) > 0 else -sign

    def reduce(self, p: fmpq_mpoly) -> fmpq_mpoly:
        """Return the pseudo-remainder by the relations: p times a positive unit on T."""
        for i, R in self.relations:
            d, lead = int(R.degrees()[i]), leading_coefficient(R, i)
            require(int(p.degrees()[i]) < d + 20_000, "a function of a root has a high degree")
            while (k := int(p.degrees()[i])) >= d and not p.is_zero():
                top = leading_coefficient(p, i) * self.ring.gen(i) ** (k - d)
                if lead.is_constant():
                    p = p - times(top, R) / at_origin(lead)
                else:
                    p = times(p, lead, lead) - times(top, lead, R)
        return p

    def _conditions(self) -> list[tuple[fmpq_mpoly, bool]] | None:
        """Return the conditions that say something, each once; None if one cannot hold."""
        found: list[tuple[fmpq_mpoly, bool]] = []
        for q, positive in self.open:
            q = self.at_T(q)
            if q.is_zero() or (positive and q.is_constant() and at_origin(q) < 0):
                return None
            if not q.is_constant() and (q, positive) not in found:
                found.append((q, positive))
        decided = [q for q, positive in found if positive]
        return [c for c in found if c[1] or all(c[0] not in (q, -q) for q in decided)]

    def normal(self) -> Family | None:
        """Reduce everything; drop what holds; None if T or the region near T is seen to be empty.

        Equations are divided by the functions that do not vanish on T.
        """
        conditions = self._conditions()
        if conditions is None:
            return None
        known = replace(self, open=tuple(conditions))
        prior = []
        for p, s in self.prior:
            q = self.reduce(p)
            require(not q.is_zero(), "the prior is zero")
            if not known.unit(self.on_parameters(q))[0]:
                prior.append((q, s))
        region = []
        for r in self.region:
            q = self.reduce(r)
            _, sign = known.unit(self.on_parameters(q))
            if sign < 0:
                return None
            if sign == 0:
                region.append(q)
        zero: list[fmpq_mpoly] = []
        for q in self.zero:
            q = self.at_T(q)
            if q.is_zero() or any(divide_out(q, other)[1] for other in zero):
                continue
            for other, _ in conditions:
                q, _ = divide_out(q, other)
            if q.is_constant():
                return None
            zero = [other for other in zero if not divide_out(other, q)[1]] + [q]
        if any(divide_out(q, other)[1] for q, _ in conditions for other in zero):
            return None
        carried = [self.reduce(g) for g in self.carried]
        parts = []
        for f, often in self.factors:
            f = self.reduce(f)
            for q, positive in conditions:
                # Positive units do not matter.
                k = divide_out(f, q)[1]
                k -= k % 2 if often % 2 and not positive else 0
                f = divmod(f, q**k)[0]
            parts.append((f, often))
        for q, _ in conditions:
            least = min((divide_out(g, q)[1] for g in carried if not g.is_zero()), default=0)
            carried = [divmod(g, q**least)[0] for g in carried]
        return replace(
            self,
            factors=_merged(self.ring, parts),
            region=tuple(region),
            prior=tuple(prior),
            zero=tuple(zero),
            carried=tuple(carried),
            open=known.open,
        )

    def map(self, images: Sequence[fmpq_mpoly], denominator: fmpq_mpoly | None = None) -> Family:
        """Substitute; with a denominator a, images are multiplied by a, and results by a**even."""

        def pull(p: fmpq_mpoly) -> fmpq_mpoly:
            if denominator is None:
                return compose(p, images)
            return _homogenised(p, images, denominator)

        return replace(
            self,
            ring=images[0].context(),
            factors=tuple((pull(f), e) for f, e in self.factors),
            region=tuple(pull(r) for r in self.region),
            prior=tuple((pull(p), s) for p, s in self.prior),
            relations=tuple((i, pull(r)) for i, r in self.relations),
            zero=tuple(pull(q) for q in self.zero),
            open=tuple((pull(q), s) for q, s in self.open),
            carried=tuple(pull(g) for g in self.carried),
        )


def _merged(
    ring: fmpq_mpoly_ctx, parts: Sequence[tuple[fmpq_mpoly, int]]
) -> tuple[tuple[fmpq_mpoly, int], ...]:
    """Return the powers of the irreducible factors of a product, up to a positive constant."""
    sign = fmpq(1)
    powers: list[tuple[fmpq_mpoly, int]] = []
    for f, often in parts:
        require(not f.is_zero(), "K is zero near a point of the fibre")
        content, irreducible = factored(f)
        sign *= -1 if content < 0 and often % 2 else 1
        for g, e in irreducible:
            known = [k for k, (h, _) in enumerate(powers) if h == g]
            if known:
                powers[known[0]] = (g, powers[known[0]][1] + e * often)
            else:
                powers.append((g, e * often))
    powers.sort(key=lambda pair: str(pair[0]))
    return (*powers, *(((constant(ring, sign), 1),) if sign < 0 else ()))


def leading_coefficient(p: fmpq_mpoly, i: int) -> fmpq_mpoly:
    """Return the leading coefficient with respect to x_i."""
    return coefficient(p, i, int(p.degrees()[i]))


def _homogenised(
    p: fmpq_mpoly, images: Sequence[fmpq_mpoly], denominator: fmpq_mpoly
) -> fmpq_mpoly:
    """Return a**(2k) p(..., image / a, ...), where one image alone is not a generator."""
    moved = [i for i, x in enumerate(images) if x != x.context().gen(i)]
    require(len(moved) == 1, "one variable at a time is replaced by a fraction")
    i = moved[0]
    d = int(p.degrees()[i])
    d += d % 2
    total = constant(p.context(), fmpq(0))
    powers: dict[int, dict[Exponent, fmpq]] = {}
    for a, c in p.to_dict().items():
        k = int(a[i])
        rest = tuple(0 if j == i else int(e) for j, e in enumerate(a))
        powers.setdefault(k, {})[rest] = c
    for k, terms in powers.items():
        part = p.context().from_dict(terms)
        total += times(part, power(images[i], k), power(denominator, d - k))
    return total


def family_of(germ: Germ) -> Family:
    """Return a germ as a family over one point; inequalities x_i >= 0 become half coordinates."""
    n = germ.ring.nvars()
    roles, region = [FULL] * n, []
    for r in germ.region:
        terms = list(r.to_dict().items())
        powers = [int(e) for e in terms[0][0]]
        if len(terms) == 1 and sum(powers) == 1 and terms[0][1] > 0:
            roles[powers.index(1)] = HALF
        else:
            region.append(r)
    return Family(germ.ring, ((germ.K, 1),), tuple(region), germ.prior, tuple(roles))


def enlarged(family: Family, role: str) -> Family:
    """Add one variable, the last, of the given role."""
    n = family.ring.nvars()
    ring = context(n + 1)
    return replace(family.map([ring.gen(i) for i in range(n)]), roles=(*family.roles, role))


def solved_for(family: Family, g: fmpq_mpoly, i: int) -> Family:
    """Return the family with the function g, zero on T, as a coordinate in place of x_i.

    x_i is a free parameter, or a local coordinate of both signs in which g is linear.
    """
    require(0 <= i < len(family.roles), "no such variable")
    role = family.roles[i]
    require(role in (FREE, FULL), "neither a free parameter nor a full coordinate")
    dependent, grew = {i}, True
    while grew:
        more = {k for k, R in family.relations if support_variables(R) & dependent} | dependent
        dependent, grew = more, more != dependent
    require(not support_variables(g) & (dependent - {i}), "the roots in g depend on x_i")
    slope = g.derivative(i)
    require(family.unit(family.on_parameters(slope))[0], "the function is not regular in x_i")
    roles = list(family.roles)
    if i not in support_variables(slope):
        t = family.ring.gen(i)
        roles[i] = FULL
        rest = g - times(slope, t)
        images = list(family.ring.gens())
        if slope.is_constant():
            images[i] = (t - rest) / at_origin(slope)
            moved = family.map(images)
        else:
            images[i] = t - rest
            moved = family.map(images, slope)
        return replace(moved, roles=tuple(roles))
    lead = leading_coefficient(g, i)
    require(role == FREE, "g is not linear in a local coordinate")
    require(family.unit(family.on_parameters(lead))[0], "the leading coefficient is not a unit")
    moved = enlarged(family, FULL)
    lifted = compose(g, moved.ring.gens()[:-1])
    relation = (i, lifted - moved.ring.gen(len(roles)))
    roles[i] = ROOT
    return replace(moved, roles=(*roles, FULL), relations=(*moved.relations, relation))
