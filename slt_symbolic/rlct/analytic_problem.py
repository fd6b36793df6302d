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
from .checker.analytic_coordinates import in_coordinates
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
        Built from polynomials over Q, roots and the functions of
        `slt_symbolic.rlct.analytic_tree.FUNCTIONS`, with rational Taylor coefficients at the
        point (those of erf are not, but it may be a factor or a coordinate).
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
    node = reduced(problem.centred(), problem.squares, local, deadline)
    return conclude(problem, {"kind": "analytic", **node}, start)


def reduced(trees: Sequence[Any], squares: bool, local: Germ, deadline: float) -> Node:
    """Return the reduction of functions to polynomials, with a proof for those.

    Parameters
    ----------
    trees : sequence
        Functions as trees around the origin.
    squares : bool
        Whether K is the sum of their squares.
    local : Germ
        Region and prior around the origin.
    deadline : float
        A value of ``time.monotonic()``.

    Raises
    ------
    NotPolynomialError
        If the functions have no rational Taylor coefficients and no other rule applies.
    ZeroDivergenceError
        If K is identically zero.
    """
    node, polynomials = _reduction(trees, squares, local, deadline)
    K = polynomials[0]
    if node["rule"] == "bounds":
        child = bounds(Germ(K, local.region, local.prior))
        if child["weights"] is not None and min(child["weights"]) == 0:
            child = {"kind": "bounds", "weights": None, "witness": None}
        return {**node, "child": child}
    pairs: tuple[tuple[fmpq, fmpq_mpoly], ...] = ()
    if squares:
        pairs = tuple((fmpq(1), p) for p in polynomials if not p.is_zero())
        K = sum((p**2 for p in polynomials), K * 0)
    if K.is_zero():
        raise ZeroDivergenceError("K is identically zero: there is no power law")
    germ = Germ(K, local.region, local.prior, pairs)
    return {**node, "child": Search(deadline).solve(germ)}


def _reduction(
    trees: Sequence[Any], squares: bool, local: Germ, deadline: float
) -> tuple[Node, list[fmpq_mpoly]]:
    ring, conditions = local.ring, CheckedGerm(local.ring, local.K, local.region, local.prior)
    coordinates, trees = _coordinates(trees, squares, conditions)
    node: Node = {"coordinates": coordinates}
    try:
        return {**node, "rule": "units"}, [by_units(t, ring) for t in trees]
    except CertificateError:
        pass
    if not squares:
        try:
            return {**node, "rule": "terms"}, [sum_of_terms(trees, ring)]
        except CertificateError:
            pass
    for order in range(2, _ORDERS.get(local.n, 3) + 1):
        if time.monotonic() > deadline:
            break
        try:
            polynomials = determined(trees, conditions, order)
        except CertificateError:
            continue
        return {**node, "rule": "determined", "order": order}, polynomials
    order = 2 * _ORDERS.get(local.n, 3)
    try:
        jets = [jet(t, ring, order) for t in trees]
    except CertificateError as error:
        raise NotPolynomialError(f"K cannot be expanded at the point: {error}") from error
    total = sum((p**2 for p in jets), jets[0] * 0) if squares else jets[0]
    return {**node, "rule": "bounds", "order": order}, [truncate(total, order)]


def _coordinates(
    trees: Sequence[Any], squares: bool, conditions: CheckedGerm
) -> tuple[list[int], Sequence[Any]]:
    """Return the variables that make room for functions as coordinates, and the trees then."""
    chosen: list[int] = []
    if all(t[0] == "poly" for t in trees):
        return chosen, trees
    for j in range(conditions.ring.nvars()):
        try:
            trees = in_coordinates(trees, conditions, squares, [j])
        except CertificateError:
            continue
        chosen.append(j)
    return chosen, trees
