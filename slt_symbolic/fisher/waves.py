"""Sines and cosines: one frequency has a sine and a cosine, whatever the phases."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import Any

import sympy

from slt_symbolic.activations import COS, SIN, Activation
from slt_symbolic.fisher.basis import Basis
from slt_symbolic.fisher.polynomials import Terms, accumulate, unit
from slt_symbolic.fisher.transcendental import Transcendentals
from slt_symbolic.inputs import FiniteSample, InputDistribution, UniformSphere
from slt_symbolic.networks import Unit


class WaveBasis(Basis):
    """Atoms x^α sin⟨w, x⟩ and x^α cos⟨w, x⟩ for distinct ±w, with α of degree at most 1.

    Notes
    -----
    Quasi-polynomials with distinct frequencies are linearly independent on every open set. The
    phases enter through the coefficients sin b and cos b, which are rational functions of
    tan(θ/2) for every θ of which b is a multiple: one such tangent for each term of the phases,
    taken with their common denominator.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.frequencies: list[tuple[Any, ...]] = []

    @classmethod
    def prepare(
        cls, units: Sequence[Unit], activation: Activation, inputs: InputDistribution,
        numbers: Transcendentals,
    ) -> None:  # fmt: skip
        """Make symbols for the tangents of half the phases' terms."""
        del activation, inputs
        denominators: dict[sympy.Expr, int] = {}
        for u in units:
            for coefficient, term in _phase(u.bias):
                denominators[term] = lcm(denominators.get(term, 1), int(coefficient.q))
        for term, denominator in denominators.items():
            if term != 0:
                numbers.rational(sympy.tan(term / (2 * denominator)))

    @property
    def independence(self) -> str | None:
        """Why the atoms are independent."""
        if isinstance(self.inputs, UniformSphere | FiniteSample):
            return None
        return "polynomials times sin(w.x) and cos(w.x) are independent for distinct ±w"

    def value(self, unit: Unit) -> Terms:
        """Return σ(⟨w, x⟩ + b)."""
        return self._wave(unit, 0, (0,) * self._n)

    def slopes(self, unit: Unit) -> list[Terms]:
        """Return σ′(⟨w, x⟩ + b) times 1, x_1, …, x_n."""
        return [self._wave(unit, 1, e) for e in self._exponents()]

    def _exponents(self) -> list[tuple[int, ...]]:
        return [(0,) * self._n, *(unit(k, self._n) for k in range(self._n))]

    def _wave(self, u: Unit, derivative: int, e: tuple[int, ...]) -> Terms:
        """Return x^e times the sine, cosine, −sine or −cosine of the preactivation."""
        quarter = derivative + (0 if self.activation == SIN else 1)
        sine, cosine = self._phase_elements(u.bias)
        # sin(a + b) = cos b sin a + sin b cos a, and a quarter turn sends (sin, cos) to (cos, −sin)
        for _ in range(quarter):
            sine, cosine = cosine, -sine
        weights = [self.field.element(w) for w in u.weights]
        if not any(weights):
            return {("monomial", e): sine} if sine else {}
        index, opposite = self._index(tuple(weights))
        if opposite:
            cosine = -cosine
        terms: Terms = {}
        accumulate(terms, {("sine", index, e): cosine, ("cosine", index, e): sine})
        return terms

    def _index(self, w: tuple[Any, ...]) -> tuple[int, bool]:
        for index, other in enumerate(self.frequencies):
            pairs = list(zip(w, other, strict=True))
            if all(a == b for a, b in pairs):
                return index, False
            if all(not (a + b) for a, b in pairs):
                return index, True
        self.frequencies.append(w)
        return len(self.frequencies) - 1, False

    def _phase_elements(self, bias: sympy.Expr) -> tuple[Any, Any]:
        """Return sin b and cos b, by doubling and adding angles."""
        sine, cosine = self._zero, self._one
        for coefficient, term in _phase(bias):
            if term == 0:
                continue
            tangent, times = self._tangent(coefficient, term)
            square = tangent * tangent
            unit_sine = (tangent + tangent) / (self._one + square)
            unit_cosine = (self._one - square) / (self._one + square)
            for _ in range(abs(times)):
                step = unit_sine if times > 0 else -unit_sine
                sine, cosine = (
                    sine * unit_cosine + cosine * step,
                    cosine * unit_cosine - sine * step,
                )
        return sine, cosine

    def _tangent(self, coefficient: sympy.Rational, term: sympy.Expr) -> tuple[Any, int]:
        for symbol, e in self._numbers.symbols.items():
            ratio = 2 * e.args[0] / term if isinstance(e, sympy.tan) else sympy.S.Zero
            if ratio.is_Rational and ratio.p == 1 and int(ratio.q) % int(coefficient.q) == 0:
                return self.field.element(symbol), int(coefficient * ratio.q)
        raise ValueError(f"no tangent was prepared for the phase {term}")


def _phase(bias: sympy.Expr) -> list[tuple[sympy.Rational, sympy.Expr]]:
    """Return rational coefficients and terms whose combination is the phase."""
    return [term.as_coeff_Mul(rational=True) for term in sympy.Add.make_args(sympy.expand(bias))]


def is_wave(activation: Activation) -> bool:
    """Whether an activation is the sine or the cosine."""
    return activation in (SIN, COS)
