"""Strata of one-input piecewise linear networks of any form: fixed and tied entries.

Each combinatorial type, with its units in order, gives polynomial equations, which are solved one
variable at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import sympy

from slt_symbolic.exact.chamber import ChamberField
from slt_symbolic.exact.entries import irrational_numbers, sample_constants
from slt_symbolic.inputs import InputDistribution, StandardNormal, UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set.constraints import Constraints
from slt_symbolic.true_set.domains import domain_numbers
from slt_symbolic.true_set.eliminated import EliminatedStratum
from slt_symbolic.true_set.family import UnsupportedError
from slt_symbolic.true_set.measure import representing_measure
from slt_symbolic.true_set.types import Place, Role


def ordered_types(width: int, folds: int, bounded: bool) -> Iterator[tuple[Place, ...]]:
    """Yield all types of ``width`` units against a truth with ``folds`` folds, in every order.

    Signs are those of the weights (of the bias, possibly 0, if the weight is zero). Cancelling
    groups have at least two members and are numbered by their first.
    """
    loose = (Role.SILENT, Role.OFF, Role.ON) if bounded else (Role.SILENT,)
    single = [Place(Role.FOLD, s, j) for j in range(folds) for s in (1, -1)]
    single += [Place(Role.FLAT, s) for s in (1, -1, 0)]
    single += [Place(r, s) for r in loose for s in (1, -1)]
    groups = [Place(Role.CANCELLING, s, g) for g in range(width // 2) for s in (1, -1)]
    for places in product([*single, *groups], repeat=width):
        members = [p.index for p in places if p.role is Role.CANCELLING]
        first_seen = list(dict.fromkeys(members))
        numbered = first_seen == list(range(len(first_seen)))
        if numbered and all(members.count(g) >= 2 for g in first_seen):
            yield places


def has_elimination(model: TwoLayer, law: InputDistribution) -> bool:
    """Whether a model's strata are found from its breakpoints directly."""
    line = model.inputs == 1 and isinstance(law, UniformInterval | StandardNormal)
    return line and model.activation.branches is not None


def eliminated_strata(
    model: TwoLayer, truth: TwoLayer, law: InputDistribution
) -> Iterator[EliminatedStratum]:
    """Yield the non-empty strata, with units in every order.

    Raises
    ------
    UnsupportedError
        If there is more than one input, σ is not piecewise linear, or the law is another; see
        :mod:`slt_symbolic.true_set.imposed` for these.
    UndecidedError
        If a type could be neither solved nor excluded.
    """
    if not has_elimination(model, law):
        raise UnsupportedError(
            "elimination is for piecewise linear units of one input on an interval or a normal law"
        )
    rest = domain_numbers(law)
    constants = sample_constants([*truth.constants, *rest])
    numbers = truth.numbers() | irrational_numbers(rest)
    field = ChamberField((), tuple(constants), constants, numbers)
    measure = representing_measure(truth, field, law)
    show = field.to_sympy
    folds = [(show(h[-1]), show(j0), show(j1)) for h, (j0, j1) in measure.folds.items()]
    affine = (show(measure.slope[0]), show(measure.constant))
    bounded = isinstance(law, UniformInterval)
    for places in ordered_types(len(model.units), len(folds), bounded):
        system = _system(model, places, folds, affine, law)
        solved = system.eliminate()
        if solved is None or (point := solved.point()) is None:
            continue
        at = {**point, **{v: e.subs(point) for v, e in solved.solved.items()}}
        yield EliminatedStratum(places, solved, at, model.parameters)


def _system(
    model: TwoLayer,
    places: tuple[Place, ...],
    folds: list[tuple[sympy.Expr, sympy.Expr, sympy.Expr]],
    affine: tuple[sympy.Expr, sympy.Expr],
    law: InputDistribution,
) -> Constraints:
    """Return the equations and conditions of one type."""
    low, high = model.activation.lines()
    slope, constant = -affine[0], model.output_bias - affine[1]
    jumps: dict[tuple[Role, int | None], list[sympy.Expr]] = {
        (Role.FOLD, j): [-j0, -j1] for j, (_, j0, j1) in enumerate(folds)
    }
    equations: list[sympy.Expr] = []
    positive: list[sympy.Expr] = []
    nonnegative: list[sympy.Expr] = []
    nonzero: list[sympy.Expr] = []
    leaders: dict[int | None, Unit] = {}
    for unit, place in zip(model.units, places, strict=True):
        q, w, b = unit.entries()
        s = place.sign or 0
        if place.role is Role.FLAT:
            branch = high if s > 0 else low
            equations += [w] if s else [w, b]
            positive += [s * b] if s else []
            constant += q * (branch[0] + branch[1] * b) if s else q * (low[0] + high[0]) / 2
            continue
        positive.append(s * w)
        if place.role is Role.SILENT:
            equations.append(q)
            continue
        nonzero.append(q)
        if place.role in (Role.OFF, Role.ON) and isinstance(law, UniformInterval):
            branch, side = (low, -1) if place.role is Role.OFF else (high, 1)
            nonnegative += [side * (w * law.lower + b), side * (w * law.upper + b)]
            slope, constant = slope + q * branch[1] * w, constant + q * (branch[0] + branch[1] * b)
            continue
        left, right = (low, high) if s > 0 else (high, low)
        slope, constant = slope + q * left[1] * w, constant + q * (left[0] + left[1] * b)
        jump = jumps.setdefault((place.role, place.index), [sympy.S.Zero, sympy.S.Zero])
        jump[0] += q * (right[0] - left[0])
        jump[1] += q * (right[1] - left[1]) * w
        if place.role is Role.FOLD and place.index is not None:
            equations.append(b - w * folds[place.index][0])
        elif place.index in leaders:
            leader = leaders[place.index]
            equations.append(w * leader.bias - b * leader.weights[0])
        else:
            if isinstance(law, UniformInterval):
                positive += [-s * (w * law.lower + b), s * (w * law.upper + b)]
            nonzero += [b - w * beta for beta, _, _ in folds]
            nonzero += [w * u.bias - b * u.weights[0] for u in leaders.values()]
            leaders[place.index] = unit
    equations += [e for jump in jumps.values() for e in jump] + [slope, constant]
    return Constraints(
        model.parameters, tuple(equations), tuple(positive), tuple(nonnegative), tuple(nonzero)
    )
