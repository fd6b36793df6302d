"""K and its gradient as a weighted sum of squares over points of the inputs, compiled."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sympy

from slt_symbolic.compiled.layout import compile_network
from slt_symbolic.divergence.expression import ExpressionDivergence
from slt_symbolic.divergence.gauss_rules import MAX_POINTS, gauss_rule, half_rule
from slt_symbolic.divergence.network_sum import Truth, parts_of
from slt_symbolic.inputs import FiniteSample, InputDistribution
from slt_symbolic.networks import TwoLayer


def compile_on_nodes(
    model: TwoLayer,
    truth: Truth,
    inputs: InputDistribution,
    noise_variance: sympy.Expr,
    nodes: int,
) -> Callable[..., float]:
    """Return ``potential(w, g)`` for K = Σ_k ω_k (f(x_k, w) − f0(x_k))²/(2σ²).

    Raises
    ------
    ValueError
        If a rule is asked for functions with breaks, on which it would converge slowly, or it
        has too many points.

    Notes
    -----
    Where f and f0 are odd, or both even, for every w, x and −x add the same: of such pairs of
    points one is kept, with the mass of both.
    """
    if isinstance(nodes, bool) or not isinstance(nodes, int) or nodes < 2:
        raise ValueError(f"nodes must be an integer of at least 2, got {nodes!r}")
    networks = (model, *parts_of(truth))
    if isinstance(inputs, FiniteSample):
        points = np.array([[float(c) for c in x] for x in inputs.points])
        weights = np.array([float(p) for p in inputs.weights or ()])
    else:
        degrees = [polynomial_degree(n) for n in networks]
        for network, degree in zip(networks, degrees, strict=True):
            if degree is None and network.activation.branches is not None:
                raise ValueError(
                    f"units with a break, as {network.activation.name}, compile with piecewise "
                    "linear ones only, and under a normal law or on spheres with their like: "
                    f"model {model.activation.name}, "
                    f"truth {', '.join(n.activation.name for n in networks[1:])}, {inputs!r}"
                )
        exact = [d for d in degrees if d is not None]
        points, weights = gauss_rule(
            inputs, max(exact) + 1 if len(exact) == len(networks) else nodes
        )
    if len(points) > MAX_POINTS:
        raise ValueError(f"at most {MAX_POINTS} points can be compiled, got {len(points)}")
    parity = common_parity(*networks)
    if parity is not None:
        points, weights = half_rule(points, weights, odd=parity == -1)
    exact_points = [[sympy.Rational(float(c)) for c in x] for x in points]
    # The truth is a number at each point; rounding it once is all that its value loses.
    targets = np.array([float(truth(*x)) for x in exact_points])
    fused = compile_network(model, points, weights / float(noise_variance), targets)
    if fused is not None:
        return fused
    terms = [
        sympy.Rational(float(mass)) * (model(*x) - sympy.Rational(float(target))) ** 2
        for x, mass, target in zip(exact_points, weights, targets, strict=True)
    ]
    total = sympy.Add(*terms) / (2 * noise_variance)
    return ExpressionDivergence(total, model.parameters).compile()


def polynomial_degree(network: TwoLayer) -> int | None:
    """Return the degree in x of a network that is a polynomial, None for others.

    A Gauss rule with one node more is exact for products of two such networks.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU, polynomial
    >>> cubes = TwoLayer.symbolic(polynomial((0, 0, 0, 1)), width=2)
    >>> polynomial_degree(cubes), polynomial_degree(TwoLayer.symbolic(RELU, width=1))
    (3, None)
    """
    if not network.units:
        return 0
    branches = network.activation.branches
    return len(branches.above) - 1 if branches and branches.below == branches.above else None


def common_parity(*networks: TwoLayer) -> int | None:
    """Return −1 if all networks are odd functions of x at every parameter, +1 if all are even.

    Examples
    --------
    >>> from slt_symbolic.activations import TANH
    >>> unbiased = TwoLayer.symbolic(TANH, width=2, biases=0, output_bias=0)
    >>> common_parity(unbiased), common_parity(unbiased, TwoLayer.symbolic(TANH, width=2))
    (-1, None)
    """
    parities: set[int | None] = set()
    for network in networks:
        if any(u.bias != 0 for u in network.units):
            return None
        found = {network.activation.parity} if network.units else set()
        parities |= found | ({1} if network.output_bias != 0 else set())
    return parities.pop() if len(parities) == 1 else None
