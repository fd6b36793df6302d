"""The leaf for sums of squares whose generators cross transversally on every torus orbit.

Let K = sum_i a_i f_i**2, and let F be a compact face of the Newton polyhedron of prod f_i, with
normal cone N(F). Suppose that the initial forms f_{i,F}, i in I, are those with zeros in an open
orthant of the region, and that these zeros are regular and transversal. On the orbit of F in a
toric modification, f_i is a monomial M_i in the exceptional divisors times y_i for i in I, where
the y_i are coordinates, and times a unit otherwise. There K is comparable to the sum of
(M_i y_i)**2, i in I, and M_i**2, i not in I: a sum of squared monomials, hence lambda is the
least of

    (sum_j (1 + tau_j) w_j + sum_I v_i) / (2 min_i (ord_w f_i + v_i))

over w in N(F), v >= 0, and m the dimension of the cone of optimal (w, v).
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq

from .algebra import Exponent, exponents, polynomial, power, rank, rational, require
from .clock import poll
from .germ import Germ, Judge, Node, Verdict, monomial, orthants_of
from .newton import (
    Facet,
    Factor,
    compact_faces,
    distinct_orthants,
    dot,
    facets,
    initial_terms,
    minkowski_sum,
    signed,
    steps_of,
    vanishes,
)


def system_node(germ: Germ, node: Node, _judge: Judge) -> Verdict | None:
    """Accept a sum of squares of generators with transversal zeros on every orbit."""
    gens = list(germ.ring.gens())
    total, system = germ.ring.from_dict({}), []
    for weight, data in node["squares"]:
        require(rational(weight) > 0, "a sum of squares has a weight <= 0")
        f = polynomial(data, germ.ring)
        require(not f.is_zero(), "a generator is zero")
        total += rational(weight) * power(f, 2)
        table = {tuple(int(e) for e in a): c for a, c in f.to_dict().items()}
        system.append(Factor(2, table, frozenset(exponents(f)), ()))
    require(total == germ.K, "K is not the stated sum of squares")
    tau = [fmpq(0)] * len(gens)
    for p, s in germ.prior:
        tau = [t + s * k for t, k in zip(tau, monomial(p, gens)[0], strict=True)]
    require(all(t > -1 for t in tau), "the prior is not integrable")
    odd = {i for f in system for a in f.terms for i, e in enumerate(a) if e % 2}
    orthants = orthants_of(germ, gens, odd)
    if not orthants:
        return None
    found: set[tuple[fmpq, int]] = set()
    points = minkowski_sum([f.terms for f in system])
    faces = compact_faces(points, facets(points))
    for weight, around in sorted(faces, key=lambda face: len(face[1])):
        forms = [initial_terms(f.terms, weight) for f in system]
        seen: set[frozenset[int]] = set()
        for orthant in distinct_orthants(forms, orthants):
            poll()
            zero = frozenset(i for i, f in enumerate(system) if vanishes(f, weight, orthant))
            if zero not in seen:
                seen.add(zero)
                steps = [steps_of(signed(forms[i], orthant)) for i in sorted(zero)]
                joint = rank(s for step in steps for s in step)
                transversal = joint == sum(rank(step) for step in steps)
                require(transversal, "generators may vanish together without being transversal")
                found.add(_orbit(system, tau, sorted(around), sorted(zero)))
    value = min(v for v, _ in found)
    return Verdict(value, value, max(m for v, m in found if v == value))


def _orbit(
    system: Sequence[Factor], tau: Sequence[fmpq], around: Sequence[Facet], zero: Sequence[int]
) -> tuple[fmpq, int]:
    """Return lambda and m along one orbit, from the monomials in divisors and generators."""
    monomials: list[Exponent] = []
    for i, f in enumerate(system):
        orders = [2 * int(min(dot(w, a) for a in f.terms)) for w, _ in around]
        monomials.append((*orders, *(2 * (i == k) for k in zero)))
    heights = [dot(w, [1 + t for t in tau]) for w, _ in around] + [fmpq(1)] * len(zero)
    rays = [(r, d) for r, d in facets(monomials) if d > 0]
    require(bool(rays), "K does not vanish at the origin")
    ratio = {r: dot(r, heights) / fmpq(d) for r, d in rays}
    best = min(ratio.values())
    optimal = []
    for r in (r for r, value in ratio.items() if value == best):
        # Back from coefficients of the rays of N(F), which may be dependent, to the weight.
        weight = [
            sum(c * w[j] for c, (w, _) in zip(r, around, strict=False)) for j in range(len(tau))
        ]
        optimal.append([*weight, *r[len(around) :]])
    return best, rank(optimal)
