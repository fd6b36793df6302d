"""Worker processes."""

from __future__ import annotations

import os
import signal
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path

from slt_symbolic.claims.result import StepResult
from slt_symbolic.claims.worker import Outcome, initialise, run_from_file

__all__ = ["Slot", "collect"]

_DIED = (
    "the worker process died (killed, out of memory, or a crash in compiled code). In a script, "
    "call verify() under: if __name__ == '__main__':"
)


class Slot:
    """One worker process that runs one claim at a time.

    An executor of one process each, so that a death is the fault of exactly one claim.

    Parameters
    ----------
    threads
        Threads that numerical libraries may use in it.
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.executor = ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=initialise, initargs=(threads,)
        )
        with _interrupt_ignored():
            self.pid = self.executor.submit(os.getpid)

    def submit(self, file: Path, claim_id: str) -> Future[Outcome]:
        """Start a claim.

        Parameters
        ----------
        file
            Its proof file.
        claim_id
            Its identifier.
        """
        return self.executor.submit(run_from_file, file, claim_id)

    def replaced(self) -> Slot:
        """Return a slot with a fresh process, for one whose process died."""
        self.close()
        return Slot(self.threads)

    def close(self) -> None:
        """End the process when it is idle."""
        self.executor.shutdown(cancel_futures=True)

    def kill(self) -> None:
        """End the process now, whatever it is doing."""
        # The process may still be starting; it answers as soon as it runs.
        wait([self.pid], timeout=30)
        if self.pid.done() and self.pid.exception() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid.result(), signal.SIGTERM)
        self.executor.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _interrupt_ignored() -> Iterator[None]:
    """Let a child inherit 'ignore Ctrl-C', so that only the parent reacts to it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def collect(future: Future[Outcome]) -> tuple[Outcome, bool]:
    """Return the outcome of a claim, and whether its process is still alive.

    Parameters
    ----------
    future
        From `Slot.submit`.
    """
    try:
        return future.result(), True
    except BrokenProcessPool:
        return _crashed(_DIED), False
    except Exception:
        return _crashed(traceback.format_exc()), True


def _crashed(error: str) -> Outcome:
    return Outcome((StepResult("(process)", "running the claim", (), error=error),), 0.0)
