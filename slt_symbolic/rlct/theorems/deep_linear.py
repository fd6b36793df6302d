"""Deep linear networks: y = W_L ... W_1 x with noise."""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from .theorem import Citation, HypothesisError, TheoremResult, count, exactly

CITATION = Citation(
    "Aoyagi2024",
    "M. Aoyagi, Consideration on the learning efficiency of multiple-layered neural networks with "
    "linear units, Neural Networks 172 (2024) 106132",
)


def deep_linear(widths: Sequence[int], rank: int) -> TheoremResult:
    """Return lambda and m of a deep linear network, over a compact set of parameters.

    Parameters
    ----------
    widths : sequence of int
        The numbers of units of all layers, input and output included; at least two.
    rank : int
        The rank of the true product, 0 <= rank <= min(widths).

    Returns
    -------
    TheoremResult
        The least local lambda over the true parameters, and its multiplicity.

    Raises
    ------
    HypothesisError
        If the rank is not possible for these widths.

    Notes
    -----
    With d_i the widths less the rank, Sigma the layers with max_Sigma d < min of the others,
    sum_Sigma d >= l max_Sigma d and sum_Sigma d < l min of the others, l = |Sigma| - 1, S the
    sum over Sigma, M = ceil(S / l) and a = S - l (M - 1):

    lambda = (r (H_1 + H_{L+1}) - r**2) / 2 + a (l - a) / (4 l) - (l - 1) S**2 / (4 l)
    + sum_{i < j in Sigma} d_i d_j / 2,  m = a (l - a) + 1.

    References
    ----------
    M. Aoyagi, Neural Networks 172 (2024), 106132.

    Examples
    --------
    >>> deep_linear([1, 1, 1, 1], 0)
    TheoremResult(lambda=1/2, m=3, deep linear network: Aoyagi2024)
    """
    sizes = [count(w, "widths") for w in widths]
    if len(sizes) < 2:
        raise HypothesisError("widths must name at least the input and the output layer")
    r = count(rank, "rank", 0)
    if r > min(sizes):
        raise HypothesisError(f"rank must be at most the least width, {min(sizes)}")
    chosen = _layers(sorted(w - r for w in sizes))
    ell = len(chosen) - 1
    total = sum(chosen)
    base = sympy.Rational(r * (sizes[0] + sizes[-1]) - r**2, 2)
    pairs = sympy.Rational(total**2 - sum(d * d for d in chosen), 4)
    M = -(-total // ell)
    a = total - ell * (M - 1)
    value = base + sympy.Rational(a * (ell - a), 4 * ell)
    value += pairs - sympy.Rational((ell - 1) * total**2, 4 * ell)
    reason = f"deep linear network {' -> '.join(map(str, sizes))}, true rank {r}"
    return exactly(value, a * (ell - a) + 1, "deep linear network", reason, CITATION)


def _layers(excess: Sequence[int]) -> list[int]:
    """Return the excess widths of the layers in Sigma, a prefix of the sorted ones."""
    for size in range(2, len(excess) + 1):
        inside, outside = excess[:size], excess[size:]
        total, ell = sum(inside), size - 1
        if total < ell * inside[-1]:
            continue
        if not outside or (inside[-1] < outside[0] and total < ell * outside[0]):
            return list(inside)
    raise HypothesisError("no set of layers satisfies the inequalities of the theorem")
