"""The strata of W0 for one-input networks: one smooth piece per combinatorial type.

A unit of a true network shares a fold of the truth, cancels with others on a fold of their own,
has no fold (zero weight or zero readout), or does not fold inside the inputs' interval. Each
choice for all units gives polynomial equations, which are solved one variable at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy

from slt_symbolic.exact.chamber import ChamberField
from slt_symbolic.exact.entries import irrational_numbers, sample_constants
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set.constraints import Constraints
from slt_symbolic.true_set.measure import representing_measure
from slt_symbolic.true_set.types import Place, Role, types


@dataclass(frozen=True)
class Stratum:
    """A smooth piece of W0, the graph of some parameters over the free ones.

    Parameters
    ----------
    places : tuple of Place
        What each unit does there.
    free : tuple of sympy.Symbol
        Parameters that vary freely, subject to the conditions.
    dependent : dict
        The other parameters as expressions in the free ones.
    positive, nonnegative, nonzero : tuple of sympy.Expr
        Conditions on the free parameters: p > 0, p ≥ 0, p ≠ 0.
    point : dict
        One exact point on it.
    """

    places: tuple[Place, ...]
    free: tuple[sympy.Symbol, ...]
    dependent: dict[sympy.Symbol, sympy.Expr]
    positive: tuple[sympy.Expr, ...]
    nonnegative: tuple[sympy.Expr, ...]
    nonzero: tuple[sympy.Expr, ...]
    point: dict[sympy.Symbol, sympy.Expr]

    @property
    def dimension(self) -> int:
        """Number of free parameters."""
        return len(self.free)

    def conditions(self) -> tuple[sympy.Basic, ...]:
        """Return the conditions as SymPy relations."""
        return (
            *(p > 0 for p in self.positive),
            *(p >= 0 for p in self.nonnegative),
            *(sympy.Ne(p, 0) for p in self.nonzero),
        )

    def __str__(self) -> str:
        kind = ", ".join(map(str, self.places))
        equations = ", ".join(f"{k} = {v}" for k, v in sorted(self.dependent.items(), key=str))
        where = ", ".join(map(str, self.conditions()))
        return f"[{kind}] dim {self.dimension}: {equations or 'all free'}" + (
            f"; {where}" if where else ""
        )


def strata(model: TwoLayer, truth: TwoLayer, law: UniformInterval) -> Iterator[Stratum]:
    """Yield the non-empty strata of W0.

    Raises
    ------
    UndecidedError
        If a type could be neither solved nor excluded.
    """
    constants = sample_constants([*truth.constants, law.lower, law.upper])
    numbers = truth.numbers() | irrational_numbers([law.lower, law.upper])
    field = ChamberField((), tuple(constants), constants, numbers)
    measure = representing_measure(truth, field, law)
    show = field.to_sympy
    folds = [(show(h[-1]), show(j0), show(j1)) for h, (j0, j1) in measure.folds.items()]
    affine = (show(measure.slope[0]), show(measure.constant))
    for places in types(len(model.units), len(folds)):
        system = _system(model, places, folds, affine, law)
        solved = system.eliminate()
        if solved is None or (point := solved.point()) is None:
            continue
        at = {**point, **{v: e.subs(point) for v, e in solved.solved.items()}}
        yield Stratum(
            places,
            solved.variables,
            solved.solved,
            solved.positive,
            solved.nonnegative,
            solved.nonzero,
            at,
        )


def _system(
    model: TwoLayer,
    places: tuple[Place, ...],
    folds: list[tuple[sympy.Expr, sympy.Expr, sympy.Expr]],
    affine: tuple[sympy.Expr, sympy.Expr],
    law: UniformInterval,
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
        s = place.sign
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
        if place.role in (Role.OFF, Role.ON):
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
            positive += [-s * (w * law.lower + b), s * (w * law.upper + b)]
            nonzero += [b - w * beta for beta, _, _ in folds]
            nonzero += [w * u.bias - b * u.weights[0] for u in leaders.values()]
            leaders[place.index] = unit
    equations += [e for jump in jumps.values() for e in jump] + [slope, constant]
    return Constraints(
        model.parameters, tuple(equations), tuple(positive), tuple(nonnegative), tuple(nonzero)
    )
