"""Curves and chains as what JSON holds, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sympy

from slt_symbolic.studies.learning_zero.chains import ChainPoint
from slt_symbolic.studies.learning_zero.growth import GrowthComparison
from slt_symbolic.studies.learning_zero.results import CurveRow, WidthResult
from slt_symbolic.studies.store import DamagedStoreError

__all__ = ["chains_key", "chains_of", "width_of", "width_record"]


def width_record(width: WidthResult) -> dict[str, Any]:
    """Return a curve as what JSON holds; the plateau is a text, since it is exact."""
    record = asdict(width)
    record["plateau"] = str(width.plateau)
    return record


def width_of(record: dict[str, Any]) -> WidthResult:
    """Return the curve that was recorded."""
    try:
        growth = record["growth"]
        p, _, q = record["plateau"].partition("/")
        return WidthResult(
            units=record["units"],
            plateau=sympy.Rational(int(p), int(q or 1)),
            multiplicity=record["multiplicity"],
            rows=tuple(CurveRow(**row) for row in record["rows"]),
            peak=tuple(record["peak"]),
            predicted_peak=tuple(record["predicted_peak"]),
            reached=tuple(record["reached"]),
            thermodynamic_gap=record["thermodynamic_gap"],
            law=record["law"],
            growth=None
            if growth is None
            else GrowthComparison(**{k: _tuples(v) for k, v in growth.items()}),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedStoreError(f"a curve of the store is damaged: {error!r}") from error


def chains_of(records: list[dict[str, Any]]) -> tuple[ChainPoint, ...]:
    """Return the chains that were recorded."""
    try:
        return tuple(ChainPoint(**{k: _tuples(v) for k, v in record.items()}) for record in records)
    except (TypeError, AttributeError) as error:
        raise DamagedStoreError(f"chains of the store are damaged: {error!r}") from error


def chains_key(units: int, readouts: str, exponents: Sequence[float]) -> str:
    """Return the name of a set of chains."""
    return f"chains {units} {readouts} {' '.join(f'{e:g}' for e in exponents)}"


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
