"""Descriptions of every kind: several outputs, sums, deep linear networks, one's own K."""

from pathlib import Path

import pytest
import sympy
from click.testing import CliRunner
from sympy import Rational

from slt_symbolic import cli
from slt_symbolic.activations import RELU, SIN, STEP, polynomial
from slt_symbolic.commands.sampling_models import model_of_description
from slt_symbolic.descriptions import DescriptionError, read, read_divergence
from slt_symbolic.divergence import (
    ExpressionDivergence,
    KLDivergence,
    LinearDivergence,
    MultiOutputDivergence,
    NetworkSum,
)
from slt_symbolic.inputs import StandardNormal, UniformInterval
from slt_symbolic.linear_networks import DeepLinear
from slt_symbolic.networks import TwoLayer, Unit

INPUTS = '[inputs]\nlaw = "uniform-interval"\nlower = -1\nupper = 2\n'
PARTS = (
    """
[network]
activation = "relu"
width = 1
biases = 0
output_bias = 0
[[truth.part]]
activation = "polynomial"
coefficients = [0, 0, 1]
units = [{ readout = 1, weights = 1, bias = 0 }]
[[truth.part]]
activation = "step"
units = [{ readout = -1, weights = 2, bias = -1 }]
output_bias = -2
"""
    + INPUTS
)
OUTPUTS = (
    """
[network]
activation = "relu"
outputs = 2
width = 2
biases = 0
output_bias = [0, "1/3"]
fixed = { q2_1 = 1 }
tied = [["w1", "w2"]]
[truth]
units = [{ readout = [1, "1/2"], weights = 1, bias = 0 }]
[noise]
variance = [1, "1/4"]
"""
    + INPUTS
)
LINEAR = """
[model]
kind = "deep-linear"
widths = [2, 1, 2]
fixed = { w1_1_1 = 1 }
[truth]
matrix = [[1, 2], [3, "1/2"]]
[noise]
variance = 2
[inputs]
law = "standard-normal"
dimension = 2
"""
OWN = """
[model]
kind = "expression"
parameters = ["a", "b"]
K = "(a*b - 1/2)**2/2 + tanh(a)**2"
region = ["a", "1 - b"]
"""


def stated(text: str):
    return read_divergence(text.encode(), "file.toml")


def command(name: str, text: str, tmp_path: Path, *options: str):
    path = tmp_path / "file.toml"
    path.write_text(text)
    return CliRunner().invoke(cli.cli, [name, str(path), *options])


def test_parts_of_a_truth() -> None:
    K = stated(PARTS).K
    square, step = polynomial((0, 0, 1)), [Unit(-1, (2,), -1)]
    parts = [TwoLayer(square, [Unit(1, (1,), 0)]), TwoLayer(STEP, step, -2)]
    model = TwoLayer.symbolic(RELU, width=1, biases=0, output_bias=0)
    assert K.at([2, 3]) == KLDivergence(model, parts, UniformInterval(-1, 2)).at([2, 3])
    assert isinstance(read(PARTS.encode()).truth, NetworkSum)


def test_sized_outputs() -> None:
    K = stated(OUTPUTS).K
    assert isinstance(K, MultiOutputDivergence)
    assert [p.name for p in K.parameters] == ["w1", "q1_1", "q1_2", "q2_2"]
    w, q11, q12, q22 = K.parameters
    law = UniformInterval(-1, 2)
    by_hand = [
        (((q11, w), (1, w)), 0, 1, 1),
        (((q12, w), (q22, w)), Rational(1, 3), Rational(1, 2), Rational(1, 4)),
    ]
    point = [2, 3, -1, Rational(1, 2)]
    total = sympy.S.Zero
    for units, c, readout, variance in by_hand:
        model = TwoLayer(RELU, [Unit(q, (v,), 0) for q, v in units], c, K.parameters)
        truth = TwoLayer(RELU, [Unit(readout, (1,), 0)])
        total += KLDivergence(model, truth, law, noise_variance=variance).at(point)
    assert K.at(point) == total


def test_rows_of_readouts_and_listed_outputs_are_the_same() -> None:
    sized = """
    [network]
    activation = "sin"
    outputs = 3
    width = 2
    biases = 0
    readouts = [[1, 0], ["1/2", 2], [0, 0]]
    output_bias = 0
    [truth]
    width = 0
    output_bias = [1, 2, 3]
    """
    listed = """
    [network]
    activation = "sin"
    outputs = 3
    parameters = ["w1", "w2"]
    [[network.units]]
    readout = [1, "1/2", 0]
    weights = "w1"
    bias = 0
    [[network.units]]
    readout = [0, 2, 0]
    weights = "w2"
    bias = 0
    [truth]
    units = []
    output_bias = [1, 2, 3]
    """
    one, other = (stated(text + INPUTS).K for text in (sized, listed))
    assert [d.model for d in one.divergences] == [d.model for d in other.divergences]
    assert [d.truth for d in one.divergences] == [d.truth for d in other.divergences]
    assert one.divergences[1].model.units[1] == Unit(2, (one.parameters[1],), 0)
    assert one.divergences[0].model.activation == SIN


def test_deep_linear_networks() -> None:
    K = stated(LINEAR).K
    model = DeepLinear.symbolic((2, 1, 2), fixed={"w1_1_1": 1})
    truth = sympy.Matrix([[1, 2], [3, Rational(1, 2)]])
    expected = LinearDivergence(model, truth, StandardNormal(2), noise_variance=2)
    assert (K.parameters, K.expr) == (expected.parameters, expected.expr)
    layers = 'layers = [[[1, "u"]], [["v"], ["w"]]]\nparameters = ["u", "v", "w"]'
    tied = LINEAR.replace("widths = [2, 1, 2]\nfixed = { w1_1_1 = 1 }", layers)
    assert stated(tied).K.at([3, 2, 1]) == K.at([3, 2, 1])


def test_a_k_of_ones_own() -> None:
    text = OWN + '[parameter]\na = "1/2"\nb = 1\n'
    K = stated(text).K
    expected = ExpressionDivergence("(a*b - 1/2)**2/2 + tanh(a)**2", ["a", "b"])
    assert K.expr == expected.expr
    assert K.at(stated(text).at()) == expected.at([Rational(1, 2), 1])
    assert stated(text).at("b=0")[K.parameters[1]] == 0


# The commands


@pytest.mark.parametrize(
    ("text", "options", "output"),
    [
        (PARTS, ["--at", "w1=1,q1=1"], "K = 229/90"),
        # By hand: the first output is right, the second 1/3 too large.
        (OUTPUTS, ["--at", "w1=1,q1_1=0,q1_2=0,q2_2=1/2"], "K = 2/9"),
        (LINEAR, ["--at", "w1_1_2=2,w2_1_1=1,w2_2_1=3"], "K = 121/16"),
        (OWN, ["--at", "a=0,b=1"], "K = 1/8"),
        (OWN, ["--pieces"], "K = (a*b - 1/2)**2/2 + tanh(a)**2\n  on a > 0, b - 1 < 0"),
    ],
    ids=["parts", "outputs", "deep-linear", "expression", "region"],
)
def test_the_command_divergence(text: str, options: list[str], output: str, tmp_path: Path) -> None:
    result = command("divergence", text, tmp_path, *options)
    assert (result.exit_code, result.stdout) == (0, output + "\n")


def test_all_pieces_of_several_outputs(tmp_path: Path) -> None:
    result = command("divergence", OUTPUTS, tmp_path, "--pieces")
    assert result.exit_code == 0
    assert result.stdout.count("  on w1 > 0\n") == result.stdout.count("  on w1 < 0\n") == 1


@pytest.mark.parametrize("name", ["true-set", "fisher"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OUTPUTS, "[network] outputs: this command works on networks with one output"),
        (LINEAR, "model: this command works on two-layer networks: on [network]"),
        (OWN, "model: this command works on two-layer networks: on [network]"),
    ],
)
def test_commands_that_do_not_answer_say_so(
    name: str, text: str, said: str, tmp_path: Path
) -> None:
    result = command(name, text, tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_strata_of_a_sum_are_refused(tmp_path: Path) -> None:
    result = command("true-set", PARTS, tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "one activation is needed, not a sum of polynomial(0, 0, 1), step" in result.stderr


def test_outside_the_region(tmp_path: Path) -> None:
    result = command("divergence", OWN, tmp_path, "--at", "a=-1,b=0")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "values must lie in the region: a is negative" in result.stderr


# The errors

BAD = [
    (PARTS + "[truth]\nunits = []", "[truth] units: unknown key; allowed: part"),
    (PARTS.replace("[[truth.part]]", "[truth]\nwidth = 0\n[[truth.part]]", 1), "truth] width: unk"),
    (PARTS.split("[[")[0] + "[truth]\npart = []\n" + INPUTS, "part: a truth has 1 to 100 parts"),
    (PARTS.replace('step"\n', 'step"\ninputs = 2\n'), "[truth.part[2].units"),
    (OUTPUTS.replace('[1, "1/4"]', "[1]"), "[noise] variance: must have 2 entries, one per"),
    (OUTPUTS.replace('[0, "1/3"]', "[0]"), "output_bias: must have 2 entries, one per output"),
    (OUTPUTS.replace('[1, "1/2"]', "1"), "[truth.units[1]] readout: must be an array; got 1"),
    (OUTPUTS.replace('[1, "1/2"]', "[1]"), "readout: must have 2 entries, one per output"),
    (OUTPUTS.replace("outputs = 2", "outputs = 0"), "outputs: must be an integer from 1 to 1000"),
    (OUTPUTS.replace("[truth]", "[truth]\noutputs = 3"), "[truth] outputs: must be 2 as in"),
    (
        OUTPUTS.replace("width = 2", "width = 2\nreadouts = [[1, 2], [3]]"),
        "[network] readouts[2]: must have 2 entries, one per unit; it has 1",
    ),
    (LINEAR.replace("deep-linear", "deep"), "[model] kind: must be one of deep-linear, expression"),
    (LINEAR.replace("[2, 1, 2]", "[2]"), "[model]: widths must be at least two positive ints"),
    (LINEAR.replace("[2, 1, 2]", "[2, 0, 2]"), "widths[2]: must be an integer from 1 to 1000"),
    (LINEAR.replace("[2, 1, 2]", "[2, 900, 900, 2]"), "the network has more than 20000 entries"),
    (LINEAR.replace("w1_1_1 =", "x ="), "fixed must name entries of the network, not ['x']"),
    (LINEAR.replace('[3, "1/2"]', "[3]"), "[truth]: "),
    (LINEAR.replace('[3, "1/2"]', "[3, 0.5]"), "[truth] matrix[2][2]: must be exact"),
    (LINEAR.replace("dimension = 2", "dimension = 3"), "inputs must have dimension 2, not 3"),
    (LINEAR.replace("[truth]", "[network]"), "network: unknown section"),
    (OWN.replace("tanh(a)", "tanh(c)"), "[model] K: "),
    (OWN.replace("tanh(a)", "__import__(a)"), "[model] K: "),
    (OWN.replace('"(a*b - 1/2)**2/2 + tanh(a)**2"', "0.5"), "[model] K: must be an expression in"),
    (OWN.replace('"1 - b"', '"1 - x"'), "[model] region[2]: "),
    (OWN + INPUTS, "inputs: unknown section; allowed: constants, model, parameter"),
    (OWN.replace('["a", "b"]', '["a", "a"]'), "names a parameter twice"),
    (OWN + "[parameter]\na = 1", "[parameter] b: this key is missing"),
]


@pytest.mark.parametrize(("text", "message"), BAD, ids=[m[:40] for _, m in BAD])
def test_refuses_with_place_and_reason(text: str, message: str) -> None:
    with pytest.raises(DescriptionError) as caught:
        stated(text)
    said = str(caught.value)
    assert message in said
    assert said.startswith("file.toml: ")
    assert said.isprintable()


def test_sampling_draws_from_other_kinds() -> None:
    prior = '[prior]\nlaw = "uniform-box"\nlower = -2\nupper = 2\n'
    target = model_of_description((LINEAR + prior).encode(), "file.toml").target
    assert target.value([2.0, 1.0, 3.0]) == pytest.approx(121 / 16, rel=1e-14)
    with pytest.raises(ValueError, match="K holds on a region only: it is not compiled"):
        model_of_description((OWN + prior).encode(), "file.toml")
