"""The search: routes propose proof trees, the checker judges them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import sympy
from flint import fmpq

from . import checker
from .certificate import Certificate
from .checker.germ import Germ as CheckedGerm
from .errors import CertificateError, EmptyRegionError, NegativeDivergenceError, RLCTError
from .germ import Germ
from .negative import negative_direction
from .problem import PiecewiseProblem, Problem
from .result import Known, LearningCoefficient
from .routes import ROUTES
from .routes.bounds import bounds

Node = dict[str, Any]

_REASONS = {
    "newton": "non-degenerate on its Newton polyhedron in a regular system of coordinates",
    "system": "generators that vanish transversally on all torus orbits of a toric modification",
    "blowup": "resolved by blow-ups whose charts cover the fibre over the point",
    "split": "non-degenerate variables split off (Morse-Bott)",
    "sum": "the sum rule in disjoint variables",
    "product": "the product rule in disjoint variables",
    "change": "a polynomial change of coordinates",
    "equivalent": "generators of the same ideal",
    "scale": "a positive unit factor",
    "redundant": "implied inequalities left out",
    "bounds": "bounded by order, rank and weighted scaling",
}


def learning_coefficient(
    problem: Problem | PiecewiseProblem, *, budget: float = 30.0
) -> LearningCoefficient:
    """Return the local learning coefficient lambda and its multiplicity m, with a certificate.

    Parameters
    ----------
    problem : Problem or PiecewiseProblem
        K, region and prior near a point.
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
    if not isinstance(problem, (Problem, PiecewiseProblem)):
        raise TypeError("problem must be a Problem or a PiecewiseProblem")
    start = time.monotonic()
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
            search = _Search(start + budget)
            proofs.append(search.solve(germ))
            try:
                verdicts.append(_judge(germ, proofs[-1]))
            except CertificateError as error:
                raise RLCTError(f"not even bounds could be proved: {error}") from error
    total = checker.least(verdicts)
    if total is None:
        raise EmptyRegionError("the region has no interior near the point")
    claim = {
        "lower": str(total.lower),
        "upper": None if total.upper is None else str(total.upper),
        "multiplicity": total.multiplicity,
    }
    certificate = Certificate(
        {
            "format": checker.FORMAT,
            "statement": problem.statement(),
            "claim": claim,
            "proofs": proofs,
        }
    )
    checker.check(certificate, problem)
    return _answer(total, verdicts, certificate, time.monotonic() - start)


def _answer(
    total: checker.Verdict,
    verdicts: list[checker.Verdict | None],
    certificate: Certificate,
    seconds: float,
) -> LearningCoefficient:
    lower = _sympy(total.lower)
    upper = None if total.upper is None else _sympy(total.upper)
    exact = total.lower == total.upper
    known = Known.BOUNDS
    if exact:
        known = Known.VALUE if total.multiplicity is None else Known.PROVED
    kinds = list(dict.fromkeys(certificate.node_kinds()))
    used = [k for k in kinds if k in _REASONS]
    reason = "; ".join(_REASONS[k] for k in used) + "."
    if "bounds" in used:
        reason += " K >= 0 near the point is assumed."
    attained = tuple(
        i for i, v in enumerate(verdicts) if exact and v is not None and v.upper == total.lower
    )
    return LearningCoefficient(
        value=lower if exact else None,
        multiplicity=total.multiplicity if exact else None,
        lower=lower,
        upper=upper,
        known=known,
        route=" > ".join(used),
        reason=reason[0].upper() + reason[1:],
        certificate=certificate,
        attained_by=attained,
        seconds=seconds,
    )


def _sympy(value: fmpq) -> sympy.Rational:
    return sympy.Rational(int(value.p), int(value.q))


def _judge(germ: Germ, node: Node) -> checker.Verdict | None:
    checked = CheckedGerm(germ.ring, germ.K, germ.region, germ.prior)
    return checker.judge(checked.local(), node)


@dataclass
class _Search:
    """A depth-first search with a deadline and a depth limit."""

    deadline: float
    depth: int = 0
    limit: int = field(default=18)

    def solve(self, germ: Germ) -> Node:
        """Return the best proof tree found; at worst a leaf with bounds."""
        best = bounds(germ)
        gap = self._gap(germ, best)
        if self.depth >= self.limit:
            return best
        self.depth += 1
        try:
            for _, route in ROUTES:
                if gap == _DONE or time.monotonic() > self.deadline:
                    break
                try:
                    node = route(germ, self.solve)
                    found = (float("inf"),) if node is None else self._gap(germ, node)
                except NegativeDivergenceError:
                    # Not a failing route: the proposal shows that the problem is ill-posed.
                    raise
                except CertificateError:
                    continue
                if node is not None and found < gap:
                    best, gap = node, found
        finally:
            self.depth -= 1
        return best

    @staticmethod
    def _gap(germ: Germ, node: Node) -> tuple[float, ...]:
        """Rank a proof: proved (or empty), value only, then by the width of the bounds."""
        try:
            verdict = _judge(germ, node)
        except CertificateError:
            if node["kind"] == "bounds":
                return (float("inf"),)
            raise
        if verdict is None:
            return _DONE
        if verdict.upper is None:
            return (2.0, float("inf"))
        width = float((verdict.upper - verdict.lower).p) / float((verdict.upper - verdict.lower).q)
        if width == 0:
            return _DONE if verdict.multiplicity is not None else (1.0, 0.0)
        return (2.0, width)


_DONE = (0.0, 0.0)
