"""The run: a row for each truth and sharpness, and what it is compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from slt_symbolic.studies.near_singular_swish.limit import Valley, crossing
from slt_symbolic.studies.near_singular_swish.moments import Truth, moments, relu_moments
from slt_symbolic.studies.near_singular_swish.posterior import (
    Posterior,
    divergence,
    total_variation,
    weight_rule,
)
from slt_symbolic.studies.near_singular_swish.results import (
    BetaRow,
    Coincidence,
    NearSingularSwish,
    Prediction,
)
from slt_symbolic.studies.near_singular_swish.settings import Settings
from slt_symbolic.studies.store import StudyStore

__all__ = ["near_singular_swish"]

TRUTHS: tuple[Truth, ...] = ("swish", "relu")


def near_singular_swish(
    settings: Settings,
    *,
    store: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> NearSingularSwish:
    """Compare the posteriors of a swish unit and of a ReLU unit.

    Parameters
    ----------
    settings
        Sharpnesses and numbers of data.
    store
        Keep finished rows here, and go on from what it holds.
    progress
        Told a line before each piece of work.

    Notes
    -----
    f(x) = q s(wx), x uniform on [-1, 1], w uniform on [1/2, 2], q standard normal; the truth has
    w = q = 1, with the swish or with the ReLU. Given w everything is normal in q and done by
    hand; the integral over w is a Gauss rule.

    Examples
    --------
    >>> from fractions import Fraction
    >>> study = near_singular_swish(Settings((10, 100), (Fraction(9),), (0.1,), (4,)))
    >>> 2.9 < study.exponents["swish", 0.1][-1] < 3.2
    True
    """
    kept = StudyStore.open(store, study="near-singular-swish", settings=settings.key)
    tell = progress or (lambda _: None)

    def row(key: str, compute: Callable[[], Any]) -> Any:
        if kept.get(key) is None:
            tell(key)
            kept.add(key, compute())
        return kept.get(key)

    rows, predictions, coincidences = [], [], []
    for truth in TRUTHS:
        for beta in settings.betas:
            found = row(f"{truth}, beta = {beta}", partial(_row, settings, beta, truth))
            rows.append(BetaRow(**{k: _tuple(v) for k, v in found.items()}))
        found = row(f"{truth}, limit", partial(_prediction, settings, truth))
        predictions.append(Prediction(**{k: _tuple(v) for k, v in found.items()}))
        for k in settings.log10_small:
            found = row(f"{truth}, n = 1e{k}", partial(_coincidence, 10.0**k, truth))
            coincidences.append(Coincidence(**found))
    exact = row("learning coefficients", _learning_coefficients)
    return NearSingularSwish(settings, tuple(rows), tuple(predictions), tuple(coincidences), exact)


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _row(settings: Settings, beta: int, truth: Truth) -> dict[str, Any]:
    w, rule = weight_rule()
    relu, swish = relu_moments(w), moments(float(beta), w, truth)

    def pair(n: float) -> tuple[Posterior, Posterior]:
        return Posterior(relu, n, rule), Posterior(swish, n, rule)

    pairs = [pair(10 ** float(k)) for k in settings.log10_n]
    return asdict(
        BetaRow(
            truth,
            beta,
            tuple(q.energy - q.least for _, q in pairs),
            tuple(q.least for _, q in pairs),
            tuple(p.energy for p, _ in pairs),
            tuple(total_variation(p, q) for p, q in pairs),
            tuple(divergence(p, q) for p, q in pairs),
            tuple(
                crossing(lambda n: total_variation(*pair(n)), level, float(beta) ** 3)
                for level in settings.levels
            ),
        )
    )


def _prediction(settings: Settings, truth: Truth) -> dict[str, Any]:
    valley = Valley.of(truth)
    times = np.logspace(-3, 6, 181)
    energies = [valley.energy(float(t)) for t in times]
    crossings = tuple(valley.crossing(level) for level in settings.levels)
    peak = int(np.argmax(energies))
    return asdict(Prediction(truth, crossings, energies[peak], float(times[peak]), energies[-1]))


def _coincidence(n: float, truth: Truth) -> dict[str, Any]:
    """Extrapolate the distance, C(n)/beta^3, from where doubles still see it."""
    w, rule = weight_rule()
    constants = []
    for distance in (1e-5, 1e-6):
        # A sharpness at which the distance is of this order.
        beta = max(20.0, (0.02 * (n + 100) / distance) ** (1 / 3))
        p = Posterior(relu_moments(w), n, rule)
        q = Posterior(moments(beta, w, truth), n, rule)
        constants.append(total_variation(p, q) * beta**3)
    first, second = constants
    return asdict(
        Coincidence(truth, n, second, abs(first / second - 1), (second * 2.0**53) ** (1 / 3))
    )


def _learning_coefficients() -> dict[str, dict[str, str]]:
    """Ask for lambda at (w, q) = (1, 1) of both models, and how it is known."""
    from slt_symbolic.activations import RELU, swish
    from slt_symbolic.divergence import KLDivergence
    from slt_symbolic.inputs import UniformInterval
    from slt_symbolic.networks import TwoLayer, Unit
    from slt_symbolic.phases import local_learning_coefficient
    from slt_symbolic.true_set import TrueSet

    found = {}
    for name, units in (("relu", RELU), ("swish", swish(10))):
        model = TwoLayer.symbolic(units, width=1, biases=0, output_bias=0)
        truth = TwoLayer(units, (Unit(1, (1,), 0),))
        inputs = UniformInterval(-1, 1)
        local = local_learning_coefficient(KLDivergence(model, truth, inputs), (1, 1))
        strata = TrueSet(model, truth, inputs).strata
        found[name] = {
            "lambda": str(local.value),
            "m": str(local.multiplicity),
            "known": str(local.known),
            "true set": "; ".join(map(str, strata)),
        }
    return found
