"""Errors of the samplers, each a ``ValueError`` that names what to look at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["DivergenceError", "SamplingError"]


class SamplingError(ValueError):
    """A run cannot be started or continued; the message names the argument to change."""


class DivergenceError(SamplingError):
    """The potential or its gradient was not finite, or the potential raised.

    A non-finite value never becomes a silent rejection: the run ends, and the parameter that
    caused it is kept, so that the potential can be called there again.

    Parameters
    ----------
    parameter
        The parameter w, shape (d,), at which the potential failed.
    beta
        The inverse temperature of the replica that proposed it.
    what
        What happened, in words.

    Examples
    --------
    >>> import numpy as np
    >>> error = DivergenceError(np.array([0.0, 2.0]), 10.0, "K is nan")
    >>> print(error)
    K is nan at w = [0.0, 2.0] (beta = 10)
    >>> error.parameter
    array([0., 2.])
    """

    def __init__(self, parameter: NDArray[np.float64], beta: float, what: str) -> None:
        self.parameter = np.array(parameter, dtype=np.float64)
        self.beta = float(beta)
        self.what = what
        super().__init__(f"{what} at w = {self.parameter.tolist()} (beta = {self.beta:g})")
