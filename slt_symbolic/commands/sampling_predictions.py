"""What theory predicts about lambda and m of what is sampled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from slt_symbolic.descriptions import Divergence
from slt_symbolic.descriptions.section import Section
from slt_symbolic.rlct import (
    CompactProblem,
    LearningCoefficient,
    Problem,
    RLCTError,
    candidate_poles,
    learning_coefficient,
)

__all__ = ["Prediction", "predict_network", "predict_problem"]

_MOST_PIECES = 64


@dataclass(frozen=True)
class Prediction:
    """What theory says about lambda and m: both, or why not; and where further poles may be."""

    value: sympy.Rational | None
    multiplicity: int | None
    how: str
    poles: tuple[sympy.Rational, ...] = ()


def predict_network(K: Divergence, whole: Section, budget: float) -> Prediction:
    """Derive lambda of a network over the box of its prior, chamber by chamber."""
    section = whole.section("prior")
    if section.table.get("law") != "uniform-box":
        return Prediction(None, None, "no prediction: the prior is not on a box; use --predict")
    names = K.parameters
    ends = []
    for key in ("lower", "upper"):
        entry = section.entry(key)
        single = not isinstance(entry.value, list)
        ends.append((entry.number(),) * len(names) if single else entry.numbers())
    box = list(zip(*ends, strict=True))
    try:
        pieces = K.pieces(limit=_MOST_PIECES)
    except ValueError as error:
        return Prediction(None, None, f"no prediction: {error}; use --predict")
    found: list[LearningCoefficient] = []
    chambers = [(p.expr, tuple(sorted(c.conditions, key=str))) for p in pieces for c in p.chambers]
    for expression, conditions in chambers:
        try:
            problem = CompactProblem(expression, names, box, conditions)
            found.append(learning_coefficient(problem, budget=budget / len(chambers)))
        except RLCTError as error:
            if _is_empty(error):
                continue
            return Prediction(None, None, f"no prediction: {error}; use --predict")
    return _least(found, f"over the prior's box, {len(chambers)} chamber(s)")


def _is_empty(error: RLCTError) -> bool:
    """Whether a chamber adds nothing: it misses the box, or K has no zero on it."""
    from slt_symbolic.rlct import EmptyRegionError, NotAZeroError

    return isinstance(error, EmptyRegionError | NotAZeroError)


def _least(found: Sequence[LearningCoefficient], where: str) -> Prediction:
    values = [f.value for f in found if f.value is not None]
    if not values or len(values) < len(found):
        return Prediction(None, None, "no prediction: not all pieces have an exact answer")
    least = min(values)
    orders = [f.multiplicity for f in found if f.value == least]
    if any(order is None for order in orders):
        return Prediction(least, None, f"lambda is exact, m undetermined; {where}")
    top = max(order for order in orders if order is not None)
    return Prediction(least, top, f"{found[0].known}: {where}")


def predict_problem(
    problem: Any,
    K: sympy.Expr,
    names: Sequence[sympy.Symbol],
    box: Sequence[tuple[sympy.Rational, sympy.Rational]],
    budget: float,
) -> Prediction:
    """Derive lambda over the box; where that fails, at the point."""
    why = ""
    if isinstance(problem, Problem | CompactProblem):
        try:
            whole = CompactProblem(K, tuple(names), box, problem.region, problem.prior)
            found = learning_coefficient(whole, budget=budget / 2)
            if found.value is not None and found.multiplicity is not None:
                how = f"{found.known}: over the box"
                poles = _poles(problem, found, budget / 4)
                return Prediction(found.value, found.multiplicity, how, poles)
            why = "over the box there are only bounds"
        except RLCTError as error:
            why = str(error)
    if isinstance(problem, CompactProblem):
        return Prediction(None, None, f"no prediction: {why}")
    try:
        found = learning_coefficient(problem, budget=budget / 2)
    except RLCTError as error:
        return Prediction(None, None, f"no prediction: {error}")
    how = f"{found.known}: at the point, other zeros in the box not excluded"
    return Prediction(found.value, found.multiplicity, how, _poles(problem, found, budget / 4))


def _poles(problem: Any, found: LearningCoefficient, budget: float) -> tuple[sympy.Rational, ...]:
    """Return where zeta may have poles beyond a simple lambda, if its proof shows them."""
    if found.multiplicity != 1 or not isinstance(problem, Problem):
        return ()
    try:
        poles = candidate_poles(problem, budget=budget)
    except RLCTError:
        return ()
    # Another lambda over the box comes from other zeros than those at the point.
    return poles if poles and poles[0] == found.value else ()
