"""The Fisher rank of a ReLU network read off from how its hyperplanes lie."""

from __future__ import annotations

from typing import Any

import sympy

from slt_symbolic.activations import RELU
from slt_symbolic.exact.entries import irrational_numbers
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.fisher.elimination import relations
from slt_symbolic.fisher.folds import multiple
from slt_symbolic.fisher.scores import law_numbers
from slt_symbolic.fisher.support import side_of
from slt_symbolic.inputs import FiniteSample, InputDistribution, StandardNormal, UniformSphere
from slt_symbolic.kernels.broken import NotDifferentiableError
from slt_symbolic.networks import Point, TwoLayer


def relu_rank(model: TwoLayer, values: Point, inputs: InputDistribution | None = None) -> int:
    """Return the Fisher rank of a ReLU network whose entries are all parameters.

    Parameters
    ----------
    model : TwoLayer
        A ReLU network; weights, biases and readouts of all units are parameters of their own, the
        output bias is one or is fixed.
    values : mapping or sequence
        An exact parameter.
    inputs : InputDistribution, optional
        The law of the inputs, whose support has interior; R^n if absent.

    Returns
    -------
    int
        The rank of the Fisher information.

    Raises
    ------
    NotDifferentiableError
        If a unit has w = 0, b = 0 and q ≠ 0.
    ValueError
        If the network or the law is not of that kind.

    Notes
    -----
    Let V be the affine functions of the n inputs, of dimension n + 1. A unit with preactivation z
    and readout q contributes the scores z·1[z > 0], and V·1[z > 0] if q ≠ 0. Group the units whose
    hyperplane cuts the support by hyperplane H, with an equation h. Scores with distinct H have
    independent jumps, so

        rank = Σ_H j_H + dim A,

    where j_H = n + 1 if some unit on H has q ≠ 0 and 1 otherwise (the jump is then a multiple of
    h), and A ⊂ V is the space of those combinations of scores that have no jump. A is spanned by

    - 1 if the output bias is a parameter;
    - V if some H has units with q ≠ 0 of both orientations, as V·1[h > 0] + V·1[h < 0] ∋ V;
    - h for every other H with units of both orientations: h = h·1[h > 0] + h·1[h < 0];
    - V for a unit that is active on the whole support with q ≠ 0, and z for one with q = 0.

    Theorem (distinct hyperplanes). If all w_i ≠ 0 and q_i ≠ 0, the hyperplanes are distinct and
    cut the support, and the output bias is a parameter, then the rank is (n + 1)d + 1, for every
    n and d and whatever the orientations. Proof: every j_H is n + 1, and as each H has one unit,
    A is spanned by 1. In detail, a null vector gives
    Σ_i (α_i z_i + ⟨β_i, x⟩ + γ_i)·1[z_i > 0] + δ = 0 almost everywhere, where the i-th bracket
    is an element of V; the n + 2 scores of a unit span V·1[z_i > 0], of dimension n + 1. Take a
    ball around a point of H_i in the interior of the support that meets no other hyperplane. On
    either side of H_i the left side is an affine function that vanishes on an open set, hence
    vanishes; the difference of the two is ± the i-th bracket. So each bracket is 0, and then
    δ = 0. Which of the two sides is z_i > 0 never enters: reversing orientations changes
    nothing. There are (n + 2)d + 1 parameters and d independent scaling relations, so the
    orientation reversals do not degenerate the Fisher information modulo scaling.

    Examples
    --------
    >>> model = TwoLayer.symbolic(RELU, inputs=2, width=2)
    >>> relu_rank(model, [1, 0, 0, 1, 0, 1, 0, 1, 0])
    7
    >>> relu_rank(model, [1, 0, 0, 1, -2, 0, 0, 1, 0])  # one hyperplane, both orientations
    6
    """
    law = StandardNormal(model.inputs) if inputs is None else inputs
    if model.activation != RELU or isinstance(law, FiniteSample | UniformSphere):
        raise ValueError("model must be a ReLU network on a support with interior")
    require_free(model)
    network, size = model.at(values), model.inputs
    entries = [e for u in network.units for e in u.entries()]
    field = RealField.containing(irrational_numbers([*entries, *law_numbers(law)]))
    affine: list[list[Any]] = []
    unit_vectors = [
        [field.element(sympy.Integer(int(i == k))) for i in range(size + 1)]
        for k in range(size + 1)
    ]
    if model.output_bias in model.parameters:
        affine.append(unit_vectors[-1])
    classes: list[tuple[tuple[Any, ...], dict[bool, bool]]] = []
    for u in network.units:
        line = [field.element(e) for e in (*u.weights, u.bias)]
        *weights, bias = line
        side = side_of(law, weights, bias, field)
        if side == 0 and u.readout != 0:
            raise NotDifferentiableError(
                "a unit with zero weight and zero bias sits on the kink of its activation: "
                "the network is not differentiable in that weight"
            )
        if side is not None:
            if side > 0:
                affine += unit_vectors if u.readout != 0 else [line]
            continue
        enter_class(classes, tuple(line), u.readout != 0, field)
    rank = 0
    for hyperplane, orientations in classes:
        rank += size + 1 if any(orientations.values()) else 1
        if len(orientations) == 2:
            affine += unit_vectors if all(orientations.values()) else [list(hyperplane)]
    return rank + len(affine) - len(relations(affine, field))


def enter_class(
    classes: list[tuple[tuple[Any, ...], dict[bool, bool]]],
    line: tuple[Any, ...],
    active: bool,
    field: RealField,
) -> None:
    """Put a unit in its hyperplane's class: by orientation, whether some readout is not 0."""
    for other, orientations in classes:
        factor = multiple(line, other)
        if factor is not None:
            same = field.sign(factor) > 0
            orientations[same] = orientations.get(same, False) or active
            return
    classes.append((line, {True: active}))


def require_free(model: TwoLayer) -> None:
    """Raise ValueError unless every entry of the units is a parameter of its own."""
    entries = [e for u in model.units for e in u.entries()]
    if model.output_bias.free_symbols:
        entries.append(model.output_bias)
    if len(set(entries)) != len(entries) or set(entries) != set(model.parameters):
        raise ValueError("model must have every entry of its units as a parameter of its own")
