"""A network's entries as functions of its flat parameter vector, in the order of the kernels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import sympy
from numba import njit
from numpy.typing import NDArray

from slt_symbolic.compiled.activations import value_and_slope
from slt_symbolic.compiled.curve_error import OUTSIDE_OF_CURVE, curve_error
from slt_symbolic.compiled.elementary import COMPILE
from slt_symbolic.compiled.squared_error import MANY_UNITS, squared_error
from slt_symbolic.compiled.weight_curve import weight_curve
from slt_symbolic.networks import TwoLayer

__all__ = ["Layout", "compile_network", "compiled_error", "layout_of"]

# Points times units, above which a weight curve is worth the second that it takes to compile.
LEAST_WORK = 256


@dataclass(frozen=True)
class Layout:
    """Entries = fixed + (scale times one parameter each).

    Parameters
    ----------
    place : array of int64
        The parameter of each entry, 0 where there is none.
    scale : array of float64
        Its coefficient, 0 where there is none.
    fixed : array of float64
        What is added.
    biased : bool
        Whether any bias differs from 0.
    """

    place: NDArray[np.int64]
    scale: NDArray[np.float64]
    fixed: NDArray[np.float64]
    biased: bool


def layout_of(model: TwoLayer) -> Layout | None:
    """Return where each entry finds its parameter; None if one is no a + b·(one parameter).

    Examples
    --------
    >>> from slt_symbolic.activations import TANH
    >>> layout = layout_of(TwoLayer.symbolic(TANH, width=2, biases=0, output_bias=0))
    >>> layout.place.tolist(), layout.scale.tolist(), layout.biased
    ([0, 2, 0, 0, 1, 3, 0], [1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0], False)
    """
    units = model.units
    rows = [[u.weights[p] for u in units] for p in range(model.inputs)]
    rows += [[u.bias for u in units], [u.readout for u in units], [model.output_bias]]
    index = {p: i for i, p in enumerate(model.parameters)}
    columns: tuple[list[float], ...] = ([], [], [])
    for entry in (e for row in rows for e in row):
        found = _affine(entry, index)
        if found is None:
            return None
        for column, number in zip(columns, found, strict=True):
            column.append(number)
    return Layout(
        np.array(columns[0], dtype=np.int64),
        np.array(columns[1], dtype=np.float64),
        np.array(columns[2], dtype=np.float64),
        biased=any(u.bias != 0 for u in units),
    )


def _affine(entry: sympy.Expr, index: dict[sympy.Symbol, int]) -> tuple[int, float, float] | None:
    if entry in index:
        return index[entry], 1.0, 0.0
    if entry.is_number:
        return 0, 0.0, float(entry)
    symbols = entry.free_symbols
    if len(symbols) != 1 or not symbols <= index.keys():
        return None
    (symbol,) = symbols
    slope = sympy.diff(entry, symbol)
    rest = entry.subs(symbol, 0)
    # Both may be simplified forms only after expansion; anything else than a + b·p goes to the
    # general route, which is slower and no less right.
    if not (slope.is_number and rest.is_number and slope.is_finite and rest.is_finite):
        return None
    return index[symbol], float(slope), float(rest)


def compile_network(
    model: TwoLayer,
    points: NDArray[np.float64],
    omega: NDArray[np.float64],
    targets: NDArray[np.float64],
) -> Callable[..., float] | None:
    """Return ``potential(w, g)`` for ½ Σ_k ω_k (f(x_k, w) − y_k)², None if it has no fused form.

    Parameters
    ----------
    model : TwoLayer
        A network without unknown constants.
    points, omega, targets : arrays of shapes (N, n), (N,), (N,)
        The x_k, ω_k and y_k.
    """
    inner = compiled_error(model)
    if inner is None:
        return None
    x, mass, y = (np.ascontiguousarray(a, dtype=np.float64) for a in (points, omega, targets))

    @njit(**COMPILE)
    def potential(w: Any, g: Any) -> float:
        return inner(x, mass, y, w, g)

    return _along_curve(model, x, mass, y, potential) or potential


def _along_curve(
    model: TwoLayer,
    points: NDArray[np.float64],
    omega: NDArray[np.float64],
    targets: NDArray[np.float64],
    beyond: Any,
) -> Any:
    """Return the potential by a weight curve, where there is one, and ``beyond`` elsewhere."""
    layout, sigma = layout_of(model), value_and_slope(model.activation)
    if layout is None or sigma is None or layout.biased or model.inputs != 1:
        return None
    if len(points) * len(model.units) < LEAST_WORK:
        return None
    curve = weight_curve(sigma, model.activation.parity, points[:, 0], omega, targets)
    if curve is None:
        return None
    lowest, intervals, sign, rest = curve.lowest, curve.intervals, curve.sign, curve.rest
    coefficients, constant, target = curve.coefficients.ravel(), curve.constant, curve.target
    place, scale, fixed = layout.place, layout.scale, layout.fixed

    @njit(**COMPILE)
    def potential(w: Any, g: Any) -> float:
        value = curve_error(
            lowest, intervals, sign, coefficients, constant, target, rest,
            place, scale, fixed, w, g,
        )  # fmt: skip
        return beyond(w, g) if value == OUTSIDE_OF_CURVE else value

    return potential


def compiled_error(model: TwoLayer) -> Any:
    """Return ``f(points, omega, y, w, g)``, a Numba function, or None if there is no fused form.

    See :func:`slt_symbolic.compiled.squared_error.squared_error`; w is the network's flat
    parameter vector.
    """
    layout = layout_of(model)
    sigma = value_and_slope(model.activation)
    if layout is None or sigma is None or not model.units:
        return None
    error = squared_error(sigma, biased=layout.biased, many=len(model.units) >= MANY_UNITS)
    inner = _of_parameters(error)
    place, scale, fixed = layout.place, layout.scale, layout.fixed

    @njit(**COMPILE)
    def of_model(points: Any, omega: Any, y: Any, w: Any, g: Any) -> float:
        return inner(place, scale, fixed, points, omega, y, w, g)

    return of_model


@cache
def _of_parameters(error: Any) -> Any:
    """Return a kernel of entries as one of parameters, compiled once for all models."""

    @njit(**COMPILE)
    def of_parameters(place, scale, fixed, points, omega, y, w, g):  # type: ignore[no-untyped-def]  # compiled
        count = place.shape[0]
        space = np.empty((2, count))
        entries, gradient = space[0], space[1]
        for e in range(count):
            # Where no parameter stands the scale is 0; 0 times an infinite w would be nan.
            entries[e] = fixed[e] if scale[e] == 0.0 else fixed[e] + scale[e] * w[place[e]]
        value = error(points, omega, y, entries, gradient)
        for i in range(g.shape[0]):
            g[i] = 0.0
        for e in range(count):
            if scale[e] != 0.0:
                g[place[e]] += scale[e] * gradient[e]
        return value

    return of_parameters
