"""Without a branch, so that LLVM makes vectors of loops: tanh, sigmoid, softplus, exp.

All rest on one reduction. For y = n ln 2 + r, n an integer and |r| <= ln(2)/2,

    exp(y) = 2^n + 2^n p,    p = exp(r) - 1 = r + r^2 q(r),

q a polynomial of degree 10 (interpolation of the exponential series at Chebyshev points: relative
error of p below 2^-60). From exp(2|x|) - 1 = 2^n p + (2^n - 1), which loses no digit where n = 0,
follows tanh|x| = e/(e + 2) with full RELATIVE accuracy down to the smallest numbers, and its slope
4 (e + 1)/(e + 2)^2 without the cancellation of 1 - tanh^2.

Accuracy, in units in the last place against 50 digits, from tests over the whole range: tanh 2.5,
its slope 6, sigmoid 2.5, softplus 2.5, exp(-x) 1.5. Results near the smallest normal number
are flushed: exp(-x) is 0 beyond x = 708, the slope of tanh beyond 354. Not a number gives not a
number; infinities give limits; zeros keep their sign where the function is odd. The fused
multiply-adds that LLVM makes where the processor has them change last digits, so two kinds of
processors need not agree bitwise.

References
----------
Cody and Waite (1980), Software Manual for the Elementary Functions (the reduction).
"""

from __future__ import annotations

import math
from typing import Any

from numba import njit

from slt_symbolic.compiled.vectors import bits_of, from_bits

__all__ = [
    "COMPILE", "exp_minus", "log_of_fraction", "sigmoid", "softplus", "tanh", "tanh_slope",
]  # fmt: skip

# Contraction makes multiply-adds and nothing else: no reordering, so that ROUNDER is not folded
# away. The error model is NumPy's: a check for division by zero would be a branch.
COMPILE: Any = {"fastmath": {"contract"}, "error_model": "numpy", "nogil": True}

# 1.5 * 2^52: adding it rounds to an integer, which then stands in the last bits.
ROUNDER = 6755399441055744.0
BIAS = 1023
PER_LN2 = 1.0 / math.log(2.0)
# ln 2 in two pieces; products of the first with integers below 2^20 are exact.
LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
# Beyond this exp(-y) is no normal number, and exp(y) still far from overflow.
LARGEST = 708.0
# The bits of 3/4.
THREE_QUARTERS = 0x3FE8000000000000

# q(r) = (exp(r) - 1 - r)/r^2, lowest degree first.
Q0, Q1, Q2, Q3, Q4, Q5, Q6, Q7, Q8, Q9, Q10 = (
    0.5,
    0.1666666666666667,
    0.04166666666666667,
    0.008333333333326136,
    0.0013888888888883748,
    0.00019841269874820627,
    2.4801587325547743e-05,
    2.7557255400206422e-06,
    2.75572736431103e-07,
    2.5105217004720745e-08,
    2.0914686968086876e-09,
)
# (atanh(s)/s - 1)/s^2 in z = s^2, on [0, 1/9].
A0, A1, A2, A3, A4, A5, A6, A7, A8, A9, A10 = (
    0.3333333333333333,
    0.19999999999999762,
    0.1428571428580005,
    0.11111111099118386,
    0.09090909948981357,
    0.07692271982430275,
    0.06667589315724629,
    0.05867139530651599,
    0.05422589197440007,
    0.03746071897775383,
    0.07815288900461426,
)


@njit(**COMPILE)
def _power_and_rest(y):  # type: ignore[no-untyped-def]  # compiled
    """Return 2^n and p of the reduction of y, |y| <= 708."""
    shifted = y * PER_LN2 + ROUNDER
    n = shifted - ROUNDER
    r = (y - n * LN2_HIGH) - n * LN2_LOW
    q = Q10
    q = q * r + Q9
    q = q * r + Q8
    q = q * r + Q7
    q = q * r + Q6
    q = q * r + Q5
    q = q * r + Q4
    q = q * r + Q3
    q = q * r + Q2
    q = q * r + Q1
    q = q * r + Q0
    power = from_bits((bits_of(shifted) + BIAS) << 52)
    return power, q * (r * r) + r


@njit(**COMPILE)
def _expm1_of_double(x):  # type: ignore[no-untyped-def]  # compiled
    """Return exp(2|x|) - 1, cut at |x| = 354."""
    y = abs(x)
    y = 0.5 * LARGEST if y > 0.5 * LARGEST else y
    power, p = _power_and_rest(y + y)
    return power * p + (power - 1.0)


@njit(**COMPILE)
def tanh(x):  # type: ignore[no-untyped-def]  # compiled
    """Return the hyperbolic tangent of a float64."""
    e = _expm1_of_double(x)
    return math.copysign(e / (e + 2.0), x)


@njit(**COMPILE)
def tanh_slope(x):  # type: ignore[no-untyped-def]  # compiled
    """Return tanh(x) and its derivative, for one exponential and one division."""
    e = _expm1_of_double(x)
    d = 1.0 / (e + 2.0)
    t = e * d
    # 4 (e + 1) d^2 = 4 d (t + d)
    slope = 4.0 * d * (t + d)
    return math.copysign(t, x), 0.0 if abs(x) > 0.5 * LARGEST else slope


@njit(**COMPILE)
def exp_minus(y):  # type: ignore[no-untyped-def]  # compiled
    """Return exp(-y) for y >= 0."""
    cut = LARGEST if y > LARGEST else y
    power, p = _power_and_rest(-cut)
    return 0.0 if y > LARGEST else power * p + power


@njit(**COMPILE)
def sigmoid(x):  # type: ignore[no-untyped-def]  # compiled
    """Return 1/(1 + exp(-x)) and 1/(1 + exp(x)), which sum to 1."""
    e = exp_minus(abs(x))
    larger = 1.0 / (1.0 + e)
    smaller = e * larger
    return (smaller, larger) if x < 0 else (larger, smaller)


@njit(**COMPILE)
def softplus(x):  # type: ignore[no-untyped-def]  # compiled
    """Return log(1 + exp(x)) as max(x, 0) + log(1 + exp(-|x|))."""
    e = exp_minus(abs(x))
    # log(1 + e) = 2 atanh(s), s = e/(2 + e) <= 1/3
    return (0.0 if x < 0.0 else x) + _twice_atanh(e / (2.0 + e))


@njit(**COMPILE)
def _twice_atanh(s):  # type: ignore[no-untyped-def]  # compiled
    """Return log((1 + s)/(1 - s)), |s| <= 1/3."""
    z = s * s
    a = A10
    a = a * z + A9
    a = a * z + A8
    a = a * z + A7
    a = a * z + A6
    a = a * z + A5
    a = a * z + A4
    a = a * z + A3
    a = a * z + A2
    a = a * z + A1
    a = a * z + A0
    return 2.0 * s * (a * z) + 2.0 * s


@njit(**COMPILE)
def log_of_fraction(u):  # type: ignore[no-untyped-def]  # compiled
    """Return log(u) for a normal number u in (0, 1], with full relative accuracy up to 1."""
    # u = 2^n m with m in [3/4, 3/2): the exponent of u over the lower end, cut out of the bits.
    n = (bits_of(u) - THREE_QUARTERS) >> 52
    m = from_bits(bits_of(u) - (n << 52))
    # (m - 1)/(m + 1) <= 1/5 in size, and m - 1 is exact.
    s = (m - 1.0) / (m + 1.0)
    power = float(n)
    return power * LN2_HIGH + (power * LN2_LOW + _twice_atanh(s))
