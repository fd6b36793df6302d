"""Zonal polynomials of the sphere: Gegenbauer polynomials that are 1 at 1, and multiplicities."""

from __future__ import annotations

from math import comb

from flint import arb, ctx


def multiplicity(degree: int, dimension: int) -> int:
    """Return the number of independent spherical harmonics of a degree on S^{d−1}.

    Parameters
    ----------
    degree : int
        Degree k ≥ 0.
    dimension : int
        Dimension d ≥ 2 of the space around the sphere.

    Examples
    --------
    >>> [multiplicity(k, 2) for k in range(4)], [multiplicity(k, 3) for k in range(4)]
    ([1, 2, 2, 2], [1, 3, 5, 7])
    """
    # Homogeneous polynomials of degree k, less those that |x|² divides.
    below = comb(degree + dimension - 3, dimension - 1) if degree >= 2 else 0
    return comb(degree + dimension - 1, dimension - 1) - below


def zonal_polynomial(degree: int, dimension: int, t: arb) -> arb:
    """Enclose P_k(t), the zonal polynomial of S^{d−1} with P_k(1) = 1.

    Parameters
    ----------
    degree : int
        Degree k ≥ 0.
    dimension : int
        d ≥ 2: cos(k·arccos t) for d = 2, Legendre's polynomial for d = 3.
    t : flint.arb
        Argument.

    Notes
    -----
    (k + d − 2)P_{k+1} = (2k + d − 2)tP_k − kP_{k−1}; in balls on [−1, 1] it loses at most
    log₂(1 + √2) bits a step, which are carried.

    Examples
    --------
    >>> zonal_polynomial(2, 3, arb(0)), zonal_polynomial(2, 2, arb(0))
    (-0.500000000000000, -1.00000000000000)
    """
    if dimension == 2:
        return t.chebyshev_t(degree)
    if dimension == 3:
        return t.legendre_p(degree)
    with ctx.workprec(ctx.prec + 2 * degree + 10):
        value = zonal_polynomials(degree, dimension, t)[degree]
    return +value


def zonal_polynomials(last: int, dimension: int, t: arb) -> list[arb]:
    """Enclose P_0(t), …, P_last(t) by the recurrence, at the working precision.

    Examples
    --------
    >>> [p.str(4, radius=False) for p in zonal_polynomials(2, 4, arb(1) / 2)]
    ['1.000', '0.5000', '0']
    """
    values = [arb(1), t]
    for k in range(1, last):
        following = (2 * k + dimension - 2) * t * values[k] - k * values[k - 1]
        values.append(following / (k + dimension - 2))
    return values[: last + 1]
