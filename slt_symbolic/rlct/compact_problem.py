"""The statement of a global learning coefficient problem over a compact region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy
from flint import fmpq

from .errors import EmptyRegionError, NotPolynomialError
from .germ import Germ
from .polynomials import to_fmpq
from .problem import _state


@dataclass(frozen=True)
class CompactProblem:
    """K over a closed box, or over the part of it where inequalities hold.

    The learning coefficient is the least local one over the zeros of K in the region, the faces
    of the box counted as its border; m is the largest among the zeros that attain it.

    Parameters
    ----------
    K : sympy.Expr
        Polynomial with rational coefficients, K >= 0 on the region, with a zero in it.
    variables : sequence of sympy.Symbol
        The coordinates.
    box : sequence of (low, high), or mapping of symbol to (low, high)
        Rational bounds, low < high.
    region : sequence of sympy.Expr, optional
        Polynomials r with r >= 0 in the region.
    prior : optional
        As for `Problem`.

    Raises
    ------
    NotPolynomialError
        If K, region or prior is not a polynomial over Q, or a bound is missing or not exact.
    EmptyRegionError
        If the box has no interior.

    Examples
    --------
    >>> from sympy.abc import x, y
    >>> from slt_symbolic.rlct import learning_coefficient
    >>> node = CompactProblem((y**2 - x**2 * (x + 1))**2, (x, y), [(-2, 2), (-2, 2)])
    >>> learning_coefficient(node)
    LearningCoefficient(lambda=1/2, m=2, proved: cover)
    """

    K: sympy.Expr
    variables: Sequence[sympy.Symbol]
    box: Sequence[tuple[Any, Any]] | Mapping[sympy.Symbol, tuple[Any, Any]]
    region: Sequence[sympy.Expr] = ()
    prior: Any = 1
    bounds: tuple[tuple[fmpq, fmpq], ...] = field(init=False, repr=False, compare=False)
    germ: Germ = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # The point is not used: a global problem has none.
        origin = [0] * len(tuple(self.variables))
        stated = _state([(self.K, self.region)], self.variables, origin, self.prior)
        object.__setattr__(self, "germ", stated.pieces[0])
        names = stated.variables
        if isinstance(self.box, Mapping):
            missing = [str(v) for v in names if v not in self.box]
            if missing:
                raise NotPolynomialError(f"box has no bounds for {', '.join(missing)}")
            listed = [self.box[v] for v in names]
        else:
            listed = list(self.box)
        if len(listed) != len(names) or any(len(pair) != 2 for pair in listed):
            raise NotPolynomialError("box must have bounds (low, high) for each variable")
        bounds = tuple((to_fmpq(a, "box"), to_fmpq(b, "box")) for a, b in listed)
        if not all(a < b for a, b in bounds):
            raise EmptyRegionError("the box has no interior: low < high is needed")
        object.__setattr__(self, "bounds", bounds)

    def statement(self) -> dict[str, Any]:
        """Return the problem as plain data, as it stands in certificates."""
        return {
            "variables": [str(v) for v in self.variables],
            "box": [[str(a), str(b)] for a, b in self.bounds],
            "pieces": [self.germ.statement()],
        }
