"""The page on a first day with the package: its files, commands and outputs, in their order."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from slt_symbolic import cli

PAGE = (Path(__file__).parent.parent / "docs" / "trial.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(toml|python|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FAILS = ("verify mine", "check tampered.json")


def commands(block):
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        line, _, output = part.partition("\n")
        yield line, output


def pattern(output):
    """Lines ``...`` stand for any lines, ``...`` within a line for any text."""
    escaped = re.escape(output).replace(re.escape("..."), "\0")
    return escaped.replace("\0\\\n", "(?:.*\n)*?").replace("\0", ".*?")


def run(line, output):
    program, *arguments = shlex.split(line)
    assert program == "slt-symbolic"
    result = CliRunner().invoke(cli.cli, arguments)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == (1 if " ".join(arguments) in FAILS else 0), result.output
    assert re.fullmatch(pattern(output), result.output), result.output


def play(*, sampling):
    """Write the files of the page and run its commands, those that sample or the others."""
    namespace = {"__name__": "trial"}
    for kind, block in BLOCK.findall(PAGE):
        named = re.match(r"# (\S+\.(?:toml|py))\n", block)
        if named:
            file = Path(named[1])
            file.parent.mkdir(exist_ok=True)
            file.write_text(block, encoding="utf-8")
        elif kind == "python" and not sampling:
            exec(block, namespace)  # noqa: S102 - the project's own page
        elif kind == "console":
            for line, output in commands(block):
                if line.startswith("slt-symbolic") and (" sample " in line) == sampling:
                    run(line, output)
    return namespace


@pytest.mark.latex
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="LaTeX is not installed")
def test_the_trial(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = play(sampling=False)
    assert found["near"].distance < 1e-6
    assert found["local_learning_coefficient"](found["K"], found["near"].point).value == 1
    for name in ("rlct.pdf", "strata.pdf"):
        assert Path(name).read_bytes().startswith(b"%PDF")


@pytest.mark.slow
def test_the_trained_network_sampled(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    play(sampling=True)


def test_the_pattern_can_fail():
    assert re.fullmatch(pattern("a\n...\nb: ...\n"), "a\nx\ny\nb: 1\n")
    assert not re.fullmatch(pattern("a\n...\nb: ...\n"), "a\nx\ny\nc: 1\n")
    assert not re.fullmatch(pattern("a\n"), "a\nb\n")
