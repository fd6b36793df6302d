"""Moments of two jointly normal variables, truncated at zero, in closed form."""

from __future__ import annotations

from typing import Any

import sympy

from slt_symbolic.kernels.ramps import Moments, Ramp, RampMoments


class NormalMoments(RampMoments):
    """E[g h] for ramps g of a and h of a′, where a and a′ are jointly normal.

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

    def _untruncated(self) -> Moments:
        b, b2 = self._first.mean, self._second.mean
        value = self._calculus.value
        return self._calculus.rational(sympy.S.One), value(b), value(b2), value(b * b2 + self._c)

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
        return self._overlap_of_everything() if order > 0 else self._nothing()
