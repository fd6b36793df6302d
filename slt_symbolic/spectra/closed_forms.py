"""Closed forms of E[σ(wX + b)He_k(X)]: piecewise polynomials, erf, GELU, waves, exponentials."""

from __future__ import annotations

from flint import fmpq

from slt_symbolic.activations import Activation, Branches
from slt_symbolic.spectra.atoms import (
    Atom,
    ClosedForm,
    ComplementaryErrorFunction,
    ErrorFunction,
    Exponential,
    One,
    ScaledGaussian,
    Wave,
)
from slt_symbolic.spectra.families import family
from slt_symbolic.spectra.hermite import hermite_value
from slt_symbolic.spectra.hermite_functions import exponent_in_x

# Rational coordinates along (1, Φ(b/w), φ(b/w)), with Φ and φ the normal law and density.
_Vector = tuple[fmpq, fmpq, fmpq]


def closed_form(activation: Activation, order: int, weight: fmpq, bias: fmpq) -> ClosedForm | None:
    """Return E[σ(wX + b)He_k(X)] exactly where σ has a closed form, else None.

    Parameters
    ----------
    activation : Activation
        Piecewise polynomial with a break at zero (ReLU, step, |z|, ...), erf, GELU, sine, cosine
        or the exponential of a quadratic polynomial.
    order : int
        Order k.
    weight, bias : flint.fmpq
        Exact w > 0 and b.

    Notes
    -----
    Smoothing by the inputs turns σ into g(b) = E[σ(wX + b)], and E[σ(wX + b)He_k(X)] =
    w^k g^{(k)}(b). For the step g(b) = Φ(b/w); multiplication by z = wx + b acts on
    coefficients as e_k ↦ w(e_{k+1} + k e_{k−1}) + b e_k, which carries the step to every
    piecewise polynomial. For erf, g(b) = erf(b/√(1 + 2w²)); for Φ, g(b) = Φ(b/√(1 + w²)), and the
    same multiplication carries it to GELU. For the others g is again a wave or an exponential.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> closed_form(RELU, 4, fmpq(1), fmpq(0)).expression()
    -sqrt(2)/(2*sqrt(pi))
    """
    kind = family(activation).kind
    if activation.branches is not None:
        return _piecewise(activation.branches, order, weight, bias)
    if kind == "erf":
        return _error_function(order, weight, bias)
    if kind == "gelu":
        return _gelu(order, weight, bias)
    if kind in ("sin", "cos"):
        return _wave(order, kind == "sin", weight, bias)
    if kind == "exponential":
        return _exponential(order, family(activation).parameters, weight, bias)
    return None


def _piecewise(branches: Branches, order: int, weight: fmpq, bias: fmpq) -> ClosedForm:
    below = [fmpq(int(c.p), int(c.q)) for c in branches.below]
    above = [fmpq(int(c.p), int(c.q)) for c in branches.above]
    size = max(len(below), len(above))
    below += [fmpq(0)] * (size - len(below))
    above += [fmpq(0)] * (size - len(above))
    # Coefficients of z^j and of z^j·1{z>0}, for the orders that can still reach the one wanted.
    total: _Vector = (fmpq(0), fmpq(0), fmpq(0))
    window = range(max(0, order - size), order + size + 1)
    one = {k: (fmpq(int(k == 0)), fmpq(0), fmpq(0)) for k in window}
    step = {k: _step(k, weight, bias) for k in window}
    for low, high in zip(below, above, strict=True):
        total = _combine((fmpq(1), total), (low, one[order]), (high - low, step[order]))
        one = _times_argument(one, weight, bias)
        step = _times_argument(step, weight, bias)
    rational, cumulative, density = total
    ratio = bias / weight
    square = ratio * ratio / 2
    # φ(q) = exp(−q²/2)/√(2π)
    return _with_normal_law(
        rational, cumulative, ratio, square, (density, ScaledGaussian(square, fmpq(2)))
    )


def _with_normal_law(
    rational: fmpq, cumulative: fmpq, side: fmpq, square: fmpq, other: tuple[fmpq, Atom]
) -> ClosedForm:
    """Return rational + cumulative·Φ(q) + other, q of the sign of `side` and q²/2 = square."""
    # Φ(q) = erfc(−q/√2)/2, and 1 less erfc(q/√2)/2 for q > 0.
    if side == 0:
        return ClosedForm.of((rational + cumulative / 2, One()), other)
    constant = rational + cumulative if side > 0 else rational
    factor = -cumulative / 2 if side > 0 else cumulative / 2
    return ClosedForm.of((constant, One()), (factor, ComplementaryErrorFunction(square)), other)


def _step(order: int, weight: fmpq, bias: fmpq) -> _Vector:
    if order == 0:
        return fmpq(0), fmpq(1), fmpq(0)
    # Φ^{(k)}(q) = φ^{(k−1)}(q) = (−1)^{k−1} He_{k−1}(q) φ(q)
    sign = 1 if order % 2 else -1
    return fmpq(0), fmpq(0), sign * hermite_value(order - 1, bias / weight)


def _times_argument(old: dict[int, _Vector], weight: fmpq, bias: fmpq) -> dict[int, _Vector]:
    """Multiply by z = wx + b: x·He_k = He_{k+1} + k·He_{k−1} under the expectation."""
    new = {}
    for k, value in old.items():
        if k + 1 not in old or (k > 0 and k - 1 not in old):
            continue
        lower = old[k - 1] if k > 0 else old[k]
        new[k] = _combine((weight, old[k + 1]), (weight * k, lower), (bias, value))
    return new


def _combine(*parts: tuple[fmpq, _Vector]) -> _Vector:
    rational, cumulative, density = fmpq(0), fmpq(0), fmpq(0)
    for factor, (r, c, d) in parts:
        rational += factor * r
        cumulative += factor * c
        density += factor * d
    return rational, cumulative, density


def _error_function(order: int, weight: fmpq, bias: fmpq) -> ClosedForm:
    # erf(z) = 2Φ(√2 z) − 1 and E[Φ(uX + v)] = Φ(v/√(1 + u²)): with s² = 1 + 2w² and
    # y = √2 b/s the k-th derivative is 2(√2 w/s)^k (−1)^{k−1} He_{k−1}(y) φ(y).
    s_squared = 1 + 2 * weight * weight
    exponent = bias * bias / s_squared
    if order == 0:
        sign = 1 if bias >= 0 else -1
        return ClosedForm.of((fmpq(int(bias != 0)), ErrorFunction(sign, exponent)))
    rate = 2 * weight * weight / s_squared
    reduced = _even_part(order - 1, 2 * exponent)
    if order % 2:
        coefficient = 2 * rate ** ((order - 1) // 2) * weight * reduced
    else:
        coefficient = -2 * rate ** (order // 2) * bias * reduced
    return ClosedForm.of((coefficient, ScaledGaussian(exponent, s_squared)))


def _even_part(order: int, square: fmpq) -> fmpq:
    """Return He_k(y) for even k and He_k(y)/y for odd k, as a function of y²."""
    # The pairs (He_{2m}, He_{2m+1}/y) satisfy the three-term recurrence over the rationals.
    even, odd = fmpq(1), fmpq(1)
    if order == 0:
        return even
    for k in range(1, order):
        if k % 2:
            even = square * odd - k * even
        else:
            odd = even - k * odd
    return odd if order % 2 else even


def _gelu(order: int, weight: fmpq, bias: fmpq) -> ClosedForm:
    total = 1 + weight * weight
    p, q = -weight * bias / total, -weight * weight / total
    # E[Φ He_k] along (1, Φ(b/s), φ(b/s)/s), s² = 1 + w².
    law = {0: (fmpq(0), fmpq(1), fmpq(0))}
    previous, value = fmpq(0), fmpq(1)
    for k in range(order + 1):
        law[k + 1] = (fmpq(0), fmpq(0), weight * value)
        previous, value = value, p * value + q * k * previous
    near = {k: v for k, v in law.items() if abs(k - order) <= 1}
    rational, cumulative, density = _times_argument(near, weight, bias)[order]
    square = bias * bias / (2 * total)
    other = (density, ScaledGaussian(square, 2 * total))
    return _with_normal_law(rational, cumulative, bias, square, other)


def _wave(order: int, sine: bool, weight: fmpq, bias: fmpq) -> ClosedForm:
    # E[e^{i(wX + b)}He_k(X)] = (iw)^k e^{ib − w²/2}
    turns = (order + (0 if sine else 1)) % 4
    sign = 1 if turns < 2 else -1
    wave = Wave(turns % 2 == 0, bias, weight * weight / 2)
    vanishes = wave.sine and bias == 0
    return ClosedForm.of((fmpq(0) if vanishes else sign * weight**order, wave))


def _exponential(
    order: int, coefficients: tuple[fmpq, ...], weight: fmpq, bias: fmpq
) -> ClosedForm:
    a, b, c, d = exponent_in_x(coefficients, weight, bias)
    previous, value = fmpq(0), fmpq(1)
    for k in range(order):
        previous, value = value, b / d * value + 2 * a / d * k * previous
    return ClosedForm.of((value, Exponential(c + b * b / (2 * d), d)))
