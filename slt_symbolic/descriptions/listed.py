"""Networks unit by unit, with entries in named parameters."""

from __future__ import annotations

from functools import partial

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.descriptions.entry import Entry
from slt_symbolic.descriptions.limits import MAX_ENTRIES, MAX_SIZE, no_clash
from slt_symbolic.descriptions.section import Section
from slt_symbolic.networks import TwoLayer, Unit

KEYS = ("parameters", "units", "output_bias")


def listed_units(
    section: Section,
    activation: Activation,
    inputs: int | None,
    default: int,
    outputs: int | None,
) -> tuple[TwoLayer, ...]:
    """Return the networks of a section with ``units``, one for each output."""
    parameters = read_names(section)
    scope = section.allowing(parameters)
    tables = scope.sections("units")
    if len(tables) > MAX_SIZE:
        raise section.error(f"a network has at most {MAX_SIZE} units", "units")
    count = outputs or 1
    units: list[list[Unit]] = [[] for _ in range(count)]
    size = inputs
    for number, table in enumerate(tables, 1):
        table.only(["readout", "weights", "bias"], required=["readout", "weights", "bias"])
        weights = _weights(table.entry("weights"))
        size = size or len(weights)
        if len(weights) != size or len(weights) > MAX_SIZE:
            raise table.error(
                f"must have {min(size, MAX_SIZE)} entries, one per input; it has {len(weights)}",
                "weights",
            )
        readouts = _per_output(table.entry("readout"), outputs)
        bias = table.entry("bias").number()
        for row, readout in zip(units, readouts, strict=True):
            row.append(table.checked(partial(Unit, readout, weights, bias)))
        if number * (size + 2) * count > MAX_ENTRIES:
            raise section.error(f"the network has more than {MAX_ENTRIES} entries", "units")
    biases = (sympy.S.Zero,) * count
    if "output_bias" in scope:
        biases = _per_output(scope.entry("output_bias"), outputs)
    build = partial(TwoLayer, activation, parameters=parameters, inputs=size or default)
    return tuple(
        section.entry("units").checked(partial(build, tuple(row), output_bias=bias))
        for row, bias in zip(units, biases, strict=True)
    )


def read_names(section: Section) -> tuple[sympy.Symbol, ...]:
    """Return the parameters that a section names, in order."""
    names = section.entry("parameters").items() if "parameters" in section else []
    parameters = tuple(sympy.Symbol(entry.new_name(), real=True) for entry in names)
    if len(set(parameters)) < len(parameters):
        raise section.error("names a parameter twice", "parameters")
    no_clash(section, parameters)
    return parameters


def _per_output(entry: Entry, outputs: int | None) -> tuple[sympy.Expr, ...]:
    if outputs is None:
        return (entry.number(),)
    numbers = entry.numbers()
    if len(numbers) != outputs:
        raise entry.error(f"must have {outputs} entries, one per output; it has {len(numbers)}")
    return numbers


def _weights(entry: Entry) -> tuple[sympy.Expr, ...]:
    """Return the weights of a unit: an array, or the one weight of a unit with one input."""
    weights = entry.numbers() if isinstance(entry.value, list) else (entry.number(),)
    if not weights:
        raise entry.error("must have one entry per input")
    return weights
