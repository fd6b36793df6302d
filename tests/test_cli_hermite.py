"""``slt-symbolic hermite``: decimals that contain the ball, formats, and bad requests."""

import json
from fractions import Fraction

import pytest
from click.testing import CliRunner
from flint import arb, ctx

from slt_symbolic.cli import cli
from slt_symbolic.commands import hermite as command
from slt_symbolic.spectra import hermite_coefficient


def invoke(*arguments):
    return CliRunner().invoke(cli, ["hermite", *arguments])


def test_json_entries_contain_the_coefficients(tmp_path):
    out = tmp_path / "new" / "tanh.json"
    result = invoke("--activation", "tanh", "--weight", "0.25", "--bias", "-1/3", "--orders",
                    "0:12,100", "--digits", "40", "--json", str(out))  # fmt: skip
    assert result.exit_code == 0, result.output
    entries = json.loads(out.read_text())
    assert [e["order"] for e in entries] == [*range(12), 100]
    for e in entries:
        assert (e["weight"], e["bias"], e["normalisation"]) == ("1/4", "-1/3", "orthonormal")
        mid, rad = Fraction(e["mid"]), Fraction(e["rad"])
        assert rad < abs(mid) / 10**40
        ball = hermite_coefficient("tanh", e["order"], Fraction(1, 4), Fraction(-1, 3), 60).ball
        with ctx.workprec(400):
            exact_mid, exact_rad = (arb(q.numerator) / q.denominator for q in (mid, rad))
            assert abs(ball - exact_mid) < exact_rad


def test_rounding_of_the_midpoint_is_in_the_radius():
    with ctx.workprec(300):
        for text in ("0.123456789012345678901234567890", "-7e-321", "99999999.99999999"):
            ball = arb(text, 1e-30 if text[0] == "0" else 0)
            mid, rad = command.decimals(ball, 5)
            low, high = Fraction(mid) - Fraction(rad), Fraction(mid) + Fraction(rad)
            assert arb(low.numerator) / low.denominator <= ball.lower()
            assert arb(high.numerator) / high.denominator >= ball.upper()
            assert float(rad) <= abs(float(mid)) * 1e-5 or mid.endswith("e-321")


def test_families_and_formulas():
    for arguments, exact in (
        (("--activation", "leaky_relu", "--slope", "0.1", "--orders", "1"), "11/20"),
        (("--activation", "polynomial", "--coefficients", "0,0,1", "--orders", "2"), "sqrt(2)"),
        (("--activation", "exp(z)", "--orders", "0"), "exp(1/2)"),
    ):
        name = command.read_activation(
            arguments[1],
            slope="0.1" if "--slope" in arguments else None,
            coefficients="0,0,1" if "--coefficients" in arguments else None,
        )
        job = command.read_job(name, "1", "0", arguments[-1], 20, "orthonormal")
        found, _ = command.run(job, None, lambda *_: None)
        assert str(found[0].exact) == exact
        assert invoke(*arguments).exit_code == 0
    plain, swish = (invoke("--activation", "swish", *beta, "--orders", "2").output
                    for beta in ((), ("--beta", "3/2")))  # fmt: skip
    assert plain != swish


def test_latex_and_normalisation():
    latex = invoke(
        "--activation", "relu", "--orders", "0:4", "--normalisation", "series", "--latex"
    )
    assert latex.exit_code == 0
    assert r"\begin{tabular}" in latex.output
    assert "series" in latex.output


def test_orders():
    assert command.read_orders("0:4") == (0, 1, 2, 3)
    assert command.read_orders("5, 1:6:2,5") == (5, 1, 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--orders", "-3"), "must not be negative"),
        (("--orders", "-3:4"), "must not be negative"),
        (("--orders", "x"), "--orders must look like"),
        (("--orders", "5:5"), "is empty"),
        (("--orders", "1:9:0"), "--orders must look like"),
        (("--orders", "10000000"), "at most"),
        (("--weight", "inf"), "--weight must be an exact rational"),
        (("--weight", "nan"), "--weight must be an exact rational"),
        (("--bias", "1/0"), "--bias must be an exact rational"),
        (("--activation", "tan"), "activation must be one of"),
        (("--activation", "exp(z**2)"), "no finite second moment"),
        (("--activation", "sin(y)"), "y"),
        (("--activation", "1+2"), "must depend on z"),
        (("--beta", "2"), "--beta belongs to"),
        (("--activation", "leaky_relu"), "needs --slope"),
        (("--activation", "swish", "--beta", "-1"), "beta must be positive"),
        (("--digits", "0"), "--digits"),
        (("--normalisation", "physicists"), "--normalisation"),
    ],
)
def test_bad_requests_are_one_line_and_status_two(arguments, message):
    defaults = {"--activation": "tanh", "--orders": "1"}
    given = dict(zip(arguments[::2], arguments[1::2], strict=True))
    merged = [f"{k}={v}" for k, v in (defaults | given).items()]
    result = invoke(*merged)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output


def test_interruption_keeps_what_is_finished(tmp_path, monkeypatch):
    real, out = command.hermite_coefficients, tmp_path / "o.json"
    calls = []

    def interrupted(*arguments, **rest):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*arguments, **rest)

    monkeypatch.setattr(command, "hermite_coefficients", interrupted)
    monkeypatch.setattr(command, "CHUNK", 3)
    result = invoke("--activation", "tanh", "--orders", "0:9", "--json", str(out))
    assert result.exit_code == 130
    assert "interrupted after 3 of 9" in result.output
    assert len(json.loads(out.read_text())) == 3
