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
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement
from typing import Any

from flint import fmpq, fmpq_mpoly

from .algebra import at_origin, compose, constant, polynomial, rational, require
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
    found = []
    for degree in range(first, first + step * len(units), step):
        for chosen in combinations_with_replacement(range(inputs), degree):
            total = constant(units[0][0].context(), fmpq(0))
            for amplitude, slopes in units:
                term = amplitude
                for i in chosen:
                    term *= slopes[i]
                total += term
            found.append(total)
    require(len(found) <= 400, "too many moments for the checker")
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
    K = constant(ring, fmpq(0))
    for g in moments(piece["activation"], units):
        K += g**2
    region = tuple(decode(r) for r in piece["region"])
    prior = tuple((decode(p), rational(s)) for p, s in piece["prior"])
    return judge(Germ(ring, K, region, prior).local(), node["child"])
