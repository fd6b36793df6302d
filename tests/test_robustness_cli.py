"""Every command with files and places that cannot serve: status 2 and one line, no traceback."""

import os
import sys
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from slt_symbolic.cli import cli

NETWORK = """
[network]
activation = "relu"
width = 1
[truth]
units = [{ readout = 1, weights = 1, bias = 0 }]
[inputs]
law = "uniform-interval"
lower = -1
upper = 1
[parameter]
w1 = 1
q1 = 1
"""
CASE = '{"vars": ["x"], "kind": "K", "gens": ["x^2"], "locus": {"type": "point", "at": {"x": 0}}}'

#: Commands that read a file, which stands as FILE in the line.
READ = (
    "divergence FILE",
    "fisher FILE",
    "true-set FILE",
    "rlct FILE",
    "rlct --problem FILE",
    "check CERT --problem FILE",
    "check FILE",
    "sample FILE",
    "sample --problem FILE",
    "sweep FILE --out OUT",
    "table pieces FILE",
    "table fisher FILE",
    "table strata FILE",
    "table rlct FILE",
    "table spectra FILE",
    "table sampling FILE",
    "table ledger FILE",
    "study reference-table --quick --store FILE",
)
#: Commands that write a file, which stands as OUT in the line.
WRITE = (
    "rlct --problem case.json --json OUT",
    "rlct --problem case.json --certificate OUT",
    "hermite --activation relu --orders 2 --json OUT",
    "table pieces net.toml --output OUT",
    "sweep sweep.toml --out OUT",
    "study reference-table --quick --store OUT",
    pytest.param(
        "sample --problem case.json --betas 10 --draws 8 --warmup 1 --chains 2 --store OUT",
        marks=pytest.mark.slow,
    ),
    "verify B1 --path claims --json OUT",
    "verify B1 --path claims --latex OUT",
    "verify B1 --path claims --report OUT",
    "verify B1 --path claims --journal OUT",
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.toml").write_text(NETWORK)
    (tmp_path / "case.json").write_text(CASE)
    (tmp_path / "sweep.toml").write_text('[sweep]\nproblems = [{ file = "case.json" }]\n')
    (tmp_path / "CERT").write_text("{}")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "binary").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "wrong.toml").write_text("[network\nwidth = ")
    (tmp_path / "foreign.toml").write_text("[tool]\nname = 1\n")
    (tmp_path / "wrong.json").write_text('{"a": [1, 2')
    (tmp_path / "deep.json").write_text("[" * 50_000)
    (tmp_path / "foreign.json").write_text('[{"id": 3, "lambda": [], "order": {}}, null, 7]')
    (tmp_path / "directory").mkdir()
    (tmp_path / "claims").mkdir()
    return tmp_path


def ran(line: str) -> Result:
    return CliRunner().invoke(cli, line.split(), catch_exceptions=True)


def refused(result: Result, line: str, statuses: tuple[int, ...] = (2,)) -> None:
    """One line says what is wrong, below progress and click's reminder of how to use a command."""
    assert isinstance(result.exception, SystemExit), f"{line}: {result.exception!r}"
    assert result.exit_code in statuses, f"{line}: {result.exit_code} {result.output}"
    assert "Traceback" not in result.output
    lines = result.stderr.splitlines()
    said = [s for s in lines if s.startswith(("Error: ", "rejected: "))]
    assert said == lines[-1:], f"{line}: {lines}"
    assert len(said[0]) > 20


BAD = ("missing", "directory", "empty", "binary", "wrong.toml", "foreign.toml", "wrong.json")
BAD += ("deep.json", "foreign.json")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("line", READ)
def test_files_that_cannot_serve(line: str) -> None:
    for name in BAD:
        if name == "missing" and "--store" in line:
            continue  # a store may begin
        # What no checker accepts has a status of its own.
        statuses = (1, 2) if line.startswith("check") else (2,)
        if line.startswith(("rlct", "check", "sample --p")) and name == "foreign.json":
            statuses = (1, 2)  # a suite whose cases make no sense
        result = ran(line.replace("FILE", name))
        if statuses == (1, 2) and line.startswith("rlct") and result.exit_code == 1:
            assert "case-1" in result.output
            continue
        refused(result, f"{line} {name}", statuses)


@pytest.mark.parametrize("line", WRITE)
def test_places_that_cannot_be_written(line: str, folder: Path) -> None:
    (folder / "claims" / "b1.py").write_text(CLAIM)
    # A file stands where a folder has to be: so it is for every user, also for root.
    refused(ran(line.replace("OUT", "empty/inside/file")), line)
    for other in ("--json", "--store", "--output", "--journal"):
        if other in line:
            refused(ran(line.replace("OUT", "directory")), line)


CLAIM = """
import sympy
from slt_symbolic.claims import Claim, Source, Verdict

x = sympy.Symbol("x")
claim = Claim(id="B1", title="t", statement="x", plain="It is.",
              source=Source(document="004", place="Example"), expected=Verdict.PROVED)

@claim.step("expand", derivation="$(x+1)^2$")
def expand(evidence):
    evidence.identity("binomial", (x + 1) ** 2 - x**2 - 2 * x - 1)
"""


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_unknown_options(command: str) -> None:
    result = ran(f"{command} --no-such-option")
    refused(result, command)
    assert "--no-such-option" in result.stderr


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "line", ["nothing", "--nothing", "verify --path nowhere", "show", "claims x"]
)
def test_unknown_words(line: str) -> None:
    refused(ran(line), line)


@pytest.mark.parametrize("content", ["", "1 +", "import nowhere_at_all", "raise KeyError(3)"])
def test_proof_files_that_do_not_load(content: str, folder: Path) -> None:
    (folder / "claims" / "b1.py").write_text(content)
    result = ran("verify --path claims --jobs 1")
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1
    assert "b1" in result.output


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folders_without_permission(folder: Path) -> None:
    (folder / "directory").chmod(0o500)
    line = "rlct --problem case.json --json directory/out.json"
    refused(ran(line), line)


def test_an_extra_that_is_missing_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("matplotlib", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, name, None)
    line = f"study reference-table --quick --figure {folder / 'f.png'}"
    result = ran(line)
    refused(result, line)
    assert "matplotlib" in result.stderr


@pytest.mark.parametrize("name", ["divergence", "fisher", "true-set"])
def test_interrupts_end_with_status_130(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    module = import_module(f"slt_symbolic.commands.{name.replace('-', '_')}")
    monkeypatch.setattr(module, "answer", stop)
    result = CliRunner().invoke(cli, [name, str(folder / "net.toml")])
    assert (result.exit_code, result.stderr) == (130, "interrupted\n")
