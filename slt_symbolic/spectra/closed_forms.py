"""Closed forms of E[σ(wX + b)He_k(X)] for piecewise polynomial σ and for the error function."""

from __future__ import annotations

from flint import fmpq

from slt_symbolic.activations import ERF, Activation, Branches
from slt_symbolic.spectra.atoms import ClosedForm, ErrorFunction, One, ScaledGaussian
from slt_symbolic.spectra.hermite import hermite_value

# Rational coordinates along (1, Φ(b/w), φ(b/w)), with Φ and φ the normal law and density.
_Vector = tuple[fmpq, fmpq, fmpq]


def closed_form(activation: Activation, order: int, weight: fmpq, bias: fmpq) -> ClosedForm | None:
    """Return E[σ(wX + b)He_k(X)] exactly where σ has a closed form, else None.

    Parameters
    ----------
    activation : Activation
        Piecewise polynomial with a break at zero (ReLU, step, |z|, ...), or the error function.
    order : int
        Order k.
    weight, bias : flint.fmpq
        Exact w > 0 and b.

    Notes
    -----
    Smoothing by the inputs turns σ into g(b) = E[σ(wX + b)], and E[σ(wX + b)He_k(X)] =
    w^k g^{(k)}(b). For the step g(b) = Φ(b/w); multiplication by z = wx + b acts on
    coefficients as e_k ↦ w(e_{k+1} + k e_{k−1}) + b e_k, which carries the step to every
    piecewise polynomial. For erf, g(b) = erf(b/√(1 + 2w²)).

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> closed_form(RELU, 4, fmpq(1), fmpq(0)).expression()
    -sqrt(2)/(2*sqrt(pi))
    """
    if activation == ERF:
        return _error_function(order, weight, bias)
    if activation.branches is not None:
        return _piecewise(activation.branches, order, weight, bias)
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
    sign = 1 if ratio >= 0 else -1
    return ClosedForm.of(
        # Φ(q) = (1 + erf(q/√2))/2 and φ(q) = exp(−q²/2)/√(2π).
        (rational + cumulative / 2, One()),
        (cumulative / 2 if ratio != 0 else fmpq(0), ErrorFunction(sign, square)),
        (density, ScaledGaussian(square, fmpq(2))),
    )


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
