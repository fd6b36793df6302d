"""The study of Airy and Pearcey: curves, findings, resuming."""

import json
from fractions import Fraction

from slt_symbolic.studies.airy_pearcey import Settings, airy_pearcey

SMALL = Settings((Fraction(0), Fraction(4), Fraction(8)), (Fraction(1, 10),), 5)


def test_curves_begin_at_the_singularity_and_end_in_their_regime():
    study = airy_pearcey(SMALL)
    assert {c.crossing for c in study.curves} == {"cubic edge", "cubic well", "quartic"}
    for curve in study.curves:
        assert abs(curve.estimates[-1] - float(Fraction(curve.value))) < 2e-3
    quartic = next(c for c in study.curves if (c.crossing, c.control) == ("quartic", "-1/10"))
    assert abs(quartic.estimates[0] - 0.25) < 0.03  # n = 1 does not see the control
    assert all(f.verdict in ("enclosed", "supported") for f in study.findings)
    low = {name: low for name, low, *_ in study.extremes}
    assert low["cubic edge"] < 1 / 3
    assert low["quartic"] < 1 / 4


def test_outputs_agree_and_resume(tmp_path):
    store = tmp_path / "store.json"
    first = airy_pearcey(SMALL, store=store)
    told = []
    again = airy_pearcey(SMALL, store=store, progress=told.append)
    assert told == []
    assert again == first
    record = json.loads(first.to_json())
    assert len(record["curves"]) == len(first.curves)
    assert "0.2500" in first.text()
    assert r"\toprule" in first.latex()
    figure = first.figure()
    assert len(figure.axes) == 3
    figure.savefig(tmp_path / "figure.svg")  # the formulas are only set now
