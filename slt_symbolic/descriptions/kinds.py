"""The section ``[model]``: deep linear networks, and a K of one's own."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TypeAlias

import sympy

from slt_symbolic.descriptions.laws import read_inputs
from slt_symbolic.descriptions.limits import MAX_ENTRIES, MAX_SIZE, no_clash
from slt_symbolic.descriptions.listed import read_names
from slt_symbolic.descriptions.noise import read_variance
from slt_symbolic.descriptions.section import Section
from slt_symbolic.divergence import ExpressionDivergence, LinearDivergence
from slt_symbolic.linear_networks import DeepLinear

MAX_LAYERS = 100

Divergence: TypeAlias = LinearDivergence | ExpressionDivergence


def read_kind(root: Section, further: tuple[str, ...]) -> Divergence:
    """Return K of a description with a section ``[model]``.

    Parameters
    ----------
    root : Section
        The whole file, with the constants' names allowed.
    further : tuple of str
        Sections that other readers look at.
    """
    section = root.section("model")
    remark = " (two-layer networks stand in [network])"
    needed, build = KINDS[section.entry("kind").choice(KINDS, remark)]
    optional = ("noise",) if needed else ()
    root.only(("constants", "model", *needed, *optional, *further), required=needed)
    return build(root)


def _deep_linear(root: Section) -> LinearDivergence:
    section = root.section("model")
    model = _by_layers(section) if "layers" in section else _by_widths(section)
    truth = root.section("truth")
    truth.only(["matrix"], required=["matrix"])
    matrix, inputs = truth.entry("matrix"), read_inputs(root.section("inputs"))
    rows = matrix.points()
    variance = read_variance(root.section("noise"))
    return truth.checked(
        lambda: LinearDivergence(model, sympy.Matrix(rows), inputs, noise_variance=variance)
    )


def _by_widths(section: Section) -> DeepLinear:
    section.only(["kind", "widths", "fixed", "layers", "parameters"], required=["widths"])
    entries = section.entry("widths").items()
    if len(entries) > MAX_LAYERS:
        raise section.error(f"at most {MAX_LAYERS} widths, not {len(entries)}", "widths")
    widths = [entry.count(1, MAX_SIZE) for entry in entries]
    if sum(a * b for a, b in pairwise(widths)) > MAX_ENTRIES:
        raise section.error(f"the network has more than {MAX_ENTRIES} entries", "widths")
    fixed = {key: entry.number() for key, entry in section.section("fixed").entries()}
    model = section.checked(lambda: DeepLinear.symbolic(widths, fixed=fixed))
    no_clash(section, model.parameters)
    return model


def _by_layers(section: Section) -> DeepLinear:
    section.only(["kind", "layers", "parameters"])
    parameters = read_names(section)
    layers = section.allowing(parameters).entry("layers").items()
    if len(layers) > MAX_LAYERS:
        raise section.error(f"at most {MAX_LAYERS} layers, not {len(layers)}", "layers")
    rows = [layer.points() for layer in layers]
    if sum(len(row) for layer in rows for row in layer) > MAX_ENTRIES:
        raise section.error(f"the network has more than {MAX_ENTRIES} entries", "layers")
    return section.entry("layers").checked(
        lambda: DeepLinear(tuple(map(sympy.ImmutableMatrix, rows)), parameters)
    )


def _expression(root: Section) -> ExpressionDivergence:
    section = root.section("model")
    section.only(["kind", "K", "parameters", "region"], required=["K", "parameters"])
    parameters = read_names(section)
    scope = Section(section.table, section.file, section.name).allowing(parameters)
    K = scope.entry("K").expression()
    region = [e.expression() for e in scope.entry("region").items()] if "region" in scope else []
    return section.checked(lambda: ExpressionDivergence(K, parameters, region=region))


KINDS: dict[str, tuple[tuple[str, ...], Callable[[Section], Divergence]]] = {
    "deep-linear": (("truth", "inputs"), _deep_linear),
    "expression": ((), _expression),
}
