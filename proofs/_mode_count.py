"""Bounds of tr g over all mixtures of units, and two readouts integrated over their circle."""

from fractions import Fraction

import sympy
from flint import acb, arb, arb_mat, fmpq

from slt_symbolic.activations import TANH
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.kernels import NeuronKernel
from slt_symbolic.spectra import TanhDecay, hermite_coefficient, zonal_coefficient
from slt_symbolic.spectra.circle_subspace import subspace_distance_square

KERNEL = NeuronKernel(TANH, StandardNormal(1))


def gram(v: Fraction, w: Fraction, digits: int = 25) -> arb:
    """Return E[tanh(vx) tanh(wx)]."""
    value: arb = KERNEL.enclosure((v, 0), (w, 0), digits=digits)
    return value


def mixture_bound(
    scale: arb, weights: tuple[Fraction, ...], shares: tuple[Fraction, ...], cells: int = 32
) -> arb:
    """Bound tr g(A), A = scale E[t_w ⊗ t_w], over all laws of w on [0, 1].

    With A0 of the given weights and shares: tr g(A) ≤ tr g(A0) + tr g′(A0)(A − A0), and the part
    with A is at most scale max |(1 + A0)⁻¹t_w|². Between points of a grid of step d, t_w is within
    d²/6 of its linear interpolation.
    """
    n = len(weights)
    roots = [(scale * share.numerator / share.denominator).sqrt() for share in shares]
    entries = [p * q * gram(v, w) for p, v in zip(roots, weights, strict=True)
               for q, w in zip(roots, weights, strict=True)]  # fmt: skip
    S = arb_mat(n, n, entries)
    inverse = (arb_mat(n, n, [arb(int(i == j)) for i in range(n) for j in range(n)]) + S).inv()
    square = (S * inverse) * (S * inverse)
    top = arb(0)
    for c in range(1, cells + 1):
        w = Fraction(c, cells)
        column = [r * gram(v, w) for r, v in zip(roots, weights, strict=True)]
        k = arb_mat(n, 1, column)
        y = inverse * k
        value = gram(w, w) - 2 * (k.transpose() * y)[0, 0] + (y.transpose() * S * y)[0, 0]
        top = top.max(value.upper())
    norm = top.sqrt() + arb(1) / (6 * cells**2)
    bound: arb = square.trace() + scale * norm**2
    return bound


def counted_intervals(first: int, last: int) -> list[tuple[int, int, arb]]:
    """Return intervals of N that cover [first, last] with a bound of d_{N−1}²/c_{2N+1}² on each.

    d falls with N; the lower bounds of c_k² are those of C3, for each k that occurs.
    """
    decay, found = TanhDecay(1, bits=200), []
    start = first
    while start <= last:
        distance = subspace_distance_square(start - 1, fmpq(1))
        worst, end = arb(0), start - 1
        while True:
            ratio = distance / decay.bounds(2 * (end + 1) + 1)[0]
            if end >= start and not ratio < arb(95) / 100:
                break
            worst, end = worst.max(ratio.upper()), end + 1
            if end >= last:
                break
        found.append((start, end, worst))
        start = end + 1
    return found


def of_two_units(beta: arb, g11: arb, g12: arb, g22: arb) -> arb:
    """Return βE[K] of two readouts as an integral over their circle, the radius done exactly."""

    def mean(t: acb, power: int) -> acb:
        q = acb(g11) * t.cos() ** 2 + acb(g12) * (2 * t).sin() + acb(g22) * t.sin() ** 2
        return (beta * q) ** (power - 1) / (1 + beta * q) ** power

    half = acb(arb.pi())
    above = acb.integral(lambda t, _analytic: mean(t, 2), acb(0), half).real
    below = acb.integral(lambda t, _analytic: mean(t, 1), acb(0), half).real
    value: arb = above / below
    return value


def of_one_unit(beta: arb, cells: int = 32) -> tuple[arb, arb]:
    """Return bounds of λ̂ of one unit with w uniform on [0, 1]: both factors are monotone in w."""
    grid = [gram(w, w, 20) for w in (Fraction(j, cells) for j in range(cells + 1))]
    share = [1 / (1 + beta * g).sqrt() for g in grid]
    value = [beta * g / (1 + beta * g) / 2 for g in grid]
    upper = sum((v * s for v, s in zip(value[1:], share, strict=False)), arb(0))
    lower = sum((v * s for v, s in zip(value, share[1:], strict=False)), arb(0))
    return lower / sum(share[:-1], arb(0)), upper / sum(share[1:], arb(0))


def remainder_share(size: int, terms: int) -> arb:
    """Return the greatest of |tanh(u cos θ) − its first terms| on a grid of θ over S_m(u)."""
    odd = range(1, 2 * terms, 2)
    rule = {k: zonal_coefficient("tanh", k, 2, size, digits=25, method="Gauss rule") for k in odd}
    bound, worst = arb(0), arb(0)
    for j in range(400):
        pole = (2 * j + 1) * arb.pi() / 2
        decay = (-2 * terms * (pole / size).asinh()).exp()
        bound += 2 * size * decay / (pole * (size**2 + pole * pole).sqrt())
    for step in range(9):
        angle = step * arb.pi() / 16
        partial = sum((rule[k].fourier * (k * angle).cos() for k in odd), arb(0))
        worst = worst.max(abs((size * angle.cos()).tanh() - partial).upper())
    share: arb = worst / bound
    return share


def beyond_400() -> list[tuple[str, arb, tuple[object, object]]]:
    """Return the inequalities that carry d_m² ≤ c_{2m+3}² from m = 400 on, with their limits."""
    root, a = arb(20), (arb(5) / 3 - arb(142) / 100) * arb.pi()
    law = (8 * arb.pi()).sqrt() * (arb.pi() ** 2 / 8).exp()
    edge = root * 12 / 5 - arb.pi()
    return [
        ("beyond y", edge**2 / 16 - arb.pi() * 5 / 3 * root, (0, None)),
        ("and its slope in the root of m", edge * 3 / 10 - arb.pi() * 5 / 3, (0, None)),
        ("d²/c² at m = 400", arb(8).sqrt() * arb(142) / 100 * root * (-a * root).exp(), (0, 1)),
        ("root of m against 1/a", root * a, (1, None)),
        ("C3 at k = 803", law * TanhDecay(1, bits=200).law_bounds(803)[0].exp(), (1, None)),
        ("k against m", (arb(803) / 400).sqrt(), (0, sympy.Rational(142, 100))),
    ]


def slack_of_two_units(v: Fraction, w: Fraction, beta: arb) -> tuple[arb, arb]:
    """Return what the bounds by modes, and by the subspace of the first unit, leave over λ̂."""
    g11, g12, g22 = gram(v, v, 35), gram(v, w, 35), gram(w, w, 35)
    found = of_two_units(beta, g11, g12, g22)
    by_modes = arb(0)
    for k in range(1, 42, 2):
        c = beta * sum(
            (hermite_coefficient("tanh", k, x, digits=30).square for x in (v, w)), arb(0)
        )
        by_modes += c / (1 + c) / 2
    inside, apart = beta * (g11 + g12**2 / g11), beta * (g22 - g12**2 / g11)
    by_unit = (inside / (1 + inside) + apart / (1 + apart)) / 2
    return by_modes - found, by_unit - found
