"""Moments of a polygon, over any field."""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial
from typing import Any

import sympy

from slt_symbolic.exact.chamber import OrderedField


def polygon_moment(corners: Sequence[tuple[Any, Any]], i: int, j: int, field: OrderedField) -> Any:
    """Return ∫ xⁱyʲ over a polygon, signed by its orientation.

    Parameters
    ----------
    corners : sequence of pairs of field elements
        Vertices in order; counterclockwise gives the positive sign.
    i, j : int
        Non-negative exponents.
    field : OrderedField
        The field of the coordinates.

    Notes
    -----
    The polygon is the signed union of the triangles (0, p, q) over its edges pq, so edges whose
    line passes through 0 contribute nothing. On a simplex with vertices v₀, …, v_n,
    ∫ ℓ₁ⁱℓ₂ʲ = n! vol · i! j!/(n+i+j)! · [sⁱtʲ] Π_k 1/(1 − sℓ₁(v_k) − tℓ₂(v_k)) for linear
    ℓ₁ and ℓ₂, from the Laplace transform of both sides.

    References
    ----------
    V. Baldoni, N. Berline, J. A. De Loera, M. Köppe, M. Vergne (2011), How to integrate a
    polynomial over a simplex, Math. Comp. 80, 297-325.

    Examples
    --------
    >>> from slt_symbolic.exact.numbers import RealField
    >>> field = RealField.containing([])
    >>> corners = [(sympy.Integer(x), sympy.Integer(y)) for x, y in ((0, 0), (2, 0), (2, 1))]
    >>> triangle = [(field.element(x), field.element(y)) for x, y in corners]
    >>> [field.to_sympy(polygon_moment(triangle, i, j, field)) for i, j in ((0, 0), (1, 0), (1, 1))]
    [1, 4/3, 1/2]
    """
    total = field.element(sympy.S.Zero)
    for p, q in zip(corners, [*corners[1:], *corners[:1]], strict=True):
        twice_area = p[0] * q[1] - p[1] * q[0]
        if twice_area:
            total = total + twice_area * _coefficient(p, q, i, j, field)
    return total * (factorial(i) * factorial(j)) / factorial(i + j + 2)


def _coefficient(
    p: tuple[Any, Any], q: tuple[Any, Any], i: int, j: int, field: OrderedField
) -> Any:
    """Return [sⁱtʲ] 1/((1 − sp₁ − tp₂)(1 − sq₁ − tq₂))."""
    zero, one = field.element(sympy.S.Zero), field.element(sympy.S.One)
    table = [[zero] * (j + 1) for _ in range(i + 1)]
    table[0][0] = one
    for x, y in (p, q):
        for m in range(i + 1):
            for n in range(j + 1):
                if m and x:
                    table[m][n] = table[m][n] + x * table[m - 1][n]
                if n and y:
                    table[m][n] = table[m][n] + y * table[m][n - 1]
    return table[i][j]
