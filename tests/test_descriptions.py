"""Descriptions: the TOML form, its exact numbers, and files."""

import time
from pathlib import Path

import pytest
import sympy
from description_text import INPUTS, NETWORK, TRUTH, described, reals
from sympy import Rational, sqrt

from slt_symbolic.activations import RELU, leaky_relu, polynomial, swish
from slt_symbolic.descriptions import DescriptionError, load
from slt_symbolic.inputs import StandardNormal, UniformInterval
from slt_symbolic.networks import TwoLayer, Unit

U = "[[network.units]]\nreadout = 1\nweights = 1\nbias = "


def test_sizes() -> None:
    d = described(rest='[noise]\nvariance = "0.25"\n[parameter]\nw1=1\nq1="1e-1"\nw2=-2\nq2="1/3"')
    assert d.model == TwoLayer.symbolic(RELU, width=2, biases=0, output_bias=0)
    assert d.truth == TwoLayer(RELU, (Unit(1, (Rational(1, 2),), 0),))
    assert d.inputs == UniformInterval(-sqrt(3), sqrt(3))
    assert d.noise_variance == Rational(1, 4)
    w1, q1, w2, q2 = d.model.parameters
    assert d.parameter == {w1: 1, q1: Rational(1, 10), w2: -2, q2: Rational(1, 3)}
    assert d.at("q2 = -sqrt(2)/2, w1=0.5") == {
        **d.parameter,
        q2: -sqrt(2) / 2,
        w1: Rational(1, 2),
    }


def test_defaults() -> None:
    d = described()
    assert d.noise_variance == 1
    assert d.parameter is None
    assert d.at() is None
    assert d.constants == ()
    free = described('[network]\nactivation = "relu"\nwidth = 1').model
    assert [p.name for p in free.parameters] == ["w1", "b1", "q1", "c"]


def test_units_one_by_one_with_constants() -> None:
    d = described(
        """
        [constants]
        a = "positive"
        z = "negative"
        r = "real"
        [network]
        activation = "relu"
        inputs = 2
        parameters = ["u", "v"]
        output_bias = "u*v/2"
        [[network.units]]
        readout = "u + a"
        weights = ["u", "sqrt(2)*v"]
        bias = "z"
        """,
        "[truth]\nwidth = 1\nweights = 'a'\nbiases = 'r'\nreadouts = 2\noutput_bias = '1/3'",
        "[inputs]\nlaw = 'standard-normal'\ndimension = 2",
    )
    u, v = reals("u v")
    a, z, r = d.constants
    assert (a.is_positive, z.is_negative, r.is_real, r.is_positive) == (True, True, True, None)
    assert d.model.parameters == (u, v)
    assert d.model.units == (Unit(u + a, (u, sqrt(2) * v), z),)
    assert d.model.output_bias == u * v / 2
    assert d.truth.units == (Unit(sympy.Integer(2), (a, a), r),)
    assert d.inputs == StandardNormal(2)
    assert d.at("u = a/2, v = 1") == {u: a / 2, v: 1}


def test_fixed_and_tied() -> None:
    network = """
    [network]
    activation = "relu"
    width = 3
    biases = 0
    output_bias = 0
    fixed = { q1 = "1/2", w3 = "-1" }
    tied = [["q3", "q2"], ["w1", "w2"]]
    """
    model = described(network).model
    w1, q3 = reals("w1 q3")
    assert model.parameters == (w1, q3)
    half, one = Rational(1, 2), sympy.S.One
    assert model.units == (Unit(half, (w1,), 0), Unit(q3, (w1,), 0), Unit(q3, (-one,), 0))
    # A second way: the explicit form of the same network.
    listed = """
    [network]
    activation = "relu"
    parameters = ["w1", "q3"]
    units = [
      { readout = "1/2", weights = "w1", bias = 0 },
      { readout = "q3", weights = ["w1"], bias = 0 },
      { readout = "q3", weights = -1, bias = "0" },
    ]
    """
    assert described(listed).model == model


def test_activations() -> None:
    def of(words: str) -> str:
        return described(f"[network]\n{words}\nwidth = 1").model.activation.name

    assert of('activation = "leaky_relu"\nslope = "1/10"') == leaky_relu(Rational(1, 10)).name
    assert of('activation = "Leaky-ReLU"\nslope = "1/10"') == leaky_relu(Rational(1, 10)).name
    assert of('activation = "swish"') == swish(1).name
    assert of('activation = "swish"\nbeta = 2') == swish(2).name
    assert of('activation = "polynomial"\ncoefficients = [0, "1/2", 1]') == (
        polynomial([0, Rational(1, 2), 1]).name
    )
    truth = described(truth='[truth]\nactivation = "step"\nunits = []').truth
    assert (truth.activation.name, truth.inputs) == ("step", 1)


def test_load_reads_files(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    text = "\n".join([NETWORK, TRUTH, INPUTS])
    path.write_bytes(text.replace("\n", "\r\n").encode())
    assert load(path) == load(str(path)) == described()
    path.write_bytes(b"\xff")
    with pytest.raises(DescriptionError, match=r"a\.toml: not UTF-8: byte 1 "):
        load(path)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "b.toml")


def test_large_ones_load_in_time() -> None:
    started = time.perf_counter()
    names = "\n".join(f"k{i} = 'real'" for i in range(1_000))
    units = "[network]\nactivation='relu'\nparameters=['p']\n" + f"{U}'p+k1'\n" * 1000
    assert len(described(f"[constants]\n{names}\n{units}").model.units) == 1000
    fixed = ", ".join(f"w{i} = 0" for i in range(1, 1001))
    tied = "[" + ", ".join(f"'q{i}'" for i in range(1, 1001)) + "]"
    sized = f"[network]\nactivation='relu'\nwidth=1000\nfixed = {{{fixed}}}\ntied = [{tied}]"
    assert len(described(sized).model.parameters) == 1000 + 2
    assert time.perf_counter() - started < 8
