"""The sections ``[network]`` and ``[truth]``: networks by their sizes or by their units."""

from __future__ import annotations

from slt_symbolic.activations import Activation
from slt_symbolic.descriptions import listed as by_units
from slt_symbolic.descriptions import sized as by_sizes
from slt_symbolic.descriptions.activations import KEYS as ACTIVATION_KEYS
from slt_symbolic.descriptions.activations import read_activation
from slt_symbolic.descriptions.errors import listed
from slt_symbolic.descriptions.limits import MAX_SIZE
from slt_symbolic.descriptions.section import Section
from slt_symbolic.divergence.network_sum import Truth, joined
from slt_symbolic.networks import TwoLayer

MAX_PARTS = 100  # of one truth

_HEAD = ("activation", *ACTIVATION_KEYS, "inputs", "outputs")


def read_models(section: Section) -> tuple[TwoLayer, ...]:
    """Return the networks of the section ``[network]``, one for each output."""
    activation = read_activation(section)
    outputs = section.entry("outputs").count(1, MAX_SIZE) if "outputs" in section else None
    return _networks(section, activation, 1, outputs)


def read_truths(section: Section, models: tuple[TwoLayer, ...], several: bool) -> tuple[Truth, ...]:
    """Return the true functions of the section ``[truth]``, one for each output.

    Parameters
    ----------
    section : Section
        It may leave out what the model says.
    models : tuple of TwoLayer
        The model, one for each output.
    several : bool
        Whether the model names its number of outputs, so that readouts are arrays.
    """
    if "part" not in section:
        return _truths(section, models, several)
    section.only(["part"])
    tables = section.sections("part")
    if not 1 <= len(tables) <= MAX_PARTS:
        raise section.error(f"a truth has 1 to {MAX_PARTS} parts, not {len(tables)}", "part")
    parts = [_truths(table, models, several) for table in tables]
    return tuple(joined(summands) for summands in zip(*parts, strict=True))


def _truths(section: Section, models: tuple[TwoLayer, ...], several: bool) -> tuple[TwoLayer, ...]:
    model, outputs = models[0], len(models) if several else None
    if "outputs" in section and section.entry("outputs").count(1, MAX_SIZE) != len(models):
        raise section.error(f"must be {len(models)} as in [network]", "outputs")
    named = [key for key in ("activation", *ACTIVATION_KEYS) if key in section]
    activation = read_activation(section) if named else model.activation
    truths = _networks(section, activation, model.inputs, outputs)
    if truths[0].parameters:
        free = listed(p.name for p in truths[0].parameters)
        raise section.error(f"the truth has numbers only: give values that fix {free}")
    if truths[0].inputs != model.inputs:
        raise section.error(
            f"must be {model.inputs} as in [network], not {truths[0].inputs}", "inputs"
        )
    return truths


def _networks(
    section: Section, activation: Activation, default: int, outputs: int | None
) -> tuple[TwoLayer, ...]:
    inputs = section.entry("inputs").count(1, MAX_SIZE) if "inputs" in section else None
    if "units" in section:
        section.only([*_HEAD, *by_units.KEYS])
        return by_units.listed_units(section, activation, inputs, default, outputs)
    section.only([*_HEAD, *by_sizes.KEYS, "units"])
    if "width" not in section:
        raise section.error("this key is missing; give the width, or the units one by one", "width")
    return by_sizes.sized(section, activation, inputs or default, outputs)
