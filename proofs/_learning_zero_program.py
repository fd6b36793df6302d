"""The linear program of learning zero: its bounds, its charges, and the whole of it solved."""

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from math import isqrt
from random import Random

import sympy
from flint import arb
from sympy.solvers.simplex import lpmin

Shares = list[tuple[Fraction, tuple[int, ...]]]  # sets of units, each with its probability


def formula(h: int) -> Fraction:
    """Return (r² + r + h)/(4r + 2)."""
    r = isqrt(h)
    return Fraction(r * r + r + h, 4 * r + 2)


def cost_at_one_scale(h: int, x: Fraction) -> Fraction:
    """Return hx + max_s(s/2 − s²x): all weights of size n^−x, s directions of readouts bound."""
    return h * x + max(Fraction(s, 2) - s * s * x for s in range(h + 1))


def formula_without_zero(h: int) -> tuple[Fraction, int]:
    """Return (h − 1)/(2(q + 1)) + (q + 2)/4 and q, the largest with q(q + 1)/2 ≤ h − 1."""
    q = (isqrt(8 * h - 7) - 1) // 2
    return Fraction(h - 1, 2 * (q + 1)) + Fraction(q + 2, 4), q


def loads(h: int, shares: Shares, minima: Callable[[int], int]) -> list[Fraction]:
    """Return what each gap is charged, on average over random sets of units, at indices 1 to h.

    Unit number p of a set s_1 < s_2 < ... ends ``minima(p)`` minima, each over gaps that include
    the block (s_{p-1}, s_p], so each is at most the mean of γ over that block.
    """
    charged = [Fraction(0)] * (h + 1)
    for share, chosen in shares:
        previous = 0
        for p, unit in enumerate(chosen, start=1):
            for gap in range(previous + 1, unit + 1):
                charged[gap] += share * Fraction(minima(p), unit - previous)
            previous = unit
    return charged


def mixed(share: Fraction, chosen: tuple[int, ...], h: int) -> Shares:
    """Return the set, and with probability ``share`` the unit h in addition."""
    more = [(share, (*chosen, h))] if share else []
    return [(1 - share, chosen), *more]


def order_of(chosen: tuple[int, ...], gamma: list[int]) -> int:
    """Return ord_S γ of units numbered from 0."""
    total = sum(min(gamma[: j + 1]) for j in chosen)
    for i, j in combinations(chosen, 2):
        total += min(gamma[i + 1 : j + 1]) + min(gamma[: j + 1])
    return total


def solved(h: int, first: int) -> sympy.Expr:
    """Solve the program with all sets and minima written out, γ_k = 0 for k < first."""
    gap = dict(zip(range(first, h + 1), sympy.symbols(f"gamma{first}:{h + 1}"), strict=True))
    least = {
        (i, j): sympy.Symbol(f"m{i}_{j}") if i >= first else sympy.Integer(0)
        for j in range(1, h + 1)
        for i in range(1, j + 1)
    }
    most = sympy.Symbol("most")
    rules = [v >= 0 for v in (*gap.values(), most)]
    for (i, j), minimum in least.items():
        if i >= first:
            rules += [minimum >= 0, *(minimum <= gap[k] for k in range(i, j + 1))]
    for size in range(1, h + 1):
        for chosen in combinations(range(1, h + 1), size):
            order = sum(p * least[1, unit] for p, unit in enumerate(chosen, start=1))
            order += sum(least[i + 1, j] for i, j in combinations(chosen, 2))
            rules.append(most + order >= sympy.Rational(size, 2))
    value: sympy.Expr = lpmin(sum(gap.values(), most), rules)[0]
    return value


def minors(h: int) -> tuple[int, int]:
    """Expand all minors of (w_i^(2j-1)) in the gaps; count negative coefficients, wrong orders.

    The order of a set of units under random γ is the least among the monomials of its minors.
    """
    rng = Random(7)  # noqa: S311 - examples, nothing secret
    g = sympy.symbols(f"g1:{h + 1}")
    w = [sum(g[:i], sympy.S.Zero) for i in range(1, h + 1)]
    negative, wrong = 0, 0
    for size in range(1, h + 1):
        for chosen in combinations(range(h), size):
            monomials = []
            for powers in combinations(range(1, 2 * h, 2), size):
                rows = [[w[unit] ** power for power in powers] for unit in chosen]
                minor = sympy.Poly(sympy.Matrix(rows).det(method="berkowitz"), *g)
                negative += sum(1 for _, c in minor.terms() if c < 0)
                monomials += [m for m, _ in minor.terms()]
            for _ in range(5):
                gamma = [rng.randint(0, 9) for _ in range(h)]
                least = min(sum(k * v for k, v in zip(m, gamma, strict=True)) for m in monomials)
                wrong += least != order_of(chosen, gamma)
    return negative, wrong


def met(h: int) -> tuple[bool, Fraction]:
    """Return whether both bounds are the formula and no gap is overcharged, and the upper bound."""
    r = isqrt(h)
    p = Fraction(h - r * r, 2 * r + 1)
    squares = tuple(q * q for q in range(1, r + 1))
    charged = loads(h, mixed(p, squares, h), lambda q: 2 * q - 1)
    lower, upper = Fraction(r, 2) + p / 2, cost_at_one_scale(h, Fraction(1, 4 * r + 2))
    return 0 <= p <= 1 and max(charged) <= 1 and lower == formula(h) == upper, upper


def met_without_zero(h: int) -> tuple[bool, Fraction]:
    """Return the same for the program without the first gap."""
    value, q = formula_without_zero(h)
    x = Fraction(1, 2 * (q + 1))
    p = Fraction(h - 1 - q * (q + 1) // 2, q + 1)
    chosen = tuple(1 + j * (j - 1) // 2 for j in range(1, q + 2))
    charged = loads(h, mixed(p, chosen, h), lambda j: j - 1)
    lower = Fraction(q + 1, 2) + p / 2
    upper = (h - 1) * x + max(Fraction(s, 2) - s * (s - 1) * x / 2 for s in range(h + 1))
    return 0 <= p < 1 and max(charged) <= 1 and lower == value == upper, upper


def ball(value: Fraction) -> arb:
    """Return a rational number as a ball."""
    return arb(value.numerator) / value.denominator
