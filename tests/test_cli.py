"""The command line: output, files, exit statuses, and that it stays light."""

import json
import subprocess
import sys

import pytest
from claims_folder import body, proved, write
from click.testing import CliRunner

from slt_symbolic import __version__, cli


def invoke(*arguments):
    result = CliRunner().invoke(cli.cli, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def good(tmp_path):
    return write(tmp_path / "proofs", a=proved("A1"), b=proved("B1", ["A1"]))


def test_verify_succeeds(good, tmp_path):
    result = invoke("verify", "--path", good, "--jobs", 1, "--json", tmp_path / "new" / "out.json")
    assert result.exit_code == 0
    assert "2 claims: 2 proved, 2 as recorded" in result.stdout
    assert "title of A1" in result.stdout
    assert "1 identity" in result.stdout
    assert "\x1b" not in result.output
    assert "[1/2] A1 proved" in result.stderr
    entries = json.loads((tmp_path / "new" / "out.json").read_text())
    assert [e["id"] for e in entries] == ["A1", "B1"]
    for entry in entries:
        assert entry["verdict"] == entry["expected"] == "proved"
        assert entry["status"] == "decided"
        assert entry["seconds"] >= 0
        assert entry["ways"] == 1
        assert entry["source"] == {"document": "004", "place": "Example"}
    assert entries[0]["ways_by_step"] == [
        {"step": "expand", "ways": [{"step": "expand", "strength": "exact"}]}
    ]


@pytest.mark.parametrize(
    ("code", "expected", "said"),
    [
        ("evidence.identity('no', x)", "PROVED", "A9 failed: step a_step: no: is NOT zero"),
        ("raise RuntimeError('boom')", "PROVED", "RuntimeError: boom"),
        ("pass", "PROVED", "asserts nothing"),
        ("evidence.open('more')", "PROVED", "A9 open, but its file records proved"),
        ("evidence.equal('1', 1, 1)", "OPEN", "A9 proved, but its file records open"),
        ("evidence.statistic('t', p_value=0.5, level=0.1)", "PROVED", "A9 supported, but"),
    ],
)
def test_verify_fails_and_says_why(good, code, expected, said):
    write(good, z=body("A9", code, expected=expected))
    result = invoke("verify", "--path", good, "--jobs", 1)
    assert result.exit_code == 1
    assert said in result.stdout
    assert "2 as recorded" in result.stdout


def test_an_expected_open_claim_is_explained_but_no_failure(good):
    write(good, z=body("A9", "evidence.open('a bound')", expected="OPEN"))
    result = invoke("verify", "--path", good, "--jobs", 1)
    assert result.exit_code == 0
    assert "a bound" in result.stdout


def test_a_refuted_claim_with_its_correction(tmp_path):
    code = """
claim = make("A1", Verdict.REFUTED, corrected=Corrected("x^2 \\\\ge 0", "It is."))

@claim.step("counterexample", derivation="$x = 0$")
def at_zero(evidence):
    evidence.counterexample("x > 0 fails", {"x": 0}, True)

@claim.step("corrected", derivation="$x^2$", corrects=True)
def square(evidence):
    evidence.identity("square", x * x - x**2)
"""
    folder = write(tmp_path, a=code)
    result = invoke("verify", "--path", folder, "--jobs", 1)
    assert result.exit_code == 0
    assert "1 refuted" in result.stdout
    assert "proves the corrected claim" in invoke("show", "A1", "--path", folder).stdout


def test_a_path_may_stand_in_place_of_a_selection(good, tmp_path, monkeypatch):
    by_option = invoke("verify", "--path", good, "--jobs", 1)
    assert invoke("verify", good, "--jobs", 1).exit_code == by_option.exit_code == 0
    monkeypatch.chdir(good)
    one = invoke("verify", ".", "A1", "--jobs", 1)
    assert (one.exit_code, "1 claim" in one.stdout) == (0, True)
    assert invoke("verify", "a.py", "--jobs", 1).exit_code == 0
    # What may be a claim, or a source document, is none.
    (good / "A1").mkdir()
    assert invoke("verify", "A1", "--path", good, "--jobs", 1).exit_code == 0
    twice = invoke("verify", ".", "--path", tmp_path)
    assert (twice.exit_code, "one folder or file" in twice.stderr) == (2, True)


def test_a_file_that_is_no_python(tmp_path):
    file = tmp_path / "net.toml"
    file.write_text("[network]")
    result = invoke("verify", file)
    assert result.exit_code == 1
    assert result.stderr.strip().endswith("claims are written in Python")
    assert "Traceback" not in result.output


def test_a_wrong_formula_says_where_it_is_wrong(good):
    write(good, z=body("A9", "evidence.identity('square', (x + 1)**2 - x**2 - 1)"))
    result = invoke("verify", good, "A9", "--jobs", 1)
    assert result.exit_code == 1
    assert "square: is NOT zero: it is 6/7 at x = 3/7: -x**2 + (x + 1)**2 - 1" in result.stdout


def test_usage_errors(good):
    result = invoke("verify", "Z9", "--path", good)
    assert result.exit_code == 2
    assert "'Z9'" in result.stderr
    assert invoke("verify", "--path", good / "nowhere").exit_code == 2
    assert invoke("verify", "--jobs", 0, "--path", good).exit_code == 2
    assert invoke("verify", "--resume", "--path", good).exit_code == 2
    assert invoke("show", "Z9", "--path", good).exit_code == 2
    write(good, c=proved("A1"))
    result = invoke("verify", "--path", good)
    assert result.exit_code == 1
    assert "claim A1 is defined in" in result.stderr


def test_latex(good, tmp_path):
    result = invoke("verify", "--path", good, "--jobs", 1, "--latex", tmp_path / "tex")
    assert result.exit_code == 0
    table = (tmp_path / "tex" / "ledger.tex").read_text()
    assert "toprule" in table
    assert "title of B1" in table


def test_claims(good):
    result = invoke("claims", "--path", good)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "A1  proved  004, Example  title of A1"
    listed = json.loads(invoke("claims", "--json", "--path", good).stdout)
    assert listed[1]["uses"] == ["A1"]
    write(good, c="1 / 0\n")
    result = invoke("claims", "--path", good)
    assert result.exit_code == 1
    assert "ZeroDivisionError" in result.stderr


def test_show(good):
    result = invoke("show", "B1", "--path", good)
    assert result.exit_code == 0
    for said in (
        "title of B1",
        "x² ≥ 0",
        r"x^2 \ge 0",
        "(x+1)²",
        "[ok] identity",
        "Verdict: proved",
    ):
        assert said in result.stdout
    result = invoke("show", "B1", "--no-run", "--path", good)
    assert result.exit_code == 0
    assert "Verdict" not in result.stdout
    write(good, z=body("A9", "1 / 0"))
    result = invoke("show", "A9", "--path", good)
    assert result.exit_code == 1
    assert "ZeroDivisionError" in result.stdout


def test_json_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    from slt_symbolic.claims import report

    target = tmp_path / "out.json"
    target.write_text("old")
    monkeypatch.setattr(report.os, "fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        report.write_atomically(target, "new")
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_version():
    assert __version__ in invoke("--version").stdout


@pytest.mark.parametrize("command", sorted(cli.cli.commands))
def test_help_shows_no_escapes(command):
    text = invoke(command, "--help").stdout
    assert "\\" not in text
    assert "\b" not in text


def test_help_loads_click_and_nothing_heavy():
    code = (
        "import sys; from slt_symbolic.cli import cli\n"
        "try: cli(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in "
        "{'sympy', 'numba', 'numpy', 'scipy', 'rich', 'flint', 'matplotlib', 'mpmath'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "verify" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_imports_only_what_it_needs():
    code = (
        "import sys; from slt_symbolic.cli import cli\n"
        "try: cli(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'sympy', 'flint', 'numpy', 'numba', 'scipy', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert finished.returncode == 0, finished.stderr
