"""``slt-symbolic rlct`` on a described network: at a parameter, and on all strata of W0."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sympy import Rational

from slt_symbolic import (
    KLDivergence,
    TrueSet,
    TwoLayer,
    UniformInterval,
    Unit,
    activation,
    cli,
    local_learning_coefficient,
)
from slt_symbolic.commands import rlct_network as command
from slt_symbolic.commands.check import verify

LEAKY = """
[network]
activation = "leaky_relu"
slope = "1/10"
width = 2
biases = 0
output_bias = 0
[truth]
units = [{ readout = 1, weights = 1, bias = 0 }]
[inputs]
law = "uniform-interval"
lower = -1
upper = 1
"""
OTHERS = {
    "linear": """
        [model]
        kind = "deep-linear"
        widths = [1, 1, 1]
        [truth]
        matrix = [[0]]
        [inputs]
        law = "standard-normal"
        dimension = 1
        """,
    "own": """
        [model]
        kind = "expression"
        parameters = ["a", "b"]
        K = "a**2"
        region = ["a - b**2"]
        """,
    "outputs": """
        [network]
        activation = "relu"
        outputs = 2
        width = 1
        biases = 0
        output_bias = 0
        [truth]
        units = []
        [inputs]
        law = "uniform-interval"
        lower = -1
        upper = 1
        """,
}


def invoke(*arguments):
    result = CliRunner().invoke(cli.cli, ["rlct", *map(str, arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def leaky(tmp_path):
    file = tmp_path / "leaky.toml"
    file.write_text(LEAKY)
    return file


def test_at_a_parameter_with_a_certificate(leaky, tmp_path):
    out = tmp_path / "new" / "out.json"
    options = ("--at", "w1=1,q1=1,w2=1,q2=0", "--json", out, "--certificate", tmp_path / "c")
    result = invoke(leaky, *options)
    assert result.exit_code == 0
    (record,) = json.loads(out.read_text())
    assert (record["id"], record["lambda"], record["m"]) == ("leaky", "1/2", "1")
    assert record["at"] == {"w1": "1", "q1": "1", "w2": "1", "q2": "0"}
    verdict = verify(Path(record["certificate"]), None)
    assert (verdict.lower, verdict.upper, verdict.multiplicity) == (
        Rational(1, 2),
        Rational(1, 2),
        1,
    )


def test_strata_have_every_lambda_of_their_parts(leaky, tmp_path):
    out = tmp_path / "out.json"
    assert invoke(leaky, "--json", out).exit_code == 0
    found = {}
    for record in json.loads(out.read_text()):
        found.setdefault(record["id"].partition("]")[0] + "]", set()).add(record["lambda"])
    # A silent unit beside the truth's: K is (a + q2)**2 on one side of w2 = 0, and has two
    # squares on the other.
    assert found == {
        "[fold1+, fold1+]": {"1/2"},
        "[fold1+, silent0]": {"1", "1/2"},
        "[fold1+, flat0]": {"1/2"},
    }


def test_the_same_by_hand(leaky, tmp_path):
    out = tmp_path / "out.json"
    invoke(leaky, "--json", out)
    sigma = activation("leaky_relu", slope=Rational(1, 10))
    model = TwoLayer.symbolic(sigma, width=2, biases=0, output_bias=0)
    K = KLDivergence(model, TwoLayer(sigma, [Unit(1, 1, 0)]), UniformInterval(-1, 1))
    for record in json.loads(out.read_text()):
        point = {name: Rational(value) for name, value in record["at"].items()}
        assert str(local_learning_coefficient(K, point).value) == record["lambda"]
        assert TrueSet(K.model, K.truth, K.inputs).contains(point)


@pytest.mark.parametrize(
    ("name", "at", "expected"),
    [
        ("linear", "w1_1_1=0,w2_1_1=0", ("1/2", "2")),
        ("own", "a=0,b=0", ("3/4", "1")),
        ("outputs", "w1=0,q1_1=1,q1_2=0", ("1/2", "1")),
    ],
)
def test_other_kinds(tmp_path, name, at, expected):
    file = tmp_path / f"{name}.toml"
    file.write_text(OTHERS[name])
    out = tmp_path / "out.json"
    assert invoke(file, "--at", at, "--json", out).exit_code == 0
    (record,) = json.loads(out.read_text())
    assert (record["lambda"], record["m"]) == expected
    assert invoke(file).exit_code == 2  # no strata: a parameter is needed


def test_requests_that_make_no_sense(leaky, tmp_path):
    cases = tmp_path / "case.json"
    cases.write_text(
        json.dumps(
            {
                "vars": ["x"],
                "kind": "K",
                "gens": ["x^2"],
                "locus": {"type": "point", "at": {"x": "0"}},
            }
        )
    )
    assert "lambda = 1/2" in invoke(cases).output  # JSON needs no --problem
    for arguments, said in (
        ((), "give one FILE"),
        ((leaky, "--problem", cases), "give one FILE"),
        ((leaky, "--at", "w1=1,q1=1,w2=1,q2=1"), "is not true: fold along x1 = 0"),
        ((leaky, "--jobs", 2), "--resume and --jobs are for cases"),
        ((cases, "--at", "x=1"), "--at is for a description"),
    ):
        result = invoke(*arguments)
        assert result.exit_code == 2
        assert said in result.output


def test_interrupted(leaky, tmp_path, monkeypatch):
    calls = []

    def stop(*arguments, **options):
        calls.append(arguments)
        if len(calls) > 2:
            raise KeyboardInterrupt
        return local_learning_coefficient(*arguments, **options)

    monkeypatch.setattr(command, "local_learning_coefficient", stop)
    out = tmp_path / "out.json"
    result = invoke(leaky, "--json", out)
    assert result.exit_code == 130
    assert "interrupted after" in result.output
    assert len(json.loads(out.read_text())) == 1


def test_points_lie_in_every_part_of_a_stratum():
    sigma = activation("leaky_relu", slope=Rational(1, 10))
    model = TwoLayer.symbolic(sigma, width=2, biases=0, output_bias=0)
    W0 = TrueSet(model, TwoLayer(sigma, [Unit(1, 1, 0)]), UniformInterval(-1, 1))
    silent = W0.strata[1]
    for seed in range(4):
        points = silent.points(seed)
        assert all(W0.stratum_of(p).type == silent.type for p in points)
        assert {p[model.parameters[2]] > 0 for p in points} == {True, False}
