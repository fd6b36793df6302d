"""The references, read from ``references.bib``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

__all__ = ["Reference", "UnknownReferenceError", "entry", "keys_in", "theorems"]

_ENTRY = re.compile(r"^@(?P<kind>\w+)\{(?P<key>\w+),\n(?P<body>.*?)^\}$", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^  (\w+) = \{(.*)\},?$", re.MULTILINE)


class UnknownReferenceError(KeyError):
    """There is no reference with this key; the message names the known ones."""

    def __str__(self) -> str:
        """Return the message without the quotes that a KeyError puts around it."""
        return str(self.args[0])


@dataclass(frozen=True)
class Reference:
    """A source of a theorem or of a method.

    Parameters
    ----------
    key : str
        By which it is cited.
    kind : str
        Of the BibTeX entry: ``article``, ``book``, ...
    fields : mapping of str to str
        The bibliographic data: ``author``, ``title``, ``year`` and what else is known.
    used_for : str
        What the package takes from it, in a sentence.
    """

    key: str
    kind: str
    fields: Mapping[str, str]
    used_for: str

    @property
    def surnames(self) -> tuple[str, ...]:
        """The surnames of the authors, in order."""
        authors = _plain(self.fields["author"]).split(" and ")
        return tuple(author.partition(",")[0].strip() for author in authors)

    def bibtex(self) -> str:
        """Return the BibTeX entry.

        Examples
        --------
        >>> print(entry("Watanabe2009").bibtex())
        @book{Watanabe2009,
          author = {Watanabe, S.},
          title = {Algebraic Geometry and Statistical Learning Theory},
          publisher = {Cambridge University Press},
          year = {2009}
        }
        """
        lines = [f"  {name} = {{{value}}}" for name, value in self.fields.items()]
        return f"@{self.kind}{{{self.key},\n" + ",\n".join(lines) + "\n}"

    def __str__(self) -> str:
        authors = ", ".join(self.surnames)
        return f"{authors} ({self.fields['year']}), {_plain(self.fields['title'])}"


def _plain(text: str) -> str:
    """Return a field without BibTeX's braces and its accent."""
    return re.sub(r"[{}]", "", text.replace(r"\"u", "ü"))


@cache
def _references() -> Mapping[str, Reference]:
    text = files(__package__).joinpath("references.bib").read_text(encoding="utf-8")
    found = {}
    for match in _ENTRY.finditer(text):
        fields = dict(_FIELD.findall(match["body"]))
        used_for = fields.pop("annote")
        found[match["key"]] = Reference(
            match["key"], match["kind"], MappingProxyType(fields), used_for
        )
    return MappingProxyType(found)


def entry(key: str) -> Reference:
    """Return the reference with a key.

    Raises
    ------
    UnknownReferenceError
        If there is none.

    Examples
    --------
    >>> print(entry("Aoyagi2024").used_for)
    Learning coefficients of deep linear networks.
    """
    known = _references()
    if key not in known:
        raise UnknownReferenceError(f"key must be one of {', '.join(known)}; got {key!r}")
    return known[key]


def theorems() -> tuple[Reference, ...]:
    """Return all sources of theorems and methods that results may rest on, by key.

    Examples
    --------
    >>> for reference in theorems()[:2]:
    ...     print(reference.key, "|", reference.used_for)
    Aoyagi2010 | Learning coefficients of Vandermonde matrix type singularities with one input.
    Aoyagi2024 | Learning coefficients of deep linear networks.
    """
    return tuple(_references().values())


def keys_in(text: str) -> tuple[str, ...]:
    """Return the keys of the references that a text names by all authors and the year.

    Where authors and year fit several, those count whose volume or eprint the text gives.

    Examples
    --------
    >>> keys_in("Aoyagi and Watanabe (2005), IEICE Trans. J88-D-II; Sussmann 1992")
    ('AoyagiWatanabe2005b', 'Sussmann1992')
    """
    named = [
        r
        for r in theorems()
        if all(re.search(rf"\b{re.escape(w)}\b", text) for w in (*r.surnames, r.fields["year"]))
    ]
    kept = []
    for r in named:
        rivals = [
            s for s in named if (s.surnames, s.fields["year"]) == (r.surnames, r.fields["year"])
        ]
        precise = [s for s in rivals if _place(s) and _place(s) in text]
        if r in (precise or rivals):
            kept.append(r.key)
    return tuple(kept)


def _place(reference: Reference) -> str:
    return reference.fields.get("eprint", reference.fields.get("volume", ""))
