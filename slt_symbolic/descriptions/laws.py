"""The laws of the inputs that a description may name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import sympy

from slt_symbolic.descriptions.entry import Entry
from slt_symbolic.descriptions.section import Section
from slt_symbolic.inputs import (
    FiniteSample,
    InputDistribution,
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)

MAX_DIMENSION = 1_000
MAX_VERTICES = 200  # convexity is checked for all vertices against all edges
MAX_ROOTS = 3  # the field that holds k square roots has degree 2^k


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


def _vertices(entry: Entry) -> tuple[tuple[sympy.Expr, ...], ...]:
    vertices = entry.points()
    if len(vertices) > MAX_VERTICES:
        raise entry.error(f"a polygon has at most {MAX_VERTICES} vertices, not {len(vertices)}")
    _require_few_roots(entry, chain.from_iterable(vertices))
    return vertices


def _weights(entry: Entry) -> tuple[sympy.Expr, ...]:
    weights = entry.numbers()
    _require_few_roots(entry, weights)
    return weights


def _require_few_roots(entry: Entry, numbers: Iterable[sympy.Expr]) -> None:
    # These laws check their numbers in the field that holds them all.
    roots = {p for n in numbers for p in n.atoms(sympy.Pow) if not p.exp.is_Integer}
    if len(roots) > MAX_ROOTS:
        raise entry.error(f"at most {MAX_ROOTS} different roots may occur, not {len(roots)}")


# A newcomer is one line.
LAWS: dict[str, Law] = {
    "finite-sample": Law(FiniteSample, {"points": Entry.points}, {"weights": _weights}),
    "standard-normal": Law(StandardNormal, {"dimension": _dimension}),
    "uniform-box": Law(UniformBox, {"lower": Entry.numbers, "upper": Entry.numbers}),
    "uniform-interval": Law(UniformInterval, {"lower": Entry.number, "upper": Entry.number}),
    "uniform-polygon": Law(UniformPolygon, {"vertices": _vertices}),
    "uniform-sphere": Law(UniformSphere, {"dimension": _dimension}),
}


def read_inputs(section: Section) -> InputDistribution:
    """Return the law of the inputs of the section ``[inputs]``."""
    chosen = section.entry("law")
    law = LAWS[chosen.choice(LAWS)]
    section.only(["law", *law.keys, *law.optional], required=law.keys)
    arguments = {
        key: read(section.entry(key))
        for key, read in {**law.keys, **law.optional}.items()
        if key in section
    }
    return chosen.checked(lambda: law.build(**arguments))
