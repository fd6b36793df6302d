"""``slt-symbolic rlct`` and ``check``: files, records, certificates, and bad input."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from sympy import Rational

from slt_symbolic import cli
from slt_symbolic.commands import rlct as command
from slt_symbolic.commands import rlct_workers as workers
from slt_symbolic.rlct.suite import Case, CaseError, read_suite


def case(name="cusp", gens=("x^2-y^3",), **changes):
    data = {
        "id": name,
        "vars": ["x", "y"],
        "kind": "ideal",
        "gens": list(gens),
        "locus": {"type": "point", "at": {"x": "0", "y": "0"}},
        "region": [],
        "prior": [],
        "answer": {"lambda": "99", "m": 9},
    }
    return {k: v for k, v in (data | changes).items() if v is not None}


def box(**bounds):
    return {"type": "box", "bounds": bounds}


def invoke(*arguments):
    result = CliRunner().invoke(cli.cli, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def write(path: Path, data) -> Path:
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def run(tmp_path, cases, *options, code=0):
    file = write(tmp_path / "suite.json", {"cases": cases})
    out = tmp_path / "out.json"
    result = invoke("rlct", "--problem", file, "--json", out, *options)
    assert result.exit_code == code, result.output
    return json.loads(out.read_text())


def test_one_case_in_every_form(tmp_path):
    for data in (case(), [case()], {"cases": [case()]}):
        file = write(tmp_path / "file.json", data)
        result = invoke("rlct", "--problem", file)
        assert result.exit_code == 0
        assert "cusp: lambda = 5/12, m = 1 (proved: newton)" in result.output


def test_kinds_and_loci(tmp_path):
    wanted = {
        "cusp": ("5/12", "1"),
        "K": ("1", "1"),
        "zeros": ("1/2", "2"),
        "region": ("3/4", "1"),
        "prior": ("1/2", "2"),
        "moved": ("1/2", "1"),
        "analytic": ("1/2", "2"),
        "model": ("1/2", "2"),
        "decimal": ("1/2", "1"),
    }
    plane = box(x=[-2, 2], y=["-2", 2])
    found = run(
        tmp_path,
        [
            case(),
            case("K", ["x^2+y^2"], kind="K"),
            case("zeros", ["y**2-x^2*(x+1)"], locus=plane),
            case("region", ["y"], region=["y>=x^2"]),
            case("prior", ["x^2*y"], prior=[{"poly": "x", "exponent": 1}]),
            case("moved", ["x*y-1"], locus={"type": "point", "at": {"x": "1/2", "y": 2}}),
            case("analytic", ["tanh(x*y)"]),
            case("model", [], kind="model", model={"f": "x*sin(y*t)", "truth": "0", "t": "normal"}),
            case("decimal", ["x-0.25"], locus={"type": "point", "at": {"x": 0.25, "y": "-1e-1"}}),
        ],
    )
    assert {r["id"]: (r["lambda"], r["m"]) for r in found} == wanted
    assert {r["known"] for r in found} == {"proved"}
    assert all(r["lower"] == r["upper"] == r["lambda"] and r["seconds"] >= 0 for r in found)


def test_names_that_mean_something_else(tmp_path):
    names = ["E", "lambda", "sin"]
    at = {"type": "point", "at": dict.fromkeys(names, "0")}
    (record,) = run(tmp_path, [case("names", ["E*lambda^2*sin"], vars=names, locus=at)])
    assert (record["lambda"], record["m"]) == ("1/4", "1")


BAD = {
    "no vars": (case(vars=None), "CaseError: vars is missing"),
    "no gens": (case(gens=[]), "CaseError: gens must list"),
    "bad kind": (case(kind="cubic"), "CaseError: kind must be one of"),
    "two K": (case(gens=["x", "y"], kind="K"), "CaseError: gens must list"),
    "repeated vars": (case(vars=["x", "x"]), "CaseError: vars repeats"),
    "bad vars": (case(vars=["x y"]), "CaseError: vars must be names"),
    "no locus": (case(locus=None), "CaseError: locus is missing"),
    "locus type": (case(locus={"type": "sphere"}), "CaseError: locus.type"),
    "no value": (case(locus={"type": "point", "at": {"x": 0}}), "locus.at has no value for y"),
    "more values": (
        case(locus={"type": "point", "at": {"x": 0, "y": 0, "z": 0}}),
        "locus.at names unknown variables: z",
    ),
    "bad value": (case(locus={"type": "point", "at": {"x": "a", "y": 0}}), "CaseError: locus.at.x"),
    "code": (case(gens=["__import__('os').system('touch owned')"]), "CaseError: gens"),
    "attribute": (case(gens=["x.__class__"]), "CaseError: gens"),
    "huge power": (case(gens=["x^(10^10)"]), "CaseError: gens"),
    "unknown": (case(gens=["x*q"]), "'q' is not declared"),
    "number": (case(gens=[True]), "CaseError: gens"),
    "no inequality": (case(region=["x"]), "CaseError: region"),
    "bad prior": (case(prior=["x"]), "CaseError: prior"),
    "half prior": (case(prior=[{"poly": "x"}]), "needs poly and exponent"),
    "negative": (case(gens=["x^2-y^2"], kind="K"), "NegativeDivergenceError"),
    "no zero": (case(gens=["x-1"]), "NotAZeroError"),
    "outside": (case(region=["x>=1"]), "EmptyRegionError"),
    "flat region": (case(region=["x>=0", "x<=0"]), "EmptyRegionError"),
    "box no zero": (case(gens=["x"], locus=box(x=[1, 2], y=[0, 1])), "NotAZeroError"),
    "box empty": (case(gens=["x"], locus=box(x=[1, 1], y=[0, 1])), "EmptyRegionError"),
    "box half": (case(gens=["x"], locus=box(x=[0, 1])), "locus.bounds must have a pair"),
    "irrational": (case(gens=["x-sqrt(2)"]), "NotPolynomialError"),
    "pole": (case(gens=["1/x"]), "NotPolynomialError"),
    "model box": (
        case(kind="model", model={"f": "x"}, locus=box(x=[0, 1], y=[0, 1])),
        "a model needs a point",
    ),
    "no model": (case(kind="model"), "CaseError: model is missing"),
    "law": (case(kind="model", model={"f": "x*t", "t": "coin"}), "ModelError"),
}


def test_bad_cases_do_not_stop_the_others(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cases = [data | {"id": name} for name, (data, _) in BAD.items()]
    found = run(tmp_path, [*cases, 17, case("good")], "--budget", 5, "-j", 2, code=1)
    records = {r["id"]: r for r in found}
    for name, (_, message) in BAD.items():
        assert records[name]["lambda"] is None
        assert message in records[name]["error"], (name, records[name]["error"])
        assert records[name]["status"] == "error"
    assert records["good"]["lambda"] == "5/12"
    assert "must be a JSON object" in records["case-32"]["error"]
    assert not (tmp_path / "owned").exists()


def test_zero_is_no_error(tmp_path):
    (record,) = run(tmp_path, [case("zero", ["x-x", "0"])])
    assert record["status"] == "zero"
    assert record["lambda"] is None


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "3", '{"cases": []}', '{"cases": 3}', "[" * 100_000, b"\xff\xfe".decode("latin1")],
)
def test_bad_files(tmp_path, text):
    result = invoke("rlct", "--problem", write(tmp_path / "bad.json", text))
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1


def test_repeated_identifiers(tmp_path):
    with pytest.raises(CaseError, match="repeated: cusp"):
        read_suite(write(tmp_path / "twice.json", [case(), case()]))


def test_certificates(tmp_path):
    folder = tmp_path / "certificates"
    cases = [case(), case("../x/y", ["x*y"]), case("box", ["x*y"], locus=box(x=[-1, 1], y=[0, 1]))]
    found = run(tmp_path, cases, "--certificate", folder)
    suite = tmp_path / "suite.json"
    for record in found:
        path = Path(record["certificate"])
        assert path.parent == folder
        result = invoke("check", path)
        assert result.exit_code == 0
        assert f"accepted: lambda = {record['lambda']}, m = {record['m']}" in result.output
        assert invoke("check", path, "--problem", suite).exit_code == 0
        same = [invoke("check", path, "--problem", suite, "--id", c["id"]).exit_code for c in cases]
        assert same == [int(c["id"] != record["id"]) for c in cases]


def test_certificates_that_would_overwrite_each_other(tmp_path):
    file = write(tmp_path / "suite.json", [case("a/b"), case("a_b")])
    result = invoke("rlct", "--problem", file, "--certificate", tmp_path / "c")
    assert result.exit_code == 2
    assert "would overwrite" in result.output


@pytest.mark.parametrize("text", ["{", "[1]", '{"format": 1}', '{"cases": []}', "\x00"])
def test_check_rejects_what_is_no_certificate(tmp_path, text):
    result = invoke("check", write(tmp_path / "c.json", text))
    assert result.exit_code == 1
    assert "rejected" in result.output


def test_check_rejects_mutations(tmp_path):
    run(tmp_path, [case()], "--certificate", tmp_path)
    data = json.loads((tmp_path / "cusp.json").read_text())
    data["claim"]["multiplicity"] = 2
    assert invoke("check", write(tmp_path / "bad.json", data)).exit_code == 1
    assert invoke("check", tmp_path / "cusp.json", "--id", "cusp").exit_code == 2


def test_resume_keeps_what_is_exact_and_unchanged(tmp_path, monkeypatch):
    run(tmp_path, [case(), case("node", ["x*y"]), case("bad", ["x-1"])], code=1)
    solved = []
    plain = workers.solve
    monkeypatch.setattr(workers, "solve", lambda c, b, f: solved.append(c.id) or plain(c, b, f))

    class Inline:
        """Solves in this process, so that the test sees which cases are solved."""

        def __init__(self, c, budget, certificates):
            self.record = workers.solve(c, budget, certificates)
            self.pipe, self.other = workers.multiprocessing.Pipe()
            self.other.send(0)

        def poll(self):
            return self.record

        def stop(self):
            self.pipe.close()
            self.other.close()

    monkeypatch.setattr(workers, "_Worker", Inline)
    changed = [case(), case("node", ["x*y^2"]), case("bad", ["x-1"])]
    found = run(tmp_path, changed, "--resume", code=1)
    assert solved == ["node", "bad"]
    assert [r["lambda"] for r in found] == ["5/12", "1/4", None]


def test_resume_needs_records(tmp_path):
    file = write(tmp_path / "suite.json", case())
    assert invoke("rlct", "--problem", file, "--resume").exit_code == 2
    out = write(tmp_path / "out.json", '{"no": "list"}')
    assert invoke("rlct", "--problem", file, "--json", out, "--resume").exit_code == 2


def test_a_search_beyond_its_budget_gets_bounds(tmp_path, monkeypatch):
    hard = case("hard", ["x^2-y^3"])
    plain = workers.solve

    def slow(c, budget, folder):
        if budget > 0:
            time.sleep(60)
        return plain(c, budget, folder)

    monkeypatch.setattr(workers, "solve", slow)
    monkeypatch.setattr(workers, "_GRACE", 0.5)
    start = time.monotonic()
    (record,) = run(tmp_path, [hard], "--budget", "0.5")
    assert time.monotonic() - start < 10
    assert Rational(record["lower"]) <= Rational(5, 12)
    assert record["known"] in ("bounds", "proved")


def test_interruption_keeps_finished_cases(tmp_path):
    long = case("long", ["(x+y+1)^300-1", "x"])
    file = write(tmp_path / "suite.json", [case(), long])
    out = tmp_path / "out.json"
    code = "from slt_symbolic.cli import main; main()"
    arguments = [sys.executable, "-c", code, "rlct", "--problem", file, "--json", out]
    arguments += ["--budget", "500"]
    process = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True)
    for _ in range(1200):
        if out.exists():
            break
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    try:
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "interrupted after 1 cases" in errors
    assert [r["id"] for r in json.loads(out.read_text())] == ["cusp"]


def test_digest_ignores_answers_and_remarks():
    first = Case("a", case())
    assert first.digest == Case("b", case(answer=None, remark="x")).digest
    assert first.digest != Case("a", case(gens=["x"])).digest


def test_help_needs_no_mathematics():
    code = "import sys, slt_symbolic.cli; assert 'sympy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_lines():
    record = dict.fromkeys(("lambda", "m", "error"), None)
    record |= {"id": "a", "lower": "1/2", "upper": None, "known": "bounds", "route": "bounds"}
    assert command.to_line(record) == "a: 1/2 <= lambda <= oo (bounds: bounds)"
