"""Exact numbers, the simplest first."""

from __future__ import annotations

import sympy

from slt_symbolic.testing.requirement import SearchStrategy
from slt_symbolic.testing.requirement import strategies as st

__all__ = ["rationals"]

_SIMPLE = [
    sympy.Rational(n, d)
    for n, d in ((0, 1), (1, 1), (2, 1), (1, 2), (3, 1), (3, 2), (1, 3), (2, 3), (4, 3))
]


def rationals(
    *, nonzero: bool = False, positive: bool = False, most: int = 12
) -> SearchStrategy[sympy.Rational]:
    """Exact rational numbers, small ones often, so that weights vanish and units coincide.

    Parameters
    ----------
    nonzero, positive : bool
        Leave out zero; leave out what is not positive.
    most : int
        Bound of numerators' sizes and of denominators among the numbers that are not simple.

    Returns
    -------
    SearchStrategy
        Shrinks to 0 or 1, then to 2, 1/2, 3, ..., with positive signs.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(rationals(), lambda q: q < 0)
    -1
    """
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        raise ValueError(f"most must be a positive integer, got {most!r}")
    simple = [q for q in _SIMPLE if q != 0 or not (nonzero or positive)]
    if not positive:
        simple += [-q for q in simple if q != 0]
    least = 1 if positive else -most
    other = st.builds(sympy.Rational, st.integers(least, most), st.integers(1, most))
    if nonzero and not positive:
        other = other.filter(bool)
    return st.one_of(st.sampled_from(simple), other)
