"""A network's entries as arrays of doubles, for the compiled forms of K."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from slt_symbolic.networks import TwoLayer


def parameter_slots(model: TwoLayer) -> tuple[np.ndarray, np.ndarray]:
    """Return where each entry stands in the parameter vector, and the fixed entries' values.

    Parameters
    ----------
    model : TwoLayer
        A network every entry of which is a number or a parameter; the same parameter may occur
        several times.

    Returns
    -------
    index : np.ndarray
        For readout, weights and bias of each unit in a row, and the output bias at the end:
        the position in ``model.parameters``, or −1.
    value : np.ndarray
        The entries that are numbers, zeros elsewhere.

    Raises
    ------
    ValueError
        If an entry is a compound expression.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> index, value = parameter_slots(TwoLayer.symbolic(RELU, width=1, biases=2))
    >>> index.tolist(), value.tolist()
    ([1, 0, -1, 2], [0.0, 0.0, 2.0, 0.0])
    """
    entries = [e for u in model.units for e in u.entries()] + [model.output_bias]
    position = {p: j for j, p in enumerate(model.parameters)}
    for e in entries:
        if not (e.is_number or e in position):
            raise ValueError(f"entries must be numbers or parameters to compile, {e} is neither")
    index = np.array([position.get(e, -1) for e in entries], dtype=np.int64)
    return index, np.array([0.0 if e in position else float(e) for e in entries])


def negated_units(truth: TwoLayer) -> np.ndarray:
    """Return readout, weights and bias of the truth's units, readouts with opposite sign."""
    rows = [[-float(u.readout), *map(float, u.weights), float(u.bias)] for u in truth.units]
    return np.array(rows).reshape(len(rows), truth.inputs + 2)


def slopes(model: TwoLayer, truth: TwoLayer) -> tuple[float, float, float, float]:
    """Return the slopes of the model's activation below and above 0, then those of the truth's.

    Raises
    ------
    ValueError
        If an activation is not piecewise linear, or does not vanish at 0.

    Examples
    --------
    >>> from slt_symbolic.activations import ABSOLUTE, RELU
    >>> slopes(TwoLayer.symbolic(RELU, width=1), TwoLayer(ABSOLUTE, (), inputs=1))
    (0.0, 1.0, -1.0, 1.0)
    """
    for network in (model, truth):
        if any(value != 0 for value, _ in network.activation.lines()):
            raise ValueError(
                f"activation must vanish at 0 to compile, {network.activation.name} does not"
            )
    (_, below), (_, above) = model.activation.lines()
    (_, truth_below), (_, truth_above) = truth.activation.lines()
    return float(below), float(above), float(truth_below), float(truth_above)


def lines(model: TwoLayer, truth: TwoLayer) -> NDArray[np.float64]:
    """Return value at 0 and slope of both activations below and above 0, shape (2, 2, 2).

    Raises
    ------
    ValueError
        If an activation is not piecewise linear.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU, STEP
    >>> none = TwoLayer(STEP, (), inputs=1)
    >>> lines(TwoLayer.symbolic(RELU, width=1), none).tolist()
    [[[0.0, 0.0], [0.0, 1.0]], [[0.0, 0.0], [1.0, 0.0]]]
    """
    both = [network.activation.lines() for network in (model, truth)]
    return np.array([[[float(c) for c in side] for side in sides] for sides in both])


def levels(model: TwoLayer, truth: TwoLayer) -> NDArray[np.float64]:
    """Return the values of both activations below, above and at 0, shape (2, 3).

    Raises
    ------
    ValueError
        If an activation is not piecewise constant.

    Examples
    --------
    >>> from slt_symbolic.activations import STEP
    >>> levels(TwoLayer.symbolic(STEP, width=1), TwoLayer(STEP, (), inputs=1)).tolist()
    [[0.0, 1.0, 0.5], [0.0, 1.0, 0.5]]
    """
    pieces = lines(model, truth)
    if pieces[:, :, 1].any():
        raise ValueError("activations must be piecewise constant")
    below, above = pieces[:, 0, 0], pieces[:, 1, 0]
    return np.column_stack([below, above, (below + above) / 2])


@njit
def all_finite(w: np.ndarray) -> bool:
    """Return whether all entries are finite: a break at infinity would hide that one is not.

    Examples
    --------
    >>> all_finite(np.array([1.0, -np.inf])), all_finite(np.zeros(2))
    (False, True)
    """
    for x in w:  # noqa: SIM110 - Numba has no generator expressions
        if not math.isfinite(x):
            return False
    return True


@njit
def entry_values(w: np.ndarray, index: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Return a model's entries at a parameter vector, from what :func:`parameter_slots` returned.

    Examples
    --------
    >>> entry_values(np.array([0.5, 3.0]), np.array([1, 0, -1]), np.array([0.0, 0.0, 2.0]))
    array([3. , 0.5, 2. ])
    """
    entries = np.empty(index.size)
    for e in range(index.size):
        entries[e] = w[index[e]] if index[e] >= 0 else value[e]
    return entries


@njit
def all_units(entries: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return one row (readout, weights, bias) for each unit of the model, then of the truth.

    Examples
    --------
    >>> all_units(np.array([1.0, 2.0, 3.0, 9.0]), np.array([[-1.0, 0.5, 0.0]]))
    array([[ 1. ,  2. ,  3. ],
           [-1. ,  0.5,  0. ]])
    """
    size = truth.shape[1]
    width = entries.size // size
    units = np.empty((width + truth.shape[0], size))
    for i in range(units.shape[0]):
        for k in range(size):
            units[i, k] = entries[size * i + k] if i < width else truth[i - width, k]
    return units


@njit
def add_plane_gradient(
    g: np.ndarray,
    index: np.ndarray,
    units: np.ndarray,
    slopes_here: np.ndarray,
    moments: tuple[float, float, float],
    scale: float,
) -> None:
    """Add to g what a cell gives of ∇K for two inputs.

    Parameters
    ----------
    g : np.ndarray
        The gradient.
    index, units : np.ndarray
        From :func:`parameter_slots` and :func:`all_units`.
    slopes_here : np.ndarray
        The slope of each unit's activation on the cell.
    moments : tuple of float
        ∫D, ∫Dx and ∫Dy over the cell, D = f − f0.
    scale : float
        A common factor.
    """
    flat, tilted_x, tilted_y = moments
    last = index.size - 1
    for i in range(last // 4):
        if slopes_here[i] == 0.0:
            continue
        r, a, b, c = units[i, 0], units[i, 1], units[i, 2], units[i, 3]
        step = scale * slopes_here[i]
        if index[4 * i] >= 0:
            g[index[4 * i]] += step * (a * tilted_x + b * tilted_y + c * flat)
        if index[4 * i + 1] >= 0:
            g[index[4 * i + 1]] += step * r * tilted_x
        if index[4 * i + 2] >= 0:
            g[index[4 * i + 2]] += step * r * tilted_y
        if index[4 * i + 3] >= 0:
            g[index[4 * i + 3]] += step * r * flat
    if index[last] >= 0:
        g[index[last]] += scale * flat
