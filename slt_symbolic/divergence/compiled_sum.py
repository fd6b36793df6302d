"""The sum of several compiled potentials."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numba import njit


def compile_sum(potentials: Sequence[Callable[..., float]]) -> Callable[..., float]:
    """Return ``potential(w, g)``, the sum of Numba functions of that form with its gradient.

    Examples
    --------
    >>> @njit
    ... def half_square(w, g):
    ...     g[:] = w
    ...     return 0.5 * w[0] ** 2
    >>> g = np.zeros(1)
    >>> compile_sum([half_square, half_square, half_square])(np.array([2.0]), g), float(g[0])
    (6.0, 6.0)
    """
    total = potentials[0]
    for potential in potentials[1:]:
        total = _pair(total, potential)
    return total


def _pair(first: Any, second: Any) -> Callable[..., float]:
    @njit
    def potential(w: np.ndarray, g: np.ndarray) -> float:
        other = np.zeros_like(g)
        value = first(w, g) + second(w, other)
        g += other
        return value

    return potential
