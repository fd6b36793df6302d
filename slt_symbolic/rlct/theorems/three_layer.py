"""Upper bounds for three-layer networks with more units than the truth needs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count as from_
from itertools import pairwise
from math import comb

import sympy

from .theorem import Citation, HypothesisError, TheoremResult, at_most, count

CITATION = Citation(
    "Kurumadani2026",
    "Y. Kurumadani, Upper bounds for local learning coefficients of three-layer neural networks, "
    "arXiv:2603.12785 (2026)",
)

#: Orders of the non-zero derivatives at zero: the first ones, and the step that continues them.
ORDERS: dict[str, tuple[tuple[int, ...], int]] = {
    "tanh": ((1,), 2),
    "sin": ((1,), 2),
    "atan": ((1,), 2),
    "exp": ((1,), 1),
}
ORDERS |= {"swish": ((1, 2), 2), "gelu": ((1, 2), 2)}


def knapsack(
    prices: Sequence[int], supplies: Sequence[int], demand: int, budget: int
) -> tuple[sympy.Rational, int]:
    """Return how many items a budget buys, cheapest first, and the multiplicity of the bound.

    Parameters
    ----------
    prices, supplies : sequence of int
        The increasing prices of the shelves, and how many items each has.
    demand : int
        The most items wanted.
    budget : int
        What may be spent; the last item may be bought in part.

    Returns
    -------
    items : sympy.Rational
        The number of items bought.
    multiplicity : int
        2 if the budget is used up exactly at the end of a shelf, else 1.

    Examples
    --------
    >>> knapsack([1, 3], [1, 1], 2, 2)
    (4/3, 1)
    """
    wanted, left = count(demand, "demand", 0), sympy.Rational(count(budget, "budget", 0))
    if any(b <= a for a, b in pairwise(prices)) or min(prices) < 1:
        raise HypothesisError("prices must be positive and increase")
    bought = sympy.Integer(0)
    for price, supply in zip(prices, supplies, strict=True):
        items = min(sympy.Rational(supply), wanted - bought)
        if left <= price * items:
            return bought + left / price, 2 if left == price * items else 1
        bought, left = bought + items, left - price * items
        if bought == wanted:
            return bought, 1
    raise HypothesisError("the shelves are empty before budget and demand are used up")


def three_layer_upper_bound(
    inputs: int, units: int, outputs: int, true_units: int, activation: str = "tanh"
) -> TheoremResult:
    """Return an upper bound for the least local lambda of ``A s(B x)`` with a smaller truth.

    Parameters
    ----------
    inputs, units, outputs : int
        N, H and M: B is H x N, A is M x H, without biases.
    true_units : int
        H*, the number of units of the truth.
    activation : str, optional
        One of `ORDERS`.

    Returns
    -------
    TheoremResult
        The smaller of two bounds: the excess units at zero, or merged with a unit of the truth.

    Notes
    -----
    Local bounds at points with the excess units at zero are r / 2 + items / 2, with r = (M + N) H*
    regular directions and as many items as the excess units' N inner weights each can buy; the
    derivatives of the activation are the goods, their orders the prices. With true units present
    and an activation such as swish the hypothesis of independence has exceptions (weights that are
    opposite), so that only tanh, sin and atan are then accepted.

    References
    ----------
    Y. Kurumadani, arXiv:2603.12785, 2026.

    Examples
    --------
    >>> three_layer_upper_bound(1, 4, 1, 1).upper
    5/3
    """
    N, H, M = (count(v, s) for v, s in ((inputs, "inputs"), (units, "units"), (outputs, "outputs")))
    H0 = count(true_units, "true_units", 0)
    if activation not in ORDERS:
        raise HypothesisError(f"activation must be one of {', '.join(sorted(ORDERS))}")
    if H0 > H:
        raise HypothesisError("true_units must be at most units")
    if H0 and activation not in ("tanh", "sin", "atan"):
        raise HypothesisError("with true units the activation must be tanh, sin or atan")
    excess = H - H0
    base = sympy.Rational((M + N) * H0, 2)
    if excess == 0:
        return at_most(base, "three-layer bound", "no excess units", CITATION)
    head, step = ORDERS[activation]
    prices = list(head)
    supplies = [M * comb(p + N - 1, p) for p in prices]
    while sum(supplies) < M * excess:
        prices.append(prices[-1] + step)
        supplies.append(M * comb(prices[-1] + N - 1, prices[-1]))
    bounds = {"excess units at zero": knapsack(prices, supplies, M * excess, N * excess)[0]}
    if H0:
        shelves = [N * (M - 1)]
        for s in from_(2):
            if sum(shelves) >= M * excess:
                break
            shelves.append(M * comb(s + N - 1, s))
        orders = list(range(1, len(shelves) + 1))
        items = knapsack(orders, shelves, M * excess, N * excess)[0]
        bounds["excess units merged with a true one"] = items
    place = min(bounds, key=lambda k: bounds[k])
    reason = f"{N} -> {H} -> {M}, {activation}, {H0} true units: {place}"
    return at_most(base + bounds[place] / 2, "three-layer bound", reason, CITATION)
