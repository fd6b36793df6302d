"""Hermite coefficients of tanh(x) to 100 certified digits: all orders at once, against one by one.

Run as ``python benchmarks/hermite.py [--orders K] [--digits D] [--quick]``. The package computes
every order below K in one call. Against it, order by order at a few orders: ``acb.integral`` of
the definition and of the Fourier integral, both with a proof, and ``mpmath.quad``, without one;
their sums over all orders are extrapolated by the trapezoidal rule in log order, mpmath's where
it is timed, and from there on as if it took no longer (a lower bound). Times are CPU seconds of
this one run. Then growth with K and with digits.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import mpmath
from flint import acb, arb, ctx

from slt_symbolic.spectra import HermiteCoefficient, hermite_coefficient, hermite_coefficients
from slt_symbolic.spectra.mpmath_reference import mpmath_coefficient


def timed(call: Callable[[], object]) -> tuple[object, float]:
    start = time.process_time()
    return call(), time.process_time() - start


def all_orders(orders: int, digits: int) -> tuple[tuple[HermiteCoefficient, ...], float]:
    start = time.process_time()
    found = hermite_coefficients("tanh", range(orders), digits=digits)
    return found, time.process_time() - start


def fourier_integral(order: int, digits: int) -> arb:
    """Enclose the coefficient by one adaptive integral on the Fourier side (k > 1)."""
    with ctx.workprec(int(digits * 3.33) + 40):
        c, root = arb.pi() / 2, arb.fac_ui(order).sqrt()
        end = arb(int(order**0.5 + (4.8 * digits) ** 0.5 + 3))

        def integrand(t: acb, _: bool) -> acb:
            # t/sinh(ct) through the entire sinc, which has no singularity at 0.
            return t ** (order - 1) * (-t * t / 2).exp() / (c * (acb(0, 1) * c * t).sinc()) / root

        peak = order**0.5
        size = arb(peak) ** order * arb(-peak * peak / 2).exp() * arb(-1.6 * peak).exp() / root
        body = acb.integral(integrand, 0, end, abs_tol=size * arb(10) ** -digits, eval_limit=10**7)
        tail = end**order * (-end * end / 2).exp() / (c * end).sinh() / root
        return (-1 if (order // 2) % 2 else 1) * body.real + arb(0, tail.upper())


def report(name: str, times: dict[int, float], orders: int, ours: float) -> None:
    """Print times and the extrapolated total over the odd orders."""
    known = sorted(times)
    total = 0.0
    for k in range(1, orders, 2):
        below = max((j for j in known if j <= k), default=known[0])
        above = min((j for j in known if j >= k), default=known[-1])
        share = 0.0 if above == below else (k - below) / (above - below)
        total += times[below] + share * (times[above] - times[below])
    shown = ", ".join(f"k={k}: {t:.3g} s" for k, t in times.items())
    print(f"{name}: {shown}")
    print(f"  all odd orders: {total:.4g} s; ratio {total / ours:.3g}")


def agree(same: bool, order: int) -> None:
    if not same:
        raise SystemExit(f"the two ways disagree at order {order}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--digits", type=int, default=100)
    parser.add_argument("--quick", action="store_true", help="fewer and lower orders one by one")
    arguments = parser.parse_args()
    orders, digits = arguments.orders, arguments.digits
    found, ours = all_orders(orders, digits)
    worst = min(c.accurate_digits for c in found if not c.is_zero)
    print(f"{orders} orders to {digits} digits: {ours:.3g} CPU s, at least {worst:.1f} certified")
    marks = (11, 101, 1001) if arguments.quick else (11, 101, 1001, 3001, orders - 1 | 1)
    marks = tuple(k for k in marks if k < orders)
    definition, fourier = {}, {}
    for k in marks:
        ball, fourier[k] = timed(lambda k=k: fourier_integral(k, digits))
        agree(ball.overlaps(found[k].ball), k)
        if k <= 1001:
            c, definition[k] = timed(
                lambda k=k: hermite_coefficient("tanh", k, digits=digits, method="ball quadrature")
            )
            agree(c.ball.overlaps(found[k].ball), k)
    report("acb.integral, Fourier side", fourier, orders, ours)
    report("acb.integral, definition", definition, orders, ours)
    reference = {}
    for k in (11, 51) if arguments.quick else (11, 51, 101):
        value, reference[k] = timed(lambda k=k: mpmath_coefficient(mpmath.tanh, k, digits=digits))
        with ctx.workprec(400):
            decimal = arb(mpmath.nstr(value, digits + 5))
            agree(abs(decimal / found[k].ball - 1) < arb(10) ** (5 - digits), k)
    report("mpmath.quad (no proof)", reference, orders, ours)
    for count in (orders // 4, orders // 2, orders):
        print(f"growth in k: {count} orders, {digits} digits: {all_orders(count, digits)[1]:.3g} s")
    for more in (digits // 4, digits // 2, digits, 2 * digits):
        print(
            f"growth in digits: {orders} orders, {more} digits: {all_orders(orders, more)[1]:.3g} s"
        )


if __name__ == "__main__":
    main()
