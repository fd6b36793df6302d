"""The errors of descriptions: their fields, the values after --at, and the documented ones."""

import re
from pathlib import Path

import pytest
from description_text import INPUTS, NETWORK, described

from slt_symbolic.descriptions import DescriptionError
from slt_symbolic.descriptions.laws import LAWS


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
        ("w_1=1", "--at: w_1: unknown parameter; did you mean 'w1'? allowed: w1, q1"),
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
