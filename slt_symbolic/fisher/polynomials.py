"""Polynomials in the inputs, as mappings from exponents to elements of any field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

Exponents: TypeAlias = "tuple[int, ...]"
Terms: TypeAlias = "dict[Any, Any]"
"""A linear combination: from basis elements (exponents, or others) to coefficients."""


def accumulate(total: Terms, terms: Mapping[Any, Any], factor: Any = None) -> None:
    """Add ``factor`` times a linear combination to another in place, without zeros."""
    for key, c in terms.items():
        term = c if factor is None else c * factor
        if key in total:
            term = total[key] + term
        if term:
            total[key] = term
        else:
            total.pop(key, None)


def affine(weights: Sequence[Any], bias: Any) -> Terms:
    """Return ⟨w, x⟩ + b.

    Examples
    --------
    >>> from flint import fmpq
    >>> affine([fmpq(2), fmpq(0)], fmpq(1))
    {(1, 0): 2, (0, 0): 1}
    """
    n = len(weights)
    terms = {unit(k, n): w for k, w in enumerate(weights) if w}
    return {**terms, (0,) * n: bias} if bias else terms


def unit(k: int, n: int) -> Exponents:
    """Return the exponents of x_k among n inputs."""
    return tuple(int(i == k) for i in range(n))


def times(p: Terms, q: Terms) -> Terms:
    """Return the product of two polynomials."""
    product: Terms = {}
    for a, c in p.items():
        accumulate(product, {shift(a, b): d for b, d in q.items()}, c)
    return product


def shift(a: Exponents, b: Exponents) -> Exponents:
    """Return the exponents of a product of monomials."""
    return tuple(i + j for i, j in zip(a, b, strict=True))


def compose(coefficients: Sequence[Any], inner: Terms, n: int) -> Terms:
    """Return Σ c_k inner^k for c lowest degree first, by Horner's rule."""
    result: Terms = {}
    for c in reversed(coefficients):
        result = times(result, inner)
        if c:
            accumulate(result, {(0,) * n: c})
    return result


def on_sphere(p: Terms) -> Terms:
    """Return the polynomial of degree at most 1 in the last input that agrees on |x| = 1."""
    result: Terms = {}
    waiting = dict(p)
    while waiting:
        exponents, c = waiting.popitem()
        if exponents[-1] < 2:
            accumulate(result, {exponents: c})
            continue
        lower = (*exponents[:-1], exponents[-1] - 2)
        accumulate(waiting, {lower: c})
        for k in range(len(exponents) - 1):
            squared = shift(lower, tuple(2 * i for i in unit(k, len(exponents))))
            accumulate(waiting, {squared: -c})
    return result


def tagged(tag: tuple[Any, ...], terms: Mapping[Exponents, Any]) -> Terms:
    """Return the polynomial as a combination of atoms (tag, exponents)."""
    return {(*tag, e): c for e, c in terms.items()}


def dense(rows: Iterable[Terms], zero: Any) -> tuple[list[Any], list[list[Any]]]:
    """Return the basis elements that occur, and the combinations as rows of coefficients."""
    rows = list(rows)
    columns = list(dict.fromkeys(key for row in rows for key in row))
    return columns, [[row.get(key, zero) for key in columns] for row in rows]
