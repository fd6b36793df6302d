"""The squares c_k(W)² of one tanh unit as balls, with the sum beyond: what mode bounds add up."""

from __future__ import annotations

from functools import lru_cache

from flint import arb, ctx, fmpq

from slt_symbolic.spectra.arguments import as_sympy
from slt_symbolic.spectra.coefficients import hermite_coefficients
from slt_symbolic.spectra.tanh_decay import TanhDecay

_ENCLOSED = 61
_DIGITS = 25


@lru_cache(maxsize=16)
def _enclosed(weight: fmpq) -> tuple[arb, ...]:
    orders = range(1, 2 * _ENCLOSED, 2)
    return tuple(c.square for c in hermite_coefficients("tanh", orders, weight, digits=_DIGITS))


@lru_cache(maxsize=20_000)
def mode_square(index: int, weight: fmpq) -> arb:
    """Enclose c_k(W)² for the index-th odd order, k = 2·index + 1.

    Notes
    -----
    The first 61 by their coefficients, the others by the bounds of
    :class:`~slt_symbolic.spectra.tanh_decay.TanhDecay`, good to about k^{−3/2}/5.

    Examples
    --------
    >>> mode_square(0, fmpq(1)).str(10, radius=False)
    '0.3668791644'
    """
    if index < _ENCLOSED:
        return _enclosed(weight)[index]
    low, high = TanhDecay(as_sympy(weight)).bounds(2 * index + 1)
    with ctx.workprec(128):
        return low.union(high)


def modes_beyond(index: int, weight: fmpq) -> arb:
    """Return an upper bound of the sum of c_k(W)² over k ≥ 2·index + 1, index ≥ 1.

    Examples
    --------
    >>> bool(modes_beyond(1, fmpq(1)) > arb("0.39429449039784") - arb("0.3668791643"))
    True
    """
    return TanhDecay(as_sympy(weight)).tail(2 * index - 1)
