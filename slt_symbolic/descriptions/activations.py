"""The activations that a description may name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import sympy

from slt_symbolic.activations import Activation, activation, leaky_relu, polynomial, swish
from slt_symbolic.descriptions.entry import Entry
from slt_symbolic.descriptions.errors import shown
from slt_symbolic.descriptions.section import Section

MAX_COEFFICIENTS = 100


def _coefficients(entry: Entry) -> tuple[sympy.Expr, ...]:
    coefficients = entry.numbers()
    if len(coefficients) > MAX_COEFFICIENTS:
        raise entry.error(f"at most {MAX_COEFFICIENTS} coefficients, not {len(coefficients)}")
    return coefficients


# Activations with parameters of their own: how they are made, and how each key is read.
# A newcomer is one line; those without parameters are known by their names already.
FAMILIES: dict[str, tuple[Callable[..., Activation], Mapping[str, Callable[[Entry], Any]]]] = {
    "leaky_relu": (leaky_relu, {"slope": Entry.number}),
    "polynomial": (polynomial, {"coefficients": _coefficients}),
    "swish": (swish, {"beta": Entry.number}),
}
_DEFAULTS: Mapping[str, Any] = {"beta": 1}

KEYS = tuple(dict.fromkeys(key for _, keys in FAMILIES.values() for key in keys))


def read_activation(section: Section) -> Activation:
    """Return the activation of a section that describes a network."""
    chosen = section.entry("activation")
    name = chosen.string()
    build, keys = FAMILIES.get(name, (partial(_plain, name), {}))
    for key in KEYS:
        if key in section and key not in keys:
            raise section.error(f"activation {shown(name)} has no {key}", key)
    arguments = {
        key: read(section.entry(key)) if key in section or key not in _DEFAULTS else _DEFAULTS[key]
        for key, read in keys.items()
    }
    return chosen.checked(lambda: build(**arguments))


def _plain(name: str) -> Activation:
    try:
        return activation(name)
    except ValueError as problem:
        known = str(problem).partition("; got")[0]
        raise ValueError(f"{known}, {', '.join(FAMILIES)}; got {shown(name)}") from None
