"""Activations as Numba functions: value and slope of one argument."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

from numba import njit

from slt_symbolic.activations import (
    ARCTAN,
    COS,
    ERF,
    GAUSSIAN,
    GELU,
    SIGMOID,
    SIN,
    SOFTPLUS,
    SWISH,
    TANH,
    Activation,
)
from slt_symbolic.compiled.elementary import COMPILE, exp_minus, sigmoid, softplus, tanh_slope

__all__ = ["value_and_slope"]

ROOT_HALF = math.sqrt(0.5)
TWO_PER_ROOT_PI = 2.0 / math.sqrt(math.pi)
PER_ROOT_2PI = 1.0 / math.sqrt(2.0 * math.pi)


def value_and_slope(activation: Activation) -> Callable[[float], tuple[float, float]] | None:
    """Return ``z -> (σ(z), σ'(z))`` as a Numba function, None for an activation not known here.

    Parameters
    ----------
    activation : Activation
        One of this package, or any piecewise polynomial one.

    Notes
    -----
    tanh, sigmoid, softplus, swish, the Gaussian and all piecewise polynomials are free of
    branches and run in vectors; erf, GELU, sine, cosine and arctangent call the C library. At a
    break value and slope are the means of both sides.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> value_and_slope(RELU)(2.0), value_and_slope(RELU)(-2.0)
    ((2.0, 1.0), (0.0, 0.0))
    """
    if activation.branches is not None:
        below, above = (
            tuple(float(c) for c in side) or (0.0,)
            for side in (activation.branches.below, activation.branches.above)
        )
        return _piecewise(below, above)
    return _ANALYTIC.get(activation.name) if _is_ours(activation) else None


def _is_ours(activation: Activation) -> bool:
    """Whether the name is that of this package's own: anyone's activation may be called tanh."""
    return any(activation is known for known in _KNOWN)


@cache
def _piecewise(below: tuple[float, ...], above: tuple[float, ...]) -> Any:
    slopes = [tuple(k * c for k, c in enumerate(side))[1:] or (0.0,) for side in (below, above)]
    parts = [_polynomial(side) for side in (below, above, *slopes)]
    value_below, value_above, slope_below, slope_above = parts

    @njit(**COMPILE)
    def piecewise(z):  # type: ignore[no-untyped-def]  # compiled
        v, other_v, s, other_s = value_above(z), value_below(z), slope_above(z), slope_below(z)
        value = v if z > 0.0 else (other_v if z < 0.0 else 0.5 * (v + other_v))
        slope = s if z > 0.0 else (other_s if z < 0.0 else 0.5 * (s + other_s))
        return value, slope

    return piecewise


@cache
def _polynomial(coefficients: tuple[float, ...]) -> Any:
    if len(coefficients) == 1:
        constant = coefficients[0]

        @njit(**COMPILE)
        def flat(_z):  # type: ignore[no-untyped-def]  # compiled
            return constant

        return flat
    lowest, rest = coefficients[0], _polynomial(coefficients[1:])

    @njit(**COMPILE)
    def polynomial(z):  # type: ignore[no-untyped-def]  # compiled
        return rest(z) * z + lowest

    return polynomial


@njit(**COMPILE)
def _sigmoid(z):  # type: ignore[no-untyped-def]  # compiled
    s, other = sigmoid(z)
    return s, s * other


@njit(**COMPILE)
def _softplus(z):  # type: ignore[no-untyped-def]  # compiled
    return softplus(z), sigmoid(z)[0]


@njit(**COMPILE)
def _swish(z):  # type: ignore[no-untyped-def]  # compiled
    s, other = sigmoid(z)
    return z * s, s + z * (s * other)


@njit(**COMPILE)
def _gaussian(z):  # type: ignore[no-untyped-def]  # compiled
    bump = exp_minus(z * z)
    return bump, -2.0 * z * bump


@njit(**COMPILE)
def _gelu(z):  # type: ignore[no-untyped-def]  # compiled
    below = 0.5 * math.erfc(-z * ROOT_HALF)
    return z * below, below + z * PER_ROOT_2PI * exp_minus(0.5 * (z * z))


@njit(**COMPILE)
def _erf(z):  # type: ignore[no-untyped-def]  # compiled
    return math.erf(z), TWO_PER_ROOT_PI * exp_minus(z * z)


@njit(**COMPILE)
def _arctan(z):  # type: ignore[no-untyped-def]  # compiled
    return math.atan(z), 1.0 / (1.0 + z * z)


@njit(**COMPILE)
def _sin(z):  # type: ignore[no-untyped-def]  # compiled
    return math.sin(z), math.cos(z)


@njit(**COMPILE)
def _cos(z):  # type: ignore[no-untyped-def]  # compiled
    return math.cos(z), -math.sin(z)


_KNOWN = (ARCTAN, COS, ERF, GAUSSIAN, GELU, SIGMOID, SIN, SOFTPLUS, SWISH, TANH)
_ANALYTIC = {
    ARCTAN.name: _arctan,
    COS.name: _cos,
    ERF.name: _erf,
    GAUSSIAN.name: _gaussian,
    GELU.name: _gelu,
    SIGMOID.name: _sigmoid,
    SIN.name: _sin,
    SOFTPLUS.name: _softplus,
    SWISH.name: _swish,
    TANH.name: tanh_slope,
}
