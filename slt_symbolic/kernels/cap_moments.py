"""Moments of two affine functions on the unit sphere of R^n, truncated at zero, in closed form."""

from __future__ import annotations

from typing import Any

import sympy

from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.kernels.calculus import Calculus
from slt_symbolic.kernels.circle import CircleMoments
from slt_symbolic.kernels.ramps import Moments, Ramp


class CapMoments(CircleMoments):
    """E[g h] for ramps g of a and h of a′ on the sphere of R^n, each break meeting the sphere.

    Parameters
    ----------
    field, calculus, first, second, covariance
        As for :class:`~slt_symbolic.kernels.ramps.RampMoments`; a variance is |w|².
    dimension : int
        n ≥ 2.

    Notes
    -----
    With the notation of :class:`~slt_symbolic.kernels.circle.CircleMoments`, r = √(A − b²), and
    T_m(v) = ∫_v^1 (1 − u²)^m du. One cap: the coordinate along w has the density
    κ(1 − t²)^((n−3)/2), and with J = κT_((n−3)/2)(−b/s), F = κ(r/s)^(n−1)/(n − 1)

        E[1_a] = J,   E[a 1_a] = bJ + sF,   E[a′ 1_a] = b′J + (c/s)F,
        E[a a′ 1_a] = bb′J + (bc/s + b′s)F + (c/n)(J − (n − 1)(b/s)F).

    Two caps: project to the plane of w, w′, where a point p has the density (m/π)(1 − |p|²)^(m−1),
    m = (n − 2)/2, and the caps are half-planes. Their edges carry the segments from the crossing
    to the circle; S = ∫(1 − |p|²)^m over the first is (r/s)^(n−1)T_m(−X/rD), S′ the other. From
    p(1 − |p|²)^(m−1) = −∇(1 − |p|²)^m/2m and the divergence theorem, with P_n = E[1_a 1_a′],

        P_(n+2) = P_n + (bS/s + b′S′/s′)/2π,
        E[a 1_a 1_a′] = bP_n + (sS + (c/s′)S′)/2π,
        E[a a′ 1_a 1_a′] = b E[a′ 1_a 1_a′] + (c/n)P_(n+2) + (D/2π)(Q/n + XS/(sD)),

    Q = (Δ/D²)^(n/2). For n = 2 P is an arc over 2π; for n = 3 it is the area of a lens by the
    theorem of Gauss and Bonnet,

        P_3 = ¼ + asin((c − bb′)/rr′)/2π + (bψ/s + b′ψ′/s′)/2π,   ψ = π/2 + asin(X/rD).

    All T_m are elementary: (2m + 1)T_m = 2mT_(m−1) − v(1 − v²)^m, from T_0 = 1 − v and
    T_(−½) = arccos v. Whether the caps overlap, and how, is the same question as for the arcs that
    they cut out of the circle in that plane.

    References
    ----------
    S. Li (2011), Concise formulas for the area and volume of a hyperspherical cap, Asian J. Math.
    Stat. 4, 66-70.
    """

    def __init__(
        self, field: OrderedField, calculus: Calculus, first: Ramp, second: Ramp,
        covariance: Any, dimension: int,
    ) -> None:  # fmt: skip
        super().__init__(field, calculus, first, second, covariance)
        self._n = dimension

    def _number(self, p: int, q: int = 1) -> Any:
        return self._calculus.rational(sympy.Rational(p, q))

    def _untruncated(self) -> Moments:
        b, b2 = self._first.mean, self._second.mean
        value = self._calculus.value
        share = self._c * self._field.element(sympy.Rational(1, self._n))
        return self._number(1), value(b), value(b2), value(b * b2 + share)

    def _tail(self, twice: int, v: Any, root: Any) -> Any:
        """Return T_m(v) for m = ``twice``/2 ≥ −½ and root = √(1 − v²)."""
        if twice % 2:
            total = self._calculus.pi / self._number(2) - self._calculus.asin(v)
        else:
            total = self._number(1) - v
        for k in range(twice % 2 or 2, twice + 1, 2):
            total = (self._number(k) * total - v * root**k) / self._number(k + 1)
        return total

    def _constant(self) -> Any:
        """Return κ = Γ(n/2)/(√π Γ((n − 1)/2)), rational for odd n and else rational over π."""
        half = sympy.Rational(self._n, 2)
        kappa = sympy.gamma(half) / sympy.sqrt(sympy.pi) / sympy.gamma(half - sympy.S.Half)
        if self._n % 2:
            return self._calculus.rational(kappa)
        return self._calculus.rational(kappa * sympy.pi) / self._calculus.pi

    def _one_sided(self, f: Ramp, g: Ramp) -> Moments:
        value, n = self._calculus.value, self._n
        s = self._calculus.root(f.variance)
        ratio = self._calculus.root(f.variance - f.mean * f.mean) / s
        b, b2, c = value(f.mean), value(g.mean), value(self._c)
        kappa = self._constant()
        mass = kappa * self._tail(n - 3, -b / s, ratio)
        flux = kappa * ratio ** (n - 1) / self._number(n - 1)
        product = value(f.mean * g.mean) * mass + (b * c / s + b2 * s) * flux
        product = product + c / self._number(n) * (mass - self._number(n - 1) * b / s * flux)
        return mass, b * mass + s * flux, b2 * mass + c / s * flux, product

    def _crossing(self) -> Moments:
        calculus, n = self._calculus, self._n
        value, root, turn = calculus.value, calculus.root, self._number(2) * calculus.pi
        (m, A), (k, B), cov = (
            (self._first.mean, self._first.variance),
            (self._second.mean, self._second.variance),
            self._c,
        )
        s, s2, r, r2 = root(A), root(B), root(A - m * m), root(B - k * k)
        gram = A * B - cov * cov
        apart = gram - m * m * B + (cov + cov) * m * k - k * k * A
        D, height = root(gram), root(apart)
        b, b2, c = value(m), value(k), value(cov)
        x, x2 = value(k * A - cov * m) / (r * D), value(m * B - cov * k) / (r2 * D)
        # √(1 − x²), from r²D² − X² = AΔ.
        y, y2 = s * height / (r * D), s2 * height / (r2 * D)

        def segments(dimension: int) -> tuple[Any, Any]:
            return tuple(
                ratio ** (dimension - 1) * self._tail(dimension - 2, -v, w)
                for ratio, v, w in ((r / s, x, y), (r2 / s2, x2, y2))
            )

        quarter = calculus.pi / self._number(2)
        if n % 2:
            angle = quarter + calculus.asin(value(cov - m * k) / (r * r2))
            angle = angle + b / s * (quarter + calculus.asin(x))
            mass = (angle + b2 / s2 * (quarter + calculus.asin(x2))) / turn
        else:
            angle = quarter + calculus.asin(b / s) + calculus.asin(b2 / s2)
            mass = (angle + calculus.asin(c / (s * s2))) / turn
        for lower in range(3 if n % 2 else 2, n, 2):
            first, second = segments(lower)
            mass = mass + (b / s * first + b2 / s2 * second) / turn
        first, second = segments(n)
        above = mass + (b / s * first + b2 / s2 * second) / turn
        mean = b * mass + (s * first + c / s2 * second) / turn
        mean2 = b2 * mass + (s2 * second + c / s * first) / turn
        edge = (height / D) ** n / self._number(n) + x * r / s * first
        return mass, mean, mean2, b * mean2 + c / self._number(n) * above + D * edge / turn
