"""What all compiled forms of K for piecewise linear units share: their arguments, bound once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

from slt_symbolic.divergence.flat_entries import negated_units, parameter_slots
from slt_symbolic.networks import TwoLayer


def bind(
    kernel: Any, model: TwoLayer, truth: TwoLayer, activations: Any, *law: Any
) -> Callable[..., float]:
    """Return ``potential(w, g)``: K(w) with its gradient written into ``g``.

    Parameters
    ----------
    kernel : callable
        A Numba function of w, g, the model's slots and fixed entries, the truth's units with
        opposite signs, the activations, the truth's output bias, and the rest.
    model, truth : TwoLayer
        Every entry of the model must be a number or a parameter.
    activations : array or tuple of floats
        Both activations in numbers, as the kernel takes them.
    law : floats, arrays or tuples of floats
        The law of the inputs and a factor of K, as the kernel takes them.

    Raises
    ------
    ValueError
        If an entry is a compound expression.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> @njit
    ... def readout_squared(w, g, index, value, truth, gain, truth_bias, scale):
    ...     g[:] = 0.0
    ...     g[index[0]] = 2.0 * gain * scale * w[index[0]]
    ...     return gain * scale * w[index[0]] ** 2
    >>> model, truth = TwoLayer.symbolic(RELU, width=1), TwoLayer(RELU, (), inputs=1)
    >>> g = np.zeros(4)
    >>> bind(readout_squared, model, truth, 1.0, 0.5)(np.array([1.0, 2.0, 3.0, 4.0]), g), g.tolist()
    (4.5, [0.0, 0.0, 3.0, 0.0])
    """
    index, value = parameter_slots(model)
    constants, bias = negated_units(truth), float(truth.output_bias)

    @njit
    def potential(w: np.ndarray, g: np.ndarray) -> float:
        return kernel(w, g, index, value, constants, activations, bias, *law)

    return potential
