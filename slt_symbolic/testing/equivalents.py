"""Pairs of networks with one function, and reparametrisations of a model."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.networks import Point, TwoLayer
from slt_symbolic.testing.changes import (
    Change,
    Insertion,
    Permutation,
    Reversal,
    Scaling,
    Split,
)
from slt_symbolic.testing.networks import networks
from slt_symbolic.testing.rationals import rationals
from slt_symbolic.testing.requirement import DrawFn, SearchStrategy
from slt_symbolic.testing.requirement import strategies as st

__all__ = ["EquivalentPair", "equivalent_pairs", "moved_parameter", "symmetries"]


@dataclass(frozen=True)
class EquivalentPair:
    """Two networks of one function.

    Parameters
    ----------
    first, second : TwoLayer
        Networks without parameters.
    changes : tuple of Change
        They lead from the first to the second, in this order.
    """

    first: TwoLayer
    second: TwoLayer
    changes: tuple[Change, ...]


@st.composite
def equivalent_pairs(
    draw: DrawFn,
    activation: Activation | SearchStrategy[Activation] | None = None,
    *,
    inputs: int = 1,
    most: int = 3,
    changes: int = 2,
) -> EquivalentPair:
    """Networks with one function, and the changes that lead from one to the other.

    Parameters
    ----------
    activation : Activation or SearchStrategy, optional
        By default any of the package's.
    inputs, most : int
        Number of inputs; the most hidden units of the first network.
    changes : int
        The most changes: permutations, splits and empty units, and scalings and reversals where
        the activation has them.

    Examples
    --------
    >>> from hypothesis import find
    >>> from slt_symbolic import activation
    >>> pair = find(equivalent_pairs(activation("tanh")), lambda p: p.first.units != p.second.units)
    >>> pair.changes
    (Insertion(weights=(0,), bias=0),)
    """
    first = second = draw(networks(activation, inputs=inputs, most=most))
    made: list[Change] = []
    for _ in range(draw(st.integers(0, changes))):
        made.append(draw(_changes(second, resize=True)))
        second = made[-1](second)
    return EquivalentPair(first, second, tuple(made))


def symmetries(model: TwoLayer) -> SearchStrategy[Change]:
    """Return changes that map the parameters of a model to parameters and keep K.

    Parameters
    ----------
    model : TwoLayer
        Units need not all be free: a change that would touch a fixed or tied entry is left out.

    Examples
    --------
    >>> from hypothesis import find
    >>> from slt_symbolic import TwoLayer, activation
    >>> model = TwoLayer.symbolic(activation("relu"), width=2, biases=0)
    >>> find(symmetries(model), lambda c: type(c).__name__ == "Scaling")
    Scaling(unit=0, factor=1)
    """
    generic = {p: sympy.prime(i + 10) for i, p in enumerate(model.parameters)}
    return _changes(model, resize=False).filter(lambda c: _fits(model, c, generic))


def moved_parameter(
    model: TwoLayer, change: Change, values: Point
) -> dict[sympy.Symbol, sympy.Expr]:
    """Return the parameter of the changed network.

    Parameters
    ----------
    model : TwoLayer
        The model.
    change : Change
        One of `symmetries`.
    values : mapping or sequence
        A parameter.

    Raises
    ------
    ValueError
        If the changed network is none of the model's.

    Examples
    --------
    >>> from slt_symbolic import activation
    >>> model = TwoLayer.symbolic(activation("relu"), width=1, biases=0, output_bias=0)
    >>> moved_parameter(model, Scaling(0, sympy.Integer(2)), {"w1": 3, "q1": 4})
    {w1: 6, q1: 2}
    """
    network = change(model.at(values))
    if len(network.units) != len(model.units):
        raise ValueError(f"{change} changes the number of units")
    found: dict[sympy.Symbol, sympy.Expr] = {}
    for entry, value in zip(_entries(model), _entries(network), strict=True):
        if entry in model.parameters:
            found.setdefault(entry, value)
    moved = {p: found.get(p, v) for p, v in model.point(values).items()}
    if _entries(model.at(moved)) != _entries(network):
        raise ValueError(f"{change} touches an entry that is no free parameter")
    return moved


def _entries(network: TwoLayer) -> list[sympy.Expr]:
    return [*(e for u in network.units for e in u.entries()), network.output_bias]


def _fits(model: TwoLayer, change: Change, values: Point) -> bool:
    try:
        moved_parameter(model, change, values)
    except ValueError:
        return False
    return True


@st.composite
def _changes(draw: DrawFn, network: TwoLayer, *, resize: bool) -> Change:
    size, sigma = len(network.units), network.activation
    kinds = ["permutation"]
    if resize:
        kinds += ["insertion"] + ["split"] * bool(size)
    if size and sigma.scaling_degree is not None:
        kinds.append("scaling")
    if size and sigma.reflection is not None and sigma.reflection.slope == 0:
        kinds.append("reversal")
    kind = draw(st.sampled_from(kinds))
    if kind == "permutation":
        return Permutation(tuple(draw(st.permutations(range(size)))))
    if kind == "insertion":
        weights = tuple(draw(rationals()) for _ in range(network.inputs))
        return Insertion(weights, draw(rationals()))
    unit = draw(st.integers(0, size - 1))
    if kind == "split":
        return Split(unit, draw(rationals()))
    if kind == "scaling":
        return Scaling(unit, draw(rationals(positive=True)))
    return Reversal(unit)
