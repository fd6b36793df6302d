"""Scores evaluated at points of the support, in balls: lower bounds that assume no theorem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import sympy
from flint import arb, ctx

from slt_symbolic.exact import balls
from slt_symbolic.fisher.basis import slope_formula
from slt_symbolic.fisher.rank import MAX_MINOR_BITS, nonzero_determinant
from slt_symbolic.fisher.samples import distinct_points
from slt_symbolic.inputs import (
    FiniteSample,
    InputDistribution,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)
from slt_symbolic.networks import TwoLayer

Input = tuple[sympy.Expr, ...]


def support_point(inputs: InputDistribution, rng: np.random.Generator) -> Input:
    """Return a random exact point of the support.

    Examples
    --------
    >>> x = support_point(UniformSphere(3), np.random.default_rng(0))
    >>> sum(c**2 for c in x)
    1
    """

    def share() -> sympy.Rational:
        return sympy.Rational(int(rng.integers(1, 9_999, endpoint=True)), 10_000)

    if isinstance(inputs, UniformInterval):
        return (inputs.lower + share() * (inputs.upper - inputs.lower),)
    if isinstance(inputs, UniformBox):
        pairs = zip(inputs.lower, inputs.upper, strict=True)
        return tuple(a + share() * (b - a) for a, b in pairs)
    if isinstance(inputs, UniformPolygon):
        weights = [share() for _ in inputs.vertices]
        total = sum(weights)
        corners = zip(*inputs.vertices, strict=True)
        return tuple(sum(w * c for w, c in zip(weights, axis, strict=True)) / total
                     for axis in corners)  # fmt: skip
    if isinstance(inputs, FiniteSample):
        return tuple(inputs.points[int(rng.integers(len(inputs.points)))])
    t = [
        sympy.Rational(int(rng.integers(-4_000, 4_000, endpoint=True)), 1_000)
        for _ in range(inputs.dimension)
    ]
    if isinstance(inputs, UniformSphere):  # stereographic projection
        t = t[1:]
        square = sum(c * c for c in t)
        return (*(2 * c / (1 + square) for c in t), (square - 1) / (1 + square))
    return tuple(t)


def score_balls(
    models: Sequence[TwoLayer],
    point: Mapping[sympy.Symbol, sympy.Expr],
    x: Input,
    rows: Sequence[int],
) -> list[list[arb]]:
    """Return ∂f_o/∂w_j at an input, for the parameters in ``rows`` and each output o.

    Raises
    ------
    NoBallError
        If an activation has a part without a ball, such as a branch.
    """
    parameters = models[0].parameters
    values = dict(point)
    result = [[arb(0)] * len(models) for _ in rows]
    for output, model in enumerate(models):
        for u in model.units:
            z = sympy.expand(u.preactivation(*x)).xreplace(values)
            value, slope = (
                balls.ball(e, {}) for e in (model.activation(z), slope_formula(model.activation, z))
            )
            entering = u.preactivation(*x)
            for k, j in enumerate(rows):
                outgoing = u.readout.diff(parameters[j])
                moving = u.readout * entering.diff(parameters[j])
                for change, factor in ((outgoing, value), (moving, slope)):
                    if change != 0:
                        result[k][output] += balls.ball(change, values) * factor
        for k, j in enumerate(rows):
            change = model.output_bias.diff(parameters[j])
            if change != 0:
                result[k][output] += balls.ball(change, values)
    return result


def independent_by_values(
    models: Sequence[TwoLayer],
    inputs: InputDistribution,
    point: Mapping[sympy.Symbol, sympy.Expr],
    rows: Sequence[int],
    *,
    seed: int = 0,
) -> tuple[tuple[int, ...], str]:
    """Return scores that are proved linearly independent under the law, and how.

    Parameters
    ----------
    models, inputs, point
        The network, the law and an exact parameter.
    rows : sequence of int
        The scores among which to choose.
    seed : int
        Of the points.

    Returns
    -------
    rows : tuple of int
        As many as possible of those given: all, unless the law has too few points; none if no
        determinant could be told from zero.
    how : str
        What proves it.

    Notes
    -----
    Scores of an analytic network are continuous, and the points lie in the support: if a linear
    combination vanishes almost everywhere it vanishes at the points, which a determinant that
    excludes zero forbids. Which rows and points to take is guessed in floating point.
    """
    rng = np.random.default_rng(seed)
    if isinstance(inputs, FiniteSample):
        at = list(distinct_points(inputs))
    else:
        at = list(dict.fromkeys(support_point(inputs, rng) for _ in range(2 * len(rows) + 4)))
    count = min(len(rows), len(at) * len(models))
    if not count:
        return (), "nothing"
    with ctx.workprec(53):
        columns = [score_balls(models, point, x, rows) for x in at]
        table = np.array([[float(b) for c in columns for b in c[k]] for k in range(len(rows))])
    if not np.isfinite(table).all():
        return (), "nothing"
    for size in range(count, 0, -1):
        chosen, places = _pivots(table, size)
        kept = tuple(rows[k] for k in chosen)

        def entries(
            kept: tuple[int, ...] = kept, places: Sequence[int] = tuple(places)
        ) -> list[list[arb]]:
            needed = {p // len(models) for p in places}
            values = {k: score_balls(models, point, at[k], kept) for k in sorted(needed)}
            return [
                [values[p // len(models)][i][p % len(models)] for p in places]
                for i in range(len(kept))
            ]

        # Only the first attempt may go to high precision: below it every size is a guess less.
        determinant = nonzero_determinant(entries, bits=MAX_MINOR_BITS if size == count else 256)
        if determinant is not None:
            return kept, (
                f"the scores' values at points of the support have a determinant of {size} rows "
                f"enclosed away from zero, {determinant.str(5)}"
            )
    return (), "nothing"


def _pivots(table: np.ndarray, size: int) -> tuple[list[int], list[int]]:
    """Return rows and columns by Gaussian elimination with full pivoting."""
    left = table / np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-300)
    rows: list[int] = []
    columns: list[int] = []
    for _ in range(size):
        free = np.abs(left)
        free[rows, :] = -1
        free[:, columns] = -1
        r, c = np.unravel_index(int(free.argmax()), free.shape)
        rows.append(int(r))
        columns.append(int(c))
        if left[r, c]:
            left = left - np.outer(left[:, c] / left[r, c], left[r])
    return rows, columns
