"""From the evidence of the steps, and the premises, to a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from slt_symbolic.claims.claim import Claim
from slt_symbolic.claims.result import ClaimResult, StepResult, weakest
from slt_symbolic.claims.verdict import Status, Strength, Verdict

__all__ = ["judge"]


def judge(
    claim: Claim,
    evidence: Sequence[StepResult],
    premises: Iterable[ClaimResult] = (),
    *,
    seconds: float = 0.0,
) -> ClaimResult:
    """Decide a claim from what its steps recorded.

    Parameters
    ----------
    claim
        The claim.
    evidence
        One `StepResult` per step.
    premises
        Results of the claims that it uses.
    seconds
        Wall time of the steps.

    Returns
    -------
    ClaimResult

    Notes
    -----
    In this order. A crashed step: crashed. Evidence that did not pass: failed. An open item or a
    premise that nobody may rely on: open. A counterexample: refuted, if the corrected claim is
    given and its steps pass by exact algebra or enclosures, otherwise open. Else the weakest
    strength among the primary steps and the premises decides: a claim is never stronger than what
    it uses. Steps that confirm must pass but do not weaken.
    """
    premises = tuple(premises)

    def result(
        status: Status,
        verdict: Verdict | None = None,
        message: str = "",
        standing: Strength | None = None,
    ) -> ClaimResult:
        return ClaimResult(
            id=claim.id,
            title=claim.title,
            source=claim.source,
            status=status,
            verdict=verdict,
            expected=claim.expected,
            seconds=seconds,
            evidence=tuple(evidence),
            uses=claim.uses,
            standing=standing,
            message=message,
            traceback="\n".join(s.error for s in evidence if s.error),
        )

    crashed = [s for s in evidence if s.error]
    if crashed:
        last_lines = [f"step {s.name}: {s.error.strip().splitlines()[-1]}" for s in crashed]
        return result(Status.CRASHED, message="; ".join(last_lines))
    failed = _lines(evidence, passed=False)
    if failed:
        return result(Status.FAILED, message="; ".join(failed))
    missing = _lines(evidence, passed=None) + _missing_premises(premises)
    inherited = weakest(p.standing for p in premises)
    if _refuted(evidence):
        standing, gap = _corrected_standing(evidence, inherited)
        missing += gap
        if not missing:
            return result(Status.DECIDED, Verdict.REFUTED, standing=standing)
    elif claim.corrected is not None:
        missing.append("a corrected claim is given, but no step records a counterexample")
    if missing:
        return result(Status.DECIDED, Verdict.OPEN, "; ".join(missing))
    strength = weakest([*(s.strength for s in evidence if not s.confirms), inherited])
    # Every step holds evidence and none is open here, so a strength exists.
    verdict = strength.verdict if strength else Verdict.OPEN
    return result(Status.DECIDED, verdict, _caps(premises, strength, evidence), strength)


def _lines(evidence: Sequence[StepResult], *, passed: bool | None) -> list[str]:
    return [
        f"step {step.name}: {item.label}: {item.detail}"
        for step in evidence
        for item in step.items
        if item.passed is passed
    ]


def _missing_premises(premises: Iterable[ClaimResult]) -> list[str]:
    return [f"premise {p.id} is {p.outcome}" for p in premises if p.standing is None]


def _refuted(evidence: Sequence[StepResult]) -> bool:
    return any(item.kind == "counterexample" for step in evidence for item in step.items)


def _corrected_standing(
    evidence: Sequence[StepResult], inherited: Strength | None
) -> tuple[Strength | None, list[str]]:
    steps = [s for s in evidence if s.corrects]
    if not steps:
        return None, ["refuted, but no corrected claim is proved beside it"]
    strength = weakest([*(s.strength for s in steps if not s.confirms), inherited])
    if strength is None or strength is Strength.STATISTICAL:
        return None, ["refuted, but the corrected claim is only supported by statistics"]
    return strength, []


def _caps(
    premises: Iterable[ClaimResult], strength: Strength | None, evidence: Sequence[StepResult]
) -> str:
    """Say so where a premise, not the claim's own evidence, sets the verdict."""
    if strength is weakest(s.strength for s in evidence if not s.confirms):
        return ""
    names = ", ".join(p.id for p in premises if p.standing is strength)
    return f"no stronger than its premise {names}"
