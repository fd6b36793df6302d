"""``slt-symbolic fisher``: the documented examples, formats and errors."""

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from slt_symbolic import cli, parse_expression

DOCUMENT = (Path(__file__).parent.parent / "docs" / "fisher.md").read_text(encoding="utf-8")
FILES = re.findall(r"```toml\n# (\S+)\n(.*?)```", DOCUMENT, re.DOTALL)
CONSOLES = "".join(re.findall(r"```console\n(.*?)```", DOCUMENT, re.DOTALL))
COMMANDS = re.split(r"^\$ slt-symbolic ", CONSOLES, flags=re.MULTILINE)[1:]


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    for name, content in FILES:
        (tmp_path / name).write_text(content)
    monkeypatch.chdir(tmp_path)


def invoke(line):
    return CliRunner().invoke(cli.cli, shlex.split(line))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.partition("\n")[0])
def test_documented_examples(command):
    line, _, output = command.partition("\n")
    result = invoke(line)
    assert (result.exit_code, result.output) == (0, output)


def test_json_reads_back():
    answer = json.loads(
        invoke("fisher pair.toml --rank --relations --fields --at b1=1/3 --json").stdout
    )
    assert answer["at"]["b1"] == "1/3"
    assert answer["rank"]["lower"] == answer["rank"]["upper"] == 4
    assert answer["rank"]["known"] == "proved"
    assert len(answer["relations"]["vectors"]) == len(answer["fields"]["vectors"]) == 2
    matrix = json.loads(invoke("fisher pair.toml --json").stdout)["matrix"]
    vector = json.loads(invoke("fisher pair.toml --relations --json").stdout)["relations"][
        "vectors"
    ][0]
    for row in matrix:
        pairs = zip(row, vector, strict=True)
        assert sum(parse_expression(a) * parse_expression(b) for a, b in pairs) == 0


def test_latex():
    text = invoke("fisher pair.toml --relations --latex").stdout
    assert r"\partial_{w_{1}} f" in text
    assert r"\begin{pmatrix}" in invoke("fisher tanh.toml --latex --digits 4").stdout
    rank = invoke("fisher pair.toml --rank --latex").stdout
    assert rank == "$\\operatorname{rank} I(w) = 4$\n"


@pytest.mark.parametrize(("line", "message"), [
    ("fisher pair.toml --at w3=1", "w3"),
    ("fisher pair.toml --at w1=0,b1=0", "kink"),
    ("fisher pair.toml --at b1=1 --fields", "wall"),
    ("fisher pair.toml --json --latex", "exclude"),
    ("fisher none.toml", "does not exist"),
])  # fmt: skip
def test_requests_that_make_no_sense_exit_with_2(line, message):
    result = invoke(line)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output


def test_a_missing_parameter_is_named(tmp_path):
    text = dict(FILES)["pair.toml"].partition("[parameter]")[0]
    (tmp_path / "open.toml").write_text(text)
    result = invoke("fisher open.toml")
    assert (result.exit_code, "give --at" in result.output) == (2, True)
