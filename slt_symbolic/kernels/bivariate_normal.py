"""The distribution function of two correlated standard normals: exact symbol and enclosure."""

from __future__ import annotations

from typing import Any

import sympy
from flint import arb

from slt_symbolic.kernels.owens_t import OwensT, owens_t


def normal_cdf(x: sympy.Expr) -> sympy.Expr:
    """Return Φ(x) in terms of the error function.

    Examples
    --------
    >>> normal_cdf(sympy.Integer(0))
    1/2
    """
    return sympy.S.Half + sympy.erf(x / sympy.sqrt(2)) / 2


class BivariateNormalCDF(sympy.Function):
    """Φ₂(h, k; ρ) = P(X ≤ h, Y ≤ k) for standard normal X, Y with correlation ρ.

    By symmetry it is also the orthant probability P(X + h > 0, Y + k > 0). At numbers it is
    written through Owen's T; with symbols it stays as it is, because its derivatives are
    elementary and regular at every h and k, while Owen's form changes with the signs of h and k.

    Parameters
    ----------
    h, k : sympy.Expr
        Limits.
    rho : sympy.Expr
        Correlation, in [−1, 1].

    Notes
    -----
    Owen (1956): with a = (k/h − ρ)/√(1 − ρ²) and a′ = (h/k − ρ)/√(1 − ρ²),

        Φ₂ = ½Φ(h) + ½Φ(k) − T(h, a) − T(k, a′) − ½[hk < 0],

    Φ₂(0, k; ρ) = ½Φ(k) + T(k, ρ/√(1 − ρ²)), and Φ₂(0, 0; ρ) = ¼ + asin(ρ)/2π (Sheppard 1899).

    References
    ----------
    D. B. Owen (1956), Tables for computing bivariate normal probabilities, Ann. Math. Statist. 27.
    R. L. Plackett (1954), A reduction formula for normal multivariate integrals, Biometrika 41.

    Examples
    --------
    >>> h, k, r = sympy.symbols("h k r", real=True)
    >>> BivariateNormalCDF(0, 0, r), BivariateNormalCDF(h, 0, 0)
    (asin(r)/(2*pi) + 1/4, erf(sqrt(2)*h/2)/4 + 1/4)
    >>> BivariateNormalCDF(h, k, r).diff(r)
    exp(-(h**2 - 2*h*k*r + k**2)/(2 - 2*r**2))/(2*pi*sqrt(1 - r**2))
    """

    nargs = 3

    @classmethod
    def eval(cls, h: sympy.Expr, k: sympy.Expr, rho: sympy.Expr) -> sympy.Expr | None:
        """Return the value where it is simpler; put h and k in order, as Φ₂ is symmetric."""
        if sympy.nan in (h, k, rho):
            return sympy.nan
        if sympy.default_sort_key(h) > sympy.default_sort_key(k):
            return cls(k, h, rho)
        if h.is_zero and k.is_zero:
            return sympy.Rational(1, 4) + sympy.asin(rho) / (2 * sympy.pi)
        if rho.is_zero:
            return sympy.expand(normal_cdf(h) * normal_cdf(k))
        if rho == 1:
            return normal_cdf(sympy.Min(h, k))
        if rho == -1:
            return sympy.Max(0, normal_cdf(h) + normal_cdf(k) - 1)
        if all(x.is_number for x in (h, k, rho)):
            return owen_form(h, k, rho)
        return None

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Return the derivative in one argument; in ρ it is the density (Plackett 1954)."""
        h, k, rho = self.args
        if argindex == 3:
            root = sympy.sqrt(1 - rho**2)
            form = (h**2 - 2 * rho * h * k + k**2) / (2 - 2 * rho**2)
            return sympy.exp(-form) / (2 * sympy.pi * root)
        if argindex not in (1, 2):
            raise sympy.ArgumentIndexError(self, argindex)
        if argindex == 2:
            h, k = k, h
        density = sympy.exp(-(h**2) / 2) / sympy.sqrt(2 * sympy.pi)
        return density * normal_cdf((k - rho * h) / sympy.sqrt(1 - rho**2))

    def _eval_is_real(self) -> bool | None:
        return True if all(x.is_extended_real for x in self.args) else None

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        h, k, rho = (printer._print(x) for x in self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\Phi_{{2}}{power}\left({h}, {k}; {rho}\right)"


def owen_form(h: sympy.Expr, k: sympy.Expr, rho: sympy.Expr) -> sympy.Expr | None:
    """Return Φ₂(h, k; ρ) through Owen's T, or None if the signs of h and k are not known.

    Examples
    --------
    >>> k = sympy.Symbol("k", positive=True)
    >>> owen_form(sympy.S.Zero, k, sympy.Rational(3, 5))
    OwensT(k, 3/4) + erf(sqrt(2)*k/2)/4 + 1/4
    """
    root = sympy.sqrt(1 - rho**2)
    total, signs = sympy.S.Zero, []
    for x, y in ((h, k), (k, h)):
        total += normal_cdf(x) / 2
        if x.is_zero:
            signs.append(0)
        elif x.is_positive or x.is_negative:
            signs.append(1 if x.is_positive else -1)
            total -= OwensT(x, sympy.expand(y / x - rho) / root)
        else:
            return None
    match signs[0] * signs[1]:
        case 1:
            return total
        case -1:
            return total - sympy.S.Half
        case _ if any(signs):
            return total - sympy.Rational(1, 4)
        case _:
            return sympy.Rational(1, 4) + sympy.asin(rho) / (2 * sympy.pi)


def bivariate_normal_cdf(h: arb, k: arb, cosine: arb, sine: arb) -> arb:
    """Enclose Φ₂(h, k; ρ) at python-flint's working precision.

    Parameters
    ----------
    h, k : flint.arb
        Limits; a ball around 0 that is not exactly 0 gives only [0, 1].
    cosine, sine : flint.arb
        ρ and √(1 − ρ²), the latter as accurate as it is wanted near ρ = ±1, and positive.

    Examples
    --------
    >>> bivariate_normal_cdf(arb(0), arb(0), arb(1) / 2, arb(3).sqrt() / 2).str(10, radius=False)
    '0.3333333333'
    """
    total, signs = arb(0), []
    root = arb(2).sqrt()
    for x, y in ((h, k), (k, h)):
        total += (-x / root).erfc() / 4
        if x == 0:
            signs.append(0)
        elif x.contains(0):
            return arb(0.5, 0.5)
        else:
            signs.append(1 if x > 0 else -1)
            total -= owens_t(x, (y - cosine * x) / (x * sine))
    if not any(signs):
        return arb(0.25) + arb.atan2(cosine, sine) / (2 * arb.pi())
    return total - (1 - arb(signs[0] * signs[1])) / 4
