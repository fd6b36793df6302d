"""Any two units under the standard normal law, by certified quadrature."""

from __future__ import annotations

from math import ceil
from typing import Any

from flint import arb, ctx

from slt_symbolic.activations import Activation
from slt_symbolic.exact_numbers import RealField
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.gauss_legendre import gauss_legendre
from slt_symbolic.kernels.gaussian_bounds import cut_off, tail_integral
from slt_symbolic.kernels.gaussian_smoothing import smoothed
from slt_symbolic.kernels.gaussian_plane import plane_expectation
from slt_symbolic.kernels.gaussian_trapezoid import normal_expectation
from slt_symbolic.kernels.line_function import LineFunction, analytic, line_function
from slt_symbolic.kernels.line_function import product_majorant
from slt_symbolic.kernels.quadrature import (
    GUARD,
    Halves,
    QuadratureKernel,
    cells,
    halves,
    parity,
    usable,
)


class NormalQuadratureKernel(QuadratureKernel):
    """E[g h] under N(0, I): on a line, or in the plane that the two weight vectors span.

    Notes
    -----
    The pair of preactivations is (‖w‖s + b, αs + βt + b′) with independent standard normal s, t,
    α = ⟨w, w′⟩/‖w‖ and β² = ‖w′‖² − α². Whether β = 0 (parallel weights: one dimension) or α = 0
    (independent preactivations: a product) is decided exactly. In between, a piecewise polynomial
    second unit is integrated over t in closed form, which leaves one dimension; two analytic
    units take the trapezoidal rule in the plane.

    A Hermite series Σ c_k(g)c_k(h)αᵏ… is no faster for tanh: its coefficients fall like
    exp(−(π/2)√(2k)/‖w‖) only, so that 50 digits on a line need thousands of them, each an
    integral of its own; the trapezoidal rule needs a few hundred values of tanh.

    Examples
    --------
    >>> import sympy
    >>> from slt_symbolic.activations import TANH
    >>> k = NormalQuadratureKernel(StandardNormal(2))
    >>> u, v = (Feature(TANH, w, sympy.S.Zero) for w in ((sympy.S(1), sympy.S(0)), (sympy.S(1),) * 2))
    >>> k.enclosure(u, v, digits=15).str(15, radius=False)
    ''
    """

    inputs: StandardNormal

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether the law is standard normal and both activations have analytic pieces."""
        return isinstance(inputs, StandardNormal) and usable(first) and usable(second)

    @property
    def symmetric(self) -> bool:
        """True: x and −x have the same law."""
        return True

    def vanishes(self, g: Feature, h: Feature) -> bool:
        """Whether E[g h] = 0 by parity of the product, or of one of two independent factors."""
        if parity(g, h) == -1:
            return True
        if parity(g) != -1 and parity(h) != -1:
            return False
        return sum(v * w for v, w in zip(g.weights, h.weights, strict=True)) == 0

    def integral(self, g: Feature, h: Feature, field: RealField, bits: int) -> arb:
        """Return a ball around E[g h] whose radius aims at 2^−bits, absolute."""
        bits += GUARD // 4
        if self._size(h) > self._size(g) if _broken(g) == _broken(h) else _broken(h):
            g, h = h, g  # the unit with the break, or else the steeper one, comes first
        w, v = ([field.element(e) for e in f.weights] for f in (g, h))
        b, c = (field.element(f.bias) for f in (g, h))
        square, dot = _dot(w, w), _dot(w, v)
        if not square:
            w, v, b, c, g, h = v, w, c, b, h, g
            square, dot = _dot(w, w), _dot(w, v)
        one = field.domain.one
        norm = field.enclose(square).sqrt() if square else arb(1)
        first = halves(g.activation, one if square else 0 * one, b, field, norm)
        rest = _dot(v, v) - (dot * dot / square if square else 0 * one)
        if not rest:
            slope = dot / square if square else 0 * one
            # One object for equal units: it is then evaluated once.
            same = g.activation is h.activation and slope == one and b == c
            second = first if same else halves(h.activation, slope, c, field, norm)
            return line_expectation((first, second), field, norm, bits, parity(g, h) == 1)
        across = field.enclose(rest).sqrt()
        if not dot:
            own = halves(h.activation, one, c, field, across)
            size = max(ceil(float(abs(first_bound(f)).log().upper()) / 0.69) for f in (first, own))
            extra = bits + max(size, 0)
            return line_expectation(
                (first,), field, norm, extra, parity(g) == 1
            ) * line_expectation((own,), field, across, extra, parity(h) == 1)
        along = field.enclose(dot) / norm
        if analytic(g.activation) and analytic(h.activation):
            inner = line_function(h.activation, along, field.enclose(c))
            return plane_expectation(first.left, inner, across, bits, even=parity(g, h) == 1)
        smooth = smoothed(h.activation, along, field.enclose(c), across)
        second = Halves(smooth, smooth)
        return line_expectation((first, second), field, norm, bits, parity(g, h) == 1)
