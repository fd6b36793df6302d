"""A condition of the region or the prior becomes a coordinate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import fmpq_mpoly

from ..certificate import encode
from ..germ import Germ, constant_term, uses


def isolate(p: fmpq_mpoly, i: int) -> fmpq_mpoly | None:
    """Return q with ``p = c * (x_i - q)``, c constant and q free of x_i, if there is one."""
    slope = p.derivative(i)
    if slope.is_zero() or not slope.is_constant():
        return None
    c = constant_term(slope)
    return p.context().gen(i) - p / c


def shear_node(germ: Germ, i: int, q: fmpq_mpoly, solve: Callable[[Germ], Any]) -> dict[str, Any]:
    """Return the node of the change ``x_i -> x_i + q`` (q free of x_i)."""
    forward, backward = list(germ.ring.gens()), list(germ.ring.gens())
    forward[i] += q
    backward[i] -= q
    return {
        "kind": "change",
        "images": [encode(p) for p in forward],
        "inverse": [encode(p) for p in backward],
        "child": solve(germ.substitute(forward)),
    }


def straighten(germ: Germ, solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    """Shear one coordinate so that a condition becomes a multiple of a coordinate."""
    taken = {i for p in germ.conditions() if len(p) == 1 for i in uses(p)}
    for p in germ.conditions():
        if len(p) == 1 or constant_term(p) != 0:
            continue
        for i in sorted(uses(p) - taken):
            q = isolate(p, i)
            if q is not None:
                return shear_node(germ, i, q, solve)
    return None
