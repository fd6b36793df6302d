"""Limits on networks that are read, and the one rule for their parameters' names."""

from __future__ import annotations

from collections.abc import Iterable

import sympy

from slt_symbolic.descriptions.section import Section

MAX_SIZE = 1_000  # of inputs, of units, and of outputs
MAX_ENTRIES = 20_000  # weights, biases and readouts together


def no_clash(section: Section, parameters: Iterable[sympy.Symbol]) -> None:
    """Require that no parameter has the name of a constant."""
    for p in parameters:
        if p.name in section.symbols:
            raise section.error(f"the parameter {p} has the name of one of the [constants]")
