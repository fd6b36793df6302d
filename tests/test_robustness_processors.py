"""The same numbers from one thread and two, and from processors without vector instructions.

Each setting needs a process of its own: Numba reads it when it is loaded. What is exact has to be
identical everywhere; draws are bitwise equal for any number of threads, and compiled numbers
agree to a stated tolerance where instructions differ.
"""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

PROGRAM = """
import json
import numpy as np
from sympy import Rational
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.descriptions.description import read
from slt_symbolic.sampling import Target, UniformBox, run_ladder

found = {}
for name in ("relu", "tanh"):
    description = read(f'''
[network]
activation = "{name}"
width = 2
[truth]
activation = "{name}"
units = [{{ readout = 1, weights = 1, bias = 0 }}]
[inputs]
law = "uniform-interval"
lower = -1
upper = 1
'''.encode())
    K = KLDivergence(description.model, description.truth, description.inputs)
    values = (Rational((-1) ** k, k + 2) for k in range(len(K.parameters)))
    point = dict(zip(K.parameters, values))
    if name == "relu":
        found["exact"] = str(K.at(point))
    compiled = K.compile()
    rng = np.random.default_rng(0)
    g, rows = np.zeros(len(point)), []
    for w in rng.uniform(-1, 1, (200, len(point))):
        rows.append([compiled(w, g), *g])
    found[f"K {name}"] = rows

def well(w, g):
    g[0], g[1] = 2 * w[0] * w[1] ** 2, 2 * w[0] ** 2 * w[1]
    return (w[0] * w[1]) ** 2

target = Target(well, UniformBox((-1, -1), (1, 1)))
run = run_ladder(target, [10, 100], chains=3, draws=50, warmup=48)
found["draws"] = run.draws.ravel().tolist()
found["short"] = run_ladder(target, [5], chains=2, draws=8, warmup=24).draws.ravel().tolist()
print(json.dumps(found))
"""

STUDIES = {
    "learning-zero": """
from slt_symbolic.studies.learning_zero import StudySettings, learning_zero
print(learning_zero(StudySettings(
    widths=(1, 4), exponents=tuple(range(0, 21, 4)), draws=32, bootstrap=20,
    chains=((4, "walk", (10.0,)), (2, "sampled", (2.0,))), walk_sweeps=50,
)).to_json())
""",
    "mean-field": """
from slt_symbolic.studies.mean_field import MeanFieldSettings, mean_field
print(mean_field(MeanFieldSettings((96,), 8, 2e-3, 1.0, 99)).to_json())
""",
}

SETTINGS = {
    "one thread": {"NUMBA_NUM_THREADS": "1"},
    "two threads": {"NUMBA_NUM_THREADS": "2"},
    "no SVML": {"NUMBA_DISABLE_INTEL_SVML": "1"},
    "generic processor": {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""},
    "no AVX": {"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": "+sse2,-avx,-avx2,-fma,-avx512f"},
}


def numbers(setting: dict[str, str], program: str = PROGRAM) -> Any:
    # A cache of compiled code could come from another setting.
    kept = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_")}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**kept, "OPENBLAS_NUM_THREADS": "1", **setting},
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def distance(a: list[float], b: list[float]) -> float:
    """The largest difference relative to the larger of the two and one."""
    return max(abs(x - y) / max(1.0, abs(x), abs(y)) for x, y in zip(a, b, strict=True))


def flat(data: Any) -> list[float]:
    """The numbers in nested data."""
    if isinstance(data, dict | list):
        return [
            x for item in (data.values() if isinstance(data, dict) else data) for x in flat(item)
        ]
    return [float(data)] if isinstance(data, int | float) else []


@pytest.mark.slow
def test_threads_change_no_bit() -> None:
    one, two = (numbers(SETTINGS[s]) for s in ("one thread", "two threads"))
    assert one == two


@pytest.mark.slow
@pytest.mark.parametrize("program", STUDIES.values(), ids=STUDIES)
def test_threads_change_no_bit_of_a_study(program: str) -> None:
    one, two = (numbers(SETTINGS[s], program) for s in ("one thread", "two threads"))
    assert one["findings"]
    assert one == two


@pytest.mark.slow
@pytest.mark.parametrize("name", ["no SVML", "generic processor", "no AVX"])
def test_processors_agree(name: str) -> None:
    here, there = numbers({}), numbers(SETTINGS[name])
    assert here["exact"] == there["exact"]
    apart = {key: distance(flat(here[key]), flat(there[key])) for key in ("K relu", "K tanh")}
    apart |= {key: distance(here[key], there[key]) for key in ("short", "draws")}
    print(name, apart)
    assert apart["K relu"] < 1e-14
    assert apart["K tanh"] < 1e-13
    # Draws part when a rounding decides an acceptance: the laws agree, not the paths.
    assert apart["short"] < 1e-9


@pytest.mark.slow
def test_curves_of_learning_zero_agree() -> None:
    here, there = (numbers(s, STUDIES["learning-zero"]) for s in ({}, SETTINGS["no AVX"]))
    assert len(flat(here["widths"])) > 50
    assert distance(flat(here["widths"]), flat(there["widths"])) < 1e-12
    walks = [[c for c in found["chains"] if c["readouts"] == "walk"] for found in (here, there)]
    assert distance(*map(flat, walks)) < 1e-12
