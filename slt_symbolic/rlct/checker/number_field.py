"""Real number fields Q(theta) for the certificate checker: signs and numbers of real roots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flint import fmpq, fmpq_poly

from .algebra import count_roots, require
from .size_line import MOST_ROOTS, remainder, value_at


def _changes(signs: Iterable[int]) -> int:
    return sum(a != b for a, b in pairwise([s for s in signs if s]))


def _sign(value: fmpq) -> int:
    return (value > 0) - (value < 0)


@dataclass(frozen=True)
class NumberField:
    """Q(theta), theta the only root of an irreducible polynomial in the interval (low, high).

    An element is a polynomial in theta over Q. Q itself is the field of ``minimal = t``.

    Examples
    --------
    >>> field = NumberField(fmpq_poly([-2, 0, 1]), fmpq(1), fmpq(2))
    >>> field.sign(fmpq_poly([fmpq(-7, 5), 1])), field.sign(fmpq_poly([fmpq(-3, 2), 1]))
    (1, -1)
    >>> field.real_roots([fmpq_poly([0, -1]), fmpq_poly([0]), fmpq_poly([1])])  # v**2 - theta
    2
    """

    minimal: fmpq_poly
    low: fmpq
    high: fmpq

    def __post_init__(self) -> None:
        m = self.minimal
        require(m.degree() > 0 and m.leading_coefficient() == 1, "a field needs a monic polynomial")
        require(m.degree() <= MOST_ROOTS, f"a field of degree more than {MOST_ROOTS}")
        parts = m.factor()[1]
        require(len(parts) == 1 and parts[0][1] == 1, "a field's polynomial is reducible")
        require(self.low < self.high, "an isolating interval is empty")
        require(
            value_at(m, self.low) != 0 != value_at(m, self.high),
            "an isolating interval ends at a root",
        )
        require(count_roots(m, self.low, self.high) == 1, "an interval does not isolate one root")

    def sign(self, a: fmpq_poly) -> int:
        """Return the sign of an element.

        Notes
        -----
        Sylvester's theorem: the signed remainders of (m, m' a) count the roots of m in the
        interval, each with the sign of a there (Basu, Pollack and Roy, Algorithms in Real
        Algebraic Geometry, 2006, chapter 2, on Tarski queries).
        """
        chain = [self.minimal, remainder(self.minimal.derivative() * a, self.minimal)]
        while not chain[-1].is_zero():
            rest = -remainder(chain[-2], chain[-1])
            # A positive factor keeps the signs and the numbers small.
            scale = fmpq(1) if rest.is_zero() else abs(rest.leading_coefficient())
            chain.append(rest / scale)
        at_low = _changes(_sign(value_at(r, self.low)) for r in chain)
        return at_low - _changes(_sign(value_at(r, self.high)) for r in chain)

    def inverse(self, a: fmpq_poly) -> fmpq_poly:
        """Return the inverse of an element that is not zero."""
        common, cofactor, _ = a.xgcd(self.minimal)
        return cofactor / common[0]

    def real_roots(self, p: Sequence[fmpq_poly]) -> int:
        """Count the distinct real roots of a polynomial, its coefficients from low to high.

        Notes
        -----
        Sturm's theorem on the whole line; every remainder is scaled to leading coefficient ±1.
        """
        last = self._unit_leading(p)
        require(bool(last), "the zero polynomial has no root count")
        chain = [last]
        last = self._unit_leading([k * c for k, c in enumerate(last)][1:])
        while last:
            chain.append(last)
            last = self._unit_leading([-c for c in self._remainder(chain)])
        ends = [(int(q[-1][0]), (-1) ** (len(q) - 1)) for q in chain]
        return _changes(s * odd for s, odd in ends) - _changes(s for s, _ in ends)

    def _unit_leading(self, p: Sequence[fmpq_poly]) -> list[fmpq_poly]:
        """Divide by the absolute value of the leading coefficient."""
        kept = [remainder(c, self.minimal) for c in p]
        while kept and kept[-1].is_zero():
            kept.pop()
        if not kept:
            return kept
        scale = self.inverse(kept[-1]) * self.sign(kept[-1])
        return [remainder(c * scale, self.minimal) for c in kept]

    def _remainder(self, chain: Sequence[Sequence[fmpq_poly]]) -> list[fmpq_poly]:
        """Return the remainder of the last division, by a divisor with leading term ±1."""
        divisor, rest = chain[-1], list(chain[-2])
        while len(rest) >= len(divisor):
            quotient = rest[-1] * divisor[-1]
            shift = len(rest) - len(divisor)
            for k, c in enumerate(divisor):
                rest[shift + k] = remainder(rest[shift + k] - quotient * c, self.minimal)
            rest.pop()
        return rest
