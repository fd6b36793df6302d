"""Any two units on a box or a convex polygon, by certified quadrature over simplices and boxes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import product
from math import prod
from operator import add, mul
from typing import Any

from flint import arb, ctx

from slt_symbolic.activations import Activation
from slt_symbolic.exact.entries import irrational_numbers
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import UniformBox, UniformPolygon
from slt_symbolic.inputs.polygon_moments import polygon_moment
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.kernel import TooManyNodesError
from slt_symbolic.kernels.line_function import LineFunction, analytic
from slt_symbolic.kernels.probability_rule import (
    UNIFORM,
    Argument,
    Density,
    plan,
)
from slt_symbolic.kernels.quadrature import GUARD, QuadratureKernel, halves, parity, usable
from slt_symbolic.kernels.section_quadrature import has_sections, section_mean
from slt_symbolic.kernels.simplices import Simplex, Values, box_simplices, divided, fan

MAX_NODES = 2_000_000
"""Beyond so many it takes more than some ten seconds."""

Memory = dict[Any, list[arb]]
"""Values of factors at nodes."""


class RegionQuadratureKernel(QuadratureKernel):
    """E[g h] on a box of any dimension or a convex polygon.

    Notes
    -----
    On a box with rational numbers most pairs are a single integral over sections,
    :func:`~slt_symbolic.kernels.section_quadrature.section_mean`. The others take a product rule.
    Coordinates in which a unit with a break has a weight make up a box (or the polygon) that is
    divided into simplices, exactly cut along the break; the other coordinates remain a box. With
    vertices v₀, …, v_m a simplex is v₀ + u₁(v₁ − v₀ + u₂(v₂ − v₁ + u₃(…))), 0 ≤ u_i ≤ 1, and a
    uniform point of it has independent u_i with densities proportional to u_i^(m−i) (Duffy).
    So every variable gets a Gauss rule of :class:`~slt_symbolic.kernels.probability_rule.Density`,
    and the errors add up, as I − Q₁…Q_d = Σ Q₁…Q_(k−1)(I_k − Q_k)I_(k+1)…I_d and all weights are
    positive with sum 1.

    The preactivations are affine in each variable alone. If the k-th is in the ellipse with
    semi-axes cosh η, sinh η, the imaginary part is at most S sinh η and the modulus grows by at
    most S(cosh η − 1): S = |w_k|·half the side for a coordinate of a box, and for u_i half of the
    greatest |a_j − a_(i−1)|, j ≥ i, since v_i − v_(i−1) + u_(i+1)(…) is an average of the
    v_j − v_(i−1).

    References
    ----------
    M. G. Duffy (1982), Quadrature over a pyramid or cube of integrands with a singularity at a
    vertex, SIAM J. Numer. Anal. 19, 1260-1262.

    Examples
    --------
    >>> import sympy
    >>> from slt_symbolic.activations import TANH
    >>> k = RegionQuadratureKernel(UniformBox((-1, 0), (1, 1)))
    >>> unit = Feature(TANH, (sympy.S.One, sympy.S.Zero), sympy.S.Zero)
    >>> k.enclosure(unit, unit, digits=20).str(20, radius=False)  # 1 − tanh(1)
    '0.23840584404423511188'
    """

    inputs: UniformBox | UniformPolygon

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether the law is a box's or polygon's and both activations have analytic pieces."""
        return isinstance(inputs, UniformBox | UniformPolygon) and usable(first) and usable(second)

    @property
    def symmetric(self) -> bool:
        """Whether the region is symmetric about 0."""
        if isinstance(self.inputs, UniformPolygon):
            corners = set(self.inputs.vertices)
            return corners == {(-x, -y) for x, y in corners}
        return all(a == -b for a, b in zip(self.inputs.lower, self.inputs.upper, strict=True))

    def vanishes(self, g: Feature, h: Feature) -> bool:
        """Whether E[g h] = 0 by parity: of the product, or of a factor in inputs of its own."""
        if super().vanishes(g, h):
            return True
        if not (isinstance(self.inputs, UniformBox) and self.symmetric):
            return False
        apart = all(w == 0 or v == 0 for w, v in zip(g.weights, h.weights, strict=True))
        return apart and -1 in (parity(g), parity(h))

    def integral(self, g: Feature, h: Feature, field: RealField, bits: int) -> arb:
        """Return a ball around E[g h] whose radius aims at 2^−bits, absolute."""
        del field  # that of the law's numbers too is needed
        if isinstance(self.inputs, UniformBox) and has_sections(self.inputs, (g, h)):
            # Should the product rule need too many nodes as well, it will say so.
            with suppress(TooManyNodesError):
                return section_mean(self.inputs, (g, h), bits)
        return region_mean(self.inputs, (g, h), bits)


def region_mean(
    law: UniformBox | UniformPolygon,
    features: Sequence[Feature],
    bits: int,
    *,
    memory: Memory | None = None,
) -> arb:
    """Return a ball around the mean of a product of units over a box or a polygon.

    Parameters
    ----------
    law : UniformBox or UniformPolygon
        The law of the inputs.
    features : sequence of Feature
        The factors, with numbers as entries; activations with certified quadrature.
    bits : int
        The radius aims at 2^−bits, absolute.
    memory : dict, optional
        Takes the values of the factors at the nodes, for calls with the same law whose factors
        are all without breaks and partly the same.

    Raises
    ------
    TooManyNodesError
        If that takes too many nodes.
    """
    corners = (
        law.vertices
        if isinstance(law, UniformPolygon)
        else tuple(zip(law.lower, law.upper, strict=True))
    )
    numbers = [e for corner in corners for e in corner]
    if any(e.free_symbols for e in numbers):
        raise ValueError(f"entries and law must be numbers to enclose, got {law!r}")
    entries = [e for f in features for e in f.entries()]
    field = RealField.containing(irrational_numbers([*entries, *numbers]))
    pairs = [(field.element(x), field.element(y)) for x, y in corners]
    units = [tuple(map(field.element, f.entries())) for f in features]
    broken = [
        k
        for k, (f, u) in enumerate(zip(features, units, strict=True))
        if not analytic(f.activation) and any(u[:-1])
    ]
    rest: list[Values] = []
    if isinstance(law, UniformPolygon):
        values = [tuple(_at(u, x) for u in units) for x in pairs]
        area = polygon_moment(pairs, 0, 0, field)
        simplices = fan(pairs, values, area)
    else:
        simplices, rest = _box(units, pairs, broken, field)
    cells = []
    for simplex in divided(simplices, broken, field):
        factors = [
            _side(f, u, k, simplex, field)
            for k, (f, u) in enumerate(zip(features, units, strict=True))
        ]
        if all(any(f.majorant(0.0)) for f in factors):
            cells.append(_Cell(factors, simplex, rest, field, bits + GUARD // 4))
    if sum(cell.size for cell in cells) > MAX_NODES:
        raise TooManyNodesError(
            f"an enclosure to so many digits takes more than {MAX_NODES} nodes on {law!r}; "
            "ask for fewer digits, or smaller weights"
        )
    total = arb(0)
    for number, cell in enumerate(cells):
        names = [(f, number) for f in features]
        total += cell.share * cell.mean(names, {} if memory is None or broken else memory)
    return total


def _at(unit: Sequence[Any], x: Sequence[Any]) -> Any:
    return sum((w * c for w, c in zip(unit[:-1], x, strict=True)), unit[-1])


def _box(
    units: Sequence[Sequence[Any]],
    sides: Sequence[tuple[Any, Any]],
    broken: Sequence[int],
    field: RealField,
) -> tuple[Any, list[Values]]:
    """Return the simplices of the coordinates to cut, and half the growth along the others."""
    origin = [unit[-1] for unit in units]
    steps: list[Values] = []
    rest: list[Values] = []
    for k, (lower, upper) in enumerate(sides):
        weights = [unit[k] for unit in units]
        if not any(weights):
            continue
        cut = any(weights[i] for i in broken)
        half = (upper - lower) / 2
        for i, w in enumerate(weights):
            origin[i] = origin[i] + w * (lower if cut else lower + half)
        growth = tuple(w * half for w in weights)
        if cut:
            steps.append(tuple(g + g for g in growth))
        else:
            rest.append(growth)
    return box_simplices(tuple(origin), steps, field.domain.one), rest


def _side(
    f: Feature, unit: Sequence[Any], which: int, simplex: Simplex, field: RealField
) -> LineFunction:
    """Return the function of the preactivation that a unit is on a simplex."""
    zero, one = field.domain.zero, field.domain.one
    if not any(unit[:-1]):
        return halves(f.activation, zero, unit[-1], field, arb(1)).left
    both = halves(f.activation, one, zero, field, arb(1))
    return both.right if simplex.side(which, field) > 0 else both.left


class _Cell:
    """A product of two analytic functions on simplex times box, with its rules of quadrature."""

    def __init__(
        self,
        factors: Sequence[LineFunction],
        simplex: Simplex,
        rest: Sequence[Values],
        field: RealField,
        bits: int,
    ) -> None:
        self.share = field.enclose(simplex.share)
        self.factors = factors
        which = range(len(factors))
        self.vertices = [[field.enclose(v[k]) for v in simplex.vertices] for k in which]
        self.sides = [[field.enclose(r[k]) for r in rest] for k in which]
        inner = len(simplex.vertices) - 1
        densities = [Density("corner", inner - i) for i in range(1, inner + 1)]
        densities += [UNIFORM] * len(rest)
        both = list(zip(self.vertices, self.sides, strict=True))
        self.speeds = [_speeds(a) + [abs(s) for s in b] for a, b in both]
        sizes = [_greatest(a) + sum(map(abs, b), arb(0)) for a, b in both]
        self.rules: list[tuple[Density, int]] = []
        self.error, aim = arb(0), bits + len(densities).bit_length()
        for i, density in enumerate(densities):
            arguments = [Argument(f, self.speeds[k][i], sizes[k]) for k, f in enumerate(factors)]
            count, mistake = plan(density, arguments, aim)
            self.rules.append((density, count))
            self.error += mistake
        self.size = prod(count for _, count in self.rules)

    def mean(self, names: Sequence[Any], memory: Memory) -> arb:
        """Return a ball around the mean of the product; ``names`` tell factors apart."""
        counts = tuple(count for _, count in self.rules)
        tables = [density.rule(count, ctx.prec) for density, count in self.rules]
        terms = [arb(1)]
        for _, weights in tables:
            terms = [t * w for t, w in product(terms, weights)]
        for k, f in enumerate(self.factors):
            if all(speed.is_zero() for speed in self.speeds[k]):
                constant = f(self.vertices[k][0]).real
                terms = [constant * t for t in terms]
                continue
            key = (names[k], counts, ctx.prec)
            if key not in memory:
                points = _points(self.vertices[k], self.sides[k], [nodes for nodes, _ in tables])
                memory[key] = f.on_reals(points)
            terms = list(map(mul, terms, memory[key]))
        return sum(terms, arb(0)) + arb(0, self.error.upper())


def _points(vertices: Sequence[arb], sides: Sequence[arb], nodes: Sequence[Sequence[arb]]) -> Any:
    """Return the argument at all nodes, the last variable running fastest."""
    inner = len(vertices) - 1
    box = [arb(0)]
    for side, column in zip(sides, nodes[inner:], strict=True):
        box = [x + y for x, y in product(box, [side * c for c in column])]
    corner = [arb(0)]
    for i in range(inner, 0, -1):
        step = vertices[i] - vertices[i - 1]
        shares = [(1 + c) / 2 for c in nodes[i - 1]]
        corner = [u * t for u, t in product(shares, [step + t for t in corner])]
    corner = [vertices[0] + t for t in corner]
    return corner if not sides else [add(*pair) for pair in product(corner, box)]


def _speeds(vertices: Sequence[arb]) -> list[arb]:
    return [
        _greatest([v - vertices[i - 1] for v in vertices[i:]]) / 2 for i in range(1, len(vertices))
    ]


def _greatest(numbers: Sequence[arb]) -> arb:
    greatest = arb(0)
    for x in numbers:
        greatest = greatest.max(abs(x))
    return greatest
