"""Two units on a box, of which one is analytic: a single integral over the sections."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log
from typing import Any

from flint import arb, arb_poly, ctx, fmpq, fmpq_poly

from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import UniformBox
from slt_symbolic.kernels.approximant import approximant
from slt_symbolic.kernels.box_sections import ZERO, section_pieces
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.folded import Folded
from slt_symbolic.kernels.line_function import (
    LineFunction,
    analytic,
    line_function,
    log_upper,
)
from slt_symbolic.kernels.probability_rule import UNIFORM, Argument, plan

MAX_NODES = 160
"""Beyond so many nodes on a piece two halves are cheaper."""

MAX_SIDES = {False: 12, True: 8}
"""Greatest number of inputs with weights, without and with an approximation: 2ⁿ vertices."""


def has_sections(law: object, features: Sequence[Feature]) -> bool:
    """Whether :func:`section_mean` answers, and with fewer nodes than a product rule.

    That takes a box, rational numbers, an analytic unit, and two inputs with weights, or three
    if the other unit is no polynomial on either side of a break.
    """
    if not isinstance(law, UniformBox) or len(features) != 2:
        return False
    entries = [*law.lower, *law.upper, *(e for f in features for e in f.entries())]
    if not all(e.is_Rational for e in entries):
        return False
    sides = sum(any(pair) for pair in zip(*(f.weights for f in features), strict=True))
    inner, outer = sorted(features, key=_rank)
    approximate = inner.activation.branches is None and any(inner.weights)
    usable = analytic(outer.activation) and any(outer.weights)
    return usable and 2 + approximate <= sides <= MAX_SIDES[approximate]


def section_mean(law: UniformBox, features: Sequence[Feature], bits: int) -> arb:
    """Return a ball around the mean of a product of two units over a box.

    Parameters
    ----------
    law : UniformBox
        The law of the inputs.
    features : pair of Feature
        The units, as :func:`has_sections` wants them.
    bits : int
        The radius aims at 2^−bits, absolute; the working precision must be above it.

    Notes
    -----
    With preactivations y and z, E[g(y)h(z)] = ∫ h(t) E[g(y) δ(z − t)] dt. For a piecewise
    polynomial g the second factor is piecewise polynomial too, and exact
    (:func:`~slt_symbolic.kernels.box_sections.section_pieces`); each piece is integrated by the
    Gauss–Legendre rule with the error proved in
    :class:`~slt_symbolic.kernels.probability_rule.Density`: in the ellipse with semi-axes
    cosh η, sinh η a polynomial Σ c_k ξᵏ is at most Σ |c_k| coshᵏ η. Where g is analytic and no
    polynomial, some polynomial p takes its place
    (:func:`~slt_symbolic.kernels.approximant.approximant`), and |E[(g − p)h]| ≤ sup|g − p| sup|h|
    is added. The number of pieces is at most that of the 2ⁿ vertices, and of the edges of the box
    that g's break meets.

    Raises
    ------
    TooManyNodesError
        If g is so steep that its polynomial would be of too high a degree.

    Examples
    --------
    >>> import sympy
    >>> from slt_symbolic.activations import RELU, TANH
    >>> one, zero = sympy.S.One, sympy.S.Zero
    >>> law = UniformBox((-1,) * 5, (1,) * 5)
    >>> g, h = Feature(RELU, (one,) * 5, one), Feature(TANH, (one, -one, one, -one, one), zero)
    >>> with ctx.workprec(80):
    ...     section_mean(law, (g, h), 55).str(15, radius=False)
    '0.134193135917099'
    """
    inner, outer = sorted(features, key=_rank)
    (a, y), (c, z) = (_affine(law, f) for f in (inner, outer))
    scale, mistake = arb(1), arb(0)
    if inner.activation.branches is not None:
        below, jump = _polynomials(inner)
    elif not any(a):
        f = line_function(inner.activation, arb(0), arb(y))
        scale, below, jump = f(arb(0)).real, fmpq_poly([1]), fmpq_poly([])
    else:
        f = line_function(inner.activation, arb(1), arb(0))
        below, mistake = approximant(f, *_range(a, y), bits + 1)
        jump = fmpq_poly([])
    low, high = _range(c, z)
    with ctx.workprec(53):
        power, size = arb(1), arb(0)
        for m in line_function(outer.activation, arb(1), arb(0)).majorant(0.0):
            size += m * power
            power *= arb(max(-low, high, ZERO))
        mistake *= size
    pieces = section_pieces((a, c), (y, z), below, jump)
    aim = bits + 1 + len(pieces).bit_length()
    h = line_function(outer.activation, arb(1), arb(0))
    total = sum((_integral(*piece, h, aim) for piece in pieces), arb(0))
    return scale * total + arb(0, mistake.upper())


def _integral(lower: fmpq, upper: fmpq, polynomial: fmpq_poly, h: LineFunction, bits: int) -> arb:
    """Return a ball around the integral of polynomial times h, in halves where h is steep."""
    centre, radius = (lower + upper) / 2, (upper - lower) / 2
    local = 2 * radius * polynomial(fmpq_poly([centre, radius]))  # the rule's weights sum to 1
    argument = Argument(h, arb(radius), arb(abs(centre) + radius))
    with ctx.workprec(53):
        sizes = [abs(arb(c)) for c in local.coeffs()]
        count, error = plan(UNIFORM, [argument], bits, factor=lambda eta: _at(sizes, eta))
        # Balls lose what the coefficients exceed the values by.
        extra = max(0, ceil(log_upper(_at(sizes, 0.0)) / log(2)))
    if count > MAX_NODES:
        parts = ((lower, centre), (centre, upper))
        return sum((_integral(*part, polynomial, h, bits + 1) for part in parts), arb(0))
    with ctx.workprec(ctx.prec + extra):
        nodes, weights = UNIFORM.rule(count, ctx.prec)
        values = h.on_reals(nodes, slope=arb(radius), offset=arb(centre))
        section = arb_poly(local)
        terms = zip(weights, values, nodes, strict=True)
        return sum((w * v * section(x) for w, v, x in terms), arb(0)) + arb(0, error)


def _at(sizes: Sequence[arb], eta: float) -> arb:
    """Return Σ c_k coshᵏ η, a bound on a polynomial in the ellipse of parameter η."""
    modulus, total = arb(eta).cosh(), arb(0)
    for c in reversed(sizes):
        total = total * modulus + c
    return total


def _rank(f: Feature) -> tuple[bool, bool, bool, float]:
    """Return a key by which the unit that becomes polynomial sorts before the other."""
    moves = any(f.weights)
    size = sum(abs(float(w)) for w in f.weights)
    return moves, analytic(f.activation), f.activation.branches is None, size


def _affine(law: UniformBox, f: Feature) -> tuple[list[fmpq], fmpq]:
    """Return gradient and value at 0 of the preactivation, the box being the image of a cube."""
    *weights, bias = map(_rational, f.entries())
    lower, upper = (list(map(_rational, corner)) for corner in (law.lower, law.upper))
    slopes = [w * (b - a) for w, a, b in zip(weights, lower, upper, strict=True)]
    return slopes, sum((w * a for w, a in zip(weights, lower, strict=True)), bias)


def _range(slopes: Sequence[fmpq], origin: fmpq) -> tuple[fmpq, fmpq]:
    low = sum((s for s in slopes if s < 0), origin)
    return low, low + sum(map(abs, slopes), ZERO)


def _polynomials(f: Feature) -> tuple[fmpq_poly, fmpq_poly]:
    """Return the polynomials below the break and of the jump there; no jump without weights."""
    folded = Folded.of(f, RealField.containing([]))
    below, jump = (fmpq_poly([_rational(c) for c in p]) for p in (folded.below, folded.jump))
    return below, jump


def _rational(number: Any) -> fmpq:
    return fmpq(int(number.numerator), int(number.denominator))
