"""Normal crossings and Morse-Bott germs in a regular system of functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flint import fmpq, fmpq_mpoly

from ..certificate import encode
from ..clock import poll
from ..germ import Germ, complete, constant_term, independent

_MANY = 8


def _with_conditions(germ: Germ, system: list[fmpq_mpoly]) -> list[fmpq_mpoly] | None:
    """Add the conditions of region and prior to the system as far as they are independent."""
    for p in germ.conditions():
        if independent([*system, p]):
            system = [*system, p]
    return complete(system) if system and independent(system) else None


def _unit_vector(n: int, i: int) -> list[int]:
    return [int(k == i) for k in range(n)]


def regular_squares(germ: Germ, _solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    """Propose K = sum of squares of functions with independent differentials.

    Then the zero set of K is smooth of that codimension and lambda is half of it (Morse-Bott),
    in the whole space; the checker computes what the region makes of it.
    """
    used: list[fmpq_mpoly] = [g for _, g in germ.squares]
    if not used or any(constant_term(g) != 0 for g in used):
        return None
    if len(used) > _MANY and not germ.prior:
        return _all_split(germ) if independent(used) else None
    system = _with_conditions(germ, used)
    if system is None:
        return None
    one = germ.ring.from_dict({(0,) * germ.n: fmpq(1)})
    terms = [
        [encode(one * a), [2 * e for e in _unit_vector(germ.n, i)]]
        for i, (a, _) in enumerate(germ.squares)
    ]
    return _leaf(system, [{"power": 1, "terms": terms}])


def _all_split(germ: Germ) -> dict[str, Any]:
    """Split off all squares: a simplex of high dimension has too many faces for a leaf."""
    system = [g for _, g in germ.squares]
    free: list[fmpq_mpoly] = []
    for r in germ.region:
        if independent([*system, *free, r]):
            free.append(r)
    return {
        "kind": "split",
        "unit": encode(germ.ring.from_dict({(0,) * germ.n: fmpq(1)})),
        "squares": [[str(a), encode(g)] for a, g in germ.squares],
        "free": [encode(p) for p in free],
        "rest": [],
    }


def regular_factors(germ: Germ, _solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    """Propose K = unit * product of powers of functions with independent differentials."""
    constant, parts = germ.K.factor()
    unit = germ.ring.from_dict({(0,) * germ.n: fmpq(constant)})
    functions: list[tuple[fmpq_mpoly, int]] = []
    for f, e in parts:
        if constant_term(f) != 0:
            unit *= f**e
        else:
            functions.append((f, int(e)))
    system = _with_conditions(germ, [f for f, _ in functions])
    if system is None:
        return None
    powers = [0] * germ.n
    for i, (_, e) in enumerate(functions):
        powers[i] = e
    return _leaf(system, [{"power": 1, "terms": [[encode(unit), powers]]}])


def regular_powers(germ: Germ, _solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    """Propose generators that are units times monomials in one regular system of functions."""
    if len(germ.squares) < 2:
        return None
    functions: list[fmpq_mpoly] = []
    rows: list[tuple[fmpq_mpoly, dict[int, int]]] = []
    for a, g in germ.squares:
        poll()
        constant, parts = g.factor()
        unit = germ.ring.from_dict({(0,) * germ.n: a * constant**2})
        powers: dict[int, int] = {}
        for f, e in parts:
            if constant_term(f) != 0:
                unit *= f ** (2 * int(e))
                continue
            if f not in functions:
                functions.append(f)
                if not independent(functions):
                    return None
            powers[functions.index(f)] = 2 * int(e)
        rows.append((unit, powers))
    system = _with_conditions(germ, functions)
    if system is None:
        return None
    terms: dict[tuple[int, ...], fmpq_mpoly] = {}
    for unit, powers in rows:
        key = tuple(powers.get(i, 0) for i in range(germ.n))
        terms[key] = terms[key] + unit if key in terms else unit
    listed = [[encode(c), list(key)] for key, c in terms.items()]
    return _leaf(system, [{"power": 1, "terms": listed}])


def _leaf(system: Sequence[fmpq_mpoly], factors: list[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": "newton", "system": [encode(u) for u in system], "factors": factors}
