"""The cubic at the edge of the parameters: x^3/3 + tx on x >= 0, Scorer's function."""

from __future__ import annotations

import sympy
from flint import acb, arb, ctx, fmpq

from slt_symbolic.crossings.crossing import Crossing, Moments, Regime
from slt_symbolic.crossings.quadrature import moments


def scorer(z: arb) -> tuple[arb, arb]:
    """Enclose Scorer's function Hi and its derivative.

    Hi(z) = (1/pi) times the integral over s > 0 of exp(-s^3/3 + zs)
    = (2/3) Bi(z) + (z^2/2pi) 1F2(1; 4/3, 5/3; z^3/9) (NIST DLMF, section 9.12).

    Far to the left, where these two nearly cancel, it is the sum over k of
    (-1)^k (3k)!/(3^k k! |z|^(3k+1)) / pi: the alternating series of exp(-s^3/3), whose rest is
    less than the first term left out.

    Parameters
    ----------
    z : flint.arb
        Real.

    Examples
    --------
    >>> [v.str(12, radius=False) for v in scorer(arb(0))]
    ['0.409951084964', '0.298858904903']
    """
    far = _far_left(-z) if z < -1 else None
    if far is not None:
        return far
    _, _, bi, bi_prime = acb(z).airy()
    if z > 1 and (z + 1) ** 2 < bi.real * arb(2) ** -ctx.prec:
        # pi (Bi - Hi) is the integral of Bi's contour up to 0. From -sqrt(z) on the integrand is
        # below 1, and what lies before is bounded by `CubicWell.cut_error`.
        return bi.real + arb(0, (z + 1).upper()), bi_prime.real + arb(0, ((z + 1) ** 2).upper())
    third = arb(1) / 3
    u = z**3 / 9
    first = u.hypgeom([arb(1)], [4 * third, 5 * third])
    second = u.hypgeom([arb(2)], [7 * third, 8 * third])
    value = 2 * third * bi.real + z**2 * first / (2 * arb.pi())
    # d/dz of u is z^2/3, and the derivative of 1F2 is 1F2 one up, times 1/(4/3 * 5/3) = 9/20.
    rise = 2 * z * first + z**4 * 3 * second / 20
    return value, 2 * third * bi_prime.real + rise / (2 * arb.pi())


def _far_left(x: arb) -> tuple[arb, arb] | None:
    """Enclose Hi(-x) and Hi'(-x) by the alternating series, None where it is not good enough."""
    value = rise = arb(0)
    term = 1 / x
    for k in range(10 * ctx.prec):
        value += term
        rise += (3 * k + 1) * term / x
        after = -term * (3 * k + 1) * (3 * k + 2) / x**3
        error = (abs(after) * (3 * k + 4) / x).upper()
        if error < rise * arb(2) ** -ctx.prec:
            return (value + arb(0, abs(after).upper())) / arb.pi(), (
                rise + arb(0, error)
            ) / arb.pi()
        if not abs(after) < abs(term):
            return None
        term = after
    return None


class CubicEdge(Crossing):
    """K = x^3/3 + tx on x >= 0: a minimum that leaves the edge as t falls below 0.

    For t > 0 the minimum is at the edge with a slope, lambda = 1; at t = 0 it is a cubic zero,
    lambda = 1/3; for t < 0 it is regular at the root of -t, lambda = 1/2. With z = -t n^(2/3),

        Z = pi n^(-1/3) Hi(z),   n E[K - min K] = 1/3 - (2/3) z Hi'(z)/Hi(z) + (2/3) z_+^(3/2).
    """

    name = "cubic edge"
    latex = r"K = \frac{1}{3}x^3 + tx,\ x \geq 0"
    order = 3
    scaling = (fmpq(2, 3),)
    regimes = (
        Regime("t > 0", sympy.Integer(1)),
        Regime("t = 0", sympy.Rational(1, 3)),
        Regime("t < 0", sympy.Rational(1, 2)),
    )

    @property
    def expr(self) -> sympy.Expr:
        """Z(n, t).

        Examples
        --------
        >>> CubicEdge().expr.has(sympy.airybi, sympy.hyper)
        True
        """
        n, t = sympy.symbols("n", positive=True), sympy.symbols("t", real=True)
        z = -t * n ** sympy.Rational(2, 3)
        thirds = [sympy.Rational(4, 3), sympy.Rational(5, 3)]
        series = z**2 / (2 * sympy.pi) * sympy.hyper([1], thirds, z**3 / 9)
        hi = sympy.Rational(2, 3) * sympy.airybi(z) + series
        return sympy.pi * n ** sympy.Rational(-1, 3) * hi

    def special(self, *scaled: arb) -> Moments:
        """Return the moments from Scorer's function."""
        z = -scaled[0]
        hi, rise = scorer(z)
        energy = (1 - 2 * z * rise / hi) / 3 - self._floor(scaled[0])
        return Moments(arb.pi() * hi, energy)

    def integrated(self, *scaled: arb) -> Moments:
        """Return the moments by quadrature on the half line."""
        t = scaled[0]
        cuts = [arb(0), abs(t).sqrt()] if t < 0 else [arb(0)]
        return moments([arb(0), t, arb(0), arb(1) / 3], self._floor(t), cuts, whole_line=False)

    @staticmethod
    def _floor(t: arb) -> arb:
        return -2 * (-t) ** arb(fmpq(3, 2)) / 3 if t < 0 else arb(0)


CUBIC_EDGE = CubicEdge()
