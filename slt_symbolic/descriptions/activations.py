"""The activations that a description may name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy

from slt_symbolic.activations import Activation, activation
from slt_symbolic.activations.named import FAMILIES, NAMES, family_of
from slt_symbolic.descriptions.entry import Entry
from slt_symbolic.descriptions.errors import shown
from slt_symbolic.descriptions.section import Section

MAX_COEFFICIENTS = 100


def _coefficients(entry: Entry) -> tuple[sympy.Expr, ...]:
    coefficients = entry.numbers()
    if len(coefficients) > MAX_COEFFICIENTS:
        raise entry.error(f"at most {MAX_COEFFICIENTS} coefficients, not {len(coefficients)}")
    return coefficients


# How the parameters of families are read. A newcomer with numbers is known by its name already.
_READERS: Mapping[str, Callable[[Entry], Any]] = {"coefficients": _coefficients}

KEYS = tuple(dict.fromkeys(key for family in FAMILIES.values() for key in family.examples))


def read_activation(section: Section) -> Activation:
    """Return the activation of a section that describes a network."""
    chosen = section.entry("activation")
    found = chosen.choice(NAMES)
    family = family_of(found)
    keys = tuple(family.examples)
    for key in KEYS:
        if key in section and key not in keys:
            raise section.error(f"activation {shown(found)} has no {key}", key)
    arguments = {
        key: _READERS.get(key, Entry.number)(section.entry(key))
        for key in keys
        if key in section or key not in family.defaults
    }
    return chosen.checked(lambda: activation(found, **arguments))
