"""The public names: few, documented with examples, shown with how they are known."""

import inspect
import subprocess
import sys

import pytest
import sympy

import slt_symbolic
from slt_symbolic import (
    KLDivergence,
    Problem,
    StandardNormal,
    TrueSet,
    TwoLayer,
    UniformInterval,
    Unit,
    activation,
    learning_coefficient,
    local_learning_coefficient,
)
from slt_symbolic.claims import Ledger

NAMES = sorted(set(slt_symbolic.__all__) - {"__version__"})
RELU, TANH = activation("relu"), activation("tanh")
MODEL = TwoLayer.symbolic(RELU, width=2, biases=0, readouts=1, output_bias=0)
TRUTH = TwoLayer(RELU, [Unit(1, (1,), 0)])
ROOM = inspect.getsource(slt_symbolic)


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_has_a_docstring_with_examples(name):
    text = inspect.getdoc(getattr(slt_symbolic, name)) or ""
    assert "Examples\n--------\n" in text, name
    assert ">>> " in text.partition("Examples\n--------\n")[2]
    assert len(text.splitlines()[0]) <= 100


def test_names_are_few_and_known_to_type_checkers():
    assert len(NAMES) <= 30
    assert dir(slt_symbolic) == sorted(slt_symbolic.__all__)
    for name in NAMES:
        assert f" import {name} as {name}\n" in ROOM
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = slt_symbolic.nonsense


def test_importing_the_package_imports_none_of_the_heavy_ones():
    code = (
        "import sys, slt_symbolic, slt_symbolic.citations\n"
        "print({'sympy', 'numba', 'scipy', 'hypothesis', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_k_shows_itself():
    K = KLDivergence(MODEL, TRUTH, UniformInterval(-1, 1))
    assert "2 relu units in (w1, w2), truth of 1" in repr(K)
    assert repr(K).endswith("exact, in chambers>")
    assert K._repr_latex_() == rf"$\displaystyle K = {sympy.latex(K.expr)}$"
    wide = TwoLayer.symbolic(RELU, width=3)
    assert r"\mathrm{E}_x" in KLDivergence(wide, TRUTH, UniformInterval(-1, 1))._repr_latex_()
    smooth = TwoLayer.symbolic(TANH, width=1)
    K = KLDivergence(smooth, TwoLayer(TANH, [Unit(1, (1,), 0)]), StandardNormal())
    assert repr(K).endswith("else enclosures>")
    assert K._repr_latex_().startswith(r"$\displaystyle K(w_{1}, b_{1}, q_{1}, c) = \frac{1}{2}")


def test_true_parameters_show_themselves():
    W0 = TrueSet(MODEL, TRUTH, StandardNormal())
    page = W0._repr_html_()
    assert page.count("<tr>") == 1 + len(W0.strata)
    assert "$w_{2} = 1 - w_{1}$" in page
    assert "&gt;" in page or r"w_{1} &gt; 0" in page
    assert W0.strata[0]._repr_latex_().startswith(r"[fold1+, fold1+] dim $1$: $w_{2} = 1 - w_{1}$")
    sine = activation("sin")
    none = TrueSet(TwoLayer.symbolic(sine, width=2), TwoLayer(sine, [], 0, (), 1), StandardNormal())
    assert "<p>" in none._repr_html_()
    assert repr(none).startswith("<W0 of 2 sin units")


def test_coefficients_say_how_they_are_known():
    x, y = sympy.symbols("x y", real=True)
    answer = learning_coefficient(Problem(x**2 * y**2, (x, y), (0, 0)))
    assert answer._repr_latex_().endswith("(proved)")
    assert "proved" in repr(answer)
    assert isinstance(answer.value, sympy.Rational)
    W0 = TrueSet(MODEL, TRUTH, StandardNormal())
    local = local_learning_coefficient(W0, {"w1": 1, "w2": 0})
    assert local._repr_latex_().endswith(f"({local.known})")


def test_claims_show_themselves():
    claim = Ledger.discover().claims["B8"]
    page = claim._repr_html_()
    assert page.startswith("<p><b>B8: ")
    assert f"recorded: {claim.expected}" in page
