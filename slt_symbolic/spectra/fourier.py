"""Hermite coefficients of tanh units from their Fourier representation: no cancellation.

For w > 0, c = π/(2w) and k ≥ 1,

    E[tanh(wX + b)He_k(X)] = (1/w) ∫_0^∞ t^k g_k(bt/w) e^{−t²/2} / sinh(ct) dt,

with g_k = (−1)^{(k−1)/2} cos for odd k and (−1)^{k/2} sin for even k. It follows from
E[f He_k] = E[f^{(k)}], the transform ∫ w sech²(wx + b) e^{−ixt} dx = e^{ibt/w} (πt/w)/sinh(ct),
and that of the normal density. For b = 0 the integrand is positive.
"""

from __future__ import annotations

from math import ceil, exp, floor, log, pi, sqrt

from flint import arb, fmpq

from slt_symbolic.spectra.arguments import BITS_PER_DIGIT, refined


def tanh_coefficient(order: int, weight: fmpq, bias: fmpq, digits: int) -> arb:
    """Enclose E[tanh(wX + b)He_k(X)]/√k! by the trapezoidal rule with a proved error bound.

    Parameters
    ----------
    order : int
        Order k ≥ 1; odd if the bias is zero, since the coefficient is zero otherwise.
    weight, bias : flint.fmpq
        Exact w > 0 and b.
    digits : int
        Relative accuracy in decimal digits.

    Raises
    ------
    ValueError
        If the order is below 1 or the weight not positive.
    ArithmeticError
        If the accuracy cannot be reached, as when the coefficient is zero.

    Notes
    -----
    The integrand F of the module's formula is even and analytic in |Im t| < 2w. For step h and
    0 < a < 2w the rule errs on the half line by at most M/(e^{2πa/h} − 1), where M bounds
    ∫|F(t ± ia)|dt (Trefethen and Weideman 2014, theorem 5.1). With |sinh(u + iv)|² =
    sinh²u + sin²v ≥ sin²v cosh²u, |cos|, |sin| ≤ e^{a|b|/w}, and ∫ dt/cosh(ct) = 2w,

        M ≤ (2w/sin(ca)) e^{a²/2 + a|b|/w} max_t (t² + a²)^{k/2} e^{−t²/2},

    the maximum being k^{k/2}e^{(a²−k)/2} for k ≥ a² and a^k otherwise. The envelope
    G = t^k e^{−t²/2}/sinh(ct) is log-concave (t/sinh(ct) is), so where it falls with
    logarithmic slope −s the terms beyond T weigh at most G(T)/s, and where it rises the terms
    below T weigh at most T·G(T).

    References
    ----------
    L. N. Trefethen and J. A. C. Weideman (2014), The exponentially convergent trapezoidal rule,
    SIAM Review 56, 385-458.

    Examples
    --------
    >>> tanh_coefficient(1001, fmpq(1), fmpq(0), 20).str(20, radius=False)
    '1.8908188824302130246e-22'
    """
    if order < 1:
        raise ValueError(f"order must be at least 1 for the Fourier representation, got {order}")
    if weight <= 0:
        raise ValueError(f"weight must be positive, got {weight}")
    start = int(digits * BITS_PER_DIGIT) + 30 + order.bit_length()
    return refined(lambda bits: _trapezoid(order, weight, bias, bits), digits, start)


def _trapezoid(order: int, weight: fmpq, bias: fmpq, bits: int) -> arb:
    nats = bits * log(2)
    half_width = _half_width(weight, nats)
    c = arb.pi() / (2 * arb(weight))
    strip = _strip_bound(order, weight, bias, half_width)
    low, high, log_size = _window(order, float(c.mid()), nats)
    # Dyadic step, so that the nodes are exact: M e^{−2πa/h} falls below e^{size − nats}.
    wanted = 2 * pi * _to_float(half_width) / (nats + max(0.0, float(strip.log().mid()) - log_size))
    step = arb(2) ** floor(log(wanted, 2) - 2) * floor(2 ** (2 + log(wanted, 2) % 1))
    first, last = max(0, floor(low / float(step))), ceil(high / float(step))
    envelope_low, envelope_high = first * step, last * step
    ratio = arb(bias) / arb(weight)
    total = arb(0)
    for j in range(max(first, 1), last + 1):
        t = j * step
        term = _envelope(order, c, t)
        if ratio != 0:
            term *= (ratio * t).cos() if order % 2 else (ratio * t).sin()
        total += term
    if order == 1:
        total += 1 / (2 * c)
    error = strip / ((2 * arb.pi() * arb(half_width) / step).exp() - 1)
    error += _upper_tail(order, c, envelope_high) + _lower_tail(order, c, envelope_low)
    integral = total * step + arb(0, error.upper())
    sign = -1 if (order // 2) % 2 else 1
    return sign * integral / (arb(weight) * arb.fac_ui(order).sqrt())


def _half_width(weight: fmpq, nats: float) -> fmpq:
    # Near-optimal: √nats balances e^{a²} in the bound against e^{−2πa/h}; 3w/2 keeps clear of
    # the pole at 2w, where sin(ca) vanishes.
    return min(3 * weight / 2, fmpq(ceil(sqrt(nats))))


def _strip_bound(order: int, weight: fmpq, bias: fmpq, half_width: fmpq) -> arb:
    w, a = arb(weight), arb(half_width)
    if half_width * half_width <= order:
        log_peak = arb(order) / 2 * arb(order).log() + (a * a - order) / 2
    else:
        log_peak = order * a.log()
    growth = (a * a / 2 + a * abs(arb(bias)) / w + log_peak).exp()
    return 2 * w * growth / (arb.pi() * a / (2 * w)).sin()


def _window(order: int, c: float, nats: float) -> tuple[float, float, float]:
    """Return heuristic ends of the summation and log of the integral's size (no proof needed)."""
    if order == 1:
        return 0.0, min(sqrt(2 * nats) + 2, (nats + 5) / c + 1), -log(c)
    peak = (sqrt(c * c + 4 * order) - c) / 2
    spread = sqrt(2 * (nats + 10)) + 1
    log_size = order * log(peak) - peak * peak / 2 - _log_sinh(c * peak)
    # On the left the logarithm falls like k log t, faster than the parabola beyond the peak.
    return max(0.0, peak - spread), peak + spread, log_size


def _log_sinh(x: float) -> float:
    return x - log(2) + log(1 - exp(-2 * x)) if x < 40 else x - log(2)


def _envelope(order: int, c: arb, t: arb) -> arb:
    return t**order * (-t * t / 2).exp() / (c * t).sinh()


def _upper_tail(order: int, c: arb, end: arb) -> arb:
    slope = end - order / end + c * (c * end).coth()
    if not slope > 0:
        return arb.pos_inf()
    return _envelope(order, c, end) / slope


def _lower_tail(order: int, c: arb, end: arb) -> arb:
    if end == 0:
        return arb(0)
    slope = order / end - end - c * (c * end).coth()
    if not slope > 0:
        return arb.pos_inf()
    return end * _envelope(order, c, end)


def _to_float(value: fmpq) -> float:
    return int(value.p) / int(value.q)
