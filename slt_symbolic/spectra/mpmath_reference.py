"""An independent third way: high-precision quadrature by mpmath, without an error bound."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
from flint import fmpq

from slt_symbolic.spectra.arguments import exact_rational


def mpmath_coefficient(
    function: Callable[[mpmath.mpf], mpmath.mpf],
    order: int,
    weight: object = 1,
    bias: object = 0,
    digits: int = 50,
) -> mpmath.mpf:
    """Approximate E[σ(wX + b)He_k(X)]/√k! by mpmath's Gauss–Legendre rule on equal panels.

    Parameters
    ----------
    function : callable
        σ on mpmath reals, such as ``mpmath.tanh``; analytic near the real line.
    order : int
        Order k.
    weight, bias : int, fractions.Fraction, flint.fmpq or sympy.Rational
        The exact w and b.
    digits : int
        Decimal digits to aim at; NOT guaranteed.

    Examples
    --------
    >>> import mpmath
    >>> mpmath.nstr(mpmath_coefficient(mpmath.tanh, 3, digits=20), 18)
    '-0.148437190787272704'
    """
    w, b = exact_rational(weight, "weight"), exact_rational(bias, "bias")
    # Small coefficients come from cancellation: carry digits for them.
    with mpmath.workdps(digits + 15 + order // 8):
        cut = 2 * mpmath.sqrt(order) + mpmath.sqrt(2 * (digits + 15) * mpmath.log(10)) + 1
        panels = [cut * j / 12 for j in range(-12, 13)]
        norm = mpmath.sqrt(2 * mpmath.pi)
        roots = [mpmath.sqrt(j) for j in range(order + 1)]
        wm, bm = _mpf(w), _mpf(b)

        def integrand(x: mpmath.mpf) -> mpmath.mpf:
            previous, value = mpmath.mpf(0), mpmath.exp(-x * x / 2) / norm
            for j in range(order):
                previous, value = value, (x * value - roots[j] * previous) / roots[j + 1]
            return function(wm * x + bm) * value

        return +mpmath.quad(integrand, panels, method="gauss-legendre", maxdegree=8)


def _mpf(value: fmpq) -> mpmath.mpf:
    return mpmath.mpf(int(value.p)) / int(value.q)
