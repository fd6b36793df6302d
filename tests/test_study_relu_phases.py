"""The study of phases of ReLU networks: labels, minima, predictions, resuming."""

import dataclasses
import json
import math
from fractions import Fraction

import numpy as np
import pytest
from scipy.special import k1
from scipy.stats import multivariate_t, norm

from slt_symbolic.phases import GaussianPrior, active_units, phases
from slt_symbolic.studies.relu_phases import PhaseSettings, relu_phases
from slt_symbolic.studies.relu_phases.labels import degeneracy, one_off, orientation
from slt_symbolic.studies.relu_phases.minima import (
    OFF_THE_SQUARE,
    minimum_near,
    one_node_minimum,
    own_place,
    reversed_start,
)
from slt_symbolic.studies.relu_phases.results import PhaseRow, ReluPhases, Shares
from slt_symbolic.studies.relu_phases.truths import divergence, threefold, two_nodes

GENERIC = Fraction(29, 25)


def _network(place):
    units = np.reshape(place[:-1], (-1, 3))
    return np.append(np.hstack([units, np.ones((len(units), 1))]).ravel(), place[-1])


def _by_rule(place, truth, cells=400):
    """K by a midpoint rule, without the package's integrals."""
    side = (np.arange(cells) + 0.5) / cells * 2 - 1
    x = np.stack([*np.meshgrid(side, side), np.ones((cells, cells))])
    f = place[-1] - sum(
        float(u.readout)
        * np.maximum(np.tensordot([*map(float, u.weights), float(u.bias)], x, 1), 0)
        for u in truth.units
    )
    for unit in np.reshape(place[:-1], (-1, 3)):
        f = f + np.maximum(np.tensordot(unit, x, 1), 0)
    return float(np.mean(f**2) / 2)


def test_the_best_one_node_network_is_a_minimum_and_its_loss_that_of_a_midpoint_rule():
    truth = two_nodes(GENERIC)
    found = one_node_minimum(divergence(truth, 1, scales=False))
    assert abs(found.value - _by_rule(found.place, truth)) < 2e-7
    rng = np.random.default_rng(0)
    for _ in range(20):
        moved = np.array(found.place) + 0.02 * rng.standard_normal(4)
        assert _by_rule(moved, truth) > found.value
    assert abs(found.place[0]) < 1e-9  # on the axis of symmetry


def test_reversed_minimum_exists_at_strength_three():
    truth = threefold(Fraction(3))
    K = divergence(truth, 3, scales=False)
    potential = K.compile()
    found = minimum_near(K, reversed_start(truth), potential=potential)
    assert np.linalg.eigvalsh(found.hessian).min() > 1e-3
    assert orientation(_network(found.place)) == 1
    assert abs(found.value - _by_rule(found.place, truth)) < 1e-6
    again = minimum_near(K, [x + 0.01 for x in found.place], potential=potential)
    assert np.allclose(again.place, found.place, atol=1e-5)


def test_laplace_of_the_truth_is_the_exact_leading_constant():
    truth = two_nodes(GENERIC)
    own = minimum_near(divergence(truth, 2, scales=False), own_place(truth))
    (phase,) = phases(divergence(truth, 2), active_units, GaussianPrior())
    exact = math.log(phase.constant().value)
    assert abs(own.log_evidence(1.0) + math.log(2) - exact) < 2e-4


def _log_evidence_by_importance(found, beta, draws=10_000, freedom=5):
    """log Z near a minimum: draws of a wide t law, K itself in place of its second derivatives."""
    rng = np.random.default_rng(3)
    size = len(found.place)
    root = np.linalg.cholesky(np.linalg.inv(found.hessian) * 1.5 / beta)
    law = multivariate_t(np.array(found.place), root @ root.T, df=freedom, seed=rng)
    places = law.rvs(draws)
    potential = divergence(two_nodes(Fraction(1)), found.units, scales=False).compile()
    gradient = np.zeros(size)
    losses = np.array([potential(np.ascontiguousarray(w), gradient) for w in places])
    # The density of v = q (w, b), with q integrated out.
    lengths = np.linalg.norm(places[:, :-1].reshape(draws, -1, 3), axis=2)
    prior = (np.log(k1(lengths) / lengths) - 2 * math.log(2 * math.pi)).sum(axis=1)
    prior += norm.logpdf(places[:, -1])
    weights = np.exp(-beta * losses + prior - law.logpdf(places))
    return math.log(weights.mean())


def test_leading_terms_come_true_at_large_n_and_not_yet_for_two_nodes_at_ten_thousand():
    truth = two_nodes(Fraction(1))
    one = one_node_minimum(divergence(truth, 1, scales=False))
    two = minimum_near(divergence(truth, 2, scales=False), own_place(truth))

    def gap(found, n):
        beta = n / math.log(n)
        return _log_evidence_by_importance(found, beta) - found.log_evidence(beta)

    assert abs(gap(one, 10_000)) < 0.05
    assert gap(two, 10_000) > 1
    assert abs(gap(two, 10**6)) < 0.15


def test_labels():
    c = math.cos(math.pi / 3), math.sin(math.pi / 3)
    own = np.array([*c, -0.3, 1, c[0], -c[1], -0.3, 1, -1, 0, -0.3, 2, 0])
    turned = own * np.tile([-1, -1, -1, 1], 4)[:13]
    assert orientation(np.array([own, turned])).tolist() == [0, 1]
    mixed = np.concatenate([own[:8], turned[8:]])
    assert orientation(mixed) == 2
    # The sign of the readout does not matter, its size does.
    small = own.copy()
    small[3] = 0.1
    assert orientation(small) == 2
    draws = np.array([[0, 2, -0.6, -1, 1, 0, -0.3, 0.1, 0], [0, 3, 0, 1, 0, 0, 0, 0, 0]])
    assert degeneracy(draws).tolist() == [0, 2]
    assert one_off(draws).tolist() == [1, 0]


def test_share_of_units_off_the_square():
    w = np.random.default_rng(1).standard_normal((200_000, 3))
    off = float((np.abs(w[:, :2]).sum(1) + w[:, 2] <= 0).mean())
    assert abs(off - OFF_THE_SQUARE) < 4 * math.sqrt(0.108 * 0.892 / 200_000)


def test_short_run_resumes_and_shows_itself(tmp_path):
    settings = PhaseSettings((), (Fraction(1), Fraction(3, 2)))
    store = tmp_path / "store.json"
    study = relu_phases(settings, store=store)
    told = []
    assert relu_phases(settings, store=store, progress=told.append) == study
    assert told == []
    record = json.loads(study.to_json())
    assert [s["value"] for s in record["strata"]] == ["7/2", "2", "8/3", "5", "5"]
    symmetric, stronger = study.experiment("orientation")
    assert symmetric.loss < 1e-15 < 4e-4 < stronger.loss
    assert "below rounding" in study.text()
    assert "e-3" not in study.latex().split("orientation")[1]
    assert len(study.figure().axes) == 4


@pytest.mark.slow
def test_sampled_shares_are_those_of_the_source_at_a_large_angle(tmp_path):
    settings = PhaseSettings(
        (Fraction(132, 100),), (), sizes=(5000, 10_000), draws=150, warmup=50
    )  # fmt: skip
    store = tmp_path / "store.json"
    study = relu_phases(settings, store=store)
    assert relu_phases(settings, store=store) == study
    (row,) = study.experiment("degeneracy")
    degenerate, both, _ = row.sampled[1].shares
    assert degenerate > both
    assert sum(row.sampled[1].shares) == pytest.approx(1)
    assert any("another sampler" in f.text for f in study.findings)


def test_table_and_figure_show_what_was_sampled_and_withhold_the_rest():
    trusted, stuck = _study(_shares(), _shares(r_hat=1.2)), _study(_shares(r_hat=1.2))
    assert r"\toprule" in trusted.latex()
    assert r"$0.210 \pm 0.010$" in trusted.latex()
    assert "1.160" in trusted.latex()
    assert r"$0.210 \pm 0.010$" not in stuck.latex()
    assert trusted.figure().axes[0].get_title() == "n = 10000"
    assert stuck.figure().axes[0].get_title() == "not sampled"


def _shares(**changes):
    base = Shares(
        10_000, (0.21, 0.21, 0.58), (0.01, 0.01, 0.01), (0.2, 0.22), (0.0, 0.05), (0.1, 0.1), 0.0,
        1e-3, 1.001, 2000.0, 0.0, 0.5,
    )  # fmt: skip
    return dataclasses.replace(base, **changes)


def _study(*shares):
    rows = [
        PhaseRow("degeneracy", str(angle), 1e-3, "", (), (s,))
        for angle, s in zip((Fraction(29, 25), Fraction(33, 25)), shares, strict=False)
    ]
    return ReluPhases(PhaseSettings.quick(), (), tuple(rows))


def test_findings_can_go_against_the_reference_and_withhold():
    verdicts = {f.text: f.verdict for f in _study(_shares()).findings}
    assert any("another sampler" in t and v == "supported" for t, v in verdicts.items())
    wrong = _study(_shares(shares=(0.5, 0.2, 0.3)))
    assert any(f.verdict == "refuted" for f in wrong.findings)
    stuck = _study(_shares(r_hat=1.2))
    assert any("withheld" in f.text for f in stuck.findings)
    assert not any("another sampler" in f.text for f in stuck.findings)
    crossed = _study(_shares(log_odds=(-1.0, 0.1)), _shares(log_odds=(1.0, 0.1)))
    assert any("1.240 for n = 10000" in f.text for f in crossed.findings)


def test_leading_terms_are_judged_at_each_n_by_errors_that_say_something():
    def verdict(**changes):
        (finding,) = (f for f in _study(_shares(**changes)).findings if "leading" in f.claim)
        return finding.verdict

    assert verdict() == "supported"
    assert verdict(predicted=2.0) == "refuted"
    assert verdict(place_odds=(0.1, 0.6)) == "open"
    assert verdict(predicted=2.0, place_odds=(0.1, 0.6)) == "open"


def test_bad_settings_are_named():
    with pytest.raises(ValueError, match="sizes must ascend"):
        PhaseSettings((), (), sizes=(1000, 100))
    with pytest.raises(ValueError, match="strengths must be in"):
        PhaseSettings((), (Fraction(1, 2),))
