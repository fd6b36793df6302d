"""Zonal coefficients of tanh(w⟨u, x⟩) on the sphere as a sum over the poles of tanh.

Let T be a coordinate of a uniform point of S^{d−1}, λ = (d − 2)/2 and P_k the zonal polynomial
of degree k. From tanh z = Σ_j 2z/(z² + (2j+1)²π²/4), and with

    E[P_k(T)/(cosh ζ − T)] = A_k e^{−(k+1)ζ} F(1 − λ, k + 1; k + λ + 1; e^{−2ζ}),
    A_k = 2·k! Γ(λ + 1)/Γ(k + λ + 1),

at the poles cosh ζ = i sinh s_j, sinh s_j = (2j + 1)π/(2w), ζ = s_j + iπ/2, for odd k

    E[tanh(wT)P_k(T)] = (−1)^{(k−1)/2} (2A_k/w) Σ_{j≥0} e^{−(k+1)s_j} g_k(e^{−2s_j}),
    g_k(y) = F(1 − λ, k + 1; k + λ + 1; −y) = E[(1 + yU)^{λ−1}],  U ~ Beta(k + 1, λ)

(U = 1 for d = 2). No term changes sign, and g_k lies between (1 + y)^{λ−1} and 1: this gives the
value without cancellation and its decay with bounds on both sides.
"""

from __future__ import annotations

from math import asinh, ceil, exp, log, pi

from flint import arb, ctx, fmpq

from slt_symbolic.spectra.arguments import BITS_PER_DIGIT, refined, to_float


def pole_exponent(norm: arb, j: int = 0) -> arb:
    """Return s_j = arcsinh((2j + 1)π/(2w)), the rate that belongs to the j-th pole pair.

    Examples
    --------
    >>> pole_exponent(arb(1)).str(12, radius=False)
    '1.23340311751'
    """
    return ((2 * j + 1) * arb.pi() / (2 * norm)).asinh()


def amplitude(degree: int, dimension: int) -> arb:
    """Return A_k = 2·k! Γ(d/2)/Γ(k + d/2).

    Examples
    --------
    >>> amplitude(5, 2)
    2.00000000000000
    """
    half = arb(dimension) / 2
    return 2 * arb.fac_ui(degree) * half.gamma() / (half + degree).gamma()


def shape(degree: int, dimension: int, y: arb) -> arb:
    """Enclose g_k(y) for 0 ≤ y ≤ 1."""
    if dimension == 2:
        return 1 / (1 + y)
    if dimension == 4:
        return arb(1)
    half = arb(dimension) / 2
    return (-y).hypgeom_2f1(2 - half, arb(degree + 1), half + degree)


def shape_bounds(degree: int, dimension: int, y: arb) -> tuple[arb, arb]:
    """Return elementary lower and upper bounds of g_k(y), 0 ≤ y ≤ 1.

    Notes
    -----
    U has mean m = (k + 1)/(k + 1 + λ). For λ ≤ 1 or λ ≥ 2 the power (1 + yU)^{λ−1} is convex in
    U: Jensen's inequality below, the chord over [0, 1] above; for 1 ≤ λ ≤ 2 it is concave and
    the two change places. For λ = 0, m = 1 and both are exact.
    """
    power = arb(dimension) / 2 - 2
    mean = arb(2 * (degree + 1)) / (2 * (degree + 1) + dimension - 2)
    jensen = (1 + y * mean) ** power
    chord = 1 - mean + mean * (1 + y) ** power
    low, high = (chord, jensen) if 4 < dimension < 6 else (jensen, chord)
    return low, high


def tanh_zonal_coefficient(degree: int, dimension: int, norm_square: fmpq, digits: int) -> arb:
    """Enclose E[tanh(wT)P_k(T)], w = √norm_square > 0, k odd.

    Parameters
    ----------
    degree : int
        Odd k.
    dimension : int
        d ≥ 2.
    norm_square : flint.fmpq
        Exact w².
    digits : int
        Relative accuracy in decimal digits.

    Raises
    ------
    ArithmeticError
        If the sum needs too many poles: small degrees at high accuracy.

    Notes
    -----
    The terms from j = m on are bounded through e^{−s} ≤ 1/(2 sinh s) = w/((2j+1)π) and
    g_k ≤ G = max(1, 2^{λ−1}): their sum is at most G(w/π)^{k+1}(Σ_{j≥m}(2j+1)^{−(k+1)}) ≤
    G(w/π)^{k+1}(2m+1)^{−k}(1/(2m+1) + 1/(2k)).

    Examples
    --------
    >>> tanh_zonal_coefficient(51, 2, fmpq(1), 20).str(20, radius=False)
    '-5.1565518803375984782e-28'
    """
    if degree < 1 or degree % 2 == 0:
        raise ValueError(f"degree must be odd for the pole sum: {degree}")
    start = int(digits * BITS_PER_DIGIT) + 30

    def evaluate(bits: int) -> arb:
        norm = arb(norm_square).sqrt()
        count = poles_needed(degree, to_float(norm_square) ** 0.5, bits * log(2))
        total = arb(0)
        for j in range(count):
            s = pole_exponent(norm, j)
            total += (-(degree + 1) * s).exp() * shape(degree, dimension, (-2 * s).exp())
        edge = arb(2 * count + 1)
        tail = (norm / arb.pi()) ** (degree + 1) * edge ** (-degree)
        tail *= (1 / edge + arb(1) / (2 * degree)) * arb(2) ** max(0, dimension / 2 - 2)
        total += tail.union(arb(0))
        sign = -1 if (degree // 2) % 2 else 1
        return sign * 2 * amplitude(degree, dimension) / norm * total

    return refined(evaluate, digits, start)


MAX_POLES = 3000


def poles_needed(degree: int, norm: float, nats: float) -> int:
    """Return how many poles leave a relative tail of about e^{−nats}.

    Raises
    ------
    ArithmeticError
        If they are more than ``MAX_POLES``.
    """
    # (w/(π(2m+1)))^{k+1} against e^{−(k+1)s_0}.
    first = asinh(pi / (2 * norm))
    wanted = (nats + (degree + 1) * (first + log(norm / pi))) / degree
    if wanted > log(2 * MAX_POLES):
        raise ArithmeticError(f"degree {degree} needs more than {MAX_POLES} poles")
    return max(1, ceil(exp(wanted) / 2) + 1)


def further_poles(degree: int, dimension: int, norm: arb) -> arb:
    """Bound ρ_k: all terms beyond the nearest pole's, relative to it, falling in k.

    Notes
    -----
    With r_j = e^{s_0 − s_j} < 1 and g_k(y_j)/g_k(y_0) ≤ max(1, (1 + y_0)^{1−λ}) = G, the share is
    at most G Σ_{j≥1} r_j^{k+1}. As e^{s_j} ≥ 2 sinh s_j = (2j + 1)(e^{s_0} − e^{−s_0}), r_j ≤
    q/(2j + 1) with q = 1/(1 − y_0), and the sum from j = m on is at most
    (q/(2m+1))^{k+1}(1 + (2m+1)/(2k)), used where q < 2m + 1.
    """
    with ctx.workprec(max(ctx.prec, 64)):
        first = pole_exponent(norm)
        y = (-2 * first).exp()
        growth = (1 + y) ** max(0, 2 - dimension / 2)
        q = 1 / (1 - y)
        terms = max(2, ceil(float(q.upper())) + 2)
        total = arb(0)
        for j in range(1, terms):
            total += ((first - pole_exponent(norm, j)) * (degree + 1)).exp()
        edge = arb(2 * terms + 1)
        total += (q / edge) ** (degree + 1) * (1 + edge / (2 * degree))
        return growth * total
