"""What a neuron kernel answers, for a pair of features under one law of the inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import sympy
from flint import arb

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import Chamber
from slt_symbolic.kernels.feature import Feature

Sample = Mapping[sympy.Symbol, sympy.Expr]


class NoClosedFormError(ValueError):
    """The expectation has no closed form that is known here; an enclosure may exist."""


class TooManyNodesError(ArithmeticError):
    """Certified quadrature to that many digits would take too many nodes to wait for."""


class Kernel(Protocol):
    """E[g h] for features g and h: the closed list of questions.

    A kind of kernel is a class, built from a law of the inputs.
    """

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether this kind answers for that law and pair of activations."""

    def exact(self, g: Feature, h: Feature) -> sympy.Expr:
        """Return E[g h] as an exact expression.

        Entries are exact numbers, or expressions in unknown constants. Raises
        :class:`NoClosedFormError` if there is only an enclosure.
        """

    def closed_form(self, g: Feature, h: Feature, sample: Sample) -> tuple[sympy.Expr, Chamber]:
        """Return E[g h] as an expression around a sample point, and where it holds.

        Raises :class:`~slt_symbolic.exact.chamber.WallError` on a wall between chambers.
        """

    def enclosure(self, g: Feature, h: Feature, *, digits: int) -> arb:
        """Return a ball around E[g h], for entries that are exact numbers.

        The radius aims at ``digits`` digits relative to the larger of |E[g h]| and the scale of
        the terms; the ball always contains the value.
        """
