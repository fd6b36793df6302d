"""Shorter conditions: what holds anyway is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sympy


def tidy_signs(expressions: Iterable[sympy.Expr], *, strict: bool) -> tuple[sympy.Expr, ...]:
    """Return polynomials of the same signs, without those that are positive anyway.

    Examples
    --------
    >>> w, v = sympy.symbols("w v", real=True)
    >>> tidy_signs([2 * w / v, 1 + w**2, -w], strict=True)
    (v*w, -w)
    """
    found = []
    for e in expressions:
        p = e if e.has(sympy.Max, sympy.Min) else same_sign(e)
        if not (p.is_positive if strict else p.is_nonnegative):
            found.append(p)
    return tuple(dict.fromkeys(found))


def same_sign(e: sympy.Expr) -> sympy.Expr:
    """Return numerator times denominator, without positive factors."""
    numerator, denominator = sympy.fraction(sympy.cancel(e))
    content, factors = sympy.factor_list(numerator * denominator)
    result = sympy.sign(content)
    for f, power in factors:
        if f.is_positive:
            continue
        odd = power % 2
        result *= f**odd if odd else f**2
    if result.is_number:
        return result
    return sympy.expand(result)


def tidy_nonzero(
    expressions: Iterable[sympy.Expr], positive: Sequence[sympy.Expr]
) -> tuple[sympy.Expr, ...]:
    """Return polynomials with the same zeros, factor by factor, without those that have none.

    Examples
    --------
    >>> w, v = sympy.symbols("w v", real=True)
    >>> tidy_nonzero([3 * w * v / (v + 1), 1 / w], [v])
    (w,)
    """
    found: list[sympy.Expr] = []
    for e in expressions:
        if not e.is_rational_function():
            found.append(e)
            continue
        numerator = sympy.fraction(sympy.together(e))[0]
        for f, _ in sympy.factor_list(numerator)[1]:
            known = f.is_nonzero or any(
                sympy.expand(f - s * p) == 0 for p in positive for s in (1, -1)
            )
            if not known:
                found.append(f)
    return tuple(dict.fromkeys(found))
