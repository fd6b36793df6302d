"""Tables: their text, and what a real LaTeX makes of them."""

import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import flint
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from slt_symbolic.claims import ClaimResult, Source, Status, Verdict
from slt_symbolic.tables import (
    Column,
    Latex,
    LatexError,
    Table,
    check_latex,
    compile_pdf,
    document,
    escape,
    hermite_table,
    ledger_table,
    rlct_table,
    write_tables,
)
from slt_symbolic.tables.escaping import _MATH

SPECIALS = r"""\ { } $ & # % _ ^ ~ < > | " ' ` -- --- ,, << >> ?` !` '' \input{x} x_1^2 [a] 50%"""

needs_latex = pytest.mark.skipif(
    shutil.which("pdflatex") is None,
    reason="pdflatex is not installed (Debian: texlive-latex-extra, texlive-science)",
)

RESULTS = [
    ClaimResult(
        id="B8",
        title="λ = ½ and m = 1 on the valley of K(w) = (ab − 1)²/2",
        source=Source("004", "Example 3.4"),
        status=Status.DECIDED,
        verdict=Verdict.PROVED,
        expected=Verdict.PROVED,
        seconds=0.1234,
    ),
    ClaimResult(
        id="rlct_eq_half_codim_of_morse_bott_50%",
        title="A file that cannot be loaded: C:\\path & ~user, x_1^2 <{}>",
        source=None,
        status=Status.CRASHED,
        verdict=None,
        expected=None,
        seconds=12.0,
    ),
    ClaimResult(
        id="[C3]",
        title="The Hermite coefficients of tanh(x) are enclosed",
        source=Source("006"),
        status=Status.DECIDED,
        verdict=Verdict.SUPPORTED,
        expected=Verdict.ENCLOSED,
        seconds=0.0,
    ),
]


def test_golden_table() -> None:
    rows = [
        {"point": "a_1 = 0", "K": "w^2", "λ": sympy.Rational(1, 2), "m": 1},
        {"point": "[end]", "K": sympy.Symbol("x") ** 4, "λ": None, "m": 2},
    ]
    table = Table(
        ["point", Column("K", "K", "math"), "λ", Column(Latex("$m$"), "m", "number")],
        rows,
        caption="All 2 of them: 100%",
        label="tab:rlct",
    )
    assert table.latex().splitlines() == [
        r"\begin{table}[htbp]",
        r"\centering",
        r"\setlength{\belowcaptionskip}{6pt}",
        r"\caption{All 2 of them: 100\%}",
        r"\label{tab:rlct}",
        r"\renewcommand{\arraystretch}{1.25}",
        r"\begin{tabular}{lllr}",
        r"\toprule",
        r"point & K & \ensuremath{\lambda} & $m$ \\",
        r"\midrule",
        r"a\_1 = 0 & $w^2$ & $\tfrac{1}{2}$ & \num{1} \\",
        r"{}[end] & $x^{4}$ & -- & \num{2} \\",
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]


def test_rows_are_attributes_keys_or_functions() -> None:
    row = SimpleNamespace(value=3)
    columns = [Column("v", "value"), Column("2v", lambda r: 2 * r.value, "number")]
    assert Table(columns, [row]).latex().splitlines()[4] == r"\num{3} & \num{6} \\"


def test_long_tables_break() -> None:
    rows = [{"n": n} for n in range(31)]
    assert r"\begin{longtable}" in Table(["n"], rows).latex()
    assert r"\begin{tabular}" in Table(["n"], rows[:30]).latex()
    assert r"\begin{tabular}" in Table(["n"], rows, long=False).latex()


@pytest.mark.parametrize(
    ("make", "error", "reason"),
    [
        (lambda: Column("a", "a", "image"), ValueError, "kind"),
        (lambda: Column("a", "a", align="x"), ValueError, "align"),
        (lambda: Column("a", "a", width=2.0), ValueError, "width"),
        (lambda: Table([], []), ValueError, "columns"),
        (lambda: Table(["a"], [], caption="c", label="a}b"), ValueError, "label"),
        (lambda: Table(["a"], [], label="a"), ValueError, "caption"),
        (lambda: Table(["a"], [{"a": 1}, {"b": 1}]).latex(), ValueError, "row 2, column 'a'"),
        (lambda: Table(["a"], [SimpleNamespace()]).latex(), ValueError, "row 1, column 'a'"),
        (lambda: Table(["a"], [{"a": 0.5}]).latex(), ValueError, "state digits"),
        (lambda: Table([Column("a", "a", "math")], [{"a": 1.5}]).latex(), ValueError, "SymPy"),
        (lambda: Table([Column("a", "a", "math")], [{"a": "$x$"}]).latex(), ValueError, "'\\$'"),
        (lambda: Table(["a"], [{"a": Latex("}")}]).latex(), ValueError, "unbalanced"),
        (lambda: escape(1), TypeError, "str"),
    ],
)
def test_refuses(make: object, error: type[Exception], reason: str) -> None:
    with pytest.raises(error, match=reason):
        make()


@pytest.mark.parametrize("bad", ["{", "}{", "{{}", "a % b", "a & b", "a\\", "a\n\nb"])
def test_broken_latex_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="LaTeX"):
        check_latex(bad)


@pytest.mark.parametrize(
    "good", [r"\{", r"a \% b", r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", r"\frac{1}{2}"]
)
def test_sound_latex_is_left_as_it_is(good: str) -> None:
    assert check_latex(good, math=True) == good


@given(st.text())
def test_escaped_text_cannot_break_a_table(text: str) -> None:
    escaped = escape(text)
    assert check_latex(escaped) == escaped
    # Every special character that is left belongs to a macro.
    plain = re.sub(r"\\(?:[A-Za-z]+|[{}$&#%_|])|[{}]|_(?=\{)|\^(?=\{)", "", escaped)
    assert not set(plain) & set("\\$&#%_^\n\t<>|\"'`"), escaped
    assert "\0" not in escaped


def test_escape_shows_what_it_cannot_write() -> None:
    assert escape("a\U0001f600b\x07") == "a[U+1F600]b[U+0007]"
    assert escape("e\u0301") == "é"


def test_compile_pdf_checks_the_name(tmp_path: Path) -> None:
    for name in ("../x", "a b", "", "-x y", "ä"):
        with pytest.raises(ValueError, match="name"):
            compile_pdf("", tmp_path, name=name)


def test_no_pdflatex_is_a_named_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LatexError, match="not installed"):
        compile_pdf(document("x"), tmp_path)


def test_ledger_files(tmp_path: Path) -> None:
    table, complete = write_tables(tmp_path / "new" / "folder", RESULTS)
    text = table.read_text(encoding="utf-8")
    assert (table.name, complete.name) == ("ledger.tex", "ledger_document.tex")
    assert text.count(r"\begin{tabular}") == 1
    assert "3 claims: 1 proved, 1 crashed, 1 supported." in text
    assert r"\textbf{supported} (recorded: enclosed)" in text
    assert r"\textbf{proved}" not in text
    assert text.strip() in complete.read_text(encoding="utf-8")
    assert "nothing was run" in ledger_table([]).latex()


# With a real LaTeX


def _text(pdf: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (Debian: poppler-utils)")
    finished = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, timeout=60
    )
    return finished.stdout.decode()


def _complaints(pdf: Path) -> list[str]:
    log = pdf.with_suffix(".log").read_text(encoding="latin-1")
    bad = ("Overfull", "Missing character", "LaTeX Warning", "undefined")
    return [line for line in log.splitlines() if any(word in line for word in bad)]


@needs_latex
@pytest.mark.latex
def test_specials_print_as_they_stand(tmp_path: Path) -> None:
    # One line each, so that no line break interferes.
    body = "\n\n".join(rf"\noindent A{escape(word)}Z" for word in SPECIALS.split(" "))
    pdf = compile_pdf(document(body), tmp_path, runs=1)
    lines = [line.strip() for line in _text(pdf).splitlines()]
    for word in SPECIALS.split(" "):
        assert f"A{word}Z" in lines
    assert not _complaints(pdf)


@needs_latex
@pytest.mark.latex
def test_every_known_character_compiles(tmp_path: Path) -> None:
    latin = [chr(code) for code in range(0xA0, 0x180)]
    words = [escape(character) for character in [*latin, *_MATH, "\U0001f600"]]
    pdf = compile_pdf(document("\\raggedright\n" + "\n".join(words)), tmp_path, runs=1)
    text = _text(pdf)
    assert not _complaints(pdf)
    for character in "éßŁżλ∞∈≤©":
        assert character in text
    assert "[U+1F600]" in text


@needs_latex
@pytest.mark.latex
def test_results_compile_and_read_well(tmp_path: Path) -> None:
    rlct = rlct_table(
        {
            "x² on the line": SimpleNamespace(
                value=sympy.Rational(1, 2), multiplicity=1, known="proved", route="normal crossings"
            ),
            "learning_zero, h = 128": SimpleNamespace(
                value=sympy.Rational(130, 23),
                multiplicity=1,
                known="theorem",
                route="linear program",
            ),
        },
        caption="Learning coefficients",
        label="tab:rlct",
    )
    ball = flint.arb("0.6057055096117214", "1e-12")
    hermite = hermite_table(
        [SimpleNamespace(order=1, ball=ball, method="ball quadrature")], caption="Hermite", digits=9
    )
    mixed = Table(
        [
            Column("name", "name"),
            Column("K", "K", "math"),
            Column("λ", "v", "number", options={"error": 0.02}),
        ],
        [
            {"name": "[1]", "K": r"\tfrac12 (ab-1)^2", "v": 0.513},
            {"name": "*", "K": "x^4", "v": None},
        ],
    )
    body = "\n\n".join(table.latex() for table in (mixed, rlct, hermite))
    pdf = compile_pdf(document(body), tmp_path)
    text = " ".join(_text(pdf).split())
    for expected in (
        "learning_zero, h = 128",
        "normal crossings",
        "0.605 705 509",
        "0.51(2)",
        "[1]",
        "Table 1: Learning coefficients",
    ):
        assert expected in text, expected
    assert not _complaints(pdf)


@needs_latex
@pytest.mark.latex
@pytest.mark.parametrize("repeats", [1, 30], ids=["one page", "long"])
def test_ledger_compiles(tmp_path: Path, repeats: int) -> None:
    _, complete = write_tables(tmp_path, RESULTS * repeats)
    pdf = compile_pdf(complete.read_text(encoding="utf-8"), tmp_path, name="ledger_document")
    text = " ".join(_text(pdf).split())
    for expected in (
        "bott_50%",
        "[C3]",
        "crashed",
        "x_1^2 <{}>",
        "C:\\path & ~user",
        "0.12",
    ):
        assert expected in text, expected
    assert not _complaints(pdf)


@needs_latex
@pytest.mark.latex
def test_latex_errors_are_named(tmp_path: Path) -> None:
    with pytest.raises(LatexError, match="Undefined control sequence"):
        compile_pdf(document(r"\nosuchmacro"), tmp_path)
    with pytest.raises(LatexError, match="more than 1 seconds"):
        compile_pdf(document(r"\def\x{\x}\x"), tmp_path, timeout=1)


@needs_latex
@pytest.mark.latex
def test_latex_stays_in_its_folder(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.tex").write_text("secret")
    for name in ("../secret.tex", str(tmp_path / "secret.tex")):
        with pytest.raises(LatexError, match="secret"):
            compile_pdf(document(rf"\input{{{name}}}"), inside)
    compile_pdf(document(r"\immediate\write18{touch shell}x"), inside, runs=1)
    with pytest.raises(LatexError, match="outside"):
        compile_pdf(document(r"\newwrite\w\immediate\openout\w=../outside.tex x"), inside)
    assert not list(tmp_path.rglob("shell"))
    assert not list(tmp_path.rglob("outside*"))
