"""Philox-4x32-10: random numbers as a function of a counter, without state.

A draw belongs to (seed, stream, step): which thread computes it, and when, does not matter.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

__all__ = ["four_normals", "philox"]

_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_TO_UNIT = 2.0**-32


@njit(nogil=True)
def philox(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Return four words of 32 bits for a counter of four and a key of two.

    References
    ----------
    Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".

    Examples
    --------
    >>> zero = np.uint64(0)
    >>> [hex(int(word)) for word in philox(zero, zero, zero, zero, zero, zero)]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    for _ in range(10):
        # The factors fit into 32 bits, so the products into 64.
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (
            (p1 >> _SHIFT) ^ c1 ^ k0, p1 & _LOW, (p0 >> _SHIFT) ^ c3 ^ k1, p0 & _LOW,
        )  # fmt: skip
        k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
    return c0, c1, c2, c3


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
