"""The study of learning zero: f(x) = Σ a_i tanh(w_i x), truth 0, x standard normal.

Per h: the predicted curve (no sampling), the sampled one (independent draws, any β), proved
bounds, the theorem's plateau, the law of growth; and, beside, Markov chains as a check.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.studies.learning_zero.annealed import annealed_curve
from slt_symbolic.studies.learning_zero.chains import ChainPoint, chain_points
from slt_symbolic.studies.learning_zero.growth import GrowthComparison, compare_growth
from slt_symbolic.studies.learning_zero.records import (
    chains_key,
    chains_of,
    width_of,
    width_record,
)
from slt_symbolic.studies.learning_zero.results import CurveRow, LearningZero, WidthResult
from slt_symbolic.studies.learning_zero.sampled import SampledCurve, sampled_curve
from slt_symbolic.studies.learning_zero.scale_integral import ScaleGrid, ScaleIntegral
from slt_symbolic.studies.learning_zero.settings import StudySettings
from slt_symbolic.studies.learning_zero.walk import walk_point
from slt_symbolic.studies.store import StudyStore

__all__ = ["learning_zero"]

Array = NDArray[np.float64]
_LN10 = float(np.log(10.0))
_FINE = 0.1
# Bounds beyond take seconds each and exceed h/2 by then for all but the widest networks.
_LAST_BOUND = 40.0


def learning_zero(
    settings: StudySettings,
    *,
    store: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> LearningZero:
    """Run the study.

    Parameters
    ----------
    settings
        What to compute.
    store
        A JSON file that keeps each finished curve, replaced as a whole each time; what it holds
        for the same settings is not computed again.
    progress
        Called with a line of text before each piece of work.

    Examples
    --------
    >>> settings = StudySettings((1, 2), (0.0, 2.0, 4.0, 6.0), draws=32)
    >>> study = learning_zero(settings)
    >>> row = study.width(2).rows[-1]
    >>> bool(abs(row.sampled - 0.693) < 5 * row.error)
    True
    """
    tell = progress or _silent
    kept = StudyStore.open(store, study="learning-zero", settings=settings.key)
    widths = tuple(_curve(kept, settings, units, tell) for units in settings.widths)
    beside = tuple(
        _curve(kept, settings.under(law), units, tell)
        for law, others in settings.beside
        for units in others
    )
    chains: list[ChainPoint] = []
    for units, readouts, exponents in settings.chains:
        key = chains_key(units, readouts, exponents)
        if (records := kept.get(key)) is None:
            tell(f"chains, h = {units}, {readouts}, log10 beta = {exponents}")
            records = [asdict(p) for p in _chains(settings, units, readouts, exponents)]
            kept.add(key, records)
        chains.extend(chains_of(records))
    return LearningZero(settings, widths, tuple(chains), beside)


def _curve(
    kept: StudyStore, settings: StudySettings, units: int, tell: Callable[[str], None]
) -> WidthResult:
    key = f"h {units}, weights {settings.law.name}"
    if (record := kept.get(key)) is None:
        tell(f"h = {units}, weights {settings.law.name}")
        record = width_record(_width(settings, _grid(settings), units))
        kept.add(key, record)
    return width_of(record)


def _grid(settings: StudySettings) -> ScaleGrid:
    """Return the grid of scales; the factors behind it are kept in memory."""
    return ScaleGrid.of(settings.digits, settings.law.largest)


def _chains(
    settings: StudySettings, units: int, readouts: str, exponents: tuple[float, ...]
) -> tuple[ChainPoint, ...]:
    if readouts != "walk":
        return chain_points(units, exponents, readouts=readouts, seed=settings.seed)
    grid, shift = _grid(settings), math.log(float(settings.readout_variance))
    return tuple(
        walk_point(
            grid, units, e, sweeps=settings.walk_sweeps, warmup=max(500, settings.walk_sweeps // 8),
            seed=settings.seed, log_variance=shift, law=settings.law,
        )
        for e in exponents
    )  # fmt: skip


def _silent(_line: str) -> None:
    pass


def _width(settings: StudySettings, grid: ScaleGrid, units: int) -> WidthResult:
    from slt_symbolic.rlct.theorems import tanh_zero_truth

    shift = float(np.log(float(settings.readout_variance)))
    exponents = np.array(settings.exponents)
    log_betas = exponents * _LN10
    predicted = annealed_curve(grid, units, log_betas + shift, settings.law)
    draws = settings.draws if units <= 16 else max(32, settings.draws // 4)
    curve = sampled_curve(
        grid, units, log_betas + shift, draws=draws, seed=settings.seed, law=settings.law
    )
    rows = _rows(settings, units, predicted, curve)
    theorem = tanh_zero_truth(units)
    if theorem.value is None or theorem.multiplicity is None:
        raise ArithmeticError(f"the theorem gives no value for h = {units}")
    plateau, multiplicity = theorem.value, theorem.multiplicity
    fine = np.arange(0.0, exponents[-1] + _FINE / 2, _FINE)
    smooth = annealed_curve(grid, units, fine * _LN10 + shift, settings.law).lambda_hat
    top, best = int(np.argmax(curve.mean)), int(np.argmax(smooth))
    peak = (float(exponents[top]), float(curve.mean[top]), float(curve.standard_error[top]))
    limit = float(plateau) - (multiplicity - 1) / np.maximum(fine * _LN10, _LN10)
    return WidthResult(
        units, plateau, multiplicity, rows, peak, (float(fine[best]), float(smooth[best])),
        (_reached(fine, smooth / limit - 1, 0.1), _reached(fine, smooth / limit - 1, 0.01)),
        _gap(settings, grid, units),
        _growth(settings, log_betas, curve, rows, 0.8 * fine[best] * _LN10)
        if smooth[best] > float(plateau)
        else None,
        settings.law.name,
    )  # fmt: skip


def _rows(
    settings: StudySettings, units: int, predicted: ScaleIntegral, curve: SampledCurve
) -> tuple[CurveRow, ...]:
    mean, error, energy = curve.mean, curve.standard_error, curve.free_energy
    effective, scale = curve.effective, curve.typical_scale
    return tuple(
        CurveRow(
            units=units,
            log10_beta=exponent,
            predicted=float(predicted.lambda_hat[i]),
            energy_bound=-float(predicted.log_z[i]),
            sampled=float(mean[i]),
            error=float(error[i]),
            energy=float(energy[i]),
            effective=float(effective[i]),
            scale=float(scale[i]),
            bound=_bound(settings, units, exponent),
        )
        for i, exponent in enumerate(settings.exponents)
    )


def _bound(settings: StudySettings, units: int, exponent: float) -> float:
    from slt_symbolic.spectra import mode_bounds

    if exponent > _LAST_BOUND or units < 4:
        return units / 2
    # The bound rises with β: an exact β not below the one asked for.
    found = mode_bounds(
        int(np.ceil(10.0**exponent)) if exponent < 15 else 10 ** int(np.ceil(exponent)),
        units, settings.law.largest, settings.readout_variance,
    )  # fmt: skip
    return float(found.best.upper())


def _reached(exponents: Array, off: Array, tolerance: float) -> float | None:
    """Return the exponent from which on ``off`` stays within the tolerance."""
    outside = np.flatnonzero(np.abs(off) > tolerance)
    first = 0 if len(outside) == 0 else int(outside[-1]) + 1
    return float(exponents[first]) if first < len(exponents) else None


def _gap(settings: StudySettings, grid: ScaleGrid, units: int) -> float:
    """Integrate λ̂ over log β by Gauss rules, with a few draws: the identity holds for any."""
    edges = np.linspace(0.0, settings.exponents[-1] * _LN10, 1 + math.ceil(settings.exponents[-1]))
    x, mass = np.polynomial.legendre.leggauss(3)
    half = (edges[1] - edges[0]) / 2
    nodes = ((edges[1:] + edges[:-1])[:, None] / 2 + half * x).ravel()
    shift = float(np.log(float(settings.readout_variance)))
    # Nodes and both ends in one call: the floor of the scales is that of the largest β.
    places = np.concatenate([nodes, edges[[0, -1]]]) + shift
    curve = sampled_curve(grid, units, places, draws=8, seed=settings.seed, law=settings.law)
    integral = float(curve.mean[:-2] @ np.tile(half * mass, len(edges) - 1))
    return abs(integral - float(curve.free_energy[-1] - curve.free_energy[-2]))


def _growth(
    settings: StudySettings,
    log_betas: Array,
    curve: SampledCurve,
    rows: tuple[CurveRow, ...],
    last: float,
) -> GrowthComparison | None:
    # Up to the first row that is withheld.
    for row in rows:
        if row.verdict == "withheld":
            last = min(last, row.log10_beta * _LN10 - 1e-9)
    rng = np.random.Generator(np.random.Philox(key=[settings.seed, 1]))
    samples = [curve.resampled(rng).mean for _ in range(settings.bootstrap)]
    return compare_growth(log_betas, curve.mean, samples=samples, keep=lambda x: x <= last)
