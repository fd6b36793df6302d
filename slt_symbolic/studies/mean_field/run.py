"""The study: networks trained jointly, neurons trained alone, and the fixed point of both."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.studies.mean_field.fixed_point import FixedPoint, solve_fixed_point
from slt_symbolic.studies.mean_field.results import MeanField, WidthRow, row_of
from slt_symbolic.studies.mean_field.settings import MeanFieldSettings
from slt_symbolic.studies.store import StudyStore

__all__ = ["mean_field"]

Array = NDArray[np.float64]
# Streams of the clouds: neuron i of cloud c draws from c * _APART + i.
_APART = 2**20
_CLOUDS = ("background", "foreground", "snapshot", "process", "process foreground")
# Pairs of clouds that are compared; the last three must differ.
PAIRS = (
    ("background", "foreground"), ("background", "fixed point"), ("foreground", "fixed point"),
    ("background", "snapshot"), ("process", "process foreground"),
    ("background", "process foreground"),
)  # fmt: skip


def mean_field(
    settings: MeanFieldSettings,
    *,
    store: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> MeanField:
    """Run the study.

    Parameters
    ----------
    settings
        What to compute.
    store
        A JSON file that keeps each finished cloud and comparison.
    progress
        Called with a line of text before each piece of work, and with its speed after it.

    Examples
    --------
    >>> study = mean_field(MeanFieldSettings((64,), 8, 2e-3, 2.0, 99))
    >>> study.rows[0].width
    64
    """
    tell = progress or (lambda _: None)
    kept = StudyStore.open(store, study="mean-field", settings=settings.key)
    fixed = solve_fixed_point(settings.model)
    rows = []
    for width in settings.widths:
        clouds, means = _clouds(kept, settings, width, tell)
        clouds["fixed point"] = fixed.sample(width, settings.seed)
        if (row := kept.get(f"{width}: compared")) is None:
            tell(f"{width} neurons: comparisons")
            row = asdict(_compare(settings, width, fixed, clouds, means))
            kept.add(f"{width}: compared", row)
        rows.append(row_of(row))
    shown = {name: tuple(map(tuple, cloud.tolist())) for name, cloud in clouds.items()}
    return MeanField(settings, fixed.loss, fixed.gap, fixed.spread, tuple(rows), shown)


def _clouds(
    kept: StudyStore, settings: MeanFieldSettings, width: int, tell: Callable[[str], None]
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return all clouds of a width, and the mean outputs of those that make a background."""
    clouds: dict[str, Array] = {}
    means: dict[str, Array] = {}
    for place, name in enumerate(_CLOUDS):
        key = f"{width}: {name}"
        if (found := kept.get(key)) is None:
            tell(f"{width} neurons: {name}")
            began = time.perf_counter()
            found = _cloud(settings, width, place, clouds, means)
            speed = 1000 * (time.perf_counter() - began) / settings.steps
            tell(f"{width} neurons: {name} took {speed:.3g} s per 1,000 steps")
            kept.add(key, found)
        clouds[name] = np.array(found["neurons"])
        means[name] = np.array(found["mean"])
    return clouds, means


def _cloud(
    settings: MeanFieldSettings, width: int, place: int, clouds: dict[str, Array],
    means: dict[str, Array],
) -> dict[str, Any]:  # fmt: skip
    from slt_symbolic.studies.mean_field.dynamics import evolve, prior_network, train_foreground

    model, name, stream = settings.model, _CLOUDS[place], place * _APART
    if name in ("background", "process"):
        network, half = prior_network(model, width, settings.seed, stream), settings.steps // 2
        for steps in (half, settings.steps - half):
            network, mean = evolve(
                model, network, steps=steps, step=settings.step, seed=settings.seed,
                frozen_weights=name == "process",
            )  # fmt: skip
        neurons = network.neurons
    else:
        if name == "snapshot":
            mean = model.output(clouds["background"])
        else:
            mean = means["background" if name == "foreground" else "process"]
        neurons = train_foreground(
            model, mean, width=width, steps=settings.steps, step=settings.step,
            seed=settings.seed, stream=stream,
        )  # fmt: skip
    return {"neurons": neurons.tolist(), "mean": mean.tolist()}


def _compare(
    settings: MeanFieldSettings, width: int, fixed: FixedPoint, clouds: dict[str, Array],
    means: dict[str, Array],
) -> WidthRow:  # fmt: skip
    from slt_symbolic.studies.mean_field.clouds import compare_clouds

    model = settings.model
    scale = np.array([1.0, 1.0, model.readout_variance**-0.5])
    tests = []
    for number, (one, two) in enumerate(PAIRS):
        for view, columns in (("weights", [0, 1]), ("neurons", [0, 1, 2])):
            first, second = ((clouds[c] * scale)[:, columns] for c in (one, two))
            # Far from the streams of the dynamics; each test permutes on its own.
            seed = 2**40 + 100 * settings.seed + number
            found = compare_clouds(
                first, second, permutations=settings.permutations, seed=seed
            )  # fmt: skip
            tests += [(one, two, view, t.statistic, t.value, t.typical, t.p_value) for t in found]
    losses = {name: model.loss(model.output(cloud)) for name, cloud in clouds.items()}
    losses["mean background"] = model.loss(means["background"])
    losses["mean process"] = model.loss(means["process"])
    return WidthRow(width, losses, fixed.loss + fixed.spread / width, tuple(tests))
