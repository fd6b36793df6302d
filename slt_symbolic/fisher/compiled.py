"""The Fisher information in floating point, as a Numba function of the parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import sympy
from numba import njit

from slt_symbolic.activations import SWISH, Activation
from slt_symbolic.compiled.activations import value_and_slope
from slt_symbolic.divergence.expression_tape import tape_of
from slt_symbolic.divergence.gauss_rules import gauss_rule
from slt_symbolic.divergence.tape_interpreter import compile_tape
from slt_symbolic.fisher.compiled_cells import line_gram
from slt_symbolic.fisher.compiled_entries import entry_function, entry_pattern
from slt_symbolic.fisher.compiled_pairs import pair_gram
from slt_symbolic.fisher.compiled_rotations import normal_moments, sphere_moments
from slt_symbolic.fisher.compiled_simplices import region_of, simplex_moments
from slt_symbolic.inputs import (
    FiniteSample,
    InputDistribution,
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)
from slt_symbolic.kernels.broken import NotDifferentiableError
from slt_symbolic.kernels.ramps import is_piecewise_linear
from slt_symbolic.networks import TwoLayer


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
    add: Any = _compile_output(models[0], law, nodes)
    for model in models[1:]:
        add = _both(add, _compile_output(model, law, nodes))
    size, scale = len(models[0].parameters), 1 / float(noise_variance)

    @njit(error_model="numpy")
    def matrix(w: np.ndarray) -> np.ndarray:
        if w.size != size:
            raise ValueError("w must have as many entries as the network has parameters")
        total = np.zeros((size, size))
        add(w, total)
        for j in range(size):
            for k in range(j + 1):
                total[j, k] = total[k, j] = scale * 0.5 * (total[j, k] + total[k, j])
        return total

    return matrix


def _both(first: Any, second: Any) -> Any:
    @njit
    def add(w: np.ndarray, total: np.ndarray) -> None:
        first(w, total)
        second(w, total)

    return add


def _compile_output(model: TwoLayer, law: InputDistribution, nodes: int) -> Any:
    """Return ``add(w, total)``, which adds the matrix of one output."""
    gram = _entry_gram(model, law, nodes)
    fill: Any = entry_function(model)
    starts, columns = entry_pattern(model)
    size = len(starts) - 1

    @njit(error_model="numpy")
    def add(w: np.ndarray, total: np.ndarray) -> None:
        entries, changes = np.empty(size), np.empty(columns.size)
        fill(w, entries, changes)
        products = np.zeros((size, size))
        gram(entries, products)
        for i in range(size):
            for j in range(size):
                product = products[max(i, j), min(i, j)]
                for a in range(starts[i], starts[i + 1]):
                    for b in range(starts[j], starts[j + 1]):
                        total[columns[a], columns[b]] += product * changes[a] * changes[b]

    return add


def _entry_gram(model: TwoLayer, law: InputDistribution, nodes: int) -> Any:
    """Return ``gram(entries, products)``: the lower triangle for all entries as parameters."""
    branches = model.activation.branches
    broken = bool(model.units) and branches is not None and branches.below != branches.above
    if broken and not isinstance(law, FiniteSample):
        return _broken_gram(model, law)
    if isinstance(law, FiniteSample):
        points = np.array([[float(c) for c in x] for x in law.points])
        weights = np.array([float(p) for p in law.probabilities])
    else:
        points, weights = gauss_rule(law, nodes)
    function: Any = _function(model.activation)
    kernel = _on_nodes

    @njit(error_model="numpy")
    def gram(entries: np.ndarray, products: np.ndarray) -> None:
        kernel(function, points, weights, entries, products)

    return gram


def _broken_gram(model: TwoLayer, law: InputDistribution) -> Any:
    """Return the same for units that break, under a law with a density."""
    sigma = model.activation
    if not is_piecewise_linear(sigma):
        raise ValueError(f"{sigma.name} has no compiled form under inputs {law!r}")
    low, high = sigma.lines()
    moving = {e for u in model.units for w in (*u.weights, u.bias) for e in w.free_symbols}
    if low[0] != high[0] and moving & set(model.parameters):
        raise NotDifferentiableError(
            f"{sigma.name} jumps: weights and biases must be numbers, got parameters "
            f"{sorted(map(str, moving))}"
        )
    if isinstance(law, UniformInterval) or law == StandardNormal(1):
        return line_gram(sigma, law)
    if isinstance(law, UniformPolygon | UniformBox):
        return pair_gram(sigma, law.dimension, simplex_moments, region_of(law))
    if isinstance(law, StandardNormal):
        return pair_gram(sigma, law.dimension, normal_moments)
    if isinstance(law, UniformSphere):
        return pair_gram(sigma, law.dimension, sphere_moments)
    raise ValueError(f"{sigma.name} has no compiled form under inputs {law!r}")


@njit(error_model="numpy")
def _on_nodes(
    function: Any, points: np.ndarray, weights: np.ndarray, entries: np.ndarray,
    products: np.ndarray,
) -> None:  # fmt: skip
    count, n = points.shape
    width = (entries.size - 1) // (n + 2)
    scores = np.empty(entries.size)
    scores[-1] = 1.0
    for k in range(count):
        for i in range(width):
            at = i * (n + 2)
            z = entries[at + n + 1]
            for m in range(n):
                z += entries[at + 1 + m] * points[k, m]
            scores[at], slope = function(z)
            slope *= entries[at]
            for m in range(n):
                scores[at + 1 + m] = slope * points[k, m]
            scores[at + n + 1] = slope
        for i in range(entries.size):
            first = weights[k] * scores[i]
            for j in range(i + 1):
                products[i, j] += first * scores[j]


def _function(activation: Activation) -> Any:
    """Return z ↦ (σ(z), σ′(z)) as a Numba function."""
    known = value_and_slope(activation)
    if known is not None:
        return known
    z = sympy.Symbol("z", real=True)
    formula = activation(z)
    beta = 2 * formula.diff(z, 2).subs(z, 0)
    if formula == z / (1 + sympy.exp(-beta * z)):  # swish(β)(z) = swish(βz)/β
        return _swish(value_and_slope(SWISH), float(beta))
    potential: Any = compile_tape(tape_of(formula, (z,)))

    @njit(error_model="numpy")
    def function(z: float) -> tuple[float, float]:
        w, g = np.empty(1), np.empty(1)
        w[0] = z
        value = potential(w, g)
        return value, g[0]

    return function


def _swish(plain: Any, beta: float) -> Any:
    @njit(error_model="numpy")
    def function(z: float) -> tuple[float, float]:
        value, slope = plain(beta * z)
        return value / beta, slope

    return function
