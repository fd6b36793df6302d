"""Singularities of Vandermonde matrix type, and tanh networks that learn zero."""

from __future__ import annotations

from math import isqrt

import sympy

from .theorem import Citation, TheoremResult, count, exactly

CITATION = Citation(
    "Aoyagi2010",
    "M. Aoyagi, A Bayesian learning coefficient of generalization error and Vandermonde "
    "matrix-type singularities, Comm. Statist. Theory Methods 39 (2010) 2667-2687",
)
TANH = Citation(
    "AoyagiWatanabe2005b",
    "M. Aoyagi and S. Watanabe, Resolution of singularities and the generalization error with "
    "Bayesian estimation for layered neural network, IEICE Trans. J88-D-II (2005) 2112-2124",
)


def vandermonde(units: int, outputs: int = 1, step: int = 1) -> TheoremResult:
    """Return lambda and m of the ideal of sum_i a_ki w_i**(step (j - 1) + 1) at the origin.

    Parameters
    ----------
    units : int
        H, the number of the w_i, each a single number.
    outputs : int, optional
        M, the number of rows a_k.
    step : int, optional
        Q, the step between the powers: 1, Q + 1, 2 Q + 1, ...

    Returns
    -------
    TheoremResult
        lambda = (M Q k (k + 1) + 2 H) / (4 (1 + k Q)) with k the largest i with
        2 H >= M (i (i - 1) Q + 2 i); m = 2 at equality, else 1.

    References
    ----------
    M. Aoyagi, Comm. Statist. Theory Methods 39 (2010), 2667-2687.

    Examples
    --------
    >>> vandermonde(3)
    TheoremResult(lambda=1, m=2, Vandermonde type: Aoyagi2010)
    """
    H, M, Q = count(units, "units"), count(outputs, "outputs"), count(step, "step")
    k = 0
    while M * ((k + 1) * k * Q + 2 * (k + 1)) <= 2 * H:
        k += 1
    value = sympy.Rational(M * Q * k * (k + 1) + 2 * H, 4 * (1 + k * Q))
    m = 2 if k > 0 and M * (k * (k - 1) * Q + 2 * k) == 2 * H else 1
    reason = f"Vandermonde matrix type, H = {H}, M = {M}, Q = {Q}: k = {k}"
    return exactly(value, m, "Vandermonde type", reason, CITATION)


def tanh_zero_truth(units: int) -> TheoremResult:
    """Return lambda and m of sum_i a_i tanh(w_i x) with true function zero.

    Parameters
    ----------
    units : int
        H, any number of hidden units.

    Returns
    -------
    TheoremResult
        lambda = (H + r**2 + r) / (4 r + 2), r the integer part of the root of H; m = 2 if H is a
        square, else 1. It is the least local lambda over a compact set of parameters with w = 0
        in its interior, for any positive prior and inputs with a density.

    Notes
    -----
    Elsewhere it is larger: at a = 0 with all |w_i| distinct and not zero it is H / 2.

    References
    ----------
    M. Aoyagi, S. Watanabe, IEICE Trans. J88-D-II (2005), 2112-2124.

    Examples
    --------
    >>> tanh_zero_truth(128)
    TheoremResult(lambda=130/23, m=1, tanh network, zero truth: AoyagiWatanabe2005b)
    """
    H = count(units, "units")
    r = isqrt(H)
    value = sympy.Rational(H + r * r + r, 4 * r + 2)
    reason = f"tanh network with {H} units, true function zero: r = {r}"
    return exactly(value, 2 if r * r == H else 1, "tanh network, zero truth", reason, TANH)
