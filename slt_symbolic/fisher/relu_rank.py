"""The Fisher rank of a ReLU network read off from how its hyperplanes lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
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
    _require_free(model)
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
        _enter(classes, tuple(line), u.readout != 0, field)
    rank = 0
    for hyperplane, orientations in classes:
        rank += size + 1 if any(orientations.values()) else 1
        if len(orientations) == 2:
            affine += unit_vectors if all(orientations.values()) else [list(hyperplane)]
    return rank + len(affine) - len(relations(affine, field))


def _enter(
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


def _require_free(model: TwoLayer) -> None:
    entries = [e for u in model.units for e in u.entries()]
    if model.output_bias.free_symbols:
        entries.append(model.output_bias)
    if len(set(entries)) != len(entries) or set(entries) != set(model.parameters):
        raise ValueError("model must have every entry of its units as a parameter of its own")


@dataclass(frozen=True)
class RankStratum:
    """Parameters of a ReLU network of one combinatorial type, with their Fisher rank.

    Parameters
    ----------
    kinds : tuple of str
        For each unit: ``"H1+"`` (on the first hyperplane with its orientation), ``"H1-"`` (the
        opposite one), ``"off"`` or ``"on"`` (w = 0 and b < 0 or b > 0), followed by ``" q=0"``
        where the readout vanishes.
    equations : tuple of sympy.Expr
        Polynomials in the parameters that vanish on it; off smaller types they define it, up to
        the signs in ``kinds``.
    codimension : int
        Of the type in the parameter space.
    rank : int
        The Fisher rank at almost every point of the type.
    point : dict
        An exact point of it, at which the rank was computed.
    """

    kinds: tuple[str, ...]
    equations: tuple[sympy.Expr, ...]
    codimension: int
    rank: int
    point: dict[sympy.Symbol, sympy.Expr]


def relu_strata(model: TwoLayer) -> tuple[RankStratum, ...]:
    """Return the combinatorial types of a ReLU network on R^n with their Fisher ranks.

    Parameters
    ----------
    model : TwoLayer
        As for :func:`relu_rank`; few units: the number of types grows fast with the width.

    Returns
    -------
    tuple of RankStratum
        One type of each orbit under permutations of the units, by falling rank. Parameters with
        w = 0, b = 0 are of no type: there f is differentiable only if q = 0.

    Notes
    -----
    The rank at almost every parameter is that of the first type; the degeneracy locus is the
    union of the types with smaller rank, whose equations are those listed.

    Examples
    --------
    >>> for s in relu_strata(TwoLayer.symbolic(RELU, width=1)):
    ...     print(s.rank, s.codimension, s.kinds, s.equations)
    3 0 ('H1+',) ()
    2 1 ('H1+ q=0',) (q1,)
    2 1 ('on',) (w1,)
    1 1 ('off',) (w1,)
    1 2 ('off q=0',) (w1, q1)
    1 2 ('on q=0',) (w1, q1)
    """
    _require_free(model)
    found: dict[tuple[str, ...], RankStratum] = {}
    for kinds in _types(len(model.units)):
        representative = _representative(kinds)
        if representative in found:
            continue
        point, equations, codimension = _sample(model, representative)
        rank = relu_rank(model, point)
        found[representative] = RankStratum(representative, equations, codimension, rank, point)
    return tuple(sorted(found.values(), key=lambda s: (-s.rank, s.codimension, s.kinds)))


def _types(width: int) -> Iterator[tuple[str, ...]]:
    for classes in _assignments(width):
        for readouts in product(("", " q=0"), repeat=width):
            yield tuple(c + q for c, q in zip(classes, readouts, strict=True))


def _assignments(width: int) -> Iterator[tuple[str, ...]]:
    """Yield, unit by unit, a hyperplane with an orientation (its first unit's is +), off or on."""
    if width == 0:
        yield ()
        return
    for rest in _assignments(width - 1):
        used = len({k[:-1] for k in rest if k.startswith("H")})
        yield (*rest, "off")
        yield (*rest, "on")
        yield (*rest, f"H{used + 1}+")
        for h in range(1, used + 1):
            yield (*rest, f"H{h}+")
            yield (*rest, f"H{h}-")


def _representative(kinds: Sequence[str]) -> tuple[str, ...]:
    """Return the type that stands for its orbit under permutations and turned hyperplanes."""
    groups: dict[str, list[str]] = {}
    for kind in kinds:
        name, _, readout = kind.partition(" ")
        label = name[:-1] if name.startswith("H") else name
        groups.setdefault(label, []).append(name[-1] + readout if label != name else readout)
    plain = [(label, sorted(g)) for label, g in groups.items() if not label.startswith("H")]
    planes = []
    for label, group in groups.items():
        if label.startswith("H"):
            turned = sorted({"+": "-", "-": "+"}[k[0]] + k[1:] for k in group)
            planes.append(min(sorted(group), turned))
    planes.sort(key=lambda g: (-len(g), g))
    result = [
        f"H{i}{k[0]}" + (" q=0" if len(k) > 1 else "")
        for i, group in enumerate(planes, start=1)
        for k in group
    ]
    for label, group in sorted(plain):
        result += [label + (" q=0" if k else "") for k in group]
    return tuple(result)


def _sample(
    model: TwoLayer, kinds: Sequence[str]
) -> tuple[dict[sympy.Symbol, sympy.Expr], tuple[sympy.Expr, ...], int]:
    n = model.inputs
    point: dict[sympy.Symbol, sympy.Expr] = {model.output_bias: sympy.S.One}
    point = {p: v for p, v in point.items() if p in model.parameters}
    equations: list[sympy.Expr] = []
    codimension = 0
    first: dict[int, tuple[sympy.Expr, ...]] = {}
    for i, (u, kind) in enumerate(zip(model.units, kinds, strict=True)):
        name, _, silent = kind.partition(" ")
        point[u.readout] = sympy.Integer(0 if silent else i + 2)
        if name in ("off", "on"):
            values = [0] * n + [-1 if name == "off" else 1]
            equations += u.weights
            codimension += n
        else:
            plane, sign = int(name[1:-1]), -1 if name.endswith("-") else 1
            # Points of the moment curve are in general position: n + 1 of them are independent.
            values = [sign * (i + 1) * plane**k for k in range(n + 1)]
            if plane in first:
                line, other = (*u.weights, u.bias), first[plane]
                equations += [
                    line[a] * other[b] - line[b] * other[a] for a in range(n + 1) for b in range(a)
                ]
                codimension += n
            else:
                first[plane] = (*u.weights, u.bias)
        for p, v in zip((*u.weights, u.bias), values, strict=True):
            point[p] = sympy.Integer(v)
        if silent:
            equations.append(u.readout)
            codimension += 1
    return point, tuple(equations), codimension
