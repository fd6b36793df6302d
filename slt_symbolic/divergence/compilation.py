"""Which compiled form of K serves a pair of networks under a law of the inputs.

Continuous, piecewise linear units that vanish at 0 (error of K near W0):

================================ ================== ==========================================
law                              file compiled_…    error
================================ ================== ==========================================
interval                         interval           relative, near rounding
polygon, box in the plane        polygon            relative, near rounding
box of 3 to 6 inputs             polytopes          relative, near rounding
normal, 1 input                  normal_line        relative, near rounding
normal, n inputs                 normal             absolute
circle                           circle             relative, near rounding
sphere of 3 inputs               sphere             relative, 1e-6
spheres of more                  caps               absolute
normal and spheres, no biases    angles             absolute
================================ ================== ==========================================

Step units: intervals, the normal law of one input and the circle ``steps`` (relative, near
rounding; on the circle 1e-15/δ for arcs of length δ), polygons and boxes ``cells`` (relative,
1e-16/δ for slivers of width δ), normal laws ``orthants``, spheres ``caps`` (absolute). Units that
both jump and slope, or step units with sloping ones: ``cells`` and ``caps``.

Polynomial units: a Gauss rule that is exact. Other analytic units: a Gauss rule with as many nodes
as are asked for. Not compiled: units with a break whose partner in the other network is neither
piecewise linear (ReLU against tanh, or against a square), nor, under a normal law and on the
circle, alike (step against ReLU). Truths of several activations: by a Gauss rule where none has
a break, and on finite samples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sympy

from slt_symbolic.divergence.network_sum import Truth
from slt_symbolic.inputs import (
    InputDistribution,
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)
from slt_symbolic.networks import TwoLayer


def compile_two_layer(
    model: TwoLayer,
    truth: Truth,
    inputs: InputDistribution,
    noise_variance: sympy.Expr,
    nodes: int,
) -> Callable[..., float]:
    """Return ``potential(w, g)`` for networks without unknown constants.

    Parameters and exceptions are those of
    :meth:`slt_symbolic.divergence.two_layer.KLDivergence.compile`.
    """
    law: Any = inputs
    if isinstance(law, UniformBox) and law.dimension == 1:
        law = law.sides[0]
    # The other forms give every unit of a network one activation.
    if isinstance(truth, TwoLayer):
        form = _piecewise_linear_form(model, truth, law, float(noise_variance))
        if form is not None:
            return form
    from slt_symbolic.divergence.compiled_nodes import compile_on_nodes

    return compile_on_nodes(model, truth, inputs, noise_variance, nodes)


def _piecewise_linear_form(
    model: TwoLayer, truth: TwoLayer, law: Any, variance: float
) -> Callable[..., float] | None:
    """Return the form for piecewise linear units, None if they are not or it has no such form."""
    # Without units an activation says nothing.
    if not truth.units:
        truth = replace(truth, activation=model.activation)
    elif not model.units:
        model = replace(model, activation=truth.activation)
    shapes = {_shape(model), _shape(truth)}
    form = None
    if shapes == {"ramp"}:
        form = _ramp_form(model, truth, law, variance)
    elif shapes == {"step"}:
        form = _step_form(model, truth, law, variance)
    if form is not None or None in shapes:
        return form
    if isinstance(law, UniformInterval | UniformPolygon | UniformBox):
        from slt_symbolic.divergence.compiled_cells import compile_cells

        return compile_cells(model, truth, law, variance)
    if isinstance(law, UniformSphere) and law.dimension > 2:
        from slt_symbolic.divergence.compiled_caps import compile_caps

        return compile_caps(model, truth, law, variance)
    return None


def _shape(network: TwoLayer) -> str | None:
    """Return "ramp", "step" or "mixed" for piecewise linear units, None for others."""
    try:
        (at_below, below), (at_above, above) = network.activation.lines()
    except ValueError:
        return None
    if at_below == at_above == 0:
        return "ramp"
    return "step" if below == above == 0 else "mixed"


def _ramp_form(
    model: TwoLayer, truth: TwoLayer, law: Any, variance: float
) -> Callable[..., float] | None:
    """Return the form for continuous, piecewise linear units that vanish at 0."""
    networks = (model, truth)
    if isinstance(law, UniformInterval):
        from slt_symbolic.divergence.compiled_interval import compile_interval

        return compile_interval(*networks, law, variance)
    if isinstance(law, UniformPolygon | UniformBox) and law.dimension == 2:
        from slt_symbolic.divergence.compiled_polygon import compile_polygon

        return compile_polygon(*networks, law, variance)
    if isinstance(law, UniformBox):
        from slt_symbolic.divergence.compiled_polytopes import compile_polytopes

        return compile_polytopes(*networks, law, variance)
    if law == StandardNormal(1):
        from slt_symbolic.divergence.compiled_normal_line import compile_normal_line

        return compile_normal_line(*networks, variance)
    if not isinstance(law, StandardNormal | UniformSphere):
        return None
    if all(u.bias == 0 for network in networks for u in network.units):
        from slt_symbolic.divergence.compiled_angles import compile_angles

        return compile_angles(*networks, law, variance)
    if isinstance(law, StandardNormal):
        from slt_symbolic.divergence.compiled_normal import compile_normal

        return compile_normal(*networks, variance)
    if law.dimension == 2:
        from slt_symbolic.divergence.compiled_circle import compile_circle

        return compile_circle(*networks, variance)
    if law.dimension == 3:
        from slt_symbolic.divergence.compiled_sphere import compile_sphere

        return compile_sphere(*networks, variance)
    return None


def _step_form(
    model: TwoLayer, truth: TwoLayer, law: Any, variance: float
) -> Callable[..., float] | None:
    """Return the form for piecewise constant units where there is one for them alone."""
    if isinstance(law, UniformInterval) or law in (StandardNormal(1), UniformSphere(2)):
        from slt_symbolic.divergence.compiled_steps import compile_steps

        return compile_steps(model, truth, law, variance)
    if isinstance(law, StandardNormal):
        from slt_symbolic.divergence.compiled_orthants import compile_orthants

        return compile_orthants(model, truth, variance)
    return None
