"""The Fisher rank of a network of analytic units read off from which units coincide."""

from __future__ import annotations

from typing import Any

import sympy
from flint import arb, ctx

from slt_symbolic.activations import Activation
from slt_symbolic.exact import balls
from slt_symbolic.exact.chamber import UndecidedError
from slt_symbolic.exact.entries import irrational_numbers
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.fisher.basis import slope_formula
from slt_symbolic.fisher.elimination import relations
from slt_symbolic.fisher.independence import jet_independence
from slt_symbolic.networks import Point, TwoLayer


def jet_rank(model: TwoLayer, values: Point) -> int:
    """Return the Fisher rank of a network of tanh-like units whose entries are all parameters.

    Parameters
    ----------
    model : TwoLayer
        With an activation that has
        :func:`~slt_symbolic.fisher.independence.jet_independence`. Weights and readouts of all
        units are parameters of their own; biases are too, or are all 0; the output bias is one
        or is fixed.
    values : mapping or sequence
        An exact parameter.

    Returns
    -------
    int
        The rank of the Fisher information, under every law whose support has interior.

    Raises
    ------
    ValueError
        If the network is not of that kind.
    UndecidedError
        If a unit has w = 0 and neither σ(b) = 0 nor σ(b) ≠ 0 could be shown, or so for σ′.

    Notes
    -----
    Let V be the span of the x_k, and of 1 if biases are parameters. The scores of a unit
    u = ⟨w, x⟩ + b are σ(u), and V·σ′(u) if its readout is not 0. Group units with w ≠ 0 into
    classes of equal or, where σ has a reflection σ(−z) = sσ(z) + lz + c, opposite (w, b). The
    functions σ(u), σ′(u), x_kσ′(u) of distinct classes are linearly independent together with 1
    and the x_k. So the rank is the dimension of what the scores are modulo affine functions, plus
    that of the space A of combinations that are affine:

        rank = Σ_C (1 + j_C) + dim A,   j_C = dim V if some unit of C has q ≠ 0, else 0.

    A combination is affine only if the part of each class is, since different classes have
    different functions; within a class, with u and −u both present, σ(−u) − sσ(u) = lu + c is
    affine, and σ′(−u)v + sσ′(u)v = −lv for v ∈ V, which needs q ≠ 0 on both sides. Hence A is
    spanned by

    - 1 if the output bias is a parameter;
    - lu + c for every class with both orientations, and V if l ≠ 0 and both have some q ≠ 0;
    - for a unit with w = 0: 1 if σ(b) ≠ 0, and V if q ≠ 0 and σ′(b) ≠ 0.

    For tanh and other odd or even units l = c = 0: opposite units are as good as equal ones. The
    rank is full, (n + 2)d + 1, if and only if all q_i ≠ 0, all w_i ≠ 0 and no two units are
    equal or opposite (biases and output bias being parameters).

    References
    ----------
    K. Fukumizu (1996), A regularity condition of the information matrix of a multilayer
    perceptron network, Neural Networks 9, 871-879.

    Examples
    --------
    >>> from slt_symbolic.activations import SIGMOID, TANH
    >>> jet_rank(TwoLayer.symbolic(TANH, width=2), [1, 1, 2, -1, -1, 3, 0])
    4
    >>> jet_rank(TwoLayer.symbolic(SIGMOID, width=2, output_bias=0), [1, 1, 2, -1, -1, 3])
    4
    """
    independent_units(model.activation)
    biased = require_plain(model)
    network, n = model.at(values), model.inputs
    field = RealField.containing(
        irrational_numbers([e for u in network.units for e in u.entries()])
    )
    zero, one = field.element(sympy.S.Zero), field.element(sympy.S.One)
    vectors = [[one if i == k else zero for i in range(n + 1)] for k in range(n + 1)]
    moving = vectors if biased else vectors[:-1]
    affine = [vectors[-1]] if model.output_bias in model.parameters else []
    classes: list[tuple[tuple[Any, ...], dict[bool, bool]]] = []
    for u in network.units:
        line = tuple(field.element(e) for e in (*u.weights, u.bias))
        if any(line[:-1]):
            _enter(classes, line, u.readout != 0, reflected=model.activation.reflection is not None)
            continue
        if not vanishes(model.activation(u.bias)):
            affine.append(vectors[-1])
        if u.readout != 0 and not vanishes(slope_formula(model.activation, u.bias)):
            affine += moving
    rank = 0
    for line, orientations in classes:
        rank += 1 + (len(moving) if any(orientations.values()) else 0)
        r = model.activation.reflection
        if len(orientations) == 2 and r is not None:
            slope, constant = field.element(r.slope), field.element(r.constant)
            affine.append([*(slope * c for c in line[:-1]), slope * line[-1] + constant])
            if slope and all(orientations.values()):
                affine += moving
    affine = [row for row in affine if any(row)]
    return rank + len(affine) - len(relations(affine, field))


def independent_units(activation: Activation) -> str:
    """Return why units of an activation are independent to first order.

    Raises
    ------
    ValueError
        If they are not, or it is not known.
    """
    reason = jet_independence(activation)
    if reason is None:
        raise ValueError(
            "model must have units that are independent to first order, which is not known of "
            f"{activation.name}"
        )
    return reason


def require_plain(model: TwoLayer) -> bool:
    """Return whether biases are parameters, for a network whose other entries all are.

    Raises
    ------
    ValueError
        If weights and readouts are not parameters of their own, or only some biases are.
    """
    biased = bool(model.units) and model.units[0].bias in model.parameters
    entries = [e for u in model.units for e in (u.readout, *u.weights)]
    if biased:
        entries += [u.bias for u in model.units]
    if model.output_bias.free_symbols:
        entries.append(model.output_bias)
    plain = biased or all(u.bias == 0 for u in model.units)
    if not plain or len(set(entries)) != len(entries) or set(entries) != set(model.parameters):
        raise ValueError(
            "model must have every weight and readout of its units as a parameter of its own, and "
            "so every bias, or all biases 0"
        )
    return biased


def vanishes(number: sympy.Expr) -> bool:
    """Decide whether a real number is 0.

    Raises
    ------
    UndecidedError
        If it is not 0 as an expression, and no ball around it excludes 0.
    """
    if number == 0:
        return True
    with ctx.workprec(2000):
        ball: arb = balls.ball(number, {})
    if ball.contains(0):
        raise UndecidedError(f"whether {number} is 0 could not be decided")
    return False


def _enter(
    classes: list[tuple[tuple[Any, ...], dict[bool, bool]]], line: tuple[Any, ...], active: bool,
    *, reflected: bool,
) -> None:  # fmt: skip
    for other, orientations in classes:
        pairs = list(zip(line, other, strict=True))
        same = all(a == b for a, b in pairs)
        if same or (reflected and all(not (a + b) for a, b in pairs)):
            orientations[same] = orientations.get(same, False) or active
            return
    classes.append((line, {True: active}))
