"""The trapezoidal rule for the definition of a coefficient, for every activation with a strip."""

from __future__ import annotations

from math import ceil, floor, log, pi, sqrt

import sympy
from flint import acb, arb, fmpq

from slt_symbolic.activations import Activation
from slt_symbolic.spectra.arguments import to_float
from slt_symbolic.spectra.errors import NoRouteError
from slt_symbolic.spectra.hermite import HermiteFunction

MAX_NODES = 200_000


def line_trapezoid(
    activation: Activation,
    order: int,
    weight: fmpq,
    bias: fmpq,
    bits: int,
    growth: tuple[fmpq, fmpq],
) -> arb:
    """Enclose E[σ(wX + b)He_k(X)]/√k! by the trapezoidal rule on the line of inputs.

    Parameters
    ----------
    activation : Activation
        σ with ``ball`` and ``strip_bound``.
    order : int
        Order k.
    weight, bias : flint.fmpq
        Exact w > 0 and b.
    bits : int
        The error aims at 2^−bits, absolute.
    growth : (A, B)
        |σ(z)| ≤ A + B|z| on the real line.

    Raises
    ------
    NoRouteError
        If σ has no strip bound, or the rule would take too many nodes.

    Notes
    -----
    Let σ be analytic in |Im z| < wd and bounded there by P(|Re z|), and F = σ(w· + b)φHe_k/√k!.
    By Cauchy's estimate of Rodrigues' formula with radius r, as in
    :class:`~slt_symbolic.spectra.hermite.HermiteFunction`, |φHe_k/√k!| ≤ H e^{−max(0,|x|−r)²/2}
    at height d, with H its uniform bound there. So ∫|F(x ± id)|dx ≤ M = H ∫ P(w|x| + |b|)
    e^{−max(0,|x|−r)²/2} dx, and the rule on the whole line errs by at most 2M/(e^{2πd/h} − 1)
    (Trefethen and Weideman 2014, theorem 5.1). With |x| = v + r beyond r,
    ∫ P(w|x| + |b|)… ≤ 2r P(wr + |b|) + 2∫_0^∞ P(w(v + r) + |b|)e^{−v²/2}dv, and the last from
    (s + wv)^n ≤ 2^n (s^n + w^n v^n) and ∫_0^∞ v^n e^{−v²/2}dv = 2^{(n−1)/2}Γ((n+1)/2). Nodes
    beyond the cut X ≥ 2√k + 1 are bounded as in
    :meth:`~slt_symbolic.spectra.hermite.HermiteFunction.tail`, whose majorant falls.

    References
    ----------
    L. N. Trefethen and J. A. C. Weideman (2014), The exponentially convergent trapezoidal rule,
    SIAM Review 56, 385-458.
    """
    sigma, strip = activation.ball, activation.strip_bound
    if sigma is None or strip is None:
        raise NoRouteError(f"{activation.name} has no bound on a strip")
    hermite = HermiteFunction(order)
    nats = bits * log(2)
    w, b = arb(weight), arb(bias)
    height = _height(activation, weight, nats)
    bound = _strip_integral(hermite, strip(w * arb(height)), w, abs(b), height)
    if not bound.is_finite():
        raise NoRouteError(f"{activation.name}: no bound on the strip |Im x| <= {height}")
    step = 2 * pi * height / (nats + max(0.0, float(bound.log().mid())) + 3)
    exponent = floor(log(step, 2)) - 5
    h = arb(2) ** exponent * floor(step / 2.0**exponent)
    cut = 2 * sqrt(order) + sqrt(2 * nats) + 1
    last = ceil(cut / float(h))
    if last > MAX_NODES:
        raise NoRouteError(f"the rule would take {2 * last} nodes")
    total = arb(0)
    for j in range(last + 1):
        x = h * j
        value = hermite.on_reals(x)
        right = sigma(acb(w * x + b)).real
        if j:
            left = sigma(acb(b - w * x)).real
            right += -left if order % 2 else left
        total += right * value
    error = 2 * bound / ((2 * arb.pi() * arb(height) / h).exp() - 1)
    slope = arb(growth[1]) * w
    # The sum of a falling majorant beyond the last node is below its integral from there.
    error += 2 * hermite.tail(
        last * float(h) * (1 - 1e-12), arb(growth[0]) + arb(growth[1]) * abs(b), slope
    )
    return total * h + arb(0, error.upper())


def _height(activation: Activation, weight: fmpq, nats: float) -> float:
    free = sqrt(nats / 2)
    if activation.pole_height is None or activation.pole_height == sympy.oo:
        return floor(8 * free) / 8 if to_float(weight) <= 1 else free / to_float(weight)
    pole = float(activation.pole_height) / to_float(weight)
    return min(0.8 * pole, free)


def _strip_integral(
    hermite: HermiteFunction, strip: tuple[arb, ...], w: arb, shift: arb, height: float
) -> arb:
    r = hermite.radius(height)
    inner = w * r + shift
    total = arb(0)
    for n, c in enumerate(strip):
        moment = arb(2) ** (arb(n - 1) / 2) * (arb(n + 1) / 2).gamma()
        body = (arb.pi() / 2).sqrt() * inner**n + w**n * moment
        total += c * (2 * r * inner**n + 2 * 2**n * body)
    return hermite.bound(height) * total
