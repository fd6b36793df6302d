"""Problems stated as a network of one layer without biases, by its moments."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sympy
from flint import fmpq, fmpq_mpoly

from .answers import conclude
from .certificate import encode
from .checker.moments import DEGREES, moments
from .clusters import by_clusters
from .errors import ModelError, NotAZeroError, ZeroDivergenceError
from .germ import Germ
from .polynomials import to_polynomial
from .problem import _state
from .result import LearningCoefficient
from .strategy import Search


@dataclass(frozen=True)
class MomentProblem:
    """K = E (f - f0)**2 / 2 for ``f = sum_i a_i s(b_i . x)``, f0 of the same form or zero.

    Parameters
    ----------
    activation : str
        One of atan, cos, cosh, erf, exp, sin, sinh, tanh.
    units : sequence of (amplitude, slopes)
        Polynomials in the variables; the units of f0 with the opposite amplitude.
    variables, point, region, prior
        As for `Problem`.

    Raises
    ------
    NotPolynomialError
        If an amplitude or slope is not a polynomial over Q.
    NotAZeroError
        If f differs from f0 at the point.

    Notes
    -----
    The inputs have a density on an open set, so that f = f0 in mean square only if all Taylor
    coefficients agree: see `slt_symbolic.rlct.checker.moments`.

    References
    ----------
    M. Aoyagi, Log canonical threshold of Vandermonde matrix type singularities, 2009.

    Examples
    --------
    >>> from sympy.abc import a, b, c, d
    >>> from slt_symbolic.rlct import learning_coefficient
    >>> zero = MomentProblem("tanh", [(a, [b]), (c, [d])], (a, b, c, d), (0, 0, 0, 0))
    >>> learning_coefficient(zero).value
    2/3
    """

    activation: str
    units: Sequence[tuple[Any, Sequence[Any]]]
    variables: Sequence[sympy.Symbol]
    point: Sequence[Any]
    region: Sequence[sympy.Expr] = ()
    prior: Any = 1
    generators: tuple[fmpq_mpoly, ...] = field(init=False, repr=False, compare=False)
    conditions: Germ = field(init=False, repr=False, compare=False)
    at: tuple[fmpq, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.activation not in DEGREES:
            raise ModelError(f"activation must be one of {', '.join(DEGREES)}")
        # K = 1 stands in: only the conditions are read here.
        stated = _state(
            [(sympy.Integer(1), self.region)], tuple(self.variables), self.point, self.prior
        )
        units = self.parts()
        if not units or any(len(b) != len(units[0][1]) or not b for _, b in units):
            raise ModelError("units must be given, all with the same number of inputs")
        zero = all(p(*stated.point) == 0 for _, slopes in units for p in slopes)
        if len(units[0][1]) > 1 and not zero:
            raise ModelError("with several inputs all weights must vanish at the point")
        found = tuple(moments(self.activation, units))
        if any(g(*stated.point) != 0 for g in found):
            raise NotAZeroError("the model differs from the true function at the point")
        object.__setattr__(self, "generators", found)
        object.__setattr__(self, "conditions", stated.pieces[0])
        object.__setattr__(self, "at", stated.point)

    def parts(self) -> list[tuple[fmpq_mpoly, list[fmpq_mpoly]]]:
        """Return amplitude and slopes of each unit as polynomials."""
        names = tuple(self.variables)
        return [
            (to_polynomial(a, names, "amplitude"), [to_polynomial(b, names, "slope") for b in bs])
            for a, bs in self.units
        ]

    def statement(self) -> dict[str, Any]:
        """Return the problem as plain data, as it stands in certificates."""
        stated = self.conditions.statement()
        units = [[encode(a), [encode(b) for b in slopes]] for a, slopes in self.parts()]
        piece = {"activation": self.activation, "units": units}
        return {
            "variables": [str(v) for v in self.variables],
            "point": [str(c) for c in self.at],
            "pieces": [{**piece, "region": stated["region"], "prior": stated["prior"]}],
        }


def solve_moments(problem: MomentProblem, deadline: float) -> LearningCoefficient:
    """Return the local learning coefficient of a problem of moments, with a certificate."""
    start = time.monotonic()
    if all(g.is_zero() for g in problem.generators):
        raise ZeroDivergenceError("the model is the true function for all parameters")
    solve = Search(deadline).solve
    node = by_clusters(problem.activation, problem.parts(), problem.conditions, problem.at, solve)
    if node is None:
        squares = tuple((fmpq(1), g) for g in problem.generators if not g.is_zero())
        K = sum((g**2 for _, g in squares), squares[0][1] * 0)
        germ = replace(problem.conditions, K=K, squares=squares).at(problem.at)
        node = {"kind": "moments", "child": solve(germ)}
    return conclude(problem, node, start)
