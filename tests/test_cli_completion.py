"""``slt-symbolic completion``: the scripts, and that shells accept them."""

import os
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from slt_symbolic import cli

SHELLS = ("bash", "zsh", "fish")


def script(shell):
    result = CliRunner().invoke(cli.cli, ["completion", shell])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_names_the_program_and_its_variable(shell):
    text = script(shell)
    assert f"_SLT_SYMBOLIC_COMPLETE={shell}_complete" in text
    assert "slt-symbolic" in text
    assert CliRunner().invoke(cli.cli, ["completion", "tcsh"]).exit_code == 2


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_reads_it(shell, tmp_path):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    path = tmp_path / "script"
    path.write_text(script(shell))
    subprocess.run([shell, "-n", str(path)], check=True)


@pytest.mark.parametrize(
    ("words", "index", "expected"),
    [
        ("slt-symbolic t", 1, {"table", "true-set"}),
        ("slt-symbolic table s", 2, {"strata", "spectra", "sampling"}),
        ("slt-symbolic fisher --re", 2, {"--relations"}),
    ],
)
def test_words_are_completed(words, index, expected):
    """What bash is told when it asks, in the way of its script."""
    environment = {
        **os.environ,
        "_SLT_SYMBOLIC_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(index),
    }
    done = subprocess.run(
        [sys.executable, "-c", "from slt_symbolic.cli import main; main()"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {line.partition(",")[2] for line in done.stdout.split()} == expected


def test_bash_completes_through_the_script(tmp_path):
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    program = tmp_path / "slt-symbolic"
    program.write_text(
        f"#!{sys.executable}\nfrom slt_symbolic.cli import main\nmain()\n", encoding="utf-8"
    )
    program.chmod(0o755)
    (tmp_path / "script").write_text(script("bash"))
    lines = (
        f"PATH={tmp_path}:$PATH; . {tmp_path}/script; "
        "COMP_WORDS=(slt-symbolic cl); COMP_CWORD=1; "
        'f=$(complete -p slt-symbolic | sed "s/.*-F \\([^ ]*\\) .*/\\1/"); '
        '$f slt-symbolic cl ""; echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", lines], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["claims"]
