"""The named normalisations of Hermite coefficients.

``orthonormal``: E[f He_k]/√k!, coefficients along h_k = He_k/√k!, so that E[f²] = Σ c_k²;
``probabilists``: E[f He_k]; ``series``: E[f He_k]/k!, so that f = Σ a_k He_k.
"""

from __future__ import annotations

from typing import Literal, get_args

import sympy
from flint import arb

Normalisation = Literal["orthonormal", "probabilists", "series"]


def checked_normalisation(value: object) -> Normalisation:
    """Return the name of a normalisation, or raise ValueError with the names allowed.

    Examples
    --------
    >>> checked_normalisation("series")
    'series'
    """
    for name in get_args(Normalisation):
        if value == name:
            return name
    allowed = ", ".join(get_args(Normalisation))
    raise ValueError(f"normalisation must be one of {allowed}; got {value!r}")


def exact_factor(normalisation: Normalisation, order: int) -> sympy.Expr:
    """Return the factor that takes E[f He_k] to the named normalisation.

    Examples
    --------
    >>> exact_factor("orthonormal", 3)
    sqrt(6)/6
    """
    if normalisation == "probabilists":
        return sympy.S.One
    if normalisation == "series":
        return 1 / sympy.factorial(order)
    return 1 / sympy.sqrt(sympy.factorial(order))


def from_orthonormal(ball: arb, normalisation: Normalisation, order: int) -> arb:
    """Rescale an orthonormal coefficient, given as a ball, to the named normalisation."""
    if normalisation == "orthonormal":
        return ball
    root = arb.fac_ui(order).sqrt()
    return ball * root if normalisation == "probabilists" else ball / root
