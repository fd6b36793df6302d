"""Models whose entries are parameters of their own, apart from biases and readouts that are fixed.

For these the strata have a closed form. Other models (tied entries, fixed weights) are solved by
elimination, see :mod:`slt_symbolic.true_set.general`.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from slt_symbolic.networks import TwoLayer, Unit


@dataclass(frozen=True)
class Layout:
    """Which entries of a model are free.

    Parameters
    ----------
    units : tuple of Unit
        The model's units: weights are symbols, biases symbols or 0, readouts symbols or numbers.
    output_bias : sympy.Expr
        A symbol or a number.
    parameters : tuple of sympy.Symbol
        The model's parameters.
    kinds : tuple of int
        Units of one kind may be exchanged.
    """

    units: tuple[Unit, ...]
    output_bias: sympy.Expr
    parameters: tuple[sympy.Symbol, ...]
    kinds: tuple[int, ...]

    def free(self, entry: sympy.Expr) -> bool:
        """Whether an entry is a parameter."""
        return entry in self.parameters

    @property
    def biased(self) -> bool:
        """Whether some unit has a free bias."""
        return any(self.free(u.bias) for u in self.units)


def layout(model: TwoLayer) -> Layout | None:
    """Return which entries are free, or None if the model is of another form.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> layout(TwoLayer.symbolic(RELU, width=2, biases=0)).kinds
    (0, 0)
    >>> layout(TwoLayer.symbolic(RELU, width=2, weights=1)) is None
    True
    """
    parameters = set(model.parameters)
    entries = [e for u in model.units for e in u.entries()] + [model.output_bias]
    used = [e for e in entries if e in parameters]
    if len(used) != len(set(used)) or set(used) != parameters:
        return None
    kinds: list[tuple[bool, sympy.Expr | None]] = []
    for u in model.units:
        if not all(w in parameters for w in u.weights):
            return None
        if u.bias not in parameters and u.bias != 0:
            return None
        if u.readout not in parameters and not (u.readout.is_number and u.readout.is_nonzero):
            return None
        kinds.append((u.bias in parameters, None if u.readout in parameters else u.readout))
    if model.output_bias not in parameters and not model.output_bias.is_number:
        return None
    # Members of a cancelling group with and without bias would have to share a plane through 0.
    if len({biased for biased, _ in kinds}) > 1:
        return None
    names = list(dict.fromkeys(kinds))
    return Layout(
        model.units,
        model.output_bias,
        model.parameters,
        tuple(names.index(k) for k in kinds),
    )
