"""Gauss rules for laws of the inputs: points and weights."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.inputs import (
    InputDistribution,
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)

MAX_POINTS = 1 << 14

Rule = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Points, shape (N, n), and weights, shape (N,)."""


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
    if isinstance(inputs, StandardNormal):
        x, w = np.polynomial.hermite_e.hermegauss(nodes)
        return _product([(x, w / np.sqrt(2 * np.pi))] * inputs.dimension)
    if isinstance(inputs, UniformSphere):
        return _sphere_rule(inputs.dimension, nodes)
    raise ValueError(f"no Gauss rule for inputs {inputs!r}: compile has nothing to sum over")


def _sphere_rule(n: int, nodes: int) -> Rule:
    """Return a rule on the unit sphere: equal angles on circles of Gauss-Gegenbauer latitudes.

    The height xₙ has density ∝ (1 − xₙ²)^((n−3)/2), for which the recurrence of the Gegenbauer
    polynomials gives a Gauss rule (Golub, Welsch 1969).
    """
    angles = np.pi * np.arange(2 * nodes) / nodes
    points = np.column_stack([np.cos(angles), np.sin(angles)])
    weights = np.full(2 * nodes, 0.5 / nodes)
    _limit(2 * nodes ** (n - 1), f"the sphere of {n} inputs")
    for m in range(3, n + 1):
        k = np.arange(1.0, nodes)
        square = k * (k + m - 3) / ((2 * k + m - 2) * (2 * k + m - 4))
        height, vectors = np.linalg.eigh(np.diag(np.sqrt(square), 1), UPLO="U")
        radius = np.sqrt(1 - height**2)
        rings = radius[:, None, None] * points
        tops = np.broadcast_to(height[:, None, None], (*rings.shape[:2], 1))
        points = np.concatenate([rings, tops], axis=2).reshape(-1, m)
        weights = np.outer(vectors[0] ** 2, weights).ravel()
    return points, weights


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
    _limit(len(axes[0][0]) ** len(axes), f"{len(axes)} inputs")
    grid = np.meshgrid(*(x for x, _ in axes), indexing="ij")
    mass = np.meshgrid(*(w for _, w in axes), indexing="ij")
    points = np.column_stack([c.ravel() for c in grid])
    return points, np.prod([m.ravel() for m in mass], axis=0)


def _limit(points: int, where: str) -> None:
    if points > MAX_POINTS:
        raise ValueError(
            f"at most {MAX_POINTS} points can be compiled, {where} would need {points}; "
            "ask for fewer nodes"
        )
