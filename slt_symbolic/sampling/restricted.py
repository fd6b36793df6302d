"""Restriction of a target to a region that is no box."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit
from numba.core.registry import CPUDispatcher

from slt_symbolic.sampling.samplers.common import OUTSIDE_K

__all__ = ["restrict"]


def restrict(potential: Callable[..., float], region: Callable[..., float]) -> Callable[..., float]:
    """Return the potential with density zero where the region's function is negative.

    Parameters
    ----------
    potential
        ``potential(w, g)``, as for a :class:`~slt_symbolic.sampling.Target`.
    region
        ``region(w, g)`` of the same form; the region is where its value is at least zero. Its
        gradient is not used.

    Returns
    -------
    callable
        For ``Target(..., restricted=True)``. The samplers reject every step out of the region,
        which is the Metropolis rule at density zero.

    Examples
    --------
    >>> import numpy as np
    >>> def square(w, g):
    ...     g[0] = w[0]
    ...     return 0.5 * w[0] ** 2
    >>> def positive(w, g):
    ...     return w[0]
    >>> half = restrict(square, positive)
    >>> half(np.array([2.0]), np.zeros(1)), half(np.array([-2.0]), np.zeros(1)) == OUTSIDE_K
    (2.0, True)
    """
    inner: Any = potential if isinstance(potential, CPUDispatcher) else njit(potential)
    inside: Any = region if isinstance(region, CPUDispatcher) else njit(region)
    nowhere = OUTSIDE_K

    @njit(error_model="numpy")
    def restricted(w, g):  # type: ignore[no-untyped-def]  # compiled
        if not inside(w, g) >= 0.0:
            for i in range(g.shape[0]):
                g[i] = 0.0
            return nowhere
        return inner(w, g)

    result: Callable[..., float] = restricted
    return result
