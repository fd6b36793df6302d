"""Two-sided bounds of B_k(c) = (4/k!)·J_k(c)², J_k(c) = ∫_0^∞ t^k e^{−t²/2−ct} dt, k ≥ 0, c > 0.

The integral J_k(c) is what the nearest pole at height c contributes to a Hermite coefficient.
With a = k + ½, y = J_k e^{−x²/4} solves y″ = (x²/4 + a)y; comparison of its Riccati equation with
√Q + x/(8Q), Q = x²/4 + a, whose residual is at most 1/(8a), and integration from x = 0, where
J_k(0) is a Gamma value, give

    B_k(c) = 2√π Γ((k+1)/2)/Γ(k/2+1) · e^{c²/2 − 2S}(1 + c²/(4a))^{−1/2} e^{θ},
    S = (c/2)√(c²/4 + a) + a·asinh(c/(2√a)),  |θ| ≤ c/(8a^{3/2}),

and with the law L_k = 2√(2π) k^{−1/2} e^{c²/2} e^{−2c√k}, for k ≥ 1,

    −(c/2 + c³/12)k^{−1/2} − (½ + c²/8)k^{−1} − (c/8)k^{−3/2} ≤ log(B_k/L_k) ≤ (c/8)k^{−3/2}.
"""

from __future__ import annotations

from flint import arb


def pole_law(order: int, c: arb) -> arb:
    """Return L_k = 2√(2π) k^{−1/2} e^{c²/2} e^{−2c√k}.

    Examples
    --------
    >>> pole_law(100, arb(1)).str(10, radius=False)
    '1.703638840e-9'
    """
    k = arb(order)
    return 2 * (2 * arb.pi() / k).sqrt() * (c * c / 2 - 2 * c * k.sqrt()).exp()


def pole_refined(order: int, c: arb) -> arb:
    """Return the approximation of B_k(c) without its factor e^θ."""
    a = arb(2 * order + 1) / 2
    action = c / 2 * (c * c / 4 + a).sqrt() + a * (c / (2 * a.sqrt())).asinh()
    # Logarithms: the Gamma values overflow no exponent, but their balls are wide at high orders.
    gammas = ((arb(order + 1) / 2).lgamma() - (arb(order) / 2 + 1).lgamma()).exp()
    exponential = (c * c / 2 - 2 * action).exp()
    return 2 * arb.pi().sqrt() * gammas * exponential / (1 + c * c / (4 * a)).sqrt()


def pole_theta(order: int, c: arb) -> arb:
    """Return the bound c/(8a^{3/2}) of |log(B_k/refined)|."""
    return c / (8 * (arb(2 * order + 1) / 2) ** arb(1.5))


def pole_law_bounds(order: int, c: arb) -> tuple[arb, arb]:
    """Return bounds of log(B_k/L_k), k ≥ 1, the lower rising and the upper falling to 0."""
    k, root = arb(order), arb(order).sqrt()
    high = c / (8 * k * root)
    return -(c / 2 + c**3 / 12) / root - (arb(0.5) + c * c / 8) / k - high, high


def further_poles(order: int, c: arb) -> arb:
    """Bound ρ_k = Σ_{j≥1} J_k((2j+1)c)/J_k(c), k ≥ 1; the bound falls with k.

    e^{−2ct}/(1 − e^{−2ct}) ≤ e^{−2ct}(1 + 1/(2ct)), and −J_k′/J_k ≥ m_k on [c, 3c] with
    m_k = √(9c²/4 + k + ½) − 3c/2.
    """
    return (-2 * c * _mean(order, c)).exp() * (1 + 1 / (2 * c * _mean(order - 1, c)))


def further_weighted_poles(order: int, c: arb) -> arb:
    """Bound Σ_{j≥1} (2j+1)J_k((2j+1)c)/J_k(c), k ≥ 2; the bound falls with k.

    Σ_{j≥1}(2j+1)e^{−ju} ≤ 3e^{−u}/(1 − e^{−u})² ≤ 3e^{−u}(1 + 1/u)², u = 2ct.
    """
    first, second = 1 / _mean(order - 1, c), 1 / _mean(order - 2, c)
    factor = 1 + first / c + first * second / (4 * c * c)
    return 3 * (-2 * c * _mean(order, c)).exp() * factor


def _mean(order: int, c: arb) -> arb:
    return (9 * c * c / 4 + order + arb(0.5)).sqrt() - 3 * c / 2
