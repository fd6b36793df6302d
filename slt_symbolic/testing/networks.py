"""Networks of exact numbers, and models with a truth and a law of the inputs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.testing.choices import activations, input_distributions
from slt_symbolic.testing.rationals import rationals
from slt_symbolic.testing.requirement import DrawFn, SearchStrategy
from slt_symbolic.testing.requirement import strategies as st
from slt_symbolic.true_set import TrueSet

__all__ = ["Situation", "networks", "parameters", "situations", "truths"]

_MODELS: tuple[dict[str, int], ...] = (
    {"biases": 0, "readouts": 1, "output_bias": 0},
    {"biases": 0, "output_bias": 0},
    {"output_bias": 0},
    {},
)


@st.composite
def networks(
    draw: DrawFn,
    activation: Activation | SearchStrategy[Activation] | None = None,
    *,
    inputs: int = 1,
    least: int = 0,
    most: int = 3,
    numbers: SearchStrategy[sympy.Rational] | None = None,
) -> TwoLayer:
    """Two-layer networks without parameters: readouts, weights and biases are rational.

    Parameters
    ----------
    activation : Activation or SearchStrategy, optional
        By default any of the package's.
    inputs : int
        Number of inputs.
    least, most : int
        Numbers of hidden units.
    numbers : SearchStrategy, optional
        The entries; by default `rationals`.

    Examples
    --------
    >>> from hypothesis import find
    >>> from slt_symbolic import activation
    >>> found = find(networks(activation("relu"), least=1), lambda f: f.units[0].readout > 1)
    >>> found(sympy.Symbol("x")), found.units[0]
    (0, Unit(readout=2, weights=(0,), bias=0))
    """
    sigma = draw(_drawn(activation))
    entry = rationals() if numbers is None else numbers
    size = draw(st.integers(least, most))
    units = [
        Unit(draw(entry), tuple(draw(entry) for _ in range(inputs)), draw(entry))
        for _ in range(size)
    ]
    return TwoLayer(sigma, tuple(units), draw(entry), (), inputs)


def truths(
    activation: Activation | SearchStrategy[Activation] | None = None,
    *,
    inputs: int = 1,
    most: int = 2,
) -> SearchStrategy[TwoLayer]:
    """Networks to be learned, of few units.

    They need not be minimal: units may vanish, coincide or cancel. Parameters are those of
    `networks`.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(truths(), lambda f: True).units
    ()
    """
    return networks(activation, inputs=inputs, most=most)


def parameters(model: TwoLayer) -> SearchStrategy[dict[sympy.Symbol, sympy.Rational]]:
    """Rational values of all parameters of a model.

    Examples
    --------
    >>> from hypothesis import find
    >>> from slt_symbolic import activation
    >>> find(parameters(TwoLayer.symbolic(activation("relu"), width=1)), lambda w: True)
    {w1: 0, b1: 0, q1: 0, c: 0}
    """
    return st.fixed_dictionaries({p: rationals() for p in model.parameters})


@dataclass(frozen=True)
class Situation:
    """A model, a truth and a law of the inputs, with what follows from them.

    Parameters
    ----------
    model, truth : TwoLayer
        The network with its parameters, and what is to be learned.
    inputs : InputDistribution
        The law of the inputs.
    """

    model: TwoLayer
    truth: TwoLayer
    inputs: InputDistribution

    @cached_property
    def divergence(self) -> KLDivergence:
        """K."""
        return KLDivergence(self.model, self.truth, self.inputs)

    @cached_property
    def true_set(self) -> TrueSet:
        """W0."""
        return TrueSet(self.model, self.truth, self.inputs)


@st.composite
def situations(
    draw: DrawFn,
    activation: Activation | SearchStrategy[Activation] | None = None,
    *,
    inputs: InputDistribution | SearchStrategy[InputDistribution] | None = None,
    most: int = 2,
) -> Situation:
    """Models of at most so many units, with and without biases and readouts, and truths for them.

    Parameters
    ----------
    activation : Activation or SearchStrategy, optional
        Of model and truth; by default a piecewise polynomial one, for which K is exact.
    inputs : InputDistribution or SearchStrategy, optional
        By default an interval or the normal law of one input.
    most : int
        Of the model's hidden units; the truth has no more than the model.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(situations(), lambda s: len(s.truth.units) == 1).model.parameters
    (w1,)
    """
    sigma = draw(_drawn(activations("piecewise") if activation is None else activation))
    if inputs is None:
        law: InputDistribution = draw(input_distributions())
    else:
        law = draw(inputs) if isinstance(inputs, SearchStrategy) else inputs
    width = draw(st.integers(1, most))
    fixed = draw(st.sampled_from(_MODELS))
    model = TwoLayer.symbolic(sigma, inputs=law.dimension, width=width, **fixed)
    truth = draw(truths(sigma, inputs=law.dimension, most=width))
    return Situation(model, truth, law)


def _drawn(
    choice: Activation | SearchStrategy[Activation] | None,
) -> SearchStrategy[Activation]:
    if choice is None:
        return activations()
    return st.just(choice) if isinstance(choice, Activation) else choice
