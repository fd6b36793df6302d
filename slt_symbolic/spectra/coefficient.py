"""One Hermite coefficient: its enclosure, its exact value where known, and how it was found."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import Literal

import sympy
from flint import arb, ctx

from slt_symbolic.spectra.arguments import accurate_digits
from slt_symbolic.spectra.atoms import ClosedForm
from slt_symbolic.spectra.normalisation import Normalisation, exact_factor

Method = Literal[
    "constant unit",
    "reflection",
    "closed form",
    "recurrence",
    "Fourier trapezoid",
    "pole sum",
    "Fourier quadrature",
    "ball quadrature",
    "line trapezoid",
]


@dataclass(frozen=True, eq=False)
class HermiteCoefficient:
    """The k-th Hermite coefficient of a unit x ↦ σ(wx + b) on standard normal inputs.

    Parameters
    ----------
    activation : str
        Name of σ.
    order : int
        Order k of the polynomial.
    weight, bias : sympy.Rational
        The exact w and b.
    normalisation : {"orthonormal", "probabilists", "series"}
        E[σ(wX+b)He_k(X)] divided by √k!, by 1, or by k!.
    ball : flint.arb
        A ball that contains the coefficient with certainty.
    method : str
        How the enclosure was found.
    closed_form : ClosedForm or None
        E[σ(wX+b)He_k(X)] as a rational combination of known numbers, where there is one.
    """

    activation: str
    order: int
    weight: sympy.Rational
    bias: sympy.Rational
    normalisation: Normalisation
    ball: arb
    method: Method
    closed_form: ClosedForm | None = None

    @property
    def is_zero(self) -> bool:
        """Whether the coefficient is known to be exactly zero."""
        return self.closed_form is not None and not self.closed_form.terms

    @property
    def exact(self) -> sympy.Expr | None:
        """The exact value as a SymPy expression, or None where no closed form is known."""
        if self.closed_form is None:
            return None
        if self.is_zero:
            return sympy.S.Zero
        return self.closed_form.expression() * exact_factor(self.normalisation, self.order)

    @property
    def accurate_digits(self) -> float:
        """Certified decimal digits relative to the value; infinite when exactly zero."""
        return accurate_digits(self.ball)

    @property
    def square(self) -> arb:
        """An enclosure of the squared coefficient, the mode's share of E[f²]."""
        with ctx.workprec(max(ctx.prec, self.ball.bits() + 20)):
            return self.ball**2

    def decimal(self, digits: int | None = None) -> str:
        """Return a decimal string with certified digits only, as python-flint prints balls."""
        if self.ball.is_exact() and self.ball.is_zero():
            return "0"
        shown = self.accurate_digits if digits is None else min(digits, self.accurate_digits)
        return str(self.ball.str(max(1, floor(min(shown, 10_000))), radius=False))

    def __repr__(self) -> str:
        short = self.closed_form is not None and self.order <= 20
        value = f" = {self.exact}" if short else f" in {self.ball.str(20)}"
        return (
            f"<Hermite coefficient {self.order} of {self.activation}({self.weight}x + {self.bias})"
            f"{value}, {self.normalisation}, by {self.method}>"
        )

    def _repr_latex_(self) -> str:
        if self.exact is not None:
            return f"$c_{{{self.order}}} = {sympy.latex(self.exact)}$"
        return rf"$c_{{{self.order}}} \in {self.decimal(20)}\ldots$"
