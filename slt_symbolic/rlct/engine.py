"""The search: routes propose proof trees, the checker judges them."""

from __future__ import annotations

import time
from typing import Any

from flint import fmpq

from . import checker
from .analytic_problem import AnalyticProblem, solve_analytic
from .answers import answer, confirm
from .certificate import Certificate
from .compact_problem import CompactProblem
from .compact_search import solve_compact
from .errors import CertificateError, EmptyRegionError, NegativeDivergenceError, RLCTError
from .germ import Germ
from .model_problem import MomentProblem, solve_moments
from .negative import negative_direction
from .problem import PiecewiseProblem, Problem
from .result import LearningCoefficient
from .strategy import Search
from .tanh_problem import TanhProblem, solve_tanh

Node = dict[str, Any]

_OVERTIME = 1.1
"""After this multiple of the budget, nodes accepted one by one are not checked as a whole again."""


def learning_coefficient(
    problem: Problem
    | PiecewiseProblem
    | CompactProblem
    | AnalyticProblem
    | MomentProblem
    | TanhProblem,
    *,
    budget: float = 30.0,
) -> LearningCoefficient:
    """Return the local learning coefficient lambda and its multiplicity m, with a certificate.

    Parameters
    ----------
    problem : one of the problem classes
        K, region and prior near a point, or over a compact region.
    budget : float, optional
        Seconds after which no further route is started; what is open then gets bounds.

    Returns
    -------
    LearningCoefficient
        Exact where a proof was found that the independent checker accepts, else bounds.

    Raises
    ------
    NegativeDivergenceError
        If K takes negative values in the region arbitrarily near the point.
    EmptyRegionError
        If the region has no interior near the point.
    RLCTError
        If nothing can be proved, for example because the prior is not integrable.

    Notes
    -----
    ``zeta(z) = integral of K**z * prior`` over the region near the point has its largest pole at
    ``-lambda``, of order m; lambda(x**2) = 1/2. The answer is local: over a compact set it is
    the least local lambda. On the union of pieces lambda is the least over the pieces that
    reach the point, and m the largest among those that attain it. Bounds assume K >= 0 near the
    point; an exact answer proves it.

    References
    ----------
    S. Watanabe, Algebraic Geometry and Statistical Learning Theory, 2009.
    A. N. Varchenko, Newton polyhedra and estimation of oscillating integrals, 1976.

    Examples
    --------
    >>> from sympy.abc import q, w, x, y
    >>> learning_coefficient(Problem(x**2 * y**4, (x, y), (0, 0)))
    LearningCoefficient(lambda=1/4, m=1, proved: newton)
    >>> learning_coefficient(Problem((w * q - 2)**2 / 4, (w, q), (1, 2))).value
    1/2
    """
    start = time.monotonic()
    if isinstance(problem, CompactProblem):
        return solve_compact(problem, start + budget)
    if isinstance(problem, AnalyticProblem):
        return solve_analytic(problem, start + budget)
    if isinstance(problem, TanhProblem):
        return solve_tanh(problem, start + budget)
    if isinstance(problem, MomentProblem):
        return solve_moments(problem, start + budget)
    if not isinstance(problem, (Problem, PiecewiseProblem)):
        raise TypeError(
            "problem must be one of the problem classes of slt_symbolic.rlct, got "
            f"{type(problem).__name__}; for K of a network at a true parameter there is "
            "slt_symbolic.local_learning_coefficient(K, parameter)"
        )
    point = problem.stated.point
    proofs: list[Node] = []
    verdicts: list[checker.Verdict | None] = []
    for piece in problem.stated.pieces:
        if any(r(*point) < 0 for r in piece.region):
            proofs.append({"kind": "away"})
            verdicts.append(None)
        elif piece.K(*point) > 0:
            proofs.append({"kind": "positive"})
            verdicts.append(None)
        else:
            germ = piece.at(point)
            direction = negative_direction(germ)
            if direction is not None:
                raise NegativeDivergenceError(f"K is negative near the point, along {direction}")
            _require_integrable(germ)
            search = Search(start + budget)
            proofs.append(search.solve(germ))
            try:
                verdicts.append(search.judgements.of(germ, proofs[-1]))
            except CertificateError as error:
                raise RLCTError(f"not even bounds could be proved: {error}") from error
    total = checker.least(verdicts)
    if total is None:
        raise EmptyRegionError("the region has no interior near the point")
    certificate = Certificate.of(problem.statement(), total, proofs)
    confirm(certificate, problem, start + _OVERTIME * budget)
    return answer(total, verdicts, certificate, time.monotonic() - start)


def _require_integrable(germ: Germ) -> None:
    """Refuse poles of the prior on coordinate hyperplanes that nothing keeps the region from."""
    if germ.region:
        return
    for i in range(germ.n):
        powers = [s * min(int(a[i]) for a in p.to_dict()) for p, s in germ.prior]
        if sum(powers, fmpq(0)) <= -1:
            raise RLCTError("the prior is not integrable near the point")
