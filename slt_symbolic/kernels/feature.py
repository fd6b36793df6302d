"""Features of the input: what a neuron kernel takes two of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sympy

from slt_symbolic.activations import IDENTITY, Activation
from slt_symbolic.exact.entries import substitute


@dataclass(frozen=True)
class Feature:
    """The function x ↦ σ(⟨w, x⟩ + b).

    Parameters
    ----------
    activation : Activation
        σ.
    weights : tuple of sympy.Expr
        w, one entry per input.
    bias : sympy.Expr
        b.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> Feature(RELU, (sympy.Integer(2),), sympy.Integer(-1)).entries()
    (2, -1)
    """

    activation: Activation
    weights: tuple[sympy.Expr, ...]
    bias: sympy.Expr

    @classmethod
    def constant(cls, inputs: int) -> Feature:
        """Return the constant function 1 of so many inputs."""
        return cls(IDENTITY, (sympy.S.Zero,) * inputs, sympy.S.One)

    @classmethod
    def coordinate(cls, k: int, inputs: int) -> Feature:
        """Return the function x ↦ x_k, counted from 0."""
        weights = tuple(sympy.S.One if i == k else sympy.S.Zero for i in range(inputs))
        return cls(IDENTITY, weights, sympy.S.Zero)

    def entries(self) -> tuple[sympy.Expr, ...]:
        """Return weights and bias in a row."""
        return (*self.weights, self.bias)

    def subs(self, values: Mapping[sympy.Symbol, sympy.Expr]) -> Feature:
        """Return the feature with symbols replaced."""
        weights = tuple(substitute(w, values) for w in self.weights)
        return Feature(self.activation, weights, substitute(self.bias, values))

    def preactivation(self, x: Sequence[sympy.Expr]) -> sympy.Expr:
        """Return ⟨w, x⟩ + b."""
        return sympy.Add(*(w * xk for w, xk in zip(self.weights, x, strict=True)), self.bias)
