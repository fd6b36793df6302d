"""Hermite coefficients of tanh(wx + b) as a sum over its poles.

Expanding 1/sinh in the Fourier representation of :mod:`slt_symbolic.spectra.fourier`, with
c = π/(2w), θ = b/w and z_j = (2j+1)c − iθ,

    E[tanh(wX + b)He_k(X)] = (2/w) Re i^{k−1} Σ_{j≥0} J_k(z_j),    k ≥ 1,

J_k the integral of :mod:`slt_symbolic.spectra.parabolic`; the j-th term belongs to the poles
(−b ± i(2j+1)π/2)/w of tanh(wx + b). The end of the sum is summed by Euler–Maclaurin.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log, pi, sqrt

from flint import acb, arb, ctx, fmpq

from slt_symbolic.spectra.arguments import BITS_PER_DIGIT, refined, to_float
from slt_symbolic.spectra.parabolic import pole_integrals, quarter_turned

MAX_POLES = 20_000


def pole_sum_coefficient(order: int, weight: fmpq, digits: int, bias: fmpq | int = 0) -> arb:
    """Enclose E[tanh(wX + b)He_k(X)]/√k! by the sum over the poles of tanh.

    Parameters
    ----------
    order : int
        Order k ≥ 1; odd if the bias is zero, since the coefficient is zero otherwise.
    weight : flint.fmpq
        Exact w > 0.
    digits : int
        Relative accuracy in decimal digits.
    bias : flint.fmpq or int
        Exact b.

    Raises
    ------
    ValueError
        For other orders or weights.
    ArithmeticError
        If the accuracy cannot be reached.

    Examples
    --------
    >>> pole_sum_coefficient(101, fmpq(1), 20).str(20, radius=False)
    '1.7211831420303936803e-7'
    """
    if order < 1 or (order % 2 == 0 and bias == 0):
        raise ValueError(f"order must be odd, or positive with a bias, for the pole sum: {order}")
    start = int(digits * BITS_PER_DIGIT) + 40
    return refined(lambda bits: pole_sums([order], weight, fmpq(bias), bits)[order], digits, start)


def pole_sums(orders: list[int], weight: fmpq, bias: fmpq, bits: int) -> dict[int, arb]:
    """Enclose E[tanh(wX + b)He_k(X)]/√k! for several orders, sharing the poles.

    Parameters
    ----------
    orders : list of int
        Orders k ≥ 1.
    weight, bias : flint.fmpq
        Exact w > 0 and b.
    bits : int
        The remainders left out are smaller than the leading pole's term by about this many bits.

    Notes
    -----
    Let m poles be summed. The rest is ∫_0^∞ t^k e^{−t²/2 − z_m t}/(1 − e^{−2ct}) dt. Either it
    is small: |rest| ≤ J_k(x) + J_{k−1}(x)/(2c), x = Re z_m, since 1/(1 − e^{−u}) ≤ 1 + 1/u.
    Or 1/(1 − e^{−u}) = 1/u + 1/2 + Σ_l 2u/(u² + 4π²l²) is expanded in u = 2ct: each fraction's
    geometric series is enveloping, so with the Bernoulli numbers B

        rest = J_{k−1}/(2c) + J_k/2 + Σ_{n=1}^{N} B_{2n}(2c)^{2n−1}J_{k+2n−1}/(2n)! + ρ,
        |ρ| ≤ |B_{2N+2}|(2c)^{2N+1}J_{k+2N+1}(x)/(2N+2)!,

    the J on the first line at z_m. The expansion is used once 2ct < π/2 at the peak of the last
    term. The choice of m and N is a guess; the bounds hold for any.
    """
    if weight <= 0:
        raise ValueError(f"weight must be positive, got {weight}")
    c = arb.pi() / (2 * arb(weight))
    theta = arb(bias) / arb(weight)
    terms = bits // 4 + 6
    open_orders = sorted(orders)
    totals = dict.fromkeys(open_orders, acb(0))
    for j in range(MAX_POLES):
        x = (2 * j + 1) * c
        small, expanded, rest = _sorted_out(open_orders, j, to_float(weight), bits, terms)
        if small:
            low, high = small[0] - 1, small[-1]
            bounds = pole_integrals(low, high, x)
            for k in small:
                size = (bounds[k - low] + bounds[k - 1 - low] / (2 * c)).upper()
                totals[k] += acb(arb(0, size), arb(0, size))
        needed = expanded + rest
        if needed:
            low = min(needed) - 1
            high = max([max(rest, default=0), max(expanded, default=-terms * 4) + 2 * terms])
            values: Sequence[arb | acb] = (
                pole_integrals(low, high, x)
                if bias == 0
                else pole_integrals(low, high, acb(x, -theta))
            )
            if expanded:
                _add_expansion(totals, expanded, values, low, c, x, terms)
            for k in rest:
                totals[k] += values[k - low]
        open_orders = rest
        if not rest:
            return {k: quarter_turned(totals[k], k) * 2 / arb(weight) * arb.fac_ui(k).rsqrt()
                    for k in orders}  # fmt: skip
    raise ArithmeticError(f"the sum over poles needs more than {MAX_POLES} terms")


def _sorted_out(
    orders: list[int], j: int, weight: float, bits: int, terms: int
) -> tuple[list[int], list[int], list[int]]:
    """Sort orders by what to do at pole j: bound the rest, expand it, or go on."""
    c = pi / (2 * weight)
    x = (2 * j + 1) * c
    small, expanded, rest = [], [], []
    for k in orders:
        reach = _peak(k + 2 * terms, x)
        if c * reach < pi / 4:
            expanded.append(k)
        elif j > 0 and _log_integral(k, x) < _log_integral(k, c) - (bits + 4) * log(2.0) - log(
            1 + 1 / c
        ):
            small.append(k)
        else:
            rest.append(k)
    return small, expanded, rest


def _peak(order: int, x: float) -> float:
    return 2 * order / (sqrt(x * x + 4 * order) + x)


def _log_integral(order: int, x: float) -> float:
    """Estimate log J_k(x) by the height of its integrand."""
    t = _peak(order, x)
    return order * log(t) - t * t / 2 - x * t


def _add_expansion(
    totals: dict[int, acb],
    orders: list[int],
    values: Sequence[arb | acb],
    low: int,
    c: arb,
    x: arb,
    terms: int,
) -> None:
    factors = [
        arb.bernoulli(2 * n) * (2 * c) ** (2 * n - 1) / arb.fac_ui(2 * n)
        for n in range(1, terms + 2)
    ]
    last = abs(factors[-1])
    with ctx.workprec(64):
        bounds = pole_integrals(orders[0] + 2 * terms + 1, orders[-1] + 2 * terms + 1, x)
    for k in orders:
        at = k - low
        rest = values[at - 1] / (2 * c) + values[at] / 2
        for n in range(1, terms + 1):
            rest += factors[n - 1] * values[at + 2 * n - 1]
        error = (last * bounds[k - orders[0]]).upper()
        totals[k] += rest + acb(arb(0, error), arb(0, error))
