"""The empirical loss of a data set as a target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from slt_symbolic.sampling.errors import SamplingError
from slt_symbolic.sampling.priors import Prior
from slt_symbolic.sampling.target import Target

if TYPE_CHECKING:
    from slt_symbolic.networks import TwoLayer

__all__ = ["DataSet", "empirical_target"]


@dataclass(frozen=True)
class DataSet:
    """Inputs and outputs, in float64.

    Parameters
    ----------
    inputs
        Shape (n, p), or (n,) for one input.
    outputs
        Shape (n,).

    Raises
    ------
    SamplingError
        If the shapes do not fit, there is no row, or an entry is not finite.

    Examples
    --------
    >>> data = DataSet([0, 1, 2], [0.1, 0.9, 2.2])
    >>> data.size, data.inputs.shape
    (3, (3, 1))
    """

    inputs: ArrayLike
    outputs: ArrayLike
    x: NDArray[np.float64] = field(init=False, repr=False)
    y: NDArray[np.float64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        x, y = (np.array(a, dtype=np.float64, order="C") for a in (self.inputs, self.outputs))
        x = x[:, None] if x.ndim == 1 else x
        if x.ndim != 2 or y.ndim != 1 or len(x) != len(y) or x.size == 0:
            raise SamplingError(
                f"inputs must have shape (n, p) and outputs (n,), got {x.shape} and {y.shape}"
            )
        if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
            raise SamplingError("inputs and outputs must be finite")
        for name, value in (("inputs", x), ("outputs", y), ("x", x), ("y", y)):
            value.flags.writeable = False
            object.__setattr__(self, name, value)

    @property
    def size(self) -> int:
        """The number n of samples."""
        return len(self.y)


def empirical_target(
    model: TwoLayer,
    data: DataSet,
    prior: Prior,
    *,
    noise_variance: float = 1.0,
    batch: int | None = None,
) -> Target:
    """Return the target exp(-beta' L_n(w)) prior(w) of a data set.

    Parameters
    ----------
    model
        A two-layer network without unknown constants.
    data
        n samples.
    prior
        A prior on its parameters, in their order.
    noise_variance
        The variance of the Gaussian noise on the outputs.
    batch
        Rows of a minibatch, drawn without order and with repetition, for samplers that estimate
        the loss: the target then has ``minibatch`` as well.

    Returns
    -------
    Target
        Its potential is L_n(w) = sum_k (y_k - f(x_k))^2 / (2 n variance), a MEAN over samples as
        K is a mean over the law. What the samplers call beta multiplies it: the posterior at
        Watanabe's inverse temperature b is beta = b n (``n * b`` in :func:`run_ladder`'s betas;
        b = 1/log n for WBIC).

    Raises
    ------
    SamplingError
        If model, data and prior do not fit together, or the network has no compiled form.

    Notes
    -----
    L_n does not vanish at the best parameter: estimators of lambda subtract L_n(w*) first.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> from slt_symbolic.networks import TwoLayer
    >>> from slt_symbolic.sampling import Gaussian
    >>> model = TwoLayer.symbolic(RELU, width=1, biases=0, output_bias=0)
    >>> target = empirical_target(model, DataSet([1, 2], [1, 0]), Gaussian((0, 0), (1, 1)))
    >>> target.value([1.0, 1.0])  # residuals 0 and 2
    1.0
    """
    from slt_symbolic.compiled.layout import compile_network

    if model.constants:
        raise SamplingError(f"model must have no unknown constants, it has {model.constants}")
    if data.x.shape[1] != model.inputs:
        raise SamplingError(f"data must have {model.inputs} input(s), got {data.x.shape[1]}")
    if prior.dimension != len(model.parameters):
        raise SamplingError(
            f"prior must have {len(model.parameters)} coordinates, got {prior.dimension}"
        )
    if not (np.isfinite(noise_variance) and noise_variance > 0):
        raise SamplingError(f"noise_variance must be positive, got {noise_variance}")
    rows = np.full(data.size, 1.0 / (data.size * noise_variance))
    potential = compile_network(model, data.x, rows, data.y)
    if potential is None:
        raise SamplingError(f"no compiled form for activation {model.activation.name}")
    minibatch = None if batch is None else _minibatch(model, data, batch, noise_variance)
    return Target(potential, prior, minibatch=minibatch)


def _minibatch(
    model: TwoLayer, data: DataSet, batch: int, noise_variance: float
) -> Callable[..., float]:
    from slt_symbolic.compiled.layout import compiled_error

    if isinstance(batch, bool) or not isinstance(batch, int) or batch < 1:
        raise SamplingError(f"batch must be a positive integer, got {batch!r}")
    inner: Any = compiled_error(model)
    x, y, size, width = data.x, data.y, data.size, data.x.shape[1]
    share = 1.0 / (batch * noise_variance)

    @njit(nogil=True)
    def minibatch(w, g, rng):  # type: ignore[no-untyped-def]  # compiled
        points, targets = np.empty((batch, width)), np.empty(batch)
        weights = np.full(batch, share)
        for k in range(batch):
            row = min(int(rng.random() * size), size - 1)
            points[k] = x[row]
            targets[k] = y[row]
        return inner(points, weights, targets, w, g)

    return minibatch
