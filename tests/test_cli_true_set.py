"""``slt-symbolic true-set``: documented examples, formats, errors."""

import json
import re
import shlex
from pathlib import Path

import pytest
import sympy
from click.testing import CliRunner

from slt_symbolic import cli, parse_expression
from slt_symbolic.tables import check_latex

DOCUMENT = Path(__file__).parent.parent / "docs" / "true_set.md"


def invoke(*arguments):
    result = CliRunner().invoke(cli.cli, ["true-set", *map(str, arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def folder(tmp_path, monkeypatch):
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, content in re.findall(r"```toml\n# (\S+)\n(.*?)```", text, re.DOTALL):
        (tmp_path / name).write_text(content)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def documented():
    consoles = "".join(
        re.findall(r"```console\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    )
    commands = re.split(r"^\$ slt-symbolic true-set ", consoles, flags=re.MULTILINE)[1:]
    return [(line, output) for line, _, output in (c.partition("\n") for c in commands)]


@pytest.mark.parametrize(("line", "output"), documented(), ids=[line for line, _ in documented()])
@pytest.mark.usefixtures("folder")
def test_documented_examples(line, output):
    result = invoke(*shlex.split(line))
    assert (result.exit_code, result.output) == (0, output)


@pytest.mark.usefixtures("folder")
def test_strata_in_json_are_the_strata():
    found = json.loads(invoke("excess.toml", "--strata", "--json").output)
    assert len(found["strata"]) == 18
    assert sum(s["orbit"] for s in found["strata"]) == 70
    ordered = json.loads(invoke("excess.toml", "--ordered", "--json").output)
    assert len(ordered["strata"]) == 70
    for s in found["strata"]:
        assert len(s["free"]) == s["dimension"]
        symbols = {n: sympy.Symbol(n, real=True) for n in s["free"]}
        for e in [*s["dependent"].values(), *s["positive"], *s["nonzero"]]:
            parse_expression(e, symbols)


@pytest.mark.usefixtures("folder")
def test_latex_is_balanced():
    check_latex(invoke("bounded.toml", "--latex").output)
    assert "true parameter" in invoke("excess.toml", "--latex").output


@pytest.mark.usefixtures("folder")
def test_requests_that_make_no_sense_end_with_status_two(folder):
    assert invoke("bounded.toml", "--json", "--latex").exit_code == 2
    assert "unknown parameter" in invoke("bounded.toml", "--at", "v=1").output
    text = (folder / "bounded.toml").read_text().replace('"relu"', '"identity"')
    (folder / "line.toml").write_text(text)
    result = invoke("line.toml")
    assert result.exit_code == 2
    assert "independent units" in result.output
