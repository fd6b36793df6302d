"""Hermite coefficients of tanh units from their Fourier representation: no cancellation.

For w > 0, c = π/(2w), θ = b/w and k ≥ 0,

    E[tanh(wX + b)He_k(X)] = (1/w) ∫_0^∞ t^k g_k(θt) e^{−t²/2} / sinh(ct) dt,

with g_k = (−1)^{(k−1)/2} cos for odd k and (−1)^{k/2} sin for even k. For k ≥ 1 it follows from
E[f He_k] = E[f^{(k)}], the transform ∫ w sech²(wx + b) e^{−ixt} dx = e^{iθt} (πt/w)/sinh(ct),
and that of the normal density; integrating k = 1 over b gives k = 0. For b = 0 the integrand
does not change sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, floor, log, pi, sqrt

from flint import arb, fmpq

from slt_symbolic.spectra.arguments import BITS_PER_DIGIT, refined, to_float


@dataclass(frozen=True)
class Grid:
    """The trapezoidal rule with nodes t = jh on the half line, for one unit tanh(wx + b).

    Parameters
    ----------
    weight, bias : flint.fmpq
        Exact w > 0 and b.
    half_width : flint.fmpq
        Half-width a of the strip that gives the error bound, 0 < a < 2w.
    step : flint.arb
        The step h, an exact dyadic number.

    Notes
    -----
    The integrand F of the module's formula is even and analytic in |Im t| < 2w. The rule errs on
    the half line by at most M/(e^{2πa/h} − 1), where M bounds ∫|F(t ± ia)|dt (Trefethen and
    Weideman 2014, theorem 5.1). At t + ia, with u = √(t² + a²):

    * |sinh(c(t + ia))|² = sinh²ct + sin²ca ≥ sin²ca cosh²ct, and 1/cosh ct ≤ 2e^{−c|t|};
    * the power, the exponential and g_k have moduli u^k, e^{a² − u²/2} and at most e^{a|θ|};
    * for c = c' + δ with c', δ > 0, e^{−c|t|} ≤ e^{−δ|t|}e^{−c'u + c'a}, since
      √(u² − a²) ≥ u − a²/u ≥ u − a.

    As ∫e^{−δ|t|}dt = 2/δ, this gives M ≤ (4/(δ sin ca)) e^{a|θ| + a² + c'a} max_u
    u^k e^{−u²/2 − c'u}, the maximum at u = (√(c'² + 4k) − c')/2.

    Where nodes are left out, the envelope G = t^k e^{−t²/2}/sinh ct of |F| bounds the loss. Its
    logarithmic slope is at most −s = k/T − T − c beyond T, so that the nodes beyond T weigh at
    most G(T)/s if s > 0. And log G is concave for k ≥ 1, since t/sinh ct is log-concave; where
    it rises at T, the nodes below T weigh at most T·G(T).

    References
    ----------
    L. N. Trefethen and J. A. C. Weideman (2014), The exponentially convergent trapezoidal rule,
    SIAM Review 56, 385-458.
    """

    weight: fmpq
    bias: fmpq
    half_width: fmpq
    step: arb

    @classmethod
    def fitting(cls, weight: fmpq, bias: fmpq, orders: tuple[int, ...], nats: float) -> Grid:
        """Return a grid whose error is about e^{−nats} of the coefficients of these orders."""
        # √(nats/2) balances e^{2a²} in the bound against e^{−2πa/h}; 8w/5 keeps clear of the
        # pole at 2w, where sin(ca) vanishes.
        half_width = min(8 * weight / 5, fmpq(ceil(4 * sqrt(nats / 2)), 4))
        trial = cls(weight, bias, half_width, arb(1))
        excess = 0.0
        for k in orders:
            bound = trial.strip_bound(k).log()
            excess = max(excess, float(bound.mid()) - log_size(k, float(trial.c().mid())))
        wanted = 2 * pi * to_float(half_width) / (nats + excess)
        # Dyadic, so that the nodes are exact.
        exponent = floor(log(wanted, 2)) - 5
        return cls(weight, bias, half_width, arb(2) ** exponent * floor(wanted / 2.0**exponent))

    def c(self) -> arb:
        """Return c = π/(2w)."""
        return arb.pi() / (2 * arb(self.weight))

    def strip_bound(self, order: int) -> arb:
        """Bound ∫|F(t + ia)|dt over the real line."""
        a, c = arb(self.half_width), self.c()
        delta = c / (2 + to_float(self.weight) ** -1 * sqrt(order + 1))
        low = c - delta
        u = ((low * low + 4 * order).sqrt() - low) / 2
        peak = u**order * (-u * u / 2 - low * u).exp()
        shift = (a * abs(arb(self.bias)) / arb(self.weight) + a * a + low * a).exp()
        return 4 / (delta * (c * a).sin()) * shift * peak

    def aliasing(self, order: int) -> arb:
        """Bound the error of the rule with all its nodes."""
        return self.strip_bound(order) / (
            (2 * arb.pi() * arb(self.half_width) / self.step).exp() - 1
        )

    def envelope(self, order: int, t: arb) -> arb:
        """Return G(t) ≥ |F(t)|."""
        return t**order * (-t * t / 2).exp() / (self.c() * t).sinh()

    def upper_tail(self, order: int, end: arb) -> arb:
        """Bound the weight of the nodes beyond `end`, a node."""
        slope = end - order / end + self.c()
        return self.envelope(order, end) / slope if slope > 0 else arb.pos_inf()

    def lower_tail(self, order: int, end: arb) -> arb:
        """Bound the weight of the nodes between 0 and `end`, a node."""
        if end == 0:
            return arb(0)
        slope = order / end - end - self.c() * (self.c() * end).coth()
        return end * self.envelope(order, end) if slope > 0 else arb.pos_inf()

    def window(self, order: int, nats: float) -> tuple[int, int]:
        """Return the first and last node that matter (a guess: the tails are bounded)."""
        c, h = float(self.c().mid()), float(self.step)
        if order < 2:
            return 0, ceil(min(sqrt(2 * nats) + 2, (nats + 5) / c + 1) / h)
        peak = peak_of(order, c)
        # Curvature of log G at the peak: the width of a Gamma law times that of a normal one.
        width = 1 / sqrt(1 + order / peak**2)
        spread = width * (sqrt(2 * (nats + 10)) + 1)
        low = floor(max(0.0, peak - spread) / h)
        # Beyond, G falls like a Gaussian or, while t < c, like e^{−ct}, whichever is faster.
        return low, ceil((peak + min(sqrt(2 * nats + 20) + 1, spread + 1.5 * (nats + 10) / c)) / h)

    def central(self, order: int) -> arb:
        """Return half of the integrand's value at 0, without its sign."""
        if order == 1:
            return 1 / (2 * self.c())
        return arb(self.bias / self.weight) / (2 * self.c()) if order == 0 else arb(0)


def peak_of(order: int, c: float) -> float:
    """Return where t^k e^{−t²/2 − ct} is largest."""
    return 2 * order / (sqrt(c * c + 4 * order) + c)


def log_size(order: int, c: float) -> float:
    """Return roughly the logarithm of the integral without bias."""
    if order < 2:
        return -log(c) - log(1 + c)
    peak = peak_of(order, c)
    return order * log(peak) - peak * peak / 2 - _log_sinh(c * peak)


def _log_sinh(x: float) -> float:
    return x - log(2) + log(1 - exp(-2 * x)) if x < 40 else x - log(2)


def tanh_coefficient(order: int, weight: fmpq, bias: fmpq, digits: int) -> arb:
    """Enclose E[tanh(wX + b)He_k(X)]/√k! by the trapezoidal rule with a proved error bound.

    Parameters
    ----------
    order : int
        Order k; odd if the bias is zero, since the coefficient is zero otherwise.
    weight, bias : flint.fmpq
        Exact w > 0 and b.
    digits : int
        Relative accuracy in decimal digits.

    Raises
    ------
    ValueError
        If the order is negative or the weight not positive.
    ArithmeticError
        If the accuracy cannot be reached, as when the coefficient is zero.

    Notes
    -----
    The bounds are those of :class:`Grid`.

    Examples
    --------
    >>> tanh_coefficient(1001, fmpq(1), fmpq(0), 20).str(20, radius=False)
    '1.8908188824302130246e-22'
    """
    if order < 0:
        raise ValueError(f"order must not be negative, got {order}")
    if weight <= 0:
        raise ValueError(f"weight must be positive, got {weight}")
    start = int(digits * BITS_PER_DIGIT) + 30 + order.bit_length()
    return refined(lambda bits: tanh_trapezoid(order, weight, bias, bits), digits, start)


def tanh_trapezoid(order: int, weight: fmpq, bias: fmpq, bits: int) -> arb:
    """Enclose E[tanh(wX + b)He_k(X)]/√k! once, at the working precision.

    Parameters
    ----------
    order : int
        Order k.
    weight, bias : flint.fmpq
        Exact w > 0 and b.
    bits : int
        The error of the rule aims at 2^−bits of the coefficient without bias.
    """
    nats = bits * log(2)
    grid = Grid.fitting(weight, bias, (order,), nats)
    first, last = grid.window(order, nats)
    ratio = arb(bias) / arb(weight)
    total = grid.central(order)
    for j in range(max(first, 1), last + 1):
        t = j * grid.step
        term = grid.envelope(order, t)
        if ratio != 0:
            term *= (ratio * t).cos() if order % 2 else (ratio * t).sin()
        total += term
    error = grid.aliasing(order)
    error += grid.upper_tail(order, last * grid.step) + grid.lower_tail(order, first * grid.step)
    integral = total * grid.step + arb(0, error.upper())
    sign = -1 if (order // 2) % 2 else 1
    return sign * integral / (arb(weight) * arb.fac_ui(order).sqrt())
