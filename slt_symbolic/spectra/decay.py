"""What a proved law of decay answers, how far it holds within a factor, and its check."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from flint import arb, ctx

from slt_symbolic.spectra.arguments import exact_rational

_WALK = 20_000
_BITS = 96


class Decay(Protocol):
    """A proved law for the squares c_k² of one family of coefficients.

    A new law is one class in one file that answers these questions.
    """

    @property
    def orders(self) -> range:
        """The orders k that the law speaks of, from the first on."""
        ...

    @property
    def latex(self) -> str:
        """LaTeX of the law."""
        ...

    def law(self, order: int) -> arb:
        """Return the leading law L_k, with c_k²/L_k → 1."""
        ...

    def bounds(self, order: int) -> tuple[arb, arb]:
        """Return proved lower and upper bounds of c_k², exact numbers."""
        ...

    def law_bounds(self, order: int) -> tuple[arb, arb]:
        """Return proved bounds of log(c_j²/L_j) for this and EVERY later order j, exact numbers."""
        ...


def first_within(decay: Decay, factor: object) -> int:
    """Return an order from which on c_k² is within a factor of its law, with proof.

    Parameters
    ----------
    decay : Decay
        The law.
    factor : int, fractions.Fraction, flint.fmpq or sympy.Rational
        Exact f > 1.

    Returns
    -------
    int
        k₀ such that L_k/f ≤ c_k² ≤ L_k·f for every order k ≥ k₀.

    Raises
    ------
    ValueError
        If the factor is not greater than 1, or no order of the law's range qualifies.

    Notes
    -----
    The envelope of ``law_bounds`` shrinks with k, so bisection finds where it fits the factor for
    good; below that, ``bounds`` decides order by order, over at most 20,000 of them.

    Examples
    --------
    >>> from slt_symbolic.spectra.tanh_decay import TanhDecay
    >>> first_within(TanhDecay(1), 2)
    5
    """
    f = exact_rational(factor, "factor")
    if f <= 1:
        raise ValueError(f"factor must be greater than 1, got {f}")
    orders = decay.orders
    with ctx.workprec(_BITS):
        room = arb(f).log()

        def settled(index: int) -> bool:
            low, high = decay.law_bounds(orders[index])
            return bool(low > -room) and bool(high < room)

        if not settled(len(orders) - 1):
            raise ValueError(f"no order below {orders[-1]} is known to qualify")
        bad, good = -1, 1
        while not settled(good):
            bad, good = good, min(2 * good, len(orders) - 1)
        while good - bad > 1:
            middle = (bad + good) // 2
            bad, good = (bad, middle) if settled(middle) else (middle, good)
        for index in range(good - 1, max(-1, good - 1 - _WALK), -1):
            low, high = decay.bounds(orders[index])
            law = decay.law(orders[index])
            if not (low * arb(f) > law and high < law * arb(f)):
                break
            good = index
        return orders[good]


def orders_outside(decay: Decay, squares: Iterable[tuple[int, arb]]) -> list[int]:
    """Return the orders whose enclosed c_k² is not certainly within the proved bounds.

    Parameters
    ----------
    decay : Decay
        The law.
    squares : iterable of (int, flint.arb)
        Orders and enclosures of c_k², found without the law.

    Examples
    --------
    >>> from slt_symbolic.spectra.coefficients import hermite_coefficients
    >>> from slt_symbolic.spectra.tanh_decay import TanhDecay
    >>> found = hermite_coefficients("tanh", range(1, 60, 2), digits=20)
    >>> orders_outside(TanhDecay(1), [(c.order, c.square) for c in found])
    []
    """
    outside = []
    for order, square in squares:
        low, high = decay.bounds(order)
        if not (low <= square <= high):
            outside.append(order)
    return outside
