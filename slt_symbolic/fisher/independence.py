"""Which activations have independent units to first order, and why."""

from __future__ import annotations

from slt_symbolic.activations import Activation

_POLES = (
    "on a generic line the units are σ(wt+b), distinct modulo reflection, with poles or branch "
    "points at (z0-b)/w, z0 not real; among units with one value of -b/w the largest |w| has a "
    "pair nearest to the real line that no other unit has (Sussmann 1992), where (α+βt)σ'(wt+b) "
    "has a singularity of higher order than σ(wt+b), with coefficient α+βt at two conjugate points"
)
_GAUSSIANS = (
    "on a generic line derivatives of the units are polynomials times exp(-(wt+b)^2 s), distinct "
    "in (w^2, wb), hence ordered by growth at complex infinity; the polynomial that comes with "
    "cσ + (α+βt)σ' vanishes only for c = α = β = 0"
)

JETS: dict[str, str] = {
    "tanh": _POLES,
    "sigmoid": _POLES,
    "softplus": _POLES + "; differentiate the relation once first, so that poles are left",
    "arctan": _POLES + "; differentiate the relation once first, so that poles are left",
    "swish": _POLES,
    "erf": _GAUSSIANS + "; differentiate the relation once first",
    "gaussian": _GAUSSIANS,
    "gelu": _GAUSSIANS + "; differentiate the relation twice first",
}
"""Activations σ for which 1, x_k, σ(u), σ'(u), x_k σ'(u) are linearly independent on every open
set of R^n, over units u = ⟨w, x⟩ + b with w ≠ 0 that are distinct modulo reflection; and why."""


def jet_independence(activation: Activation) -> str | None:
    """Return why the units of an activation are independent to first order.

    Returns
    -------
    str or None
        None where it is false (sine, cosine, polynomials) or not known (an activation that is
        not listed): a rank is then proved from below by a minor of values.

    Notes
    -----
    Reduction to one input: restrict Σ_a c_a σ(u_a) + (α_a + ⟨β_a, x⟩)σ′(u_a) + affine = 0 to a
    line p + tv. For almost all (p, v) the restricted units stay distinct modulo reflection, so
    the theorem on the line gives c_a = 0 and that α_a + ⟨β_a, p + tv⟩ vanishes for all t; as this
    holds on almost all lines, α_a = 0 and β_a = 0. Real-analytic functions that agree on an open
    set agree on R^n, so a bounded domain changes nothing.

    References
    ----------
    H. J. Sussmann (1992), Uniqueness of the weights for minimal feedforward nets with a given
    input-output map, Neural Networks 5, 589-593.
    K. Fukumizu (1996), A regularity condition of the information matrix of a multilayer
    perceptron network, Neural Networks 9, 871-879.

    Examples
    --------
    >>> from slt_symbolic.activations import SIN, TANH
    >>> jet_independence(TANH) is None, jet_independence(SIN) is None
    (False, True)
    """
    name = activation.name
    return JETS.get("swish" if name.startswith("swish(") else name)
