"""The Jeffreys prior."""

from __future__ import annotations

import sympy

from .theorem import Citation, HypothesisError, TheoremResult, count

CITATION = Citation(
    "Watanabe2009",
    "S. Watanabe, Algebraic Geometry and Statistical Learning Theory, Cambridge University Press "
    "(2009), theorem 7.4",
)


def jeffreys_lower_bound(dimension: int, *, generic_rank: int) -> TheoremResult:
    """Return the lower bound d/2 for lambda under the Jeffreys prior.

    Parameters
    ----------
    dimension : int
        d, the number of parameters.
    generic_rank : int
        The rank of the Fisher information at a generic parameter.

    Returns
    -------
    TheoremResult
        lambda >= d / 2.

    Raises
    ------
    HypothesisError
        If the generic rank is less than d: then the density vanishes everywhere, and there is no
        Jeffreys prior.

    References
    ----------
    S. Watanabe, Algebraic Geometry and Statistical Learning Theory, 2009, theorem 7.4.

    Examples
    --------
    >>> jeffreys_lower_bound(2, generic_rank=2).lower
    1
    """
    d, rank = count(dimension, "dimension"), count(generic_rank, "generic_rank", 0)
    if rank != d:
        raise HypothesisError("the Fisher information must have full rank at a generic parameter")
    lower = sympy.Rational(d, 2)
    reason = f"Jeffreys prior with {d} parameters"
    return TheoremResult(None, None, lower, None, "Jeffreys prior", reason, CITATION)
