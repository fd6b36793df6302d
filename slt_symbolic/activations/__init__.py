"""Activations: one kind per file, each described by its exact relations.

A newcomer adds an activation by adding a file that builds one
:class:`~slt_symbolic.activations.activation.Activation`, and naming it here.
"""

from slt_symbolic.activations.absolute import ABSOLUTE
from slt_symbolic.activations.activation import Activation, Branches, Reflection
from slt_symbolic.activations.erf import ERF
from slt_symbolic.activations.identity import IDENTITY
from slt_symbolic.activations.leaky_relu import leaky_relu
from slt_symbolic.activations.relu import RELU
from slt_symbolic.activations.sigmoid import SIGMOID
from slt_symbolic.activations.step import STEP
from slt_symbolic.activations.tanh import TANH

__all__ = [
    "ABSOLUTE",
    "ERF",
    "IDENTITY",
    "RELU",
    "SIGMOID",
    "STEP",
    "TANH",
    "Activation",
    "Branches",
    "Reflection",
    "activation",
    "leaky_relu",
]

_BY_NAME = {a.name: a for a in (ABSOLUTE, ERF, IDENTITY, RELU, SIGMOID, STEP, TANH)}


def activation(name: str) -> Activation:
    """Return the activation of that name.

    Parameters
    ----------
    name : str
        One of ``abs``, ``erf``, ``identity``, ``relu``, ``sigmoid``, ``step``, ``tanh``.

    Raises
    ------
    ValueError
        If there is no such activation.

    Examples
    --------
    >>> activation("relu")
    <activation relu>
    """
    try:
        return _BY_NAME[name]
    except (KeyError, TypeError):
        known = ", ".join(sorted(_BY_NAME))
        raise ValueError(f"activation must be one of {known}; got {name!r}") from None
