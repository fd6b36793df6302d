"""The finished pieces of a study, as JSON, replaced as a whole after each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import sympy

from slt_symbolic.claims.report import write_atomically
from slt_symbolic.studies.chains import ChainPoint
from slt_symbolic.studies.growth import GrowthComparison
from slt_symbolic.studies.results import CurveRow, WidthResult

__all__ = ["StoreError", "StudyStore", "width_record"]

_KIND = "slt-symbolic study learning-zero, version 1"


class StoreError(ValueError):
    """A file is not the store of a study, or of other settings."""


def width_record(width: WidthResult) -> dict[str, Any]:
    """Return a curve as what JSON holds; the plateau is a text, since it is exact."""
    record = asdict(width)
    record["plateau"] = str(width.plateau)
    return record


def _width_of(record: dict[str, Any]) -> WidthResult:
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
        growth=None
        if growth is None
        else GrowthComparison(**{k: _tuples(v) for k, v in growth.items()}),
    )


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class StudyStore:
    """A file of finished pieces, or none: then nothing is kept.

    Examples
    --------
    >>> store = StudyStore.open(None, "settings")
    >>> store.width(1) is None
    True
    """

    def __init__(self, path: Path | None, settings: str, content: dict[str, Any]) -> None:
        self._path, self._settings, self._content = path, settings, content

    @classmethod
    def open(cls, path: str | Path | None, settings: str) -> StudyStore:
        """Read a store, or begin one.

        Raises
        ------
        StoreError
            If the file is no store of a study, or was made with other settings.
        """
        empty: dict[str, Any] = {"widths": {}, "chains": {}}
        if path is None or not Path(path).exists():
            return cls(None if path is None else Path(path), settings, empty)
        try:
            found = json.loads(Path(path).read_text(encoding="utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise StoreError(f"{path} is not JSON: {error}") from None
        if not isinstance(found, dict) or found.get("kind") != _KIND:
            raise StoreError(f"{path} is not the store of a study")
        if found.get("settings") != settings:
            raise StoreError(f"{path} was made with other settings: {found.get('settings')}")
        return cls(Path(path), settings, {k: found[k] for k in empty})

    def width(self, units: int) -> WidthResult | None:
        """Return a finished curve, or None."""
        record = self._content["widths"].get(str(units))
        try:
            return None if record is None else _width_of(record)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise StoreError(f"{self._path}: the curve of h = {units} is damaged") from error

    def chains(
        self, units: int, readouts: str, exponents: Sequence[float]
    ) -> tuple[ChainPoint, ...] | None:
        """Return finished chains, or None."""
        records = self._content["chains"].get(_name(units, readouts, exponents))
        if records is None:
            return None
        try:
            return tuple(
                ChainPoint(**{k: _tuples(v) for k, v in record.items()}) for record in records
            )
        except (TypeError, AttributeError) as error:
            raise StoreError(f"{self._path}: the chains of h = {units} are damaged") from error

    def add_width(self, width: WidthResult) -> None:
        """Keep a curve."""
        self._content["widths"][str(width.units)] = width_record(width)
        self._write()

    def add_chains(
        self, units: int, readouts: str, exponents: Sequence[float], points: Sequence[ChainPoint]
    ) -> None:
        """Keep chains."""
        self._content["chains"][_name(units, readouts, exponents)] = [asdict(p) for p in points]
        self._write()

    def _write(self) -> None:
        if self._path is not None:
            content = {"kind": _KIND, "settings": self._settings, **self._content}
            write_atomically(self._path, json.dumps(content, indent=1, allow_nan=False) + "\n")


def _name(units: int, readouts: str, exponents: Sequence[float]) -> str:
    return f"{units} {readouts} {' '.join(f'{e:g}' for e in exponents)}"
