"""Verdicts from evidence, rule by rule."""

import json

import pytest
from flint import arb
from sympy import Function, Symbol

from slt_symbolic.claims import Claim, ClaimResult, Corrected, Source, Status, Strength, Verdict
from slt_symbolic.claims.judge import judge
from slt_symbolic.claims.worker import run_claim

x = Symbol("x")


def exact(e):
    e.identity("zero", x - x)


def ball(e):
    e.enclosure("pi", arb.pi(), within=(3, 4))


def statistic(e):
    e.statistic("test", p_value=0.5, level=0.01)


def wrong(e):
    e.identity("not zero", x)


def undecided(e):
    e.identity("unknown", Function("f")(x))


def missing(e):
    e.open("a lower bound")


def counterexample(e):
    e.counterexample("fails at 1", {"x": 1}, True)


def crash(e):
    e.equal("before", 1, 1)
    raise RuntimeError("broken pipe")


def leave(_):
    raise SystemExit(0)


def silent(_):
    pass


def claim_of(*steps, corrected=False, uses=()):
    claim = Claim(
        id="X",
        title="t",
        statement="s",
        plain="p",
        source=Source("test"),
        expected=Verdict.PROVED,
        uses=uses,
        corrected=Corrected("c", "c") if corrected else None,
    )
    for number, step in enumerate(steps):
        function, options = step if isinstance(step, tuple) else (step, {})
        named = type(function)(function.__code__, function.__globals__, f"s{number}")
        claim.step("title", derivation="d", **options)(named)
    return claim


def run(*steps, premises=(), **options):
    claim = claim_of(*steps, uses=tuple(p.id for p in premises), **options)
    return judge(claim, run_claim(claim).steps, premises)


CONFIRMS = {"confirms": "s0"}
CORRECTS = {"corrects": True}


@pytest.mark.parametrize(
    ("steps", "outcome"),
    [
        ([exact], "proved"),
        ([exact, ball], "enclosed"),
        ([exact, ball, statistic], "supported"),
        ([exact, (statistic, CONFIRMS)], "proved"),
        ([statistic, (exact, CONFIRMS)], "supported"),
        ([exact, (wrong, CONFIRMS)], "failed"),
        ([exact, (missing, CONFIRMS)], "open"),
        ([exact, wrong], "failed"),
        ([exact, missing], "open"),
        ([missing, wrong], "failed"),
        ([undecided], "open"),
        ([exact, crash], "crashed"),
        ([wrong, crash], "crashed"),
        ([leave], "crashed"),
        ([silent], "crashed"),
        ([exact, silent], "crashed"),
        ([], "crashed"),
        ([counterexample], "open"),
    ],
)
def test_verdict_without_correction(steps, outcome):
    assert run(*steps).outcome == outcome


@pytest.mark.parametrize(
    ("steps", "outcome"),
    [
        ([counterexample, (exact, CORRECTS)], "refuted"),
        ([counterexample, (ball, CORRECTS)], "refuted"),
        ([counterexample, (statistic, CORRECTS)], "open"),
        ([counterexample, (missing, CORRECTS)], "open"),
        ([counterexample, (exact, CORRECTS), missing], "open"),
        ([counterexample, (wrong, CORRECTS)], "failed"),
        ([counterexample, exact], "open"),
        ([exact], "open"),
        ([exact, (exact, CORRECTS)], "open"),
    ],
)
def test_verdict_with_correction(steps, outcome):
    assert run(*steps, corrected=True).outcome == outcome


def test_crash_keeps_the_traceback_and_the_evidence_before_it():
    result = run(crash, exact)
    assert result.status is Status.CRASHED
    assert result.verdict is None
    assert "RuntimeError: broken pipe" in result.traceback
    assert "raise RuntimeError" in result.traceback
    assert "broken pipe" in result.message
    assert [len(step.items) for step in result.evidence] == [1, 1]


def test_asserting_nothing_says_so():
    assert "EmptyClaimError" in run().message
    assert "step s0 of claim X records no evidence" in run(silent).message


def premise(verdict, standing, status=Status.DECIDED):
    return ClaimResult("P", "t", None, status, verdict, verdict, 0.0, standing=standing)


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (premise(Verdict.PROVED, Strength.EXACT), "proved"),
        (premise(Verdict.ENCLOSED, Strength.BALL), "enclosed"),
        (premise(Verdict.SUPPORTED, Strength.STATISTICAL), "supported"),
        (premise(Verdict.REFUTED, Strength.EXACT), "proved"),
        (premise(Verdict.OPEN, None), "open"),
        (premise(None, None, Status.FAILED), "open"),
        (premise(None, None, Status.CRASHED), "open"),
    ],
)
def test_a_claim_is_no_stronger_than_its_premise(given, outcome):
    result = run(exact, premises=[given])
    assert result.outcome == outcome
    assert ("P" in result.message) == (outcome != "proved")


def test_ways_count_the_least_confirmed_step():
    assert run(exact).ways == 1
    assert run(exact, (ball, CONFIRMS)).ways == 2
    assert run(exact, (ball, CONFIRMS), (statistic, CONFIRMS)).ways == 3
    assert run(exact, (ball, CONFIRMS), exact).ways == 1
    assert run(exact, exact, (ball, {"confirms": ("s0", "s1")})).ways == 2
    assert run(exact, (crash, CONFIRMS)).ways == 1
    assert run(wrong).ways == 0
    assert run().ways == 0


@pytest.mark.parametrize("steps", [[exact, (ball, CONFIRMS)], [crash], [wrong], [missing], []])
def test_json_goes_there_and_back(steps):
    result = run(*steps)
    assert ClaimResult.from_json(json.loads(json.dumps(result.to_json()))) == result


def test_html_is_escaped():
    assert "<td>proved</td>" in run(exact)._repr_html_()
