"""The quartic and its unfolding: x^4/4 + sx^2/2 + tx, Pearcey's integral on the real axis."""

from __future__ import annotations

from functools import cmp_to_key

import sympy
from flint import arb, ctx, fmpq

from slt_symbolic.crossings.crossing import Crossing, Moments, Regime
from slt_symbolic.crossings.quadrature import moments

_MAX_TERMS = 20_000
#: Up to here the quadrature takes seconds at most.
_FAR = 300


class Quartic(Crossing):
    """K = x^4/4 + sx^2/2 + tx on the real line: one well becomes two.

    Along t = 0 the minimum at 0 is regular for s > 0, quartic at s = 0 (lambda = 1/4), and splits
    into two regular ones for s < 0: the second derivative of min K jumps, a second-order
    transition. Across t = 0 at s < 0 the posterior moves from one well to the other: the first
    derivative of min K jumps, a first-order transition. With S = s n^(1/2), T = t n^(3/4),

        Z = n^(-1/4) P(S, T),  n E[K] = 1/4 - (S P_S/2 + 3 T P_T/4)/P,

        P(S, T) = sum over k of T^(2k)/(2k)! 2^((2k+1)/4) Gamma(k + 1/2) e^(S^2/8) U(k, S/sqrt 2)

    with U the parabolic cylinder function (NIST DLMF, 12.5.1).
    """

    name = "quartic"
    latex = r"K = \frac{1}{4}x^4 + \frac{1}{2}sx^2 + tx"
    order = 4
    scaling = (fmpq(1, 2), fmpq(3, 4))
    regimes = (
        Regime("(s, t) \\ne 0", sympy.Rational(1, 2)),
        Regime("s = t = 0", sympy.Rational(1, 4)),
    )

    @property
    def expr(self) -> sympy.Expr:
        """Z(n, s, t), a series in t of confluent hypergeometric functions.

        Examples
        --------
        >>> quartic = Quartic().expr
        >>> {str(v) for v in quartic.free_symbols}, type(quartic.args[-1]).__name__
        ({...}, 'Sum')
        """
        n = sympy.symbols("n", positive=True)
        s, t = sympy.symbols("s t", real=True)
        k = sympy.symbols("k", integer=True, nonnegative=True)
        half, quarter = sympy.Rational(1, 2), sympy.Rational(1, 4)
        S, T = s * sympy.sqrt(n), t * n ** sympy.Rational(3, 4)
        # Both parts of the moment of order 2k are entire in S; no sign of S is singled out.
        even = sympy.gamma((2 * k + 1) * quarter) * sympy.hyper(
            [(2 * k + 1) * quarter], [half], S**2 / 4
        )
        odd = (
            S
            * sympy.gamma((2 * k + 3) * quarter)
            * sympy.hyper([(2 * k + 3) * quarter], [3 * half], S**2 / 4)
        )
        moment = 2 ** (k - half) * (even - odd)
        series = sympy.Sum(T ** (2 * k) / sympy.factorial(2 * k) * moment, (k, 0, sympy.oo))
        return n**-quarter * series

    def special(self, *scaled: arb) -> Moments:
        """Return the moments from the series; far out, where it is long, by quadrature."""
        S, T = scaled
        if T == 0 or abs(T) < 200:
            return self._series(S, T)
        if not abs(S) + abs(T) ** arb(fmpq(2, 3)) < _FAR:
            raise ValueError(
                f"scaled controls beyond reach: {S.str(3)}, {T.str(3)}; take smaller n"
            )
        return self.integrated(S, T)

    def _series(self, S: arb, T: arb) -> Moments:
        """Sum T^(2k)/(2k)! M_2k with M_2k = integral of x^2k exp(-x^4/4 - S x^2/2).

        P_S = -1/2 sum T^(2k)/(2k)! M_(2k+2). By parts M_(2k+4) = (2k + 1) M_2k - S M_(2k+2), a
        recurrence without cancellation for S <= 0. The ratios r_k = M_(2k+2)/M_2k grow with k
        (Hoelder), so r_k^2 + S r_k <= 2k + 1 and r_k <= |S| + sqrt(2k + 1): once
        T^2 r_(k+1)/((2k+1)(2k+2)) is below 1/4 the terms of all three sums at least halve.
        """
        M = [_even_moment(0, S), _even_moment(1, S)]
        weight = arb(1)
        total = slope = along = arb(0)
        for k in range(_MAX_TERMS):
            total += weight * M[0]
            slope -= weight * M[1] / 2
            along += 2 * k * weight * M[0]
            ratio = T**2 * (abs(S) + 2 * arb(k + 2).sqrt()) / ((2 * k + 1) * (2 * k + 2))
            rest = 4 * (k + 2) * weight * (abs(M[0]) + abs(M[1]))
            small = total.rad() + abs(total) * arb(2) ** -ctx.prec
            if T == 0 or (ratio < arb(1) / 4 and rest.mid() <= small):
                break
            after = _even_moment(k + 2, S) if S > 0 else (2 * k + 1) * M[0] - S * M[1]
            M = [M[1], after]
            weight = weight * T**2 / ((2 * k + 1) * (2 * k + 2))
        else:
            raise ArithmeticError(f"the series at T = {T} needs more than {_MAX_TERMS} terms")
        if T != 0:
            total, slope, along = (v + arb(0, rest.upper()) for v in (total, slope, along))
        energy = arb(1) / 4 - (S * slope / 2 + 3 * along / 4) / total
        return Moments(total, energy - _floor(S, T, _bottom(S, T)))

    def integrated(self, *scaled: arb) -> Moments:
        """Return the moments by quadrature on the line."""
        S, T = scaled
        bottom = _bottom(S, T)
        cuts = _panels(S, T, arb(bottom.mid()))
        coefficients = [arb(0), T, S / 2, arb(0), arb(1) / 4]
        floor, centre = _floor(S, T, bottom), arb(bottom.mid())
        if T != 0:
            return moments(coefficients, floor, cuts, whole_line=True, centre=centre)
        right = [arb(0), *(c for c in cuts if c > 0)]
        half = moments(coefficients, floor, right, whole_line=False, centre=centre)
        return Moments(2 * half.partition, half.energy)


def _panels(S: arb, T: arb, bottom: arb) -> list[arb]:
    """Return cuts that grow wider away from the minimum, by which a deep well is found at once."""
    curvature = 3 * bottom**2 + S
    width = 1 / curvature.sqrt() if curvature > 1 else arb(1)
    reach = (abs(S) + abs(T) ** arb(fmpq(2, 3)) + 1).sqrt()
    cuts = [-reach, reach]
    while width < reach:
        cuts += [bottom - width, bottom + width]
        width = 4 * width
    exact = [arb(x.mid()) for x in cuts if abs(x) <= reach]
    return sorted(exact, key=cmp_to_key(_order))


def _order(x: arb, y: arb) -> int:
    return -1 if x < y else 1 if x > y else 0


def _even_moment(k: int, S: arb) -> arb:
    """Enclose the integral of x^2k exp(-x^4/4 - S x^2/2) over the line.

    With u = x^4/4 and the exponential of S x^2/2 by its series it is, for a = (2k + 1)/4,
    2^(k-1/2) [Gamma(a) 1F1(a; 1/2; S^2/4) - S Gamma(a + 1/2) 1F1(a + 1/2; 3/2; S^2/4)], two terms
    of one sign for S <= 0; for S > 0 Gamma(k + 1/2) U(a, 1/2, S^2/4) is the same without the
    cancellation (NIST DLMF, 13.2.42).
    """
    a = arb(fmpq(2 * k + 1, 4))
    half, u = arb(1) / 2, S**2 / 4
    if S > 0:
        return (k + half).gamma() * u.hypgeom_u(a, half)
    even = a.gamma() * u.hypgeom_1f1(a, half)
    odd = S * (a + half).gamma() * u.hypgeom_1f1(a + half, 3 * half)
    return arb(2) ** (k - half) * (even - odd)


def _bottom(S: arb, T: arb) -> arb:
    """Enclose where x^4/4 + S x^2/2 + Tx is least; one of two places for T = 0, S < 0.

    For T > 0 it is at x < 0, by symmetry at x > 0 for T < 0, and x^3 + Sx + T = 0 has one negative
    root only: the product of the roots is negative and their sum zero.
    """
    if T == 0:
        return (-S).sqrt() if S < 0 else arb(0)
    size = abs(T)
    low, high = arb(0), (abs(S) + size ** arb(fmpq(2, 3)) + 1).sqrt()
    # With x turned to x > 0, |T| - x^3 - Sx is positive below the root, negative above.
    for _ in range(ctx.prec + 64):
        middle = arb(((low + high) / 2).mid())
        value = size - middle**3 - S * middle
        if value > 0:
            low = middle
        elif value < 0:
            high = middle
        else:
            break
    return low.union(high) * (1 if T < 0 else -1)


def _floor(S: arb, T: arb, x: arb) -> arb:
    """Enclose the minimum, taken at x."""
    if T == 0:
        return -(S**2) / 4 if S < 0 else arb(0)
    return x**4 / 4 + S * x**2 / 2 + T * x


QUARTIC = Quartic()
