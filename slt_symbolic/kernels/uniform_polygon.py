"""Piecewise polynomial units under the uniform law on a convex polygon or a box in the plane."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import UniformBox, UniformPolygon
from slt_symbolic.inputs.polygon_moments import polygon_moment
from slt_symbolic.kernels.algebraic import AlgebraicKernel
from slt_symbolic.kernels.broken import Polynomial, compose, multiply
from slt_symbolic.kernels.clipping import Clipper, Corner
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.folded import Folded


class UniformPolygonKernel(AlgebraicKernel):
    """E[g h] on a polygon: moments of what the two hyperplanes leave of it.

    Notes
    -----
    With a and b the preactivations, (a, b) are coordinates of the plane unless the two lines are
    parallel. In them the polygon is clipped to a quadrant, and its moments are sums over edges
    in which those on a = 0 or b = 0 drop out: neither the crossing of the two lines nor any
    triangulation enters, and no sign is asked for but those of a and b at the vertices, and of
    one at the other's crossings with an edge. If the lines are parallel, a and a coordinate of
    the plane take the place of a and b.

    References
    ----------
    I. E. Sutherland, G. W. Hodgman (1974), Reentrant polygon clipping, Comm. ACM 17, 32-42.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> kernel = UniformPolygonKernel(UniformBox((-1, -1), (1, 1)))
    >>> x, y = (Feature(RELU, w, sympy.S.Zero) for w in (sympy.eye(2)[:2], sympy.eye(2)[2:]))
    >>> kernel.exact(x, x), kernel.exact(x, y)
    (1/6, 1/16)
    """

    inputs: UniformPolygon | UniformBox

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether both activations are piecewise polynomial and the law is a plane polygon's."""
        piecewise = first.branches is not None and second.branches is not None
        return is_plane(inputs) and piecewise

    def numbers(self) -> list[sympy.Expr]:
        """Return the coordinates of the vertices."""
        return [c for vertex in corners_of(self.inputs) for c in vertex]

    def over(self, field: OrderedField, g: Feature, h: Feature) -> Any:
        """Return E[g h] as an element of an ordered field that holds all entries."""
        vertices = [tuple(map(field.element, v)) for v in corners_of(self.inputs)]
        u, v = (Folded.of(f, field) for f in (g, h))
        if not any(u.weights):
            u, v = v, u
        if not any(u.weights):
            return u.below[0] * v.below[0]
        total, unit = _integral(u, v, vertices, field)
        return total / (unit * polygon_moment(vertices, 0, 0, field))


def is_plane(inputs: object) -> bool:
    """Whether a law is uniform on a polygon or on a box in the plane."""
    if isinstance(inputs, UniformBox):
        return inputs.dimension == 2
    return isinstance(inputs, UniformPolygon)


def corners_of(inputs: UniformPolygon | UniformBox) -> Sequence[tuple[sympy.Expr, sympy.Expr]]:
    """Return the vertices of a polygon or a box in the plane, counterclockwise."""
    if isinstance(inputs, UniformPolygon):
        return inputs.vertices
    (left, low), (right, high) = inputs.lower, inputs.upper
    return [(left, low), (right, low), (right, high), (left, high)]


def _integral(
    u: Folded, v: Folded, vertices: Sequence[tuple[Any, ...]], field: OrderedField
) -> tuple[Any, Any]:
    """Return ∫ u v in coordinates of the plane, and these coordinates' unit of area."""
    first, second = ([f.bias + _dot(f.weights, x) for x in vertices] for f in (u, v))
    unit = u.weights[0] * v.weights[1] - u.weights[1] * v.weights[0]
    parallel = not unit
    affine: Polynomial = ()
    rows: Iterable[tuple[Any, ...]]
    if parallel:
        # b = affine(a), and x_aside is a second coordinate.
        along, aside = (0, 1) if u.weights[0] else (1, 0)
        unit = u.weights[0] if aside else -u.weights[1]
        slope = v.weights[along] / u.weights[along]
        affine = (v.bias - slope * u.bias, slope)
        rows = zip(first, [x[aside] for x in vertices], second, strict=True)
    else:
        rows = zip(first, second, strict=True)
    corners = [Corner(values) for values in rows]
    clipper, line = Clipper(field, parallel=parallel), len(corners[0].values) - 1
    total = field.element(sympy.S.Zero)
    for p, right in u.terms():
        half = clipper.positive(corners, 0) if right else corners
        for q, above in v.terms():
            region = clipper.positive(half, line) if above and half else half
            factors = (multiply(p, compose(q, affine)), ()) if parallel else (p, q)
            total = total + _polynomial_integral(*factors, region, field)
    return total, unit


def _polynomial_integral(
    p: Polynomial, q: Polynomial, region: Sequence[Corner], field: OrderedField
) -> Any:
    """Return ∫ p(x) q(y) over a polygon in the plane of the first two values; q = () means 1."""
    points = [corner.values[:2] for corner in region]
    one = field.element(sympy.S.One)
    return sum(
        (
            a * b * polygon_moment(points, i, j, field)
            for i, a in enumerate(p)
            for j, b in enumerate(q or (one,))
            if a and b
        ),
        field.element(sympy.S.Zero),
    )


def _dot(weights: Sequence[Any], x: Sequence[Any]) -> Any:
    products = [w * c for w, c in zip(weights, x, strict=True)]
    return sum(products[1:], products[0])
