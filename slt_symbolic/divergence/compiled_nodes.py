"""K and its gradient as a weighted sum of squares over points of the inputs, compiled."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import sympy
from numpy.typing import NDArray

from slt_symbolic.compiled.layout import compile_network
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

Rule = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Points, shape (N, n), and weights, shape (N,)."""


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

    Notes
    -----
    Where f and f0 are odd, or both even, for every w, x and −x add the same: of such pairs of
    points one is kept, with the mass of both.
    """
    if isinstance(nodes, bool) or not isinstance(nodes, int) or nodes < 2:
        raise ValueError(f"nodes must be an integer of at least 2, got {nodes!r}")
    if isinstance(inputs, FiniteSample):
        points = np.array([[float(c) for c in x] for x in inputs.points])
        weights = np.array([float(p) for p in inputs.weights or ()])
    else:
        if any(n.units and n.activation.branches is not None for n in (model, truth)):
            raise ValueError(
                f"piecewise polynomial units have no compiled form under inputs {inputs!r}"
            )
        points, weights = gauss_rule(inputs, nodes)
    if len(points) > MAX_POINTS:
        raise ValueError(f"at most {MAX_POINTS} points can be compiled, got {len(points)}")
    parity = common_parity(model, truth)
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


def half_rule(points: NDArray[np.float64], weights: NDArray[np.float64], *, odd: bool) -> Rule:
    """Return a rule for even integrands: of every pair x, −x of equal weights one, twice as heavy.

    Parameters
    ----------
    points, weights : arrays of shapes (N, n) and (N,)
        A rule; points without a partner stay as they are.
    odd : bool
        Whether the integrand is the square of an odd function: it vanishes at 0.

    Examples
    --------
    >>> points, weights = half_rule(np.array([[-1.0], [0.0], [1.0]]), np.ones(3), odd=True)
    >>> points.tolist(), weights.tolist()
    ([[1.0]], [2.0])
    """
    waiting: dict[tuple[float, ...], list[float]] = {}
    kept: list[tuple[tuple[float, ...], float]] = []
    # Points with a partner are taken in descending order, so that the one kept leads with +.
    order = sorted(zip(map(tuple, (points + 0.0).tolist()), weights.tolist(), strict=True))
    for x, mass in reversed(order):
        opposite = tuple(0.0 - c for c in x)
        if opposite == x:
            kept += [] if odd else [(x, mass)]
        elif mass in waiting.get(opposite, ()):
            waiting[opposite].remove(mass)
            kept.append((opposite, 2 * mass))
        else:
            waiting.setdefault(x, []).append(mass)
    kept += [(x, mass) for x, masses in waiting.items() for mass in masses]
    if not kept:  # an odd function on the point 0 alone
        return points[:1], np.zeros(1)
    return np.array([x for x, _ in kept]), np.array([mass for _, mass in kept])


def gauss_rule(inputs: InputDistribution, nodes: int) -> Rule:
    """Return points and weights of a Gauss rule with so many nodes for each input.

    Raises
    ------
    ValueError
        If there is no rule for the law, or it has too many points.
    """
    if isinstance(inputs, UniformInterval):
        return _product([_on(inputs, nodes)])
    if isinstance(inputs, UniformBox):
        return _product([_on(side, nodes) for side in inputs.sides])
    if isinstance(inputs, UniformPolygon):
        return _polygon_rule(inputs, nodes)
    if isinstance(inputs, StandardNormal) and inputs.dimension <= 3:
        x, w = np.polynomial.hermite_e.hermegauss(nodes)
        return _product([(x, w / np.sqrt(2 * np.pi))] * inputs.dimension)
    if isinstance(inputs, UniformSphere) and inputs.dimension == 2:
        angles = 2 * np.pi * np.arange(nodes) / nodes
        return np.column_stack([np.cos(angles), np.sin(angles)]), np.full(nodes, 1 / nodes)
    if isinstance(inputs, UniformSphere) and inputs.dimension == 3:
        # Archimedes: the height is uniform on [-1, 1].
        height, w = np.polynomial.legendre.leggauss(nodes)
        angles = np.pi * np.arange(2 * nodes) / nodes
        z, a = (c.ravel() for c in np.meshgrid(height, angles, indexing="ij"))
        points = np.column_stack([np.sqrt(1 - z**2) * np.cos(a), np.sqrt(1 - z**2) * np.sin(a), z])
        return points, np.repeat(w / (4 * nodes), 2 * nodes)
    raise ValueError(f"no Gauss rule for inputs {inputs!r}: compile has nothing to sum over")


def _on(side: UniformInterval, nodes: int) -> Rule:
    x, w = np.polynomial.legendre.leggauss(nodes)
    return float(side.lower + side.upper) / 2 + float(side.length) / 2 * x, w / 2


def _polygon_rule(inputs: UniformPolygon, nodes: int) -> Rule:
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
    return np.concatenate(points), np.concatenate(weights)


def _product(axes: list[Rule]) -> Rule:
    """Return the product rule."""
    if len(axes[0][0]) ** len(axes) > MAX_POINTS:
        raise ValueError(
            f"at most {MAX_POINTS} points can be compiled, {len(axes)} inputs with "
            f"{len(axes[0][0])} nodes each need more; ask for fewer nodes"
        )
    grid = np.meshgrid(*(x for x, _ in axes), indexing="ij")
    mass = np.meshgrid(*(w for _, w in axes), indexing="ij")
    points = np.column_stack([c.ravel() for c in grid])
    return points, np.prod([m.ravel() for m in mass], axis=0)
