"""The phases of draws: what the experiments call degenerate, or reversed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["DEGENERACY", "ORIENTATION", "degeneracy", "one_off", "orientation"]

Floats = NDArray[np.float64]

DEGENERACY = ("degenerate", "non-degenerate", "other")
ORIENTATION = ("non-WC", "WC", "other")
_UNIT = 4


def _effective(parameters: Floats) -> Floats:
    """Return |q| w of each unit, shape (..., units, 2)."""
    units = parameters[..., :-1].reshape(*parameters.shape[:-1], -1, _UNIT)
    return np.abs(units[..., 3:4]) * units[..., :2]


def degeneracy(parameters: Floats, tolerance: float = 0.5) -> NDArray[np.int64]:
    """Label draws of two units by the lengths of their effective weights |q| w.

    Parameters
    ----------
    parameters
        Shape (..., 9).
    tolerance
        ε: degenerate if the shorter is below ε and the longer within ε of 2; non-degenerate if
        both are within ε of 1.

    Returns
    -------
    numpy.ndarray
        Indices into `DEGENERACY`.

    Examples
    --------
    >>> both = [0, 1, -0.3, 1, 1, 0, -0.3, 1, 0]
    >>> one = [0, 2, -0.6, 1, 1, 0, -0.3, 0.1, 0]
    >>> [DEGENERACY[k] for k in degeneracy(np.array([both, one]))]
    ['non-degenerate', 'degenerate']
    """
    lengths = np.sort(np.linalg.norm(_effective(parameters), axis=-1), axis=-1)
    short, long = lengths[..., 0], lengths[..., 1]
    found = np.full(short.shape, 2)
    found[(np.abs(short - 1) < tolerance) & (np.abs(long - 1) < tolerance)] = 1
    found[(short < tolerance) & (np.abs(long - 2) < tolerance)] = 0
    return found


def one_off(parameters: Floats) -> NDArray[np.int64]:
    """Label draws of units by whether one of them is zero on the whole square [-1, 1]².

    Parameters
    ----------
    parameters
        Shape (..., 9).

    Returns
    -------
    numpy.ndarray
        0 if one of the units is, 1 if none is, 2 if both are.

    Examples
    --------
    >>> one_off(np.array([[0, 1, -0.3, 1, 0.3, 0.2, -0.6, 5, 0]])).tolist()
    [0]
    """
    units = parameters[..., :-1].reshape(*parameters.shape[:-1], -1, _UNIT)
    off = (np.abs(units[..., :2]).sum(axis=-1) + units[..., 2] <= 0).sum(axis=-1)
    return np.where(off == 0, 1, np.where(off == 1, 0, 2))


def orientation(parameters: Floats, tolerance: float = 0.5) -> NDArray[np.int64]:
    """Label draws of three units by the directions of their effective weights.

    Parameters
    ----------
    parameters
        Shape (..., 13).
    tolerance
        Largest distance of a direction from the nearest of the six points (cos kπ/3, sin kπ/3),
        and least length of a weight.

    Returns
    -------
    numpy.ndarray
        Indices into `ORIENTATION`: the three directions are near 60°, -60° and 180° (non-WC), or
        near their opposites (WC), one each.

    Notes
    -----
    The source takes balls around the six points themselves; a node of strength 2 is outside all of
    them, whatever its direction.
    """
    weights = _effective(parameters)
    lengths = np.linalg.norm(weights, axis=-1)
    angles = np.arange(6) * np.pi / 3
    points = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    directions = weights / np.maximum(lengths, 1e-300)[..., None]
    distances = np.linalg.norm(directions[..., None, :] - points, axis=-1)
    nearest = np.sort(distances.argmin(axis=-1), axis=-1)
    close = ((distances.min(axis=-1) < tolerance) & (lengths > tolerance)).all(axis=-1)
    found = np.full(close.shape, 2)
    found[close & (nearest == [1, 3, 5]).all(axis=-1)] = 0
    found[close & (nearest == [0, 2, 4]).all(axis=-1)] = 1
    return found
