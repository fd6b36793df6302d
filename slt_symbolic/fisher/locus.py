"""Where the rank of the scores drops below its generic value, as equations."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb
from typing import Any

import sympy

from slt_symbolic.fisher.elimination import relations
from slt_symbolic.fisher.polynomials import dense
from slt_symbolic.fisher.scores import Scores

MAX_MINORS = 5_000


class TooManyMinorsError(ValueError):
    """A block of the coefficient matrix has more maximal minors than are worked through."""


def degeneracy_locus(scores: Scores) -> tuple[tuple[sympy.Expr, ...], ...]:
    """Return equations for the rank's drop, within the chamber and type of the scores.

    Parameters
    ----------
    scores : Scores
        With coefficients that are functions of the parameters.

    Returns
    -------
    tuple of tuple of sympy.Expr
        The locus is the union of the sets where all polynomials of one tuple vanish. An empty
        tuple of tuples means that the rank never drops there.

    Raises
    ------
    TooManyMinorsError
        If a block has more than 5000 maximal minors.

    Notes
    -----
    The matrix of coefficients over independent atoms has rank below r exactly where all its
    r-minors vanish. It is split into its connected blocks first: the rank drops where that of some
    block does. A type ends where atoms merge (two hyperplanes coincide, say); there the equations
    say nothing, and the rank is that of the merged type: for ReLU networks
    :func:`~slt_symbolic.fisher.strata.relu_strata` lists the types.

    Examples
    --------
    >>> from slt_symbolic import FisherInformation, StandardNormal, TwoLayer, activation
    >>> model = TwoLayer.symbolic(activation("tanh"), width=2, biases=0, output_bias=0)
    >>> fisher = FisherInformation(model, StandardNormal())
    >>> degeneracy_locus(fisher.scores([1, 2, 3, 4], symbolic=True))
    ((q1,), (q2,))
    """
    columns, rows = dense(scores.rows, scores.field.element(sympy.S.Zero))
    found: list[tuple[sympy.Expr, ...]] = []
    for block_rows, block_columns in _blocks(rows, len(columns)):
        block = [[rows[i][j] for j in block_columns] for i in block_rows]
        rank = len(block) - len(relations(block, scores.field))
        count = comb(len(block), rank) * comb(len(block_columns), rank)
        if count > MAX_MINORS:
            raise TooManyMinorsError(
                f"a block of {len(block)} scores and {len(block_columns)} functions has {count} "
                f"maximal minors; at most {MAX_MINORS} are worked through"
            )
        equations = _common_zeros(_minors(block, rank, scores), scores.parameters)
        if equations and equations != (sympy.S.One,) and equations not in found:
            found.append(equations)
    return tuple(found)


def _blocks(rows: Sequence[Sequence[Any]], columns: int) -> list[tuple[list[int], list[int]]]:
    """Return the connected components of the matrix, as rows and columns."""
    waiting = set(range(len(rows)))
    blocks = []
    while waiting:
        block, fresh, used = set(), {waiting.pop()}, set[int]()
        while fresh:
            i = fresh.pop()
            block.add(i)
            for j in range(columns):
                if rows[i][j] and j not in used:
                    used.add(j)
                    fresh |= {k for k in waiting if rows[k][j]}
            waiting -= fresh
        if used:
            blocks.append((sorted(block), sorted(used)))
    return sorted(blocks)


def _minors(block: list[list[Any]], rank: int, scores: Scores) -> list[sympy.Expr]:
    """Return the square-free numerators of the maximal minors that are not identically zero."""
    found: dict[sympy.Expr, None] = {}
    for rows in combinations(range(len(block)), rank):
        for columns in combinations(range(len(block[0])), rank):
            minor = _determinant([[block[i][j] for j in columns] for i in rows])
            if not minor:
                continue
            numerator, _ = sympy.fraction(sympy.together(scores.field.to_sympy(minor)))
            _, factors = sympy.factor_list(numerator)
            relevant = [f for f, _ in factors if f.free_symbols & set(scores.parameters)]
            found[sympy.Mul(*relevant)] = None
    return list(found)


def _determinant(matrix: list[list[Any]]) -> Any:
    """Return a determinant over a field, by elimination."""
    rows = [list(r) for r in matrix]
    result: Any = None
    for k in range(len(rows)):
        pivot = next((i for i in range(k, len(rows)) if rows[i][k]), None)
        if pivot is None:
            return rows[k][k]  # zero
        if pivot != k:
            rows[k], rows[pivot] = [-c for c in rows[pivot]], rows[k]
        result = rows[k][k] if result is None else result * rows[k][k]
        for i in range(k + 1, len(rows)):
            if rows[i][k]:
                factor = rows[i][k] / rows[k][k]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    return result


def _common_zeros(
    polynomials: list[sympy.Expr], parameters: Sequence[sympy.Symbol]
) -> tuple[sympy.Expr, ...]:
    """Return generators with the same zeros, as few as a Groebner basis has."""
    if any(not p.free_symbols for p in polynomials):
        return (sympy.S.One,)
    basis = sympy.groebner(polynomials, *parameters, order="grevlex")
    reduced = dict.fromkeys(
        sympy.Mul(*(f for f, _ in sympy.factor_list(g)[1])) for g in basis.exprs
    )
    return tuple(reduced)
