"""Points where the true set is smooth and the divergence is as regular as it can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from ..germ import differential, independent
from ..polynomials import to_polynomial
from ..problem import _state
from .theorem import Citation, HypothesisError, TheoremResult, exactly

CITATION = Citation(
    "Bott1954",
    "R. Bott, Nondegenerate critical manifolds, Ann. of Math. 60 (1954) 248-261",
)


def morse_bott(
    generators: Sequence[sympy.Expr], variables: Sequence[sympy.Symbol], point: Sequence[Any]
) -> TheoremResult:
    """Return lambda = codim / 2 where K = sum g_i**2 is a Morse-Bott function.

    Parameters
    ----------
    generators : sequence of sympy.Expr
        Polynomials over Q that vanish at the point, with independent differentials there.
    variables, point
        As for `slt_symbolic.rlct.Problem`; the point is interior, the prior positive.

    Raises
    ------
    HypothesisError
        If a generator does not vanish at the point, or the differentials are dependent.

    Examples
    --------
    >>> from sympy.abc import a, b
    >>> morse_bott([a * b - 1], (a, b), (1, 1))
    TheoremResult(lambda=1/2, m=1, Morse-Bott: Bott1954)
    """
    names = tuple(variables)
    stated = _state([(sympy.Integer(1), ())], names, point, 1)
    germs = [to_polynomial(g, names, "generators") for g in generators]
    if not germs or any(g(*stated.point) != 0 for g in germs):
        raise HypothesisError("the generators must vanish at the point")
    moved = [g.compose(*_shift(g, stated.point), ctx=g.context()) for g in germs]
    if not independent(moved):
        rank = sympy.Matrix([differential(g) for g in moved]).rank()
        raise HypothesisError(f"the differentials are dependent: rank {rank} of {len(moved)}")
    reason = f"{len(moved)} functions with independent differentials"
    return exactly(sympy.Rational(len(moved), 2), 1, "Morse-Bott", reason, CITATION)


def _shift(g: Any, point: Sequence[Any]) -> list[Any]:
    return [x + c for x, c in zip(g.context().gens(), point, strict=True)]
