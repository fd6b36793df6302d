r"""The mean field of modular addition with quadratic units, as integrals in one variable.

Inputs (n, m) modulo P, outputs f_p(n, m) = sum_i a_pi (w_in + v_im)^2, target y_p = [n + m = p] -
1/P, all pairs given. Prior: a_pi of variance sigma_a^2 / N; exp(-P sum_k |w_k|^2/2 + gamma
|w_k|^6/6) over the Fourier modes w_k = sum_n w_n e^{-2 pi i kn/P} / P, likewise v; k = 0 without
the sixth power. Loss: squares over 2 sigma^2.

If the residual is rho y, a neuron's readouts integrate to a factor for each pair of modes k, -k
alone, of s = |w_k|^2 and t = |v_k|^2:

    exp(-2P [(s + t)/2 - u rho^2 st + gamma (s^3 + t^3)/6]) ds dt,

u = 2 sigma_a^2 P^2 / (N sigma^4), and the mean output is then (4 A P^2 <st>) rho y, with A =
sigma_a^2 / sigma^2: phases are uniform, so that nothing but y remains. Hence the equation, closed
without approximation but N -> infinity:

    rho (1 + 4 A P^2 <st>_{u rho^2}) = 1.

Its left side increases in rho: there is exactly one solution, and no jump of rho.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from flint import acb, arb, ctx

__all__ = ["ModularAddition"]

_BITS = (128, 256, 512, 1024, 2048)
"""Precisions, tried in this order: sums cancel by as many bits as the wells are deep in nats."""
_LEAST = Fraction(1, 2**30)


def _ball(value: Fraction) -> arb:
    return arb(value.numerator) / value.denominator


@dataclass(frozen=True)
class ModularAddition:
    """The law of a pair of modes of a neuron, for a prime P and a sextic term gamma.

    Attributes
    ----------
    modulus
        P, odd, from 3 to 47.
    gamma
        Exact; at least 1/100: the series has as many terms as the outer well has nats.

    Examples
    --------
    >>> model = ModularAddition(5, Fraction(2, 5))
    >>> bool(abs(float(model.critical.mid()) - 0.7303) < 1e-4)
    True
    >>> rho = model.residual(Fraction(7, 10), Fraction(1, 200))
    >>> bool(0 < rho < 1)
    True
    """

    modulus: int
    gamma: Fraction

    def __post_init__(self) -> None:
        if self.modulus % 2 == 0 or not 3 <= self.modulus <= 47:
            raise ValueError(f"modulus must be odd and lie in 3..47, got {self.modulus}")
        if not self.gamma >= Fraction(1, 100):
            raise ValueError(f"gamma must be at least 1/100, got {self.gamma}")

    @property
    def critical(self) -> arb:
        """U rho^2 where both wells are equally deep: 2 sqrt(gamma / 3)."""
        return 2 * (_ball(self.gamma) / 3).sqrt()

    def moment(self, k: int) -> arb:
        """Enclose the integral of s^k exp(-Ps - P gamma s^3/3) over s > 0, k at most 100.

        Examples
        --------
        >>> ModularAddition(5, Fraction(1)).moment(0).str(6)
        '[0.189344 +/- 1.49e-7]'
        """
        if not 0 <= k <= 100:
            raise ValueError(f"k must lie in 0..100, got {k}")
        with ctx.workprec(_BITS[0]):
            return _moments(self.modulus, self.gamma, 102, _BITS[0])[k]

    def product_mean(self, coupling: arb) -> arb:
        """Enclose <st> for u rho^2 = coupling, positive.

        Notes
        -----
        Expanded in the coupling the integral over s and t falls into squares of moments M_k of
        exp(-Ps - P gamma s^3/3): sum_k (2P coupling)^k M_k^2 / k!.
        """
        with ctx.workprec(_BITS[1]):
            return self._mean(coupling, self._moments(coupling, _BITS[1]))

    def _terms(self, coupling: arb) -> int:
        # The bounds of the terms peak before k = 8 P c^3 / gamma^2, at exp(k/3); they are small
        # at four times as many.
        return 100 + int(32 * self.modulus * float(coupling.upper()) ** 3 / float(self.gamma) ** 2)

    def _moments(self, largest: arb, bits: int) -> list[arb]:
        return _moments(self.modulus, self.gamma, self._terms(largest) + 2, bits)

    def _mean(self, coupling: arb, moments: list[arb]) -> arb:
        c = 2 * self.modulus * coupling
        term, total, upper = arb(1), arb(0), arb(0)
        last = min(self._terms(coupling), len(moments) - 2)
        for k in range(last):
            total += term * moments[k] ** 2
            upper += term * moments[k + 1] ** 2
            term *= c / (k + 1)
        # What is left out, of both sums: by Gamma(x + 1/3) <= x^(1/3) Gamma(x) the bounds fall by
        # this ratio and faster from there on.
        third = _ball(self.gamma) * self.modulus / 3
        ratio = c * third ** (arb(-2) / 3) * (arb(last + 2) / 3) ** (arb(2) / 3) / (last + 1)
        if not ratio < arb(9) / 10:
            raise ArithmeticError("the series needs more terms")
        rest = [10 * term * _bound(third, last + j) ** 2 for j in (0, 1)]
        total += arb(0, 1) * rest[0].upper() / 2 + rest[0].upper() / 2
        upper += arb(0, 1) * rest[1].upper() / 2 + rest[1].upper() / 2
        return upper / total

    def residual(self, u: Fraction, readout: Fraction) -> arb:
        """Enclose rho for u and A = sigma_a^2 / sigma^2, both positive, to nine digits.

        Raises
        ------
        ArithmeticError
            If no precision that is tried is enough.
        """
        if not (u > 0 and readout > 0):
            raise ValueError(f"u and readout must be positive, got {u} and {readout}")
        for bits in _BITS:
            with ctx.workprec(bits):
                low, high = self._bisected(u, readout, bits)
                if high - low <= _LEAST:
                    return _ball(low).union(_ball(high))
        raise ArithmeticError(f"rho is not enclosed with {_BITS[-1]} bits")

    def _bisected(self, u: Fraction, readout: Fraction, bits: int) -> tuple[Fraction, Fraction]:
        """Halve the interval of rho until it is short, or balls no longer tell the sides apart."""
        moments = self._moments(_ball(u), bits)
        low, high = Fraction(0), Fraction(1)
        while high - low > _LEAST:
            rho = (low + high) / 2
            mean = self._mean(_ball(u * rho**2), moments)
            left = _ball(rho) * (1 + 4 * _ball(readout) * self.modulus**2 * mean)
            if left < 1:
                low = rho
            elif left > 1:
                high = rho
            else:
                break
        return low, high


def _bound(third: arb, k: int) -> arb:
    """Bound M_k from above: the integral without the linear term."""
    return (arb(k + 1) / 3).gamma() / 3 * third ** (-arb(k + 1) / 3)


@lru_cache(maxsize=32)
def _moments(modulus: int, gamma: Fraction, count: int, bits: int) -> list[arb]:
    """Enclose M_0, ..., M_count of exp(-Ps - P gamma s^3/3)."""
    third = _ball(gamma) * modulus / 3
    found = {k: _integral(third, modulus, k, bits) for k in range(count, count - 3, -1)}
    # By parts: k M_{k-1} = P M_k + P gamma M_{k+2}. Downwards all terms are positive.
    for k in range(count - 2, 0, -1):
        found[k - 1] = (modulus * found[k] + 3 * third * found[k + 2]) / k
    return [found[k] for k in range(count + 1)]


def _integral(third: arb, modulus: int, k: int, bits: int) -> arb:
    """Enclose M_k by verified quadrature up to R, and a bound of the rest."""
    # e^{-third s^3} has decayed to 2^-bits there, relative to the peak.
    reach = float(((k + 3 * bits) / third).mid()) ** (1 / 3)
    end = _ball(Fraction(math.ceil(64 * reach), 64))
    inner = acb.integral(
        lambda s, _: s**k * (-modulus * s - third * s**3).exp(), acb(0), acb(end)
    ).real
    rate = 3 * third * end**2 - arb(k) / end
    rest = end**k * (-modulus * end - third * end**3).exp() / rate
    return inner + arb(0, 1) * rest.upper() / 2 + rest.upper() / 2
