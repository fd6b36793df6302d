"""The laws of the inputs that a description may name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from slt_symbolic.descriptions.entry import Entry
from slt_symbolic.descriptions.section import Section
from slt_symbolic.inputs import InputDistribution, StandardNormal, UniformInterval

MAX_DIMENSION = 1_000


@dataclass(frozen=True)
class Law:
    """How a description gives a law of the inputs.

    Parameters
    ----------
    build : callable
        The law's class.
    keys : mapping of str to callable
        Its required keys, each with the way to read its entry; passed on by name.
    optional : mapping of str to callable
        The keys that may be left out.
    """

    build: Callable[..., InputDistribution]
    keys: Mapping[str, Callable[[Entry], Any]]
    optional: Mapping[str, Callable[[Entry], Any]] = field(default_factory=dict)


def _dimension(entry: Entry) -> int:
    return entry.count(1, MAX_DIMENSION)


# A newcomer is one line.
LAWS: dict[str, Law] = {
    "standard-normal": Law(StandardNormal, {"dimension": _dimension}),
    "uniform-interval": Law(UniformInterval, {"lower": Entry.number, "upper": Entry.number}),
}


def read_inputs(section: Section) -> InputDistribution:
    """Return the law of the inputs of the section ``[inputs]``."""
    chosen = section.entry("law")
    name = chosen.string()
    if name not in LAWS:
        raise chosen.wrong(f"one of {', '.join(LAWS)}")
    law = LAWS[name]
    section.only(["law", *law.keys, *law.optional], required=law.keys)
    arguments = {
        key: read(section.entry(key))
        for key, read in {**law.keys, **law.optional}.items()
        if key in section
    }
    return chosen.checked(lambda: law.build(**arguments))
