"""The network of the mean-field study: its inputs, target, activation and prior."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["Inputs", "Model"]

Array = NDArray[np.float64]

# Nodes that carry less are left out: they cost time and change no digit that is shown.
_LEAST_WEIGHT = 1e-9


@dataclass(frozen=True)
class Inputs:
    """The standard normal law in the plane, as n x n Gauss-Hermite nodes.

    Attributes
    ----------
    points
        (K, 2).
    weights
        (K,), sum 1.
    """

    points: Array
    weights: Array

    @classmethod
    def gauss_hermite(cls, order: int) -> Inputs:
        """Return the tensor rule, without nodes of a weight below 1e-9.

        Parameters
        ----------
        order
            Nodes along an axis, even, 4..128: no node then lies on an axis.
        """
        if order % 2 or not 4 <= order <= 128:
            raise ValueError(f"order must be even and lie in 4..128, got {order}")
        x, w = np.polynomial.hermite_e.hermegauss(order)
        points = np.stack(np.meshgrid(x, x, indexing="ij"), axis=-1).reshape(-1, 2)
        weights = np.outer(w, w).ravel() / w.sum() ** 2
        kept = weights > _LEAST_WEIGHT
        return cls(points[kept], weights[kept] / weights[kept].sum())


@dataclass(frozen=True)
class Model:
    """f(x) = (1/N) sum_i a_i phi(w_i . x) with a normal prior, at temperature T.

    The density of all neurons is that of the prior times exp(-N E[(y - f)^2] / 2T): with N in the
    exponent each neuron keeps reacting to the others, and to none in particular, as N grows.

    Attributes
    ----------
    order
        Gauss-Hermite nodes along an axis.
    temperature
        T.
    readout_variance
        Of a_i under the prior.
    weight_variance
        Of the entries of w_i under the prior.
    floor
        phi(z) = clip(z, floor, 1): 0 for the sigmoid-like one, -1 for the odd one.

    Notes
    -----
    In the notation of Rubin, Seroussi and Ringel (2024) readouts are a_i / N, of variance
    sigma_a^2 / N: sigma_a^2 = readout_variance / N, and n / sigma^2 = N / T.

    Examples
    --------
    >>> model = Model(order=16)
    >>> bool(abs(model.inputs.weights @ model.target**2 - 1) < 1e-4)
    True
    """

    order: int = 32
    temperature: float = 0.02
    readout_variance: float = 13.0
    weight_variance: float = 1.0
    floor: float = 0.0

    def __post_init__(self) -> None:
        for name in ("temperature", "readout_variance", "weight_variance"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be positive, got {getattr(self, name)}")
        if self.floor not in (0.0, -1.0):
            raise ValueError(f"floor must be 0 or -1, got {self.floor}")

    @cached_property
    def inputs(self) -> Inputs:
        """The nodes."""
        return Inputs.gauss_hermite(self.order)

    @cached_property
    def target(self) -> Array:
        """Y = x1 x2 at the nodes."""
        return np.asarray(self.inputs.points.prod(axis=1))

    def features(self, weights: Array) -> Array:
        """Return phi(w . x), (neurons, nodes)."""
        return np.clip(weights @ self.inputs.points.T, self.floor, 1.0)

    def output(self, neurons: Array) -> Array:
        """Return the mean of a phi(w . x) over neurons (w1, w2, a), at the nodes."""
        return np.asarray(neurons[:, 2] @ self.features(neurons[:, :2]) / len(neurons))

    def loss(self, output: Array) -> float:
        """Return E[(y - f)^2]."""
        return float(self.inputs.weights @ (self.target - output) ** 2)
