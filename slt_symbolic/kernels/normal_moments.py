"""Moments of two jointly normal variables, truncated at zero, in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from slt_symbolic.chamber import OrderedField
from slt_symbolic.kernels.calculus import Calculus

Moments = tuple[Any, Any, Any, Any]
"""E[I], E[a I], E[a′ I], E[a a′ I] for one indicator function I."""


@dataclass(frozen=True)
class Ramp:
    """The variable constant + slope·a + (jump + kink·a)·1[a > 0] of a normal a.

    Parameters
    ----------
    plain : tuple of sympy.Rational
        (constant, slope).
    broken : tuple of sympy.Rational
        (jump, kink); both zero if a has variance 0.
    mean, variance : field elements
        Of a.
    """

    plain: tuple[sympy.Expr, sympy.Expr]
    broken: tuple[sympy.Expr, sympy.Expr]
    mean: Any
    variance: Any


class NormalMoments:
    """E[g h] for ramps g of a and h of a′, where a and a′ are jointly normal.

    Parameters
    ----------
    field : OrderedField
        Where means and covariances live.
    calculus : Calculus
        Where the results live.
    first, second : Ramp
        g and h.
    covariance : field element
        Of a and a′.

    Notes
    -----
    Let a, a′ have means b, b′, variances A = s², B = s′², covariance c, D² = AB − c²; φ and Φ
    are the standard normal density and distribution function, h = b/s, k = b′/s′. From Stein's
    identity E[(a − b)G] = A E[∂G] + c E[∂′G]:

        E[a 1_a] = bΦ(h) + sφ(h),   E[a′ 1_a] = b′Φ(h) + (c/s)φ(h),
        E[a a′ 1_a] = (bb′ + c)Φ(h) + s b′ φ(h).

    If D > 0, with q = (b′A − cb)/(sD), q′ = (bB − cb′)/(s′D) and P = Φ₂(h, k; c/ss′):

        E[1_a 1_a′] = P,   E[a 1_a 1_a′] = bP + sφ(h)Φ(q) + (c/s′)φ(k)Φ(q′),
        E[a a′ 1_a 1_a′] = (bb′ + c)P + s b′ φ(h)Φ(q) + s′ b φ(k)Φ(q′) + Dφ(h)φ(q),
        φ(h)φ(q) = exp(−(b²B − 2cbb′ + b′²A)/2D²)/2π.

    If D = 0 < AB, then 1_a 1_a′ is one of 1_a, 1_a′ (c > 0), 1_a + 1_a′ − 1, 0 (c < 0), by the
    sign of b′A − cb. For b = b′ = 0 these are the arc-cosine kernels.

    References
    ----------
    Y. Cho and L. K. Saul (2009), Kernel methods for deep learning, NIPS 22.
    S. Rosenbaum (1961), Moments of a truncated bivariate normal distribution, J. R. Statist.
    Soc. B 23.
    """

    def __init__(
        self, field: OrderedField, calculus: Calculus, first: Ramp, second: Ramp, covariance: Any
    ) -> None:
        self._field, self._calculus = field, calculus
        self._first, self._second, self._c = first, second, covariance

    def expectation(self) -> Any:
        """Return E[g h]."""
        f, g = self._first, self._second
        parts = (
            (f.plain, g.plain, self._untruncated),
            (f.broken, g.plain, self._truncated_first),
            (f.plain, g.broken, self._truncated_second),
            (f.broken, g.broken, self._truncated_both),
        )
        total = self._calculus.rational(sympy.S.Zero)
        for (p0, p1), (q0, q1), moments in parts:
            weights = (p0 * q0, p1 * q0, p0 * q1, p1 * q1)
            if any(weights):
                terms = zip(weights, moments(), strict=True)
                total = sum((self._calculus.rational(w) * m for w, m in terms if w), total)
        return total

    def _untruncated(self) -> Moments:
        b, b2 = self._first.mean, self._second.mean
        value = self._calculus.value
        return self._calculus.rational(sympy.S.One), value(b), value(b2), value(b * b2 + self._c)

    def _truncated_first(self) -> Moments:
        return self._one_sided(self._first, self._second)

    def _truncated_second(self) -> Moments:
        one, second, first, product = self._one_sided(self._second, self._first)
        return one, first, second, product

    def _one_sided(self, f: Ramp, g: Ramp) -> Moments:
        value = self._calculus.value
        s = self._calculus.root(f.variance)
        b, b2, c = value(f.mean), value(g.mean), value(self._c)
        cdf, pdf = self._calculus.cdf(b / s), self._density(f)
        product = value(f.mean * g.mean + self._c) * cdf + s * b2 * pdf
        return cdf, b * cdf + s * pdf, b2 * cdf + c / s * pdf, product

    def _density(self, f: Ramp) -> Any:
        """Return φ(b/s)."""
        two = self._calculus.rational(sympy.Integer(2))
        square = self._calculus.value(f.mean * f.mean / f.variance)
        return self._calculus.exp(-square / two) / self._calculus.sqrt(two * self._calculus.pi)

    def _truncated_both(self) -> Moments:
        gram = self._first.variance * self._second.variance - self._c * self._c
        if self._field.sign(gram) > 0:
            return self._regular(gram)
        return self._degenerate()

    def _regular(self, gram: Any) -> Moments:
        calculus = self._calculus
        value, root, cdf = calculus.value, calculus.root, calculus.cdf
        (m, A), (n, B), cov = (
            (self._first.mean, self._first.variance),
            (self._second.mean, self._second.variance),
            self._c,
        )
        s, s2, D = root(A), root(B), root(gram)
        b, b2, c = value(m), value(n), value(cov)
        joint = calculus.joint_cdf(b / s, b2 / s2, c / (s * s2), D / (s * s2))
        edge = self._density(self._first) * cdf(value(n * A - cov * m) / (s * D))
        edge2 = self._density(self._second) * cdf(value(m * B - cov * n) / (s2 * D))
        two = calculus.rational(sympy.Integer(2))
        square = value((m * m * B - (cov + cov) * m * n + n * n * A) / gram)
        corner = D * calculus.exp(-square / two) / (two * calculus.pi)
        product = value(m * n + cov) * joint + s * b2 * edge + s2 * b * edge2 + corner
        return (
            joint,
            b * joint + s * edge + c / s2 * edge2,
            b2 * joint + s2 * edge2 + c / s * edge,
            product,
        )

    def _degenerate(self) -> Moments:
        m, n, A = self._first.mean, self._second.mean, self._first.variance
        order = self._field.sign(n * A - self._c * m)
        if self._field.sign(self._c) > 0:
            return self._truncated_first() if order >= 0 else self._truncated_second()
        if order <= 0:
            zero = self._calculus.rational(sympy.S.Zero)
            return zero, zero, zero, zero
        first, second, whole = (
            self._truncated_first(),
            self._truncated_second(),
            self._untruncated(),
        )
        a, b, c, d = (x + y - z for x, y, z in zip(first, second, whole, strict=True))
        return a, b, c, d


def inner_product(u: Sequence[Any], v: Sequence[Any], zero: Any) -> Any:
    """Return ⟨u, v⟩ for field elements."""
    return sum((x * y for x, y in zip(u, v, strict=True)), zero)
