"""The canonical form of a network: one for each function.

For tanh this is the form of Farrugia-Roberts (2023), without the padding by zero units: no unit
is constant, every unit's first non-zero weight is positive, no two have the same weights and
bias, no readout is zero, and units are in order. For an activation with a scaling relation the
first non-zero weight is 1; where reflection leaves an affine function it goes into a polynomial
beside the units, and so do units that are affine (or polynomial) on the domain.

References
----------
M. Farrugia-Roberts, Functional equivalence and path connectivity of reducible hyperbolic tangent
networks, NeurIPS 2023, arXiv:2305.05089, algorithm 5.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

import sympy

from slt_symbolic.inputs import InputDistribution
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set.constants import constant_to_sympy
from slt_symbolic.true_set.evaluation import common_field
from slt_symbolic.true_set.moves import Kind, Move, State


@dataclass(frozen=True)
class CanonicalForm:
    """f(x) = polynomial(x) + Σ units, in the one way that is canonical.

    Parameters
    ----------
    units : tuple of Unit
        In order.
    polynomial : sympy.Expr
        In x1, …, x_n; affine for all but polynomial activations.
    moves : tuple of Move
        What leads from the network to this form.

    Notes
    -----
    Two networks with equal units and polynomials are equal. The converse holds for all
    activations of the package except where a function has no single form in these units: two
    units on one hyperplane of an activation with breaks but without a scaling relation; and
    constants σ(b) with irrational b for the arctangent.
    :func:`~slt_symbolic.true_set.equivalence.equivalent` decides those too.
    """

    units: tuple[Unit, ...]
    polynomial: sympy.Expr
    moves: tuple[Move, ...]

    @property
    def rank(self) -> int:
        """Number of units; for tanh, the rank of the network."""
        return len(self.units)


def canonical_form(network: TwoLayer, inputs: InputDistribution | None = None) -> CanonicalForm:
    """Return the canonical form of a network on a domain.

    Parameters
    ----------
    network : TwoLayer
        Without parameters and constants.
    inputs : InputDistribution, optional
        The domain is its support; by default all of R^n.

    Raises
    ------
    NoInteriorError
        For a finite sample.
    ValueError
        If the network has symbols, or inputs of another dimension.

    Examples
    --------
    >>> from slt_symbolic.activations import TANH
    >>> network = TwoLayer(TANH, [Unit(1, (-2,), 1), Unit(3, (2,), -1), Unit(5, (0,), 1)])
    >>> form = canonical_form(network)
    >>> form.units, form.polynomial, form.rank
    ((Unit(readout=2, weights=(2,), bias=-1),), 5*tanh(1), 1)
    >>> print("; ".join(map(str, form.moves[:2])))
    drop unit 3, a polynomial on the domain; reverse the orientation of unit 1
    """
    field = common_field([network], inputs)
    state, moves = normalise(State.of(network, field, inputs))
    return CanonicalForm(state.units, polynomial_to_sympy(state), tuple(moves))


def polynomial_to_sympy(state: State) -> sympy.Expr:
    """Return the polynomial beside a state's units."""
    rest, field = state.rest, state.field
    x = sympy.symbols(f"x1:{len(rest.slope) + 1}")
    terms = [constant_to_sympy(rest.constant, rest.values, state.activation, field)]
    terms += [field.to_sympy(s) * xk for s, xk in zip(rest.slope, x, strict=True) if s]
    terms += [
        field.to_sympy(c) * sympy.Mul(*(xk**e for xk, e in zip(x, exponents, strict=True)))
        for exponents, c in rest.monomials.items()
    ]
    return sympy.Add(*terms)


def normalise(state: State) -> tuple[State, list[Move]]:
    """Return the canonical state that a state leads to, and the moves."""
    moves: list[Move] = []
    for step in (_dropped, _scaled, _flipped, _merged, _dropped, _sorted):
        found = step(state)
        while (move := next(found, None)) is not None:
            state = state.after(move)
            moves.append(move)
            if step is not _scaled and step is not _flipped:
                found = step(state)
    return state, moves


def _dropped(state: State) -> Iterator[Move]:
    # From the last on, so that positions before it stay.
    for i in reversed(range(len(state.units))):
        measure = state.measure_of([state.units[i]])
        if not (measure.folds or measure.atoms):
            yield Move(Kind.DROP, ((i, state.units[i]),), ())


def _scaled(state: State) -> Iterator[Move]:
    degree = state.activation.scaling_degree
    if degree is None:
        return
    for i, unit in enumerate(state.units):
        first = _first(state, unit)
        size = first if state.field.sign(first) > 0 else -first
        if size != 1:
            q, *plane = state.elements(unit)
            for _ in range(degree):
                q = q * size
            yield Move(
                Kind.SCALE, ((i, unit),), ((i, made(state, (q, *(e / size for e in plane)))),)
            )


def _flipped(state: State) -> Iterator[Move]:
    if state.activation.reflection is None:
        return
    for i, unit in enumerate(state.units):
        if state.field.sign(_first(state, unit)) < 0:
            yield Move(Kind.FLIP, ((i, unit),), ((i, flipped(state, unit)),))


def _merged(state: State) -> Iterator[Move]:
    places: dict[tuple[sympy.Expr, ...], list[int]] = {}
    for i, unit in enumerate(state.units):
        places.setdefault(unit.entries()[1:], []).append(i)
    for plane, positions in places.items():
        if len(positions) > 1:
            units = tuple((i, state.units[i]) for i in positions)
            total = sum((state.elements(u)[0] for _, u in units), state.field.element(sympy.S.Zero))
            after = Unit(state.field.to_sympy(total), plane[:-1], plane[-1])
            yield Move(Kind.MERGE, units, ((positions[0], after),))


def _sorted(state: State) -> Iterator[Move]:
    def compare(first: tuple[Any, Unit], second: tuple[Any, Unit]) -> int:
        pairs = zip(first[0], second[0], strict=True)
        return next((s for a, b in pairs if (s := state.field.sign(a - b))), 0)

    keyed = [(state.elements(u)[1:], u) for u in state.units]
    order = tuple(u for _, u in sorted(keyed, key=cmp_to_key(compare)))
    if order != state.units:
        yield Move(Kind.PERMUTE, tuple(enumerate(state.units)), tuple(enumerate(order)))


def _first(state: State, unit: Unit) -> Any:
    return state.field.element(next(w for w in unit.weights if w != 0))


def flipped(state: State, unit: Unit) -> Unit:
    """Return the unit in the other orientation: q σ(z) = ±q σ(−z) + an affine function of z."""
    reflection = state.activation.reflection
    sign = 1 if reflection is None else reflection.sign
    q, *plane = state.elements(unit)
    return made(state, (q if sign > 0 else -q, *(-e for e in plane)))


def made(state: State, elements: tuple[Any, ...]) -> Unit:
    """Return a unit from field elements."""
    q, *weights, bias = map(state.field.to_sympy, elements)
    return Unit(q, tuple(weights), bias)
