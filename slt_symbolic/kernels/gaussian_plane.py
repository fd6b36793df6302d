"""The trapezoidal rule under the standard normal law in the plane, with a proved error bound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, comb, floor

from flint import arb, arb_poly, ctx

from slt_symbolic.kernels.gaussian_bounds import (
    absolute_moment,
    cut_off,
    dyadic_below,
    grid_moment,
    step_at,
    strip_heights,
    tail_sum,
    trapezoid_error,
)
from slt_symbolic.kernels.gaussian_trapezoid import gaussian_weights
from slt_symbolic.kernels.line_function import LineFunction, Majorant, log_upper, substitute

PlaneMajorant = dict[tuple[int, int], arb]
"""Non-negative coefficients c_{pq}: the bound Σ c_{pq} |s|^p |t|^q."""


def plane_expectation(
    outer: LineFunction, inner: LineFunction, width: arb, bits: int, *, even: bool = False
) -> arb:
    """Enclose E[f(S) g(S + (width/slope)T)] for independent standard normal S, T.

    Parameters
    ----------
    outer : LineFunction
        f.
    inner : LineFunction
        g(s) = τ(αs + c), slope α ≠ 0; its argument is shifted by width·T.
    width : flint.arb
        β > 0.
    bits : int
        The error aims at 2^−bits, absolute; the working precision must be above it.
    even : bool
        Whether f(−s)τ(−y) = f(s)τ(y): half of the nodes then do.

    Notes
    -----
    Write F(s, t) = φ(s)φ(t)f(s)τ(αs + βt + c), and T_s, T_t for the trapezoidal rules. Then
    I − T_sT_tF = (I_s − T_s)I_tF + T_s(I_t − T_t)F. The function I_tF of s is analytic in
    |Im s| ≤ d with ∫|I_tF(s + iy)|ds ≤ M_s = e^{d²/2}E P(|S|, |T|), P the majorant of f·τ there;
    the first term is at most 2M_s/(e^{2πd/h_s} − 1). At each node s the second rule errs by at
    most 2M_t(s)/(e^{2πd′/h_t} − 1), M_t(s) = e^{d′²/2}φ(s)E P′(|s|, |T|), P′ the majorant on
    |Im t| ≤ d′; the sum over all nodes is bounded by :func:`grid_moment`. The nodes left out
    weigh at most Σ c_pq (tail_p S_q + S_p tail_q) with the coefficients of P at height 0.

    The steps are chosen commensurable, |α|h_s = pδ and βh_t = qδ, so that τ is needed on one
    grid of step δ only: the double sum is Σ_n D_n τ(nδ + c), D the product of two polynomials.

    References
    ----------
    L. N. Trefethen and J. A. C. Weideman (2014), The exponentially convergent trapezoidal rule,
    SIAM Review 56, 385-458.
    """
    slope = abs(inner.slope)
    with ctx.workprec(53):
        height_s, bound_s, wide = _outer_strip(outer, inner, slope, width, bits + 1)
        height_t, bound_t, high = _inner_strip(outer, inner, slope, width, bits + 1)
    reach_s, reach_t = float(slope) * wide, float(width) * high
    delta = dyadic_below(min(reach_s, reach_t), 8)
    p, q = (max(1, floor(r / float(delta))) for r in (reach_s, reach_t))
    step_s, step_t = delta * p / slope, delta * q / width
    with ctx.workprec(53):
        majorant = plane_majorant(outer.majorant(0.0), inner, slope, width, arb(0))
        last_s = ceil(cut_off(_marginal(majorant, 0), bits + 1) / float(step_s))
        last_t = ceil(cut_off(_marginal(majorant, 1), bits + 1) / float(step_t))
        error = trapezoid_error(bound_s, height_s, step_s)
        error += trapezoid_error(bound_t, height_t, step_t)
        for (i, j), c in majorant.items():
            tail_s = tail_sum(i, step_s, step_s * (last_s + 1))
            tail_t = tail_sum(j, step_t, step_t * (last_t + 1))
            error += c * (tail_s * grid_moment(j, step_t) + grid_moment(i, step_s) * tail_t)
    first = 0 if even else -last_s
    weights_s = gaussian_weights(step_s, last_s, ctx.prec)
    values = {
        j: (2 if even and j > 0 else 1) * weights_s[abs(j)] * outer(step_s * j).real
        for j in range(first, last_s + 1)
    }
    weights = gaussian_weights(step_t, last_t, ctx.prec)
    unit = LineFunction(inner.ball, inner.strip_bound, inner.height, delta, inner.offset)
    total = arb(0)
    for n, d in _on_one_grid(values, weights, p if inner.slope > 0 else -p, q, last_s, last_t):
        # A value with a small coefficient needs few bits; its ball says what it lost.
        mantissa, exponent = d.mid().man_exp()
        size = int(mantissa).bit_length() + int(exponent)
        with ctx.workprec(max(32, min(ctx.prec, ctx.prec + size + 8))):
            value = unit(arb(n)).real
        total += d * value
    return total + arb(0, error.upper())


def _on_one_grid(
    values: dict[int, arb], weights: Sequence[arb], p: int, q: int, last_s: int, last_t: int
) -> Iterator[tuple[int, arb]]:
    """Yield n and the sum of values[j]·weights[|k|] over pj + qk = n, for |k| ≤ last_t.

    An n may come several times where the two grids hardly meet.
    """
    columns = {k: weights[abs(k)] for k in range(-last_t, last_t + 1)}
    if abs(p) > 2 * last_t * q or q > 2 * last_s * abs(p):
        for j, a in values.items():
            for k, b in columns.items():
                yield p * j + q * k, a * b
        return
    first, second = (
        [arb(0)] * (2 * abs(step) * last + 1) for step, last in ((p, last_s), (q, last_t))
    )
    for j, a in values.items():
        first[abs(p) * last_s + p * j] = a
    for k, b in columns.items():
        second[q * last_t + q * k] = b
    origin = abs(p) * last_s + q * last_t
    for n, d in enumerate((arb_poly(first) * arb_poly(second)).coeffs()):
        if not d.is_zero():
            yield n - origin, d


def plane_majorant(
    outer: Majorant, inner: LineFunction, slope: arb, width: arb, height: arb
) -> PlaneMajorant:
    """Return coefficients in |s|, |t| of a bound on f(s)τ(αs + βt + c).

    ``outer`` bounds f, and ``height`` is that of τ's strip.
    """
    coefficients = substitute(inner.strip_bound(height), abs(inner.offset), arb(1))
    result: PlaneMajorant = {}
    for m, c in enumerate(coefficients):
        for j in range(m + 1):
            part = c * comb(m, j) * slope ** (m - j) * width**j
            for i, f in enumerate(outer):
                key = (m - j + i, j)
                result[key] = result.get(key, arb(0)) + part * f
    return result


def _outer_strip(
    outer: LineFunction, inner: LineFunction, slope: arb, width: arb, bits: int
) -> tuple[float, arb, float]:
    best: tuple[float, arb, float] = (0.0, arb(0), 0.0)
    for height in strip_heights(min(outer.reach, inner.reach)):
        majorant = plane_majorant(outer.majorant(height), inner, slope, width, slope * height)
        bound = arb(0)
        for (i, j), c in majorant.items():
            bound += c * absolute_moment(i) * absolute_moment(j)
        best = max(best, _candidate(height, bound, bits), key=lambda b: b[2])
    return best


def _inner_strip(
    outer: LineFunction, inner: LineFunction, slope: arb, width: arb, bits: int
) -> tuple[float, arb, float]:
    best: tuple[float, arb, float] = (0.0, arb(0), 0.0)
    reach = inner.height / (float(width) * (1 + 1e-12))
    for height in strip_heights(reach):
        majorant = plane_majorant(outer.majorant(0.0), inner, slope, width, width * height)
        bound = arb(0)
        for (i, j), c in majorant.items():
            bound += c * grid_moment(i, arb(1)) * absolute_moment(j)
        best = max(best, _candidate(height, bound, bits), key=lambda b: b[2])
    return best


def _candidate(height: float, bound: arb, bits: int) -> tuple[float, arb, float]:
    """Return height, M and the step that they allow, at most 1 as the grid moments assume."""
    bound *= (arb(height) ** 2 / 2).exp()
    if not bound.is_finite():
        return 0.0, arb(0), 0.0
    log_bound = log_upper(bound) if not bound.is_zero() else 0.0
    return height, bound, min(0.99, step_at(height, log_bound, bits))


def _marginal(majorant: PlaneMajorant, axis: int) -> Majorant:
    result = [arb(0)] * (1 + max(key[axis] for key in majorant))
    for key, c in majorant.items():
        result[key[axis]] += c * absolute_moment(key[1 - axis])
    return tuple(result)
