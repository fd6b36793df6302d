"""The statement of a problem with analytic K, and its reduction to a polynomial one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sympy
from flint import fmpq, fmpq_mpoly

from .analytic_tree import tree_of
from .answers import conclude
from .checker.analytic import by_units, centred, determined, sum_of_terms
from .checker.germ import Germ as CheckedGerm
from .checker.jets import jet, truncate
from .errors import CertificateError, NotAZeroError, NotPolynomialError, ZeroDivergenceError
from .germ import Germ
from .problem import _state
from .result import LearningCoefficient
from .routes.bounds import bounds
from .strategy import Search

Node = dict[str, Any]
_ORDERS = {1: 24, 2: 14, 3: 8, 4: 5}


@dataclass(frozen=True)
class AnalyticProblem:
    """K near a point, from analytic functions: their sum of squares, or the only one itself.

    Parameters
    ----------
    functions : sequence of sympy.Expr
        Built from polynomials over Q, atan, cos, cosh, exp, log, sin, sinh, tanh and roots, with
        rational Taylor coefficients at the point.
    variables, point, region, prior
        As for `Problem`.
    squares : bool, optional
        Whether K is the sum of the squares of the functions (the default).

    Raises
    ------
    NotPolynomialError
        If a function is built from anything else.
    NotAZeroError
        If K does not vanish at the point.

    Notes
    -----
    K is replaced by a polynomial with the same lambda and m: see
    `slt_symbolic.rlct.checker.analytic`. A Taylor polynomial is used only where it provably
    determines the answer; else there are bounds.

    Examples
    --------
    >>> from sympy.abc import a, b
    >>> from slt_symbolic.rlct import learning_coefficient
    >>> learning_coefficient(AnalyticProblem([sympy.tanh(a * b)], (a, b), (0, 0)))
    LearningCoefficient(lambda=1/2, m=2, proved: analytic > newton)
    """

    functions: Sequence[sympy.Expr]
    variables: Sequence[sympy.Symbol]
    point: Sequence[Any]
    region: Sequence[sympy.Expr] = ()
    prior: Any = 1
    squares: bool = True
    trees: tuple[Any, ...] = field(init=False, repr=False, compare=False)
    conditions: Germ = field(init=False, repr=False, compare=False)
    at: tuple[fmpq, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = tuple(self.variables)
        if not self.functions or (len(self.functions) > 1 and not self.squares):
            raise NotPolynomialError("functions must be given; exactly one if K is not a sum")
        # K = 1 stands in: only the conditions are read here.
        stated = _state([(sympy.Integer(1), self.region)], names, self.point, self.prior)
        # A text would be evaluated by SymPy's own conversion: only expressions are accepted.
        if not all(isinstance(f, sympy.Expr) for f in self.functions):
            raise NotPolynomialError(f"functions must be SymPy expressions, got {self.functions!r}")
        trees = tuple(tree_of(f, names) for f in self.functions)
        object.__setattr__(self, "conditions", stated.pieces[0])
        object.__setattr__(self, "at", stated.point)
        object.__setattr__(self, "trees", trees)
        try:
            values = [jet(t, self.conditions.ring, 0) for t in self.centred()]
        except CertificateError as error:
            raise NotPolynomialError(f"no rational Taylor series at the point: {error}") from error
        if any(not v.is_zero() for v in values):
            raise NotAZeroError(f"K does not vanish at the point: values {values}")

    def centred(self) -> list[Any]:
        """Return the trees in coordinates around the point."""
        gens = self.conditions.ring.gens()
        shift = [x + c for x, c in zip(gens, self.at, strict=True)]
        return [centred(t, self.conditions.ring, shift) for t in self.trees]

    def statement(self) -> dict[str, Any]:
        """Return the problem as plain data, as it stands in certificates."""
        stated = self.conditions.statement()
        piece = {"functions": list(self.trees), "squares": self.squares}
        return {
            "variables": [str(v) for v in self.variables],
            "point": [str(c) for c in self.at],
            "pieces": [{**piece, "region": stated["region"], "prior": stated["prior"]}],
        }


def solve_analytic(problem: AnalyticProblem, deadline: float) -> LearningCoefficient:
    """Return the local learning coefficient of an analytic problem, with a certificate."""
    start = time.monotonic()
    local = replace(problem.conditions, squares=()).at(problem.at)
    node, polynomials = _reduction(problem, local, deadline)
    if node["rule"] == "bounds":
        germ = Germ(_truncated(problem, node["order"]), local.region, local.prior)
        child = bounds(germ)
        if child["weights"] is not None and min(child["weights"]) == 0:
            child = {"kind": "bounds", "weights": None, "witness": None}
        node["child"] = child
    else:
        squares: tuple[tuple[fmpq, fmpq_mpoly], ...] = ()
        K = polynomials[0]
        if problem.squares:
            squares = tuple((fmpq(1), p) for p in polynomials if not p.is_zero())
            K = sum((p**2 for p in polynomials), polynomials[0] * 0)
        if K.is_zero():
            raise ZeroDivergenceError("K is identically zero: there is no power law")
        node["child"] = Search(deadline).solve(Germ(K, local.region, local.prior, squares))
    return conclude(problem, node, start)


def _reduction(
    problem: AnalyticProblem, local: Germ, deadline: float
) -> tuple[Node, list[fmpq_mpoly]]:
    ring, trees = local.ring, problem.centred()
    node: Node = {"kind": "analytic"}
    try:
        return {**node, "rule": "units"}, [by_units(t, ring) for t in trees]
    except CertificateError:
        pass
    if not problem.squares:
        try:
            return {**node, "rule": "terms"}, [sum_of_terms(trees, ring)]
        except CertificateError:
            pass
    conditions = CheckedGerm(ring, local.K, local.region, local.prior)
    for order in range(2, _ORDERS.get(local.n, 3) + 1):
        if time.monotonic() > deadline:
            break
        try:
            return {**node, "rule": "determined", "order": order}, determined(
                trees, conditions, order
            )
        except CertificateError:
            continue
    return {**node, "rule": "bounds", "order": 2 * _ORDERS.get(local.n, 3)}, []


def _truncated(problem: AnalyticProblem, order: int) -> fmpq_mpoly:
    jets = [jet(t, problem.conditions.ring, order) for t in problem.centred()]
    if not problem.squares:
        return jets[0]
    return truncate(sum((p**2 for p in jets), jets[0] * 0), order)
