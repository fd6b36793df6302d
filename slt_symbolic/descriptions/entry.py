"""One value of a description, and the ways to read it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any, TypeVar

import sympy

from slt_symbolic.descriptions.errors import DescriptionError, TomlFloat, listed, shown
from slt_symbolic.exact.entries import irrational_numbers
from slt_symbolic.exact.numbers import exact
from slt_symbolic.expressions import parse_expression
from slt_symbolic.spelling import hint, normal_form

MAX_INTEGER_BITS = 3322  # 1,000 digits, as in an expression
MAX_ITEMS = 20_000  # of one array

# What the parser reads as a name: the e of 1e-3 is none.
_NAME = re.compile(r"(?<![A-Za-z0-9_.])[A-Za-z_][A-Za-z0-9_]*")
_LONG = 500  # characters of a complaint that a message repeats

T = TypeVar("T")


@dataclass(frozen=True)
class Entry:
    """One value of the file, with its place.

    Parameters
    ----------
    value : object
        As ``tomllib`` read it.
    file, section, key : str
        Where it stands.
    symbols : mapping of str to sympy.Symbol
        The names that may occur in it.
    """

    value: Any
    file: str
    section: str
    key: str
    symbols: Mapping[str, sympy.Symbol] = field(default_factory=dict)

    def error(self, reason: str) -> DescriptionError:
        """Return an error that names this place."""
        return DescriptionError(self.file, self.section, self.key, reason)

    def wrong(self, allowed: str) -> DescriptionError:
        """Return the error for a value of a wrong kind."""
        return self.error(f"must be {allowed}; got {shown(self.value)}")

    def string(self) -> str:
        """Return a string."""
        if not isinstance(self.value, str):
            raise self.wrong("a string")
        return self.value

    def choice(self, known: Collection[str], remark: str = "") -> str:
        """Return one of some names; capitals, hyphens and underscores do not matter."""
        given = normal_form(self.string())
        for name in known:
            if normal_form(name) == given:
                return name
        raise self.error(
            f"must be one of {', '.join(known)}{remark}; "
            f"got {shown(self.value)}{hint(self.value, known)}"
        )

    def integer(self) -> int:
        """Return an integer of the file itself, for sizes."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise self.wrong("an integer, without quotes")
        return self.value

    def count(self, least: int, most: int) -> int:
        """Return an integer within limits."""
        value = self.integer()
        if not least <= value <= most:
            raise self.wrong(f"an integer from {least} to {most}")
        return value

    def number(self) -> sympy.Expr:
        """Return an exact real number, or a rational function of the symbols allowed here."""
        allowed = 'an integer, or a string such as "1/3", "0.25" or "sqrt(3)"'
        if isinstance(self.value, TomlFloat):
            quoted = f'"{self.value.text}"' if len(self.value.text) <= 20 else "it"
            raise self.error(
                f"must be exact: {shown(self.value)} is rounded; quote {quoted} to have it read as "
                f"the exact decimal"
            )
        if isinstance(self.value, bool) or not isinstance(self.value, int | str):
            raise self.wrong(allowed)
        if isinstance(self.value, int):
            if self.value.bit_length() > MAX_INTEGER_BITS:
                raise self.error("an integer has at most 1000 digits")
            return sympy.Integer(self.value)
        used = self._symbols_in(self.value)
        return self.checked(
            lambda: _checked_number(parse_expression(self.value, used, functions=["sqrt"]))
        )

    def expression(self) -> sympy.Expr:
        """Return an expression in the symbols allowed here, of all functions that are known."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return self.number()
        if not isinstance(self.value, str):
            raise self.wrong('an expression in quotes, such as "(a*b - 1)**2/2"')
        return self.checked(lambda: parse_expression(self.value, self.symbols.values()))

    def _symbols_in(self, text: str) -> list[sympy.Symbol]:
        names = dict.fromkeys(_NAME.findall(text))
        for name in names:
            if name not in self.symbols and name != "sqrt":
                allowed = f"names allowed here: {listed(self.symbols)}"
                raise self.error(f"unknown name {shown(name)} in {shown(text)}; {allowed}")
        return [self.symbols[name] for name in names if name != "sqrt"]

    def items(self) -> list[Entry]:
        """Return the values of an array, each with its place."""
        if not isinstance(self.value, list):
            raise self.wrong("an array")
        if len(self.value) > MAX_ITEMS:
            raise self.error(f"an array has at most {MAX_ITEMS} items; this one has more")
        return [
            Entry(v, self.file, self.section, f"{self.key}[{i}]", self.symbols)
            for i, v in enumerate(self.value, 1)
        ]

    def numbers(self) -> tuple[sympy.Expr, ...]:
        """Return an array of exact numbers."""
        return tuple(item.number() for item in self.items())

    def points(self) -> tuple[tuple[sympy.Expr, ...], ...]:
        """Return an array of arrays of exact numbers."""
        return tuple(item.numbers() for item in self.items())

    def named(self, symbols: Mapping[str, sympy.Symbol]) -> sympy.Symbol:
        """Return one of some symbols, by its name."""
        if self.string() not in symbols:
            raise self.wrong(f"one of {listed(symbols)}")
        return symbols[self.value]

    def new_name(self) -> str:
        """Return a string that can name a symbol."""
        name = self.string()
        symbol = self.checked(lambda: parse_expression(name))
        if not (symbol.is_Symbol and symbol.name == name):
            raise self.wrong("a name: letters, digits and single underscores after a letter")
        return name

    def checked(self, build: Callable[[], T]) -> T:
        """Return what a function returns, its complaints turned into errors of this place."""
        try:
            return build()
        except (ValueError, TypeError, ArithmeticError) as problem:
            raise self.error(shorten(str(problem), _LONG)) from problem


def _checked_number(number: sympy.Expr) -> sympy.Expr:
    """Return a number if it is exact: algebraic, or a rational function with such coefficients."""
    if not number.free_symbols:
        return exact(number, "a number")
    if not number.is_rational_function(*number.free_symbols):
        raise ValueError(f"must be a rational function of its names, got {number}")
    for coefficient in irrational_numbers([number]):
        exact(coefficient, "a coefficient")
    return number
