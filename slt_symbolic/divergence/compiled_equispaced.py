"""K of tanh and sigmoid networks under a standard normal input, on equispaced points, compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy
from numba import njit

from slt_symbolic.activations import SIGMOID, TANH
from slt_symbolic.compiled.elementary import COMPILE
from slt_symbolic.compiled.equispaced import TOGETHER, equispaced_error
from slt_symbolic.compiled.layout import layout_of
from slt_symbolic.divergence.equispaced_rule import equispaced_rule
from slt_symbolic.divergence.gauss_rules import MAX_POINTS
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
        If the law is not the standard normal one of one input, the model has biases or other
        units than tanh and sigmoid, the truth has a break, or nodes is odd or too large.

    Notes
    -----
    Where f and f0 are both odd or neither is, the points are the same, and so is the cost: f(-x)
    follows from f(x).
    """
    if inputs != StandardNormal(1):
        raise ValueError(
            f"equispaced points stand for the standard normal law of one input, not for {inputs!r}"
        )
    layout = layout_of(model)
    if not any(model.activation is known for known in (TANH, SIGMOID)) or not model.units:
        raise ValueError(
            f"equispaced points serve tanh and sigmoid units, not {model.activation.name}"
        )
    if layout is None or layout.biased:
        raise ValueError("equispaced points serve units without biases, each entry a + b·parameter")
    for part in parts_of(truth):
        branches = part.activation.branches
        if part.units and branches is not None and branches.below != branches.above:
            raise ValueError(
                f"equispaced points converge slowly for units with a break: {part.activation.name}"
            )
    step, mass = equispaced_rule(nodes)
    if nodes > MAX_POINTS:
        raise ValueError(f"at most {MAX_POINTS} points can be compiled, got {nodes}")
    x = [sympy.Rational(step) * (sympy.Rational(1, 2) + k) for k in range(len(mass))]
    # Points of no weight fill the last four.
    spare = (0, -len(mass) % TOGETHER)
    omega = np.pad(mass / float(noise_variance), spare)
    plus = np.pad([float(truth(c)) for c in x], spare)
    minus = np.pad([float(truth(-c)) for c in x], spare)
    error: Any = equispaced_error(len(model.units), sigmoid=model.activation is SIGMOID)
    place, scale, fixed = layout.place, layout.scale, layout.fixed

    @njit(**COMPILE)
    def potential(w: Any, g: Any) -> float:
        return error(step, omega, plus, minus, place, scale, fixed, w, g)

    return potential
