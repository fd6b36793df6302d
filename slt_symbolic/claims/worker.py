"""Running the steps of one claim, in whatever process that happens."""

from __future__ import annotations

import os
import signal
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from slt_symbolic.claims.claim import Claim, Step
from slt_symbolic.claims.errors import EmptyClaimError
from slt_symbolic.claims.evidence import Evidence
from slt_symbolic.claims.loading import load_claims
from slt_symbolic.claims.result import StepResult

__all__ = ["Outcome", "initialise", "run_claim", "run_from_file"]


@dataclass(frozen=True)
class Outcome:
    """The step results of one claim and the wall time of its steps."""

    steps: tuple[StepResult, ...]
    seconds: float


def initialise(threads: int) -> None:
    """Prepare a worker process: leave Ctrl-C to the parent, and share the cores.

    Parameters
    ----------
    threads
        Threads that numerical libraries may use in this process.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, str(threads))


def run_from_file(path: Path, claim_id: str) -> Outcome:
    """Load a proof file and run one of its claims.

    Parameters
    ----------
    path
        The proof file.
    claim_id
        Identifier of a claim in it.
    """
    return run_claim(next(c for c in load_claims(path) if c.id == claim_id))


def run_claim(claim: Claim) -> Outcome:
    """Run every step of a claim, the later ones also after a crash.

    Parameters
    ----------
    claim
        The claim.

    Examples
    --------
    >>> from slt_symbolic.claims import Claim, Source, Verdict
    >>> claim = Claim(id="X", title="t", statement="s", plain="p", source=Source("example"),
    ...               expected=Verdict.PROVED)
    >>> run_claim(claim).steps[0].error
    'EmptyClaimError: claim X has no step: it asserts nothing'
    """
    started = time.perf_counter()
    if claim.steps:
        steps = tuple(_run_step(claim, step) for step in claim.steps)
    else:
        message = f"claim {claim.id} has no step: it asserts nothing"
        steps = (StepResult("(none)", "no step", (), error=_described(EmptyClaimError(message))),)
    return Outcome(steps, round(time.perf_counter() - started, 6))


def _run_step(claim: Claim, step: Step) -> StepResult:
    evidence = Evidence()
    error = ""
    try:
        step.run(evidence)
    except (Exception, SystemExit):  # a step that calls sys.exit() must not end the whole run
        error = traceback.format_exc()
    if not error and not evidence.items:
        message = f"step {step.name} of claim {claim.id} records no evidence: it asserts nothing"
        error = _described(EmptyClaimError(message))
    return StepResult(step.name, step.title, evidence.items, step.confirms, step.corrects, error)


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
