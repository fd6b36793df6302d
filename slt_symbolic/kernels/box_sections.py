"""Means of a piecewise polynomial of one affine function over the sections of a cube by another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import factorial, prod

from flint import fmpq, fmpq_poly

Piece = tuple[fmpq, fmpq, fmpq_poly]
"""Lower end, upper end, and the polynomial between them."""

ZERO, ONE = fmpq(0), fmpq(1)
T = fmpq_poly([0, 1])


def section_pieces(
    slopes: tuple[Sequence[fmpq], Sequence[fmpq]],
    origin: tuple[fmpq, fmpq],
    below: fmpq_poly,
    jump: fmpq_poly,
) -> list[Piece]:
    """Return t ↦ E[g(y) δ(z − t)] for affine y, z and g(y) = below(y) + jump(y)·[y > 0].

    Parameters
    ----------
    slopes : pair of sequences of flint.fmpq
        The gradients of y and z; that of z does not vanish.
    origin : pair of flint.fmpq
        y and z at 0.
    below, jump : flint.fmpq_poly
        The polynomials of g; ``jump`` must be zero if y is constant.

    Returns
    -------
    list of (lower, upper, fmpq_poly)
        The pieces from left to right, where they do not vanish.

    Notes
    -----
    The expectation is over the uniform law on [0, 1]ⁿ, y = y₀ + ⟨a, x⟩, z = z₀ + ⟨c, x⟩. After
    reflections x_k → 1 − x_k all c_k ≥ 0, and a_k < 0 where c_k = 0. The cube is the sum of the
    orthants at its vertices v with signs (−1)^|v|, so that (y, z) has the density
    Σ_v (−1)^|v| τ(p − p_v), τ that of Σ s_k(a_k, c_k), s_k > 0 (the truncated power of de Boor,
    Höllig and Riemenschneider 1993, section I.3). Its Laplace transform Π (a_kη + c_kζ)⁻¹ falls
    into partial fractions: with ρ running over the values a_k/c_k, of multiplicity μ_ρ,
    S = Σ μ_ρ, F the number of k with c_k = 0, and
    Π_σ (ζ + σ)^{−μ_σ} = Σ_ρ Σ_{q ≤ μ_ρ} A_{ρq} (ζ + ρ)^{−q},

        E[g(y) δ(z − t)] = C Σ_v (−1)^|v| Σ_{ρ, q} (−1)^{S−q} A_{ρq} s_+^{q−1}/(q − 1)!
                            · G_{F+S−q}(y_v + ρs),    s = t − z_v,

    1/C the product of the c_k and, where they vanish, of the |a_k|. G_P is the P-th antiderivative
    of g: from 0 for jump(y)[y > 0], from anywhere for a polynomial, as any choice adds what g far
    to the left of all y on the cube would. The function changes only at the z_v and where an edge
    of the cube meets y = 0; the terms beyond the cube cancel, and to the right of it everything
    does, which is verified.

    References
    ----------
    C. de Boor, K. Höllig, S. Riemenschneider (1993), Box Splines, Springer.

    Examples
    --------
    The density of the sum of two uniform variables is a tent:

    >>> one, zero = fmpq(1), fmpq(0)
    >>> pieces = section_pieces(
    ...     ([one, zero], [one, one]), (zero, zero), fmpq_poly([1]), fmpq_poly([])
    ... )
    >>> [(str(low), str(high), str(p)) for low, high, p in pieces]
    [('0', '1', 'x'), ('1', '2', '(-1)*x + 2')]
    """
    ratios, flat, vertices, scale = _oriented(slopes, origin)
    moving = sum(ratios.values())
    chains = [_antiderivatives(p, flat + moving) for p in (below, jump)]
    events: dict[fmpq, fmpq_poly] = {}
    for ratio, coefficients in _partial_fractions(ratios).items():
        weights = [
            (-1) ** (moving - q) * scale * a / factorial(q - 1)
            for q, a in enumerate(coefficients, start=1)
        ]
        # Where the kinks at both ends of an edge lie on one line, it is composed once.
        composed: dict[fmpq, list[list[fmpq_poly]]] = {}
        for (y, z), count in vertices.items():
            offset = y - ratio * z
            if offset not in composed:
                line = fmpq_poly([offset, ratio])
                composed[offset] = [
                    [chain[flat + moving - q](line) for q in range(1, len(weights) + 1)]
                    for chain in chains
                ]
            both = zip(composed[offset], ([(z, 1)], _crossings(ratio, y, z)), strict=True)
            for powers, starts in both:
                local = fmpq_poly([])
                for q, (weight, power) in enumerate(zip(weights, powers, strict=True)):
                    local += count * weight * (T - z) ** q * power
                for at, sign in starts:
                    events[at] = events.get(at, fmpq_poly([])) + sign * local
    return list(_accumulated(events))


def _oriented(
    slopes: tuple[Sequence[fmpq], Sequence[fmpq]], origin: tuple[fmpq, fmpq]
) -> tuple[dict[fmpq, int], int, dict[tuple[fmpq, fmpq], int], fmpq]:
    """Return multiplicities of the ratios, number of flat sides, signed vertices and C."""
    y0, z0 = origin
    sides: list[tuple[fmpq, fmpq]] = []
    for a, c in zip(*slopes, strict=True):
        if c < 0 or (c == 0 and a > 0):
            y0, z0, a, c = y0 + a, z0 + c, -a, -c  # the reflected side
        if a or c:
            sides.append((a, c))
    ratios: dict[fmpq, int] = {}
    vertices = {(y0, z0): 1}
    for a, c in sides:
        if c:
            ratios[a / c] = ratios.get(a / c, 0) + 1
        moved = dict(vertices)
        for (y, z), count in vertices.items():
            key = (y + a, z + c)
            moved[key] = moved.get(key, 0) - count
        vertices = {p: count for p, count in moved.items() if count}
    flat = sum(not c for _, c in sides)
    return ratios, flat, vertices, ONE / prod((c or -a for a, c in sides), start=ONE)


def _partial_fractions(ratios: dict[fmpq, int]) -> dict[fmpq, list[fmpq]]:
    """Return A_{ρq}, q = 1, 2, …, for each ρ: Taylor coefficients of the other factors at −ρ."""
    result = {}
    for ratio, order in ratios.items():
        others = fmpq_poly([1])
        for other, power in ratios.items():
            if other != ratio:
                others *= fmpq_poly([other - ratio, 1]) ** power
        inverse: list[fmpq] = []
        for k in range(order):
            rest = sum((others[j] * inverse[k - j] for j in range(1, k + 1)), ZERO)
            inverse.append(((ONE if k == 0 else ZERO) - rest) / others[0])
        result[ratio] = inverse[::-1]
    return result


def _antiderivatives(polynomial: fmpq_poly, count: int) -> list[fmpq_poly]:
    """Return the polynomial and its repeated antiderivatives from 0."""
    chain = [polynomial]
    for _ in range(count):
        chain.append(chain[-1].integral())
    return chain


def _crossings(ratio: fmpq, y: fmpq, z: fmpq) -> list[tuple[fmpq, int]]:
    """Return where y + ratio·(t − z) becomes positive (+1) or ceases to be (−1), for t ≥ z."""
    starts = [(z, 1)] if y > 0 or (y == 0 and ratio > 0) else []
    if y * ratio < 0:
        starts.append((z - y / ratio, 1 if ratio > 0 else -1))
    return starts


def _accumulated(events: dict[fmpq, fmpq_poly]) -> Iterator[Piece]:
    current = fmpq_poly([])
    ends = sorted(at for at, change in events.items() if change)
    for lower, upper in pairwise(ends):
        current += events[lower]
        if current:
            yield lower, upper, current
    if ends and current + events[ends[-1]]:
        raise ArithmeticError("the sections beyond the cube do not cancel")
