"""Normal crossings and Morse-Bott germs in a regular system of functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flint import fmpq, fmpq_mpoly

from ..certificate import encode
from ..germ import Germ, complete, constant_term, independent


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
    system = _with_conditions(germ, used)
    if system is None:
        return None
    one = germ.ring.from_dict({(0,) * germ.n: fmpq(1)})
    terms = [
        [encode(one * a), [2 * e for e in _unit_vector(germ.n, i)]]
        for i, (a, _) in enumerate(germ.squares)
    ]
    return _leaf(system, [{"power": 1, "terms": terms}])


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


def _leaf(system: Sequence[fmpq_mpoly], factors: list[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": "newton", "system": [encode(u) for u in system], "factors": factors}
