"""Learning coefficients against the log canonical thresholds of Singular and Macaulay2.

Run as ``python benchmarks/rlct_cas.py [--budget SECONDS]``. The other systems compute complex,
global thresholds: Singular the roots of Bernstein-Sato polynomials (`bfct`) of one polynomial,
Macaulay2 thresholds of ideals (`lct` of the package Dmodules). lambda is at least half of the
complex local threshold, and equal to it where a divisor that computes it has real points: those
cases must agree. In others reality, a region, or a zero elsewhere makes the difference, and the
table says which. No multiplicity, region or prior is known to the others. Debian and Ubuntu have
the packages `singular` and `macaulay2`; what is not installed is left out.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import time
from dataclasses import dataclass

import sympy

from slt_symbolic.expressions import parse_expression
from slt_symbolic.rlct import Problem, learning_coefficient


@dataclass(frozen=True)
class Comparison:
    """A problem at the origin, and why its complex global threshold may differ."""

    gens: tuple[str, ...]
    names: str
    differs: str = ""
    region: tuple[str, ...] = ()


CASES = (
    Comparison(("x^2*y^3",), "x y"),
    Comparison(("x^2-y^3",), "x y"),
    Comparison(("x^2*y-y^3",), "x y"),
    Comparison(("x^5+y^5+x^2*y^2",), "x y"),
    Comparison(("(y^2-x^3)^2",), "x y"),
    Comparison(("(y^2-x^3)*(y^3-x^2)",), "x y"),
    Comparison(("x^2+y^3+z^5",), "x y z"),
    Comparison(("x^3+y^4+z^5",), "x y z"),
    Comparison(("x*y*z*(x+y+z)",), "x y z"),
    Comparison(("x*y*z*(x-y)*(y-z)*(x-z)",), "x y z"),
    Comparison(("x^2-y^2*z",), "x y z"),
    Comparison(("4*x^3+27*y^2",), "x y"),
    Comparison(("x", "y^2", "z^3"), "x y z"),
    Comparison(("x^4", "x*y", "y^3"), "x y"),
    Comparison(("x*y", "y*z", "z*x"), "x y z"),
    Comparison(("x^3-y^2", "y^3-z^2"), "x y z"),
    Comparison(("x^2+y^2+z^2",), "x y z", "real: the cone has one real point"),
    Comparison(("x^2+y^2",), "x y"),
    Comparison(("x^4+y^2+z^2",), "x y z", "real: one real point"),
    Comparison(("(x-1)^3*(x^2-y^3)",), "x y", "local: a worse zero is elsewhere"),
    Comparison(("y",), "x y", "region", ("y-x^2",)),
)


def _run(command: list[str], text: str, budget: float) -> tuple[str | None, float]:
    start = time.perf_counter()
    try:
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, timeout=budget, check=False
        )
    except subprocess.TimeoutExpired:
        return None, time.perf_counter() - start
    return done.stdout, time.perf_counter() - start


def singular(case: Comparison, budget: float) -> tuple[sympy.Rational | str, float]:
    """Return half of the threshold of one polynomial, from the roots of its b-function."""
    if len(case.gens) > 1:
        return "one polynomial only", 0.0
    names = case.names.replace(" ", ",")
    text = f'LIB "bfun.lib"; ring r=0,({names}),dp; poly f={case.gens[0]}; bfct(f)[1]; exit;'
    output, seconds = _run(["Singular", "-q"], text, budget)
    if output is None:
        return "out of time", seconds
    roots = [sympy.Rational(v) for v in re.findall(r"_\[\d+\]=(-?\d+(?:/\d+)?)", output)]
    return (-max(roots) / 2 if roots else "no answer"), seconds


def macaulay(case: Comparison, budget: float) -> tuple[sympy.Rational | str, float]:
    """Return half of the threshold of the ideal."""
    names = case.names.replace(" ", ",")
    ideal = ",".join(case.gens)
    text = f'needsPackage "Dmodules"; R=QQ[{names}]; print toString lct ideal({ideal}); exit 0\n'
    output, seconds = _run(["M2", "--silent", "--stop"], text, budget)
    if output is None:
        return "out of time", seconds
    found = re.findall(r"^(\d+(?:/\d+)?)$", output, re.MULTILINE)
    return (sympy.Rational(found[-1]) / 2 if found else "no answer"), seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--budget", type=float, default=60.0, help="seconds for each system")
    options = parser.parse_args()
    programs = {"Singular": ("Singular", singular), "Macaulay2": ("M2", macaulay)}
    systems = {}
    for name, (program, ask) in programs.items():
        if shutil.which(program) is None:
            print(f"{name} is not installed (no program {program}): left out")
        else:
            systems[name] = ask
    print(f"{'generators':34}{'lambda':>8} {'m':>2}{'s':>7}", end="")
    print("".join(f"{name:>22}{'s':>7}" for name in systems), " remark")
    wrong = 0
    times = {name: [0.0, 0.0, 0] for name in systems}
    for case in CASES:
        symbols = sympy.symbols(case.names)
        read = [parse_expression(g.replace("^", "**"), symbols) for g in (*case.gens, *case.region)]
        gens, region = read[: len(case.gens)], read[len(case.gens) :]
        problem = Problem.from_generators(gens, symbols, (0,) * len(symbols), region)
        answer = learning_coefficient(problem, budget=options.budget)
        shown = f"{', '.join(case.gens)}"
        print(
            f"{shown:34}{answer.value!s:>8} {answer.multiplicity!s:>2}{answer.seconds:7.2f}", end=""
        )
        remark = case.differs
        for name, ask in systems.items():
            value, seconds = ask(case, options.budget)
            print(f"{value!s:>22}{seconds:7.2f}", end="")
            if not isinstance(value, str):
                times[name][0] += answer.seconds
                times[name][1] += seconds
                times[name][2] += 1
                if (value == answer.value) == bool(case.differs):
                    remark += f" UNEXPECTED ({name})"
                    wrong += 1
        print("", remark)
    for name, (own, other, count) in times.items():
        print(f"{name}: {count} of {len(CASES)} answered, in {other / own:.1f} times our seconds")
    print(f"comparisons that are not as they must be: {wrong}")
    raise SystemExit(wrong != 0)


if __name__ == "__main__":
    main()
