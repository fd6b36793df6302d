"""Discovery and running: folders, dependencies, processes, journals."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from claims_folder import body, proved, write

from slt_symbolic.claims import (
    CircularUseError,
    DuplicateClaimError,
    EmptyClaimError,
    Ledger,
    Status,
    UnknownPremiseError,
    UnknownSelectionError,
    verify,
)


def outcomes(run):
    return {result.id: result.outcome for result in run}


def test_discovery_is_in_natural_order_and_skips_helpers(tmp_path):
    write(tmp_path, z=proved("B2"), b=proved("B15"), a=proved("C1"), _help="broken = 1 / 0\n")
    assert list(Ledger.discover(tmp_path).claims) == ["B2", "B15", "C1"]
    assert list(Ledger.discover(tmp_path / "z.py").claims) == ["B2"]


def test_helpers_are_imported_relatively(tmp_path):
    write(tmp_path, _numbers="seven = 7\n")
    write(tmp_path, a="from ._numbers import seven\n" + body("A1", "evidence.equal('7', seven, 7)"))
    assert verify(path=tmp_path, jobs=1).ok


def test_one_file_may_hold_several_claims(tmp_path):
    write(tmp_path, a=proved("A1").replace("claim", "one") + proved("A2").replace("claim", "two"))
    assert outcomes(verify(path=tmp_path, jobs=1)) == {"A1": "proved", "A2": "proved"}


def test_errors_of_a_ledger_are_named(tmp_path):
    with pytest.raises(DuplicateClaimError, match=r"A1.*one\.py.*two\.py"):
        Ledger.discover(write(tmp_path / "d", one=proved("A1"), two=proved("A1")))
    with pytest.raises(UnknownPremiseError, match=r"A1 uses.*A9"):
        Ledger.discover(write(tmp_path / "u", one=proved("A1", ["A9"])))
    with pytest.raises(CircularUseError, match=r"A1 -> A2|A2 -> A1"):
        Ledger.discover(write(tmp_path / "c", one=proved("A1", ["A2"]), two=proved("A2", ["A1"])))
    with pytest.raises(FileNotFoundError):
        Ledger.discover(tmp_path / "nowhere")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_mixed_ledger(tmp_path, jobs):
    """All the ways a claim can end, the same in this process and in others."""
    folder = write(
        tmp_path,
        a1=proved("A1"),
        a2=proved("A2", ["A1"]),
        a3=body("A3", "evidence.identity('no', x)"),
        a4=body("A4", "raise RuntimeError('boom')"),
        a5=body("A5", "pass"),
        a6=body("A6", "evidence.open('more')", expected="OPEN"),
        a7=proved("A7", ["A6"]),
        a8='claim = make("A8", Verdict.PROVED)\n',
        a9="claim = make('A9', Verdict.PROVED)\n1 / 0\n",
        a10=proved("A10", ["A9"]),
        a11="nothing = 1\n",
        a12="import sys; sys.exit(0)\n",
        a13=body("A13", "sys.exit(0)"),
    )
    heard = []
    run = verify(path=folder, jobs=jobs, progress=lambda r, n, of: heard.append((r.id, n, of)))
    assert outcomes(run) == {
        "A1": "proved",
        "A2": "proved",
        "A3": "failed",
        "A4": "crashed",
        "A5": "crashed",
        "A6": "open",
        "A7": "open",
        "A8": "crashed",
        "a9": "crashed",
        "A10": "open",
        "a11": "crashed",
        "a12": "crashed",
        "A13": "crashed",
    }
    assert not run.ok
    assert run["A6"].as_expected
    assert not run["A7"].as_expected
    assert "A6 is open" in run["A7"].message
    assert "boom" in run["A4"].traceback
    assert "ZeroDivisionError" in run["a9"].traceback
    assert "A9 is crashed" in run["A10"].message
    assert [n for _, n, _ in heard] == list(range(1, 14))
    assert {of for _, _, of in heard} == {13}
    order = [claim_id for claim_id, _, _ in heard]
    assert order.index("A1") < order.index("A2")
    assert order.index("A6") < order.index("A7")


def test_selection_takes_premises_along(tmp_path):
    folder = write(tmp_path, a=proved("A1"), b=proved("B1", ["A1"]), c=proved("B2"))
    assert list(outcomes(verify(["B1"], folder, 1))) == ["A1", "B1"]
    assert list(outcomes(verify(["B*"], folder, 1))) == ["A1", "B1", "B2"]
    assert list(outcomes(verify(["A1", "B2"], folder, 1))) == ["A1", "B2"]
    assert len(verify(["004"], folder, 1)) == 3
    with pytest.raises(UnknownSelectionError, match=r"'Z9'.*A1, B1, B2"):
        verify(["A1", "Z9"], folder, 1)


def test_a_broken_file_is_reported_whatever_the_selection(tmp_path):
    folder = write(tmp_path, a=proved("A1"), b="1 / 0\n")
    run = verify(["A1"], folder, 1)
    assert outcomes(run) == {"b": "crashed", "A1": "proved"}
    assert not run.ok


def test_a_killed_worker_is_a_crash_of_its_claim_only(tmp_path):
    folder = write(
        tmp_path,
        a=body("A1", "os.kill(os.getpid(), 9)"),
        b=proved("A2", ["A1"]),
        c=proved("A3"),
        d=body("A4", "os._exit(0)"),
    )
    run = verify(path=folder, jobs=2)
    assert outcomes(run) == {"A1": "crashed", "A2": "open", "A3": "proved", "A4": "crashed"}
    assert "worker process died" in run["A1"].message


def test_bad_arguments():
    with pytest.raises(ValueError, match="jobs"):
        verify(jobs=0)
    with pytest.raises(ValueError, match="journal"):
        verify(resume=True)
    with pytest.raises(TypeError, match="selection"):
        verify("B8")


COUNTING = """
with open(os.environ["COUNT_FILE"], "a") as file:
    file.write("{id} ")
evidence.equal("one", 1, 1)
"""


@pytest.fixture
def counted(tmp_path, monkeypatch):
    """Three claims that leave a trace when they run; C uses A."""
    monkeypatch.setenv("COUNT_FILE", str(tmp_path / "count"))
    folder = write(
        tmp_path / "proofs",
        a=body("A", COUNTING.format(id="A")),
        b=body("B", COUNTING.format(id="B")),
        c=body("C", COUNTING.format(id="C"), more=", uses=('A',)"),
    )

    def ran():
        text = (tmp_path / "count").read_text().split() if (tmp_path / "count").exists() else []
        (tmp_path / "count").write_text("")
        return sorted(text)

    return folder, tmp_path / "journal", ran


def test_resume_reuses_what_is_still_valid(counted):
    folder, journal, ran = counted
    first = verify(["A", "B"], folder, 1, journal=journal)
    assert ran() == ["A", "B"]
    second = verify((), folder, 1, journal=journal, resume=True)
    assert ran() == ["C"]
    assert second["A"] == first["A"]
    assert second.ok
    verify((), folder, 1, journal=journal, resume=True)
    assert ran() == []
    verify((), folder, 1, journal=journal)
    assert ran() == ["A", "B", "C"]


def test_resume_runs_what_changed_and_what_relies_on_it(counted):
    folder, journal, ran = counted
    verify((), folder, 1, journal=journal)
    ran()
    with (folder / "a.py").open("a") as file:
        file.write("\n# changed\n")
    verify((), folder, 1, journal=journal, resume=True)
    assert ran() == ["A", "C"]
    (folder / "_helper.py").write_text("")
    verify((), folder, 1, journal=journal, resume=True)
    assert ran() == ["A", "B", "C"]


def test_resume_runs_failures_and_torn_lines_again(counted):
    folder, journal, ran = counted
    write(folder, d=body("D", "1 / 0"))
    verify((), folder, 1, journal=journal)
    ran()
    lines = journal.read_text().splitlines()
    assert len(lines) == 4
    torn = [line if '"id": "B"' not in line else line[: len(line) // 2] for line in lines]
    journal.write_text("\n".join(torn) + "\n[]\n")
    run = verify((), folder, 1, journal=journal, resume=True)
    assert ran() == ["B"]
    assert run["D"].status is Status.CRASHED


def test_resume_does_not_believe_a_changed_line(counted):
    folder, journal, ran = counted
    verify((), folder, 1, journal=journal)
    ran()
    lines = journal.read_text().splitlines()
    own = next(i for i, line in enumerate(lines) if '"id": "B"' in line)
    assert "a step" in lines[own]
    lines[own] = lines[own].replace("a step", "a leap")
    journal.write_text("\n".join(lines) + "\n")
    verify((), folder, 1, journal=journal, resume=True)
    assert ran() == ["B"]


def test_resume_trusts_no_other_version(counted, monkeypatch):
    folder, journal, ran = counted
    verify((), folder, 1, journal=journal)
    ran()
    monkeypatch.setattr("slt_symbolic.claims.journal.version", lambda name: f"other {name}")
    verify((), folder, 1, journal=journal, resume=True)
    assert ran() == ["A", "B", "C"]


def test_an_interrupted_run_is_not_ok(tmp_path):
    folder = write(tmp_path, a=proved("A1"), b=proved("A2"))

    def interrupt(*_):
        raise KeyboardInterrupt

    run = verify(path=folder, jobs=1, progress=interrupt)
    assert outcomes(run) == {"A1": "proved"}
    assert (run.interrupted, run.planned, run.ok) == (True, 2, False)


def test_an_empty_ledger_is_an_error(tmp_path):
    with pytest.raises(EmptyClaimError, match="no claims"):
        verify(path=tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("jobs", [1, 2])
def test_interrupt_ends_with_what_had_finished_and_resumes(tmp_path, jobs):
    flag = tmp_path / "sleeping"
    sleeper = f"open({str(flag)!r}, 'w').close()\ntime.sleep(60)\nevidence.equal('1', 1, 1)"
    folder = write(tmp_path / "proofs", a=proved("A1"), b=body("B1", sleeper, more=", uses=['A1']"))
    journal, output = tmp_path / "journal", tmp_path / "out.json"
    command = [sys.executable, "-c", "from slt_symbolic.cli import main; main()", "verify"]
    command += ["--path", str(folder), "--jobs", str(jobs), "--journal", str(journal)]
    process = subprocess.Popen(
        [*command, "--json", str(output)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 30
    while not flag.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    _, errors = process.communicate(timeout=30)
    assert time.monotonic() - started < 15
    assert process.returncode == 130
    assert "interrupted after 1 of 2" in errors
    assert "Traceback" not in errors
    assert [r["id"] for r in json.loads(output.read_text())] == ["A1"]
    assert '"id": "A1"' in journal.read_text()
