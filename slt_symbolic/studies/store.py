"""The finished rows of a study, as JSON, replaced as a whole after each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["DamagedStoreError", "ForeignStoreError", "StoreError", "StudyStore"]

_KIND = "slt-symbolic study, version 2"


class StoreError(ValueError):
    """A file cannot serve as the store of this study."""


class DamagedStoreError(StoreError):
    """A file is not what was written: cut off, or changed."""


class ForeignStoreError(StoreError):
    """A file is something else, or holds another study, or one with other settings."""


class StudyStore:
    """Finished rows by key, in a file, or in memory alone if there is no path.

    A row is anything that JSON holds. The file carries the study's name, the settings and a hash
    over the rows.

    Examples
    --------
    >>> store = StudyStore.open(None, study="learning-zero", settings="seed=0")
    >>> store.add("h=1", {"value": 0.5})
    >>> store.get("h=1"), store.get("h=2"), list(store)
    ({'value': 0.5}, None, ['h=1'])
    """

    def __init__(self, path: Path | None, study: str, settings: str, rows: dict[str, Any]) -> None:
        self.path, self.study, self.settings = path, study, settings
        self._rows = rows

    @classmethod
    def open(cls, path: str | Path | None, *, study: str, settings: str) -> StudyStore:
        """Read a store, or begin one where there is no file.

        Parameters
        ----------
        path
            The file, or None to keep nothing.
        study
            The study's name.
        settings
            The key of its settings: rows of others are not this study's.

        Raises
        ------
        DamagedStoreError
            If the file is cut off or was changed.
        ForeignStoreError
            If it is no store, or that of another study or of other settings.
        """
        place = None if path is None else Path(path)
        if place is None or not place.exists():
            return cls(place, study, settings, {})
        try:
            found = json.loads(place.read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:
            raise DamagedStoreError(f"{path} is not JSON: {error}") from None
        if not isinstance(found, dict) or found.get("kind") != _KIND:
            raise ForeignStoreError(f"{path} is not the store of a study")
        if found.get("study") != study:
            raise ForeignStoreError(f"{path} holds the study {found.get('study')!r}, not {study!r}")
        if found.get("settings") != settings:
            raise ForeignStoreError(
                f"{path} was made with other settings: {found.get('settings')!r}, not {settings!r}"
            )
        rows = found.get("rows")
        if not isinstance(rows, dict) or found.get("sha256") != _digest(study, settings, rows):
            raise DamagedStoreError(f"{path} was changed: its rows do not have their hash")
        return cls(place, study, settings, rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def get(self, key: str) -> Any:
        """Return a finished row, or None."""
        return self._rows.get(key)

    def add(self, key: str, row: Any) -> None:
        """Keep a row: the file holds it when this returns.

        Raises
        ------
        ValueError
            If the row is not JSON, or holds a NaN or an infinity.
        """
        # Through JSON and back: what is resumed is what was stored, whether or not there is a file.
        self._rows[key] = json.loads(json.dumps(row, allow_nan=False))
        if self.path is not None:
            # Not above: the command's help lists the studies, and must stay light.
            from slt_symbolic.claims.report import write_atomically

            content = {
                "kind": _KIND, "study": self.study, "settings": self.settings,
                "sha256": _digest(self.study, self.settings, self._rows), "rows": self._rows,
            }  # fmt: skip
            write_atomically(self.path, json.dumps(content, indent=1, allow_nan=False) + "\n")


def _digest(study: str, settings: str, rows: Mapping[str, Any]) -> str:
    text = json.dumps([study, settings, rows], sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
