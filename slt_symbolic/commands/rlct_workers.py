"""The processes behind ``slt-symbolic rlct``: one for each case, stopped if it overruns."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from slt_symbolic.claims.report import write_atomically
from slt_symbolic.rlct import RLCTError, ZeroDivergenceError, learning_coefficient
from slt_symbolic.rlct.suite import Case
from slt_symbolic.rlct.theorems import recognise

Record = dict[str, Any]

_GRACE = 10.0  # seconds beyond the budget after which a search is stopped
_FIELDS = (
    "lambda",
    "m",
    "lower",
    "upper",
    "known",
    "route",
    "reason",
    "seconds",
    "certificate",
    "error",
)


def file_name(case: Case) -> str:
    """Return the name of a case's certificate."""
    return certificate_name(case.id)


def certificate_name(text: str) -> str:
    """Return the name of a file for the certificate of what has this name."""
    return (re.sub(r"[^A-Za-z0-9._-]+", "_", text).strip("._") or "case") + ".json"


def _blank(case: Case) -> Record:
    return {"id": case.id, "status": "error", **dict.fromkeys(_FIELDS), "digest": case.digest}


def solve(case: Case, budget: float, certificates: Path | None) -> Record:
    """Return the record of one case; what is wrong with a case is said in its record."""
    start = time.monotonic()
    record = _blank(case)
    try:
        record |= _answer(case, budget, certificates)
    except ZeroDivergenceError as error:
        record |= {"status": "zero", "error": f"ZeroDivergenceError: {error}"}
    except RLCTError as error:
        record["error"] = f"{type(error).__name__}: {' '.join(str(error).split())}"
    except RecursionError:
        record["error"] = "RecursionError: the problem is nested too deeply"
    except Exception as error:  # a case must not stop the others
        record["error"] = f"{type(error).__name__}: {' '.join(str(error).split())}"
    record["seconds"] = round(time.monotonic() - start, 3)
    return record


def _answer(case: Case, budget: float, certificates: Path | None) -> Record:
    problem = case.problem()
    answer: Any = learning_coefficient(problem, budget=budget)
    if answer.value is None or answer.multiplicity is None:
        # A theorem may know more than the search; its hypotheses have been checked.
        answer = recognise(problem) or answer
    exact = answer.value is not None and answer.multiplicity is not None
    found: Record = {
        "status": "exact" if exact else "bounds",
        "lambda": None if answer.value is None else str(answer.value),
        "m": None if answer.multiplicity is None else str(answer.multiplicity),
        "lower": str(answer.lower),
        "upper": None if answer.upper is None else str(answer.upper),
        "known": str(answer.known),
        "route": answer.route,
        "reason": answer.reason,
    }
    certificate = getattr(answer, "certificate", None)
    if certificates is not None and certificate is not None:
        path = certificates / file_name(case)
        write_atomically(path, certificate.to_json())
        found["certificate"] = str(path)
    return found


def work_through(
    cases: Sequence[Case], *, budget: float, jobs: int, certificates: Path | None
) -> Generator[Record, None, None]:
    """Yield records as they are finished; a search far beyond its budget is stopped.

    A stopped case is begun again without budget, so that it gets bounds.
    """
    import scipy.optimize  # noqa: F401  # forked processes then need not import it again

    queue = list(reversed(cases))
    workers: list[_Worker] = []
    try:
        while queue or workers:
            while queue and len(workers) < jobs:
                with _held_interrupts():
                    workers.append(_Worker(queue.pop(), budget, certificates))
            wait([w.pipe for w in workers], timeout=0.2)
            for worker in list(workers):
                record = worker.poll()
                if record is not None:
                    workers.remove(worker)
                    worker.stop()
                    yield record
                elif worker.late():
                    workers.remove(worker)
                    worker.stop()
                    if worker.budget > 0:
                        with _held_interrupts():
                            workers.append(_Worker(worker.case, 0.0, certificates))
                    else:
                        error = "BudgetError: stopped, not even bounds were found in time"
                        yield _stopped(worker.case, worker.seconds(), error)
    finally:
        for worker in workers:
            worker.stop()


def _stopped(case: Case, seconds: float, error: str) -> Record:
    return _blank(case) | {"seconds": round(seconds, 3), "error": error}


@contextmanager
def _held_interrupts() -> Iterator[None]:
    """Let Ctrl-C wait, so that no process is started without being listed."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Worker:
    """A process that solves one case."""

    def __init__(self, case: Case, budget: float, certificates: Path | None) -> None:
        self.case, self.budget = case, budget
        self.start = time.monotonic()
        self.limit = budget + _GRACE
        self.pipe, other = multiprocessing.Pipe(duplex=False)
        # Forked processes share what has been imported; elsewhere they start afresh.
        method = "fork" if os.name == "posix" else "spawn"
        context: Any = multiprocessing.get_context(method)
        arguments = (other, case, budget, certificates)
        self.process = context.Process(target=_work, args=arguments, daemon=True)
        self.process.start()
        other.close()

    def poll(self) -> Record | None:
        """Return the record, if there is one; a process that died leaves an error."""
        if self.pipe.poll():
            try:
                record: Record = self.pipe.recv()
                return record
            except EOFError:
                error = f"ProcessError: the search ended with code {self.process.exitcode}"
                return _stopped(self.case, self.seconds(), error)
        return None

    def late(self) -> bool:
        return self.seconds() > self.limit

    def seconds(self) -> float:
        return time.monotonic() - self.start

    def stop(self) -> None:
        """End the process."""
        if self.process.is_alive():
            self.process.terminate()
        self.process.join(timeout=5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.pipe.close()


def _work(pipe: Connection, case: Case, budget: float, certificates: Path | None) -> None:
    # Ctrl-C is for the parent, which then ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe.send(solve(case, budget, certificates))
    pipe.close()
