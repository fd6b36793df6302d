"""From proofs to answers: the checker has the last word."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import sympy
from flint import fmpq

from . import checker
from .certificate import Certificate
from .clock import expired, until
from .errors import CertificateError, EmptyRegionError, NegativeDivergenceError, RLCTError
from .result import Known, LearningCoefficient

_REASONS = {
    "newton": "non-degenerate on its Newton polyhedron in a regular system of coordinates",
    "system": "generators that vanish transversally on all torus orbits of a toric modification",
    "plane": "a plane germ resolved by blow-ups of real points, algebraic ones included",
    "resolve": "resolved by weighted blow-ups, with uniform verdicts on families of points",
    "part": "bounded from below by some of its squares",
    "sphere": "homogeneous for some weights: every real direction of a sphere accounted for",
    "cone": "homogeneous generators: the directions of the cone, chart by chart at one point each",
    "linear": "a linear block of variables integrated out, minors and an exact linear program",
    "local": "functions with independent differentials as coordinates",
    "symmetry": "a fundamental domain of a finite symmetry group",
    "divide": "divided into two sides of a form",
    "blowup": "resolved by blow-ups whose charts cover the fibre over the point",
    "split": "non-degenerate variables split off (Morse-Bott)",
    "sum": "the sum rule in disjoint variables",
    "product": "the product rule in disjoint variables",
    "change": "a polynomial change of coordinates",
    "equivalent": "generators of the same ideal",
    "scale": "a positive unit factor",
    "redundant": "implied inequalities left out",
    "analytic": "analytic functions replaced by polynomials, by units or finite determinacy",
    "moments": "the moments of a one-layer network in place of K",
    "tanh": "the coefficients of a tanh network with biases in place of K",
    "cover": "all zeros of K in the plane region accounted for, special points by blow-ups",
    "strata": "functions that cross transversally over the whole region but for some points",
    "homogeneous": "scaling carries every zero of K near one point",
    "points": "local answers at some points of the region from above, the degree from below",
    "bounds": "bounded by order, rank and weighted scaling",
}


def conclude(
    problem: Any, node: dict[str, Any], start: float, deadline: float = float("inf")
) -> LearningCoefficient:
    """Return the answer that a single proof gives, after the checker has accepted it.

    Parameters
    ----------
    problem
        A problem with a ``statement()``.
    node : dict
        The proof.
    start : float
        When the search began, a value of ``time.monotonic()``.
    deadline : float, optional
        When to give up checking the finished certificate, all of whose nodes are accepted, again.

    Raises
    ------
    EmptyRegionError
        If the proof shows that the region has no interior near the point.
    RLCTError
        If not even bounds are proved.
    """
    statement = problem.statement()
    try:
        total = checker.verdict_of(statement, [node])
    except (EmptyRegionError, NegativeDivergenceError):
        # Not a failing proof: it shows that the problem is ill-posed.
        raise
    except CertificateError as error:
        raise RLCTError(f"not even bounds could be proved: {error}") from error
    if total is None:
        raise EmptyRegionError("the region has no interior near a zero of K")
    certificate = Certificate.of(statement, total, [node])
    confirm(certificate, problem, deadline)
    return answer(total, [total], certificate, time.monotonic() - start)


def confirm(certificate: Certificate, problem: Any, deadline: float) -> None:
    """Check a whole certificate, all of whose nodes the checker has accepted, if there is time.

    Raises
    ------
    CertificateError
        If it is rejected.
    """
    with until(deadline):
        try:
            checker.check(certificate, problem)
        except CertificateError:
            if not expired():
                raise


def answer(
    total: checker.Verdict,
    verdicts: Sequence[checker.Verdict | None],
    certificate: Certificate,
    seconds: float,
) -> LearningCoefficient:
    """Return the answer of a verdict that the checker has accepted.

    Parameters
    ----------
    total : Verdict
        What is proved.
    verdicts : sequence of Verdict or None
        What is proved for each piece; None for a piece without interior at the point.
    certificate : Certificate
        The certificate.
    seconds : float
        The time it took.
    """
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
