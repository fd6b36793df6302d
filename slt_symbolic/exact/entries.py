"""Entries of networks and laws: exact numbers, parameters, unknown constants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sympy


def sample_constants(expressions: Iterable[sympy.Expr]) -> dict[sympy.Symbol, sympy.Expr]:
    """Return a value for each free symbol that agrees with its sign, sorted by name."""
    free = sorted(set().union(*(e.free_symbols for e in expressions if not e.is_number)), key=str)
    return {s: sympy.S.NegativeOne if s.is_negative else sympy.S.One for s in free}


def substitute(entry: sympy.Expr, values: Mapping[sympy.Symbol, sympy.Expr]) -> sympy.Expr:
    """Return an entry with symbols replaced; quick for the usual ones, numbers and symbols."""
    if entry.is_Symbol:
        return values.get(entry, entry)
    return entry if entry.is_number else entry.subs(values)


def irrational_numbers(expressions: Iterable[sympy.Expr]) -> set[sympy.Expr]:
    """Return the irrational numbers that occur in some expressions, each a real algebraic one."""
    found: set[sympy.Expr] = set()
    for e in expressions:
        if e.is_number:
            if not e.is_Rational:
                found.add(e)
        else:
            for a in e.args:
                found |= irrational_numbers([a])
    return found
