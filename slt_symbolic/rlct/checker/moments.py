"""Networks of one hidden layer of analytic units: K is comparable to a sum of squared moments.

f(x; w) = sum_i a_i s(b_i . x), a_i and the vectors b_i polynomials in w; a true function of the
same form is among the units, with constants. Let the Taylor coefficients t_k of s be non-zero for
all odd k, all even k, or all k, and zero for the others. Then the coefficients of f in x are the
t_|e| M_e, M_e = sum_i a_i b_i**e, times constants. With H units the prod_i (z_i - b_i...) that
vanish at all nodes give recurrences, by which the moments of the first H admissible degrees
generate the ideal of all of them (Newton's identities). K(w) = E f**2 / 2 is comparable to the
sum of their squares near every w, if the inputs have a density on an open set:

* with one input, f = sum_j G_j d_j(x; w), G_j the first H Newton sums and d_j divided
  differences, which are independent for every w, confluent or not, since generalised Vandermonde
  vectors are and no t_k in question is zero;
* with several, at points where all b_i vanish: a minimal set of the moments, by increasing
  degree, generates the ideal, and has factors whose lowest terms in x are distinct monomials.

With one input, units that differ at the point may be taken apart. A cluster is the units whose b_i
have one size there, with signs turned (for odd s those of a_i too) so that the b_i are near one
beta >= 0; where s has all degrees there is nothing to turn, and clusters are those of equal b_i.
The sum over a cluster of n units is sum_k H_k e_k(x; w), H_k = sum_i a_i prod_(l <= k) (b_i - b_l)
for k < n and e_k the divided difference of z -> s(z x) at b_1, ..., b_(k+1), which at the point
is x**k s^(k)(beta x) / k!. The j-th Taylor coefficient of that is t_j times a polynomial of
degree k in j times beta**j: for distinct beta > 0 such sequences are independent, and so they
remain beside the finitely many coefficients that the cluster of beta = 0 has, for which G_k and
d_k are as above. So all factors together are independent at the point, hence near it, and K is
comparable to the sum of the squared H_k and G_k, or of other generators of the same ideal: with
c any unit of the cluster, sum_i a_i (b_i - b_c)**k for k < n generate that of the H_k, since
each is H_k plus a combination of H_l, l < k.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement
from math import comb
from typing import Any

from flint import fmpq, fmpq_mpoly

from .algebra import at_origin, compose, constant, polynomial, power, rational, require, times
from .germ import Germ, Judge, Node, Verdict

#: The first degree with a non-zero Taylor coefficient, and the step to the next one.
DEGREES = {
    "atan": (1, 2),
    "cos": (0, 2),
    "cosh": (0, 2),
    "erf": (1, 2),
    "exp": (0, 1),
    "sin": (1, 2),
    "sinh": (1, 2),
    "tanh": (1, 2),
}


def moments(
    activation: str, units: Sequence[tuple[fmpq_mpoly, Sequence[fmpq_mpoly]]]
) -> list[fmpq_mpoly]:
    """Return the moments of the first admissible degrees, one degree for each unit."""
    require(activation in DEGREES and bool(units), "unknown activation, or no units")
    first, step = DEGREES[activation]
    inputs = len(units[0][1])
    require(inputs > 0 and all(len(b) == inputs for _, b in units), "units differ in their inputs")
    degrees = range(first, first + step * len(units), step)
    few = len(units) <= 400 and sum(comb(inputs + d - 1, d) for d in degrees) <= 400
    require(few, "too many moments for the checker")
    found = []
    for degree in degrees:
        for chosen in combinations_with_replacement(range(inputs), degree):
            total = constant(units[0][0].context(), fmpq(0))
            for amplitude, slopes in units:
                total += times(amplitude, *(slopes[i] for i in chosen))
            found.append(total)
    return found


def clustered_moments(
    activation: str,
    units: Sequence[tuple[fmpq_mpoly, fmpq_mpoly]],
    clusters: Sequence[Sequence[int]],
) -> list[fmpq_mpoly]:
    """Return the moments of each cluster about its first unit; the origin is the point."""
    listed = [i for members in clusters for i in members]
    require(all(type(i) is int for i in listed), "a cluster is a list of units")
    require(sorted(listed) == list(range(len(units))), "each unit is in one cluster")
    first, step = DEGREES[activation]
    found, seen = [], []
    for members in clusters:
        values = [at_origin(units[i][1]) for i in members]
        beta = values[0] if step == 1 else abs(values[0])
        require(beta not in seen, "two clusters meet")
        seen.append(beta)
        turned = []
        for i, value in zip(members, values, strict=True):
            a, b = units[i]
            if step == 2 and value < 0:
                a, b, value = (-a if first == 1 else a), -b, -value
            require(value == beta, "the units of a cluster differ at the point")
            turned.append((a, b))
        about_zero = step == 2 and beta == 0
        for k in range(len(members)):
            total = constant(turned[0][0].context(), fmpq(0))
            for a, b in turned:
                base, degree = (b, first + 2 * k) if about_zero else (b - turned[0][1], k)
                total += times(a, power(base, degree))
            found.append(total)
    return found


def moments_verdict(
    piece: Node, shift: Sequence[fmpq_mpoly], node: Node, judge: Judge
) -> Verdict | None:
    """Judge the sum of the squared moments in place of K."""
    ring = shift[0].context()

    def decode(data: Any) -> fmpq_mpoly:
        return compose(polynomial(data, ring), shift)

    units = [(decode(a), [decode(b) for b in slopes]) for a, slopes in piece["units"]]
    one_input = len(units[0][1]) == 1
    at_zero = all(at_origin(b) == 0 for _, slopes in units for b in slopes)
    require(one_input or at_zero, "with several inputs all weights must vanish at the point")
    if "clusters" in node:
        require(one_input, "only units of one input form clusters")
        one = [(a, slopes[0]) for a, slopes in units]
        generators = clustered_moments(piece["activation"], one, node["clusters"])
    else:
        generators = moments(piece["activation"], units)
    K = constant(ring, fmpq(0))
    for g in generators:
        K += power(g, 2)
    region = tuple(decode(r) for r in piece["region"])
    prior = tuple((decode(p), rational(s)) for p, s in piece["prior"])
    return judge(Germ(ring, K, region, prior).local(), node["child"])
