"""``slt-symbolic divergence``: answers, formats, errors, and the documented examples."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import mpmath
import pytest
import sympy
from click.testing import CliRunner
from flint import arb
from sympy import Rational

from slt_symbolic import cli, parse_expression
from slt_symbolic.activations import RELU
from slt_symbolic.commands import divergence as command
from slt_symbolic.descriptions import laws as descriptions
from slt_symbolic.divergence import KLDivergence, Piece
from slt_symbolic.exact.chamber import Chamber
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.kernels import NoClosedFormError
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.tables import compile_pdf, document, pieces_table

DOCUMENT = Path(__file__).parent.parent / "docs" / "description.md"
VALLEY = """
[network]
activation = "relu"
width = 2
biases = 0
readouts = 1
output_bias = 0
[truth]
units = [{ readout = 1, weights = 1, bias = 0 }]
[inputs]
law = "uniform-interval"
lower = "-sqrt(6)"
upper = "sqrt(6)"
"""
POINT = '[parameter]\nw1 = "1/3"\nw2 = "sqrt(2)"\n'
# K of example 3.4 by hand: second moments 1/2 on each half line.
EXACT = Rational(11, 9) - 2 * sympy.sqrt(2) / 3


@pytest.fixture
def valley(tmp_path: Path) -> Path:
    path = tmp_path / "valley.toml"
    path.write_text(VALLEY + POINT)
    return path


def invoke(*arguments: object):
    result = CliRunner().invoke(cli.cli, ["divergence", *map(str, arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def documented() -> list[tuple[str, str]]:
    text = DOCUMENT.read_text(encoding="utf-8")
    consoles = "".join(re.findall(r"```console\n(.*?)```", text, re.DOTALL))
    commands = re.split(r"^\$ slt-symbolic divergence ", consoles, flags=re.MULTILINE)[1:]
    return [(line, output) for line, _, output in (c.partition("\n") for c in commands)]


@pytest.mark.parametrize(("line", "output"), documented(), ids=[line for line, _ in documented()])
def test_documented_examples(
    line: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, content in re.findall(r"```toml\n# (\S+)\n(.*?)```", text, re.DOTALL):
        (tmp_path / name).write_text(content)
    assert len(list(tmp_path.iterdir())) >= 3
    monkeypatch.chdir(tmp_path)
    result = invoke(*shlex.split(line))
    assert (result.exit_code, result.output) == (0, output)


def test_value_is_exact(valley: Path) -> None:
    result = invoke(valley)
    assert result.exit_code == 0
    assert parse_expression(result.stdout.removeprefix("K = ")) == EXACT
    assert invoke(valley, "--at", "w1=1/3, w2=2/3").stdout == "K = 0\n"


@pytest.mark.parametrize("digits", [1, 20, 300])
def test_digits_enclose(valley: Path, digits: int) -> None:
    fields = json.loads(invoke(valley, "--digits", digits, "--json").stdout)
    assert "value" not in fields
    middle, radius = (parse_expression(fields["enclosure"][k]) for k in ("midpoint", "radius"))
    assert sympy.N(abs(EXACT - middle), digits + 20) < radius < Rational(10) ** (1 - digits)
    assert invoke(valley, "--digits", digits).stdout == f"K = {fields['enclosure']['text']}\n"


def test_chamber_and_pieces(valley: Path) -> None:
    model = TwoLayer.symbolic(RELU, width=2, biases=0, readouts=1, output_bias=0)
    ends = -sympy.sqrt(6), sympy.sqrt(6)
    K = KLDivergence(model, TwoLayer(RELU, [Unit(1, (1,), 0)]), UniformInterval(*ends))
    fields = json.loads(invoke(valley, "--chamber", "--pieces", "--json").stdout)
    assert list(fields) == ["at", "chamber", "pieces"]
    assert parse_expression(fields["chamber"]["expr"]) == K.chamber([1, 1]).expr
    found = {parse_expression(p["expr"]): p["chambers"] for p in fields["pieces"]}
    assert set(found) == {p.expr for p in K.pieces()}
    for p in K.pieces():
        read = {frozenset(map(parse_expression, c)) for c in found[p.expr]}
        assert read == {c.conditions for c in p.chambers}
    text = invoke(valley, "--chamber", "--at", "w2=-1").stdout
    assert text == "K = w1**2/2 - w1 + w2**2/2 + 1/2\n  on w1 > 0, w2 < 0\n"
    # All pieces need no parameter.
    valley.write_text(VALLEY)
    assert invoke(valley, "--pieces").stdout.count("K = ") == 4


def test_json_reads_back(valley: Path) -> None:
    fields = json.loads(invoke(valley, "--json").stdout)
    assert parse_expression(fields["value"]) == EXACT
    assert fields["at"] == {"w1": "1/3", "w2": "sqrt(2)"}


# K = E[relu(x + y)²]/2 of one or two inputs by hand.
LAWS = [
    ('law = "finite-sample"\npoints = [[-1], [1], ["1/2"]]', Rational(5, 24)),
    (
        'law = "finite-sample"\npoints = [[-1], [1], [2]]\nweights = ["1/4", "1/2", "1/4"]',
        Rational(3, 4),
    ),
    ('law = "standard-normal"\ndimension = 1', Rational(1, 4)),
    ('law = "standard-normal"\ndimension = 2', Rational(1, 2)),
    ('law = "uniform-box"\nlower = [0, 0]\nupper = [1, 1]', Rational(7, 12)),
    ('law = "uniform-interval"\nlower = -1\nupper = "0.5"', Rational(1, 72)),
    ('law = "uniform-polygon"\nvertices = [[0, 0], [1, 0], [0, 1]]', Rational(1, 4)),
    ('law = "uniform-sphere"\ndimension = 2', Rational(1, 4)),
]


@pytest.mark.parametrize(("law", "expected"), LAWS)
def test_every_law(valley: Path, law: str, expected: sympy.Rational) -> None:
    inputs = 2 if "dimension = 2" in law or "[0, 0]" in law else 1
    network = f'[network]\nactivation = "relu"\ninputs = {inputs}\nwidth = 1\nbiases = 0'
    fixed = "weights = 1\noutput_bias = 0\n[parameter]\nq1 = 1\n[truth]\nunits = []"
    valley.write_text(f"{network}\n{fixed}\n[inputs]\n{law}")
    assert invoke(valley).stdout == f"K = {expected}\n"
    fields = json.loads(invoke(valley, "--digits", 15, "--json").stdout)["enclosure"]
    middle, radius = (parse_expression(fields[k]) for k in ("midpoint", "radius"))
    assert abs(expected - middle) <= radius < Rational(1, 10**13)


def test_every_law_is_tested() -> None:
    assert {name for name in descriptions.LAWS if any(f'"{name}"' in law for law, _ in LAWS)} == (
        set(descriptions.LAWS)
    )


def test_tanh_agrees_with_quadrature(valley: Path) -> None:
    network = '[network]\nactivation = "tanh"\nwidth = 2\nweights = "1/2"\nbiases = 0'
    rest = "output_bias = 0\nreadouts = 1\n[truth]\nwidth = 1\nweights = 1\nreadouts = 1\n"
    rest += 'biases = 0\noutput_bias = 0\n[inputs]\nlaw = "standard-normal"\ndimension = 1'
    valley.write_text(f"{network}\n{rest}")
    fields = json.loads(invoke(valley, "--json").stdout)["enclosure"]
    middle, radius = (parse_expression(fields[k]) for k in ("midpoint", "radius"))
    assert radius < Rational(1, 10**28)
    with mpmath.workdps(30):
        expected = mpmath.quad(
            lambda x: (2 * mpmath.tanh(x / 2) - mpmath.tanh(x)) ** 2 / 2 * mpmath.npdf(x),
            [-15, -6, -3, 0, 3, 6, 15],
        )
        assert abs(expected - mpmath.mpmathify(middle)) < 1e-20


def test_without_closed_form_there_is_an_enclosure(
    valley: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at(*_: object) -> sympy.Expr:
        raise NoClosedFormError("no closed form")

    asked = []

    def enclosure(*_: object, digits: int) -> arb:
        asked.append(digits)
        return arb("0.25", "1e-40") if digits < 90 else arb("nan")

    monkeypatch.setattr(KLDivergence, "at", at)
    monkeypatch.setattr(KLDivergence, "enclosure", enclosure)
    assert parse_expression(invoke(valley).stdout[5:].partition(" ")[0]) == Rational(1, 4)
    assert asked == [command.DEFAULT_DIGITS]
    result = invoke(valley, "--digits", 99)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no finite enclosure" in result.stderr


@pytest.mark.parametrize("arguments", [[], ["--digits", "25"]], ids=["no form", "digits"])
def test_an_enclosure_that_would_take_too_long_is_refused(
    tmp_path: Path, arguments: list[str]
) -> None:
    path = tmp_path / "steep.toml"
    path.write_text("""
[network]
activation = "tanh"
units = [{ readout = 1, weights = [100, 50, 30], bias = 1 }]
[truth]
units = [{ readout = 1, weights = [3, 3, 3], bias = 0 }]
[inputs]
law = "uniform-box"
lower = [-1, -1, -1]
upper = [1, 1, 1]
""")
    result = invoke(path, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    digits = arguments[1] if arguments else command.DEFAULT_DIGITS
    assert f"K cannot be enclosed to {digits} digits (--digits): " in result.stderr
    assert "ask for fewer digits" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--at", "w1=0", "--chamber"], "Error: the point lies on the wall w1 = 0\n"),
        (["--at", "w3=0"], "Error: --at: w3: unknown parameter; allowed: w1, w2\n"),
        (["--at", "w1=0.1.2"], "Error: --at: w1: position"),
        (["--at", ""], "Error: --at: '': must be NAME=NUMBER, NAME=NUMBER, ...\n"),
        (["--digits", "0"], "Invalid value for '--digits'"),
        (["--latex", "--json"], "--latex and --json exclude each other"),
    ],
)
def test_requests_that_make_no_sense(valley: Path, arguments: list[str], said: str) -> None:
    result = invoke(valley, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (VALLEY, "no parameter: give --at or a section [parameter]"),
        (VALLEY.replace('"relu"', '"rleu"'), "[network] activation: "),
        (VALLEY + "[noise]\nvariance = 0.5", "[noise] variance: must be exact"),
        ("[" * 9_000, "not TOML"),
        ("a = " + "[" * 9_000, "nested too deeply"),
        (VALLEY + '["' + "\\n" * 50 + '"]', "unknown section"),
    ],
)
def test_bad_files_are_one_line(valley: Path, content: str, said: str) -> None:
    valley.write_text(content)
    result = invoke(valley)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {valley}: ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_all_pieces_of_tied_networks(valley: Path) -> None:
    valley.write_text(VALLEY.replace("width = 2", 'width = 2\ntied = [["w1", "w2"]]'))
    result = invoke(valley, "--pieces")
    assert result.stdout.count("K = ") == 2
    assert "on w1 > 0" in result.stdout
    assert "on w1 < 0" in result.stdout
    assert invoke(valley, "--at", "w1=1/2").stdout == "K = 0\n"


def test_files_that_are_not_there(tmp_path: Path) -> None:
    assert invoke(tmp_path / "none.toml").exit_code == 2
    assert invoke(tmp_path).exit_code == 2


def test_the_whole_command_in_a_process(valley: Path) -> None:
    call = [sys.executable, "-c", "from slt_symbolic.cli import main; main()", "divergence"]
    finished = subprocess.run([*call, str(valley)], capture_output=True, check=True, timeout=60)
    assert finished.stdout == b"K = 11/9 - 2*sqrt(2)/3\n"
    valley.write_text("x")
    finished = subprocess.run([*call, str(valley)], capture_output=True, check=False, timeout=60)
    assert finished.returncode == 2
    assert finished.stderr.count(b"\n") == 1


def test_help_imports_no_mathematics() -> None:
    code = (
        "import sys; from slt_symbolic.cli import cli\n"
        "try: cli(['divergence', '--help'])\n"
        "except SystemExit: pass\n"
        "assert 'sympy' not in sys.modules and 'slt_symbolic.descriptions' not in sys.modules"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, timeout=60
    )
    assert b"--pieces" in finished.stdout


# LaTeX

needs_latex = pytest.mark.skipif(
    shutil.which("pdflatex") is None,
    reason="pdflatex is not installed (Debian: texlive-latex-extra, texlive-science)",
)


def test_latex(valley: Path) -> None:
    assert invoke(valley, "--latex").stdout == "$K = \\frac{11}{9} - \\frac{2 \\sqrt{2}}{3}$\n"
    digits = invoke(valley, "--latex", "--digits", 9).stdout
    assert digits == "$K = \\num{0.279413180}\\ldots$\n"
    form = invoke(valley, "--latex", "--chamber", "--at", "w1=-1").stdout
    assert form == (
        "$K = \\frac{w_{1}^{2}}{2} + \\frac{w_{2}^{2}}{2} - w_{2} + \\frac{1}{2}$ "
        "on $w_{1} < 0$, $w_{2} > 0$\n"
    )
    assert invoke(valley, "--latex", "--pieces").stdout.count(" > 0$") == 4


def test_a_form_on_two_chambers_is_written_once() -> None:
    w = sympy.Symbol("w1", real=True)
    two = Piece((w + 1) / w**2, (Chamber(frozenset({w})), Chamber(frozenset({-w}))))
    rows = [row for row in pieces_table([two]).latex().splitlines() if "w_{1}" in row]
    assert rows == [
        r"$\frac{1}{w_{1}} + \frac{1}{w_{1}^{2}}$ & $w_{1} > 0$ \\",
        r" & or $w_{1} < 0$ \\",
    ]


@needs_latex
@pytest.mark.latex
def test_latex_compiles(valley: Path, tmp_path: Path) -> None:
    # Fold and break: forms with quotients, and chambers of several conditions.
    valley.write_text(
        VALLEY.replace("biases = 0\nreadouts = 1", "readouts = 1")
        + '[parameter]\nw1 = 1\nb1 = "1/3"\nw2 = -1\nb2 = "1/2"'
    )
    wanted = [
        ["--pieces"],
        ["--chamber", "--digits", "50"],
        [],
    ]
    body = "\n\n".join(invoke(valley, "--latex", *options).stdout for options in wanted)
    pdf = compile_pdf(document(body), tmp_path)
    log = pdf.with_suffix(".log").read_text(encoding="latin-1")
    bad = ("Overfull", "Missing character", "LaTeX Warning", "undefined")
    assert not [line for line in log.splitlines() if any(word in line for word in bad)]
