"""The section ``[noise]``: the variance σ², or one for each output."""

from __future__ import annotations

import sympy

from slt_symbolic.descriptions.entry import Entry
from slt_symbolic.descriptions.section import Section


def read_variance(section: Section) -> sympy.Expr:
    """Return the one variance of all outputs, 1 if there is none."""
    section.only(["variance"])
    return _positive(section.entry("variance")) if "variance" in section else sympy.S.One


def read_variances(section: Section, outputs: int | None) -> tuple[sympy.Expr, ...]:
    """Return the variance of each output: one number for all, or an array where they are named."""
    section.only(["variance"])
    single = "variance" not in section or not isinstance(section.entry("variance").value, list)
    if outputs is None or single:
        return (read_variance(section),) * (outputs or 1)
    items = section.entry("variance").items()
    if len(items) != outputs:
        raise section.error(f"must have {outputs} entries, one per output", "variance")
    return tuple(map(_positive, items))


def _positive(entry: Entry) -> sympy.Expr:
    variance = entry.number()
    if not variance.is_positive:
        raise entry.wrong("positive for certain")
    return variance
