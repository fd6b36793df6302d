"""The neuron kernel k(u, u′) = E[σ(u·(x, 1)) σ(u′·(x, 1))], one function of a pair of units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import sympy
from flint import arb

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import Chamber
from slt_symbolic.exact.numbers import exact
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.kernels.dispatch import kernel_for
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.kernel import Kernel

UnitArguments: TypeAlias = Sequence["sympy.Expr | int"]
"""A unit u = (w₁, …, w_n, b): weights and bias."""


class NeuronKernel:
    """The neuron kernel of one activation under one law of the inputs.

    Parameters
    ----------
    activation : Activation
        σ.
    inputs : InputDistribution
        The law of x.

    Raises
    ------
    ValueError
        If there is no kernel for that pair.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> from slt_symbolic.inputs import UniformInterval
    >>> k = NeuronKernel(RELU, UniformInterval(-1, 1))
    >>> k.exact((1, 0), (1, 0)), k.exact((1, 0), (-1, 0)), k.mean((1, 0))
    (1/6, 0, 1/4)
    >>> from slt_symbolic.activations import TANH
    >>> NeuronKernel(TANH, UniformInterval(-1, 2)).mean_enclosure((1, 0), digits=12)
    [0.297073972...]
    >>> w, v = sympy.symbols("w v", real=True)
    >>> expr, chamber = k.closed_form((w, 0), (v, 0), {w: 1, v: 2})
    >>> expr, str(chamber)
    (v*w/6, 'v > 0, w > 0')
    """

    def __init__(self, activation: Activation, inputs: InputDistribution) -> None:
        self.activation = activation
        self.inputs = inputs
        self._kernel = kernel_for(inputs, activation, activation)

    def exact(self, u: UnitArguments, v: UnitArguments) -> sympy.Expr:
        """Return k(u, v) as an exact expression, for exact u and v.

        Raises
        ------
        NoClosedFormError
            If only an enclosure is known.
        """
        return self._kernel.exact(*self._features(u, v))

    def enclosure(self, u: UnitArguments, v: UnitArguments, *, digits: int = 30) -> arb:
        """Return a ball around k(u, v) at about the given number of digits."""
        return self._kernel.enclosure(*self._features(u, v), digits=digits)

    def closed_form(
        self,
        u: UnitArguments,
        v: UnitArguments,
        sample: Mapping[sympy.Symbol, sympy.Expr | int],
    ) -> tuple[sympy.Expr, Chamber]:
        """Return k(u, v) as an expression, and the chamber around ``sample`` where it holds.

        Raises
        ------
        WallError
            If ``sample`` lies on a wall between chambers.
        """
        g, h = self._features(u, v)
        unknown = set().union(*(e.free_symbols for e in (*g.entries(), *h.entries()))) - set(sample)
        if unknown:
            raise ValueError(f"sample must give a value to {sorted(map(str, unknown))}")
        point = {s: exact(value, f"sample[{s}]") for s, value in sample.items()}
        return self._kernel.closed_form(g, h, point)

    def mean(self, u: UnitArguments) -> sympy.Expr:
        """Return E[σ(u·(x, 1))] exactly: the kernel of the unit and the constant 1.

        Raises
        ------
        NoClosedFormError
            If only an enclosure is known.
        """
        kernel, g, constant = self._with_constant(u)
        return kernel.exact(g, constant)

    def mean_enclosure(self, u: UnitArguments, *, digits: int = 30) -> arb:
        """Return a ball around E[σ(u·(x, 1))] at about the given number of digits."""
        kernel, g, constant = self._with_constant(u)
        return kernel.enclosure(g, constant, digits=digits)

    def mean_times_input(self, u: UnitArguments, k: int = 0) -> sympy.Expr:
        """Return E[σ(u·(x, 1)) x_k] exactly, inputs counted from 0.

        Raises
        ------
        NoClosedFormError
            If only an enclosure is known.
        """
        kernel, g, coordinate = self._with_input(u, k)
        return kernel.exact(g, coordinate)

    def mean_times_input_enclosure(self, u: UnitArguments, k: int = 0, *, digits: int = 30) -> arb:
        """Return a ball around E[σ(u·(x, 1)) x_k], inputs counted from 0."""
        kernel, g, coordinate = self._with_input(u, k)
        return kernel.enclosure(g, coordinate, digits=digits)

    def _with_constant(self, u: UnitArguments) -> tuple[Kernel, Feature, Feature]:
        return self._with(u, Feature.constant(self.inputs.dimension))

    def _with_input(self, u: UnitArguments, k: int) -> tuple[Kernel, Feature, Feature]:
        n = self.inputs.dimension
        if isinstance(k, bool) or not isinstance(k, int) or not 0 <= k < n:
            raise ValueError(f"k must be an int in 0..{n - 1}, got {k!r}")
        return self._with(u, Feature.coordinate(k, n))

    def _with(self, u: UnitArguments, h: Feature) -> tuple[Kernel, Feature, Feature]:
        (g,) = self._features(u)
        return kernel_for(self.inputs, g.activation, h.activation), g, h

    def _features(self, *units: UnitArguments) -> list[Feature]:
        features = []
        for name, unit in zip("uv", units, strict=False):
            if len(unit) != self.inputs.dimension + 1:
                raise ValueError(
                    f"{name} must be {self.inputs.dimension} weight(s) and a bias, "
                    f"got {tuple(unit)}"
                )
            *weights, bias = (
                e if isinstance(e, sympy.Expr) and e.free_symbols else exact(e, f"entry of {name}")
                for e in unit
            )
            features.append(Feature(self.activation, tuple(weights), bias))
        return features
