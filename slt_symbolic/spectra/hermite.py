"""Probabilists' Hermite polynomials, exactly, and a bound for them off the real line."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt

from flint import acb, arb, fmpq, fmpz_poly

HALF = fmpq(1, 2)


@lru_cache(maxsize=4096)
def _polynomial_coefficients(order: int) -> tuple[int, ...]:
    # He_k = Σ_m (−1)^m k!/(m!(k−2m)!2^m) x^{k−2m}; the ratio of neighbours is exact.
    coefficients = [0] * (order + 1)
    term = 1
    for m in range(order // 2 + 1):
        power = order - 2 * m
        coefficients[power] = term
        term = -term * power * (power - 1) // (2 * (m + 1))
    return tuple(coefficients)


def hermite_polynomial(order: int) -> fmpz_poly:
    """Return He_k with He_0 = 1, He_1 = x, He_{k+1} = x He_k − k He_{k−1}.

    Examples
    --------
    >>> hermite_polynomial(3)
    x^3 + (-3)*x
    """
    return fmpz_poly(list(_polynomial_coefficients(order)))


def gaussian_expectation(polynomial: fmpz_poly) -> int:
    """Return E[p(X)] for X ~ N(0,1) exactly, from the moments E[X^{2m}] = (2m−1)!!.

    Examples
    --------
    >>> h = hermite_polynomial(4)
    >>> gaussian_expectation(h * h), gaussian_expectation(h * hermite_polynomial(2))
    (24, 0)
    """
    total, moment = 0, 1
    for power in range(0, polynomial.degree() + 1, 2):
        total += int(polynomial[power]) * moment
        moment *= power + 1
    return total


def hermite_value(order: int, argument: fmpq) -> fmpq:
    """Return He_k at a rational argument exactly, by the recurrence.

    Examples
    --------
    >>> hermite_value(3, fmpq(1, 2))
    -11/8
    """
    previous, value = fmpq(0), fmpq(1)
    for k in range(order):
        previous, value = value, argument * value - k * previous
    return value


class HermiteFunction:
    """Enclosures of φ(z)He_k(z)/√k!, with φ the standard normal density.

    Parameters
    ----------
    order : int
        Order k.

    Notes
    -----
    Made and evaluated at the same working precision. On thin balls the value comes from Arb's
    Hermite function. On wide ones, where that overestimates, it comes from Cauchy's estimate of
    the Rodrigues formula φHe_k = (−1)^k φ^{(k)}: for every r > 0 and z = x + iy,

        |φ(z)He_k(z)| ≤ k! r^{−k} max_{|t|=r} |φ(z + t)| ≤ k! r^{−k} exp((|y| + r)²/2)/√(2π),

    with r(r + |y|) = k nearly optimal.
    """

    def __init__(self, order: int) -> None:
        self.order = order
        root = arb.fac_ui(order).sqrt()
        self._peak = root / (2 * arb.pi()).sqrt()
        self._scale = 1 / (root * arb(2) ** (arb(order) / 2) * (2 * arb.pi()).sqrt())
        self._half_root = arb(0.5).sqrt()

    def __call__(self, z: acb) -> acb:
        """Return a ball that contains φ(z)He_k(z)/√k!."""
        value = (z * self._half_root).hermite_h(self.order) * (-z * z / 2).exp() * self._scale
        if value.is_finite() and value.real.rad() < 1e-3 and value.imag.rad() < 1e-3:
            return value
        # The conversion to a float may round down: step outwards.
        height = float(abs(z.imag).upper()) * (1 + 2.0**-40)
        if not height < 1e6:
            return value
        bound = self.bound(height)
        if value.is_finite() and value.real.rad() < bound:
            return value
        return acb(arb(0, bound), arb(0, bound))

    def on_reals(self, x: arb) -> arb:
        """Return a ball that contains φ(x)He_k(x)/√k! at a real point."""
        return (x * self._half_root).hermite_h(self.order) * (-x * x / 2).exp() * self._scale

    def radius(self, height: float) -> arb:
        """Return the radius r of Cauchy's estimate at a height."""
        return arb((sqrt(height * height + 4 * self.order) - height) / 2 if self.order else 1.0)

    def bound(self, height: float) -> arb:
        """Return an upper bound of |φHe_k/√k!| on |Im z| ≤ height."""
        r = self.radius(height)
        return (self._peak / r**self.order * ((height + r) ** 2 / 2).exp()).upper()

    def tail(self, cut: float, constant: arb, slope: arb) -> arb:
        """Bound ∫ (constant + slope·x)|φHe_k/√k!| dx over x > cut.

        Parameters
        ----------
        cut : float
            Where the tail begins, at least 2√k + 1.
        constant, slope : flint.arb
            Non-negative coefficients of the majorant.

        Notes
        -----
        For real x ≥ 2r the maximum of |φ(x + t)| over |t| = r is at t = −r (as a function of
        cos θ the exponent −(x² − 2xr cos θ + r² cos 2θ)/2 increases), so Cauchy's estimate gives
        |φHe_k| ≤ k! r^{−k} exp(−(x − r)²/2)/√(2π). With U = cut − r,
        ∫_U^∞ e^{−u²/2}du ≤ e^{−U²/2}/U and ∫_U^∞ u e^{−u²/2}du = e^{−U²/2}.
        """
        if cut < 2 * sqrt(self.order) + 1:
            raise ValueError(f"cut must be at least 2*sqrt(order) + 1, got {cut}")
        # r = (X − √(X² − 4k))/2 ≤ √k < X/2 is nearly optimal; any r in (0, X/2] is valid.
        r = arb((cut - sqrt(cut * cut - 4 * self.order)) / 2 if self.order else 0.5)
        u = cut - r
        decay = self._peak / r**self.order * (-u * u / 2).exp()
        return (decay * ((constant + slope * r) / u + slope)).upper()
