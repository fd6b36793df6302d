"""Owen's T function: as an exact symbol, and enclosed by balls."""

from __future__ import annotations

from math import log10
from typing import Any

import sympy
from flint import acb, arb, ctx


class OwensT(sympy.Function):
    """Owen's T(h, a) = (1/2π) ∫₀ᵃ exp(−h²(1 + x²)/2)/(1 + x²) dx, for real h and a.

    The probability that X > h and 0 < Y < aX for independent standard normal X, Y (h, a > 0).

    Parameters
    ----------
    h, a : sympy.Expr
        Arguments. T is even in h and odd in a.

    References
    ----------
    D. B. Owen (1956), Tables for computing bivariate normal probabilities, Ann. Math. Statist. 27.

    Examples
    --------
    >>> h, a = sympy.symbols("h a", real=True)
    >>> OwensT(0, a), OwensT(h, -a), OwensT(h, 1)
    (atan(a)/(2*pi), -OwensT(h, a), 1/8 - erf(sqrt(2)*h/2)**2/8)
    >>> OwensT(h, a).diff(a)
    exp(-h**2*(a**2 + 1)/2)/(2*pi*(a**2 + 1))
    >>> OwensT(1, 2).n(20)
    0.078468186993084096345
    """

    nargs = 2

    @classmethod
    def eval(cls, h: sympy.Expr, a: sympy.Expr) -> sympy.Expr | None:
        """Return the value where it is elementary; use the symmetries."""
        if sympy.nan in (h, a):
            return sympy.nan
        if a.is_zero or h in (sympy.oo, -sympy.oo):
            return sympy.S.Zero
        if a.could_extract_minus_sign():
            return -cls(h, -a)
        if h.is_zero:
            return sympy.atan(a) / (2 * sympy.pi)
        if h.could_extract_minus_sign():
            return cls(-h, a)
        if a == sympy.oo and h.is_nonnegative:
            return sympy.erfc(h / sympy.sqrt(2)) / 4
        if a == 1:
            return sympy.Rational(1, 8) - sympy.erf(h / sympy.sqrt(2)) ** 2 / 8
        return None

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Return the derivative in one argument, which is elementary up to erf."""
        h, a = self.args
        if argindex == 1:
            tail = sympy.exp(-(h**2) / 2) / (2 * sympy.sqrt(2 * sympy.pi))
            return -tail * sympy.erf(a * h / sympy.sqrt(2))
        if argindex == 2:
            return sympy.exp(-(h**2) * (1 + a**2) / 2) / (2 * sympy.pi * (1 + a**2))
        raise sympy.ArgumentIndexError(self, argindex)

    def _eval_is_real(self) -> bool | None:
        return True if all(x.is_extended_real for x in self.args) else None

    def _eval_evalf(self, prec: int) -> sympy.Expr | None:
        # The ball certifies every digit; guard bits for exp(−h²/2), whose argument is rounded.
        approximate = [x.evalf(5) for x in self.args]
        if not all(x.is_Float or x.is_Rational for x in approximate):
            return None
        bits = prec + 40 + 2 * int(sympy.ceiling(sympy.log(1 + abs(approximate[0]), 2)))
        digits = int(bits * log10(2)) + 2
        with ctx.workprec(bits + 10):
            value = owens_t(*(arb(str(x.evalf(digits))) for x in self.args))
            return sympy.Float(value.str(int(prec * log10(2)) + 5, radius=False), precision=prec)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        h, a = (printer._print(x) for x in self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"T{power}\left({h}, {a}\right)"


def owens_t(h: arb, a: arb) -> arb:
    """Enclose T(h, a) at python-flint's working precision.

    Parameters
    ----------
    h, a : flint.arb
        Real arguments, as balls.

    Notes
    -----
    For |a| ≤ 1 the integrand is analytic within distance 1 of the path, and Arb's certified
    Gauss–Legendre rule is fast. For a > 1 and h ≥ 0, with Φ(x) − ½ = erf(x/√2)/2,

        T(h, a) = ¼[erfc(h/√2) + erf(h/√2) erfc(ah/√2)] − T(ah, 1/a),

    in a form without cancellation in the tails. The factor exp(−h²/2) stands outside, so that
    the enclosure keeps its relative accuracy for large h.

    References
    ----------
    M. Patefield and D. Tandy (2000), Fast and accurate calculation of Owen's T function,
    J. Statist. Software 5(5).

    Examples
    --------
    >>> owens_t(arb(1), arb(2)).str(15, radius=False)
    '0.078468186993084'
    """
    h = abs(h)
    if a < 0:
        return -owens_t(h, -a)
    if a.contains(0):
        # |T(h, a)| ≤ |a|/(2π), whatever h.
        return arb(0, (abs(a) / (2 * arb.pi())).upper())
    if a > 1:
        root = arb(2).sqrt()
        low, high = h / root, a * h / root
        return (low.erfc() + low.erf() * high.erfc()) / 4 - _direct(a * h, 1 / a)
    return _direct(h, a)


def _direct(h: arb, a: arb) -> arb:
    """Enclose T for 0 < a by the substitution x = at, whose path has exact ends."""
    precision = ctx.prec
    rate, square = (h * a) ** 2 / 2, a * a

    def integrand(t: acb, _: bool) -> acb:
        t2 = t * t
        return (-rate * t2).exp() / (1 + square * t2)

    end, tail = arb(1), arb(0)
    # ∫_X^∞ exp(−r t²) dt ≤ exp(−rX²)/(2rX): cut where that is below the working precision.
    reach = (precision / float(rate.lower())) ** 0.5 if rate > 1 else 1.0
    if reach < 1:
        end = arb(reach)
        bound = (-rate * end * end).exp() / (2 * rate * end)
        tail = arb(0, bound.upper())
    inner = acb.integral(integrand, 0, end, abs_tol=arb(2) ** (-precision)).real + tail
    return a * (-h * h / 2).exp() * inner / (2 * arb.pi())
