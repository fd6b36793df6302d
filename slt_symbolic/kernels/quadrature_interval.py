"""Any two units under the uniform law on an interval, by certified quadrature."""

from __future__ import annotations

from flint import arb

from slt_symbolic.activations import Activation
from slt_symbolic.exact.entries import irrational_numbers
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.gauss_legendre import gauss_legendre
from slt_symbolic.kernels.line_function import product_majorant
from slt_symbolic.kernels.quadrature import (
    GUARD,
    QuadratureKernel,
    cells,
    halves,
    parity,
    usable,
)


class IntervalQuadratureKernel(QuadratureKernel):
    """E[g h] on an interval, between exact breaks by the Gauss–Legendre rule.

    Examples
    --------
    >>> import sympy
    >>> from slt_symbolic.activations import TANH
    >>> k = IntervalQuadratureKernel(UniformInterval(-1, 1))
    >>> unit = Feature(TANH, (sympy.S.One,), sympy.S.Zero)
    >>> k.enclosure(unit, unit, digits=20).str(20, radius=False)  # 1 − tanh(1)
    '0.23840584404423511188'
    """

    inputs: UniformInterval

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether the law is an interval's and both activations have analytic pieces."""
        return isinstance(inputs, UniformInterval) and usable(first) and usable(second)

    @property
    def symmetric(self) -> bool:
        """Whether the interval is symmetric about 0."""
        return bool(self.inputs.lower == -self.inputs.upper)

    def integral(self, g: Feature, h: Feature, field: RealField, bits: int) -> arb:
        """Return a ball around E[g h] whose radius aims at 2^−bits, absolute."""
        ends = (self.inputs.lower, self.inputs.upper)
        if any(e.free_symbols for e in ends):
            raise ValueError(f"entries and law must be numbers to enclose, got {self.inputs!r}")
        entries = [*g.entries(), *h.entries(), *ends]
        field = RealField.containing(irrational_numbers(entries))
        start, stop = map(field.element, ends)
        (w, b), (v, c) = (tuple(map(field.element, f.entries())) for f in (g, h))
        first = halves(g.activation, w, b, field, arb(1))
        # One object for equal units: it is then evaluated once.
        second = first
        if h != g:
            second = halves(h.activation, v, c, field, arb(1))
        even = self.symmetric and parity(g, h) == 1
        total, aim = arb(0), bits + GUARD // 4
        for lower, upper, factors in cells((first, second), field):
            if lower is None or field.sign(lower - start) <= 0:
                lower = start
            if upper is None or field.sign(stop - upper) <= 0:
                upper = stop
            if field.sign(upper - lower) <= 0 or not product_majorant(factors, 0.0):
                continue
            whole = lower is start and upper is stop
            total += gauss_legendre(
                factors, field.enclose(lower), field.enclose(upper), aim, even=even and whole
            )
        return total / field.enclose(stop - start)
