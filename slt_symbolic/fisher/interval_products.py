"""E[xᵏ φ(u) ψ(v)] of analytic atoms under the uniform law on an interval."""

from __future__ import annotations

from typing import Any

import sympy

from slt_symbolic.activations import polynomial
from slt_symbolic.fisher.atom_functions import AtomFunction
from slt_symbolic.fisher.products import Numbers
from slt_symbolic.fisher.scores import Scores
from slt_symbolic.kernels import Feature


class IntervalProducts:
    """Expectations of two atoms' product for one input on an interval.

    Notes
    -----
    x = (z − b)/w turns x φ(z) into a combination of z φ(z) and φ(z), which are features.
    """

    def __init__(self, scores: Scores, inputs: Any, numbers: Numbers) -> None:
        self._scores, self._inputs, self._numbers = scores, inputs, numbers

    def product(self, f: AtomFunction, g: AtomFunction) -> Any:
        """Return E[f g]."""
        if not f.line and not g.line:
            return self._numbers.lift(self._inputs.moment(f.exponents[0] + g.exponents[0]))
        total = self._numbers.lift(sympy.S.Zero)
        for a, first in self._features(f):
            for b, second in self._features(g):
                value = self._numbers.expect(self._inputs, first, second)
                total = total + self._numbers.lift(a * b) * value
        return total

    def _features(self, f: AtomFunction) -> list[tuple[sympy.Expr, Feature]]:
        """Return the function as a combination of features."""
        (k,) = f.exponents
        if not f.line:
            if k == 0:
                return [(sympy.S.One, Feature.constant(1))]
            power = polynomial((*(0,) * k, 1))
            return [(sympy.S.One, Feature(power, (sympy.S.One,), sympy.S.Zero))]
        entries = w, b = tuple(map(self._scores.expression, f.line))
        return [
            (sympy.binomial(k, m) * (-b) ** (k - m) / w**k, f.feature(m, entries, 1))
            for m in range(k + 1)
        ]
