"""Inverse temperatures: the ladder that is asked for, and the rungs put between."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from slt_symbolic.sampling.errors import SamplingError

__all__ = ["checked_betas", "geometric_ladder", "with_bridges"]


def geometric_ladder(lowest: float, highest: float, count: int) -> tuple[float, ...]:
    """``count`` inverse temperatures, equally spaced in log beta.

    Examples
    --------
    >>> [round(beta) for beta in geometric_ladder(10, 1e4, 4)]
    [10, 100, 1000, 10000]
    """
    if not (math.isfinite(lowest) and math.isfinite(highest) and 0 < lowest < highest):
        raise SamplingError(f"need 0 < lowest < highest, got {lowest} and {highest}")
    if count < 2:
        raise SamplingError(f"count must be at least 2, got {count}")
    return tuple(np.geomspace(lowest, highest, count).tolist())


def checked_betas(betas: Iterable[float]) -> NDArray[np.float64]:
    """Return the ladder as an array, ascending, or say what is wrong with it."""
    ladder = np.array([float(beta) for beta in betas])
    if ladder.size == 0:
        raise SamplingError("betas must hold at least one inverse temperature")
    if not (np.all(np.isfinite(ladder)) and np.all(ladder > 0)):
        raise SamplingError(f"betas must be positive and finite, got {ladder.tolist()}")
    if np.any(np.diff(ladder) <= 0):
        raise SamplingError(f"betas must increase, got {ladder.tolist()}")
    return ladder


def with_bridges(
    betas: NDArray[np.float64], ratio: float, hottest: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Fill gaps so that neighbours differ by at most ``ratio``, and go down to ``hottest``.

    Returns
    -------
    ladder, places
        The longer ladder, and where the betas asked for stand in it.

    Examples
    --------
    >>> ladder, places = with_bridges(np.array([16.0, 100.0]), 4.0, 1.0)
    >>> ladder.tolist(), places.tolist()
    ([1.0, 4.0, 16.0, 40.0, 100.0], [2, 4])
    """
    if not (math.isfinite(ratio) and ratio > 1):
        raise SamplingError(f"bridge_ratio must be above 1 and finite, got {ratio}")
    if not (math.isfinite(hottest) and hottest > 0):
        raise SamplingError(f"hottest must be positive and finite, got {hottest}")
    anchors = betas if hottest >= betas[0] else np.concatenate([[hottest], betas])
    rungs = [float(anchors[0])]
    for low, high in pairwise(anchors.tolist()):
        # Rounding must not ask for one more rung at an exact power of the ratio.
        pieces = max(1, math.ceil(math.log(high / low) / math.log(ratio) - 1e-9))
        rungs.extend(float(low * (high / low) ** (i / pieces)) for i in range(1, pieces))
        rungs.append(float(high))
    ladder = np.array(rungs)
    return ladder, np.searchsorted(ladder, betas).astype(np.int64)
