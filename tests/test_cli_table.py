"""``slt-symbolic table``: every kind of table, from files as the other commands write them."""

import json
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner
from numba import njit
from sympy import Rational

from slt_symbolic import cli
from slt_symbolic.commands.sample import compare
from slt_symbolic.commands.sampling_predictions import Prediction
from slt_symbolic.commands.sampling_report import to_json
from slt_symbolic.commands.table import KINDS
from slt_symbolic.sampling import Target, UniformBox, run_ladder
from slt_symbolic.tables import compile_pdf

NET = """\
[inputs]
law = "uniform-interval"
lower = "-1"
upper = "1"

[network]
activation = "relu"
width = 2
output_bias = "0"

[truth]
activation = "relu"
units = [{ weights = ["1"], bias = "1/3", readout = "1" }]

[parameter]
w1 = "1"
b1 = "1/3"
q1 = "1"
w2 = "1"
b2 = "1/2"
q2 = "2"
"""
CASES = [
    {"id": "50% & x_1", "vars": ["x", "y"], "kind": "K", "gens": ["x^2*y^4"],
     "locus": {"type": "point", "at": {"x": 0, "y": 0}}},
]  # fmt: skip
CLAIM = """\
import sympy
from slt_symbolic.claims import Claim, Source, Verdict

claim = Claim(
    id="X1",
    title="A binomial",
    statement=r"(x+1)^2 = x^2 + 2x + 1",
    plain="The square of x + 1.",
    source=Source(document="notebook", place="page 1"),
    expected=Verdict.PROVED,
)


@claim.step("Expand", derivation="Expand.")
def expand(evidence):
    x = sympy.symbols("x")
    evidence.identity("both sides", (x + 1) ** 2 - (x**2 + 2 * x + 1))
"""
MARKERS = {
    "pieces": "holds on",
    "fisher": r"\partial_{b_{1}} f",
    "strata": "fold1+, silent0",
    "rlct": r"50\% \& x\_1 & $\tfrac{1}{4}$ & \num{1} & proved & newton",
    "spectra": "0.6057055096021588",
    "sampling": r"\hat\lambda(\beta)",
    "ledger": "Ledger of 1 claim",
}


def run(*arguments):
    return CliRunner().invoke(cli.cli, list(map(str, arguments)))


@njit
def square(w, g):
    """K = w² and its gradient."""
    g[0] = 2 * w[0]
    return w[0] ** 2


def sampled(store):
    """A short run, kept in a file."""
    target = Target(square, UniformBox((-1,), (1,)))
    return run_ladder(target, np.array([10.0, 100.0, 1e3]), draws=400, seed=1, checkpoint=store)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """One file for each kind, written by the command that it comes from."""
    folder = tmp_path_factory.mktemp("tables")
    net, suite = folder / "net.toml", folder / "suite.json"
    net.write_text(NET)
    suite.write_text(json.dumps(CASES))
    made = {kind: folder / f"{kind}.json" for kind in ("rlct", "spectra", "sampling", "ledger")}
    assert run("rlct", "--problem", suite, "--json", made["rlct"]).exit_code == 0
    hermite = ("hermite", "--activation", "tanh", "--orders", "1:8:2", "--digits", 20)
    assert run(*hermite, "--json", made["spectra"]).exit_code == 0
    stored = sampled(folder / "run.nc")
    model = SimpleNamespace(name="50% & x_1", parameters=("x",), around=None)
    prediction = Prediction(Rational(1, 2), 1, "known")
    outcome = compare(model, SimpleNamespace(level=0.01), stored, prediction, True)
    made["sampling"].write_text(to_json(outcome))
    (folder / "claims").mkdir()
    (folder / "claims" / "binomial.py").write_text(CLAIM)
    verify = ("verify", "--path", folder / "claims", "-j", 1)
    assert run(*verify, "--json", made["ledger"]).exit_code == 0
    return {**dict.fromkeys(("pieces", "fisher", "strata"), net), **made}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_booktabs_table_with_caption_and_label(kind, files):
    result = run("table", kind, files[kind], "--label", "tab:one")
    assert result.exit_code == 0, result.output
    text = result.output
    assert text.count(r"\toprule") >= text.count(r"\bottomrule") >= 1
    assert r"\label{tab:one}" in text
    assert r"\caption{" in text
    assert MARKERS[kind] in text


@pytest.mark.latex
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_compiles(kind, files, tmp_path):
    result = run("table", kind, files[kind], "--label", "tab:one", "--document")
    assert compile_pdf(result.output, tmp_path, runs=1).stat().st_size > 5_000
    log = (tmp_path / "document.log").read_text(errors="replace")
    assert "Overfull" not in log


@pytest.mark.latex
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_pdf_and_tex_are_written(files, tmp_path):
    tex, pdf = tmp_path / "made" / "t.tex", tmp_path / "made" / "t.pdf"
    result = run("table", "rlct", files["rlct"], "--output", tex, "--pdf", pdf)
    assert (result.exit_code, result.output) == (0, "")
    assert pdf.read_bytes().startswith(b"%PDF")
    assert tex.read_text() == run("table", "rlct", files["rlct"]).output


def test_a_stored_run_is_a_table(files, tmp_path):
    store = files["sampling"].with_name("run.nc")
    result = run("table", "sampling", store)
    assert result.exit_code == 0, result.output
    assert "Sampling of run.nc; no prediction." in result.output
    assert result.output.count(r" \\") == 4
    damaged = tmp_path / "damaged.nc"
    damaged.write_bytes(store.read_bytes()[:-9])
    assert run("table", "sampling", damaged).exit_code == 2


def test_a_stored_run_is_compared_with_a_prediction(files):
    store = files["sampling"].with_name("run.nc")
    for value, expected in (("5", "m = 1: inconsistent at level 0.01."), ("1/2", "m = 1: ")):
        text = run("table", "sampling", store, "--predict", f"{value},1").output
        assert f"predicted \\ensuremath{{\\lambda}} = {value}, {expected}" in text
        assert ("inconsistent" in text) == (value == "5")
    assert "no prediction" in run("table", "sampling", store, "--predict", "none").output
    wrong = [("sampling", store, "1/2"), ("sampling", store, "0,1"), ("rlct", files["rlct"], "1,1")]
    wrong.append(("sampling", files["sampling"], "1,1"))
    for kind, file, predict in wrong:
        assert run("table", kind, file, "--predict", predict).exit_code == 2


def test_captions_can_be_replaced_and_relations_have_their_own_label(files):
    text = run("table", "fisher", files["fisher"], "--caption", "A & B", "--label", "t").output
    assert r"\caption{A \& B}" in text
    assert r"\label{t-relations}" in text
    assert "w_{1} = 1" in run("table", "fisher", files["fisher"]).output
    other = run("table", "fisher", files["fisher"], "--at", "w1=5").output
    assert "w_{1} = 5" in other


def test_withheld_estimates_are_dashes(files, tmp_path):
    record = json.loads(files["sampling"].read_text())
    record["temperatures"][0] |= {"lambda_hat": None, "standard_error": None}
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(record))
    rows = [
        r.split("&")[1].strip()
        for r in run("table", "sampling", changed).output.splitlines()
        if r.startswith(r"\num")
    ]
    assert len(rows) == 3
    assert rows[0] == "--" != rows[1]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("rlct", "[{}]"),
        ("rlct", "no JSON"),
        ("rlct", '[{"id": "a", "known": "", "route": "", "lambda": 3, "m": null}]'),
        ("spectra", "{}"),
        ("spectra", '[{"order": 1, "mid": 2, "rad": 3, "method": "x"}]'),
        ("spectra", '[{"order": 1, "mid": "two", "rad": "3", "method": "x"}]'),
        ("sampling", "[]"),
        ("sampling", '{"model": "x", "temperatures": [{}]}'),
        ("ledger", "[1]"),
        ("ledger", '[{"id": "x"}]'),
        ("pieces", "[truth"),
        ("strata", ""),
    ],
)
def test_files_that_make_no_sense(kind, content, tmp_path):
    path = tmp_path / "bad.json"
    path.write_text(content)
    result = run("table", kind, path)
    assert result.exit_code == 2, result.output
    assert result.output.startswith("Error: ")
    assert run("table", "nonsense", path).exit_code == 2


def test_a_file_of_another_command_is_named(files):
    result = run("table", "ledger", files["rlct"])
    assert result.exit_code == 2
    assert f"{files['rlct']}: not the JSON of slt-symbolic verify" in result.output
    result = run("table", "rlct", files["strata"])
    assert result.exit_code == 2
    assert "this kind takes what a command wrote by --json" in result.output
