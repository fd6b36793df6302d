"""A network's entries as arrays of doubles, for the compiled forms of K."""

from __future__ import annotations

import numpy as np

from slt_symbolic.networks import TwoLayer


def parameter_slots(model: TwoLayer) -> tuple[np.ndarray, np.ndarray]:
    """Return where each entry stands in the parameter vector, and the fixed entries' values.

    Parameters
    ----------
    model : TwoLayer
        A network every entry of which is a number or a parameter; the same parameter may occur
        several times.

    Returns
    -------
    index : np.ndarray
        For readout, weights and bias of each unit in a row, and the output bias at the end:
        the position in ``model.parameters``, or −1.
    value : np.ndarray
        The entries that are numbers, zeros elsewhere.

    Raises
    ------
    ValueError
        If an entry is a compound expression.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> index, value = parameter_slots(TwoLayer.symbolic(RELU, width=1, biases=2))
    >>> index.tolist(), value.tolist()
    ([1, 0, -1, 2], [0.0, 0.0, 2.0, 0.0])
    """
    entries = [e for u in model.units for e in u.entries()] + [model.output_bias]
    position = {p: j for j, p in enumerate(model.parameters)}
    for e in entries:
        if not (e.is_number or e in position):
            raise ValueError(f"entries must be numbers or parameters to compile, {e} is neither")
    index = np.array([position.get(e, -1) for e in entries], dtype=np.int64)
    return index, np.array([0.0 if e in position else float(e) for e in entries])


def negated_units(truth: TwoLayer) -> np.ndarray:
    """Return readout, weights and bias of the truth's units, readouts with opposite sign."""
    rows = [[-float(u.readout), *map(float, u.weights), float(u.bias)] for u in truth.units]
    return np.array(rows).reshape(len(rows), truth.inputs + 2)


def slopes(network: TwoLayer) -> tuple[float, float]:
    """Return the slopes of a continuous, piecewise linear activation below and above 0.

    Raises
    ------
    ValueError
        If the activation is not piecewise linear, or does not vanish at 0.
    """
    (at_below, below), (at_above, above) = network.activation.lines()
    if at_below != 0 or at_above != 0:
        raise ValueError(
            f"activation must vanish at 0 to compile, {network.activation.name} does not"
        )
    return float(below), float(above)
