"""The contract between whoever knows K and the samplers: one compiled function.

A potential is ``potential(w, g)``: it writes the gradient of K at ``w`` into ``g`` and returns
K(w); both arrays are float64 of shape (d,). The samplers know nothing else about K.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit, typeof, types
from numba.core.registry import CPUDispatcher
from numpy.typing import ArrayLike, NDArray

__all__ = ["Potential", "compile_minibatch", "compile_potential", "gradient_error"]

Potential = Callable[[NDArray[np.float64], NDArray[np.float64]], float]

VECTOR = types.Array(types.float64, 1, "C")
SIGNATURE = types.float64(VECTOR, VECTOR)
# Kernels receive the potential as a function VALUE of this type, so that they are compiled once
# for all potentials. A dispatcher passed this way carries its exceptions into the kernel; a
# ``cfunc`` would print them and go on with a wrong number.
POTENTIAL_TYPE = types.FunctionType(SIGNATURE)


def compile_potential(function: Potential) -> Any:
    """Compile a potential for the samplers' signature.

    Parameters
    ----------
    function
        A Numba ``njit`` function ``potential(w, g) -> float`` (any signature that accepts
        contiguous float64 vectors), or a plain Python function that Numba can compile.

    Returns
    -------
    callable
        The potential, compiled for two contiguous float64 vectors.

    Raises
    ------
    TypeError
        If ``function`` is not callable, or Numba cannot compile it to return a float.

    Examples
    --------
    >>> import numpy as np
    >>> def potential(w, g):
    ...     g[0] = w[0]
    ...     return 0.5 * w[0] ** 2
    >>> compiled = compile_potential(potential)
    >>> g = np.zeros(1)
    >>> compiled(np.array([3.0]), g), float(g[0])
    (4.5, 3.0)
    """
    inner = _dispatcher(function, "potential must be a function of (w, g)")

    # A dispatcher with an explicit signature accepts no new one: one more compiled layer serves
    # every dispatcher alike.
    def potential(w, g):  # type: ignore[no-untyped-def]  # compiled under SIGNATURE
        return inner(w, g)

    try:
        return njit(SIGNATURE, nogil=True)(potential)
    except Exception as error:
        raise TypeError(
            "potential must compile in Numba as potential(w: float64[:], g: float64[:]) -> "
            f"float64: {error}"
        ) from error


def compile_minibatch(function: Callable[..., float]) -> Any:
    """Compile ``minibatch(w, g, rng)``, a random estimate of K with its gradient.

    Examples
    --------
    >>> import numpy as np
    >>> def noisy(w, g, rng):
    ...     g[0] = w[0] + rng.standard_normal()
    ...     return 0.5 * w[0] ** 2
    >>> compile_minibatch(noisy)(np.ones(1), np.zeros(1), np.random.Generator(np.random.Philox(0)))
    0.5
    """
    inner = _dispatcher(function, "minibatch must be a function of (w, g, rng)")
    generator = typeof(np.random.Generator(np.random.Philox(0)))

    def minibatch(w, g, rng):  # type: ignore[no-untyped-def]  # compiled under a signature
        return inner(w, g, rng)

    try:
        return njit(types.float64(VECTOR, VECTOR, generator), nogil=True)(minibatch)
    except Exception as error:
        raise TypeError(
            "minibatch must compile in Numba as minibatch(w, g, rng) -> float64: " + str(error)
        ) from error


def _dispatcher(function: Callable[..., float], wanted: str) -> Any:
    if not callable(function):
        raise TypeError(f"{wanted}, got {type(function).__name__}")
    return function if isinstance(function, CPUDispatcher) else njit(function)


def gradient_error(potential: Potential, w: ArrayLike, *, spacing: float = 1e-6) -> float:
    """Compare a potential's gradient with central differences of its value.

    Parameters
    ----------
    potential
        The potential, compiled or plain.
    w
        A parameter, shape (d,), in the interior of a region where K is smooth.
    spacing
        Half the distance of the two evaluations along each coordinate.

    Returns
    -------
    float
        The largest difference over the coordinates, divided by 1 + |gradient|. For a K that is
        smooth near w it is about ``spacing**2`` plus rounding (1e-16 / ``spacing``).

    Examples
    --------
    >>> def potential(w, g):
    ...     g[0] = w[0] ** 3
    ...     return 0.25 * w[0] ** 4
    >>> gradient_error(potential, [1.5]) < 1e-8
    True
    """
    point = np.array(w, dtype=np.float64)
    gradient = np.zeros_like(point)
    scratch = np.zeros_like(point)
    potential(point, gradient)
    worst = 0.0
    for i in range(point.size):
        values = []
        for sign in (1.0, -1.0):
            shifted = point.copy()
            shifted[i] += sign * spacing
            values.append(potential(shifted, scratch))
        slope = (values[0] - values[1]) / (2 * spacing)
        worst = max(worst, abs(slope - gradient[i]) / (1.0 + abs(gradient[i])))
    return float(worst)
