"""The integral that belongs to one pole, J_k(z) = ∫_0^∞ t^k exp(−t²/2 − zt) dt, for Re z > 0.

It is k! e^{z²/4} D_{−k−1}(z), D the parabolic cylinder function, and
k! 2^{−(k+1)/2} U((k+1)/2, 1/2, z²/2), U Tricomi's function.
"""

from __future__ import annotations

from math import ceil, log, sqrt
from typing import TypeVar

from flint import acb, arb, ctx

Ball = TypeVar("Ball", arb, acb)
_MAX_RISE = 64


def pole_integral(order: int, z: Ball) -> Ball:
    """Enclose J_k(z) for Re z > 0, at nearly the working precision if z is exact.

    Parameters
    ----------
    order : int
        Order k ≥ 0.
    z : flint.arb or flint.acb
        Argument in the right half-plane, where z ↦ z²/2 avoids the cut of U.

    Examples
    --------
    >>> pole_integral(0, arb(1)).overlaps(arb("0.655679542418798471543871230730811283"))
    True
    """
    exact = z.mid()
    half = arb(order + 1) / 2
    wanted = ctx.prec
    rise = 1
    while True:
        # Arb's U loses digits where it combines large terms: ask it for more at the midpoint.
        with ctx.workprec(wanted * rise + 20):
            value = (exact * exact / 2).hypgeom_u(half, arb(0.5))
        if rise >= _MAX_RISE or (value.is_finite() and value.rel_accuracy_bits() >= wanted):
            break
        rise *= 2
    value *= arb.fac_ui(order) * arb(2) ** (-half)
    return value + _spread(order, z, exact)


def _spread(order: int, z: Ball, exact: Ball) -> Ball:
    """Bound |J_k(z) − J_k(exact)| ≤ |z − exact|·J_{k+1}(min Re z), as J_k′ = −J_{k+1}."""
    if z.is_exact():
        return type(z)(0)
    with ctx.workprec(64):
        least = z.real.lower()
        if not least > 0:
            return type(z)(arb.nan())
        half = arb(order + 2) / 2
        bound = (least * least / 2).hypgeom_u(half, arb(0.5)) * arb.fac_ui(order + 1)
        size = (abs(z - exact) * bound * arb(2) ** (-half)).upper()
    return arb(0, size) if isinstance(z, arb) else acb(arb(0, size), arb(0, size))


def pole_integrals(first: int, last: int, z: Ball) -> list[Ball]:
    """Enclose J_k(z) for all orders from first to last, Re z > 0.

    Notes
    -----
    ∫ d(t^k e^{−t²/2 − zt}) = 0 gives J_{k+1} = kJ_{k−1} − zJ_k, of which J is the minimal
    solution: it is run downwards, J_{k−1} = (J_{k+1} + zJ_k)/k, from two values at the top. For
    real z > 0 every term is positive and no digit is lost; for complex z the balls widen by at
    most the growth of the same recurrence with |z|.

    References
    ----------
    W. Gautschi (1967), Computational aspects of three-term recurrence relations, SIAM Review 9.

    Examples
    --------
    >>> values = pole_integrals(0, 4, arb(1))
    >>> values[2].overlaps(pole_integral(2, arb(1)))
    True
    """
    if not 0 <= first <= last:
        raise ValueError(f"orders must satisfy 0 <= first <= last, got {first} and {last}")
    if last - first < 2:
        return [pole_integral(k, z) for k in range(first, last + 1)]
    above, here = pole_integral(last, z), pole_integral(last - 1, z)
    values = [above, here]
    for k in range(last - 1, first, -1):
        above, here = here, (above + z * here) / k
        values.append(here)
    values.reverse()
    return values


def quarter_turned(total: acb, order: int) -> arb:
    """Return Re i^{k−1}·total."""
    return (total.imag, total.real, -total.imag, -total.real)[order % 4]


def integral_by_quadrature(order: int, z: arb | acb) -> acb:
    """Enclose J_k(z) by ball integration, without special functions.

    Notes
    -----
    Up to T by Arb's adaptive Gauss–Legendre rule. Beyond, with x = Re z, the logarithmic slope
    of t^k e^{−t²/2 − xt} is at most −s = k/T − T − x: the rest is at most the value at T over s.
    """
    x = z.real
    peak = 2 * order / (sqrt(float(x.mid()) ** 2 + 4 * order) + float(x.mid())) if order else 0.0
    end = arb(ceil(peak + sqrt(2.8 * ctx.prec) + 2))

    def integrand(t: acb, _: bool) -> acb:
        return t**order * (-t * t / 2 - z * t).exp()

    slope = end + x - order / end
    rest = end**order * (-end * end / 2 - x * end).exp() / slope
    size = _log_peak(order, peak, float(x.mid()))
    body = acb.integral(
        integrand, 0, end, abs_tol=arb(size).exp() * arb(2) ** -ctx.prec, eval_limit=10**7
    )
    if not slope > 0:
        return acb(arb.nan())
    return body + acb(arb(0, rest.upper()), arb(0, rest.upper()))


def _log_peak(order: int, t: float, x: float) -> float:
    return order * log(t) - t * t / 2 - x * t if order else -log(1 + x)
