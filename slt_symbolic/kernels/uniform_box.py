"""Piecewise polynomial units under the uniform law on a box of any dimension."""

from __future__ import annotations

from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import UniformBox
from slt_symbolic.kernels.algebraic import AlgebraicKernel
from slt_symbolic.kernels.box_faces import BoxFaces
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.folded import Folded


class UniformBoxKernel(AlgebraicKernel):
    """E[g h] on a box: a recursion over its faces, see :class:`BoxFaces`.

    Notes
    -----
    The cost is that of the 3ⁿ faces, and of the 2ⁿ vertices of each. In the plane
    :class:`~slt_symbolic.kernels.uniform_polygon.UniformPolygonKernel` is faster.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> kernel = UniformBoxKernel(UniformBox((-1, -1, -1), (1, 1, 1)))
    >>> one = sympy.S.One
    >>> u, v = Feature(RELU, (one, one, one), one), Feature(RELU, (one, -one, one), -one)
    >>> kernel.exact(u, u), kernel.exact(u, v)
    (29/15, 2/15)
    """

    inputs: UniformBox

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether both activations are piecewise polynomial and the law is a box's."""
        piecewise = first.branches is not None and second.branches is not None
        return isinstance(inputs, UniformBox) and piecewise

    def numbers(self) -> list[sympy.Expr]:
        """Return the entries of the two corners."""
        return [*self.inputs.lower, *self.inputs.upper]

    def over(self, field: OrderedField, g: Feature, h: Feature) -> Any:
        """Return E[g h] as an element of an ordered field that holds all entries."""
        lower = [field.element(c) for c in self.inputs.lower]
        upper = [field.element(c) for c in self.inputs.upper]
        u, v = (Folded.of(f, field) for f in (g, h))
        slopes, origin = [], []
        for f in (u, v):
            sides = zip(f.weights, lower, upper, strict=True)
            slopes.append([w * (b - a) for w, a, b in sides])
            origin.append(sum((w * a for w, a in zip(f.weights, lower, strict=True)), f.bias))
        faces = BoxFaces(field, (slopes[0], slopes[1]), (origin[0], origin[1]))
        return sum(
            (
                a * b * faces.integral(i, j, first, second)
                for p, first in u.terms()
                for q, second in v.terms()
                for i, a in enumerate(p)
                for j, b in enumerate(q)
                if a and b
            ),
            field.element(sympy.S.Zero),
        )
