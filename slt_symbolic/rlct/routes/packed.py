"""Sparse polynomials for long searches: dictionaries whose monomials are packed into integers.

The exponents of a monomial are the digits of one integer, the first variable first, so that
products add and the order of the integers is the lexicographic one. The highest bit of each digit
stays free: it shows a borrow when one monomial does not divide another.
"""

from __future__ import annotations

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

Packed = dict[int, fmpq]

_BITS = 16
_DIGIT = (1 << _BITS) - 1


class Packing:
    """Polynomials of one ring as dictionaries from packed monomials to coefficients.

    Examples
    --------
    >>> from slt_symbolic.rlct.polynomials import ring
    >>> R = ring(2)
    >>> x, y = R.gens()
    >>> packing = Packing(R)
    >>> f, g = packing.pack(x**2 * y - y), packing.pack(x + y)
    >>> packing.unpack(packing.minus(f, packing.pack(x * y), g))
    -x0*x1^2 - x1
    >>> packing.unpack(packing.over(f, packing.unit[1], fmpq(2)))
    1/2*x0^2 - 1/2
    """

    def __init__(self, ring: fmpq_mpoly_ctx) -> None:
        self.ring, self.n = ring, int(ring.nvars())
        self.shift = [_BITS * (self.n - 1 - i) for i in range(self.n)]
        self.unit = [1 << s for s in self.shift]
        self._borrow = sum(1 << (s + _BITS - 1) for s in self.shift)

    def pack(self, p: fmpq_mpoly) -> Packed:
        """Return a polynomial of the ring, packed."""
        return {
            sum(int(e) << s for e, s in zip(a, self.shift, strict=True)): c
            for a, c in p.to_dict().items()
        }

    def unpack(self, p: Packed) -> fmpq_mpoly:
        """Return the polynomial of the ring."""
        return self.ring.from_dict(
            {tuple((a >> s) & _DIGIT for s in self.shift): c for a, c in p.items()}
        )

    def uses(self, p: Packed) -> list[int]:
        """Return the indices of the variables that occur."""
        union = 0
        for a in p:
            union |= a
        return [i for i, s in enumerate(self.shift) if (union >> s) & _DIGIT]

    def power(self, a: int, v: int) -> int:
        """Return the exponent of x_v in a monomial."""
        return (a >> self.shift[v]) & _DIGIT

    def without(self, p: Packed, v: int) -> Packed:
        """Return the terms free of x_v."""
        mask = _DIGIT << self.shift[v]
        return {a: c for a, c in p.items() if not a & mask}

    def over(self, p: Packed, b: int, d: fmpq) -> Packed:
        """Divide those terms of p that the term d x**b divides."""
        high = self._borrow
        return {a - b: c / d for a, c in p.items() if ((a | high) - b) & high == high}

    def derivative(self, p: Packed, v: int) -> Packed:
        """Return the partial derivative in x_v."""
        one = self.unit[v]
        return {a - one: c * e for a, c in p.items() if (e := self.power(a, v))}

    def minus(self, p: Packed, q: Packed, r: Packed) -> Packed:
        """Return p - q r."""
        result = dict(p)
        for a, c in q.items():
            for b, d in r.items():
                value = result.get(a + b, 0) - c * d
                if value == 0:
                    del result[a + b]
                else:
                    result[a + b] = value
        return result

    def times(self, p: Packed, q: Packed) -> Packed:
        """Return p q."""
        return self.minus({}, {a: -c for a, c in p.items()}, q)

    def shear(self, p: Packed, v: int, q: Packed) -> Packed:
        """Return p with x_v + q in place of x_v."""
        mask = _DIGIT << self.shift[v]
        shift = self.shift[v]
        by_power: dict[int, Packed] = {}
        for a, c in p.items():
            by_power.setdefault((a & mask) >> shift, {})[a & ~mask] = c
        if set(by_power) <= {0}:
            return p
        image = self.minus({self.unit[v]: fmpq(1)}, {0: fmpq(-1)}, q)
        # Horner's scheme in x_v.
        result: Packed = {}
        for e in range(max(by_power), -1, -1):
            result = self.minus(by_power.get(e, {}), {a: -c for a, c in result.items()}, image)
        return result

    def divide(self, p: Packed, d: Packed) -> Packed:
        """Return the quotient of the division of p by d in the lexicographic order."""
        lead = max(d)
        high, scale = self._borrow, d[lead]
        rest, quotient = dict(p), dict[int, fmpq]()
        while rest:
            top = max(rest)
            if ((top | high) - lead) & high == high:
                term = {top - lead: rest[top] / scale}
                quotient |= term
                rest = self.minus(rest, term, d)
            else:
                del rest[top]
        return quotient
