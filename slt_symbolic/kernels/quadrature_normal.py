"""Any two units under the standard normal law, by certified quadrature."""

from __future__ import annotations

from math import ceil
from typing import Any

from flint import arb, ctx

from slt_symbolic.activations import Activation
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.gauss_legendre import gauss_legendre
from slt_symbolic.kernels.gaussian_bounds import cut_off, tail_integral
from slt_symbolic.kernels.gaussian_plane import plane_expectation
from slt_symbolic.kernels.gaussian_smoothing import smoothed
from slt_symbolic.kernels.gaussian_trapezoid import normal_expectation
from slt_symbolic.kernels.line_function import analytic, line_function, product_majorant
from slt_symbolic.kernels.quadrature import (
    GUARD,
    Halves,
    QuadratureKernel,
    cells,
    halves,
    independent_and_odd,
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

    A Hermite series Σ c_k(g)c_k(h) is no faster for tanh on a line: its coefficients fall like
    exp(−(π/2)√k/‖w‖) only, so that 50 digits at ‖w‖ = 1 need all odd k up to about 1300, each an
    integral of its own, where the trapezoidal rule needs a few hundred values of tanh.

    Examples
    --------
    >>> import sympy
    >>> from slt_symbolic.activations import TANH
    >>> k = NormalQuadratureKernel(StandardNormal(2))
    >>> one, zero = sympy.S.One, sympy.S.Zero
    >>> u, v = Feature(TANH, (one, zero), zero), Feature(TANH, (one, one), zero)
    >>> k.enclosure(u, v, digits=15).str(15, radius=False)
    '0.302825185025604'
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
        return parity(g, h) == -1 or independent_and_odd(g, h)

    def integral(self, g: Feature, h: Feature, field: RealField, bits: int) -> arb:
        """Return a ball around E[g h] whose radius aims at 2^−bits, absolute."""
        bits += GUARD // 4
        if _rank(h) < _rank(g):
            g, h = h, g
        w, v = ([field.element(e) for e in f.weights] for f in (g, h))
        b, c = (field.element(f.bias) for f in (g, h))
        square, dot = _dot(w, w), _dot(w, v)
        zero, one = field.domain.zero, field.domain.one
        norm = field.enclose(square).sqrt() if square else arb(1)
        first = halves(g.activation, one if square else zero, b, field, norm)
        even = parity(g, h) == 1
        slope = dot / square if square else zero
        rest = _dot(v, v) - slope * dot
        if not rest:
            # One object for equal units: it is then evaluated once.
            same = g.activation is h.activation and slope == one and b == c
            second = first if same else halves(h.activation, slope, c, field, norm)
            return line_expectation((first, second), field, norm, bits, even=even)
        across = field.enclose(rest).sqrt()
        if not dot:
            second = halves(h.activation, one, c, field, across)
            mean = line_expectation((first,), field, norm, bits, even=parity(g) == 1)
            return mean * line_expectation((second,), field, across, bits, even=parity(h) == 1)
        along, offset = field.enclose(slope) * norm, field.enclose(c)
        if analytic(h.activation):
            inner = line_function(h.activation, along, offset)
            return plane_expectation(first.left, inner, across, bits, even=even)
        smooth = smoothed(h.activation, along, offset, across)
        second = Halves(smooth, smooth)
        return line_expectation((first, second), field, norm, bits, even=even)


def line_expectation(
    functions: tuple[Halves, ...], field: RealField, scale: arb, bits: int, *, even: bool
) -> arb:
    """Enclose E Π f(X), X ~ N(0, 1), for functions that may have a break each.

    Parameters
    ----------
    functions : tuple of Halves
        The functions; their breaks are in the coordinate scale·x.
    field : RealField
        Where the breaks live.
    scale : flint.arb
        Positive.
    bits : int
        The error aims at 2^−bits, absolute.
    even : bool
        Whether the product is even.

    Notes
    -----
    Without breaks by the trapezoidal rule. Otherwise every cell is cut off at ±X, what lies
    beyond bounded by the tails of its own majorant, and integrated by the Gauss–Legendre rule.
    """
    if all(f.at is None for f in functions):
        return normal_expectation([f.left for f in functions], bits, even=even)
    total = arb(0)
    for lower, upper, factors in cells(functions, field):
        majorant = product_majorant(factors, 0.0)
        if not majorant:
            continue
        end = arb(ceil(cut_off(majorant, bits)))
        start, stop = (
            default if at is None else field.enclose(at) / scale
            for at, default in ((lower, -end), (upper, end))
        )
        start, stop = start.max(-end), stop.min(end)
        if not start >= stop:
            total += gauss_legendre(factors, start, stop, bits, gaussian=True)
        tail = arb(0)
        with ctx.workprec(53):
            for k, m in enumerate(majorant):
                tail += 2 * m * tail_integral(k, end)
        total += arb(0, tail.upper())
    return total


def _rank(f: Feature) -> tuple[bool, bool, float]:
    """Return a key by which the unit of the outer integral sorts before that of the inner.

    A constant is innermost, then what can be smoothed in closed form, then the flatter unit.
    """
    size = sum(float(w) ** 2 for w in f.weights)
    return size == 0, not analytic(f.activation), -size


def _dot(v: list[Any], w: list[Any]) -> Any:
    total = v[0] * w[0]
    for x, y in zip(v[1:], w[1:], strict=True):
        total = total + x * y
    return total
