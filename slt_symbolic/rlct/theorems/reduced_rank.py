"""Reduced-rank regression: y = B A x with noise."""

from __future__ import annotations

import sympy

from .theorem import Citation, HypothesisError, TheoremResult, count, exactly

CITATION = Citation(
    "AoyagiWatanabe2005",
    "M. Aoyagi and S. Watanabe, Stochastic complexities of reduced rank regression in Bayesian "
    "estimation, Neural Networks 18 (2005) 924-933",
)


def reduced_rank_regression(inputs: int, hidden: int, outputs: int, rank: int) -> TheoremResult:
    """Return lambda and m of reduced-rank regression, over a compact set of parameters.

    Parameters
    ----------
    inputs, hidden, outputs : int
        The sizes: A is hidden x inputs, B is outputs x hidden.
    rank : int
        The rank of the true matrix, 0 <= rank <= min(inputs, hidden, outputs).

    Returns
    -------
    TheoremResult
        The least local lambda over the true parameters, and its multiplicity. The prior is
        positive, the inputs have a covariance matrix of full rank, the noise is normal.

    Raises
    ------
    HypothesisError
        If the rank is not possible for these sizes.

    References
    ----------
    M. Aoyagi, S. Watanabe, Neural Networks 18 (2005), 924-933.

    Examples
    --------
    >>> reduced_rank_regression(2, 2, 2, 1)
    TheoremResult(lambda=2, m=2, reduced-rank regression: AoyagiWatanabe2005)
    """
    M, H, N = (
        count(v, s) for v, s in ((inputs, "inputs"), (hidden, "hidden"), (outputs, "outputs"))
    )
    r = count(rank, "rank", 0)
    if r > min(M, H, N):
        raise HypothesisError(f"rank must be at most min(inputs, hidden, outputs) = {min(M, H, N)}")
    m = 1
    if N + r <= M + H and M + r <= N + H and H + r <= M + N:
        odd = (M + H + N + r) % 2
        numerator = 2 * (H + r) * (M + N) - (M - N) ** 2 - (H + r) ** 2 + odd
        value, m, case = sympy.Rational(numerator, 8), 1 + odd, f"case 1({'b' if odd else 'a'})"
    elif N + r > M + H:
        value, case = sympy.Rational(H * M - H * r + N * r, 2), "case 2"
    elif M + r > N + H:
        value, case = sympy.Rational(H * N - H * r + M * r, 2), "case 3"
    else:
        value, case = sympy.Rational(M * N, 2), "case 4"
    reason = f"reduced-rank regression {M} -> {H} -> {N}, true rank {r}: {case}"
    return exactly(value, m, "reduced-rank regression", reason, CITATION)
