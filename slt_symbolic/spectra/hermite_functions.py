"""Balls around closed Hermite coefficients of every order, by one stable rescaled recurrence.

Each is A·P_k/√k! with P_0 = 1, P_{k+1} = pP_k + kqP_{k−1}, the moments of a Gaussian bump: by
E[exp(sX − s²/2) f(X)] = Σ s^k E[f He_k]/k!, and Σ s^k P_k/k! = exp(ps + qs²/2).
"""

from __future__ import annotations

from flint import arb, fmpq


def rescaled_powers(p: fmpq, q: fmpq, last: int, first: arb) -> list[arb]:
    """Return first·P_k/√k! for k = 0, …, last.

    Notes
    -----
    The recurrence, run forwards, is that of Hermite polynomials for q < 0. Its balls widen by at
    most the growth of the recurrence with |p| and |q|, about e^{|p|√k/√|q|}: pass a `first` and
    a working precision that leave room for it.

    Examples
    --------
    >>> [v.str(4, radius=False) for v in rescaled_powers(fmpq(1), fmpq(-1), 3, arb(1))]
    ['1.000', '1.000', '0', '-0.8165']
    """
    values = [first]
    previous, value = arb(0), first
    pb, qb, root = arb(p), arb(q), arb(0)
    for k in range(last):
        above = arb(k + 1).sqrt()
        previous, value = value, (pb * value + qb * root * previous) / above
        values.append(value)
        root = above
    return values


def gaussian_density(square: fmpq) -> arb:
    """Return exp(−square/2)/√(2π)."""
    return (-arb(square) / 2).exp() / (2 * arb.pi()).sqrt()


def step_values(last: int, weight: fmpq, bias: fmpq) -> list[arb]:
    """Return E[1{wX + b > 0}He_k(X)]/√k! for k = 0, …, last, w > 0."""
    ratio = bias / weight
    start = (-arb(ratio) / arb(2).sqrt()).erfc() / 2
    return _primitive(start, rescaled_powers(-ratio, fmpq(-1), last, gaussian_density(ratio**2)))


def normal_law_values(last: int, weight: fmpq, bias: fmpq, variance: fmpq) -> list[arb]:
    """Return E[Φ((wX + b)/σ)He_k(X)]/√k! for k = 0, …, last, with σ² the variance.

    Notes
    -----
    Φ is smoothed to Φ(b/s), s² = w² + σ², so that E[Φ He_k] = (w/s)^k Φ^{(k)}(b/s).
    """
    total = weight**2 + variance
    s = arb(total).sqrt()
    start = (-arb(bias) / (s * arb(2).sqrt())).erfc() / 2
    density = gaussian_density(bias**2 / total) * arb(weight) / s
    powers = rescaled_powers(-weight * bias / total, -(weight**2) / total, last, density)
    return _primitive(start, powers)


def exponential_values(
    last: int, coefficients: tuple[fmpq, ...], weight: fmpq, bias: fmpq
) -> list[arb]:
    """Return E[exp(c₀ + c₁z + c₂z²)He_k(X)]/√k!, z = wX + b, for k = 0, …, last.

    Notes
    -----
    In x the exponent is Ax² + Bx + C; with D = 1 − 2A > 0, E[e^{Ax²+Bx+C}e^{sX−s²/2}] =
    D^{−1/2} e^{C + B²/(2D)} exp(Bs/D + As²/D).
    """
    a, b, c, d = exponent_in_x(coefficients, weight, bias)
    start = arb(c + b * b / (2 * d)).exp() * arb(d).rsqrt()
    return rescaled_powers(b / d, 2 * a / d, last, start)


def exponent_in_x(
    coefficients: tuple[fmpq, ...], weight: fmpq, bias: fmpq
) -> tuple[fmpq, fmpq, fmpq, fmpq]:
    """Return A, B, C of Ax² + Bx + C = c₀ + c₁(wx + b) + c₂(wx + b)², and 1 − 2A."""
    c0, c1, c2 = coefficients
    a = c2 * weight**2
    return a, (c1 + 2 * c2 * bias) * weight, c0 + c1 * bias + c2 * bias**2, 1 - 2 * a


def wave_values(orders: list[int], sine: bool, weight: fmpq, bias: fmpq) -> dict[int, arb]:
    """Return E[sin(wX + b)He_k(X)]/√k!, or with the cosine: (iw)^k e^{ib − w²/2}/√k!."""
    sin, cos = arb(bias).sin_cos()
    turned = (sin, cos, -sin, -cos) if sine else (cos, -sin, -cos, sin)
    scale = (-(arb(weight) ** 2) / 2).exp()
    w = arb(weight)
    return {k: turned[k % 4] * scale * w**k * arb.fac_ui(k).rsqrt() for k in orders}


def times_argument(
    values: dict[int, arb], orders: list[int], weight: fmpq, bias: fmpq
) -> dict[int, arb]:
    """Return the coefficients of zf from those of f: x h_k = √(k+1) h_{k+1} + √k h_{k−1}."""
    w, b = arb(weight), arb(bias)
    found = {}
    for k in orders:
        shifted = arb(k + 1).sqrt() * values[k + 1]
        if k:
            shifted += arb(k).sqrt() * values[k - 1]
        found[k] = w * shifted + (b * values[k] if bias != 0 else 0)
    return found


def _primitive(start: arb, derivative: list[arb]) -> list[arb]:
    """Prepend the order 0 to c_k[f] = c_{k−1}[f′]/√k."""
    return [start] + [v / arb(k).sqrt() for k, v in enumerate(derivative[:-1], 1)]
