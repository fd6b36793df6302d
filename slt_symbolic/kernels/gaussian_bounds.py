"""Moments and tails of |x|ᵏ under the standard normal density φ, as balls."""

from __future__ import annotations

from math import ceil, inf, log, pi, sqrt

from flint import arb

from slt_symbolic.kernels.line_function import Majorant, log_upper


def absolute_moment(order: int) -> arb:
    """Return E|X|ᵏ = (k − 1)!! times 1 for even k and √(2/π) for odd k."""
    value = arb(1) if order % 2 == 0 else (2 / arb.pi()).sqrt()
    for j in range(order - 1, 0, -2):
        value *= j
    return value


def grid_moment(order: int, step: arb) -> arb:
    """Return a bound on the sum of h|x|ᵏφ(x) over any grid of step h.

    On either side of 0 the function rises and then falls: the sum exceeds the integral by at
    most h times its maximum, which is at x = √k.
    """
    peak = (arb(order) / arb(1).exp()) ** (arb(order) / 2) if order else arb(1)
    return absolute_moment(order) + 2 * step * peak / (2 * arb.pi()).sqrt()


def tail_sum(order: int, step: arb, start: arb) -> arb:
    """Return a bound on the sum of h|x|ᵏφ(x) over |x| = start, start + h, start + 2h, ….

    Beyond ``start`` the logarithm of xᵏφ(x) falls with slope at least s = start − k/start, which
    must be positive (the bound is infinite otherwise), so the terms fall like e^{−sh}.
    """
    slope = start - order / start
    if not slope > 0:
        return arb.pos_inf()
    first = start**order * (-start * start / 2).exp() / (2 * arb.pi()).sqrt()
    return 2 * step * first / (1 - (-slope * step).exp())


def tail_integral(order: int, start: arb) -> arb:
    """Return a bound on the integral of |x|ᵏφ(x) over x > start, for the same reason."""
    slope = start - order / start
    if not slope > 0:
        return arb.pos_inf()
    return start**order * (-start * start / 2).exp() / ((2 * arb.pi()).sqrt() * slope)


def expected(majorant: Majorant) -> arb:
    """Return E Σ c_k |X|ᵏ."""
    total = arb(0)
    for k, c in enumerate(majorant):
        total += c * absolute_moment(k)
    return total


def cut_off(majorant: Majorant, bits: int) -> float:
    """Return where Σ c_k xᵏφ(x) has fallen to about 2^−bits (a choice, no bound)."""
    cut = sqrt(2 * log(2) * max(bits, 8)) + 1
    for _ in range(4):
        size = arb(0)
        for k, c in enumerate(majorant):
            size += abs(c) * arb(cut) ** k
        log_size = log_upper(size) if not size.is_zero() else 0.0
        cut = sqrt(2 * max(bits * log(2) + log_size, 4.0)) + 1
    return max(cut, sqrt(2.0 * len(majorant)) + 1)


def dyadic_below(value: float, digits: int = 4) -> arb:
    """Return the largest dyadic number below with so many binary digits."""
    exponent = ceil(log(value, 2)) - digits
    return arb(2) ** exponent * int(value / 2.0**exponent)


def strip_heights(reach: float) -> list[float]:
    """Return heights to try in a trapezoidal rule, below the nearest singularity."""
    near = [reach * share for share in (0.97, 0.9, 0.75)] if reach < inf else []
    return near + [d for d in (0.5, 1.0, 2.0, 4.0, 7.0, 10.0, 14.0, 20.0, 40.0) if d < reach / 1.4]


def step_at(height: float, log_bound: float, bits: int) -> float:
    """Return the step h at which 2e^{log_bound}/(e^{2πd/h} − 1) is below 2^−bits."""
    return 2 * pi * height / max((bits + 1.1) * log(2) + log_bound, 1.0)


def trapezoid_error(bound: arb, height: float, step: arb) -> arb:
    """Return 2M/(e^{2πd/h} − 1)."""
    return 2 * bound / ((2 * arb.pi() * height / step).exp() - 1)
