"""Descriptions that are refused, each with its place and the reason."""

import time

import pytest
from description_text import INPUTS, NETWORK, described

from slt_symbolic.descriptions import DescriptionError

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
        "[network] activation: must be one of abs, ",
    ),
    (
        {"network": '[network]\nactivation="leeky-relu"\nslope="1/10"\nwidth=1'},
        "swish, tanh; got 'leeky-relu'; did you mean 'leaky_relu'?",
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
    ({"inputs": "[inputs]\nlaw = 'normal'"}, "got 'normal'; did you mean 'standard-normal'?"),
    ({"inputs": INPUTS.replace("-sqrt", "2*sqrt")}, "lower must be less than upper for certain"),
    (
        {"inputs": "[inputs]\nlaw = 'standard-normal'\ndimension = 2"},
        "[inputs]: the law has 2 dimensions, and [network] has 1 inputs",
    ),
    ({"rest": "[constants]\na = 'big'"}, "[constants] a: must be one of positive, negative, real"),
    ({"rest": "[constants]\na = 'positiv'"}, "got 'positiv'; did you mean 'positive'?"),
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
