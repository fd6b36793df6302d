"""Gauss–Legendre quadrature of analytic functions on a segment, with a proved error bound."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, inf, log, sqrt
from operator import mul

from flint import acb, arb, ctx

from slt_symbolic.kernels.line_function import (
    LineFunction,
    log_upper,
    product_majorant,
    product_value,
)

MAX_NODES = 700
"""Beyond so many nodes adaptive subdivision is cheaper."""


def gauss_legendre(
    factors: Sequence[LineFunction],
    lower: arb,
    upper: arb,
    bits: int,
    *,
    gaussian: bool = False,
    even: bool = False,
) -> arb:
    """Enclose the integral of a product of analytic functions between two points.

    Parameters
    ----------
    factors : sequence of LineFunction
        The functions.
    lower, upper : flint.arb
        Ends of the segment, lower < upper.
    bits : int
        The error aims at 2^−bits, absolute; the working precision must be above it.
    gaussian : bool
        Whether the standard normal density is a further factor.
    even : bool
        Whether segment and integrand are symmetric about 0, so that half of the nodes do.

    Notes
    -----
    Put the segment on [−1, 1] by x = c + rξ. If |F| ≤ M in the ellipse with foci ±1 and
    semi-axes (ρ ± 1/ρ)/2, its Chebyshev coefficients satisfy |a_k| ≤ 2Mρ^{−k}. The n-point rule
    is exact for degree below 2n and for odd T_k; for even k ≥ 2n ≥ 2 it maps T_k into [−2, 2],
    its weights being positive with sum 2, and the integral of T_k is −2/(k²−1). So the error is
    at most 2M (2 + 2/3) Σ_{k ≥ 2n, even} ρ^{−k} = (16/3) M ρ^{−2n}/(1 − ρ^{−2}). The ellipse lies
    in |x| ≤ |c| + r(ρ + 1/ρ)/2 and in the strip |Im x| ≤ r(ρ − 1/ρ)/2, where the product of the
    factors' majorants is M, times e^{y²/2}/√(2π) at height y for the normal density. Where more
    than ``MAX_NODES`` nodes would be needed, Arb's adaptive rule takes over, which bounds its
    errors by ball evaluation.

    References
    ----------
    L. N. Trefethen (2013), Approximation Theory and Approximation Practice, theorems 8.1, 19.3.
    F. Johansson (2018), Numerical integration in arbitrary-precision ball arithmetic, ICMS.

    Examples
    --------
    >>> from slt_symbolic.activations import TANH
    >>> from slt_symbolic.kernels.line_function import line_function
    >>> f = line_function(TANH, arb(1), arb(0))
    >>> gauss_legendre([f, f], arb(0), arb(1), 60).str(12, radius=False)  # 1 − tanh(1)
    '0.238405844044'
    """
    centre, radius = (lower + upper) / 2, (upper - lower) / 2
    with ctx.workprec(53):
        count, error = _plan(factors, centre, radius, bits, gaussian)
    if count > MAX_NODES:
        return _adaptive(factors, lower, upper, bits, gaussian)
    rule = legendre_rule(count, -(-ctx.prec // 32) * 32)
    nodes, weights = rule if not even else tuple(column[: (count + 1) // 2] for column in rule)
    terms = [w * v for w, v in zip(weights, _products(factors, centre, radius, nodes), strict=True)]
    if gaussian:
        terms = [v * _density(centre + radius * x) for v, x in zip(terms, nodes, strict=True)]
    total = sum(terms, arb(0))
    if even:
        total = 2 * total - (terms[-1] if count % 2 else 0)
    return radius * (total + arb(0, error.upper()))


def _products(
    factors: Sequence[LineFunction], centre: arb, radius: arb, nodes: Sequence[arb]
) -> list[arb]:
    """Return the products of the factors' values at real points."""
    values = [arb(1)] * len(nodes)
    column: list[arb] = []
    previous: LineFunction | None = None
    for f in factors:
        if f is not previous:
            column = f.on_reals(nodes, slope=radius, offset=centre)
            previous = f
        values = list(map(mul, values, column))
    return values


def _density(x: arb) -> arb:
    return (-x * x / 2).exp() / (2 * arb.pi()).sqrt()


def _plan(
    factors: Sequence[LineFunction], centre: arb, radius: arb, bits: int, gaussian: bool
) -> tuple[int, arb]:
    """Return how many nodes are enough and a bound on the error on [−1, 1]."""
    # Upwards: the height and the modulus may only be overestimated.
    r = float(radius.upper()) * (1 + 1e-12)
    cap = min(f.reach for f in factors) / r
    best: tuple[float, float, arb] = (inf, inf, arb(0))
    for semi_axis in _semi_axes(cap):
        log_rho = log(semi_axis + sqrt(semi_axis * semi_axis + 1))
        height = r * semi_axis * (1 + 1e-12)
        size = abs(centre) + r * arb(1 + semi_axis * semi_axis).sqrt()
        bound, power = arb(0), arb(1)
        for c in product_majorant(factors, height):
            bound += c * power
            power *= size
        if gaussian:
            bound *= (arb(height) ** 2 / 2).exp() / (2 * arb.pi()).sqrt()
        if not bound.is_finite():
            continue
        log_bound = log_upper(bound) if not bound.is_zero() else -bits * log(2.0)
        count = max(1.0, (bits * log(2) + log_bound + log(r) + 2.5) / (2 * log_rho))
        if count > best[0]:
            break  # the bound hardly falls any more, and the ellipse shrinks
        best = count, semi_axis, bound
    count, semi_axis, bound = best
    if count > MAX_NODES:
        return MAX_NODES + 1, arb.pos_inf()
    # Rounded up to multiples of four, so that pairs of units share tables of nodes.
    nodes = 4 * ceil(count / 4)
    axis = arb(semi_axis)
    rho = axis + (axis * axis + 1).sqrt()
    return nodes, 16 * bound * rho ** (-2 * nodes) / (3 * (1 - rho**-2))


def _semi_axes(cap: float) -> list[float]:
    """Return imaginary semi-axes to try, falling, below the height of the nearest singularity."""
    near = [cap * share for share in (0.97, 0.9, 0.75)] if cap < inf else []
    return near + [b for b in (20.0, 9.0, 5.0, 3.0, 1.7, 1.0, 0.6, 0.3, 0.15) if b < cap / 1.4]


@lru_cache(maxsize=48)
def legendre_rule(count: int, precision: int) -> tuple[tuple[arb, ...], tuple[arb, ...]]:
    """Return nodes, falling from 1, and weights."""
    with ctx.workprec(precision):
        half = [arb.legendre_p_root(count, k, weight=True) for k in range((count + 1) // 2)]
        whole = [*half, *((-x, w) for x, w in reversed(half[: count // 2]))]
    return tuple(x for x, _ in whole), tuple(w for _, w in whole)


def _value(factors: Sequence[LineFunction], x: acb, gaussian: bool) -> acb:
    value = product_value(factors, x)
    if gaussian:
        value *= (-x * x / 2).exp() / (2 * arb.pi()).sqrt()
    return value


def _adaptive(
    factors: Sequence[LineFunction], lower: arb, upper: arb, bits: int, gaussian: bool
) -> arb:
    integral = acb.integral(
        lambda x, _: _value(factors, x, gaussian),
        acb(lower),
        acb(upper),
        abs_tol=arb(2) ** (-bits),
        rel_tol=arb(2) ** (-bits),
        eval_limit=10**6,
        depth_limit=10**4,
    )
    return arb(integral.real)
