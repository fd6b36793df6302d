"""The run: the rows of each case, sampling for some, and every certificate checked again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from slt_symbolic.studies.reference_table.results import ReferenceTable
from slt_symbolic.studies.reference_table.rows import Row, network_divergence, rows_of, verify
from slt_symbolic.studies.reference_table.sampled import Sampled, sample
from slt_symbolic.studies.reference_table.settings import Case, Settings
from slt_symbolic.studies.store import StudyStore

__all__ = ["reference_table"]


def reference_table(
    settings: Settings,
    *,
    store: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> ReferenceTable:
    """Compute lambda and m at all strata of small networks.

    Parameters
    ----------
    settings
        Which networks.
    store
        Keep finished cases here, certificates included, and go on from what it holds.
    progress
        Told a line before each piece of work.

    Raises
    ------
    ValueError
        If a certificate from the store is refused.

    Examples
    --------
    >>> table = reference_table(Settings((Case("quadratic", 1, 0),)))
    >>> [(row.stratum, row.lower) for row in table.rows]
    [('readouts of one sign, weights 0', '1/4'), ('all 0', '1/4'), ('smooth', '1/2')]
    >>> table.checked
    3
    """
    kept = StudyStore.open(store, study="reference-table", settings=settings.key)
    tell = progress or (lambda _: None)
    rows: list[Row] = []
    for case in settings.cases:
        if (found := kept.get(str(case))) is None:
            tell(str(case))
            computed = rows_of(case, points=settings.points, budget=settings.budget)
            kept.add(str(case), [asdict(row) for row in computed])
            found = kept.get(str(case))
        of_case = [Row(**record) for record in found]
        if case in settings.sampled:
            of_case = _with_samples(case, of_case, settings, kept, tell)
        rows += of_case
    checked = sum(verify(row) for row in rows)
    return ReferenceTable(settings, tuple(rows), checked)


def _with_samples(
    case: Case, rows: list[Row], settings: Settings, kept: StudyStore, tell: Callable[[str], None]
) -> list[Row]:
    """Sample the first row of each pair of lambda and m that is exact and not zero."""
    chosen: dict[Any, int] = {}
    for k, row in enumerate(rows):
        if row.exact and row.lower != "0":
            chosen.setdefault(row.answer, k)
    divergence = network_divergence(case)
    result = list(rows)
    for k in chosen.values():
        row, key = rows[k], f"{case}, sampled row {k}"
        if kept.get(key) is None:
            tell(f"{key}: {row.stratum} {row.place}")
            found = sample(
                divergence,
                row.point,
                (Fraction(row.lower), row.multiplicity or 1),
                draws=settings.draws,
                seconds=settings.seconds,
                seed=settings.seed,
            )
            kept.add(key, asdict(found))
        result[k] = replace(row, sampled=_sampled(kept.get(key)))
    return result


def _sampled(record: Mapping[str, Any]) -> Sampled:
    values: dict[str, Any] = dict(record)
    for name in ("betas", "estimates", "errors"):
        values[name] = tuple(values[name])
    return Sampled(**values)
