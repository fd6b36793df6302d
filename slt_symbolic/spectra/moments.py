"""All Hermite coefficients of a tanh unit at once: moments on one trapezoidal grid.

The rule of :class:`slt_symbolic.spectra.fourier.Grid` gives every order from the same nodes:
Σ_j ω_j t_j^k with ω_j = g(θt_j)e^{−t_j²/2}/sinh(ct_j). For orders k = k₀ + 2(pB + i) that is the
matrix product Σ_j [ω_j t_j^{k₀+2pB}] [t_j^{2i}] of a table of giant steps and one of small
steps, which takes about 2√(K/2) powers per node in place of K/2.
"""

from __future__ import annotations

from math import ceil, isqrt, log

from flint import arb, arb_mat, ctx, fmpq

from slt_symbolic.spectra.arguments import to_float
from slt_symbolic.spectra.fourier import Grid, peak_of

_BOUND_BITS = 64


def node_count(order: int, weight: fmpq, bits: int) -> float:
    """Estimate how many nodes the rule takes up to an order, without choosing a grid."""
    nats, w = bits * log(2), to_float(weight)
    c = 1.5708 / w
    half_width = min(1.6 * w, (nats / 2) ** 0.5)
    spread = (2 * nats + 20) ** 0.5
    end = min(peak_of(order + 1, c) + spread, 3 * (nats + order + 10) / c)
    return end * (nats + 2 * half_width**2 + 10) / (6.2832 * half_width)


def tanh_moments(orders: list[int], weight: fmpq, bias: fmpq, bits: int) -> dict[int, arb]:
    """Enclose E[tanh(wX + b)He_k(X)]/√k! for many orders by one trapezoidal rule.

    Parameters
    ----------
    orders : list of int
        Orders k ≥ 0, increasing; even ones are not meant for bias zero.
    weight, bias : flint.fmpq
        Exact w > 0 and b.
    bits : int
        The error of the rule aims at 2^−bits of the coefficient without bias. The working
        precision must be above it.

    Notes
    -----
    The error bounds are those of :class:`~slt_symbolic.spectra.fourier.Grid`, order by order;
    each row of the table of giant steps leaves out the nodes that matter to none of its orders.

    Examples
    --------
    >>> values = tanh_moments([1, 3, 5], fmpq(1), fmpq(0), 60)
    >>> values[3].str(15, radius=False)
    '-0.148437190787273'
    """
    nats = bits * log(2)
    samples = {orders[len(orders) * i // 12] for i in range(12)} | {orders[-1]}
    samples |= set(orders[:4]) | {orders[min(2**i, len(orders)) - 1] for i in range(20)}
    grid = Grid.fitting(weight, bias, tuple(samples), nats)
    found: dict[int, arb] = {}
    for parity in (0, 1):
        mine = [k for k in orders if k % 2 == parity]
        if mine:
            found |= _one_parity(mine, grid, nats)
    return found


def _one_parity(orders: list[int], grid: Grid, nats: float) -> dict[int, arb]:
    first, last = orders[0], orders[-1]
    count = (last - first) // 2 + 1
    band = max(1, isqrt(count))
    starts = [first + 2 * band * p for p in range(ceil(count / band))]
    windows = [_window(grid, k, k + 2 * (band - 1), nats) for k in starts]
    nodes = max(high for _, high in windows)
    times = [grid.step * j for j in range(1, nodes + 1)]
    # Powers relative to a size near the largest peak keep the table's columns of one scale.
    scale = max(1, last)
    squares = [t * t / scale for t in times]
    column, columns = [arb(1)] * nodes, []
    for _ in range(band):
        columns.append(column)
        column = [x * s for x, s in zip(column, squares, strict=True)]
    row = _weights(first, times, grid)
    rows = []
    for p, (low, high) in enumerate(windows):
        below, above = max(low, 1) - 1, nodes - high
        kept = row[below:high]
        rows.append([arb(0)] * below + kept + [arb(0)] * above)
        if p + 1 < len(windows):
            row = [x * g for x, g in zip(row, column, strict=True)]
    powers = arb_mat(band, nodes, [x for col in columns for x in col]).transpose()
    sums = (arb_mat(len(rows), nodes, [x for r in rows for x in r]) * powers).entries()
    wanted = set(orders)
    found = {}
    factor = grid.step / arb(grid.weight) * arb.fac_ui(first).rsqrt()
    for i in range(count):
        k = first + 2 * i
        if i:
            factor *= scale / (arb(k) * (k - 1)).sqrt()
        if k in wanted:
            low, high = windows[i // band]
            with ctx.workprec(_BOUND_BITS):
                error = grid.aliasing(k) + grid.upper_tail(k, high * grid.step)
                error += grid.lower_tail(k, low * grid.step)
                error *= arb.fac_ui(k).rsqrt() / arb(grid.weight)
            value = sums[i] * factor
            if k < 2:
                value += grid.central(k) * grid.step / arb(grid.weight)
            found[k] = (-1 if (k // 2) % 2 else 1) * value + arb(0, error.upper())
    return found


def _window(grid: Grid, low: int, high: int, nats: float) -> tuple[int, int]:
    return grid.window(low, nats)[0], grid.window(high, nats)[1]


def _weights(order: int, times: list[arb], grid: Grid) -> list[arb]:
    c, theta = grid.c(), arb(grid.bias / grid.weight)
    weights = [t**order * (-t * t / 2).exp() / (c * t).sinh() for t in times]
    if theta == 0:
        return weights
    waves = [(theta * t).cos() if order % 2 else (theta * t).sin() for t in times]
    return [x * wave for x, wave in zip(weights, waves, strict=True)]
