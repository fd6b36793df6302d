"""The study of the potential wells: geometry, enclosures, escapes, resuming."""

import json
import math
from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import arb

from slt_symbolic.studies.potential_wells import Wells, WellSettings, potential_wells
from slt_symbolic.studies.potential_wells.bayes import (
    crossing,
    darboux_free_energy,
    free_energy,
    mean_loss,
    shares,
)
from slt_symbolic.studies.potential_wells.dynamics import (
    escape_times,
    kramers_log_time,
    mean_log_time,
)

TENTH = Wells(Fraction(1, 10))
SMALL = WellSettings((Fraction(1, 10),), (Fraction(0), Fraction(2)), (Fraction(2),), 200, starts=9)


def test_balls_and_expression_are_one_potential():
    w = sympy.Symbol("w")
    exact = TENTH.expr(w, sympy.cbrt(sympy.Rational(1, 160)))
    for place in (-2, -1, sympy.Rational(1, 3), 1):
        point = arb(float(place)) if place == sympy.Rational(1, 3) else arb(int(place))
        at = sympy.Rational(float(place)) if place == sympy.Rational(1, 3) else place
        for order, method in enumerate((TENTH.value, TENTH.slope, TENTH.curvature)):
            value = sympy.diff(exact, w, order).subs(w, at).evalf(30)
            assert abs(float(method(point)) - float(value)) < 1e-12 * (1 + abs(float(value)))
    assert TENTH.slope(TENTH.barrier).contains(0)
    assert TENTH.curvature(TENTH.barrier) < 0


def test_the_crossing_is_enclosed_and_confirmed_by_cells():
    found = crossing(TENTH)
    assert abs(float(found) - 17.633328) < 1e-6
    for n, sign in ((17, -1), (18, 1)):
        gap = darboux_free_energy(TENTH, arb(n), 1) - darboux_free_energy(TENTH, arb(n), -1)
        assert gap * sign > 0
    for well in (-1, 1):
        assert darboux_free_energy(TENTH, arb(30), well).overlaps(free_energy(TENTH, arb(30), well))


def test_values_where_a_factor_is_a_ball_around_zero():
    quarter = Wells(Fraction(1, 4))
    # a = 1/4, so that w - h is such a ball at w = 5/4.
    assert abs(float(quarter.value(arb("1.25"))) - 2.25**2 * (1 / 16 - 1 / 256)) < 1e-12
    assert quarter.value(arb(-1, "0.02")).contains(0)
    found = crossing(quarter)
    for n, sign in ((5, -1), (6, 1)):
        gap = darboux_free_energy(quarter, arb(n), 1) - darboux_free_energy(quarter, arb(n), -1)
        assert gap * sign > 0
    assert 5 < found < 6


def test_shares_keep_their_relative_accuracy_when_tiny():
    deep, flat = shares(TENTH, arb(10**4))
    assert flat.rad() < flat.mid() * 1e-12
    # Both by leading terms: e^{-nC} sqrt(K''(-1)/K''(1)).
    ratio = float((flat / deep).log() + 1000)
    predicted = 0.5 * math.log(float(TENTH.curvature(arb(-1)) / TENTH.curvature(arb(1))))
    assert abs(ratio - predicted) < 0.01
    assert abs(float(arb(10**4) * mean_loss(TENTH, arb(10**4), 1)) - 0.5) < 0.01


def test_mean_times_of_escape_tend_to_kramers_law_and_match_walkers():
    height = float(TENTH.value(TENTH.barrier)) - 0.1
    for well in (-1, 1):
        gaps = [
            abs(mean_log_time(TENTH, height / x, well) - kramers_log_time(TENTH, height / x, well))
            for x in (3, 300, 3000)
        ]
        assert gaps[0] > gaps[1] > gaps[2]
        assert gaps[2] < 0.02
    mean = math.exp(mean_log_time(TENTH, height / 2, 1))
    rng = np.random.default_rng(5)
    times = escape_times(
        TENTH, height / 2, 1, walkers=1000, step=1e-3, longest=40 * mean, rng=rng
    )  # fmt: skip
    assert abs(times.mean() - mean) < 4 * times.std() / math.sqrt(1000)
    none = escape_times(TENTH, height / 50, 1, walkers=3, step=1e-3, longest=5.0, rng=rng)
    assert np.isinf(none).all()


def test_study_findings_outputs_and_resuming(tmp_path):
    store = tmp_path / "store.json"
    study = potential_wells(SMALL, store=store)
    assert {f.verdict for f in study.findings} == {"enclosed", "proved", "supported"}
    assert study.descent.starts == (9, 5)
    told = []
    assert potential_wells(SMALL, store=store, progress=told.append) == study
    assert told == []
    assert json.loads(study.to_json())["crossings"][0]["confirmed"] is True
    assert "17.6333" in study.text()
    assert r"\toprule" in study.latex()
    assert len(study.figure().axes) == 4


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="loss must lie in"):
        Wells(Fraction(2))
    with pytest.raises(ValueError, match="losses must be in"):
        WellSettings((Fraction(0),), (Fraction(0),), (), 10)
    with pytest.raises(ValueError, match="well must be -1 or 1"):
        free_energy(TENTH, arb(1), 0)
