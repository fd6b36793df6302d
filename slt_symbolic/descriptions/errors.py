"""The one error of a description: where it is, and what is allowed there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")
_LONG = 40  # characters of a text from the file that a message repeats
_MANY = 16  # names that a message lists
_BIG = 128  # bits of an integer from the file that a message repeats


class DescriptionError(ValueError):
    """A description is not what the form asks for.

    Parameters
    ----------
    file : str
        The file, as it was named.
    section : str
        The section, such as ``network`` or ``network.units[2]``; empty for the file as a whole.
    key : str
        The key; empty for the section as a whole.
    reason : str
        What is wrong and what is allowed.

    Attributes
    ----------
    file, section, key, reason
        As given.
    """

    def __init__(self, file: str, section: str, key: str, reason: str) -> None:
        self.file, self.section, self.key, self.reason = file, section, key, reason
        place = " ".join(part for part in (f"[{section}]" if section else "", key) if part)
        super().__init__(": ".join(part for part in (file, place, reason) if part))


# Its public name, the one that tracebacks should show.
DescriptionError.__module__ = "slt_symbolic.descriptions"


def shown_key(key: str) -> str:
    """Return a key as a message shows it: on one line, and not long."""
    return key if _BARE_KEY.fullmatch(key) else shown(key)


def listed(names: Iterable[str]) -> str:
    """Return names as a message lists them: not too many."""
    some = list(islice(names, _MANY + 1))
    return ", ".join(some[:_MANY]) + ", ..." * (len(some) > _MANY) or "none"


def shown(value: object) -> str:
    """Return a value of a TOML file as a message shows it: on one line, and not long."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value) if value.bit_length() <= _BIG else "a huge integer"
    if isinstance(value, str):
        return ascii(value if len(value) <= _LONG else value[:_LONG] + "...")
    if isinstance(value, list):
        return "an array"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, TomlFloat):
        return f"the float {shown(value.text)[1:-1]}"
    return "a date or a time"


class TomlFloat:
    """A float of the file, kept as the text that it is: nothing reads it as a number.

    Parameters
    ----------
    text : str
        As written.
    """

    def __init__(self, text: str) -> None:
        self.text = text
