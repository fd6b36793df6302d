"""The well behind a cubic barrier: x^3/3 + tx with t < 0, Airy's functions."""

from __future__ import annotations

import sympy
from flint import acb, arb, fmpq

from slt_symbolic.crossings.crossing import Crossing, Moments, Regime
from slt_symbolic.crossings.quadrature import moments


class CubicWell(Crossing):
    """K = x^3/3 + tx, t < 0, from the barrier's top at -sqrt(-t) to the right.

    A well that ends when it meets its barrier at t = 0. On the whole line the integral diverges;
    turned at the barrier's top into the complex plane, above or below, it is
    pi n^(-1/3) (Bi(z) -+ i Ai(z)) with z = -t n^(2/3). Its real part is the partition function of
    the well uniformly in z, free of where one cuts; the imaginary part, smaller by
    exp(-(4/3) z^(3/2)), is half the rate at which the well is left.

    `special` returns the real part and its energy; `integrated` cuts at the top of the barrier.
    The two differ by at most `cut_error`. `special` raises where Bi is no longer positive, below
    z = -1.17: no well is left there.

    References
    ----------
    Chester, Friedman and Ursell 1957 (coalescing saddle points); Langer 1967 (decay of a
    metastable state).
    """

    name = "cubic well"
    latex = r"K = \frac{1}{3}x^3 + tx \text{ near } x = \sqrt{-t}"
    order = 3
    scaling = (fmpq(2, 3),)
    regimes = (Regime("t < 0", sympy.Rational(1, 2)), Regime("t = 0", sympy.Rational(1, 3)))

    @property
    def expr(self) -> sympy.Expr:
        """Z(n, t).

        Examples
        --------
        >>> CubicWell().expr
        pi*airybi(-n**(2/3)*t)/n**(1/3)
        """
        n, t = sympy.symbols("n", positive=True), sympy.symbols("t", real=True)
        third = sympy.Rational(1, 3)
        return sympy.pi * n**-third * sympy.airybi(-t * n ** (2 * third))

    def special(self, *scaled: arb) -> Moments:
        """Return the moments from Bi."""
        z = -scaled[0]
        _, _, value, rise = (v.real for v in acb(z).airy())
        # Beyond its first zero, at -1.17371, Bi oscillates and is positive here and there.
        if not (value > 0 and z > arb("-1.1737")):
            raise ValueError(f"no well is left at the scaled control {scaled[0]}")
        floor = -2 * z ** arb(fmpq(3, 2)) / 3 if z > 0 else arb(0)
        return Moments(arb.pi() * value, (1 - 2 * z * rise / value) / 3 - floor)

    def integrated(self, *scaled: arb) -> Moments:
        """Return the moments by quadrature from the barrier's top on."""
        t = scaled[0]
        if not t < 0:
            raise ValueError(f"there is a barrier for t < 0 only, got the scaled control {t}")
        root = (-t).sqrt()
        floor = -2 * (-t) * root / 3
        return moments([arb(0), t, arb(0), arb(1) / 3], floor, [-root, root], whole_line=False)

    @staticmethod
    def cut_error(z: arb) -> arb:
        """Bound |integral from the barrier's top - pi Bi(z)| for z > 0, without n^(-1/3).

        The contour of Bi leaves the real axis at -sqrt(z): on x = -sqrt(z) + iy the exponent is
        -(2/3) z^(3/2) - sqrt(z) y^2 + i y^3/3 with real part falling, so what is cut is at most
        exp(-(2/3) z^(3/2)) times the integral of exp(-sqrt(z) y^2) over y > 0.

        Examples
        --------
        >>> CubicWell.cut_error(arb(9)) < arb("1e-7")
        True
        """
        return (-2 * z ** arb(fmpq(3, 2)) / 3).exp() * (arb.pi() / z.sqrt()).sqrt() / 2


CUBIC_WELL = CubicWell()
