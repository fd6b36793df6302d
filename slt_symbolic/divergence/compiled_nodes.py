"""K and its gradient as a weighted sum of squares over points of the inputs, compiled."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import sympy

from slt_symbolic.divergence.expression import ExpressionDivergence
from slt_symbolic.inputs import (
    FiniteSample,
    InputDistribution,
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)
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
        return _products([_on(inputs, nodes)])
    if isinstance(inputs, UniformBox):
        return _products([_on(side, nodes) for side in inputs.sides])
    if isinstance(inputs, UniformPolygon):
        return _polygon_points(inputs, nodes)
    if isinstance(inputs, StandardNormal) and inputs.dimension <= 3:
        x, w = np.polynomial.hermite_e.hermegauss(nodes)
        return _products([(x, w / np.sqrt(2 * np.pi))] * inputs.dimension)
    if isinstance(inputs, UniformSphere) and inputs.dimension == 2:
        angles = 2 * np.pi * np.arange(nodes) / nodes
        return _weighted(
            np.column_stack([np.cos(angles), np.sin(angles)]), np.full(nodes, 1 / nodes)
        )
    if isinstance(inputs, UniformSphere) and inputs.dimension == 3:
        # Archimedes: the height is uniform on [-1, 1].
        height, w = np.polynomial.legendre.leggauss(nodes)
        angles = np.pi * np.arange(2 * nodes) / nodes
        z, a = (c.ravel() for c in np.meshgrid(height, angles, indexing="ij"))
        points = np.column_stack([np.sqrt(1 - z**2) * np.cos(a), np.sqrt(1 - z**2) * np.sin(a), z])
        return _weighted(points, np.repeat(w / (4 * nodes), 2 * nodes))
    raise ValueError(f"no Gauss rule for inputs {inputs!r}: compile has nothing to sum over")


def _on(side: UniformInterval, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    x, w = np.polynomial.legendre.leggauss(nodes)
    return float(side.lower + side.upper) / 2 + float(side.length) / 2 * x, w / 2


def _polygon_points(inputs: UniformPolygon, nodes: int) -> list[Node]:
    """Return a rule on the triangles of a fan, each the image of a square with one side shrunk."""
    x, w = np.polynomial.legendre.leggauss(nodes)
    s, t = (c.ravel() for c in np.meshgrid((1 + x) / 2, (1 + x) / 2, indexing="ij"))
    mass = np.outer(w * (1 + x) / 2, w).ravel() / 4
    first, *corners = np.array([[float(c) for c in v] for v in inputs.vertices])
    points, weights = [], []
    for p, q in pairwise(corners):
        u, v = p - first, q - p
        points.append(first + np.outer(s, u) + np.outer(s * t, v))
        weights.append(mass * abs(u[0] * v[1] - u[1] * v[0]) / float(inputs.area))
    return _weighted(np.concatenate(points), np.concatenate(weights))


def _products(axes: list[tuple[np.ndarray, np.ndarray]]) -> list[Node]:
    """Return the product rule."""
    if len(axes[0][0]) ** len(axes) > MAX_POINTS:
        raise ValueError(
            f"at most {MAX_POINTS} points can be compiled, {len(axes)} inputs with "
            f"{len(axes[0][0])} nodes each need more; ask for fewer nodes"
        )
    grid = np.meshgrid(*(x for x, _ in axes), indexing="ij")
    mass = np.meshgrid(*(w for _, w in axes), indexing="ij")
    points = np.column_stack([c.ravel() for c in grid])
    return _weighted(points, np.prod([m.ravel() for m in mass], axis=0))


def _weighted(points: np.ndarray, weights: np.ndarray) -> list[Node]:
    """Return points and weights, each double as the rational that it is."""
    return [
        (tuple(sympy.Rational(float(c)) for c in x), sympy.Rational(float(w)))
        for x, w in zip(points, weights, strict=True)
    ]
