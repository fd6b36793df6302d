"""Coordinates in which the scaling of units with a fold is divided out.

A unit q σ(⟨w, x⟩ + b) with σ(αz) = αᵏσ(z) does not change along (αw, αb, q/αᵏ). Where an entry
w_p of its weights is not zero, |w_p|, the ratios of the other entries to it, and s = q|w_p|ᵏ are
coordinates with a Jacobian without zeros, and f does not depend on |w_p|: local learning
coefficients are those of the network with weight ±1 in place of w_p and readout s.
"""

from __future__ import annotations

from collections import Counter

import sympy

from slt_symbolic.networks import TwoLayer, Unit

Values = dict[sympy.Symbol, sympy.Expr]


def without_scaling(model: TwoLayer, values: Values) -> tuple[TwoLayer, Values]:
    """Return a network with fewer parameters and the same local learning coefficient.

    Parameters
    ----------
    model : TwoLayer
        A network.
    values : dict
        Exact values of its parameters.

    Returns
    -------
    TwoLayer
        Units with weights at the parameter, and entries that are parameters of their own, have
        a weight ±1.
    dict
        The values of its parameters.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> model = TwoLayer.symbolic(RELU, width=1, output_bias=0)
    >>> reduced, at = without_scaling(model, model.point((-2, 4, 3)))
    >>> reduced.units[0], at
    (Unit(readout=q1, weights=(-1,), bias=b1), {b1: 2, q1: 6})
    """
    degree = model.activation.scaling_degree
    uses = Counter(s for u in model.units for e in u.entries() for s in e.free_symbols) + Counter(
        model.output_bias.free_symbols
    )
    own = {p for p in model.parameters if uses[p] == 1}
    point, units, dropped = dict(values), [], set()
    for unit in model.units:
        pivot = _pivot(unit, point, own) if degree in (0, 1) else None
        if pivot is None:
            units.append(unit)
            continue
        weight = point[unit.weights[pivot]]
        scale = abs(weight)
        rest = [w for k, w in enumerate(unit.weights) if k != pivot] + [unit.bias]
        for entry in rest:
            if entry in point:
                point[entry] = point[entry] / scale
        weights = list(unit.weights)
        weights[pivot] = sympy.sign(weight)
        readout = unit.readout
        if readout in own:
            point[readout] = point[readout] * scale**degree
        elif degree == 1:
            # The pivot's symbol stands for |w_p|, a factor of the readout.
            point[unit.weights[pivot]] = scale
            units.append(Unit(readout * unit.weights[pivot], tuple(weights), unit.bias))
            continue
        dropped.add(unit.weights[pivot])
        units.append(Unit(readout, tuple(weights), unit.bias))
    left = tuple(p for p in model.parameters if p not in dropped)
    reduced = TwoLayer(model.activation, tuple(units), model.output_bias, left, model.inputs)
    return reduced, {p: point[p] for p in left}


def _pivot(unit: Unit, point: Values, own: set[sympy.Symbol]) -> int | None:
    """Return a weight that is not zero, if the unit's entries are parameters of their own."""
    if not all(w in own for w in unit.weights):
        return None
    if not (unit.bias in own or unit.bias == 0):
        return None
    if not (unit.readout in own or (unit.readout.is_number and unit.readout.is_nonzero)):
        return None
    return next((k for k, w in enumerate(unit.weights) if point[w] != 0), None)
