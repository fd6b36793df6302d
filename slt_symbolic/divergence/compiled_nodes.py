"""K and its gradient as a weighted sum of squares over points of the inputs, compiled."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import sympy

from slt_symbolic.divergence.expression import ExpressionDivergence
from slt_symbolic.inputs import FiniteSample, InputDistribution, StandardNormal, UniformInterval
from slt_symbolic.networks import TwoLayer

MAX_POINTS = 1 << 14

Node = tuple[tuple[sympy.Expr, ...], sympy.Expr]
"""A point of the inputs, and its weight."""


def compile_on_nodes(
    model: TwoLayer,
    truth: TwoLayer,
    inputs: InputDistribution,
    noise_variance: sympy.Expr,
    nodes: int,
) -> Callable[..., float]:
    """Return ``potential(w, g)`` for K = Σ_k ω_k (f(x_k, w) − f0(x_k))²/(2σ²).

    Raises
    ------
    ValueError
        If the law is no finite sample and has no Gauss rule here, or a rule is asked for
        functions with breaks, on which it would converge slowly.
    """
    if isinstance(nodes, bool) or not isinstance(nodes, int) or nodes < 2:
        raise ValueError(f"nodes must be an integer of at least 2, got {nodes!r}")
    if isinstance(inputs, FiniteSample):
        points: list[Node] = [
            (tuple(x), weight)
            for x, weight in zip(inputs.points, inputs.weights or (), strict=True)
        ]
    else:
        if any(n.units and n.activation.branches is not None for n in (model, truth)):
            raise ValueError(
                f"piecewise polynomial units have no compiled form under inputs {inputs!r}"
            )
        points = _gauss_points(inputs, nodes)
    if len(points) > MAX_POINTS:
        raise ValueError(f"at most {MAX_POINTS} points can be compiled, got {len(points)}")
    terms = []
    for x, weight in points:
        # The truth is a number at each point; rounding it once is all that its value loses.
        target = sympy.Rational(float(truth(*x)))
        terms.append(weight * (model(*x) - target) ** 2)
    total = sympy.Add(*terms) / (2 * noise_variance)
    return ExpressionDivergence(total, model.parameters).compile()


def _gauss_points(inputs: InputDistribution, nodes: int) -> list[Node]:
    if isinstance(inputs, UniformInterval):
        x, w = np.polynomial.legendre.leggauss(nodes)
        middle, half = float(inputs.lower + inputs.upper) / 2, float(inputs.length) / 2
        return _products([middle + half * x], [w / 2])
    if isinstance(inputs, StandardNormal) and inputs.dimension <= 2:
        x, w = np.polynomial.hermite_e.hermegauss(nodes)
        n = inputs.dimension
        return _products([x] * n, [w / np.sqrt(2 * np.pi)] * n)
    raise ValueError(f"no Gauss rule for inputs {inputs!r}: compile has nothing to sum over")


def _products(points: list[np.ndarray], weights: list[np.ndarray]) -> list[Node]:
    """Return the product rule, each double as the rational that it is."""
    exact = [[sympy.Rational(float(v)) for v in axis] for axis in points]
    mass = [[sympy.Rational(float(v)) for v in axis] for axis in weights]
    return [(x, sympy.Mul(*w)) for x, w in zip(product(*exact), product(*mass), strict=True)]
