"""A quick exact search for directions along which K is negative."""

from __future__ import annotations

from itertools import product

from .germ import Germ
from .routes.bounds import leading

_VALUES = (1, -1, 2, -2)


def negative_direction(germ: Germ, tries: int = 600) -> tuple[int, ...] | None:
    """Return a direction, inside the region, along which K starts with a negative term.

    Notes
    -----
    A sufficient test only: None does not say that K >= 0. Exact proofs establish that.

    Examples
    --------
    >>> from sympy.abc import x, y
    >>> from slt_symbolic.rlct.polynomials import to_polynomial
    >>> negative_direction(Germ(to_polynomial(x**2 - y**2, (x, y), "K"), (), ()))
    (0, 1)
    """
    weights = (1,) * germ.n
    forms = [leading(r, weights)[0] for r in germ.region]
    values = (0, *_VALUES) if germ.n <= 4 else (1, -1)
    K = leading(germ.K, weights)[0]
    for tried, point in enumerate(product(values, repeat=germ.n)):
        if tried > tries:
            break
        if K(*point) < 0 and all(f(*point) > 0 for f in forms):
            return point
    return None
