"""The independent checker of learning coefficient certificates.

A certificate is plain data: the statement (K, region and prior for each piece, the point), the
claim (lambda as an interval, m) and for each piece a proof, a tree of nodes. The checker walks
the tree with exact arithmetic and computes lambda and m itself; it imports nothing of the
search. A statement with a box is global (`slt_symbolic.rlct.checker.compact`); a piece may give K
by analytic functions (`slt_symbolic.rlct.checker.analytic`) or as a network of one layer
(`slt_symbolic.rlct.checker.moments`, `slt_symbolic.rlct.checker.tanh_network`). A *germ* is
(K, region, prior) at the origin. Each node kind
of a germ is one function below:

=============  ==================================================================================
``change``     polynomial automorphism, verified by composing it with its inverse
``scale``      K times a unit that is positive at the origin
``equivalent`` K = sum a_i g_i**2 replaced by sum b_j h_j**2 with (g) = (h), by cofactors
``dominated``  generators that others bound are left out: `.checker.dominated`
``redundant``  an inequality that is a non-negative combination of others is left out
``split``      K = sum a_i u_i**2 + J(rest) in a regular system: r/2 + lambda(J)
``sum``        disjoint variables: lambda adds, m = m_1 + m_2 - 1
``product``    disjoint variables: the least lambda, m adds on ties
``blowup``     of a coordinate subspace of codimension two; Sturm's theorem proves the cover
``symmetry``   a fundamental domain of a group of signed permutations, `.checker.symmetry`
``divide``     the two sides of the zero set of a form
``local``      K as a polynomial in any regular system of functions
``cone``       homogeneous generators, chart by chart at one point: `.checker.cone`
``linear``     leaf: a linear block integrated out, minors and duality: `.checker.linear`
``newton``     leaf: see `slt_symbolic.rlct.checker.newton`
``system``     leaf: generators transversal on all orbits, `slt_symbolic.rlct.checker.system`
``plane``      leaf: real point blow-ups, `slt_symbolic.rlct.checker.plane`
``sphere``     quasi-homogeneous in space: a weighted sphere, `.checker.sphere`
``resolve``    tree of weighted blow-ups, `slt_symbolic.rlct.checker.resolve`
``part``       lambda is at least that of some of the squares
``between``    bounds from several proofs joined
``bounds``     leaf: order of vanishing from below, one weighted scaling from above
=============  ==================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..errors import CertificateError
from .algebra import at_origin, context, evaluate, polynomial, rational, require
from .analytic import analytic_verdict
from .blocks import product_node, split_node, sum_node
from .blowup import blowup_node
from .compact import compact_verdict
from .compare import between_node, part_node
from .cone import cone_node
from .coordinates import change_node, equivalent_node, redundant_node, scale_node
from .dominated import dominated_node
from .germ import Germ, Judge, Node, Verdict, least
from .leaves import bounds_node, newton_node
from .linear import linear_node
from .local import local_node
from .moments import moments_verdict
from .plane import plane_node
from .resolve import resolve_node
from .sphere import sphere_node
from .symmetry import divide_node, symmetry_node
from .system import system_node
from .tanh_network import tanh_verdict

__all__ = ["FORMAT", "Verdict", "check", "judge", "least", "verdict_of"]

FORMAT = "slt-symbolic learning coefficient certificate 1"


def check(certificate: Any, problem: Any = None) -> Verdict:
    """Verify a certificate and return what it proves.

    Parameters
    ----------
    certificate : Certificate or dict
        The certificate, or its plain data.
    problem : optional
        A problem; its ``statement()`` must be the one that the certificate is about.

    Returns
    -------
    Verdict
        The interval for lambda and the multiplicity, recomputed from the proof.

    Raises
    ------
    CertificateError
        If any statement of the certificate fails, or the claim is not what the proof gives.

    Examples
    --------
    >>> from sympy.abc import x, y
    >>> from slt_symbolic.rlct import Problem, learning_coefficient
    >>> answer = learning_coefficient(Problem(x**2 * y**2, (x, y), (0, 0)))
    >>> check(answer.certificate)
    Verdict(lower=1/2, upper=1/2, multiplicity=2)
    """
    data = getattr(certificate, "data", certificate)
    try:
        verdict = _check(data, problem)
    except CertificateError:
        raise
    except (KeyError, TypeError, IndexError, AttributeError, ValueError, RecursionError) as error:
        raise CertificateError(f"the certificate is malformed: {error!r}") from error
    return verdict


def _check(data: Node, problem: Any) -> Verdict:
    require(data["format"] == FORMAT, "unknown certificate format")
    statement = data["statement"]
    if problem is not None:
        require(problem.statement() == statement, "the certificate is about another problem")
    verdict = verdict_of(statement, data["proofs"])
    require(verdict is not None, "there is no zero of K with interior of the region around it")
    claim = data["claim"]
    stated = Verdict(
        rational(claim["lower"]),
        None if claim["upper"] is None else rational(claim["upper"]),
        claim["multiplicity"],
    )
    require(stated == verdict, f"the proof gives {verdict}, not the claim")
    return stated


def verdict_of(statement: Node, proofs: Sequence[Node]) -> Verdict | None:
    """Return what proofs establish for a statement; None if the region has no interior."""
    if "box" in statement:
        (node,) = proofs
        return compact_verdict(statement, node, judge)
    n = len(statement["variables"])
    ring = context(n)
    point = [rational(c) for c in statement["point"]]
    require(len(point) == n and n > 0, "the point has the wrong number of coordinates")
    shift = [x + c for x, c in zip(ring.gens(), point, strict=True)]
    require(len(proofs) == len(statement["pieces"]), "one proof for each piece")
    verdicts = []
    for piece, node in zip(statement["pieces"], proofs, strict=True):
        if "functions" in piece:
            require(node["kind"] == "analytic", "analytic functions need their reduction")
            verdicts.append(analytic_verdict(piece, shift, node, judge))
            continue
        if "tanh" in piece:
            require(node["kind"] == "tanh", "a network needs its coefficients")
            verdicts.append(tanh_verdict(piece, shift, node, judge))
            continue
        if "units" in piece:
            require(node["kind"] == "moments", "a network needs its moments")
            verdicts.append(moments_verdict(piece, shift, node, judge))
            continue
        region = tuple(polynomial(r, ring) for r in piece["region"])
        prior = tuple((polynomial(p, ring), rational(s)) for p, s in piece["prior"])
        whole = Germ(ring, polynomial(piece["K"], ring), region, prior)
        if node["kind"] == "away":
            require(
                any(evaluate(r, point) < 0 for r in region), "the piece is not away from the point"
            )
            continue
        germ = whole.substitute(shift)
        if node["kind"] == "positive":
            require(at_origin(germ.K) > 0, "K is not positive at the point on this piece")
            continue
        verdicts.append(judge(germ, node))
    return least(verdicts)


def judge(germ: Germ, node: Node, inner: Judge | None = None) -> Verdict | None:
    """Return what a proof tree establishes for a germ; None if the region has no interior.

    ``inner`` judges the children, by default this function. A search that has already judged
    them may remember; a check never does.
    """
    require(not germ.K.is_zero() and at_origin(germ.K) == 0, "K must vanish at the origin, not ≡ 0")
    kind = node["kind"]
    require(kind in _KINDS, f"unknown node kind {kind!r}")
    return _KINDS[kind](germ, node, inner or judge)


_KINDS: dict[str, Callable[[Germ, Node, Judge], Verdict | None]] = {
    "change": change_node,
    "scale": scale_node,
    "equivalent": equivalent_node,
    "dominated": dominated_node,
    "redundant": redundant_node,
    "split": split_node,
    "sum": sum_node,
    "product": product_node,
    "blowup": blowup_node,
    "symmetry": symmetry_node,
    "divide": divide_node,
    "newton": newton_node,
    "linear": linear_node,
    "local": local_node,
    "cone": cone_node,
    "system": system_node,
    "plane": plane_node,
    "resolve": resolve_node,
    "sphere": sphere_node,
    "part": part_node,
    "between": between_node,
    "bounds": bounds_node,
}
