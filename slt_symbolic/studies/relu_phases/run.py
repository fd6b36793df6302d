"""Run the study of phases of ReLU networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import sympy

from slt_symbolic.networks import TwoLayer
from slt_symbolic.studies.relu_phases.chains import inverse_temperature, sampled_shares
from slt_symbolic.studies.relu_phases.labels import (
    ORIENTATION,
    degeneracy,
    one_off,
    orientation,
)
from slt_symbolic.studies.relu_phases.minima import (
    OFF_THE_SQUARE,
    Minimum,
    minimum_near,
    one_node_minimum,
    own_place,
    reversed_start,
)
from slt_symbolic.studies.relu_phases.results import PhaseRow, ReluPhases, Shares, Stratum
from slt_symbolic.studies.relu_phases.settings import RIGHT_ANGLE, PhaseSettings
from slt_symbolic.studies.relu_phases.truths import SQUARE, divergence, threefold, two_nodes
from slt_symbolic.studies.store import StudyStore

__all__ = ["relu_phases"]

_DECIMALS = 8


def _strata() -> list[dict[str, Any]]:
    """Derive λ and m of the phases of W0, at a generic angle and at π/2, and threefold."""
    from slt_symbolic.phases import active_units, phases
    from slt_symbolic.phases import orientation as orientation_of
    from slt_symbolic.true_set import TrueSet

    generic = Fraction(29, 25)
    three = threefold(Fraction(1))
    rows = []
    for name, truth, width in (
        (f"two nodes, theta = {generic}", two_nodes(generic), 2),
        ("two nodes, theta = pi/2", two_nodes(RIGHT_ANGLE), 2),
        ("threefold", three, 3),
    ):
        K = divergence(truth, width)
        own = orientation_of(TrueSet(K.model, truth, SQUARE)) if width == 3 else active_units
        for phase in phases(K, own):
            if phase.value is None or phase.multiplicity is None:
                raise ArithmeticError(f"{name}: the coefficient of {phase.label} is not known")
            rows.append({
                "truth": name, "label": phase.label, "value": str(phase.value),
                "multiplicity": phase.multiplicity,
            })  # fmt: skip
    return rows


def _ball(truth: TwoLayer, found: Minimum) -> str:
    """Enclose K exactly computed at a place rounded to some decimals."""
    scale = 10**_DECIMALS
    place = tuple(sympy.Rational(round(x * scale), scale) for x in found.place)
    K = divergence(truth, found.units, scales=False)
    return str(K.enclosure(place, digits=15).str(12))


def _record(truth: TwoLayer, found: Minimum, odds: Sequence[float]) -> dict[str, Any]:
    return {
        "loss": found.value, "ball": _ball(truth, found), "place": list(found.place),
        "predicted": list(odds),
    }  # fmt: skip


def _own(truth: TwoLayer) -> Minimum:
    width = len(truth.units)
    return minimum_near(divergence(truth, width, scales=False), own_place(truth))


def _one_node(angle: Fraction, sizes: Sequence[int]) -> dict[str, Any]:
    """Find the best one-node network, and the log odds of one node against two."""
    truth = two_nodes(angle)
    one = one_node_minimum(divergence(truth, 1, scales=False))
    odds: list[float] = []
    if angle != RIGHT_ANGLE:
        two = _own(truth)
        # The orders of the units count alike in both: which one is left, which one comes first.
        for n in sizes:
            beta = inverse_temperature(n)
            off = float(np.log(OFF_THE_SQUARE))
            odds.append(one.log_evidence(beta) + off - two.log_evidence(beta))
    return _record(truth, one, odds)


def _reversed(strength: Fraction, sizes: Sequence[int]) -> dict[str, Any]:
    """Find the minimum with all nodes reversed, and the log odds of non-WC against it."""
    truth = threefold(strength)
    K = divergence(truth, 3, scales=False)
    found = minimum_near(K, reversed_start(truth))
    units = [[*found.place[3 * i : 3 * i + 3], 1.0] for i in range(3)]
    parameters = np.array([x for unit in units for x in unit] + [found.place[-1]])
    if ORIENTATION[int(orientation(parameters))] != "WC":
        return {"loss": None, "ball": "", "place": list(found.place), "predicted": []}
    own = _own(truth)
    betas = [inverse_temperature(n) for n in sizes]
    return _record(truth, found, [own.log_evidence(b) - found.log_evidence(b) for b in betas])


def relu_phases(
    settings: PhaseSettings,
    *,
    store: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> ReluPhases:
    """Compare the phases of small ReLU networks as the truth degenerates or loses its symmetry.

    Parameters
    ----------
    settings
        Truths, numbers of data, and how long to sample.
    store
        Keep finished rows here, and go on from what it holds.
    progress
        Told a line before each piece of work.

    Examples
    --------
    >>> study = relu_phases(PhaseSettings((), (Fraction(3, 2),)))
    >>> f"{study.rows[0].loss:.3g}", study.rows[0].ball[:11]
    ('0.000421', '[0.00042117')
    """
    kept = StudyStore.open(store, study="relu-phases", settings=settings.key)
    tell = progress or (lambda _: None)

    def row(key: str, compute: Callable[..., Any], *arguments: Any) -> Any:
        if kept.get(key) is None:
            tell(key)
            kept.add(key, compute(*arguments))
        return kept.get(key)

    strata = row("strata", _strata)
    rows = []
    for angle in settings.angles:
        best = row(f"one node, theta = {angle}", _one_node, angle, settings.sizes)
        sampled = row(
            f"posterior, theta = {angle}", sampled_shares,
            divergence(two_nodes(angle), 2), degeneracy, one_off, settings, _seed(settings, angle),
        )  # fmt: skip
        rows.append(_row("degeneracy", angle, best, sampled))
    for strength in sorted({*settings.strengths, *settings.sampled_strengths}):
        best = row(f"reversed, strength = {strength}", _reversed, strength, settings.sizes)
        sampled = []
        if strength in settings.sampled_strengths:
            sampled = row(
                f"posterior, strength = {strength}", sampled_shares,
                divergence(threefold(strength), 3), orientation, orientation, settings,
                _seed(settings, strength + 10),
            )  # fmt: skip
        rows.append(_row("orientation", strength, best, sampled))
    return ReluPhases(settings, tuple(Stratum(**s) for s in strata), tuple(rows))


def _seed(settings: PhaseSettings, control: Fraction) -> int:
    """Return a seed for one truth, apart from those of the others."""
    return settings.seed * 10**6 + round(1000 * control)


def _row(
    experiment: str, control: Fraction, best: dict[str, Any], sampled: list[dict[str, Any]]
) -> PhaseRow:
    predicted = best["predicted"] or [None] * len(sampled)
    shares = []
    for record, odds in zip(sampled, predicted, strict=bool(sampled)):
        fields: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in record.items()
        }
        shares.append(Shares(predicted=odds, **fields))
    return PhaseRow(
        experiment, str(control), best["loss"], best["ball"], tuple(best["place"]), tuple(shares)
    )
