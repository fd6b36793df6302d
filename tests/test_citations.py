"""What results rest on, and the references themselves."""

import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import sympy
from numba import njit

import slt_symbolic
from slt_symbolic import (
    FisherInformation,
    KLDivergence,
    StandardNormal,
    TrueSet,
    TwoLayer,
    UniformInterval,
    Unit,
    activation,
    citation,
    equivalent,
    hermite_coefficient,
    learning_coefficient,
    local_learning_coefficient,
)
from slt_symbolic.citations import UnknownReferenceError, entry, keys_in, keys_of, theorems
from slt_symbolic.claims import Ledger
from slt_symbolic.rlct import Problem
from slt_symbolic.rlct.theorems import deep_linear, relu_line_zero_truth
from slt_symbolic.rlct.theorems.theorem import Citation
from slt_symbolic.sampling import Target, UniformBox, run_ladder, validate

RELU, TANH, ERF = map(activation, ("relu", "tanh", "erf"))
x = sympy.Symbol("x", real=True)


@njit
def square(w, g):
    """K = w² and its gradient."""
    g[0] = 2 * w[0]
    return w[0] ** 2


def setting(sigma, law, **fixed):
    model = TwoLayer.symbolic(sigma, width=1, output_bias=0, **fixed)
    return model, TwoLayer(sigma, [Unit(1, (1,), 0)]), law


@pytest.mark.parametrize(
    ("result", "keys"),
    [
        (deep_linear([1, 1, 1], 0), ["Watanabe2009", "Aoyagi2024"]),
        (relu_line_zero_truth(1), ["Watanabe2009"]),
        (KLDivergence(*setting(RELU, StandardNormal(), biases=0)), ["ChoSaul2009"]),
        (KLDivergence(*setting(RELU, StandardNormal())), ["ChoSaul2009", "Owen1956"]),
        (KLDivergence(*setting(ERF, StandardNormal(), biases=0)), ["Williams1997"]),
        (KLDivergence(*setting(RELU, UniformInterval(-1, 1))), []),
        (
            KLDivergence(*setting(TANH, UniformInterval(-1, 1))),
            ["Trefethen2013", "TrefethenWeideman2014", "Johansson2017"],
        ),
        (TrueSet(*setting(TANH, StandardNormal())), ["Sussmann1992", "FarrugiaRoberts2023"]),
        (
            FisherInformation(setting(TANH, 0)[0], StandardNormal()),
            ["Fukumizu1996", "Sussmann1992"],
        ),
        (equivalent(*[setting(TANH, 0)[1]] * 2), ["Sussmann1992", "FarrugiaRoberts2023"]),
        (hermite_coefficient("relu", 1), ["Johansson2017"]),
        (learning_coefficient(Problem(x**2, (x,), (0,))), ["Watanabe2009", "Varchenko1976"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_results_name_their_references(result, keys):
    assert list(keys_of(result)) == keys
    found = citation(result)
    assert re.findall(r"^@\w+\{(\w+),", found, re.MULTILINE) == keys


def test_a_local_coefficient_and_a_run():
    model = TwoLayer.symbolic(RELU, width=1, biases=0, readouts=1, output_bias=0)
    W0 = TrueSet(model, TwoLayer(RELU, [Unit(1, (1,), 0)]), StandardNormal())
    assert "Watanabe2009" in keys_of(local_learning_coefficient(W0, {"w1": 1}))
    target = Target(square, UniformBox((-1,), (1,)))
    run = run_ladder(target, np.array([10.0, 100.0, 1000.0]), draws=50, warmup=50, seed=1)
    assert keys_of(run)[0] == "Watanabe2013"
    assert keys_of(validate((0.5, 1), run)) == ("Watanabe2009", "Watanabe2013")


def test_several_results_share_entries():
    one = deep_linear([1, 1], 0)
    assert citation(one, one, "Owen1956") == citation(one) + "\n\n" + entry("Owen1956").bibtex()
    assert citation() == ""
    with pytest.raises(UnknownReferenceError, match="got 'Nobody1999'"):
        citation("Nobody1999")
    with pytest.raises(TypeError, match="got int"):
        citation(3)


def test_every_entry_is_complete_and_read():
    text = Path(slt_symbolic.citations.__file__).with_name("references.bib").read_text("utf-8")
    assert text.count("\n@") + 1 == len(theorems())
    for reference in theorems():
        assert {"author", "title", "year"} <= set(reference.fields), reference
        assert all(reference.fields.values()), reference
        authors = reference.fields["author"].split(" and ")
        assert all(re.fullmatch(r".+, [A-Z].*\.", author) for author in authors), reference
        assert reference.kind != "article" or {"journal", "volume"} <= set(reference.fields)
        assert not set("{}\\") & set(f"{reference} {reference.surnames}"), reference
        assert reference.used_for.endswith(".")
        assert keys_in("; ".join((*reference.surnames, reference.fields["year"])))
        for value in reference.fields.values():
            assert value.count("{") == value.count("}")


def test_every_theorem_of_the_package_has_an_entry_or_is_a_derivation():
    modules = [
        f"slt_symbolic.{p.relative_to(Path(slt_symbolic.__file__).parent).with_suffix('')}"
        for folder in ("rlct/theorems", "phases")
        for p in sorted((Path(slt_symbolic.__file__).parent / folder).glob("*.py"))
        if p.stem != "__init__"
    ]
    cited = {
        value
        for name in modules
        for value in vars(import_module(name.replace("/", "."))).values()
        if isinstance(value, Citation)
    }
    assert len(cited) > 10
    for value in cited:
        if value.text.startswith("Derivation"):
            assert "note = {Derivation" in value.bibtex()
        else:
            assert value.bibtex() == entry(value.key).bibtex()
            assert value.key in keys_in(value.text), value


def test_references_of_the_ledger_are_known_or_texts():
    ledger = Ledger.discover()
    found = {key for claim in ledger for key in keys_of(claim)}
    assert {"AoyagiWatanabe2005b", "PhuongLampert2020", "Carroll2021", "Hille1940"} <= found
    assert "AoyagiWatanabe2005" not in keys_of(ledger.claims["C7"])
