"""Two-layer ReLU networks: cases with a closed form, and an upper bound."""

from __future__ import annotations

import sympy

from .theorem import Citation, HypothesisError, TheoremResult, at_most, count, exactly

ELEMENTARY = Citation(
    "PositivePart",
    "Derivation: without biases a ReLU network on the line is A+ x+ + A- x-, with A+ and A- the "
    "sums of a_i |w_i| over the units with positive and with negative w_i",
)
OVERPARAMETRISED = Citation(
    "NagayasuWatanabe2023",
    "S. Nagayasu and S. Watanabe, Bayesian free energy of deep ReLU neural network in "
    "overparametrized cases, arXiv:2303.15739 (2023)",
)


def relu_line_zero_truth(units: int) -> TheoremResult:
    """Return lambda and m of sum_i a_i relu(w_i x) with true function zero, at the origin.

    Parameters
    ----------
    units : int
        H; weights and readouts are free near zero, inputs on both sides of zero.

    Returns
    -------
    TheoremResult
        lambda = 1/2 for every H; m = 2 if H = 1, else 1.

    Notes
    -----
    On a chamber with p > 0 positive and q > 0 negative w_i the coefficients A+ and A- are forms in
    disjoint variables, each with lambda = 1/2, so that lambda = 1 there. Where all w_i have one
    sign only one of them is left: sum_i a_i |w_i|, with lambda = 1/2, and m = 2 for a single unit.

    Examples
    --------
    >>> relu_line_zero_truth(5).value
    1/2
    """
    H = count(units, "units")
    reason = f"ReLU network on the line, {H} units without biases, true function zero"
    half = sympy.Rational(1, 2)
    return exactly(half, 2 if H == 1 else 1, "ReLU on the line", reason, ELEMENTARY)


def relu_upper_bound(inputs: int, outputs: int, true_units: int, units: int) -> TheoremResult:
    """Return an upper bound for two-layer ReLU networks with biases on bounded inputs.

    Parameters
    ----------
    inputs, outputs : int
        N and M; each output has a bias.
    true_units, units : int
        H0, the units of a minimal network of the truth, and H >= H0, those of the model.

    Returns
    -------
    TheoremResult
        lambda <= ((N + M) H0 + M) / 2: units beyond the minimal network may be dead on all
        inputs, in an open set of parameters; each unit left has N + 1 + M parameters, of which
        scaling makes one redundant.

    Raises
    ------
    HypothesisError
        If the model has fewer units than the truth.

    Notes
    -----
    For inputs on the whole space no unit is dead and the bound does not hold.

    References
    ----------
    S. Nagayasu, S. Watanabe, arXiv:2303.15739, 2023.

    Examples
    --------
    >>> relu_upper_bound(2, 1, 1, 2).upper
    2
    """
    N, M = count(inputs, "inputs"), count(outputs, "outputs")
    H0, H = count(true_units, "true_units", 0), count(units, "units")
    if H < H0:
        raise HypothesisError("units must be at least true_units")
    upper = sympy.Rational((N + M) * H0 + M, 2)
    reason = f"ReLU network {N} -> {H} -> {M}, {H0} units needed: the others dead"
    return at_most(upper, "ReLU, dead units", reason, OVERPARAMETRISED)
