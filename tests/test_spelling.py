"""Names that a user mistypes: every list of names answers with the one that was meant."""

import pytest
from click.testing import CliRunner

from slt_symbolic import cli
from slt_symbolic.spelling import hint, meant, normal_form
from slt_symbolic.studies.registry import load_study


@pytest.mark.parametrize(
    ("given", "known", "expected"),
    [
        ("rleu", ["relu", "tanh"], "relu"),
        ("Leaky-ReLU", ["leaky_relu", "relu"], "leaky_relu"),
        ("normal", ["standard-normal", "uniform-box"], "standard-normal"),
        ("uniform", ["uniform-box", "uniform-ball"], None),  # which of them, nobody knows
        ("n", ["standard-normal"], None),
        ("", ["relu"], None),
        (3, ["relu"], None),
        ("relu" * 100_000, ["relu"], None),
    ],
)
def test_what_was_meant(given, known, expected):
    assert meant(given, known) == expected
    assert hint(given, known) == ("" if expected is None else f"; did you mean {expected!r}?")


def test_normal_form_is_one_for_all_spellings():
    assert {normal_form(n) for n in ("leaky_relu", "leaky-relu", " Leaky ReLU")} == {"leaky_relu"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["study", "learnin-zero"], "did you mean 'learning-zero'?"),
        (["table", "stratta", __file__], "did you mean 'strata'?"),
        (["hermite", "--activation", "tahn", "--orders", "1"], "did you mean 'tanh'?"),
        (
            ["hermite", "--activation", "tanh", "--orders", "1", "--normalisation", "seris"],
            "did you mean 'series'?",
        ),
    ],
)
def test_the_command_line_suggests(arguments, said):
    result = CliRunner().invoke(cli.cli, arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_studies_by_name():
    with pytest.raises(
        ValueError, match=r"no study 'relu-phase': .*; did you mean 'relu-phases'\?"
    ):
        load_study("relu-phase")
