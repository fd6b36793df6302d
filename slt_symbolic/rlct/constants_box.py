"""The law of Z(beta) on a box where K is a monomial times a positive polynomial.

With K = c x**kappa U(x) and the density x**h phi(x) on 0 < x_i < L_i, the factor of a coordinate
in zeta(z) has its pole where e_i = kappa_i z + h_i + 1 vanishes. Let m coordinates attain lambda.
If U and phi are constant, zeta is a product of powers; else all coordinates have to attain it, and
with g = U**(-lambda) phi and s = z + lambda

    zeta = A / s**m + A' / s**(m - 1) + ...,   A = (c g)(0) / prod kappa_i,
    A' / A = log(c U(0)) + sum_i kappa_i (log L_i + integral_0^L_i (g(x e_i) / g(0) - 1) / x dx).

Then Z(beta) = beta**(-lambda) P(log beta) up to smaller powers, with the two leading coefficients
of P from A and A', and E[beta K] = lambda - (m - 1) / (log beta + c) + O(log(beta)**-3) with
c = A' / A - psi(lambda).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import factorial, prod
from typing import Any

import sympy
from flint import acb, arb, ctx, fmpq, fmpq_mpoly

from .checker.algebra import at_origin, divide_out
from .constants_amount import PRECISION, Amount, rational, total
from .errors import ConstantsError
from .polynomials import to_polynomial
from .problem import Problem

Bounds = Sequence[tuple[fmpq, fmpq]]
_DEPTH = 14


@dataclass(frozen=True)
class BoxLaw:
    """lambda, m, the constant B, and the shift c as an expression (or None) and a ball."""

    value: fmpq
    order: int
    B: Amount
    shift: tuple[sympy.Expr | None, arb | None]


@dataclass(frozen=True)
class _Crossing:
    """Powers kappa and h, the constant c, and the factors U**1 and phi = prod p**s of the rest."""

    kappa: list[int]
    heights: list[fmpq]
    U: fmpq_mpoly
    phi: list[tuple[fmpq_mpoly, fmpq]]


def box_law(problem: Problem, density: Any, bounds: Bounds) -> BoxLaw:
    """Return the law on a box around the problem's point, cut by its half spaces x >= c, x <= c."""
    (piece,) = problem.stated.pieces
    if len(bounds) != piece.n:
        raise ConstantsError("a box has bounds for each variable")
    bounds = _cut(bounds, piece.region)
    shifted = [(a - c, b - c) for (a, b), c in zip(bounds, problem.stated.point, strict=True)]
    if not all(a <= 0 <= b and a < b for a, b in shifted):
        raise ConstantsError("the box must have an interior and contain the point")
    gens = piece.ring.gens()
    shift = [x + c for x, c in zip(gens, problem.stated.point, strict=True)]
    extra = to_polynomial(density, tuple(problem.variables), "density")
    if extra.is_zero():
        raise ConstantsError("density must be positive on the box")
    U, kappa = _monomial(piece.K.compose(*shift, ctx=piece.ring))
    heights, phi = [fmpq(0)] * piece.n, []
    for p, s in [*piece.prior, (extra, fmpq(1))]:
        rest, powers = _monomial(p.compose(*shift, ctx=piece.ring))
        heights = [h + s * k for h, k in zip(heights, powers, strict=True)]
        phi.append((rest, s))
    if any(h <= -1 for h in heights) or not any(kappa):
        raise ConstantsError("the prior is not integrable, or K has no zero at the point")
    crossing = _Crossing(kappa, heights, U, phi)
    value = min((h + 1) / fmpq(k) for k, h in zip(kappa, heights, strict=True) if k)
    sides = [[(s, abs(c)) for s, c in ((-1, a), (1, b)) if c != 0] for a, b in shifted]
    return _law(crossing, value, [list(corner) for corner in product(*sides)])


def _cut(bounds: Bounds, region: Sequence[fmpq_mpoly]) -> Bounds:
    """Return the part of a box where inequalities in one variable, of first degree, hold."""
    cut = list(bounds)
    for r in region:
        used = [i for i, degree in enumerate(r.degrees()) if degree]
        if len(used) != 1 or r.total_degree() != 1:
            raise ConstantsError("with a box, inequalities must be x >= c or x <= c")
        (i,) = used
        slope = fmpq(r.leading_coefficient())
        wall = -r(*[0] * len(cut)) / slope
        low, high = cut[i]
        cut[i] = (max(low, wall), high) if slope > 0 else (low, min(high, wall))
    return cut


def _monomial(p: fmpq_mpoly) -> tuple[fmpq_mpoly, list[int]]:
    powers = []
    for x in p.context().gens():
        p, k = divide_out(p, x)
        powers.append(k)
    return p, powers


def _law(crossing: _Crossing, value: fmpq, corners: list[list[tuple[int, fmpq]]]) -> BoxLaw:
    kappa, heights = crossing.kappa, crossing.heights
    excess = [h + 1 - k * value for k, h in zip(kappa, heights, strict=True)]
    attained = [i for i, e in enumerate(excess) if e == 0]
    plain = crossing.U.is_constant() and all(p.is_constant() for p, _ in crossing.phi)
    if not plain and len(attained) < len(kappa):
        raise ConstantsError("with factors that are not constant every variable has to attain m")
    leading, slopes, balls = [], [], []
    for corner in corners:
        signs, lengths = [s for s, _ in corner], [length for _, length in corner]
        images = [s * x for s, x in zip(signs, crossing.U.context().gens(), strict=True)]
        parity = prod(s**k for s, k in zip(signs, kappa, strict=True))
        U = parity * crossing.U.compose(*images, ctx=crossing.U.context())
        phi = [(p.compose(*images, ctx=p.context()), s) for p, s in crossing.phi]
        _require_positive(U, lengths, "K must be positive on the box where no variable vanishes")
        for p, _ in phi:
            positive = p if at_origin(p) > 0 else -p
            _require_positive(positive, lengths, "the density must be positive on the box")
        A = Amount.of(at_origin(U)).power(-value)
        for p, s in phi:
            A = A * Amount.of(abs(at_origin(p))).power(s)
        for k, e, length in zip(kappa, excess, lengths, strict=True):
            A = A * (Amount.of(length).power(e) * Amount.of(1 / e) if e else Amount.of(fmpq(1, k)))
        leading.append(A)
        slope = sympy.log(rational(at_origin(U)))
        with ctx.workprec(PRECISION):
            ball = arb(at_origin(U)).log()
            for i, (k, e, length) in enumerate(zip(kappa, excess, lengths, strict=True)):
                slope += k * sympy.log(rational(length)) - (rational(k / e) if e else 0)
                ball += k * arb(length).log() - (arb(k / e) if e else 0)
                if not plain:
                    ball += k * _axis(i, U, phi, value, length)
        slopes.append(slope)
        balls.append(ball)
    A = total(leading)
    m = len(attained)
    B = A * Amount.gamma(value) * Amount.of(fmpq(1, factorial(m - 1)))
    if m == 1:
        return BoxLaw(value, m, B, (None, None))
    with ctx.workprec(PRECISION):
        mean = sum((a.ball * b for a, b in zip(leading, balls, strict=True)), arb(0)) / A.ball
        ball = mean - arb(value).digamma()
    expr = None
    if plain:
        weighted = sum(a.expr * s for a, s in zip(leading, slopes, strict=True))
        same = len(set(slopes)) == 1
        psi = sympy.expand_func(sympy.digamma(rational(value)))
        expr = (slopes[0] if same else weighted / A.expr) - psi
    return BoxLaw(value, m, B, (expr, ball))


def _require_positive(p: fmpq_mpoly, lengths: Sequence[fmpq], message: str) -> None:
    """Prove p > 0 on the box by interval arithmetic, with bisection."""
    waiting = [([(fmpq(0), length) for length in lengths], 0)]
    terms = [([int(e) for e in a], fmpq(c)) for a, c in p.to_dict().items()]
    while waiting:
        box, depth = waiting.pop()
        low = fmpq(0)
        for powers, c in terms:
            ends = [b if c < 0 else a for a, b in box]
            low += c * prod((x**e for x, e in zip(ends, powers, strict=True)), start=fmpq(1))
        if low > 0:
            continue
        if depth >= _DEPTH:
            raise ConstantsError(message)
        i = max(range(len(box)), key=lambda j: (box[j][1] - box[j][0]) / lengths[j])
        a, b = box[i]
        halves = ((a, (a + b) / 2), ((a + b) / 2, b))
        waiting += [([*box[:i], half, *box[i + 1 :]], depth + 1) for half in halves]


def _axis(
    i: int,
    U: fmpq_mpoly,
    phi: Sequence[tuple[fmpq_mpoly, fmpq]],
    value: fmpq,
    length: fmpq,
) -> arb:
    """Enclose the integral of (g(x e_i) / g(0) - 1) / x over 0 < x < length."""
    powers = [(_along(U, i), -value), *((_along(p, i), s) for p, s in phi)]

    def relative(x: acb, analytic: bool) -> acb:
        logarithm = acb(0)
        for p, s in powers:
            ratio = acb(0)
            for c in reversed(p):
                ratio = ratio * x + arb(c / p[0])
            logarithm += arb(s) * ratio.log(analytic=analytic)
        return logarithm.exp()

    # With x = length exp(-y); beyond the cut the integrand is at most a slope times x.
    bits = PRECISION // 2
    cut = arb(bits)
    end = acb(arb(0).union(arb(length) * (-cut).exp()))
    value_there, slope = relative(end, False).real, arb(0)
    for p, s in powers:
        derivative, at = acb(0), acb(0)
        for k in reversed(range(1, len(p))):
            derivative = derivative * end + arb(k * p[k] / p[0])
        for c in reversed(p):
            at = at * end + arb(c / p[0])
        slope += arb(s) * (derivative / at).real
    bound = abs(value_there * slope).upper() * arb(length) * (-cut).exp()

    def integrand(y: acb, analytic: bool) -> acb:
        return relative(arb(length) * (-y).exp(), analytic) - 1

    body = acb.integral(integrand, 0, cut, abs_tol=arb(2) ** (-bits), eval_limit=10**5)
    return body.real + arb(0, bound.upper())


def _along(p: fmpq_mpoly, i: int) -> list[fmpq]:
    """Return the coefficients of the restriction to the axis of x_i."""
    table = {
        int(a[i]): fmpq(c)
        for a, c in p.to_dict().items()
        if all(e == 0 for j, e in enumerate(a) if j != i)
    }
    return [table.get(k, fmpq(0)) for k in range(max(table) + 1)]
