"""Any two units on the unit sphere or circle, at most one with a break, by certified quadrature."""

from __future__ import annotations

from dataclasses import dataclass
from math import asinh, inf
from operator import mul

from flint import arb, ctx

from slt_symbolic.activations import Activation
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import UniformSphere
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.kernel import TooManyNodesError
from slt_symbolic.kernels.line_function import (
    LineFunction,
    analytic,
    line_function,
)
from slt_symbolic.kernels.probability_rule import (
    UNIFORM,
    Argument,
    Density,
    plan,
    sphere_constant,
)
from slt_symbolic.kernels.quadrature import (
    GUARD,
    QuadratureKernel,
    halves,
    independent_and_odd,
    usable,
)
from slt_symbolic.kernels.ramps import inner_product

MAX_NODES = 400_000
"""Values of the second unit, a second or two."""


class SphereQuadratureKernel(QuadratureKernel):
    """E[g h] on the sphere of R^n, reduced to the two coordinates that matter.

    Notes
    -----
    Let t be the coordinate of x along w, and s that along the rest of w′, divided by √(1 − t²):
    a = ‖w‖t + b and a′ = αt + β√(1 − t²)s + b′, α² + β² = ‖w′‖². They are independent, t a
    coordinate of a uniform point of the sphere in R^n and s of one in R^(n−1) (±1 for n = 2): two
    Gauss rules, of :class:`~slt_symbolic.kernels.probability_rule.Density`. On the circle these
    are the trapezoidal rule of the angle.

    The mean over s is even in √(1 − t²), hence analytic in t. For t = cos z with |Im z| ≤ η and
    real s, αt + βs√(1 − t²) = √(α² + β²s²) cos(z − δ) with real δ: its imaginary part is at most
    ‖w′‖ sinh η, its modulus ‖w′‖ cosh η. For s in an ellipse and real t the imaginary part is at
    most β sinh η, the modulus grows by β(cosh η − 1). The error of the inner rule counts once, the
    weights of the outer summing to 1.

    A unit with a break is taken first. Its sides are arcs in φ, t = cos φ, with the weight
    sin^(n−2) φ, in all of which everything is entire but for the units themselves; there the
    Gauss–Legendre rule is used, and |sin z|, |cos z| ≤ cosh Im z.

    Examples
    --------
    >>> import sympy
    >>> from slt_symbolic.activations import TANH
    >>> k = SphereQuadratureKernel(UniformSphere(3))
    >>> unit = Feature(TANH, (sympy.S.Zero, sympy.S.Zero, sympy.S.One), sympy.S.Zero)
    >>> k.enclosure(unit, unit, digits=20).str(20, radius=False)  # 1 − tanh(1)
    '0.23840584404423511188'
    """

    inputs: UniformSphere

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether the law is a sphere's, and both activations usable, one of them analytic."""
        if not (isinstance(inputs, UniformSphere) and usable(first) and usable(second)):
            return False
        return analytic(first) or analytic(second)

    @property
    def symmetric(self) -> bool:
        """True: x and −x have the same law."""
        return True

    def vanishes(self, g: Feature, h: Feature) -> bool:
        """Whether E[g h] = 0 by parity: of the product, or under a reflection along one weight."""
        return super().vanishes(g, h) or independent_and_odd(g, h)

    def integral(self, g: Feature, h: Feature, field: RealField, bits: int) -> arb:
        """Return a ball around E[g h] whose radius aims at 2^−bits, absolute."""
        if not analytic(h.activation) or all(w == 0 for w in g.weights):
            g, h = h, g
        w, v = ([field.element(e) for e in f.weights] for f in (g, h))
        b, c = (field.element(f.bias) for f in (g, h))
        square, dot = inner_product(field, w, w), inner_product(field, w, v)
        zero, one = field.domain.zero, field.domain.one
        if not square:
            first, second = (
                halves(f.activation, zero, x, field, arb(1)).left(arb(0)).real
                for f, x in ((g, b), (h, c))
            )
            return first * second
        rest = inner_product(field, v, v) - dot * dot / square
        norm = field.enclose(square).sqrt()
        pair = _Pair(
            self.inputs.dimension,
            field.enclose(b),
            field.enclose(c),
            norm,
            field.enclose(dot) / norm,
            field.enclose(rest).sqrt() if rest else arb(0),
            line_function(h.activation, arb(1), arb(0)),
            bits + GUARD // 4,
        )
        if analytic(g.activation):
            return pair.whole(line_function(g.activation, arb(1), arb(0)))
        # In the coordinate a itself the break is at 0; it meets the sphere if |b| < ‖w‖.
        unit = halves(g.activation, one, zero, field, arb(1))
        if unit.at is None or field.sign(b * b - square) >= 0:
            return pair.whole(unit.right if field.sign(b) > 0 else unit.left)
        cut = (-field.enclose(b) / norm).acos()
        return pair.arc(unit.right, arb(0), cut) + pair.arc(unit.left, cut, arb.pi())


@dataclass(frozen=True)
class _ArcArgument(Argument):
    """The argument speed·cos(δ − φ) + bias, ``size`` = |bias|, φ = centre + radius·variable."""

    radius: arb

    def limit(self) -> float:
        speed = float(self.speed.upper())
        if speed == 0:
            return inf
        height = asinh(self.function.reach / (speed * (1 + 1e-12)))
        return asinh(height / (float(self.radius.upper()) * (1 + 1e-12)))

    def extent(self, eta: arb) -> tuple[arb, arb]:
        height = self.radius * eta.sinh()
        return self.speed * height.sinh(), self.size + self.speed * height.cosh()


class _Pair:
    """The second unit and the geometry of both; the first comes with each part of the sphere."""

    def __init__(
        self, dimension: int, b: arb, c: arb, norm: arb, along: arb, across: arb,
        second: LineFunction, bits: int,
    ) -> None:  # fmt: skip
        self.dimension, self.b, self.c = dimension, b, c
        self.norm, self.along, self.across = norm, along, across
        self.other_norm = (along * along + across * across).sqrt()
        self.second, self.bits = second, bits

    def whole(self, first: LineFunction) -> arb:
        """Return the mean over the sphere."""
        if not any(first.majorant(0.0)):
            return arb(0)
        outer = (
            Argument(first, self.norm, abs(self.b) + self.norm),
            Argument(self.second, self.other_norm, abs(self.c) + self.other_norm),
        )
        density = Density("sphere", self.dimension)
        count, error = plan(density, outer, self.bits + 1)
        nodes = [
            (x, (1 - x * x).sqrt(), weight)
            for x, weight in zip(*self._rule(density, count), strict=True)
        ]
        return self._sum(first, nodes, arb(1)) + arb(0, error)

    def arc(self, first: LineFunction, start: arb, stop: arb) -> arb:
        """Return the contribution of the part where t = cos φ, start < φ < stop."""
        if not any(first.majorant(0.0)):
            return arb(0)
        centre, radius = (start + stop) / 2, (stop - start) / 2
        length = 2 * radius
        constant = sphere_constant(self.dimension) * length

        def others(eta: float) -> arb:
            return constant * (radius * arb(eta).sinh()).cosh() ** (self.dimension - 2)

        outer = (
            _ArcArgument(first, self.norm, abs(self.b), radius),
            _ArcArgument(self.second, self.other_norm, abs(self.c), radius),
        )
        count, error = plan(UNIFORM, outer, self.bits + 1, factor=others)
        nodes = []
        for x, weight in zip(*self._rule(UNIFORM, count), strict=True):
            sine, cosine = (centre + radius * x).sin_cos()
            nodes.append((cosine, sine, constant * weight * sine ** (self.dimension - 2)))
        return self._sum(first, nodes, constant) + arb(0, error)

    def _sum(self, first: LineFunction, nodes: list[tuple[arb, arb, arb]], mass: arb) -> arb:
        """Return Σ weight·f·(mean over s), the weights' sum being at most ``mass``."""
        if self.across == 0:
            inner: tuple[tuple[arb, ...], tuple[arb, ...]] = ((arb(0),), (arb(1),))
            error = arb(0)
        else:
            density = Density("sphere", self.dimension - 1)
            arguments = (
                Argument(first, arb(0), abs(self.b) + self.norm),
                Argument(self.second, self.across, abs(self.c) + self.other_norm),
            )
            count, error = plan(density, arguments, self.bits + 1)
            self._require(count * len(nodes))
            inner = self._rule(density, count)
        steps, shares = [self.across * s for s in inner[0]], inner[1]
        total = arb(0)
        for cosine, sine, weight in nodes:
            base = self.along * cosine + self.c
            mean = sum(
                map(mul, shares, self.second.on_reals(steps, slope=sine, offset=base)), arb(0)
            )
            total += weight * mean * first(self.norm * cosine + self.b).real
        return total + arb(0, (error * mass).upper())

    def _rule(self, density: Density, count: int) -> tuple[tuple[arb, ...], tuple[arb, ...]]:
        self._require(count)
        return density.rule(count, ctx.prec)

    @staticmethod
    def _require(count: int) -> None:
        if count > MAX_NODES:
            raise TooManyNodesError(
                f"an enclosure to so many digits takes more than {MAX_NODES} nodes; ask for fewer "
                "digits, or smaller weights"
            )
