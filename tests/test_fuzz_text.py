"""Random expressions, descriptions and problem files: answered, or refused by name, in time."""

import random
import string
from collections.abc import Iterator
from pathlib import Path

import fuzzing
import pytest
import sympy

from slt_symbolic.descriptions import DescriptionError
from slt_symbolic.descriptions.description import read
from slt_symbolic.expressions import ExpressionError, parse_expression
from slt_symbolic.expressions.parser import CONSTANTS, FUNCTIONS
from slt_symbolic.rlct import RLCTError, learning_coefficient
from slt_symbolic.rlct.suite import read_suite

FEW, MANY = pytest.param(1, id="few"), pytest.param(20, id="many", marks=pytest.mark.slow)

TOKENS = (*FUNCTIONS, *CONSTANTS, *"xyzw", *"()()()+-*/,.", "**", "^", "0", "1", "7", "1/3", "0.5")
TOKENS += ("10**30", "9" * 40, "1e5", "2**x", "__class__", "x.real", "lambda", "[0]", "'a'", ";")
TOKENS += ("\n", "λ", "²", "×", "\x00", "exec", "import", "=", "==", "<", "if", "1j", "0x1f")
SEEDS = ("x**2 - y**3", "tanh(2*x + 1/3)/sqrt(1 + x**2)", "Max(x, 0, y - 1)*exp(-x**2/2)")
SEEDS += ("(1 + x)**(1/2) - log(1 + y**2)", "erf(x)*pi - E*cos(3*x*y)", "((x + 1)/(y**2 + 2))**7")


def grown(rng: random.Random, depth: int) -> str:
    """Return a well-formed expression, of values that are often out of bounds."""
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(("x", "y", "0", "1", "2", "1000", "0.25", "10**50", "pi", "x**9", "-3"))
    a, b = grown(rng, depth - 1), grown(rng, depth - 1)
    if rng.random() < 0.3:
        return f"{rng.choice(list(FUNCTIONS))}({a})"
    return f"({a}{rng.choice(('+', '-', '*', '/', '**'))}{b})"


def expressions(seed: int, count: int) -> Iterator[str]:
    rng = fuzzing.generator(seed)
    for k in range(count):
        if k % 4 == 0:
            yield "".join(rng.choice(TOKENS) for _ in range(rng.randint(1, 30)))
        elif k % 4 == 1:
            yield grown(rng, rng.randint(1, 5))
        elif k % 4 == 2:
            text = rng.choice(SEEDS).encode()
            yield fuzzing.damaged_bytes(rng, text).decode("utf-8", "replace")
        elif rng.random() < 0.5:
            yield "".join(
                chr(rng.choice((rng.randrange(128), rng.randrange(0xD800)))) for _ in range(20)
            )
        else:
            opening = rng.choice(("(", "-", "sqrt(", "x**", "Max(1,", "1+", "1/", "+", "2**("))
            yield opening * rng.randint(1, 3000) + "x" + ")" * rng.choice((0, rng.randint(1, 3000)))


def _parsed(text: str) -> None:
    expr = parse_expression(text)
    assert isinstance(expr, sympy.Expr)
    assert not expr.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I, sympy.Float)


@pytest.mark.parametrize("scale", [FEW, MANY])
def test_expressions(scale: int) -> None:
    inputs = expressions(scale, 1000 * scale)
    fuzzing.judge(fuzzing.fuzz(inputs, _parsed, ExpressionError, seconds=4.0))


GOOD = b"""
[constants]
a = "1/2"
[network]
activation = "tanh"
width = 2
inputs = 1
biases = [0, "a"]
[truth]
activation = "tanh"
units = [{ readout = 1, weights = "a", bias = 0 }]
[inputs]
law = "uniform-interval"
lower = "-sqrt(3)"
upper = "sqrt(3)"
[parameter]
w1 = "1/2"
w2 = 0
q1 = 1
q2 = "-7/3"
[noise]
variance = 1
"""
VALUES = ("0", "1", "-1", "9" * 30, "true", "0.5", "nan", "[]", "{}", '""', '"a"', '"1/0"', '"x"')
VALUES += ('"9**9**9"', '"__import__(1)"', "[[1]]", '["relu", 1]', "1979-05-27", "10000000", "300")
VALUES += (
    '"relu"',
    '"normal"',
    '"uniform-box"',
    "{ readout = 1 }",
    "[1, 2, 3]",
    '"' + "(" * 500 + '"',
)
NAMES = (
    "activation",
    "width",
    "inputs",
    "law",
    "lower",
    "upper",
    "dimension",
    "points",
    "vertices",
)
NAMES += ("units", "weights", "biases", "readouts", "output_bias", "tied", "fixed", "parameters")
NAMES += ("w1", "q2", "a", "variance", "covariance", "x", "'' ", "λ", "slope", "beta", "readout")


def descriptions(seed: int, count: int) -> Iterator[bytes]:
    rng = fuzzing.generator(seed)
    lines = GOOD.decode().strip().split("\n")
    for k in range(count):
        if k % 3 == 0:
            yield fuzzing.damaged_bytes(rng, GOOD)
            continue
        changed = list(lines)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(changed))
            sort = rng.randrange(4)
            if sort == 0:
                del changed[at]
            elif sort == 1:
                changed.insert(at, f"{rng.choice(NAMES)} = {rng.choice(VALUES)}")
            elif "=" in changed[at]:
                name = changed[at].split("=")[0]
                changed[at] = f"{name}= {rng.choice(VALUES)}"
            else:
                changed.insert(at, f"[{rng.choice(NAMES)}]")
        yield "\n".join(changed).encode()


@pytest.mark.parametrize("scale", [FEW, MANY])
def test_descriptions(scale: int) -> None:
    inputs = descriptions(scale, 150 * scale)
    fuzzing.judge(fuzzing.fuzz(inputs, read, DescriptionError, seconds=4.0))


POINT = {"type": "point", "at": {"x": "0", "y": "0"}}
BOX = {"type": "box", "bounds": {"x": ["-1", "1"], "y": ["-1/2", 1]}}
NETWORK = {"f": "a*tanh(b*x)", "truth": "0", "x": "normal"}
CASES: tuple[dict[str, object], ...] = (
    {"id": "cusp", "vars": ["x", "y"], "kind": "ideal", "gens": ["x^2-y^3"], "locus": POINT},
    {
        **{"id": "half", "vars": ["x", "y"], "kind": "K", "gens": ["x^2*y^4"], "locus": POINT},
        **{"region": ["x>=0", "y-x^2>=0"], "prior": [{"poly": "x", "exponent": "1/2"}]},
    },
    {"id": "box", "vars": ["x", "y"], "kind": "K", "gens": ["(x*y)^2"], "locus": BOX},
    {"id": "cos", "vars": ["x", "y"], "kind": "ideal", "gens": ["1-cos(x)+y^3"], "locus": POINT},
    {
        **{"id": "net", "vars": ["a", "b"], "kind": "model", "model": NETWORK},
        "locus": {"type": "point", "at": {"a": "0", "b": 0}},
    },
)


def problems(seed: int, count: int) -> Iterator[object]:
    rng = fuzzing.generator(seed)
    for _ in range(count):
        case = fuzzing.damaged(rng, rng.choice(CASES), rng.choice(CASES))
        yield {"cases": [case, rng.choice(CASES)]} if rng.random() < 0.2 else case


@pytest.mark.parametrize("scale", [FEW, MANY])
def test_problem_files(scale: int, tmp_path: Path) -> None:
    path = tmp_path / "problem.json"

    def use(data: object) -> None:
        path.write_text(fuzzing.as_json(data), encoding="utf-8")
        for case in read_suite(path):
            case.problem().statement()

    inputs = problems(scale, 150 * scale)
    fuzzing.judge(fuzzing.fuzz(inputs, use, RLCTError, seconds=10.0))


@pytest.mark.parametrize("scale", [FEW, MANY])
def test_problems_are_answered_within_their_budget(scale: int, tmp_path: Path) -> None:
    path = tmp_path / "problem.json"

    def use(data: object) -> None:
        path.write_text(fuzzing.as_json(data), encoding="utf-8")
        for case in read_suite(path):
            learning_coefficient(case.problem(), budget=0.2)

    inputs = problems(100 + scale, 15 * scale)
    fuzzing.judge(fuzzing.fuzz(inputs, use, RLCTError, seconds=15.0))


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"[" * 100_000, b"1" * 5000, b"[]", b"{}"]
)
def test_files_that_are_no_problems(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    path.write_bytes(content)
    with pytest.raises(RLCTError):
        read_suite(path)[0].problem()


def test_the_harness_sees_what_is_executed() -> None:
    tally = fuzzing.fuzz(iter(["1 + 1"]), lambda text: eval(text), ValueError, seconds=1.0)  # noqa: S307 - the point of this test
    assert "executed" in tally.faults[0]


def test_the_harness_sees_slow_and_unnamed() -> None:
    def use(item: int) -> None:
        if item:
            raise KeyError(string.digits)
        while True:
            pass

    tally = fuzzing.fuzz(iter([0, 1]), use, ValueError, seconds=0.1)
    assert [fault.split(":")[0] for fault in tally.faults] == ["TooSlowError", "KeyError"]
