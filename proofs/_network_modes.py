"""Squared Hermite coefficients of tanh units and networks: bounds, slopes, enclosed means."""

from collections.abc import Iterable
from fractions import Fraction

import numpy as np
from flint import arb, ctx

from slt_symbolic.spectra import (
    TanhDecay,
    hermite_coefficient,
    hermite_coefficients,
    network_coefficient,
)


def against_bounds(
    orders: Iterable[int],
) -> tuple[list[int], list[int], dict[int, tuple[arb, arb]]]:
    """Compare c_k² of tanh(x) with its proved bounds.

    Returns the orders outside them, those at which η_k does not rise below zero, and for each
    order c_k²/L_k and the relative error of the refined formula.
    """
    decay, previous = TanhDecay(1, bits=200), None
    outside, falling, shown = [], [], {}
    with ctx.workprec(200):
        for coefficient in hermite_coefficients("tanh", orders):
            order, square = coefficient.order, coefficient.square
            low, high = decay.bounds(order)
            low_eta, high_eta = decay.law_bounds(order)
            eta = (square / decay.law(order)).log()
            if not (low < square < high and low_eta < eta < high_eta):
                outside.append(order)
            if not (eta < 0 and (previous is None or eta > previous)):
                falling.append(order)
            previous = eta
            shown[order] = (eta.exp(), abs(square / decay.refined(order) - 1))
    return outside, falling, shown


def slopes_of_squares(orders: Iterable[int]) -> tuple[arb, arb]:
    """Return the slopes of log(√k c_k²) and of log c_k² on √k, by least squares."""
    with ctx.workprec(160):
        found = hermite_coefficients("tanh", orders, digits=30)
        roots = [arb(q.order).sqrt() for q in found]
        bare = slope(roots, [q.square.log() for q in found])
        weighted = [(q.square * r).log() for q, r in zip(found, roots, strict=True)]
        return slope(roots, weighted), bare


def mean_square(order: int, cells: int = 200) -> arb:
    """Enclose E[c_k(w)²], w uniform on [0, 1]: c_k² rises with w; below 4/5 by its value there."""
    width = Fraction(1, 5 * cells)
    grid = [Fraction(4, 5) + i * width for i in range(cells + 1)]
    squares = [hermite_coefficient("tanh", order, w, digits=15).square for w in grid]
    step = arb(width.numerator) / width.denominator
    lower = step * sum(squares[:-1], arb(0))
    upper = step * sum(squares[1:], arb(0)) + squares[0] * 4 / 5
    return lower.union(upper)


def shares_of_one_network(orders: tuple[int, ...], width: int, seed: int) -> list[arb]:
    """Return c_k(f)² over its bound h Σa² c_k(1)² for one network with random rational entries."""
    rng = np.random.default_rng(seed)
    weights = [Fraction(int(k), 1000) for k in rng.integers(-1000, 1001, width)]
    readouts = [Fraction(int(k), 1000) for k in rng.normal(0, 1000, width)]
    units = [(a, w) for a, w in zip(readouts, weights, strict=True) if a and w]
    norm = sum(a * a for a, _ in units) * width
    found = []
    for order in orders:
        square = network_coefficient("tanh", units, order, digits=25) ** 2
        one = hermite_coefficient("tanh", order, digits=25).square
        found.append(square / (arb(norm.numerator) / norm.denominator * one))
    return found


def slope(xs: list[arb], ys: list[arb]) -> arb:
    """Return the slope of the least-squares line."""
    n = len(xs)
    mean_x, mean_y = sum(xs, arb(0)) / n, sum(ys, arb(0)) / n
    pairs = zip(xs, ys, strict=True)
    covariance = sum(((p - mean_x) * (q - mean_y) for p, q in pairs), arb(0))
    return covariance / sum(((p - mean_x) ** 2 for p in xs), arb(0))
