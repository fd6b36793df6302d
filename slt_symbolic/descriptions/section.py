"""A table of a description: which keys it may have, and the entries under them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import sympy

from slt_symbolic.descriptions.entry import Entry
from slt_symbolic.descriptions.errors import DescriptionError, listed, shown, shown_key
from slt_symbolic.spelling import meant

T = TypeVar("T")


@dataclass(frozen=True)
class Section:
    """One table, with its place.

    Parameters
    ----------
    table : mapping
        As ``tomllib`` read it.
    file, name : str
        Where it stands; the name is empty for the file as a whole.
    symbols : mapping of str to sympy.Symbol
        The names that may occur in its numbers.
    """

    table: Mapping[str, Any]
    file: str
    name: str
    symbols: Mapping[str, sympy.Symbol] = field(default_factory=dict)

    def error(self, reason: str, key: str = "") -> DescriptionError:
        """Return an error that names this place."""
        return DescriptionError(self.file, self.name, shown_key(key) if key else "", reason)

    def only(self, allowed: Iterable[str], *, required: Iterable[str] = ()) -> None:
        """Require that no other keys occur than the allowed ones, and all of the required."""
        known = dict.fromkeys(allowed)
        kind = "key" if self.name else "section"
        for key in self.table:
            if key not in known:
                near = meant(key, known)
                hint = f"did you mean {near!r}? " if near else ""
                raise self.error(f"unknown {kind}; {hint}allowed: {listed(known)}", key)
        for key in required:
            if key not in self.table:
                raise self.error(f"this {kind} is missing", key)

    def __contains__(self, key: str) -> bool:
        return key in self.table

    def entry(self, key: str) -> Entry:
        """Return the entry under a key, which must be there."""
        if key not in self.table:
            raise self.error("this key is missing", key)
        return Entry(self.table[key], self.file, self.name, shown_key(key), self.symbols)

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """Yield all keys and their entries."""
        for key in self.table:
            yield key, self.entry(key)

    def section(self, key: str) -> Section:
        """Return the table under a key; an empty one if there is none."""
        name = f"{self.name}.{shown_key(key)}" if self.name else shown_key(key)
        return self._table(self.table.get(key, {}), name)

    def sections(self, key: str) -> list[Section]:
        """Return the tables of the array under a key."""
        values = self.entry(key).items()
        return [
            self._table(item.value, f"{self.name}.{shown_key(key)}[{i}]")
            for i, item in enumerate(values, 1)
        ]

    def allowing(self, symbols: Iterable[sympy.Symbol]) -> Section:
        """Return the same section with further names allowed in its numbers."""
        return replace(self, symbols={**self.symbols, **{s.name: s for s in symbols}})

    def checked(self, build: Callable[[], T]) -> T:
        """Return what a function returns, its complaints turned into errors of this section."""
        return Entry(None, self.file, self.name, "").checked(build)

    def _table(self, value: object, name: str) -> Section:
        if not isinstance(value, dict):
            raise DescriptionError(self.file, name, "", f"must be a table; got {shown(value)}")
        return Section(value, self.file, name, self.symbols)
