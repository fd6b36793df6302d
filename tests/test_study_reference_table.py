"""The reference table: rows against values known by hand, certificates, sampling, resuming."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
import sympy

from slt_symbolic.rlct.errors import CertificateError
from slt_symbolic.studies.reference_table import Case, Row, Sampled, Settings, reference_table, run
from slt_symbolic.studies.reference_table.results import ReferenceTable
from slt_symbolic.studies.reference_table.rows import network_divergence, rows_of, verify
from slt_symbolic.studies.reference_table.sampled import half_width, sample


def answers(case: Case) -> set[tuple[str, str, int]]:
    return {(r.stratum, r.lower, r.multiplicity) for r in rows_of(case, points=1, budget=10)}


def test_rows_are_what_hand_computation_gives():
    # K ~ (qw)^2, a square of a coordinate off the origin and a product at it.
    zero = {("[silent]", "1/2", 1), ("[flat0]", "1/2", 1), ("[flat0]", "1/2", 2)}
    assert answers(Case("tanh", 1, 0)) == zero
    assert answers(Case("sin", 1, 1)) == {("[unit1+]", "1", 1)}
    # (q w^2)^2 and (q1 w1^2 + q2 w2^2 - 1)^2.
    least = {lower for _, lower, _ in answers(Case("quadratic", 1, 0))}
    assert least == {"1/4", "1/2"}
    assert {a[1:] for a in answers(Case("quadratic", 2, 1))} == {("1/2", 1)}
    # A valley of one scale, and one beside a second scale.
    assert answers(Case("relu", 1, 1)) == {("[fold1+]", "1/2", 1)}
    assert answers(Case("relu", 2, 2)) == {("[fold1+, fold1-]", "1", 1)}
    assert answers(Case("relu with biases", 1, 1)) == {("[fold1+]", "1", 1)}


def test_signs_of_odd_units_are_one_row():
    names = {row.stratum for row in rows_of(Case("tanh", 2, 1), points=1, budget=10)}
    assert names == {"[unit1+, silent]", "[unit1+, flat0]", "[unit1+, unit1+]"}


def test_certificates_are_checked_against_their_row():
    row = next(r for r in rows_of(Case("tanh", 1, 0), points=1, budget=10) if r.certificate)
    assert verify(row)
    with pytest.raises(ValueError, match="the certificate says"):
        verify(replace(row, multiplicity=1))
    broken = json.loads(json.dumps(row.certificate))
    broken["claim"]["lower"] = "1/3"
    with pytest.raises(CertificateError):
        verify(replace(row, certificate=broken))
    assert not verify(replace(row, certificate=None))


def test_table_resumes_with_its_certificates_and_samples(tmp_path, monkeypatch):
    store = tmp_path / "store.json"
    case = Case("relu", 1, 1)
    settings = Settings((case, Case("tanh", 1, 0)), (case,), points=1)
    asked = []

    def sample(divergence, point, prediction, *, draws, seconds, seed):
        assert divergence.model.activation.name == "relu"
        asked.append((point, prediction, draws, seconds, seed))
        return Sampled((1e3, 1e4), (0.6, 0.5), (0.1, 0.1), "consistent", "0.5 +- 0.1", "", 0.25)

    monkeypatch.setattr(run, "sample", sample)
    table = reference_table(settings, store=store)
    assert asked == [(table.rows[0].point, (Fraction(1, 2), 1), 2000, 10, 0)]
    told = []
    again = reference_table(settings, store=store, progress=told.append)
    assert (told, again, len(asked)) == ([], table, 1)
    assert again.checked == 1
    record = json.loads(again.to_json())
    assert sum(r["certificate"] is not None for r in record["rows"]) == 1
    assert r"\toprule" in again.latex()
    assert "sampled: consistent" in again.text()
    assert len(again.figure().axes[0].containers) == 1
    assert any(f.claim == "C7" and f.verdict == "proved" for f in again.findings)


@pytest.mark.slow
def test_samplers_confirm_a_row():
    case = Case("relu", 1, 1)
    (row,) = reference_table(Settings((case,), (case,), points=1)).rows
    assert row.sampled.verdict == "consistent"
    assert abs(row.sampled.estimates[-1] - 0.5) < 5 * row.sampled.errors[-1]
    # The same chains refuse another lambda.
    wrong = sample(
        network_divergence(case), row.point, (Fraction(3, 4), 1), draws=2000, seconds=30, seed=0
    )
    assert wrong.verdict == "inconsistent"


def test_bounds_and_refuted_samples_say_so():
    place = ("tanh", 2, 1, "[flat0]", "generic", 1, {"w1": "0"})
    bounded = Row(*place, "1/2", "3/2", None, "bounds", "rank and codimension")
    sampled = Sampled((1e3,), (0.7,), (0.01,), "inconsistent", "0.7 +- 0.01", "", 0.25)
    wrong = Row(*place, "1/2", "1/2", 1, "theorem", "", sampled=sampled)
    table = ReferenceTable(Settings(()), (bounded, wrong), 0)
    assert "1/2 <= lambda <= 3/2" in table.text()
    assert "$[1/2, 3/2]$" in table.latex()
    assert table.findings[0].numbers["exact"] == 1
    assert table.findings[-1].verdict == "refuted"
    assert table.figure().axes


def test_boxes_end_before_the_next_stratum():
    assert half_width({"w1": "0", "q1": "0"}) == 0.25
    assert half_width({"w1": "1", "q1": "-9/10"}) == pytest.approx(0.05)


@pytest.mark.parametrize("bad", [("gelu", 1, 1), ("relu", 4, 3), ("tanh", 0, 0), ("tanh", 1, 2)])
def test_bad_cases_are_refused(bad):
    with pytest.raises(ValueError, match="must be"):
        Case(*bad)


def test_every_sampled_case_has_a_divergence_of_its_network():
    for case in Settings.full().sampled:
        assert len(network_divergence(case).parameters) >= 2 * case.width
    quadratic = network_divergence(Case("quadratic", 1, 1))
    w, q = quadratic.parameters
    assert sympy.expand(quadratic.expr - (q * w**2 - 1) ** 2 / 10) == 0
