"""Sums of waves times the characteristic functions of spheres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from flint import arb

from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.kernels.trigonometric_sum import Wave

Term = tuple[Any, int, Any, Wave, Any]
"""Coefficient, dimension n, squared radius r², wave and argument: Ω_n(r)·wave(argument)."""


@dataclass(frozen=True)
class BesselSum:
    """A sum of terms coefficient·Ω_n(r)·wave(argument) over an ordered field.

    Parameters
    ----------
    terms : sequence of tuples
        Coefficient, n, r², wave and argument.

    Notes
    -----
    Ω_n(r) = E cos⟨c, x⟩ for x uniform on the unit sphere of R^n and |c| = r. It is
    Γ(n/2)(2/r)^(n/2−1) J_(n/2−1)(r) = ₀F₁(; n/2; −r²/4): J₀ for n = 2, sin(r)/r for n = 3.

    References
    ----------
    NIST Digital Library of Mathematical Functions, 10.9.4 and 10.16.9.
    """

    terms: Sequence[Term]

    def to_sympy(self, field: OrderedField) -> sympy.Expr:
        """Return the sum as a SymPy expression."""
        waves = {"cos": sympy.cos, "sin": sympy.sin}
        total = [
            field.to_sympy(c) * characteristic(n, field.to_sympy(r)) * waves[w](field.to_sympy(a))
            for c, n, r, w, a in self.terms
            if c
        ]
        return sympy.Add(*total)

    def enclose(self, field: RealField) -> arb:
        """Return a ball around the sum at the working precision."""
        total = arb(0)
        for c, n, square, wave, argument in self.terms:
            if not c:
                continue
            value = field.enclose(c) * (-field.enclose(square) / 4).hypgeom_0f1(arb(n) / 2)
            x = field.enclose(argument)
            total += value * (x.cos() if wave == "cos" else x.sin())
        return total


def characteristic(n: int, square: sympy.Expr) -> sympy.Expr:
    """Return Ω_n(√square), elementary for odd n and a Bessel function for even n.

    Examples
    --------
    >>> characteristic(2, sympy.Integer(9)), characteristic(3, sympy.Integer(9))
    (besselj(0, 3), sin(3)/3)
    """
    if square == 0:
        return sympy.S.One
    radius = sympy.sqrt(square)
    if n % 2 == 0:
        order = n // 2 - 1
        return sympy.factorial(order) * (2 / radius) ** order * sympy.besselj(order, radius)
    # Ω_(k+2) = k(k − 2)(Ω_k − Ω_(k−2))/r², from the recurrence of the Bessel functions.
    older, newer = sympy.cos(radius), sympy.sin(radius) / radius
    for k in range(3, n, 2):
        older, newer = newer, k * (k - 2) * (newer - older) / square
    return newer
