"""The ledger's report: text, graph, page and document, from claims of its own."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from slt_symbolic.claims import Ledger, verify
from slt_symbolic.report import write_report
from slt_symbolic.report.graph import layered, svg, tikz
from slt_symbolic.report.passages import passages
from slt_symbolic.tables import compile_pdf

CLAIM = '''
import sympy
from slt_symbolic.claims import Claim, Corrected, Evidence, Source, Verdict

claim = Claim(
    id="{id}", title="A <b>title</b> & more", statement=r"x^2 \\ge 0,\\quad y \\ne \\tfrac12",
    plain="50 % of x_1 & x_2 are \\\\alpha.", source=Source("000", "here"), uses={uses},
    assumptions=("x is real",), expected=Verdict.{verdict}, {corrected}
)


@claim.step("Step one", derivation=r"""
Words with $x^2$ and 5 % of $\\mathrm{{E}}[f]$.

$$\\int_0^1x\\,dx = \\tfrac12$$

- first $a < b$
- second
""")
def one(evidence):
    evidence.{evidence}


@claim.step("Step two", derivation="Again.", confirms="one")
def two(evidence):
    evidence.{evidence}


@claim.figure("A figure with a < b.")
def picture():
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().plot([0, 1], [1, 0])
    return figure
'''


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("proofs")
    good = {"evidence": 'identity("zero", 0)', "verdict": "PROVED", "corrected": ""}
    (path / "x1.py").write_text(CLAIM.format(id="X1", uses="()", **good))
    (path / "x2.py").write_text(CLAIM.format(id="X2", uses='("X1",)', **good))
    return path


@pytest.fixture(scope="module")
def written(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("report")
    ledger = Ledger.discover(folder)
    return write_report(out, ledger, verify((), folder, 1).results)


class Checker(HTMLParser):
    """Collects identifiers and links, and checks that elements nest."""

    void = frozenset({"meta", "br", "hr", "img", "link"})

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links = [], [], []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag not in self.void:
            self.open.append(tag)
        if "id" in named:
            self.ids.append(named["id"])
        if tag == "a" and named.get("href", "").startswith("#"):
            self.links.append(named["href"][1:])
        for name in ("src", "href"):
            assert not (named.get(name) or "").startswith(("http:", "https:", "//"))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag not in self.void:
            assert self.open.pop() == tag


def test_passages_keep_every_word_and_formula():
    text = "\nOne $a$\ntwo.\n\n- item $$b$$\n- $c$ last\n"
    paragraph, items = passages(text)
    assert [p.kind for p in paragraph.items[0]] == ["words", "inline", "words"]
    assert items.is_list
    assert [[(p.kind, p.text) for p in item] for item in items.items] == [
        [("words", "item "), ("display", "b")],
        [("inline", "c"), ("words", " last")],
    ]


def test_premises_stand_above_and_every_edge_is_drawn():
    premises = {f"A{k}": () for k in range(20)} | {"B1": ("A3", "A19"), "B2": ("B1",)}
    graph = layered(premises, {"B1": "refuted", "A3": "proved"})
    assert len(set(graph.places.values())) == len(premises)
    for premise, claim in graph.edges:
        assert graph.places[premise][1] < graph.places[claim][1]
    root = ElementTree.fromstring(svg(graph))  # noqa: S314 - our own text
    space = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{space}path")) == 3
    assert len(root.findall(f"{space}a")) == len(premises)
    colours = {rect.get("fill") for rect in root.iter(f"{space}rect")}
    assert len(colours) == 3  # proved, refuted, not run
    assert tikz(graph).count(r"\node") == len(premises)
    assert tikz(graph).count(r"\draw") == 3


def test_page_is_well_formed_and_complete(written):
    html = written[0].read_text(encoding="utf-8")
    checker = Checker()
    checker.feed(html)
    assert checker.open == []
    assert len(set(checker.ids)) == len(checker.ids)
    assert set(checker.links) <= set(checker.ids)
    assert "A &lt;b&gt;title&lt;/b&gt; &amp; more" in html
    assert html.count("<figure>") == 2
    assert html.count("<math") >= 8
    assert not re.search(r"\\(?:tfrac|mathrm|quad)", html)


def test_same_results_give_the_same_page(folder, tmp_path):
    ledger = Ledger.discover(folder)
    results = verify((), folder, 1).results
    first = write_report(tmp_path / "a", ledger, results)[0].read_bytes()
    assert write_report(tmp_path / "b", ledger, results)[0].read_bytes() == first


@pytest.mark.latex
def test_document_compiles(written, tmp_path):
    source = written[1]
    for figure in source.parent.glob("*.pdf"):
        (tmp_path / figure.name).write_bytes(figure.read_bytes())
    pdf = compile_pdf(source.read_text(encoding="utf-8"), tmp_path, name="ledger_report")
    assert pdf.stat().st_size > 10_000


def test_a_figure_must_be_a_figure(tmp_path):
    text = CLAIM.format(
        id="X3", uses="()", evidence='identity("zero", 0)', verdict="PROVED", corrected=""
    )
    (tmp_path / "x3.py").write_text(text.replace("return figure", "return 5"))
    with pytest.raises(TypeError, match="figure of claim X3"):
        write_report(tmp_path / "out", Ledger.discover(tmp_path), ())


def test_the_package_ledger_has_formulas_that_convert():
    """Every statement and derivation of the package's own claims becomes MathML."""
    from slt_symbolic.report.mathml import formula

    for claim in Ledger.discover(None):
        corrected = [claim.corrected.statement] if claim.corrected else []
        formulas = [claim.statement, *corrected]
        for step in claim.steps:
            for block in passages(step.derivation):
                formulas += [p.text for item in block.items for p in item if p.kind != "words"]
                words = "".join(p.text for item in block.items for p in item if p.kind == "words")
                assert "$" not in words, (claim.id, step.name)
                assert "\\" not in words, (claim.id, step.name)
        for text in formulas:
            left = re.findall(r"\\[A-Za-z]+", formula(text))
            assert not left, (claim.id, left, text)


def test_displayed_formulas_are_displayed_and_names_keep_their_distance():
    from slt_symbolic.report.mathml import formula, lines

    shown = formula(r"\frac{a}{b}\log n", display=True)
    root = ElementTree.fromstring(shown)[0]  # noqa: S314 - our own text
    assert root.get("display") == "block"
    assert root.tag == "{http://www.w3.org/1998/Math/MathML}math"
    assert formula("x").count('display="inline"') == 1
    assert shown.count("mspace") == 2
    assert "mspace" not in formula(r"\log(n) + \min_k a_k")
    statement = r"a \le \begin{cases} b;\quad c \\ d \end{cases};\quad " + "e" * 60
    assert [line[:3] for line in lines(statement)] == [r"a \ "[:3], "eee"]
