"""What both documents say of the steps of a claim."""

from __future__ import annotations

from collections.abc import Mapping

from slt_symbolic.claims.claim import Claim, Step
from slt_symbolic.claims.result import ClaimResult, StepResult

__all__ = ["numbers", "outcomes", "role"]


def outcomes(result: ClaimResult | None) -> dict[str, StepResult]:
    """Return what came of the steps that were run, by name."""
    return {} if result is None else {step.name: step for step in result.evidence}


def numbers(claim: Claim) -> dict[str, int]:
    """Return the number of each step, as the documents count them, by name."""
    return {step.name: k for k, step in enumerate(claim.steps, start=1)}


def role(step: Step, places: Mapping[str, int]) -> str:
    """Return what a step is for, beside being one: plain text, empty for most."""
    roles = []
    if step.confirms:
        where = ", ".join(str(places[name]) for name in step.confirms)
        roles.append(f"an independent way to step{'s' if len(step.confirms) > 1 else ''} {where}")
    if step.corrects:
        roles.append("proves the corrected claim")
    return "; ".join(roles)
