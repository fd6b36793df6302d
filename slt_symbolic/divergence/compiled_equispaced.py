"""K of smooth networks under a standard normal input, on equispaced points, compiled."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sympy

from slt_symbolic.compiled.layout import compile_network
from slt_symbolic.divergence.compiled_nodes import common_parity
from slt_symbolic.divergence.equispaced_rule import equispaced_rule
from slt_symbolic.divergence.gauss_rules import MAX_POINTS, half_rule
from slt_symbolic.divergence.network_sum import Truth, parts_of
from slt_symbolic.inputs import InputDistribution, StandardNormal
from slt_symbolic.networks import TwoLayer

__all__ = ["compile_equispaced"]


def compile_equispaced(
    model: TwoLayer,
    truth: Truth,
    inputs: InputDistribution,
    noise_variance: sympy.Expr,
    nodes: int,
) -> Callable[..., float]:
    """Return ``potential(w, g)`` for K of the trapezoidal rule with so many points.

    Raises
    ------
    ValueError
        If the law is not the standard normal one of one input, model or truth has units with a
        break, the model has no compiled form, or nodes is odd or too large.
    """
    if inputs != StandardNormal(1):
        raise ValueError(
            f"equispaced points stand for the standard normal law of one input, not for {inputs!r}"
        )
    for network in (model, *parts_of(truth)):
        branches = network.activation.branches
        if network.units and branches is not None and branches.below != branches.above:
            raise ValueError(
                f"equispaced points converge slowly for units with a break: "
                f"{network.activation.name}"
            )
    step, mass = equispaced_rule(nodes)
    if nodes > MAX_POINTS:
        raise ValueError(f"at most {MAX_POINTS} points can be compiled, got {nodes}")
    right = [sympy.Rational(step) * (sympy.Rational(1, 2) + k) for k in range(len(mass))]
    exact = [*right, *(-c for c in right)]
    points = np.array([[float(c)] for c in exact])
    omega = np.concatenate([mass, mass]) / float(noise_variance)
    parity = common_parity(model, *parts_of(truth))
    if parity is not None:
        points, omega = half_rule(points, omega, odd=parity == -1)
        exact = [sympy.Rational(float(c)) for c in points[:, 0]]
    found = compile_network(model, points, omega, np.array([float(truth(c)) for c in exact]))
    if found is None:
        raise ValueError(f"equispaced points serve networks of known units: {model!r}")
    return found
