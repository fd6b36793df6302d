"""Hermite coefficients of tanh(wx) as a sum over its poles, by parabolic cylinder functions.

Expanding 1/sinh in the Fourier representation, with c = π/(2w) and odd k,

    E[tanh(wX)He_k(X)] = (−1)^{(k−1)/2} (2/w) Σ_{j≥0} J_k((2j+1)c),
    J_k(x) = ∫_0^∞ t^k e^{−t²/2 − xt} dt = k! e^{x²/4} D_{−k−1}(x)
           = k! 2^{−(k+1)/2} U((k+1)/2, 1/2, x²/2);

the j-th term belongs to the poles ±i(2j+1)π/(2w) of tanh(wx).
"""

from __future__ import annotations

from flint import arb, fmpq

from slt_symbolic.spectra.arguments import BITS_PER_DIGIT, refined

MAX_POLES = 20_000


def pole_integral(order: int, x: arb) -> arb:
    """Enclose J_k(x) = ∫_0^∞ t^k exp(−t²/2 − xt) dt for x > 0.

    Examples
    --------
    >>> pole_integral(0, arb(1)).overlaps(arb("0.655679542418798471543871230730811283"))
    True
    """
    half = arb(order + 1) / 2
    return arb.fac_ui(order) * arb(2) ** (-half) * (x * x / 2).hypgeom_u(half, arb(0.5))


def pole_sum_coefficient(order: int, weight: fmpq, digits: int) -> arb:
    """Enclose E[tanh(wX)He_k(X)]/√k! by the sum over the poles of tanh.

    Parameters
    ----------
    order : int
        Odd order k ≥ 3 (the sum converges as slowly as Σ j^{−k−1}).
    weight : flint.fmpq
        Exact w > 0.
    digits : int
        Relative accuracy in decimal digits.

    Raises
    ------
    ValueError
        For other orders or weights.
    ArithmeticError
        If more than 20,000 poles would be needed.

    Notes
    -----
    After j = m − 1 the remainder is ∫ t^k e^{−t²/2 − (2m+1)ct}/(1 − e^{−2ct}) dt, and
    1 ≤ 1/(1 − e^{−u}) ≤ 1 + 1/u encloses it between J_k and J_k + J_{k−1}/(2c) at (2m+1)c.

    Examples
    --------
    >>> pole_sum_coefficient(101, fmpq(1), 20).str(20, radius=False)
    '1.7211831420303936803e-7'
    """
    if order < 3 or order % 2 == 0:
        raise ValueError(f"order must be odd and at least 3 for the pole sum, got {order}")
    if weight <= 0:
        raise ValueError(f"weight must be positive, got {weight}")
    start = int(digits * BITS_PER_DIGIT) + 40
    return refined(lambda _: _sum(order, weight, digits), digits, start)


def _sum(order: int, weight: fmpq, digits: int) -> arb:
    c = arb.pi() / (2 * arb(weight))
    target = arb(10) ** (-digits - 2)
    total = arb(0)
    for j in range(MAX_POLES):
        x = (2 * j + 1) * c
        main = pole_integral(order, x)
        if not main.is_finite():
            return main
        spread = pole_integral(order - 1, x) / (2 * c)
        if j > 0 and spread < total * target:
            sign = -1 if (order // 2) % 2 else 1
            remainder = main + (spread / 2) * arb(1, 1)
            return sign * 2 * (total + remainder) / (arb(weight) * arb.fac_ui(order).sqrt())
        total += main
    raise ArithmeticError(
        f"the sum over poles needs more than {MAX_POLES} terms at order {order}: "
        "use the Fourier trapezoid"
    )
