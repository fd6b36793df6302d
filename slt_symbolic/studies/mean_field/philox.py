"""Random numbers as a function of a counter, without state.

A draw belongs to (seed, stream, step): which thread computes it, and when, does not matter.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from slt_symbolic.compiled.philox import philox

__all__ = ["four_normals", "philox"]

_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_TO_UNIT = 2.0**-32


@njit(nogil=True)
def four_normals(seed: int, stream: int, step: int) -> tuple[float, float, float, float]:
    """Return four independent standard normals (Box and Muller) of a stream at a step.

    Examples
    --------
    >>> four_normals(1, 2, 3) == four_normals(1, 2, 3)
    True
    """
    s, i, t = np.uint64(seed), np.uint64(stream), np.uint64(step)
    a, b, c, d = philox(t & _LOW, t >> _SHIFT, i & _LOW, i >> _SHIFT, s & _LOW, s >> _SHIFT)
    # Half a unit away from 0: the logarithm is finite.
    u = math.sqrt(-2.0 * math.log((float(a) + 0.5) * _TO_UNIT))
    v = math.sqrt(-2.0 * math.log((float(c) + 0.5) * _TO_UNIT))
    p, q = 2.0 * math.pi * _TO_UNIT * float(b), 2.0 * math.pi * _TO_UNIT * float(d)
    return u * math.cos(p), u * math.sin(p), v * math.cos(q), v * math.sin(q)
