"""The Fisher information in floating point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import numpy as np
import sympy
from scipy.special import ndtr

from slt_symbolic.activations import Activation
from slt_symbolic.fisher.basis import slope_formula
from slt_symbolic.inputs import (
    FiniteSample,
    InputDistribution,
    StandardNormal,
    UniformBox,
    UniformInterval,
)
from slt_symbolic.kernels.ramps import is_piecewise_linear
from slt_symbolic.networks import TwoLayer

Rule = tuple[np.ndarray, np.ndarray]
"""Points, shape (N, n), and weights, shape (N,)."""

MAX_POINTS = 1 << 18


def compile_matrix(
    models: Sequence[TwoLayer], inputs: InputDistribution, noise_variance: sympy.Expr, nodes: int
) -> Callable[[np.ndarray], np.ndarray]:
    """Return w ↦ I(w); see :meth:`FisherInformation.compile`."""
    if isinstance(nodes, bool) or not isinstance(nodes, int) or nodes < 2:
        raise ValueError(f"nodes must be an integer of at least 2, got {nodes!r}")
    constants = {c for m in models for c in m.constants} | noise_variance.free_symbols
    if constants:
        raise ValueError(f"unknown constants {sorted(map(str, constants))} must be numbers")
    law = inputs.sides[0] if isinstance(inputs, UniformBox) and inputs.dimension == 1 else inputs
    parts = [_compile_output(m, law, nodes) for m in models]
    variance = float(noise_variance)

    def matrix(w: np.ndarray) -> np.ndarray:
        vector = np.asarray(w, dtype=float)
        if vector.shape != (len(models[0].parameters),):
            raise ValueError(
                f"w must have shape ({len(models[0].parameters)},), got {vector.shape}"
            )
        total: np.ndarray = np.sum([part(vector) for part in parts], axis=0) / variance
        return (total + total.T) / 2

    return matrix


def _compile_output(
    model: TwoLayer, inputs: InputDistribution, nodes: int
) -> Callable[[np.ndarray], np.ndarray]:
    entries, jacobian = _entry_functions(model)
    piecewise = bool(model.units) and model.activation.branches is not None
    if piecewise and isinstance(inputs, UniformInterval | StandardNormal):
        smooth = model.activation.branches is not None and (
            model.activation.branches.below == model.activation.branches.above
        )
        if not smooth:
            if inputs.dimension > 1 or not is_piecewise_linear(model.activation):
                raise ValueError(
                    f"{model.activation.name} has no compiled form under inputs {inputs!r}"
                )
            return _on_cells(model, inputs, entries, jacobian)
    elif piecewise and not isinstance(inputs, FiniteSample):
        raise ValueError(f"{model.activation.name} has no compiled form under inputs {inputs!r}")
    points, weights = _rule(inputs, nodes)
    value, slope = _functions(model.activation)

    def gram(w: np.ndarray) -> np.ndarray:
        units, change = entries(w), jacobian(w)
        q, v, b = units[:, 0], units[:, 1:-1], units[:, -1]
        z = points @ v.T + b
        moved = q * slope(z)
        blocks = [value(z)[:, :, None], moved[:, :, None] * points[:, None, :], moved[:, :, None]]
        scores = np.concatenate(blocks, axis=2).reshape(len(points), -1)
        scores = np.concatenate([scores, np.ones((len(points), 1))], axis=1) @ change
        return (scores * weights[:, None]).T @ scores

    return gram


def _on_cells(
    model: TwoLayer,
    inputs: InputDistribution,
    entries: Callable[[np.ndarray], np.ndarray],
    jacobian: Callable[[np.ndarray], np.ndarray],
) -> Callable[[np.ndarray], np.ndarray]:
    """Between breaks every score is c₀ + c₁x: sum its products against the cells' moments."""
    (low, left), (_, right) = ((float(a), float(s)) for a, s in model.activation.lines())
    ends = (-np.inf, np.inf)
    if isinstance(inputs, UniformInterval):
        ends = (float(inputs.lower), float(inputs.upper))

    def gram(w: np.ndarray) -> np.ndarray:
        units, change = entries(w), jacobian(w)
        q, v, b = units.T
        moving = v != 0
        breaks = np.sort(np.clip(-b[moving] / v[moving], *ends))
        cuts = np.concatenate([[ends[0]], breaks, [ends[1]]])
        inner = np.clip(cuts, -1e300, 1e300)
        middle = inner[:-1] + (inner[1:] - inner[:-1]) / 2
        active = v * middle[:, None] + b > 0
        slope = np.where(active, right, left)
        zero = np.zeros_like(slope)
        constant = np.stack([low + slope * b, zero, q * slope], axis=2)
        linear = np.stack([slope * v, q * slope, zero], axis=2)
        one = np.ones((len(slope), 1))
        c0 = np.concatenate([constant.reshape(len(slope), -1), one], axis=1) @ change
        c1 = np.concatenate([linear.reshape(len(slope), -1), 0 * one], axis=1) @ change
        m0, m1, m2 = (_interval_moments if np.isfinite(ends[0]) else _normal_moments)(cuts)
        mixed = (c0 * m1[:, None]).T @ c1
        return (c0 * m0[:, None]).T @ c0 + mixed + mixed.T + (c1 * m2[:, None]).T @ c1

    return gram


def _interval_moments(cuts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    s, t, length = cuts[:-1], cuts[1:], cuts[-1] - cuts[0]
    width, centre = (t - s) / length, (s + t) / 2
    return width, width * centre, width * (s * s + s * t + t * t) / 3


def _normal_moments(cuts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    s, t = cuts[:-1], cuts[1:]
    # On the right half the complements are subtracted: no cancellation against 1.
    mass = np.where(s > 0, ndtr(-s) - ndtr(-t), ndtr(t) - ndtr(s))
    density = np.exp(-np.minimum(cuts**2, 1e4) / 2) / np.sqrt(2 * np.pi)
    edge = np.where(np.isfinite(cuts), cuts, 0.0) * density
    return mass, density[:-1] - density[1:], mass + edge[:-1] - edge[1:]


def _functions(activation: Activation) -> tuple[Callable[..., Any], Callable[..., Any]]:
    z = sympy.Dummy("z", real=True)
    if activation.branches is not None:
        sides = (activation.branches.below, activation.branches.above)
        polynomials = [np.polynomial.Polynomial([float(c) for c in p] or [0.0]) for p in sides]
        slopes = [p.deriv() for p in polynomials]

        def pick(pair: list[Any]) -> Callable[[np.ndarray], np.ndarray]:
            return lambda t: np.where(t > 0, pair[1](t), pair[0](t))

        return pick(polynomials), pick(slopes)
    found = []
    for formula in (activation(z), slope_formula(activation, z)):
        compiled = sympy.lambdify(z, formula, modules=["scipy", "numpy"])

        def function(t: np.ndarray, f: Callable[..., Any] = compiled) -> np.ndarray:
            with np.errstate(over="ignore"):
                return np.broadcast_to(np.asarray(f(t), dtype=float), t.shape)

        found.append(function)
    return found[0], found[1]


def _entry_functions(
    model: TwoLayer,
) -> tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray]]:
    """Return w ↦ rows (q, w…, b) of the units, and w ↦ derivatives of all entries and of c."""
    # Names may come from a description: only fresh symbols reach the generated code.
    fresh = {p: sympy.Dummy(f"w{k}", real=True) for k, p in enumerate(model.parameters)}
    flat = [e for u in model.units for e in u.entries()]
    rows = len(model.units)
    changes = [[e.diff(p) for p in model.parameters] for e in (*flat, model.output_bias)]
    symbols = list(fresh.values())
    value = sympy.lambdify(symbols, [e.xreplace(fresh) for e in flat], modules="numpy")
    change = sympy.lambdify(symbols, [[d.xreplace(fresh) for d in r] for r in changes], "numpy")

    def entries(w: np.ndarray) -> np.ndarray:
        return np.array(value(*w), dtype=float).reshape(rows, model.inputs + 2)

    def jacobian(w: np.ndarray) -> np.ndarray:
        return np.array(change(*w), dtype=float).reshape(len(changes), len(symbols))

    return entries, jacobian


def _rule(inputs: InputDistribution, nodes: int) -> Rule:
    if isinstance(inputs, FiniteSample):
        points = np.array([[float(c) for c in x] for x in inputs.points])
        return points, np.array([float(p) for p in inputs.probabilities])
    axes: list[Rule] = []
    if isinstance(inputs, UniformInterval | UniformBox):
        x, w = np.polynomial.legendre.leggauss(nodes)
        for side in [inputs] if isinstance(inputs, UniformInterval) else inputs.sides:
            middle, half = float(side.lower + side.upper) / 2, float(side.length) / 2
            axes.append((middle + half * x, w / 2))
    elif isinstance(inputs, StandardNormal) and inputs.dimension <= 3:
        x, w = np.polynomial.hermite_e.hermegauss(nodes)
        axes = [(x, w / np.sqrt(2 * np.pi))] * inputs.dimension
    else:
        raise ValueError(f"no Gauss rule for inputs {inputs!r}: compile has nothing to sum over")
    if nodes ** len(axes) > MAX_POINTS:
        raise ValueError(f"at most {MAX_POINTS} points are summed: lower nodes from {nodes}")
    points = np.array(list(product(*(x for x, _ in axes))))
    weights = np.array([np.prod(w) for w in product(*(w for _, w in axes))])
    return points, weights
