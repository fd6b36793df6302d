"""The node for coordinates without a polynomial inverse: any regular system of functions."""

from __future__ import annotations

from flint import fmpq

from .algebra import compose, constant, polynomial, power, rational, require
from .germ import Germ, Judge, Node, Verdict, require_regular


def local_node(germ: Germ, node: Node, judge: Judge) -> Verdict | None:
    """Accept K = sum a_j h_j(y)**2 for functions y with independent differentials at the origin.

    They are coordinates near the origin by the inverse function theorem, with a Jacobian that is
    a unit. The conditions are stated as polynomials in y too.
    """
    system = [polynomial(p, germ.ring) for p in node["system"]]
    require(len(system) == germ.ring.nvars(), "a system has one function for each coordinate")
    require_regular(system)
    K = constant(germ.ring, fmpq(0))
    for weight, data in node["squares"]:
        require(rational(weight) > 0, "a sum of squares has a weight <= 0")
        K += rational(weight) * power(polynomial(data, germ.ring), 2)
    region = tuple(polynomial(r, germ.ring) for r in node["region"])
    prior = tuple(
        (polynomial(p, germ.ring), s) for p, (_, s) in zip(node["prior"], germ.prior, strict=True)
    )
    moved = Germ(germ.ring, K, region, prior)
    require(compose(K, system) == germ.K, "K is not the stated function of the system")
    require(
        tuple(compose(r, system) for r in region) == germ.region
        and all(compose(p, system) == q for (p, _), (q, _) in zip(prior, germ.prior, strict=True)),
        "a condition is not the stated function of the system",
    )
    return judge(moved.local(), node["child"])
