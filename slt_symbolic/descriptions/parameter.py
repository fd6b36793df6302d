"""The parameter at which a question is asked: from a section, or from a command line."""

from __future__ import annotations

from collections.abc import Mapping

import sympy

from slt_symbolic.descriptions.entry import Entry
from slt_symbolic.descriptions.errors import DescriptionError, listed, shown_key
from slt_symbolic.descriptions.section import Section
from slt_symbolic.spelling import meant

Values = dict[sympy.Symbol, sympy.Expr]


def read_parameter(section: Section, parameters: tuple[sympy.Symbol, ...]) -> Values:
    """Return a value for every parameter, from the section ``[parameter]``."""
    names = [p.name for p in parameters]
    section.only(names, required=names)
    return {p: section.entry(p.name).number() for p in parameters}


def chosen(
    parameter: Values | None,
    parameters: tuple[sympy.Symbol, ...],
    constants: tuple[sympy.Symbol, ...],
    text: str | None,
    place: str,
) -> Values | None:
    """Return the values of a description, with those of a text in place of its own."""
    if text is None:
        return parameter
    given = read_assignments(text, parameters, {s.name: s for s in constants}, place)
    return {**(parameter or {}), **given}


def read_assignments(
    text: str,
    parameters: tuple[sympy.Symbol, ...],
    constants: Mapping[str, sympy.Symbol],
    place: str,
) -> Values:
    """Return the values in a text such as ``w1=1/3,w2=sqrt(2)``.

    Parameters
    ----------
    text : str
        Names and exact numbers.
    parameters : tuple of sympy.Symbol
        What may be named; not all need to be.
    constants : mapping of str to sympy.Symbol
        What may occur in the numbers.
    place : str
        What error messages call the text.

    Raises
    ------
    DescriptionError
        If the text is anything else, or a name is unknown or comes twice.
    """
    by_name = {p.name: p for p in parameters}
    values: Values = {}
    for part in text.split(","):
        name, equals, number = (piece.strip() for piece in part.partition("="))
        key = shown_key(name)
        if not equals:
            raise DescriptionError(place, "", key, "must be NAME=NUMBER, NAME=NUMBER, ...")
        if name not in by_name:
            allowed = listed(by_name)
            near = meant(name, by_name)
            hint = f"did you mean {near!r}? " if near else ""
            raise DescriptionError(place, "", key, f"unknown parameter; {hint}allowed: {allowed}")
        if by_name[name] in values:
            raise DescriptionError(place, "", key, "is given twice")
        values[by_name[name]] = Entry(number, place, "", key, constants).number()
    return values
