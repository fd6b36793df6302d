"""The checker without the search: what it loads, and that it works where nothing else is."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sympy.abc import x, y

import slt_symbolic
from slt_symbolic.rlct import Problem, learning_coefficient

PACKAGE = Path(slt_symbolic.__file__).parent
# What a second person needs: the checker, its errors and data, and the command.
KEPT = (
    *("__init__.py", "__main__.py", "spelling.py", "cli", "studies/registry.py"),
    *("studies/study.py", "rlct/__init__.py", "rlct/errors.py", "rlct/certificate.py"),
    *("rlct/checker", "commands/check.py"),
)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """A copy of the package of which nothing but the checker and the command is left."""
    folder = tmp_path_factory.mktemp("alone")
    for name in KEPT:
        target = folder / "slt_symbolic" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (PACKAGE / name).is_dir():
            shutil.copytree(PACKAGE / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(PACKAGE / name, target)
    for name in ("studies", "commands"):
        (folder / "slt_symbolic" / name / "__init__.py").write_text("")
    return folder


def check(folder, *arguments):
    command = [sys.executable, "-m", "slt_symbolic", "check", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_certificate_and_a_changed_one(alone):
    answer = learning_coefficient(Problem((x**2 - y**5) ** 2 + x**6, (x, y), (0, 0)))
    text = answer.certificate.to_json()
    (alone / "good.json").write_text(text)
    good = check(alone, "good.json")
    assert (good.returncode, good.stdout) == (0, "accepted: lambda = 7/20, m = 1\n"), good.stderr
    (alone / "bad.json").write_text(text.replace('"7/20"', '"1/3"'))
    bad = check(alone, "bad.json")
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr.startswith("rejected: ")
    assert "Traceback" not in bad.stderr
    data = json.loads(text)
    data["statement"]["pieces"][0]["K"][-1][0] = "2"
    (alone / "other.json").write_text(json.dumps(data))
    assert check(alone, "other.json").returncode == 1
