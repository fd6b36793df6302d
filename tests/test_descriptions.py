"""Descriptions: the TOML form, its exact numbers, its errors, and files that mean harm."""

import re
import time
from pathlib import Path

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, sqrt

from slt_symbolic.activations import RELU, leaky_relu, polynomial, swish
from slt_symbolic.descriptions import DescriptionError, load, read
from slt_symbolic.descriptions.laws import LAWS
from slt_symbolic.inputs import StandardNormal, UniformInterval
from slt_symbolic.networks import TwoLayer, Unit

NETWORK = """
[network]
activation = "relu"
width = 2
biases = 0
output_bias = 0
"""
TRUTH = """
[truth]
units = [{readout = 1, weights = "1/2", bias = 0}]
"""
INPUTS = """
[inputs]
law = "uniform-interval"
lower = "-sqrt(3)"
upper = "sqrt(3)"
"""


def described(network: str = NETWORK, truth: str = TRUTH, inputs: str = INPUTS, rest: str = ""):
    return read("\n".join([network, truth, inputs, rest]).encode(), "file.toml")


def reals(names: str) -> tuple[sympy.Symbol, ...]:
    return sympy.symbols(names, real=True)


# The form


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
    assert of('activation = "swish"') == swish(1).name
    assert of('activation = "swish"\nbeta = 2') == swish(2).name
    assert of('activation = "polynomial"\ncoefficients = [0, "1/2", 1]') == (
        polynomial([0, Rational(1, 2), 1]).name
    )
    truth = described(truth='[truth]\nactivation = "step"\nunits = []').truth
    assert (truth.activation.name, truth.inputs) == ("step", 1)


# The errors

WIDE = "{ readout = 1, bias = 0, weights = [" + "1," * 998 + "] },"
ROOTS = ", ".join(f"'sqrt({p})'" for p in (2, 3, 5, 7))
U = "[[network.units]]\nreadout = 1\nweights = 1\nbias = "
BAD = [
    # sections and keys
    ({"network": ""}, "file.toml: network: this section is missing"),
    ({"rest": "[thruth]"}, "thruth: unknown section; did you mean 'truth'? allowed: constants"),
    ({"network": "network = 3"}, "[network]: must be a table; got 3"),
    ({"network": NETWORK + "widht = 2"}, "[network] widht: unknown key; did you mean 'width'?"),
    ({"network": NETWORK + '"\\n\\u202e" = 2'}, "[network] '\\n\\u202e': unknown key; allowed:"),
    ({"network": '[network]\nactivation = "relu"'}, "[network] width: this key is missing; give"),
    ({"network": "[network]\nwidth = 2"}, "[network] activation: this key is missing"),
    ({"inputs": "[inputs]\nlower = 1"}, "[inputs] law: this key is missing"),
    ({"inputs": INPUTS + "dimension = 1"}, "[inputs] dimension: unknown key; allowed: law, lower"),
    ({"rest": "[parameter]\nw1 = 1"}, "[parameter] q1: this key is missing"),
    ({"rest": "[parameter]\nb1 = 1"}, "[parameter] b1: unknown key; allowed: w1, q1"),
    ({"rest": "[noise]\nsigma = 1"}, "[noise] sigma: unknown key; allowed: variance"),
    # numbers
    ({"rest": "[noise]\nvariance = 0.25"}, 'the float 0.25 is rounded; quote "0.25"'),
    ({"rest": "[noise]\nvariance = inf"}, "[noise] variance: must be exact: the float inf"),
    ({"rest": "[noise]\nvariance = true"}, "must be an integer, or a string such as"),
    ({"rest": "[noise]\nvariance = 1979-05-27"}, "got a date or a time"),
    ({"rest": "[noise]\nvariance = [1]"}, "got an array"),
    ({"rest": '[noise]\nvariance = ""'}, "[noise] variance: the text is empty"),
    ({"rest": "[noise]\nvariance = 0"}, "must be positive for certain; got 0"),
    ({"rest": '[noise]\nvariance = "1-sqrt(2)"'}, "must be positive for certain"),
    ({"rest": '[noise]\nvariance = "pi"'}, "unknown name 'pi' in 'pi'; names allowed here: none"),
    ({"rest": '[noise]\nvariance = "2**sqrt(2)"'}, "must be a real algebraic number"),
    ({"rest": '[noise]\n"λ" = 1'}, "[noise] '\\u03bb': unknown key"),
    ({"rest": '[noise]\nvariance = "1/0"'}, "division by zero"),
    ({"rest": '[noise]\nvariance = "sqrt(-1)"'}, "not real"),
    ({"rest": '[noise]\nvariance = "__import__"'}, "unknown name '__import__'"),
    ({"rest": '[noise]\nvariance = "(1).real"'}, "attributes are not allowed"),
    ({"rest": "[noise]\nvariance = 0x1" + "0" * 900}, "at most 1000 digits"),
    ({"rest": "[noise]\nvariance = 1" + "0" * 4300}, "file.toml: an integer has too many digits"),
    ({"rest": f'[noise]\nvariance = "{"9" * 1001}"'}, "at most 1000 digits"),
    ({"rest": '[noise]\nvariance = "2**2**20"'}, "exponent"),
    # networks
    ({"network": NETWORK + "inputs = 0"}, "[network] inputs: must be an integer from 1 to 1000"),
    ({"network": '[network]\nactivation="relu"\nwidth="2"'}, "width: must be an integer, without"),
    ({"network": '[network]\nactivation="relu"\nwidth=true'}, "integer, without quotes; got true"),
    ({"network": '[network]\nactivation="relu"\nwidth=-1'}, "from 0 to 1000; got -1"),
    (
        {"network": '[network]\nactivation="relu"\nwidth=1000\ninputs=1000'},
        "the network has more than 20000 entries",
    ),
    ({"network": "[network]\nactivation=7\nwidth=1"}, "activation: must be a string; got 7"),
    (
        {"network": '[network]\nactivation="rleu"\nwidth=1'},
        "[network] activation: activation must be one of abs, ",
    ),
    ({"network": '[network]\nactivation="leaky_relu"\nwidth=1'}, "slope: this key is missing"),
    (
        {"network": '[network]\nactivation="leaky_relu"\nslope=1\nwidth=1'},
        "activation: slope must differ from 1",
    ),
    ({"network": NETWORK + "slope = 2"}, "[network] slope: activation 'relu' has no slope"),
    ({"network": NETWORK + "fixed = {b1 = 1}"}, "[network.fixed] b1: unknown key; allowed: w1, q1"),
    ({"network": NETWORK + "fixed = [1]"}, "[network.fixed]: must be a table; got an array"),
    ({"network": NETWORK + 'fixed = {w1 = "w2"}'}, "[network.fixed] w1: unknown name 'w2'"),
    ({"network": NETWORK + "tied = 3"}, "[network] tied: must be an array; got 3"),
    ({"network": NETWORK + 'tied = ["w1"]'}, "tied[1]: must be an array; got 'w1'"),
    ({"network": NETWORK + 'tied = [["w1"]]'}, "tied[1]: must name at least two parameters"),
    ({"network": NETWORK + "tied = [[]]"}, "tied[1]: must name at least two parameters"),
    ({"network": NETWORK + 'tied = [["w1", "w1"]]'}, "tied[1]: w1 is named twice"),
    ({"network": NETWORK + 'tied = [["w1", "x"]]'}, "tied[1][2]: must be one of w1, q1, w2, q2"),
    ({"network": NETWORK + U + "0"}, "[network] width: unknown key"),
    (
        {"network": '[constants]\nw1 = "real"\n' + NETWORK},
        "[network]: the parameter w1 has the name of one of the [constants]",
    ),
    ({"network": f'[network]\nactivation="relu"\n{U}"b"'}, "[network.units[1]] bias: unknown name"),
    (
        {"network": f'[network]\nactivation="relu"\nparameters=["b"]\n{U}"sqrt(b**2+1)"'},
        "must be a rational function of its names",
    ),
    (
        {"network": f'[network]\nactivation="relu"\nparameters=["b","b"]\n{U}"b"'},
        "[network] parameters: names a parameter twice",
    ),
    (
        {"network": f'[network]\nactivation="relu"\nparameters=["__b"]\n{U}0'},
        "parameters[1]: position 1",
    ),
    (
        {"network": f'[network]\nactivation="relu"\nparameters=["a+b"]\n{U}0'},
        "parameters[1]: must be a name",
    ),
    (
        {"network": f'[network]\nactivation="relu"\nparameters=["pi"]\n{U}0'},
        "parameters[1]: must be a name",
    ),
    (
        {"network": f'[network]\nactivation="relu"\ninputs = 2\n{U}0'},
        "[network.units[1]] weights: must have 2 entries, one per input; it has 1",
    ),
    (
        {"network": '[network]\nactivation="relu"\nunits=[{readout=1, weights=[], bias=0}]'},
        "[network.units[1]] weights: must have one entry per input",
    ),
    (
        {"network": '[network]\nactivation="relu"\nunits=[{readout=1, weights=1}]'},
        "[network.units[1]] bias: this key is missing",
    ),
    ({"network": '[network]\nactivation="relu"\nunits=[1]'}, "[network.units[1]]: must be a table"),
    # truth, inputs, constants
    ({"truth": "[truth]\nwidth = 1"}, "[truth]: the truth has numbers only: give values that fix"),
    ({"truth": "[truth]\ninputs = 2\nunits = []"}, "[truth] inputs: must be 1 as in [network]"),
    ({"inputs": "[inputs]\nlaw = 'unifrom'"}, "[inputs] law: must be one of "),
    ({"inputs": INPUTS.replace("-sqrt", "2*sqrt")}, "lower must be less than upper for certain"),
    (
        {"inputs": "[inputs]\nlaw = 'standard-normal'\ndimension = 2"},
        "[inputs]: the law has 2 dimensions, and [network] has 1 inputs",
    ),
    ({"rest": "[constants]\na = 'big'"}, "[constants] a: must be one of positive, negative, real"),
    ({"rest": "[constants]\nlambda = 'real'"}, "[constants] lambda: position 1"),
    ({"rest": "[constants]\nsqrt = 'real'"}, "[constants] sqrt: "),
    (
        {"rest": "[constants]\n" + "".join(f"k{i} = 'real'\n" for i in range(1001))},
        "[constants]: a description has at most 1000 constants",
    ),
    (
        {"network": f"[network]\nactivation = 'polynomial'\ncoefficients = [{'1,' * 101}]"},
        "[network] coefficients: at most 100 coefficients, not 101",
    ),
    (
        {"network": "[network]\nactivation = 'relu'\nunits = [" + WIDE * 21 + "]"},
        "[network] units: the network has more than 20000 entries",
    ),
    (
        {"network": NETWORK + "tied = [" + "1, " * 20_001 + "]"},
        "[network] tied: an array has at most 20000 items",
    ),
    (
        {"inputs": "[inputs]\nlaw = 'uniform-polygon'\nvertices = [" + "[0, 0]," * 201 + "]"},
        "[inputs] vertices: a polygon has at most 200 vertices, not 201",
    ),
    (
        {"inputs": f"[inputs]\nlaw = 'uniform-polygon'\nvertices = [[{ROOTS}]]"},
        "[inputs] vertices: at most 3 different roots may occur, not 4",
    ),
    (
        {"inputs": f"[inputs]\nlaw = 'finite-sample'\npoints = [[1]]\nweights = [{ROOTS}]"},
        "[inputs] weights: at most 3 different roots may occur, not 4",
    ),
    ({"inputs": "[inputs]\nlaw = 'finite-sample'\npoints = [1]"}, "points[1]: must be an array"),
    (
        {"inputs": "[inputs]\nlaw = 'uniform-sphere'\ndimension = 1"},
        "[inputs] law: dimension must be at least 2, got 1",
    ),
    (
        {"inputs": "[inputs]\nlaw = 'uniform-box'\nlower = [0, 0.5]\nupper = [1, 1]"},
        "[inputs] lower[2]: must be exact",
    ),
    # not a description at all
    ({"rest": "a = "}, "file.toml: not TOML: Invalid value"),
    ({"rest": "[truth]"}, "file.toml: not TOML: Cannot declare"),
    ({"rest": "a = " + "[" * 5000}, "file.toml: arrays or tables are nested too deeply"),
    ({"rest": "a = " + "{a = " * 5000}, "file.toml: arrays or tables are nested too deeply"),
    ({"rest": "a." * 400_000 + "a = 1"}, "file.toml: a dotted key has at most 16 parts"),
    ({"rest": '"\\"".' * 150_000 + "a = 1"}, "file.toml: a dotted key has at most 16 parts"),
    ({"rest": "[" + "' ' . " * 150_000 + "a]"}, "file.toml: a dotted key has at most 16 parts"),
    ({"rest": "#" * 1_000_000}, "file.toml: a description has at most 1000000 bytes"),
]


@pytest.mark.parametrize(("parts", "message"), BAD, ids=[m[:40] for _, m in BAD])
def test_refuses_with_place_and_reason(parts: dict[str, str], message: str) -> None:
    started = time.perf_counter()
    with pytest.raises(DescriptionError) as caught:
        described(**parts)
    said = str(caught.value)
    assert message in said
    assert said.startswith("file.toml: ")
    assert len(said) < 700
    assert said.isprintable()
    # The measured worst is 0.2 s; what the limits prevent takes minutes or all memory.
    assert time.perf_counter() - started < 2


def test_errors_carry_their_place() -> None:
    with pytest.raises(DescriptionError) as caught:
        described(rest="[noise]\nvariance = -1")
    error = caught.value
    assert isinstance(error, ValueError)
    assert (error.file, error.section, error.key) == ("file.toml", "noise", "variance")
    assert error.reason == "must be positive for certain; got -1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "--at: '': must be NAME=NUMBER"),
        ("w1", "--at: w1: must be NAME=NUMBER"),
        ("w1=1,", "must be NAME=NUMBER"),
        ("w1=1,w1=2", "--at: w1: is given twice"),
        ("b1=1", "--at: b1: unknown parameter; allowed: w1, q1, w2, q2"),
        ("w1=0.1=2", "EQUALS SIGN"),
        ("w1=", "--at: w1: the text is empty"),
        ("w1=w2", "unknown name 'w2'"),
        ("__class__=1", "--at: __class__: unknown parameter"),
    ],
)
def test_assignments_refuse(text: str, message: str) -> None:
    with pytest.raises(DescriptionError) as caught:
        described().at(text, place="--at")
    assert message in str(caught.value)


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


@pytest.mark.parametrize("name", sorted(LAWS))
def test_laws_ask_for_their_keys(name: str) -> None:
    first = next(iter(LAWS[name].keys))
    with pytest.raises(DescriptionError, match=rf"\[inputs\] {first}: this key is missing"):
        described(inputs=f"[inputs]\nlaw = {name!r}")
    for key in LAWS[name].keys:
        others = "\n".join(f"{k} = [[0.5]]" for k in LAWS[name].keys if k != key)
        with pytest.raises(DescriptionError, match=r"\[inputs\] "):
            described(inputs=f"[inputs]\nlaw = {name!r}\n{others}\n{key} = 1979-05-27")


def test_the_documented_errors_are_the_real_ones() -> None:
    text = (Path(__file__).parent.parent / "docs" / "description.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| [^|]*\|$", text.split("## Errors")[1], re.MULTILINE)
    assert len(rows) == 13
    pair = """
    [network]
    activation = "relu"
    parameters = ["w", "q"]
    units = [
      { readout = 1, weights = "w", bias = 0 },
      { readout = "q", weights = "w", bias = "c" },
    ]
    """
    size = '[network]\nactivation = "relu"\n'
    wrong = [
        {"inputs": INPUTS.replace('"-sqrt(3)"', "0.5")},
        {"network": size + "widht = 1"},
        {"network": '[network]\nactivation = "rleu"\nwidth = 1'},
        {"network": size + "width = '2'"},
        {"network": pair},
        {"truth": "[truth]\nwidth = 1\nbiases = 0\nreadouts = 1"},
        {"inputs": "[inputs]\nlaw = 'uniform'"},
        {"inputs": INPUTS.replace("-sqrt", "2*sqrt")},
        {"network": NETWORK + "readouts = 1", "rest": "[parameter]\nw1 = 1"},
        {"network": size + "outputs = 2\nwidth = 2\nreadouts = [[1, 2], [3]]"},
        {"rest": "[model]\nkind = 'expression'"},
        {"network": "[network]\nwidth = oops"},
        {"rest": "#" * 1_000_000},
    ]
    for row, parts in zip(rows, wrong, strict=True):
        with pytest.raises(DescriptionError) as caught:
            described(**parts)
        assert row.removesuffix("...").rstrip() in str(caught.value)


# Properties

WORDS = [
    "__class__",
    "__import__('os')",
    "sqrt(3)",
    "1/3",
    "w1",
    "a",
    "1/0",
    "9**9**9",
    "",
    "λ",
    "-1",
]
SCALARS = st.one_of(
    st.sampled_from(WORDS).map(repr),
    st.integers(-3, 3).map(str),
    st.sampled_from(["true", "0.5", "nan", "1e999", "1979-05-27", "9" * 5000, "0xffff", "'''x'''"]),
    st.text(st.characters(exclude_characters="\\\"'\r\n", exclude_categories=["C"])).map(
        lambda s: f'"{s}"'
    ),
)
KEYS = st.sampled_from(
    [
        *("activation", "beta", "coefficients", "slope", "width", "inputs", "fixed", "tied"),
        *("weights", "biases", "readouts", "output_bias", "parameters", "units", "readout"),
        *("bias", "law", "lower", "upper", "dimension", "points", "vertices", "variance"),
        *("w1", "q1", "a", "__class__"),
    ]
)


def _grow(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tables = st.dictionaries(KEYS, values, max_size=4)
    return st.one_of(
        st.lists(values, max_size=4).map(lambda v: "[" + ", ".join(v) + "]"),
        tables.map(lambda t: "{" + ", ".join(f"{k} = {v}" for k, v in t.items()) + "}"),
    )


VALUES = st.recursive(SCALARS, _grow, max_leaves=8)
SECTIONS = st.sampled_from(["network", "truth", "inputs", "noise", "parameter", "constants"])
GOOD = {
    "network": {"activation": '"relu"', "width": "2"},
    "truth": {"units": "[{readout = 1, weights = 1, bias = 0}]"},
    "inputs": {"law": '"uniform-interval"', "lower": "0", "upper": '"1/2"'},
}


@given(st.lists(st.tuples(SECTIONS, KEYS, VALUES), min_size=1, max_size=4))
@settings(max_examples=300, deadline=2000)
def test_any_change_gives_a_description_or_the_named_error(
    changes: list[tuple[str, str, str]],
) -> None:
    sections = {name: dict(table) for name, table in GOOD.items()}
    for section, key, value in changes:
        sections.setdefault(section, {})[key] = value
    text = "\n".join(
        f"[{name}]\n" + "\n".join(f"{k} = {v}" for k, v in table.items())
        for name, table in sections.items()
    )
    said, units = "", ()
    try:
        units = read(text.encode()).model.units
    except DescriptionError as error:
        said = str(error)
    assert said.isprintable()
    assert not any(e.has(sympy.Float) for u in units for e in u.entries())


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda s: s.encode("utf-8", "replace")))
@settings(max_examples=200, deadline=2000)
def test_any_bytes_give_the_named_error(content: bytes) -> None:
    with pytest.raises(DescriptionError) as caught:
        read(content)
    assert str(caught.value).isprintable()


@given(st.fractions(), st.sampled_from([1, 2, 3, 5]))
def test_numbers_are_exact(value: object, radicand: int) -> None:
    text = f'[parameter]\nw1 = "{value}"\nw2 = "({value})*sqrt({radicand})"\nq1 = 0\nq2 = 0'
    parameter = described(rest=text).parameter
    assert next(iter(parameter.values())) == Rational(str(value))
    assert parameter[sympy.Symbol("w2", real=True)] == Rational(str(value)) * sqrt(radicand)
