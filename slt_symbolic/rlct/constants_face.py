"""The leading coefficient of zeta that a Newton polyhedron gives, on one orthant.

Let K be a product of |f_j|**p_j in coordinates x > 0 with the density x**tau, non-degenerate on its
Newton polyhedron P. Let q = (1 + tau) / lambda, F the smallest face of P that contains q, m its
codimension, w_1, ..., w_k the primitive normals of the facets around F and d_i their levels. With
n - m coordinates J that complete span(w) and K_F the terms of K on F,

    zeta(z) ~ A / (z + lambda)**m,
    A = (sum over simplices {w_i} of the cone of |det(w_i, e_J)| / prod d_i)
        * integral over x_J > 0 of K_F(x_J, 1)**(-lambda) x_J**tau_J.

It is local if F is compact: otherwise the integral over x_J would end where the region does.
References: Varchenko 1976; Denef, Nicaise and Sargos, J. Analyse Math. 95 (2005).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from flint import acb, arb, ctx, fmpq, fmpq_mat, fmpq_poly

from .checker.algebra import Exponent, count_roots, rank, univariate
from .checker.newton import (
    Facet,
    Factor,
    dot,
    facets,
    initial_terms,
    minkowski_sum,
    signed,
)
from .constants_amount import PRECISION, Amount, total
from .errors import ConstantsError

Terms = dict[Exponent, fmpq]


def face_coefficient(
    factors: Sequence[Factor], tau: Sequence[fmpq], orthants: Sequence[Sequence[int]]
) -> tuple[fmpq, int, Amount]:
    """Return lambda, m and the sum of the leading coefficients A over some orthants.

    Raises
    ------
    ConstantsError
        If the face is not compact, or its integral is none of those known here.
    """
    n = len(tau)
    points = minkowski_sum([[tuple(f.power * e for e in a) for a in f.terms] for f in factors])
    sides = [(w, d) for w, d in facets(points) if d > 0]
    value = min(dot(w, [1 + t for t in tau]) / fmpq(d) for w, d in sides)
    around = [(w, d) for w, d in sides if dot(w, [1 + t for t in tau]) == value * d]
    weight = tuple(sum(w[i] for w, _ in around) for i in range(n))
    if not all(weight):
        raise ConstantsError("the constant depends on the extent of the region, not on the point")
    m = rank(w for w, _ in around)
    chosen = next(
        J
        for J in combinations(range(n), n - m)
        if rank([*(w for w, _ in around), *(_unit(n, j) for j in J)]) == n
    )
    volume = sum((_volume(n, simplex, chosen) for simplex in simplices(around)), fmpq(0))
    integrals = []
    for orthant in orthants:
        forms = [(f.power, signed(initial_terms(f.terms, weight), orthant)) for f in factors]
        integrals.append(_integral(forms, value, [tau[j] for j in chosen], chosen))
    return value, m, Amount.of(volume) * total(integrals)


def _unit(n: int, j: int) -> tuple[int, ...]:
    return tuple(int(i == j) for i in range(n))


def _volume(n: int, simplex: Sequence[Facet], chosen: Sequence[int]) -> fmpq:
    rows = [*(w for w, _ in simplex), *(_unit(n, j) for j in chosen)]
    size = fmpq(abs(fmpq_mat([list(r) for r in rows]).det()))
    for _, d in simplex:
        size /= d
    return size


def simplices(rays: Sequence[Facet]) -> Iterator[list[Facet]]:
    """Divide a pointed cone with these extreme rays into simplices, pulling the first ray.

    Examples
    --------
    >>> square = [((1, 0, 0), 1), ((0, 1, 0), 1), ((1, 0, 1), 1), ((0, 1, 1), 1)]
    >>> len(list(simplices(square)))
    2
    """
    m = rank(w for w, _ in rays)
    if len(rays) == m:
        yield list(rays)
        return
    first, *_ = rays
    seen = set()
    for basis in combinations([r for r in rays if r != first], m - 1):
        if rank(w for w, _ in basis) < m - 1:
            continue
        sides = [_side([w for w, _ in basis], w, first[0]) for w, _ in rays]
        if any(s < 0 for s in sides) or _side([w for w, _ in basis], first[0], first[0]) == 0:
            continue
        wall = tuple(r for r, s in zip(rays, sides, strict=True) if s == 0)
        if wall not in seen:
            seen.add(wall)
            yield from ([first, *simplex] for simplex in simplices(wall))


def _side(wall: Sequence[Sequence[int]], w: Sequence[int], inner: Sequence[int]) -> fmpq:
    """Return the coordinate of w along `inner`, modulo a wall of the cone's own dimension."""
    if rank([*wall, inner]) == len(wall):
        return fmpq(0)
    columns = [list(c) for c in zip(*wall, inner, strict=True)]
    augmented = [[*map(fmpq, row), fmpq(x)] for row, x in zip(columns, w, strict=True)]
    reduced, _ = fmpq_mat(augmented).rref()
    return fmpq(reduced[len(wall), len(wall) + 1])


def _integral(
    forms: Sequence[tuple[int, Terms]], value: fmpq, tau: Sequence[fmpq], chosen: Sequence[int]
) -> Amount:
    """Return the integral of prod |f_j|**(-value p_j) x**tau over x > 0, other coordinates 1."""
    constant, powers, rest = Amount.of(1), list(tau), []
    for p, form in forms:
        if len(form) == 1:
            ((a, c),) = form.items()
            constant = constant * Amount.of(abs(c)).power(-value * p)
            powers = [t - value * p * a[j] for t, j in zip(powers, chosen, strict=True)]
        else:
            rest.append((p * value, {tuple(a[j] for j in chosen): c for a, c in form.items()}))
    if not rest:
        # A vertex: nothing is left to integrate.
        return constant
    if len(rest) == 1:
        rho, form = rest[0]
        positive = len({c > 0 for c in form.values()}) == 1
        if positive and len(form) == len(chosen) + 1:
            return constant * _dirichlet(rho, form, powers)
        if len(form) == 2 and len(chosen) == 1:
            if rho >= 1:
                raise ConstantsError("zeros of K away from the point have a part in the constant")
            return constant * _beta(rho, form, powers[0])
    if len(chosen) == 1:
        return constant * _line(rest, powers[0])
    raise ConstantsError("the integral over the face is none of those known here")


def _dirichlet(rho: fmpq, form: Terms, tau: Sequence[fmpq]) -> Amount:
    """Integrate (sum c_k x**a_k)**(-rho) x**tau, the a_k affinely independent, c_k > 0."""
    table = sorted(form.items())
    # sum theta_k = rho and sum theta_k a_k = tau + 1.
    rows = [[fmpq(1)] * len(table)]
    rows += [[fmpq(a[i]) for a, _ in table] for i in range(len(tau))]
    matrix = fmpq_mat(rows)
    theta = matrix.solve(fmpq_mat([[rho], *([t + 1] for t in tau)]))
    result = Amount.gamma(rho) * Amount.of(fmpq(abs(matrix.det())))
    result = result.power(fmpq(-1))
    for k, (_, c) in enumerate(table):
        share = fmpq(theta[k, 0])
        result = result * Amount.gamma(share) * Amount.of(abs(c)).power(-share)
    return result


def _beta(rho: fmpq, form: Terms, tau: fmpq) -> Amount:
    """Integrate |c_0 t**a - c_1 t**b|**(-rho) t**tau over t > 0, for rho < 1."""
    ((low,), c), ((high,), d) = sorted(form.items())
    k = fmpq(high - low)
    # With u = |d/c| t**k the integral of u**(x - 1) |1 - u|**(-rho), on both sides of u = 1.
    x = (tau + 1 - rho * low) / k
    parts = [
        Amount.gamma(y) * Amount.gamma(1 - rho) * Amount.gamma(y + 1 - rho).power(fmpq(-1))
        for y in (x, rho - x)
    ]
    scale = Amount.of(abs(c)).power(x - rho) * Amount.of(abs(d)).power(-x)
    return scale * Amount.of(1 / k) * total(parts)


def _line(forms: Sequence[tuple[fmpq, Terms]], tau: fmpq) -> Amount:
    """Enclose the integral of prod |f_j(t)|**(-rho_j) t**tau over t > 0, without zeros there."""
    polynomials = []
    for rho, form in forms:
        low = min(a for (a,) in form)
        p = univariate({a - low: c for (a,), c in form.items()})
        if count_roots(p, fmpq(0), None):
            raise ConstantsError("a form on the face has zeros: its integral is not known here")
        polynomials.append((rho, p if p(0) > 0 else -p))
        tau -= rho * low
    slope = -2 - tau + sum((rho * p.degree() for rho, p in polynomials), fmpq(0))
    reversed_ = [(rho, fmpq_poly(p.coeffs()[::-1])) for rho, p in polynomials]
    with ctx.workprec(PRECISION):
        halves = _half(polynomials, tau) + _half(reversed_, slope)
    return Amount(None, halves)


def _half(forms: Sequence[tuple[fmpq, fmpq_poly]], tau: fmpq) -> arb:
    """Enclose the integral over 0 < t < 1, where no form vanishes."""
    bits = PRECISION // 2

    def logarithm(t: acb, analytic: bool) -> acb:
        return sum((arb(-rho) * _at(p, t).log(analytic=analytic) for rho, p in forms), acb(0))

    # With t = exp(-y); the rest, y > cut, is the value at t = 0 up to a factor in a ball.
    cut = arb(bits) / arb(tau + 1) + 8
    edge = acb(arb(0).union((-cut).exp()))
    tail = (logarithm(edge, False).real - cut * arb(tau + 1)).exp() / arb(tau + 1)

    def integrand(y: acb, analytic: bool) -> acb:
        t = (-y).exp()
        return (logarithm(t, analytic) - y * arb(tau + 1)).exp()

    body = acb.integral(integrand, 0, cut, abs_tol=arb(2) ** (-bits), eval_limit=10**5)
    return body.real + tail


def _at(p: fmpq_poly, t: acb) -> acb:
    value = acb(0)
    for c in reversed(p.coeffs()):
        value = value * t + arb(c)
    return value
