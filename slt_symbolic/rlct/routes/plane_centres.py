"""Real zeros of polynomials over a real number field, each in a number field of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Any

from flint import Ordering, arb, ctx, fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly

Polynomial = list[fmpq_poly]
"""A polynomial over Q(theta), its coefficients from low to high."""

_PAIR = fmpq_mpoly_ctx.get(["v", "t"], Ordering.lex)
_MAX_PRECISION = 1 << 16


@dataclass(frozen=True)
class RealField:
    """Q(theta): theta is the real root number `index` of a monic irreducible polynomial."""

    minimal: fmpq_poly
    index: int

    @classmethod
    def rationals(cls) -> RealField:
        """Return Q, as the field of theta = 0."""
        return cls(fmpq_poly([0, 1]), 0)

    def enclose(self, a: fmpq_poly) -> arb:
        """Return a ball around an element at the working precision."""
        theta, value = _real_roots(self.minimal)[self.index], arb(0)
        for c in reversed(a.coeffs()):
            value = value * theta + c
        return value

    def gcd(self, p: Polynomial, q: Polynomial) -> Polynomial:
        """Return the monic greatest common divisor."""
        p, q = self._monic(p), self._monic(q)
        while q:
            p, q = q, self._monic(self._divide(p, q)[1])
        return p

    def factors(self, p: Polynomial) -> Iterator[tuple[Polynomial, fmpq_poly, int]]:
        """Yield the monic irreducible factors q of positive degree.

        Each comes with an integer s and the minimal polynomial of alpha + s theta over Q, alpha
        a root of q (Trager 1976, Algebraic factoring and rational function integration).
        """
        p = self._monic(p)
        p = self._divide(p, self.gcd(p, [k * c for k, c in enumerate(p)][1:]))[0]
        if len(p) < 2:
            return
        v, t = _PAIR.gens()
        modulus = _in_theta(self.minimal)
        for s in (0, *(sign * k for k in range(1, 100) for sign in (1, -1))):
            shifted = _PAIR.from_dict({})
            for c in reversed(p):
                shifted = shifted * (v - s * t) + _in_theta(c)
            norm = modulus.resultant(shifted, "t")
            table = {int(e[0]): c for e, c in norm.to_dict().items()}
            line = fmpq_poly([table.get(k, 0) for k in range(max(table) + 1)])
            if line.gcd(line.derivative()).degree() == 0:
                break
        for factor, _ in line.factor()[1]:
            # The factor at alpha + s theta, as a polynomial in alpha.
            moved: Polynomial = []
            for constant in reversed(factor.coeffs()):
                moved = _times_linear(moved, fmpq_poly([0, s]), fmpq_poly([1]))
                moved = _plus(moved, [fmpq_poly([constant])])
            yield self.gcd(p, moved), factor / factor.leading_coefficient(), s

    def _monic(self, p: Polynomial) -> Polynomial:
        kept = [c % self.minimal for c in p]
        while kept and kept[-1].is_zero():
            kept.pop()
        if not kept:
            return kept
        common, inverse, _ = kept[-1].xgcd(self.minimal)
        return [(c * inverse / common[0]) % self.minimal for c in kept]

    def _divide(self, p: Polynomial, q: Polynomial) -> tuple[Polynomial, Polynomial]:
        """Return quotient and remainder of the division by a monic polynomial."""
        rest, quotient = list(p), []
        while len(rest) >= len(q):
            quotient.append(rest.pop())
            shift = len(rest) - len(q) + 1
            for k, c in enumerate(q[:-1]):
                rest[shift + k] = (rest[shift + k] - quotient[-1] * c) % self.minimal
        return quotient[::-1], rest


@dataclass(frozen=True)
class Centre:
    """A zero: its field, theta of the field below as an element of it, and its value."""

    field: RealField
    theta: fmpq_poly
    at: fmpq_poly
    between: tuple[fmpq, fmpq] = (fmpq(0), fmpq(0))

    def data(self, below: RealField) -> dict[str, Any]:
        """Return the centre as it stands in certificates."""
        field = None
        if self.field is not below:
            walls = _walls(_real_roots(self.field.minimal))
            field = {
                "minimal": _texts(self.field.minimal),
                "between": [str(w) for w in walls[self.field.index : self.field.index + 2]],
                "embedding": _texts(self.theta),
            }
        between = [str(w) for w in self.between]
        return {"field": field, "at": _texts(self.at), "between": between}


def real_centres(field: RealField, lines: Sequence[Polynomial]) -> list[Centre]:
    """Return the real zeros of polynomials over a field, in increasing order."""
    found: dict[str, list[Centre]] = {}
    for line in lines:
        for q, minimal, s in field.factors(line):
            if str(q) not in found:
                found[str(q)] = list(_zeros(field, q, minimal, s))
    centres = [c for part in found.values() for c in part]
    start = ctx.prec
    try:
        while ctx.prec <= _MAX_PRECISION:
            placed = sorted(
                ((c.field.enclose(c.at), c) for c in centres), key=lambda pair: pair[0].mid()
            )
            if all(a < b for (a, _), (b, _) in pairwise(placed)):
                walls = _walls([ball for ball, _ in placed])
                return [
                    Centre(c.field, c.theta, c.at, (walls[k], walls[k + 1]))
                    for k, (_, c) in enumerate(placed)
                ]
            ctx.prec *= 2
    finally:
        ctx.prec = start
    raise ArithmeticError("the centres on an exceptional line were not separated")


def _zeros(field: RealField, q: Polynomial, minimal: fmpq_poly, s: int) -> Iterator[Centre]:
    """Yield the real zeros of an irreducible polynomial q over the field."""
    theta = fmpq_poly([0, 1]) % field.minimal
    if len(q) == 2:
        yield Centre(field, theta, -q[0])
        return
    for index in range(len(_real_roots(minimal))):
        larger = RealField(minimal, index)
        if field.minimal.degree() > 1:
            theta = _embedding(field, q, larger, s)
            if not _is_theta(field, larger, theta):
                continue
        yield Centre(larger, theta, (fmpq_poly([0, 1]) - s * theta) % minimal)


def _embedding(field: RealField, q: Polynomial, larger: RealField, s: int) -> fmpq_poly:
    """Return theta in the larger field: the common zero T of its equation and q(beta - s T)."""
    at: Polynomial = []
    for c in reversed(q):
        at = _times_linear(at, fmpq_poly([0, 1]), fmpq_poly([-s]))
        at = _plus(at, [fmpq_poly([a]) for a in c.coeffs()])
    common = larger.gcd([fmpq_poly([a]) for a in field.minimal.coeffs()], at)
    return -common[0]


def _is_theta(field: RealField, larger: RealField, image: fmpq_poly) -> bool:
    """Say whether a root of the field's polynomial is theta itself, not a conjugate."""
    start = ctx.prec
    try:
        while ctx.prec <= _MAX_PRECISION:
            ball = larger.enclose(image)
            near = [k for k, r in enumerate(_real_roots(field.minimal)) if r.overlaps(ball)]
            if len(near) == 1:
                return near[0] == field.index
            ctx.prec *= 2
    finally:
        ctx.prec = start
    raise ArithmeticError("the conjugates of a field's generator were not separated")


def _real_roots(p: fmpq_poly) -> list[arb]:
    """Return disjoint balls around the real roots of a squarefree polynomial, in order."""
    # python-flint's annotations omit the multiplicities that come with the roots.
    pairs: Any = p.complex_roots()
    return sorted((root.real for root, _ in pairs if root.imag == 0), key=lambda r: r.mid())


def _rational(x: arb) -> fmpq:
    mantissa, exponent = x.man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)


def _walls(balls: Sequence[arb]) -> list[fmpq]:
    """Return simple rational numbers below, between and above disjoint ordered balls."""
    if not balls:
        return []
    walls = [fmpq(_rational(balls[0].lower()).floor() - 1)]
    for a, b in pairwise(balls):
        low, high = _rational(a.upper()), _rational(b.lower())
        for k in count():
            between = fmpq((low * 2**k).floor() + 1, 2**k)
            if low < between < high:
                walls.append(between)
                break
    return [*walls, fmpq(_rational(balls[-1].upper()).ceil() + 1)]


def _times_linear(p: Polynomial, low: fmpq_poly, high: fmpq_poly) -> Polynomial:
    """Multiply by low + high v."""
    return _plus([low * c for c in p], [fmpq_poly([0]), *(high * c for c in p)])


def _plus(p: Polynomial, q: Polynomial) -> Polynomial:
    short, long = sorted((p, q), key=len)
    return [c + (short[k] if k < len(short) else 0) for k, c in enumerate(long)]


def _in_theta(a: fmpq_poly) -> fmpq_mpoly:
    return _PAIR.from_dict({(0, k): c for k, c in enumerate(a.coeffs())})


def _texts(a: fmpq_poly) -> list[str]:
    return [str(fmpq(c)) for c in a.coeffs()]
