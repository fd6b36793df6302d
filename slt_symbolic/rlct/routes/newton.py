"""Newton polyhedron in the given coordinates (normal crossings included)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flint import fmpq, fmpq_mpoly

from ..certificate import encode
from ..germ import Germ


def terms(p: fmpq_mpoly) -> list[list[Any]]:
    """Return a polynomial as terms with constant coefficients in the coordinate functions."""
    one = [0] * p.context().nvars()
    return [[[[c, one]], powers] for c, powers in encode(p)]


def common_factor(polynomials: Sequence[fmpq_mpoly]) -> fmpq_mpoly:
    """Return the greatest common divisor."""
    common = polynomials[0]
    for p in polynomials[1:]:
        common = common.gcd(p)
    return common


def newton(germ: Germ, _solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    """Propose K as a product of powers, each non-degenerate on its Newton polyhedron.

    Known squares are passed on, so that the checker can see that a form has no real zero.
    """
    factors: list[dict[str, Any]] = []
    if germ.squares:
        common = common_factor([g for _, g in germ.squares])
        reduced = [(a, divmod(g, common)[0]) for a, g in germ.squares]
        constant, parts = common.factor()
        total = sum((a * g**2 for a, g in reduced), germ.ring.from_dict({}))
        content = constant**2
        factors.append(
            {
                "power": 1,
                "terms": terms(total * content),
                "squares": [[str(a * content), terms(g)] for a, g in reduced],
            }
        )
        factors += [{"power": 2 * int(e), "terms": terms(f)} for f, e in parts]
    else:
        constant, parts = germ.K.factor()
        one = germ.ring.from_dict({(0,) * germ.n: fmpq(constant)})
        factors.append({"power": 1, "terms": terms(one)})
        factors += [{"power": int(e), "terms": terms(f)} for f, e in parts]
    return {"kind": "newton", "system": None, "factors": factors}
