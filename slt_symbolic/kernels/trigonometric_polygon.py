"""Sine and cosine units, with each other and with piecewise polynomials, on a convex polygon."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import UniformBox, UniformPolygon
from slt_symbolic.inputs.polygon_moments import polygon_moment
from slt_symbolic.kernels.broken import Polynomial, compose, derivative
from slt_symbolic.kernels.clipping import Clipper, Corner
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.folded import Folded
from slt_symbolic.kernels.trigonometric import TrigonometricKernel
from slt_symbolic.kernels.trigonometric_interval import by_parts
from slt_symbolic.kernels.trigonometric_sum import (
    TrigonometricSum,
    Wave,
    primitive,
    sum_and_difference,
    wave_of,
)
from slt_symbolic.kernels.uniform_polygon import corners_of, is_plane


class TrigonometricPolygonKernel(TrigonometricKernel):
    """E[g h] on a polygon or a box in the plane by the divergence theorem.

    Notes
    -----
    Let W be a wave, W₁ its antiderivative, α = ⟨c, x⟩ + d with c ≠ 0, and β affine with gradient v.
    The divergence of cp(β)W₁(α)/|c|² is p(β)W(α) + (⟨c, v⟩/|c|²)p′(β)W₁(α), so that

        ∫ p(β)W(α) = Σ_edges (⟨c, ν⟩/|c|²) ∫_edge p(β)W₁(α) − (⟨c, v⟩/|c|²) ∫ p′(β)W₁(α),

    ν the outward normal. On an edge both are affine: integrals by parts, or of a polynomial where
    c is orthogonal to the edge. If c = 0 the wave is a constant. Two waves turn into waves of the
    sum and the difference of their arguments; a break clips the polygon first.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU, SIN
    >>> k = TrigonometricPolygonKernel(UniformBox((-1, -1), (1, 1)))
    >>> wave, unit = (Feature(a, (sympy.S.One, sympy.S.Zero), sympy.S.Zero) for a in (SIN, RELU))
    >>> k.exact(wave, wave), sympy.expand(k.exact(wave, unit))
    (1/2 - sin(2)/4, -cos(1)/2 + sin(1)/2)
    """

    inputs: UniformPolygon | UniformBox

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether one activation is sin or cos, and the other too or piecewise polynomial."""
        waves = [wave_of(a) is not None for a in (first, second)]
        known = (w or a.branches is not None for w, a in zip(waves, (first, second), strict=True))
        return is_plane(inputs) and any(waves) and all(known)

    def numbers(self) -> list[sympy.Expr]:
        """Return the coordinates of the vertices."""
        return [c for vertex in corners_of(self.inputs) for c in vertex]

    def over(self, field: OrderedField, g: Feature, h: Feature) -> TrigonometricSum:
        """Return E[g h] over an ordered field that holds all entries."""
        points = [tuple(map(field.element, v)) for v in corners_of(self.inputs)]
        if wave_of(g.activation) is None:
            g, h = h, g
        wave, other = wave_of(g.activation), wave_of(h.activation)
        if wave is None:
            raise ValueError(f"one of the two activations must be sin or cos, got {g} and {h}")
        u, v = ([field.element(e) for e in f.entries()] for f in (g, h))
        one, half = field.element(sympy.S.One), field.element(sympy.S.Half)
        total = TrigonometricSum.of()
        if other is not None:
            wave, signs = sum_and_difference(wave, other)
            for sign, factor in zip((1, -1), signs, strict=True):
                mixed = [p - sign * q for p, q in zip(u, v, strict=True)]
                over = _Region(field, mixed, mixed, points)
                total = total + over.integral((one,), wave).times(factor * half)
        else:
            unit = Folded.of(h, field)
            for polynomial, broken in unit.terms():
                region = _Region(field, u, v, points)
                if broken:
                    region.clip()
                total = total + region.integral(polynomial, wave)
        return total.times(one / polygon_moment(points, 0, 0, field))


class _Region:
    """A polygon with two affine functions: α, which waves take, and β, which polynomials take."""

    def __init__(
        self, field: OrderedField, alpha: Sequence[Any], beta: Sequence[Any], points: Sequence[Any]
    ) -> None:
        self.field = field
        self.c, self.v = alpha[:2], beta[:2]
        self.corners = [
            Corner((x, y, *(f[0] * x + f[1] * y + f[2] for f in (alpha, beta)))) for x, y in points
        ]

    def clip(self) -> None:
        """Keep what lies in β > 0."""
        self.corners = Clipper(self.field).positive(self.corners, 3)

    def integral(self, p: Polynomial, wave: Wave) -> TrigonometricSum:
        """Return ∫ p(β)wave(α)."""
        if not any(p) or not self.corners:
            return TrigonometricSum.of()
        field, c, v = self.field, self.c, self.v
        zero, one = field.element(sympy.S.Zero), field.element(sympy.S.One)
        square = c[0] * c[0] + c[1] * c[1]
        if field.sign(square) == 0:
            mass = self._polynomial(p)
            return TrigonometricSum.of((mass, zero, wave, self.corners[0].values[2]))
        wave, sign = primitive(wave)
        total = TrigonometricSum.of()
        for start, stop in zip(self.corners, [*self.corners[1:], self.corners[0]], strict=True):
            dx, dy, step, growth = (q - r for q, r in zip(stop.values, start.values, strict=True))
            flux = (c[0] * dy - c[1] * dx) / square
            if flux:
                along = compose(p, (start.values[3], growth))
                edge = by_parts(along, wave, step, start.values[2], zero, one, field)
                total = total + edge.times(sign * flux)
        rest = self.integral(derivative(p), wave)
        return total + rest.times(-sign * (c[0] * v[0] + c[1] * v[1]) / square)

    def _polynomial(self, p: Polynomial) -> Any:
        """Return ∫ p(β)."""
        field, v = self.field, self.v
        values = [corner.values for corner in self.corners]
        if not any(v):
            constant = compose(p, (values[0][3],))[0]
            return constant * polygon_moment([x[:2] for x in values], 0, 0, field)
        # β and a coordinate of the plane, in terms of which areas are those in x times a unit.
        aside, unit = (1, v[0]) if v[0] else (0, -v[1])
        points = [(x[3], x[aside]) for x in values]
        total = field.element(sympy.S.Zero)
        for k, a in enumerate(p):
            if a:
                total = total + a * polygon_moment(points, k, 0, field)
        return total / unit
