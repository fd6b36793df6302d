"""E[f g] of analytic atoms under a finite sample: a sum over its points."""

from __future__ import annotations

from typing import Any

import sympy

from slt_symbolic.fisher.atom_functions import AtomFunction
from slt_symbolic.fisher.basis import slope_formula
from slt_symbolic.fisher.products import Numbers
from slt_symbolic.fisher.samples import distinct_points
from slt_symbolic.fisher.scores import Scores
from slt_symbolic.inputs import FiniteSample


class SampleProducts:
    """Expectations of two atoms' product, each factor evaluated once per point."""

    def __init__(self, scores: Scores, inputs: FiniteSample, numbers: Numbers) -> None:
        self._scores, self._numbers = scores, numbers
        self._points = distinct_points(inputs)
        self._weights = [numbers.lift(p) for p in self._points.values()]
        self._values: dict[AtomFunction, list[Any]] = {}

    def product(self, f: AtomFunction, g: AtomFunction) -> Any:
        """Return E[f g]."""
        total = self._numbers.lift(sympy.S.Zero)
        for w, a, b in zip(self._weights, self._at(f), self._at(g), strict=True):
            total = total + w * a * b
        return total

    def _at(self, f: AtomFunction) -> list[Any]:
        if f not in self._values:
            self._values[f] = [self._numbers.lift(self._value(f, x)) for x in self._points]
        return self._values[f]

    def _value(self, f: AtomFunction, x: tuple[sympy.Expr, ...]) -> sympy.Expr:
        monomial = sympy.Mul(*(c**k for c, k in zip(x, f.exponents, strict=True)))
        if f.activation is None:
            return monomial
        *weights, bias = map(self._scores.expression, f.line)
        z = sympy.Add(*(w * c for w, c in zip(weights, x, strict=True)), bias)
        return monomial * (slope_formula(f.activation, z) if f.slope else f.activation(z))
