"""The sections ``[network]`` and ``[truth]``: networks by their sizes or by their units."""

from __future__ import annotations

from functools import partial

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.descriptions.activations import KEYS as ACTIVATION_KEYS
from slt_symbolic.descriptions.activations import read_activation
from slt_symbolic.descriptions.entry import Entry
from slt_symbolic.descriptions.errors import listed
from slt_symbolic.descriptions.section import Section
from slt_symbolic.networks import TwoLayer, Unit

MAX_SIZE = 1_000  # of inputs, and of units
MAX_ENTRIES = 20_000  # weights, biases and readouts together

_SIZED = ("width", "weights", "biases", "readouts", "output_bias", "fixed", "tied")
_LISTED = ("parameters", "units", "output_bias")
_KINDS = ("weights", "biases", "readouts", "output_bias")


def read_model(section: Section) -> TwoLayer:
    """Return the network of the section ``[network]``, with its parameters."""
    activation = read_activation(section)
    inputs = section.entry("inputs").count(1, MAX_SIZE) if "inputs" in section else None
    return _network(section, activation, inputs, 1)


def read_truth(section: Section, model: TwoLayer) -> TwoLayer:
    """Return the network of the section ``[truth]``; it may leave out what the model says."""
    named = [key for key in ("activation", *ACTIVATION_KEYS) if key in section]
    activation = read_activation(section) if named else model.activation
    inputs = section.entry("inputs").count(1, MAX_SIZE) if "inputs" in section else None
    truth = _network(section, activation, inputs, model.inputs)
    if truth.parameters:
        free = listed(p.name for p in truth.parameters)
        raise section.error(f"the truth has numbers only: give values that fix {free}")
    if truth.inputs != model.inputs:
        raise section.error(f"must be {model.inputs} as in [network], not {truth.inputs}", "inputs")
    return truth


def _network(
    section: Section, activation: Activation, inputs: int | None, default: int
) -> TwoLayer:
    head = ("activation", *ACTIVATION_KEYS, "inputs")
    if "units" in section:
        section.only([*head, *_LISTED])
        return _listed(section, activation, inputs, default)
    section.only([*head, *_SIZED, "units"])
    if "width" not in section:
        raise section.error("this key is missing; give the width, or the units one by one", "width")
    return _sized(section, activation, inputs or default)


def _sized(section: Section, activation: Activation, inputs: int) -> TwoLayer:
    width = section.entry("width").count(0, MAX_SIZE)
    if width * (inputs + 2) > MAX_ENTRIES:
        raise section.error(f"the network has more than {MAX_ENTRIES} entries", "width")
    numbers = {kind: section.entry(kind).number() for kind in _KINDS if kind in section}
    network = TwoLayer.symbolic(activation, inputs=inputs, width=width, **numbers)
    _no_clash(section, network.parameters)
    values = _fixed(section.section("fixed"), network.parameters)
    values.update(_tied(section, network.parameters, values))
    if not values:
        return network
    return TwoLayer(
        activation,
        tuple(u.subs(values) for u in network.units),
        network.output_bias.subs(values),
        tuple(p for p in network.parameters if p not in values),
        inputs,
    )


def _fixed(
    section: Section, parameters: tuple[sympy.Symbol, ...]
) -> dict[sympy.Symbol, sympy.Expr]:
    section.only([str(p) for p in parameters])
    by_name = {p.name: p for p in parameters}
    return {by_name[key]: entry.number() for key, entry in section.entries()}


def _tied(
    section: Section,
    parameters: tuple[sympy.Symbol, ...],
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


def _listed(section: Section, activation: Activation, inputs: int | None, default: int) -> TwoLayer:
    names = section.entry("parameters").items() if "parameters" in section else []
    parameters = tuple(sympy.Symbol(entry.new_name(), real=True) for entry in names)
    if len(set(parameters)) < len(parameters):
        raise section.error("names a parameter twice", "parameters")
    _no_clash(section, parameters)
    scope = section.allowing(parameters)
    tables = scope.sections("units")
    if len(tables) > MAX_SIZE:
        raise section.error(f"a network has at most {MAX_SIZE} units", "units")
    units: list[Unit] = []
    for table in tables:
        table.only(["readout", "weights", "bias"], required=["readout", "weights", "bias"])
        weights = _weights(table.entry("weights"))
        expected = inputs or (len(units[0].weights) if units else len(weights))
        if len(weights) != expected or len(weights) > MAX_SIZE:
            raise table.error(
                f"must have {min(expected, MAX_SIZE)} entries, one per input; it has "
                f"{len(weights)}",
                "weights",
            )
        readout, bias = table.entry("readout"), table.entry("bias")
        unit = partial(Unit, readout.number(), weights, bias.number())
        units.append(table.checked(unit))
        if len(units) * (expected + 2) > MAX_ENTRIES:
            raise section.error(f"the network has more than {MAX_ENTRIES} entries", "units")
    output_bias = scope.entry("output_bias").number() if "output_bias" in scope else sympy.S.Zero
    sizes = inputs or (len(units[0].weights) if units else default)
    return section.entry("units").checked(
        lambda: TwoLayer(activation, tuple(units), output_bias, parameters, sizes)
    )


def _weights(entry: Entry) -> tuple[sympy.Expr, ...]:
    """Return the weights of a unit: an array, or the one weight of a unit with one input."""
    weights = entry.numbers() if isinstance(entry.value, list) else (entry.number(),)
    if not weights:
        raise entry.error("must have one entry per input")
    return weights


def _no_clash(section: Section, parameters: tuple[sympy.Symbol, ...]) -> None:
    for p in parameters:
        if p.name in section.symbols:
            raise section.error(f"the parameter {p} has the name of one of the [constants]")
