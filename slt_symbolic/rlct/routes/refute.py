"""Search for proofs that the parameter set of a family is empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flint import fmpq, fmpq_mpoly, fmpq_poly

from ..certificate import encode
from ..checker.family import Family, leading_coefficient
from ..checker.vacuous import equations_of
from ..germ import uses

Node = dict[str, Any]
Term = tuple[fmpq, list[int], fmpq_mpoly]


def refute(family: Family) -> Node | None:
    """Return a proof that T is empty, or None if none was found."""
    equations = equations_of(family)
    for E in equations:
        for p in (E, -E):
            terms = positive(family, p)
            if terms is not None:
                return contradiction(family, p, terms)
    for k, (q, certain) in enumerate(family.open):
        proof = _not_positive(family, k) if certain and len(q) < 30 else None
        if proof is not None:
            return proof
    for k, E in enumerate(family.zero):
        for j, (i, _) in enumerate(family.relations):
            if i in uses(E):
                A, B, N = eliminant(E, equations[len(family.zero) + j], i)
                terms = _strict(family, [(fmpq(1), N)])
                if not N.is_zero() and terms[0][2].is_one():
                    cofactors = [family.ring.from_dict({})] * len(equations)
                    cofactors[k], cofactors[len(family.zero) + j] = A * N, B * N
                    return _node(terms, family, cofactors)
    for i in sorted({j for E in equations for j in uses(E)}):
        proof = _isolate(family, i)
        if proof is not None:
            return {"kind": "empty", "proof": proof}
    return None


def contradiction(family: Family, p: fmpq_mpoly, terms: Sequence[Term]) -> Node | None:
    """Return the proof that p, positive by these terms, is not zero or negative, as T wants."""
    one = family.ring.from_dict({(0,) * family.ring.nvars(): fmpq(1)})
    cofactors = [family.ring.from_dict({})] * len(equations_of(family))
    negative = [k for k, (q, positive) in enumerate(family.open) if positive and q == -p]
    total = _total(family, terms)
    if negative and total == p:
        powers = [int(k == negative[0]) for k in range(len(family.open))]
        return _node([*terms, (fmpq(1), powers, one)], family, cofactors)
    for k, E in enumerate(equations_of(family)):
        quotient, remainder = divmod(total, E)
        if remainder.is_zero():
            cofactors[k] = quotient
            return _node(terms, family, cofactors)
    return None


def _not_positive(family: Family, k: int) -> Node | None:
    """Refute a condition q > 0 where a positive multiple of -q is a sum of squares."""
    q = family.open[k][0]
    for terms in sums_of_squares(family, -q):
        multiple, remainder = divmod(_total(family, terms), -q)
        factor = positive(family, multiple) if remainder.is_zero() else None
        if factor is not None and _total(family, factor) == multiple:
            for c, powers, s in factor:
                here = [m + (j == k) for j, m in enumerate(powers)]
                terms = [*terms, (c, here, s)]
            return _node(terms, family, [family.ring.from_dict({})] * len(equations_of(family)))
    return None


def _node(terms: Sequence[Term], family: Family, cofactors: Sequence[fmpq_mpoly]) -> Node:
    n = len(family.open)
    listed = [[str(c), powers + [0] * (n - len(powers)), encode(s)] for c, powers, s in terms]
    proof = {"rule": "identity", "terms": listed, "cofactors": [encode(b) for b in cofactors]}
    return {"kind": "empty", "proof": proof}


def eliminant(E: fmpq_mpoly, R: fmpq_mpoly, i: int) -> tuple[fmpq_mpoly, fmpq_mpoly, fmpq_mpoly]:
    """Return (A, B, N) with A E + B R = N free of x_i, by pseudo-division."""
    zero = E.context().from_dict({})
    one = E.context().from_dict({(0,) * E.context().nvars(): fmpq(1)})
    first, second = (R, zero, one), (E, one, zero)
    while int(second[0].degrees()[i]) > 0:
        d = int(second[0].degrees()[i])
        lead = leading_coefficient(second[0], i)
        row = first
        while not row[0].is_zero() and (k := int(row[0].degrees()[i])) >= d:
            factor = leading_coefficient(row[0], i) * E.context().gen(i) ** (k - d)
            row = (
                lead * row[0] - factor * second[0],
                lead * row[1] - factor * second[1],
                lead * row[2] - factor * second[2],
            )
        if len(row[0]) > 200:
            return zero, zero, zero
        first, second = second, row
    return second[1], second[2], second[0]


def _total(family: Family, terms: Sequence[Term]) -> fmpq_mpoly:
    total = family.ring.from_dict({})
    for c, powers, s in terms:
        term = c * s**2
        for (q, _), m in zip(family.open, powers, strict=False):
            term *= q**m
        total += term
    return total


def positive(
    family: Family, p: fmpq_mpoly, squares: Sequence[tuple[fmpq, fmpq_mpoly]] = ()
) -> list[Term] | None:
    """Write a multiple of p as a sum of squares times conditions, one without a zero on T.

    ``squares`` are pairs (a, h), with sum a h**2 = p if the pairs are of any use.
    """
    for attempt in sums_of_squares(family, p, squares):
        if any(s.is_one() for _, _, s in attempt):
            return attempt
    return None


def sums_of_squares(
    family: Family, p: fmpq_mpoly, squares: Sequence[tuple[fmpq, fmpq_mpoly]] = ()
) -> Iterator[list[Term]]:
    """Yield ways to write a multiple of p as a sum of squares times conditions."""
    terms = _by_monomials(family, p)
    if terms is not None:
        yield terms
    if squares and sum((a * h**2 for a, h in squares), family.ring.from_dict({})) == p:
        yield _strict(family, list(squares))
    whole = _by_gram(p)
    if whole is not None:
        yield _strict(family, whole)
    for i in sorted(uses(p)):
        # 4 a p = (2 a t + b)**2 + 4 a c - b**2 for p = a t**2 + b t + c.
        a = p.derivative(i).derivative(i) / 2
        if a.is_zero() or i in uses(a) or len(p) > 40:
            continue
        t = family.ring.gen(i)
        b = (p - a * t**2).derivative(i)
        rest = _by_gram(4 * a * (p - a * t**2 - b * t) - b**2)
        if rest is not None:
            yield _strict(family, [(fmpq(1), 2 * a * t + b), *rest])


def _strict(family: Family, squares: Sequence[tuple[fmpq, fmpq_mpoly]]) -> list[Term]:
    """Turn the squares of products of conditions into powers of these."""
    terms = []
    one = family.ring.from_dict({(0,) * family.ring.nvars(): fmpq(1)})
    for a, h in squares:
        rest, m = h, [0] * len(family.open)
        for k, (q, _) in enumerate(family.open):
            while not rest.is_constant() and (pair := divmod(rest, q))[1].is_zero():
                rest, m[k] = pair[0], m[k] + 2
        if rest.is_constant():
            terms.append((a * rest.leading_coefficient() ** 2, m, one))
        else:
            terms.append((a, [0] * len(family.open), h))
    return terms


def _by_monomials(family: Family, p: fmpq_mpoly) -> list[Term] | None:
    gens = family.ring.gens()
    conditions = {next(iter(uses(q))): (k, s) for k, (q, s) in enumerate(family.open) if q in gens}
    terms = []
    for powers, c in p.to_dict().items():
        if c <= 0:
            return None
        m, half = [0] * len(family.open), [0] * len(gens)
        for i, e in enumerate(int(a) for a in powers):
            k, positive = conditions.get(i, (-1, False))
            if e % 2 and not positive:
                return None
            if k >= 0:
                m[k] = e
            else:
                half[i] = e // 2
        terms.append((fmpq(c), m, family.ring.from_dict({tuple(half): fmpq(1)})))
    return terms


def _by_gram(p: fmpq_mpoly) -> list[tuple[fmpq, fmpq_mpoly]] | None:
    """Complete squares in the monomials whose squares occur, the constant last."""
    if p.is_zero():
        return []
    table = {tuple(int(e) for e in a): c for a, c in p.to_dict().items()}
    basis = sorted(
        {tuple(e // 2 for e in a) for a, c in table.items() if not any(e % 2 for e in a) and c > 0},
        reverse=True,
    )
    if not basis or len(basis) > 12:
        return None
    place = {a: k for k, a in enumerate(basis)}
    gram = [[fmpq(0)] * len(basis) for _ in basis]
    for a, c in table.items():
        pairs = [
            (place[b], place[other])
            for b in basis
            if (other := tuple(x - y for x, y in zip(a, b, strict=True))) in place
        ]
        # A positive square stands for itself; all else is divided among the products.
        own = [(i, j) for i, j in pairs if i == j and c > 0] or [(i, j) for i, j in pairs if i != j]
        if not own:
            return None
        for i, j in own:
            gram[i][j] += c / len(own)
    squares = []
    for k in range(len(basis)):
        d = gram[k][k]
        if d < 0 or (d == 0 and any(gram[k][k:])):
            return None
        if d == 0:
            continue
        row = [gram[k][j] / d for j in range(len(basis))]
        root = p.context().from_dict(
            {basis[j]: row[j] for j in range(k, len(basis)) if row[j] != 0}
        )
        squares.append((d, root))
        for i in range(k + 1, len(basis)):
            for j in range(k + 1, len(basis)):
                gram[i][j] -= d * row[i] * row[j]
    return squares


def _isolate(family: Family, i: int) -> dict[str, Any] | None:
    """Return separators of the roots of the equations in t_i, for the rule ``roots``."""
    common = fmpq_poly([])
    for E in equations_of(family):
        if uses(E) == {i}:
            common = common.gcd(in_one(E, i))
    if common.degree() < 0:
        return None
    points = separators(common)
    return {"rule": "roots", "variable": i, "separators": [str(c) for c in points]}


def in_one(p: fmpq_mpoly, i: int) -> fmpq_poly:
    """Return a polynomial in one variable as such."""
    coefficients = {int(a[i]): c for a, c in p.to_dict().items()}
    return fmpq_poly([coefficients.get(k, 0) for k in range(max(coefficients, default=-1) + 1)])


def real_roots(p: fmpq_poly) -> list[tuple[fmpq, fmpq]]:
    """Return isolating rational intervals (low, high) of the real roots, of width < 2**-40."""
    found = []
    for factor, _ in p.factor()[1]:
        if factor.degree() == 1:
            root = -factor[0] / factor[1]
            found.append((root, root))
            continue
        roots: list[Any] = factor.complex_roots()
        for root, _ in roots:
            if root.imag.contains(0):
                middle = root.real.mid().man_exp()
                centre = fmpq(int(middle[0])) * fmpq(2) ** int(middle[1])
                found.append((centre - fmpq(1, 2**42), centre + fmpq(1, 2**42)))
    return sorted(found)


def separators(common: fmpq_poly) -> list[fmpq]:
    """Return rationals around each root of ``common``, with no other root in between."""
    if common.degree() < 1:
        return []
    ends: list[fmpq] = []
    for low, high in real_roots(common):
        ends += [low - fmpq(1, 2**41), high + fmpq(1, 2**41)]
    return sorted(set(ends))
