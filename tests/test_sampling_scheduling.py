"""Tasks on workers: lost ones are replaced, failing ones yield their error."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from slt_symbolic.sampling.scheduling import WorkerLostError, local_processes, work_through


def once_killed(payload):
    """Kill the worker the first time, answer the second."""
    if payload["marker"] and not os.path.exists(payload["marker"]):
        with open(payload["marker"], "w"):
            pass
        os.kill(os.getpid(), signal.SIGKILL)
    with open(payload["log"], "a") as log:
        log.write(f"{payload['value']}\n")
    return payload["value"] ** 2


def test_lost_workers_are_replaced_and_nothing_is_computed_twice(tmp_path):
    log = str(tmp_path / "log")
    tasks = {
        str(n): {"value": n, "marker": str(tmp_path / "mark") if n == 2 else "", "log": log}
        for n in range(5)
    }
    found = dict(work_through(tasks, once_killed, local_processes(1)))
    assert found == {str(n): n * n for n in range(5)}
    with open(log) as lines:
        assert sorted(int(line) for line in lines) == list(range(5))


def test_a_worker_lost_every_time_ends_its_task():
    opened = 0

    class Broken:
        def submit(self, function, payload):
            future = ThreadPoolExecutor(1).submit(function, payload)
            future.exception()
            lost = type(future)()
            lost.set_exception(BrokenProcessPool("gone"))
            return lost

    @contextmanager
    def broken():
        nonlocal opened
        opened += 1
        yield Broken()

    ((key, error),) = work_through({"a": -1}, abs, broken, retries=2)
    assert key == "a"
    assert isinstance(error, WorkerLostError)
    assert opened == 3


def test_a_failing_task_yields_its_error():
    results = dict(work_through({"a": 1, "b": "x"}, abs, ThreadPoolExecutor))
    assert results["a"] == 1
    assert isinstance(results["b"], TypeError)
