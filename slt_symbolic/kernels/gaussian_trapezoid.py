"""The trapezoidal rule under the standard normal law on the line, with a proved error bound."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil

from flint import arb, ctx

from slt_symbolic.kernels.gauss_legendre import gauss_legendre
from slt_symbolic.kernels.gaussian_bounds import (
    cut_off,
    dyadic_below,
    expected,
    step_at,
    strip_heights,
    tail_integral,
    tail_sum,
    trapezoid_error,
)
from slt_symbolic.kernels.line_function import (
    LineFunction,
    log_upper,
    product_majorant,
    product_value,
)

MAX_NODES = 2500
"""Beyond so many nodes adaptive subdivision is cheaper."""


def normal_expectation(factors: Sequence[LineFunction], bits: int, *, even: bool = False) -> arb:
    """Enclose E Π f(X), X ~ N(0, 1), for functions analytic in a strip.

    Parameters
    ----------
    factors : sequence of LineFunction
        The functions; one object given twice is evaluated once.
    bits : int
        The error aims at 2^−bits, absolute; the working precision must be above it.
    even : bool
        Whether the product is even: half of the nodes then do.

    Notes
    -----
    With F = φ Π f, |φ(x + iy)| = φ(x)e^{y²/2}; so ∫|F(x + iy)|dx ≤ M = e^{d²/2} E P_d(|X|) for
    |y| ≤ d, P_d the product of the factors' majorants on that strip. The trapezoidal rule of
    step h over the whole line errs by at most 2M/(e^{2πd/h} − 1) (Trefethen and Weideman 2014,
    theorem 5.1). On the real line |F| ≤ φP₀(|x|), whose coefficients P₀ give the bound on the
    nodes left out, :func:`~slt_symbolic.kernels.gaussian_bounds.tail_sum`. Height d and step are
    chosen to need few nodes; with a singularity close to the line, where many are needed, the
    cut-off integral is left to Arb's adaptive rule instead.

    References
    ----------
    L. N. Trefethen and J. A. C. Weideman (2014), The exponentially convergent trapezoidal rule,
    SIAM Review 56, 385-458.

    Examples
    --------
    >>> from slt_symbolic.activations import TANH
    >>> from slt_symbolic.kernels.line_function import line_function
    >>> f = line_function(TANH, arb(1), arb(0))
    >>> with ctx.workprec(90):
    ...     normal_expectation([f, f], 70, even=True).str(20, radius=False)
    '0.39429449039784117442'
    """
    with ctx.workprec(53):
        height, bound, wanted = best_strip(factors, bits)
        tails = product_majorant(factors, 0.0)
        cut = cut_off(tails, bits)
        if 2 * cut / wanted > MAX_NODES:
            end, tail = arb(ceil(cut)), arb(0)
            for k, c in enumerate(tails):
                tail += 2 * c * tail_integral(k, end)
        else:
            step = dyadic_below(wanted)
            count = ceil(cut / float(step))
            tail = trapezoid_error(bound, height, step)
            for k, c in enumerate(tails):
                tail += c * tail_sum(k, step, step * (count + 1))
            end = arb(0)
    if end > 0:
        body = gauss_legendre(factors, arb(0) if even else -end, end, bits, gaussian=True)
        return (2 * body if even else body) + arb(0, tail.upper())
    weights = gaussian_weights(step, count, ctx.prec)
    total = weights[0] * product_value(factors, arb(0)) / (2 if even else 1)
    for j in range(1, count + 1):
        x = step * j
        pair = product_value(factors, x)
        if not even:
            pair += product_value(factors, -x)
        total += weights[j] * pair
    return (2 * total if even else total).real + arb(0, tail.upper())


def best_strip(factors: Sequence[LineFunction], bits: int) -> tuple[float, arb, float]:
    """Return height, bound M and step of the rule that needs the fewest nodes."""
    best: tuple[float, arb, float] = (0.0, arb(0), 0.0)
    for height in strip_heights(min(f.reach for f in factors)):
        bound = (arb(height) ** 2 / 2).exp() * expected(product_majorant(factors, height))
        if not bound.is_finite():
            continue
        log_bound = log_upper(bound) if not bound.is_zero() else 0.0
        step = step_at(height, log_bound, bits)
        if step > best[2]:
            best = height, bound, step
    return best


def gaussian_weights(step: arb, count: int, precision: int) -> tuple[arb, ...]:
    """Return hφ(jh) for j = 0, …, count."""
    if step.is_exact() and precision <= 4096:
        mantissa, exponent = step.man_exp()
        return _dyadic_weights(int(mantissa), int(exponent), -(-count // 16) * 16, precision)
    return _fresh_weights(step, count)


def _fresh_weights(step: arb, count: int) -> tuple[arb, ...]:
    scale = step / (2 * arb.pi()).sqrt()
    return tuple(scale * (-((step * j) ** 2) / 2).exp() for j in range(count + 1))


@lru_cache(maxsize=32)
def _dyadic_weights(mantissa: int, exponent: int, count: int, precision: int) -> tuple[arb, ...]:
    with ctx.workprec(precision):
        return _fresh_weights(arb(mantissa) * arb(2) ** exponent, count)
