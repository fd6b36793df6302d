"""Running a ledger: in dependency order, in parallel, resumable, and honest about crashes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from pathlib import Path

from slt_symbolic.claims.errors import EmptyClaimError
from slt_symbolic.claims.journal import Journal, fingerprints
from slt_symbolic.claims.judge import judge
from slt_symbolic.claims.ledger import BrokenFile, Ledger
from slt_symbolic.claims.loading import default_folder
from slt_symbolic.claims.result import ClaimResult
from slt_symbolic.claims.slots import Slot, collect
from slt_symbolic.claims.verdict import Status
from slt_symbolic.claims.worker import Outcome, run_claim

__all__ = ["Progress", "Verification", "verify"]

Progress = Callable[[ClaimResult, int, int], None]
"""Called with each result as it arrives, the number done and the number planned."""


@dataclass(frozen=True)
class Verification:
    """What came of a run.

    Parameters
    ----------
    results
        In the order of the ledger, files that cannot be loaded first.
    planned
        How many results an uninterrupted run has.
    interrupted
        Whether Ctrl-C ended it early.
    """

    results: tuple[ClaimResult, ...]
    planned: int
    interrupted: bool = False

    def __iter__(self) -> Iterator[ClaimResult]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __getitem__(self, claim_id: str) -> ClaimResult:
        for result in self.results:
            if result.id == claim_id:
                return result
        raise KeyError(claim_id)

    @property
    def ok(self) -> bool:
        """Whether the run is complete and every claim came out as its file records."""
        return not self.interrupted and all(result.as_expected for result in self.results)


def verify(
    selection: Iterable[str] = (),
    path: str | Path | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
    *,
    journal: str | Path | None = None,
    resume: bool = False,
) -> Verification:
    """Run claims, and all that they rely on.

    Parameters
    ----------
    selection
        Identifiers, globs (``B*``) or source documents (``004``); empty for all.
    path
        Folder or file with proofs; None for the package's own.
    jobs
        Worker processes; 1 runs in this process instead, None takes one per available core.
    progress
        Called with each result as it arrives.
    journal
        File to which each result is written as it arrives.
    resume
        Take from the journal what was decided before and still depends on the same code.

    Returns
    -------
    Verification
        Also after Ctrl-C, with what had finished.

    Raises
    ------
    LedgerError
        If the claims do not fit together or the selection matches nothing.
    FileNotFoundError
        If there is no such path.
    ValueError
        If `jobs` is not positive, or `resume` is asked without a journal.

    Notes
    -----
    A file that cannot be loaded is reported as crashed whatever the selection, since nobody knows
    which claims it holds. With several jobs a claim that kills its process is reported as
    crashed; with one job it takes the caller along.
    """
    if isinstance(selection, str):
        raise TypeError(f"selection must be a sequence of strings, got {selection!r}")
    if jobs is not None and jobs < 1:
        raise ValueError(f"jobs must be at least 1, got {jobs}")
    if resume and journal is None:
        raise ValueError("resume needs the journal of the interrupted run")
    ledger = Ledger.discover(path)
    if not ledger.claims and not ledger.broken:
        raise EmptyClaimError(f"no claims at {path or default_folder()}")
    order = ledger.order(ledger.select(selection))
    run = _Run(ledger, order, progress, journal, resume)
    workers = min(jobs or _cores(), max(len(order), 1))
    try:
        run.begin()
        if jobs == 1:
            run.here()
        else:
            run.in_processes(workers)
    except KeyboardInterrupt:
        return run.verification(interrupted=True)
    return run.verification(interrupted=False)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Run:
    """The state of one run."""

    def __init__(
        self,
        ledger: Ledger,
        order: tuple[str, ...],
        progress: Progress | None,
        journal: str | Path | None,
        resume: bool,
    ) -> None:
        self.ledger = ledger
        self.order = order
        self.progress = progress
        self.journal = None if journal is None else Journal(journal, resume=resume)
        self.fingerprints = {} if journal is None else fingerprints(ledger)
        self.done: dict[str, ClaimResult] = {}
        self.broken = [_broken_result(b) for b in ledger.broken]
        self.reused: set[str] = set()

    def begin(self) -> None:
        for number, result in enumerate(self.broken, start=1):
            self._tell(result, number)
        for claim_id in self.order:
            premises = self.ledger.premises(claim_id)
            if self.journal is None or not self.reused.issuperset(premises):
                continue
            known = self.journal.get(claim_id, self.fingerprints[claim_id])
            if known is not None:
                self.reused.add(claim_id)
                self._arrived(claim_id, known)

    def here(self) -> None:
        for claim_id in self.order:
            if claim_id not in self.done:
                self._judge(claim_id, run_claim(self.ledger.claims[claim_id]))

    def in_processes(self, workers: int) -> None:
        waiting = [i for i in self.order if i not in self.done]
        idle = [Slot(max(1, _cores() // workers)) for _ in range(min(workers, len(waiting)))]
        running: dict[Future[Outcome], tuple[str, Slot]] = {}
        try:
            while waiting or running:
                self._submit(waiting, idle, running)
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    claim_id, slot = running.pop(future)
                    outcome, alive = collect(future)
                    idle.append(slot if alive else slot.replaced())
                    self._judge(claim_id, outcome)
        except BaseException:
            for slot in [*idle, *(s for _, s in running.values())]:
                slot.kill()
            raise
        for slot in idle:
            slot.close()

    def _submit(
        self,
        waiting: list[str],
        idle: list[Slot],
        running: dict[Future[Outcome], tuple[str, Slot]],
    ) -> None:
        for claim_id in list(waiting):
            if not idle:
                return
            if all(premise in self.done for premise in self.ledger.premises(claim_id)):
                waiting.remove(claim_id)
                slot = idle.pop()
                running[slot.submit(self.ledger.files[claim_id], claim_id)] = (claim_id, slot)

    def _judge(self, claim_id: str, outcome: Outcome) -> None:
        claim = self.ledger.claims[claim_id]
        premises = [self.done.get(i) or _lost_premise(i) for i in claim.uses]
        result = judge(claim, outcome.steps, premises, seconds=outcome.seconds)
        self._arrived(claim_id, result)

    def _arrived(self, claim_id: str, result: ClaimResult) -> None:
        self.done[claim_id] = result
        if self.journal is not None and claim_id not in self.reused:
            self.journal.add(self.fingerprints[claim_id], result)
        self._tell(result, len(self.broken) + len(self.done))

    def _tell(self, result: ClaimResult, number: int) -> None:
        if self.progress is not None:
            self.progress(result, number, len(self.broken) + len(self.order))

    def verification(self, *, interrupted: bool) -> Verification:
        claims = tuple(self.done[i] for i in self.ledger.claims if i in self.done)
        planned = len(self.broken) + len(self.order)
        return Verification((*self.broken, *claims), planned, interrupted)


def _lost_premise(claim_id: str) -> ClaimResult:
    """Stand-in for a premise whose file cannot be loaded."""
    return ClaimResult(claim_id, "", None, Status.CRASHED, None, None, 0.0)


def _broken_result(broken: BrokenFile) -> ClaimResult:
    return ClaimResult(
        id=broken.path.stem,
        title="(a proof file that cannot be loaded)",
        source=None,
        status=Status.CRASHED,
        verdict=None,
        expected=None,
        seconds=0.0,
        message=broken.traceback.strip().splitlines()[-1],
        traceback=broken.traceback,
    )
