"""A sweep on a Dask cluster by its address: a worker is killed, and nothing is computed twice."""

import json
import os
import signal
import sys
import threading
import time

import pytest

from slt_symbolic.commands.sweep import run
from slt_symbolic.sampling import SamplingError
from slt_symbolic.sampling.scheduling import dask_cluster

SUITE = {
    "cases": [
        {
            "id": name,
            "vars": ["x", "y"],
            "kind": "ideal",
            "gens": generators,
            "locus": {"type": "point", "at": {"x": "0", "y": "0"}},
            "region": [],
            "prior": [],
        }
        for name, generators in (("cross", ["x*y"]), ("point", ["x", "y"]))
    ]
}
SWEEP = """
[sweep]
problems = [{ file = "suite.json" }]
seeds = [0, 1]
budget = 5
[sampling]
betas = [10, 100]
draws = 2000
"""


def kill_one(client_of, address, killed):
    """Kill the process of a worker that has something to do."""
    with client_of(address) as client:
        pids = client.run(os.getpid)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            busy = [worker for worker, tasks in client.processing().items() if tasks]
            if busy and busy[0] in pids:
                os.kill(pids[busy[0]], signal.SIGKILL)
                killed.append(busy[0])
                return
            time.sleep(0.01)


@pytest.mark.slow
# The cluster's own clean-up of a worker that was killed is not what is tested.
@pytest.mark.filterwarnings("default")
def test_sweep_on_a_cluster_survives_a_killed_worker(tmp_path):
    distributed = pytest.importorskip("distributed")
    (tmp_path / "suite.json").write_text(json.dumps(SUITE))
    (tmp_path / "sweep.toml").write_text(SWEEP)
    killed, lines = [], []
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        address = cluster.scheduler_address
        killer = threading.Thread(target=kill_one, args=(distributed.Client, address, killed))
        killer.start()
        options = {"jobs": None, "dask": address, "report": lines.append}
        records, interrupted = run(tmp_path / "sweep.toml", tmp_path / "out", **options)
        killer.join()
        assert killed
        assert not interrupted
        assert len(records) == 4
        assert all("error" not in record for record in records), records
        # Two records are removed: these alone are computed again, with the same draws.
        files = sorted((tmp_path / "out").glob("*.json"))
        assert len(files) == 4
        times = {file: file.stat().st_mtime_ns for file in files[2:]}
        for file in files[:2]:
            file.unlink()
        again, _ = run(tmp_path / "sweep.toml", tmp_path / "out", **options)
        assert "2 of 4 runs were finished before" in lines
        assert {file: file.stat().st_mtime_ns for file in times} == times
    assert [r["temperatures"] for r in again] == [r["temperatures"] for r in records]


def test_no_cluster_without_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SamplingError, match="needs the extra"):
        dask_cluster("tcp://localhost:1")
