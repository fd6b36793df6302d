"""The scores ∂f/∂w_j of networks, as combinations of independent functions of the input."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import Chamber, ChamberField, OrderedField
from slt_symbolic.exact.entries import irrational_numbers, sample_constants
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.fisher.basis import Basis
from slt_symbolic.fisher.folds import FoldBasis
from slt_symbolic.fisher.jets import JetBasis
from slt_symbolic.fisher.polynomials import Terms, accumulate
from slt_symbolic.fisher.samples import SampleBasis
from slt_symbolic.fisher.spheres import SphereFoldBasis
from slt_symbolic.fisher.transcendental import Transcendentals
from slt_symbolic.fisher.waves import WaveBasis, is_wave
from slt_symbolic.inputs import (
    FiniteSample,
    InputDistribution,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)
from slt_symbolic.networks import TwoLayer, Unit


@dataclass(frozen=True)
class Scores:
    """The functions ∂f/∂w_j of the input, one row for each parameter.

    Parameters
    ----------
    parameters : tuple of sympy.Symbol
        The parameters w_j.
    field : OrderedField
        Where the coefficients live.
    rows : tuple of dict
        ∂f/∂w_j as a combination of atoms (output, …).
    numbers : Transcendentals
        What the field's additional symbols stand for.
    independence : str or None
        Why the atoms are linearly independent; None if that is not known.
    bases : tuple of Basis
        One for each output, the same object for outputs with the same activation.
    raw : tuple of dict
        The same combinations in the atoms of the bases, which need not be independent.
    """

    parameters: tuple[sympy.Symbol, ...]
    field: OrderedField
    rows: tuple[Terms, ...]
    numbers: Transcendentals
    independence: str | None
    bases: tuple[Basis, ...] = ()
    raw: tuple[Terms, ...] = ()

    @property
    def chamber(self) -> Chamber | None:
        """Where the rows are valid; None for rows at one point."""
        if isinstance(self.field, ChamberField) and self.field.parameters:
            return self.field.chamber
        return None

    @property
    def unknowns(self) -> set[sympy.Symbol]:
        """Symbols on which the coefficients may depend: unknown constants, and parameters."""
        if not isinstance(self.field, ChamberField):
            return set()
        symbols = {*self.field.parameters, *self.field.constants}
        return symbols - set(self.numbers.symbols)

    def expression(self, element: Any) -> sympy.Expr:
        """Return a coefficient as a SymPy expression."""
        return self.numbers.restored(self.field.to_sympy(element))


def basis_kind(activation: Activation, inputs: InputDistribution) -> type[Basis]:
    """Return the kind of basis for an activation under a law.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU, TANH
    >>> basis_kind(RELU, UniformInterval(-1, 1)).__name__
    'FoldBasis'
    >>> basis_kind(TANH, FiniteSample([(1,)])).__name__
    'JetBasis'
    """
    if activation.branches is not None:
        if isinstance(inputs, FiniteSample):
            return SampleBasis
        return SphereFoldBasis if isinstance(inputs, UniformSphere) else FoldBasis
    return WaveBasis if is_wave(activation) else JetBasis


def network_scores(
    models: Sequence[TwoLayer],
    inputs: InputDistribution,
    point: Mapping[sympy.Symbol, sympy.Expr],
    *,
    symbolic: bool,
) -> Scores:
    """Return the scores of a network, one ``TwoLayer`` for each output.

    Parameters
    ----------
    models : sequence of TwoLayer
        The outputs, over the same parameters.
    inputs : InputDistribution
        The law of the inputs.
    point : mapping
        An exact value for every parameter.
    symbolic : bool
        Whether the coefficients are functions of the parameters in the chamber around the point,
        instead of numbers at the point.

    Raises
    ------
    NotDifferentiableError
        If an output has no derivative in its parameters there.
    WallError
        If ``symbolic`` and the point lies on a wall between chambers.
    """
    parameters = models[0].parameters

    def value(e: sympy.Expr) -> sympy.Expr:
        return e if symbolic else e.xreplace(point)

    numbers = Transcendentals()
    for model in models:
        kind = basis_kind(model.activation, inputs)
        units = [_unit(u, value) for u in model.units]
        kind.prepare(units, model.activation, inputs, numbers)
    field = _field(models, inputs, point, numbers, symbolic=symbolic)
    bases: dict[str, Basis] = {}
    for model in models:
        kind = basis_kind(model.activation, inputs)
        if model.activation.name not in bases:
            bases[model.activation.name] = kind(model.activation, inputs, field, numbers)
    found: list[list[Terms]] = []
    for model in models:
        basis = bases[model.activation.name]
        found.append(_rows(model, parameters, basis, value))
    used = tuple(bases[m.activation.name] for m in models)
    return joined_scores(parameters, used, found, numbers)


def joined_scores(
    parameters: tuple[sympy.Symbol, ...],
    bases: tuple[Basis, ...],
    outputs: Sequence[Sequence[Terms]],
    numbers: Transcendentals,
) -> Scores:
    """Return the scores of several outputs, given one by one in the atoms of their bases."""
    rows: list[Terms] = [{} for _ in parameters]
    raw: list[Terms] = [{} for _ in parameters]
    for output, (basis, part) in enumerate(zip(bases, outputs, strict=True)):
        for target, source in ((rows, basis.finished(part)), (raw, part)):
            for row, terms in zip(target, source, strict=True):
                row.update({(output, *atom): c for atom, c in terms.items()})
    reasons = [b.independence for b in bases]
    reason = None if None in reasons else "; ".join(dict.fromkeys(r for r in reasons if r))
    field = bases[0].field
    return Scores(parameters, field, tuple(rows), numbers, reason, bases, tuple(raw))


def law_numbers(inputs: InputDistribution) -> list[sympy.Expr]:
    """Return the exact numbers that describe the law."""
    if isinstance(inputs, UniformInterval):
        return [inputs.lower, inputs.upper]
    if isinstance(inputs, UniformBox):
        return [*inputs.lower, *inputs.upper]
    if isinstance(inputs, UniformPolygon):
        return [c for v in inputs.vertices for c in v]
    if isinstance(inputs, FiniteSample):
        return [*inputs.probabilities, *(c for x in inputs.points for c in x)]
    return []


def _field(
    models: Sequence[TwoLayer],
    inputs: InputDistribution,
    point: Mapping[sympy.Symbol, sympy.Expr],
    numbers: Transcendentals,
    *,
    symbolic: bool,
) -> Any:
    rest = [*law_numbers(inputs), *point.values()]
    irrational = irrational_numbers(rest).union(*(m.numbers() for m in models))
    for e in numbers.symbols.values():
        irrational |= {n for n in irrational_numbers([e]) if n.is_algebraic}
    irrational |= irrational_numbers(numbers.algebraic)
    constants = sample_constants([*rest, *(c for m in models for c in m.constants)])
    # No sign is ever asked of a transcendental number: any value will do.
    for k, symbol in enumerate(numbers.symbols):
        constants[symbol] = sympy.Rational(k + 2, 2 * k + 7)
    parameters = models[0].parameters if symbolic else ()
    if not parameters and not constants:
        return RealField.containing(irrational)
    known = {s: v for s, v in constants.items() if s not in numbers.symbols}
    sample = {p: v.subs(known) for p, v in point.items()}
    return ChamberField(parameters, tuple(constants), {**sample, **constants}, irrational)


def _unit(u: Unit, value: Callable[[sympy.Expr], sympy.Expr]) -> Unit:
    return Unit(value(u.readout), tuple(map(value, u.weights)), value(u.bias))


def _rows(
    model: TwoLayer,
    parameters: Sequence[sympy.Symbol],
    basis: Basis,
    value: Callable[[sympy.Expr], sympy.Expr],
) -> list[Terms]:
    """Return every ∂f/∂p as Σ ∂q/∂p σ(u) + q σ′(u)⟨∂u/∂p, (x, 1)⟩ + ∂c/∂p over the units."""
    rows: list[Terms] = [{} for _ in parameters]

    def element(e: sympy.Expr) -> Any:
        return basis.field.element(value(e))

    place = {p: k for k, p in enumerate(parameters)}
    for u in model.units:
        here = _unit(u, value)
        free = set().union(*(e.free_symbols for e in u.entries()))
        moves = sorted(((place[p], p) for p in free if p in place), key=lambda pair: pair[0])
        moving = [(k, [e.diff(p) for e in (u.bias, *u.weights)]) for k, p in moves]
        moving = [(k, changes) for k, changes in moving if any(changes)]
        readout = element(u.readout)
        # With zero readout a unit adds nothing to first order, however σ bends or jumps.
        slopes = basis.slopes(here) if readout and moving else []
        for k, changes in moving if slopes else []:
            for change, slope in zip(changes, slopes, strict=True):
                if change != 0:
                    accumulate(rows[k], slope, readout * element(change))
        outgoing = [(k, u.readout.diff(p)) for k, p in moves]
        outgoing = [(k, change) for k, change in outgoing if change != 0]
        unit = basis.value(here) if outgoing else {}
        for k, change in outgoing:
            accumulate(rows[k], unit, element(change))
    for row, p in zip(rows, parameters, strict=True):
        change = model.output_bias.diff(p)
        if change != 0:
            accumulate(row, basis.constant(), element(change))
    return rows
