"""Taylor polynomials of analytic expressions for the checker, exact over Q.

A tree is one of ``["poly", polynomial]``, ``["+", ...]``, ``["*", ...]``,
``["power", tree, "p/q"]`` and ``[name, tree]`` for a function of one variable. Its Taylor
polynomial at the origin, up to a total degree, is computed here from the functions' differential
equations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from .algebra import at_origin, constant, rational, require, times
from .size import MOST_BITS_OF_VALUE

Series = Callable[[int], list[fmpq]]


def _exponential(signs: Sequence[int]) -> Series:
    """Return the series of sum signs[k mod 4] t**k / k!."""

    def series(order: int) -> list[fmpq]:
        found, factorial = [], 1
        for k in range(order + 1):
            factorial *= max(k, 1)
            found.append(fmpq(signs[k % 4], factorial))
        return found

    return series


def _riccati(sign: int) -> Series:
    """Return the series of the solution of f' = 1 + sign * f**2 with f(0) = 0."""

    def series(order: int) -> list[fmpq]:
        c = [fmpq(0)]
        for k in range(order):
            square = sum((c[i] * c[k - i] for i in range(k + 1)), fmpq(0))
            c.append(((k == 0) + sign * square) / (k + 1))
        return c

    return series


def _log(order: int) -> list[fmpq]:
    """Return the series of log(1 + t)."""
    return [fmpq(0)] + [fmpq((-1) ** (k - 1), k) for k in range(1, order + 1)]


def binomial(power: fmpq) -> Series:
    """Return the series of (1 + t)**power."""

    def series(order: int) -> list[fmpq]:
        found = [fmpq(1)]
        for k in range(order):
            found.append(found[-1] * (power - k) / (k + 1))
        return found

    return series


def _integrated(derivative: Series) -> Series:
    """Return the series that vanishes at 0 and has the given derivative, a series in t**2."""

    def series(order: int) -> list[fmpq]:
        inner = derivative(order // 2)
        return [inner[k // 2] / k if k % 2 else fmpq(0) for k in range(order + 1)]

    return series


def _alternating(series: Series) -> Series:
    """Return the series in -t."""
    return lambda order: [(-1) ** k * c for k, c in enumerate(series(order))]


_GEOMETRIC = binomial(fmpq(-1))
_ROOT = binomial(fmpq(-1, 2))

#: The value of the argument at the origin, and the series in its difference from that.
FUNCTIONS: dict[str, tuple[int, Series]] = {
    "asin": (0, _integrated(_alternating(_ROOT))),
    "asinh": (0, _integrated(_ROOT)),
    "atan": (0, _integrated(_GEOMETRIC)),
    "atanh": (0, _integrated(_alternating(_GEOMETRIC))),
    "cos": (0, _exponential((1, 0, -1, 0))),
    "cosh": (0, _exponential((1, 0, 1, 0))),
    "exp": (0, _exponential((1, 1, 1, 1))),
    "log": (1, _log),
    "sin": (0, _exponential((0, 1, 0, -1))),
    "sinh": (0, _exponential((0, 1, 0, 1))),
    "tan": (0, _riccati(1)),
    "tanh": (0, _riccati(-1)),
}


def truncate(p: fmpq_mpoly, order: int) -> fmpq_mpoly:
    """Return the terms of total degree at most `order`."""
    kept = {e: c for e, c in p.to_dict().items() if sum(int(a) for a in e) <= order}
    return p.context().from_dict(kept)


def jet(tree: Any, ring: fmpq_mpoly_ctx, order: int) -> fmpq_mpoly:
    """Return the Taylor polynomial of a tree at the origin.

    Examples
    --------
    >>> from slt_symbolic.rlct.checker.algebra import context
    >>> ring = context(1)
    >>> jet(["sin", ["poly", ring.gen(0)]], ring, 4)
    -1/6*x0^3 + x0
    """
    kind, *arguments = tree
    if kind == "poly":
        return truncate(arguments[0], order)
    parts = [jet(a, ring, order) for a in arguments[: 1 if kind == "power" else None]]
    if kind == "+":
        return sum(parts, constant(ring, fmpq(0)))
    if kind == "*":
        product = constant(ring, fmpq(1))
        for part in parts:
            product = truncate(times(product, part), order)
        return product
    value = at_origin(parts[0])
    if kind == "power":
        power = rational(arguments[1])
        require(len(arguments) == 2, "a power has a base and an exponent")
        if value == 0 and power.q == 1 and power >= 0:
            return _power_of_zero(parts[0], int(power.p), order)
        require(value > 0 or (power.q == 1 and value != 0), "a power at zero is not analytic")
        scale = _power(value, power)
        return scale * _series_at(binomial(power), parts[0] / value - 1, order)
    if kind == "erf" and value == 0 and order == 0:
        return parts[0]  # its further coefficients are not rational
    require(kind in FUNCTIONS and len(parts) == 1, f"no Taylor series over Q is known for {kind!r}")
    centre, series = FUNCTIONS[kind]
    require(value == centre, f"the Taylor series of {kind} there is not rational")
    return _series_at(series, parts[0] - value, order)


def _power_of_zero(p: fmpq_mpoly, power: int, order: int) -> fmpq_mpoly:
    """Return p**power up to the order, p(0) = 0."""
    result = constant(p.context(), fmpq(1))
    for _ in range(min(power, order + 1)):
        result = truncate(times(result, p), order)
    return result


def _series_at(series: Series, p: fmpq_mpoly, order: int) -> fmpq_mpoly:
    """Return sum c_k p**k up to the order, p(0) = 0 (Horner)."""
    total = constant(p.context(), fmpq(0))
    for c in reversed(series(order)):
        total = truncate(times(total, p), order) + c
    return total


def _power(value: fmpq, power: fmpq) -> fmpq:
    """Return an exact power, which must be rational."""
    p, q = int(power.p), int(power.q)
    if abs(value) == 1:
        return value if p % 2 else value * value
    size = max(value.p.bit_length(), value.q.bit_length())
    require(abs(p) * size <= MOST_BITS_OF_VALUE, "a power of a number has too many digits")
    numerator, denominator = _root(int(value.p), q), _root(int(value.q), q)
    return fmpq(numerator, denominator) ** p


def _root(n: int, q: int) -> int:
    """Return the exact integer root."""
    if q == 1 or n < 2:
        return n
    require(q < n.bit_length(), "a root is not rational")
    low, high = 0, 1 << (n.bit_length() // q + 1)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**q < n else (low, middle)
    require(low**q == n, "a root is not rational")
    return low
