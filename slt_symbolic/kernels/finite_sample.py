"""Any two units under the empirical law of finitely many points."""

from __future__ import annotations

from typing import Any

import sympy
from flint import acb, arb, ctx

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import FiniteSample
from slt_symbolic.kernels.algebraic import AlgebraicKernel
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.folded import Folded


class FiniteSampleKernel(AlgebraicKernel):
    """E[g h] as the exact sum over the points, whatever the activations.

    Notes
    -----
    With this law K is the empirical loss of a sample without noise. A step is ½ at its jump.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU, TANH
    >>> kernel = FiniteSampleKernel(FiniteSample([(-1,), (1,), (2,)]))
    >>> x, t = (Feature(f, (sympy.S.One,), sympy.S.Zero) for f in (RELU, TANH))
    >>> kernel.exact(x, x), kernel.exact(x, t)
    (5/3, tanh(1)/3 + 2*tanh(2)/3)
    """

    inputs: FiniteSample

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether the law is a finite sample and both activations can be enclosed."""
        if not isinstance(inputs, FiniteSample):
            return False
        return all(a.branches is not None or a.ball is not None for a in (first, second))

    def numbers(self) -> list[sympy.Expr]:
        """Return the coordinates of the points, and their weights."""
        return [*self.inputs.probabilities, *(c for x in self.inputs.points for c in x)]

    def over(self, field: OrderedField, g: Feature, h: Feature) -> Any:
        """Return E[g h] as an element of an ordered field, for piecewise polynomial features."""
        u, v = (Folded.of(f, field) for f in (g, h))
        total = field.element(sympy.S.Zero)
        for weight, x in self._points(field):
            total = total + weight * u.at(x, field) * v.at(x, field)
        return total

    def expression(self, field: OrderedField, g: Feature, h: Feature) -> sympy.Expr:
        """Return E[g h] as an expression, with the signs of an ordered field of its entries."""
        return super().expression(field, g, h) if _piecewise(g, h) else self._sum(g, h, field)

    def enclosure(self, g: Feature, h: Feature, *, digits: int) -> arb:
        """Return a ball around E[g h]."""
        if _piecewise(g, h):
            return super().enclosure(g, h, digits=digits)
        field = self.real_field(g, h)
        columns = [_ball_arguments(f, self._points(field), field) for f in (g, h)]
        weights = [weight for weight, _ in self._points(field)]
        guard = 10
        while True:
            with ctx.workdps(digits + guard):
                terms = [
                    field.enclose(w) * _ball(g, y, field) * _ball(h, z, field)
                    for w, y, z in zip(weights, *columns, strict=True)
                ]
                total, scale = sum(terms, arb(0)), sum(map(abs, terms), arb(0))
                # Terms that are all too small to tell from zero are given absolutely.
                wanted = arb(10) ** -digits * max(scale.mid(), arb(10) ** (-9 * digits))
                if total.is_finite() and total.rad() <= wanted:
                    return total
            if guard > 100 * digits + 10_000:
                raise ArithmeticError(f"{digits} digits of E[g h] need too much precision")
            guard *= 2

    def _points(self, field: OrderedField) -> list[tuple[Any, tuple[Any, ...]]]:
        return [
            (field.element(w), tuple(map(field.element, x)))
            for w, x in zip(self.inputs.probabilities, self.inputs.points, strict=True)
        ]

    def _sum(self, g: Feature, h: Feature, field: OrderedField) -> sympy.Expr:
        points = self._points(field)
        columns = [_expressions(f, points, field) for f in (g, h)]
        weights = self.inputs.probabilities
        return sympy.Add(*(w * y * z for w, y, z in zip(weights, *columns, strict=True)))


def _piecewise(g: Feature, h: Feature) -> bool:
    return g.activation.branches is not None and h.activation.branches is not None


def _preactivations(f: Feature, points: list[tuple[Any, tuple[Any, ...]]], field: Any) -> list[Any]:
    *weights, bias = map(field.element, f.entries())
    return [sum((w * c for w, c in zip(weights, x, strict=True)), bias) for _, x in points]


def _expressions(
    f: Feature, points: list[tuple[Any, tuple[Any, ...]]], field: OrderedField
) -> list[sympy.Expr]:
    """Return the feature's values at the points."""
    if f.activation.branches is None:
        return [f.activation(field.to_sympy(z)) for z in _preactivations(f, points, field)]
    folded = Folded.of(f, field)
    return [field.to_sympy(folded.at(x, field)) for _, x in points]


def _ball_arguments(
    f: Feature, points: list[tuple[Any, tuple[Any, ...]]], field: RealField
) -> list[Any]:
    """Return what :func:`_ball` takes: values of a piecewise polynomial, else preactivations."""
    if f.activation.branches is None:
        return _preactivations(f, points, field)
    folded = Folded.of(f, field)
    return [folded.at(x, field) for _, x in points]


def _ball(f: Feature, argument: Any, field: RealField) -> arb:
    if f.activation.branches is not None:
        return field.enclose(argument)
    if f.activation.ball is None:
        raise ValueError(f"activation {f.activation.name} has no ball to enclose it with")
    return f.activation.ball(acb(field.enclose(argument))).real
