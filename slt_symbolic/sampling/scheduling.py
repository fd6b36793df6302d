"""Many independent tasks on processes or a cluster, through ``concurrent.futures`` alone."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager, suppress
from typing import Any

from slt_symbolic.sampling.errors import SamplingError

__all__ = ["WorkerLostError", "dask_cluster", "local_processes", "work_through"]

OpenExecutor = Callable[[], Any]
_LOST_BY_NAME = ("KilledWorker", "CommClosedError", "CancelledError", "FutureCancelledError")


class WorkerLostError(SamplingError):
    """The worker of a task disappeared, again and again."""


def local_processes(jobs: int | None) -> OpenExecutor:
    """Return what opens a pool of fresh processes on this machine."""

    @contextmanager
    def opened() -> Iterator[Executor]:
        # Fresh processes: a fork of one that has threads or compiled code can hang.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(max_workers=jobs, mp_context=context)
        try:
            yield pool
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    return opened


def dask_cluster(address: str) -> OpenExecutor:
    """Return what opens a Dask cluster at an address, such as ``tcp://host:8786``.

    Raises
    ------
    SamplingError
        If ``dask.distributed`` is not installed.
    """
    try:
        from importlib import import_module

        # An extra that need not be there when types are checked.
        client_of = import_module("distributed").Client
    except ImportError:
        raise SamplingError("--dask needs the extra: pip install 'slt-symbolic[dask]'") from None

    @contextmanager
    def opened() -> Iterator[Executor]:
        with client_of(address) as client:
            yield client.get_executor(retries=3, pure=False)

    return opened


def work_through(
    tasks: Mapping[str, Any],
    function: Callable[[Any], Any],
    opened: OpenExecutor,
    *,
    retries: int = 3,
) -> Iterator[tuple[str, Any]]:
    """Run tasks and yield (key, result) as they finish; a failed one yields its exception.

    Parameters
    ----------
    tasks
        Payloads by key, which can be pickled.
    function
        A module's function of one payload.
    opened
        What returns a context manager of an executor: it is opened anew when it breaks.
    retries
        How often a task is given to another worker after its own was lost.

    Notes
    -----
    When a worker of a process pool dies the whole pool breaks and does not say whose task did
    it: all unfinished ones are run again, each at most ``retries`` times more.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> sorted(work_through({"a": 1, "b": -2}, abs, ThreadPoolExecutor))
    [('a', 1), ('b', 2)]
    """
    losses = dict.fromkeys(tasks, 0)
    waiting = dict(tasks)
    while waiting:
        lost: set[str] = set()
        with opened() as executor:
            running: dict[Future[Any], str] = {}
            try:
                for key, payload in waiting.items():
                    running[executor.submit(function, payload)] = key
            except BrokenExecutor:
                pass
            try:
                for key, result in _finished(running):
                    if _is_loss(result):
                        lost.add(key)
                        continue
                    del waiting[key]
                    yield key, result
            except BaseException:
                for future in running:
                    with suppress(Exception):
                        future.cancel()
                raise
        for key in lost:
            losses[key] += 1
            if losses[key] > retries:
                del waiting[key]
                yield key, WorkerLostError(f"{key}: its worker was lost {losses[key]} times")


def _finished(running: Mapping[Future[Any], str]) -> Iterator[tuple[str, Any]]:
    left = set(running)
    while left:
        done, left = wait(left, return_when=FIRST_COMPLETED)
        for future in done:
            error = future.exception()
            yield running[future], future.result() if error is None else error


def _is_loss(result: Any) -> bool:
    """Whether a result is the loss of a worker (Dask's own errors are told by their names)."""
    return isinstance(result, BrokenExecutor) or type(result).__name__ in _LOST_BY_NAME
