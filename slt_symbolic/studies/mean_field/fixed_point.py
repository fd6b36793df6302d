"""The self-consistency equation of the neurons' law, solved as a concave maximisation.

Given the residual r = y - f, a neuron has the density prior(w, a) exp(a g(w) / T) with
g(w) = E[r phi(w . x)]; integrated over a, prior(w) exp(s g(w)^2 / 2T^2), s the readouts' variance.
Self-consistent is the r with f = E[a phi(w . x)] under that law.

The law is the only minimiser of the strictly convex E[(y - f)^2] / 2 + T KL(law | prior), and r the
maximiser of its dual,

    D(r) = E[r y] - E[r^2] / 2 - T log E_prior[exp(s g^2 / 2T^2)],

which Newton's method finds from anywhere. Both are equal at the solution alone: their difference
says how far an r is from it, and is T times a bound of KL(law | solution).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.studies.mean_field.model import Model

__all__ = ["FixedPoint", "NewtonError", "solve_fixed_point"]

Array = NDArray[np.float64]
_REACH = 6.0
_SIGNS = ((1, 1), (1, -1), (-1, 1), (-1, -1))


class NewtonError(ArithmeticError):
    """Newton's method did not converge."""


@dataclass(frozen=True)
class FixedPoint:
    """A solution of the self-consistency equation.

    Attributes
    ----------
    model
        Of which.
    residual
        y - f at the nodes of the inputs.
    loss
        E[(y - f)^2].
    gap
        Primal less dual value, at least 0: exact but for rounding and for the grid of w.
    learned
        E[f y] / E[y^2].
    spread
        E_x Var(a phi(w . x)): what N independent neurons add to the loss, times N.
    height
        Largest s g^2 / 2T^2: log of how much the density exceeds the prior's, up to a constant.
    """

    model: Model
    residual: Array
    loss: float
    gap: float
    learned: float
    spread: float
    height: float

    def sample(self, count: int, seed: int) -> Array:
        """Draw independent neurons (w1, w2, a), exactly, by rejection from the prior."""
        model, rng = self.model, np.random.Generator(np.random.Philox(key=seed))
        weighted = model.inputs.weights * self.residual
        scale = model.readout_variance / model.temperature
        found: list[Array] = []
        # The grid misses the tips of the kinks that the nodes make, by less than the margin.
        missing, limit = count, self.height + 0.5
        while missing > 0:
            w = math.sqrt(model.weight_variance) * rng.standard_normal((4096, 2))
            g = model.features(w) @ weighted
            exponent = scale * g**2 / (2 * model.temperature)
            if exponent.max() > limit:
                raise ArithmeticError("the density exceeds its bound: refine the grid of w")
            kept = np.log1p(-rng.random(len(w))) < exponent - limit
            spread = math.sqrt(model.readout_variance) * rng.standard_normal(int(kept.sum()))
            found.append(np.column_stack([w[kept], scale * g[kept] + spread]))
            missing -= len(spread)
        return np.concatenate(found)[:count]


def solve_fixed_point(model: Model, cells: int = 96) -> FixedPoint:
    """Solve the self-consistency equation on a grid of w.

    Parameters
    ----------
    model
        Of which.
    cells
        Points along the positive half of an axis of w, up to six standard deviations.

    Raises
    ------
    NewtonError
        If Newton's method does not converge.

    Notes
    -----
    r is odd in x1 and in x2 and unchanged when they are exchanged, as the target is and the
    solution unique: only nodes with x1 >= x2 > 0 are unknowns.

    Examples
    --------
    >>> solution = solve_fixed_point(Model(order=16), cells=48)
    >>> bool(0.2 < solution.loss < 0.3 and abs(solution.gap) < 1e-9)
    True
    """
    points, weights = model.inputs.points, model.inputs.weights
    wedge = (points[:, 1] > 0) & (points[:, 0] >= points[:, 1])
    own = points[wedge]
    mass = weights[wedge] * np.where(own[:, 0] == own[:, 1], 4.0, 8.0)
    target = own.prod(axis=1)
    w, prior = _grid(model, cells)
    # g(w) = B r: each unknown stands for its orbit, with the signs of x1 x2.
    B = np.zeros((len(w), len(own)))
    for a, b in _SIGNS:
        for image in (own, own[:, ::-1]):
            B += a * b * np.clip(w @ (image * [a, b]).T, model.floor, 1.0) / 8
    B *= mass
    r, coupling = target.copy(), model.readout_variance / model.temperature
    temperature = model.temperature

    def dual(r: Array) -> tuple[float, Array, Array]:
        g = B @ r
        exponent = coupling * g**2 / (2 * temperature)
        top = exponent.max()
        p = prior * np.exp(exponent - top)
        total = p.sum()
        value = mass @ (r * target - r**2 / 2) - temperature * (top + math.log(total))
        return float(value), g, p / total

    value, g, p = dual(r)
    for _ in range(60):
        first = (p * g) @ B
        gradient = mass * (target - r) - coupling * first
        curvature = B.T @ ((p * (1 + coupling * g**2 / temperature))[:, None] * B)
        curvature -= coupling / temperature * np.outer(first, first)
        step = np.linalg.solve(np.diag(mass) + coupling * curvature, gradient)
        slope, length = float(gradient @ step), 1.0
        if slope < 1e-22:
            break
        while (found := dual(r + length * step))[0] < value + length * slope / 4 - 1e-16:
            length /= 2
            if length < 1e-6:
                raise NewtonError("no step increases the dual function")
        r, (value, g, p) = r + length * step, found
    else:
        raise NewtonError("the dual function is not at its maximum after 60 steps")
    # The law that belongs to r, and the primal function there.
    fit = coupling * ((p * g) @ B) / mass
    divergence = (
        float(p @ (coupling * g**2 / temperature))
        + (value - float(mass @ (r * target - r**2 / 2))) / temperature
    )
    primal = float(mass @ (target - fit) ** 2) / 2 + temperature * divergence
    residual, spread = _spread_out(model, own, r, w, p, coupling)
    return FixedPoint(
        model=model, residual=residual, loss=float(mass @ r**2), gap=primal - value,
        learned=float(mass @ (fit * target) / (mass @ target**2)), spread=spread,
        height=float((coupling * g**2 / (2 * temperature)).max()),
    )  # fmt: skip


def _grid(model: Model, cells: int) -> tuple[Array, Array]:
    """Return midpoints w1 >= w2 > 0 and their prior masses, orbits counted together."""
    scale = math.sqrt(model.weight_variance)
    x = (np.arange(cells) + 0.5) * _REACH * scale / cells
    w = np.stack(np.meshgrid(x, x, indexing="ij"), axis=-1).reshape(-1, 2)
    w = w[w[:, 0] >= w[:, 1]]
    mass = np.exp(-(w**2).sum(axis=1) / (2 * model.weight_variance))
    mass *= np.where(w[:, 0] == w[:, 1], 1.0, 2.0)
    return w, mass / mass.sum()


def _spread_out(
    model: Model, own: Array, r: Array, w: Array, p: Array, coupling: float
) -> tuple[Array, float]:
    """Return r at every node, and E_x Var(a phi)."""
    points = model.inputs.points
    places = {tuple(x): k for k, x in enumerate(np.round(own, 9))}
    folded = np.round(np.sort(np.abs(points), axis=1)[:, ::-1], 9)
    index = [places[tuple(x)] for x in folded]
    residual = r[index] * np.sign(points.prod(axis=1))
    # E_x phi^2 over the orbit of w is its value at w, as the inputs' law has the symmetry.
    second = 0.0
    for block in np.array_split(np.arange(len(w)), max(1, len(w) // 2000)):
        features = model.features(w[block])
        g = features @ (model.inputs.weights * residual)
        square = coupling**2 * g**2 + model.readout_variance
        second += float(p[block] @ (square * (features**2 @ model.inputs.weights)))
    output = model.target - residual
    return residual, second - float(model.inputs.weights @ output**2)
