"""Networks by their sizes: what is not fixed is a parameter, named by its place."""

from __future__ import annotations

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.descriptions.entry import Entry
from slt_symbolic.descriptions.limits import MAX_ENTRIES, MAX_SIZE, no_clash
from slt_symbolic.descriptions.section import Section
from slt_symbolic.networks import TwoLayer, Unit

KEYS = ("width", "weights", "biases", "readouts", "output_bias", "fixed", "tied")
_HIDDEN = ("weights", "biases")


def sized(
    section: Section, activation: Activation, inputs: int, outputs: int | None
) -> tuple[TwoLayer, ...]:
    """Return the networks of a section with ``width``, one for each output."""
    width = section.entry("width").count(0, MAX_SIZE)
    if width * (inputs + 2) * (outputs or 1) > MAX_ENTRIES:
        raise section.error(f"the network has more than {MAX_ENTRIES} entries", "width")
    numbers = {kind: section.entry(kind).number() for kind in _HIDDEN if kind in section}
    hidden = TwoLayer.symbolic(
        activation, inputs=inputs, width=width, readouts=0, output_bias=0, **numbers
    )
    if "readouts" in section:
        columns = _readouts(section.entry("readouts"), width, outputs)
    else:
        columns = [_symbols(f"q{i}", outputs) for i in range(1, width + 1)]
    if "output_bias" in section:
        biases = _per_output(section.entry("output_bias"), outputs)
    else:
        biases = _symbols("c", outputs)
    fixed_readouts, fixed_bias = "readouts" in section, "output_bias" in section
    parameters: list[sympy.Symbol] = []
    for unit, column in zip(hidden.units, columns, strict=True):
        parameters += [e for e in unit.entries() if e in hidden.parameters]
        parameters += [] if fixed_readouts else column
    parameters += [] if fixed_bias else biases
    no_clash(section, parameters)
    values = _fixed(section.section("fixed"), parameters)
    values.update(_tied(section, parameters, values))
    free = tuple(p for p in parameters if p not in values)
    return tuple(
        TwoLayer(
            activation,
            tuple(
                Unit(column[k], unit.weights, unit.bias).subs(values)
                for unit, column in zip(hidden.units, columns, strict=True)
            ),
            bias.subs(values),
            free,
            inputs,
        )
        for k, bias in enumerate(biases)
    )


def _symbols(name: str, outputs: int | None) -> list[sympy.Expr]:
    names = [name] if outputs is None else [f"{name}_{k}" for k in range(1, outputs + 1)]
    return [sympy.Symbol(n, real=True) for n in names]


def _per_output(entry: Entry, outputs: int | None) -> list[sympy.Expr]:
    """Return a number for each output: one for all, or those of an array."""
    if outputs is None or not isinstance(entry.value, list):
        return [entry.number()] * (outputs or 1)
    return [item.number() for item in _counted(entry, outputs, "output")]


def _readouts(entry: Entry, width: int, outputs: int | None) -> list[list[sympy.Expr]]:
    """Return for each unit its readout to each output: one for all, or those of rows."""
    if outputs is None or not isinstance(entry.value, list):
        return [[entry.number()] * (outputs or 1)] * width
    rows = [_counted(row, width, "unit") for row in _counted(entry, outputs, "output")]
    return [[row[i].number() for row in rows] for i in range(width)]


def _counted(entry: Entry, count: int, owner: str) -> list[Entry]:
    items = entry.items()
    if len(items) != count:
        raise entry.error(f"must have {count} entries, one per {owner}; it has {len(items)}")
    return items


def _fixed(section: Section, parameters: list[sympy.Symbol]) -> dict[sympy.Symbol, sympy.Expr]:
    section.only([str(p) for p in parameters])
    by_name = {p.name: p for p in parameters}
    return {by_name[key]: entry.number() for key, entry in section.entries()}


def _tied(
    section: Section,
    parameters: list[sympy.Symbol],
    fixed: dict[sympy.Symbol, sympy.Expr],
) -> dict[sympy.Symbol, sympy.Expr]:
    """Return, for each tied parameter but the first of its group, that first one."""
    free = {p.name: p for p in parameters if p not in fixed}
    firsts: dict[sympy.Symbol, sympy.Expr] = {}
    groups = section.entry("tied").items() if "tied" in section else []
    for group in groups:
        first, *others = [member.named(free) for member in group.items()] or [None]
        if first is None or not others:
            raise group.error("must name at least two parameters that are equal")
        for member in (first, *others):
            if member in firsts:
                raise group.error(f"{member} is named twice")
            firsts[member] = first
    return {p: first for p, first in firsts.items() if p != first}
