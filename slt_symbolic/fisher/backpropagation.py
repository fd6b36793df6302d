"""Exact gradients of fully connected ReLU networks."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq

Layer = tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]
"""Positions in the flat parameter vector: of the weights, row by row, and of the biases."""


def gradients(
    layers: Sequence[Layer], size: int, w: Sequence[fmpq], x: Sequence[fmpq]
) -> list[list[fmpq]]:
    """Return ∂_j f_o at an input for every output o, by backpropagation.

    Parameters
    ----------
    layers : sequence of Layer
        Where the parameters of each layer stand.
    size : int
        Number of parameters.
    w, x : sequence of fmpq
        Parameters and inputs.

    Examples
    --------
    >>> layers = [(((0,),), ()), (((1,),), ())]  # f = w2 relu(w1 x)
    >>> gradients(layers, 2, [fmpq(2), fmpq(3)], [fmpq(1)])
    [[3, 2]]
    """
    outputs = len(layers[-1][0])
    hidden, preactivations = [list(x)], []
    for weights, biases in layers:
        z = [
            sum((w[k] * h for k, h in zip(row, hidden[-1], strict=True)), fmpq(0))
            + (w[biases[i]] if biases else 0)
            for i, row in enumerate(weights)
        ]
        preactivations.append(z)
        hidden.append([max(c, fmpq(0)) for c in z])
    result = []
    for output in range(outputs):
        gradient = [fmpq(0)] * size
        delta = [fmpq(int(i == output)) for i in range(outputs)]
        for k in range(len(layers) - 1, -1, -1):
            weights, biases = layers[k]
            for i, row in enumerate(weights):
                for position, h in zip(row, hidden[k], strict=True):
                    gradient[position] = delta[i] * h
                if biases:
                    gradient[biases[i]] = delta[i]
            if k:
                delta = [
                    sum((d * w[row[j]] for d, row in zip(delta, weights, strict=True)), fmpq(0))
                    if preactivations[k - 1][j] > 0
                    else fmpq(0)
                    for j in range(len(hidden[k]))
                ]
        result.append(gradient)
    return result
