"""Problems stated as a network of tanh units with biases and a polynomial part."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sympy
from flint import fmpq, fmpq_mpoly

from .analytic_problem import reduced
from .analytic_tree import expression_of
from .answers import conclude
from .certificate import encode
from .checker import judge
from .checker.analytic import reduced_verdict
from .checker.germ import Germ as CheckedGerm
from .checker.jets import jet
from .checker.tanh_network import Rest, Tree, Unit, coefficients
from .errors import CertificateError, ModelError, NotAZeroError, ZeroDivergenceError
from .germ import Germ
from .polynomials import to_polynomial
from .problem import _state
from .result import LearningCoefficient


@dataclass(frozen=True)
class TanhProblem:
    """K = E (f - f0)**2 / 2 for ``f - f0 = sum_i a_i tanh(b_i . x + c_i) + sum_e P_e x**e``.

    Parameters
    ----------
    units : sequence of (amplitude, slopes, bias)
        Polynomials in the variables; the units of f0 with the opposite amplitude.
    variables, point, region, prior
        As for `Problem`.
    polynomial : mapping of tuple of int to sympy.Expr, optional
        The polynomials P_e by their exponents, one for each input.

    Raises
    ------
    NotPolynomialError
        If a part is not a polynomial over Q.
    NotAZeroError
        If f differs from f0 at the point.
    ModelError
        If several units without weight at the point have biases there that are not zero, or one
        has and stands beside more than a free constant.

    Notes
    -----
    The inputs have a density on an open set. K is comparable to the squares of the coefficients
    of linearly independent functions: see `slt_symbolic.rlct.checker.tanh_network`.

    Examples
    --------
    >>> from sympy.abc import a, b, c, d
    >>> from slt_symbolic.rlct import learning_coefficient
    >>> learning_coefficient(TanhProblem([(a, [b], c)], (a, b, c), (0, 0, 0)))
    LearningCoefficient(lambda=1/2, m=1, proved: tanh > newton)
    >>> biased = TanhProblem([(a, [b], c)], (a, b, c, d), (0, 0, 0, 0), polynomial={(0,): d})
    >>> learning_coefficient(biased).value
    1
    """

    units: Sequence[tuple[Any, Sequence[Any], Any]]
    variables: Sequence[sympy.Symbol]
    point: Sequence[Any]
    region: Sequence[sympy.Expr] = ()
    prior: Any = 1
    polynomial: Mapping[tuple[int, ...], Any] = field(default_factory=dict)
    conditions: Germ = field(init=False, repr=False, compare=False)
    at: tuple[fmpq, ...] = field(init=False, repr=False, compare=False)
    centred: tuple[list[Unit], Rest] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # K = 1 stands in: only the conditions are read here.
        stated = _state(
            [(sympy.Integer(1), self.region)], tuple(self.variables), self.point, self.prior
        )
        object.__setattr__(self, "conditions", stated.pieces[0])
        object.__setattr__(self, "at", stated.point)
        if not self.units:
            raise ModelError("units must be given")
        ring = self.conditions.ring
        shift = [x + c for x, c in zip(ring.gens(), self.at, strict=True)]

        def centred(p: fmpq_mpoly) -> fmpq_mpoly:
            return p.compose(*shift, ctx=ring)

        units = [(centred(a), [centred(b) for b in bs], centred(c)) for a, bs, c in self._units()]
        object.__setattr__(
            self, "centred", (units, {e: centred(p) for e, p in self._rest().items()})
        )
        try:
            values = [jet(tree, ring, 0) for tree in self.trees(None)[0]]
        except CertificateError as error:
            raise ModelError(f"the network cannot be reduced to polynomials: {error}") from error
        if any(not v.is_zero() for v in values):
            raise NotAZeroError("the model differs from the true function at the point")

    def trees(self, order: int | None) -> tuple[list[Tree], list[Tree] | None]:
        """Return functions whose squares bound K from below and, if others, from above."""
        units, rest = self.centred
        return coefficients(units, rest, self.checked(), order)

    def comparable(self) -> sympy.Expr:
        """Return a sum of squares that is at most a constant times K near the point.

        It is comparable to K, with the same lambda and m, unless several units have no weight
        at the point.
        """
        at = [v - sympy.Rational(str(c)) for v, c in zip(self.variables, self.at, strict=True)]
        return sympy.Add(*(expression_of(tree, at) ** 2 for tree in self.trees(None)[0]))

    def checked(self) -> CheckedGerm:
        """Return region and prior around the point."""
        local = self.conditions.at(self.at)
        return CheckedGerm(local.ring, local.K * 0, local.region, local.prior)

    def _units(self) -> list[Unit]:
        def read(p: Any, what: str) -> fmpq_mpoly:
            return to_polynomial(p, tuple(self.variables), what)

        return [
            (read(a, "amplitude"), [read(b, "slope") for b in bs], read(c, "bias"))
            for a, bs, c in self.units
        ]

    def _rest(self) -> dict[tuple[int, ...], fmpq_mpoly]:
        names = tuple(self.variables)
        return {tuple(e): to_polynomial(p, names, "f") for e, p in self.polynomial.items()}

    def statement(self) -> dict[str, Any]:
        """Return the problem as plain data, as it stands in certificates."""
        stated = self.conditions.statement()
        piece = {
            "tanh": [[encode(a), [encode(b) for b in bs], encode(c)] for a, bs, c in self._units()],
            "rest": [[list(e), encode(p)] for e, p in sorted(self._rest().items())],
            "region": stated["region"],
            "prior": stated["prior"],
        }
        return {
            "variables": [str(v) for v in self.variables],
            "point": [str(c) for c in self.at],
            "pieces": [piece],
        }


def solve_tanh(problem: TanhProblem, deadline: float) -> LearningCoefficient:
    """Return the local learning coefficient of a network, with a certificate."""
    start = time.monotonic()
    local = replace(problem.conditions, squares=()).at(problem.at)
    below, above = problem.trees(None)
    try:
        if above is None:
            node: dict[str, Any] = {"order": None, "below": reduced(below, True, local, deadline)}
        else:
            middle = start + (deadline - start) / 3
            high = reduced(above, True, local, middle)
            verdict = reduced_verdict(above, True, problem.checked(), high, judge)
            goal = None if verdict is None else verdict.upper
            node = {"above": high, **_from_below(problem, local, deadline, goal)}
    except ZeroDivergenceError:
        raise ZeroDivergenceError("the model is the true function for all parameters") from None
    return conclude(problem, {"kind": "tanh", **node}, start)


def _from_below(
    problem: TanhProblem, local: Germ, deadline: float, goal: fmpq | None
) -> dict[str, Any]:
    """Return the proof of the best lower bound, from the first coefficients of the network."""
    best: dict[str, Any] = {}
    most: tuple[fmpq, bool] | None = None
    used = [sum(e) for e, p in problem.centred[1].items() if not p.is_zero()]
    lowest = max(used, default=0) + 1
    for order in range(lowest, lowest + 2 * len(problem.units) + 1):
        now = time.monotonic()
        if best and now > deadline:
            break
        trees = problem.trees(order)[0]
        low = reduced(trees, True, local, (now + deadline) / 2)
        verdict = reduced_verdict(trees, True, problem.checked(), low, judge)
        if verdict is None:
            return {"order": order, "below": low}
        worth = (verdict.lower, verdict.lower == verdict.upper and verdict.multiplicity == 1)
        if most is None or worth > most:
            most, best = worth, {"order": order, "below": low}
        if most == (goal, True):
            break
    return best
