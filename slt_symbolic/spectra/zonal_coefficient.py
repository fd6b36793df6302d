"""One coefficient of a unit on the sphere: its enclosure, its exact value, and its share."""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from flint import arb, ctx

from slt_symbolic.spectra.arguments import accurate_digits
from slt_symbolic.spectra.atoms import ClosedForm
from slt_symbolic.spectra.zonal_polynomials import multiplicity


@dataclass(frozen=True, eq=False)
class ZonalCoefficient:
    """The degree-k coefficient of a unit x ↦ σ(⟨w, x⟩ + b) on the sphere S^{d−1}.

    Parameters
    ----------
    activation : str
        Name of σ.
    degree, dimension : int
        k and d.
    norm_square : sympy.Rational
        The exact ‖w‖².
    bias : sympy.Rational
        The exact b.
    ball : flint.arb
        A ball that contains the eigenvalue λ_k = E[σ(‖w‖T + b)P_k(T)] with certainty.
    method : str
        How the enclosure was found.
    closed_form : ClosedForm or None
        λ_k as a combination of known numbers, where there is one.
    """

    activation: str
    degree: int
    dimension: int
    norm_square: sympy.Rational
    bias: sympy.Rational
    ball: arb
    method: str
    closed_form: ClosedForm | None = None

    @property
    def multiplicity(self) -> int:
        """Number N_k of harmonics of this degree."""
        return multiplicity(self.degree, self.dimension)

    @property
    def exact(self) -> sympy.Expr | None:
        """λ_k as a SymPy expression, or None where no closed form is known."""
        return None if self.closed_form is None else self.closed_form.expression()

    @property
    def accurate_digits(self) -> float:
        """Certified decimal digits relative to the value; infinite when exact."""
        return accurate_digits(self.ball)

    @property
    def orthonormal(self) -> arb:
        """√N_k λ_k, the coefficient along the normalised zonal polynomial."""
        with ctx.workprec(max(ctx.prec, self.ball.bits() + 20)):
            return arb(self.multiplicity).sqrt() * self.ball

    @property
    def square(self) -> arb:
        """N_kλ_k², the share of degree k in E[f²]."""
        with ctx.workprec(max(ctx.prec, self.ball.bits() + 20)):
            return self.multiplicity * self.ball**2

    @property
    def fourier(self) -> arb:
        """On the circle, the b_k of σ(w cos θ + b) = Σ b_k cos kθ.

        Raises
        ------
        ValueError
            If the dimension is not 2.
        """
        if self.dimension != 2:
            raise ValueError(f"Fourier coefficients need dimension 2, got {self.dimension}")
        with ctx.workprec(max(ctx.prec, self.ball.bits() + 20)):
            return self.ball * self.multiplicity

    def __repr__(self) -> str:
        value = f" = {self.exact}" if self.closed_form is not None else f" in {self.ball.str(20)}"
        return (
            f"<zonal coefficient of degree {self.degree} of {self.activation}, |w|^2 = "
            f"{self.norm_square}, b = {self.bias}, on S^{self.dimension - 1}{value}, "
            f"by {self.method}>"
        )
