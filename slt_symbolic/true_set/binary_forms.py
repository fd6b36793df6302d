r"""The least number of real powers of linear forms that add up to a binary form.

Write F = Σ_i C(e, i) a_i uⁱ v^(e−i). F is a sum Σ_j λ_j (w_j u + b_j v)^e over given distinct
points (w_j : b_j) exactly if h = Π_j (b_j u − w_j v) = Σ_k h_k uᵏ v^(r−k) is apolar to F, that is
Σ_k h_k a_{i+k} = 0 for 0 ≤ i ≤ e − r (Sylvester). So the real rank is the least degree of an apolar
form with distinct real roots. All apolar forms are combinations of two without common root, of
degrees r₁ ≤ r₂ with r₁ + r₂ = e + 2. Hence:

- The rank is at least r₁, the rank of the catalecticant (a_{i+k}), and r₁ if the first form has
  distinct real roots. Otherwise it is at least r₂, for below r₂ all are multiples of the first.
- The rank is at least the number τ of real roots of F with multiplicity, unless F is a power: take
  derivatives of F that kill all but two powers, one by one. Each keeps all but one of the real
  roots (Rolle), and c₁ℓ₁ᵐ + c₂ℓ₂ᵐ is left, with at most two.
- If apolar forms of one degree are a pencil g + t·h, the number of their real roots changes only
  where the discriminant vanishes: one t in each interval decides.
- A rank of at most r is shown by one apolar form. 2r − e − 1 of its roots are free, the others
  follow from them; the free ones are drawn at random.

References
----------
J. J. Sylvester, Sur une extension d'un théorème de Clebsch relatif aux courbes du quatrième degré,
C. R. Acad. Sci. Paris 102 (1886) 1532-1534.
B. Reznick, On the length of binary forms, in Quadratic and Higher Degree Forms, Springer 2013,
207-232, for τ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count, pairwise
from math import comb
from random import Random
from typing import Any

import sympy
from flint import fmpq, fmpq_mat, fmpq_poly

TRIES = 300
Form = tuple[fmpq, ...]
"""Coefficients of uᵏ vʳ⁻ᵏ, k = 0, …, r."""


@dataclass(frozen=True)
class RealRank:
    """Bounds on the real rank of a binary form, both proved.

    Parameters
    ----------
    lower : int
        No fewer powers are enough.
    apolar : tuple of fmpq
        An apolar form with distinct real roots, the points of a sum of as many powers.
    reason : str
        Why no fewer are enough.
    """

    lower: int
    apolar: Form
    reason: str

    @property
    def upper(self) -> int:
        """Number of powers that are enough."""
        return len(self.apolar) - 1


def real_rank(form: Sequence[fmpq], *, finite: bool = False) -> RealRank:
    """Return the real rank of a binary form, or bounds.

    Parameters
    ----------
    form : sequence of fmpq
        Coefficients of uᵏ v^(e−k), k = 0, …, e.
    finite : bool
        Whether powers of v alone are not allowed.

    Examples
    --------
    u³ + uv² is a combination of (√3 u ± v)³, and u⁴ + v⁴ one of two powers. The others have real
    roots only, and need as many cubes as they have roots.

    >>> from flint import fmpq
    >>> forms = ((0, 1, 0, 1), (1, 0, 0, 0, 1), (0, -1, 0, 1), (0, 0, 1, 0))
    >>> found = [real_rank([fmpq(c) for c in f]) for f in forms]
    >>> [(r.lower, r.upper) for r in found]
    [(2, 2), (2, 2), (3, 3), (3, 3)]
    """
    e = len(form) - 1
    if not any(form):
        return RealRank(0, (fmpq(1),), "there is nothing to add up")
    a = tuple(c / comb(e, k) for k, c in enumerate(form))
    first = next(r for r in range(1, e + 2) if apolar_forms(a, r))
    (g, *_) = apolar_forms(a, first)
    lower, reason = first, f"the catalecticant has rank {first}"
    if 2 * first < e + 2 and not is_usable(g, finite):
        lower = e + 2 - first
        reason += f"; the apolar form of degree {first} does not have distinct real roots"
        reason += " off the point at infinity" if finite else ""
    elif 2 * first < e + 2:
        return RealRank(first, g, reason)
    roots = real_roots(form)
    if first > 1 and roots > lower:
        lower, reason = roots, f"{roots} roots are real"
    for r in range(lower, e + 2):
        if len(pencil := apolar_forms(a, r)) == 2:
            found = _in_pencil(pencil, finite)
            if found is None:
                lower = r + 1
                reason += f"; no apolar form of degree {r} has distinct real roots"
                continue
        else:
            found = next((h for h in _with_roots(a, r) if is_usable(h, finite)), None)
        if found is not None:
            return RealRank(lower, found, reason)
    raise ArithmeticError("no form of a degree above that of F was found: please report this")


def apolar_forms(a: Form, r: int) -> list[Form]:
    """Return a basis of the forms h of degree r with Σ_k h_k a_{i+k} = 0 for all i."""
    e = len(a) - 1
    if r > e:
        return [tuple(fmpq(i == k) for i in range(r + 1)) for k in range(r + 1)]
    matrix, rank = fmpq_mat([[a[i + k] for k in range(r + 1)] for i in range(e - r + 1)]).rref()
    pivots = [next(k for k in range(r + 1) if matrix[i, k] != 0) for i in range(rank)]
    basis = []
    for k in sorted(set(range(r + 1)) - set(pivots)):
        h = [fmpq(0)] * (r + 1)
        h[k] = fmpq(1)
        for i, p in enumerate(pivots):
            h[p] = -matrix[i, k]
        basis.append(tuple(h))
    return basis


def real_roots(h: Sequence[fmpq]) -> int:
    """Return the number of real roots (u : v) of a form that is not zero, with multiplicity.

    Examples
    --------
    >>> real_roots([fmpq(0), fmpq(1), fmpq(0), fmpq(1), fmpq(0)])  # u v (u**2 + v**2)
    2
    """
    return sum(_real_multiplicities(h))


def is_usable(h: Form, finite: bool) -> bool:
    """Whether a form has as many real roots as its degree, no two equal, if asked none at u = 0."""
    if not any(h) or (finite and h[0] == 0):
        return False
    found = _real_multiplicities(h)
    return len(found) == len(h) - 1 and all(m == 1 for m in found)


def _real_multiplicities(h: Sequence[fmpq]) -> list[int]:
    p = fmpq_poly(list(h)).numer()
    # Real roots are balls without imaginary part; python-flint's annotations omit multiplicities.
    pairs: Any = p.complex_roots() if p.degree() > 0 else ()
    found = [int(m) for root, m in pairs if root.imag == 0]
    at_infinity = len(h) - 1 - p.degree()
    return [*found, at_infinity] if at_infinity else found


def _in_pencil(pencil: Sequence[Form], finite: bool) -> Form | None:
    """Return a usable member of a pencil without common root, None if there is none."""
    g, h = pencil

    def member(t: fmpq) -> Form:
        return tuple(x + t * y for x, y in zip(g, h, strict=True))

    for t in _between_roots(_discriminant(g, h)):
        if is_usable(member(t), False):
            # One member alone has a root at u = 0; those near it are usable.
            shifts = chain([fmpq(0)], (fmpq(1, 2**k) for k in count()))
            return next(m for s in shifts if is_usable(m := member(t + s), finite))
    return None


def _discriminant(g: Form, h: Form) -> sympy.Poly:
    """Return the discriminant of g + t·h, not zero if g and h have no root in common."""
    t, u = sympy.symbols("t u")
    terms = (
        (_rational(x) + t * _rational(y)) * u**k for k, (x, y) in enumerate(zip(g, h, strict=True))
    )
    return sympy.Poly(sympy.Poly(sympy.Add(*terms), u).discriminant(), t)


def _between_roots(p: sympy.Poly) -> list[fmpq]:
    """Return a number in each interval between real roots, and beyond them."""
    bits = 32
    while True:
        ends = sorted(i for i, _ in p.intervals(eps=sympy.Rational(1, 2**bits)))
        inner = [(a + b) / 2 for (_, a), (b, _) in pairwise(ends)]
        outer = [ends[0][0] - 1, ends[-1][1] + 1] if ends else [sympy.S.Zero]
        found = [sympy.Rational(v) for v in (*outer, *inner)]
        # Isolating intervals may touch at a root.
        if all(p.eval(v) != 0 for v in found):
            return [fmpq(int(v.p), int(v.q)) for v in found]
        bits *= 2


def _rational(x: fmpq) -> sympy.Rational:
    return sympy.Rational(int(x.p), int(x.q))


def _with_roots(a: Form, r: int) -> Iterator[Form]:
    """Yield apolar forms of degree r with random rational roots, as many as are free."""
    e, rng = len(a) - 1, Random(0)  # noqa: S311 - places to look at, nothing secret
    for _ in range(TRIES):
        p = fmpq_poly([1])
        for _ in range(min(2 * r - e - 1, r)):
            p *= fmpq_poly([fmpq(rng.randint(-24, 24), rng.randint(1, 8)), fmpq(1)])
        left = tuple(
            sum((p[k] * a[i + k] for k in range(p.degree() + 1)), fmpq(0))
            for i in range(e + 1 - p.degree())
        )
        rest = [(fmpq(1),)] if p.degree() == r else apolar_forms(left, r - p.degree())
        for s in rest[:1]:
            h = p * fmpq_poly(list(s))
            yield tuple(h[k] for k in range(r + 1))
