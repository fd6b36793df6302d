"""Properties of reading descriptions: any bytes, any change, exact numbers."""

import pytest
import sympy
from description_text import described
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, sqrt

from slt_symbolic.descriptions import DescriptionError, read

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
